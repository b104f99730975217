"""PURE. For which workloads does nobody know the yearly cost?"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.audits.payload import Payload
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import counted, listed, percent

# From a fifth of the workloads on, the spend-weighted figures say little. [A]
GRAVE_SHARE = Decimal("0.20")


def spend_unknown(payload: Payload) -> Iterator[FindingDraft]:
    """At least one workload has no yearly cost on file."""
    portfolio = payload.portfolio
    missing = portfolio.without_spend
    if not missing:
        return
    share = Decimal(len(missing)) / portfolio.workloads
    yield FindingDraft(
        rule="spend_unknown",
        subject=Subject.PORTFOLIO,
        subject_key="portfolio",
        subject_name="Portfolio",
        severity=Severity.MEDIUM if share >= GRAVE_SHARE else Severity.LOW,
        title=f"Nobody knows what {counted(len(missing), 'workload')} cost"
        if len(missing) != 1
        else f"Nobody knows what {missing[0]} costs",
        criteria="Our policy requires the yearly cost of every workload.",
        condition=f"{percent(share)} of the workloads have none on file: {listed(missing)}.",
        cause="Invoices are not split by workload.",
        effect="These are in no weighted figure, so the headline may be too good or too bad.",
        recommendation="Take the cost from the gateway's log or the invoice, and record it.",
        facts=(("Workloads without a cost", str(len(missing))),),
        suggested=Suggested.FINANCE,
    )
