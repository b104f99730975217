"""The fifty questions of version 2026.1, against the anchors that the model sets."""

import re
import tomllib
from pathlib import Path

import pytest

from assessments.questionnaires.contract_answers import COMPUTATIONS
from assessments.questionnaires.definition import check, from_manifest, manifest, visible_questions
from assessments.questionnaires.loading import CURRENT, load
from assessments.scoring.dimensions import Dimension

VERSION = load(CURRENT)
QUESTIONS = list(VERSION.questions)
ANCHORS = tomllib.loads(
    (Path(__file__).parents[3] / "worked_examples" / "anchors_2026_1.toml").read_text("utf-8")
)
ROWS = [pytest.param(*row, id=row[1]) for table in ANCHORS.values() for row in table["rows"]]

# Other versions of the words, which nobody should have to read.
UNWANTED = re.compile(r"\b(please|successfully|oops|simply|just|easy)\b|!", re.IGNORECASE)


def texts_of(question):
    yield from (question.name, question.text, question.hint, question.why, *question.evidence)
    for option in question.options:
        yield from (option.label, option.consequence)


def test_has_no_faults():
    assert check(VERSION) == ()


def test_is_version_and_scheme_2026_1():
    assert (VERSION.label, VERSION.scheme) == ("2026.1", "2026.1")


def test_its_manifest_gives_it_back():
    assert from_manifest(manifest(VERSION)) == VERSION


def test_asks_fifty_questions_in_the_order_of_the_model():
    expected = [(row[0], row[1]) for table in ANCHORS.values() for row in table["rows"]]

    assert len(expected) == 50
    assert [(question.number, question.key) for question in QUESTIONS] == expected


def test_its_sections_are_the_dimensions_with_their_names_and_weights():
    assert [(s.key, s.number, s.name, s.weight) for s in VERSION.sections] == [
        (d.value, d.number, d.full_name, ANCHORS[d.value]["weight"]) for d in Dimension
    ]


@pytest.mark.parametrize(("number", "key", "weight", "nil", "low", "mid", "high", "full"), ROWS)
def test_every_question_has_its_weight_and_its_five_anchors(
    number, key, weight, nil, low, mid, high, full
):
    question = VERSION.question(key)

    assert (question.number, question.weight) == (number, weight)
    assert [option.points for option in question.options] == [0, 25, 50, 75, 100]
    for option, mark in zip(question.options, (nil, low, mid, high, full), strict=True):
        assert mark in f"{option.label} {option.consequence}"


def test_three_sections_ask_first_whether_they_apply():
    assert [s.key for s in VERSION.sections if s.may_not_apply] == ["tuning", "vectors", "workflow"]


def test_six_questions_are_answered_from_contract_data():
    asked = {question.computed: question.key for question in QUESTIONS if question.computed}

    assert asked == {name: key for name, (key, _) in COMPUTATIONS.items()}
    assert {VERSION.question(key).number for key in asked.values()} == {
        "5.1", "5.2", "5.5", "5.6", "5.7", "5.9",
    }  # fmt: skip


def test_no_answer_hides_a_question():
    worst = {question.key: question.options[-1].key for question in QUESTIONS}
    best = {question.key: question.options[0].key for question in QUESTIONS}

    assert len(visible_questions(VERSION, worst)) == len(visible_questions(VERSION, best)) == 50


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
class TestWords:
    def test_the_name_fits_beside_the_page(self, question):
        assert len(question.name.split()) <= 4
        assert len(question.name) <= 28

    def test_the_question_is_one_question(self, question):
        assert question.text.count("?") == 1
        assert question.text.endswith("?")
        assert len(question.text) <= 120

    def test_labels_are_short_and_have_no_full_stop(self, question):
        for option in question.options:
            assert len(option.label) <= 44
            assert not option.label.endswith(".")

    def test_hint_reason_and_consequences_are_sentences(self, question):
        for text in (question.hint, question.why, *(o.consequence for o in question.options)):
            assert text[0].isupper()
            assert text.endswith(".")

    def test_a_consequence_is_one_sentence(self, question):
        for option in question.options:
            assert ". " not in option.consequence

    def test_the_reason_has_one_or_two_sentences(self, question):
        assert 1 <= len(re.findall(r"[.](?:\s|$)", question.why)) <= 2

    def test_two_or_three_pieces_of_evidence_are_named(self, question):
        assert 2 <= len(question.evidence) <= 3

    def test_no_two_answers_read_the_same(self, question):
        assert len({option.label for option in question.options}) == 5
        assert len({option.consequence for option in question.options}) == 5

    def test_the_words_are_plain(self, question):
        for text in texts_of(question):
            assert not UNWANTED.search(text)
            assert text == text.strip()
            assert "  " not in text
