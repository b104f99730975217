"""Contract dates: the golden table, and what holds for every contract."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.dates import Term, UnableToReckonDates, data_act_clock, key_dates
from vendors.days import add_months, is_business_day, last_day

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "worked_examples" / "contract_dates.toml").read_text("utf-8")
)
NOV_23 = date(2026, 11, 23)


def by_name(rows):
    return [pytest.param(row, id=row["name"]) for row in rows]


@pytest.mark.parametrize("row", by_name(EXAMPLES["row"]))
def test_the_golden_table_holds(row):
    dates = key_dates(Term(**row["term"]), on=row["on"], holidays=row.get("holidays", ()))

    expected = dict(row["expect"])
    if "missing" in expected:
        expected["missing"] = tuple(expected["missing"])
    assert {name: getattr(dates, name) for name in expected} == expected
    assert [name for name in row.get("none", ()) if getattr(dates, name) is not None] == []


@pytest.mark.parametrize("row", by_name(r for r in EXAMPLES["row"] if "peer_answer" in r))
def test_no_answer_repeats_a_known_mistake(row):
    dates = key_dates(Term(**row["term"]), on=row["on"], holidays=row.get("holidays", ()))

    assert row["peer_answer"] not in (dates.current_end, dates.computed_notice_day)


@pytest.mark.parametrize("row", by_name(EXAMPLES["data_act"]))
def test_the_data_act_clock_runs_from_the_day_of_notice(row):
    clock = data_act_clock(row["notice_on"])

    assert {name: getattr(clock, name) for name in row["expect"]} == row["expect"]


class TestArithmetic:
    def test_shows_each_step_in_words(self):
        term = Term(
            starts_on=date(2020, 8, 1),
            term_months=36,
            renewal="automatic",
            renewal_months=12,
            notice_value=2,
            notice_unit="months",
        )

        assert key_dates(term, on=NOV_23).arithmetic == (
            "1 Aug 2020 + 36 months: last day in force 31 Jul 2023",
            "renewed 4 times by 12 months: 31 Jul 2027",
            "31 Jul 2027 − 2 months = Mon 31 May 2027",
        )

    def test_says_that_a_day_was_moved_back(self):
        term = Term(ends_on=date(2027, 6, 30), renewal="fixed", notice_value=60)

        assert key_dates(term, on=NOV_23).arithmetic[-1] == (
            "back to a business day: Fri 30 Apr 2027"
        )

    def test_names_a_stated_end_that_contradicts_the_months(self):
        term = Term(starts_on=date(2024, 7, 1), ends_on=date(2027, 6, 15), term_months=36)

        assert "36 months would end on 30 Jun 2027; the stated day holds" in (
            key_dates(term, on=NOV_23).arithmetic
        )


class TestTerm:
    def test_refuses_an_end_before_the_start(self):
        with pytest.raises(UnableToReckonDates, match="before it starts on 1 Jan 2027"):
            Term(starts_on=date(2027, 1, 1), ends_on=date(2026, 12, 31))

    @pytest.mark.parametrize(
        "field", [{"term_months": 0}, {"renewal_months": -1}, {"notice_value": 5000}]
    )
    def test_refuses_a_length_that_no_contract_has(self, field):
        with pytest.raises(UnableToReckonDates, match=next(iter(field))):
            Term(**field)

    def test_refuses_a_year_that_no_contract_has(self):
        with pytest.raises(UnableToReckonDates, match="1 Jan 202"):
            Term(ends_on=date(202, 1, 1))


days = st.dates(date(2015, 1, 1), date(2040, 12, 31))
automatic = st.builds(
    Term,
    starts_on=days,
    term_months=st.integers(1, 60),
    renewal=st.just("automatic"),
    renewal_months=st.integers(1, 36),
    notice_value=st.integers(0, 400),
    notice_unit=st.just("days"),
)


class TestEveryContract:
    @given(automatic, days)
    def test_the_period_that_a_day_lies_in_ends_on_it_or_later(self, term, on):
        dates = key_dates(term, on=on)

        assert dates.current_end >= on

    @given(automatic, days)
    def test_the_period_begins_before_the_day_or_is_the_first(self, term, on):
        dates = key_dates(term, on=on)

        first = last_day(term.starts_on, term.term_months)
        month_before = add_months(dates.current_end, -term.renewal_months)
        assert dates.current_end == first or month_before <= on

    @given(automatic, days)
    def test_the_last_safe_day_is_a_business_day_at_most_two_days_back(self, term, on):
        dates = key_dates(term, on=on)

        assert is_business_day(dates.last_notice_day)
        assert timedelta(0) <= dates.computed_notice_day - dates.last_notice_day <= timedelta(2)

    @given(automatic, days)
    def test_the_first_exit_can_still_be_brought_about(self, term, on):
        exit_on = key_dates(term, on=on).first_unilateral_exit

        assert (exit_on - on).days >= term.notice_value

    @given(automatic, days)
    def test_renewals_end_where_adding_up_from_the_start_ends(self, term, on):
        ends = []
        months = term.term_months
        while not ends or ends[-1] < on:
            ends.append(last_day(term.starts_on, months))
            months += term.renewal_months

        assert key_dates(term, on=on).current_end == ends[-1]

    @given(days, st.integers(1, 600))
    def test_a_term_and_the_next_one_leave_no_gap_of_a_month(self, start, months):
        assert start <= last_day(start, months) < add_months(start, months) + timedelta(1)
