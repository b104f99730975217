"""Freeze what the audit saw: written in batches, sealed in one step, then never changed.

Nothing is locked while it is written. The end of the trail is noted first, and the seal is set
only if nothing was written to the records since; otherwise it starts over. After three tries it
is written in one transaction that holds the end of the trail, so that writers wait instead.

A worker that dies leaves rows without a seal, which count for nothing: the next one removes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from assessments.audits import drafting, progress
from assessments.audits.cycle import move
from assessments.audits.freezing import write_items
from assessments.audits.payload import SCHEMA_NAME, SCHEMA_VERSION
from assessments.audits.stored import Writer
from assessments.audits.telling import council_of, tell_about_audit
from assessments.audits.transitions import Act, blockers
from assessments.models import Audit, Finding, Snapshot, SnapshotItem
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.canonical import root_digest
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.trail.models import Event, Head
from lockin.trail.recording import record
from vendors.models import Workload

KIND = "snapshot"
TRIES = 3
ASKED = "audit.snapshot-asked"
# Events about these say nothing that a snapshot freezes.
NO_CONTENT = ("audit", "finding", "signature", "report", "job", "message", "apitoken")


class UnableToFreeze(Exception):
    """The snapshot cannot be taken. The message is written for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for the snapshot, when, and as of which day of the organisation."""

    at: datetime
    by: str
    as_of: date
    even_so: str


@transaction.atomic
def ask(*, audit: Audit, by: User, now: datetime, even_so: str = "") -> Job:
    """
    Ask for the snapshot, as of today in the organisation's time zone.

    :param even_so: why it is taken although assessments are missing; frozen with it
    :raises UnableToFreeze: if the person may not, or something blocks it
    :raises UnableToMove: if the audit stands elsewhere
    """
    if not may(by, Permission.AUDIT_MANAGE) or by.organisation_id != audit.organisation_id:
        raise UnableToFreeze("Only the council takes the snapshot.")
    audit.refresh_from_db()
    even_so = even_so.strip()
    standing = progress.standing(audit)
    if audit.state == Audit.State.SNAPSHOT:
        if not standing.snapshot_failed:
            raise UnableToFreeze("The snapshot is being taken already.")
    else:
        for blocker in blockers(standing) if audit.state == Audit.State.ASSESSMENTS else ():
            if not (blocker.may_be_overridden and even_so):
                raise UnableToFreeze(blocker.text)
        move(audit, act=Act.TAKE_SNAPSHOT)
    as_of = audit.organisation.day_of(now)
    record(
        ASKED,
        audit,
        organisation=audit.organisation,
        by=by,
        now=now,
        after={"as_of": as_of, "even_so": even_so, "workloads": standing.workloads},
    )
    return queue.ask(
        organisation=audit.organisation,
        kind=KIND,
        subject=audit.pk,
        now=now,
        total=standing.workloads,
    )


def asked_for(audit: Audit) -> Asked:
    """Return the latest request, from the trail, which keeps it as it was."""
    event = (
        Event.objects.filter(organisation=audit.organisation, act=ASKED)
        .about("audit", audit.pk)
        .order_by("-sequence")
        .first()
    )
    if event is None:
        raise UnableToFreeze("Nobody has asked for this snapshot.")
    return Asked(
        at=event.at,
        by=event.actor_name,
        as_of=date.fromisoformat(event.after["as_of"]),
        even_so=event.after["even_so"],
    )


def build(*, claim: queue.Claim, audit_id: int, now: datetime) -> None:
    """
    Write and seal the snapshot, and draft the findings. Does nothing where that is done already.

    :raises LeaseLost: if another worker has taken over; what this one wrote is rolled back
    """
    audit = Audit.objects.select_related("organisation").get(pk=audit_id)
    if audit.state != Audit.State.SNAPSHOT:
        queue.finish(claim, now=now)
        return
    asked = asked_for(audit)
    for attempt in range(1, TRIES + 1):
        noted = _end_of_trail(audit)
        snapshot = _begin(audit, claim=claim, noted=noted, attempt=attempt, now=now)
        drafted = _write(snapshot, audit=audit, asked=asked, claim=claim)
        if _seal(snapshot, audit=audit, drafted=drafted, claim=claim, noted=noted, now=now):
            return
    with transaction.atomic():
        # Every writer ends at the trail, so holding its end lets nobody in until this is sealed.
        head = Head.objects.select_for_update().get(organisation=audit.organisation)
        snapshot = _begin(audit, claim=claim, noted=head.sequence, attempt=TRIES + 1, now=now)
        drafted = _write(snapshot, audit=audit, asked=asked, claim=None)
        _seal(snapshot, audit=audit, drafted=drafted, claim=claim, noted=head.sequence, now=now)


def _end_of_trail(audit: Audit) -> int:
    head, _ = Head.objects.get_or_create(organisation=audit.organisation)
    return head.sequence


@transaction.atomic
def _begin(
    audit: Audit, *, claim: queue.Claim, noted: int, attempt: int, now: datetime
) -> Snapshot:
    """Remove what a try before this one left, and make room for a new one."""
    queue.report(claim, done=0, total=_workloads(audit), words="")
    SnapshotItem.objects.filter(snapshot__audit=audit, snapshot__sealed_at__isnull=True).delete()
    Snapshot.objects.filter(audit=audit, sealed_at__isnull=True).delete()
    return Snapshot.objects.create(
        audit=audit,
        schema_name=SCHEMA_NAME,
        schema_version=SCHEMA_VERSION,
        trail_sequence=noted,
        begun_at=now,
        attempt=attempt,
    )


def _workloads(audit: Audit) -> int:
    return Workload.objects.in_organisation(audit.organisation).current().count()


def _write(
    snapshot: Snapshot, *, audit: Audit, asked: Asked, claim: queue.Claim | None
) -> list[drafting.Drafted]:
    """Write every item and return the findings that the rules drafted from them."""
    total = _workloads(audit)

    def report(done: int, words: str) -> None:
        if claim is not None:
            queue.report(claim, done=done, total=total, words=words)

    return write_items(
        Writer(snapshot, report=report),
        audit=audit,
        as_of=asked.as_of,
        taken_at=asked.at,
        taken_by=asked.by,
        even_so=asked.even_so,
        total=total,
    )


@transaction.atomic
def _seal(
    snapshot: Snapshot,
    *,
    audit: Audit,
    drafted: list[drafting.Drafted],
    claim: queue.Claim,
    noted: int,
    now: datetime,
) -> bool:
    """Set the seal, with the findings and the next state; False when records changed meanwhile."""
    Head.objects.select_for_update().get(organisation=audit.organisation)
    changed = (
        Event.objects.filter(organisation=audit.organisation, sequence__gt=noted)
        .exclude(subject_type__in=NO_CONTENT)
        .exists()
    )
    if changed:
        return False
    digests = (
        SnapshotItem.objects.filter(snapshot=snapshot)
        .order_by("position")
        .values_list("sha256", flat=True)
    )
    count = digests.count()
    snapshot.sha256 = root_digest(digests.iterator(chunk_size=2000))
    snapshot.items_count = count
    snapshot.sealed_at = now
    snapshot.save(update_fields=["sha256", "items_count", "sealed_at"])
    Finding.objects.bulk_create([entry.row(audit) for entry in drafted], batch_size=drafting.BATCH)
    move(audit, act=Act.SEAL)
    record(
        "audit.snapshot-sealed",
        audit,
        organisation=audit.organisation,
        by=None,
        now=now,
        after={
            "sha256": snapshot.sha256,
            "items": count,
            "attempt": snapshot.attempt,
            "findings": len(drafted),
        },
    )
    tell_about_audit(
        audit,
        to=council_of(audit.organisation),
        what="sealed",
        subject=f"{audit}: the snapshot is taken",
        body=f"{len(drafted)} {'finding is' if len(drafted) == 1 else 'findings are'} drafted.",
        now=now,
    )
    queue.finish(claim, now=now)
    return True
