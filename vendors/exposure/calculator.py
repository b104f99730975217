"""PURE. What is still owed under a commitment on a day, and whether its use keeps pace.

    remaining obligation = sum of future periods + max(0, present period + carried - use in it)
    pace index           = (use / committed) / (time gone / period)

What was not typed is not guessed: the remaining obligation is then unknown, and `at_most` says
what it cannot exceed. Credit that was paid first (a burn-down) is not owed: what is left of the
present period's is `prepaid_left`. What counts as use is reckoned in `eligible`, what enters the
present period from the one before in `shortfall`, and the months to come in `forecast`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lockin.money import round_half_up
from vendors.days import add_months, day, whole_months
from vendors.exposure.inputs import Commitment, Period

ZERO = Decimal(0)
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, kw_only=True)
class Exposure:
    on: date
    currency: str
    current: Period | None
    """The period that the day lies in; None before, after and between periods."""
    future_committed: Decimal | None
    used_in_current: Decimal | None
    remaining: Decimal | None
    at_most: Decimal | None
    """What remains if nothing was used yet in the present period."""
    prepaid_left: Decimal | None
    """Credit of the present period that is paid and not used; 0 where nothing is paid first."""
    prepaid_at_most: Decimal | None
    elapsed_share: Decimal | None
    """How much of the present period had gone on the day that use was read."""
    pace: Decimal | None
    """1 is straight-line use; below it, less is used than was promised."""
    straight_line_use: Decimal | None
    """The present period's use if it goes on as it did."""
    straight_line_shortfall: Decimal | None
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


def exposure(commitment: Commitment, *, on: date) -> Exposure:
    """Return what the commitment still binds on that day, with the steps that lead to it."""
    missing: list[str] = []
    current = next((period for period in commitment.periods if period.contains(on)), None)
    future = _sum_committed(commitment.periods, on, missing)
    used = _use_in(current, commitment, on, missing)

    left, left_at_most = _left_in(current, commitment, used, missing)
    is_owed = not commitment.is_paid_first
    remaining = _add(future, left if is_owed else ZERO)
    at_most = _add(future, left_at_most if is_owed else ZERO)

    elapsed = None
    if current is not None and used is not None and commitment.used_as_of is not None:
        elapsed = elapsed_share(current, on=commitment.used_as_of)
    pace = straight = shortfall = None
    if current is not None and current.committed is not None and used is not None and elapsed:
        pace = pace_index(used=used, committed=current.committed, elapsed=elapsed)
        straight = used / elapsed
        carried = _carried(commitment)
        shortfall = None if carried is None else max(ZERO, current.committed + carried - straight)
    return Exposure(
        on=on,
        currency=commitment.currency,
        current=current,
        future_committed=future,
        used_in_current=used,
        remaining=remaining,
        at_most=at_most,
        prepaid_left=ZERO if is_owed else left,
        prepaid_at_most=ZERO if is_owed else left_at_most,
        elapsed_share=elapsed,
        pace=pace,
        straight_line_use=straight,
        straight_line_shortfall=shortfall,
        arithmetic=_steps(current, commitment, future, used, remaining, elapsed, pace),
        missing=tuple(missing),
    )


def pace_index(*, used: Decimal, committed: Decimal, elapsed: Decimal) -> Decimal | None:
    """Return use against straight-line use; None where nothing was promised or no time has gone."""
    if not committed or not elapsed:
        return None
    return used / committed / elapsed


def years_of_spend(remaining: Decimal | None, *, annual_run_rate: Decimal | None) -> Decimal | None:
    """Return the remaining obligation in years of present spend (measure 5.1)."""
    if remaining is None or annual_run_rate is None:
        return None
    if remaining == 0:
        return ZERO
    return remaining / annual_run_rate if annual_run_rate > 0 else None


def elapsed_share(period: Period, *, on: date) -> Decimal:
    """
    Return the share of the period that has gone by the end of the day, 0 to 1.

    A period of whole months is counted in months, as its invoices are: 31 Jul is 7 of 12, not 212
    of 365 days. Any other period is counted in days.
    """
    if on < period.starts_on:
        return ZERO
    if on >= period.ends_on:
        return Decimal(1)
    months = whole_months(period.starts_on, period.ends_on)
    if months:
        return months_between(period.starts_on, on) / months
    gone = (on - period.starts_on).days + 1
    return Decimal(gone) / ((period.ends_on - period.starts_on).days + 1)


def months_between(starts_on: date, on: date) -> Decimal:
    """Return the whole months to the end of the day and the part of the one that is under way."""
    after = on + timedelta(days=1)
    whole = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    if add_months(starts_on, whole) > after:
        whole -= 1
    began = add_months(starts_on, whole)
    length = (add_months(starts_on, whole + 1) - began).days
    return whole + Decimal((after - began).days) / length


def _use_in(
    current: Period | None, commitment: Commitment, on: date, missing: list[str]
) -> Decimal | None:
    """Return the use that was read in the present period; one from another day says nothing."""
    if current is None:
        return None
    as_of = commitment.used_as_of
    if commitment.used_to_date is None or as_of is None:
        missing.append("used_to_date")
        return None
    if not current.contains(as_of) or as_of > on:
        missing.append(f"use since {day(current.starts_on)} (read on {day(as_of)})")
        return None
    return commitment.used_to_date


def _left_in(
    current: Period | None, commitment: Commitment, used: Decimal | None, missing: list[str]
) -> tuple[Decimal | None, Decimal | None]:
    """Return what of the present period is not used yet, and what that cannot exceed."""
    if current is None:
        return ZERO, ZERO
    if current.committed is None:
        missing.append(f"amount committed from {day(current.starts_on)}")
        return None, None
    carried = _carried(commitment)
    if carried is None:
        missing.append(f"what was carried into the period from {day(current.starts_on)}")
    at_most = _add(current.committed, commitment.deferred)
    if at_most is not None:
        at_most = max(ZERO, at_most - (commitment.rolled or ZERO))
    if used is None or carried is None:
        return None, at_most
    return max(ZERO, current.committed + carried - used), at_most


def _carried(commitment: Commitment) -> Decimal | None:
    """Return deferred shortfall less rolled surplus; None where either is unknown."""
    if commitment.deferred is None or commitment.rolled is None:
        return None
    return commitment.deferred - commitment.rolled


def _add(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _sum_committed(periods: tuple[Period, ...], on: date, missing: list[str]) -> Decimal | None:
    if not periods:
        missing.append("periods")
        return None
    total = ZERO
    unread = []
    for period in periods:
        if period.starts_on <= on:
            continue
        if period.committed is None:
            unread.append(f"amount committed from {day(period.starts_on)}")
        else:
            total += period.committed
    missing.extend(unread)
    return None if unread else total


def _steps(
    current: Period | None,
    commitment: Commitment,
    future: Decimal | None,
    used: Decimal | None,
    remaining: Decimal | None,
    elapsed: Decimal | None,
    pace: Decimal | None,
) -> tuple[str, ...]:
    steps = []
    unit = commitment.currency
    if future is not None:
        steps.append(f"committed in later periods: {unit} {future:,f}")
    carried = _carried(commitment)
    if (
        current is not None
        and current.committed is not None
        and used is not None
        and carried is not None
    ):
        left = max(ZERO, current.committed + carried - used)
        joined = f" + {commitment.deferred:,f} deferred" if commitment.deferred else ""
        joined += f" {_MINUS} {commitment.rolled:,f} rolled" if commitment.rolled else ""
        paid = ", paid already and lost if unused" if commitment.is_paid_first else ""
        steps.append(
            f"this period: {unit} {current.committed:,f}{joined} {_MINUS} {used:,f} used "
            f"= {left:,f} (not below 0){paid}"
        )
    if remaining is not None:
        steps.append(f"remaining obligation: {unit} {remaining:,f}")
    if pace is not None and elapsed is not None and commitment.used_as_of is not None:
        steps.append(
            f"pace on {day(commitment.used_as_of)}: {round_half_up(pace, 4)} "
            f"with {round_half_up(elapsed * 100, 1)} % of the period gone"
        )
    return tuple(steps)
