"""Ask for a waiver, say a function's word on it, take it back. Each is a row, written once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from assessments.clauses import versions
from assessments.clauses.baseline import baselines
from assessments.clauses.waiving import LONGEST_DAYS, SHORTEST_REASON
from assessments.models import Waiver, WaiverApproval, WaiverEnd
from lockin.accounts.authorization import may
from lockin.accounts.models import User, actor_words
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.trail.recording import record
from vendors.models import Contract


class UnableToWaive(Exception):
    """The act is refused. The message is written for the user, `field` names what to correct."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def request(
    *,
    contract: Contract,
    clause_key: str = "",
    act: str = "",
    reason: str,
    compensating_control: str,
    expires_on: date,
    by: User,
    on: date,
    now: datetime,
) -> Waiver:
    """
    Ask to do without a clause, or without an act before signing, until a day.

    :raises UnableToWaive: if it names neither or both, says too little, or ends at no useful day
    """
    subject = _subject(contract, clause_key, act)
    reason, control = reason.strip(), compensating_control.strip()
    if len(reason) < SHORTEST_REASON:
        raise UnableToWaive(
            f"Say why in at least {SHORTEST_REASON} characters: it is read for years.",
            field="reason",
        )
    if not control:
        raise UnableToWaive("Say what is done instead.", field="compensating_control")
    if not on < expires_on <= on + timedelta(days=LONGEST_DAYS):
        raise UnableToWaive("A waiver ends after today, and within a year.", field="expires_on")
    actor = actor_words(by)
    waiver = Waiver.objects.create(
        organisation=contract.organisation,
        contract=contract,
        clause_key=clause_key,
        act=act,
        subject_name=subject,
        reason=reason,
        compensating_control=control,
        expires_on=expires_on,
        baseline=baselines([contract], on=on)[contract.pk],
        requested_on=on,
        requested_at=now,
        requested_by_id_text=actor["id"],
        requested_by_name=actor["name"],
        requested_by_role=actor["role"][:200],
    )
    record(
        "waiver.requested",
        waiver,
        organisation=contract.organisation,
        by=by,
        now=now,
        after={"subject": subject, "contract": contract.name, "expires_on": expires_on},
    )
    return waiver


@transaction.atomic
def decide(
    *,
    waiver: Waiver,
    function: str,
    approved: bool,
    words: str,
    by: User,
    on: date,
    now: datetime,
) -> WaiverApproval:
    """
    Say a function's word on a waiver.

    :raises UnableToWaive: if the person may not speak for that function, asked for the waiver, or
        has spoken already; if the function has; or if the waiver has ended
    """
    waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if not may(by, Permission.WAIVER_APPROVE) or function not in by.functions:
        raise UnableToWaive("You do not speak for that function.", field="function")
    if waiver.requested_by_id_text == str(by.pk):
        raise UnableToWaive("Whoever asks for a waiver does not approve it.")
    if WaiverEnd.objects.filter(waiver=waiver).exists():
        raise UnableToWaive("This waiver was taken back.")
    if on > waiver.expires_on:
        raise UnableToWaive("This waiver has expired. Ask for it again.")
    given = list(WaiverApproval.objects.filter(waiver=waiver).order_by("pk"))
    if any(not row.approved for row in given):
        raise UnableToWaive("It was refused, which is the last word. Ask for it again.")
    if any(row.function == function for row in given):
        raise UnableToWaive(f"{Function(function).label} has said its word.", field="function")
    if any(row.decided_by_id_text == str(by.pk) for row in given):
        raise UnableToWaive("You have said your word; another person speaks for the second.")
    words = words.strip()
    if not approved and not words:
        raise UnableToWaive("Say why it is refused.", field="words")
    actor = actor_words(by)
    row = WaiverApproval.objects.create(
        waiver=waiver,
        function=function,
        approved=approved,
        words=words,
        decided_at=now,
        decided_by_id_text=actor["id"],
        decided_by_name=actor["name"],
        decided_by_role=actor["role"][:200],
    )
    record(
        "waiver.approved" if approved else "waiver.refused",
        waiver,
        organisation=waiver.organisation,
        by=by,
        now=now,
        after={"function": function, "words": words},
    )
    return row


@transaction.atomic
def end(*, waiver: Waiver, words: str, by: User, now: datetime) -> WaiverEnd:
    """
    Take a waiver back before its last day.

    :raises UnableToWaive: without a reason, or if it was taken back before
    """
    waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if WaiverEnd.objects.filter(waiver=waiver).exists():
        raise UnableToWaive("This waiver was taken back.")
    if not words.strip():
        raise UnableToWaive("Say why it is taken back.", field="words")
    actor = actor_words(by)
    row = WaiverEnd.objects.create(
        waiver=waiver,
        words=words.strip(),
        ended_at=now,
        ended_by_id_text=actor["id"],
        ended_by_name=actor["name"],
    )
    record(
        "waiver.ended",
        waiver,
        organisation=waiver.organisation,
        by=by,
        now=now,
        after={"words": row.words},
    )
    return row


def _subject(contract: Contract, clause_key: str, act: str) -> str:
    if bool(clause_key) == bool(act):
        raise UnableToWaive("A waiver is of one clause or of one act.")
    if act:
        if act not in Waiver.Act.values:
            raise UnableToWaive("There is no such act before signing.")
        return str(Waiver.Act(act).label)
    policy = versions.in_use(contract.organisation)
    if policy is None or clause_key not in policy.definition.by_key:
        raise UnableToWaive("The policy in use has no such clause.")
    clause = policy.definition.clause(clause_key)
    return f"{clause.number} {clause.name}"
