"""PURE. Does the service that tunes our models stop taking jobs?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.words import counted
from vendors.days import day

# A year ahead is what rebuilding elsewhere needs with room to spare: 2.7's better half. [A]
WITHIN_DAYS = 365


def tuning_service_ending(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """A workload with a tuned model, at a service whose last tuning day is near or past."""
    tuned = [asset.name for asset in workload.assets if asset.kind == "tuned-model"]
    ends = sorted(
        (entry.tuning_ends_on, entry.name)
        for entry in workload.dependencies
        if entry.tuning_ends_on is not None and entry.role != "fallback"
    )
    if not tuned or not ends:
        return
    ends_on, name = ends[0]
    left = (ends_on - audit.as_of).days
    if left > WITHIN_DAYS:
        return
    over = left < 0
    when = (
        f"stopped taking tuning jobs on {day(ends_on)}"
        if over
        else f"takes its last tuning job on {day(ends_on)}, in {counted(left, 'day')}"
    )
    yield FindingDraft(
        rule="tuning_service_ending",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.VERY_HIGH if over and workload.is_vital else Severity.HIGH,
        title=f"{workload.name} is tuned where tuning ends",
        criteria="Our policy requires that a tuned model can be tuned again for as long as we use "
        "it, there or elsewhere.",
        condition=f"{name} {when}. {counted(len(tuned), 'tuned model')} depend on it."
        if len(tuned) != 1
        else f"{name} {when}. One tuned model depends on it.",
        cause="Vendors are withdrawing tuning as a service.",
        effect="The model cannot follow new data, and ends with its base model.",
        recommendation="Take the data set and recipe home, and tune an open model on them before "
        "that day.",
        facts=(("Last tuning day", day(ends_on)), ("Days left", str(left))),
        due_days=30 if left < 90 else 90,
    )
