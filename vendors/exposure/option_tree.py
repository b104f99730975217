"""
PURE. What the freedom to switch is worth when nobody knows whether the market will fall.

Payments at the start of the year, year 1 always at list. At the start of each later year, with
probability p, the alternative drops to k × list and stays there; it is known before paying. Then
one switches (its cost once, then k × list) or stays, whichever is cheaper over the rest.

    required discount = 1 − PV(flexible) / PV(never switching)

A locked price below that discount is worth its lock. Since saving per year never grows, a switch
that does not pay at once never pays later, so that the tree has one decision per branch.
"""

from dataclasses import dataclass
from decimal import Decimal

from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import (
    MINUS,
    ONE,
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_no_share,
    refuse_rate,
)

LONGEST = 30  # years


@dataclass(frozen=True, kw_only=True)
class OptionTree:
    flexible: Decimal
    """Present value with the freedom to switch."""
    never: Decimal
    """Present value at list throughout."""
    locked: Decimal
    """Present value at the discount offered."""
    required_discount: Decimal
    """The discount that is worth the freedom: below it the lock costs more than it saves."""
    option_value: Decimal
    arithmetic: tuple[str, ...]


def option_tree(
    *,
    annual: Decimal,
    years: int,
    probability: Decimal,
    drop_to: Decimal,
    switching_cost: Decimal,
    discount: Decimal,
    rate: Decimal,
) -> OptionTree:
    """
    Return the value of waiting over that many years.

    :param probability: that the alternative drops, each year from the second on
    :param drop_to: its price then, as a share of list
    :raises UnableToReckonExposure: if a share, a rate or the number of years cannot be
    """
    refuse_negative(yearly_price=annual, switching_cost=switching_cost)
    refuse_no_share(probability=probability, price_after_the_drop=drop_to, discount=discount)
    if not annual:
        raise UnableToReckonExposure("Without a yearly price there is nothing to compare.")
    refuse_rate(rate_a_year=rate)
    if not 1 <= years <= LONGEST:
        raise UnableToReckonExposure(f"The tree takes 1 to {LONGEST} years.")

    never = annual * _due(years, rate)
    flexible = annual
    waiting = ONE  # the probability that nothing has dropped yet
    steps = [f"year 1: {figure(annual)} at list"]
    for year in range(2, years + 1):
        drops = waiting * probability
        waiting -= drops
        discounted = (1 + rate) ** -(year - 1)
        rest = annual * _due(years - year + 1, rate)
        moved = switching_cost + drop_to * rest
        flexible += discounted * (drops * min(moved, rest) + waiting * annual)
        choice = "switch" if moved < rest else "stay"
        steps.append(
            f"a drop in year {year} ({percent(drops)}): {choice}, {figure(min(moved, rest))} "
            f"for the rest against {figure(max(moved, rest))}"
        )
    locked = never * (1 - discount)
    required = ONE - flexible / never
    steps += [
        f"flexible {figure(flexible)}, never switching {figure(never)}, locked {figure(locked)}",
        f"1 {MINUS} {figure(flexible)} / {figure(never)} = {percent(required)} discount required",
    ]
    return OptionTree(
        flexible=flexible,
        never=never,
        locked=locked,
        required_discount=max(ZERO, required),
        option_value=never - flexible,
        arithmetic=tuple(steps),
    )


def _due(years: int, rate: Decimal) -> Decimal:
    """Return the present worth of 1 at the start of each year."""
    return sum(((1 + rate) ** -year for year in range(years)), ZERO)
