"""A worker that dies half-way through a snapshot: after the restart it is taken once, whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from assessments.audits import snapshot
from assessments.models import Audit, AuditSchedule, Finding, Snapshot, SnapshotItem
from lockin.jobs.models import Heartbeat, Job
from lockin.trail.models import Event
from tests.factories.audits import accept_assessment, open_audit, publish_questionnaire
from tests.factories.portfolio import make_dependency, make_model, make_vendor, make_workload
from tests.worker import running, until

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]

# Three pages of items: the first is stored while the others are still to come.
WORKLOADS = 600


@pytest.fixture
def asked(organisation, owner, chair) -> Audit:
    """An audit whose snapshot was asked for, on a portfolio that takes a few seconds.

    On the real clock: the worker and its lease live on that one.
    """
    now = timezone.now()
    publish_questionnaire(organisation, now=now)
    model = make_model(make_vendor(organisation))
    on = organisation.day_of(now)
    label = str(on.year)
    for number in range(WORKLOADS):
        workload = make_workload(organisation, f"Workload {number:04d}", owner=owner)
        make_dependency(workload, model=model)
        if number % 4 == 0:
            accept_assessment(workload, label=label, now=now)
    AuditSchedule.objects.create(organisation=organisation, month=1, day=1)
    audit = open_audit(organisation, now=now)
    snapshot.ask(audit=audit, by=chair, now=now, even_so="A quarter of them are enough here.")
    return audit


def job() -> Job:
    return Job.objects.get(kind="snapshot")


def test_a_killed_snapshot_is_finished_once_after_the_restart(asked: Audit, tmp_path: Path):
    with running(tmp_path) as worker:
        until(lambda: job().progress_done > 0, what="the first page")
        worker.kill()
        left = SnapshotItem.objects.filter(snapshot__audit=asked).count()
        at_the_kill = job()

    with running(tmp_path):
        until(lambda: job().status == Job.Status.DONE, seconds=120, what="the snapshot")

    assert at_the_kill.status == Job.Status.RUNNING
    assert left > 0
    assert job().attempts == 2
    sealed = Snapshot.objects.get(audit=asked)
    assert sealed.sealed_at is not None
    assert SnapshotItem.objects.filter(snapshot=sealed, kind="workload").count() == WORKLOADS
    assert SnapshotItem.objects.filter(snapshot=sealed).count() == sealed.items_count
    numbers = list(
        Finding.objects.filter(audit=asked).order_by("number").values_list("number", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))
    assert Event.objects.filter(act="audit.snapshot-sealed").count() == 1
    asked.refresh_from_db()
    assert asked.state == Audit.State.FINDINGS


def test_the_clock_and_the_worker_give_signs_of_life(db: object, tmp_path: Path):
    with running(tmp_path):
        until(
            lambda: set(Heartbeat.objects.values_list("name", flat=True)) >= {"beat", "worker"},
            what="both signs of life",
        )
