"""PURE. What a contract's paper says about its own end, about notice, and about leaving early."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vendors.days import day

_EARLIEST, _LATEST = date(1900, 1, 1), date(2500, 12, 31)
_LONGEST_MONTHS = 1200
_LONGEST_NOTICE_DAYS = 3650


class UnableToReckonDates(ValueError):
    """The terms contradict themselves. The message is written for the user."""


class Renewal(StrEnum):
    FIXED = "fixed"
    AUTOMATIC = "automatic"
    EVERGREEN = "evergreen"
    UNKNOWN = "unknown"


class NoticeUnit(StrEnum):
    DAYS = "days"
    BUSINESS_DAYS = "business-days"
    MONTHS = "months"


class NoticeForm(StrEnum):
    ANY = "any"
    EMAIL = "email"
    PORTAL = "portal"
    POST = "post"
    REGISTERED = "registered"
    COURIER = "courier"
    UNKNOWN = "unknown"


# Notice that somebody has to carry: it arrives later than it is handed over.
CARRIED = frozenset({NoticeForm.POST, NoticeForm.REGISTERED, NoticeForm.COURIER})


@dataclass(frozen=True, kw_only=True)
class Term:
    """What the paper says, as amended; None is "nobody wrote it down"."""

    starts_on: date | None = None
    ends_on: date | None = None
    term_months: int | None = None
    renewal: Renewal = Renewal.UNKNOWN
    renewal_months: int | None = None
    notice_value: int | None = None
    notice_unit: NoticeUnit = NoticeUnit.DAYS
    notice_form: NoticeForm = NoticeForm.UNKNOWN
    notice_delivery_value: int | None = None
    """How long the paper takes a notice to be on its way; None: it says nothing."""
    notice_delivery_unit: NoticeUnit = NoticeUnit.DAYS
    notice_earliest_value: int | None = None
    """Notice earlier than this before the end does not count; None: no such rule."""
    notice_earliest_unit: NoticeUnit = NoticeUnit.DAYS
    time_zone: str = ""
    """Where notice must arrive; empty: ours."""
    termination_for_convenience: bool | None = None
    convenience_from_month: int | None = None
    convenience_notice_days: int | None = None

    # Set by `vendors.amending` alone.
    run_to: date | None = None
    """Last day of the period that an amendment found running; later renewals start after it."""
    anchor_on: date | None = None
    """The day that renewals were counted from before the amendment, so that month ends stay."""
    amended: tuple[str, ...] = ()
    """Which papers hold, in words."""

    def __post_init__(self) -> None:
        # Rows hold plain text; a Term built from one behaves like any other.
        for name, kind in (
            ("renewal", Renewal),
            ("notice_unit", NoticeUnit),
            ("notice_form", NoticeForm),
            ("notice_delivery_unit", NoticeUnit),
            ("notice_earliest_unit", NoticeUnit),
        ):
            object.__setattr__(self, name, kind(getattr(self, name)))
        for name in ("term_months", "renewal_months"):
            _check_range(name, getattr(self, name), 1, _LONGEST_MONTHS)
        _check_range("convenience_from_month", self.convenience_from_month, 0, _LONGEST_MONTHS)
        for name in (
            *("notice_value", "notice_delivery_value", "notice_earliest_value"),
            "convenience_notice_days",
        ):
            _check_range(name, getattr(self, name), 0, _LONGEST_NOTICE_DAYS)
        for stated in (self.starts_on, self.ends_on):
            if stated and not _EARLIEST <= stated <= _LATEST:
                raise UnableToReckonDates(f"{day(stated)} is not a day of a contract.")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise UnableToReckonDates(
                f"The contract ends on {day(self.ends_on)}, before it starts "
                f"on {day(self.starts_on)}."
            )
        self._check_window()
        if self.time_zone:
            try:
                ZoneInfo(self.time_zone)
            except (ZoneInfoNotFoundError, ValueError):
                raise UnableToReckonDates(f"{self.time_zone} is not a time zone.") from None

    def _check_window(self) -> None:
        earliest, latest = self.notice_earliest_value, self.notice_value
        if earliest is None or latest is None or self.notice_earliest_unit != self.notice_unit:
            return
        if earliest < latest:
            raise UnableToReckonDates(
                f"Notice not earlier than {earliest} and not later than {latest} "
                f"{in_words(self.notice_unit)} before the end: the window closes before it opens."
            )


def in_words(unit: NoticeUnit) -> str:
    return "business days" if unit is NoticeUnit.BUSINESS_DAYS else unit.value


def _check_range(name: str, value: int | None, smallest: int, largest: int) -> None:
    if value is not None and not smallest <= value <= largest:
        raise UnableToReckonDates(f"{name} is {value}; it lies between {smallest} and {largest}.")
