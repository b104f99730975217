"""
PURE. What it costs to leave the contract on a day, beside the work of moving.

    X = min(early-termination rule, remaining obligation) + unrecoverable prepaid + notice fees
    stranded = max(0, remaining obligation − other use that cannot be avoided)

X is never part of the switching cost. Stranded is the separate what-if: one workload leaves and the
contract stays. What is unknown makes X unknown; `at_least` and `at_most` say what it can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from vendors.days import day
from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import (
    MINUS,
    ONE,
    TIMES,
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_no_discount,
    refuse_no_share,
)


class Rule(StrEnum):
    """How the paper charges an early end."""

    FREE = "free"
    FULL = "full"
    PERCENT = "percent"
    DECLINING = "declining"
    CLAW_BACK = "claw-back"


@dataclass(frozen=True, kw_only=True)
class EarlyTermination:
    """The rule and what it needs; a figure that it needs and that is None was not read."""

    rule: Rule | None
    """None: not read, so that anything up to the whole remaining obligation may be charged."""
    share: Decimal | None = None
    """PERCENT: of the remaining obligation."""
    steps: tuple[tuple[int, Decimal], ...] = ()
    """DECLINING: (months gone since the start, share of the remaining obligation from then on)."""
    discount: Decimal | None = None
    """CLAW_BACK: the discount that is given back."""
    net_paid: Decimal | None = None
    """CLAW_BACK: what was paid after discount up to the day."""

    def __post_init__(self) -> None:
        refuse_no_share(share_of_the_remaining_obligation=self.share)
        refuse_negative(net_paid=self.net_paid)
        for _, share in self.steps:
            refuse_no_share(share_of_the_remaining_obligation=share)
        refuse_no_discount(self.discount)
        if any(gone < 0 for gone, _ in self.steps):
            raise UnableToReckonExposure("Months gone cannot be negative.")


@dataclass(frozen=True, kw_only=True)
class ExitCost:
    on: date
    fee: Decimal | None
    """What the rule alone charges."""
    charged: Decimal | None
    """The smaller of the fee and the remaining obligation."""
    remaining: Decimal | None
    prepaid_lost: Decimal | None
    notice_fees: Decimal | None
    total: Decimal | None
    at_least: Decimal
    at_most: Decimal | None
    """None where not even a bound is known."""
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


def exit_cost(
    rule: EarlyTermination,
    *,
    on: date,
    remaining: Decimal | None,
    remaining_at_most: Decimal | None = None,
    prepaid_lost: Decimal | None,
    notice_fees: Decimal | None,
    months_gone: int | None = None,
) -> ExitCost:
    """
    Return X if the contract ends on that day.

    :param remaining: the obligation from `calculator.exposure` on that day; None is unknown
    :param remaining_at_most: its bound, where the obligation itself is unknown
    :param prepaid_lost: credit that is paid and not given back; none is 0
    :param notice_fees: what is charged while the notice runs, beyond what the obligation holds
    :param months_gone: whole months since the start, for a declining rule; None is not known
    :raises UnableToReckonExposure: if an amount is negative
    """
    refuse_negative(
        remaining_obligation=remaining,
        remaining_obligation_at_most=remaining_at_most,
        unrecoverable_prepaid=prepaid_lost,
        fees_of_the_notice_period=notice_fees,
    )
    bound = remaining if remaining is not None else remaining_at_most
    missing = [
        name
        for name, value in (
            ("remaining obligation", remaining),
            ("unrecoverable prepaid", prepaid_lost),
            ("fees of the notice period", notice_fees),
        )
        if value is None
    ]
    fee, step = _fee(rule, remaining, months_gone, missing)
    # Whatever the rule asks, no more than the remaining obligation is owed, and nothing of nothing.
    charged = ZERO if fee == 0 or remaining == 0 else _smaller(fee, remaining)
    most = ZERO if fee == 0 or bound == 0 else bound
    if fee is not None and bound is not None:
        most = min(fee, bound)
    total = _sum(charged, prepaid_lost, notice_fees)
    steps = [step] if step else []
    if charged is not None and fee is not None and remaining is not None:
        steps.append(f"min({figure(fee)}, remaining {figure(remaining)}) = {figure(charged)}")
    if total is not None and charged is not None:
        assert prepaid_lost is not None
        assert notice_fees is not None
        steps.append(
            f"X on {day(on)}: {figure(charged)} + prepaid {figure(prepaid_lost)} "
            f"+ notice {figure(notice_fees)} = {figure(total)}"
        )
    return ExitCost(
        on=on,
        fee=fee,
        charged=charged,
        remaining=remaining,
        prepaid_lost=prepaid_lost,
        notice_fees=notice_fees,
        total=total,
        at_least=sum((part for part in (charged, prepaid_lost, notice_fees) if part), ZERO),
        at_most=total if total is not None else _sum(most, prepaid_lost, notice_fees),
        arithmetic=tuple(steps),
        missing=() if total is not None else tuple(missing),
    )


def notice_fees(*, monthly_fee: Decimal | None, days: int | None) -> Decimal | None:
    """Return what runs on while notice runs: the monthly fee × 12 / 365 for each day."""
    refuse_negative(monthly_fee=monthly_fee)
    if days is not None and days < 0:
        raise UnableToReckonExposure("A notice period cannot be negative.")
    if days == 0 or monthly_fee == 0:
        return ZERO
    if monthly_fee is None or days is None:
        return None
    return monthly_fee * 12 * days / 365


@dataclass(frozen=True, kw_only=True)
class Stranded:
    other_use: Decimal | None
    stranded: Decimal | None
    """What would be paid for nothing."""
    burnable_share: Decimal | None
    """How much of the obligation the others would use, 0 to 1 (measure 5.4)."""
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


def stranded(*, remaining: Decimal | None, other_monthly_use: Sequence[Decimal | None]) -> Stranded:
    """
    Return what of the obligation nobody would use if a workload left.

    :param other_monthly_use: eligible use that stays, month by month, to the end of the term
    """
    refuse_negative(remaining_obligation=remaining)
    for amount in other_monthly_use:
        refuse_negative(other_use=amount)
    known = [amount for amount in other_monthly_use if amount is not None]
    missing = [] if remaining is not None else ["remaining obligation"]
    if len(known) < len(other_monthly_use):
        missing.append("use of the other workloads")
    other = sum(known, ZERO) if len(known) == len(other_monthly_use) else None
    if remaining is None or other is None:
        return Stranded(
            other_use=other,
            stranded=ZERO if remaining == 0 else None,
            burnable_share=None,
            arithmetic=(),
            missing=tuple(missing),
        )
    left = max(ZERO, remaining - other)
    return Stranded(
        other_use=other,
        stranded=left,
        burnable_share=min(ONE, other / remaining) if remaining else ONE,
        arithmetic=(
            f"other use over {len(known)} months: {figure(other)}",
            f"{figure(remaining)} {MINUS} {figure(other)} = stranded {figure(left)} (not below 0)",
        ),
        missing=(),
    )


def _fee(
    rule: EarlyTermination, remaining: Decimal | None, months_gone: int | None, missing: list[str]
) -> tuple[Decimal | None, str]:
    """Return what the rule charges, with its step; names what it lacks."""
    if rule.rule is None:
        missing.append("early-termination rule")
        return None, ""
    if rule.rule is Rule.FREE:
        return ZERO, "early end: free"
    if rule.rule is Rule.CLAW_BACK:
        return _claw_back(rule, missing)
    share = _share(rule, months_gone)
    if share is None:
        missing.append("share of the early-termination fee")
        return None, ""
    if share == 0:
        return ZERO, f"early end: {percent(share)} of the remaining obligation"
    if remaining is None:
        return None, ""
    fee = share * remaining
    return fee, f"early end: {percent(share)} {TIMES} {figure(remaining)} = {figure(fee)}"


def _share(rule: EarlyTermination, months_gone: int | None) -> Decimal | None:
    if rule.rule is Rule.FULL:
        return ONE
    if rule.rule is Rule.PERCENT:
        return rule.share
    if months_gone is None:
        return None
    reached = [step for step in rule.steps if step[0] <= months_gone]
    return max(reached, key=lambda step: step[0])[1] if reached else None


def _claw_back(rule: EarlyTermination, missing: list[str]) -> tuple[Decimal | None, str]:
    """Return the discount received so far: net × d / (1 − d)."""
    if rule.discount is None:
        missing.append("discount to give back")
    if rule.net_paid is None:
        missing.append("paid so far, after discount")
    if rule.discount == 0 or rule.net_paid == 0:
        return ZERO, "early end: no discount was received"
    if rule.discount is None or rule.net_paid is None:
        return None, ""
    # One division, last: 0.2 / 0.8 is exact, 1.8 m × 0.25 too, but 1/3 would not be.
    fee = rule.net_paid * rule.discount / (1 - rule.discount)
    return fee, (
        f"early end: {figure(rule.net_paid)} net {TIMES} {percent(rule.discount)} / "
        f"{percent(1 - rule.discount)} = {figure(fee)} of discount back"
    )


def _smaller(fee: Decimal | None, remaining: Decimal | None) -> Decimal | None:
    return None if fee is None or remaining is None else min(fee, remaining)


def _sum(*parts: Decimal | None) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, ZERO) if len(known) == len(parts) else None
