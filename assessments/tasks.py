"""The only Celery tasks: the clock's tick, and the run of one job. Running either twice is harmless."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from assessments import current_scores
from assessments.audits import cycle, snapshot
from lockin.accounts.models import Organisation
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.outbox import sending
from lockin.reminders import arming, digests
from lockin.reminders.sending import send_due as send_reminders
from vendors import reminding
from vendors.documents import reading
from vendors.portfolio.notice_days import refresh_notice_days

log = logging.getLogger(__name__)


@shared_task(name="assessments.tasks.tick")
def tick(**_from_newer_publishers: object) -> None:
    """Do what is due now. A step that fails is logged, and the others go on."""
    now = timezone.now()
    _step("sign of life", partial(queue.alive, "worker", now=now))
    _step("waiting jobs", _wake_workers)
    for organisation in Organisation.objects.order_by("pk"):
        on = organisation.day_of(now)
        due = partial(cycle.open_due, organisation=organisation, on=on, now=now)
        _step(f"audits of {organisation}", due)
        remind = partial(send_reminders, organisation=organisation, now=now)
        _step(f"reminders of {organisation}", remind)
        weekly = partial(_ask_for_digest, organisation, now=now)
        _step(f"digest of {organisation}", weekly)
        daily = partial(_ask_daily, organisation)
        _step(f"daily work of {organisation}", daily)
    _step("messages", partial(sending.send_due, now=now))


def _step(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # a fault in one step must not keep the others from running
        log.exception("Tick: %s failed; the next tick tries again.", name)


def _wake_workers() -> None:
    now = timezone.now()
    for job_id in queue.recover(now=now):
        queue.send(job_id, now=now)


DAILY = ("scores", "renewals")


def _ask_daily(organisation: Organisation) -> None:
    """Ask once a day for what moves without edits. A failed day is not tried all day long."""
    now = timezone.now()
    period = organisation.day_of(now).isoformat()
    for kind in DAILY:
        if not Job.objects.filter(kind=kind, subject=str(organisation.pk), period=period).exists():
            queue.ask(
                organisation=organisation,
                kind=kind,
                subject=organisation.pk,
                period=period,
                now=now,
            )


def _ask_for_digest(organisation: Organisation, *, now: datetime) -> None:
    """Ask once a week for the digests, and only where somebody reads one."""
    period = digests.period_due(organisation, now=now)
    if period is None:
        return
    asked = Job.objects.filter(kind=digests.JOB, subject=str(organisation.pk), period=period)
    if not asked.exists():
        queue.ask(
            organisation=organisation,
            kind=digests.JOB,
            subject=organisation.pk,
            period=period,
            now=now,
        )


@shared_task(name="assessments.tasks.run_job")
def run_job(*, job_id: int, **_from_newer_publishers: object) -> None:
    """Do one job, if it still waits. A message that comes twice finds it taken or over."""
    held = queue.claim(job_id, now=timezone.now())
    if held is None:
        return
    queue.alive("worker", now=timezone.now())
    job = Job.objects.select_related("organisation").get(pk=job_id)
    try:
        with queue.heartbeat(held):
            work = WORK.get(job.kind)
            if work is None:
                # A newer publisher's; a newer worker takes it when this one gives it back.
                raise LookupError(f"There is no work of the kind “{job.kind}” here.")
            work(held, job)
            _finish(held)
    except queue.LeaseLost:
        log.warning("Job %s went to another worker; nothing of this run is kept.", job_id)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ not in FATAL_BY_NAME:
            raise
        log.exception("Job %s (%s) failed.", job_id, job.kind)
        again = type(error).__name__ not in FATAL_BY_NAME
        queue.fail(held, error=_words(error), now=timezone.now(), again=again)


# WeasyPrint raises this for an address that a report may not fetch, and derives it from
# BaseException; named rather than imported, so that only reports load WeasyPrint.
FATAL_BY_NAME = frozenset({"FatalURLFetchingError"})


def _words(error: BaseException) -> str:
    """Return what a person is told: an anticipated error's own words, or that it was none."""
    if type(error).__name__.startswith("UnableTo"):
        return str(error)
    if isinstance(error, DatabaseError):
        return "The database did not answer. It is tried again."
    return f"Something went wrong ({type(error).__name__}). The server's log says what."


def _finish(held: queue.Claim) -> None:
    """Mark the job done, unless the work did so itself together with its result."""
    if Job.objects.filter(
        pk=held.job_id, attempts=held.attempt, status=Job.Status.RUNNING
    ).exists():
        queue.finish(held, now=timezone.now())


def _snapshot(held: queue.Claim, job: Job) -> None:
    snapshot.build(claim=held, audit_id=int(job.subject), now=timezone.now())


def _report(held: queue.Claim, job: Job) -> None:
    from assessments.reports import publishing  # loads WeasyPrint, which only reports need

    publishing.build(claim=held, report_id=int(job.subject), clock=timezone.now)


def _document(held: queue.Claim, job: Job) -> None:
    reading.build(claim=held, document_id=int(job.subject), clock=timezone.now)


def _brief(held: queue.Claim, job: Job) -> None:
    from assessments.briefs import publishing

    publishing.build(claim=held, document_id=int(job.subject), clock=timezone.now)


def _scores(held: queue.Claim, job: Job) -> None:
    now = timezone.now()
    on = job.organisation.day_of(now)
    current_scores.nightly(organisation=job.organisation, on=on, now=now)


def _renewals(held: queue.Claim, job: Job) -> None:
    now = timezone.now()
    on = job.organisation.day_of(now)
    refresh_notice_days(organisation=job.organisation, on=on)
    cycle.remind_of_renewals(organisation=job.organisation, on=on, now=now)
    arming.arm_all(organisation=job.organisation, on=on, now=now)


def _reminders(held: queue.Claim, job: Job) -> None:
    now = timezone.now()
    arming.arm_all(organisation=job.organisation, on=job.organisation.day_of(now), now=now)


def _digest(held: queue.Claim, job: Job) -> None:
    digests.send(organisation=job.organisation, period=job.period, now=timezone.now())


WORK: Mapping[str, queue.Work] = {
    "snapshot": _snapshot,
    "report": _report,
    "brief": _brief,
    reading.KIND: _document,
    "scores": _scores,
    "renewals": _renewals,
    reminding.JOB: _reminders,
    digests.JOB: _digest,
}
