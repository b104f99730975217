"""Truth table: index by publisher, whatever the hosts."""

from decimal import Decimal

import pytest

from assessments.audits.facts import ConcentrationFacts
from assessments.audits.rules.concentration_high import concentration_high
from tests.unit.assessments.audits.build import Frozen, portfolio


def concentrated(hhi: str | None, *shares: tuple[str, str]) -> ConcentrationFacts:
    return ConcentrationFacts(
        hhi=None if hhi is None else Decimal(hhi),
        shares=tuple((name, Decimal(share)) for name, share in shares),
        lines_not_known=0,
    )


@pytest.mark.parametrize(
    ("hhi", "severity"),
    [(None, None), ("2499.99", None), ("2500", "medium"), ("4999.99", "medium"), ("5000", "high")],
)
def test_the_index_by_publisher_decides(hhi, severity):
    found = portfolio(by_publisher=concentrated(hhi, ("OpenAI", "0.75"), ("Anthropic", "0.25")))

    drafts = list(concentration_high(Frozen(portfolio=found)))

    assert [draft.severity for draft in drafts] == ([severity] if severity else [])


def test_three_hosts_of_two_publishers_are_still_one_decision():
    # Domain 2.6: OpenAI direct 900, Azure OpenAI 600, Bedrock-Anthropic 500.
    found = portfolio(
        by_publisher=concentrated("6250", ("OpenAI", "0.75"), ("Anthropic", "0.25")),
        by_host=concentrated("3550", ("OpenAI", "0.45"), ("Azure", "0.3"), ("Bedrock", "0.25")),
    )

    (draft,) = concentration_high(Frozen(portfolio=found))

    assert draft.title == "75% of the spend rests on models of OpenAI"
    assert ("Index by host", "3,550") in draft.facts
