"""What changed between two scores of a workload, also across versions of the questionnaire."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import ZERO, fixed_or_none
from assessments.scoring.record import SCHEMA
from assessments.scoring.workload_score import WorkloadScore


class UnableToCompare(ValueError):
    """One of the two is not a score's record. The message is written for the user."""


class Change(StrEnum):
    """What became of a question between two years."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"

    __hash__ = str.__hash__


class Step(NamedTuple):
    """A figure before and after. The difference needs both."""

    before: Decimal | None
    after: Decimal | None

    @property
    def delta(self) -> Decimal | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


class QuestionChange(NamedTuple):
    """
    One question in both years.

    `points` are as counted, None where the question does not apply or was not asked. `part` is
    what the answer adds to its dimension's inherent score, 0 where it is not asked; the
    differences of all parts add up to the dimension's difference, because a question can also
    matter more or less only by its weight.
    """

    question: str  # this year's key; last year's for a removed one
    replaces: str | None
    dimension: Dimension
    change: Change
    points: Step
    weight: Step
    part: Step


class DimensionChange(NamedTuple):
    """One dimension in both years. `part` is what it adds to the residual score."""

    dimension: Dimension
    inherent: Step
    reduction: Step
    residual: Step
    part: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Last year's score against this year's. The score is residual, after dimension gates."""

    score: Step
    inherent: Step
    tier_before: str | None
    tier_after: str | None
    scheme_before: str
    scheme_after: str
    dimensions: tuple[DimensionChange, ...]
    questions: tuple[QuestionChange, ...]

    @property
    def scheme_changed(self) -> bool:
        """The model itself changed, so the difference is not only the workload's."""
        return self.scheme_before != self.scheme_after

    def with_change(self, change: Change) -> tuple[QuestionChange, ...]:
        return tuple(question for question in self.questions if question.change == change)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-safe values in a stable order."""
        return {
            "scheme_before": self.scheme_before,
            "scheme_after": self.scheme_after,
            "tier_before": self.tier_before,
            "tier_after": self.tier_after,
            "score": _step_record(self.score),
            "inherent": _step_record(self.inherent),
            "dimensions": [
                {
                    "dimension": str(entry.dimension),
                    "inherent": _step_record(entry.inherent),
                    "reduction": _step_record(entry.reduction),
                    "residual": _step_record(entry.residual),
                    "score_part": _step_record(entry.part),
                }
                for entry in self.dimensions
            ],
            "questions": [
                {
                    "question": entry.question,
                    "replaces": entry.replaces,
                    "dimension": str(entry.dimension),
                    "change": str(entry.change),
                    "points": _step_record(entry.points),
                    "weight": _step_record(entry.weight),
                    "score_part": _step_record(entry.part),
                }
                for entry in self.questions
            ],
        }


Record = Mapping[str, Any]


def compare(
    *,
    before: WorkloadScore | Record,
    after: WorkloadScore | Record,
    replaces: Mapping[str, str] | None = None,
) -> Comparison:
    """
    Return what changed. Stored records and fresh results may be mixed.

    :param replaces: new question key → the key that it replaces
    :raises UnableToCompare: if a record has another schema
    """
    old, new = _record(before), _record(after)
    return Comparison(
        score=Step(_figure(old["residual"], "score"), _figure(new["residual"], "score")),
        inherent=Step(_figure(old["inherent"], "score"), _figure(new["inherent"], "score")),
        tier_before=old["tier"],
        tier_after=new["tier"],
        scheme_before=old["scheme"],
        scheme_after=new["scheme"],
        dimensions=tuple(_dimension_changes(old, new)),
        questions=tuple(_question_changes(old, new, replaces or {})),
    )


def _dimension_changes(old: Record, new: Record) -> list[DimensionChange]:
    return [
        DimensionChange(
            dimension=Dimension(is_now["dimension"]),
            inherent=_step(was, is_now, "inherent"),
            reduction=_step(was, is_now, "reduction"),
            residual=_step(was, is_now, "residual"),
            part=_step(was, is_now, "score_part"),
        )
        for was, is_now in zip(old["dimensions"], new["dimensions"], strict=True)
    ]


def _question_changes(
    old: Record, new: Record, replaces: Mapping[str, str]
) -> list[QuestionChange]:
    was_asked, is_asked = _answers(old), _answers(new)
    changes = []
    met: set[str] = set()
    for key, (dimension, answer) in is_asked.items():
        old_key = key if key in was_asked else replaces.get(key)
        _, earlier = was_asked.get(old_key or "", (dimension, None))
        if earlier is None or old_key is None:
            changes.append(_change(key, None, dimension, Change.ADDED, None, answer))
            continue
        met.add(old_key)
        if old_key != key:
            change = Change.REPLACED
        elif (earlier["points"], earlier["state"]) == (answer["points"], answer["state"]):
            change = Change.SAME
        else:
            change = Change.CHANGED
        replaced = old_key if change == Change.REPLACED else None
        changes.append(_change(key, replaced, dimension, change, earlier, answer))
    changes += [
        _change(key, None, dimension, Change.REMOVED, earlier, None)
        for key, (dimension, earlier) in was_asked.items()
        if key not in met
    ]
    order = list(Dimension)
    return sorted(changes, key=lambda entry: order.index(entry.dimension))


def _change(
    key: str,
    replaced: str | None,
    dimension: Dimension,
    change: Change,
    earlier: Record | None,
    later: Record | None,
) -> QuestionChange:
    return QuestionChange(
        question=key,
        replaces=replaced,
        dimension=dimension,
        change=change,
        points=_step(earlier, later, "points"),
        weight=_step(earlier, later, "weight"),
        part=Step(_figure(earlier, "score_part") or ZERO, _figure(later, "score_part") or ZERO),
    )


def _answers(record: Record) -> dict[str, tuple[Dimension, Record]]:
    return {
        answer["question"]: (Dimension(entry["dimension"]), answer)
        for entry in record["dimensions"]
        for answer in entry["answers"]
    }


def _record(score: WorkloadScore | Record) -> Record:
    record = score.to_dict() if isinstance(score, WorkloadScore) else score
    if record.get("schema") != SCHEMA:
        raise UnableToCompare(f"This is not a score that can be compared: {record.get('schema')}.")
    return record


def _figure(record: Record | None, name: str) -> Decimal | None:
    written = None if record is None else record[name]
    return None if written is None else Decimal(written)


def _step(was: Record | None, is_now: Record | None, name: str) -> Step:
    return Step(_figure(was, name), _figure(is_now, name))


def _step_record(step: Step) -> dict[str, str | None]:
    return {
        "before": fixed_or_none(step.before),
        "after": fixed_or_none(step.after),
        "delta": fixed_or_none(step.delta),
    }
