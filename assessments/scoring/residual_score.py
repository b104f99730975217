"""What is left of a dimension after its controls, and after the gates that lift it again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.dimension_score import InherentScore
from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import ONE
from assessments.scoring.gates.outcome import GateOutcome
from assessments.scoring.mitigations import Reduction
from assessments.scoring.scheme import Scheme


class DimensionScore(NamedTuple):
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


def residual_score(
    *,
    inherent: InherentScore,
    reduction: Reduction,
    lifts: Sequence[GateOutcome],
    scheme: Scheme,
) -> DimensionScore:
    """Return R = S (1 − r), and its interval, no lower than a gate that fired allows."""
    dimension, score, low, high = inherent.dimension, inherent.score, inherent.low, inherent.high
    if reduction.share:
        left = ONE - reduction.share
        score, low, high = score * left, low * left, high * left
    mitigated = score
    lifted_by: tuple[str, ...] = ()
    lifting = [gate.key for gate in lifts if gate.lifts == dimension]
    if lifting:
        least = scheme.gates.lift_to
        lifted_by = tuple(lifting) if score < least else ()
        score, low, high = max(score, least), max(low, least), max(high, least)
    return DimensionScore(
        dimension,
        scheme.dimension_weights[dimension],
        inherent,
        scheme.evidence.confidence_grade(inherent.confidence),
        reduction,
        mitigated,
        score,
        low,
        high,
        lifted_by,
    )
