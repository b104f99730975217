"""
PURE. How much of the use counts towards a commitment.

    eligible = sum of (spend × eligible share) + min(marketplace × counted share, cap × C)

Spend is taken at list price or after discount, as the paper says. An eligible share that was not
read leaves the whole unknown; `at_least` and `at_most` then say what it can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from vendors.exposure.steps import (
    MINUS,
    ONE,
    TIMES,
    ZERO,
    figure,
    percent,
    refuse_negative,
    refuse_no_share,
)
from vendors.exposure.terms import Basis


@dataclass(frozen=True, kw_only=True)
class Line:
    """What was spent on one product in the period."""

    product: str
    cost: Decimal
    """At the price that the paper measures by (`at_basis` turns list into net)."""
    share: Decimal | None = ONE
    """The part that counts; None: not read."""
    is_marketplace: bool = False

    def __post_init__(self) -> None:
        refuse_negative(cost=self.cost)
        refuse_no_share(eligible_share=self.share)


@dataclass(frozen=True, kw_only=True)
class MarketplaceRule:
    """A cap as a share of the commitment, and the part of each purchase that counts."""

    cap_share: Decimal | None = None
    """None: no cap."""
    counted_share: Decimal = ONE

    def __post_init__(self) -> None:
        refuse_no_share(marketplace_cap=self.cap_share, counted_share=self.counted_share)


ALL_COUNTS = MarketplaceRule()


@dataclass(frozen=True, kw_only=True)
class EligibleUse:
    counted: Decimal | None
    at_least: Decimal
    at_most: Decimal
    uncounted: Decimal | None
    """Spend that does not help: outside the eligible products, or above the marketplace cap."""
    arithmetic: tuple[str, ...]
    missing: tuple[str, ...]


def at_basis(list_cost: Decimal, *, basis: Basis, discount: Decimal) -> Decimal:
    """Return the cost as the paper measures it: list price, or list × (1 − discount)."""
    refuse_negative(list_cost=list_cost)
    refuse_no_share(discount=discount)
    return list_cost if basis is Basis.LIST else list_cost * (1 - discount)


def eligible_use(
    lines: Sequence[Line],
    *,
    committed: Decimal | None,
    marketplace: MarketplaceRule = ALL_COUNTS,
) -> EligibleUse:
    """Return what counts of these lines in a period with that commitment."""
    refuse_negative(committed=committed)
    missing = [f"eligible share of {line.product}" for line in lines if line.share is None]
    is_capped = any(line.is_marketplace for line in lines) and marketplace.cap_share is not None
    if is_capped and committed is None:
        missing.append("amount committed, for the marketplace cap")

    cap = None
    if is_capped and committed is not None and marketplace.cap_share is not None:
        cap = marketplace.cap_share * committed
    at_least = _count(lines, unread=ZERO, rule=marketplace, cap=ZERO if is_capped else None, at=cap)
    at_most = _count(lines, unread=ONE, rule=marketplace, cap=None, at=cap)
    counted = None if missing else at_most
    spent = sum((line.cost for line in lines), ZERO)
    return EligibleUse(
        counted=counted,
        at_least=at_least,
        at_most=at_most,
        uncounted=None if counted is None else spent - counted,
        arithmetic=_steps(lines, marketplace, cap, counted, spent),
        missing=tuple(missing),
    )


class Event(StrEnum):
    """What moves the balance of a consumption commitment (Azure lots and events)."""

    ELIGIBLE_CHARGE = "eligible-charge"
    MARKETPLACE_CHARGE = "marketplace-charge"
    PREPAYMENT_PURCHASE = "prepayment-purchase"
    PREPAYMENT_USE = "prepayment-use"


# Buying prepayment counts; what it pays for later was counted with the purchase.
COUNTED_EVENTS = frozenset(Event) - {Event.PREPAYMENT_USE}


@dataclass(frozen=True, kw_only=True)
class Balance:
    remaining: Decimal
    counted: Decimal
    arithmetic: tuple[str, ...]


def balance_after(original: Decimal, events: Sequence[tuple[Event, Decimal]]) -> Balance:
    """
    Return what is left of a consumption commitment after its events, never below zero.

    :raises UnableToReckonExposure: if an amount is negative
    """
    refuse_negative(original_amount=original)
    remaining = original
    counted = ZERO
    steps = [f"committed {figure(original)}"]
    for event, amount in events:
        refuse_negative(amount_of_an_event=amount)
        words = event.value.replace("-", " ")
        if event not in COUNTED_EVENTS:
            steps.append(f"{words} {figure(amount)}: counted when it was bought")
            continue
        counted += amount
        remaining = max(ZERO, original - counted)
        steps.append(f"{words}: {MINUS} {figure(amount)} leaves {figure(remaining)}")
    return Balance(remaining=remaining, counted=counted, arithmetic=tuple(steps))


def _count(
    lines: Sequence[Line],
    *,
    unread: Decimal,
    rule: MarketplaceRule,
    cap: Decimal | None,
    at: Decimal | None,
) -> Decimal:
    """Return what counts if unread shares are `unread`; `cap` holds where `at` is not known."""
    direct = marketplace = ZERO
    for line in lines:
        counts = line.cost * (unread if line.share is None else line.share)
        if line.is_marketplace:
            marketplace += counts * rule.counted_share
        else:
            direct += counts
    limit = cap if at is None else at
    return direct + (marketplace if limit is None else min(marketplace, limit))


def _steps(
    lines: Sequence[Line],
    rule: MarketplaceRule,
    cap: Decimal | None,
    counted: Decimal | None,
    spent: Decimal,
) -> tuple[str, ...]:
    steps = []
    for line in lines:
        share = "share not read" if line.share is None else percent(line.share)
        kind = ", marketplace" if line.is_marketplace else ""
        steps.append(f"{line.product}{kind}: {figure(line.cost)} {TIMES} {share}")
    if rule.counted_share != 1:
        steps.append(f"of marketplace purchases {percent(rule.counted_share)} counts")
    if cap is not None and rule.cap_share is not None:
        steps.append(f"marketplace counts up to {percent(rule.cap_share)} of C = {figure(cap)}")
    if counted is not None:
        steps.append(f"counted {figure(counted)}, uncounted {figure(spent - counted)}")
    return tuple(steps)
