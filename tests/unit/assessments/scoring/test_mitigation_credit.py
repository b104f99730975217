"""What a control earns: its credit, the share it covers, and when it was last shown to work."""

from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import Drill, UnableToScore
from assessments.scoring.mitigations import reductions
from assessments.scoring.scheme import SCHEME_2026_1
from tests.unit.assessments.scoring.build import ON, control

RULE = SCHEME_2026_1.mitigations


def _reduction(*controls, on=ON, dimension=Dimension.API):
    reduced = reductions(controls, on=on, rule=RULE, gateway_only_declared=False)
    return reduced[dimension]


def _evidence(entry, *, on=ON):
    return _reduction(entry, on=on).controls[0].evidence_factor


@pytest.mark.parametrize(
    ("tested_on", "factor"),
    [
        (date(2026, 11, 23), "1"),
        (date(2025, 11, 23), "1"),
        (date(2025, 11, 22), "0.7"),
        (date(2024, 11, 23), "0.7"),
        (date(2024, 11, 22), "0.5"),
        (None, "0.5"),
        (date(2026, 11, 24), "0.5"),
    ],
)
def test_a_test_counts_by_its_age_in_months(tested_on, factor):
    assert _evidence(control("M1", tested_on=tested_on)) == Decimal(factor)


def test_a_year_after_29_february_ends_with_the_month():
    entry = control("M1", tested_on=date(2024, 2, 29))

    assert _evidence(entry, on=date(2025, 2, 28)) == 1


@pytest.mark.parametrize(
    ("grade", "factor"),
    [(Grade.DOCUMENTED, "0.5"), (Grade.DECLARED, "0.2"), (Grade.NONE, "0")],
)
def test_what_was_not_tested_counts_by_its_grade(grade, factor):
    assert _evidence(control("M1", grade=grade)) == Decimal(factor)


@pytest.mark.parametrize(
    ("drilled_on", "factor"),
    [
        (date(2026, 11, 1), "1"),
        (date(2025, 6, 1), "0.7"),
        (date(2023, 1, 1), "0.5"),
        # A drill that is still to come shows nothing.
        (date(2026, 12, 1), "0.2"),
    ],
)
def test_a_passed_drill_counts_as_a_test_of_its_day(drilled_on, factor):
    entry = control("M1", grade=Grade.DECLARED, tested_on=None, drill=Drill(True, drilled_on))

    assert _evidence(entry) == Decimal(factor)


def test_an_old_passed_drill_does_not_take_from_a_newer_test():
    entry = control("M1", tested_on=ON, drill=Drill(True, date(2023, 1, 1)))

    assert _evidence(entry) == 1


def test_a_failed_drill_leaves_a_fifth():
    entry = control("M1", drill=Drill(False, date(2026, 11, 1)))

    assert _evidence(entry) == Decimal("0.2")


def test_a_failed_drill_earns_nothing_for_a_control_without_evidence():
    entry = control("M1", grade=Grade.NONE, drill=Drill(False, date(2026, 11, 1)))

    assert _evidence(entry) == 0


def test_a_control_earns_only_for_what_it_covers():
    assert _reduction(control("M1", coverage="0.4")).share == Decimal("0.3")


def test_controls_multiply_what_is_left():
    # 1 − (1 − .75)(1 − .30) = .825
    assert _reduction(control("M1"), control("M2")).share == Decimal("0.825")


def test_controls_never_take_off_more_than_the_cap():
    reduction = _reduction(control("M1"), control("M2"), control("M3"))

    assert (reduction.share, reduction.capped) == (Decimal("0.85"), True)


def test_a_control_earns_nothing_in_a_dimension_it_does_not_touch():
    runbook = control("M6", Dimension.API)

    assert _reduction(runbook).share == 0


def test_a_control_registered_for_one_dimension_earns_nothing_in_another():
    fallback = control("M3", Dimension.TUNING)

    assert _reduction(fallback).share == 0


def test_the_same_control_counts_once_in_a_dimension():
    weak, strong = control("M1", coverage="0.4"), control("M1", coverage="0.8")

    assert _reduction(weak, strong).share == Decimal("0.6")


def test_a_fact_that_an_answer_already_used_earns_nothing_more():
    golden_set = control("M4", counted_in="api.prompt-assets")

    assert _reduction(golden_set).share == 0


@pytest.mark.parametrize("coverage", ["-0.1", "1.1"])
def test_a_coverage_that_is_no_share_is_refused(coverage):
    with pytest.raises(UnableToScore, match="coverage of M1"):
        _reduction(control("M1", coverage=coverage))
