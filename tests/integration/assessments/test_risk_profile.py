"""The join of workloads, contracts and answers, and the score that follows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Answer, Assessment
from assessments.risk_profile import preview, profile_of, profiles
from assessments.scoring.dimensions import Dimension
from tests.conftest import NOW, TODAY
from tests.factories.portfolio import (
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from tests.factories.scored import answer_row, make_assessment, make_mitigation

pytestmark = pytest.mark.django_db


def accept(assessment: Assessment) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(
        state="accepted", sent_at=NOW, accepted_at=NOW
    )


def wired(organisation: Any, name: str = "Claims triage assistant", **fields: Any) -> Any:
    """A workload on one model under one contract with a commitment."""
    vendor = make_vendor(organisation, f"Vendor of {name}")
    contract = make_contract(vendor, document_on_file=True, **fields)
    make_commitment(
        contract,
        periods=[(date(2026, 2, 1), date(2027, 1, 31), 120_000_000)],
        used_to_date_minor=90_000_000,
        used_as_of=date(2026, 10, 31),
    )
    workload = make_workload(organisation, name)
    make_dependency(workload, model=make_model(vendor, f"model of {name}"), contract=contract)
    return workload


class TestJoin:
    def test_a_workload_that_was_never_assessed_has_no_score(self, organisation):
        profile = profile_of(make_workload(organisation), on=TODAY)

        assert profile.score is None
        assert profile.inputs is None

    def test_the_number_of_queries_does_not_grow_with_workloads_or_answers(self, organisation):
        def queries(number: int) -> int:
            for place in range(number):
                workload = wired(organisation, f"Workload {number}-{place}")
                make_assessment(workload)
                make_mitigation(workload)
            with CaptureQueriesContext(connection) as found:
                list(profiles(organisation=organisation, on=TODAY))
            return len(found)

        assert queries(3) == queries(30)

    def test_profiles_come_in_order_of_the_key_across_batches(self, organisation):
        for name in ("Cedar", "Ash", "Birch"):
            make_workload(organisation, name)

        found = [
            profile.workload.name
            for profile in profiles(organisation=organisation, on=TODAY, batch_size=2)
        ]

        assert found == ["Ash", "Birch", "Cedar"]

    def test_archived_workloads_are_left_out(self, organisation):
        make_workload(organisation, archived_at=NOW)

        assert list(profiles(organisation=organisation, on=TODAY)) == []

    def test_the_last_accepted_assessment_counts_and_not_the_open_one(self, organisation):
        workload = make_workload(organisation)
        make_assessment(workload, points=25, label="2025")
        make_assessment(workload, points=100, label="2026", accepted=False)

        profile = profile_of(workload, on=TODAY)

        assert profile.score.dimensions[0].inherent.score == 25


class TestPreview:
    @pytest.mark.parametrize("points", [0, 50, 100, "unknown"])
    def test_the_preview_equals_the_score_that_acceptance_stores(self, organisation, points):
        workload = wired(organisation)
        make_mitigation(workload, coverage="0.9", grade="documented")
        assessment = make_assessment(
            workload,
            points={"default": 75, "api.deepest-feature": points, "tuning.recipe": None},
            without=("vectors",),
            accepted=False,
        )
        before = preview(assessment=assessment, on=TODAY)

        accept(assessment)

        after = profile_of(workload, on=TODAY)
        assert before.score.to_dict() == after.score.to_dict()


class TestSilence:
    def test_taking_an_answer_away_never_makes_the_score_better(self, organisation):
        workload = make_workload(organisation)
        assessment = make_assessment(workload, points=75)
        score = profile_of(workload, on=TODAY).score
        lowest = score.overall.residual.score

        for row in list(Answer.objects.filter(assessment=assessment).order_by("question_key")):
            row.delete()
            with_blank = profile_of(workload, on=TODAY).score
            assert with_blank.overall.residual.score >= lowest
            Answer.objects.bulk_create([row])

    def test_last_years_answer_to_confirm_counts_as_not_answered(self, organisation):
        workload = make_workload(organisation)
        assessment = make_assessment(workload, points=0)
        Answer.objects.filter(assessment=assessment, question_key="api.deepest-feature").update(
            kind="to-confirm"
        )

        score = profile_of(workload, on=TODAY).score

        # Weight 15 of 100 counts 100, the other nine count 0.
        assert score.dimensions[0].inherent.score == 15


class TestContractAnswers:
    def test_what_the_contract_says_replaces_what_was_typed(self, organisation):
        workload = wired(organisation)
        make_assessment(workload, points=100)

        profile = profile_of(workload, on=TODAY)

        # $300,000 still committed against $1.2 m a year: a quarter of a year's spend.
        answer = profile.computed["commercial.remaining-obligation"]
        assert answer.points == 25
        counted = {row.question_key: row for row in profile.inputs.answers}
        assert counted["commercial.remaining-obligation"].points == 25

    def test_without_contract_data_a_typed_answer_counts(self, organisation):
        workload = make_workload(organisation)
        make_assessment(workload, points=25)

        profile = profile_of(workload, on=TODAY)

        counted = {row.question_key: row for row in profile.inputs.answers}
        assert counted["commercial.renewal"].points == 25

    def test_without_contract_data_and_without_an_answer_it_is_not_known(self, organisation):
        workload = make_workload(organisation)
        make_assessment(workload, points={"default": 0, "commercial.renewal": None})

        profile = profile_of(workload, on=TODAY)

        counted = {row.question_key: row for row in profile.inputs.answers}
        assert counted["commercial.renewal"].state == "unknown"

    def test_a_contract_with_four_percent_of_the_traffic_does_not_count(self, organisation):
        workload = wired(organisation)
        vendor = make_vendor(organisation, "Small one")
        small = make_contract(vendor, notice_value=200)
        make_dependency(
            workload, service=make_service(vendor), contract=small, share="0.04", role="second"
        )
        make_assessment(workload)

        profile = profile_of(workload, on=TODAY)

        # 60 days of notice, not 200.
        assert profile.computed["commercial.renewal"].points == 50


class TestGateFacts:
    def test_a_typed_time_to_exit_in_weeks_becomes_whole_days(self, organisation):
        workload = make_workload(organisation, time_to_exit_weeks=Decimal("10.5"))
        make_assessment(workload)

        assert profile_of(workload, on=TODAY).inputs.facts.time_to_exit_days == 74

    def test_the_earliest_retirement_is_of_the_hosts_in_production(self, organisation):
        vendor = make_vendor(organisation)
        workload = make_workload(organisation)
        kept = make_model(vendor, "kept", retires_on=date(2027, 10, 1))
        spare = make_model(vendor, "spare", retires_on=date(2026, 12, 1))
        make_dependency(workload, model=kept, share="0.97")
        make_dependency(workload, model=spare, share=None, role="fallback")
        make_assessment(workload)

        facts = profile_of(workload, on=TODAY).inputs.facts

        assert facts.retirement_on == date(2027, 10, 1)

    def test_a_retirement_before_the_exit_raises_the_tier_and_leaves_the_number(self, organisation):
        vendor = make_vendor(organisation)
        workload = make_workload(organisation)
        make_dependency(workload, model=make_model(vendor, retires_on=date(2027, 1, 14)))
        make_assessment(workload, points=0)

        score = profile_of(workload, on=TODAY).score

        # 52 days are left, and 26 weeks are assumed: less than half.
        assert [gate.key for gate in score.fired_gates] == ["G3"]
        assert score.overall.tier == "entrenched"
        assert score.overall.residual.tier == "portable"

    def test_a_notice_day_within_thirty_days_without_a_decision_trips_g4(self, organisation):
        # Ends 31 Jan 2027; 45 days of notice: Thu 17 Dec 2026, 24 days away.
        workload = wired(organisation, notice_value=45)
        make_assessment(workload, points=0)

        fired = [gate.key for gate in profile_of(workload, on=TODAY).score.fired_gates]

        assert "G4" in fired

    def test_a_decision_about_the_renewal_ends_g4(self, organisation):
        workload = wired(
            organisation,
            notice_value=45,
            decision="renew",
            decided_at=datetime(2026, 11, 2, tzinfo=UTC),
        )
        make_assessment(workload, points=0)

        fired = [gate.key for gate in profile_of(workload, on=TODAY).score.fired_gates]

        assert "G4" not in fired

    def test_a_decision_about_the_year_before_is_spent(self, organisation):
        workload = wired(
            organisation,
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
            notice_value=30,
            decision="renew",
            decided_at=datetime(2025, 11, 3, tzinfo=UTC),
        )
        make_assessment(workload, points=0)

        fired = [gate.key for gate in profile_of(workload, on=TODAY).score.fired_gates]

        # Renewed to 31 Dec 2026: notice by Tue 1 Dec, eight days away.
        assert "G4" in fired

    def test_more_than_a_years_spend_owed_lifts_the_commercial_dimension(self, organisation):
        vendor = make_vendor(organisation)
        contract = make_contract(
            vendor,
            annual_value_minor=100_000_000,
            document_on_file=True,
            renewal="fixed",
            ends_on=date(2029, 1, 31),
            term_months=36,
            early_termination="free",
        )
        make_commitment(contract, periods=[(date(2027, 2, 1), date(2029, 1, 31), 250_000_000)])
        workload = make_workload(organisation)
        make_dependency(workload, service=make_service(vendor), contract=contract)
        make_assessment(workload, points=0)

        score = profile_of(workload, on=TODAY).score

        commercial = next(d for d in score.dimensions if d.dimension == Dimension.COMMERCIAL)
        assert commercial.lifted_by == ("G5",)
        assert commercial.residual == 75

    def test_traffic_measured_round_the_gateway_takes_its_evidence_away(self, organisation):
        workload = make_workload(organisation)
        make_mitigation(
            workload, coverage="0.9", measured_coverage="0.6", grade="tested", tested_on=TODAY
        )
        make_assessment(workload, points=100)

        score = profile_of(workload, on=TODAY).score

        # 40 % goes direct: .75 × .6 measured × .2 declared = .09.
        assert "G7" in [gate.key for gate in score.fired_gates]
        assert score.dimensions[0].reduction.share == Decimal("0.09")

    def test_a_golden_set_that_made_the_prompts_portable_counts_once(self, organisation):
        workload = make_workload(organisation)
        make_mitigation(workload, "M4", "api", grade="tested", tested_on=TODAY)
        make_assessment(workload, points={"default": 100, "api.prompt-assets": 0})

        score = profile_of(workload, on=TODAY).score

        assert score.dimensions[0].reduction.share == 0

    def test_a_failed_drill_counts_as_declared(self, organisation):
        workload = make_workload(organisation)
        make_mitigation(workload, grade="tested", tested_on=TODAY, drill="failed")
        make_assessment(workload, points=100)

        score = profile_of(workload, on=TODAY).score

        assert score.dimensions[0].reduction.share == Decimal("0.15")


def test_answers_of_an_unknown_question_are_ignored(organisation):
    workload = make_workload(organisation)
    assessment = make_assessment(workload, points=0)
    row = answer_row(assessment, "api.sdk-coupling", 100)
    assert row is not None
    row.question_key = "api.asked-long-ago"
    row.save()

    score = profile_of(workload, on=TODAY).score

    assert score is not None
    assert score.dimensions[0].inherent.score == 0
