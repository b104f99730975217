"""Clause → dimension → workload: the answers that clauses give, and what a gap leaves exposed.

A proposal is evidence with its page, and no answer: the owner takes it over, or not, and the
reviewer sees it. Answers that contract data computes are not proposed (decisions 23); where the
clause as read and the contract's own field differ, that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from assessments.clauses.definition import Clause
from assessments.clauses.judging import option_for
from assessments.clauses.standing import ClauseStanding, ContractClauses, of_contracts
from assessments.models import ClauseJudgement, CurrentScore
from assessments.questionnaires.definition import Definition, Question
from assessments.scoring.dimensions import Dimension
from lockin.accounts.models import User
from vendors.models import Contract, Dependency, Workload


@dataclass(frozen=True, kw_only=True)
class FromClause:
    """What one clause of one contract says about a question."""

    contract: Contract
    clause: Clause
    standing: ClauseStanding
    option_key: str
    """Empty where nobody has read it, or where it says nothing of the question."""

    @property
    def row(self) -> ClauseJudgement | None:
        return self.standing.row


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An answer that the contracts of a workload give to one question, for a person to confirm."""

    question_key: str
    option_key: str
    label: str
    points: int | None
    deciding: FromClause | None
    """The clause that decides: the worst among the contracts."""
    others: tuple[FromClause, ...]
    unread: tuple[str, ...]
    """Contracts that nobody has read for it: then nothing is proposed."""

    @property
    def is_known(self) -> bool:
        return bool(self.option_key)


def proposals(workload: Workload, *, definition: Definition, on: date) -> dict[str, Proposal]:
    """Return, by question, what the contracts of a workload in production say."""
    standing = _in_force(workload, on=on)
    found = {}
    for section in definition.sections:
        for question in section.questions:
            proposal = None if question.computed else _proposal(question, standing)
            if proposal is not None:
                found[question.key] = proposal
    return found


def proposal_for(workload: Workload, question: Question, *, on: date) -> Proposal | None:
    """Return what the contracts of a workload in production say on one question."""
    return None if question.computed else _proposal(question, _in_force(workload, on=on))


def _in_force(workload: Workload, *, on: date) -> list[ContractClauses]:
    rows = (
        Dependency.objects.filter(workload=workload, contract__isnull=False)
        # A draft binds nobody, and what ended gives nothing any more.
        .filter(contract__state=Contract.State.IN_FORCE)
        .in_production()
        .select_related("contract__vendor")
        .order_by("contract__key", "pk")
    )
    contracts = {row.contract_id: row.contract for row in rows if row.contract is not None}
    found = of_contracts(contracts.values(), organisation=workload.organisation, on=on)
    return list(found.values())


def _proposal(question: Question, contracts: Sequence[ContractClauses]) -> Proposal | None:
    points = {option.key: option.points for option in question.options}
    labels = {option.key: option.label for option in question.options}
    each: list[FromClause] = []
    unread: list[str] = []
    for held in contracts:
        answering = [
            entry
            for entry in held.clauses
            if any(item.question == question.key for item in entry.clause.answers)
        ]
        if not answering:
            continue
        said = [
            FromClause(
                contract=held.contract,
                clause=entry.clause,
                standing=entry,
                option_key=option_for(entry.clause, entry.reading, question=question.key),
            )
            for entry in answering
        ]
        known = [entry for entry in said if entry.option_key in points]
        if known:
            # Two clauses of one contract: either of them gives the right.
            each.append(min(known, key=lambda entry: points[entry.option_key]))
        elif all(entry.row is None for entry in said):
            unread.append(held.contract.name)
        else:
            each.append(said[0])
    if not each and not unread:
        return None
    silent = [entry for entry in each if entry.option_key not in points]
    if unread or silent or not each:
        return Proposal(
            question_key=question.key,
            option_key="",
            label="",
            points=None,
            deciding=None,
            others=tuple(each),
            unread=tuple(unread),
        )
    worst = max(each, key=lambda entry: points[entry.option_key])
    return Proposal(
        question_key=question.key,
        option_key=worst.option_key,
        label=labels[worst.option_key],
        points=points[worst.option_key],
        deciding=worst,
        others=tuple(entry for entry in each if entry is not worst),
        unread=(),
    )


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """A workload that a gap leaves exposed, with its score in the clause's dimensions, 0–100."""

    workload: Workload
    share: Decimal | None
    scores: tuple[tuple[Dimension, Decimal | None], ...]

    @property
    def worst(self) -> Decimal | None:
        return max((score for _, score in self.scores if score is not None), default=None)


def exposed(
    contract: Contract, clauses: Iterable[Clause], *, user: User | None = None
) -> dict[str, tuple[Exposed, ...]]:
    """Return, by clause, the workloads in production under the contract, the worst first."""
    rows = (
        Dependency.objects.filter(contract=contract, workload__archived_at__isnull=True)
        .in_production()
        .select_related("workload")
        .order_by("workload__name", "pk")
    )
    if user is not None and not user.sees_all:
        rows = rows.filter(workload__in=Workload.objects.for_user(user))
    shares: dict[int, Decimal | None] = {}
    workloads: dict[int, Workload] = {}
    for row in rows:
        before = shares.get(row.workload_id, Decimal(0))
        shares[row.workload_id] = (
            None if before is None or row.share is None else before + row.share
        )
        workloads[row.workload_id] = row.workload
    scores = {
        row.workload_id: row
        for row in CurrentScore.objects.filter(workload__in=workloads)
        .order_by("pk")
        .defer("result")
    }
    found = {}
    for clause in clauses:
        dimensions = [Dimension(name) for name in clause.dimensions]
        entries = [
            Exposed(
                workload=workload,
                share=shares[pk],
                scores=tuple(
                    (name, getattr(scores[pk], name.value) if pk in scores else None)
                    for name in dimensions
                ),
            )
            for pk, workload in workloads.items()
        ]
        # A workload that nobody has assessed is the least safe of all.
        entries.sort(key=lambda e: (e.worst is not None, -(e.worst or 0), e.workload.name))
        found[clause.key] = tuple(entries)
    return found


def contradictions(entry: ClauseStanding, contract: Contract) -> tuple[str, ...]:
    """Return where the clause as read and the contract's own field say different things."""
    if entry.reading is None:
        return ()
    found = []
    for parameter in entry.clause.parameters:
        read = entry.reading.values.get(parameter.key)
        if not parameter.field or read is None:
            continue
        recorded = getattr(contract, parameter.field)
        if recorded is not None and not _same(read, recorded):
            found.append(
                f"{parameter.label}: read as {_plain(read)}, on the contract {_plain(recorded)}"
            )
    return tuple(found)


def from_contract(clause: Clause, contract: Contract) -> dict[str, Any]:
    """Return what the contract's own fields hold of a clause, to begin a reading with."""
    return {
        parameter.key: getattr(contract, parameter.field)
        for parameter in clause.parameters
        if parameter.field and getattr(contract, parameter.field) is not None
    }


def _same(read: Any, recorded: Any) -> bool:
    if isinstance(recorded, bool) or isinstance(read, bool):
        return bool(read == recorded)
    try:
        return Decimal(str(read)) == Decimal(str(recorded))
    except InvalidOperation:
        return bool(read == recorded)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)
