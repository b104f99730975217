"""How numbers are reckoned and written: one decimal context, four places in records."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias

# Points and weights are small and mostly whole; both kinds are exact and may be mixed.
Number: TypeAlias = int | Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)

# A score must not depend on the context that the caller happens to have set.
ARITHMETIC = Context(prec=28, rounding=ROUND_HALF_EVEN)

_FOUR_PLACES = Decimal("0.0001")


def fixed(value: Number) -> str:
    """Write a number for a record: always four places, halves away from zero, never minus zero."""
    if isinstance(value, int):
        return f"{value}.0000"
    written = value.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP, context=ARITHMETIC)
    return str(written if written else abs(written))


def fixed_or_none(value: Number | None) -> str | None:
    return None if value is None else fixed(value)
