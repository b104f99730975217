"""PURE. The shape of a questionnaire version: sections, questions, options, and which are asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

# Who usually knows the answer. A hint for handing a question on, never a permission.
RESPONDENTS = ("engineering", "data", "procurement", "finance", "legal", "operations")

# The three facet models of ISO/IEC 19941:2017.
FACETS = ("interoperability", "data-portability", "application-portability")


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One anchored answer: 0 points is portable, 100 is entrenched."""

    key: str
    points: int
    label: str
    consequence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GenericAnswer:
    """An answer that every question takes beside its own options."""

    label: str
    consequence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """Asked only when the other question's answer is one of these, or is not known yet."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question with its anchors. The key stands for the meaning, the number for display."""

    key: str
    number: str
    weight: int
    name: str
    text: str
    hint: str
    why: str
    evidence: tuple[str, ...]
    respondent: str
    options: tuple[Option, ...]
    facet: str = ""
    unit: str = ""
    source: str = ""
    """What the unit is reckoned from, where the answer is a ratio."""
    computed: str = ""
    """The contract computation that answers it, so that nobody is asked."""
    visible_when: Condition | None = None
    replaces: tuple[str, ...] = ()
    """Keys of earlier versions that asked this in other words or with another meaning."""

    def option(self, key: str) -> Option:
        """Return the option with that key; KeyError when there is none."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Applies:
    """The question that comes before a section: is there anything of this kind at all?"""

    text: str
    hint: str
    yes: str
    no: str
    reason_label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One dimension of lock-in with its questions."""

    key: str
    number: str
    name: str
    intro: str
    weight: int
    may_not_apply: bool
    questions: tuple[Question, ...]
    applies: Applies | None = None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of the questions, complete in itself."""

    label: str
    scheme: str
    title: str
    notes: str
    unknown: GenericAnswer
    not_applicable: GenericAnswer
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def _sections_by_key(self) -> Mapping[str, Section]:
        return {section.key: section for section in self.sections}

    @cached_property
    def _sections_by_question(self) -> Mapping[str, Section]:
        return {
            question.key: section for section in self.sections for question in section.questions
        }

    def question(self, key: str) -> Question:
        """Return the question with that key; KeyError when this version does not ask it."""
        return self.by_key[key]

    def section(self, key: str) -> Section:
        return self._sections_by_key[key]

    def section_of(self, question_key: str) -> Section:
        return self._sections_by_question[question_key]


def visible_questions(definition: Definition, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """
    Return the questions that are asked, given the option chosen for each question so far.

    Only an answer hides a question. While the question it hangs on is blank, unknown or left out,
    it stays: a hidden question counts for nothing, and silence must not shorten the score.
    """
    hidden: set[str] = set()
    for question in definition.questions:
        condition = question.visible_when
        if condition is None:
            continue
        chosen = answers.get(condition.question)
        if condition.question in hidden or (chosen is not None and chosen not in condition.options):
            hidden.add(question.key)
    return tuple(question for question in definition.questions if question.key not in hidden)
