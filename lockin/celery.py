"""The Celery app and the only timetable of the project: one `tick`."""

import logging
import os
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockin.settings.development")

app = Celery("lockin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["assessments"])

log = logging.getLogger(__name__)


@app.on_after_configure.connect
def timetable(sender: Celery, **_: Any) -> None:
    """Fire the tick; what is due is looked up in the database, never in beat's own file."""
    from django.conf import settings

    sender.add_periodic_task(
        settings.TICK_SECONDS,
        sender.signature("assessments.tasks.tick"),
        name="tick",
        expires=settings.TICK_SECONDS,
    )


class Scheduler(PersistentScheduler):
    """Celery's scheduler, which also notes in the database that the clock is running."""

    noted = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        import time

        if time.monotonic() - self.noted > 10:
            from django.db import Error, close_old_connections
            from django.utils import timezone

            from lockin.jobs.queue import alive

            close_old_connections()
            try:
                alive("beat", now=timezone.now())
                self.noted = time.monotonic()
            except Error:
                log.warning("The database did not take the clock's sign of life.")
        return super().tick(*args, **kwargs)


def wake(job_id: int) -> bool:
    """Send the message that a job waits. False when the broker cannot be reached."""
    try:
        app.send_task("assessments.tasks.run_job", kwargs={"job_id": job_id}, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("The broker did not take job %s: %s", job_id, error)
        return False
    return True


def broker_answers() -> bool:
    """Whether the broker can be reached now."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return False
    return True
