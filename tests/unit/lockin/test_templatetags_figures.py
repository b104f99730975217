"""How numbers, money, dates and gaps are written for people."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lockin.money import Money
from lockin.templatetags import figures


class TestMoney:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Decimal(720000), "$720k"),
            (Decimal(1240000), "$1.24m"),
            (Decimal(13800000), "$13.8m"),
            ((124_000_000, "USD"), "$1.24m"),
            ((500, "JPY"), "¥500"),
            (Money(Decimal(-720000), "EUR"), "\u2212€720k"),
            (0, "$0"),
        ],
    )
    def test_short_amounts_read_as_on_the_design(self, value: object, text: str) -> None:
        assert figures.money_short(value) == text

    def test_an_amount_just_under_a_million_becomes_one_million(self) -> None:
        assert figures.money_short(Decimal(999960)) == "$1m"

    @pytest.mark.parametrize("value", [None, "", (None, "USD"), "nonsense"])
    def test_a_missing_amount_is_a_dash_and_never_zero(self, value: object) -> None:
        assert figures.money_short(value) == "–"
        assert figures.money(value) == "–"
        assert figures.thousand(value) == "–"

    def test_exact_amounts_show_cents_only_where_there_are_any(self) -> None:
        assert figures.money((124_000_000, "USD")) == "$1,240,000"
        assert figures.money((124_000_050, "USD")) == "$1,240,000.50"

    def test_thousands_round_half_up(self) -> None:
        assert figures.thousand((1_240_500_00, "USD")) == "1,241"


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "text"), [(3, "+3"), (-3, "\u22123"), (0, "0"), (Decimal("-0.4"), "0")]
    )
    def test_a_change_carries_its_sign_with_the_true_minus(self, value: object, text: str) -> None:
        assert figures.signed(value) == text

    def test_scores_are_shown_whole_with_halves_up(self) -> None:
        assert [figures.score(value) for value in (Decimal("54.5"), Decimal("54.49"), None)] == [
            "55",
            "54",
            "–",
        ]

    def test_a_share_becomes_a_percentage_without_decimals(self) -> None:
        assert figures.percent(Decimal("0.875")) == "88%"

    @pytest.mark.parametrize(
        ("count", "nouns", "text"),
        [
            (0, "workload", "no workloads"),
            (1, "workload", "one workload"),
            (12, "person,people", "twelve people"),
            (1212, "workload", "1,212 workloads"),
        ],
    )
    def test_counts_read_true_for_none_one_and_many(
        self, count: int, nouns: str, text: str
    ) -> None:
        assert figures.plural_words(count, nouns) == text

    def test_only_nothing_is_a_dash(self) -> None:
        assert [figures.dash(value) for value in (None, "", 0, False)] == ["–", "–", 0, False]


class TestTime:
    def test_a_date_is_day_month_year_and_a_deadline_has_its_weekday(self) -> None:
        assert figures.day(date(2026, 12, 2)) == "2 Dec 2026"
        assert figures.weekday_day(date(2026, 12, 2)) == "Wed 2 Dec 2026"
        assert figures.day(None) == "–"

    def test_an_instant_names_its_zone(self) -> None:
        assert figures.moment(datetime(2026, 10, 31, 18, 0, tzinfo=UTC)) == "31 Oct 2026, 18:00 UTC"

    @pytest.mark.parametrize(
        ("then", "text"),
        [
            (date(2026, 11, 23), "today"),
            (date(2026, 11, 22), "yesterday"),
            (date(2026, 11, 10), "13 days ago"),
            (date(2025, 4, 24), "18 months ago"),
            (date(2025, 4, 23), "19 months ago"),
            (date(2023, 1, 1), "3 years ago"),
            (date(2026, 12, 2), "in 9 days"),
        ],
    )
    def test_how_long_ago_is_told_from_a_given_day(self, then: date, text: str) -> None:
        assert figures.ago(then, date(2026, 11, 23)) == text


class TestThousands:
    @pytest.mark.parametrize(
        ("amount", "currency", "shown"),
        [
            (1_480_000_00, "USD", "1,480"),
            (400_00, "USD", "<1"),  # there is some: 0 would say that there is none
            (0, "USD", "0"),
            (72_500_00, "EUR", "EUR 73"),
        ],
    )
    def test_a_table_names_its_unit_once_and_another_currency_itself(self, amount, currency, shown):
        assert figures.thousand((amount, currency), "USD") == shown

    def test_what_nobody_knows_is_a_dash(self):
        assert figures.thousand(None, "USD") == "–"


class TestChangeTo:
    def test_it_is_the_difference_of_the_shown_scores(self):
        assert figures.change_to("71.6", "72.4") == 0
        assert figures.change_to("66.2", "59.84") == -6

    def test_without_both_there_is_none(self):
        assert figures.change_to(None, "72.4") is None
