"""The policy as data: read, checked, compared, edited; and published terms beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from assessments.clauses.checks import faults
from assessments.clauses.comparison import compare
from assessments.clauses.definition import from_manifest, manifest
from assessments.clauses.editing import edited, places
from assessments.clauses.judging import Status, judge
from assessments.clauses.loading import CURRENT, load
from assessments.clauses.published import published_terms
from assessments.questionnaires.loading import CURRENT as QUESTIONS
from assessments.questionnaires.loading import load as load_questions
from assessments.questionnaires.reading import UnableToReadDefinition
from tests.factories.clauses import C1, C2, C3, C4, C5, C6

POLICY = load(CURRENT)


def test_it_holds_the_six_clauses_in_their_order():
    assert [clause.key for clause in POLICY.clauses] == [C1, C2, C3, C4, C5, C6]
    assert all(clause.framing.startswith("Our policy requires") for clause in POLICY.clauses)


@pytest.mark.parametrize("clause", POLICY.clauses, ids=lambda clause: clause.number)
def test_each_clause_answers_the_three_objections(clause):
    assert [item.key for item in clause.objections] == [
        "ip-risk",
        "operational-cost",
        "security-risk",
    ]
    assert all(item.answer and item.accepts for item in clause.objections)


def test_it_reads_back_what_it_writes():
    assert from_manifest(json.loads(json.dumps(manifest(POLICY)))) == POLICY


def test_a_version_taken_out_as_json_comes_back_the_same():
    assert load(json.dumps(manifest(POLICY)).encode()) == POLICY


def test_every_question_and_answer_it_names_is_asked():
    asked = load_questions(QUESTIONS)
    for clause in POLICY.clauses:
        assert set(clause.questions) <= set(asked.by_key)
        for answered in clause.answers:
            options = {option.key for option in asked.question(answered.question).options}
            named = {rule.option for rule in answered.rules}
            named |= {answered.otherwise, answered.not_applicable} - {""}
            assert named <= options


def changed(**fields: object) -> list[str]:
    clause = replace(POLICY.clauses[0], **fields)
    return [str(fault) for fault in faults(replace(POLICY, clauses=(clause, *POLICY.clauses[1:])))]


def test_a_sound_policy_has_no_fault():
    assert faults(POLICY) == ()


def test_faults_name_the_clause():
    assert changed(framing="We want data.") == [
        f"{C1}: The framing sentence begins with “Our policy requires”."
    ]
    assert changed(dimensions=("speed",)) == [f"{C1}: There is no dimension “speed”."]
    assert changed(objections=()) == [f"{C1}: There is no objection to answer."]
    assert changed(key=C2) == [f"{C2}: This key stands 2 times."]


def test_a_condition_must_fit_its_parameter():
    content = manifest(POLICY)
    content["clauses"][0]["acceptable"]["requires"][0]["any"][0]["value"] = ["everything"]

    with pytest.raises(UnableToReadDefinition, match="classes has no choice everything"):
        load(json.dumps(content).encode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff", "not UTF-8"),
        (b"a = ", "not TOML"),
        (b"{", "not JSON"),
        (b"a." + b"b." * 40 + b"c = 1", "nested too deeply"),
        (b'schema = "lockin.policy/9"', "not known"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_in_words(text, words):
    with pytest.raises(UnableToReadDefinition, match=words):
        load(text)


def test_a_change_is_told_with_what_stood_before():
    clause = replace(POLICY.clauses[0], asks="All of our data")
    newer = replace(POLICY, clauses=(clause, *POLICY.clauses[1:-1]))

    found = compare(POLICY, newer)

    assert [(change.clause, change.what) for change in found] == [
        ("C1 Data portability", "What we ask"),
        ("C6 Flexible commitment", "Removed"),
    ]
    assert (found[0].before, found[0].after) == (POLICY.clauses[0].asks, "All of our data")


def test_a_figure_is_edited_where_it_stands():
    place = next(
        place
        for place in places(POLICY.clauses[2], position=2)
        if place.is_number and place.value == "12"
    )

    content = edited(manifest(POLICY), {place.path: 9})
    newer = from_manifest(content)

    assert faults(newer) == ()
    assert compare(POLICY, newer)[0].what == "Acceptable position"
    assert place.label == "Months of notice before a breaking change: at least"


@pytest.mark.parametrize(
    ("path", "value"),
    [("clauses.9.name", "x"), ("clauses.0.nothing", "x"), ("clauses", "x"), ("title", True)],
)
def test_only_words_and_figures_that_are_there_can_be_edited(path, value):
    with pytest.raises(UnableToReadDefinition):
        edited(manifest(POLICY), {path: value})


@pytest.mark.parametrize("key", ["bonterms-cloud-terms", "common-paper-csa"])
def test_standard_paper_gives_none_of_the_first_five(key):
    paper = next(paper for paper in published_terms() if paper.key == key)

    found = {
        clause.key: judge(clause, paper.by_clause[clause.key].reading).status
        for clause in POLICY.clauses[:5]
    }

    assert set(found.values()) == {Status.MISSING}


def test_published_terms_grow_old_after_ninety_days():
    paper = published_terms()[0]

    assert not paper.is_stale(on=date(2027, 2, 21))
    assert paper.is_stale(on=date(2027, 2, 22))


def test_every_published_clause_is_a_clause_of_the_policy():
    assert {entry.clause for paper in published_terms() for entry in paper.clauses} <= set(
        POLICY.by_key
    )
    assert all(paper.source and paper.observed_on for paper in published_terms())
