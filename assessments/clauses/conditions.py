"""PURE. Conditions on what a clause gives: one test of one parameter, and how a value reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

Value = bool | int | str | tuple[str, ...]
"""A yes-no is a bool, a count, days or months an int, a percent or amount a decimal's text."""


class Kind(StrEnum):
    """What a parameter holds."""

    DAYS = "days"
    MONTHS = "months"
    COUNT = "count"
    PERCENT = "percent"
    AMOUNT = "amount"
    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"

    @property
    def is_number(self) -> bool:
        return self in (Kind.DAYS, Kind.MONTHS, Kind.COUNT, Kind.PERCENT, Kind.AMOUNT)


class Test(StrEnum):
    """How a value is compared. `is` and `one-of` look at one choice, the last four at a list."""

    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    ABOVE = "above"
    BELOW = "below"
    IS = "is"
    ONE_OF = "one-of"
    INCLUDES = "includes"
    INCLUDES_ANY = "includes-any"
    COUNTS = "counts"
    LACKS = "lacks"
    ONLY = "only"


NUMBER_TESTS = frozenset({Test.AT_LEAST, Test.AT_MOST, Test.ABOVE, Test.BELOW})
LIST_TESTS = frozenset({Test.INCLUDES, Test.INCLUDES_ANY, Test.COUNTS, Test.LACKS, Test.ONLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test of one parameter."""

    parameter: str
    test: Test
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a position asks: it holds when any one of its conditions holds."""

    text: str
    any: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What we do not sign: it stands when all of its conditions hold."""

    text: str
    all: tuple[Condition, ...]


Values = Mapping[str, Value]
"""Parameter key → what the contract gives; a parameter that was not read has no entry."""


def holds(condition: Condition, values: Values) -> bool | None:
    """Return whether a condition holds, or None where nobody has read the parameter."""
    found = values.get(condition.parameter)
    if found is None:
        return None
    wanted = condition.value
    if condition.test in NUMBER_TESTS:
        return _compare(condition.test, as_number(found), as_number(wanted))
    if condition.test is Test.IS:
        return found == wanted
    if condition.test is Test.ONE_OF:
        return found in as_list(wanted)
    given = set(as_list(found))
    if condition.test is Test.COUNTS:
        return len(given) >= as_number(wanted)
    named = set(as_list(wanted))
    if condition.test is Test.INCLUDES:
        return named <= given
    if condition.test is Test.INCLUDES_ANY:
        return bool(named & given)
    if condition.test is Test.LACKS:
        return not named & given
    # ONLY: an empty list is nothing at all, which is no better than what it names.
    return given <= named


def is_met(requirement: Requirement, values: Values) -> bool:
    """Whether a requirement holds; what nobody has read counts as not given."""
    return any(holds(condition, values) is True for condition in requirement.any)


def stands(trigger: Trigger, values: Values) -> bool:
    """Whether a walk-away stands; what nobody has read counts as not given."""
    return all(holds(condition, values) is not False for condition in trigger.all)


def unread(conditions: Sequence[Condition], values: Values) -> tuple[str, ...]:
    """Return the parameters among these conditions that nobody has read, in order."""
    return tuple(
        dict.fromkeys(item.parameter for item in conditions if values.get(item.parameter) is None)
    )


def as_number(value: object) -> Decimal:
    """
    Return a number as it was read.

    :raises ValueError: if it is none
    """
    try:
        number = Decimal("" if isinstance(value, bool) else str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no number.") from error
    if not number.is_finite():
        raise ValueError(f"{value!r} is no number.")
    return number


def as_list(value: object) -> tuple[str, ...]:
    """Return a list of choices; one choice is a list of one."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return ()


def _compare(test: Test, found: Decimal, wanted: Decimal) -> bool:
    if test is Test.AT_LEAST:
        return found >= wanted
    if test is Test.AT_MOST:
        return found <= wanted
    return found > wanted if test is Test.ABOVE else found < wanted
