"""Truth table: tuned model × last tuning day."""

from datetime import date

import pytest

from assessments.audits.rules.tuning_service_ending import tuning_service_ending
from tests.unit.assessments.audits.build import AUDIT, asset, dependency, workload

TUNED = (asset("tuned-model"),)


def found(ends_on, *, assets=TUNED, **changes):
    depends = dependency(tuning_ends_on=ends_on, **changes)
    return list(tuning_service_ending(workload(assets=assets, dependencies=(depends,)), AUDIT))


@pytest.mark.parametrize(
    ("ends_on", "severity"),
    [
        (date(2027, 1, 6), "high"),
        (date(2027, 11, 23), "high"),
        (date(2027, 11, 24), None),
        (date(2026, 11, 22), "very-high"),
        (None, None),
    ],
)
def test_a_year_ahead_is_found_and_a_day_past_is_very_high(ends_on, severity):
    assert [draft.severity for draft in found(ends_on)] == ([severity] if severity else [])


def test_without_a_tuned_model_the_end_does_not_matter():
    assert found(date(2027, 1, 6), assets=()) == []


def test_a_fallback_does_not_count():
    assert found(date(2027, 1, 6), role="fallback") == []


def test_the_condition_names_day_and_days_left():
    (draft,) = found(date(2027, 1, 6))

    assert draft.condition == (
        "gpt-4.1 at OpenAI takes its last tuning job on 6 Jan 2027, in 44 days. "
        "One tuned model depends on it."
    )
