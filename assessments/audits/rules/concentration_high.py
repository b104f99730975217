"""PURE. Does one publisher's decision reach most of what we run?"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.audits.payload import Payload
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import listed, percent
from lockin.money import round_half_up

# The usual reading of the index: 2,500 is highly concentrated; 5,000 is like two equal vendors. [A]
NOTED_FROM = Decimal(2500)
GRAVE_FROM = Decimal(5000)


def concentration_high(payload: Payload) -> Iterator[FindingDraft]:
    """The spend by publisher has an HHI of 2,500 or more, whatever the number of hosts."""
    portfolio = payload.portfolio
    by_publisher, by_host = portfolio.by_publisher, portfolio.by_host
    if by_publisher.hhi is None or by_publisher.hhi < NOTED_FROM:
        return
    largest, share = by_publisher.shares[0]
    top = [f"{name} {percent(part)}" for name, part in by_publisher.shares[:3]]
    yield FindingDraft(
        rule="concentration_high",
        subject=Subject.PORTFOLIO,
        subject_key="portfolio",
        subject_name="Portfolio",
        severity=Severity.HIGH if by_publisher.hhi >= GRAVE_FROM else Severity.MEDIUM,
        title=f"{percent(share)} of the spend rests on models of {largest}",
        criteria="Our policy requires that no publisher can stop most of what we run: an index "
        f"below {NOTED_FROM:,}.",
        condition=f"By publisher the index is {_whole(by_publisher.hhi)}: {listed(top)}.",
        cause="The same publisher's models were chosen at several hosts."
        if len(by_host.shares) > 1
        else "One vendor was chosen again and again.",
        effect="More hosts do not help: a retirement, a price or a term of the publisher reaches "
        "them all.",
        recommendation="Bring a second publisher into production where the workloads are portable.",
        facts=(
            ("Index by publisher", _whole(by_publisher.hhi)),
            ("Index by host", "–" if by_host.hhi is None else _whole(by_host.hhi)),
            *((f"Share of {name}", percent(part)) for name, part in by_publisher.shares[:5]),
        ),
        suggested=Suggested.IT,
        due_days=180,
    )


def _whole(value: Decimal) -> str:
    return f"{round_half_up(value, 0):,}"
