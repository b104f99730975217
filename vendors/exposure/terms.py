"""
PURE. What a commitment's paper says: its kind, what counts towards it, what happens at its end.

Names and values follow the ContractCommitment dataset of FOCUS 1.3 and, for model, interval and
life-cycle status, 1.4. A term that nobody has read is None and makes what hangs on it unknown.
`USUAL` says how such agreements mostly read; it fills forms and enters no sum.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from vendors.exposure.inputs import UnableToReckonExposure
from vendors.exposure.steps import ZERO, refuse_no_share


class Category(StrEnum):
    """FOCUS ContractCommitmentCategory."""

    SPEND = "Spend"
    USAGE = "Usage"


class Model(StrEnum):
    """FOCUS ContractCommitmentModel: due again in each interval, or once over the whole."""

    CONTINUOUS = "Continuous"
    DISCONTINUOUS = "Discontinuous"


class FulfillmentInterval(StrEnum):
    """FOCUS ContractCommitmentFulfillmentInterval: how often the promise is held against use."""

    HOURLY = "Hourly"
    DAILY = "Daily"
    WEEKLY = "Weekly"
    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"
    SEMI_ANNUAL = "Semi-Annual"
    ANNUAL = "Annual"
    FULL_PERIOD = "Full Commitment Period"
    TRANSACTIONAL = "Transactional"
    CUSTOM = "Custom"


# Use is known by the month: a promise held against shorter times can fall short within a full one.
SHORTER_THAN_A_MONTH = frozenset(
    {FulfillmentInterval.HOURLY, FulfillmentInterval.DAILY, FulfillmentInterval.WEEKLY}
)


class LifecycleStatus(StrEnum):
    """FOCUS ContractCommitmentLifecycleStatus."""

    PROPOSED = "Proposed"
    PENDING = "Pending"
    ACTIVE = "Active"
    EXHAUSTED = "Exhausted"
    EXPIRED = "Expired"
    CANCELED = "Canceled"
    SUPERSEDED = "Superseded"


class Instrument(StrEnum):
    """The kinds of agreement that vendors sell, in their own words."""

    EDP = "edp"  # AWS enterprise discount programme, or private pricing addendum (PPA)
    MACC = "macc"  # Microsoft Azure consumption commitment
    CUD = "cud"  # Google committed use discount
    FLEX = "flex"  # Google flex agreement
    PROVISIONED = "provisioned"
    PREPAID = "prepaid"
    SEATS = "seats"
    MINIMUM = "minimum"


class Burn(StrEnum):
    BUILD_UP = "build-up"  # use adds up towards the promise; what is missing is paid at the end
    BURN_DOWN = "burn-down"  # credit is paid first and used up; what is left is lost


class ShortfallTreatment(StrEnum):
    PAY_GAP = "pay-gap"
    LOST_CREDIT = "lost-credit"
    DEFERRED = "deferred"


class Basis(StrEnum):
    """What use is measured by: the list price, or the price after discount."""

    LIST = "list"
    NET = "net"


@dataclass(frozen=True, kw_only=True)
class Carry:
    """
    What goes from one period of a build-up into the next, each as a share of the period's promise.

    Deferred shortfall is a debt and rolled surplus a credit: two signs, never netted in the paper.
    """

    deferred_share: Decimal | None = ZERO
    rolled_share: Decimal | None = ZERO

    def __post_init__(self) -> None:
        refuse_no_share(deferred_share=self.deferred_share, rolled_share=self.rolled_share)


NO_CARRY = Carry()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How one commitment is settled at the end of each period."""

    burn: Burn = Burn.BUILD_UP
    treatment: ShortfallTreatment | None
    carry: Carry = NO_CARRY
    interval: FulfillmentInterval | None = None

    def __post_init__(self) -> None:
        if self.treatment is ShortfallTreatment.DEFERRED and self.carry.deferred_share == 0:
            raise UnableToReckonExposure(
                "A shortfall that is deferred needs the share that may wait: 100 % for all of it."
            )


@dataclass(frozen=True, kw_only=True)
class Usual:
    """How an agreement of a kind mostly reads: an assumption for forms; the paper holds."""

    name: str
    category: Category
    burn: Burn
    model: Model
    interval: FulfillmentInterval
    treatment: ShortfallTreatment
    counts: str


def _spend(
    name: str, counts: str, interval: FulfillmentInterval = FulfillmentInterval.ANNUAL
) -> Usual:
    return Usual(
        name=name,
        category=Category.SPEND,
        burn=Burn.BUILD_UP,
        model=Model.DISCONTINUOUS,
        interval=interval,
        treatment=ShortfallTreatment.PAY_GAP,
        counts=counts,
    )


def _use(
    name: str, counts: str, interval: FulfillmentInterval, treatment: ShortfallTreatment
) -> Usual:
    return Usual(
        name=name,
        category=Category.USAGE,
        burn=Burn.BUILD_UP,
        model=Model.CONTINUOUS,
        interval=interval,
        treatment=treatment,
        counts=counts,
    )


USUAL: dict[Instrument, Usual] = {
    Instrument.EDP: _spend("EDP or PPA", "net spend; marketplace up to 25 % of the commitment"),
    Instrument.MACC: _spend(
        "MACC",
        "eligible charges and the purchase of prepayment, not its later use",
        FulfillmentInterval.FULL_PERIOD,
    ),
    Instrument.CUD: _use(
        "Committed use discount",
        "use in each hour; an hour below the promise is lost",
        FulfillmentInterval.HOURLY,
        ShortfallTreatment.PAY_GAP,
    ),
    Instrument.FLEX: _spend("Flex agreement", "net spend", FulfillmentInterval.MONTHLY),
    Instrument.PROVISIONED: _use(
        "Provisioned throughput",
        "units for the whole term, used or not; it cannot be given back",
        FulfillmentInterval.HOURLY,
        ShortfallTreatment.PAY_GAP,
    ),
    Instrument.PREPAID: Usual(
        name="Prepaid credit",
        category=Category.SPEND,
        burn=Burn.BURN_DOWN,
        model=Model.DISCONTINUOUS,
        interval=FulfillmentInterval.FULL_PERIOD,
        treatment=ShortfallTreatment.LOST_CREDIT,
        counts="what is bought with the credit before it expires",
    ),
    Instrument.SEATS: _use(
        "Seats",
        "seats ordered, used or not",
        FulfillmentInterval.ANNUAL,
        ShortfallTreatment.PAY_GAP,
    ),
    Instrument.MINIMUM: _spend("Minimum", "all invoices", FulfillmentInterval.MONTHLY),
}
