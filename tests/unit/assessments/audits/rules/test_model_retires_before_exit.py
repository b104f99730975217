"""Truth table: G3 fired, and which floor it sets."""

from datetime import date

import pytest

from assessments.audits.rules.model_retires_before_exit import model_retires_before_exit
from tests.unit.assessments.audits.build import AUDIT, dependency, gate, score, workload

RETIRING = (dependency(retires_on=date(2027, 1, 14)),)


@pytest.mark.parametrize(
    ("floor", "severity", "due_days"), [("high", "high", 30), ("entrenched", "very-high", 14)]
)
def test_half_the_time_to_exit_makes_it_very_high(floor, severity, due_days):
    fired = score(gates=(gate("G3", floor=floor),))

    (draft,) = model_retires_before_exit(workload(score=fired, dependencies=RETIRING), AUDIT)

    assert (draft.severity, draft.due_days) == (severity, due_days)


def test_the_condition_names_model_host_day_and_days_left():
    # 23 Nov 2026 to 14 Jan 2027: 7 + 31 + 14 days.
    fired = score(gates=(gate("G3", reason="52 days to retirement, 175 days to exit."),))

    (draft,) = model_retires_before_exit(workload(score=fired, dependencies=RETIRING), AUDIT)

    assert draft.condition == (
        "gpt-4.1 at OpenAI ends on 14 Jan 2027, in 52 days. "
        "52 days to retirement, 175 days to exit."
    )


def test_a_model_that_outlives_the_exit_is_not_found():
    assert list(model_retires_before_exit(workload(dependencies=RETIRING), AUDIT)) == []
