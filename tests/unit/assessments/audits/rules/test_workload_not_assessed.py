"""Truth table: assessment of this year, of an earlier one, none × criticality."""

from dataclasses import replace

import pytest

from assessments.audits.rules.workload_not_assessed import workload_not_assessed
from tests.unit.assessments.audits.build import AUDIT, workload

EARLIER = replace(workload().assessment, label="2025")


def test_this_years_assessment_is_fine():
    assert list(workload_not_assessed(workload(), AUDIT)) == []


@pytest.mark.parametrize("assessment", [None, EARLIER], ids=["never", "2025"])
@pytest.mark.parametrize(
    ("criticality", "severity"),
    [("critical", "high"), ("high", "medium"), ("medium", "low"), ("low", "low")],
)
def test_without_one_it_is_found(assessment, criticality, severity):
    (draft,) = workload_not_assessed(
        workload(assessment=assessment, criticality=criticality), AUDIT
    )

    assert draft.severity == severity


def test_the_year_of_the_answers_that_stand_in_is_named():
    (draft,) = workload_not_assessed(workload(assessment=EARLIER), AUDIT)

    assert draft.condition == "The last accepted assessment is of 2025."


def test_without_an_owner_that_is_the_cause():
    (draft,) = workload_not_assessed(workload(assessment=None, owner=""), AUDIT)

    assert draft.cause == "It has no owner."
