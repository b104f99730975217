"""What the page of one audit says: where it stands, what blocks it, who signs, what is frozen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.urls import reverse

from assessments.audits.progress import Progress
from assessments.audits.stored import payload_of
from assessments.models import (
    Assessment,
    Audit,
    Closing,
    Finding,
    Report,
    Signature,
    Snapshot,
)
from assessments.questionnaires.definition import from_manifest
from lockin.accounts.authorization import may
from lockin.accounts.models import RoleGrant, User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.jobs.models import Job
from lockin.templatetags.figures import day, in_words, plural_words, weekday_day
from vendors.models import Workload

MOST_LISTED = 50
# A frozen snapshot never changes, so what was counted in it holds for as long as it is kept.
KEEP_COUNT = 60 * 60 * 24 * 30


@dataclass(frozen=True, kw_only=True)
class Action:
    """The next step as a button: a link to a page that asks once more, or an act by itself."""

    label: str
    url: str
    posts: bool = False


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What the bar of steps counts."""

    assessments: int = 0
    accepted: int = 0
    findings: int = 0
    responses: int = 0
    signed: int = 0


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One function's part of the sign-off."""

    function: str
    label: str
    name: str
    note: str
    state: str
    tag: str = ""
    signature: Signature | None = None

    @property
    def initials(self) -> str:
        parts = self.name.split()
        return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "–"


def sealed_snapshot(audit: Audit) -> Snapshot | None:
    """Return the snapshot once it is sealed; one that is still written counts for nothing."""
    return Snapshot.objects.filter(audit=audit, sealed_at__isnull=False).first()


def numbers_of(audit: Audit, *, workloads: int) -> Numbers:
    """Return what is done so far, from three queries."""
    found = Finding.objects.filter(audit=audit).aggregate(
        standing=Count("pk", filter=~Q(state=Finding.State.DROPPED)),
        answered=Count("pk", filter=~Q(state=Finding.State.DROPPED) & ~Q(response="")),
    )
    accepted = Assessment.objects.filter(
        organisation=audit.organisation,
        label=audit.label,
        state=Assessment.State.ACCEPTED,
        workload__archived_at__isnull=True,
    ).count()
    signed = Signature.objects.filter(
        audit=audit, withdrawn_at__isnull=True, voided_at__isnull=True
    ).count()
    return Numbers(
        assessments=workloads,
        accepted=accepted,
        findings=found["standing"],
        responses=found["answered"],
        signed=signed,
    )


def step_notes(audit: Audit, numbers: Numbers, snapshot: Snapshot | None) -> dict[str, str]:
    """Return the line under each step of the bar."""
    state = Audit.State
    agreed = audit.findings_agreed_at is not None
    past_assessments = audit.state not in (state.PLANNED, state.ASSESSMENTS)
    return {
        state.PLANNED: _short(audit.opened_at or audit.opens_on),
        state.ASSESSMENTS: ""
        if audit.state == state.PLANNED
        else f"{numbers.accepted} accepted"
        if past_assessments
        else f"{numbers.accepted} of {numbers.assessments}",
        state.SNAPSHOT: _short(snapshot.sealed_at) if snapshot else "",
        state.FINDINGS: f"{numbers.findings} {'agreed' if agreed else 'drafted'}"
        if snapshot
        else "",
        state.RESPONSES: f"{numbers.responses} of {numbers.findings}" if agreed else "",
        state.SIGN_OFF: f"{numbers.signed} of {len(Function)}" if snapshot else "",
        state.CLOSED: f"closed {_short(audit.closed_at)}"
        if audit.closed_at
        else f"due {_short(audit.report_due_on)}"
        if audit.report_due_on
        else "",
    }


def _short(value: Any) -> str:
    """Return a day without its year, which stands in the title."""
    return day(value).rpartition(" ")[0]


def lede(audit: Audit, progress: Progress, numbers: Numbers, *, on: date) -> tuple[str, str]:
    """Return the first sentence, which says what blocks the next step, and what follows from it."""
    state = Audit.State
    due = f"; the report is due on {day(audit.report_due_on)}" if audit.report_due_on else ""
    blocking = " ".join(blocker.text for blocker in progress.blockers)
    if audit.state == state.PLANNED and audit.opens_on <= on:
        return (
            f"Its day was {weekday_day(audit.opens_on)}.",
            f"It opens when the audit in progress is closed. {audit.reason_words}",
        )
    if audit.state == state.PLANNED:
        return f"It opens on {weekday_day(audit.opens_on)}.", audit.reason_words
    if audit.state == state.ASSESSMENTS:
        total = plural_words(numbers.assessments, "assessment")
        if blocking:
            whole = "it is accepted" if numbers.assessments == 1 else f"all {total} are accepted"
            return blocking, f"The snapshot is taken when {whole}{due}."
        return (
            f"{_capital(total)} {_are(numbers.assessments)} accepted.",
            f"The snapshot can be taken{due}.",
        )
    if audit.state == state.SNAPSHOT:
        return blocking, "Findings are drafted from it once it is sealed."
    if audit.state == state.FINDINGS:
        found = plural_words(numbers.findings, "finding")
        if blocking:
            return blocking, f"Findings are agreed when each has an owner and a due date{due}."
        return (
            f"{_capital(found)} {_are(numbers.findings)} drafted.",
            f"Agree on them, and their owners are asked for responses{due}.",
        )
    if audit.state == state.RESPONSES:
        whole = "it is in" if numbers.findings == 1 else f"all {in_words(numbers.findings)} are in"
        return blocking, f"Sign-off opens when {whole}{due}."
    if audit.state == state.SIGN_OFF:
        return blocking, f"The audit closes at the last of the four signatures{due}."
    return (
        f"All four functions signed; it was closed on {day(audit.closed_at)}.",
        "Nothing in it can change now.",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def main_action(
    audit: Audit, progress: Progress, user: User, *, can_sign: bool, report: Report | None
) -> Action | None:
    """Return the one next step that this person can take."""
    state = Audit.State
    manages = may(user, Permission.AUDIT_MANAGE)

    def at(name: str) -> str:
        return reverse(f"assessments:{name}", args=[audit.pk])

    if audit.state == state.CLOSED:
        if report is None or not may(user, Permission.REPORT_VIEW):
            return None
        return Action(label="Open the report", url=report_address(report))
    if audit.state == state.SIGN_OFF:
        return Action(label="Sign", url=at("audit-sign")) if can_sign else None
    if not manages:
        return None
    if audit.state == state.PLANNED:
        return Action(label="Open audit now", url=reverse("assessments:audit-open"))
    if audit.state == state.ASSESSMENTS:
        if progress.standing.assessments_not_sent:
            return Action(label="Remind owners", url=at("audit-remind"), posts=True)
        if not progress.blockers:
            return Action(label="Take snapshot", url=at("audit-snapshot"))
    if audit.state == state.FINDINGS and not progress.blockers:
        return Action(label="Agree findings", url=at("audit-agree"))
    if audit.state == state.RESPONSES:
        return Action(label="Remind owners", url=at("audit-remind"), posts=True)
    return None


def report_address(report: Report) -> str:
    return reverse("assessments:report-detail", args=[report.pk])


def may_preview(audit: Audit, user: User) -> bool:
    """Whether a draft report can be asked for: there is a snapshot, and it is not closed."""
    open_states = (Audit.State.FINDINGS, Audit.State.RESPONSES, Audit.State.SIGN_OFF)
    return may(user, Permission.REPORT_VIEW) and audit.state in open_states


def final_report(audit: Audit, user: User) -> Report | None:
    """Return the report of the closing that this person may read."""
    return (
        Report.objects.for_user(user)
        .filter(audit=audit, is_draft=False, with_amounts=may(user, Permission.AMOUNTS_VIEW))
        .order_by("-asked_at", "-pk")
        .first()
    )


def seats(audit: Audit, signatures: list[Signature]) -> list[Seat]:
    """Return the four parts: who signed, or who is to sign."""
    in_force = {
        row.function: row
        for row in signatures
        if row.withdrawn_at is None and row.voided_at is None
    }
    holders: dict[str, list[RoleGrant]] = {}
    grants = RoleGrant.objects.filter(
        user__organisation=audit.organisation,
        user__closed_at__isnull=True,
        ended_at__isnull=True,
        function__in=list(Function),
    ).select_related("user")
    for grant in grants.order_by("is_deputy", "user__name", "pk"):
        holders.setdefault(grant.function, []).append(grant)
    return [
        _seat(audit, function, in_force.get(function), holders.get(function, []))
        for function in Function
    ]


def _seat(
    audit: Audit, function: Function, signature: Signature | None, holders: list[RoleGrant]
) -> Seat:
    label = function.label
    if signature is not None:
        deputy = ", as deputy" if signature.as_deputy else ""
        return Seat(
            function=function,
            label=label,
            name=signature.signer_name,
            note=f"{label}{deputy}",
            state=f"Signed {_short(signature.signed_at)}",
            tag="tag-ok",
            signature=signature,
        )
    state = "Waiting" if audit.state == Audit.State.SIGN_OFF else "Not yet open"
    tag = "tag-warn" if audit.state == Audit.State.SIGN_OFF else ""
    able = [grant for grant in holders if str(grant.user_id) != audit.opened_by_id_text]
    if not holders or not able:
        opened = "; who opened the audit by hand cannot sign" if holders else ""
        return Seat(
            function=function,
            label=label,
            name="Nobody",
            note=f"{label}{opened}",
            state="Nobody can sign",
            tag="tag-warn",
        )
    first, others = able[0], able[1:]
    words = ("Council chair, " if first.is_chair else "") + label
    if first.is_deputy:
        words += ", deputy"
    elif others:
        words += f"; or {', '.join(grant.user.name for grant in others)}"
    return Seat(
        function=function, label=label, name=first.user.name, note=words, state=state, tag=tag
    )


def waiting_assessments(audit: Audit) -> tuple[list[dict[str, Any]], int]:
    """Return the workloads whose assessment is not accepted, and how many there are."""
    rows = Workload.objects.in_organisation(audit.organisation).current().select_related("owner")
    done = Assessment.objects.filter(
        organisation=audit.organisation, label=audit.label, state=Assessment.State.ACCEPTED
    )
    open_rows = rows.exclude(pk__in=done.values("workload")).order_by("name", "pk")
    total = open_rows.count()
    page = list(open_rows[:MOST_LISTED])
    by_workload = {
        row.workload_id: row
        for row in Assessment.objects.filter(label=audit.label, workload__in=page).order_by("pk")
    }
    return [{"workload": row, "assessment": by_workload.get(row.pk)} for row in page], total


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A person whose responses are missing; the name is empty where a finding has no owner."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def asked_at(self) -> datetime | None:
        return min((row.asked_at for row in self.findings if row.asked_at), default=None)

    @property
    def reminded_at(self) -> datetime | None:
        return max((row.reminded_at for row in self.findings if row.reminded_at), default=None)


def waiting_responses(audit: Audit) -> list[Waiting]:
    """Return who has not responded, whoever holds the gravest finding first."""
    rows = Finding.objects.filter(audit=audit, response="").standing()
    held: dict[str, list[Finding]] = {}
    for row in rows.order_by("-severity_rank", "number")[:MOST_LISTED]:
        held.setdefault(row.owner_name, []).append(row)
    return [Waiting(name=name, findings=tuple(found)) for name, found in held.items()]


def snapshot_facts(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the rail says about the snapshot."""
    payload = payload_of(snapshot, with_amounts=False)
    asked = [
        (version.label, len(list(from_manifest(version.manifest).questions)))
        for version in payload.questionnaires
    ]
    backed, answers = _evidence(snapshot)
    return {
        "row": snapshot,
        "taken_at": payload.audit.taken_at,
        "as_of": payload.audit.as_of,
        "taken_by": payload.audit.taken_by,
        "questionnaires": asked,
        "backed": backed,
        "answers": answers,
        "share": Decimal(backed) / answers if answers else None,
        "short": short_hash(snapshot.sha256),
    }


def _evidence(snapshot: Snapshot) -> tuple[int, int]:
    """Return how many answers are documented or tested, of how many given."""
    key = f"snapshot-evidence:{snapshot.sha256}"
    found = cache.get(key)
    if found is None:
        backed = answers = 0
        for workload in payload_of(snapshot, with_amounts=False).workloads():
            given = [answer for answer in workload.answers if answer.kind != "na"]
            answers += len(given)
            backed += sum(answer.grade in ("documented", "tested") for answer in given)
        found = (backed, answers)
        cache.set(key, found, KEEP_COUNT)
    return found[0], found[1]


def short_hash(sha256: str) -> str:
    """Return “9f3a…c21e”; the whole stands in the title."""
    return f"{sha256[:4]}…{sha256[-4:]}" if sha256 else ""


def closing_of(audit: Audit) -> dict[str, Any] | None:
    """Return the closing's hash and the dissent that it keeps."""
    closing = Closing.objects.filter(audit=audit).first()
    if closing is None:
        return None
    body = json.loads(closing.body)
    return {
        "row": closing,
        "short": short_hash(closing.sha256),
        "dissent": [entry for entry in body["signatures"] if entry["dissent"]],
    }


def job_words(job: Job | None) -> dict[str, Any]:
    """Return how far the snapshot is, or why it failed."""
    if job is None or job.status == Job.Status.FAILED:
        return {"failed": True, "error": job.error if job else "Nobody has asked for it."}
    return {
        "failed": False,
        "waiting": job.status == Job.Status.QUEUED,
        "done": job.progress_done,
        "total": job.progress_total,
    }
