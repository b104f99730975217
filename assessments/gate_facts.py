"""Rows as the gates and the controls read them. None always means "not known"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from assessments.contract_facts import PRODUCTION_SHARE, ContractFacts
from assessments.models import Mitigation
from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import Control, Drill, GateFacts, MitigationInput
from vendors.models import Dependency, Workload

ONE = Decimal(1)

# A golden set that made this answer portable has counted already (decisions 26).
PROMPTS_QUESTION = "api.prompt-assets"
PASSED_ON_TWO_FAMILIES = 0


def in_production(dependency: Dependency) -> bool:
    """Whether it serves traffic now: no fallback, and five in a hundred of it or an unknown part."""
    return dependency.role != Dependency.Role.FALLBACK and (
        dependency.share is None or dependency.share >= PRODUCTION_SHARE
    )


def gate_facts(
    *,
    workload: Workload,
    dependencies: Sequence[Dependency],
    mitigations: Sequence[Mitigation],
    contracts: Sequence[ContractFacts],
) -> GateFacts:
    """Return the facts of one workload, from its own rows and those of its contracts."""
    serving = [row for row in dependencies if in_production(row)]
    retirements = [
        row.model.retires_on
        for row in serving
        if row.model is not None and row.model.retires_on is not None
    ]
    weeks = workload.time_to_exit_weeks
    notice = _notice_that_comes_first(contracts)
    owed = _worst_obligation(contracts)
    layers = [row for row in mitigations if row.control == Mitigation.Control.M1]
    declared = _declared_gateway_share(layers, serving)
    return GateFacts(
        own_copy=workload.own_copy_of_data,
        retirement_on=min(retirements, default=None),
        time_to_exit_days=None if weeks is None else math.ceil(weeks * 7),
        last_notice_on=notice.dates.last_notice_day if notice and notice.dates else None,
        renewal_decided=notice.decided if notice else None,
        remaining_obligation=owed.remaining if owed else None,
        annual_spend=owed.annual_run_rate if owed else None,
        termination_for_convenience=owed.contract.termination_for_convenience if owed else None,
        declared_gateway_share=declared,
        measured_direct_share=_direct_share(layers, serving) if declared is not None else None,
        gateway_in_use=declared is not None,
        gateway_single_maintainer=_any_true(row.gateway_single_maintainer for row in layers),
        gateway_pinned=_opposite(_any_true(row.gateway_unpinned for row in layers)),
        gateway_break_glass=_opposite(_any_true(row.gateway_without_break_glass for row in layers)),
    )


def mitigation_input(row: Mitigation, *, points: Mapping[str, int | Decimal]) -> MitigationInput:
    """
    Return a control as the score reads it. A measured coverage stands before a declared one.

    :param points: question key → points of the answers given, to see what an answer used already
    """
    drill = None
    if row.drill:
        drilled_on = row.tested_on or row.recorded_at.date()
        drill = Drill(passed=row.drill == Mitigation.Drill.PASSED, drilled_on=drilled_on)
    return MitigationInput(
        control=Control(row.control),
        dimension=Dimension(row.dimension),
        coverage=row.coverage if row.measured_coverage is None else row.measured_coverage,
        grade=Grade(row.grade),
        tested_on=row.tested_on,
        drill=drill,
        counted_in=counted_in(row.control, row.dimension, points=points),
    )


def counted_in(control: str, dimension: str, *, points: Mapping[str, int | Decimal]) -> str:
    """Return the question whose answer has used a control already, or nothing (decisions 26)."""
    prompts_pass = points.get(PROMPTS_QUESTION) == PASSED_ON_TWO_FAMILIES
    if control == Control.GOLDEN_SET and dimension == Dimension.API and prompts_pass:
        return PROMPTS_QUESTION
    return ""


def _notice_that_comes_first(contracts: Sequence[ContractFacts]) -> ContractFacts | None:
    """The production contract whose last notice day comes first; one that is decided stands back."""
    dated = [
        entry
        for entry in contracts
        if entry.in_production
        and entry.dates is not None
        and entry.dates.last_notice_day is not None
        and not (entry.dates.ended and not entry.dates.missed)
    ]
    return min(
        dated,
        key=lambda entry: (entry.decided, entry.dates.last_notice_day, entry.contract.key),  # type: ignore[union-attr]
        default=None,
    )


def _worst_obligation(contracts: Sequence[ContractFacts]) -> ContractFacts | None:
    """
    The production contract that G5 looks at: the most years owed, one without a way out first.

    A contract whose obligation nobody knows comes before one that owes nothing, so that a known
    nothing never hides an unknown.
    """

    def order(entry: ContractFacts) -> tuple[bool, Decimal]:
        years = entry.years_owed
        if years is None and entry.remaining is None:
            years = Decimal("0.0001")
        elif years is None:
            # Something is owed and nobody knows the yearly spend.
            years = ONE
        return (years > ONE and not entry.contract.termination_for_convenience, years)

    relevant = [entry for entry in contracts if entry.in_production]
    return max(relevant, key=order, default=None)


def _declared_gateway_share(
    layers: Sequence[Mitigation], serving: Sequence[Dependency]
) -> Decimal | None:
    """What is said to run through the gateway: as registered with M1, or else by the paths."""
    if layers:
        return max(row.coverage for row in layers)
    through = [row for row in serving if row.path == Dependency.Path.GATEWAY]
    if not through:
        return None
    return min(ONE, sum((row.share or Decimal(0) for row in through), Decimal(0)))


def _direct_share(layers: Sequence[Mitigation], serving: Sequence[Dependency]) -> Decimal | None:
    """What goes round the gateway: as measured, or else by the paths where every share is known."""
    measured = [row.measured_coverage for row in layers if row.measured_coverage is not None]
    if measured:
        return ONE - min(measured)
    known = [row.share for row in serving if row.share is not None]
    if not serving or len(known) < len(serving):
        return None
    direct = [row.share or Decimal(0) for row in serving if row.path == Dependency.Path.DIRECT]
    return min(ONE, sum(direct, Decimal(0)))


def _any_true(values: Iterable[bool | None]) -> bool | None:
    """True when one is, False when all known ones are not, None when none is known."""
    known = [value for value in values if value is not None]
    return any(known) if known else None


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value
