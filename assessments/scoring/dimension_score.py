"""The score of one dimension before any control: a weighted mean that can be traced to answers."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import NO_EVIDENCE, Evidence, EvidenceRule
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


# An answer's trace as the innermost loop keeps it; `AnswerTrace` names its fields.
TraceRow: TypeAlias = tuple[AnswerInput, Number | None, Number, str, Evidence]


class AnswerTrace(NamedTuple):
    """What one answer did to its dimension. Shares follow from the dimension's totals."""

    answer: AnswerInput
    points: Number | None  # as counted; None when the question does not apply
    weighted: Number  # weight × points
    because: str  # why these points
    evidence: Evidence


class InherentScore(NamedTuple):
    """S of one dimension, with its confidence, its interval and its answers."""

    dimension: Dimension
    score: Decimal
    confidence: Decimal
    low: Decimal
    high: Decimal
    weight_total: Number
    weighted_total: Number
    rows: list[TraceRow]
    unknown: int
    blank: int
    not_applicable: int

    @property
    def answers(self) -> list[AnswerTrace]:
        """The trace of every answer, in the order the answers came in."""
        return [AnswerTrace._make(row) for row in self.rows]

    @property
    def answered(self) -> int:
        return len(self.rows) - self.unknown - self.blank - self.not_applicable

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

    One pass, whole numbers, and as little as possible for each answer: this is the product's
    innermost loop.

    :raises UnableToScore: if a weight is negative, or points lie outside 0–100
    """
    tables, today, oldest = rule.tables, on.toordinal(), rule.none_after_days
    rows: list[TraceRow] = []
    weight_total: Number = 0
    weighted_total: Number = 0
    believed: Number = 0
    unknown = blank = not_applicable = 0

    for answer in answers:
        _, _, _, weight, state, points, grade, evidence_on, reason = answer
        if state == _ANSWERED and points is not None:
            if not 0 <= points <= WORST_POINTS:
                raise UnableToScore(f"The points of {answer.question_key} are not within 0–100.")
            undated, by_age = tables[grade]
            if evidence_on is None:
                evidence = undated
            elif 0 <= (age_days := today - evidence_on.toordinal()) <= oldest:
                evidence = by_age[age_days]
            else:
                evidence = rule.supports(grade=grade, evidence_on=evidence_on, on=on)
            believed += weight * evidence[2]
            because = AS_ANSWERED
        elif state == _HIDDEN:
            continue
        elif state == _NOT_APPLICABLE and reason:
            not_applicable += 1
            rows.append((answer, None, 0, NOT_APPLICABLE, NO_EVIDENCE))
            continue
        else:
            points, evidence = WORST_POINTS, NO_EVIDENCE
            if state == _UNKNOWN:
                unknown += 1
                because = NOBODY_CHECKED
            else:
                blank += 1
                because = NO_REASON_GIVEN if state == _NOT_APPLICABLE else LEFT_BLANK
        if weight < 0:
            raise UnableToScore(f"The weight of {answer.question_key} is negative.")
        weighted = weight * points
        weight_total += weight
        weighted_total += weighted
        rows.append((answer, points, weighted, because, evidence))

    if not weight_total:
        return None
    score = Decimal(weighted_total) / weight_total
    confidence = Decimal(believed) / (weight_total * rule.unit)
    low, high = rule.interval(score=score, confidence=confidence)
    return InherentScore(
        dimension,
        score,
        confidence,
        low,
        high,
        weight_total,
        weighted_total,
        rows,
        unknown,
        blank,
        not_applicable,
    )
