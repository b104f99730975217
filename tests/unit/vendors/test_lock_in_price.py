"""What lock-in does to price: break-even, the trade against portability, the tree, the verdict."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.vendors.test_commitments import agrees, amount
from vendors.exposure import breakeven, offer, option_tree, portability_trade, uplift
from vendors.exposure.inputs import UnableToReckonExposure

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "worked_examples" / "lock_in_price.toml").read_text("utf-8")
)
K8 = portability_trade.Trade(
    annual=Decimal(1200000),
    discount=Decimal("0.2"),
    flexible_cost=Decimal(150000),
    locked_cost=Decimal(486000),
    rate=Decimal("0.08"),
    term_months=36,
    horizon_months=72,
)


def decimals(given):
    return {
        name: amount(value) if isinstance(value, str) else value for name, value in given.items()
    }


def tree(given):
    return option_tree.option_tree(
        annual=Decimal(1000000),
        years=3,
        drop_to=Decimal("0.6"),
        discount=Decimal("0.2"),
        rate=Decimal("0.08"),
        **decimals(given),
    )


CALCULATIONS = {
    "break_even": lambda given: breakeven.break_even(**decimals(given)),
    "effective": lambda given: SimpleNamespace(
        discount=breakeven.effective_discount(**decimals(given))
    ),
    "trade": lambda given: portability_trade.compare(K8, **decimals(given)),
    "turn": lambda given: SimpleNamespace(
        decline=portability_trade.break_even_decline(replace(K8, **decimals(given)))
    ),
    "tree": tree,
    "uplift": lambda given: uplift.uplift_table(**decimals(given)),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in EXAMPLES["row"]])
def test_the_worked_examples_hold(row):
    result = CALCULATIONS[row["of"]](row["given"])

    wrong = {
        name: (getattr(result, name), expected)
        for name, expected in row.get("expect", {}).items()
        if not agrees(getattr(result, name), expected)
    }
    assert wrong == {}
    assert [name for name in row.get("none", ()) if getattr(result, name) is not None] == []


def test_the_table_of_discounts_is_the_one_of_the_notes():
    assert [
        (str(row.utilisation), str(row.exit_month)) for row in breakeven.break_even_table(months=36)
    ] == [
        ("0.95", "34.20"),
        ("0.9", "32.4"),
        ("0.85", "30.60"),
        ("0.8", "28.8"),
        ("0.75", "27.00"),
        ("0.7", "25.2"),
    ]


class TestTermsThatAreNotWholeYears:
    def test_pay_by_the_month(self):
        assert replace(K8, term_months=30).per_year == 12
        assert K8.per_year == 1

    def test_without_interest_or_switching_cost_the_trade_turns_where_break_even_does(self):
        # Locked for the whole horizon, moving free at once: both are the sum of the falling price.
        trade = replace(
            K8,
            discount=Decimal("0.1"),
            rate=Decimal(0),
            flexible_cost=Decimal(0),
            term_months=18,
            horizon_months=18,
        )

        assert agrees(portability_trade.break_even_decline(trade), "0.300000")


class TestVerdict:
    def test_names_the_fall_at_which_it_turns_both_ways(self):
        found = offer.judge(K8, offer.Expectations(decline=Decimal("0.10")))

        assert found.lock_pays is True
        assert found.condition == (
            "The lock pays if the market falls by less than 13.23 % a year; "
            "staying free pays if it falls by more. "
            "At 10 % a year the lock is better by 87,715.29."
        )

    def test_turns_against_the_lock_in_a_falling_market(self):
        found = offer.judge(K8, offer.Expectations(decline=Decimal("0.15")))

        assert found.lock_pays is False
        assert found.condition.endswith("At 15 % a year staying free is better by 47,077.43.")

    def test_says_what_portability_is_worth(self):
        found = offer.judge(K8, offer.Expectations())

        assert agrees(found.turns_at, "0.1323")
        assert agrees(found.turns_at_if_portable, "0.2356")

    def test_without_expectations_every_test_is_open_and_nothing_is_passed(self):
        found = offer.judge(K8, offer.Expectations())

        assert [test.passed for test in found.tests] == [None] * 4
        assert found.lock_pays is None
        assert len(found.missing) == 4

    @pytest.mark.parametrize(
        ("expected", "passed"),
        [
            (
                {
                    "utilisation": "0.80",
                    "leaving_probability": "0.2",
                    "leaving_acceptable": "0.2",
                    "decline": "0.13",
                    "ceiling_with_lock": "0.05",
                    "ceiling_without_lock": "0.05",
                },
                True,
            ),
            (
                {
                    "utilisation": "0.79",
                    "leaving_probability": "0.21",
                    "leaving_acceptable": "0.2",
                    "decline": "0.14",
                    "ceiling_with_lock": "0.0572",
                    "ceiling_without_lock": "-0.0515",
                },
                False,
            ),
        ],
    )
    def test_the_four_tests_hold_what_is_expected_against_break_even(self, expected, passed):
        found = offer.judge(
            K8, offer.Expectations(**{name: Decimal(text) for name, text in expected.items()})
        )

        assert [test.key for test in found.tests] == ["utilisation", "leaving", "market", "renewal"]
        assert [test.passed for test in found.tests] == [passed] * 4


class TestRefusals:
    def test_a_discount_of_everything(self):
        with pytest.raises(UnableToReckonExposure, match="below 100 %"):
            breakeven.break_even(discount=Decimal(1), months=36)

    def test_a_term_of_no_month(self):
        with pytest.raises(UnableToReckonExposure, match="at least one month"):
            breakeven.break_even(discount=Decimal("0.1"), months=0)

    def test_a_horizon_shorter_than_the_term(self):
        with pytest.raises(UnableToReckonExposure, match="as long as the term"):
            replace(K8, horizon_months=24)

    def test_a_probability_above_one(self):
        with pytest.raises(UnableToReckonExposure, match="Probability must lie"):
            tree({"probability": "1.5", "switching_cost": "0"})
