"""The calendar band: twelve months, one mark a notice day, none upon another."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vendors.views.band import APART, LANES, band

ON = date(2026, 11, 23)


def at(mark):
    return float(mark.x.removesuffix("%"))


def test_the_year_begins_with_this_month():
    found = band([], on=ON)

    assert [(month.label, month.year) for month in found.months][:3] == [
        ("Nov", "2026"),
        ("Dec", ""),
        ("Jan", "2027"),
    ]


def test_a_day_stands_where_it_falls():
    # 1 Nov 2026 to 1 Nov 2027 are 365 days; 2 Dec is the 31st after the first.
    (mark,) = band([(date(2026, 12, 2), "OpenAI", True)], on=ON).marks

    assert mark.x == f"{100 * 31 / 365:.2f}%"
    assert mark.is_soon


def test_what_has_passed_or_lies_beyond_the_year_is_left_out():
    days = [(ON - timedelta(1), "Old", True), (date(2027, 11, 1), "Far", True)]

    assert band(days, on=ON).marks == ()


def test_a_decided_contract_does_not_wait():
    found = band([(date(2026, 12, 2), "OpenAI", False)], on=ON)

    assert found.waiting == 0
    assert not found.marks[0].is_soon


@given(st.lists(st.integers(0, 340), max_size=LANES))
def test_no_mark_touches_another(days):
    marks = band([(ON + timedelta(day), "A", True) for day in days], on=ON).marks

    for number, one in enumerate(marks):
        for other in marks[number + 1 :]:
            assert one.y != other.y or abs(at(one) - at(other)) >= APART - 0.01
