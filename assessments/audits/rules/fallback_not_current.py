"""PURE. Is the open-source fallback there, and was it tried within the year?"""

from collections.abc import Iterator
from datetime import date

from assessments.audits.facts import AuditFacts, MitigationFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import months_before
from vendors.days import day

# A test counts in full for twelve months (domain 2.5).
CURRENT_MONTHS = 12


def fallback_not_current(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """No fallback under a critical or high workload, or one whose test is old, failed or missing."""
    fallbacks = workload.controls("M3")
    if not fallbacks:
        if workload.is_vital and workload.score.tier:
            yield _draft(
                workload,
                severity=Severity.HIGH if workload.criticality == "critical" else Severity.MEDIUM,
                condition="No fallback is registered.",
                cause="No model that we could run ourselves was tried on this work.",
            )
        return
    oldest_allowed = months_before(audit.as_of, CURRENT_MONTHS)
    latest = max(fallbacks, key=lambda entry: entry.tested_on or date.min)
    if any(entry.drill == "failed" for entry in fallbacks):
        yield _draft(
            workload,
            severity=Severity.HIGH,
            condition="The latest swap drill with the fallback failed.",
            cause="The fallback did not do the work as it stands today.",
        )
    elif latest.tested_on is None or latest.grade != "tested":
        yield _draft(
            workload,
            severity=Severity.MEDIUM,
            condition=f"A fallback is {latest.grade}, and no test of it is on file.",
            cause="The fallback was chosen and never tried.",
        )
    elif latest.tested_on < oldest_allowed:
        yield _draft(
            workload,
            severity=Severity.MEDIUM,
            condition=f"The fallback was last tested on {day(latest.tested_on)}.",
            cause="The test was not repeated when models and prompts changed.",
            latest=latest,
        )


def _draft(
    workload: WorkloadFacts,
    *,
    severity: Severity,
    condition: str,
    cause: str,
    latest: MitigationFacts | None = None,
) -> FindingDraft:
    tested = latest.tested_on if latest else None
    return FindingDraft(
        rule="fallback_not_current",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=severity,
        title=f"{workload.name} has no current fallback",
        criteria="Our policy requires an open-source fallback for what the business leans on, "
        f"tested within {CURRENT_MONTHS} months.",
        condition=condition,
        cause=cause,
        effect="When the vendor stops or raises its price, nobody knows what would still work.",
        recommendation="Run a swap drill on an open model with the same golden set, and date it.",
        facts=(("Last test", day(tested)),) if tested else (),
        suggested=Suggested.IT,
    )
