"""A part of a component: a product of factors, in money, with the hours in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from assessments.scoring.figures import ARITHMETIC, ONE, ZERO
from assessments.switching_cost.assumptions import Assumption, Factor, Reading
from assessments.switching_cost.estimates import UnableToReckonCost
from lockin.money import round_half_up


class Kind(StrEnum):
    """What the money goes to."""

    WORK = "work"  # hours of engineers, lawyers, buyers
    USERS = "users"  # hours of those who use it
    FEES = "fees"  # what vendors charge: tokens, training, transfer, labels
    RUNNING = "running"  # two things running side by side

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Part:
    """One product. `hours` are those of the project, and 0 for users, fees and running cost."""

    name: str
    kind: Kind
    factors: tuple[Factor, ...]
    amount: Decimal
    hours: Decimal = ZERO

    def arithmetic(self, currency: str) -> str:
        """Return the product as a reader can follow it."""
        product = " × ".join(map(str, self.factors))
        return f"{self.name}: {product} = {currency} {round_half_up(self.amount, 2):,f}"


@dataclass(frozen=True, slots=True)
class Worked:
    """A component at one point: its parts, facts that nobody knows, and how doubts were counted."""

    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def hours(self) -> Decimal:
        return sum((part.hours for part in self.parts), ZERO)


def together(worked: Iterable[Worked]) -> Worked:
    """Return one component of several models, corpora or products."""
    several = tuple(worked)
    return Worked(
        tuple(part for one in several for part in one.parts),
        tuple(name for one in several for name in one.missing),
        tuple(note for one in several for note in one.notes),
    )


def assumptions_of(parts: Iterable[Part]) -> tuple[Assumption, ...]:
    """
    Return each assumption in the parts once, in order of its key.

    :raises UnableToReckonCost: if two different ones have one key
    """
    found: dict[str, Assumption] = {}
    for part in parts:
        for factor in part.factors:
            if (assumption := factor.assumption) is None:
                continue
            if found.setdefault(assumption.key, assumption) != assumption:
                raise UnableToReckonCost(f"“{assumption.key}” stands for two assumptions.")
    return tuple(found[key] for key in sorted(found))


def share_of(kind: Kind, parts: Iterable[Part]) -> Decimal | None:
    """Return the share of the parts' amount that goes there, 0 to 1. Of nothing there is none."""
    several = tuple(parts)
    with localcontext(ARITHMETIC):
        whole = sum((part.amount for part in several), ZERO)
        if not whole:
            return None
        return sum((part.amount for part in several if part.kind == kind), ZERO) / whole


def spent(name: str, kind: Kind, *factors: Factor) -> Part:
    """Return a part that costs the product of its factors."""
    return Part(name, kind, factors, _product(factors))


def worked(name: str, read: Reading, *factors: Factor) -> Part:
    """Return a part of work: the product of the factors is hours, at the engineering rate."""
    hours, rate = _product(factors), read("rate.engineering")
    return Part(name, Kind.WORK, (*factors, rate), hours * rate.value, hours)


def _product(factors: Iterable[Factor]) -> Decimal:
    product = ONE
    for factor in factors:
        product *= factor.value
    return product
