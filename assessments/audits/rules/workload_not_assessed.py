"""PURE. Which workloads did the audit not see?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject

SEVERITIES = {"critical": Severity.HIGH, "high": Severity.MEDIUM}


def workload_not_assessed(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """No accepted assessment for this year, or none at all."""
    found = workload.assessment
    if found is not None and found.label == audit.label:
        return
    if found is None:
        condition = "No assessment of it was ever accepted."
        effect = "Nobody can say how hard it is to move, and it is in no figure of this audit."
    else:
        condition = f"The last accepted assessment is of {found.label}."
        effect = "Its score in this audit rests on old answers."
    yield FindingDraft(
        rule="workload_not_assessed",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=SEVERITIES.get(workload.criticality, Severity.LOW),
        title=f"{workload.name} was not assessed for {audit.label}",
        criteria="Our policy requires an accepted assessment of every workload each year.",
        condition=condition,
        cause="It has no owner." if not workload.owner else "It was not answered or not reviewed.",
        effect=effect,
        recommendation="Name an owner, and assess it."
        if not workload.owner
        else f"{workload.owner} finishes the assessment.",
        facts=(("Criticality", workload.criticality.capitalize()),),
        due_days=30,
    )
