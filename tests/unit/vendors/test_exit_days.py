"""The exit cost of a contract on a chosen day: use, carry, fees and what is not known yet."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.exposure.early_exit import EarlyTermination, Rule
from vendors.exposure.exit_days import WayOut, carried_forward, exit_on, exit_series
from vendors.exposure.inputs import Commitment
from vendors.exposure.schedule import flat
from vendors.exposure.terms import Carry, ShortfallTreatment, Terms

START = date(2026, 1, 1)
# 1,200 a year for two years; 480 used by the end of June, 80 a month.
COMMITMENT = Commitment(
    currency="USD",
    periods=flat(starts_on=START, periods=2, months=12, committed=Decimal(1200)),
    used_to_date=Decimal(480),
    used_as_of=date(2026, 6, 30),
)
PAY_GAP = Terms(treatment=ShortfallTreatment.PAY_GAP)
DEFER = Terms(treatment=ShortfallTreatment.PAY_GAP, carry=Carry(deferred_share=Decimal("0.1")))
FULL = WayOut(rule=EarlyTermination(rule=Rule.FULL), starts_on=START)
HALF = WayOut(
    rule=EarlyTermination(rule=Rule.PERCENT, share=Decimal("0.5")), starts_on=START, first_month=12
)


def leave(way_out=FULL, *, on, terms=PAY_GAP, commitment=COMMITMENT, monthly_use=Decimal(80)):
    return exit_on(commitment, way_out, on=on, terms=terms, monthly_use=monthly_use)


@pytest.mark.parametrize(
    ("on", "terms", "total"),
    [
        # 1,200 to come + 1,200 − 480
        (date(2026, 6, 30), PAY_GAP, 1920),
        # three months more: 1,200 + 1,200 − 720
        (date(2026, 9, 30), PAY_GAP, 1680),
        # the gap of the first year was paid: 1,200 − 3 × 80
        (date(2027, 3, 31), PAY_GAP, 960),
        # the first year fell 240 short, 10 % of 1,200 of it waits: 1,200 + 120 − 240
        (date(2027, 3, 31), DEFER, 1080),
        # the term is over
        (date(2028, 1, 1), PAY_GAP, 0),
    ],
)
def test_the_whole_obligation_on_a_day(on, terms, total):
    assert leave(on=on, terms=terms).cost.total == total


def test_k10_leaving_on_the_day_of_the_reading_costs_all_that_remains():
    ledger = Commitment(
        currency="USD",
        periods=flat(starts_on=START, periods=3, months=12, committed=Decimal(2000000)),
        used_to_date=Decimal(865000),
        used_as_of=date(2026, 7, 31),
    )

    assert leave(commitment=ledger, on=date(2026, 7, 31)).cost.total == 5135000


class TestBeforeThePaperLetsUsGo:
    def test_all_of_it_is_owed(self):
        found = leave(HALF, on=date(2026, 12, 31))

        # 1,200 to come and the 240 that the first year falls short
        assert found.is_open is False
        assert found.cost.total == 1440

    def test_the_day_after_twelve_months_is_open(self):
        assert leave(HALF, on=date(2027, 1, 1)).is_open is True

    def test_and_after_that_the_fee(self):
        found = leave(HALF, on=date(2027, 3, 31))

        assert found.is_open is True
        assert found.cost.total == 480

    def test_a_month_that_nobody_read_is_no_way_out(self):
        found = leave(replace(HALF, first_month=None), on=date(2027, 3, 31))

        assert found.is_open is None
        assert found.cost.total is None
        assert (found.cost.at_least, found.cost.at_most) == (0, 960)
        assert found.cost.missing == ("early-termination rule",)


class TestWhatIsNotKnown:
    def test_without_expected_use_a_later_day_is_bounded_and_says_why(self):
        found = leave(on=date(2027, 3, 31), monthly_use=None)

        assert found.cost.total is None
        assert found.cost.at_most == 1200
        assert found.exposure.missing == ("use since 1 Jan 2027 (read on 30 Jun 2026)",)

    def test_a_day_before_the_reading_is_not_guessed(self):
        assert leave(on=date(2026, 3, 31)).cost.total is None

    def test_carry_from_a_period_without_a_reading_stays_unknown(self):
        unread = replace(COMMITMENT, used_to_date=None, used_as_of=None)
        found = leave(on=date(2027, 3, 31), terms=DEFER, commitment=unread)

        assert found.cost.total is None
        assert found.exposure.missing == ("what was carried into the period from 1 Jan 2027",)


class TestCreditThatWasPaid:
    CREDIT = replace(COMMITMENT, is_paid_first=True)

    def test_is_lost_and_not_charged_again(self):
        found = leave(on=date(2026, 6, 30), commitment=self.CREDIT)

        # 1,200 to buy next year is owed, 720 of this year's credit is lost
        assert found.cost.charged == 1200
        assert found.cost.prepaid_lost == 720
        assert found.cost.total == 1920

    def test_comes_back_where_the_paper_says_so(self):
        way_out = replace(FULL, refunds_prepaid=True)

        assert leave(way_out, on=date(2026, 6, 30), commitment=self.CREDIT).cost.total == 1200

    def test_is_unknown_where_nobody_read_it(self):
        way_out = replace(FULL, refunds_prepaid=None)

        assert leave(way_out, on=date(2026, 6, 30), commitment=self.CREDIT).cost.total is None


def test_notice_runs_on_top():
    way_out = replace(FULL, notice_days=30, monthly_fee=Decimal(36500))

    # 438,000 a year, 1,200 a day
    assert leave(way_out, on=date(2026, 6, 30)).cost.total == 1920 + 36000


def test_the_series_of_a_draft_falls_to_nothing_at_its_end():
    draft = replace(COMMITMENT, used_to_date=None, used_as_of=None)
    found = exit_series(draft, FULL, months=(0, 12, 24), terms=PAY_GAP, monthly_use=Decimal(31))

    # On a first day one of 31 days of use is gone.
    assert [row.cost.total for row in found] == [2399, 1199, 0]


@given(st.dates(date(2026, 6, 30), date(2028, 3, 1)), st.integers(0, 200), st.booleans())
def test_never_exceeds_what_remains_and_never_rises_within_a_period(on, use, defers):
    terms = DEFER if defers else PAY_GAP
    today = leave(on=on, terms=terms, monthly_use=Decimal(use))
    tomorrow_on = date.fromordinal(on.toordinal() + 1)
    tomorrow = leave(on=tomorrow_on, terms=terms, monthly_use=Decimal(use))

    assert 0 <= today.cost.total <= today.exposure.remaining
    if on.year == tomorrow_on.year:
        assert tomorrow.cost.total <= today.cost.total


def test_carrying_forward_to_the_day_of_the_reading_changes_nothing():
    assert (
        carried_forward(COMMITMENT, on=date(2026, 6, 30), terms=PAY_GAP, monthly_use=Decimal(80))
        == COMMITMENT
    )
