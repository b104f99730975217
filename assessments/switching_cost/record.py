"""A switching cost as a record: JSON-safe, decimals as text with four places, in a stable order."""

from typing import Any

from assessments.scoring.figures import fixed
from assessments.switching_cost.assumptions import Assumption
from assessments.switching_cost.closed_form import ClosedForm
from assessments.switching_cost.component_cost import ComponentCost
from assessments.switching_cost.estimates import Estimate, Point
from assessments.switching_cost.parts import assumptions_of
from assessments.switching_cost.simulation import Distribution
from assessments.switching_cost.workload_cost import SwitchingCost

SCHEMA = "switching-cost/1"


def record_of(cost: SwitchingCost) -> dict[str, Any]:
    """Return the whole result with its trace, and with each assumption as it was then."""
    return {
        "schema": SCHEMA,
        "target": str(cost.target),
        "currency": cost.currency,
        "complete": cost.is_complete,
        "missing": list(cost.missing),
        "by_formula": _formula(cost.by_formula),
        "by_draws": record_of_draws(cost.by_draws),
        "components": [_component(entry) for entry in cost.components],
        "left_out": [
            {"component": str(entry.component), "reason": entry.reason} for entry in cost.left_out
        ],
        "assumptions": [_assumption(assumption) for assumption in cost.assumptions()],
    }


def record_of_draws(draws: Distribution) -> dict[str, Any]:
    """Return a distribution with the method that repeats it."""
    method = draws.method
    return {
        "method": method.name,
        "method_version": method.version,
        "seed": method.seed,
        "draws": method.draws,
        "correlation": fixed(method.correlation),
        "mean": fixed(draws.mean),
        "deviation": fixed(draws.deviation),
        "p10": fixed(draws.p10),
        "p50": fixed(draws.p50),
        "p80": fixed(draws.p80),
        "p90": fixed(draws.p90),
        "bins": [
            {"low": fixed(one.low), "high": fixed(one.high), "count": one.count}
            for one in draws.bins
        ],
    }


def _formula(formula: ClosedForm) -> dict[str, Any]:
    return {
        "correlation": fixed(formula.correlation),
        "sum_of_likely": fixed(formula.sum_of_likely),
        "mean": fixed(formula.mean),
        "deviation": fixed(formula.deviation),
        "p80": fixed(formula.p80),
        "p90": fixed(formula.p90),
        "arithmetic": list(formula.arithmetic),
    }


def _component(entry: ComponentCost) -> dict[str, Any]:
    return {
        "component": str(entry.component),
        "name": entry.component.full_name,
        "cost": _estimate(entry.cost),
        "hours": _estimate(entry.hours),
        "arithmetic": list(entry.arithmetic),
        "assumptions": [assumption.key for assumption in assumptions_of(entry.parts)],
        "missing": list(entry.missing),
        "notes": list(entry.notes),
    }


def _estimate(estimate: Estimate) -> dict[str, str]:
    return {str(point): fixed(estimate.at(point)) for point in Point}


def _assumption(assumption: Assumption) -> dict[str, Any]:
    return {
        "key": assumption.key,
        "name": assumption.name,
        "unit": assumption.full_unit,
        "estimate": _estimate(assumption.estimate),
        "source": assumption.source,
        "effective_from": assumption.effective_from.isoformat(),
        "default": assumption.is_default,
    }
