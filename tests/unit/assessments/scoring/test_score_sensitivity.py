"""A tier that hangs on a choice of the model says so."""

from decimal import Decimal

from tests.unit.assessments.scoring.build import ON, score

A1 = {"api": 20, "tuning": 90, "vectors": 10, "workflow": 30, "commercial": 40}


def _variation(result, key):
    return next(v for v in result.sensitivity.variations if v.key == key)


def test_says_that_the_tier_changes_with_the_share_of_the_worst():
    result = score(scores=A1)

    # 64.25 is High; the mean alone is 38.5, the worst alone 90.
    assert result.sensitivity.changes_tier


def test_says_that_nothing_changes_the_tier():
    result = score(scores=dict.fromkeys(A1, 60))

    assert not result.sensitivity.changes_tier


def test_a_heavier_dimension_pulls_the_score():
    # D2 at 24 of 104: .5·90 + .5·(25·20 + 24·90 + 15·10 + 20·30 + 20·40) / 104 = 65.2404
    varied = _variation(score(scores=A1), "weight-tuning+0.2")

    assert round(varied.score, 4) == Decimal("65.2404")


def test_ordered_weights_are_made_to_fit_fewer_dimensions():
    # Three of .40 .25 .15: (.40·70 + .25·60 + .15·40) / .80 = 61.25
    result = score(scores={"api": 60, "workflow": 40, "commercial": 70})

    assert _variation(result, "ordered-weights").score == Decimal("61.25")


def test_every_applicable_weight_is_tried_both_ways():
    tried = [v for v in score(scores=A1).sensitivity.variations if v.key.startswith("weight-")]

    assert len(tried) == 10


def test_a_floor_holds_under_every_choice():
    result = score(scores=A1, retirement_on=ON)

    assert not result.sensitivity.changes_tier


def test_without_a_score_there_is_nothing_to_vary():
    assert score(scores={"api": 20}).sensitivity is None
