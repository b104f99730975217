"""PURE. Would losing the gateway itself stop the workload?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested


def gateway_is_a_dependency(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """Gate G8: one maintainer, a version that is not pinned, or no way round the gateway."""
    gate = workload.score.gate("G8")
    if gate is None:
        return
    yield FindingDraft(
        rule="gateway_is_a_dependency",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.HIGH if workload.is_vital else Severity.MEDIUM,
        title=f"{workload.name} leans on a fragile gateway",
        criteria="Our policy requires of a gateway what it requires of a vendor: more than one "
        "maintainer, a pinned version, and a rehearsed way round it.",
        condition=gate.reason,
        cause="The gateway was brought in to lower lock-in and was never assessed itself.",
        effect="A bad release of the gateway, or its end, stops every model behind it at once.",
        recommendation="Pin and mirror the version, name a second maintainer, and rehearse the "
        "direct route once a year.",
        facts=(("Gate G8", gate.reason),),
        suggested=Suggested.SECURITY,
        due_days=60,
    )
