"""
PURE. A discount for a lock against the freedom to move, in present values over a horizon.

Flexible: pays A, may switch at the start of any year; locked: pays A(1 − d) in the term and A
afterwards, may switch once the term is over. A switch at the start of year s pays its switching
cost, discounted (1 + r)^−(s−1), and from then on the market price A(1 − δ)^(t−1). Both take the
cheapest path, or never switch. Payments at the end of the year, (1 + r)^−t. Term and horizon that
are not whole years: monthly payments, price steps at anniversaries, switches at any month's start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vendors.exposure.breakeven import root
from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import (
    LONGEST,
    MINUS,
    ONE,
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_no_discount,
    refuse_no_share,
    refuse_rate,
)

GRID = 50  # steps in which the solver looks for a change of sign


@dataclass(frozen=True, kw_only=True)
class Trade:
    """What is offered and what either path would cost to leave."""

    annual: Decimal
    discount: Decimal
    flexible_cost: Decimal
    """Switching cost if portability is kept."""
    locked_cost: Decimal
    """Switching cost after the term of the lock."""
    rate: Decimal
    term_months: int
    horizon_months: int

    def __post_init__(self) -> None:
        refuse_negative(
            yearly_price=self.annual,
            switching_cost_when_flexible=self.flexible_cost,
            switching_cost_when_locked=self.locked_cost,
        )
        refuse_no_discount(self.discount)
        refuse_rate(rate_a_year=self.rate)
        if not 1 <= self.term_months <= self.horizon_months <= LONGEST:
            raise UnableToReckonExposure(
                "The horizon must be at least as long as the term, and at most 30 years."
            )

    @property
    def per_year(self) -> int:
        return 12 if self.term_months % 12 or self.horizon_months % 12 else 1


@dataclass(frozen=True, kw_only=True)
class Path:
    present_value: Decimal
    switch_month: int | None
    """Months gone at the switch; None: it is cheapest never to switch."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    decline: Decimal
    flexible: Path
    locked: Path
    advantage: Decimal
    """Of the lock; below zero the lock costs more."""
    arithmetic: tuple[str, ...]


def compare(trade: Trade, *, decline: Decimal) -> Comparison:
    """
    Return both paths in a market whose price falls by that share each year.

    :raises UnableToReckonExposure: if the decline is not within 0 to 100 %
    """
    refuse_no_share(market_decline=decline)
    flexible, locked = _paths(trade, decline, _discounts(trade))
    advantage = flexible.present_value - locked.present_value
    return Comparison(
        decline=decline,
        flexible=flexible,
        locked=locked,
        advantage=advantage,
        arithmetic=(
            f"flexible, {_when(flexible)}: {figure(flexible.present_value)}",
            f"locked, {_when(locked)}: {figure(locked.present_value)}",
            (
                f"{figure(flexible.present_value)} {MINUS} {figure(locked.present_value)} = "
                f"{figure(advantage)} for the lock at a market fall of {percent(decline)} a year"
            ),
        ),
    )


def break_even_decline(trade: Trade) -> Decimal | None:
    """
    Return the yearly fall of the market at which the lock stops paying.

    None where it pays at every fall. Nothing where it does not pay even in a flat market.
    """
    discounts = _discounts(trade)

    def advantage(decline: Decimal) -> Decimal:
        flexible, locked = _paths(trade, decline, discounts)
        return flexible.present_value - locked.present_value

    if advantage(ZERO) <= 0:
        return ZERO
    # The advantage has kinks where another year becomes the best one: look before solving.
    for step in range(GRID):
        low, high = Decimal(step) / GRID, Decimal(step + 1) / GRID
        if advantage(high) <= 0:
            return root(advantage, low=low, high=high)
    return None


def _discounts(trade: Trade) -> tuple[Decimal, ...]:
    """Return (1 + r)^−(t / payments in a year) for t = 0 to the horizon."""
    each = (1 + trade.rate) ** (ONE / trade.per_year)
    count = trade.horizon_months * trade.per_year // 12
    return tuple(each**-t for t in range(count + 1))


def _paths(trade: Trade, decline: Decimal, discounts: Sequence[Decimal]) -> tuple[Path, Path]:
    per_year = trade.per_year
    count = len(discounts) - 1
    locked_for = trade.term_months * per_year // 12
    price = trade.annual / per_year
    market = _falling(price, decline, count, per_year=per_year)
    flexible = _cheapest(
        [price] * count, market, discounts, cost=trade.flexible_cost, first=0, per_year=per_year
    )
    stay = [price * (1 - trade.discount)] * locked_for + [price] * (count - locked_for)
    locked = _cheapest(
        stay, market, discounts, cost=trade.locked_cost, first=locked_for, per_year=per_year
    )
    return flexible, locked


def _falling(price: Decimal, decline: Decimal, count: int, *, per_year: int) -> list[Decimal]:
    """Return the market price of each payment; a step down at each anniversary."""
    market = []
    for t in range(count):
        if t and t % per_year == 0:
            price *= 1 - decline
        market.append(price)
    return market


def _cheapest(
    stay: Sequence[Decimal],
    market: Sequence[Decimal],
    discounts: Sequence[Decimal],
    *,
    cost: Decimal,
    first: int,
    per_year: int,
) -> Path:
    """Return the best of switching before payment s = first, first + 1, … or never."""
    count = len(stay)
    after = [ZERO] * (count + 1)
    for t in reversed(range(count)):
        after[t] = after[t + 1] + market[t] * discounts[t + 1]
    paid = sum((stay[t] * discounts[t + 1] for t in range(first)), ZERO)
    best: Path | None = None
    for t in range(first, count):
        value = paid + cost * discounts[t] + after[t]
        if best is None or value < best.present_value:
            best = Path(present_value=value, switch_month=t * 12 // per_year)
        paid += stay[t] * discounts[t + 1]
    never = Path(present_value=paid, switch_month=None)
    return never if best is None or never.present_value <= best.present_value else best


def _when(path: Path) -> str:
    if path.switch_month is None:
        return "never switching"
    return f"switching after {path.switch_month} months"
