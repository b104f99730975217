"""PURE. What a policy must hold to before it is published; each fault names its clause."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from assessments.clauses.conditions import (
    LIST_TESTS,
    NUMBER_TESTS,
    Condition,
    Kind,
    Test,
    as_list,
    as_number,
)
from assessments.clauses.definition import Clause, Parameter, Policy
from assessments.scoring.dimensions import Dimension

DIMENSIONS = frozenset(item.value for item in Dimension)
PREFIX = "Our policy requires"


class Fault(NamedTuple):
    """One fault, in words, with the place it stands at."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


def faults(policy: Policy) -> tuple[Fault, ...]:
    """Return every fault, in the order of the policy; none means that it can be published."""
    return tuple(_faults(policy))


def _faults(policy: Policy) -> Iterator[Fault]:
    for name in ("label", "title", "framing", "condition"):
        if not getattr(policy, name).strip():
            yield Fault("", f"The {name} is empty.")
    if not policy.clauses:
        yield Fault("", "There is no clause.")
    for name in ("key", "number"):
        for value, count in Counter(getattr(row, name) for row in policy.clauses).items():
            if count > 1:
                yield Fault(value, f"This {name} stands {count} times.")
    for clause in policy.clauses:
        yield from _of_clause(clause)


def _of_clause(clause: Clause) -> Iterator[Fault]:
    def fault(text: str) -> Fault:
        return Fault(clause.key, text)

    for name in ("name", "asks", "framing", "verify"):
        if not getattr(clause, name).strip():
            yield fault(f"The field {name} is empty.")
    if not clause.framing.startswith(PREFIX):
        yield fault(f"The framing sentence begins with “{PREFIX}”.")
    for dimension in clause.dimensions:
        if dimension not in DIMENSIONS:
            yield fault(f"There is no dimension “{dimension}”.")
    parameters = {item.key: item for item in clause.parameters}
    if len(parameters) < len(clause.parameters):
        yield fault("Two parameters have the same key.")
    for parameter in clause.parameters:
        if bool(parameter.choices) != (parameter.kind in (Kind.CHOICE, Kind.CHOICES)):
            yield fault(f"The parameter {parameter.key} needs choices where it is a choice.")
    if not clause.preferred.requires or not clause.acceptable.requires:
        yield fault("A position without a requirement is met by anything.")
    if not clause.walk_away.triggers:
        yield fault("The walk-away says nothing.")
    for condition in conditions_of(clause):
        text = _of_condition(condition, parameters)
        if text:
            yield fault(text)
    for answered in clause.answers:
        if answered.question not in clause.questions:
            yield fault(f"The question {answered.question} is answered and not listed.")
    keys = [item.key for item in clause.objections]
    if not keys:
        yield fault("There is no objection to answer.")
    if len(set(keys)) < len(keys):
        yield fault("Two objections have the same key.")
    for objection in clause.objections:
        if not (objection.says.strip() and objection.answer.strip()):
            yield fault(f"The objection {objection.key} has no words or no answer.")


def conditions_of(clause: Clause) -> Iterator[Condition]:
    """Yield every condition that stands in a clause."""
    for position in (clause.preferred, clause.acceptable):
        for requirement in position.requires:
            yield from requirement.any
            if not requirement.any:
                # An empty list would never hold, and nobody would see why.
                yield Condition(parameter="", test=Test.IS, value="")
    for trigger in clause.walk_away.triggers:
        yield from trigger.all
        if not trigger.all:
            yield Condition(parameter="", test=Test.IS, value="")
    for answered in clause.answers:
        for rule in answered.rules:
            yield from rule.all


def _of_condition(condition: Condition, parameters: dict[str, Parameter]) -> str:
    if not condition.parameter:
        return "A requirement or trigger has no condition."
    parameter = parameters.get(condition.parameter)
    if parameter is None:
        return f"There is no parameter “{condition.parameter}”."
    test, kind = condition.test, parameter.kind
    if (test in NUMBER_TESTS) != kind.is_number:
        return f"“{test}” does not fit the parameter {parameter.key}."
    if (test in LIST_TESTS) != (kind is Kind.CHOICES):
        return f"“{test}” does not fit the parameter {parameter.key}."
    if test in NUMBER_TESTS or test is Test.COUNTS:
        try:
            as_number(condition.value)
        except ValueError:
            return f"“{condition.value}” is no number ({parameter.key})."
        return ""
    if kind is Kind.YES_NO:
        return "" if isinstance(condition.value, bool) else f"{parameter.key} is true or false."
    known = {item.key for item in parameter.choices}
    strange = [item for item in as_list(condition.value) if item not in known]
    if strange or not as_list(condition.value):
        return f"{parameter.key} has no choice {', '.join(strange) or '(none named)'}."
    return ""
