"""Reading a frozen audit: by version, one item at a time, with amounts or without."""

from __future__ import annotations

import pytest

from assessments.audits.payload import (
    READERS,
    SCHEMA_VERSION,
    Payload,
    UnableToRead,
    without_amounts,
)

BODY = {
    "name": "OpenAI agreement",
    "amounts": {"annual_value": {"minor": 1, "currency": "USD"}},
    "commitments": [{"name": "Minimum", "pace": "0.6", "amounts": {"used": {"minor": 2}}}],
}


def test_amounts_are_left_out_at_any_depth_and_nothing_else_is():
    assert without_amounts(BODY) == {
        "name": "OpenAI agreement",
        "commitments": [{"name": "Minimum", "pace": "0.6"}],
    }


def test_the_body_itself_is_left_whole():
    without_amounts(BODY)

    assert "amounts" in BODY


def test_bodies_come_without_amounts_where_the_reader_may_not_see_them():
    payload = Payload(lambda kind: iter([BODY]), with_amounts=False)

    assert "amounts" not in next(payload.bodies("contract"))


def test_a_version_that_nobody_knows_is_refused_in_words():
    with pytest.raises(UnableToRead, match="schema 99"):
        Payload(lambda kind: iter([]), schema_version=99)


def test_the_present_version_has_a_reader_and_the_first_one_stays():
    assert SCHEMA_VERSION in READERS
    assert 1 in READERS


def test_an_item_that_must_be_there_is_missed():
    with pytest.raises(UnableToRead, match="has no portfolio"):
        _ = Payload(lambda kind: iter([])).portfolio


def test_a_first_audit_has_no_comparison():
    assert Payload(lambda kind: iter([])).comparison is None


def test_items_are_read_only_as_far_as_they_are_asked_for():
    read = []

    def bodies(kind: str):
        for number in range(3):
            read.append(number)
            yield {"kind": kind, "number": number}

    next(Payload(bodies).bodies("workload"))

    assert read == [0]
