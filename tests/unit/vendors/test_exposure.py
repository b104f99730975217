"""Commitment exposure: what remains, how use keeps pace, and what stays unknown."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockin.money import round_half_up
from vendors.exposure.calculator import elapsed_share, exposure, pace_index, years_of_spend
from vendors.exposure.inputs import Commitment, Period, UnableToReckonExposure

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "worked_examples" / "exposure.toml").read_text("utf-8")
)
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def amount(text):
    return None if text is None else Decimal(text)


def commitment_of(row):
    return Commitment(
        currency="USD",
        used_to_date=amount(row.get("used_to_date")),
        used_as_of=row.get("used_as_of"),
        periods=tuple(
            Period(
                starts_on=period["starts_on"],
                ends_on=period["ends_on"],
                committed=amount(period.get("committed")),
            )
            for period in row["periods"]
        ),
    )


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in EXAMPLES["row"]])
def test_the_worked_examples_hold(row):
    result = exposure(commitment_of(row), on=row["on"])

    expected = dict(row["expect"])
    if "missing" in expected:
        assert result.missing == tuple(expected.pop("missing"))
    for name, text in expected.items():
        places = -Decimal(text).as_tuple().exponent
        assert round_half_up(getattr(result, name), places) == Decimal(text), name
    assert [name for name in row.get("none", ()) if getattr(result, name) is not None] == []


def test_the_steps_can_be_read():
    row = EXAMPLES["row"][0]

    assert exposure(commitment_of(row), on=row["on"]).arithmetic == (
        "committed in later periods: USD 4,000,000",
        "this period: USD 2,000,000 − 865,000 used = 1,135,000 (not below 0)",
        "remaining obligation: USD 5,135,000",
        "pace on 31 Jul 2026: 0.7414 with 58.3 % of the period gone",
    )


class TestElapsedShare:
    @pytest.mark.parametrize(
        ("on", "share"),
        [
            (date(2025, 12, 31), "0"),
            (date(2026, 1, 31), "0.083333"),
            (date(2026, 6, 30), "0.5"),
            (date(2026, 7, 31), "0.583333"),
            # six months and 15 of the 31 days of July
            (date(2026, 7, 15), "0.540323"),
            (date(2026, 12, 31), "1"),
            (date(2027, 5, 1), "1"),
        ],
    )
    def test_of_a_year_is_counted_in_months(self, on, share):
        assert round_half_up(elapsed_share(Period(committed=None, **YEAR), on=on), 6) == Decimal(
            share
        )

    @given(st.dates(date(2025, 12, 1), date(2027, 1, 31)))
    def test_never_falls_from_one_day_to_the_next(self, on):
        period = Period(committed=None, **YEAR)

        assert elapsed_share(period, on=on) <= elapsed_share(
            period, on=date.fromordinal(on.toordinal() + 1)
        )


class TestYearsOfSpend:
    def test_is_remaining_over_the_yearly_rate(self):
        years = years_of_spend(Decimal(5135000), annual_run_rate=Decimal(2000000))

        assert years == Decimal("2.5675")

    def test_of_an_unknown_obligation_is_unknown(self):
        assert years_of_spend(None, annual_run_rate=Decimal(1)) is None

    def test_of_nothing_is_nothing_at_any_rate(self):
        assert years_of_spend(Decimal(0), annual_run_rate=Decimal(0)) == 0

    def test_of_something_without_spend_is_unknown(self):
        assert years_of_spend(Decimal(5), annual_run_rate=Decimal(0)) is None


class TestInputs:
    def test_refuse_overlapping_periods(self):
        with pytest.raises(UnableToReckonExposure, match="overlap"):
            Commitment(
                currency="USD",
                periods=(
                    Period(committed=Decimal(1), **YEAR),
                    Period(
                        committed=Decimal(1),
                        starts_on=date(2026, 12, 31),
                        ends_on=date(2027, 12, 31),
                    ),
                ),
            )

    def test_refuse_a_period_that_ends_before_it_starts(self):
        with pytest.raises(UnableToReckonExposure, match="ends before it starts"):
            Period(starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1), committed=None)

    def test_take_periods_in_any_order(self):
        later = Period(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), committed=Decimal(2))
        sooner = Period(committed=Decimal(1), **YEAR)

        assert Commitment(currency="USD", periods=(later, sooner)).periods == (sooner, later)


amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@given(amounts, amounts, amounts)
def test_more_use_never_raises_what_remains(committed, used, more):
    def remaining(use):
        return exposure(
            Commitment(
                currency="USD",
                periods=(Period(committed=committed, **YEAR),),
                used_to_date=use,
                used_as_of=date(2026, 5, 5),
            ),
            on=date(2026, 5, 6),
        ).remaining

    assert 0 <= remaining(used + more) <= remaining(used) <= committed


def test_straight_line_use_has_pace_one():
    assert pace_index(used=Decimal(50), committed=Decimal(100), elapsed=Decimal("0.5")) == 1


class TestCarryAndPrepaid:
    def of(self, **more):
        commitment = Commitment(
            currency="USD",
            periods=(
                Period(committed=Decimal(400), **YEAR),
                Period(
                    committed=Decimal(300),
                    starts_on=date(2027, 1, 1),
                    ends_on=date(2027, 12, 31),
                ),
            ),
            used_to_date=Decimal(150),
            used_as_of=date(2026, 6, 30),
            **more,
        )
        return exposure(commitment, on=date(2026, 7, 1))

    def test_deferred_shortfall_adds_to_what_is_owed(self):
        found = self.of(deferred=Decimal(50), rolled=Decimal(20))

        # 300 + 400 + 50 − 20 − 150
        assert found.remaining == 580
        assert found.at_most == 730
        assert found.arithmetic[1] == (
            "this period: USD 400 + 50 deferred − 20 rolled − 150 used = 280 (not below 0)"
        )

    def test_an_unknown_debt_leaves_no_bound(self):
        found = self.of(deferred=None)

        assert found.remaining is None
        assert found.at_most is None
        assert found.missing == ("what was carried into the period from 1 Jan 2026",)

    def test_an_unknown_credit_keeps_the_bound(self):
        found = self.of(rolled=None)

        assert found.remaining is None
        assert found.at_most == 700

    def test_credit_that_is_paid_is_lost_and_not_owed(self):
        found = self.of(is_paid_first=True)

        assert found.remaining == 300
        assert found.prepaid_left == 250
        assert found.arithmetic[1].endswith("paid already and lost if unused")

    def test_what_builds_up_has_no_prepaid_credit(self):
        assert self.of().prepaid_left == 0
