"""The two tasks: each step by itself, each job once, and words for what failed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from assessments import tasks
from assessments.audits import cycle
from assessments.models import Audit
from lockin.jobs import queue
from lockin.jobs.models import Heartbeat, Job
from lockin.outbox.models import Message
from lockin.outbox.sending import tell

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    """The tasks read the clock; here it stands still, and no broker is asked."""
    monkeypatch.setattr(tasks.timezone, "now", lambda: NINE)
    monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)


def ask(organisation, kind="scores", period="by hand") -> Job:
    return queue.ask(
        organisation=organisation, kind=kind, subject=organisation.pk, period=period, now=NINE
    )


class TestTick:
    def test_it_opens_what_is_due_and_gives_a_sign_of_life(self, organisation):
        tasks.tick()

        assert Audit.objects.get(label="2026").state == Audit.State.ASSESSMENTS
        assert Heartbeat.objects.get(name="worker").at == NINE

    def test_a_step_that_fails_is_logged_and_the_others_go_on(
        self, organisation, owner, monkeypatch, caplog, mailoutbox
    ):
        tell(to=[owner], key="k", subject="Hello", now=NINE)

        def fails(**_):
            raise ZeroDivisionError

        monkeypatch.setattr(cycle, "open_due", fails)

        with caplog.at_level(logging.ERROR):
            tasks.tick()

        assert "audits of Halden Mutual failed" in caplog.text
        assert Message.objects.get(key="k").sent_at == NINE

    def test_daily_work_is_asked_for_once_a_day(self, organisation):
        for _ in range(3):
            tasks.tick()

        asked = list(Job.objects.order_by("kind").values_list("kind", "period"))
        assert asked == [("renewals", "2026-11-23"), ("scores", "2026-11-23")]

    def test_a_day_that_failed_is_not_tried_all_day_long(self, organisation):
        tasks.tick()
        Job.objects.filter(kind="scores").update(status="failed", finished_at=NINE)

        tasks.tick()

        assert Job.objects.get(kind="scores").status == Job.Status.FAILED

    def test_a_newer_publishers_argument_does_no_harm(self, organisation):
        tasks.tick(something_new=True)


class TestRunJob:
    def test_it_does_the_work_and_marks_it_done(self, organisation):
        job = ask(organisation)

        tasks.run_job(job_id=job.pk)

        assert Job.objects.get(pk=job.pk).status == Job.Status.DONE

    def test_a_message_that_comes_twice_does_it_once(self, organisation, monkeypatch):
        runs = []
        monkeypatch.setattr(tasks, "WORK", {"scores": lambda held, job: runs.append(job.pk)})
        job = ask(organisation)

        for _ in range(2):
            tasks.run_job(job_id=job.pk, something_new=1)

        assert runs == [job.pk]

    def test_a_failure_puts_it_back_with_words_for_people(self, organisation, monkeypatch):
        def fails(held, job):
            raise ZeroDivisionError("internal detail")

        monkeypatch.setattr(tasks, "WORK", {"scores": fails})
        job = ask(organisation)

        tasks.run_job(job_id=job.pk)

        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED
        assert job.error == "Something went wrong (ZeroDivisionError). The server's log says what."

    def test_an_anticipated_error_speaks_for_itself(self, organisation, monkeypatch):
        def fails(held, job):
            raise cycle.UnableToOpen("Nobody has asked for this.")

        monkeypatch.setattr(tasks, "WORK", {"scores": fails})
        job = ask(organisation)

        tasks.run_job(job_id=job.pk)

        assert Job.objects.get(pk=job.pk).error == "Nobody has asked for this."

    def test_after_five_attempts_it_is_given_up(self, organisation, monkeypatch):
        def fails(held, job):
            raise ZeroDivisionError

        monkeypatch.setattr(tasks, "WORK", {"scores": fails})
        job = ask(organisation)

        for _ in range(6):
            tasks.run_job(job_id=job.pk)

        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.FAILED, queue.MOST_ATTEMPTS)

    def test_an_address_that_a_report_may_not_fetch_fails_it_at_once(
        self, organisation, monkeypatch
    ):
        from weasyprint.urls import FatalURLFetchingError

        def fails(held, job):
            raise FatalURLFetchingError("file:///etc/passwd")

        monkeypatch.setattr(tasks, "WORK", {"report": fails})
        job = ask(organisation, kind="report")

        tasks.run_job(job_id=job.pk)

        assert Job.objects.get(pk=job.pk).status == Job.Status.FAILED

    def test_being_told_to_stop_is_no_failure_of_the_job(self, organisation, monkeypatch):
        def stopped(held, job):
            raise KeyboardInterrupt

        monkeypatch.setattr(tasks, "WORK", {"scores": stopped})
        job = ask(organisation)

        with pytest.raises(KeyboardInterrupt):
            tasks.run_job(job_id=job.pk)

        assert Job.objects.get(pk=job.pk).status == Job.Status.RUNNING

    def test_work_that_lost_its_lease_leaves_the_job_to_the_other(self, organisation, monkeypatch):
        def loses(held, job):
            Job.objects.filter(pk=job.pk).update(attempts=2)
            queue.report(held, done=1, total=2)

        monkeypatch.setattr(tasks, "WORK", {"scores": loses})
        job = ask(organisation)

        tasks.run_job(job_id=job.pk)

        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.RUNNING, 2)

    def test_a_kind_that_only_a_newer_worker_knows_is_given_back(self, organisation):
        job = ask(organisation, kind="dance")

        tasks.run_job(job_id=job.pk)

        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED
