"""The sum of estimates without drawing: means add up, spreads add up as far as they move together.

σ = √(Σσᵢ² + 2ρΣσᵢσⱼ) over the pairs i < j. P80 and P90 take the sum for a normal distribution,
which leaves out that costs lean to the right; the draws beside it do not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from assessments.scoring.figures import ARITHMETIC, ONE, ZERO
from assessments.switching_cost.estimates import Estimate, share
from lockin.money import round_half_up

# Quantiles of the standard normal distribution, to the four places that are printed with results.
Z80 = Decimal("0.8416")
Z90 = Decimal("1.2816")
# Estimates share the same optimist. [assumption]
CORRELATION = Decimal("0.3")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedForm:
    """Mean, deviation and quantiles in the unit of the estimates. The middle is the mean."""

    correlation: Decimal
    sum_of_likely: Decimal
    mean: Decimal
    deviation: Decimal
    p80: Decimal
    p90: Decimal
    arithmetic: tuple[str, ...]


def closed_form(estimates: Iterable[Estimate], *, correlation: Decimal = CORRELATION) -> ClosedForm:
    """
    Return the sum of the estimates by formula.

    :param correlation: ρ between any two of them, 0 to 1
    :raises UnableToReckonCost: if the correlation is no share
    """
    rho = share(correlation, what="The correlation")
    several = tuple(estimates)
    with localcontext(ARITHMETIC):
        likely = sum((one.likely for one in several), ZERO)
        mean = sum((one.mean for one in several), ZERO)
        alone = sum((one.deviation**2 for one in several), ZERO)
        joint = sum((one.deviation for one in several), ZERO) ** 2
        deviation = joint_spread((one.deviation for one in several), correlation=rho)
        p80, p90 = mean + Z80 * deviation, mean + Z90 * deviation
    steps = (
        f"sum of the likeliest: {_shown(likely)}",
        f"mean, Σ (low + 4 × likely + high) ÷ 6: {_shown(mean)}",
        f"variances if each moves alone, Σσ²: {_shown(alone)}; all together, (Σσ)²: {_shown(joint)}",
        f"standard deviation, √((1 − {rho}) × Σσ² + {rho} × (Σσ)²): {_shown(deviation)}",
        f"P80: {_shown(mean)} + {Z80} × {_shown(deviation)} = {_shown(p80)}",
        f"P90: {_shown(mean)} + {Z90} × {_shown(deviation)} = {_shown(p90)}",
    )
    return ClosedForm(
        correlation=rho,
        sum_of_likely=likely,
        mean=mean,
        deviation=deviation,
        p80=p80,
        p90=p90,
        arithmetic=steps,
    )


def joint_spread(spreads: Iterable[Decimal], *, correlation: Decimal) -> Decimal:
    """Return √((1 − ρ)Σd² + ρ(Σd)²): what spreads come to that move together that far."""
    several = tuple(spreads)
    with localcontext(ARITHMETIC):
        alone = sum((spread**2 for spread in several), ZERO)
        joint = sum(several, ZERO) ** 2
        # Σd² + 2ρΣdᵢdⱼ over the pairs, since (Σd)² = Σd² + 2Σdᵢdⱼ.
        return ((ONE - correlation) * alone + correlation * joint).sqrt()


def _shown(value: Decimal) -> str:
    with localcontext(ARITHMETIC) as context:
        context.prec = 60  # squares of amounts are long
        return f"{round_half_up(value, 2):,f}"
