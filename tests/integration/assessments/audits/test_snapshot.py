"""The snapshot: what it holds, what it costs, and what happens when records change meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.audits import freezing, snapshot
from assessments.audits.stored import payload_of
from assessments.models import Audit, Finding, Snapshot, SnapshotItem
from lockin.canonical import digest, root_digest
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.trail.recording import record
from tests.factories.audits import (
    accept_assessment,
    open_audit,
    publish_questionnaire,
    run_snapshot,
    take_snapshot,
)
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_vendor,
    make_workload,
)

pytestmark = pytest.mark.django_db


class TestAsk:
    def test_assessments_that_are_missing_are_counted(self, portfolio, organisation, chair, now):
        audit = open_audit(organisation, now=now)

        with pytest.raises(snapshot.UnableToFreeze, match="Two workloads are still being answered"):
            snapshot.ask(audit=audit, by=chair, now=now)

    def test_the_council_may_go_on_without_them_and_says_why(
        self, portfolio, organisation, chair, now
    ):
        audit = open_audit(organisation, now=now)

        take_snapshot(audit, by=chair, now=now, even_so="The owner is on leave.")

        payload = payload_of(audit.snapshot)
        assert any("on leave" in gap["why"] for gap in payload.coverage.not_assessed)
        assert Finding.objects.filter(audit=audit, rule="workload_not_assessed").count() == 2

    def test_only_the_council_asks(self, opened, owner, now):
        with pytest.raises(snapshot.UnableToFreeze, match="Only the council"):
            snapshot.ask(audit=opened, by=owner, now=now)

    def test_it_is_not_asked_twice(self, opened, chair, now):
        snapshot.ask(audit=opened, by=chair, now=now)

        with pytest.raises(snapshot.UnableToFreeze, match="being taken already"):
            snapshot.ask(audit=opened, by=chair, now=now)

    def test_after_a_failure_it_can_be_asked_again(self, opened, chair, now):
        job = snapshot.ask(audit=opened, by=chair, now=now)
        claim = queue.claim(job.pk, now=now)
        queue.fail(claim, error="The disk is full.", now=now, again=False)

        snapshot.ask(audit=opened, by=chair, now=now + timedelta(days=1))

        assert Job.objects.get(pk=job.pk).status == Job.Status.QUEUED

    def test_the_day_is_the_organisations_own(self, assessed, organisation, chair):
        organisation.time_zone = "Pacific/Auckland"
        organisation.save()
        late_evening = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
        audit = open_audit(organisation, now=late_evening)

        take_snapshot(audit, by=chair, now=late_evening)

        assert payload_of(audit.snapshot).audit.as_of.isoformat() == "2026-11-24"


class TestBuild:
    def test_it_freezes_one_item_of_every_record(self, frozen):
        kinds = list(
            SnapshotItem.objects.filter(snapshot__audit=frozen)
            .order_by("position")
            .values_list("kind", flat=True)
        )

        assert kinds[:5] == ["audit", "vendor", "model", "contract", "workload"]
        assert kinds.count("workload") == 2
        assert {"questionnaire", "scheme", "portfolio", "coverage", "finding"} <= set(kinds)

    def test_the_root_hash_covers_every_item_in_order(self, frozen):
        items = list(SnapshotItem.objects.filter(snapshot__audit=frozen).order_by("position"))

        assert all(digest(item.body) == item.sha256 for item in items)
        assert frozen.snapshot.sha256 == root_digest(item.sha256 for item in items)

    def test_it_leads_to_drafted_findings_numbered_by_severity(self, frozen):
        ranks = list(
            Finding.objects.filter(audit=frozen)
            .order_by("number")
            .values_list("severity_rank", flat=True)
        )

        assert frozen.state == Audit.State.FINDINGS
        assert ranks == sorted(ranks, reverse=True)
        assert len(ranks) > 5

    def test_every_question_is_in_it_with_words_points_and_evidence(self, frozen):
        workload = next(iter(payload_of(frozen.snapshot).workloads()))

        assert len(workload.answers) == 50
        first = workload.answers[0]
        assert (first.number, first.kind, first.points) == ("1.1", "option", Decimal(75))
        assert first.question_text
        assert first.comment == "As found for 1.1."

    def test_a_second_run_of_a_finished_job_changes_nothing(self, frozen, now):
        before = frozen.snapshot.sha256
        job = Job.objects.get(kind="snapshot")
        Job.objects.filter(pk=job.pk).update(status="queued", finished_at=None)

        run_snapshot(job, now=now)

        assert Snapshot.objects.get(audit=frozen).sha256 == before
        assert Job.objects.get(pk=job.pk).status == Job.Status.DONE

    def test_it_shows_how_far_it_is(self, opened, chair, now, monkeypatch):
        seen = []
        report = queue.report
        monkeypatch.setattr(
            queue,
            "report",
            lambda held, **values: (seen.append(values["words"]), report(held, **values)),
        )

        take_snapshot(opened, by=chair, now=now)

        assert "2 of 2 workloads" in seen


class TestWithoutAmounts:
    def test_no_amount_of_the_portfolio_is_left(self, frozen):
        payload = payload_of(frozen.snapshot, with_amounts=False)

        written = str([list(payload.bodies(kind)) for kind in ("contract", "workload", "finding")])
        assert "minor" not in written
        # 1,240,000 a year, 1,000,000 committed, 400,000 used.
        for figure in ("124000000", "1,240,000", "100000000", "1,000,000", "400,000"):
            assert figure not in written

    def test_everything_else_stays(self, frozen):
        payload = payload_of(frozen.snapshot, with_amounts=False)

        (contract,) = payload.contracts()
        assert contract.annual_value is None
        assert contract.commitments[0].pace == Decimal("0.6000")


def change_something(organisation, now) -> None:
    record(
        "vendor.edited",
        make_vendor(organisation, f"Vendor {now}"),
        organisation=organisation,
        by=None,
        now=now,
    )


class TestRecordsThatChangeMeanwhile:
    def test_one_change_makes_it_start_over(self, opened, organisation, chair, now, monkeypatch):
        write_items = freezing.write_items
        runs = []

        def once_with_a_change(*args, **kwargs):
            drafted = write_items(*args, **kwargs)
            if not runs:
                change_something(organisation, now)
            runs.append(1)
            return drafted

        monkeypatch.setattr(snapshot, "write_items", once_with_a_change)
        take_snapshot(opened, by=chair, now=now)

        names = {vendor.name for vendor in payload_of(opened.snapshot).vendors()}
        assert len(runs) == 2
        assert opened.snapshot.attempt == 2
        assert f"Vendor {now}" in names

    def test_changes_without_end_are_kept_out_at_the_fourth_try(
        self, opened, organisation, chair, now, monkeypatch
    ):
        write_items = freezing.write_items
        runs = []

        def always_with_a_change(writer, **kwargs):
            drafted = write_items(writer, **kwargs)
            runs.append(1)
            if len(runs) <= snapshot.TRIES:
                change_something(organisation, now + timedelta(minutes=len(runs)))
            return drafted

        monkeypatch.setattr(snapshot, "write_items", always_with_a_change)
        take_snapshot(opened, by=chair, now=now)

        assert opened.snapshot.attempt == snapshot.TRIES + 1
        assert opened.state == Audit.State.FINDINGS

    def test_an_event_that_no_snapshot_holds_does_not_matter(
        self, opened, organisation, chair, now, monkeypatch
    ):
        write_items = freezing.write_items

        def with_a_reminder(*args, **kwargs):
            drafted = write_items(*args, **kwargs)
            record("audit.reminded", opened, organisation=organisation, by=chair, now=now)
            return drafted

        monkeypatch.setattr(snapshot, "write_items", with_a_reminder)
        take_snapshot(opened, by=chair, now=now)

        assert opened.snapshot.attempt == 1


class TestAWorkerThatStops:
    def test_what_it_left_counts_for_nothing_and_the_next_one_starts_over(
        self, opened, chair, now, monkeypatch
    ):
        job = snapshot.ask(audit=opened, by=chair, now=now)
        monkeypatch.setattr(
            snapshot, "_seal", lambda *args, **kwargs: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            run_snapshot(job, now=now)
        left = SnapshotItem.objects.filter(snapshot__audit=opened).count()
        monkeypatch.undo()

        later = now + timedelta(minutes=1)
        queue.recover(now=later)
        run_snapshot(job, now=later)

        assert left > 0
        assert Snapshot.objects.filter(audit=opened).count() == 1
        assert Finding.objects.filter(audit=opened, number=1).count() == 1
        assert Job.objects.get(pk=job.pk).attempts == 2

    def test_one_that_comes_back_after_its_lease_writes_nothing(self, opened, chair, now):
        job = snapshot.ask(audit=opened, by=chair, now=now)
        stale = queue.claim(job.pk, now=now)
        later = now + timedelta(minutes=1)
        queue.recover(now=later)
        run_snapshot(job, now=later)
        sealed = Snapshot.objects.get(audit=opened).sha256
        Audit.objects.filter(pk=opened.pk).update(state="snapshot")

        with pytest.raises(queue.LeaseLost):
            snapshot.build(claim=stale, audit_id=opened.pk, now=later)

        assert Snapshot.objects.get(audit=opened).sha256 == sealed


def test_the_number_of_queries_does_not_grow_with_the_workloads(organisation, chair, now):
    publish_questionnaire(organisation, now=now - timedelta(days=200))
    vendor = make_vendor(organisation)
    model = make_model(vendor)

    def queries(workloads: int, label: str) -> int:
        for number in range(workloads):
            workload = make_workload(organisation, f"Workload {label} {number:03d}")
            contract = make_contract(vendor, f"Contract {label} {number}", ends_on=None)
            make_dependency(workload, model=model, contract=contract)
            accept_assessment(workload, label="2026", now=now)
        snapshot_row = Snapshot.objects.filter(audit__organisation=organisation).first()
        if snapshot_row is None:
            audit = open_audit(organisation, now=now)
            snapshot.ask(audit=audit, by=chair, now=now)
        audit = Audit.objects.get(organisation=organisation, label="2026")
        claim = queue.claim(Job.objects.get(kind="snapshot").pk, now=now)
        noted = snapshot._end_of_trail(audit)
        with CaptureQueriesContext(connection) as captured:
            found = snapshot._begin(audit, claim=claim, noted=noted, attempt=1, now=now)
            snapshot._write(found, audit=audit, asked=snapshot.asked_for(audit), claim=claim)
        queue.fail(claim, error="", now=now, again=True)
        return len(captured)

    few = queries(3, "a")
    many = queries(20, "b")

    # One page of items more, at two statements each; never one a workload.
    assert many - few <= 6
