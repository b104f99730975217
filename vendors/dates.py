"""PURE. When a contract ends, by which day notice must arrive, and when the work before it starts.

The conventions, once:
- An end is the last day in force. A term of months ends on the day before the day of the month it
  began on, or on the last day of a month that is too short: 31 Jan + 1 month ends 28 Feb.
- Renewals are counted from the first anchor, never from the renewed end, so month ends do not
  drift: 28 Feb is followed by 31 Mar where the contract began on the first of a month.
- Notice must have arrived by the end of the computed day, where the contract's clock stands. A day
  on which nobody works moves back. Where the paper says how long notice is on its way, the last
  safe day is the day of handing it over; where it says nothing, nothing is taken off.
- A window says from when notice counts. Its first day moves forward to a business day.
- A paper that takes effect on or before the last safe day is reckoned with: its terms hold then.
- What is not known stays not known; it is named in `missing` and never replaced by a guess.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vendors.days import add_months, business_days_away, day, is_business_day, last_day, weekday
from vendors.periods import Periods, first_end
from vendors.term import (
    CARRIED,
    NoticeForm,
    NoticeUnit,
    Renewal,
    Term,
    UnableToReckonDates,
    in_words,
)

__all__ = [
    "AUDIT_DAYS",
    "KeyDates",
    "NoticeForm",
    "NoticeUnit",
    "Renewal",
    "Term",
    "UnableToReckonDates",
    "key_dates",
]

BRIEF_DAYS = 30
ALTERNATIVES_DAYS = 90
AUDIT_DAYS = 180

# A day on which the deadline strikes before this hour of ours is no day to act on. [A]
END_OF_WORK = time(17)
_ONE_DAY = timedelta(days=1)
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, kw_only=True)
class KeyDates:
    """The days that follow from a term, seen from one day."""

    on: date
    current_end: date | None
    """Last day in force of the period that `on` lies in; of the last one when all have ended."""
    ended: bool
    computed_notice_day: date | None
    arrives_by: date | None
    """The last business day on which notice may arrive."""
    last_notice_day: date | None
    """The last safe day to hand notice over: the day of arrival, less what the paper takes for
    the way, and less a day where the deadline strikes before our day is over."""
    notice_opens_on: date | None
    """The first business day on which notice counts; None where any earlier day does."""
    deadline_at: datetime | None
    """The instant, in UTC, at which the day of arrival ends where notice must arrive."""
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
class _Clock:
    """What counting in business days and in hours needs."""

    holidays: Container[date]
    zone: str

    def back(self, found: date) -> date:
        while not is_business_day(found, self.holidays):
            found -= _ONE_DAY
        return found

    def forward(self, found: date) -> date:
        while not is_business_day(found, self.holidays):
            found += _ONE_DAY
        return found

    def before(self, end: date, value: int, unit: NoticeUnit) -> date:
        if unit is NoticeUnit.MONTHS:
            return add_months(end, -value)
        if unit is NoticeUnit.DAYS:
            return end - timedelta(days=value)
        return business_days_away(end, value, -1, self.holidays)

    def after(self, start: date, value: int, unit: NoticeUnit) -> date:
        if unit is NoticeUnit.MONTHS:
            return add_months(start, value)
        if unit is NoticeUnit.DAYS:
            return start + timedelta(days=value)
        return business_days_away(start, value, 1, self.holidays)

    def deadline(self, last: date, zone: str) -> datetime:
        there = ZoneInfo(zone or self.zone)
        return datetime.combine(last + _ONE_DAY, time(), there).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class _Notice:
    """The days of notice for one end."""

    computed: date | None = None
    arrives_by: date | None = None
    last: date | None = None
    opens_on: date | None = None
    deadline_at: datetime | None = None


def key_dates(
    term: Term,
    *,
    on: date,
    holidays: Container[date] = (),
    zone: str = "UTC",
    later: Sequence[tuple[date, Term]] = (),
) -> KeyDates:
    """
    Return every day that counts for this contract, with the steps that lead to it.

    :param term: the terms in force on that day
    :param holidays: days, besides weekends, on which nobody works
    :param zone: our own time zone, in which days are ours
    :param later: the terms after each signed paper that takes effect later, by its day
    """
    clock = _Clock(holidays=holidays, zone=zone)
    found = _reckon(term, on=on, clock=clock)
    for effective_on, amended in later:
        if found.act_by is not None and effective_on <= found.act_by:
            found = _reckon(amended, on=on, clock=clock)
        elif _reaches_next(found, effective_on):
            assert found.current_end is not None
            ahead = _reckon(amended, on=found.current_end + _ONE_DAY, clock=clock)
            found = replace(
                found,
                next_end_if_renewed=ahead.current_end,
                next_notice_day=ahead.last_notice_day,
            )
    return found


def _reaches_next(found: KeyDates, effective_on: date) -> bool:
    """Whether a paper takes effect in time for the notice of the period after this one."""
    limit = found.next_notice_day or found.next_end_if_renewed
    return found.current_end is not None and limit is not None and effective_on <= limit


def _reckon(term: Term, *, on: date, clock: _Clock) -> KeyDates:
    steps: list[str] = list(term.amended)
    missing: list[str] = []
    if term.renewal is Renewal.UNKNOWN:
        missing.append("renewal")
    first = first_end(term, steps, missing)
    # A fixed term ends without a word; every other one needs notice to end.
    if term.notice_value is None and term.renewal is not Renewal.FIXED:
        missing.append("notice_value")

    periods = Periods(term, first)
    number = periods.number_of(on)
    if periods.renew and term.renewal_months is None:
        missing.append("renewal_months")
    current, following = periods.end(number), periods.end(number, after=1)
    if current is not None and number:
        times = "once" if number == 1 else f"{number} times"
        steps.append(f"renewed {times} by {term.renewal_months} months: {day(current)}")
    notice = _notice_days(term, current, clock, steps)

    may_renew = term.renewal in (Renewal.AUTOMATIC, Renewal.UNKNOWN)
    act_by = notice.last
    if term.renewal is Renewal.FIXED and term.notice_value is None:
        act_by = current
    convenience = _exit_for_convenience(term, on, clock, steps, missing)
    exits = [convenience, _exit_at_an_end(term, periods, number, on, clock)]
    if term.renewal is Renewal.EVERGREEN:
        exits.append(_exit_from_evergreen(term, first, on, clock, steps))
    return KeyDates(
        on=on,
        current_end=current,
        ended=current is not None and current < on,
        computed_notice_day=notice.computed,
        arrives_by=notice.arrives_by,
        last_notice_day=notice.last,
        notice_opens_on=notice.opens_on,
        deadline_at=notice.deadline_at,
        act_by=act_by,
        brief_due=_before(act_by, BRIEF_DAYS),
        alternatives_tested=_before(act_by, ALTERNATIVES_DAYS),
        audit_opens=_before(act_by, AUDIT_DAYS),
        days_left=None if act_by is None else (act_by - on).days,
        missed=may_renew and notice.last is not None and notice.last < on,
        next_end_if_renewed=following,
        next_notice_day=_notice_days(term, following, clock).last,
        first_unilateral_exit=min((day_ for day_ in exits if day_ is not None), default=None),
        arithmetic=tuple(steps),
        missing=tuple(missing),
    )


def _notice_days(
    term: Term, end: date | None, clock: _Clock, steps: list[str] | None = None
) -> _Notice:
    if end is None or term.notice_value is None:
        return _Notice()
    steps = [] if steps is None else steps
    computed = clock.before(end, term.notice_value, term.notice_unit)
    steps.append(f"{day(end)} {_MINUS} {_length(term)} = {weekday(computed)}")
    arrives_by = clock.back(computed)
    if arrives_by != computed:
        steps.append(f"back to a business day: {weekday(arrives_by)}")
    deadline_at = clock.deadline(arrives_by, term.time_zone)
    last = min(
        _here(arrives_by, deadline_at, clock, steps), _handed_over(term, arrives_by, clock, steps)
    )
    return _Notice(
        computed=computed,
        arrives_by=arrives_by,
        last=last,
        opens_on=_opens_on(term, end, last, clock, steps),
        deadline_at=deadline_at,
    )


def _here(arrives_by: date, deadline_at: datetime, clock: _Clock, steps: list[str]) -> date:
    """Return the last day of ours that is over, or nearly, when the deadline strikes elsewhere."""
    ours = deadline_at.astimezone(ZoneInfo(clock.zone))
    if ours >= datetime.combine(arrives_by, END_OF_WORK, ZoneInfo(clock.zone)):
        return arrives_by
    moved = clock.back(arrives_by - _ONE_DAY)
    steps.append(
        f"that day ends there at {ours:%H:%M} of ours on {day(ours.date())}, before our work does: "
        f"{weekday(moved)}"
    )
    return moved


def _handed_over(term: Term, arrives_by: date, clock: _Clock, steps: list[str]) -> date:
    """Return the day on which notice must be on its way, where the paper says how long it takes."""
    if term.notice_delivery_value is None:
        if term.notice_form in CARRIED:
            steps.append("the paper says nothing about days on the way; notice must be there then")
        return arrives_by
    value, unit = term.notice_delivery_value, term.notice_delivery_unit
    moved = clock.back(clock.before(arrives_by, value, unit))
    steps.append(f"{_MINUS} {value} {in_words(unit)} on its way: {weekday(moved)}")
    return moved


def _opens_on(term: Term, end: date, last: date, clock: _Clock, steps: list[str]) -> date | None:
    if term.notice_earliest_value is None:
        return None
    value, unit = term.notice_earliest_value, term.notice_earliest_unit
    computed = clock.before(end, value, unit)
    opens = clock.forward(computed)
    said = f"not earlier than {value} {in_words(unit)} before {day(end)}: {weekday(computed)}"
    steps.append(said if opens == computed else f"{said}, forward to {weekday(opens)}")
    if opens > last:
        steps.append("no business day lies in the window: have the vendor confirm a day")
    return opens


def _exit_at_an_end(
    term: Term, periods: Periods, number: int | None, on: date, clock: _Clock
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
        last = _notice_days(term, end, clock).last
        if last is not None and last >= on:
            return end
        after += 1
        end = periods.end(number, after=after)
    return None


def _exit_from_evergreen(
    term: Term, first: date | None, on: date, clock: _Clock, steps: list[str]
) -> date | None:
    if term.notice_value is None:
        return None
    arrives = _arrives(term, max(on, term.starts_on or on), clock, steps)
    notice_ends = clock.after(arrives, term.notice_value, term.notice_unit)
    steps.append(f"notice on {day(arrives)} + {_length(term)} = {day(notice_ends)}")
    if first is not None and first > notice_ends:
        steps.append(f"not before the first term ends: {day(first)}")
        return first
    return notice_ends


def _exit_for_convenience(
    term: Term, on: date, clock: _Clock, steps: list[str], missing: list[str]
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
        given = max(given, last_day(term.starts_on, term.convenience_from_month) + _ONE_DAY)
    arrives = _arrives(term, given, clock, steps)
    leaves = arrives + timedelta(days=term.convenience_notice_days)
    steps.append(
        f"for convenience: notice on {day(arrives)} + {term.convenience_notice_days} days "
        f"= {day(leaves)}"
    )
    return leaves


def _arrives(term: Term, given: date, clock: _Clock, steps: list[str]) -> date:
    """Return the business day on which notice handed over on a day counts as arrived."""
    arrives = given
    if term.notice_delivery_value is not None:
        arrives = clock.after(given, term.notice_delivery_value, term.notice_delivery_unit)
    moved = clock.forward(arrives)
    if moved != given:
        steps.append(f"notice handed over on {day(given)} arrives on {weekday(moved)}")
    return moved


def _length(term: Term) -> str:
    return f"{term.notice_value} {in_words(term.notice_unit)}"


def _before(deadline: date | None, days: int) -> date | None:
    return None if deadline is None else deadline - timedelta(days=days)
