"""PURE. Which commitment will we pay for without using it?"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.audits.facts import AuditFacts, ContractFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import percent, score
from vendors.days import day

# Below a tenth, unused commitment is ordinary forecasting error. [A]
TOLERATED_SHARE = Decimal("0.10")
# The worst answer of question 5.3 begins here.
GRAVE_SHARE = Decimal("0.30")


def commitment_out_of_pace(contract: ContractFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """A commitment that straight-line use leaves more than a tenth unused."""
    for entry in contract.commitments:
        if entry.shortfall_share is None or entry.shortfall_share <= TOLERATED_SHARE:
            continue
        amounts = (
            ("Committed this period", entry.committed_now),
            ("Used so far", entry.used_now),
            ("Likely paid, not used", entry.straight_line_shortfall),
        )
        yield FindingDraft(
            rule="commitment_out_of_pace",
            subject=Subject.COMMITMENT,
            subject_key=f"{contract.key}/{entry.key}",
            subject_name=f"{contract.name}, {entry.name}",
            severity=Severity.HIGH if entry.shortfall_share > GRAVE_SHARE else Severity.MEDIUM,
            title=f"{contract.name}, {entry.name}: behind the pace",
            criteria="Our policy requires that at least nine tenths of a commitment are used.",
            condition=f"At today's pace {percent(entry.shortfall_share)} of the period goes unused.",
            cause="Less was used than was promised, or use went where it does not count.",
            effect="We pay for what we do not use, and the vendor knows it at the renewal.",
            recommendation="Move eligible use there, ask for roll-over, and commit no more than "
            "the low end of the forecast next time.",
            facts=(
                (
                    "Pace",
                    score(entry.pace * 100) + "% of straight-line use" if entry.pace else "–",
                ),
                ("Use read on", day(entry.used_as_of) if entry.used_as_of else "–"),
                ("Period ends on", day(entry.period_ends_on) if entry.period_ends_on else "–"),
            ),
            amounts=tuple((label, money) for label, money in amounts if money is not None),
            suggested=Suggested.FINANCE,
            due_days=60,
        )
