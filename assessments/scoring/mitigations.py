"""How far registered controls reduce a dimension: credit × coverage × evidence, never wholly."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.figures import ONE, ZERO
from assessments.scoring.inputs import Control, MitigationInput, UnableToScore

TESTED_LATELY = "Tested within twelve months."
TESTED_A_WHILE_AGO = "Tested twelve to twenty-four months ago."
TESTED_LONG_AGO = "Tested more than twenty-four months ago: counts as documented."
TEST_NOT_DATED = "Tested, but on no known day: counts as documented."
TEST_NOT_YET = "The test is dated after the day of the score: counts as documented."
IS_DOCUMENTED = "Documented."
IS_DECLARED = "Declared only."
NOTHING_SHOWN = "No evidence."
DRILL_PASSED = "Swap drill passed. "
DRILL_FAILED = "The latest swap drill failed."
FORCED_TO_DECLARED = "Counts as declared only, because more traffic goes direct than declared (G7)."
NO_CREDIT_HERE = "This control earns no credit in this dimension."
COUNTED_IN_ANSWER = "Already counted in the answer to {key}."
COUNTED_ONCE = "Registered more than once in this dimension: only the strongest entry counts."


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigationRule:
    """The credit of each control in each dimension, and how its evidence counts."""

    credits: Mapping[tuple[Control, Dimension], Decimal]
    cap: Decimal
    tested_lately: Decimal
    tested_a_while_ago: Decimal
    documented: Decimal
    declared: Decimal
    drill_failed: Decimal
    lately_months: int
    a_while_ago_months: int

    def tested(self, *, tested_on: date | None, on: date) -> tuple[Decimal, str]:
        """Return the factor of a test done on that day. A test without a day cannot be recent."""
        if tested_on is None:
            return self.documented, TEST_NOT_DATED
        if tested_on > on:
            return self.documented, TEST_NOT_YET
        if on <= _months_after(tested_on, self.lately_months):
            return self.tested_lately, TESTED_LATELY
        if on <= _months_after(tested_on, self.a_while_ago_months):
            return self.tested_a_while_ago, TESTED_A_WHILE_AGO
        return self.documented, TESTED_LONG_AGO

    def evidence(self, entry: MitigationInput, *, on: date) -> tuple[Decimal, str]:
        """Return e of a control and why. A drill that failed stands until one passes."""
        if entry.grade == Grade.TESTED:
            factor, why = self.tested(tested_on=entry.tested_on, on=on)
        elif entry.grade == Grade.DOCUMENTED:
            factor, why = self.documented, IS_DOCUMENTED
        elif entry.grade == Grade.DECLARED:
            factor, why = self.declared, IS_DECLARED
        else:
            factor, why = ZERO, NOTHING_SHOWN

        drill = entry.drill
        if drill is None or drill.drilled_on > on:
            return factor, why
        if not drill.passed:
            return min(factor, self.drill_failed), DRILL_FAILED
        drilled, drill_why = self.tested(tested_on=drill.drilled_on, on=on)
        return (drilled, DRILL_PASSED + drill_why) if drilled >= factor else (factor, why)


class MitigationTrace(NamedTuple):
    """What one control did in one dimension."""

    control: Control
    credit: Decimal  # m
    coverage: Decimal  # c
    evidence_factor: Decimal  # e
    product: Decimal  # m·c·e as counted; 0 when the entry does not count
    because: str


class Reduction(NamedTuple):
    """How far the controls of one dimension reduce it, 0 to the cap."""

    share: Decimal  # r
    capped: bool
    controls: tuple[MitigationTrace, ...]


NO_REDUCTION = Reduction(share=ZERO, capped=False, controls=())


def reductions(
    entries: Iterable[MitigationInput],
    *,
    on: date,
    rule: MitigationRule,
    gateway_only_declared: bool,
) -> dict[Dimension, Reduction]:
    """
    Return the reduction of every dimension by the controls registered for it.

    :param gateway_only_declared: gate G7 fired, so M1 counts as declared whatever its evidence
    :raises UnableToScore: if a coverage lies outside 0–1
    """
    traces: dict[Dimension, list[MitigationTrace]] = {}
    for entry in entries:
        trace = _trace(entry, on=on, rule=rule, gateway_only_declared=gateway_only_declared)
        traces.setdefault(entry.dimension, []).append(trace)
    reduced = dict.fromkeys(Dimension, NO_REDUCTION)
    for dimension, registered in traces.items():
        reduced[dimension] = _reduction(_each_control_once(registered), cap=rule.cap)
    return reduced


def _reduction(controls: list[MitigationTrace], *, cap: Decimal) -> Reduction:
    left = ONE
    for trace in controls:
        left *= ONE - trace.product
    share = ONE - left
    return Reduction(min(share, cap), capped=share > cap, controls=tuple(controls))


def _trace(
    entry: MitigationInput, *, on: date, rule: MitigationRule, gateway_only_declared: bool
) -> MitigationTrace:
    if not ZERO <= entry.coverage <= ONE:
        raise UnableToScore(f"The coverage of {entry.control} is not within 0–1.")
    credit = rule.credits.get((entry.control, entry.dimension), ZERO)
    factor, because = rule.evidence(entry, on=on)
    if gateway_only_declared and entry.control == Control.ABSTRACTION_LAYER:
        factor, because = min(factor, rule.declared), FORCED_TO_DECLARED
    product = credit * entry.coverage * factor
    if not credit:
        because = NO_CREDIT_HERE
    elif entry.counted_in:
        product, because = ZERO, COUNTED_IN_ANSWER.format(key=entry.counted_in)
    return MitigationTrace(entry.control, credit, entry.coverage, factor, product, because)


def _each_control_once(traces: list[MitigationTrace]) -> list[MitigationTrace]:
    """Let only the strongest entry of a control count; two entries may cover the same traffic."""
    strongest: dict[Control, int] = {}
    for index, trace in enumerate(traces):
        best = strongest.setdefault(trace.control, index)
        if trace.product > traces[best].product:
            strongest[trace.control] = index
    return [
        trace
        if strongest[trace.control] == index
        else trace._replace(product=ZERO, because=COUNTED_ONCE)
        for index, trace in enumerate(traces)
    ]


@lru_cache(maxsize=4096)
def _months_after(day: date, months: int) -> date:
    """Return the same day so many months later; a day that the month lacks becomes its last."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
