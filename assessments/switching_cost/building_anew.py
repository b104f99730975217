"""Building anew by the size of the code (Basic COCOMO, Boehm 1981), and months to pay back."""

from decimal import Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple

from assessments.scoring.figures import ARITHMETIC, ZERO
from assessments.switching_cost.estimates import UnableToReckonCost, not_negative


class Mode(StrEnum):
    """How tightly the software is bound by what surrounds it."""

    ORGANIC = "organic"
    EMBEDDED = "embedded"

    __hash__ = str.__hash__


class _Constants(NamedTuple):
    effort: Decimal
    effort_power: Decimal
    time: Decimal
    time_power: Decimal


_CONSTANTS = {
    Mode.ORGANIC: _Constants(Decimal("2.4"), Decimal("1.05"), Decimal("2.5"), Decimal("0.38")),
    Mode.EMBEDDED: _Constants(Decimal("3.6"), Decimal("1.20"), Decimal("2.5"), Decimal("0.32")),
}


class Effort(NamedTuple):
    """What the code takes."""

    person_months: Decimal
    months: Decimal


def basic_cocomo(thousand_lines: Decimal | int, *, mode: Mode) -> Effort:
    """Return a · K^b person-months and c · PM^d months, K in thousand lines of code."""
    size = not_negative(thousand_lines, what="The size of the code")
    constants = _CONSTANTS[mode]
    if not size:
        return Effort(ZERO, ZERO)
    with localcontext(ARITHMETIC):
        person_months = constants.effort * size**constants.effort_power
        return Effort(person_months, constants.time * person_months**constants.time_power)


def payback_months(*, cost: Decimal, monthly_saving: Decimal) -> Decimal:
    """
    Return after how many months a move has paid for itself, in one currency and undiscounted.

    :raises UnableToReckonCost: if nothing is saved
    """
    spent = not_negative(cost, what="The cost of the move")
    saved = not_negative(monthly_saving, what="The monthly saving")
    if not saved:
        raise UnableToReckonCost("Without a saving nothing is paid back.")
    with localcontext(ARITHMETIC):
        return spent / saved
