"""Where an assessment stands: every section and question with its state, and what blocks sending.

One definition of progress for every page and the API. Reads what was fetched before, asks the
database nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from assessments.models import Answer, AnswerEvidence, Assessment, Delegation, DimensionChoice
from assessments.questionnaires.answering import (
    EDITABLE,
    can_be_changed,
    counts,
    may_be_left_out,
)
from assessments.questionnaires.computing import known
from assessments.questionnaires.contract_facts import ComputedAnswer
from assessments.questionnaires.definition import Question, Section, visible_questions

if TYPE_CHECKING:
    from assessments.risk_profile import Profile

DONE, NOW, PART, TODO = "done", "now", "part", "todo"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question that is asked, and where it stands.

    `computed` is the answer from contract data; `missing` what that would have needed.
    """

    question: Question
    section: Section
    position: int
    of: int
    answer: Answer | None = None
    computed: ComputedAnswer | None = None
    missing: tuple[str, ...] = ()
    has_draft: bool = False
    handed: tuple[Delegation, ...] = ()
    can_change: bool = False

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def is_done(self) -> bool:
        return self.computed is not None or counts(self.answer)

    @property
    def is_to_confirm(self) -> bool:
        return self.answer is not None and self.answer.kind == Answer.Kind.TO_CONFIRM

    @property
    def is_returned(self) -> bool:
        return self.answer is not None and self.answer.review == Answer.Review.RETURNED

    @property
    def state(self) -> str:
        if self.is_done:
            return DONE
        return PART if self.has_draft or self.is_returned else TODO

    @property
    def words(self) -> str:
        """The answer in words; nothing where there is none that counts."""
        if self.computed is not None:
            return self.question.option(self.computed.option_key or "").label
        if self.answer is None or self.is_to_confirm:
            return ""
        return self.answer.option_text

    @property
    def evidence(self) -> Sequence[AnswerEvidence]:
        return list(self.answer.evidence.all()) if self.answer is not None else []


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section, whether it applies, and its questions that are asked."""

    section: Section
    applies: bool
    items: tuple[Item, ...]
    choice: DimensionChoice | None = None
    may_be_left_out: bool = False
    score: Decimal | None = None
    handed: tuple[Delegation, ...] = ()

    @property
    def asked(self) -> tuple[Item, ...]:
        """What people have to answer; computed answers are no work."""
        return tuple(item for item in self.items if item.computed is None)

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.asked)

    @property
    def total(self) -> int:
        return len(self.asked)

    @property
    def is_complete(self) -> bool:
        return not self.applies or self.done == self.total

    @property
    def was_returned(self) -> bool:
        """Whether a reviewer refused that the section was left out."""
        return bool(self.choice and self.choice.applies and self.choice.reason)

    @property
    def state(self) -> str:
        if self.is_complete:
            return DONE
        looked_at = any(item.state != TODO for item in self.asked)
        return PART if looked_at else TODO

    @property
    def left_out_share(self) -> Decimal:
        """The weight of the section's questions that are said not to apply, 0–1."""
        weights = sum(item.question.weight for item in self.items)
        left = sum(
            item.question.weight
            for item in self.items
            if item.answer is not None and item.answer.kind == Answer.Kind.NOT_APPLICABLE
        )
        return Decimal(left) / weights if weights else Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One thing that must change before the answers can be sent, and where."""

    text: str
    question_key: str = ""
    section_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An assessment as its pages show it."""

    assessment: Assessment
    parts: tuple[Part, ...]
    by_key: Mapping[str, Item] = field(repr=False)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for part in self.parts if part.applies for item in part.items)

    @cached_property
    def done(self) -> int:
        return sum(part.done for part in self.parts if part.applies)

    @cached_property
    def total(self) -> int:
        return sum(part.total for part in self.parts if part.applies)

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def is_open(self) -> bool:
        return self.assessment.state in EDITABLE

    @property
    def can_be_sent(self) -> bool:
        return self.is_open and not self.blockers

    @cached_property
    def blank(self) -> tuple[Item, ...]:
        return tuple(
            item for part in self.parts if part.applies for item in part.asked if not item.is_done
        )

    @cached_property
    def returned(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_returned)

    @cached_property
    def blockers(self) -> tuple[Blocker, ...]:
        """What stands between these answers and the review, in the order of the questions."""
        found = [
            Blocker(
                text=f"{part.section.name}: every question is left out. Leave out the section.",
                section_key=part.section.key,
            )
            for part in self.parts
            if part.applies and part.items and part.left_out_share == 1
        ]
        if sum(part.applies for part in self.parts) < 2:
            found.append(Blocker(text="At least two sections must apply."))
        return (*found, *(_blank_blocker(item) for item in self.blank))

    def part(self, section_key: str) -> Part:
        return next(part for part in self.parts if part.section.key == section_key)

    def next_after(self, question_key: str) -> Item | None:
        """Return the next question that still needs an answer, round the end; None when none."""
        keys = [item.key for item in self.items]
        at = keys.index(question_key) + 1 if question_key in keys else 0
        round_the_end = self.items[at:] + self.items[:at]
        return next(
            (
                item
                for item in round_the_end
                if not item.is_done and item.can_change and item.key != question_key
            ),
            None,
        )

    @property
    def first_open(self) -> Item | None:
        return next((item for item in self.items if not item.is_done and item.can_change), None)


def _blank_blocker(item: Item) -> Blocker:
    reason = "no answer yet"
    if item.is_returned:
        reason = "returned, to be answered again"
    elif item.is_to_confirm:
        reason = "last year’s answer is not confirmed"
    elif item.has_draft:
        reason = "a draft, not saved yet"
    if item.handed:
        reason += f", with {item.handed[0].to.name}"
    return Blocker(
        text=f"{item.question.number} {item.question.name}: {reason}", question_key=item.key
    )


def sheet_of(
    profile: Profile,
    *,
    drafts: Collection[str] = (),
    handed: Iterable[Delegation] = (),
    can_change: bool = False,
) -> Sheet:
    """
    Return where the assessment of a profile stands.

    :param drafts: keys of the questions that the person has typed into and not saved
    :param handed: delegations that are open
    :param can_change: whether the person may answer here at all
    """
    assessment = profile.assessment
    assert assessment is not None
    definition = assessment.version.definition
    answers = {row.question_key: row for row in profile.answers}
    choices = {row.dimension: row for row in profile.dimension_choices}
    chosen = {key: row.option_key for key, row in answers.items() if row.kind == Answer.Kind.OPTION}
    computed = known(profile.computed, definition)
    chosen.update({key: found.option_key or "" for key, found in computed.items()})
    asked = {question.key for question in visible_questions(definition, chosen)}
    scores = {
        str(entry.dimension): entry.inherent.score
        for entry in (profile.score.dimensions if profile.score else ())
    }
    delegations = list(handed)
    parts, by_key = [], {}
    for section in definition.sections:
        questions = [question for question in section.questions if question.key in asked]
        items = tuple(
            Item(
                question=question,
                section=section,
                position=position,
                of=len(questions),
                answer=answers.get(question.key),
                computed=computed.get(question.key),
                missing=_missing(profile, question.key),
                has_draft=question.key in drafts,
                handed=tuple(row for row in delegations if row.question_key == question.key),
                can_change=can_change
                and question.key not in computed
                and can_be_changed(assessment, answers.get(question.key)),
            )
            for position, question in enumerate(questions, 1)
        )
        by_key.update({item.key: item for item in items})
        choice = choices.get(section.key)
        part = Part(
            section=section,
            applies=choice is None or choice.applies,
            items=items,
            choice=choice,
            may_be_left_out=may_be_left_out(assessment, section.key),
            handed=tuple(
                row for row in delegations if row.dimension == section.key and not row.question_key
            ),
        )
        if part.applies and part.is_complete:
            part = replace(part, score=scores.get(section.key))
        parts.append(part)
    return Sheet(assessment=assessment, parts=tuple(parts), by_key=by_key)


def _missing(profile: Profile, key: str) -> tuple[str, ...]:
    found = profile.computed.get(key)
    return found.missing if found is not None and found.option_key is None else ()
