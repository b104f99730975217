"""Assumptions: hours, rates and shares, each with its source, its first day and its three points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assessments.switching_cost.estimates import Estimate, Point, UnableToReckonCost
from lockin.money import round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """
    One figure that a component multiplies with.

    Money has a currency and its `unit` starts with "per" ("per h"); everything else has no
    currency and a unit such as "h", "weeks", or "" for a plain share.
    """

    key: str
    name: str
    unit: str
    estimate: Estimate
    source: str
    effective_from: date
    currency: str = ""
    # The organisation has not set it: it is what the product starts with.
    is_default: bool = False
    # A larger value makes leaving cheaper, so that the low end of the cost reads its high value.
    lowers_cost: bool = False

    def __post_init__(self) -> None:
        if not self.source:
            raise UnableToReckonCost(f"{self.name} has no source.")

    @property
    def full_unit(self) -> str:
        return f"{self.currency} {self.unit}".strip()


Book = Mapping[str, Assumption]


def in_force(assumptions: Iterable[Assumption], *, on: date) -> dict[str, Assumption]:
    """
    Return, by key, the assumption that holds on the day; later ones are not known yet.

    The organisation's own hold over defaults, also over newer ones; then the latest holds.

    :raises UnableToReckonCost: if two of the same kind begin on one day
    """
    book: dict[str, Assumption] = {}
    for new in assumptions:
        if new.effective_from > on:
            continue
        held = book.get(new.key)
        if held is None or _rank(new) > _rank(held):
            book[new.key] = new
        elif _rank(new) == _rank(held):
            raise UnableToReckonCost(
                f"{new.name} is set twice from {new.effective_from.isoformat()}."
            )
    return book


def _rank(assumption: Assumption) -> tuple[bool, date]:
    return (not assumption.is_default, assumption.effective_from)


class Factor(NamedTuple):
    """One number in a product, and where it is from: an assumption, or else a fact."""

    value: Decimal
    unit: str
    assumption: Assumption | None = None

    def __str__(self) -> str:
        # A third of something would fill the line.
        value = self.value if self.value == round(self.value, 6) else round_half_up(self.value, 6)
        return f"{plain(value)} {self.unit}".strip()


def plain(value: Decimal) -> str:
    """Write a number for a reader: groups of three, a real minus, and no zeros at the end."""
    written = f"{value:,f}".replace("-", "−")
    return written.rstrip("0").rstrip(".") if "." in written else written


@dataclass(frozen=True, kw_only=True)
class Reading:
    """At which point assumptions are read: one for all, apart from those held at a value."""

    book: Book
    currency: str
    point: Point = Point.LIKELY
    held: Mapping[str, Decimal] = field(default_factory=dict)

    def __call__(self, wanted: str | Assumption) -> Factor:
        """
        Return the value of an assumption of the book, or of one that stands beside a fact.

        :raises UnableToReckonCost: if the book lacks it, or it is in another currency
        """
        assumption = self._found(wanted) if isinstance(wanted, str) else wanted
        if assumption.currency not in ("", self.currency):
            raise UnableToReckonCost(
                f"{assumption.name} is in {assumption.currency}, the cost in {self.currency}. "
                "Convert it with a dated rate first."
            )
        value = self.held.get(assumption.key)
        if value is None:
            value = assumption.estimate.at(self._side(assumption))
        return Factor(value, assumption.full_unit, assumption)

    def _found(self, key: str) -> Assumption:
        try:
            return self.book[key]
        except KeyError:
            raise UnableToReckonCost(f"There is no assumption “{key}” on that day.") from None

    def _side(self, assumption: Assumption) -> Point:
        if not assumption.lowers_cost:
            return self.point
        return {Point.LOW: Point.HIGH, Point.HIGH: Point.LOW}.get(self.point, self.point)
