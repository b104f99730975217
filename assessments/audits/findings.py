"""What people do with findings: agree, edit, add, drop, assign, ask, respond, and finish them.

Findings are edited while they are drafted. From then on what a signature covers can only change
at the price of the signature: a response that changes while the audit is signed voids them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from assessments.audits import signatures
from assessments.audits.cycle import move
from assessments.audits.progress import standing
from assessments.audits.rules.draft import Severity
from assessments.audits.telling import council_of, tell_about_audit, tell_about_finding
from assessments.audits.transitions import Act, blockers
from assessments.models import Audit, Finding, FollowUp
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.trail.recording import changes, field_values, record
from vendors.days import day as in_words
from vendors.models import Contract, Workload


class UnableToEdit(Exception):
    """The finding cannot be changed so. The message is written for the user."""


class UnableToAgree(Exception):
    """The findings cannot be agreed yet. The message is written for the user."""


class UnableToRespond(Exception):
    """The response is not taken. The message is written for the user."""


class UnableToFinish(Exception):
    """The finding is not recorded as done. The message is written for the user."""


TEXTS = ("title", "criteria", "condition", "cause", "effect", "recommendation")
NAMES = {
    "title": "title",
    "criteria": "“should be”",
    "condition": "“found”",
    "cause": "“why”",
    "effect": "“means”",
    "recommendation": "recommendation",
}


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The words of a finding, with how grave it is."""

    title: str
    criteria: str
    condition: str
    cause: str
    effect: str
    recommendation: str
    severity: str

    def values(self) -> dict[str, Any]:
        """
        Return the fields.

        :raises UnableToEdit: naming what is missing
        """
        values: dict[str, Any] = {name: getattr(self, name).strip() for name in TEXTS}
        for name, text in values.items():
            if not text:
                raise UnableToEdit(f"The {NAMES[name]} is missing.")
        if len(values["title"]) > 300:
            raise UnableToEdit("The title is longer than 300 characters.")
        try:
            severity = Severity(self.severity)
        except ValueError:
            raise UnableToEdit("Say how grave it is.") from None
        return values | {"severity": str(severity), "severity_rank": severity.rank}


@transaction.atomic
def add(
    *,
    audit: Audit,
    texts: Texts,
    by: User,
    now: datetime,
    workload: Workload | None = None,
    contract: Contract | None = None,
    owner: User | None = None,
    due_on: date | None = None,
) -> Finding:
    """
    Add a finding by hand, about a workload, a contract or the portfolio.

    :raises UnableToEdit: if the findings are agreed already, or something is missing
    """
    audit = _locked(audit)
    _check_council(by, audit)
    if audit.state != Audit.State.FINDINGS:
        raise UnableToEdit("Findings are added while they are drafted.")
    subject = workload or contract
    for found in (workload, contract, owner):
        if found is not None and found.organisation_id != audit.organisation_id:
            raise UnableToEdit("Choose something of this organisation.")
    highest = Finding.objects.filter(audit=audit).aggregate(highest=Max("number"))["highest"] or 0
    finding = Finding.objects.create(
        organisation=audit.organisation,
        audit=audit,
        number=highest + 1,
        subject_kind="workload" if workload else "contract" if contract else "portfolio",
        subject_key=subject.key if subject else "portfolio",
        subject_name=subject.name if subject else "Portfolio",
        workload=workload,
        contract=contract,
        owner=owner,
        owner_name=owner.name if owner else "",
        due_on=due_on,
        **texts.values(),
    )
    record(
        "finding.added",
        finding,
        organisation=audit.organisation,
        by=by,
        now=now,
        after=field_values(finding, *TEXTS, "severity", "subject_name", "owner_name", "due_on"),
    )
    return finding


@transaction.atomic
def edit(*, finding: Finding, texts: Texts, by: User, now: datetime) -> Finding:
    """
    Change the words or the severity of a drafted finding.

    :raises UnableToEdit: if it is agreed already, or something is missing
    """
    finding = _drafted(finding, by)
    return _change(finding, "finding.edited", texts.values(), by=by, now=now)


@transaction.atomic
def assign(
    *, finding: Finding, owner: User | None, due_on: date | None, by: User, now: datetime
) -> Finding:
    """
    Say who answers for a finding, and by when.

    :raises UnableToEdit: if the audit is being signed, or the person is not of the organisation
    """
    audit, finding = _open(finding)
    _check_council(by, audit)
    if audit.state not in (Audit.State.FINDINGS, Audit.State.RESPONSES):
        raise UnableToEdit("Owners and dates are settled before the audit is signed.")
    if owner is not None and (
        owner.organisation_id != audit.organisation_id or not owner.is_active
    ):
        raise UnableToEdit("Choose an active person of this organisation.")
    if audit.state == Audit.State.RESPONSES and (owner is None or due_on is None):
        raise UnableToEdit("An agreed finding needs an owner and a due date.")
    values = {"owner": owner, "owner_name": owner.name if owner else "", "due_on": due_on}
    finding = _change(finding, "finding.assigned", values, by=by, now=now)
    if audit.state == Audit.State.RESPONSES and finding.response == Finding.Response.NONE:
        _ask(finding, now=now)
    return finding


@transaction.atomic
def drop(*, finding: Finding, reason: str, by: User, now: datetime) -> Finding:
    """
    Set a finding aside, with the reason, which the closing keeps.

    :raises UnableToEdit: without a reason, or when the audit is being signed
    """
    audit, finding = _open(finding)
    _check_council(by, audit)
    if audit.state not in (Audit.State.FINDINGS, Audit.State.RESPONSES):
        raise UnableToEdit("A finding is dropped before the audit is signed.")
    if not reason.strip():
        raise UnableToEdit("Say why the finding is dropped.")
    finding = _change(
        finding,
        "finding.dropped",
        {"state": Finding.State.DROPPED, "dropped_reason": reason.strip()},
        by=by,
        now=now,
    )
    if audit.state == Audit.State.RESPONSES:
        _call_for_signatures(audit, now=now)
    return finding


@transaction.atomic
def restore(*, finding: Finding, by: User, now: datetime) -> Finding:
    """Take a dropped finding back among the drafted ones."""
    finding = _drafted(finding, by, state=Finding.State.DROPPED)
    values = {"state": Finding.State.DRAFTED, "dropped_reason": ""}
    return _change(finding, "finding.restored", values, by=by, now=now)


@transaction.atomic
def agree_all(*, audit: Audit, by: User, now: datetime) -> int:
    """
    Agree on every finding that was not dropped, and ask their owners; return how many.

    :raises UnableToAgree: if one has no owner or no due date
    :raises UnableToMove: if the audit stands elsewhere
    """
    audit = _locked(audit)
    if not may(by, Permission.FINDING_EDIT) or by.organisation_id != audit.organisation_id:
        raise UnableToAgree("Only the council agrees on findings.")
    if audit.state == Audit.State.FINDINGS:
        for blocker in blockers(standing(audit)):
            raise UnableToAgree(blocker.text)
    move(audit, act=Act.AGREE_FINDINGS, findings_agreed_at=now)
    drafted = Finding.objects.filter(audit=audit, state=Finding.State.DRAFTED)
    agreed = drafted.update(state=Finding.State.AGREED)
    record(
        "audit.findings-agreed",
        audit,
        organisation=audit.organisation,
        by=by,
        now=now,
        after={"agreed": agreed, "dropped": Finding.objects.filter(audit=audit).count() - agreed},
    )
    ask_owners(audit=audit, now=now)
    _call_for_signatures(audit, now=now)
    return agreed


def ask_owners(*, audit: Audit, now: datetime) -> int:
    """Ask the owners of findings without a response, each person once; return how many."""
    waiting = (
        Finding.objects.filter(audit=audit, response=Finding.Response.NONE, owner__isnull=False)
        .standing()
        .select_related("owner")
        .order_by("number")
    )
    by_owner: dict[User, list[Finding]] = {}
    for finding in waiting.iterator(chunk_size=1000):
        if finding.owner is not None and finding.owner.is_active:
            by_owner.setdefault(finding.owner, []).append(finding)
    for owner, found in by_owner.items():
        if len(found) == 1:
            _ask(found[0], now=now)
            continue
        tell_about_audit(
            audit,
            to=[owner],
            what="respond",
            subject=f"{audit}: {len(found)} findings wait for your response",
            body="\n".join(f"{entry.code} {entry.title}" for entry in found[:20]),
            now=now,
        )
    Finding.objects.filter(audit=audit, response=Finding.Response.NONE).standing().update(
        asked_at=now
    )
    return len(by_owner)


@transaction.atomic
def remind(*, audit: Audit, by: User, now: datetime) -> int:
    """
    Remind the owners whose response is missing, at most once a day; return how many people.

    :raises UnableToRespond: if nobody is waited for
    """
    if not may(by, Permission.AUDIT_MANAGE) or by.organisation_id != audit.organisation_id:
        raise UnableToRespond("Only the council reminds owners.")
    if audit.state != Audit.State.RESPONSES:
        raise UnableToRespond("Owners are reminded while responses are missing.")
    waiting = Finding.objects.filter(audit=audit, response=Finding.Response.NONE).standing()
    counted: dict[User, int] = {}
    for finding in waiting.select_related("owner").order_by("number"):
        if finding.owner is not None and finding.owner.is_active:
            counted[finding.owner] = counted.get(finding.owner, 0) + 1
    if not counted:
        raise UnableToRespond("No response is missing.")
    on = audit.organisation.day_of(now)
    for owner, number in counted.items():
        tell_about_audit(
            audit,
            to=[owner],
            what=f"respond:{on}",
            subject=f"{audit}: {number} {'finding waits' if number == 1 else 'findings wait'} "
            "for your response",
            body=f"Asked by {by.name}.",
            now=now,
        )
    waiting.update(reminded_at=now)
    record(
        "audit.reminded",
        audit,
        organisation=audit.organisation,
        by=by,
        now=now,
        after={"owners": [owner.name for owner in counted]},
    )
    return len(counted)


@transaction.atomic
def respond(
    *, finding: Finding, response: str, text: str, due_on: date | None, by: User, now: datetime
) -> Finding:
    """
    Give management's response: accepted, risk accepted or disputed, in words and with a date.

    The last one puts the audit up for signature. A response that changes while the audit is
    being signed voids every signature.

    :raises UnableToRespond: if words or date are missing, or the person may not
    """
    audit, finding = _open(finding)
    if not may_respond(by, finding):
        raise UnableToRespond("The owner of the finding or the council responds.")
    if audit.state not in (Audit.State.RESPONSES, Audit.State.SIGN_OFF):
        raise UnableToRespond("Responses are given once the findings are agreed.")
    if finding.state != Finding.State.AGREED:
        raise UnableToRespond("This finding was dropped.")
    if response not in Finding.Response.values or response == Finding.Response.NONE:
        raise UnableToRespond("Say whether it is accepted, the risk is accepted, or disputed.")
    if not text.strip():
        raise UnableToRespond("Say what is done about it, or why nothing is.")
    if due_on is None:
        raise UnableToRespond("Give the day by which it is done.")
    on = audit.organisation.day_of(now)
    changed = (finding.response, finding.response_text, finding.response_due_on) != (
        response,
        text.strip(),
        due_on,
    )
    if not changed:
        return finding
    if due_on < on and finding.response_due_on != due_on:
        raise UnableToRespond(f"{in_words(due_on)} has passed. Give a day that is still to come.")
    if audit.state == Audit.State.SIGN_OFF:
        signatures.void_all(
            audit=audit, reason=f"The response to {finding.code} changed.", by=by, now=now
        )
    finding = _change(
        finding,
        "finding.responded",
        {
            "response": response,
            "response_text": text.strip(),
            "response_due_on": due_on,
            "responded_at": now,
            "responded_by_name": by.name,
        },
        by=by,
        now=now,
    )
    _call_for_signatures(audit, now=now)
    return finding


@transaction.atomic
def mark_done(*, finding: Finding, done_on: date, words: str, by: User, now: datetime) -> FollowUp:
    """
    Record that what was agreed is done, also after the audit is closed.

    :raises UnableToFinish: without words, for a day ahead, or twice
    """
    finding = Finding.objects.select_related("organisation").get(pk=finding.pk)
    if not may_respond(by, finding):
        raise UnableToFinish("The owner of the finding or the council says when it is done.")
    if finding.state != Finding.State.AGREED:
        raise UnableToFinish("Only an agreed finding can be done.")
    if not words.strip():
        raise UnableToFinish("Say what was done.")
    if done_on > finding.organisation.day_of(now):
        raise UnableToFinish(f"{in_words(done_on)} is still to come.")
    if FollowUp.objects.filter(finding=finding).exists():
        raise UnableToFinish("This finding is done already.")
    follow_up = FollowUp.objects.create(
        finding=finding,
        done_on=done_on,
        words=words.strip(),
        recorded_at=now,
        recorded_by_id_text=str(by.pk),
        recorded_by_name=by.name,
    )
    record(
        "finding.done",
        finding,
        organisation=finding.organisation,
        by=by,
        now=now,
        after={"done_on": done_on, "words": follow_up.words},
    )
    return follow_up


def may_respond(user: User, finding: Finding) -> bool:
    """Whether a person may respond: the finding's owner, or the council for anyone."""
    if finding.organisation_id != user.organisation_id:
        return False
    if not may(user, Permission.FINDING_RESPOND):
        return False
    return finding.owner_id == user.pk or may(user, Permission.FINDING_EDIT)


def _call_for_signatures(audit: Audit, *, now: datetime) -> None:
    """Put the audit up for signature when no response is missing any more."""
    if audit.state != Audit.State.RESPONSES or blockers(standing(audit)):
        return
    move(audit, act=Act.CALL_FOR_SIGNATURES)
    record(
        "audit.put-up-for-signature",
        audit,
        organisation=audit.organisation,
        by=None,
        now=now,
        after={"state": audit.state},
    )
    tell_about_audit(
        audit,
        to=council_of(audit.organisation),
        what="sign",
        subject=f"{audit}: sign your part",
        body="Every response is in. IT, legal, security and finance sign one part each.",
        now=now,
    )


def _ask(finding: Finding, *, now: datetime) -> None:
    if finding.owner is None:
        return
    due = f" by {in_words(finding.due_on)}" if finding.due_on else ""
    tell_about_finding(
        finding,
        to=[finding.owner],
        what=f"respond:{finding.owner.pk}",
        subject=f"{finding.code} waits for your response",
        body=f"{finding.title}. Respond{due}.",
        now=now,
    )


def _locked(audit: Audit) -> Audit:
    """Return the audit as it is now, held until the transaction ends."""
    return Audit.objects.select_for_update().get(pk=audit.pk)


def _open(finding: Finding) -> tuple[Audit, Finding]:
    audit = _locked(Audit(pk=finding.audit_id))
    found = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    found.audit = audit
    return audit, found


def _drafted(
    finding: Finding, by: User, *, state: Finding.State = Finding.State.DRAFTED
) -> Finding:
    audit, finding = _open(finding)
    _check_council(by, audit)
    if audit.state != Audit.State.FINDINGS or finding.state != state:
        raise UnableToEdit("Findings are edited while they are drafted.")
    return finding


def _check_council(by: User, audit: Audit) -> None:
    if not may(by, Permission.FINDING_EDIT) or by.organisation_id != audit.organisation_id:
        raise UnableToEdit("Only the council edits findings.")


def _change(
    finding: Finding, act: str, values: Mapping[str, Any], *, by: User, now: datetime
) -> Finding:
    """Store what differs, with its event; nothing differs, nothing happens."""
    before = field_values(finding, *values)
    for name, value in values.items():
        setattr(finding, name, value)
    differs = changes(before, field_values(finding, *values))
    if differs is None:
        return finding
    finding.save(update_fields=list(values))
    record(
        act,
        finding,
        organisation=finding.organisation,
        by=by,
        now=now,
        before=differs[0],
        after=differs[1],
    )
    return finding
