"""
PURE. The exit cost of a contract on any chosen day, with use carried forward to it.

Use up to the day is what was read, and after that the monthly use expected. What a period carries
into the next is settled on the way. Before the first month in which the paper lets us go, the whole
remaining obligation is owed whatever the fee: nobody has to accept an earlier end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from vendors.days import add_months
from vendors.exposure.calculator import Exposure, exposure, months_between
from vendors.exposure.early_exit import EarlyTermination, ExitCost, Rule, exit_cost, notice_fees
from vendors.exposure.inputs import Commitment, Period
from vendors.exposure.shortfall import settle
from vendors.exposure.steps import ZERO, refuse_negative
from vendors.exposure.terms import Terms


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """What the paper says about leaving early; None is not read."""

    rule: EarlyTermination
    starts_on: date
    """First day of the term: months are counted from it."""
    first_month: int | None = 0
    """Whole months after which we may leave; 0 from the start."""
    notice_days: int | None = 0
    monthly_fee: Decimal | None = ZERO
    """Charged while notice runs, beyond what the commitment already holds."""
    refunds_prepaid: bool | None = False


@dataclass(frozen=True, kw_only=True)
class ExitOn:
    exposure: Exposure
    cost: ExitCost
    is_open: bool | None
    """The paper lets us leave on that day; None: not read."""


def exit_on(
    commitment: Commitment,
    way_out: WayOut,
    *,
    on: date,
    terms: Terms,
    monthly_use: Decimal | None = None,
) -> ExitOn:
    """Return what leaving on that day costs, if use goes on as expected."""
    found = exposure(
        carried_forward(commitment, on=on, terms=terms, monthly_use=monthly_use), on=on
    )
    gone = _whole_months_gone(way_out.starts_on, on)
    is_open = None if way_out.first_month is None else gone >= way_out.first_month
    cost = exit_cost(
        _rule_on(way_out, is_open),
        on=on,
        remaining=found.remaining,
        remaining_at_most=found.at_most,
        prepaid_lost=_prepaid_lost(found, way_out),
        notice_fees=notice_fees(monthly_fee=way_out.monthly_fee, days=way_out.notice_days),
        months_gone=gone,
    )
    return ExitOn(exposure=found, cost=cost, is_open=is_open)


def exit_series(
    commitment: Commitment,
    way_out: WayOut,
    *,
    months: Sequence[int],
    terms: Terms,
    monthly_use: Decimal | None = None,
) -> tuple[ExitOn, ...]:
    """Return the exit cost so many months after the start: month 0, 12, 24, 36 of a draft."""
    return tuple(
        exit_on(
            commitment,
            way_out,
            on=add_months(way_out.starts_on, month),
            terms=terms,
            monthly_use=monthly_use,
        )
        for month in months
    )


def carried_forward(
    commitment: Commitment, *, on: date, terms: Terms, monthly_use: Decimal | None
) -> Commitment:
    """
    Return the commitment as it will stand on a later day, use and carry reckoned up to it.

    A day in the period before the reading, or use that nobody expects, changes nothing: the
    exposure then says what is missing.
    """
    refuse_negative(monthly_use=monthly_use)
    target = next((period for period in commitment.periods if period.contains(on)), None)
    read_on = commitment.used_as_of
    if target is None or monthly_use is None or (read_on is not None and on < read_on):
        return commitment
    use = [_expected(period, commitment, on, monthly_use) for period in commitment.periods]
    place = commitment.periods.index(target)
    began = next(
        (
            at
            for at, period in enumerate(commitment.periods)
            if read_on is not None and period.contains(read_on)
        ),
        None,
    )
    later = replace(commitment, used_to_date=use[place], used_as_of=on)
    if began == place or (began is None and place == 0):
        return later
    if began is None or commitment.is_paid_first:
        # Nothing was read before the period, or it is credit, which `prepaid` rolls on.
        return _with_unknown_carry(later, terms)
    settled = settle(
        commitment.periods[began:],
        use[began:],
        terms=terms,
        deferred=commitment.deferred,
        rolled=commitment.rolled,
    ).periods[place - began - 1]
    return replace(later, deferred=settled.deferred, rolled=settled.rolled)


def _expected(period: Period, commitment: Commitment, on: date, monthly_use: Decimal) -> Decimal:
    """Return use in the period up to the day: what was read in it, then as expected."""
    until = min(on, period.ends_on)
    if until < period.starts_on:
        return ZERO
    read_on, used = commitment.used_as_of, commitment.used_to_date
    gone = months_between(period.starts_on, until)
    if read_on is None or used is None or not period.contains(read_on):
        return monthly_use * gone
    return used + monthly_use * (gone - months_between(period.starts_on, read_on))


def _with_unknown_carry(commitment: Commitment, terms: Terms) -> Commitment:
    if terms.carry.deferred_share == 0 and terms.carry.rolled_share == 0:
        return replace(commitment, deferred=ZERO, rolled=ZERO)
    return replace(commitment, deferred=None, rolled=None)


def _rule_on(way_out: WayOut, is_open: bool | None) -> EarlyTermination:
    if is_open:
        return way_out.rule
    # Shut: all of it. Not read: anything up to all of it, since silence is never free.
    return EarlyTermination(rule=None if is_open is None else Rule.FULL)


def _prepaid_lost(found: Exposure, way_out: WayOut) -> Decimal | None:
    if way_out.refunds_prepaid or found.prepaid_at_most == 0:
        return ZERO
    return None if way_out.refunds_prepaid is None else found.prepaid_left


def _whole_months_gone(start: date, on: date) -> int:
    """Return whole months since the start; 0 before it."""
    gone = (on.year - start.year) * 12 + on.month - start.month
    while gone > 0 and add_months(start, gone) > on:
        gone -= 1
    return max(0, gone)
