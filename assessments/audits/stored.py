"""Frozen items in the database: written in order with their hashes, read a page at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q

from assessments.audits.payload import Payload
from assessments.models import Snapshot, SnapshotItem
from lockin.canonical import digest, dumps

PAGE = 200


def item(snapshot: Snapshot, *, position: int, kind: str, key: str, body: Any) -> SnapshotItem:
    """Return an item with its canonical text and hash, not yet stored."""
    text = dumps(body)
    return SnapshotItem(
        snapshot=snapshot, position=position, kind=kind, key=key, body=text, sha256=digest(text)
    )


class Writer:
    """Takes items in order and stores them a page at a time, each page in a transaction.

    `report` comes first in every such transaction: it fails when another worker has taken over,
    and then nothing of the page is kept.
    """

    def __init__(self, snapshot: Snapshot, *, report: Callable[[int, str], None]) -> None:
        self.snapshot = snapshot
        self._report = report
        self._position = 0
        self._waiting: list[SnapshotItem] = []
        self._progress = (0, "")

    def add(self, kind: str, key: str, body: Any) -> None:
        self._waiting.append(
            item(self.snapshot, position=self._position, kind=kind, key=key, body=body)
        )
        self._position += 1
        if len(self._waiting) >= PAGE:
            self.flush(*self._progress)

    def flush(self, done: int, words: str) -> None:
        """Store what waits, and say how far the work is."""
        self._progress = (done, words)
        with transaction.atomic():
            self._report(done, words)
            SnapshotItem.objects.bulk_create(self._waiting)
        self._waiting = []


def rows(snapshot: Snapshot, kind: str = "", *, wanted: Q | None = None) -> Iterator[SnapshotItem]:
    """Yield items in the order of the root hash, never more than a page in memory.

    :param wanted: narrows them down in the database
    """
    found = SnapshotItem.objects.filter(snapshot=snapshot).order_by("position")
    if kind:
        found = found.filter(kind=kind)
    if wanted is not None:
        found = found.filter(wanted)
    reached = -1
    while page := list(found.filter(position__gt=reached)[:PAGE]):
        yield from page
        reached = page[-1].position


def payload_of(snapshot: Snapshot, *, with_amounts: bool = True) -> Payload:
    """Return the typed reader over a stored snapshot."""

    def read(kind: str) -> Iterator[dict[str, Any]]:
        for row in rows(snapshot, kind):
            yield json.loads(row.body)

    return Payload(read, schema_version=snapshot.schema_version, with_amounts=with_amounts)


def bodies_by_key(snapshot: Snapshot, *, kind: str, keys: Iterable[str]) -> dict[str, Any]:
    """Return some items of a kind, from one query."""
    found = SnapshotItem.objects.filter(snapshot=snapshot, kind=kind, key__in=list(keys))
    return {key: json.loads(body) for key, body in found.values_list("key", "body")}
