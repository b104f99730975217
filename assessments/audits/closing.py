"""Close an audit at its last signature: what was agreed and said, frozen beside the snapshot."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from assessments.audits.agreed import SCHEMA_NAME, SCHEMA_VERSION
from assessments.audits.cycle import move
from assessments.audits.freezing import previous_audit
from assessments.audits.signatures import content_sha256, finding_bodies, findings_sha256
from assessments.audits.telling import council_of, tell_about_audit
from assessments.audits.transitions import Act
from assessments.models import Audit, Closing, Finding, FollowUp, Report, Signature, Snapshot
from lockin.accounts.models import User
from lockin.canonical import digest, dumps
from lockin.jobs import queue
from lockin.trail.recording import record

REPORT_KIND = "report"
# The report's own look, which a closed audit keeps for ever.
REPORT_TEMPLATE = "v1"


def close(*, audit: Audit, by: User, now: datetime) -> Closing:
    """Freeze findings, responses, dissent and signatures, and ask for the report.

    Inside the transaction of the last signature: either all of it stands, or none.
    """
    snapshot = Snapshot.objects.get(audit=audit)
    text = dumps(body(audit, snapshot=snapshot, closed_at=now))
    closing = Closing(
        audit=audit,
        schema_name=SCHEMA_NAME,
        schema_version=SCHEMA_VERSION,
        snapshot_sha256=snapshot.sha256,
        body=text,
        sha256=digest(text),
        closed_at=now,
    )
    # The state first: once the closing stands, the database refuses every change of the rest.
    move(audit, act=Act.CLOSE, closed_at=now)
    closing.save()
    record(
        "audit.closed",
        audit,
        organisation=audit.organisation,
        by=by,
        now=now,
        after={
            "state": audit.state,
            "snapshot_sha256": snapshot.sha256,
            "closing_sha256": closing.sha256,
        },
    )
    _finish_what_was_not_found_again(audit, now=now)
    _ask_for_report(audit, closing, by=by, now=now)
    queue.ask(
        organisation=audit.organisation,
        kind="scores",
        subject=audit.organisation_id,
        period=f"after the {audit.label} audit",
        now=now,
    )
    tell_about_audit(
        audit,
        to=council_of(audit.organisation),
        what="closed",
        subject=f"{audit}: all four have signed",
        body="Nothing in it can change now. The report is being made.",
        now=now,
    )
    return closing


def body(audit: Audit, *, snapshot: Snapshot, closed_at: datetime | None) -> dict[str, Any]:
    """Return the closing's body. Signatures that ended are kept with the reason."""
    signatures = Signature.objects.filter(audit=audit).order_by("signed_at", "pk")
    return {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        "audit": audit.label,
        "closed_at": closed_at,
        "snapshot_sha256": snapshot.sha256,
        "findings_sha256": findings_sha256(audit),
        "signed_sha256": content_sha256(audit),
        "findings": list(finding_bodies(audit)),
        "signatures": [
            {
                "function": row.function,
                "as_deputy": row.as_deputy,
                "signer_id": row.signer_id_text,
                "signer": row.signer_name,
                "role": row.signer_role,
                "signed_at": row.signed_at,
                "signed_sha256": row.signed_sha256,
                "dissent": row.dissent,
                "withdrawn_at": row.withdrawn_at,
                "withdrawn_reason": row.withdrawn_reason,
                "voided_at": row.voided_at,
                "voided_reason": row.voided_reason,
            }
            for row in signatures
        ],
    }


def draft_body(audit: Audit) -> dict[str, Any]:
    """Return what the closing would hold now, for a report that is marked as draft.

    Nothing in it depends on the time, so the same state makes the same draft.
    """
    snapshot = Snapshot.objects.get(audit=audit)
    return json.loads(dumps(body(audit, snapshot=snapshot, closed_at=None)))


def _finish_what_was_not_found_again(audit: Audit, *, now: datetime) -> None:
    """Record as done what a rule found last year and no rule found this year."""
    previous = previous_audit(audit)
    if previous is None:
        return
    gone = (
        Finding.objects.filter(audit=previous, state=Finding.State.AGREED, later__isnull=True)
        .exclude(rule="")
        .filter(follow_up__isnull=True)
        .order_by("number")
    )
    done_on = audit.organisation.day_of(now)
    words = f"Not found again in the {audit.label} audit."
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                finding=finding,
                done_on=done_on,
                words=words,
                recorded_at=now,
                recorded_by_name="Lockin",
            )
            for finding in gone.iterator(chunk_size=1000)
        ],
        batch_size=1000,
    )


def _ask_for_report(audit: Audit, closing: Closing, *, by: User, now: datetime) -> Report:
    report = Report.objects.create(
        organisation=audit.organisation,
        audit=audit,
        is_draft=False,
        with_amounts=True,
        template_version=REPORT_TEMPLATE,
        snapshot_sha256=closing.snapshot_sha256,
        content_sha256=closing.sha256,
        asked_at=now,
        asked_by_name=by.name,
    )
    queue.ask(organisation=audit.organisation, kind=REPORT_KIND, subject=report.pk, now=now)
    return report
