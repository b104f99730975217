"""Reckon every hash of the frozen records again, and say where one does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.audits.stored import rows
from assessments.models import Audit, Closing, Signature, Snapshot
from lockin.canonical import digest, root_digest


@dataclass(frozen=True, kw_only=True)
class Verified:
    """One audit's records. `breaks` is empty when every hash holds."""

    audit: Audit
    items: int
    snapshot_sha256: str
    closing_sha256: str
    breaks: tuple[str, ...]


def verify(audits: QuerySet[Audit]) -> Iterator[Verified]:
    """Yield the state of every audit that has a sealed snapshot, oldest first."""
    sealed = Snapshot.objects.filter(audit__in=audits, sealed_at__isnull=False)
    for snapshot in sealed.select_related("audit").order_by("audit__period_ends_on", "pk"):
        closing = Closing.objects.filter(audit=snapshot.audit).first()
        breaks: list[str] = []
        items = _items(snapshot, breaks)
        if closing is not None:
            _closing(closing, snapshot, breaks)
        elif snapshot.audit.state == Audit.State.CLOSED:
            breaks.append("The audit is closed, and its closing is missing.")
        yield Verified(
            audit=snapshot.audit,
            items=items,
            snapshot_sha256=snapshot.sha256,
            closing_sha256=closing.sha256 if closing else "",
            breaks=tuple(breaks),
        )


def _items(snapshot: Snapshot, breaks: list[str]) -> int:
    count = 0

    def digests() -> Iterator[str]:
        nonlocal count
        for place, row in enumerate(rows(snapshot)):
            count += 1
            if row.position != place:
                breaks.append(f"Item {place} is missing before {row.kind} {row.key}.")
            if digest(row.body) != row.sha256:
                breaks.append(f"{row.kind} {row.key} does not match its hash.")
            yield row.sha256

    if root_digest(digests()) != snapshot.sha256:
        breaks.append("The items do not match the snapshot's hash.")
    if count != snapshot.items_count:
        breaks.append(f"{snapshot.items_count} items were sealed, {count} are there.")
    return count


def _closing(closing: Closing, snapshot: Snapshot, breaks: list[str]) -> None:
    if digest(closing.body) != closing.sha256:
        breaks.append("The closing does not match its hash.")
    if closing.snapshot_sha256 != snapshot.sha256:
        breaks.append("The closing belongs to another snapshot.")
    body = json.loads(closing.body)
    signed = digest(f"{snapshot.sha256}\n{body['findings_sha256']}\n")
    for row in Signature.objects.filter(
        audit=snapshot.audit, withdrawn_at__isnull=True, voided_at__isnull=True
    ).order_by("function"):
        if row.signed_sha256 != signed:
            breaks.append(f"The signature for {row.function} covers something else.")
