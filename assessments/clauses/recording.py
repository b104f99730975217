"""Write down what a contract says on a clause, and what a vendor accepted elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from assessments.clauses import versions
from assessments.clauses.definition import Clause
from assessments.clauses.judging import Finding
from assessments.clauses.values import UnableToReadValue, checked
from assessments.models import ClauseJudgement, PeerAcceptance, PolicyVersion
from lockin.accounts.models import Organisation, User, actor_words
from lockin.trail.recording import record
from vendors.models import Contract, Vendor
from vendors.models.document import ContractDocument

LONGEST_EXCERPT = 8000
MOST_PAGES = 100_000


class UnableToJudge(Exception):
    """The judgement is refused. The message is written for the user, `field` names the place."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def judge(
    *,
    contract: Contract,
    clause_key: str,
    finding: str,
    values: Mapping[str, Any],
    objection_key: str = "",
    objection_words: str = "",
    note: str = "",
    excerpt: str = "",
    document: ContractDocument | None = None,
    document_name: str = "",
    page: int | None = None,
    read_on: date,
    by: User,
    on: date,
    now: datetime,
) -> ClauseJudgement:
    """
    Keep what somebody read in a contract on a clause; what was read before stays as history.

    :param values: parameter key to what the contract gives; what was not read is left out
    :param read_on: the day on which the paper was read, today or before
    :raises UnableToJudge: naming the field to correct
    """
    version, clause = _clause(contract.organisation, clause_key)
    if finding not in ClauseJudgement.Finding.values:
        raise UnableToJudge("Say what the paper says.", field="finding")
    kind = Finding(finding)
    stored = _values(clause, values) if kind in (Finding.OBTAINED, Finding.REFUSED) else {}
    note, words = note.strip(), objection_words.strip()
    if kind is Finding.OBTAINED and not stored:
        raise UnableToJudge(
            "Read out at least one thing, or say that the contract says nothing.", field="finding"
        )
    if kind is Finding.REFUSED:
        if objection_key not in {"other", *(item.key for item in clause.objections)}:
            raise UnableToJudge("Say which objection the vendor raised.", field="objection_key")
        if objection_key == "other" and not words:
            raise UnableToJudge("Say what the vendor said.", field="objection_words")
    if kind is Finding.NOT_APPLICABLE:
        if not clause.may_not_apply:
            raise UnableToJudge("Our policy asks this of every contract.", field="finding")
        if not note:
            raise UnableToJudge("Say why it does not apply.", field="note")
    if len(excerpt) > LONGEST_EXCERPT:
        raise UnableToJudge("The passage is too long. Keep what decides.", field="excerpt")
    if read_on > on:
        raise UnableToJudge("A paper is not read in the future.", field="read_on")
    document_name = _place(contract, document, document_name.strip(), page)
    actor = actor_words(by)
    row = ClauseJudgement.objects.create(
        organisation=contract.organisation,
        contract=contract,
        clause_key=clause_key,
        policy=version,
        finding=finding,
        parameters=stored,
        objection_key=objection_key if kind is Finding.REFUSED else "",
        objection_words=words if kind is Finding.REFUSED else "",
        note=note,
        excerpt=excerpt.strip(),
        document=document,
        document_name=document_name,
        page=page,
        read_on=read_on,
        judged_at=now,
        judged_by_id_text=actor["id"],
        judged_by_name=actor["name"],
        judged_by_role=actor["role"][:200],
    )
    # About the contract: the scores of its workloads follow what was written about it.
    record(
        "clause.judged",
        contract,
        organisation=contract.organisation,
        by=by,
        now=now,
        after={
            "clause": clause_key,
            "finding": finding,
            "parameters": stored,
            "document": document_name,
            "page": page,
            "policy": version.label,
        },
    )
    return row


@transaction.atomic
def note_peer(
    *,
    organisation: Organisation,
    clause_key: str,
    vendor: Vendor,
    stance: str,
    words: str,
    source: str,
    observed_on: date,
    confidence: str,
    source_url: str = "",
    corrects: PeerAcceptance | None = None,
    withdraws: bool = False,
    by: User,
    on: date,
    now: datetime,
) -> PeerAcceptance:
    """
    Keep what a vendor accepted or refused elsewhere, with its source and day.

    :param corrects: the row that this one stands for from now on
    :param withdraws: whether that row was wrong altogether
    :raises UnableToJudge: naming the field to correct
    """
    _clause(organisation, clause_key)
    if vendor.organisation_id != organisation.pk:
        raise UnableToJudge("This vendor is not on file.", field="vendor")
    if stance not in PeerAcceptance.Stance.values:
        raise UnableToJudge("Say whether it was accepted.", field="stance")
    if confidence not in PeerAcceptance.Confidence.values:
        raise UnableToJudge("Say how it is known.", field="confidence")
    if not words.strip():
        raise UnableToJudge("Say what was accepted or refused.", field="words")
    if not source.strip():
        raise UnableToJudge("Say where this is known from.", field="source")
    if observed_on > on:
        raise UnableToJudge("This day is in the future.", field="observed_on")
    if withdraws and corrects is None:
        raise UnableToJudge("Name the row that is taken back.")
    if corrects is not None and PeerAcceptance.objects.filter(corrects=corrects).exists():
        raise UnableToJudge("This row was corrected already. Look again.")
    actor = actor_words(by)
    row = PeerAcceptance.objects.create(
        organisation=organisation,
        clause_key=clause_key,
        vendor=vendor,
        stance=stance,
        words=words.strip(),
        source=source.strip(),
        source_url=source_url,
        observed_on=observed_on,
        confidence=confidence,
        corrects=corrects,
        is_withdrawn=withdraws,
        recorded_at=now,
        recorded_by_id_text=actor["id"],
        recorded_by_name=actor["name"],
    )
    record(
        "peer-acceptance.withdrawn" if withdraws else "peer-acceptance.recorded",
        row,
        organisation=organisation,
        by=by,
        now=now,
        after={
            "clause": clause_key,
            "vendor": vendor.name,
            "stance": stance,
            "source": row.source,
            "observed_on": observed_on,
        },
    )
    return row


def _clause(organisation: Organisation, clause_key: str) -> tuple[PolicyVersion, Clause]:
    version = versions.in_use(organisation)
    if version is None:
        raise UnableToJudge("No policy is published yet.")
    if clause_key not in version.definition.by_key:
        raise UnableToJudge("The policy in use has no such clause.", field="clause_key")
    return version, version.definition.clause(clause_key)


def _values(clause: Clause, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = checked(clause, values)
    except UnableToReadValue as error:
        raise UnableToJudge(str(error), field=error.parameter) from error
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}


def _place(
    contract: Contract, document: ContractDocument | None, name: str, page: int | None
) -> str:
    """Return the name of the paper, and refuse a page that it does not have."""
    if document is not None:
        if document.contract_id != contract.pk:
            raise UnableToJudge("This paper belongs to another contract.", field="document")
        if page is not None and document.page_count is not None and page > document.page_count:
            raise UnableToJudge(f"This paper has {document.page_count} pages.", field="page")
        name = str(document)
    if page is not None and not 1 <= page <= MOST_PAGES:
        raise UnableToJudge(f"Pages are counted from 1 to {MOST_PAGES:,}.", field="page")
    if page is not None and not name:
        raise UnableToJudge("Say which paper the page is of.", field="document_name")
    return name[:300]
