"""PURE. Which contract renews by itself at whatever price the vendor sets?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, ContractFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from vendors.days import day

RENEWS_ITSELF = {"automatic": "renews itself", "evergreen": "runs until notice"}


def renews_without_cap(contract: ContractFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """It renews or runs on by itself, and no cap on the price is known."""
    if contract.renewal not in RENEWS_ITSELF or contract.uplift not in ("uncapped", "unknown"):
        return
    known = contract.uplift == "uncapped"
    end = day(contract.current_end) if contract.current_end else "–"
    yield FindingDraft(
        rule="renews_without_cap",
        subject=Subject.CONTRACT,
        subject_key=contract.key,
        subject_name=contract.name,
        severity=Severity.HIGH if known else Severity.MEDIUM,
        title=f"{contract.name}: renewal at any price",
        # 3–5 % is what caps are agreed at; 7–12 % is asked without one (domain, K14).
        criteria="Our policy requires a cap on price rises at renewal, 3% to 5% a year.",
        condition=f"It {RENEWS_ITSELF[contract.renewal]}, and "
        + ("no cap is agreed." if known else "nobody has checked whether a cap is agreed."),
        cause="The cap was not asked for when it was signed."
        if known
        else "The paper was not read for it.",
        effect="The harder we are to move, the more the vendor can ask at the next renewal.",
        recommendation="Ask for a cap before the last day for notice, while leaving is possible."
        if known
        else "Read the renewal clause, and record the cap or that there is none.",
        facts=(("Renewal", RENEWS_ITSELF[contract.renewal].capitalize()), ("Period ends on", end)),
        amounts=(("Yearly value", contract.annual_value),) if contract.annual_value else (),
        suggested=Suggested.LEGAL,
    )
