"""
PURE. What a discount against a commitment has to be held against, without any present value.

    break-even utilisation  1 − d
    break-even exit month   (1 − d) · T
    break-even decline δ    sum of the falling market price over the term = T · (1 − d)
    effective discount at q 1 − max(1 − d, (1 − d) · q') / q     with q the used share of the plan

The market price steps down at anniversaries, payments are monthly and undiscounted, so that terms
which are not whole years work alike; δ is solved numerically. The plan is the commitment's own
quantity: d off list buys it for (1 − d), used or not; use above it gets the discount too, or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vendors.exposure.steps import (
    MINUS,
    ONE,
    TIMES,
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_no_discount,
    refuse_no_term,
)

PRECISE = Decimal("1e-12")
TABLE = tuple(Decimal(discount) / 100 for discount in (5, 10, 15, 20, 25, 30))


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    discount: Decimal
    utilisation: Decimal
    """The share of the plan that must be used for the discount to be one."""
    exit_month: Decimal
    """Leaving before it makes the commitment dearer than list."""
    decline: Decimal | None
    """A year; None where no fall of the market undoes the discount within the term."""
    arithmetic: tuple[str, ...]


def break_even(*, discount: Decimal, months: int) -> BreakEven:
    """
    Return the three break-even points of a discount for a term of that many months.

    :raises UnableToReckonExposure: if the discount is not within 0 to 100 %, or there is no month
    """
    _check(discount, months)
    kept = 1 - discount
    decline = _decline(discount, months)
    fall = (
        f"market fall of {percent(decline, 4)} a year"
        if decline is not None
        else "no fall of the market undoes it: the price does not step far enough within the term"
    )
    return BreakEven(
        discount=discount,
        utilisation=kept,
        exit_month=kept * months,
        decline=decline,
        arithmetic=(
            f"utilisation: 1 {MINUS} {percent(discount)} = {percent(kept)}",
            f"exit month: {percent(kept)} {TIMES} {months} = {kept * months:f}",
            f"sum of the falling price over {months} months = {kept * months:f}: {fall}",
        ),
    )


def break_even_table(*, months: int, discounts: Sequence[Decimal] = TABLE) -> tuple[BreakEven, ...]:
    """Return the points for each discount."""
    return tuple(break_even(discount=discount, months=months) for discount in discounts)


def effective_discount(
    *, discount: Decimal, used_share: Decimal, overage_is_discounted: bool = True
) -> Decimal | None:
    """
    Return the discount that is left when so much of the plan is used; below zero it is a surcharge.

    None when nothing is used: there is no price per unit then.
    """
    _check(discount, 1)
    refuse_negative(used_share=used_share)
    if not used_share:
        return None
    kept = 1 - discount
    over = max(ZERO, used_share - 1) * (kept if overage_is_discounted else ONE)
    return 1 - (kept + over) / used_share


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a commitment buys at list price, and what use beyond it costs."""

    covered: Decimal
    uncovered: Decimal
    missed_saving: Decimal
    """The discount that use beyond the commitment does not get."""
    arithmetic: tuple[str, ...]


def coverage(
    *,
    committed: Decimal,
    discount: Decimal,
    list_use: Decimal,
    overage_is_discounted: bool = False,
) -> Coverage:
    """
    Return how much of the use at list price a net commitment covers.

    In the published AWS form use beyond the commitment is not discounted; newer papers differ.
    """
    _check(discount, 1)
    refuse_negative(committed=committed, use_at_list_price=list_use)
    covered = committed / (1 - discount)
    uncovered = max(ZERO, list_use - covered)
    missed = ZERO if overage_is_discounted else uncovered * discount
    return Coverage(
        covered=covered,
        uncovered=uncovered,
        missed_saving=missed,
        arithmetic=(
            f"{figure(committed)} / {percent(1 - discount)} = {figure(covered)} at list price",
            f"{figure(list_use)} {MINUS} {figure(covered)} = {figure(uncovered)} not covered",
            f"saving missed on it: {figure(missed)}",
        ),
    )


def root(value: Callable[[Decimal], Decimal], *, low: Decimal, high: Decimal) -> Decimal:
    """Return where a continuous function changes sign between two points, to 12 places."""
    below = value(low) > 0
    while high - low > PRECISE:
        middle = (low + high) / 2
        if (value(middle) > 0) is below:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _decline(discount: Decimal, months: int) -> Decimal | None:
    owed = (1 - discount) * months
    if not discount:
        return ZERO

    def above(decline: Decimal) -> Decimal:
        """Return what the falling market costs more than the locked price."""
        price = ONE
        cost = ZERO
        for first in range(0, months, 12):
            cost += price * min(12, months - first)
            price *= 1 - decline
        return cost - owed

    # Even a market at zero after the first anniversary may cost more than the locked price.
    return None if above(ONE) > 0 else root(above, low=ZERO, high=ONE)


def _check(discount: Decimal, months: int) -> None:
    refuse_no_discount(discount)
    refuse_no_term(months)
