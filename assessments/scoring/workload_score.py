"""The score of one workload, with every reason that led to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from assessments.scoring.applicability import LeftOut, Problem, score_applicable
from assessments.scoring.blend import blend, weighted_mean
from assessments.scoring.dimension_score import InherentScore
from assessments.scoring.figures import ARITHMETIC
from assessments.scoring.gates.floors import FLOORS
from assessments.scoring.gates.gateway import fragile_gateway, traffic_round_the_gateway
from assessments.scoring.gates.lifts import LIFTS
from assessments.scoring.gates.outcome import GateContext, GateOutcome
from assessments.scoring.inputs import WorkloadInputs
from assessments.scoring.mitigations import reductions
from assessments.scoring.record import record_of
from assessments.scoring.residual_score import DimensionScore, residual_score
from assessments.scoring.scheme import Scheme
from assessments.scoring.sensitivity import Sensitivity, vary
from assessments.scoring.tiers import Tier, higher


class Index(NamedTuple):
    """The workload's number at one stage, with its interval and the tier it falls in."""

    score: Decimal
    low: Decimal
    high: Decimal
    tier: Tier


class Counts(NamedTuple):
    """How many questions of the applicable dimensions became what."""

    answered: int
    unknown: int
    blank: int
    not_applicable: int


class Overall(NamedTuple):
    """The workload lock-in index (WLI) and its tier, at every stage."""

    inherent: Index  # no control, no gate
    mitigated: Decimal  # after controls, no gate
    tier_before_gates: Tier  # of `mitigated`
    residual: Index  # the headline: after controls, G5 and G6
    floor: Tier | None  # the highest that G1–G4 ask for
    tier: Tier  # the tier that is shown: of `residual`, raised to the floor
    confidence: Decimal  # 0–1
    confidence_grade: str  # A–D
    provisional: bool  # the tier rests on too little evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadScore:
    """The result. With `problems` there is nothing overall; what could be reckoned is shown."""

    scheme: Scheme
    on: date
    overall: Overall | None
    dimensions: tuple[DimensionScore, ...]
    left_out: tuple[LeftOut, ...]
    gates: tuple[GateOutcome, ...]
    counts: Counts
    problems: tuple[Problem, ...]

    @property
    def fired_gates(self) -> tuple[GateOutcome, ...]:
        return tuple(gate for gate in self.gates if gate.fired)

    @property
    def sensitivity(self) -> Sensitivity | None:
        """What the tier would be under other choices; reckoned when asked for."""
        if self.overall is None:
            return None
        residuals = {entry.dimension: entry.residual for entry in self.dimensions}
        tier, floor = self.overall.tier, self.overall.floor
        with localcontext(ARITHMETIC):
            return vary(residuals=residuals, tier=tier, floor=floor, scheme=self.scheme)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result with its trace as JSON-safe values in a stable order."""
        return record_of(self)


def score_workload(inputs: WorkloadInputs, *, on: date, scheme: Scheme) -> WorkloadScore:
    """
    Return the score of a workload on that day.

    Order: answers → G7 takes away evidence → controls → G5 and G6 lift dimensions → the blend →
    G1–G4 raise the tier and leave the number alone.

    :raises UnableToScore: if a weight, a number of points or a coverage is out of its range
    """
    with localcontext(ARITHMETIC):
        scored, left_out, problems = score_applicable(inputs, on=on, scheme=scheme)
        context = GateContext(scored, inputs.mitigations, inputs.facts, on, scheme.gates)
        round_the_gateway = traffic_round_the_gateway(context)
        lifts = [gate(context) for gate in LIFTS]
        floors = [gate(context) for gate in FLOORS]
        reduced = reductions(
            inputs.mitigations,
            on=on,
            rule=scheme.mitigations,
            gateway_only_declared=round_the_gateway.fired,
        )
        dimensions = [
            residual_score(
                inherent=inherent, reduction=reduced[dimension], lifts=lifts, scheme=scheme
            )
            for dimension, inherent in scored.items()
        ]
        return WorkloadScore(
            scheme=scheme,
            on=on,
            overall=None if problems else _overall(dimensions, floors=floors, scheme=scheme),
            dimensions=tuple(dimensions),
            left_out=left_out,
            gates=(*floors, *lifts, round_the_gateway, fragile_gateway(context)),
            counts=_counts(scored.values()),
            problems=problems,
        )


def _overall(
    dimensions: Sequence[DimensionScore], *, floors: Sequence[GateOutcome], scheme: Scheme
) -> Overall:
    weights = [entry.weight for entry in dimensions]
    inherents = [entry.inherent for entry in dimensions]
    worst_share, tier_of = scheme.worst_share, scheme.tiers.tier_of

    inherent_score = blend(weights, [entry.score for entry in inherents], worst_share)
    score = blend(weights, [entry.residual for entry in dimensions], worst_share)
    inherent = Index(
        inherent_score,
        blend(weights, [entry.low for entry in inherents], worst_share),
        blend(weights, [entry.high for entry in inherents], worst_share),
        tier_of(inherent_score),
    )
    residual = Index(
        score,
        blend(weights, [entry.residual_low for entry in dimensions], worst_share),
        blend(weights, [entry.residual_high for entry in dimensions], worst_share),
        tier_of(score),
    )
    mitigated, tier_before_gates = score, residual.tier
    if any(entry.lifted_by for entry in dimensions):
        mitigated = blend(weights, [entry.mitigated for entry in dimensions], worst_share)
        tier_before_gates = tier_of(mitigated)
    floor: Tier | None = None
    for gate in floors:
        floor = gate.floor if floor is None else higher(floor, gate.floor)
    confidence = weighted_mean(weights, [entry.confidence for entry in inherents])
    grade = scheme.evidence.confidence_grade(confidence)
    return Overall(
        inherent=inherent,
        mitigated=mitigated,
        tier_before_gates=tier_before_gates,
        residual=residual,
        floor=floor,
        tier=higher(residual.tier, floor),
        confidence=confidence,
        confidence_grade=grade,
        provisional=scheme.evidence.is_provisional(grade),
    )


def _counts(scored: Collection[InherentScore]) -> Counts:
    asked = sum([len(inherent.rows) for inherent in scored])
    unknown = sum([inherent.unknown for inherent in scored])
    blank = sum([inherent.blank for inherent in scored])
    not_applicable = sum([inherent.not_applicable for inherent in scored])
    return Counts(asked - unknown - blank - not_applicable, unknown, blank, not_applicable)
