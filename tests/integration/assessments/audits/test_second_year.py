"""The second audit against the first: scores, questions under other keys, findings again."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assessments.audits import drafting
from assessments.audits.rules import FindingDraft, Severity, Subject
from assessments.audits.stored import payload_of
from assessments.models import Audit, Finding, FollowUp
from tests.factories.audits import (
    accept_assessment,
    changed_questionnaire,
    open_audit,
    publish_questionnaire,
    settle_findings,
    sign_all,
    take_snapshot,
)
from tests.factories.portfolio import make_asset, make_dependency, make_workload
from vendors.models import Asset, Contract

pytestmark = pytest.mark.django_db

LAST_YEAR = datetime(2025, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def last_year(portfolio, organisation, chair, council) -> Audit:
    """The 2025 audit, signed: option 3 for triage (75 points each), option 1 for letters."""
    accept_assessment(portfolio["triage"], label="2025", now=LAST_YEAR, option=3)
    accept_assessment(portfolio["letters"], label="2025", now=LAST_YEAR, option=1)
    audit = open_audit(organisation, now=LAST_YEAR)
    take_snapshot(audit, by=chair, now=LAST_YEAR)
    settle_findings(audit, by=chair, now=LAST_YEAR)
    return sign_all(audit, council=council, now=LAST_YEAR)


@pytest.fixture
def this_year(last_year, portfolio, organisation, chair, now) -> Audit:
    """The 2026 audit with other questions; triage better, a workload more, a bigger tune."""
    publish_questionnaire(organisation, now=now, source=changed_questionnaire())
    extra = make_workload(organisation, "Search", criticality="low", annual_spend_minor=5_000_000)
    make_dependency(extra, model=portfolio["triage"].dependencies.get().model)
    Asset.objects.filter(name="Triage tune").update(count=26_000)
    make_asset(portfolio["triage"], Asset.Kind.EMBEDDING_INDEX, name="Claims", count=900_000)
    Contract.objects.update(
        document_on_file=True,
        uplift="capped",
        uplift_cap_percent=3,
        termination_for_convenience=True,
        convenience_notice_days=30,
        early_termination="free",
    )
    accept_assessment(portfolio["triage"], label="2026", now=now, option=2)
    accept_assessment(portfolio["letters"], label="2026", now=now, option=1)
    accept_assessment(extra, label="2026", now=now, option=0)
    return take_snapshot(open_audit(organisation, now=now), by=chair, now=now)


@pytest.fixture
def payload(this_year):
    return payload_of(this_year.snapshot)


class TestTheQuestions:
    def test_what_was_removed_renamed_and_reweighted_is_listed(self, payload):
        found = payload.comparison

        assert [entry["key"] for entry in found.questions_removed] == ["api.sdk-coupling"]
        assert [(entry["old_key"], entry["key"]) for entry in found.questions_replaced] == [
            ("api.deepest-feature", "api.deepest-feature-used")
        ]
        assert [
            (entry["what"], entry["key"], entry["old"], entry["new"])
            for entry in found.questions_changed
        ] == [("reweighted", "api.integration-points", "10", "18")]
        assert found.questions_added == ()


class TestTheScores:
    def test_a_workload_is_compared_across_the_two_versions(self, payload):
        triage = next(row for row in payload.workloads() if row.key == "claims-triage-assistant")

        # Every question of the first four dimensions fell from 75 points to 50.
        by_dimension = {
            entry["dimension"]: entry["inherent"]["delta"]
            for entry in triage.previous.comparison["dimensions"]
        }
        assert triage.previous.label == "2025"
        assert {by_dimension[name] for name in ("api", "tuning", "vectors", "workflow")} == {
            "-25.0000"
        }

    def test_what_moved_it_most_is_named_by_its_question(self, payload):
        (mover,) = [entry for entry in payload.comparison.movers if entry["name"].startswith("Cl")]

        assert Decimal(mover["delta"]) < 0
        assert mover["causes"]
        assert all(cause["text"] for cause in mover["causes"])

    def test_a_workload_of_this_year_alone_is_listed(self, payload):
        assert payload.comparison.workloads_added == ("Search",)
        assert payload.comparison.workloads_removed == ()

    def test_the_heat_map_shows_the_change(self, payload):
        changes = {row.name: row.change for row in payload.portfolio.heat}

        assert changes["Search"] is None
        assert changes["Claims triage assistant"] < 0


class TestTheFindings:
    def test_one_found_again_points_at_last_years(self, this_year, last_year):
        found = Finding.objects.get(
            audit=this_year, rule="fallback_not_current", workload__key="claims-triage-assistant"
        )

        assert found.carry_over == Finding.CarryOver.REPEATED
        assert found.previous.audit == last_year

    def test_one_that_last_year_did_not_have_is_new(self, this_year):
        found = Finding.objects.get(
            audit=this_year,
            rule="model_retires_before_exit",
            workload__key="claims-triage-assistant",
        )

        # In 2025 the model had 416 days left, more than the 182 that leaving takes.
        assert (found.carry_over, found.previous) == (Finding.CarryOver.NEW, None)

    @pytest.mark.parametrize(
        ("severity_before", "expected"),
        [("low", "worse"), ("medium", "repeated"), ("high", "better")],
    )
    def test_the_severity_says_whether_it_is_worse_or_better(
        self, last_year, severity_before, expected
    ):
        draft = FindingDraft(
            rule="clause_gap",
            subject=Subject.CONTRACT,
            subject_key="openai-agreement",
            subject_name="OpenAI agreement",
            severity=Severity.MEDIUM,
            title="",
            criteria="",
            condition="",
            cause="",
            effect="",
            recommendation="",
        )
        (entry,) = [row for row in drafting.last_years(last_year) if row["rule"] == "clause_gap"]

        (drafted,) = drafting.prepare(
            [draft],
            audit=last_year,
            as_of=LAST_YEAR.date(),
            last_year=[entry | {"severity": severity_before}],
        )

        assert drafted.carry_over == expected

    def test_growth_is_found_against_the_frozen_assets(self, this_year):
        rules = set(
            Finding.objects.filter(
                audit=this_year, workload__key="claims-triage-assistant"
            ).values_list("rule", flat=True)
        )

        # 20,000 → 26,000 examples is 30% more; the index is new.
        assert {"tuning_investment_grown", "embedding_investment_grown"} <= rules

    def test_one_that_no_rule_finds_again_is_resolved(self, payload):
        status = {entry["rule"]: entry["status"] for entry in payload.comparison.previous_findings}

        # The contract was read, capped and given a way out.
        assert status["clause_gap"] == "resolved"
        assert status["renews_without_cap"] == "resolved"
        assert status["fallback_not_current"] == "repeated"

    def test_at_the_closing_it_counts_as_done(self, this_year, last_year, chair, council, now):
        settle_findings(this_year, by=chair, now=now)
        sign_all(this_year, council=council, now=now)

        gap = Finding.objects.get(audit=last_year, rule="clause_gap")
        again = Finding.objects.get(
            audit=last_year, rule="fallback_not_current", workload__key="claims-triage-assistant"
        )
        assert FollowUp.objects.get(finding=gap).words == "Not found again in the 2026 audit."
        assert not FollowUp.objects.filter(finding=again).exists()
        assert again not in Finding.objects.standing()


def test_the_first_audit_has_nothing_to_compare(last_year):
    payload = payload_of(last_year.snapshot)

    assert payload.comparison is None
    assert payload.audit.previous is None


def test_the_second_names_the_first_by_its_hashes(this_year, last_year, payload):
    previous = payload.audit.previous

    assert previous.label == "2025"
    assert previous.snapshot_sha256 == last_year.snapshot.sha256
    assert previous.closing_sha256 == last_year.closing.sha256
