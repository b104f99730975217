"""Truth table: age and number of dated answers."""

from datetime import timedelta

import pytest

from assessments.audits.rules.evidence_too_old import evidence_too_old
from tests.unit.assessments.audits.build import AUDIT, TODAY, answer, workload


def found(*ages: int, **changes):
    answers = tuple(
        answer(f"1.{place}", evidence_on=TODAY - timedelta(days=age), **changes)
        for place, age in enumerate(ages, start=1)
    )
    return list(evidence_too_old(workload(answers=answers), AUDIT))


@pytest.mark.parametrize(
    ("ages", "severity"),
    [
        ((10, 10, 10, 10, 366), None),  # a fifth
        ((10, 10, 10, 366), "low"),  # a quarter
        ((365, 365), None),
        ((10, 10, 10, 10, 10, 10, 1096), "medium"),
        ((10, 10, 10, 10, 10, 10, 1095), None),
        ((), None),
    ],
)
def test_a_fifth_is_tolerated_and_three_years_are_not(ages, severity):
    assert [draft.severity for draft in found(*ages)] == ([severity] if severity else [])


def test_an_answer_without_evidence_has_no_age():
    assert found(2000, 2000, grade="none") == []


def test_the_answers_to_renew_are_named():
    (draft,) = found(10, 400, 500)

    assert draft.recommendation == "Renew the evidence for 1.2 and 1.3."
