"""PURE. One unit for all amounts of a table, so that its columns can be read and added by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.reports import words
from lockin.money import Money, round_half_up

THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Unit:
    """Thousands or whole units, with none or one decimal; never two units in one table."""

    scale: Decimal
    places: int
    currency: str
    """Empty where a table holds several: then each amount names its own."""

    def number(self, money: Money) -> Decimal:
        """Return an amount in this unit, rounded as it is shown."""
        return round_half_up(money.amount / self.scale, self.places)

    def write(self, money: Money | None) -> str:
        if money is None:
            return words.DASH
        return self._named(self.number(money), money.currency)

    def total(self, amounts: Iterable[Money | None]) -> str:
        """Return the sum of amounts as they are shown, for each currency; a dash for none."""
        sums: dict[str, Decimal] = {}
        for money in amounts:
            if money is not None:
                sums[money.currency] = sums.get(money.currency, Decimal(0)) + self.number(money)
        return self._all(sums)

    def sums(self, totals: Mapping[str, Money]) -> str:
        """Return totals that stand by currency."""
        return self._all({code: self.number(money) for code, money in totals.items()})

    @property
    def words(self) -> str:
        """What stands under the table."""
        what = self.currency or "the currency named"
        if self.scale == THOUSAND:
            return (
                f"Amounts in {what} thousand."
                if self.currency
                else f"Amounts in thousands of {what}."
            )
        return f"Amounts in {what}."

    def _all(self, sums: Mapping[str, Decimal]) -> str:
        return " + ".join(self._named(sums[code], code) for code in sorted(sums)) or words.DASH

    def _named(self, number: Decimal, currency: str) -> str:
        text = words.fixed(number, self.places)
        return text if self.currency else f"{text} {currency}"


def unit_of(amounts: Iterable[Money | None]) -> Unit:
    """
    Return the coarsest unit in which none of these amounts loses anything.

    Thousands, thousands with one decimal, else whole units: cents stand in the annex.
    """
    found = [money for money in amounts if money is not None]
    codes = {money.currency for money in found}
    currency = codes.pop() if len(codes) == 1 else ""
    for scale, places in ((THOUSAND, 0), (THOUSAND, 1)):
        unit = Unit(scale, places, currency)
        if all(unit.number(money) * scale == money.amount for money in found):
            return unit
    return Unit(Decimal(1), 0, currency)
