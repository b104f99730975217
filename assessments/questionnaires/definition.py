"""PURE. One version of the questions: its shape, its checks, and its plain manifest and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from assessments.questionnaires.checks import check
from assessments.questionnaires.questions import (
    Applies,
    Condition,
    Definition,
    GenericAnswer,
    Option,
    Question,
    Section,
    visible_questions,
)
from assessments.questionnaires.reading import Table, UnableToReadDefinition

__all__ = [
    "SCHEMA",
    "Applies",
    "Condition",
    "Definition",
    "GenericAnswer",
    "Option",
    "Question",
    "Section",
    "UnableToReadDefinition",
    "check",
    "from_manifest",
    "manifest",
    "visible_questions",
]

# Readers of every schema are kept for ever: a published version is never rewritten.
SCHEMA = "lockin.questionnaire/1"


def manifest(definition: Definition) -> dict[str, Any]:
    """Return the version as plain tables, lists and values, every field present."""
    return {"schema": SCHEMA, **_plain(asdict(definition))}


def _plain(value: Any) -> Any:
    """Tuples become lists, so that what is written and what is read back are equal."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def from_manifest(content: Mapping[str, Any]) -> Definition:
    """
    Return the version that the plain tables describe.

    :raises UnableToReadDefinition: naming the key and the field that cannot be read
    """
    table = Table(content, where="")
    schema = table.text("schema")
    if schema != SCHEMA:
        raise UnableToReadDefinition(f"The schema {schema} is not known.", field="schema")
    definition = Definition(
        label=table.text("label"),
        scheme=table.text("scheme"),
        title=table.text("title"),
        notes=table.text("notes"),
        unknown=_generic(table.table("unknown")),
        not_applicable=_generic(table.table("not_applicable")),
        sections=tuple(_section(section) for section in table.records("sections")),
    )
    table.done()
    return definition


def _generic(table: Table) -> GenericAnswer:
    answer = GenericAnswer(label=table.text("label"), consequence=table.text("consequence"))
    table.done()
    return answer


def _section(table: Table) -> Section:
    applies = table.table_if_any("applies")
    section = Section(
        key=table.text("key"),
        number=table.text("number"),
        name=table.text("name"),
        intro=table.text("intro"),
        weight=table.number("weight"),
        may_not_apply=table.truth("may_not_apply"),
        applies=None if applies is None else _applies(applies),
        questions=tuple(_question(question) for question in table.records("questions")),
    )
    table.done()
    return section


def _applies(table: Table) -> Applies:
    applies = Applies(
        text=table.text("text"),
        hint=table.text("hint"),
        yes=table.text("yes"),
        no=table.text("no"),
        reason_label=table.text("reason_label"),
    )
    table.done()
    return applies


def _question(table: Table) -> Question:
    condition = table.table_if_any("visible_when")
    question = Question(
        key=table.text("key"),
        number=table.text("number"),
        weight=table.number("weight"),
        name=table.text("name"),
        text=table.text("text"),
        hint=table.text("hint"),
        why=table.text("why"),
        evidence=table.texts("evidence"),
        respondent=table.text("respondent"),
        options=tuple(_option(option) for option in table.parts("options")),
        facet=table.text("facet", ""),
        unit=table.text("unit", ""),
        source=table.text("source", ""),
        computed=table.text("computed", ""),
        visible_when=None if condition is None else _condition(condition),
        replaces=table.texts("replaces", ()),
    )
    table.done()
    return question


def _option(table: Table) -> Option:
    option = Option(
        key=table.text("key"),
        points=table.number("points"),
        label=table.text("label"),
        consequence=table.text("consequence"),
    )
    table.done()
    return option


def _condition(table: Table) -> Condition:
    condition = Condition(question=table.text("question"), options=table.texts("options"))
    table.done()
    return condition
