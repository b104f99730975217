"""PURE. What a closing holds, typed: findings as agreed, responses, signatures, dissent.

The same shape serves a draft report: then nobody may have signed, and `closed_at` is None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assessments.audits.facts import Body
from assessments.audits.payload import UnableToRead, without_amounts
from lockin.money import Money

SCHEMA_NAME = "lockin.audit-closing"
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedFinding:
    """A finding as people left it, with management's response."""

    number: int
    rule: str
    """Empty: written by hand."""
    subject_kind: str
    subject_key: str
    subject_name: str
    severity: str
    severity_rank: int
    title: str
    criteria: str
    condition: str
    cause: str
    effect: str
    recommendation: str
    facts: tuple[tuple[str, str], ...]
    amounts: tuple[tuple[str, Money], ...]
    is_dropped: bool
    dropped_reason: str
    owner: str
    due_on: date | None
    carry_over: str
    response: str
    """accepted, risk-accepted, disputed; empty where it is still waited for."""
    response_text: str
    response_due_on: date | None
    responded_at: datetime | None
    responded_by: str

    @property
    def code(self) -> str:
        """What people call it: F-01."""
        return f"F-{self.number:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    function: str
    as_deputy: bool
    signer: str
    role: str
    signed_at: datetime
    signed_sha256: str
    dissent: str
    ended_because: str
    """Why it no longer counts: withdrawn by its signer, or void by a change. Empty: it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    audit: str
    closed_at: datetime | None
    snapshot_sha256: str
    findings_sha256: str
    signed_sha256: str
    findings: tuple[AgreedFinding, ...]
    """All of them, dropped ones too, by number."""
    signatures: tuple[SignatureFacts, ...]
    """All of them, ended ones too, in the order they were given."""
    body: Body

    @property
    def standing(self) -> tuple[AgreedFinding, ...]:
        return tuple(finding for finding in self.findings if not finding.is_dropped)

    @property
    def dropped(self) -> tuple[AgreedFinding, ...]:
        return tuple(finding for finding in self.findings if finding.is_dropped)

    def signature(self, function: str) -> SignatureFacts | None:
        """Return the signature that counts for a function."""
        return next(
            (row for row in self.signatures if row.function == function and not row.ended_because),
            None,
        )


def read(body: Body, *, with_amounts: bool = True) -> Agreed:
    """
    Return what was agreed.

    :raises UnableToRead: if no reader knows the schema or its version
    """
    reader = READERS.get((body.get("schema"), body.get("version")))
    if reader is None:
        raise UnableToRead(
            f"This closing has schema {body.get('version')}, which is not known here."
        )
    return reader(body if with_amounts else without_amounts(body))


def _read_v1(body: Body) -> Agreed:
    return Agreed(
        audit=body["audit"],
        closed_at=_instant(body["closed_at"]),
        snapshot_sha256=body["snapshot_sha256"],
        findings_sha256=body["findings_sha256"],
        signed_sha256=body["signed_sha256"],
        findings=tuple(_finding(entry) for entry in body["findings"]),
        signatures=tuple(_signature(entry) for entry in body["signatures"]),
        body=body,
    )


# Kept for ever, as those of the snapshot.
READERS: Mapping[tuple[Any, Any], Callable[[Body], Agreed]] = {(SCHEMA_NAME, 1): _read_v1}


def _finding(body: Body) -> AgreedFinding:
    return AgreedFinding(
        number=body["number"],
        rule=body["rule"],
        subject_kind=body["subject_kind"],
        subject_key=body["subject_key"],
        subject_name=body["subject_name"],
        severity=body["severity"],
        severity_rank=body["severity_rank"],
        title=body["title"],
        criteria=body["criteria"],
        condition=body["condition"],
        cause=body["cause"],
        effect=body["effect"],
        recommendation=body["recommendation"],
        facts=tuple((entry["label"], entry["value"]) for entry in body["facts"]),
        amounts=tuple(
            (entry["label"], Money.from_minor(int(entry["minor"]), entry["currency"]))
            for entry in body.get("amounts", {}).get("facts", ())
        ),
        is_dropped=body["state"] == "dropped",
        dropped_reason=body["dropped_reason"],
        owner=body["owner"],
        due_on=_day(body["due_on"]),
        carry_over=body["carry_over"],
        response=body["response"],
        response_text=body["response_text"],
        response_due_on=_day(body["response_due_on"]),
        responded_at=_instant(body["responded_at"]),
        responded_by=body["responded_by"],
    )


def _signature(body: Body) -> SignatureFacts:
    ended = body["withdrawn_reason"] if body["withdrawn_at"] else ""
    return SignatureFacts(
        function=body["function"],
        as_deputy=body["as_deputy"],
        signer=body["signer"],
        role=body["role"],
        signed_at=datetime.fromisoformat(body["signed_at"]),
        signed_sha256=body["signed_sha256"],
        dissent=body["dissent"],
        ended_because=ended or (body["voided_reason"] if body["voided_at"] else ""),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
