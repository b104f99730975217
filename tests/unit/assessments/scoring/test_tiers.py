"""A tier is read off the score as it is shown."""

from decimal import Decimal

import pytest

from assessments.scoring.scheme import SCHEME_2026_1
from assessments.scoring.tiers import Tier
from tests.unit.assessments.scoring.build import answer, score


@pytest.mark.parametrize(
    ("points", "tier"),
    [
        ("0", Tier.PORTABLE),
        ("24.994", Tier.PORTABLE),
        ("24.995", Tier.MODERATE),
        ("25", Tier.MODERATE),
        ("49.99", Tier.MODERATE),
        ("49.995", Tier.HIGH),
        ("74.9949", Tier.HIGH),
        ("75", Tier.ENTRENCHED),
        ("100", Tier.ENTRENCHED),
    ],
)
def test_a_score_falls_in_a_tier_after_rounding_to_two_decimals(points, tier):
    assert SCHEME_2026_1.tiers.tier_of(Decimal(points)) == tier


def test_tiers_are_drawn_with_steps_1_3_4_and_5_of_the_risk_scale():
    assert [tier.risk_step for tier in Tier] == [1, 3, 4, 5]


def test_tiers_fill_one_to_four_bars_of_the_meter():
    assert [tier.rank for tier in Tier] == [1, 2, 3, 4]


def test_a_tier_on_too_little_evidence_is_provisional():
    guessed = [answer(f"{key}.only", 50, grade="none") for key in ("api", "commercial")]

    assert score(*guessed).overall.provisional


def test_the_confidence_of_the_workload_is_weighted_like_its_dimensions():
    tested = answer("api.only", 50, grade="tested")
    declared = answer("commercial.only", 50, grade="declared")

    # (25·1 + 20·.4) / 45 = .7333
    confidence = score(tested, declared).overall.confidence
    assert round(confidence, 4) == Decimal("0.7333")


def test_the_interval_of_the_workload_blends_those_of_its_dimensions():
    tested = answer("api.only", 80, grade="tested")
    declared = answer("commercial.only", 60, grade="declared")

    # D1 80–80; D5 conf .4: 52.5–75. Low .5·80 + .5·(25·80 + 20·52.5)/45 = 73.8889,
    # high .5·80 + .5·(25·80 + 20·75)/45 = 78.8889.
    overall = score(tested, declared).overall
    assert (round(overall.residual.low, 4), round(overall.residual.high, 4)) == (
        Decimal("73.8889"),
        Decimal("78.8889"),
    )
