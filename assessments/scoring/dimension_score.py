"""The score of one dimension before any control: a weighted mean that can be traced to answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import CURRENT, NO_EVIDENCE, EvidenceRule, Grade
from assessments.scoring.figures import ZERO, Number
from assessments.scoring.inputs import AnswerInput, AnswerState, UnableToScore

WORST_POINTS = 100

AS_ANSWERED = "As answered."
NOBODY_CHECKED = "Nobody has checked: counts as 100."
LEFT_BLANK = "Not answered: counts as 100."
NO_REASON_GIVEN = "Marked as not applying without a reason: counts as 100."
NOT_APPLICABLE = "Does not apply: left out, and the other weights count for more."

_ANSWERED = AnswerState.ANSWERED
_UNKNOWN = AnswerState.UNKNOWN
_NOT_APPLICABLE = AnswerState.NOT_APPLICABLE
_HIDDEN = AnswerState.HIDDEN
_NONE = Grade.NONE


class AnswerTrace(NamedTuple):
    """What one answer did to its dimension. Shares follow from the dimension's totals."""

    answer: AnswerInput
    points: Number | None  # as counted; None when the question does not apply
    weighted: Number  # weight × points
    evidence_factor: Decimal  # 0–1
    points_because: str
    evidence_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InherentScore:
    """S of one dimension, with its confidence, its interval and its answers."""

    dimension: Dimension
    score: Decimal
    confidence: Decimal
    low: Decimal
    high: Decimal
    weight_total: Number
    weighted_total: Number
    answers: tuple[AnswerTrace, ...]
    answered: int
    unknown: int
    blank: int
    not_applicable: int

    def share_of(self, trace: AnswerTrace) -> Decimal:
        """Return the share of this dimension's points that the answer brought, 0–1."""
        if not self.weighted_total:
            return ZERO
        return Decimal(trace.weighted) / Decimal(self.weighted_total)

    def contribution_of(self, trace: AnswerTrace) -> Decimal:
        """Return the part of the score that the answer brought; the parts add up to the score."""
        return Decimal(trace.weighted) / Decimal(self.weight_total)


def score_dimension(
    *, dimension: Dimension, answers: Iterable[AnswerInput], on: date, rule: EvidenceRule
) -> InherentScore | None:
    """
    Return the dimension's inherent score, or None when no question with a weight applies.

    One pass, and as little as possible for each answer: this is the product's innermost loop.

    :raises UnableToScore: if a weight is negative, or points lie outside 0–100
    """
    factors = rule.factors
    current_from = on - timedelta(days=rule.full_days)
    traces: list[AnswerTrace] = []
    weight_total: Number = 0
    weighted_total: Number = 0
    believed: Number = 0
    answered = unknown = blank = not_applicable = 0

    for answer in answers:
        _, _, _, weight, state, points, grade, evidence_on, reason = answer
        if weight < 0:
            raise UnableToScore(f"The weight of {answer.question_key} is negative.")

        if state == _ANSWERED and points is not None:
            if not 0 <= points <= WORST_POINTS:
                raise UnableToScore(f"The points of {answer.question_key} are not within 0–100.")
            answered += 1
            if grade == _NONE:
                factor, evidence_because = ZERO, NO_EVIDENCE
            elif evidence_on is not None and current_from <= evidence_on <= on:
                factor, evidence_because = factors[grade], CURRENT
            else:
                factor, evidence_because = rule.factor(grade=grade, evidence_on=evidence_on, on=on)
            weighted = weight * points
            believed += weight * factor
            trace = (answer, points, weighted, factor, AS_ANSWERED, evidence_because)
        elif state == _HIDDEN:
            continue
        elif state == _NOT_APPLICABLE and reason:
            not_applicable += 1
            traces.append(AnswerTrace(answer, None, 0, ZERO, NOT_APPLICABLE, NO_EVIDENCE))
            continue
        else:
            if state == _UNKNOWN:
                unknown += 1
                because = NOBODY_CHECKED
            else:
                blank += 1
                because = NO_REASON_GIVEN if state == _NOT_APPLICABLE else LEFT_BLANK
            weighted = weight * WORST_POINTS
            trace = (answer, WORST_POINTS, weighted, ZERO, because, NO_EVIDENCE)
        weight_total += weight
        weighted_total += weighted
        traces.append(AnswerTrace._make(trace))

    if not weight_total:
        return None
    score = Decimal(weighted_total) / Decimal(weight_total)
    confidence = Decimal(believed) / Decimal(weight_total)
    low, high = rule.interval(score=score, confidence=confidence)
    return InherentScore(
        dimension=dimension,
        score=score,
        confidence=confidence,
        low=low,
        high=high,
        weight_total=weight_total,
        weighted_total=weighted_total,
        answers=tuple(traces),
        answered=answered,
        unknown=unknown,
        blank=blank,
        not_applicable=not_applicable,
    )
