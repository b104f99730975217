"""The scores follow what is written elsewhere: portfolio records, and an audit's last signature.

The portfolio's own writes know nothing of scores. The trail tells of every write, so that none of
them can be forgotten here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from assessments import current_scores
from lockin.accounts.models import Organisation
from lockin.trail.recording import Entry
from vendors.models import Commitment, Dependency

AUDIT_CLOSED = "audit.closed"
SUBJECTS = frozenset({"workload", "dependency", "contract", "commitment", "aimodel"})
# An import writes more than this at once: then all workloads are reckoned, by a job.
MANY = 200


def heard(entries: Sequence[Entry], organisation: Organisation, now: datetime) -> None:
    """Reckon again the workloads that these writes may have moved."""
    moving = [entry for entry in entries if entry.subject_type in SUBJECTS]
    # After a last signature every workload is compared with another year.
    if len(moving) > MANY or any(entry.act == AUDIT_CLOSED for entry in entries):
        current_scores.touch_all(organisation=organisation, now=now)
        return
    ids = moved_by(moving) if moving else []
    if ids:
        current_scores.touch(
            organisation=organisation, workload_ids=ids, on=organisation.day_of(now), now=now
        )


def moved_by(entries: Sequence[Entry]) -> list[int]:
    """Return the workloads whose score may follow from these writes, from at most two queries."""
    found: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_id.isdecimal():
            found.setdefault(entry.subject_type, set()).add(int(entry.subject_id))
    ids = set(found.get("workload", ()))
    contracts = set(found.get("contract", ()))
    if commitments := found.get("commitment"):
        contracts |= set(
            Commitment.objects.filter(pk__in=commitments)
            .order_by("pk")
            .values_list("contract_id", flat=True)
        )
    wanted = (
        Q(pk__in=found.get("dependency", ()))
        | Q(contract__in=contracts)
        | Q(model__in=found.get("aimodel", ()))
    )
    if contracts or found.get("dependency") or found.get("aimodel"):
        rows = Dependency.objects.filter(wanted).order_by("pk")
        ids |= set(rows.values_list("workload_id", flat=True))
    return sorted(ids)
