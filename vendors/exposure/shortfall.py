"""
PURE. What a build-up commitment costs at the end of each period: use adds up, the gap is paid.

    obligation_p = C_p + deferred_{p-1} − rolled_{p-1}
    shortfall_p  = max(0, obligation_p − eligible_p)
    surplus_p    = max(0, eligible_p − obligation_p)
    deferred_p   = min(shortfall_p, r · C_p), nothing in the last period
    rolled_p     = min(surplus_p, s · C_p), nothing in the last period
    paid_p       = shortfall_p − deferred_p

Carry conserves money:  ΣC + Σ surplus that did not roll = Σ eligible + Σ paid.
Credit that is paid first and used up (burn-down) is settled in `prepaid`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vendors.days import day
from vendors.exposure.inputs import Period, UnableToReckonExposure
from vendors.exposure.steps import MINUS, ZERO, figure, refuse_negative
from vendors.exposure.terms import SHORTER_THAN_A_MONTH, Burn, ShortfallTreatment, Terms


@dataclass(frozen=True, kw_only=True)
class SettledPeriod:
    """One period at its end; None where something that leads there is unknown."""

    starts_on: date
    ends_on: date
    committed: Decimal | None
    eligible: Decimal | None
    obligation: Decimal | None
    """Below zero never: a credit larger than the promise rolls on within its share."""
    shortfall: Decimal | None
    deferred: Decimal | None
    surplus: Decimal | None
    rolled: Decimal | None
    paid: Decimal | None
    """The top-up invoice. What was used is on the other invoices."""
    due: Decimal | None
    """Use and top-up together: what the period costs."""
    arithmetic: str


@dataclass(frozen=True, kw_only=True)
class Settlement:
    periods: tuple[SettledPeriod, ...]
    shortfall: Decimal | None
    paid: Decimal | None
    """Over all periods; None where one is unknown. `paid_at_least` adds up those that are known."""
    paid_at_least: Decimal
    is_at_least: bool
    """The promise is held against hours or weeks: use by the month shows only part of the gap."""
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Carried:
    """What enters a period; None: the period before it is unknown."""

    deferred: Decimal | None
    rolled: Decimal | None


def settle(
    periods: Sequence[Period],
    eligible: Sequence[Decimal | None],
    *,
    terms: Terms,
    deferred: Decimal | None = ZERO,
    rolled: Decimal | None = ZERO,
) -> Settlement:
    """
    Return every period as it is settled, given the eligible use in each.

    :param eligible: per period, in the same order; None where use is unknown
    :param deferred: shortfall that enters the first of these periods; None is unknown
    :param rolled: surplus that enters it; None is unknown
    :raises UnableToReckonExposure: if the terms are not of a build-up, or the lists do not match
    """
    if terms.burn is not Burn.BUILD_UP or terms.treatment is ShortfallTreatment.LOST_CREDIT:
        raise UnableToReckonExposure(
            "Credit that is paid first and lost at its end is a burn-down, not a gap to pay."
        )
    if len(periods) != len(eligible):
        raise UnableToReckonExposure("Each period needs its use, or a note that it is unknown.")
    missing: list[str] = []
    if not periods:
        missing.append("periods")
    if terms.treatment is None:
        missing.append("shortfall treatment")
    refuse_negative(deferred_shortfall=deferred, rolled_surplus=rolled)
    if deferred is None or rolled is None:
        missing.append("what was carried into the first period")
    settled = []
    carried = _Carried(deferred=deferred, rolled=rolled)
    for place, (period, use) in enumerate(zip(periods, eligible, strict=True)):
        refuse_negative(eligible_use=use)
        row, carried = _settle_one(
            period, use, carried, terms, is_last=place == len(periods) - 1, missing=missing
        )
        settled.append(row)
    known = [row.paid for row in settled if row.paid is not None]
    shortfalls = [row.shortfall for row in settled if row.shortfall is not None]
    is_at_least = terms.interval in SHORTER_THAN_A_MONTH
    if is_at_least:
        missing.append(f"use by the interval ({str(terms.interval).lower()})")
    complete = bool(settled)
    return Settlement(
        periods=tuple(settled),
        shortfall=sum(shortfalls, ZERO) if complete and len(shortfalls) == len(settled) else None,
        paid=sum(known, ZERO) if complete and len(known) == len(settled) else None,
        paid_at_least=sum(known, ZERO),
        is_at_least=is_at_least,
        missing=tuple(missing),
    )


def _settle_one(
    period: Period,
    use: Decimal | None,
    carried: _Carried,
    terms: Terms,
    *,
    is_last: bool,
    missing: list[str],
) -> tuple[SettledPeriod, _Carried]:
    since = day(period.starts_on)
    if period.committed is None:
        missing.append(f"amount committed from {since}")
    if use is None:
        missing.append(f"eligible use from {since}")

    balance = None
    if None not in (period.committed, carried.deferred, carried.rolled):
        assert period.committed is not None
        assert carried.deferred is not None
        assert carried.rolled is not None
        balance = period.committed + carried.deferred - carried.rolled
    shortfall = surplus = None
    if balance is not None and use is not None:
        shortfall = max(ZERO, balance - use)
        surplus = max(ZERO, use - balance)

    deferred = _deferred(period, shortfall, terms, is_last=is_last, missing=missing)
    rolled = _rolled(period, surplus, terms, is_last=is_last, missing=missing)
    paid = None
    if shortfall is not None and deferred is not None and terms.treatment is not None:
        paid = shortfall - deferred
    elif shortfall == 0:
        paid = ZERO
    row = SettledPeriod(
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        committed=period.committed,
        eligible=use,
        obligation=None if balance is None else max(ZERO, balance),
        shortfall=shortfall,
        deferred=deferred,
        surplus=surplus,
        rolled=rolled,
        paid=paid,
        due=None if paid is None or use is None else use + paid,
        arithmetic=_step(period, carried, balance, use, shortfall, deferred, rolled, paid),
    )
    return row, _Carried(deferred=deferred, rolled=rolled)


def _deferred(
    period: Period,
    shortfall: Decimal | None,
    terms: Terms,
    *,
    is_last: bool,
    missing: list[str],
) -> Decimal | None:
    """Return what of the gap may wait until the next period; after the last there is none."""
    share = terms.carry.deferred_share
    if is_last or shortfall == 0 or share == 0:
        return ZERO
    if share is None:
        missing.append(f"share that may be deferred from {day(period.starts_on)}")
    if shortfall is None or share is None or period.committed is None:
        return None
    return min(shortfall, share * period.committed)


def _rolled(
    period: Period,
    surplus: Decimal | None,
    terms: Terms,
    *,
    is_last: bool,
    missing: list[str],
) -> Decimal | None:
    share = terms.carry.rolled_share
    if is_last or surplus == 0 or share == 0:
        return ZERO
    if share is None:
        missing.append(f"share of a surplus that rolls from {day(period.starts_on)}")
    if surplus is None or share is None or period.committed is None:
        return None
    return min(surplus, share * period.committed)


def _step(
    period: Period,
    carried: _Carried,
    balance: Decimal | None,
    use: Decimal | None,
    shortfall: Decimal | None,
    deferred: Decimal | None,
    rolled: Decimal | None,
    paid: Decimal | None,
) -> str:
    if balance is None or use is None or shortfall is None or period.committed is None:
        return "not known"
    parts = [figure(period.committed)]
    if carried.deferred:
        parts.append(f"+ {figure(carried.deferred)} deferred")
    if carried.rolled:
        parts.append(f"{MINUS} {figure(carried.rolled)} rolled")
    said = f"obligation {' '.join(parts)} = {figure(max(ZERO, balance))}; used {figure(use)}"
    said += f"; shortfall {figure(shortfall)}"
    if deferred:
        said += f", of it deferred {figure(deferred)}"
    if rolled:
        said += f"; surplus that rolls {figure(rolled)}"
    return said + (f"; to pay {figure(paid)}" if paid is not None else "; to pay: not known")
