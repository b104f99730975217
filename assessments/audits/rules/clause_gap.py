"""PURE. Which terms would let us leave, and are they in the contract?

Read from the clauses as they were judged against the policy, and from the plain terms on file; an
audit of before there was a policy has the plain terms alone.
"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, ClauseFacts, ContractFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import listed

# More required clauses than this share lacking, and leaving is a project of its own.
MOST = 0.5


def clause_gap(contract: ContractFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """The paper was not read, it gives no way out before its end, or required clauses are lacking."""
    no_way_out = contract.termination_for_convenience is False
    all_is_due = contract.early_termination == "full"
    trapped = no_way_out or all_is_due
    required = [c for c in contract.clauses if c.must and c.status != "not-applicable"]
    lacking = [c for c in required if c.is_lacking]
    partly = [c for c in required if c.status == "partly"]
    plain = [
        text
        for is_gap, text in (
            (not contract.document_on_file, "the signed paper is not on file"),
            (no_way_out, "we may not leave at will"),
            (all_is_due, "leaving early costs all that remains"),
        )
        if is_gap
    ]
    if not (plain or lacking or partly):
        return
    unread = not contract.document_on_file or (
        bool(contract.clauses) and all(c.read_on is None for c in contract.clauses)
    )
    yield FindingDraft(
        rule="clause_gap",
        subject=Subject.CONTRACT,
        subject_key=contract.key,
        subject_name=contract.name,
        severity=_severity(contract, trapped=trapped, plain=plain, lacking=lacking),
        # No verb: the names of contracts are singular and plural.
        title=_title(contract, trapped=trapped, plain=plain, lacking=lacking),
        criteria=_criteria(contract, required),
        condition=_condition(plain, lacking, partly),
        cause="The vendor's standard terms were signed."
        if trapped or (lacking and not unread)
        else "The order form and its amendments were not collected and read."
        if unread
        else "The clauses were agreed in part.",
        effect="A standard contract gives none of what we need to leave, so what is unread counts "
        "as absent."
        if unread
        else "Until the term ends, leaving saves nothing."
        if trapped
        else "What the contract does not give has to be paid for, or done without, on the day we leave.",
        recommendation="Collect the paper, and record what it says."
        if unread and not trapped
        else "Put the missing terms on the list for the next negotiation.",
        facts=(
            *(("Gap", text.capitalize()) for text in plain),
            *((f"{c.number} {c.name}", c.reason) for c in (*lacking, *partly)),
        ),
        suggested=Suggested.LEGAL,
    )


def _severity(
    contract: ContractFacts,
    *,
    trapped: bool,
    plain: list[str],
    lacking: list[ClauseFacts],
) -> Severity:
    both = contract.termination_for_convenience is False and contract.early_termination == "full"
    required = [c for c in contract.clauses if c.must and c.status != "not-applicable"]
    many = bool(required) and len(lacking) > MOST * len(required)
    if both or (trapped and many):
        return Severity.HIGH
    return Severity.MEDIUM if plain or lacking else Severity.LOW


def _title(
    contract: ContractFacts,
    *,
    trapped: bool,
    plain: list[str],
    lacking: list[ClauseFacts],
) -> str:
    if trapped:
        return f"{contract.name}: a way out is missing"
    if lacking and any(c.read_on is not None for c in contract.clauses):
        count = len(lacking)
        return f"{contract.name}: {count} required clause{'' if count == 1 else 's'} lacking"
    if plain or lacking:
        return f"{contract.name}: not read yet"
    return f"{contract.name}: required clauses met in part"


def _criteria(contract: ContractFacts, required: list[ClauseFacts]) -> str:
    words = (
        "Our policy requires of every contract the signed paper on file, a right to leave at will "
        "after a year, and a cost of leaving early that falls."
    )
    if not required:
        return words
    return f"{words} Policy {contract.policy} adds {listed(_names(required))}."


def _condition(plain: list[str], lacking: list[ClauseFacts], partly: list[ClauseFacts]) -> str:
    """Return what was found, the plain terms first, as sentences."""
    parts = [f"{listed(plain)}.".capitalize()] if plain else []
    if lacking:
        parts.append(f"Not given: {listed(_names(lacking))}.")
    if partly:
        parts.append(f"Given in part: {listed(_names(partly))}.")
    return " ".join(parts)


def _names(clauses: list[ClauseFacts]) -> list[str]:
    return [f"{clause.number} {clause.name}" for clause in clauses]
