"""The public holidays of a country, from the library that knows them: days on which nobody works.

The sums take any container of days; this one looks a year up when it is first asked for a day of it.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

# Where a code alone leaves out what holds in the capital: London's bank holidays are England's.
_BY_DEFAULT = {"GB": "ENG"}


class Holidays:
    """Every public holiday of a country, or of a part of it such as DE-BY."""

    def __init__(self, code: str) -> None:
        self.code = code.upper()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _of_year(self.code, day.year)


def is_known(code: str) -> bool:
    """Whether the library knows the country, and the part of it where one is named."""
    country, _, part = code.upper().partition("-")
    parts = _supported().get(country)
    return parts is not None and (not part or part in parts)


@lru_cache(maxsize=64)
def holidays_of(code: str) -> Holidays | frozenset[date]:
    """Return the holidays of a country; none at all where it is not known, so weekends alone count."""
    return Holidays(code) if is_known(code) else frozenset()


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    found: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return found


@lru_cache(maxsize=4096)
def _of_year(code: str, year: int) -> frozenset[date]:
    country, _, part = code.partition("-")
    subdivision = part or _BY_DEFAULT.get(country)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
