"""The stored scores: written where they moved, and never twice."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import current_scores
from assessments.models import Assessment, Audit, CurrentScore, Snapshot, SnapshotItem
from assessments.previous_scores import previous_scores
from assessments.risk_profile import profile_of
from lockin import canonical
from lockin.jobs.models import Job
from tests.conftest import NOW, TODAY
from tests.factories.portfolio import make_dependency, make_model, make_vendor, make_workload
from tests.factories.scored import make_assessment

pytestmark = pytest.mark.django_db


def refresh(organisation, on=TODAY, **fields):
    return current_scores.refresh(organisation=organisation, on=on, now=NOW, **fields)


def sign_audit(organisation, scores: dict[str, str], label: str = "2025") -> Audit:
    """A closed audit whose snapshot holds these workloads' residual scores."""
    year = int(label)
    audit = Audit.objects.create(
        organisation=organisation,
        label=label,
        state="sign-off",
        period_starts_on=date(year, 1, 1),
        period_ends_on=date(year, 12, 31),
        opens_on=date(year, 9, 1),
        planned_at=NOW,
        opened_at=NOW,
    )
    snapshot = Snapshot.objects.create(
        audit=audit,
        schema_name="lockin.audit-snapshot",
        schema_version=1,
        trail_sequence=1,
        begun_at=NOW,
    )
    for position, (key, residual) in enumerate(scores.items()):
        dimensions = [{"dimension": "api", "residual": residual}]
        score = {"tier": "high", "residual": {"score": residual}, "dimensions": dimensions}
        body = canonical.dumps({"key": key, "score": score})
        SnapshotItem.objects.create(
            snapshot=snapshot,
            position=position,
            kind="workload",
            key=key,
            body=body,
            sha256=canonical.digest(body),
        )
    Snapshot.objects.filter(pk=snapshot.pk).update(sealed_at=NOW, sha256="0" * 64)
    Audit.objects.filter(pk=audit.pk).update(state="closed", closed_at=NOW)
    return audit


def test_what_is_stored_is_what_the_profile_reckons(organisation):
    workload = make_workload(organisation)
    make_assessment(workload, points=50)

    refresh(organisation)

    row = CurrentScore.objects.get(workload=workload)
    assert row.residual == Decimal(50)
    assert row.tier == "high"
    assert row.tier_rank == 3
    assert row.result == json.loads(json.dumps(profile_of(workload, on=TODAY).score.to_dict()))


def test_a_second_run_on_the_same_day_writes_nothing(organisation):
    make_assessment(make_workload(organisation))

    first, second = refresh(organisation), refresh(organisation)

    assert (first.written, second.written) == (1, 0)


def test_a_quiet_night_moves_only_the_day_of_the_figures(organisation):
    workload = make_workload(organisation)
    make_assessment(workload)
    refresh(organisation)

    found = refresh(organisation, on=TODAY + timedelta(days=1))

    assert found.written == 0
    assert CurrentScore.objects.get(workload=workload).as_of == TODAY + timedelta(days=1)


def test_a_retirement_that_comes_near_moves_the_score_without_an_edit(organisation):
    workload = make_workload(organisation)
    model = make_model(make_vendor(organisation), retires_on=TODAY + timedelta(days=26 * 7))
    make_dependency(workload, model=model)
    make_assessment(workload, points=0)
    refresh(organisation)
    assert CurrentScore.objects.get(workload=workload).tier == "portable"

    found = refresh(organisation, on=TODAY + timedelta(days=1))

    assert found.written == 1
    assert CurrentScore.objects.get(workload=workload).tier == "high"


def test_evidence_that_ages_lowers_the_confidence(organisation):
    workload = make_workload(organisation)
    make_assessment(workload, points=50)
    refresh(organisation)
    before = CurrentScore.objects.get(workload=workload).confidence

    refresh(organisation, on=date(2028, 1, 1))

    assert before == Decimal("0.7")
    assert CurrentScore.objects.get(workload=workload).confidence < before


def test_a_workload_that_was_never_assessed_has_no_row(organisation):
    make_workload(organisation)

    assert refresh(organisation).not_assessed == 1
    assert not CurrentScore.objects.exists()


def test_problems_leave_the_score_empty_and_say_why(organisation):
    workload = make_workload(organisation)
    make_assessment(workload, without=("api",))

    refresh(organisation)

    row = CurrentScore.objects.get(workload=workload)
    assert row.residual is None
    assert "always applies" in row.result["problems"][0]["text"]


def test_the_number_of_queries_of_a_batch_does_not_grow_with_rows(organisation):
    def queries(number: int) -> int:
        for place in range(number):
            make_assessment(make_workload(organisation, f"Workload {number}-{place}"))
        with CaptureQueriesContext(connection) as found:
            refresh(organisation)
        return len(found)

    assert queries(3) == queries(30)


class TestPrevious:
    def test_the_last_signed_audit_gives_the_score_to_compare_with(self, organisation):
        workload = make_workload(organisation)
        make_assessment(workload)
        sign_audit(organisation, {workload.key: "44.2500"})

        refresh(organisation)

        row = CurrentScore.objects.get(workload=workload)
        assert (row.previous, row.previous_label) == (Decimal("44.25"), "2025")

    def test_an_audit_that_is_not_signed_gives_none(self, organisation):
        workload = make_workload(organisation)
        make_assessment(workload)

        refresh(organisation)

        assert CurrentScore.objects.get(workload=workload).previous is None

    def test_a_later_audit_takes_the_place_of_an_earlier_one(self, organisation):
        workload = make_workload(organisation)
        make_assessment(workload)
        sign_audit(organisation, {workload.key: "44.2500"}, "2024")
        refresh(organisation)
        sign_audit(organisation, {workload.key: "60.0000"}, "2025")

        refresh(organisation)

        assert CurrentScore.objects.get(workload=workload).previous == Decimal(60)

    def test_a_dimension_of_the_last_audit_can_be_read(self, organisation):
        workload = make_workload(organisation)
        sign_audit(organisation, {workload.key: "44.2500"})

        found = previous_scores(organisation, workload_keys=[workload.key])

        assert found[workload.key].dimension("api") == Decimal("44.25")
        assert found[workload.key].dimension("tuning") is None


class TestTouch:
    def touch(self, organisation, workloads):
        current_scores.touch(
            organisation=organisation,
            workload_ids=[workload.pk for workload in workloads],
            on=TODAY,
            now=NOW,
        )

    def test_a_few_workloads_are_reckoned_once_the_write_is_committed(
        self, organisation, django_capture_on_commit_callbacks
    ):
        workload = make_workload(organisation)
        make_assessment(workload)

        with django_capture_on_commit_callbacks(execute=True):
            self.touch(organisation, [workload])
            assert not CurrentScore.objects.exists()

        assert CurrentScore.objects.get().workload == workload

    def test_many_workloads_become_one_job(self, organisation):
        workloads = [make_workload(organisation, f"Workload {n}") for n in range(21)]

        self.touch(organisation, workloads)

        assert Job.objects.filter(kind="scores", organisation=organisation).count() == 1

    def test_other_workloads_are_left_alone(self, organisation, django_capture_on_commit_callbacks):
        one, other = make_workload(organisation, "One"), make_workload(organisation, "Other")
        make_assessment(one)
        make_assessment(other)

        with django_capture_on_commit_callbacks(execute=True):
            self.touch(organisation, [one])

        assert CurrentScore.objects.get().workload == one


def test_a_score_follows_the_assessment_that_is_accepted(organisation):
    workload = make_workload(organisation)
    draft = make_assessment(workload, points=75, accepted=False)
    refresh(organisation)
    assert not CurrentScore.objects.exists()

    Assessment.objects.filter(pk=draft.pk).update(state="accepted", sent_at=NOW, accepted_at=NOW)
    refresh(organisation)

    assert CurrentScore.objects.get().residual == 75
