"""PURE. Which terms would let us leave, and are they in the contract?

Read from the plain terms on file. The clauses themselves (data, models, interfaces, escrow) are
not assessed yet, and coverage says so.
"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, ContractFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import listed


def clause_gap(contract: ContractFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """The paper was not read, or it gives no way out before its end."""
    no_way_out = contract.termination_for_convenience is False
    all_is_due = contract.early_termination == "full"
    gaps = [
        text
        for is_gap, text in (
            (not contract.document_on_file, "the signed paper is not on file"),
            (no_way_out, "we may not leave at will"),
            (all_is_due, "leaving early costs all that remains"),
        )
        if is_gap
    ]
    if not gaps:
        return
    unread = not contract.document_on_file
    yield FindingDraft(
        rule="clause_gap",
        subject=Subject.CONTRACT,
        subject_key=contract.key,
        subject_name=contract.name,
        severity=Severity.HIGH if no_way_out and all_is_due else Severity.MEDIUM,
        # No verb: the names of contracts are singular and plural.
        title=f"{contract.name}: a way out is missing"
        if no_way_out or all_is_due
        else f"{contract.name}: not read yet",
        criteria="Our policy requires of every contract the signed paper on file, a right to leave "
        "at will after a year, and a cost of leaving early that falls.",
        condition=f"{listed(gaps)}.".capitalize(),
        cause="The vendor's standard terms were signed."
        if no_way_out or all_is_due
        else "The order form and its amendments were not collected.",
        effect="A standard contract gives none of what we need to leave, so what is unread counts "
        "as absent."
        if unread
        else "Until the term ends, leaving saves nothing.",
        recommendation="Put the missing terms on the list for the next negotiation."
        if no_way_out or all_is_due
        else "Collect the paper, and record what it says.",
        facts=tuple(("Gap", text.capitalize()) for text in gaps),
        suggested=Suggested.LEGAL,
    )
