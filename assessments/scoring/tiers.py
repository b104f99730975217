"""The four tiers of a score, and the rule that turns a score into one."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_TWO_PLACES = Decimal("0.01")


class Tier(StrEnum):
    """How hard a workload is to move, from the score; never to be confused with criticality."""

    PORTABLE = "portable"
    MODERATE = "moderate"
    HIGH = "high"
    ENTRENCHED = "entrenched"

    __hash__ = str.__hash__

    @property
    def full_name(self) -> str:
        return self.value.capitalize()

    @property
    def rank(self) -> int:
        """1 (portable) to 4 (entrenched); also the number of bars filled in the meter of four."""
        return _RANKS[self]

    @property
    def risk_step(self) -> int:
        """The step of the five-step risk scale that this tier is drawn with."""
        return _RISK_STEPS[self]


_RANKS = {Tier.PORTABLE: 1, Tier.MODERATE: 2, Tier.HIGH: 3, Tier.ENTRENCHED: 4}
_RISK_STEPS = {Tier.PORTABLE: 1, Tier.MODERATE: 3, Tier.HIGH: 4, Tier.ENTRENCHED: 5}
METER_BARS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """The lowest score of each tier above Portable."""

    moderate_from: Decimal
    high_from: Decimal
    entrenched_from: Decimal

    def tier_of(self, score: Decimal) -> Tier:
        """Return the tier of the score as it is shown, which is rounded to two decimals."""
        shown = score.quantize(_TWO_PLACES, rounding=ROUND_HALF_UP)
        if shown >= self.entrenched_from:
            return Tier.ENTRENCHED
        if shown >= self.high_from:
            return Tier.HIGH
        if shown >= self.moderate_from:
            return Tier.MODERATE
        return Tier.PORTABLE


def higher(one: Tier, other: Tier | None) -> Tier:
    """Return the worse of two tiers; a floor that does not exist changes nothing."""
    return one if other is None or one.rank >= other.rank else other
