"""What the rules drafted, numbered, compared with last year, and offered to somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from assessments.audits.freezing_portfolio import amount
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.models import Audit, Closing, Finding, FollowUp
from lockin.accounts.models import Organisation, RoleGrant, User
from vendors.models import Contract, Workload

BATCH = 1000
Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft on its way to a frozen item and a row."""

    draft: FindingDraft
    number: int
    due_on: date
    owner_id: int | None
    owner_name: str
    workload_id: int | None
    contract_id: int | None
    carry_over: str
    previous_id: int | None

    def body(self) -> dict[str, Any]:
        draft = self.draft
        return {
            "number": self.number,
            "rule": draft.rule,
            "subject_kind": str(draft.subject),
            "subject_key": draft.subject_key,
            "subject_name": draft.subject_name,
            "severity": str(draft.severity),
            "title": draft.title,
            "criteria": draft.criteria,
            "condition": draft.condition,
            "cause": draft.cause,
            "effect": draft.effect,
            "recommendation": draft.recommendation,
            "facts": [{"label": label, "value": value} for label, value in draft.facts],
            "due_on": self.due_on,
            "suggested_owner": self.owner_name,
            "carry_over": self.carry_over,
            "amounts": {"facts": _amounts(draft)},
        }

    def row(self, audit: Audit) -> Finding:
        """Return the finding that people work on, not yet stored."""
        draft = self.draft
        facts: list[dict[str, Any]] = [
            {"label": label, "value": value} for label, value in draft.facts
        ]
        return Finding(
            organisation_id=audit.organisation_id,
            audit=audit,
            number=self.number,
            rule=draft.rule,
            subject_kind=str(draft.subject),
            subject_key=draft.subject_key,
            subject_name=draft.subject_name[:300],
            workload_id=self.workload_id,
            contract_id=self.contract_id,
            severity=str(draft.severity),
            severity_rank=draft.severity.rank,
            title=draft.title[:300],
            criteria=draft.criteria,
            condition=draft.condition,
            cause=draft.cause,
            effect=draft.effect,
            recommendation=draft.recommendation,
            facts=facts + _amounts(draft),
            owner_id=self.owner_id,
            owner_name=self.owner_name,
            due_on=self.due_on,
            carry_over=self.carry_over,
            previous_id=self.previous_id,
        )


def _amounts(draft: FindingDraft) -> list[dict[str, Any]]:
    found = []
    for label, money in draft.amounts:
        frozen = amount(money)
        assert frozen is not None
        found.append({"label": label, **frozen})
    return found


def visible_facts(
    facts: Iterable[Mapping[str, Any]], *, with_amounts: bool
) -> list[dict[str, Any]]:
    """Return a finding's facts as the reader may see them; amounts carry `minor`."""
    return [dict(entry) for entry in facts if with_amounts or "minor" not in entry]


def prepare(
    found: Iterable[FindingDraft],
    *,
    audit: Audit,
    as_of: date,
    last_year: Sequence[Mapping[str, Any]],
) -> list[Drafted]:
    """
    Return the drafts in the order of their numbers: gravest first, then by name.

    :param last_year: findings of the last signed audit, from its closing
    """
    ordered = sorted(
        found,
        key=lambda draft: (-draft.severity.rank, draft.subject_name, draft.rule, draft.subject_key),
    )
    people = _People(audit.organisation)
    before = {_identity(entry): entry for entry in last_year if entry["rule"]}
    rows_before = _rows_of_last_year(before.values())
    prepared = []
    for number, draft in enumerate(ordered, start=1):
        owner = people.offered(draft)
        prepared.append(
            Drafted(
                draft=draft,
                number=number,
                due_on=as_of + timedelta(days=draft.due_days),
                owner_id=owner.pk if owner else None,
                owner_name=owner.name if owner else "",
                workload_id=people.workloads.get(draft.subject_key, (None, None))[0]
                if draft.subject is Subject.WORKLOAD
                else None,
                contract_id=people.contracts.get(draft.contract_key, (None, None))[0],
                carry_over=_carry_over(draft.severity, before.get(draft.identity)),
                previous_id=rows_before.get(draft.identity),
            )
        )
    return prepared


def last_years(previous: Audit | None) -> list[dict[str, Any]]:
    """Return the findings that the last signed audit agreed on, as its closing froze them."""
    import json

    if previous is None:
        return []
    closing = Closing.objects.filter(audit=previous).first()
    if closing is None:
        return []
    return [entry for entry in json.loads(closing.body)["findings"] if entry["state"] != "dropped"]


def follow_up(
    last_year: Sequence[Mapping[str, Any]], drafted: Sequence[Drafted]
) -> list[dict[str, Any]]:
    """Return what became of last year's findings; one that no rule finds again is resolved."""
    now = {entry.draft.identity: entry for entry in drafted}
    done = _done_on(last_year)
    followed = []
    for entry in last_year:
        again = now.get(_identity(entry)) if entry["rule"] else None
        status = "resolved" if entry["rule"] else "by-hand"
        if again is not None:
            status = _carry_over(again.draft.severity, entry)
        followed.append(
            {
                "number": entry["number"],
                "title": entry["title"],
                "rule": entry["rule"],
                "subject_kind": entry["subject_kind"],
                "subject_key": entry["subject_key"],
                "subject_name": entry["subject_name"],
                "severity": entry["severity"],
                "severity_now": str(again.draft.severity) if again else None,
                "number_now": again.number if again else None,
                "owner": entry["owner"],
                "response": entry["response"],
                "response_due_on": entry["response_due_on"],
                "due_on": entry["due_on"],
                "done_on": done.get(entry["id"]),
                "status": status,
            }
        )
    return followed


def _done_on(last_year: Sequence[Mapping[str, Any]]) -> dict[int, date]:
    ids = [entry["id"] for entry in last_year]
    found: dict[int, date] = {}
    for start in range(0, len(ids), BATCH):
        rows = FollowUp.objects.filter(finding__in=ids[start : start + BATCH])
        found.update(rows.values_list("finding_id", "done_on"))
    return found


def _carry_over(severity: Severity, before: Mapping[str, Any] | None) -> str:
    if before is None:
        return Finding.CarryOver.NEW.value
    rank = Severity(before["severity"]).rank
    if severity.rank > rank:
        return Finding.CarryOver.WORSE.value
    if severity.rank < rank:
        return Finding.CarryOver.BETTER.value
    return Finding.CarryOver.REPEATED.value


def _identity(entry: Mapping[str, Any]) -> Identity:
    return (entry["rule"], entry["subject_kind"], entry["subject_key"])


def _rows_of_last_year(entries: Iterable[Mapping[str, Any]]) -> dict[Identity, int]:
    ids = {_identity(entry): entry["id"] for entry in entries}
    kept = set()
    wanted = list(ids.values())
    for start in range(0, len(wanted), BATCH):
        kept |= set(
            Finding.objects.filter(pk__in=wanted[start : start + BATCH]).values_list(
                "pk", flat=True
            )
        )
    return {identity: pk for identity, pk in ids.items() if pk in kept}


class _People:
    """Who answers for which workload, contract and function, from three queries."""

    def __init__(self, organisation: Organisation) -> None:
        active = {
            person.pk: person
            for person in User.objects.in_organisation(organisation).active().order_by("pk")
        }
        self.active = active
        self.workloads = {
            key: (pk, owner_id)
            for key, pk, owner_id in Workload.objects.in_organisation(organisation).values_list(
                "key", "pk", "owner_id"
            )
        }
        self.contracts = {
            key: (pk, owner_id)
            for key, pk, owner_id in Contract.objects.in_organisation(organisation).values_list(
                "key", "pk", "owner_id"
            )
        }
        grants = RoleGrant.objects.filter(
            user__organisation=organisation, user__is_active=True, ended_at__isnull=True
        ).exclude(function="")
        self.functions: dict[str, int] = {}
        self.chair: int | None = None
        for grant in grants.order_by("is_deputy", "granted_at", "pk"):
            self.functions.setdefault(grant.function, grant.user_id)
            if grant.is_chair:
                self.chair = grant.user_id

    def offered(self, draft: FindingDraft) -> User | None:
        """Return who is asked first: the owner, else the function, else the chair."""
        if draft.suggested is Suggested.OWNER:
            owners = self.workloads if draft.subject is Subject.WORKLOAD else self.contracts
            key = draft.subject_key if draft.subject is Subject.WORKLOAD else draft.contract_key
            candidate = owners.get(key, (None, None))[1]
        else:
            candidate = self.functions.get(str(draft.suggested))
        for person in (candidate, self.chair):
            if person is not None and person in self.active:
                return self.active[person]
        return None
