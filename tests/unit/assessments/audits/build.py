"""Frozen facts for tests of rules: sound in every way, until a test says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from assessments.audits.facts import (
    AnswerFacts,
    AssessmentFacts,
    AssetFacts,
    AuditFacts,
    CommitmentFacts,
    ConcentrationFacts,
    ContractFacts,
    DependencyFacts,
    DimensionFacts,
    GateFacts,
    MitigationFacts,
    PortfolioFacts,
    PreviousWorkload,
    ScoreFacts,
    WorkloadFacts,
)
from lockin.money import Money

TODAY = date(2026, 11, 23)
AUDIT = AuditFacts(
    label="2026",
    period_starts_on=date(2026, 1, 1),
    period_ends_on=date(2026, 12, 31),
    as_of=TODAY,
    taken_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    taken_by="Nadia Berg",
    organisation="Halden Mutual",
    base_currency="USD",
    time_zone="UTC",
    country="US",
    opened_at=None,
    opened_by="",
    reason="",
    is_late=False,
    previous=None,
    body={},
)


def gate(key: str, *, reason: str = "As it is.", floor: str = "") -> GateFacts:
    return GateFacts(
        key=key,
        name=f"Name of {key}",
        fired=True,
        reason=reason,
        effect="",
        not_evaluated="",
        floor=floor,
        lifts="",
    )


def dimension(name: str, residual: str | None, **changes: Any) -> DimensionFacts:
    score = None if residual is None else Decimal(residual)
    facts = DimensionFacts(
        dimension=name,
        number="D1",
        applies=True,
        reason_if_not="",
        weight=Decimal(25),
        inherent=score,
        low=score,
        high=score,
        confidence=Decimal("0.7"),
        confidence_grade="B",
        reduction=Decimal(0),
        residual=score,
        score_part=score,
        lifted_by=(),
        answers=(),
        mitigations=(),
    )
    return replace(facts, **changes)


def score(residual: str | None = "20", tier: str = "portable", **changes: Any) -> ScoreFacts:
    number = None if residual is None else Decimal(residual)
    facts = ScoreFacts(
        scheme="2026.1",
        on=TODAY,
        tier=tier,
        tier_before_gates=tier,
        inherent=number,
        inherent_tier=tier,
        residual=number,
        low=number,
        high=number,
        confidence=Decimal("0.7"),
        confidence_grade="B",
        is_provisional=False,
        answered=50,
        unknown=0,
        blank=0,
        not_applicable=0,
        dimensions=(dimension("api", residual),),
        gates=(),
        problems=(),
        record={},
    )
    return replace(facts, **changes)


def dependency(**changes: Any) -> DependencyFacts:
    facts = DependencyFacts(
        service="OpenAI API",
        model_key="openai-gpt-4-1",
        model="gpt-4.1",
        host="OpenAI",
        publisher="OpenAI",
        contract_key="openai",
        share=Decimal(1),
        path="gateway",
        role="primary",
        retires_on=None,
        tuning_ends_on=None,
        open_weights=False,
    )
    return replace(facts, **changes)


def mitigation(control: str, **changes: Any) -> MitigationFacts:
    facts = MitigationFacts(
        control=control,
        name=f"Control {control}",
        dimension="api",
        coverage=Decimal("0.9"),
        measured_coverage=None,
        grade="tested",
        tested_on=date(2026, 9, 1),
        drill="",
        gateway_single_maintainer=None,
        gateway_unpinned=None,
        gateway_without_break_glass=None,
        note="",
    )
    return replace(facts, **changes)


def asset(kind: str, **changes: Any) -> AssetFacts:
    facts = AssetFacts(
        kind=kind,
        name=f"The {kind}",
        count=1000,
        tokens_each=None,
        dimension=None,
        held_by="us",
        exportable=True,
    )
    return replace(facts, **changes)


def answer(number: str, **changes: Any) -> AnswerFacts:
    facts = AnswerFacts(
        question_key=f"api.{number}",
        number=number,
        dimension="api",
        question_text=f"Question {number}?",
        kind="option",
        option_text="Some",
        points=Decimal(50),
        reason="",
        grade="documented",
        evidence_on=date(2026, 10, 1),
        comment="",
        is_computed=False,
        arithmetic=(),
        answered_by="Priya Raman",
        answered_at=None,
        review="",
        review_comment="",
        evidence=(),
    )
    return replace(facts, **changes)


def workload(**changes: Any) -> WorkloadFacts:
    """A critical workload that is assessed, portable, covered and has a fresh fallback."""
    facts = WorkloadFacts(
        key="triage",
        name="Claims triage",
        description="",
        owner="Priya Raman",
        business_unit="Claims",
        criticality="critical",
        annual_spend=Money(Decimal(1_240_000), "USD"),
        spend_is_known=True,
        daily_users=40,
        is_paid_external=True,
        time_to_exit_weeks=Decimal("25.0"),
        own_copy_of_data=True,
        dependencies=(dependency(),),
        assets=(),
        mitigations=(
            mitigation("M1", measured_coverage=Decimal("0.9")),
            mitigation("M3", dimension="tuning"),
        ),
        assessment=AssessmentFacts(
            label="2026",
            questionnaire="2026.1",
            sent_by="Priya Raman",
            sent_at=None,
            accepted_by="Amara Whitfield",
            accepted_at=None,
        ),
        dimension_choices=(),
        answers=(),
        score=score(),
        previous=None,
        body={},
    )
    return replace(facts, **changes)


def last_year(
    *assets: AssetFacts, delta: str | None = None, dimension: str = ""
) -> PreviousWorkload:
    """The workload in last year's audit; `delta` is how far a dimension's inherent score moved."""
    comparison = None
    if delta is not None:
        comparison = {"dimensions": [{"dimension": dimension, "inherent": {"delta": delta}}]}
    return PreviousWorkload(
        label="2025", residual=Decimal(20), tier="portable", assets=assets, comparison=comparison
    )


def commitment(**changes: Any) -> CommitmentFacts:
    """A yearly minimum of $1m on its pace."""
    facts = CommitmentFacts(
        key="minimum",
        name="Yearly minimum",
        kind="minimum",
        currency="USD",
        pace=Decimal(1),
        elapsed_share=Decimal("0.5"),
        used_as_of=date(2026, 10, 31),
        committed_now=Money(Decimal(1_000_000), "USD"),
        used_now=Money(Decimal(500_000), "USD"),
        remaining=Money(Decimal(500_000), "USD"),
        straight_line_shortfall=Money(Decimal(0), "USD"),
        shortfall_share=Decimal(0),
        period_ends_on=date(2027, 4, 30),
        missing=(),
        body={},
    )
    return replace(facts, **changes)


def contract(**changes: Any) -> ContractFacts:
    """A contract that was read, is capped, gives a way out, and is far from its notice day."""
    facts = ContractFacts(
        key="openai",
        name="OpenAI agreement",
        vendor="OpenAI",
        owner="Priya Raman",
        currency="USD",
        annual_value=Money(Decimal(1_200_000), "USD"),
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 8, 31),
        current_end=date(2027, 8, 31),
        renewal="automatic",
        notice_value=60,
        notice_unit="days",
        last_notice_on=date(2027, 7, 2),
        act_by=date(2027, 7, 2),
        days_left=221,
        is_missed=False,
        first_exit_on=date(2027, 8, 31),
        dates_arithmetic=(),
        reminder_set=True,
        uplift="capped",
        uplift_cap_percent=Decimal(3),
        termination_for_convenience=True,
        early_termination="percent",
        early_termination_percent=Decimal(25),
        document_on_file=True,
        decision="",
        is_decided=False,
        notice_given_on=None,
        commitments=(),
        missing=(),
        workloads=("Claims triage",),
        body={},
    )
    return replace(facts, **changes)


def portfolio(**changes: Any) -> PortfolioFacts:
    """Ten workloads, spread over publishers, all with their cost."""
    spread = ConcentrationFacts(
        hhi=Decimal(2000),
        shares=tuple((name, Decimal("0.2")) for name in ("A", "B", "C", "D", "E")),
        lines_not_known=0,
    )
    facts = PortfolioFacts(
        workloads=10,
        assessed=10,
        spend_weighted=Decimal(40),
        criticality_weighted=Decimal(40),
        hard_to_move_share=Decimal(0),
        tiers={},
        by_host=spread,
        by_publisher=spread,
        spend_totals=(),
        without_score=(),
        without_spend=(),
        in_other_currency=(),
        heat=(),
        committed_by_year=(),
        body={},
    )
    return replace(facts, **changes)


class Frozen:
    """A payload that holds given facts, for rules that read the whole."""

    def __init__(self, **facts: Any) -> None:
        self.audit = AUDIT
        self.portfolio = facts.get("portfolio", portfolio())
        self._workloads = facts.get("workloads", ())
        self._contracts = facts.get("contracts", ())

    def workloads(self) -> Iterator[WorkloadFacts]:
        return iter(self._workloads)

    def contracts(self) -> Iterator[ContractFacts]:
        return iter(self._contracts)


def one(found: Iterator[Any]) -> Any:
    """Return the only draft; more or fewer fail."""
    (draft,) = found
    return draft
