"""Truth table: share of unknown and blank answers."""

import pytest

from assessments.audits.rules.answers_unknown import answers_unknown
from tests.unit.assessments.audits.build import AUDIT, score, workload


@pytest.mark.parametrize(
    ("answered", "unknown", "blank", "severity"),
    [
        (50, 0, 0, None),
        (41, 9, 0, None),
        (40, 10, 0, "medium"),
        (40, 0, 10, "medium"),
        (31, 10, 9, "medium"),
        (30, 10, 10, "high"),
        (0, 0, 0, None),
    ],
)
def test_a_fifth_is_found_and_two_fifths_are_grave(answered, unknown, blank, severity):
    found = list(
        answers_unknown(
            workload(score=score(answered=answered, unknown=unknown, blank=blank)), AUDIT
        )
    )

    assert [draft.severity for draft in found] == ([severity] if severity else [])


def test_the_title_says_how_much_nobody_has_checked():
    (draft,) = answers_unknown(workload(score=score(answered=30, unknown=12, blank=8)), AUDIT)

    assert draft.title == "Nobody has checked 40% of Claims triage"
    assert draft.condition == (
        "20 questions of 50: 12 answered “Nobody has checked”, 8 left blank."
    )
