"""
PURE. The answer to "20 % for three years?": four tests, a present-value verdict, and what decides.

T1 the use expected reaches break-even utilisation. T2 leaving before the break-even month is
unlikely enough. T3 the market falls less than the break-even decline. T4 the lock does not raise
what the vendor can ask at renewal. The verdict is the present value of the best flexible path
against the locked one; with it stands the fall of the market at which it turns, both ways. A test
whose input is unknown is open, and an open test is not passed.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from vendors.exposure.breakeven import BreakEven, break_even
from vendors.exposure.portability_trade import Comparison, Trade, break_even_decline, compare
from vendors.exposure.steps import figure, percent, refuse_negative, refuse_no_share


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What we believe about use, leaving, the market and renewal; None is not known."""

    utilisation: Decimal | None = None
    """Expected use as a share of the plan; above 1 is possible."""
    leaving_probability: Decimal | None = None
    """That we leave before the break-even month."""
    leaving_acceptable: Decimal | None = None
    decline: Decimal | None = None
    """Expected fall of the market price a year."""
    ceiling_with_lock: Decimal | None = None
    """Uplift ceiling at renewal: what the vendor can ask before leaving pays."""
    ceiling_without_lock: Decimal | None = None

    def __post_init__(self) -> None:
        refuse_negative(expected_utilisation=self.utilisation)
        for ceiling in (self.ceiling_with_lock, self.ceiling_without_lock):
            refuse_negative(uplift_ceiling=None if ceiling is None else ceiling.copy_abs())
        refuse_no_share(
            probability_of_leaving=self.leaving_probability,
            acceptable_probability_of_leaving=self.leaving_acceptable,
            market_decline=self.decline,
        )


@dataclass(frozen=True, kw_only=True)
class OfferTest:
    key: str
    question: str
    threshold: Decimal | None
    found: Decimal | None
    passed: bool | None
    """None: open, since something is not known."""
    arithmetic: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    tests: tuple[OfferTest, ...]
    points: BreakEven
    comparison: Comparison | None
    """At the decline expected; None where none is."""
    turns_at: Decimal | None
    """The fall of the market a year at which the verdict turns; None: the lock pays at any fall."""
    turns_at_if_portable: Decimal | None
    """The same if the lock left the switching cost as it is: what portability is worth."""
    lock_pays: bool | None
    condition: str
    """The sentence that decides it, both ways."""
    missing: tuple[str, ...]


def judge(trade: Trade, expected: Expectations) -> Verdict:
    """Return the four tests and the verdict on a discount against a lock."""
    points = break_even(discount=trade.discount, months=trade.term_months)
    turns_at = break_even_decline(trade)
    portable = break_even_decline(replace(trade, locked_cost=trade.flexible_cost))
    comparison = None if expected.decline is None else compare(trade, decline=expected.decline)
    tests = (
        _utilisation(points, expected),
        _leaving(points, expected),
        _market(turns_at, expected),
        _renewal(expected),
    )
    return Verdict(
        tests=tests,
        points=points,
        comparison=comparison,
        turns_at=turns_at,
        turns_at_if_portable=portable,
        lock_pays=None if comparison is None else comparison.advantage > 0,
        condition=_condition(turns_at, comparison),
        missing=tuple(test.question for test in tests if test.passed is None),
    )


def _utilisation(points: BreakEven, expected: Expectations) -> OfferTest:
    found = expected.utilisation
    return OfferTest(
        key="utilisation",
        question="Will we use enough of the plan?",
        threshold=points.utilisation,
        found=found,
        passed=None if found is None else found >= points.utilisation,
        arithmetic=f"use {_said(found)}, needed {percent(points.utilisation)} of the plan",
    )


def _leaving(points: BreakEven, expected: Expectations) -> OfferTest:
    found, limit = expected.leaving_probability, expected.leaving_acceptable
    return OfferTest(
        key="leaving",
        question="Will we stay long enough?",
        threshold=limit,
        found=found,
        passed=None if found is None or limit is None else found <= limit,
        arithmetic=(
            f"leaving before month {points.exit_month:f}: {_said(found)}, accepted {_said(limit)}"
        ),
    )


def _market(turns_at: Decimal | None, expected: Expectations) -> OfferTest:
    found = expected.decline
    passed = None if found is None else turns_at is None or found <= turns_at
    limit = "no fall undoes it" if turns_at is None else f"turns at {percent(turns_at)} a year"
    return OfferTest(
        key="market",
        question="Will the market price hold up?",
        threshold=turns_at,
        found=found,
        passed=passed,
        arithmetic=f"market falls {_said(found)} a year; {limit}",
    )


def _renewal(expected: Expectations) -> OfferTest:
    found, limit = expected.ceiling_with_lock, expected.ceiling_without_lock
    return OfferTest(
        key="renewal",
        question="Does the lock leave our position at renewal as it is?",
        threshold=limit,
        found=found,
        passed=None if found is None or limit is None else found <= limit,
        arithmetic=f"uplift ceiling with the lock {_said(found)}, without {_said(limit)}",
    )


def _condition(turns_at: Decimal | None, comparison: Comparison | None) -> str:
    if turns_at is None:
        decides = "The lock pays however far the market falls."
    elif not turns_at:
        decides = "The lock does not pay, even if the market price stays where it is."
    else:
        fall = percent(turns_at)
        decides = (
            f"The lock pays if the market falls by less than {fall} a year; "
            f"staying free pays if it falls by more."
        )
    if comparison is None:
        return decides
    gain = figure(abs(comparison.advantage))
    better = "the lock is" if comparison.advantage > 0 else "staying free is"
    return f"{decides} At {percent(comparison.decline)} a year {better} better by {gain}."


def _said(share: Decimal | None) -> str:
    return "not known" if share is None else percent(share)
