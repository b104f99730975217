"""PURE. What the contract answers are reckoned from, and the shape they come back in."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from assessments.scoring.evidence import Grade
from vendors.dates import Term
from vendors.exposure.inputs import Commitment


class EarlyTermination(StrEnum):
    FREE = "free"
    PERCENT = "percent"
    FULL = "full"
    UNKNOWN = "unknown"


class Uplift(StrEnum):
    CAPPED = "capped"
    INDEX = "index"
    UNCAPPED = "uncapped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class VendorSpend:
    """Annual AI spend with the contract's vendor beside all of it, in one currency."""

    vendor: str
    currency: str
    with_vendor: Decimal | None
    """None: the spend of a workload on this vendor is not recorded."""
    all_vendors: Decimal | None
    not_recorded: int = 0
    """Workloads on other vendors without a recorded spend; they make the share look larger."""
    imported: bool = False
    as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContractFacts:
    """One contract as recorded. None and "unknown" mean that nobody has read it out."""

    key: str
    name: str
    currency: str
    term: Term
    annual_run_rate: Decimal | None = None
    commitments: tuple[Commitment, ...] = ()
    order_form_read: bool = False
    """The signed order form and its amendments are on file, so that what is absent is known."""
    actuals_imported: bool = False
    recorded_on: date | None = None
    """The day that the paper was last read against the record."""
    reminder_set: bool = False
    notice_given_on: date | None = None
    renewal_agreed: bool = False
    """A decision to renew: then the last day for notice is let pass, not missed."""
    early_termination: EarlyTermination = EarlyTermination.UNKNOWN
    early_termination_percent: Decimal | None = None
    uplift: Uplift = Uplift.UNKNOWN
    uplift_cap_percent: Decimal | None = None
    vendor_spend: VendorSpend | None = None
    holidays: Container[date] = frozenset()
    """Days on which nobody works, besides weekends."""
    zone: str = "UTC"
    """Our time zone, in which days are ours."""
    later: tuple[tuple[date, Term], ...] = ()
    """The terms after each signed paper that takes effect later."""
    put_down_as_ended: bool = False

    def __post_init__(self) -> None:
        # Rows hold plain text; facts built from one behave like any other.
        object.__setattr__(self, "early_termination", EarlyTermination(self.early_termination))
        object.__setattr__(self, "uplift", Uplift(self.uplift))


class ContractUse(NamedTuple):
    """A contract under one of the workload's dependencies."""

    facts: ContractFacts
    share: Decimal | None = None
    """Share of the workload's traffic, 0–1; None is not known, and counts."""
    is_fallback: bool = False


class Step(NamedTuple):
    """One line of the arithmetic."""

    label: str
    value: str
    is_amount: bool = False
    """Shown only to whoever may see amounts."""
    of: str = ""
    """The contract, where several stand under one workload."""


@dataclass(frozen=True, kw_only=True)
class ComputedAnswer:
    """An answer that contract data gives, or what is missing before it can."""

    question_key: str
    option_key: str | None
    """None: not known, which counts as 100 points."""
    points: int | None
    value: Decimal | None
    unit: str
    grade: Grade
    arithmetic: tuple[Step, ...]
    sources: tuple[str, ...]
    as_of: date | None
    missing: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.option_key is not None

    @property
    def counted_points(self) -> int:
        """Points as the score counts them: what is not known is never safe."""
        return 100 if self.points is None else self.points

    def steps(self, *, with_amounts: bool) -> tuple[Step, ...]:
        """Return the arithmetic as far as the reader may see it."""
        return tuple(step for step in self.arithmetic if with_amounts or not step.is_amount)
