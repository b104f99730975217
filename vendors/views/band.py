"""PURE. The calendar band above the list of contracts: one mark a notice day, over twelve months.

Places are shares of the band's own width, as texts in per cent: the content security policy drops
style attributes, and shapes take them as presentation attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vendors.days import add_months

MONTHS = 12
LANES = 4
HEIGHT, BASE, LANE = 72, 46, 11
# Marks nearer than this to one another would touch, at the narrowest width.
APART = 3.2
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One contract's notice day. `x` in per cent, `y` in pixels."""

    x: str
    y: int
    day: date
    name: str
    is_open: bool
    is_soon: bool


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month's first day on the band."""

    x: str
    label: str
    year: str
    is_wide_only: bool


@dataclass(frozen=True, kw_only=True)
class Band:
    """Twelve months from the first of this one."""

    months: tuple[Month, ...]
    marks: tuple[Mark, ...]
    today: str
    height: int = HEIGHT
    base: int = BASE

    @property
    def waiting(self) -> int:
        return sum(mark.is_open for mark in self.marks)


def band(days: Iterable[tuple[date, str, bool]], *, on: date, soon: int = 30) -> Band:
    """
    Return the band as seen from a day.

    :param days: notice day, contract, whether nobody has decided yet
    """
    first = on.replace(day=1)
    after = add_months(first, MONTHS)
    length = (after - first).days

    def place(day: date) -> float:
        return 100 * (day - first).days / length

    marks: list[Mark] = []
    last_in_lane = [-APART] * LANES
    for day, name, is_open in sorted(days, key=lambda entry: (entry[0], entry[1])):
        if not on <= day < after:
            continue
        x = place(day)
        lane = next((i for i, last in enumerate(last_in_lane) if x - last >= APART), LANES - 1)
        last_in_lane[lane] = x
        marks.append(
            Mark(
                x=_percent(x),
                y=BASE - 8 - lane * LANE,
                day=day,
                name=name,
                is_open=is_open,
                is_soon=is_open and day < on + timedelta(days=soon),
            )
        )
    starts = [add_months(first, number) for number in range(MONTHS)]
    months = tuple(
        Month(
            x=_percent(place(start)),
            label=_NAMES[start.month - 1],
            year=str(start.year) if number == 0 or start.month == 1 else "",
            is_wide_only=bool(number % 3),
        )
        for number, start in enumerate(starts)
    )
    return Band(months=months, marks=tuple(marks), today=_percent(place(on)))


def _percent(share: float) -> str:
    return f"{share:.2f}%"
