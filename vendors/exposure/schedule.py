"""PURE. From what the order form says to what is due in each period: flat, ramped, or by units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from vendors.days import last_day
from vendors.exposure.inputs import Period, UnableToReckonExposure
from vendors.exposure.steps import (
    figure,
    refuse_negative,
    refuse_no_term,
)


def flat(*, starts_on: date, periods: int, months: int, committed: Decimal) -> tuple[Period, ...]:
    """
    Return equal periods of that many months, one after the other.

    :raises UnableToReckonExposure: if there is no period, or the amount is negative
    """
    refuse_no_term(months * periods)
    return ramped(starts_on=starts_on, months=months, committed=[committed] * periods)


def ramped(
    *,
    starts_on: date,
    months: int,
    committed: Sequence[Decimal | None],
    total: Decimal | None = None,
) -> tuple[Period, ...]:
    """
    Return periods with the amounts given, each of that many months.

    Each end is counted from the first start, so that 31 January does not drift to the 28th; the
    next period starts the day after.

    :raises UnableToReckonExposure: if there is no period, or they do not add up to the total
    """
    if months < 1 or not committed:
        raise UnableToReckonExposure("A schedule needs at least one period of one month or more.")
    refuse_no_term(months * len(committed))
    for amount in (*committed, total):
        refuse_negative(committed_amount=amount)
    _check_total(committed, total)
    ends = [last_day(starts_on, months * place) for place in range(1, len(committed) + 1)]
    starts = [starts_on, *(end + timedelta(days=1) for end in ends)]
    return tuple(
        Period(starts_on=start, ends_on=end, committed=amount)
        for start, end, amount in zip(starts, ends, committed, strict=False)
    )


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """Units that are paid for whether used or not: seats, throughput units, reserved instances."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    """Per unit and interval (a day, an hour, a month), as the order form says."""

    def __post_init__(self) -> None:
        refuse_negative(quantity=self.quantity, unit_price=self.unit_price)


@dataclass(frozen=True, kw_only=True)
class UnitCommitment:
    committed: Decimal
    arithmetic: tuple[str, ...]


def by_units(lines: Sequence[UnitLine], *, intervals: Decimal) -> UnitCommitment:
    """
    Return what units cost at least over that many intervals: (sum of quantity × price) × intervals.

    :raises UnableToReckonExposure: if the number of intervals is negative
    """
    refuse_negative(number_of_intervals=intervals)
    each = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    steps = [
        f"{line.name}: {line.quantity:f} × {line.unit_price:f} "
        f"= {figure(line.quantity * line.unit_price)} per interval"
        for line in lines
    ]
    steps.append(f"{figure(each)} × {intervals:f} intervals = {figure(each * intervals)}")
    return UnitCommitment(committed=each * intervals, arithmetic=tuple(steps))


def _check_total(committed: Sequence[Decimal | None], total: Decimal | None) -> None:
    known = [amount for amount in committed if amount is not None]
    if total is None or len(known) < len(committed):
        return
    if sum(known, Decimal(0)) != total:
        raise UnableToReckonExposure(
            f"The periods add up to {figure(sum(known, Decimal(0)))}, "
            f"but the total is given as {figure(total)}."
        )
