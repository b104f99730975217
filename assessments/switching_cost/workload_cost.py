"""The switching cost of one workload for one target: components, their sum, its range, its trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.switching_cost.assumptions import Assumption, Book
from assessments.switching_cost.closed_form import ClosedForm, closed_form
from assessments.switching_cost.component_cost import ComponentCost, component_cost
from assessments.switching_cost.estimates import Estimate
from assessments.switching_cost.inputs import Component, Target, WorkloadFacts
from assessments.switching_cost.parts import Kind, assumptions_of, share_of
from assessments.switching_cost.simulation import (
    DEFAULT_METHOD,
    Distribution,
    Method,
    simulate_sum,
)

_SAME_MODEL = "The same model runs elsewhere, so this stays as it is."
_NOTHING_NEW = "Nothing takes its place, so nothing is built or run beside it."

# What a target does not ask for. [assumption]
LEAVES_OUT: Mapping[Target, Mapping[Component, str]] = {
    Target.OTHER_VENDOR: {},
    Target.SELF_HOSTED: {},
    Target.OTHER_HOST: dict.fromkeys(
        (Component.PROMPTS, Component.EMBEDDING, Component.WORKFLOW, Component.USERS), _SAME_MODEL
    ),
    Target.RETIRE: dict.fromkeys(
        (
            Component.APPLICATION,
            Component.PROMPTS,
            Component.TUNING,
            Component.EMBEDDING,
            Component.WORKFLOW,
            Component.PARALLEL_RUN,
            Component.ASSURANCE,
        ),
        _NOTHING_NEW,
    ),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A component that the target does not ask for."""

    component: Component
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingCost:
    """
    The one-off cost of moving, in one currency. What ends the contract costs (X) is not in it.

    With anything missing, every figure is "at least".
    """

    target: Target
    currency: str
    components: tuple[ComponentCost, ...]
    left_out: tuple[LeftOut, ...]
    by_formula: ClosedForm
    by_draws: Distribution

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for entry in self.components for name in entry.missing)

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def hours(self) -> Mapping[Component, Estimate]:
        return {entry.component: entry.hours for entry in self.components}

    def share_of(self, kind: Kind) -> Decimal | None:
        """Return the share of the likeliest cost that goes to people, fees or running."""
        return share_of(kind, (part for entry in self.components for part in entry.parts))

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return each assumption that had a part in it, once, in order of its key."""
        return assumptions_of(part for entry in self.components for part in entry.parts)


def switching_cost(
    facts: WorkloadFacts,
    *,
    target: Target,
    book: Book,
    currency: str,
    switch_on: date,
    method: Method = DEFAULT_METHOD,
) -> SwitchingCost:
    """
    Return the switching cost of a workload.

    :param book: the assumptions in force, by key
    :param currency: of all money in the facts and the book
    :param switch_on: the day of the move, on which charges by law depend
    :raises UnableToReckonCost: if an assumption is missing or in another currency, or a component
        is above 10^15
    """
    asked = [component for component in Component if component not in LEAVES_OUT[target]]
    costs = tuple(
        component_cost(
            component,
            facts,
            book=book,
            currency=currency,
            switch_on=switch_on,
            correlation=method.correlation,
        )
        for component in asked
    )
    estimates = {str(entry.component): entry.cost for entry in costs}
    return SwitchingCost(
        target=target,
        currency=currency,
        components=costs,
        left_out=tuple(LeftOut(which, why) for which, why in LEAVES_OUT[target].items()),
        by_formula=closed_form(estimates.values(), correlation=method.correlation),
        by_draws=simulate_sum(estimates, method=method),
    )
