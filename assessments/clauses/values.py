"""PURE. Values of parameters: checked when they come in, and in words when they go out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessments.clauses.conditions import Kind, Value, Values, as_list, as_number
from assessments.clauses.definition import Clause, Parameter

LARGEST = Decimal(10) ** 12


class UnableToReadValue(ValueError):
    """A value does not fit its parameter. The message is written for the user."""

    def __init__(self, parameter: str, text: str) -> None:
        super().__init__(text)
        self.parameter = parameter


def checked(clause: Clause, given: Mapping[str, Any]) -> dict[str, Value]:
    """
    Return the values that were read, as they are stored; empty ones are left out.

    :raises UnableToReadValue: for a parameter the clause does not have, or a value that it cannot
        hold
    """
    known = {item.key: item for item in clause.parameters}
    for key in given:
        if key not in known:
            raise UnableToReadValue(key, f"{clause.name} has no parameter “{key}”.")
    values: dict[str, Value] = {}
    for key, parameter in known.items():
        raw = given.get(key)
        if raw is None or raw == "":
            continue
        values[key] = _checked(parameter, raw)
    return values


def _checked(parameter: Parameter, raw: Any) -> Value:
    kind = parameter.kind
    if kind is Kind.YES_NO:
        if not isinstance(raw, bool):
            raise UnableToReadValue(parameter.key, "Yes or no is expected here.")
        return raw
    if kind.is_number:
        return _number(parameter, raw)
    chosen = as_list(raw)
    known = {item.key for item in parameter.choices}
    strange = [item for item in chosen if item not in known]
    if strange:
        raise UnableToReadValue(parameter.key, f"There is no choice “{strange[0]}”.")
    if kind is Kind.CHOICE:
        if len(chosen) != 1:
            raise UnableToReadValue(parameter.key, "One choice is expected here.")
        return chosen[0]
    # In the policy's order and once each, so that equal readings are stored equal.
    return tuple(item.key for item in parameter.choices if item.key in chosen)


def _number(parameter: Parameter, raw: Any) -> Value:
    try:
        number = as_number(raw)
    except ValueError as error:
        raise UnableToReadValue(parameter.key, "A number is expected here.") from error
    if not 0 <= number < LARGEST:
        raise UnableToReadValue(parameter.key, "This number is not possible here.")
    if parameter.kind in (Kind.PERCENT, Kind.AMOUNT):
        return f"{number.normalize():f}"
    if number != number.to_integral_value():
        raise UnableToReadValue(parameter.key, "A whole number is expected here.")
    return int(number)


def from_store(stored: Mapping[str, Any]) -> Values:
    """Return stored values as the sums read them: lists become tuples."""
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()
    }


def in_words(parameter: Parameter, value: Value) -> str:
    """Return a value as a page shows it."""
    if parameter.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if parameter.kind in (Kind.CHOICE, Kind.CHOICES):
        names = [parameter.label_of(key) for key in as_list(value)]
        return ", ".join(names) if names else "nothing"
    if parameter.kind is Kind.PERCENT:
        return f"{value}%"
    if parameter.kind is Kind.AMOUNT:
        return f"{parameter.unit} {Decimal(str(value)):,f}".strip()
    unit = {Kind.DAYS: "day", Kind.MONTHS: "month"}.get(parameter.kind, "")
    if not unit:
        return str(value)
    return f"{value} {unit}" if value == 1 else f"{value} {unit}s"
