"""A figure that nobody knows exactly, at three points, and what PERT makes of it."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from assessments.scoring.figures import ARITHMETIC
from lockin.money import LARGEST


class UnableToReckonCost(ValueError):
    """The inputs are not ones that a cost is defined for. The message is written for the user."""


class Point(StrEnum):
    """One of the three points of an estimate."""

    LOW = "low"
    LIKELY = "likely"
    HIGH = "high"

    __hash__ = str.__hash__


def not_negative(value: Decimal | int, *, what: str) -> Decimal:
    """
    Return the figure as a decimal.

    :raises UnableToReckonCost: if it is negative, not a number, or above 10^15
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise UnableToReckonCost(f"{what} is not given as an exact number.")
    figure = Decimal(value)
    if not figure.is_finite():
        raise UnableToReckonCost(f"{what} is not a number.")
    if figure < 0:
        raise UnableToReckonCost(f"{what} is negative.")
    if figure > LARGEST:
        raise UnableToReckonCost(f"{what} is larger than any figure kept here (10^15).")
    return figure


def share(value: Decimal | int, *, what: str) -> Decimal:
    """
    Return a share of 0 to 1 as a decimal.

    :raises UnableToReckonCost: if it lies outside
    """
    figure = not_negative(value, what=what)
    if figure > 1:
        raise UnableToReckonCost(f"{what} is a share and lies between 0 and 1.")
    return figure


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lowest, the likeliest and the highest value that is still believed. Never negative."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        for point in Point:
            value = not_negative(getattr(self, point), what=f"The {point} value of an estimate")
            object.__setattr__(self, point, value)
        if not self.low <= self.likely <= self.high:
            raise UnableToReckonCost(
                f"An estimate is low, likely, high in rising order, "
                f"not {self.low:f}, {self.likely:f}, {self.high:f}."
            )

    @classmethod
    def exactly(cls, value: Decimal | int) -> "Estimate":
        """Return an estimate without doubt."""
        figure = Decimal(value)
        return cls(figure, figure, figure)

    def at(self, point: Point) -> Decimal:
        return {Point.LOW: self.low, Point.LIKELY: self.likely, Point.HIGH: self.high}[point]

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def mean(self) -> Decimal:
        """(a + 4m + b) ÷ 6, the mean of PERT."""
        with localcontext(ARITHMETIC):
            return (self.low + 4 * self.likely + self.high) / 6

    @property
    def deviation(self) -> Decimal:
        """(b − a) ÷ 6, the standard deviation that PERT takes."""
        with localcontext(ARITHMETIC):
            return (self.high - self.low) / 6
