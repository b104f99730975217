"""Dimensions into one number: the worst of them blended with their weighted mean."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import ONE, ZERO


class Part(NamedTuple):
    """One applicable dimension's score with its weight between the dimensions."""

    dimension: Dimension
    weight: Decimal
    score: Decimal


def weighted_mean(parts: Sequence[Part]) -> Decimal:
    """Return the mean by weight; over applicable dimensions only, so nothing counts as zero."""
    weights = products = ZERO
    for _, weight, score in parts:
        weights += weight
        products += weight * score
    return products / weights


def blend(parts: Sequence[Part], *, worst_share: Decimal) -> Decimal:
    """Return λ × the worst dimension + (1 − λ) × the weighted mean."""
    worst = max([part[2] for part in parts])
    return worst_share * worst + (ONE - worst_share) * weighted_mean(parts)


def ordered_mean(parts: Sequence[Part], *, ordered_weights: Sequence[Decimal]) -> Decimal:
    """Return the mean with the weights laid on the scores in falling order (OWA)."""
    scores = sorted((part.score for part in parts), reverse=True)
    weights = sorted(ordered_weights, reverse=True)[: len(scores)]
    products = sum((w * s for w, s in zip(weights, scores, strict=True)), ZERO)
    return products / sum(weights, ZERO)


def pull_of_each(parts: Sequence[Part], *, worst_share: Decimal) -> list[Decimal]:
    """
    Return how much of the blend one point of each dimension makes up.

    Σ pull × score is the blend. The first of equally bad dimensions stands as the worst.
    """
    weights = sum((part.weight for part in parts), ZERO)
    pulls = [(ONE - worst_share) * part.weight / weights for part in parts]
    worst = max(range(len(parts)), key=lambda index: parts[index].score)
    pulls[worst] += worst_share
    return pulls
