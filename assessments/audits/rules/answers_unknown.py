"""PURE. How much has nobody checked?"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.words import counted, listed, percent

# A fifth moves a score by more than a tier is likely to absorb; two fifths decide it. [A]
NOTED_SHARE = Decimal("0.20")
GRAVE_SHARE = Decimal("0.40")


def answers_unknown(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """A fifth or more of the questions that count are unknown or blank."""
    found = workload.score
    silent = found.unknown + found.blank
    asked = found.answered + silent
    if not asked or Decimal(silent) / asked < NOTED_SHARE:
        return
    share = Decimal(silent) / asked
    numbers = [
        answer.number
        for answer in workload.answers
        if answer.nobody_has_checked and answer.points is not None
    ]
    yield FindingDraft(
        rule="answers_unknown",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.HIGH if share >= GRAVE_SHARE else Severity.MEDIUM,
        title=f"Nobody has checked {percent(share)} of {workload.name}",
        criteria="Our policy requires that fewer than a fifth of the questions stay open.",
        condition=f"{counted(silent, 'question')} of {asked}: {found.unknown} answered “Nobody has "
        f"checked”, {found.blank} left blank.",
        cause="Nobody was found who knows, or nobody was asked.",
        effect="Silence counts as the worst, so the score may be better than shown, and nobody can "
        "say by how much.",
        recommendation=f"Hand these to the people who would know: {listed(numbers)}."
        if numbers
        else "Hand the open questions to the people who would know.",
        facts=(
            ("Nobody has checked", str(found.unknown)),
            ("Blank", str(found.blank)),
            ("Questions that count", str(asked)),
        ),
    )
