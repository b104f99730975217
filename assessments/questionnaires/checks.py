"""PURE. What must hold of a version before it may be published, each fault with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

from assessments.questionnaires.questions import (
    FACETS,
    RESPONDENTS,
    Definition,
    Option,
    Question,
    Section,
)
from assessments.scoring.dimensions import Dimension

LONGEST_QUESTION = 120
FULL_WEIGHT = 100

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OPTIONAL_TEXTS = {"facet", "unit", "source", "computed"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the key it belongs to, the field, and what is wrong."""

    where: str
    field: str
    text: str

    def __str__(self) -> str:
        place = f"{self.where}, {self.field}" if self.where else self.field
        return f"{place}: {self.text}"


def check(definition: Definition) -> tuple[str, ...]:
    """Return what is wrong with the version; nothing when it may be published."""
    return tuple(str(problem) for problem in problems(definition))


def problems(definition: Definition) -> Iterator[Problem]:
    yield from _texts("", definition)
    yield from _texts("", definition.unknown, named="unknown.")
    yield from _texts("", definition.not_applicable, named="not_applicable.")
    if not definition.sections:
        yield Problem("", "sections", "A version needs at least one section.")
        return
    yield from _unique("", "sections", [section.key for section in definition.sections])
    yield from _sum("", "sections", [section.weight for section in definition.sections])
    for section in definition.sections:
        yield from _section(section)
    questions = list(definition.questions)
    yield from _unique("", "questions", [question.key for question in questions])
    yield from _unique("", "numbers", [question.number for question in questions])
    yield from _unique("", "computed", [q.computed for q in questions if q.computed])
    yield from _replaced(questions)
    yield from _conditions(questions)


def _section(section: Section) -> Iterator[Problem]:
    yield from _texts(section.key, section)
    if section.key not in {dimension.value for dimension in Dimension}:
        yield Problem(section.key, "key", "No dimension of the score has this key.")
    if section.may_not_apply and section.applies is None:
        yield Problem(section.key, "applies", "A section that may not apply asks whether it does.")
    if not section.may_not_apply and section.applies is not None:
        yield Problem(section.key, "applies", "A section that always applies asks nothing first.")
    if section.applies is not None:
        yield from _texts(section.key, section.applies, named="applies.")
    if not section.questions:
        yield Problem(section.key, "questions", "A section needs at least one question.")
        return
    yield from _sum(section.key, "weights", [question.weight for question in section.questions])
    for question in section.questions:
        yield from _question(section, question)


def _question(section: Section, question: Question) -> Iterator[Problem]:
    where = question.key
    yield from _texts(where, question)
    prefix, _, rest = where.partition(".")
    if prefix != section.key or not _SLUG.fullmatch(rest):
        yield Problem(where, "key", f"Write it as {section.key}.words-joined-by-hyphens.")
    if len(question.text) > LONGEST_QUESTION:
        yield Problem(
            where, "text", f"It has {len(question.text)} characters; at most {LONGEST_QUESTION}."
        )
    if question.respondent not in RESPONDENTS:
        yield Problem(where, "respondent", f"Write one of {', '.join(RESPONDENTS)}.")
    if question.facet and question.facet not in FACETS:
        yield Problem(where, "facet", f"Write one of {', '.join(FACETS)}.")
    if question.source and not question.unit:
        yield Problem(where, "unit", "A ratio names its unit.")
    if not question.evidence or not all(item.strip() for item in question.evidence):
        yield Problem(where, "evidence", "Name at least one good piece of evidence.")
    yield from _options(where, question.options)


def _options(where: str, options: tuple[Option, ...]) -> Iterator[Problem]:
    yield from _unique(where, "options", [option.key for option in options])
    for option in options:
        yield from _texts(where, option, named=f"options.{option.key}.")
        if not _SLUG.fullmatch(option.key):
            yield Problem(where, f"options.{option.key}.key", "Write words joined by hyphens.")
        if not 0 <= option.points <= 100:
            yield Problem(
                where, f"options.{option.key}.points", f"{option.points} is not within 0–100."
            )
    points = [option.points for option in options]
    if any(later <= earlier for earlier, later in pairwise(points)):
        yield Problem(where, "options", f"Points rise from answer to answer, not {points}.")
    if 0 not in points or 100 not in points:
        yield Problem(where, "options", f"One answer counts 0 and one 100, not {points}.")


def _replaced(questions: list[Question]) -> Iterator[Problem]:
    asked = {question.key for question in questions}
    taken: dict[str, str] = {}
    for question in questions:
        for old in question.replaces:
            if old in asked:
                yield Problem(question.key, "replaces", f"{old} is still asked.")
            if old in taken:
                yield Problem(question.key, "replaces", f"{taken[old]} replaces {old} already.")
            taken.setdefault(old, question.key)


def _conditions(questions: list[Question]) -> Iterator[Problem]:
    earlier: dict[str, Question] = {}
    for question in questions:
        condition = question.visible_when
        if condition is not None:
            asked = earlier.get(condition.question)
            if asked is None:
                yield Problem(
                    question.key,
                    "visible_when",
                    f"{condition.question} is not asked before this question.",
                )
            else:
                known = {option.key for option in asked.options}
                for option in sorted(set(condition.options) - known):
                    yield Problem(
                        question.key, "visible_when", f"{asked.key} has no answer {option}."
                    )
                if not condition.options or known <= set(condition.options):
                    yield Problem(
                        question.key, "visible_when", "Name some of the answers, not none or all."
                    )
        earlier[question.key] = question


def _texts(where: str, record: object, *, named: str = "") -> Iterator[Problem]:
    """Every text of a record is written, apart from those that may be left out."""
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        optional = field.name in _OPTIONAL_TEXTS
        if isinstance(value, str) and not optional and not value.strip():
            yield Problem(where, f"{named}{field.name}", "This is empty.")


def _unique(where: str, field: str, keys: list[str]) -> Iterator[Problem]:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Problem(where, field, f"“{key}” stands {keys.count(key)} times.")


def _sum(where: str, field: str, weights: list[int]) -> Iterator[Problem]:
    if any(weight <= 0 for weight in weights):
        yield Problem(where, field, "Every weight is more than nothing.")
    if sum(weights) != FULL_WEIGHT:
        yield Problem(where, field, f"The weights add up to {sum(weights)}, not {FULL_WEIGHT}.")
