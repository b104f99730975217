"""How far an answer may be believed: grades, ageing, the confidence grade and the interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from assessments.scoring.figures import HUNDRED, ONE, ZERO


class Grade(StrEnum):
    """What stands behind an answer or a control."""

    TESTED = "tested"
    DOCUMENTED = "documented"
    DECLARED = "declared"
    NONE = "none"

    __hash__ = str.__hash__

    @property
    def full_name(self) -> str:
        return "Measured or tested" if self is Grade.TESTED else self.value.capitalize()


CURRENT = "Evidence is current."
AGEING = "Evidence is ageing and counts for less."
TOO_OLD = "Evidence is too old to count."
NOT_YET = "Evidence is dated after the day of the score and does not count yet."
UNDATED = "Evidence has no date, so its age is not counted."
NO_EVIDENCE = "No evidence."


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """The factors of the grades, how they age, and what the resulting confidence means."""

    factors: Mapping[Grade, Decimal]
    full_days: int
    # From `full_days` the factor falls in a line, reaches `aged_share` at `aged_days`, and stays
    # there until `none_after_days`; on the day after that it is nothing.
    aged_days: int
    aged_share: Decimal
    none_after_days: int
    # The lowest confidence of each grade, best first; below the last one the grade is D.
    confidence_grades: tuple[tuple[str, Decimal], ...]
    lowest_confidence_grade: str
    # Wider above than below: what is undocumented is usually worse than it is said to be.
    widest_below: Decimal
    widest_above: Decimal

    def share_left(self, *, age_days: int) -> Decimal:
        """Return how much of a grade's factor is left at that age."""
        if age_days <= self.full_days:
            return ONE
        if age_days > self.none_after_days:
            return ZERO
        if age_days >= self.aged_days:
            return self.aged_share
        aged_for = Decimal(age_days - self.full_days) / (self.aged_days - self.full_days)
        return ONE - (ONE - self.aged_share) * aged_for

    def factor(self, *, grade: Grade, evidence_on: date | None, on: date) -> tuple[Decimal, str]:
        """Return the evidence factor, 0–1, and why it is what it is."""
        full = self.factors[grade]
        if not full:
            return ZERO, NO_EVIDENCE
        if evidence_on is None:
            return full, UNDATED
        age_days = (on - evidence_on).days
        if age_days < 0:
            return ZERO, NOT_YET
        if age_days <= self.full_days:
            return full, CURRENT
        left = self.share_left(age_days=age_days)
        return full * left, AGEING if left else TOO_OLD

    def confidence_grade(self, confidence: Decimal) -> str:
        """Return the letter for a confidence; it is taken unrounded."""
        for letter, lowest in self.confidence_grades:
            if confidence >= lowest:
                return letter
        return self.lowest_confidence_grade

    def is_provisional(self, grade: str) -> bool:
        """A tier that rests on the lowest grade of confidence is shown as provisional."""
        return grade == self.lowest_confidence_grade

    def interval(self, *, score: Decimal, confidence: Decimal) -> tuple[Decimal, Decimal]:
        """Return the range that the true score may lie in, within 0–100."""
        doubt = ONE - confidence
        low = score - self.widest_below * doubt
        high = score + self.widest_above * doubt
        return max(low, ZERO), min(high, HUNDRED)
