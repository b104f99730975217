"""The only writer of trail events, and the check that the chain still holds."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from lockin.accounts.models import Organisation, User, actor_words
from lockin.canonical import digest, dumps
from lockin.trail.models import Event, Head

_loading: ContextVar[bool] = ContextVar("loading", default=False)
BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What happened to one thing: `before` and `after` hold plain JSON values, or None."""

    act: str
    subject_type: str
    subject_id: str
    subject_name: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


Listener = Callable[[Sequence[Entry], Organisation, datetime], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let an app above know of every write, inside the write's transaction (AppConfig.ready).

    So that what follows from a write cannot be forgotten by one of its many callers. A load of
    history tells nobody: what follows from it is reckoned once, at its end.
    """
    if listener not in _listeners:
        _listeners.append(listener)


@contextmanager
def loading_history() -> Iterator[None]:
    """Mark everything written inside as loaded, not as it happened (decisions 45)."""
    token = _loading.set(True)
    try:
        yield
    finally:
        _loading.reset(token)


def entry(
    act: str,
    subject: models.Model,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Entry:
    """Return the entry for a model row, named as it names itself."""
    return Entry(
        act=act,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        subject_name=str(subject)[:300],
        before=before,
        after=after,
    )


def record(
    act: str,
    subject: models.Model,
    *,
    organisation: Organisation,
    by: User | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Append one event to the organisation's chain, inside the caller's transaction.

    `by` None means the schedule acted. `act` reads `noun.verb`, such as `contract.edited`.
    """
    return record_all(
        [entry(act, subject, before=before, after=after)],
        organisation=organisation,
        by=by,
        now=now,
    )[0]


@transaction.atomic
def record_all(
    entries: Sequence[Entry], *, organisation: Organisation, by: User | None, now: datetime
) -> list[Event]:
    """Append events in order; the chain's end is locked once for all of them."""
    Head.objects.get_or_create(organisation=organisation)
    head = Head.objects.select_for_update().get(organisation=organisation)
    actor = actor_words(by)
    events = []
    for item in entries:
        head.sequence += 1
        event = Event(
            organisation=organisation,
            sequence=head.sequence,
            at=now,
            actor_id=actor["id"],
            actor_name=actor["name"],
            actor_role=actor["role"][:200],
            act=item.act,
            subject_type=item.subject_type,
            subject_id=item.subject_id,
            subject_name=item.subject_name,
            before=_stored(item.before),
            after=_stored(item.after),
            loaded=_loading.get(),
            previous_hash=head.hash,
        )
        event.hash = event_hash(event)
        head.hash = event.hash
        events.append(event)
    Event.objects.bulk_create(events, batch_size=BATCH)
    head.save(update_fields=["sequence", "hash"])
    if not _loading.get():
        for listener in _listeners:
            listener(entries, organisation, now)
    return events


def _stored(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return values as JSON keeps them: what is hashed is what is read back."""
    return None if values is None else json.loads(dumps(values))


def changes(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return only what differs, before and after; None when nothing does."""
    names = [name for name in after if before.get(name) != after[name]]
    if not names:
        return None
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def field_values(row: models.Model, *names: str) -> dict[str, Any]:
    """Return a row's fields for `before` and `after`: foreign keys by id and name."""
    values: dict[str, Any] = {}
    for name in names or [field.name for field in row._meta.concrete_fields]:
        value = getattr(row, name)
        if isinstance(value, models.Model):
            value = {"id": str(value.pk), "name": str(value)}
        elif not isinstance(value, (bool, int, str, type(None), dict, list, tuple)):
            value = (
                value if hasattr(value, "isoformat") or isinstance(value, Decimal) else str(value)
            )
        values[name] = value
    return values


def event_hash(event: Event) -> str:
    """Return the SHA-256 over the event's canonical form and the hash before it."""
    return digest(
        dumps(
            {
                "organisation": event.organisation_id,
                "sequence": event.sequence,
                "at": event.at,
                "actor": [event.actor_id, event.actor_name, event.actor_role],
                "act": event.act,
                "subject": [event.subject_type, event.subject_id, event.subject_name],
                "before": event.before,
                "after": event.after,
                "loaded": event.loaded,
                "previous": event.previous_hash,
            }
        )
    )


def broken_links(events: Iterable[Event]) -> Iterator[str]:
    """Yield a sentence for each place where a chain, given in order, does not hold."""
    expected_sequence, expected_hash = 1, "0" * 64
    for event in events:
        if event.sequence != expected_sequence:
            yield f"Event {expected_sequence} is missing; the next one is {event.sequence}."
        if event.previous_hash != expected_hash:
            yield f"Event {event.sequence} does not follow from the one before it."
        if event_hash(event) != event.hash:
            yield f"Event {event.sequence} was changed after it was written."
        expected_sequence, expected_hash = event.sequence + 1, event.hash
