"""A worker that dies half-way through a snapshot or a report: after the restart it is done once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import timezone

from assessments.audits import snapshot
from assessments.models import Audit, AuditSchedule, Finding, Report, Snapshot, SnapshotItem
from assessments.reports import publishing
from lockin.jobs.models import Heartbeat, Job
from lockin.outbox.models import Message
from lockin.trail.models import Event
from tests.factories.audits import (
    accept_assessment,
    open_audit,
    publish_questionnaire,
    settle_findings,
    sign_all,
    take_snapshot,
)
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


def job(kind: str = "snapshot") -> Job:
    return Job.objects.get(kind=kind)


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


# A body and an annex: the first file is made while the other is still to come.
REPORTED = 8


@pytest.fixture
def signed(organisation, owner, chair, council, settings) -> Audit:
    """An audit just signed, its report asked for. Files go where the worker's own settings say."""
    settings.MEDIA_ROOT = configured.VAR / "files"
    now = timezone.now()
    publish_questionnaire(organisation, now=now)
    model = make_model(make_vendor(organisation))
    AuditSchedule.objects.create(organisation=organisation, month=1, day=1)
    audit = open_audit(organisation, now=now)
    for number in range(REPORTED):
        workload = make_workload(
            organisation, f"Workload {number:04d}", owner=owner, criticality="low"
        )
        make_dependency(workload, model=model)
        accept_assessment(workload, label=audit.label, now=now, option=0)
    take_snapshot(audit, by=chair, now=now)
    settle_findings(audit, by=chair, now=now)
    return sign_all(audit, council=council, now=now)


def stored() -> set[str]:
    return {path.stem for path in publishing.folder().glob("*/*.pdf")}


def test_a_killed_report_is_finished_once_after_the_restart(signed: Audit, tmp_path: Path):
    already = stored()

    with running(tmp_path) as worker:
        until(lambda: job("report").progress_done > 0, seconds=120, what="the first volume")
        worker.kill()
        at_the_kill, kept = job("report"), stored()
    with running(tmp_path):
        until(lambda: job("report").status == Job.Status.DONE, seconds=240, what="the report")

    assert at_the_kill.status == Job.Status.RUNNING
    assert kept == already
    assert job("report").attempts == 2
    report = Report.objects.get(audit=signed)
    assert report.state == Report.State.READY
    volumes = list(report.volumes.order_by("number"))
    assert len(volumes) > 1
    assert [volume.number for volume in volumes] == list(range(len(volumes)))
    for volume in volumes:
        content = publishing.path_of(volume.sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == volume.sha256
    assert stored() - already == {volume.sha256 for volume in volumes}
    assert list((publishing.folder() / ".work").iterdir()) == []
    assert Event.objects.filter(act="report.made").count() == 1
    told = Message.objects.filter(subject__contains="the report is ready")
    assert told.count() == told.values("to").distinct().count() == 4


def test_the_clock_and_the_worker_give_signs_of_life(db: object, tmp_path: Path):
    with running(tmp_path):
        until(
            lambda: set(Heartbeat.objects.values_list("name", flat=True)) >= {"beat", "worker"},
            what="both signs of life",
        )
