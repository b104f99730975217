"""PURE. How much of what we say rests on evidence that has aged?"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.words import counted, listed, percent
from vendors.days import day

# Evidence counts in full for 365 days and not at all after 1,095 (domain 2.2, decisions 20).
FULL_DAYS = 365
NOTHING_DAYS = 1095
# Fewer than a fifth of the answers is the ordinary turn of the year. [A]
TOLERATED_SHARE = Decimal("0.20")


def evidence_too_old(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """Evidence past three years, or more than a fifth of the dated answers past one year."""
    ages = {
        answer.number: (audit.as_of - answer.evidence_on).days
        for answer in workload.answers
        if answer.evidence_on is not None and answer.grade != "none"
    }
    old = [number for number, age in ages.items() if age > FULL_DAYS]
    spent = [number for number, age in ages.items() if age > NOTHING_DAYS]
    if not spent and (not ages or Decimal(len(old)) / len(ages) <= TOLERATED_SHARE):
        return
    oldest = min(
        answer.evidence_on
        for answer in workload.answers
        if answer.evidence_on is not None and answer.grade != "none"
    )
    share = Decimal(len(old)) / len(ages)
    lost = (
        f" For {counted(len(spent), 'answer')} it is older than three years and counts for nothing."
        if spent
        else ""
    )
    yield FindingDraft(
        rule="evidence_too_old",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.MEDIUM if spent else Severity.LOW,
        title=f"{workload.name} rests on old evidence",
        criteria="Our policy requires evidence from within twelve months.",
        condition=f"{percent(share)} of the dated evidence is older than a year.{lost}",
        cause="Evidence was carried over from earlier years.",
        effect="The score is less sure than it looks, and its range is wider.",
        recommendation=f"Renew the evidence for {listed(old)}.",
        facts=(
            ("Answers with dated evidence", str(len(ages))),
            ("Older than a year", str(len(old))),
            ("Oldest", day(oldest)),
        ),
    )
