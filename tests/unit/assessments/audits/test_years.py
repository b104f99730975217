"""Audit years, and the day each one opens."""

from datetime import date

import pytest

from assessments.audits.years import Look, NoticeDay, around, opening, unseen, year_of


@pytest.mark.parametrize(
    ("day", "starts_month", "label", "first", "last"),
    [
        (date(2026, 11, 23), 1, "2026", date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), 1, "2026", date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 11, 23), 7, "2026/27", date(2026, 7, 1), date(2027, 6, 30)),
        (date(2026, 6, 30), 7, "2025/26", date(2025, 7, 1), date(2026, 6, 30)),
        (date(1999, 8, 1), 4, "1999/00", date(1999, 4, 1), date(2000, 3, 31)),
    ],
)
def test_a_year_has_a_label_and_twelve_months(day, starts_month, label, first, last):
    year = year_of(day, starts_month=starts_month)

    assert (year.label, year.starts_on, year.ends_on) == (label, first, last)


def test_the_years_around_a_day_follow_each_other():
    labels = [year.label for year in around(date(2026, 11, 23), starts_month=1)]

    assert labels == ["2025", "2026", "2027"]


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [(9, 1, date(2026, 9, 1)), (7, 1, date(2026, 7, 1)), (2, 28, date(2027, 2, 28))],
)
def test_a_day_of_the_year_lies_in_the_period(month, day, expected):
    assert year_of(date(2026, 9, 1), starts_month=7).day_of_year(month=month, day=day) == expected


def notice(day: date, key: str = "openai") -> NoticeDay:
    return NoticeDay(day=day, contract_key=key, contract=key.capitalize())


YEAR = year_of(date(2026, 11, 23), starts_month=1)


@pytest.mark.parametrize(
    ("days", "opens_on"),
    [
        ([], date(2026, 9, 1)),
        # 180 days before Wed 30 Dec 2026.
        ([date(2026, 12, 30)], date(2026, 7, 3)),
        ([date(2026, 12, 30), date(2026, 10, 1)], date(2026, 4, 4)),
        # Outside the period: another year's business.
        ([date(2027, 1, 29), date(2025, 12, 31)], date(2026, 9, 1)),
        # 180 days before it lie in the year before.
        ([date(2026, 3, 2)], date(2025, 9, 3)),
    ],
)
def test_it_opens_on_the_earlier_of_its_date_and_180_days_before_a_notice_day(days, opens_on):
    due = opening(YEAR, month=9, day=1, notice_days=[notice(day) for day in days])

    assert due.opens_on == opens_on


@pytest.mark.parametrize(
    ("looked", "is_unseen"),
    [
        (Look(label="2025", day=date(2026, 7, 2)), True),  # 181 days before: too early to count
        (Look(label="2025", day=date(2026, 7, 3)), False),
        (Look(label="2025", day=date(2026, 12, 30)), False),
        (Look(label="2025", day=date(2026, 12, 31)), True),  # a day too late
        (Look(label="2026", day=date(2026, 7, 3)), True),  # the year's own audit
    ],
)
def test_a_notice_day_is_seen_by_another_years_audit_within_180_days(looked, is_unseen):
    days = [notice(date(2026, 12, 30))]

    assert unseen(days, year=YEAR, looks=[looked]) == (days if is_unseen else [])


def test_the_reason_names_the_contract_and_its_day():
    due = opening(YEAR, month=9, day=1, notice_days=[notice(date(2026, 12, 30))])

    assert due.words == "180 days before the last day for notice of Openai, Wed 30 Dec 2026."


def test_of_two_contracts_with_one_day_the_first_by_key_is_named():
    day = date(2026, 12, 30)

    due = opening(YEAR, month=9, day=1, notice_days=[notice(day, "cohere"), notice(day, "azure")])

    assert due.notice is not None
    assert due.notice.contract == "Azure"
