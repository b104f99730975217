"""Truth table: fallback missing, untested, old, failed, fresh."""

from datetime import date

import pytest

from assessments.audits.rules.fallback_not_current import fallback_not_current
from tests.unit.assessments.audits.build import AUDIT, mitigation, score, workload


def found(*fallbacks, **changes):
    return list(fallback_not_current(workload(mitigations=fallbacks, **changes), AUDIT))


@pytest.mark.parametrize(
    ("criticality", "severity"),
    [("critical", "high"), ("high", "medium"), ("medium", None), ("low", None)],
)
def test_a_missing_fallback_counts_under_what_is_vital(criticality, severity):
    drafts = found(criticality=criticality)

    assert [draft.severity for draft in drafts] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("tested_on", "drafts"),
    [(date(2025, 11, 23), 0), (date(2025, 11, 22), 1), (date(2026, 11, 1), 0)],
)
def test_a_test_counts_for_twelve_months_to_the_day(tested_on, drafts):
    assert len(found(mitigation("M3", tested_on=tested_on))) == drafts


@pytest.mark.parametrize("grade", ["documented", "declared"])
def test_a_fallback_that_was_never_tested_is_found(grade):
    (draft,) = found(mitigation("M3", grade=grade, tested_on=None))

    assert draft.condition == f"A fallback is {grade}, and no test of it is on file."


def test_a_failed_drill_is_graver_than_an_old_test():
    (draft,) = found(mitigation("M3", drill="failed"), criticality="low")

    assert draft.severity == "high"


def test_the_newest_of_several_entries_counts():
    old = mitigation("M3", tested_on=date(2024, 1, 1))

    assert found(old, mitigation("M3", dimension="api")) == []


def test_a_workload_without_a_score_is_left_to_another_rule():
    assert found(score=score(None, "")) == []
