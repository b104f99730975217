"""What keeps a version from being published, and how it is said."""

import pytest

from assessments.questionnaires.definition import check
from tests.unit.assessments.questionnaires.build import (
    APPLIES,
    DEFAULT_API,
    DEFAULT_WORKFLOW,
    api,
    definition,
    options,
    question,
    section,
    when,
    workflow,
)


def only_question(**changes):
    return definition(api(question("api.depth", "1.1", 100, **changes)), DEFAULT_WORKFLOW)


def test_a_whole_version_has_no_faults():
    assert check(definition()) == ()


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        (definition(label=" "), "label: This is empty."),
        (definition(DEFAULT_API), "sections: The weights add up to 60, not 100."),
        (
            definition(DEFAULT_WORKFLOW, section("model", 60, question("model.a", "9.1", 100))),
            "model, key: No dimension of the score has this key.",
        ),
        (
            definition(
                DEFAULT_API,
                section("workflow", 40, *DEFAULT_WORKFLOW.questions, may_not_apply=True),
            ),
            "workflow, applies: A section that may not apply asks whether it does.",
        ),
        (
            definition(
                DEFAULT_API, section("workflow", 40, *DEFAULT_WORKFLOW.questions, applies=APPLIES)
            ),
            "workflow, applies: A section that always applies asks nothing first.",
        ),
        (
            definition(api(question("api.depth", "1.1", 90)), DEFAULT_WORKFLOW),
            "api, weights: The weights add up to 90, not 100.",
        ),
        (
            definition(
                api(question("api.a", "1.1", 100), question("api.b", "1.2", 0)), DEFAULT_WORKFLOW
            ),
            "api, weights: Every weight is more than nothing.",
        ),
        (
            definition(
                api(question("api.a", "1.1", 60), question("api.a", "1.2", 40)), DEFAULT_WORKFLOW
            ),
            "questions: “api.a” stands 2 times.",
        ),
        (
            definition(
                api(question("api.a", "1.1", 60), question("api.b", "1.1", 40)), DEFAULT_WORKFLOW
            ),
            "numbers: “1.1” stands 2 times.",
        ),
        (
            definition(api(question("tuning.a", "1.1", 100)), DEFAULT_WORKFLOW),
            "tuning.a, key: Write it as api.words-joined-by-hyphens.",
        ),
        (
            definition(api(question("api.Depth", "1.1", 100)), DEFAULT_WORKFLOW),
            "api.Depth, key: Write it as api.words-joined-by-hyphens.",
        ),
        (
            only_question(text="x" * 121),
            "api.depth, text: It has 121 characters; at most 120.",
        ),
        (only_question(why=""), "api.depth, why: This is empty."),
        (
            only_question(evidence=()),
            "api.depth, evidence: Name at least one good piece of evidence.",
        ),
        (
            only_question(respondent="somebody"),
            (
                "api.depth, respondent: Write one of engineering, data, procurement, finance, legal, "
                "operations."
            ),
        ),
        (
            only_question(facet="style"),
            (
                "api.depth, facet: Write one of interoperability, data-portability, "
                "application-portability."
            ),
        ),
        (only_question(source="a ÷ b"), "api.depth, unit: A ratio names its unit."),
        (
            only_question(options=options(("none", 0), ("some", 0), ("all", 100))),
            "api.depth, options: Points rise from answer to answer, not [0, 0, 100].",
        ),
        (
            only_question(options=options(("none", 0), ("all", 75))),
            "api.depth, options: One answer counts 0 and one 100, not [0, 75].",
        ),
        (
            only_question(options=options(("none", 0), ("all", 101))),
            "api.depth, options.all.points: 101 is not within 0–100.",
        ),
        (
            only_question(options=options(("none", 0), ("none", 100))),
            "api.depth, options: “none” stands 2 times.",
        ),
        (
            only_question(visible_when=when("workflow.export", "all")),
            "api.depth, visible_when: workflow.export is not asked before this question.",
        ),
        (
            only_question(visible_when=when("api.depth", "all")),
            "api.depth, visible_when: api.depth is not asked before this question.",
        ),
        (
            definition(
                DEFAULT_API,
                workflow(
                    question("workflow.a", "4.1", 100, visible_when=when("api.depth", "gone"))
                ),
            ),
            "workflow.a, visible_when: api.depth has no answer gone.",
        ),
        (
            definition(
                DEFAULT_API,
                workflow(
                    question(
                        "workflow.a",
                        "4.1",
                        100,
                        visible_when=when("api.depth", "none", "some", "all"),
                    )
                ),
            ),
            "workflow.a, visible_when: Name some of the answers, not none or all.",
        ),
        (
            only_question(replaces=("workflow.export",)),
            "api.depth, replaces: workflow.export is still asked.",
        ),
        (
            definition(
                api(
                    question("api.a", "1.1", 60, replaces=("api.old",)),
                    question("api.b", "1.2", 40, replaces=("api.old",)),
                ),
                DEFAULT_WORKFLOW,
            ),
            "api.b, replaces: api.a replaces api.old already.",
        ),
        (
            definition(
                api(
                    question("api.a", "1.1", 60, computed="renewal"),
                    question("api.b", "1.2", 40, computed="renewal"),
                ),
                DEFAULT_WORKFLOW,
            ),
            "computed: “renewal” stands 2 times.",
        ),
    ],
)
def test_each_fault_is_named_with_its_place(faulty, message):
    assert message in check(faulty)
