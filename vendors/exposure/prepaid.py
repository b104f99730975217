"""
PURE. What happens to credit that is paid first: used up, rolled on, or lost when it expires.

Use takes the credit that expires first. What is left at an expiry is lost, unless the paper lets
it roll into a renewal of at least the same amount: it then lives as long as that renewal.
Money is conserved:  bought = used + lost + left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vendors.days import day
from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import MINUS, ZERO, figure, refuse_negative


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Credit bought on a day; usable to the end of its last day."""

    bought_on: date
    expires_on: date | None
    """None: the paper states no expiry."""
    amount: Decimal
    rolls_if_renewed: bool = False

    def __post_init__(self) -> None:
        refuse_negative(credit=self.amount)
        if self.expires_on is not None and self.expires_on < self.bought_on:
            raise UnableToReckonExposure(
                f"The credit bought on {day(self.bought_on)} expires before that day."
            )


@dataclass(frozen=True, kw_only=True)
class MonthOfUse:
    ends_on: date
    amount: Decimal | None
    """None: unknown, which leaves what is left unknown too."""

    def __post_init__(self) -> None:
        refuse_negative(use=self.amount)


@dataclass(frozen=True, kw_only=True)
class BurnDown:
    bought: Decimal
    used: Decimal | None
    lost: Decimal | None
    left: Decimal | None
    """What may still be used after the day asked for; lost if the contract ends on it."""
    left_at_most: Decimal
    uncovered: Decimal | None
    """Use beyond the credit, invoiced by itself."""
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass
class _Open:
    """A credit while it is used up."""

    credit: Credit
    expires_on: date | None
    left: Decimal


def burn_down(purchases: Sequence[Credit], use: Sequence[MonthOfUse], *, on: date) -> BurnDown:
    """
    Return what became of the credit up to the end of that day.

    Credit bought after the day, and use in months that end after it, are not looked at. A credit
    that expires within a month may still pay for the use of that month.
    """
    bought = sorted(
        (credit for credit in purchases if credit.bought_on <= on), key=lambda c: c.bought_on
    )
    months = sorted((month for month in use if month.ends_on <= on), key=lambda m: m.ends_on)
    missing = [
        f"use in the month to {day(month.ends_on)}" for month in months if month.amount is None
    ]
    if not bought:
        missing.append("credit")
    steps: list[str] = []
    opened = [_Open(credit=c, expires_on=c.expires_on, left=c.amount) for c in bought]
    used = uncovered = lost = ZERO
    for month in months:
        lost += _expire(opened, before=month.ends_on.replace(day=1), steps=steps)
        rest = _draw(opened, month)
        used += (month.amount or ZERO) - rest
        uncovered += rest
    lost += _expire(opened, before=on, steps=steps)
    left = sum((row.left for row in opened), ZERO)
    total = sum((credit.amount for credit in bought), ZERO)
    if not missing:
        steps.append(
            f"bought {figure(total)} {MINUS} used {figure(used)} {MINUS} lost {figure(lost)} "
            f"= left {figure(left)}"
        )
    return BurnDown(
        bought=total,
        used=None if missing else used,
        lost=None if missing else lost,
        left=None if missing else left,
        left_at_most=left,
        uncovered=None if missing else uncovered,
        arithmetic=tuple(steps),
        missing=tuple(missing),
    )


def _draw(opened: list[_Open], month: MonthOfUse) -> Decimal:
    """Take the month's use from the credit that expires first; return what found no credit."""
    rest = month.amount or ZERO
    for row in sorted(opened, key=lambda row: (row.expires_on or date.max, row.credit.bought_on)):
        if row.credit.bought_on > month.ends_on:
            continue
        taken = min(row.left, rest)
        row.left -= taken
        rest -= taken
    return rest


def _expire(opened: list[_Open], *, before: date, steps: list[str]) -> Decimal:
    """Close what expired before the day; return what was lost with it."""
    lost = ZERO
    for row in opened:
        # A rolled credit may itself expire within the time looked at.
        while row.left and row.expires_on is not None and row.expires_on < before:
            renewal = _renewal(opened, row)
            if renewal is None:
                steps.append(f"expired on {day(row.expires_on)}: {figure(row.left)} lost")
                lost += row.left
                row.left = ZERO
            else:
                steps.append(
                    f"{figure(row.left)} rolls into the {figure(renewal.amount)} "
                    f"of {day(renewal.bought_on)}: {figure(row.left + renewal.amount)} to use"
                )
                row.expires_on = renewal.expires_on
    return lost


def _renewal(opened: list[_Open], row: _Open) -> Credit | None:
    """Return the purchase that the credit rolls into: the next that outlives it, if as large."""
    if not row.credit.rolls_if_renewed or row.expires_on is None:
        return None
    later = [
        other.credit
        for other in opened
        if other.credit.bought_on > row.credit.bought_on
        and (other.credit.expires_on or date.max) > row.expires_on
        and (other.credit.bought_on - row.expires_on).days <= 1
    ]
    renewal = min(later, key=lambda credit: credit.bought_on, default=None)
    if renewal is None or renewal.amount < row.credit.amount:
        return None
    return renewal
