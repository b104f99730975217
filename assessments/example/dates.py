"""PURE. Dates in the example's tables, laid relative to the day of loading.

`{T-26d}` is 26 days before that day, `{M-14m-1d}` the last day of the fifteenth month before its
own: M is the first day of the month. Offsets apply from left to right.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from vendors.days import add_months, day

_TOKEN = re.compile(r"\{([TM])((?:[+-]\d+[dm])*)\}")
_OFFSET = re.compile(r"([+-]\d+)([dm])")


class UnableToPlaceDates(ValueError):
    """A cell looks like a relative date and is none."""


def materialise(text: str, *, today: date, write: Callable[[date], str] = date.isoformat) -> str:
    """
    Return the text with every relative date written out.

    :raises UnableToPlaceDates: if braces are left over
    """
    done = _TOKEN.sub(lambda found: write(_placed(found[1], found[2], today=today)), text)
    if "{" in done:
        raise UnableToPlaceDates(f"“{text}” holds a date that cannot be read.")
    return done


def in_words(text: str, *, today: date) -> str:
    """Return the text with relative dates as people read them: 2 Dec 2026."""
    return materialise(text, today=today, write=day)


def placed(text: str, *, today: date) -> date | None:
    """Return the day that a whole cell stands for; None when it is blank."""
    return date.fromisoformat(materialise(text, today=today)) if text else None


def _placed(anchor: str, offsets: str, *, today: date) -> date:
    found = today if anchor == "T" else today.replace(day=1)
    for amount, unit in _OFFSET.findall(offsets):
        number = int(amount)
        found = add_months(found, number) if unit == "m" else found + timedelta(days=number)
    return found
