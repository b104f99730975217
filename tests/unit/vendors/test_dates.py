"""Contract dates: the golden table, and what holds for every contract."""

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors import data_act
from vendors.amending import Change, in_force, to_come
from vendors.calendars import holidays_of
from vendors.dates import END_OF_WORK, Term, UnableToReckonDates, key_dates
from vendors.days import add_months, is_business_day, last_day

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "worked_examples" / "contract_dates.toml").read_text("utf-8")
)
NOV_23 = date(2026, 11, 23)


def by_name(rows):
    return [pytest.param(row, id=row["name"]) for row in rows]


def answer(row):
    first = Term(**row["term"])
    changes = [Change(**change) for change in row.get("amendments", ())]
    days_off = holidays_of(row["country"]) if "country" in row else row.get("holidays", ())
    return key_dates(
        in_force(first, changes, on=row["on"]),
        on=row["on"],
        holidays=days_off,
        zone=row.get("zone", "UTC"),
        later=to_come(first, changes, on=row["on"]),
    )


def test_the_golden_table_has_its_sixty_rows():
    names = [row["name"] for row in EXAMPLES["row"]]

    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("row", by_name(EXAMPLES["row"]))
def test_the_golden_table_holds(row):
    dates = answer(row)

    expected = dict(row["expect"])
    if "missing" in expected:
        expected["missing"] = tuple(expected["missing"])
    assert {name: getattr(dates, name) for name in expected} == expected
    assert [name for name in row.get("none", ()) if getattr(dates, name) is not None] == []


@pytest.mark.parametrize("row", by_name(r for r in EXAMPLES["row"] if "peer_answer" in r))
def test_no_answer_repeats_a_known_mistake(row):
    dates = answer(row)

    assert row["peer_answer"] not in (dates.current_end, dates.computed_notice_day)


@pytest.mark.parametrize("row", by_name(r for r in EXAMPLES["row"] if "wrong" in r))
def test_no_answer_is_the_plausible_wrong_one(row):
    dates = answer(row)

    assert [name for name, wrong in row["wrong"].items() if getattr(dates, name) == wrong] == []


@pytest.mark.parametrize("row", by_name(EXAMPLES["data_act"]))
def test_the_data_act_clock_runs_from_the_day_of_notice(row):
    clock = data_act.clock(row["notice_on"])

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

    def test_names_the_paper_that_holds_and_the_period_that_it_found(self):
        term = Term(
            starts_on=date(2020, 8, 1),
            term_months=36,
            renewal="automatic",
            renewal_months=12,
            notice_value=2,
            notice_unit="months",
        )
        change = Change(
            name="Amendment 1", effective_on=date(2024, 1, 1), terms={"renewal_months": 24}
        )

        assert key_dates(in_force(term, [change], on=NOV_23), on=NOV_23).arithmetic == (
            "Amendment 1 holds from 1 Jan 2024",
            "the period that ran then ends on 31 Jul 2024",
            "renewed 2 times by 24 months: 31 Jul 2028",
            "31 Jul 2028 − 2 months = Wed 31 May 2028",
        )

    def test_says_what_the_way_and_the_window_take(self):
        term = Term(
            ends_on=date(2027, 6, 30),
            renewal="automatic",
            renewal_months=12,
            notice_value=60,
            notice_earliest_value=90,
            notice_form="registered",
            notice_delivery_value=5,
        )

        assert key_dates(term, on=NOV_23).arithmetic[1:] == (
            "30 Jun 2027 − 60 days = Sat 1 May 2027",
            "back to a business day: Fri 30 Apr 2027",
            "− 5 days on its way: Fri 23 Apr 2027",
            "not earlier than 90 days before 30 Jun 2027: Thu 1 Apr 2027",
        )

    def test_says_at_what_hour_of_ours_a_deadline_strikes_elsewhere(self):
        term = Term(
            ends_on=date(2027, 6, 30), renewal="fixed", notice_value=30, time_zone="Asia/Tokyo"
        )

        assert key_dates(term, on=NOV_23, zone="America/New_York").arithmetic[-1] == (
            "that day ends there at 11:00 of ours on 31 May 2027, before our work does: "
            "Fri 28 May 2027"
        )

    def test_says_that_a_window_holds_no_business_day(self):
        term = Term(
            ends_on=date(2027, 6, 1), renewal="fixed", notice_value=30, notice_earliest_value=31
        )

        assert "no business day lies in the window: have the vendor confirm a day" in (
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

    def test_refuses_a_window_that_closes_before_it_opens(self):
        with pytest.raises(UnableToReckonDates, match="closes before it opens"):
            Term(ends_on=date(2027, 6, 30), notice_value=60, notice_earliest_value=30)

    def test_refuses_a_time_zone_that_is_none(self):
        with pytest.raises(UnableToReckonDates, match="not a time zone"):
            Term(time_zone="Mars/Olympus")

    def test_refuses_an_amendment_of_what_is_no_term(self):
        change = Change(name="Amendment 1", effective_on=NOV_23, terms={"colour": "blue"})

        with pytest.raises(UnableToReckonDates, match="colour"):
            in_force(Term(), [change], on=NOV_23)

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
holidays = st.sets(st.dates(date(2014, 1, 1), date(2060, 12, 31)), max_size=40)
ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "America/Los_Angeles")
amendments = st.builds(
    Change,
    name=st.just("Amendment"),
    effective_on=days,
    terms=st.fixed_dictionaries(
        {},
        optional={
            "renewal_months": st.integers(1, 36),
            "notice_value": st.integers(0, 400),
        },
    ),
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

    @given(
        automatic,
        days,
        holidays,
        st.integers(0, 40),
        st.sampled_from(ZONES),
        st.sampled_from(ZONES),
    )
    def test_the_last_safe_day_is_never_after_the_computed_one(
        self, term, on, days_off, way, there, here
    ):
        term = replace(term, notice_delivery_value=way, time_zone=there)

        dates = key_dates(term, on=on, holidays=days_off, zone=here)

        assert dates.last_notice_day <= dates.arrives_by <= dates.computed_notice_day
        assert is_business_day(dates.last_notice_day, days_off)

    @given(automatic, days, st.sampled_from(ZONES), st.sampled_from(ZONES))
    def test_the_last_safe_day_has_begun_and_worked_before_the_deadline_strikes(
        self, term, on, there, here
    ):
        dates = key_dates(replace(term, time_zone=there), on=on, zone=here)

        five = datetime.combine(dates.last_notice_day, END_OF_WORK, ZoneInfo(here))
        assert five <= dates.deadline_at

    @given(automatic, days, holidays, holidays)
    def test_another_holiday_never_gives_more_time(self, term, on, some, more):
        fewer = key_dates(term, on=on, holidays=some).last_notice_day

        assert key_dates(term, on=on, holidays=some | more).last_notice_day <= fewer

    @given(automatic, days, st.integers(0, 30), st.integers(0, 30))
    def test_a_longer_way_never_gives_more_time(self, term, on, way, longer):
        short = replace(term, notice_delivery_value=way)
        long = replace(term, notice_delivery_value=way + longer)

        assert key_dates(long, on=on).last_notice_day <= key_dates(short, on=on).last_notice_day

    @given(automatic, st.integers(1, 24))
    def test_renewed_ends_strictly_increase(self, term, count):
        ends = [key_dates(term, on=term.starts_on).current_end]
        for _ in range(count):
            ends.append(key_dates(term, on=ends[-1] + timedelta(1)).current_end)

        assert all(before < after for before, after in pairwise(ends))

    @given(automatic, days, st.lists(amendments, max_size=4))
    def test_the_present_end_stays_ahead_through_any_amendments(self, term, on, changes):
        dates = key_dates(
            in_force(term, changes, on=on), on=on, later=to_come(term, changes, on=on)
        )

        assert dates.current_end >= on

    @given(automatic, days, st.lists(amendments, max_size=4))
    def test_what_was_signed_later_never_changes_the_terms_of_a_day_before(self, term, on, changes):
        known = [change for change in changes if change.effective_on <= on]

        assert in_force(term, changes, on=on) == in_force(term, known, on=on)

    @given(automatic, amendments)
    def test_an_amendment_keeps_the_end_of_the_period_it_finds(self, term, change):
        eve = change.effective_on - timedelta(1)
        before = key_dates(term, on=eve).current_end

        assert key_dates(in_force(term, [change], on=change.effective_on), on=eve).current_end in (
            before,
            last_day(term.starts_on, term.term_months),
        )

    @given(automatic, days, st.integers(0, 60))
    def test_a_window_opens_on_a_business_day_after_its_first(self, term, on, longer):
        term = replace(term, notice_earliest_value=term.notice_value + longer)

        dates = key_dates(term, on=on)

        first = dates.current_end - timedelta(term.notice_earliest_value)
        assert first <= dates.notice_opens_on <= first + timedelta(2)
        assert is_business_day(dates.notice_opens_on)
