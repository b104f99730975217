"""What is missing from a portfolio is listed, never counted as zero."""

from decimal import Decimal

from assessments.scoring.criticality import Criticality
from assessments.scoring.portfolio_score import PortfolioItem, SpendLine, score_portfolio
from assessments.scoring.scheme import SCHEME_2026_1
from assessments.scoring.tiers import Tier


def _item(workload="claims", **fields):
    values = {
        "score": Decimal(60),
        "tier": Tier.HIGH,
        "criticality": Criticality.MEDIUM,
        "spend": 100,
        **fields,
    }
    return PortfolioItem(workload, **values)


def _portfolio(*items):
    return score_portfolio(items, scheme=SCHEME_2026_1)


def test_a_workload_without_a_score_is_listed():
    new = _item("new", score=None, tier=None)

    assert _portfolio(new, _item()).without_score == ("new",)


def test_a_workload_without_a_score_moves_no_mean():
    new = _item("new", score=None, tier=None, spend=10_000)

    assert _portfolio(new, _item()).spend_weighted == 60


def test_a_workload_without_a_criticality_is_listed():
    assert _portfolio(_item(criticality=None)).without_criticality == ("claims",)


def test_a_portfolio_of_nothing_has_no_figures():
    portfolio = _portfolio()

    assert (portfolio.spend_weighted, portfolio.hard_to_move_share, portfolio.by_host.hhi) == (
        None,
        None,
        None,
    )


def test_high_and_entrenched_are_hard_to_move_and_moderate_is_not():
    items = [
        _item("a", tier=Tier.ENTRENCHED, spend=20),
        _item("b", tier=Tier.HIGH, spend=30),
        _item("c", tier=Tier.MODERATE, spend=50),
    ]

    assert _portfolio(*items).hard_to_move_share == Decimal("0.5")


def test_spend_at_an_unknown_host_is_counted_as_missing():
    lines = [SpendLine(60, "Bedrock", "Anthropic"), SpendLine(40, None, "OpenAI")]

    by_host = _portfolio(_item(lines=lines)).by_host

    assert (by_host.hhi, by_host.lines_not_known) == (10_000, 1)


def test_a_line_of_unknown_amount_is_in_no_share():
    lines = [SpendLine(60, "Bedrock", "Anthropic"), SpendLine(None, "OpenAI", "OpenAI")]

    by_publisher = _portfolio(_item(lines=lines)).by_publisher

    assert [share.name for share in by_publisher.shares] == ["Anthropic"]


def test_hosts_are_listed_by_share():
    lines = [SpendLine(40, "Azure", "OpenAI"), SpendLine(60, "Bedrock", "Anthropic")]

    shares = _portfolio(_item(lines=lines)).by_host.shares

    assert shares == (("Bedrock", Decimal("0.6")), ("Azure", Decimal("0.4")))


def test_the_record_writes_what_is_missing_as_null():
    record = _portfolio(_item(spend=None)).to_dict()

    assert (record["spend_weighted"], record["without_spend"]) == (None, ["claims"])
