"""
PURE. What an uplift clause adds up to over the years, free and under a cap.

    price in year n = A · (1 + uplift)^n, the first uplift at the first anniversary

How far a vendor can go before leaving pays is the uplift ceiling; it needs the switching cost and
is reckoned where that is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vendors.exposure.steps import (
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_no_term,
    refuse_rate,
)


@dataclass(frozen=True, kw_only=True)
class UpliftTable:
    uncapped: tuple[Decimal, ...] | None
    """Price of each year; None where nobody knows what the vendor will ask."""
    capped: tuple[Decimal, ...] | None
    difference: Decimal | None
    """What the cap saves over all years."""
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


def uplift_table(
    *, annual: Decimal, uplift: Decimal | None, cap: Decimal | None, years: int
) -> UpliftTable:
    """
    Return the price of each year after a yearly uplift, free and under a cap.

    :param uplift: what is expected without a cap, 0.07 for 7 %; None is not known
    :param cap: the most that the paper allows; None where it has no cap or none was read
    :raises UnableToReckonExposure: if an amount is negative, or there is no year
    """
    refuse_negative(yearly_price=annual, uplift=uplift, cap=cap)
    refuse_rate(uplift=uplift or ZERO, cap=cap or ZERO)
    refuse_no_term(12 * years)
    missing = [name for name, value in (("uplift expected", uplift), ("cap", cap)) if value is None]
    free = None if uplift is None else _prices(annual, uplift, years)
    # A cap bounds a price even where nobody knows what the vendor would ask.
    held = (
        None if cap is None else _prices(annual, cap if uplift is None else min(uplift, cap), years)
    )
    steps = []
    if free is not None and uplift is not None:
        steps.append(_row(f"{percent(uplift)} a year", free))
    if held is not None and cap is not None:
        steps.append(_row(f"capped at {percent(cap)}", held))
    difference = None
    if free is not None and held is not None:
        difference = sum(free, ZERO) - sum(held, ZERO)
        steps.append(f"difference over {years} years: {figure(difference)}")
    return UpliftTable(
        uncapped=free,
        capped=held,
        difference=difference,
        arithmetic=tuple(steps),
        missing=tuple(missing),
    )


def _prices(annual: Decimal, uplift: Decimal, years: int) -> tuple[Decimal, ...]:
    return tuple(annual * (1 + uplift) ** year for year in range(1, years + 1))


def _row(name: str, prices: Sequence[Decimal]) -> str:
    return f"{name}: {' / '.join(figure(price) for price in prices)}"
