"""PURE. Does a model in use end before we could be off it?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.words import counted
from vendors.days import day


def model_retires_before_exit(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """Gate G3: retirement on a host in use comes before the time to exit is over."""
    gate = workload.score.gate("G3")
    if gate is None:
        return
    ends = sorted(
        (entry.retires_on, entry.name)
        for entry in workload.dependencies
        if entry.is_production and entry.retires_on is not None
    )
    far_too_late = gate.floor == "entrenched"
    named = ""
    if ends:
        left = (ends[0][0] - audit.as_of).days
        way = f"in {counted(left, 'day')}" if left >= 0 else f"{counted(-left, 'day')} ago"
        named = f"{ends[0][1]} ends on {day(ends[0][0])}, {way}. "
    yield FindingDraft(
        rule="model_retires_before_exit",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.VERY_HIGH if far_too_late else Severity.HIGH,
        title=f"{workload.name} loses its model before it can leave",
        criteria="Our policy requires that we are off a model before its host retires it.",
        condition=f"{named}{gate.reason}",
        cause="The vendor owes less notice than our way out takes.",
        effect="The work stops on that day, or moves in a hurry to whatever the vendor names next.",
        recommendation="Start the move now, ask the host for extended access, and test the "
        "successor on the golden set.",
        facts=tuple((name, day(when)) for when, name in ends),
        due_days=14 if far_too_late else 30,
    )
