"""Truth table: days left × decided × missed."""

from datetime import timedelta

import pytest

from assessments.audits.rules.notice_day_near_or_passed import notice_day_near_or_passed
from tests.unit.assessments.audits.build import AUDIT, TODAY, contract


def found(left: int, **changes):
    day = TODAY + timedelta(days=left)
    values = {"act_by": day, "last_notice_on": day, "days_left": left, **changes}
    return list(notice_day_near_or_passed(contract(**values), AUDIT))


@pytest.mark.parametrize(
    ("left", "severity"),
    [(0, "high"), (29, "high"), (30, "medium"), (89, "medium"), (90, None), (221, None)],
)
def test_the_nearer_the_graver(left, severity):
    assert [draft.severity for draft in found(left)] == ([severity] if severity else [])


def test_a_missed_day_is_very_high():
    (draft,) = found(-4, is_missed=True)

    assert draft.severity == "very-high"
    assert draft.condition == "The last safe day, Thu 19 Nov 2026, passed without a decision."


@pytest.mark.parametrize("left", [5, -4])
def test_a_decision_ends_it(left):
    assert found(left, is_decided=True, is_missed=left < 0) == []


def test_a_contract_that_is_over_is_not_found():
    assert found(-4) == []


def test_without_a_day_there_is_nothing_to_count():
    assert found(0, act_by=None, days_left=None) == []


def test_the_yearly_value_stands_apart_from_the_words():
    (draft,) = found(5)

    words = " ".join((draft.title, draft.condition, draft.effect, str(draft.facts)))
    assert "1200000" not in words
    assert "1.2" not in words
    assert [label for label, _ in draft.amounts] == ["Yearly value"]
