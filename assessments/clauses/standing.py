"""The join: how each clause of the policy stands in contracts on a day, from a fixed number of queries.

Pages, the matrix, the gate, the renewal brief and the audit's snapshot all read clauses here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from assessments.clauses import versions
from assessments.clauses.baseline import baselines
from assessments.clauses.definition import Clause, Objection
from assessments.clauses.judging import Finding, Judgement, Reading, Status, Waived, judge, said
from assessments.clauses.values import from_store
from assessments.clauses.waiving import Standing, Word, standing
from assessments.models import ClauseJudgement, PolicyVersion, Waiver
from lockin.accounts.models import Organisation
from lockin.accounts.roles import Function
from vendors.models import Contract


@dataclass(frozen=True, kw_only=True)
class WaiverOnFile:
    """A waiver and how it stands on the day."""

    row: Waiver
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class ClauseStanding:
    """One clause in one contract: what was read, how it stands, and why."""

    clause: Clause
    row: ClauseJudgement | None
    reading: Reading | None
    judgement: Judgement
    waiver: WaiverOnFile | None
    """The newest waiver, whether it holds or not."""

    @property
    def status(self) -> Status:
        return self.judgement.status

    @property
    def is_open(self) -> bool:
        """Whether our policy is not content, and nothing waives it."""
        return self.status in (Status.PARTLY, Status.MISSING, Status.REFUSED)

    @property
    def said(self) -> tuple[str, ...]:
        """What the contract gives, one phrase a parameter that was read."""
        return said(self.clause, self.reading.values) if self.reading else ()

    @property
    def objection(self) -> Objection | None:
        return self.clause.objection(self.row.objection_key) if self.row else None

    @property
    def place(self) -> str:
        """The paper and page it was read on, in words."""
        if self.row is None or not self.row.document_name:
            return ""
        page = "" if self.row.page is None else f", page {self.row.page}"
        return f"{self.row.document_name}{page}"


@dataclass(frozen=True, kw_only=True)
class ContractClauses:
    """All clauses of one contract on a day."""

    contract: Contract
    policy: PolicyVersion | None
    on: date
    clauses: tuple[ClauseStanding, ...]
    waivers: tuple[WaiverOnFile, ...]
    """Every waiver on file for the contract, newest first, of clauses and of acts."""

    @cached_property
    def by_key(self) -> Mapping[str, ClauseStanding]:
        return {entry.clause.key: entry for entry in self.clauses}

    @cached_property
    def counts(self) -> Counter[Status]:
        return Counter(entry.status for entry in self.clauses)

    @property
    def open(self) -> tuple[ClauseStanding, ...]:
        return tuple(entry for entry in self.clauses if entry.is_open)

    @property
    def applicable(self) -> int:
        return len(self.clauses) - self.counts[Status.NOT_APPLICABLE]

    @property
    def met(self) -> int:
        return self.counts[Status.MET]

    @property
    def is_unread(self) -> bool:
        """Whether nobody has read a single clause."""
        return all(entry.row is None for entry in self.clauses)

    @property
    def read_on(self) -> date | None:
        """The day on which the paper was last read for a clause."""
        return max((e.row.read_on for e in self.clauses if e.row is not None), default=None)

    @property
    def sentence(self) -> str:
        """What the clauses come to, in one sentence."""
        if self.policy is None:
            return "No policy is published, so nothing can be judged."
        required = [e for e in self.clauses if e.clause.must]
        applying = [e for e in required if e.status is not Status.NOT_APPLICABLE]
        if self.is_unread:
            return (
                f"Nobody has read this contract for a clause, so all {len(self.clauses)} count "
                "as missing."
            )
        counted = Counter(entry.status for entry in applying)
        words = [
            f"{counted[status]} {_BE[status][counted[status] != 1]}"
            for status in (
                Status.PARTLY,
                Status.MISSING,
                Status.REFUSED,
                Status.WAIVED,
            )
            if counted[status]
        ]
        met = counted[Status.MET]
        head = f"{met} of {len(applying)} required clauses {'is' if met == 1 else 'are'} met"
        return f"{head}, {', '.join(words)}." if words else f"{head}."


_BE = {
    Status.PARTLY: ("is partly met", "are partly met"),
    Status.MISSING: ("is missing", "are missing"),
    Status.REFUSED: ("was refused", "were refused"),
    Status.WAIVED: ("is waived", "are waived"),
}


def of_contract(contract: Contract, *, on: date) -> ContractClauses:
    """Return how the clauses of one contract stand."""
    return of_contracts([contract], organisation=contract.organisation, on=on)[contract.pk]


def of_contracts(
    contracts: Iterable[Contract],
    *,
    organisation: Organisation,
    on: date,
    policy: PolicyVersion | None = None,
) -> dict[int, ContractClauses]:
    """
    Return how the clauses of many contracts of an organisation stand, by the contract's id.

    :param policy: judge against this version instead of the one in use
    """
    rows = list(contracts)
    version = policy or versions.in_use(organisation)
    judgements = _newest(rows)
    waivers = _waivers(rows, on=on)
    return {
        contract.pk: _clauses(
            contract,
            version=version,
            judgements=judgements.get(contract.pk, {}),
            waivers=waivers.get(contract.pk, ()),
            on=on,
        )
        for contract in rows
    }


def reading_of(row: ClauseJudgement) -> Reading:
    """Return a stored judgement as the sums read it."""
    return Reading(
        finding=Finding(row.finding),
        values=from_store(row.parameters),
        objection_key=row.objection_key,
        objection_words=row.objection_words,
        note=row.note,
    )


def _newest(contracts: Sequence[Contract]) -> dict[int, dict[str, ClauseJudgement]]:
    """Return the newest judgement of each clause of each contract."""
    rows = ClauseJudgement.objects.filter(
        contract__in=[contract.pk for contract in contracts]
    ).select_related("document", "policy")
    found: dict[int, dict[str, ClauseJudgement]] = {}
    for row in rows.newest_first():
        found.setdefault(row.contract_id, {}).setdefault(row.clause_key, row)
    return found


def _waivers(contracts: Sequence[Contract], *, on: date) -> dict[int, tuple[WaiverOnFile, ...]]:
    """Return every waiver with its standing, newest first."""
    rows = list(
        Waiver.objects.filter(contract__in=[contract.pk for contract in contracts])
        .select_related("end")
        .prefetch_related("approvals")
        .order_by("-requested_at", "-pk")
    )
    if not rows:
        return {}
    with_waivers = {row.contract_id for row in rows}
    now = baselines([row for row in contracts if row.pk in with_waivers], on=on)
    found: dict[int, list[WaiverOnFile]] = {}
    for row in rows:
        found.setdefault(row.contract_id, []).append(
            WaiverOnFile(row=row, standing=waiver_standing(row, now=now[row.contract_id], on=on))
        )
    return {key: tuple(entries) for key, entries in found.items()}


def waiver_standing(row: Waiver, *, now: Mapping[str, Any], on: date) -> Standing:
    """Return how one waiver stands; its approvals and its end must be at hand."""
    end = getattr(row, "end", None)
    return standing(
        words=[
            Word(
                function=Function(word.function).label,
                person=word.decided_by_name,
                approved=word.approved,
                person_id=word.decided_by_id_text,
            )
            for word in sorted(row.approvals.all(), key=lambda word: word.pk)
        ],
        expires_on=row.expires_on,
        ended=None if end is None else end.words,
        baseline=row.baseline,
        now=now,
        on=on,
    )


def _clauses(
    contract: Contract,
    *,
    version: PolicyVersion | None,
    judgements: Mapping[str, ClauseJudgement],
    waivers: Sequence[WaiverOnFile],
    on: date,
) -> ContractClauses:
    entries = []
    for clause in version.definition.clauses if version else ():
        own = [entry for entry in waivers if entry.row.clause_key == clause.key]
        holding = next((entry for entry in own if entry.standing.holds), None)
        row = judgements.get(clause.key)
        reading = reading_of(row) if row is not None else None
        entries.append(
            ClauseStanding(
                clause=clause,
                row=row,
                reading=reading,
                judgement=judge(
                    clause,
                    reading,
                    waived=None
                    if holding is None
                    else Waived(
                        until=holding.row.expires_on,
                        compensating_control=holding.row.compensating_control,
                    ),
                ),
                waiver=holding or next(iter(own), None),
            )
        )
    return ContractClauses(
        contract=contract,
        policy=version,
        on=on,
        clauses=tuple(entries),
        waivers=tuple(waivers),
    )
