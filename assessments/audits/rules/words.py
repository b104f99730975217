"""PURE. Figures as findings write them: percent without decimals, scores with one, counts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from lockin.money import round_half_up

NOT_KNOWN = "–"


def percent(share: Decimal) -> str:
    """Return a share 0–1 as `71%`."""
    return f"{round_half_up(share * 100, 0)}%"


def score(value: Decimal | None) -> str:
    """Return a score 0–100 as `63.2`."""
    return NOT_KNOWN if value is None else str(round_half_up(value, 1))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return `1 day` or `3 days`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], *, most: int = 5) -> str:
    """Return `a, b and c`, or `a, b, c, d, e and 7 more`."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or that month's last day."""
    from vendors.days import add_months

    return add_months(day, -months)
