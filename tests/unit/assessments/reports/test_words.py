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


def test_a_change_that_is_shown_as_zero_is_neither_worse_nor_better():
    assert words.direction(Decimal("0.4")) == ""
    assert words.direction(Decimal("0.5")) == "worse"
    assert words.direction(Decimal(-1)) == "better"


def test_days_are_written_as_people_read_them():
    assert words.day(date(2026, 12, 2)) == "2 Dec 2026"
