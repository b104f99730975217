"""What the last signed audit froze about each workload's score, for "vs 2025"."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.models import Audit, Snapshot, SnapshotItem
from lockin.accounts.models import Organisation

WORKLOAD = "workload"


@dataclass(frozen=True, kw_only=True)
class PreviousScore:
    """One workload in the last signed audit. `record` is its score's own record."""

    label: str
    residual: Decimal | None
    tier: str
    record: dict[str, Any]

    def dimension(self, key: str) -> Decimal | None:
        """Return a dimension's residual score; None where it did not apply."""
        for entry in self.record.get("dimensions", ()):
            if entry["dimension"] == key and entry["residual"] is not None:
                return Decimal(entry["residual"])
        return None


def last_signed(organisation: Organisation) -> Audit | None:
    """Return the newest audit that all four functions have signed."""
    return (
        Audit.objects.filter(organisation=organisation)
        .signed()
        .order_by("-period_ends_on", "-pk")
        .first()
    )


def previous_scores(
    organisation: Organisation,
    *,
    workload_keys: Iterable[str],
    audit: Audit | None = None,
) -> dict[str, PreviousScore]:
    """
    Return the frozen scores of these workloads by their key, from at most two queries.

    :param audit: the signed audit to read; without it the last one
    """
    audit = audit or last_signed(organisation)
    if audit is None:
        return {}
    rows = SnapshotItem.objects.filter(
        snapshot__audit=audit, kind=WORKLOAD, key__in=list(workload_keys)
    ).order_by("position")
    found = {}
    for key, body in rows.values_list("key", "body"):
        record = json.loads(body).get("score") or {}
        residual = (record.get("residual") or {}).get("score")
        found[key] = PreviousScore(
            label=audit.label,
            residual=None if residual is None else Decimal(residual),
            tier=record.get("tier") or "",
            record=record,
        )
    return found


def score_history(
    organisation: Organisation, *, workload_key: str
) -> list[tuple[Audit, PreviousScore]]:
    """Return a workload's score in every signed audit, oldest first, from two queries."""
    snapshots = {
        row.pk: row.audit
        for row in Snapshot.objects.filter(
            audit__organisation=organisation, audit__state=Audit.State.CLOSED
        )
        .select_related("audit")
        .order_by("audit__period_ends_on", "pk")
    }
    items = SnapshotItem.objects.filter(
        snapshot__in=list(snapshots), kind=WORKLOAD, key=workload_key
    ).order_by("pk")
    bodies = dict(items.values_list("snapshot_id", "body"))
    history = []
    for pk, audit in snapshots.items():
        if pk not in bodies:
            continue
        record = json.loads(bodies[pk]).get("score") or {}
        residual = (record.get("residual") or {}).get("score")
        history.append(
            (
                audit,
                PreviousScore(
                    label=audit.label,
                    residual=None if residual is None else Decimal(residual),
                    tier=record.get("tier") or "",
                    record=record,
                ),
            )
        )
    return history
