"""PURE. Which words and figures of a draft can be edited on a page, and the manifest with them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.clauses.conditions import NUMBER_TESTS, Kind, Test
from assessments.clauses.definition import Clause
from assessments.questionnaires.reading import UnableToReadDefinition

POLICY_TEXTS = (
    ("title", "Title"),
    ("framing", "Opening of the policy"),
    ("condition", "Condition of our commitment"),
    ("notes", "What this version changes"),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One thing that can be edited. `path` names it in the manifest, with dots."""

    path: str
    label: str
    value: str
    is_number: bool = False
    is_truth: bool = False
    truth: bool = False
    is_long: bool = False
    unit: str = ""


def places(clause: Clause, *, position: int) -> Iterator[Place]:
    """Yield what can be edited in the clause at that position of the policy."""
    at = f"clauses.{position}"
    yield Place(path=f"{at}.name", label="Name", value=clause.name)
    yield Place(
        path=f"{at}.must",
        label="Required of every contract",
        value="",
        is_truth=True,
        truth=clause.must,
    )
    for name, label in (
        ("asks", "What we ask"),
        ("framing", "Opening sentence"),
        ("verify", "How it is checked"),
    ):
        yield Place(path=f"{at}.{name}", label=label, value=getattr(clause, name), is_long=True)
    yield from _position(clause, at)
    for number, objection in enumerate(clause.objections):
        here = f"{at}.objections.{number}"
        for name, label in (
            ("says", "they may say"),
            ("answer", "we answer"),
            ("accepts", "we can accept"),
        ):
            yield Place(
                path=f"{here}.{name}",
                label=f"{objection.name}: {label}",
                value=getattr(objection, name),
                is_long=True,
            )


def _position(clause: Clause, at: str) -> Iterator[Place]:
    for name, label in (("preferred", "Preferred"), ("acceptable", "Acceptable")):
        part = getattr(clause, name)
        yield Place(path=f"{at}.{name}.text", label=label, value=part.text, is_long=True)
        for number, requirement in enumerate(part.requires):
            here = f"{at}.{name}.requires.{number}"
            yield Place(path=f"{here}.text", label=f"{label}, {number + 1}", value=requirement.text)
            yield from _figures(clause, f"{here}.any", requirement.any)
    yield Place(
        path=f"{at}.walk_away.text",
        label="Walk-away",
        value=clause.walk_away.text,
        is_long=True,
    )
    for number, trigger in enumerate(clause.walk_away.triggers):
        here = f"{at}.walk_away.triggers.{number}"
        yield Place(path=f"{here}.text", label=f"Walk-away, {number + 1}", value=trigger.text)
        yield from _figures(clause, f"{here}.all", trigger.all)


def _figures(clause: Clause, at: str, conditions: Any) -> Iterator[Place]:
    for number, condition in enumerate(conditions):
        if condition.test not in NUMBER_TESTS:
            continue
        parameter = clause.parameter(condition.parameter)
        words = {
            Test.AT_LEAST: "at least",
            Test.AT_MOST: "at most",
            Test.ABOVE: "more than",
            Test.BELOW: "less than",
        }[condition.test]
        unit = parameter.unit or {Kind.PERCENT: "%", Kind.COUNT: ""}.get(
            parameter.kind, parameter.kind.value
        )
        yield Place(
            path=f"{at}.{number}.value",
            label=f"{parameter.label}: {words}",
            value=str(condition.value),
            is_number=True,
            unit=unit,
        )


def edited(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the manifest with other values at the paths named.

    :raises UnableToReadDefinition: for a path that is not in the manifest, or a value of another
        kind
    """
    result: dict[str, Any] = json.loads(json.dumps(content))
    for path, value in changes.items():
        *parts, last = path.split(".")
        where: Any = result
        try:
            for part in parts:
                where = where[int(part)] if isinstance(where, list) else where[part]
            old = where[last]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise UnableToReadDefinition("The draft has no such place.", field=path) from error
        # A figure may be a whole number or a decimal's text; nothing else changes its kind.
        if isinstance(old, list | dict) or isinstance(old, bool) != isinstance(value, bool):
            raise UnableToReadDefinition("This cannot be changed here.", field=path)
        where[last] = value
    return result
