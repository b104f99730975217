"""PURE. Audit years: a label with its period, and the day on which each one opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from vendors.dates import AUDIT_DAYS
from vendors.days import add_months, weekday

# A year that was never opened is opened afterwards only while it still says something: beyond
# that the present year's audit looks at the same facts. [A]
LATEST_CATCH_UP = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditYear:
    """A period of twelve months with the label that people call it by."""

    label: str
    starts_on: date
    ends_on: date

    def contains(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def day_of_year(self, *, month: int, day: int) -> date:
        """Return the one such day that lies in this period."""
        year = self.starts_on.year
        in_first_year = date(year, month, day)
        return in_first_year if in_first_year >= self.starts_on else date(year + 1, month, day)


def year_of(day: date, *, starts_month: int) -> AuditYear:
    """Return the audit year that a day lies in: “2026”, or “2026/27” when it spans two."""
    first = day.year if day.month >= starts_month else day.year - 1
    starts_on = date(first, starts_month, 1)
    return AuditYear(
        label=str(first) if starts_month == 1 else f"{first}/{(first + 1) % 100:02d}",
        starts_on=starts_on,
        ends_on=add_months(starts_on, 12) - timedelta(days=1),
    )


def around(day: date, *, starts_month: int) -> tuple[AuditYear, AuditYear, AuditYear]:
    """Return the year before, the year that the day lies in, and the year after."""
    present = year_of(day, starts_month=starts_month)
    return (
        year_of(present.starts_on - timedelta(days=1), starts_month=starts_month),
        present,
        year_of(present.ends_on + timedelta(days=1), starts_month=starts_month),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDay:
    """A last day for notice, with the contract it belongs to."""

    day: date
    contract_key: str
    contract: str

    @property
    def audit_opens_on(self) -> date:
        return self.day - timedelta(days=AUDIT_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When an audit year opens, and what decided it."""

    year: AuditYear
    opens_on: date
    notice: NoticeDay | None
    """The notice day that brings it forward; None when the yearly date decides."""

    @property
    def words(self) -> str:
        if self.notice is None:
            return f"Its yearly date, {weekday(self.opens_on)}."
        return (
            f"{AUDIT_DAYS} days before the last day for notice of {self.notice.contract}, "
            f"{weekday(self.notice.day)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The day on which a year's audit looked at the contracts: its snapshot's, or today's."""

    label: str
    day: date


def unseen(
    notice_days: Iterable[NoticeDay], *, year: AuditYear, looks: Iterable[Look]
) -> list[NoticeDay]:
    """
    Return the notice days that the audit of no other year looked at in time.

    In time is within the 180 days before: what was found there can still be done. An audit for
    the same day once more would ask everybody the same again.
    """
    others = [look.day for look in looks if look.label != year.label]
    return [
        notice
        for notice in notice_days
        if not any(notice.audit_opens_on <= day <= notice.day for day in others)
    ]


def opening(year: AuditYear, *, month: int, day: int, notice_days: Iterable[NoticeDay]) -> Opening:
    """Return the earlier of the yearly date and the first notice day in the period less 180 days."""
    yearly = year.day_of_year(month=month, day=day)
    within = [notice for notice in notice_days if year.contains(notice.day)]
    first = min(within, key=lambda notice: (notice.day, notice.contract_key), default=None)
    if first is None or first.audit_opens_on >= yearly:
        return Opening(year=year, opens_on=yearly, notice=None)
    return Opening(year=year, opens_on=first.audit_opens_on, notice=first)
