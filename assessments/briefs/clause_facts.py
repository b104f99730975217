"""The clauses of a contract as a brief needs them: positions, objections, and who accepted what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assessments.briefs.facts import Accepted, ClauseStanding, Objection
from assessments.clauses import standing
from assessments.clauses.judging import At
from assessments.clauses.matrix import Matrix, matrix
from assessments.reports import words
from vendors.models import Contract
from vendors.portfolio import data_act


@dataclass(frozen=True, kw_only=True)
class Clauses:
    """The policy's clauses in one contract, and the matrix of all vendors."""

    policy: str
    policy_sha256: str
    framing: str
    condition: str
    standings: tuple[ClauseStanding, ...]
    matrix_vendors: tuple[str, ...]
    matrix: tuple[tuple[str, tuple[str, ...], str], ...]


def of(contract: Contract, *, on: date) -> Clauses:
    """Return the clauses of one contract on a day; without a policy there are none."""
    found = standing.of_contract(contract, on=on)
    table = matrix(organisation=contract.organisation, on=on)
    policy = found.policy.definition if found.policy else None
    # Standard papers are nobody's signature: they prove what is published, not who accepted.
    vendors = [place for place, column in enumerate(table.columns) if column.vendor is not None]
    return Clauses(
        policy=str(found.policy) if found.policy else "",
        policy_sha256=found.policy.sha256 if found.policy else "",
        framing=policy.framing if policy else "",
        condition=policy.condition if policy else "",
        standings=tuple(
            _standing(entry, table=table, contract=contract) for entry in found.clauses
        ),
        matrix_vendors=tuple(table.columns[place].name for place in vendors),
        matrix=tuple(
            (
                row.clause.name,
                tuple(
                    status.value if (status := row.cells[place].status) else "" for place in vendors
                ),
                f"{row.met} of {row.known}",
            )
            for row in table.rows
        ),
    )


def _standing(
    entry: standing.ClauseStanding, *, table: Matrix, contract: Contract
) -> ClauseStanding:
    clause = entry.clause
    row = table.by_clause[clause.key]
    taken = table.acceptance(clause.key, vendor=contract.vendor, contract=contract)
    return ClauseStanding(
        key=clause.key,
        code=clause.number,
        title=clause.name,
        status=entry.status.value,
        status_word=entry.status.label,
        reason=entry.judgement.reason,
        preferred=clause.preferred.text,
        acceptable=clause.acceptable.text,
        walk_away=clause.walk_away.text,
        framing=clause.framing,
        dimensions=clause.dimensions,
        objections=tuple(
            Objection(they_say=row.says, we_answer=row.answer, we_accept=row.accepts)
            for row in clause.objections
        ),
        accepted=Accepted(
            sentence=taken.sentence,
            met=row.met,
            known=row.known,
            names=taken.accepted,
            published=tuple(
                (clause.name, f"{paper.words} ({paper.source}, read on {words.day(paper.day)})")
                for paper in taken.published
            ),
        ),
        breaches_walk_away=entry.judgement.at is At.WALK_AWAY,
    )


def data_act_notes(contract: Contract, *, on: date) -> tuple[tuple[str, str], ...]:
    """Return what the EU Data Act gives for this contract, each with its source; or nothing."""
    found = data_act.beside(contract, on=on)
    clock = found.clock
    if clock is None:
        return ()
    begins = "Our notice" if found.given else "Notice today"
    charges = (
        "no switching charge may be taken"
        if clock.charges_zero
        else f"switching charges end on {words.day(found.charges_end_on)}"
    )
    text = (
        f"{begins} would end by {words.day(clock.notice_ends_on)}, the transition by "
        f"{words.day(clock.transition_ends_on)}; data can be fetched until "
        f"{words.day(clock.retrieval_until)}; {charges}. It lowers nothing that is committed."
    )
    return ((text, found.source),)
