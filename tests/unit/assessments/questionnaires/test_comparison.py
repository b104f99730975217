"""What changed between two versions of the questions."""

from assessments.questionnaires.comparison import Change, compare
from tests.unit.assessments.questionnaires.build import (
    DEFAULT_WORKFLOW,
    api,
    definition,
    options,
    question,
    section,
    workflow,
)

OLD = definition(
    api(question("api.depth", "1.1", 60), question("api.calls", "1.2", 40)), DEFAULT_WORKFLOW
)


def against(*questions):
    return compare(OLD, definition(api(*questions), DEFAULT_WORKFLOW))


def test_a_version_is_the_same_as_itself():
    found = compare(OLD, OLD)

    assert found.is_empty
    assert found.pairs["api.depth"] == ("api.depth",)


def test_another_order_or_number_changes_nothing():
    assert against(question("api.calls", "1.1", 40), question("api.depth", "1.2", 60)).is_empty


def test_a_new_question_is_added_and_compared_with_nothing():
    found = against(
        question("api.depth", "1.1", 60),
        question("api.calls", "1.2", 30),
        question("api.hosts", "1.3", 10),
    )

    assert found.added == ("api.hosts",)
    assert found.pairs["api.hosts"] == ()


def test_a_question_that_is_gone_is_removed():
    assert against(question("api.depth", "1.1", 100)).removed == ("api.calls",)


def test_a_question_that_replaces_another_is_neither_added_nor_removed():
    found = against(
        question("api.depth", "1.1", 60),
        question("api.call-sites", "1.2", 40, replaces=("api.calls",)),
    )

    assert found.replaced == (
        Change(
            "api.calls", "api.call-sites", "What about api.calls?", "What about api.call-sites?"
        ),
    )
    assert (found.added, found.removed) == ((), ())
    assert found.pairs["api.call-sites"] == ("api.calls",)


def test_one_question_may_replace_two():
    found = against(question("api.surface", "1.1", 100, replaces=("api.depth", "api.calls")))

    assert found.pairs["api.surface"] == ("api.depth", "api.calls")
    assert found.removed == ()


def test_what_replaces_a_question_that_was_never_asked_is_added():
    found = against(
        question("api.depth", "1.1", 60),
        question("api.calls", "1.2", 30),
        question("api.hosts", "1.3", 10, replaces=("api.long-gone",)),
    )

    assert found.added == ("api.hosts",)


def test_other_words_of_the_question_or_its_answers_are_reworded():
    reworded = [
        question("api.depth", "1.1", 60, text="How deep?"),
        question("api.depth", "1.1", 60, hint="Count all."),
    ]

    for changed in reworded:
        found = against(changed, question("api.calls", "1.2", 40))
        assert [change.new_key for change in found.reworded] == ["api.depth"]
        assert found.rescaled == ()


def test_another_reason_for_asking_is_not_another_question():
    assert against(
        question("api.depth", "1.1", 60, why="For another reason."),
        question("api.calls", "1.2", 40),
    ).is_empty


def test_another_weight_is_reweighted():
    found = against(question("api.depth", "1.1", 55), question("api.calls", "1.2", 45))

    assert found.reweighted == (
        Change("api.depth", "api.depth", "60", "55"),
        Change("api.calls", "api.calls", "40", "45"),
    )


def test_other_points_for_the_same_answer_are_rescaled():
    harder = options(("none", 0), ("some", 75), ("all", 100))
    found = against(
        question("api.depth", "1.1", 60, options=harder), question("api.calls", "1.2", 40)
    )

    assert found.rescaled == (
        Change("api.depth", "api.depth", "none 0, some 50, all 100", "none 0, some 75, all 100"),
    )
    assert found.reworded == ()


def test_another_weight_of_a_section_is_told_apart():
    new = definition(
        section("api", 70, *OLD.section("api").questions),
        section("workflow", 30, *DEFAULT_WORKFLOW.questions),
    )

    assert compare(OLD, new).sections_reweighted == (
        Change("api", "api", "60", "70"),
        Change("workflow", "workflow", "40", "30"),
    )


def test_a_question_that_moves_to_another_section_under_a_new_key_stays_comparable():
    new = definition(
        api(question("api.depth", "1.1", 100)),
        workflow(
            question("workflow.export", "4.1", 60),
            question("workflow.calls", "4.2", 40, replaces=("api.calls",)),
        ),
    )

    assert compare(OLD, new).pairs["workflow.calls"] == ("api.calls",)
