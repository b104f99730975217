"""
PURE. What use will be by the end of the period, with its range, and what it would have to be.

    forecast = used + sum over the months left of  trailing-3 mean × (1 + g)^i
    required = (C − used) / months left

The range is a residual bootstrap (`METHOD`): how far each of the last twelve months lay from the
mean of the three before it, grown by g, is drawn again, month for month, and each drawn month moves
the level that the next one starts from. Fewer than six months: the range is not known. The seed
is fixed, so that the same use gives the same range. P10 is the recommended largest commitment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import (
    LONGEST,
    MINUS,
    ONE,
    TIMES,
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_rate,
)

METHOD = "residual-bootstrap-1"
SEED = 20261123
DRAWS = 2_000
TRAILING = 3
LOOKED_BACK = 12
LEAST_FOR_A_RANGE = 6


@dataclass(frozen=True, kw_only=True)
class Range:
    """Nine of ten futures lie above `p10`; `p50` is the middle one. For the whole period."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    method: str = METHOD
    seed: int = SEED
    draws: int = DRAWS


@dataclass(frozen=True, kw_only=True)
class Forecast:
    used: Decimal
    trailing: Decimal | None
    """Mean of the last three months."""
    expected: Decimal | None
    """Use by the end of the period."""
    range: Range | None
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A forecast held against what was promised."""

    shortfall: Decimal | None
    shortfall_at_p10: Decimal | None
    """In the worst of ten futures."""
    required: Decimal | None
    """Use per month that would meet the promise; None when no month is left."""
    required_to_trailing: Decimal | None
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


def forecast(
    months: Sequence[Decimal | None],
    *,
    used: Decimal,
    months_left: int,
    growth: Decimal = ZERO,
) -> Forecast:
    """
    Return the use by the end of the period.

    :param months: eligible use month by month, oldest first, up to the last whole month; None is
        an unknown month. They may begin before the period.
    :param used: eligible use in the period so far
    :param growth: per month, 0.02 for 2 %
    :raises UnableToReckonExposure: if an amount is negative, or growth takes more than all
    """
    refuse_negative(used_so_far=used)
    for month in months:
        refuse_negative(use_of_a_month=month)
    if not 0 <= months_left <= LONGEST:
        raise UnableToReckonExposure(f"The months left must lie between 0 and {LONGEST}.")
    refuse_rate(growth_per_month=growth)

    if not months_left:
        certain = Range(p10=used, p50=used, p90=used, draws=0)
        step = f"no month is left: used {figure(used)}"
        return Forecast(
            used=used, trailing=None, expected=used, range=certain, arithmetic=(step,), missing=()
        )
    trailing = _mean(months[-TRAILING:])
    if trailing is None:
        return Forecast(
            used=used,
            trailing=None,
            expected=None,
            range=None,
            arithmetic=(),
            missing=(f"use of the last {TRAILING} months",),
        )
    factor = sum(((1 + growth) ** i for i in range(1, months_left + 1)), ZERO)
    expected = used + trailing * factor
    errors = residuals(months, growth=growth)
    missing = () if errors else (f"use of the last {LEAST_FOR_A_RANGE} months, for the range",)
    grown = f" growing {percent(growth)} a month" if growth else ""
    sum_up = f"used {figure(used)} + {months_left} months {TIMES} {figure(trailing)}{grown}"
    return Forecast(
        used=used,
        trailing=trailing,
        expected=expected,
        range=_bootstrap(trailing, errors, used=used, months_left=months_left, growth=growth)
        if errors
        else None,
        arithmetic=(
            f"mean of the last {TRAILING} months: {figure(trailing)}",
            f"{sum_up} = {figure(expected)}",
        ),
        missing=missing,
    )


def reach(found: Forecast, *, committed: Decimal | None, months_left: int) -> Reach:
    """Return the shortfall that the forecast leads to, and the run rate that would prevent it."""
    refuse_negative(committed=committed)
    if committed is None:
        return Reach(
            shortfall=None,
            shortfall_at_p10=None,
            required=None,
            required_to_trailing=None,
            arithmetic=(),
            missing=("amount committed", *found.missing),
        )
    steps = []
    shortfall = at_p10 = required = ratio = None
    if found.expected is not None:
        shortfall = max(ZERO, committed - found.expected)
        steps.append(
            f"committed {figure(committed)} {MINUS} forecast {figure(found.expected)} "
            f"= shortfall {figure(shortfall)} (not below 0)"
        )
    if found.range is not None:
        at_p10 = max(ZERO, committed - found.range.p10)
    if months_left:
        gap = max(ZERO, committed - found.used)
        required = gap / months_left
        steps.append(f"required: {figure(gap)} / {months_left} months = {figure(required)} a month")
        if found.trailing:
            ratio = required / found.trailing
            steps.append(f"that is {ratio:.4f} {TIMES} the trailing mean")
    return Reach(
        shortfall=shortfall,
        shortfall_at_p10=at_p10,
        required=required,
        required_to_trailing=ratio,
        arithmetic=tuple(steps),
        missing=found.missing,
    )


def largest_commitment(found: Forecast) -> Decimal | None:
    """Return P10 of the forecast: the largest promise that nine of ten futures meet."""
    return None if found.range is None else found.range.p10


def residuals(months: Sequence[Decimal | None], *, growth: Decimal = ZERO) -> tuple[Decimal, ...]:
    """
    Return how far each of the last twelve months lay from its own forecast, around their mean.

    Empty with fewer than six months that are known without a gap up to the last one.
    """
    known: list[Decimal] = []
    for month in reversed(months[-LOOKED_BACK:]):
        if month is None:
            break
        known.insert(0, month)
    if len(known) < LEAST_FOR_A_RANGE:
        return ()
    errors = [
        known[place] - sum(known[place - TRAILING : place], ZERO) / TRAILING * (1 + growth)
        for place in range(TRAILING, len(known))
    ]
    # Centred: a range lies around the forecast and does not forecast a second time.
    middle = sum(errors, ZERO) / len(errors)
    return tuple(error - middle for error in errors)


def _bootstrap(
    trailing: Decimal,
    errors: Sequence[Decimal],
    *,
    used: Decimal,
    months_left: int,
    growth: Decimal,
) -> Range:
    draw = Random(SEED).random  # the one generator whose numbers stay the same across versions
    factors = [(1 + growth) ** i for i in range(1, months_left + 1)]
    ends = []
    for _ in range(DRAWS):
        recent = [trailing] * TRAILING  # without a shock the level stays where the forecast is
        total = used
        for factor in factors:
            level = sum(recent, ZERO) / TRAILING
            month = max(ZERO, level + errors[int(draw() * len(errors))])
            recent = [*recent[1:], month]
            total += month * factor
        ends.append(total)
    ends.sort()
    return Range(p10=_rank(ends, 10), p50=_rank(ends, 50), p90=_rank(ends, 90))


def _rank(ordered: Sequence[Decimal], percentile: int) -> Decimal:
    """Return the nearest rank: the smallest value that so many percent do not exceed."""
    return ordered[max(0, -(-len(ordered) * percentile // 100) - 1)]


def _mean(months: Sequence[Decimal | None]) -> Decimal | None:
    if len(months) < TRAILING or any(month is None for month in months):
        return None
    return sum((month for month in months if month is not None), ZERO) * ONE / len(months)
