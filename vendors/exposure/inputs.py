"""PURE. What the exposure calculator is given: a commitment, its schedule and its use so far."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise


class UnableToReckonExposure(ValueError):
    """The schedule contradicts itself. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """What is promised from the first to the last day, both included."""

    starts_on: date
    ends_on: date
    committed: Decimal | None
    """None: the paper was not read. Nothing promised is 0."""

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise UnableToReckonExposure(
                f"The period from {self.starts_on} ends before it starts, on {self.ends_on}."
            )
        if self.committed is not None and not self.committed.is_finite():
            raise UnableToReckonExposure(f"The period from {self.starts_on} commits no number.")
        if self.committed is not None and self.committed < 0:
            raise UnableToReckonExposure(
                f"The period from {self.starts_on} commits a negative amount."
            )

    def contains(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One promise to spend, in one currency."""

    currency: str
    periods: tuple[Period, ...]
    used_to_date: Decimal | None = None
    """Eligible use in the period that `used_as_of` lies in, up to the end of that day."""
    used_as_of: date | None = None
    deferred: Decimal | None = Decimal(0)
    """Shortfall of the period before that waits in the present one; None: not known."""
    rolled: Decimal | None = Decimal(0)
    """Surplus of the period before that counts in the present one; None: not known."""
    is_paid_first: bool = False
    """A burn-down: the present period's credit is paid, so that what is left is lost, not owed."""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.periods, key=lambda period: period.starts_on))
        object.__setattr__(self, "periods", ordered)
        for earlier, later in pairwise(ordered):
            if later.starts_on <= earlier.ends_on:
                raise UnableToReckonExposure(
                    f"The periods from {earlier.starts_on} and {later.starts_on} overlap."
                )
        for amount in (self.used_to_date, self.deferred, self.rolled):
            if amount is not None and not amount.is_finite():
                raise UnableToReckonExposure("Use and what is carried over must be numbers.")
        if self.used_to_date is not None and self.used_to_date < 0:
            raise UnableToReckonExposure("Use to date cannot be negative.")
        for carried in (self.deferred, self.rolled):
            if carried is not None and carried < 0:
                raise UnableToReckonExposure("What is carried over cannot be negative.")
