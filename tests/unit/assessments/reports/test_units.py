"""Amounts of one table stand in one unit, and add up by hand."""

from __future__ import annotations

from decimal import Decimal

from assessments.reports.units import unit_of
from lockin.money import Money


def money(*amounts: str, currency: str = "USD") -> list[Money]:
    return [Money(Decimal(text), currency) for text in amounts]


def test_whole_thousands_are_shown_as_thousands():
    found = money("1480000", "80000")
    unit = unit_of(found)

    assert [unit.write(entry) for entry in found] == ["1,480", "80"]
    assert unit.total(found) == "1,560"
    assert unit.words == "Amounts in USD thousand."


def test_hundreds_need_one_decimal_in_every_row():
    found = money("1480000", "80500")
    unit = unit_of(found)

    assert [unit.write(entry) for entry in found] == ["1,480.0", "80.5"]


def test_smaller_amounts_bring_the_whole_table_to_whole_units():
    found = money("1480000", "667")
    unit = unit_of(found)

    assert [unit.write(entry) for entry in found] == ["1,480,000", "667"]
    assert unit.words == "Amounts in USD."


def test_a_total_is_the_sum_of_what_is_shown():
    """Three times 0.4 is shown as 0, so their total is 0 and not 1."""
    unit = unit_of(money("667"))

    assert unit.total(money("0.40", "0.40", "0.40")) == "0"


def test_several_currencies_are_named_and_never_added():
    found = [*money("2000"), *money("3000", currency="EUR")]
    unit = unit_of(found)

    assert [unit.write(entry) for entry in found] == ["2 USD", "3 EUR"]
    assert unit.total([*found, None]) == "3 EUR + 2 USD"


def test_what_nobody_knows_is_a_dash():
    unit = unit_of([None])

    assert (unit.write(None), unit.total([None])) == ("–", "–")
