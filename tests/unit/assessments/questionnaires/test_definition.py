"""A version of the questions: its manifest and back, look-up by key, and which are asked."""

import json
from dataclasses import FrozenInstanceError

import pytest

from assessments.questionnaires.definition import (
    UnableToReadDefinition,
    from_manifest,
    manifest,
    visible_questions,
)
from tests.unit.assessments.questionnaires.build import (
    api,
    definition,
    question,
    when,
    workflow,
)


def keys(questions):
    return [question.key for question in questions]


class TestManifest:
    def test_gives_back_the_same_version(self):
        version = definition()

        assert from_manifest(manifest(version)) == version

    def test_survives_json(self):
        version = definition()

        assert from_manifest(json.loads(json.dumps(manifest(version)))) == version

    def test_is_the_same_again_when_read_and_written(self):
        first = manifest(definition())

        assert manifest(from_manifest(first)) == first

    def test_names_its_schema(self):
        assert manifest(definition())["schema"] == "lockin.questionnaire/1"

    def test_of_an_unknown_schema_is_refused(self):
        content = {**manifest(definition()), "schema": "lockin.questionnaire/9"}

        with pytest.raises(UnableToReadDefinition, match=r"questionnaire/9 is not known"):
            from_manifest(content)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"weight": "60"}, "api.depth, weight: A whole number is expected here."),
            ({"weight": True}, "api.depth, weight: A whole number is expected here."),
            ({"text": None}, "api.depth, text: This is missing."),
            ({"evidence": "A log"}, "api.depth, evidence: A list of texts is expected here."),
            ({"wieght": 60}, "api.depth, wieght: This field is not known."),
        ],
    )
    def test_says_which_field_of_which_question_cannot_be_read(self, change, message):
        content = manifest(definition())
        content["sections"][0]["questions"][0].update(change)

        with pytest.raises(UnableToReadDefinition) as caught:
            from_manifest(content)

        assert str(caught.value) == message

    def test_says_which_answer_cannot_be_read(self):
        content = manifest(definition())
        content["sections"][0]["questions"][0]["options"][1]["points"] = 12.5

        with pytest.raises(UnableToReadDefinition) as caught:
            from_manifest(content)

        assert str(caught.value) == (
            "api.depth, options.some.points: A whole number is expected here."
        )


class TestLookUp:
    def test_finds_question_section_and_answer_by_key(self):
        version = definition()

        assert version.question("api.calls").number == "1.2"
        assert version.section("workflow").weight == 40
        assert version.section_of("workflow.export").key == "workflow"
        assert version.question("api.depth").option("some").points == 50

    def test_of_a_key_that_is_not_asked_fails(self):
        with pytest.raises(KeyError):
            definition().question("api.gone")
        with pytest.raises(KeyError):
            definition().question("api.depth").option("gone")

    def test_a_version_cannot_be_changed(self):
        with pytest.raises(FrozenInstanceError):
            definition().question("api.depth").weight = 1


class TestVisibleQuestions:
    def test_asks_what_the_answer_calls_for(self):
        asked = visible_questions(definition(), {"api.depth": "some"})

        assert keys(asked) == ["api.depth", "api.calls", "workflow.export"]

    def test_hides_what_the_answer_rules_out(self):
        asked = visible_questions(definition(), {"api.depth": "none"})

        assert keys(asked) == ["api.depth", "workflow.export"]

    def test_hides_nothing_before_there_is_an_answer(self):
        assert len(visible_questions(definition(), {})) == 3

    def test_hides_what_hangs_on_a_hidden_question_whatever_that_once_said(self):
        chain = definition(
            api(
                question("api.a", "1.1", 50),
                question("api.b", "1.2", 30, visible_when=when("api.a", "all")),
                question("api.c", "1.3", 20, visible_when=when("api.b", "all")),
            ),
            workflow(question("workflow.export", "4.1", 100)),
        )

        asked = visible_questions(chain, {"api.a": "none", "api.b": "all"})

        assert keys(asked) == ["api.a", "workflow.export"]
