"""Ceiling, concession, portability and the tax of staying: what they say and what they refuse."""

from decimal import Decimal

import pytest

from assessments.switching_cost.building_anew import Mode, basic_cocomo, payback_months
from assessments.switching_cost.deprecation_tax import deprecation_tax
from assessments.switching_cost.estimates import UnableToReckonCost
from assessments.switching_cost.portability import degree_of_portability
from assessments.switching_cost.pricing_power import (
    annuity_factor,
    concession_equivalent,
    uplift_ceiling,
)
from assessments.switching_cost.reembedding import elapsed_hours

CASE = {
    "switching_cost": Decimal(486_000),
    "exit_cost": Decimal(0),
    "annual_run_rate": Decimal(1_200_000),
    "alternative_price": Decimal("0.9"),
    "years": 3,
}


class TestAnnuity:
    def test_without_interest_is_the_number_of_years(self):
        assert annuity_factor(rate=Decimal(0), years=3) == 3

    def test_of_one_year_is_discounted_once(self):
        assert abs(annuity_factor(rate=Decimal("0.08"), years=1) - 1 / Decimal("1.08")) < Decimal(
            "1e-20"
        )

    @pytest.mark.parametrize("years", [0, -1, 101])
    def test_of_no_term_is_refused(self, years):
        with pytest.raises(UnableToReckonCost, match="term"):
            annuity_factor(rate=Decimal("0.08"), years=years)


class TestUpliftCeiling:
    def test_can_be_read(self):
        assert uplift_ceiling(**CASE).arithmetic == (
            "annuity at 8 % over 3 years: 2.577097",
            "0.9 − 1 + (486,000 + 0) ÷ (1,200,000 × 2.577097) = 5.7154 %",
            "highest price: 1,200,000 × (1 + 5.7154 %) = 1,268,584.29 a year",
        )

    @pytest.mark.parametrize("nothing", ["annual_run_rate", "alternative_price"])
    def test_of_nothing_is_refused(self, nothing):
        with pytest.raises(UnableToReckonCost):
            uplift_ceiling(**{**CASE, nothing: Decimal(0)})

    @pytest.mark.parametrize("name", ["switching_cost", "exit_cost", "alternative_price"])
    def test_refuses_negative_figures(self, name):
        with pytest.raises(UnableToReckonCost, match="negative"):
            uplift_ceiling(**{**CASE, name: Decimal(-1)})


class TestConcession:
    def test_of_less_lock_in_is_below_nothing(self):
        concession = concession_equivalent(
            before=Decimal(486_000),
            after=Decimal(300_000),
            annual_run_rate=Decimal(1_200_000),
            years=3,
        )

        assert concession.share < 0
        # 186,000 × 0.08 ÷ (1 − 1 ÷ 1.259712)
        assert concession.arithmetic[1] == "(300,000 − 486,000) ÷ 2.577097 = −72,174.23 a year"


class TestPortability:
    def test_below_nothing_means_to_build_anew(self):
        assert degree_of_portability(moving=Decimal(3), building_anew=Decimal(2)).build_anew

    def test_can_be_read(self):
        portability = degree_of_portability(moving=Decimal(12_100), building_anew=Decimal(37_840))

        assert portability.arithmetic == "1 − 12,100 ÷ 37,840 = 0.6802"

    def test_of_nothing_is_refused(self):
        with pytest.raises(UnableToReckonCost):
            degree_of_portability(moving=Decimal(1), building_anew=Decimal(0))


class TestOthers:
    def test_the_tax_of_staying_can_be_read(self):
        tax = deprecation_tax(cost_of_change=Decimal(32_000), model_life_months=18)

        assert (tax.changes, tax.arithmetic) == (2, "36 months ÷ 18 months × 32,000 = 64,000")

    @pytest.mark.parametrize(
        "call",
        [
            lambda: deprecation_tax(cost_of_change=Decimal(1), model_life_months=0),
            lambda: payback_months(cost=Decimal(1), monthly_saving=Decimal(0)),
            lambda: elapsed_hours(1, tokens_a_minute=0),
            lambda: basic_cocomo(-1, mode=Mode.ORGANIC),
        ],
    )
    def test_division_by_nothing_is_refused_in_words(self, call):
        with pytest.raises(UnableToReckonCost):
            call()

    def test_no_code_takes_no_time(self):
        assert basic_cocomo(0, mode=Mode.EMBEDDED) == (0, 0)
