"""Money: minor units, adding, rounding, short figures and the reading of typed amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockin.money import (
    CURRENCIES,
    Money,
    UnableToAdd,
    UnableToReadAmount,
    exponent,
    parse_amount,
    refuse_hidden_decimals,
    round_half_up,
    shown_difference,
    totals,
)


class TestMinorUnits:
    @pytest.mark.parametrize(
        ("units", "currency", "amount"),
        [
            (123456, "USD", "1234.56"),
            (1234, "JPY", "1234"),
            (1234567, "KWD", "1234.567"),
            (12345678, "CLF", "1234.5678"),
            (-5, "EUR", "-0.05"),
        ],
    )
    def test_follow_the_exponent_of_the_currency(self, units, currency, amount):
        money = Money.from_minor(units, currency)

        assert (money.amount, money.to_minor()) == (Decimal(amount), units)

    def test_are_rounded_half_up_and_not_to_even(self):
        assert Money(Decimal("0.125"), "USD").to_minor() == 13

    def test_of_a_negative_half_go_away_from_zero(self):
        assert Money(Decimal("-0.125"), "USD").to_minor() == -13

    @given(
        st.integers(min_value=-(10**17), max_value=10**17),
        st.sampled_from(sorted(CURRENCIES)),
    )
    def test_survive_the_way_there_and_back(self, units, currency):
        assert Money.from_minor(units, currency).to_minor() == units

    def test_of_an_unknown_currency_are_refused(self):
        with pytest.raises(ValueError, match="'XXX' is not an ISO 4217"):
            exponent("XXX")


class TestMoney:
    def test_refuses_a_float(self):
        with pytest.raises(ValueError, match="finite Decimal"):
            Money(1.5, "USD")  # type: ignore[arg-type]

    @pytest.mark.parametrize("amount", ["NaN", "Infinity"])
    def test_refuses_what_is_not_finite(self, amount):
        with pytest.raises(ValueError, match="finite Decimal"):
            Money(Decimal(amount), "USD")

    def test_adds_in_one_currency(self):
        assert Money(Decimal("0.1"), "USD") + Money(Decimal("0.2"), "USD") == Money(
            Decimal("0.3"), "USD"
        )

    def test_does_not_add_two_currencies(self):
        with pytest.raises(UnableToAdd, match="USD and EUR cannot be added without a dated rate"):
            Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")

    def test_totals_stay_apart_per_currency(self):
        amounts = [Money.from_minor(u, c) for u, c in [(100, "USD"), (500, "EUR"), (250, "USD")]]

        assert totals(amounts) == {
            "EUR": Money(Decimal("5.00"), "EUR"),
            "USD": Money(Decimal("3.50"), "USD"),
        }

    def test_prints_its_own_decimals_and_a_real_minus(self):
        assert str(Money(Decimal("-1234567.5"), "USD")) == "−$1,234,567.50"

    def test_rounds_in_one_place(self):
        assert round_half_up(Decimal("2.5"), 0) == Decimal(3)


class TestShort:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            ("1240000", "USD", "$1.24m"),
            ("720000", "USD", "$720k"),
            ("12400000", "EUR", "€12.4m"),
            ("5135000", "USD", "$5.14m"),
            ("2000000", "USD", "$2m"),
            ("100000000", "USD", "$100m"),
            ("24780", "USD", "$24.8k"),
            ("999999", "USD", "$1m"),
            ("999499", "USD", "$999k"),
            ("999.50", "USD", "$1k"),
            ("485.40", "GBP", "£485"),
            ("0", "USD", "$0"),
            ("-1240000", "USD", "−$1.24m"),
            ("-0.2", "USD", "$0"),
            ("2500000000", "JPY", "¥2.5bn"),
            ("1240000", "CHF", "CHF\N{NO-BREAK SPACE}1.24m"),
        ],
    )
    def test_keeps_three_figures(self, amount, currency, text):
        assert Money(Decimal(amount), currency).short() == text


class TestParseAmount:
    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            ("1240000", "1240000"),
            (" 1240000.50 ", "1240000.50"),
            ("1,240,000.50", "1240000.50"),
            ("1,240,000", "1240000"),
            ("1,240.50", "1240.50"),
            ("0.0", "0.0"),
            ("0", "0"),
            ("35461246.94", "35461246.94"),
            ("1000000000000000", "1000000000000000"),
        ],
    )
    def test_reads_what_has_one_meaning(self, text, amount):
        assert parse_amount(text) == Decimal(amount)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("1,234", "can mean two amounts. Write 1234 for thousands, or 1.234"),
            ("1.234,56", "countries read differently"),
            ("1.234.567", "countries read differently"),
            ("12,34", "countries read differently"),
            ("1 234,56", "countries read differently"),
            ("1'234.56", "countries read differently"),
            ("1,23,456.00", "countries read differently"),
            ("", "is empty"),
            ("NaN", "Leave an unknown amount empty"),
            ("-inf", "Leave an unknown amount empty"),
            ("Infinity", "Leave an unknown amount empty"),
            ("1e6", "scientific notation"),
            ("$5", "without currency"),
            ("12 USD", "without currency"),
            ("n/a", "without currency"),
            ("٣٤", "without currency"),
            ("0x10", "without currency"),
            ("-5", "is negative"),
            ("−5", "is negative"),
            ("1000000000000001", "larger than any amount"),
            ("9" * 41, "too long"),
        ],
    )
    def test_refuses_the_rest_and_says_why(self, text, message):
        with pytest.raises(UnableToReadAmount, match=message.replace(".", r"\.")):
            parse_amount(text)

    def test_reads_a_negative_where_it_may_be(self):
        assert parse_amount("−12.50", allow_negative=True) == Decimal("-12.50")

    def test_refuses_more_decimals_than_the_currency_has(self):
        with pytest.raises(UnableToReadAmount, match=r"more decimals than JPY has \(0\)"):
            parse_amount("1.5", currency="JPY")

    def test_trailing_zeros_are_no_hidden_decimals(self):
        refuse_hidden_decimals(Decimal("5.000"), currency="USD")

    def test_minus_nothing_is_nothing(self):
        assert str(parse_amount("-0", allow_negative=True)) == "0"


class TestShownDifference:
    @pytest.mark.parametrize(
        ("before", "after", "places", "shown"),
        [
            ("71.6", "72.4", 0, "0"),  # 72 and 72
            ("71.4", "71.6", 0, "1"),  # 71 and 72
            ("8.4", "6.5", 0, "-1"),  # 8 and 7
            ("71.604", "72.405", 2, "0.81"),  # 71.60 and 72.41
        ],
    )
    def test_it_is_the_difference_of_what_a_reader_sees(self, before, after, places, shown):
        assert shown_difference(Decimal(before), Decimal(after), places) == Decimal(shown)
