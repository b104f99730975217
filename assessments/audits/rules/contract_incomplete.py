"""PURE. What has nobody read out of a contract?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, ContractFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import listed


def contract_incomplete(contract: ContractFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """A contract with gaps on file; without a day to act by it counts for more."""
    if not contract.missing:
        return
    blind = contract.act_by is None
    yield FindingDraft(
        rule="contract_incomplete",
        subject=Subject.CONTRACT,
        subject_key=contract.key,
        subject_name=contract.name,
        severity=Severity.MEDIUM if blind and contract.workloads else Severity.LOW,
        title=f"{contract.name}: not fully on file",
        criteria="Our policy requires price, term, renewal, notice and exit terms of every "
        "contract on file.",
        condition=f"Nobody has read out {listed(contract.missing)}.",
        cause="The contract was entered without its paper.",
        effect="Nobody knows by which day to act, so it may renew unseen."
        if blind
        else "What is not on file counts as the worst in every score that needs it.",
        recommendation="Read the paper, and fill in what is missing.",
        facts=(("Workloads it pays for", listed(contract.workloads) or "–"),),
        suggested=Suggested.OWNER if contract.owner else Suggested.LEGAL,
        due_days=30 if blind else 90,
    )
