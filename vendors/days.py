"""PURE. Counting in months and business days, and the two ways to write a day."""

import calendar
from collections.abc import Container
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def add_months(start: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def last_day(start: date, months: int) -> date:
    """Return the last day in force of a term of that many months which begins on `start`."""
    target = add_months(start.replace(day=1), months)
    if start.day == 1:
        return target - _ONE_DAY
    longest = calendar.monthrange(target.year, target.month)[1]
    return target.replace(day=min(start.day - 1, longest))


def is_business_day(candidate: date, holidays: Container[date] = ()) -> bool:
    return candidate.weekday() < 5 and candidate not in holidays


def day(value: date) -> str:
    """Return `2 Dec 2026`, whatever the locale of the machine."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """Return `Wed 2 Dec 2026`, the form for deadlines."""
    return f"{_WEEKDAYS[value.weekday()]} {day(value)}"


def business_days_away(start: date, count: int, way: int, holidays: Container[date]) -> date:
    """Return the day with that many business days between it and the start, one end counted."""
    current = start
    while count:
        # Going back the day itself counts, going forward the day reached does: notice of one
        # business day before a Wednesday arrives on Tuesday, and one after it ends on Thursday.
        counted = current if way < 0 else current + _ONE_DAY
        count -= is_business_day(counted, holidays)
        current += way * _ONE_DAY
    return current


def whole_months(start: date | None, end: date) -> int:
    """Return the whole months from start to end, or 0 where they are not whole."""
    if start is None:
        return 0
    apart = (end.year - start.year) * 12 + end.month - start.month
    return next((m for m in (apart, apart + 1) if m > 0 and last_day(start, m) == end), 0)
