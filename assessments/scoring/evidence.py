"""How far an answer may be believed: grades, ageing, the confidence grade and the interval."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from assessments.scoring.figures import ARITHMETIC, HUNDRED, ONE, ZERO


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
UNDATED = "Evidence has no date, so its age is not counted."


class Evidence(NamedTuple):
    """How far an answer counts as supported, and why."""

    factor: Decimal  # 0–1
    because: str
    units: int  # the same factor, exactly, as a whole number of the rule's units


NO_EVIDENCE = Evidence(ZERO, "No evidence.", 0)
NOT_YET = Evidence(ZERO, "Evidence is dated after the day of the score: does not count yet.", 0)
TOO_OLD = Evidence(ZERO, "Evidence is too old to count.", 0)


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
    # A factor of 1 in units; every factor at every age is a whole number of them.
    unit: int = field(init=False, repr=False, compare=False)
    # Worked out once for each grade: evidence without a date, then by its age in days. The last
    # entry stands for every greater age. Half a million answers are looked up in it.
    tables: Mapping[Grade, tuple[Evidence, tuple[Evidence, ...]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        aged_share = Fraction(self.aged_share)
        ageing_days = self.aged_days - self.full_days
        unit = lcm(*(Fraction(full).denominator for full in self.factors.values()))
        unit *= aged_share.denominator * ageing_days
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "tables", {grade: self._table(grade) for grade in Grade})

    def _table(self, grade: Grade) -> tuple[Evidence, tuple[Evidence, ...]]:
        full = Fraction(self.factors[grade])
        if not full:
            return NO_EVIDENCE, (NO_EVIDENCE,) * (self.none_after_days + 2)
        current = self._evidence(full, CURRENT)
        ageing = [
            self._evidence(full * self.share_left(age_days=age_days), AGEING)
            for age_days in range(self.full_days + 1, self.none_after_days + 1)
        ]
        by_age = (*[current] * (self.full_days + 1), *ageing, TOO_OLD)
        return self._evidence(full, UNDATED), by_age

    def _evidence(self, factor: Fraction, because: str) -> Evidence:
        units = factor * self.unit
        if units.denominator != 1:
            raise ValueError("The unit is too coarse for these factors.")
        written = ARITHMETIC.divide(Decimal(factor.numerator), Decimal(factor.denominator))
        return Evidence(written, because, units.numerator)

    def share_left(self, *, age_days: int) -> Fraction:
        """Return how much of a grade's factor is left at that age."""
        if age_days <= self.full_days:
            return Fraction(1)
        if age_days > self.none_after_days:
            return Fraction(0)
        aged_for = Fraction(age_days - self.full_days, self.aged_days - self.full_days)
        return 1 - (1 - Fraction(self.aged_share)) * min(aged_for, Fraction(1))

    def supports(self, *, grade: Grade, evidence_on: date | None, on: date) -> Evidence:
        """Return how far that grade of evidence, of that date, supports an answer on that day."""
        of_any_age, by_age = self.tables[grade]
        if evidence_on is None:
            return of_any_age
        age_days = (on - evidence_on).days
        if age_days < 0:
            return NOT_YET if of_any_age.units else NO_EVIDENCE
        return by_age[min(age_days, self.none_after_days + 1)]

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
