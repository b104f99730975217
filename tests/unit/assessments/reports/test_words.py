"""Words of the report."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assessments.reports import words


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Versicherung ÄÖ 保険 страх مطالبة", "Versicherung ÄÖ 保険 страх مطالبة"),
        ("two\nlines\there", "two\nlines\there"),
        ("a\x00b\x1bc", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"),
        ("pay\u202eMOC.KNAB", "pay\N{REPLACEMENT CHARACTER}MOC.KNAB"),
        ("e\u0301", "é"),
    ],
)
def test_what_acts_without_being_seen_is_shown(written, shown):
    assert words.visible(written) == shown


def test_a_missing_figure_is_a_dash_and_zero_is_zero():
    assert (words.whole(None), words.whole(0)) == ("–", "0")


def test_a_change_has_a_sign_and_a_true_minus():
    assert [words.signed(Decimal(text)) for text in ("6.4", "-3.5", "0.2")] == ["+6", "−4", "0"]


@pytest.mark.parametrize(
    ("before", "after", "places", "shown", "direction"),
    [
        ("71.6", "72.4", 0, "0", ""),
        ("72.4", "72.6", 0, "+1", "worse"),
        ("80.5078", "82.8647", 0, "+2", "worse"),
        ("80.5078", "82.8647", 1, "+2.4", "worse"),
        ("54.6", "53.4", 0, "−2", "better"),
    ],
)
def test_a_change_is_the_difference_of_the_figures_beside_it(
    before, after, places, shown, direction
):
    change = words.change(after, before, places)

    assert words.signed(change, places) == shown
    assert words.direction(change) == direction


def test_a_change_from_or_to_nothing_known_is_not_known():
    assert words.change(None, Decimal(3)) is None
    assert words.change(Decimal(3), None) is None


def test_a_plain_number_has_the_decimals_that_it_has():
    assert [words.plain(text) for text in ("0.8500", "12.5", "182", "100.0000", None)] == [
        "0.85",
        "12.5",
        "182",
        "100",
        "–",
    ]


def test_days_are_written_as_people_read_them():
    assert words.day(date(2026, 12, 2)) == "2 Dec 2026"
