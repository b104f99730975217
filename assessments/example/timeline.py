"""PURE. When the example's history happened, counted back from the day of loading."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# This year's audit opened so long ago: owners have a few days left to answer.
OPENED_AGO = 26
LAST_DAY_OF_EVERY_MONTH = 28


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The days on which the two audits opened, and how a day becomes an instant."""

    today: date
    zone: str

    @property
    def opens_on(self) -> date:
        """This year's yearly date: one that every month has."""
        day = self.today - timedelta(days=OPENED_AGO)
        while day.day > LAST_DAY_OF_EVERY_MONTH:
            day -= timedelta(days=1)
        return day

    @property
    def opened_last_year_on(self) -> date:
        return self.opens_on.replace(year=self.opens_on.year - 1)

    @property
    def period_starts_month(self) -> int:
        """The first month of the audit year, so that today lies in the year that opened."""
        return 1 if self.opens_on.year == self.today.year else 7

    def last_year(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return an instant so many days after last year's audit opened."""
        return self.at(self.opened_last_year_on + timedelta(days=days), hour, minute)

    def this_year(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return an instant so many days after this year's audit opened."""
        return self.at(self.opens_on + timedelta(days=days), hour, minute)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), ZoneInfo(self.zone)).astimezone(UTC)
