"""Truth table: criticality × tier."""

import pytest

from assessments.audits.rules.deeply_entrenched_workload import deeply_entrenched_workload
from tests.unit.assessments.audits.build import AUDIT, answer, dimension, gate, one, score, workload


@pytest.mark.parametrize(
    ("criticality", "tier", "severity"),
    [
        ("critical", "entrenched", "very-high"),
        ("high", "entrenched", "very-high"),
        ("critical", "high", "high"),
        ("high", "high", "high"),
        ("critical", "moderate", None),
        ("critical", "portable", None),
        ("medium", "entrenched", None),
        ("low", "entrenched", None),
        ("critical", "", None),
    ],
)
def test_severity_follows_the_tier_of_what_the_business_leans_on(criticality, tier, severity):
    found = list(
        deeply_entrenched_workload(
            workload(criticality=criticality, score=score("63.2225", tier)), AUDIT
        )
    )

    assert [draft.severity for draft in found] == ([severity] if severity else [])


def test_the_condition_says_score_range_and_tier():
    draft = one(deeply_entrenched_workload(workload(score=score("63.2225", "high")), AUDIT))

    assert draft.condition == (
        "It scores 63.2 of 100, between 63.2 and 63.2 given the evidence: High."
    )


def test_a_gate_that_raised_the_tier_is_named_and_one_that_did_not_is_not():
    raised = score(
        "40",
        "high",
        tier_before_gates="moderate",
        gates=(gate("G4", floor="high"), gate("G8")),
    )

    draft = one(deeply_entrenched_workload(workload(score=raised), AUDIT))

    assert "What raises the tier: Name of G4." in draft.condition
    assert "G8" not in draft.condition


def test_it_recommends_the_heaviest_answers_of_the_worst_dimension():
    worst = dimension(
        "workflow",
        "90",
        answers=(
            {"question": "api.4.1", "score_part": "15.0000"},
            {"question": "api.4.2", "score_part": "8.0000"},
            {"question": "api.4.3", "score_part": "12.0000"},
        ),
    )
    found = workload(
        score=score("80", "entrenched", dimensions=(dimension("api", "20"), worst)),
        answers=(answer("4.1"), answer("4.2"), answer("4.3")),
    )

    draft = one(deeply_entrenched_workload(found, AUDIT))

    assert draft.recommendation == (
        "Lower data and workflow first: “Question 4.1?” “Question 4.3?”"
    )


def test_a_time_to_exit_that_is_assumed_is_called_so():
    found = workload(score=score("80", "entrenched"), time_to_exit_weeks=None)

    assert "26 weeks are assumed" in one(deeply_entrenched_workload(found, AUDIT)).effect
