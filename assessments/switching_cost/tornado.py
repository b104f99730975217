"""Which assumption moves the switching cost most: each one held at its ends, all others free."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.scoring.figures import ARITHMETIC, ZERO
from assessments.switching_cost.assumptions import Assumption, Book
from assessments.switching_cost.component_cost import component_cost
from assessments.switching_cost.inputs import WorkloadFacts
from assessments.switching_cost.parts import assumptions_of
from assessments.switching_cost.workload_cost import SwitchingCost
from lockin.money import round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """The mean cost if one assumption were known to be at its low or its high value."""

    assumption: Assumption
    currency: str
    at_low: Decimal
    at_high: Decimal

    @property
    def width(self) -> Decimal:
        return abs(self.at_high - self.at_low)

    @property
    def arithmetic(self) -> str:
        name, unit = self.assumption.name, self.assumption.full_unit
        low, high = self.assumption.estimate.low, self.assumption.estimate.high
        return (
            f"{name} at {f'{low:f} {unit}'.strip()}: "
            f"{self.currency} {round_half_up(self.at_low, 2):,f}; "
            f"at {f'{high:f} {unit}'.strip()}: {self.currency} {round_half_up(self.at_high, 2):,f}"
        )


def swings(
    cost: SwitchingCost, facts: WorkloadFacts, *, book: Book, switch_on: date
) -> tuple[Swing, ...]:
    """
    Return the assumptions in doubt, the widest swing first; of equal ones, in order of the key.

    :param cost: what `switching_cost` returned for the same facts, book and day
    """
    used = {
        entry.component: {assumption.key for assumption in assumptions_of(entry.parts)}
        for entry in cost.components
    }

    def mean_with(key: str, value: Decimal) -> Decimal:
        mean = ZERO
        for entry in cost.components:
            moved = entry.cost
            if key in used[entry.component]:
                moved = component_cost(
                    entry.component,
                    facts,
                    book=book,
                    currency=cost.currency,
                    switch_on=switch_on,
                    correlation=cost.by_formula.correlation,
                    held={key: value},
                ).cost
            mean = ARITHMETIC.add(mean, moved.mean)
        return mean

    found = [
        Swing(
            assumption=assumption,
            currency=cost.currency,
            at_low=mean_with(assumption.key, assumption.estimate.low),
            at_high=mean_with(assumption.key, assumption.estimate.high),
        )
        for assumption in cost.assumptions()
        if not assumption.estimate.is_exact
    ]
    return tuple(sorted(found, key=lambda swing: (-swing.width, swing.assumption.key)))
