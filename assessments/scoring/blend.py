"""Dimensions into one number: the worst of them blended with their weighted mean."""

from collections.abc import Sequence
from decimal import Decimal
from operator import mul

from assessments.scoring.figures import ONE, ZERO

# Everywhere here the two sequences run over the same dimensions, the applicable ones only: what
# does not apply has no weight, and so never counts as zero.


def weighted_mean(weights: Sequence[Decimal], scores: Sequence[Decimal]) -> Decimal:
    return sum(map(mul, weights, scores), ZERO) / sum(weights, ZERO)


def blend(weights: Sequence[Decimal], scores: Sequence[Decimal], worst_share: Decimal) -> Decimal:
    """Return λ × the worst dimension + (1 − λ) × the weighted mean."""
    # Over one denominator, so that five scores of 60 blend to 60 and not to 59.99….
    total = sum(weights, ZERO)
    products = sum(map(mul, weights, scores), ZERO)
    return (worst_share * max(scores) * total + (ONE - worst_share) * products) / total


def ordered_mean(scores: Sequence[Decimal], *, ordered_weights: Sequence[Decimal]) -> Decimal:
    """Return the mean with the n largest weights laid on the n scores in falling order (OWA)."""
    weights = sorted(ordered_weights, reverse=True)[: len(scores)]
    return weighted_mean(weights, sorted(scores, reverse=True))


def pull_of_each(
    weights: Sequence[Decimal], scores: Sequence[Decimal], worst_share: Decimal
) -> list[Decimal]:
    """
    Return how much of the blend one point of each dimension makes up.

    Σ pull × score is the blend. The first of equally bad dimensions stands as the worst.
    """
    total = sum(weights, ZERO)
    pulls = [(ONE - worst_share) * weight / total for weight in weights]
    pulls[scores.index(max(scores))] += worst_share
    return pulls
