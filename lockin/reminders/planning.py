"""What an app says about its things: the days that count, and whom to remind of them and when.

An app registers one source for each kind of thing, in its AppConfig.ready:

    from lockin.reminders import planning
    planning.register(planning.Source(kind="contract", subjects=…, plans=…, visible=…))

Nothing here knows what a contract or an audit is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from lockin.accounts.models import Organisation, User

COUNCIL, CHAIR = "council", "chair"


def person(user: User) -> str:
    """Return the recipient that is one person."""
    return f"user:{user.pk}"


@dataclass(frozen=True, kw_only=True)
class Nudge:
    """One reminder of a day, `lead_days` before it; -1 is the day after it.

    `reason` is a sentence that is true whenever it is read: no “tomorrow” in it, and no amount.
    """

    lead_days: int
    recipient: str
    title: str
    reason: str
    is_escalation: bool = False


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day that counts. Without nudges it stands in calendars and nobody is reminded."""

    kind: str
    falls_on: date
    title: str
    words: str
    path: str
    nudges: tuple[Nudge, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All days of one thing. None at all: the matter is settled, or gone."""

    subject_id: int
    days: tuple[Day, ...] = ()
    time_zone: str = ""
    """Where its mornings begin; empty is the organisation's zone."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One kind of thing that has days.

    `subjects` gives every thing that may have days, `plans` the plan of each one asked for (one
    that is left out has no days), `visible` the things whose days a person may see.
    """

    kind: str
    subjects: Callable[[Organisation], QuerySet[Any]]
    plans: Callable[[Organisation, Sequence[int], date], Iterable[Plan]]
    visible: Callable[[User], QuerySet[Any]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Let an app's things have days and reminders."""
    _sources[source.kind] = source


def sources() -> Iterator[Source]:
    """Return every source, in the order of their kinds."""
    for kind in sorted(_sources):
        yield _sources[kind]


def source_of(kind: str) -> Source | None:
    """Return the source of a kind; None when an app of that name is gone."""
    return _sources.get(kind)
