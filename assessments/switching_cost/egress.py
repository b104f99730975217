"""What a vendor charges for carrying data out: tiers, and nothing for a switch within the EU."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple

from assessments.scoring.figures import ARITHMETIC, ZERO
from assessments.switching_cost.estimates import UnableToReckonCost, not_negative
from vendors.data_act import NO_SWITCHING_CHARGES_FROM


class EgressTier(NamedTuple):
    """A price per GiB up to a volume. The last tier has no end."""

    up_to_gib: Decimal | None
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressPrices:
    """One vendor's tiers from the cheapest volume up, with their source and first day."""

    tiers: tuple[EgressTier, ...]
    currency: str
    source: str
    effective_from: date
    is_default: bool = False

    def __post_init__(self) -> None:
        ends = [tier.up_to_gib for tier in self.tiers]
        bounds = [end for end in ends if end is not None]
        if not ends or ends[-1] is not None or len(bounds) != len(ends) - 1:
            raise UnableToReckonCost("The last tier of egress, and no other, is without an end.")
        if bounds != sorted(set(bounds)) or any(bound <= 0 for bound in bounds):
            raise UnableToReckonCost("The tiers of egress do not rise.")
        for tier in self.tiers:
            not_negative(tier.price, what="A price of egress")


DEFAULT_EGRESS = EgressPrices(
    tiers=(
        EgressTier(Decimal(100), Decimal(0)),
        EgressTier(Decimal(10_240), Decimal("0.087")),
        EgressTier(Decimal(51_200), Decimal("0.083")),
        EgressTier(Decimal(153_600), Decimal("0.07")),
        EgressTier(None, Decimal("0.05")),
    ),
    currency="USD",
    source="Published price list of a large cloud for transfer to the internet",
    effective_from=date(2026, 1, 1),
    is_default=True,
)


class TierCharge(NamedTuple):
    """What lies within one tier."""

    gib: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class EgressCharge:
    """The charge in the currency of the prices, tier by tier; `because` where it is free by law."""

    amount: Decimal
    tiers: tuple[TierCharge, ...]
    because: str = ""


def egress_charge(
    gib: Decimal | int, *, prices: EgressPrices, switch_on: date, eu_switch: bool | None
) -> EgressCharge:
    """
    Return the charge for the volume. Unknown whether it is a switch within the EU: it is charged.

    :raises UnableToReckonCost: if the volume is negative or not a number
    """
    volume = not_negative(gib, what="The volume to carry out")
    if eu_switch and switch_on >= NO_SWITCHING_CHARGES_FROM:
        day = NO_SWITCHING_CHARGES_FROM.isoformat()
        return EgressCharge(ZERO, (), f"No charge for a switch in the EU from {day} (Data Act).")
    charged: list[TierCharge] = []
    begin = ZERO
    with localcontext(ARITHMETIC):
        for tier in prices.tiers:
            end = volume if tier.up_to_gib is None else min(volume, tier.up_to_gib)
            if end > begin:
                charged.append(TierCharge(end - begin, tier.price))
                begin = end
        amount = sum((tier.gib * tier.price for tier in charged), ZERO)
    return EgressCharge(amount, tuple(charged))
