"""The score of one workload, with every reason that led to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from assessments.scoring.blend import Part, blend, weighted_mean
from assessments.scoring.dimension_score import InherentScore, score_dimension
from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import ARITHMETIC, ONE
from assessments.scoring.gates.floors import FLOORS
from assessments.scoring.gates.gateway import fragile_gateway, traffic_round_the_gateway
from assessments.scoring.gates.lifts import LIFTS
from assessments.scoring.gates.outcome import GateContext, GateOutcome
from assessments.scoring.inputs import (
    AnswerInput,
    DimensionInput,
    MitigationInput,
    UnableToScore,
    WorkloadInputs,
)
from assessments.scoring.mitigations import Reduction, reduce_dimension
from assessments.scoring.record import record_of
from assessments.scoring.scheme import Scheme
from assessments.scoring.sensitivity import Sensitivity, vary
from assessments.scoring.tiers import Tier, higher

_APPLIES = DimensionInput()


class Problem(NamedTuple):
    """Why there is no score. The text is written for the user."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionScore:
    """One applicable dimension on its way from inherent (S) to residual (R)."""

    dimension: Dimension
    weight: Decimal
    inherent: InherentScore
    confidence_grade: str
    reduction: Reduction
    mitigated: Decimal  # after controls, before any gate
    residual: Decimal  # after G5 and G6
    residual_low: Decimal
    residual_high: Decimal
    lifted_by: tuple[str, ...]  # gates that moved the number; empty if it was high enough


class LeftOut(NamedTuple):
    """A dimension that does not apply."""

    dimension: Dimension
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadScore:
    """
    The result. With `problems` there is no score: what could be reckoned is still shown.

    `tier_before_gates` is the tier after controls with no gate at all; `residual.tier` is that
    of the headline number, in which G5 and G6 have counted; `tier` is after G1–G4, which raise
    the tier and leave the number alone.
    """

    scheme: Scheme
    on: date
    dimensions: tuple[DimensionScore, ...]
    left_out: tuple[LeftOut, ...]
    counts: Counts
    gates: tuple[GateOutcome, ...]
    problems: tuple[Problem, ...]
    inherent: Index | None = None
    mitigated: Decimal | None = None
    residual: Index | None = None
    tier_before_gates: Tier | None = None
    tier: Tier | None = None
    floor: Tier | None = None
    confidence: Decimal | None = None
    confidence_grade: str | None = None
    provisional: bool | None = None

    @property
    def parts(self) -> list[Part]:
        """The residual dimensions with their weights, as they enter the score."""
        return [Part(d.dimension, d.weight, d.residual) for d in self.dimensions]

    @property
    def sensitivity(self) -> Sensitivity | None:
        """What the tier would be under other choices; reckoned when asked for."""
        if self.tier is None:
            return None
        with localcontext(ARITHMETIC):
            return vary(parts=self.parts, tier=self.tier, floor=self.floor, scheme=self.scheme)

    @property
    def fired_gates(self) -> tuple[GateOutcome, ...]:
        return tuple(gate for gate in self.gates if gate.fired)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result with its trace as JSON-safe values in a stable order."""
        return record_of(self)


def score_workload(inputs: WorkloadInputs, *, on: date, scheme: Scheme) -> WorkloadScore:
    """
    Return the score of a workload on that day.

    Order: answers → G7 takes away evidence → controls → G5 and G6 lift dimensions → the blend →
    G1–G4 raise the tier.

    :raises UnableToScore: if a weight, a number of points or a coverage is out of its range
    """
    with localcontext(ARITHMETIC):
        return _score(inputs, on=on, scheme=scheme)


def _score(inputs: WorkloadInputs, *, on: date, scheme: Scheme) -> WorkloadScore:
    inherent, left_out, problems = _inherent_scores(inputs, on=on, scheme=scheme)
    context = GateContext(
        dimensions=inherent,
        mitigations=inputs.mitigations,
        facts=inputs.facts,
        on=on,
        rule=scheme.gates,
    )
    round_the_gateway = traffic_round_the_gateway(context)
    lifts = [gate(context) for gate in LIFTS]
    floors = [gate(context) for gate in FLOORS]
    gates = (*floors, *lifts, round_the_gateway, fragile_gateway(context))
    dimensions = tuple(
        _residual_score(
            scored,
            entries=[m for m in inputs.mitigations if m.dimension == scored.dimension],
            lifts=lifts,
            gateway_only_declared=round_the_gateway.fired,
            on=on,
            scheme=scheme,
        )
        for scored in inherent.values()
    )
    counts = Counts(
        sum([scored.answered for scored in inherent.values()]),
        sum([scored.unknown for scored in inherent.values()]),
        sum([scored.blank for scored in inherent.values()]),
        sum([scored.not_applicable for scored in inherent.values()]),
    )
    if problems:
        return WorkloadScore(
            scheme=scheme,
            on=on,
            dimensions=dimensions,
            left_out=left_out,
            counts=counts,
            gates=gates,
            problems=problems,
        )

    mitigated = _blend([(d, d.mitigated) for d in dimensions], scheme=scheme)
    residual = _index(
        [(d, d.residual, d.residual_low, d.residual_high) for d in dimensions], scheme=scheme
    )
    floor = _highest_floor(floors)
    confidence = weighted_mean(
        [Part(d.dimension, d.weight, d.inherent.confidence) for d in dimensions]
    )
    grade = scheme.evidence.confidence_grade(confidence)
    return WorkloadScore(
        scheme=scheme,
        on=on,
        dimensions=dimensions,
        left_out=left_out,
        counts=counts,
        gates=gates,
        problems=(),
        inherent=_index(
            [(d, d.inherent.score, d.inherent.low, d.inherent.high) for d in dimensions],
            scheme=scheme,
        ),
        mitigated=mitigated,
        residual=residual,
        tier_before_gates=scheme.tiers.tier_of(mitigated),
        tier=higher(residual.tier, floor),
        floor=floor,
        confidence=confidence,
        confidence_grade=grade,
        provisional=scheme.evidence.is_provisional(grade),
    )


def _inherent_scores(
    inputs: WorkloadInputs, *, on: date, scheme: Scheme
) -> tuple[dict[Dimension, InherentScore], tuple[LeftOut, ...], tuple[Problem, ...]]:
    """Return what applies with its score, what does not, and what stands in the way of a score."""
    grouped: dict[Dimension, list[AnswerInput]] = {dimension: [] for dimension in Dimension}
    try:
        for answer in inputs.answers:
            grouped[answer.dimension].append(answer)
    except KeyError as error:
        raise UnableToScore(f"There is no dimension {error}.") from None

    scores: dict[Dimension, InherentScore] = {}
    left_out: list[LeftOut] = []
    problems: list[Problem] = _asked_twice(inputs.answers)
    for dimension, answers in grouped.items():
        given = inputs.dimensions.get(dimension, _APPLIES)
        name = dimension.full_name
        if given.applies:
            scored = score_dimension(
                dimension=dimension, answers=answers, on=on, rule=scheme.evidence
            )
            if scored is not None:
                scores[dimension] = scored
            else:
                problems.append(
                    Problem(
                        f"nothing-to-score:{dimension}",
                        f"{name} applies, but none of its questions does. "
                        "Answer one, or say why the dimension does not apply.",
                    )
                )
            continue
        left_out.append(LeftOut(dimension, given.reason_if_not))
        if not given.reason_if_not:
            problems.append(Problem(f"no-reason:{dimension}", f"Say why {name} does not apply."))
        if inputs.paid_external and dimension in scheme.always_apply:
            problems.append(
                Problem(
                    f"always-applies:{dimension}",
                    f"{name} always applies to a workload that a vendor runs for money.",
                )
            )
    if len(Dimension) - len(left_out) < scheme.fewest_dimensions:
        problems.append(
            Problem(
                "too-few-dimensions",
                f"At least {scheme.fewest_dimensions} dimensions must apply for a score.",
            )
        )
    return scores, tuple(left_out), tuple(problems)


def _asked_twice(answers: Sequence[AnswerInput]) -> list[Problem]:
    keys = {answer.question_key for answer in answers}
    if len(keys) == len(answers):
        return []
    counted = Counter(answer.question_key for answer in answers)
    twice = sorted(key for key, times in counted.items() if times > 1)
    return [Problem(f"asked-twice:{key}", f"{key} is answered more than once.") for key in twice]


def _residual_score(
    scored: InherentScore,
    *,
    entries: Iterable[MitigationInput],
    lifts: Sequence[GateOutcome],
    gateway_only_declared: bool,
    on: date,
    scheme: Scheme,
) -> DimensionScore:
    reduction = reduce_dimension(
        entries=entries,
        on=on,
        rule=scheme.mitigations,
        gateway_only_declared=gateway_only_declared,
    )
    left = ONE - reduction.share
    mitigated = residual = scored.score * left
    low, high = scored.low * left, scored.high * left
    lifted_by: tuple[str, ...] = ()
    lifting = [gate.key for gate in lifts if gate.lifts == scored.dimension]
    if lifting:
        least = scheme.gates.lift_to
        lifted_by = tuple(lifting) if residual < least else ()
        residual, low, high = max(residual, least), max(low, least), max(high, least)
    return DimensionScore(
        dimension=scored.dimension,
        weight=scheme.dimension_weights[scored.dimension],
        inherent=scored,
        confidence_grade=scheme.evidence.confidence_grade(scored.confidence),
        reduction=reduction,
        mitigated=mitigated,
        residual=residual,
        residual_low=low,
        residual_high=high,
        lifted_by=lifted_by,
    )


def _blend(scores: Iterable[tuple[DimensionScore, Decimal]], *, scheme: Scheme) -> Decimal:
    parts = [Part(d.dimension, d.weight, score) for d, score in scores]
    return blend(parts, worst_share=scheme.worst_share)


def _index(
    scores: Sequence[tuple[DimensionScore, Decimal, Decimal, Decimal]], *, scheme: Scheme
) -> Index:
    score = _blend([(d, score) for d, score, _, _ in scores], scheme=scheme)
    return Index(
        score=score,
        low=_blend([(d, low) for d, _, low, _ in scores], scheme=scheme),
        high=_blend([(d, high) for d, _, _, high in scores], scheme=scheme),
        tier=scheme.tiers.tier_of(score),
    )


def _highest_floor(floors: Iterable[GateOutcome]) -> Tier | None:
    highest: Tier | None = None
    for gate in floors:
        if gate.floor is not None:
            highest = higher(gate.floor, highest)
    return highest
