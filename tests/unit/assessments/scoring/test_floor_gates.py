"""G1–G4: one row of the truth table a test. They raise the tier and leave the number alone."""

from datetime import timedelta

import pytest

from assessments.scoring.tiers import Tier
from tests.unit.assessments.scoring.build import (
    ON,
    answer,
    blank,
    gate,
    not_applicable,
    score,
    unknown,
)

EXPORT = "workflow.export-completeness"
WEIGHTS = "tuning.weight-export"
DATASET = "tuning.dataset-custody"
EASY = {"api": 0, "commercial": 0}


def _days(count):
    return ON + timedelta(days=count)


class TestNoExportAndNoOwnCopy:
    @pytest.mark.parametrize(
        ("export", "own_copy", "fires"),
        [
            (answer(EXPORT, 100), False, True),
            (answer(EXPORT, 100), None, True),
            (answer(EXPORT, 100), True, False),
            (answer(EXPORT, 75), False, False),
            (unknown(EXPORT), False, True),
            (unknown(EXPORT), True, False),
            (blank(EXPORT), None, True),
            (not_applicable(EXPORT), None, False),
        ],
    )
    def test_fires_when_nothing_can_be_exported_and_no_copy_is_known(self, export, own_copy, fires):
        result = score(export, answer("workflow.rest"), scores=EASY, own_copy=own_copy)

        assert gate(result, "G1").fired is fires

    def test_makes_the_tier_entrenched(self):
        result = score(answer(EXPORT, 100), scores=EASY)

        assert result.overall.tier == Tier.ENTRENCHED

    def test_does_not_move_the_number(self):
        with_copy = score(answer(EXPORT, 100), scores=EASY, own_copy=True)
        without = score(answer(EXPORT, 100), scores=EASY, own_copy=False)

        assert without.overall.residual == with_copy.overall.residual

    def test_shows_the_tier_of_the_number_beside_the_raised_one(self):
        result = score(answer(EXPORT, 100), answer("workflow.rest", 0), scores=EASY)

        # D4 50; .5·50 + .5·(20·50 / 65) = 32.69
        assert result.overall.residual.tier == Tier.MODERATE

    def test_says_that_the_worst_is_assumed_when_nobody_has_checked(self):
        result = score(unknown(EXPORT), scores=EASY)

        assert "worst is assumed" in gate(result, "G1").reason

    def test_does_not_ask_a_workload_without_data_and_workflow(self):
        result = score(scores=EASY)

        assert gate(result, "G1").reason == "Data and workflow does not apply here."

    def test_says_when_its_question_was_not_asked(self):
        result = score(scores={**EASY, "workflow": 100})

        assert gate(result, "G1").not_evaluated


class TestNeitherWeightsNorDataset:
    @pytest.mark.parametrize(
        ("weights", "dataset", "fires"),
        [
            (answer(WEIGHTS, 100), answer(DATASET, 100), True),
            (answer(WEIGHTS, 75), answer(DATASET, 100), True),
            (answer(WEIGHTS, 50), answer(DATASET, 100), False),
            (answer(WEIGHTS, 100), answer(DATASET, 75), False),
            (answer(WEIGHTS, 50), answer(DATASET, 75), False),
            (unknown(WEIGHTS), blank(DATASET), True),
            (unknown(WEIGHTS), answer(DATASET, 75), False),
            (answer(WEIGHTS, 100), not_applicable(DATASET), False),
        ],
    )
    def test_fires_only_when_both_are_out_of_reach(self, weights, dataset, fires):
        result = score(weights, dataset, answer("tuning.rest"), scores=EASY)

        assert gate(result, "G2").fired is fires

    def test_makes_the_tier_at_least_high(self):
        rest = answer("tuning.rest", 0, weight=980)
        result = score(answer(WEIGHTS, 100), answer(DATASET, 100), rest, scores=EASY)

        assert (result.overall.residual.tier, result.overall.tier) == (Tier.PORTABLE, Tier.HIGH)


class TestRetirementBeforeExit:
    @pytest.mark.parametrize(
        ("days_left", "days_needed", "floor"),
        [
            # The examples of the time-to-exit model: 175 days are needed.
            (18, 175, Tier.ENTRENCHED),
            (52, 175, Tier.ENTRENCHED),
            (142, 175, Tier.HIGH),
            (443, 175, None),
            # Half of 175 is 87.5.
            (87, 175, Tier.ENTRENCHED),
            (88, 175, Tier.HIGH),
            (175, 175, None),
            (-1, 175, Tier.ENTRENCHED),
            # 26 weeks are assumed where nobody has estimated.
            (181, None, Tier.HIGH),
            (182, None, None),
        ],
    )
    def test_compares_the_days_left_with_the_days_needed(self, days_left, days_needed, floor):
        result = score(scores=EASY, retirement_on=_days(days_left), time_to_exit_days=days_needed)

        assert gate(result, "G3").floor == floor

    def test_says_that_the_time_to_exit_is_assumed(self):
        result = score(scores=EASY, retirement_on=_days(10))

        assert gate(result, "G3").reason == "10 days to retirement, 182 days (assumed) to exit."

    def test_is_not_evaluated_without_a_retirement_date(self):
        result = score(scores=EASY, time_to_exit_days=175)

        assert gate(result, "G3").not_evaluated


class TestNoticeWithoutDecision:
    @pytest.mark.parametrize(
        ("days_left", "decided", "fires"),
        [
            (30, None, False),
            (29, None, True),
            (29, False, True),
            (29, True, False),
            (0, None, True),
            (-5, None, True),
            (-5, True, False),
        ],
    )
    def test_fires_from_thirty_days_on_while_nothing_is_decided(self, days_left, decided, fires):
        result = score(scores=EASY, last_notice_on=_days(days_left), renewal_decided=decided)

        assert gate(result, "G4").fired is fires

    def test_makes_the_tier_at_least_high(self):
        result = score(scores=EASY, last_notice_on=_days(-1))

        assert result.overall.tier == Tier.HIGH

    def test_is_not_evaluated_without_a_last_day_for_notice(self):
        assert gate(score(scores=EASY), "G4").not_evaluated


def test_the_highest_of_several_floors_counts():
    result = score(scores=EASY, retirement_on=_days(1), last_notice_on=_days(1))

    assert result.overall.tier == Tier.ENTRENCHED


def test_a_floor_never_lowers_a_tier():
    result = score(scores={"api": 90, "commercial": 90}, last_notice_on=_days(1))

    assert result.overall.tier == Tier.ENTRENCHED
