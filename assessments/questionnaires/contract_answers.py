"""PURE. Answers six questions on commercial commitment from contract data, with the arithmetic.

The anchors are those of scheme 2026.1. What is missing makes the answer unknown and is named; it
is never taken for zero. Two conventions that the anchors leave open, said in the arithmetic:
- A month of notice counts as 30 days and 5 business days as 7, so that the same clause counts the
  same in every month. Dates themselves are reckoned exactly, in `vendors.dates`.
- A price index with a cap counts as its cap where that is 5% or lower, else as an index.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import NamedTuple

from assessments.questionnaires.contract_facts import (
    ComputedAnswer,
    ContractFacts,
    EarlyTermination,
    Step,
    Uplift,
)
from assessments.scoring.evidence import Grade
from lockin.money import Money, round_half_up
from vendors.dates import KeyDates, NoticeUnit, Renewal, Term, key_dates
from vendors.days import add_months, day
from vendors.exposure.calculator import exposure

ZERO, HUNDRED = Decimal(0), Decimal(100)
DAYS_A_MONTH = 30  # only to put a notice period into the anchor table

ORDER_FORM = "Signed order form and amendments"
CONTRACT_RECORD = "Contract record, without the signed paper"
ACTUALS = "Imported actuals"
TYPED_USE = "Use to date, typed"
TYPED_SPEND = "Annual spend of the workloads, typed"


class Anchor(NamedTuple):
    """An answer and the largest value that still falls under it; None is "anything above"."""

    option_key: str
    points: int
    limit: Decimal | None = None


OBLIGATION_YEARS = (  # ≤
    Anchor("nothing", 0, ZERO),
    Anchor("half-a-year", 25, Decimal("0.5")),
    Anchor("one-year", 50, Decimal(1)),
    Anchor("two-years", 75, Decimal(2)),
    Anchor("over-two-years", 100),
)
EXIT_MONTHS = (  # ≤
    Anchor("1-month", 0, Decimal(1)),
    Anchor("6-months", 25, Decimal(6)),
    Anchor("12-months", 50, Decimal(12)),
    Anchor("24-months", 75, Decimal(24)),
    Anchor("over-24-months", 100),
)
FEE_PERCENT = (  # ≤, and 100% alone under the last
    Anchor("free", 0, ZERO),
    Anchor("up-to-10", 25, Decimal(10)),
    Anchor("up-to-50", 50, Decimal(50)),
    Anchor("under-100", 75, HUNDRED.next_minus()),
    Anchor("full", 100),
)
RENEWS_MANUALLY = Anchor("manual", 0)
NOTICE_DAYS = (  # ≤
    Anchor("auto-30-alert", 25, Decimal(30)),
    Anchor("auto-60", 50, Decimal(60)),
    Anchor("auto-90", 75, Decimal(90)),
    Anchor("auto-over-90", 100),
)
CAP_PERCENT = (  # ≤
    Anchor("up-to-3", 0, Decimal(3)),
    Anchor("up-to-5", 25, Decimal(5)),
    Anchor("up-to-7", 50, Decimal(7)),
    Anchor("over-7", 75),
)
NO_CAP = Anchor("none", 100)
SHARE_PERCENT = (  # <: a share that reaches the limit falls under the next
    Anchor("under-20", 0, Decimal(20)),
    Anchor("under-35", 25, Decimal(35)),
    Anchor("under-50", 50, Decimal(50)),
    Anchor("under-75", 75, Decimal(75)),
    Anchor("from-75", 100),
)

_WORDS = {
    "renewal": "how the contract renews",
    "renewal_months": "for how long it renews",
    "ends_on": "the last day in force",
    "starts_on": "the first day in force",
    "notice_value": "the length of notice",
    "convenience_notice_days": "the notice for convenience",
}


def remaining_obligation(facts: ContractFacts, *, on: date) -> ComputedAnswer:
    """5.1: what is still committed ÷ the contract's annual run-rate, in years."""
    answer = _Answer("commercial.remaining-obligation", "years of spend", facts)
    if facts.commitments:
        answer.sources.append(ACTUALS if facts.actuals_imported else TYPED_USE)
        if facts.actuals_imported:
            answer.grade = Grade.TESTED
        dates = [item.used_as_of for item in facts.commitments if item.used_as_of]
        answer.as_of = min(dates, default=facts.recorded_on)
    elif facts.order_form_read:
        answer.step("Committed", "nothing in the signed order form")
        return answer.known(OBLIGATION_YEARS[0], ZERO)
    else:
        return answer.unknown("the commitment schedule, or the signed order form that has none")

    remaining = ZERO
    for commitment in facts.commitments:
        found = exposure(commitment, on=on)
        for line in found.arithmetic:
            answer.step("Commitment", line, is_amount=True)
        if found.remaining is None:
            return answer.unknown(*(found.missing or ("the remaining obligation",)))
        if found.remaining and commitment.currency != facts.currency:
            return answer.unknown(f"a dated rate from {commitment.currency} to {facts.currency}")
        remaining += found.remaining
    answer.step("Still committed", str(Money(remaining, facts.currency)), is_amount=True)
    if not remaining:
        return answer.known(OBLIGATION_YEARS[0], ZERO)
    if facts.annual_run_rate is None:
        return answer.unknown("the annual run-rate")
    rate = str(Money(facts.annual_run_rate, facts.currency))
    answer.step("Annual run-rate", rate, is_amount=True)
    if facts.annual_run_rate <= 0:
        answer.step("In years of spend", "beyond measure, as nothing is spent")
        return answer.known(OBLIGATION_YEARS[-1], None)
    years = remaining / facts.annual_run_rate
    answer.step("In years of spend", _places(years, 2))
    return answer.known(_at_most(OBLIGATION_YEARS, years), years)


def months_to_exit(facts: ContractFacts, *, on: date) -> ComputedAnswer:
    """5.2: months until the first day on which we may be out without the vendor's consent."""
    answer = _Answer("commercial.months-to-exit", "months", facts)
    dates = _dates(facts, on)
    if dates.ended:
        return answer.ended(dates)
    for line in dates.arithmetic:
        answer.step("Dates", line)
    leaves_on = dates.first_unilateral_exit
    if leaves_on is None:
        return answer.unknown(*(_WORDS.get(name, name) for name in dates.missing))
    months = _months_between(on, leaves_on)
    answer.step("First exit", day(leaves_on))
    answer.step(f"Months from {day(on)}", _places(months, 2))
    return answer.known(_at_most(EXIT_MONTHS, months), months)


def early_termination(facts: ContractFacts, *, on: date) -> ComputedAnswer:
    """5.5: the fee for ending early, as a share of what remains."""
    answer = _Answer("commercial.early-termination", "percent of what remains", facts)
    dates = _dates(facts, on)
    if dates.ended:
        return answer.ended(dates)
    percent = {
        EarlyTermination.FREE: ZERO,
        EarlyTermination.FULL: HUNDRED,
        EarlyTermination.PERCENT: facts.early_termination_percent,
        EarlyTermination.UNKNOWN: None,
    }[facts.early_termination]
    if percent is None:
        return answer.unknown("the fee for ending early")
    answer.step("Fee for ending early", f"{_plain(percent)}% of what remains")
    return answer.known(_at_most(FEE_PERCENT, percent), percent)


def renewal(facts: ContractFacts, *, on: date) -> ComputedAnswer:
    """5.6: whether it renews by silence, on how much notice, and whether that day is missed."""
    answer = _Answer("commercial.renewal", "days of notice", facts)
    term = facts.term
    dates = _dates(facts, on)
    if dates.ended:
        return answer.ended(dates)
    if term.renewal is Renewal.UNKNOWN:
        return answer.unknown(_WORDS["renewal"])
    if term.renewal is Renewal.FIXED:
        answer.step("Renewal", "ends by itself")
        return answer.known(RENEWS_MANUALLY, None)
    if term.renewal is Renewal.AUTOMATIC and _notice_stands(facts, dates):
        answer.step("Notice", f"given on {_day_of(facts.notice_given_on)}, so it ends")
        return answer.known(RENEWS_MANUALLY, None)
    if term.notice_value is None:
        return answer.unknown(_WORDS["notice_value"])

    notice = _notice_in_days(term, answer)
    anchor = _at_most(NOTICE_DAYS, notice)
    if term.renewal is Renewal.EVERGREEN:
        # It has no last day that could be missed, so there is nothing to be reminded of.
        answer.step("Renewal", "runs until notice")
        return answer.known(anchor, notice)
    answer.step("Renewal", "renews by itself")
    if dates.last_notice_day is None and anchor is not NOTICE_DAYS[-1]:
        return answer.unknown(*(_WORDS.get(name, name) for name in dates.missing))
    if dates.last_notice_day is not None:
        answer.step("Last day for notice", day(dates.last_notice_day))
    if dates.missed and facts.renewal_agreed:
        answer.step("That day has passed", "renewal was decided")
    elif dates.missed:
        answer.step("That day has passed", "missed")
        anchor = NOTICE_DAYS[-1]
    if anchor is NOTICE_DAYS[0]:
        answer.step("Alert", "set" if facts.reminder_set else "none, so the next answer counts")
        anchor = NOTICE_DAYS[0 if facts.reminder_set else 1]
    return answer.known(anchor, notice)


def uplift_cap(facts: ContractFacts, *, on: date) -> ComputedAnswer:
    """5.7: how far the price may rise at renewal."""
    answer = _Answer("commercial.uplift-cap", "percent", facts)
    dates = _dates(facts, on)
    if dates.ended:
        return answer.ended(dates)
    cap = facts.uplift_cap_percent
    if facts.uplift is Uplift.UNCAPPED:
        answer.step("Cap on the price at renewal", "none")
        return answer.known(NO_CAP, None)
    if facts.uplift is Uplift.INDEX:
        if cap is None:
            answer.step("Cap on the price at renewal", "a price index")
            return answer.known(CAP_PERCENT[2], None)
        answer.step("Cap on the price at renewal", f"a price index, at most {_plain(cap)}%")
        capped = _at_most(CAP_PERCENT, cap)
        return answer.known(min(capped, CAP_PERCENT[2], key=lambda anchor: anchor.points), cap)
    if facts.uplift is Uplift.UNKNOWN or cap is None:
        return answer.unknown("the cap on the price at renewal")
    answer.step("Cap on the price at renewal", f"{_plain(cap)}%")
    return answer.known(_at_most(CAP_PERCENT, cap), cap)


def vendor_share(facts: ContractFacts, *, on: date) -> ComputedAnswer:
    """5.9: the vendor's share of all annual AI spend."""
    answer = _Answer("commercial.vendor-share", "percent of AI spend", facts)
    answer.sources, answer.grade, answer.as_of = [], Grade.DECLARED, None
    spend = facts.vendor_spend
    if spend is None:
        return answer.unknown("the annual AI spend by vendor")
    answer.sources = [ACTUALS if spend.imported else TYPED_SPEND]
    answer.grade = Grade.TESTED if spend.imported else Grade.DECLARED
    answer.as_of = spend.as_of
    if spend.with_vendor is None:
        return answer.unknown(f"the annual spend with {spend.vendor}")
    if spend.all_vendors is None or spend.all_vendors <= 0:
        return answer.unknown("the annual AI spend of all workloads")
    mine, whole = (Money(x, spend.currency) for x in (spend.with_vendor, spend.all_vendors))
    answer.step(f"With {spend.vendor}", str(mine), is_amount=True)
    answer.step("All AI spend", str(whole), is_amount=True)
    percent = spend.with_vendor / spend.all_vendors * HUNDRED
    answer.step("Share", f"{_places(percent, 1)}%")
    if spend.not_recorded:
        noun = "workload" if spend.not_recorded == 1 else "workloads"
        answer.step("At most, as no spend is recorded for", f"{spend.not_recorded} {noun}")
    return answer.known(_below(SHARE_PERCENT, percent), percent)


Computation = Callable[..., ComputedAnswer]
COMPUTATIONS: Mapping[str, tuple[str, Computation]] = {
    "remaining-obligation": ("commercial.remaining-obligation", remaining_obligation),
    "months-to-exit": ("commercial.months-to-exit", months_to_exit),
    "early-termination": ("commercial.early-termination", early_termination),
    "renewal": ("commercial.renewal", renewal),
    "uplift-cap": ("commercial.uplift-cap", uplift_cap),
    "vendor-share": ("commercial.vendor-share", vendor_share),
}
"""`computed` of a question → the question it was made for, and the function."""


class _Answer:
    """An answer in the making: what it rests on, and the steps so far."""

    def __init__(self, question_key: str, unit: str, facts: ContractFacts) -> None:
        self.question_key, self.unit = question_key, unit
        self.grade = Grade.DOCUMENTED if facts.order_form_read else Grade.DECLARED
        self.sources = [ORDER_FORM if facts.order_form_read else CONTRACT_RECORD]
        self.as_of = facts.recorded_on
        self.steps: list[Step] = []

    def step(self, label: str, value: str, *, is_amount: bool = False) -> None:
        self.steps.append(Step(label, value, is_amount))

    def known(self, anchor: Anchor, value: Decimal | None) -> ComputedAnswer:
        return self._made(anchor, value, self.grade, ())

    def unknown(self, *missing: str) -> ComputedAnswer:
        return self._made(None, None, Grade.NONE, missing)

    def ended(self, dates: KeyDates) -> ComputedAnswer:
        """What ended says nothing about the terms that hold now."""
        when = "" if dates.current_end is None else f" on {day(dates.current_end)}"
        return self.unknown(f"a contract in force: this one ended{when}")

    def _made(
        self, anchor: Anchor | None, value: Decimal | None, grade: Grade, missing: tuple[str, ...]
    ) -> ComputedAnswer:
        return ComputedAnswer(
            question_key=self.question_key,
            option_key=None if anchor is None else anchor.option_key,
            points=None if anchor is None else anchor.points,
            value=value,
            unit=self.unit,
            grade=grade,
            arithmetic=tuple(self.steps),
            sources=tuple(self.sources),
            as_of=self.as_of,
            missing=missing,
        )


def _dates(facts: ContractFacts, on: date) -> KeyDates:
    dates = _reckoned(facts.term, facts.later, on, facts.holidays, facts.zone)
    return replace(dates, ended=True) if facts.put_down_as_ended else dates


@lru_cache(maxsize=4096)
def _reckoned(
    term: Term,
    later: tuple[tuple[date, Term], ...],
    on: date,
    holidays: Container[date],
    zone: str,
) -> KeyDates:
    """Four answers, and every workload under the contract, read the same dates."""
    return key_dates(term, on=on, holidays=holidays, zone=zone, later=later)


def _at_most(anchors: tuple[Anchor, ...], value: Decimal) -> Anchor:
    return next(a for a in anchors if a.limit is None or value <= a.limit)


def _below(anchors: tuple[Anchor, ...], value: Decimal) -> Anchor:
    return next(a for a in anchors if a.limit is None or value < a.limit)


def _months_between(start: date, end: date) -> Decimal:
    """Return whole months and the part of the next one; exactly n where add_months gives n."""
    if end <= start:
        return ZERO
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    reached = add_months(start, whole)
    length = (add_months(start, whole + 1) - reached).days
    return whole + Decimal((end - reached).days) / length


def _notice_in_days(term: Term, answer: _Answer) -> Decimal:
    value = Decimal(term.notice_value or 0)
    if term.notice_unit is NoticeUnit.MONTHS:
        days = value * DAYS_A_MONTH
        answer.step("Notice", f"{value} months, counted as {days} days")
    elif term.notice_unit is NoticeUnit.BUSINESS_DAYS:
        days = (value * 7 / 5).to_integral_value(ROUND_CEILING)
        answer.step("Notice", f"{value} business days, counted as {days} days")
    else:
        days = value
        answer.step("Notice", f"{value} days")
    return days


def _notice_stands(facts: ContractFacts, dates: KeyDates) -> bool:
    """Notice was given for the present period, by its last safe day."""
    given, last = facts.notice_given_on, dates.last_notice_day
    if given is None or last is None or given > last or given > dates.on:
        return False
    then = _dates(facts, given)
    return then.current_end == dates.current_end


def _day_of(value: date | None) -> str:
    return "–" if value is None else day(value)


def _places(value: Decimal, places: int) -> str:
    return f"{round_half_up(value, places):f}"


def _plain(value: Decimal) -> str:
    """7.000 is written 7, 7.250 is written 7.25."""
    return f"{value.normalize():f}"
