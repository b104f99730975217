"""Evidence fades: whole for a year, half at two, nothing after three."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assessments.scoring.dimension_score import score_dimension
from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.figures import fixed
from assessments.scoring.scheme import SCHEME_2026_1
from tests.unit.assessments.scoring.build import ON, answer

RULE = SCHEME_2026_1.evidence


def _factor(grade, age_days):
    evidence_on = None if age_days is None else ON - timedelta(days=age_days)
    return RULE.supports(grade=grade, evidence_on=evidence_on, on=ON).factor


@pytest.mark.parametrize(
    ("age_days", "factor"),
    [
        (0, "1.0000"),
        (365, "1.0000"),
        # 1 − .5·1/365, and a hundred days further on 1 − .5·100/365.
        (366, "0.9986"),
        (465, "0.8630"),
        (730, "0.5000"),
        (731, "0.5000"),
        (1095, "0.5000"),
        (1096, "0.0000"),
        (9999, "0.0000"),
        (-1, "0.0000"),
        (None, "1.0000"),
    ],
)
def test_tested_evidence_counts_by_its_age(age_days, factor):
    assert fixed(_factor(Grade.TESTED, age_days)) == factor


@pytest.mark.parametrize(
    ("grade", "factor"),
    [
        (Grade.TESTED, "1"),
        (Grade.DOCUMENTED, "0.7"),
        (Grade.DECLARED, "0.4"),
        (Grade.NONE, "0"),
    ],
)
def test_a_grade_counts_with_its_factor(grade, factor):
    assert _factor(grade, 0) == Decimal(factor)


def test_ageing_takes_the_same_share_from_every_grade():
    assert fixed(_factor(Grade.DOCUMENTED, 730)) == "0.3500"


@pytest.mark.parametrize("age_days", [-1, 0, 365, 366, 500, 1095, 1096, None])
def test_an_answer_counts_with_the_factor_of_its_evidence(age_days):
    evidence_on = None if age_days is None else ON - timedelta(days=age_days)
    given = answer("api.only", 40, grade=Grade.DOCUMENTED, evidence_on=evidence_on)

    scored = score_dimension(dimension=Dimension.API, answers=[given], on=ON, rule=RULE)

    assert scored.confidence == _factor(Grade.DOCUMENTED, age_days)


@pytest.mark.parametrize(
    ("confidence", "grade"),
    [("1", "A"), ("0.8", "A"), ("0.7999", "B"), ("0.6", "B"), ("0.4", "C"), ("0.3999", "D")],
)
def test_a_confidence_has_a_grade(confidence, grade):
    assert RULE.confidence_grade(Decimal(confidence)) == grade


def test_the_interval_is_wider_above_than_below():
    assert RULE.interval(score=Decimal(50), confidence=Decimal("0.6")) == (45, 60)


def test_the_interval_stays_within_the_scale():
    assert RULE.interval(score=Decimal(95), confidence=Decimal(0)) == (Decimal("82.5"), 100)


def test_full_evidence_leaves_no_interval():
    assert RULE.interval(score=Decimal(50), confidence=Decimal(1)) == (50, 50)
