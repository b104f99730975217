"""What a signature covers, and how one ends without being removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from assessments.audits.rules.draft import Severity
from assessments.models import Audit, Finding, Signature, Snapshot
from lockin.accounts.models import User
from lockin.canonical import digest, dumps
from lockin.trail.recording import record


def in_force(audit: Audit) -> Any:
    """Return the signatures that count, by function."""
    return Signature.objects.filter(
        audit=audit, withdrawn_at__isnull=True, voided_at__isnull=True
    ).order_by("function", "pk")


def finding_body(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is agreed and closed; amounts stand apart, as in the snapshot.

    Whether it is done is no part of it: that goes on after the closing, in rows of its own.
    """
    return {
        "id": finding.pk,
        "number": finding.number,
        "rule": finding.rule,
        "subject_kind": finding.subject_kind,
        "subject_key": finding.subject_key,
        "subject_name": finding.subject_name,
        "severity": finding.severity,
        "severity_rank": Severity(finding.severity).rank,
        "title": finding.title,
        "criteria": finding.criteria,
        "condition": finding.condition,
        "cause": finding.cause,
        "effect": finding.effect,
        "recommendation": finding.recommendation,
        "facts": [entry for entry in finding.facts if "minor" not in entry],
        "amounts": {"facts": [entry for entry in finding.facts if "minor" in entry]},
        "state": finding.state,
        "dropped_reason": finding.dropped_reason,
        "owner": finding.owner_name,
        "due_on": finding.due_on,
        "carry_over": finding.carry_over,
        "response": finding.response,
        "response_text": finding.response_text,
        "response_due_on": finding.response_due_on,
        "responded_at": finding.responded_at,
        "responded_by": finding.responded_by_name,
    }


def finding_bodies(audit: Audit) -> Iterator[dict[str, Any]]:
    """Yield every finding, dropped ones too, in the order of the numbers."""
    for finding in Finding.objects.filter(audit=audit).order_by("number").iterator(chunk_size=500):
        yield finding_body(finding)


def findings_sha256(audit: Audit) -> str:
    """Return the hash over findings and responses as they are now."""
    return digest(dumps(list(finding_bodies(audit))))


def content_sha256(audit: Audit) -> str:
    """Return what a signature signs: SHA-256 of the snapshot's hash and the findings' hash."""
    snapshot = Snapshot.objects.get(audit=audit)
    return digest(f"{snapshot.sha256}\n{findings_sha256(audit)}\n")


def void_all(*, audit: Audit, reason: str, by: User, now: datetime) -> int:
    """End every signature in force, because what they cover has changed; return how many."""
    ended = list(in_force(audit))
    for signature in ended:
        signature.voided_at, signature.voided_reason = now, reason
        signature.save(update_fields=["voided_at", "voided_reason"])
        record(
            "signature.voided",
            signature,
            organisation=audit.organisation,
            by=by,
            now=now,
            after={"function": signature.function, "signer": signature.signer_name, "why": reason},
        )
    if ended:
        from assessments.audits.telling import tell_about_audit

        tell_about_audit(
            audit,
            to=[signature.signer for signature in ended if signature.signer is not None],
            what=f"voided:{now.isoformat()}",
            subject=f"{audit}: your signature no longer counts",
            body=f"{reason} Look at it, and sign again.",
            now=now,
        )
    return len(ended)
