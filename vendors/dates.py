"""PURE. When a contract ends, by which day notice must arrive, and when the work before it starts.

The conventions, once:
- An end is the last day in force. A term of months ends on the day before the day of the month it
  began on, or on the last day of a month that is too short: 31 Jan + 1 month ends 28 Feb.
- Renewals are counted from the first anchor, never from the renewed end, so month ends do not
  drift: 28 Feb is followed by 31 Mar where the contract began on the first of a month.
- Notice must have arrived by the end of the computed day. A day on which nobody works moves back.
- What is not known stays not known; it is named in `missing` and never replaced by a guess.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vendors.days import (
    add_months,
    business_days_away,
    day,
    is_business_day,
    last_day,
    weekday,
    whole_months,
)

BRIEF_DAYS = 30
ALTERNATIVES_DAYS = 90
AUDIT_DAYS = 180

# Data Act (EU) 2023/2854: Art. 25(2)(d) notice, 25(2)(a) transition, 25(2)(g) retrieval, 29(1).
DATA_ACT_NOTICE_MONTHS = 2
DATA_ACT_TRANSITION_DAYS = 30
DATA_ACT_RETRIEVAL_DAYS = 30
NO_SWITCHING_CHARGES_FROM = date(2027, 1, 12)

_EARLIEST, _LATEST = date(1900, 1, 1), date(2500, 12, 31)
_LONGEST_MONTHS = 1200
_LONGEST_NOTICE_DAYS = 3650
_MINUS = "\N{MINUS SIGN}"


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


@dataclass(frozen=True, kw_only=True)
class Term:
    """What the paper says about its own end; None is "nobody wrote it down"."""

    starts_on: date | None = None
    ends_on: date | None = None
    term_months: int | None = None
    renewal: Renewal = Renewal.UNKNOWN
    renewal_months: int | None = None
    notice_value: int | None = None
    notice_unit: NoticeUnit = NoticeUnit.DAYS
    termination_for_convenience: bool | None = None
    convenience_from_month: int | None = None
    convenience_notice_days: int | None = None

    def __post_init__(self) -> None:
        # Rows hold plain text; a Term built from one behaves like any other.
        object.__setattr__(self, "renewal", Renewal(self.renewal))
        object.__setattr__(self, "notice_unit", NoticeUnit(self.notice_unit))
        for name in ("term_months", "renewal_months"):
            _check_range(name, getattr(self, name), 1, _LONGEST_MONTHS)
        _check_range("notice_value", self.notice_value, 0, _LONGEST_NOTICE_DAYS)
        _check_range("convenience_from_month", self.convenience_from_month, 0, _LONGEST_MONTHS)
        _check_range(
            "convenience_notice_days", self.convenience_notice_days, 0, _LONGEST_NOTICE_DAYS
        )
        for stated in (self.starts_on, self.ends_on):
            if stated and not _EARLIEST <= stated <= _LATEST:
                raise UnableToReckonDates(f"{day(stated)} is not a day of a contract.")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise UnableToReckonDates(
                f"The contract ends on {day(self.ends_on)}, before it starts "
                f"on {day(self.starts_on)}."
            )


@dataclass(frozen=True, kw_only=True)
class KeyDates:
    """The days that follow from a term, seen from one day."""

    on: date
    current_end: date | None
    """Last day in force of the period that `on` lies in; of the last one when all have ended."""
    ended: bool
    computed_notice_day: date | None
    last_notice_day: date | None
    """The last safe day: the computed one, moved back to a business day."""
    act_by: date | None
    """The day that the work is counted back from: the last notice day or, where a fixed term
    ends without notice, its end."""
    brief_due: date | None
    alternatives_tested: date | None
    audit_opens: date | None
    days_left: int | None
    """Days from `on` to `act_by`; negative when it has passed."""
    missed: bool
    """The last safe day has passed and the contract will, or may, renew."""
    next_end_if_renewed: date | None
    next_notice_day: date | None
    """The last safe day of the period after this one, for whoever missed this one."""
    first_unilateral_exit: date | None
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DataActClock:
    """The statutory way out of an EU cloud contract, from the day notice arrives."""

    notice_on: date
    notice_ends_on: date
    transition_ends_on: date
    retrieval_until: date
    charges_zero: bool
    """No switching charge may be taken on any day of the transition; exit fees are untouched."""
    arithmetic: tuple[str, ...]


def key_dates(term: Term, *, on: date, holidays: Collection[date] = ()) -> KeyDates:
    """Return every day that counts for this contract, with the steps that lead to it."""
    steps: list[str] = []
    missing: list[str] = []
    if term.renewal is Renewal.UNKNOWN:
        missing.append("renewal")
    first_end = _first_end(term, steps, missing)
    # A fixed term ends without a word; every other one needs notice to end.
    if term.notice_value is None and term.renewal is not Renewal.FIXED:
        missing.append("notice_value")

    periods = _Periods(term, first_end)
    number = periods.number_of(on)
    if periods.renew and term.renewal_months is None:
        missing.append("renewal_months")
    current, following = periods.end(number), periods.end(number, after=1)
    if current is not None and number:
        times = "once" if number == 1 else f"{number} times"
        steps.append(f"renewed {times} by {term.renewal_months} months: {day(current)}")
    computed = _computed_notice_day(term, current, holidays, steps)
    last = _move_back(computed, holidays, steps)
    next_last = _move_back(_computed_notice_day(term, following, holidays), holidays)

    ended = current is not None and current < on
    may_renew = term.renewal in (Renewal.AUTOMATIC, Renewal.UNKNOWN)
    act_by = last
    if term.renewal is Renewal.FIXED and term.notice_value is None:
        act_by = current
    convenience = _exit_for_convenience(term, on, steps, missing)
    exits = [convenience, _exit_at_an_end(term, periods, number, on, holidays)]
    if term.renewal is Renewal.EVERGREEN:
        exits.append(_exit_from_evergreen(term, first_end, on, holidays, steps))
    return KeyDates(
        on=on,
        current_end=current,
        ended=ended,
        computed_notice_day=computed,
        last_notice_day=last,
        act_by=act_by,
        brief_due=_before(act_by, BRIEF_DAYS),
        alternatives_tested=_before(act_by, ALTERNATIVES_DAYS),
        audit_opens=_before(act_by, AUDIT_DAYS),
        days_left=None if act_by is None else (act_by - on).days,
        missed=may_renew and last is not None and last < on,
        next_end_if_renewed=following,
        next_notice_day=next_last,
        first_unilateral_exit=min((day_ for day_ in exits if day_ is not None), default=None),
        arithmetic=tuple(steps),
        missing=tuple(missing),
    )


def data_act_clock(
    notice_on: date,
    *,
    notice_months: int = DATA_ACT_NOTICE_MONTHS,
    transition_days: int = DATA_ACT_TRANSITION_DAYS,
    retrieval_days: int = DATA_ACT_RETRIEVAL_DAYS,
) -> DataActClock:
    """Return the statutory days of a switch; shorter or agreed longer periods may be passed."""
    notice_ends = add_months(notice_on, notice_months)
    transition_ends = notice_ends + timedelta(days=transition_days)
    retrieval_until = transition_ends + timedelta(days=retrieval_days)
    return DataActClock(
        notice_on=notice_on,
        notice_ends_on=notice_ends,
        transition_ends_on=transition_ends,
        retrieval_until=retrieval_until,
        charges_zero=notice_ends >= NO_SWITCHING_CHARGES_FROM,
        arithmetic=(
            f"{day(notice_on)} + {notice_months} months of notice = {day(notice_ends)}",
            f"+ {transition_days} days of transition = {day(transition_ends)}",
            f"+ {retrieval_days} days of retrieval = {day(retrieval_until)}",
            f"no switching charges from {day(NO_SWITCHING_CHARGES_FROM)}",
        ),
    )


class _Periods:
    """The ends of one contract, numbered: 0 is the first term, 1 the first renewal."""

    def __init__(self, term: Term, first_end: date | None) -> None:
        self.renew = term.renewal is Renewal.AUTOMATIC
        self.step = term.renewal_months if self.renew else None
        self.first_end = None if term.renewal is Renewal.EVERGREEN else first_end
        # Counted from the start where the first term is whole months, else from the day after
        # its end: both keep the day of the month that the contract was made with.
        self.anchor, self.months = None, 0
        if first_end is not None:
            whole = whole_months(term.starts_on, first_end)
            self.anchor = term.starts_on if whole else first_end + timedelta(days=1)
            self.months = whole

    def end(self, number: int | None, *, after: int = 0) -> date | None:
        if number is None or self.first_end is None or self.anchor is None:
            return None
        number += after
        if number == 0:
            return self.first_end
        if self.step is None:
            return None
        return last_day(self.anchor, self.months + number * self.step)

    def number_of(self, on: date) -> int | None:
        """Return the period that the day lies in; None where its end cannot be known."""
        if self.first_end is None:
            return None
        if self.first_end >= on or not self.renew:
            return 0
        if self.step is None:
            return None
        apart = (on.year - self.first_end.year) * 12 + on.month - self.first_end.month
        number = max(1, apart // self.step)
        while (end := self.end(number)) is not None and end < on:
            number += 1
        return number


def _first_end(term: Term, steps: list[str], missing: list[str]) -> date | None:
    reckoned = None
    if term.starts_on and term.term_months:
        reckoned = last_day(term.starts_on, term.term_months)
    if term.ends_on is None:
        if reckoned is None:
            if term.renewal is not Renewal.EVERGREEN:
                missing.append("ends_on")
        elif term.starts_on:
            steps.append(
                f"{day(term.starts_on)} + {term.term_months} months: "
                f"last day in force {day(reckoned)}"
            )
        return reckoned
    steps.append(f"stated last day in force {day(term.ends_on)}")
    if reckoned is not None and reckoned != term.ends_on:
        steps.append(
            f"{term.term_months} months would end on {day(reckoned)}; the stated day holds"
        )
    return term.ends_on


def _computed_notice_day(
    term: Term, end: date | None, holidays: Collection[date], steps: list[str] | None = None
) -> date | None:
    if end is None or term.notice_value is None:
        return None
    if term.notice_unit is NoticeUnit.MONTHS:
        notice_day = add_months(end, -term.notice_value)
    elif term.notice_unit is NoticeUnit.DAYS:
        notice_day = end - timedelta(days=term.notice_value)
    else:
        notice_day = business_days_away(end, term.notice_value, -1, holidays)
    if steps is not None:
        steps.append(f"{day(end)} {_MINUS} {_notice(term)} = {weekday(notice_day)}")
    return notice_day


def _move_back(
    computed: date | None, holidays: Collection[date], steps: list[str] | None = None
) -> date | None:
    if computed is None:
        return None
    moved = computed
    while not is_business_day(moved, holidays):
        moved -= timedelta(days=1)
    if steps is not None and moved != computed:
        steps.append(f"back to a business day: {weekday(moved)}")
    return moved


def _exit_at_an_end(
    term: Term, periods: _Periods, number: int | None, on: date, holidays: Collection[date]
) -> date | None:
    """Return the first end that we can still bring about alone."""
    end = periods.end(number)
    if end is None or end < on:
        return None
    if term.renewal is Renewal.FIXED:
        return end
    if term.notice_value is None:
        return None
    # Notice longer than the renewal can be too late for several periods in a row.
    after = 0
    while end is not None:
        last = _move_back(_computed_notice_day(term, end, holidays), holidays)
        if last is not None and last >= on:
            return end
        after += 1
        end = periods.end(number, after=after)
    return None


def _exit_from_evergreen(
    term: Term, first_end: date | None, on: date, holidays: Collection[date], steps: list[str]
) -> date | None:
    if term.notice_value is None:
        return None
    given = max(on, term.starts_on or on)
    if term.notice_unit is NoticeUnit.MONTHS:
        notice_ends = add_months(given, term.notice_value)
    elif term.notice_unit is NoticeUnit.DAYS:
        notice_ends = given + timedelta(days=term.notice_value)
    else:
        notice_ends = business_days_away(given, term.notice_value, 1, holidays)
    steps.append(f"notice on {day(given)} + {_notice(term)} = {day(notice_ends)}")
    if first_end is not None and first_end > notice_ends:
        steps.append(f"not before the first term ends: {day(first_end)}")
        return first_end
    return notice_ends


def _exit_for_convenience(
    term: Term, on: date, steps: list[str], missing: list[str]
) -> date | None:
    if not term.termination_for_convenience:
        return None
    if term.convenience_notice_days is None:
        missing.append("convenience_notice_days")
        return None
    given = max(on, term.starts_on or on)
    if term.convenience_from_month:
        if term.starts_on is None:
            missing.append("starts_on")
            return None
        # "After month 12" is read as: notice may be given from the first day of month 13.
        given = max(
            given, last_day(term.starts_on, term.convenience_from_month) + timedelta(days=1)
        )
    leaves = given + timedelta(days=term.convenience_notice_days)
    steps.append(
        f"for convenience: notice on {day(given)} + {term.convenience_notice_days} days "
        f"= {day(leaves)}"
    )
    return leaves


def _notice(term: Term) -> str:
    unit = "business days" if term.notice_unit is NoticeUnit.BUSINESS_DAYS else term.notice_unit
    return f"{term.notice_value} {unit}"


def _before(deadline: date | None, days: int) -> date | None:
    return None if deadline is None else deadline - timedelta(days=days)


def _check_range(name: str, value: int | None, smallest: int, largest: int) -> None:
    if value is not None and not smallest <= value <= largest:
        raise UnableToReckonDates(f"{name} is {value}; it lies between {smallest} and {largest}.")
