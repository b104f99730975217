"""A person's days as an iCalendar file: the same bytes for the same days.

One event is one day of one thing. Its name never changes; a day that moves keeps the name and
raises the sequence, so that a calendar moves the entry and does not add another one. No amount
stands in it: a feed lies in programs that know nothing of permissions.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vDuration

from lockin.accounts.models import Organisation
from lockin.reminders.links import WARNED
from lockin.reminders.models import CalendarToken, Deadline
from lockin.reminders.standing import days_for

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=6)
# The nearest of them; a calendar of more days helps nobody.
MOST = 2000


def feed(token: CalendarToken, *, now: datetime, absolute: Callable[[str], str]) -> bytes:
    """
    Return the calendar of the link's person.

    :param absolute: makes a whole address of one within the product
    """
    user = token.user
    organisation = user.organisation
    calendar = Calendar()
    calendar.add("prodid", "-//Lockin//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(f"Lockin, {organisation}"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    days = days_for(user).order_by("falls_on", "subject_kind", "subject_id", "kind")[:MOST]
    for event in _events(days, organisation=organisation, absolute=absolute):
        calendar.add_component(event)
    if token.expires_at - now < WARNED:
        calendar.add_component(_last_day(token, absolute=absolute))
    return calendar.to_ical()


def _events(
    days: Iterable[Deadline], *, organisation: Organisation, absolute: Callable[[str], str]
) -> Iterable[Event]:
    for day in days:
        yield _event(
            uid=f"{day.subject_kind}-{day.subject_id}-{day.kind}",
            organisation=organisation,
            falls_on=day.falls_on,
            title=day.title,
            words=day.words,
            url=absolute(day.path) if day.path else "",
            sequence=day.sequence,
            changed_at=day.changed_at,
            kind=day.kind,
        )


def _last_day(token: CalendarToken, *, absolute: Callable[[str], str]) -> Event:
    organisation = token.user.organisation
    return _event(
        uid=f"calendar-link-{token.pk}",
        organisation=organisation,
        falls_on=organisation.day_of(token.expires_at),
        title="Lockin: this calendar stops today",
        words="Make a new link under Reminders and calendar, and put it in place of this one.",
        url=absolute("/reminders/"),
        sequence=0,
        changed_at=token.created_at,
        kind="calendar",
    )


def _event(
    *,
    uid: str,
    organisation: Organisation,
    falls_on: date,
    title: str,
    words: str,
    url: str,
    sequence: int,
    changed_at: datetime,
    kind: str,
) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{name_of(organisation)}")
    # When this reading of the day was made, not when it was fetched: the same bytes every time.
    changed = changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", sequence)
    event.add("dtstart", falls_on)
    event.add("dtend", falls_on + timedelta(days=1))
    event.add("summary", plain(title))
    if words:
        event.add("description", plain(words))
    if url:
        event.add("url", url)
    event.add("categories", [kind])
    event.add("class", "CONFIDENTIAL")
    # A day to know of, not a day on which one is away.
    event.add("transp", "TRANSPARENT")
    return event


def name_of(organisation: Organisation) -> str:
    """Return what tells this installation's events from those of any other."""
    made = f"{organisation.pk}:{organisation.created_at.astimezone(UTC).isoformat()}"
    return f"{hashlib.sha256(made.encode()).hexdigest()[:16]}.lockin"


# Signs that turn the direction of what follows, and so can hide it.
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain(text: str) -> str:
    """Return a text as one line without control signs: whoever named a contract is not trusted."""
    kept = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign
        for sign in text
        if sign not in _TURNING
    )
    return " ".join(kept.split())
