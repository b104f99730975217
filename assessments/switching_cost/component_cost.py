"""One component: its likeliest cost taken apart, and how far its assumptions move it.

The ends of a component are not those where every assumption is at its worst at once: that is
hardly ever so, and lifted the mean of the example by a tenth. Each assumption is moved alone, and the moves d
are put together like the deviations of a sum, √((1 − ρ)Σd² + ρ(Σd)²), with the same ρ. The ends
stay within those where all are at their best, or at their worst, at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from assessments.scoring.figures import ARITHMETIC, ZERO
from assessments.switching_cost import components
from assessments.switching_cost.assumptions import Assumption, Book, Reading, plain
from assessments.switching_cost.closed_form import CORRELATION, joint_spread
from assessments.switching_cost.estimates import Estimate, Point, UnableToReckonCost
from assessments.switching_cost.inputs import Component, WorkloadFacts
from assessments.switching_cost.parts import Part, Worked, assumptions_of, together
from lockin.money import LARGEST, round_half_up


@dataclass(frozen=True, slots=True)
class Move:
    """How far one assumption alone moves the component down and up, in money. Never negative."""

    assumption: Assumption
    down: Decimal
    up: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentCost:
    """One component: money and project hours at three points, and the likeliest taken apart."""

    component: Component
    currency: str
    correlation: Decimal
    cost: Estimate
    hours: Estimate
    parts: tuple[Part, ...]
    moves: tuple[Move, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def arithmetic(self) -> tuple[str, ...]:
        """Return the products of the likeliest cost, the moves of the range, and both results."""
        low, likely, high = (_shown(self.cost.at(point)) for point in Point)
        steps = [part.arithmetic(self.currency) for part in self.parts]
        steps += [
            f"{move.assumption.name} alone: −{_shown(move.down)} to +{_shown(move.up)}"
            for move in self.moves
        ]
        if len(self.moves) > 1:
            down = _shown(self.cost.likely - self.cost.low)
            up = _shown(self.cost.high - self.cost.likely)
            rule = f"√((1 − ρ)Σd² + ρ(Σd)²), ρ = {plain(self.correlation)}"
            steps.append(f"together, {rule}, within all at once: −{down} to +{up}")
        name = self.component.full_name
        steps.append(f"{name}: {self.currency} {likely}, between {low} and {high}")
        return tuple(steps)


def _shown(amount: Decimal) -> str:
    return f"{round_half_up(amount, 2):,f}"


def component_cost(
    component: Component,
    facts: WorkloadFacts,
    *,
    book: Book,
    currency: str,
    switch_on: date,
    correlation: Decimal = CORRELATION,
    held: Mapping[str, Decimal] | None = None,
) -> ComponentCost:
    """
    Return one component.

    :param correlation: ρ between any two of its assumptions, 0 to 1
    :param held: assumptions that are known, by key: they stand at one value and have no range
    :raises UnableToReckonCost: if an assumption is missing or in another currency, or it comes out
        above 10^15
    """
    known = held or {}

    def work(point: Point = Point.LIKELY, moved: Mapping[str, Decimal] = known) -> Worked:
        read = Reading(book=book, currency=currency, point=point, held=moved)
        return _work(component, facts, read, switch_on)

    with localcontext(ARITHMETIC):
        best, likely, worst = (work(point) for point in Point)
        if worst.amount > LARGEST:
            raise UnableToReckonCost(
                f"{component.full_name} comes out above 10^15. One of its figures is a slip."
            )
        doubtful = [
            assumption
            for assumption in assumptions_of(likely.parts)
            if assumption.key not in known and not assumption.estimate.is_exact
        ]
        ends = [
            (
                work(moved={**known, assumption.key: assumption.estimate.low}),
                work(moved={**known, assumption.key: assumption.estimate.high}),
            )
            for assumption in doubtful
        ]
        corners = (best.amount, likely.amount, worst.amount)
        moves = [_move(likely.amount, low.amount, high.amount) for low, high in ends]
        cost = _range(corners, moves, correlation=correlation)
        corners = (best.hours, likely.hours, worst.hours)
        moves_of_hours = [_move(likely.hours, low.hours, high.hours) for low, high in ends]
        hours = _range(corners, moves_of_hours, correlation=correlation)
    return ComponentCost(
        component=component,
        currency=currency,
        correlation=correlation,
        cost=cost,
        hours=hours,
        parts=likely.parts,
        moves=tuple(
            Move(assumption, *move) for assumption, move in zip(doubtful, moves, strict=True)
        ),
        missing=likely.missing,
        notes=likely.notes,
    )


def _move(likely: Decimal, one: Decimal, other: Decimal) -> tuple[Decimal, Decimal]:
    """Return how far down and how far up, whichever end of the assumption brings it there."""
    return max(ZERO, likely - min(one, other)), max(ZERO, max(one, other) - likely)


def _range(
    corners: tuple[Decimal, Decimal, Decimal],
    moves: list[tuple[Decimal, Decimal]],
    *,
    correlation: Decimal,
) -> Estimate:
    best, likely, worst = corners
    low = likely - joint_spread((down for down, _ in moves), correlation=correlation)
    high = likely + joint_spread((up for _, up in moves), correlation=correlation)
    return Estimate(max(low, best), likely, min(high, worst))


def _work(component: Component, facts: WorkloadFacts, read: Reading, switch_on: date) -> Worked:
    match component:
        case Component.APPLICATION:
            return components.application(facts.application, read)
        case Component.PROMPTS:
            return components.prompts(facts.prompts, read)
        case Component.TUNING:
            if facts.tuned_models is None:
                return Worked((), (components.TUNED_MODELS,))
            return together(components.tuning(model, read) for model in facts.tuned_models)
        case Component.EMBEDDING:
            if facts.corpora is None:
                return Worked((), (components.CORPORA,))
            return together(components.embedding(corpus, read) for corpus in facts.corpora)
        case Component.EXPORT:
            return components.export(facts.export, read, switch_on=switch_on)
        case Component.WORKFLOW:
            return components.workflow(facts.workflow, read)
        case Component.USERS:
            return components.change(facts.users, read)
        case Component.PARALLEL_RUN:
            return components.parallel_run(facts.running, read)
        case Component.ASSURANCE:
            return components.assurance(facts.criticality, read)
        case Component.PROCUREMENT:
            return components.procurement(read)
