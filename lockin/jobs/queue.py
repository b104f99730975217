"""Ask for work, claim it, keep it, finish it. The broker only wakes a worker.

A claim is a conditional UPDATE, so two workers cannot both win. Every claim raises `attempts`,
which fences: a worker that lost its lease to another can no longer report or finish.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from lockin.accounts.models import Organisation
from lockin.jobs.models import Heartbeat, Job, JobQuerySet

MOST_ATTEMPTS = 5
# A message that nobody picked up within this time is sent again.
RESEND_AFTER = timedelta(minutes=2)


class LeaseLost(Exception):
    """Another worker has taken this job; what this one does no longer counts."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A worker's hold on a job. `attempt` is the fencing token."""

    job_id: int
    attempt: int


def ask(
    *,
    organisation: Organisation,
    kind: str,
    subject: object,
    period: str = "",
    now: datetime,
    total: int = 0,
) -> Job:
    """Return the job for this kind, subject and period, made now if it was never asked for.

    A job that failed is put back in the queue; one that is waiting, running or done is left.
    """
    with transaction.atomic():
        job, made = Job.objects.get_or_create(
            kind=kind,
            subject=str(subject),
            period=period,
            defaults={"organisation": organisation, "created_at": now, "progress_total": total},
        )
        if not made and job.status == Job.Status.FAILED:
            Job.objects.filter(pk=job.pk, status=Job.Status.FAILED).update(
                status=Job.Status.QUEUED, finished_at=None, error="", attempts=0, sent_at=None
            )
            job.refresh_from_db()
        if job.status == Job.Status.QUEUED:
            transaction.on_commit(lambda: send(job.pk, now=now))
    return job


def send(job_id: int, *, now: datetime) -> None:
    """Wake a worker. A broker that is down only delays: the next tick sends again."""
    from lockin.celery import wake

    if wake(job_id):
        Job.objects.filter(pk=job_id).update(sent_at=now)


def claim(job_id: int, *, now: datetime) -> Claim | None:
    """Take a waiting job, or return None when somebody else has it or it is over."""
    taken = Job.objects.filter(pk=job_id, status=Job.Status.QUEUED).update(
        status=Job.Status.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        started_at=now,
        progress_done=0,
        error="",
    )
    if not taken:
        return None
    return Claim(
        job_id=job_id, attempt=Job.objects.values_list("attempts", flat=True).get(pk=job_id)
    )


def _held(held: Claim) -> JobQuerySet:
    return Job.objects.filter(pk=held.job_id, attempts=held.attempt, status=Job.Status.RUNNING)


def renew(held: Claim, *, now: datetime) -> None:
    """Keep the lease for a while longer.

    :raises LeaseLost: if another worker has the job
    """
    if not _held(held).update(lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS)):
        raise LeaseLost(f"Job {held.job_id} belongs to another worker.")


def report(held: Claim, *, done: int, total: int, words: str = "") -> None:
    """Show how far the work is.

    :raises LeaseLost: if another worker has the job
    """
    if not _held(held).update(
        progress_done=min(done, total) if total else done,
        progress_total=total,
        progress_words=words[:200],
    ):
        raise LeaseLost(f"Job {held.job_id} belongs to another worker.")


def finish(held: Claim, *, now: datetime) -> None:
    """Mark the job done. Call it inside the transaction that stores the result.

    :raises LeaseLost: if another worker has the job, so that the result is rolled back
    """
    if not _held(held).update(status=Job.Status.DONE, finished_at=now, lease_until=None):
        raise LeaseLost(f"Job {held.job_id} belongs to another worker.")


def fail(held: Claim, *, error: str, now: datetime, again: bool) -> None:
    """Put the job back, or give it up when it was tried often enough or cannot succeed."""
    if again and held.attempt < MOST_ATTEMPTS:
        _held(held).update(
            status=Job.Status.QUEUED, lease_until=None, sent_at=None, error=error[:2000]
        )
    else:
        _held(held).update(
            status=Job.Status.FAILED, finished_at=now, lease_until=None, error=error[:2000]
        )


def recover(*, now: datetime) -> list[int]:
    """Put abandoned jobs back and return every job that a message must be sent for."""
    for job in Job.objects.abandoned(now=now).order_by("pk"):
        fail(
            Claim(job_id=job.pk, attempt=job.attempts),
            error="The worker stopped before it was done.",
            now=now,
            again=True,
        )
    return list(
        Job.objects.unheard(now=now, after=RESEND_AFTER).order_by("pk").values_list("pk", flat=True)
    )


@contextmanager
def heartbeat(held: Claim) -> Iterator[None]:
    """Renew the lease from a thread of its own while the work runs."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(settings.JOB_LEASE_SECONDS / 3):
                try:
                    renew(held, now=timezone.now())
                except LeaseLost:
                    return
                except OperationalError:
                    # A long write holds the database (SQLite). Whoever else would take the job
                    # waits for the same lock, so the next beat is early enough.
                    continue
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{held.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def alive(name: str, *, now: datetime) -> None:
    """Note a sign of life of a part of the installation."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


Work = Callable[[Claim, Job], None]
