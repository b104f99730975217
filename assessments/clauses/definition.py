"""PURE. One version of the policy: its shape, and its plain manifest and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from assessments.clauses.conditions import Condition, Kind, Requirement, Test, Trigger, Value
from assessments.questionnaires.reading import Table, UnableToReadDefinition

# Readers of every schema are kept for ever: a published version is never rewritten.
SCHEMA = "lockin.policy/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing to read out of the clause. `field` names the contract's own field, if it has one."""

    key: str
    label: str
    kind: Kind
    hint: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    field: str = ""

    def label_of(self, key: str) -> str:
        return next((item.label for item in self.choices if item.key == key), key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What we accept: all of its requirements."""

    text: str
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkAway:
    """What we do not sign: any of its triggers."""

    text: str
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a vendor says against the clause, what we answer, and what we can accept instead."""

    key: str
    name: str
    says: str
    answer: str
    accepts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRule:
    """One answer of a question: it follows when all of the conditions hold."""

    option: str
    all: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """
    A question that the clause can answer: the first rule that holds decides.

    `otherwise` is the answer where none does, or empty where the clause then says nothing of it;
    `not_applicable` the one where the clause does not apply.
    """

    question: str
    rules: tuple[AnswerRule, ...]
    otherwise: str = ""
    not_applicable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What the law gives where the contract gives less: orientation, with its source."""

    text: str
    source: str
    observed_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One type of clause, as our policy wants it."""

    key: str
    number: str
    name: str
    must: bool
    asks: str
    framing: str
    verify: str
    dimensions: tuple[str, ...]
    questions: tuple[str, ...]
    """Every question that the clause bears on; `answers` holds those that it can answer."""
    labels: tuple[str, ...]
    """Names of the same clause in public sets of labelled contracts."""
    portability: bool
    """Whether it counts among the portability clauses of the gate before signing."""
    may_not_apply: str
    """When the clause does not apply; empty where it always does."""
    parameters: tuple[Parameter, ...]
    preferred: Position
    acceptable: Position
    walk_away: WalkAway
    objections: tuple[Objection, ...]
    answers: tuple[AnsweredQuestion, ...]
    floor: Floor | None = None

    def parameter(self, key: str) -> Parameter:
        return next(item for item in self.parameters if item.key == key)

    def objection(self, key: str) -> Objection | None:
        return next((item for item in self.objections if item.key == key), None)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version, whole."""

    label: str
    title: str
    notes: str
    framing: str
    condition: str
    """The sentence that makes our commitment conditional on the clauses."""
    clauses: tuple[Clause, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Clause]:
        return {clause.key: clause for clause in self.clauses}

    def clause(self, key: str) -> Clause:
        """
        :raises KeyError: if the policy has no such clause
        """
        return self.by_key[key]


def manifest(policy: Policy) -> dict[str, Any]:
    """Return the version as plain tables, lists and values, every field present."""
    return {"schema": SCHEMA, **_plain(asdict(policy))}


def _plain(value: Any) -> Any:
    """Tuples become lists, so that what is written and what is read back are equal."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def from_manifest(content: Mapping[str, Any]) -> Policy:
    """
    Return the version that the plain tables describe.

    :raises UnableToReadDefinition: naming the key and the field that cannot be read
    """
    table = Table(content, where="")
    schema = table.text("schema")
    if schema != SCHEMA:
        raise UnableToReadDefinition(f"The schema {schema} is not known.", field="schema")
    policy = Policy(
        label=table.text("label"),
        title=table.text("title"),
        notes=table.text("notes"),
        framing=table.text("framing"),
        condition=table.text("condition"),
        clauses=tuple(_clause(clause) for clause in table.records("clauses")),
    )
    table.done()
    return policy


def _clause(table: Table) -> Clause:
    floor = table.table_if_any("floor")
    clause = Clause(
        key=table.text("key"),
        number=table.text("number"),
        name=table.text("name"),
        must=table.truth("must"),
        asks=table.text("asks"),
        framing=table.text("framing"),
        verify=table.text("verify"),
        dimensions=table.texts("dimensions"),
        questions=table.texts("questions"),
        labels=table.texts("labels", ()),
        portability=table.truth("portability"),
        may_not_apply=table.text("may_not_apply", ""),
        parameters=tuple(_parameter(item) for item in table.parts("parameters")),
        preferred=_position(table.table("preferred")),
        acceptable=_position(table.table("acceptable")),
        walk_away=_walk_away(table.table("walk_away")),
        objections=tuple(_objection(item) for item in table.parts("objections")),
        answers=tuple(_answered(item) for item in table.parts("answers")),
        floor=None if floor is None else _floor(floor),
    )
    table.done()
    return clause


def _parameter(table: Table) -> Parameter:
    parameter = Parameter(
        key=table.text("key"),
        label=table.text("label"),
        kind=_one_of(table, "kind", Kind),
        hint=table.text("hint", ""),
        unit=table.text("unit", ""),
        choices=tuple(_choice(item) for item in table.parts("choices"))
        if table.content.get("choices")
        else _none(table, "choices"),
        field=table.text("field", ""),
    )
    table.done()
    return parameter


def _none(table: Table, field: str) -> tuple[Choice, ...]:
    table.read.add(field)
    return ()


def _choice(table: Table) -> Choice:
    choice = Choice(key=table.text("key"), label=table.text("label"))
    table.done()
    return choice


def _position(table: Table) -> Position:
    position = Position(
        text=table.text("text"),
        requires=tuple(_requirement(item) for item in table.parts("requires")),
    )
    table.done()
    return position


def _requirement(table: Table) -> Requirement:
    requirement = Requirement(
        text=table.text("text"), any=tuple(_condition(item) for item in table.parts("any"))
    )
    table.done()
    return requirement


def _walk_away(table: Table) -> WalkAway:
    walk_away = WalkAway(
        text=table.text("text"),
        triggers=tuple(_trigger(item) for item in table.parts("triggers")),
    )
    table.done()
    return walk_away


def _trigger(table: Table) -> Trigger:
    trigger = Trigger(
        text=table.text("text"), all=tuple(_condition(item) for item in table.parts("all"))
    )
    table.done()
    return trigger


def _condition(table: Table) -> Condition:
    condition = Condition(
        parameter=table.text("parameter"),
        test=_one_of(table, "test", Test),
        value=_value(table),
    )
    table.done()
    return condition


def _value(table: Table) -> Value:
    table.read.add("value")
    value = table.content.get("value")
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, bool | int | str):
        return value
    raise UnableToReadDefinition(
        "A value is expected here: true or false, a whole number, a text or a list of texts.",
        where=table.where,
        field=f"{table.prefix}value",
    )


def _objection(table: Table) -> Objection:
    objection = Objection(
        key=table.text("key"),
        name=table.text("name"),
        says=table.text("says"),
        answer=table.text("answer"),
        accepts=table.text("accepts"),
    )
    table.done()
    return objection


def _answered(table: Table) -> AnsweredQuestion:
    answered = AnsweredQuestion(
        question=table.text("question"),
        rules=tuple(_rule(item) for item in table.parts("rules")),
        otherwise=table.text("otherwise", ""),
        not_applicable=table.text("not_applicable", ""),
    )
    table.done()
    return answered


def _rule(table: Table) -> AnswerRule:
    rule = AnswerRule(
        option=table.text("option"), all=tuple(_condition(item) for item in table.parts("all"))
    )
    table.done()
    return rule


def _floor(table: Table) -> Floor:
    floor = Floor(
        text=table.text("text"),
        source=table.text("source"),
        observed_on=table.text("observed_on"),
    )
    table.done()
    return floor


def _one_of(table: Table, field: str, names: Any) -> Any:
    found = table.text(field)
    try:
        return names(found)
    except ValueError as error:
        raise UnableToReadDefinition(
            f"“{found}” is none of {', '.join(item.value for item in names)}.",
            where=table.where,
            field=f"{table.prefix}{field}",
        ) from error
