"""What a gate reads, what it is set to, and what it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.dimension_score import InherentScore
from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import Number
from assessments.scoring.inputs import AnswerState, GateFacts, MitigationInput
from assessments.scoring.tiers import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """The numbers that the gates compare with."""

    no_right_points: int  # G2: from here on no right to the weights exists
    worst_points: int  # G1, G2, G6: the answer "none at all"
    far_too_late_share: Decimal  # G3: of the time to exit
    assumed_time_to_exit_days: int  # G3: where nobody has estimated it
    notice_days: int  # G4
    obligation_years: Decimal  # G5: of a year's spend
    lift_to: Decimal  # G5, G6
    gateway_share: Decimal  # G7: declared, from here on
    direct_share: Decimal  # G7: measured, above this


class GateContext(NamedTuple):
    """One workload on one day, as the gates see it. Only dimensions that apply are in it."""

    dimensions: Mapping[Dimension, InherentScore]
    mitigations: Sequence[MitigationInput]
    facts: GateFacts
    on: date
    rule: GateRule

    def read(self, dimension: Dimension, question_key: str) -> "Reading":
        """Return the points that a question counts with, or why there are none."""
        scored = self.dimensions.get(dimension)
        if scored is None:
            return Reading(None, not_relevant=f"{dimension.full_name} does not apply here.")
        for answer, points, *_ in scored.rows:
            if answer.question_key == question_key:
                if points is None:
                    return Reading(None, not_relevant=f"Does not apply: {answer.reason}")
                return Reading(points, assumed=answer.state != AnswerState.ANSWERED)
        return Reading(None)


class Reading(NamedTuple):
    """The points of a question as counted; None with a reason when it does not apply."""

    points: Number | None
    assumed: bool = False  # unknown or blank, so the worst is assumed
    not_relevant: str = ""


class GateOutcome(NamedTuple):
    """What one gate found. It fired, or it did not, or it could not be evaluated and says why."""

    key: str
    name: str
    fired: bool
    reason: str
    effect: str
    not_evaluated: str | None = None
    floor: Tier | None = None
    lifts: Dimension | None = None
    finding: bool = False


ASSUMED = " Nobody has checked, so the worst is assumed."


class Gate(NamedTuple):
    """A gate's name for people and what it does when it fires."""

    key: str
    name: str
    effect: str

    def fired(
        self,
        reason: str,
        *,
        floor: Tier | None = None,
        lifts: Dimension | None = None,
        finding: bool = False,
    ) -> GateOutcome:
        return GateOutcome(
            self.key, self.name, True, reason, self.effect, None, floor, lifts, finding
        )

    def not_fired(self, reason: str) -> GateOutcome:
        return GateOutcome(self.key, self.name, False, reason, self.effect)

    def not_evaluated(self, because: str) -> GateOutcome:
        return GateOutcome(self.key, self.name, False, "", self.effect, because)

    def without(self, reading: Reading) -> GateOutcome:
        """Return the outcome when the question that decides has no points."""
        if reading.not_relevant:
            return self.not_fired(reading.not_relevant)
        return self.not_evaluated("The question that decides this was not asked.")
