"""Whether the tier hangs on a choice of the model: other λ, ordered weights, weights ± 20 %."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.blend import blend, ordered_mean
from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import ONE
from assessments.scoring.scheme import Scheme
from assessments.scoring.tiers import Tier, higher


class Variation(NamedTuple):
    """The score and tier under one other choice."""

    key: str
    name: str
    score: Decimal
    tier: Tier  # with the floors of the gates, like the tier it is compared with
    changes_tier: bool


class Sensitivity(NamedTuple):
    """All the variations, and whether any of them gives another tier."""

    variations: tuple[Variation, ...]
    changes_tier: bool


def vary(
    *,
    residuals: Mapping[Dimension, Decimal],
    tier: Tier,
    floor: Tier | None,
    scheme: Scheme,
) -> Sensitivity:
    """Return what the score of these residual dimensions would be under every other choice."""
    weights = [scheme.dimension_weights[dimension] for dimension in residuals]
    scores = list(residuals.values())
    tried: list[tuple[str, str, Decimal]] = [
        (f"worst-share-{share}", _name_of_share(share), blend(weights, scores, share))
        for share in scheme.worst_shares_tried
    ]
    ordered = ordered_mean(scores, ordered_weights=scheme.ordered_weights)
    tried.append(("ordered-weights", "Ordered weights, worst dimension first", ordered))
    for index, dimension in enumerate(residuals):
        for change in scheme.weight_changes_tried:
            changed = weights.copy()
            changed[index] *= ONE + change
            score = blend(changed, scores, scheme.worst_share)
            sign = "+" if change > 0 else "\N{MINUS SIGN}"
            name = f"Weight of {dimension.full_name} {sign}{abs(change):.0%}"
            tried.append((f"weight-{dimension}{change:+}", name, score))

    variations = []
    for key, name, score in tried:
        varied = higher(scheme.tiers.tier_of(score), floor)
        variations.append(Variation(key, name, score, varied, varied != tier))
    return Sensitivity(tuple(variations), any(v.changes_tier for v in variations))


def _name_of_share(share: Decimal) -> str:
    if not share:
        return "Weighted mean alone"
    if share == ONE:
        return "Worst dimension alone"
    return f"Worst dimension {share:.0%}, weighted mean {ONE - share:.0%}"
