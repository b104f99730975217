"""Year on year: what changed, also where the questionnaire itself did."""

from decimal import Decimal

import pytest

from assessments.scoring.compare import Change, UnableToCompare, compare
from assessments.scoring.dimensions import Dimension
from tests.unit.assessments.scoring.build import ON, answer, control, score, unknown

LAST = score(
    answer("api.kept", 50),
    answer("api.moved", 100),
    answer("api.dropped", 0),
    answer("api.old-words", 75),
    scores={"commercial": 40},
)
# S goes from 225/4 = 56.25 to (10·50 + 10·25 + 10·25 + 20·100)/50 = 60.
THIS = score(
    answer("api.kept", 50),
    answer("api.moved", 25),
    answer("api.new-words", 25),
    unknown("api.fresh", weight=20),
    scores={"commercial": 40},
)
COMPARISON = compare(before=LAST, after=THIS, replaces={"api.new-words": "api.old-words"})


def _question(key):
    return next(entry for entry in COMPARISON.questions if entry.question == key)


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("api.kept", Change.SAME),
        ("api.moved", Change.CHANGED),
        ("api.fresh", Change.ADDED),
        ("api.dropped", Change.REMOVED),
        ("api.new-words", Change.REPLACED),
    ],
)
def test_every_question_is_matched_by_its_key(question, change):
    assert _question(question).change == change


def test_a_replaced_question_names_the_one_it_replaces():
    replaced = _question("api.new-words")

    assert (replaced.replaces, replaced.points) == ("api.old-words", (75, 25))


def test_a_replaced_question_is_not_also_removed():
    assert [entry.question for entry in COMPARISON.with_change(Change.REMOVED)] == ["api.dropped"]


def test_without_a_mapping_a_replaced_question_is_one_added_and_one_removed():
    comparison = compare(before=LAST, after=THIS)

    assert len(comparison.with_change(Change.REPLACED)) == 0


def test_the_differences_of_the_questions_add_up_to_that_of_the_dimension():
    api = next(entry for entry in COMPARISON.dimensions if entry.dimension == Dimension.API)
    parts = [q.part.delta for q in COMPARISON.questions if q.dimension == Dimension.API]

    assert sum(parts) == api.inherent.delta == Decimal("3.75")


def test_the_differences_of_the_dimensions_add_up_to_that_of_the_score():
    parts = [entry.part.delta for entry in COMPARISON.dimensions if entry.part.delta is not None]

    assert abs(sum(parts) - COMPARISON.score.delta) <= Decimal("0.0002")


def test_a_question_can_matter_more_by_its_weight_alone():
    lighter, heavier = (
        score(answer("api.a", 100, weight=weight), answer("api.b", 0), scores={"commercial": 0})
        for weight in (10, 30)
    )
    (first, *_) = compare(before=lighter, after=heavier).questions

    # The same 100 points, of 20 and then of 40 of the weight.
    assert (first.change, first.part) == (Change.SAME, (50, 75))


def test_an_unknown_that_was_answered_with_the_worst_has_changed():
    before = score(unknown("api.a"), scores={"commercial": 0})
    after = score(answer("api.a", 100), scores={"commercial": 0})

    assert compare(before=before, after=after).questions[0].change == Change.CHANGED


def test_the_score_compared_is_the_one_after_dimension_gates():
    before = score(scores={"api": 0, "commercial": 20})
    after = score(scores={"api": 0, "commercial": 20}, remaining_obligation=2, annual_spend=1)

    # 14.4444 and, with D5 at 75, 54.1667
    assert compare(before=before, after=after).score == (Decimal("14.4444"), Decimal("54.1667"))


def test_a_floor_shows_as_a_change_of_tier_and_not_of_score():
    plain, floored = (
        score(scores={"api": 0, "commercial": 0}),
        score(scores={"api": 0, "commercial": 0}, retirement_on=ON),
    )
    comparison = compare(before=plain, after=floored)

    assert (comparison.score.delta, comparison.tier_before, comparison.tier_after) == (
        0,
        "portable",
        "entrenched",
    )


def test_a_new_control_shows_as_a_reduction():
    before = score(scores={"api": 80, "commercial": 0})
    after = score(scores={"api": 80, "commercial": 0}, mitigations=[control("M1")])

    api = compare(before=before, after=after).dimensions[0]
    assert (api.inherent.delta, api.reduction.delta, api.residual.delta) == (
        0,
        Decimal("0.75"),
        -60,
    )


def test_a_dimension_that_began_to_apply_has_no_difference():
    before = score(scores={"api": 50, "commercial": 50})
    after = score(scores={"api": 50, "tuning": 50, "commercial": 50})

    tuning = compare(before=before, after=after).dimensions[1]
    assert (tuning.residual.before, tuning.residual.delta) == (None, None)


def test_a_year_without_a_score_has_no_difference():
    comparison = compare(before=score(scores={"api": 50}), after=THIS)

    assert (comparison.score.before, comparison.score.delta) == (None, None)


def test_stored_records_compare_like_fresh_results():
    stored = compare(
        before=LAST.to_dict(),
        after=THIS.to_dict(),
        replaces={"api.new-words": "api.old-words"},
    )

    assert stored == COMPARISON


def test_a_change_of_scheme_is_told():
    older = {**LAST.to_dict(), "scheme": "2025.1"}

    assert compare(before=older, after=THIS).scheme_changed


def test_a_record_of_another_kind_is_refused():
    with pytest.raises(UnableToCompare, match="portfolio"):
        compare(before={"schema": "portfolio/1"}, after=THIS)
