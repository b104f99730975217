"""What was reckoned over all rows, kept until anything in the records changes.

Counts, totals and orders of ten thousand rows are the same at every view between two writes.
`for_request` reads in what state the records are, once for a page that only reads; what is kept
under that state is never wrong, since a write moves the state in its own transaction, and is
forgotten by growing old. A page that writes must not ask before it has written.

    memory = remembered.for_request(request)
    total = memory("contracts total", lambda: contracts.aggregate(…))

The state is the last event in the trail, but for acts that change nothing that is kept, and what
an app adds (AppConfig.ready) because it moves without an event. Where the trail is empty nothing
is kept. What people see differs: it is kept for all who see everything, else for one person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.http import HttpRequest

from lockin.accounts.models import Organisation
from lockin.canonical import digest, dumps
from lockin.trail.models import Event

T = TypeVar("T")

SECONDS = 60 * 60
# Counts up when the shape of anything that is kept changes: the cache outlives a release.
SHAPE = 1

_sources: list[Callable[[Organisation], Any]] = []
_without_effect: set[str] = set()
_MISSING = object()


def also(source: Callable[[Organisation], Any]) -> None:
    """Let something that moves without an event be a part of the state: plain JSON values."""
    if source not in _sources:
        _sources.append(source)


def untouched_by(*acts: str) -> None:
    """Name acts after which everything that is kept still holds."""
    _without_effect.update(acts)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept for one state of the records and one circle of people."""

    state: str = ""

    def __call__(self, name: str, make: Callable[[], T]) -> T:
        """Return what is kept under that name, or make and keep it. None is kept too."""
        if not self.state:
            return make()
        key = f"remembered-{digest(f'{self.state} {name}')}"
        found: Any = cache.get(key, _MISSING)
        if found is _MISSING:
            found = make()
            cache.set(key, found, timeout=SECONDS)
        return found  # type: ignore[no-any-return]


NOTHING = Memory()


def for_user(user: Any) -> Memory:
    """Return the memory for what this person sees, as of now."""
    return _memory(user.organisation, "all" if user.sees_all else f"person {user.pk}")


def for_organisation(organisation: Organisation) -> Memory:
    """Return the memory for what follows from all records, whoever looks, as of now."""
    return _memory(organisation, "whole")


def _memory(organisation: Organisation, circle: str) -> Memory:
    last = (
        Event.objects.filter(organisation=organisation)
        .exclude(act__in=sorted(_without_effect))
        .order_by("-sequence")
        .values_list("hash", flat=True)
        .first()
    )
    if last is None:
        return NOTHING
    others = [source(organisation) for source in _sources]
    return Memory(digest(dumps([SHAPE, organisation.pk, last, *others, circle])))


def for_request(request: HttpRequest) -> Memory:
    """Return the memory for whoever asks for a page, read once for the page and its menu."""
    found: Memory | None = getattr(request, "_memory", None)
    if found is None:
        found = for_user(request.user)
        request._memory = found  # type: ignore[attr-defined]
    return found


class OrderedValues:
    """A queryset's rows as tuples, page by page; their order is kept while no record changes.

    The first column is the primary key. Paginators take it in place of the queryset.
    """

    def __init__(self, rows: QuerySet[Any], columns: Sequence[str], *, memory: Memory) -> None:
        self._rows, self._columns, self._memory = rows, tuple(columns), memory

    @cached_property
    def _keys(self) -> list[Any]:
        rows = self._rows.values_list("pk", flat=True)
        try:
            asked = str(rows.query)
        except EmptyResultSet:
            return []
        return self._memory(f"keys of {digest(asked)}", lambda: list(rows))

    def __len__(self) -> int:
        return len(self._keys) if self._memory.state else self._rows.order_by().count()

    def __getitem__(self, cut: slice) -> list[tuple[Any, ...]]:
        if not self._memory.state:
            return list(self._rows.values_list(*self._columns)[cut])
        keys = self._keys[cut]
        found = self._rows.model._default_manager.filter(pk__in=keys).values_list(*self._columns)
        by_key = {values[0]: values for values in found}
        return [by_key[key] for key in keys if key in by_key]
