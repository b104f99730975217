"""How numbers, money, dates and gaps are written for people."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from lockin.money import Money, shown_difference

DASH = "–"  # missing; never 0
MINUS = "\u2212"
WORDS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def missing(value: Any) -> bool:
    """Whether there is nothing to show. Zero is something."""
    return value is None or value == ""


def number(value: Any) -> Decimal | None:
    """Return a value as a decimal, or None when it is no number."""
    if missing(value) or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round for display, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def grouped(value: Decimal, places: int = 0) -> str:
    """Return a number with thousands marks and a true minus."""
    rounded = half_up(value, places)
    text = f"{abs(rounded):,}"
    return (MINUS if rounded < 0 else "") + text


# ── Money ───────────────────────────────────────────────────────────────────────────────────────


def amount_of(value: Any) -> Money | None:
    """Return a Money, a (minor units, currency) pair or a bare number as Money.

    A bare number is taken as US dollars in whole units.
    """
    if isinstance(value, Money):
        return value
    if isinstance(value, tuple | list):
        if len(value) != 2 or missing(value[0]):
            return None
        return Money.from_minor(int(value[0]), str(value[1]))
    bare = number(value)
    return None if bare is None else Money(bare, "USD")


def money(value: Any) -> str:
    """Return an exact amount: $1,240,000, with cents only where there are any."""
    found = amount_of(value)
    return DASH if found is None else str(found).removesuffix(".00").removesuffix(".000")


def money_short(value: Any) -> str:
    """Return an amount for reading: $720k, $1.24m, $13.8m."""
    found = amount_of(value)
    return DASH if found is None else found.short()


def thousand(value: Any, unit: str = "") -> str:
    """Return an amount in thousands, for a table that names its unit once.

    An amount in another currency than the table's names its own; what is there but rounds to
    nothing is “<1”, since 0 says that there is none.
    """
    found = amount_of(value)
    if found is None:
        return DASH
    number_of = grouped(found.amount.scaleb(-3))
    if number_of == "0" and found.amount:
        number_of = "<1"
    return number_of if not unit or found.currency == unit else f"{found.currency} {number_of}"


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────


def whole(value: Any) -> str:
    """Return a whole number with thousands marks."""
    found = number(value)
    return DASH if found is None else grouped(found)


def score(value: Any) -> str:
    """Return a score as a whole number, halves up. The exact score stays in the record."""
    return whole(value)


def signed(value: Any, places: int = 0) -> str:
    """Return a change with its sign: +3, −3, 0."""
    found = number(value)
    if found is None:
        return DASH
    rounded = half_up(found, int(places))
    return ("+" if rounded > 0 else "") + grouped(rounded, int(places))


def change_to(before: Any, after: Any, places: int = 0) -> Decimal | None:
    """Return the difference of two figures as they are shown beside it; None without both."""
    first, second = number(before), number(after)
    if first is None or second is None:
        return None
    return shown_difference(first, second, places)


def percent(value: Any) -> str:
    """Return a share from 0 to 1 as a percentage without decimals."""
    found = number(value)
    return DASH if found is None else f"{grouped(found * 100)}%"


def in_words(value: Any) -> str:
    """Return a count in words up to twelve, then in figures."""
    found = number(value)
    if found is None:
        return DASH
    if found == found.to_integral_value() and 0 <= found < len(WORDS):
        return WORDS[int(found)]
    return grouped(found)


def plural_words(value: Any, nouns: str = "") -> str:
    """Return a count with its noun: "workload" gives “two workloads”, “no workloads”.

    Nouns that do not take an s are given as "one,many", such as "person,people".
    """
    found = number(value)
    if found is None or not nouns:
        return in_words(value)
    one, _, many = nouns.partition(",")
    return f"{in_words(value)} {one if found == 1 else many or one + 's'}"


# ── Time ────────────────────────────────────────────────────────────────────────────────────────


def day_of(value: Any) -> date | None:
    """Return the day of a date or of an instant, in the zone in force."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


def day(value: Any) -> str:
    """Return 2 Dec 2026."""
    found = day_of(value)
    return DASH if found is None else f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def weekday_day(value: Any) -> str:
    """Return Wed 2 Dec 2026: for deadlines alone."""
    found = day_of(value)
    return DASH if found is None else f"{WEEKDAYS[found.weekday()]} {day(found)}"


def moment(value: Any) -> str:
    """Return 31 Oct 2026, 18:00 UTC."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(value)}, {local:%H:%M} {local.tzname() or ''}".rstrip()


def clock(value: Any) -> str:
    """Return 10:42."""
    if not isinstance(value, datetime):
        return DASH
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%H:%M}"


def ago(value: Any, on: Any = None) -> str:
    """Return how long ago a day is, seen from `on` (without it, from today)."""
    found = day_of(value)
    if found is None:
        return DASH
    seen_from = day_of(on) or timezone.localdate()  # noqa: TID251 (display alone)
    days = (seen_from - found).days
    if days in (-1, 0, 1):
        return {-1: "tomorrow", 0: "today", 1: "yesterday"}[days]
    size = abs(days)
    if size < 60:
        span = f"{size} days"
    elif size < 730:
        span = f"{months_between(found, seen_from)} months"
    else:
        span = f"{months_between(found, seen_from) // 12} years"
    return f"{span} ago" if days > 0 else f"in {span}"


def months_between(one: date, other: date) -> int:
    """Return the whole months between two days, whichever comes first."""
    early, late = sorted((one, other))
    months = (late.year - early.year) * 12 + late.month - early.month
    return months - 1 if late.day < early.day else months


def dash(value: Any) -> Any:
    """Return the value, or – where there is none."""
    return DASH if missing(value) else value
