"""What is scored, what is left out, and what makes a score impossible."""

import pytest

from assessments.scoring.inputs import AnswerState, UnableToScore
from tests.unit.assessments.scoring.build import (
    answer,
    blank,
    dimension_of,
    not_applicable,
    score,
    unknown,
)


def _problems(result):
    return [problem.key for problem in result.problems]


@pytest.mark.parametrize("key", ["api", "commercial"])
def test_a_paid_external_workload_always_has_an_api_and_a_contract(key):
    scores = {"api": 50, "tuning": 50, "commercial": 50}
    del scores[key]

    assert _problems(score(scores=scores)) == [f"always-applies:{key}"]


def test_a_workload_of_our_own_may_leave_the_contract_out():
    result = score(scores={"api": 50, "tuning": 50}, paid_external=False)

    assert result.problems == ()


def test_one_dimension_is_too_few():
    result = score(scores={"api": 50}, paid_external=False)

    assert _problems(result) == ["too-few-dimensions"]


def test_a_dimension_is_left_out_only_with_a_reason():
    left_out = {"tuning": "", "vectors": "None.", "workflow": "None."}
    result = score(scores={"api": 50, "commercial": 50}, left_out=left_out)

    assert _problems(result) == ["no-reason:tuning"]


def test_a_dimension_cannot_be_emptied_question_by_question():
    result = score(not_applicable("commercial.renewal"), scores={"api": 50})

    assert _problems(result) == ["nothing-to-score:commercial"]


def test_a_question_counts_once():
    result = score(answer("api.same"), answer("api.same"), scores={"commercial": 0})

    assert _problems(result) == ["asked-twice:api.same"]


def test_a_workload_with_problems_has_no_score():
    assert score(scores={"api": 50}).overall is None


def test_a_workload_with_problems_still_shows_its_dimensions():
    assert dimension_of(score(scores={"api": 50}), "api").inherent.score == 50


@pytest.mark.parametrize(
    "entry",
    [
        unknown("api.question"),
        blank("api.question"),
        not_applicable("api.question", reason=""),
        answer("api.question", None),
    ],
)
def test_silence_counts_as_a_hundred_without_evidence(entry):
    api = dimension_of(score(entry, scores={"commercial": 0}), "api").inherent

    assert (api.score, api.confidence) == (100, 0)


def test_the_questions_are_counted_by_what_became_of_them():
    result = score(
        answer("api.a"),
        answer("api.b"),
        answer("api.c"),
        unknown("api.d"),
        unknown("api.e"),
        blank("api.f"),
        not_applicable("api.g"),
        answer("api.h", state=AnswerState.HIDDEN),
        scores={"commercial": 0},
    )

    assert result.counts == (4, 2, 1, 1)


def test_answers_of_a_dimension_that_does_not_apply_do_not_count():
    stale = answer("tuning.weight-export", 100)
    left_out = {"tuning": "No tuned model.", "vectors": "None.", "workflow": "None."}
    plain = score(scores={"api": 50, "commercial": 50})

    result = score(stale, scores={"api": 50, "commercial": 50}, left_out=left_out)

    assert (result.overall, result.counts) == (plain.overall, plain.counts)


@pytest.mark.parametrize("points", [-1, 101])
def test_points_off_the_scale_are_refused(points):
    with pytest.raises(UnableToScore, match=r"api\.question"):
        score(answer("api.question", points), scores={"commercial": 0})


def test_a_negative_weight_is_refused():
    with pytest.raises(UnableToScore, match=r"api\.question"):
        score(answer("api.question", 0, weight=-1), scores={"commercial": 0})


def test_an_unknown_dimension_is_refused():
    stray = answer("api.question")._replace(dimension="people")

    with pytest.raises(UnableToScore, match="people"):
        score(stray, scores={"api": 0, "commercial": 0}, left_out={})
