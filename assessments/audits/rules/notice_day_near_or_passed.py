"""PURE. Which contract renews by silence because nobody has decided?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, ContractFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import counted, listed
from vendors.days import day, weekday

# The brief is due 30 days before the last safe day, alternatives are tested 90 days before it
# (domain 4.2).
NEAR_DAYS = 30
COMING_DAYS = 90


def notice_day_near_or_passed(contract: ContractFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """An undecided contract whose last safe day is within 90 days, or was missed."""
    if contract.is_decided or contract.act_by is None or contract.days_left is None:
        return
    left = contract.days_left
    if not contract.is_missed and not 0 <= left < COMING_DAYS:
        return
    if contract.is_missed:
        severity = Severity.VERY_HIGH
        condition = f"The last safe day, {weekday(contract.act_by)}, passed without a decision."
        effect = "The contract renews, or has renewed, on terms that nobody has looked at."
    else:
        severity = Severity.HIGH if left < NEAR_DAYS else Severity.MEDIUM
        condition = (
            f"Notice must arrive by {weekday(contract.act_by)}, in {counted(left, 'day')}, "
            "and nothing is decided."
        )
        effect = "After that day silence renews it, and what we could ask for is gone."
    yield FindingDraft(
        rule="notice_day_near_or_passed",
        subject=Subject.CONTRACT,
        subject_key=contract.key,
        subject_name=contract.name,
        severity=severity,
        title=f"{contract.name}: notice by {day(contract.act_by)}",
        criteria="Our policy requires a decision to renew, renegotiate or leave 30 days before the "
        "last day for notice.",
        condition=condition,
        cause="Nobody was named to decide in time."
        if not contract.reminder_set
        else "The reminder was set, and the decision was not taken.",
        effect=effect,
        recommendation="Ask the vendor in writing whether notice still counts, and decide now."
        if contract.is_missed
        else "Decide, and send notice that can be shown to have arrived.",
        facts=(
            ("Ends on", day(contract.current_end) if contract.current_end else "–"),
            ("Last day for notice", day(contract.act_by)),
            ("Days left", str(left)),
            ("Workloads", listed(contract.workloads) or "–"),
        ),
        amounts=(("Yearly value", contract.annual_value),) if contract.annual_value else (),
        suggested=Suggested.OWNER,
        due_days=max(1, min(left, NEAR_DAYS)),
    )
