"""A brief's way: opened, edited, sent to the council, agreed, decided and frozen, or dropped.

The decision is taken by the chair once two functions other than the person who sent it have
agreed to exactly this content; who disagrees is frozen with it. The content is frozen twice: whole
for us, and what the vendor may see, made from it by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from assessments.audits.telling import council_of
from assessments.briefs import gathering, parts
from assessments.briefs.content import checked, vendor_safe
from assessments.briefs.reading import body_of, content_of, content_sha256, opinions_in_force
from assessments.models import Brief, BriefOpinion
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.canonical import digest, dumps
from lockin.outbox.sending import tell
from lockin.trail.recording import record
from vendors.models import Contract
from vendors.portfolio import contracts
from vendors.portfolio.records import UnableToChange

NEEDED = 2


class UnableToAct(Exception):
    """The brief does not allow it now. The message is written for the user."""


class UnableToSave(Exception):
    """Somebody else changed the brief meanwhile. The message is written for the user."""


@transaction.atomic
def open_brief(*, contract: Contract, by: User, now: datetime) -> Brief:
    """
    Return the open brief of this contract, built now if there is none.

    :raises UnableToAct: if the contract is archived
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if contract.archived_at:
        raise UnableToAct("An archived contract is not renewed. Restore it first.")
    found = Brief.objects.open().filter(contract=contract).first()
    if found is not None:
        return found
    on = contract.organisation.day_of(now)
    facts = gathering.facts_of(contract, on=on)
    number = contract.briefs.aggregate(found=Max("number"))["found"] or 0
    brief = Brief.objects.create(
        organisation=contract.organisation,
        contract=contract,
        number=number + 1,
        contract_name=contract.name,
        vendor_name=contract.vendor.name,
        act_by=facts.act_by,
        built=parts.built(facts),
        built_on=on,
        edited_at=now,
        edited_by_name=by.name,
        opened_at=now,
        opened_by_id_text=str(by.pk),
        opened_by_name=by.name,
    )
    _record("brief.opened", brief, by=by, now=now, after={"sha256": content_sha256(brief)})
    return brief


@transaction.atomic
def rebuild(*, brief: Brief, version: int, by: User, now: datetime) -> Brief:
    """
    Bring the figures up to date; what people wrote stays.

    :raises UnableToAct: if it is not being written
    :raises UnableToSave: if somebody changed it meanwhile
    """
    brief = _held(brief, version=version)
    on = brief.organisation.day_of(now)
    facts = gathering.facts_of(brief.contract, on=on)
    before = content_sha256(brief)
    brief.built, brief.built_on, brief.act_by = parts.built(facts), on, facts.act_by
    brief.contract_name, brief.vendor_name = facts.contract, facts.vendor
    return _saved(brief, "brief.rebuilt", before=before, by=by, now=now)


@transaction.atomic
def edit(
    *, brief: Brief, changes: Mapping[str, Any], version: int, by: User, now: datetime
) -> Brief:
    """
    Change parts of the brief: texts, asks, gives, objections. An ask's parts are changed singly.

    :raises UnableToAct: if it is not being written
    :raises UnableToSave: if somebody changed it meanwhile
    :raises content.UnableToEdit: if a text does not fit
    """
    brief = _held(brief, version=version)
    edits = dict(brief.edits)
    kept = checked(changes, built=brief.built)
    asks = {**edits.get("asks", {})}
    for key, texts in kept.pop("asks", {}).items():
        asks[key] = {**asks.get(key, {}), **texts}
    edits.update(kept)
    if asks:
        edits["asks"] = asks
    before = content_sha256(brief)
    brief.edits = checked(edits, built=brief.built)
    return _saved(brief, "brief.edited", before=before, by=by, now=now, parts=sorted(changes))


def send(*, brief: Brief, version: int, by: User, now: datetime) -> Brief:
    """
    Put the brief before the council as it reads now.

    :raises UnableToAct: if it is not being written, or takes more pages than are read
    :raises UnableToSave: if somebody changed it meanwhile
    """
    from assessments.briefs import publishing

    with transaction.atomic():
        seen = _held(brief, version=version)
    # Laid out before the row is held, so that nobody waits for it; the version says whether what
    # was laid out is still what is sent.
    body = dumps(body_of(seen, decision=None))
    if why := publishing.why_unprintable(seen, body=body, is_draft=True, now=now):
        raise UnableToAct(why)
    return _send(brief=brief, version=version, by=by, now=now)


@transaction.atomic
def _send(*, brief: Brief, version: int, by: User, now: datetime) -> Brief:
    brief = _held(brief, version=version)
    brief.state, brief.sent_at = Brief.State.COUNCIL, now
    brief.sent_by_name, brief.sent_by_id_text = by.name, str(by.pk)
    brief.sent_sha256 = content_sha256(brief)
    brief.version += 1
    brief.save()
    _record("brief.sent", brief, by=by, now=now, after={"sha256": brief.sent_sha256})
    tell(
        to=[person for person in council_of(brief.organisation) if person.pk != by.pk],
        key=f"brief:{brief.pk}:{brief.sent_sha256}",
        subject=f"{brief}: the council is asked",
        body=content_of(brief)["decision"]["text"],
        path=reverse("assessments:brief-detail", args=[brief.pk]),
        now=now,
    )
    return brief


@transaction.atomic
def take_back(*, brief: Brief, reason: str, by: User, now: datetime) -> Brief:
    """
    Take the brief back to its desk; what was said about it no longer counts once it changes.

    :raises UnableToAct: if it is not before the council, or no reason is given
    """
    brief = _locked(brief)
    if brief.state != Brief.State.COUNCIL:
        raise UnableToAct("This brief is not before the council.")
    if not reason.strip():
        raise UnableToAct("Say why the brief is taken back.")
    brief.state, brief.version = Brief.State.DRAFT, brief.version + 1
    brief.save()
    _record("brief.taken-back", brief, by=by, now=now, after={"reason": reason.strip()})
    return brief


def may_speak(*, brief: Brief, function: str, by: User) -> str:
    """Return why this person cannot speak for this function, or nothing when the person can."""
    if brief.organisation_id != by.organisation_id or not may(by, Permission.BRIEF_EDIT):
        return "Only council members speak."
    if brief.state != Brief.State.COUNCIL:
        return "This brief is not before the council."
    if function not in list(Function) or Function(function) not in by.functions:
        return "You do not hold this function."
    for other, opinion in opinions_in_force(brief).items():
        if other != function and opinion.given_by_id_text == str(by.pk):
            return "One person speaks for one function."
    return ""


@transaction.atomic
def give_opinion(
    *,
    brief: Brief,
    function: str,
    agrees: bool,
    words: str,
    by: User,
    now: datetime,
    sha256: str = "",
) -> BriefOpinion:
    """
    Put down one function's word on what the council was given. A later word replaces it.

    :param sha256: the content that the person saw; one that was replaced meanwhile is refused
    :raises UnableToAct: if the person cannot speak for it, or disagrees without a reason
    """
    brief = _locked(brief)
    if why := may_speak(brief=brief, function=function, by=by):
        raise UnableToAct(why)
    _check_seen(brief, sha256)
    if not agrees and not words.strip():
        raise UnableToAct("Say why you disagree.")
    opinion = BriefOpinion.objects.create(
        brief=brief,
        function=function,
        content_sha256=brief.sent_sha256,
        agrees=agrees,
        words=words.strip(),
        given_at=now,
        given_by_id_text=str(by.pk),
        given_by_name=by.name,
        given_by_role=f"Council member, {Function(function).label}",
    )
    _record(
        "brief.opinion",
        brief,
        by=by,
        now=now,
        after={"function": function, "agrees": agrees, "words": opinion.words},
    )
    return opinion


def lacks(brief: Brief) -> str:
    """Return what the decision still waits for, or nothing when it can be taken."""
    if brief.state != Brief.State.COUNCIL:
        return "The brief is not before the council."
    agreed = [row for row in opinions_in_force(brief).values() if row.agrees]
    others = [row for row in agreed if row.given_by_id_text != brief.sent_by_id_text]
    if len(others) < NEEDED:
        left = NEEDED - len(others)
        return (
            f"{left} more function{'' if left == 1 else 's'} must agree "
            f"besides {brief.sent_by_name}, who sent it."
        )
    return ""


def may_decide(*, brief: Brief, by: User) -> str:
    """Return why this person cannot decide now, or nothing when the person can."""
    if brief.organisation_id != by.organisation_id or not may(by, Permission.BRIEF_EDIT):
        return "Only the council decides."
    if not by.is_chair:
        return "Only the chair puts down what the council decided."
    return lacks(brief)


def decide(
    *, brief: Brief, decision: str, words: str, by: User, now: datetime, sha256: str = ""
) -> Brief:
    """
    Put down the council's decision and freeze the brief; its two documents are asked for.

    :param sha256: the content that the person saw; one that was replaced meanwhile is refused
    :raises UnableToAct: if the person cannot decide, the contract cannot be decided about, or the
        whole would not fit into the pages of its document
    """
    from assessments.briefs import publishing

    with transaction.atomic():
        seen = _decidable(brief, decision=decision, by=by, sha256=sha256)
        body = _decided_body(seen, decision=decision, words=words, by=by, now=now)
    # What is frozen cannot be shortened any more. Laid out before the row is held, so that nobody
    # waits for it; it is frozen only if it is still what was laid out.
    if why := publishing.why_unprintable(seen, body=body, is_draft=False, now=now):
        raise UnableToAct(f"{why} Take the brief back to shorten it.")
    with transaction.atomic():
        brief = _decidable(brief, decision=decision, by=by, sha256=sha256)
        if body != _decided_body(brief, decision=decision, words=words, by=by, now=now):
            raise UnableToAct("Somebody spoke meanwhile. Read the brief again.")
        return _freeze(brief, body=body, decision=decision, words=words, by=by, now=now)


def _decidable(brief: Brief, *, decision: str, by: User, sha256: str) -> Brief:
    brief = _locked(brief)
    if why := may_decide(brief=brief, by=by):
        raise UnableToAct(why)
    _check_seen(brief, sha256)
    if decision not in [value for value in Brief.Decision.values if value]:
        raise UnableToAct("Choose what was decided.")
    return brief


def _decided_body(brief: Brief, *, decision: str, words: str, by: User, now: datetime) -> str:
    return dumps(
        body_of(
            brief,
            decision={
                "decision": decision,
                "label": Brief.Decision(decision).label,
                "words": words.strip(),
                "at": now,
                "by": by.name,
            },
        )
    )


def _freeze(
    brief: Brief, *, body: str, decision: str, words: str, by: User, now: datetime
) -> Brief:
    from assessments.briefs import publishing

    vendor_body = dumps(vendor_safe(content_of(brief)))
    brief.state, brief.decision, brief.decision_words = (
        Brief.State.DECIDED,
        decision,
        words.strip(),
    )
    brief.decided_at, brief.decided_by_name, brief.decided_by_id_text = now, by.name, str(by.pk)
    brief.body, brief.sha256 = body, digest(body)
    brief.vendor_body, brief.vendor_sha256 = vendor_body, digest(vendor_body)
    brief.version += 1
    brief.save()
    _record(
        "brief.decided", brief, by=by, now=now, after={"decision": decision, "sha256": brief.sha256}
    )
    try:
        contracts.decide(contract=brief.contract, decision=decision, by=by, now=now)
    except UnableToChange as error:
        raise UnableToAct(str(error)) from None
    for audience in publishing.AUDIENCES:
        publishing.ask(brief=brief, audience=audience, by=by, now=now)
    return brief


@transaction.atomic
def drop(*, brief: Brief, reason: str, by: User, now: datetime) -> Brief:
    """
    Drop a brief that is not needed; it stays on file with its reason.

    :raises UnableToAct: if it is decided or dropped, or no reason is given
    """
    brief = _locked(brief)
    if brief.state not in (Brief.State.DRAFT, Brief.State.COUNCIL):
        raise UnableToAct("This brief is closed.")
    if not reason.strip():
        raise UnableToAct("Say why the brief is dropped.")
    brief.state, brief.dropped_reason = Brief.State.DROPPED, reason.strip()
    brief.version += 1
    brief.save()
    _record("brief.dropped", brief, by=by, now=now, after={"reason": brief.dropped_reason})
    return brief


# ── Shared ──────────────────────────────────────────────────────────────────────────────────────


def _locked(brief: Brief) -> Brief:
    rows = Brief.objects.select_for_update(of=("self",)).select_related(
        "contract__vendor", "organisation"
    )
    return rows.get(pk=brief.pk)


def _check_seen(brief: Brief, sha256: str) -> None:
    """Refuse a word on a content that was taken back and sent again while it was being read."""
    if sha256 and sha256 != brief.sent_sha256:
        raise UnableToAct("The brief was changed since you looked at it. Read it again.")


def _held(brief: Brief, *, version: int) -> Brief:
    """Return the brief, locked, if it is being written and still as the person saw it."""
    brief = _locked(brief)
    if brief.state == Brief.State.COUNCIL:
        raise UnableToAct("The brief is before the council. Take it back to change it.")
    if brief.state != Brief.State.DRAFT:
        raise UnableToAct("This brief is closed and stays as it is.")
    if brief.version != version:
        raise UnableToSave(
            f"{brief.edited_by_name} changed this brief meanwhile. "
            "Your words are still here; compare and save again."
        )
    return brief


def _saved(
    brief: Brief,
    act: str,
    *,
    before: str,
    by: User,
    now: datetime,
    parts: list[str] | None = None,
) -> Brief:
    brief.version += 1
    brief.edited_at, brief.edited_by_name = now, by.name
    brief.save()
    after = {"sha256": content_sha256(brief), **({"parts": parts} if parts else {})}
    _record(act, brief, by=by, now=now, before={"sha256": before}, after=after)
    return brief


def _record(act: str, brief: Brief, *, by: User, now: datetime, **values: Any) -> None:
    record(act, brief, organisation=brief.organisation, by=by, now=now, **values)
