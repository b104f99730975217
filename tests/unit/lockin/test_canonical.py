"""Canonical JSON: one text for one meaning, so that a hash means something."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockin.canonical import digest, dumps, root_digest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ({"b": 1, "a": [1, 2], "c": None}, '{"a":[1,2],"b":1,"c":null}'),
        (Decimal("1.50"), '"1.50"'),
        (Decimal("1E+3"), '"1000"'),
        (date(2026, 12, 2), '"2026-12-02"'),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), '"2026-11-23T09:00:00.000000Z"'),
        (
            datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=1))),
            '"2026-11-23T09:00:00.000000Z"',
        ),
        # e and a combining acute become one letter.
        ("Cafe\u0301", '"Caf\u00e9"'),
        # Beyond 2**53 another language's reader would round.
        (2**53, "9007199254740992"),
        (2**53 + 1, '"9007199254740993"'),
    ],
)
def test_every_value_has_one_text(value, text):
    assert dumps(value) == text


def test_keys_are_ordered_by_utf_16_as_rfc_8785_asks():
    # U+1F600 is the code units D83D DE00 and comes before U+FB00, although its number is higher.
    keys = ["\ufb00", "\U0001f600", "\u20ac", "a", "1", "\u00f6"]

    assert dumps(dict.fromkeys(keys, 0)) == (
        '{"1":0,"a":0,"\u00f6":0,"\u20ac":0,"\U0001f600":0,"\ufb00":0}'
    )


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"bytes", float("nan")])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError, match="has no canonical form"):
        dumps(value)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        dumps(datetime(2026, 11, 23))  # noqa: DTZ001


def test_two_keys_that_become_one_are_refused():
    with pytest.raises(ValueError, match="Two keys are one"):
        dumps({"Cafe\u0301": 1, "Caf\u00e9": 2})


@given(
    st.dictionaries(st.text(st.characters(codec="ascii")), st.integers() | st.text() | st.none())
)
def test_the_order_of_insertion_does_not_matter(value):
    backwards = dict(reversed(value.items()))

    assert dumps(value) == dumps(backwards)


def test_the_digest_is_sha_256_over_the_bytes():
    assert digest("{}") == hashlib.sha256(b"{}").hexdigest()


def test_the_root_digest_covers_order_and_number():
    one, other = digest("1"), digest("2")

    assert root_digest([one, other]) == hashlib.sha256(f"{one}\n{other}\n".encode()).hexdigest()
    assert len({root_digest([one, other]), root_digest([other, one]), root_digest([one])}) == 3
