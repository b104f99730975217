"""List pages: what the query string asks for is what the page and the export show."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from lockin.accounts.models import Organisation
from lockin.lists import Column, Filter, List, ListPage, Saved, sums_by_currency
from tests.factories.portfolio import make_workload
from vendors.models import Workload

WORKLOADS = List(
    name="workloads",
    nouns="workload",
    columns=(
        Column(key="name", label="Workload", order=("name",)),
        Column(key="spend", label="Spend", order=("annual_spend_minor",), numeric=True),
        Column(key="note", label="Note"),
    ),
    default_sort="-spend",
    search=("name", "business_unit"),
    filters=(
        Filter(key="criticality", label="Criticality", choices=Workload.Criticality.choices),
        Filter(
            key="unit",
            label="Unit",
            choices=[("Claims", "Claims"), ("Legal", "Legal"), ("IT", "IT")],
            lookup="business_unit",
            multiple=True,
        ),
        Filter(key="users", label="Users", lookup="daily_users__gte", parse=int),
    ),
    saved=(
        Saved(key="all", label="All"),
        Saved(
            key="critical",
            label="Critical",
            query="criticality=critical",
            where=Q(criticality="critical"),
        ),
    ),
)


def page_of(query: str = "") -> ListPage:
    request = RequestFactory().get(f"/workloads/?{query}")
    return WORKLOADS.read(request, Workload.objects.all(), exports=(("CSV", "/export.csv"),))


def names(page: ListPage) -> list[str]:
    return [row.name for row in page.rows]


@pytest.fixture
def three(organisation: Organisation) -> None:
    make_workload(organisation, "Alpha", annual_spend_minor=300, business_unit="Claims")
    make_workload(
        organisation, "Beta", annual_spend_minor=None, business_unit="Legal", criticality="low"
    )
    make_workload(organisation, "Gamma", annual_spend_minor=900, business_unit="IT", daily_users=5)


@pytest.mark.usefixtures("three")
class TestSorting:
    def test_the_default_stands_without_being_asked_for(self) -> None:
        assert names(page_of()) == ["Gamma", "Alpha", "Beta"]

    def test_what_is_missing_stands_last_in_both_directions(self) -> None:
        assert names(page_of("sort=spend")) == ["Alpha", "Gamma", "Beta"]

    def test_a_second_click_reverses_the_column(self) -> None:
        head = page_of("sort=name").heads[0]
        assert (head.sort, head.url) == ("ascending", "/workloads/?sort=-name")

    def test_figures_start_with_the_largest(self) -> None:
        assert page_of("sort=name").heads[1].url == "/workloads/?sort=-spend"

    def test_a_column_that_is_not_offered_is_left_out_with_a_word(self) -> None:
        page = page_of("sort=owner__password")
        assert names(page) == ["Gamma", "Alpha", "Beta"]
        assert page.notes == ["This list cannot be sorted by “owner__password”."]


@pytest.mark.usefixtures("three")
class TestNarrowing:
    def test_every_word_must_be_found_in_some_field(self) -> None:
        assert names(page_of("q=alpha+claims")) == ["Alpha"]
        assert names(page_of("q=alpha+legal")) == []

    def test_a_filter_becomes_a_word_that_can_be_removed(self) -> None:
        page = page_of("criticality=low&sort=name")
        assert names(page) == ["Beta"]
        assert [(word.label, word.value, word.without) for word in page.words] == [
            ("Criticality", "Low", "/workloads/?sort=name")
        ]

    def test_several_values_of_one_filter_are_removed_one_by_one(self) -> None:
        page = page_of("unit=Claims&unit=IT")
        assert names(page) == ["Gamma", "Alpha"]
        assert [word.without for word in page.words] == [
            "/workloads/?unit=IT",
            "/workloads/?unit=Claims",
        ]

    def test_an_unknown_value_is_left_out_with_a_word(self) -> None:
        page = page_of("criticality=extreme&users=many")
        assert page.count == 3
        assert page.notes == [
            "“extreme” is no value of Criticality and was left out.",
            "“many” is no value of Users and was left out.",
        ]

    def test_a_typed_value_is_read_before_it_narrows(self) -> None:
        assert names(page_of("users=5")) == ["Gamma"]

    @pytest.mark.parametrize("query", ["q=%00", "page=%00", "sort=%00", "unit=%00", "q=%25%27%22"])
    def test_odd_characters_never_break_the_page(self, query: str) -> None:
        assert page_of(query).rows is not None

    def test_the_totals_row_says_that_it_adds_up_the_matches(self) -> None:
        assert page_of().total_words == "Total, three workloads"
        assert page_of("q=alpha").total_words == "Total, one workload that matches"


class TestPages:
    @pytest.fixture(autouse=True)
    def many(self, organisation: Organisation) -> None:
        for number in range(1, 121):
            make_workload(organisation, f"Workload {number:03}", annual_spend_minor=number)

    def test_fifty_rows_a_page_with_the_extent_in_words(self) -> None:
        page = page_of("sort=name&page=2")
        assert (page.extent, names(page)[0]) == ("51–100 of 120", "Workload 051")
        assert page.previous_url == "/workloads/?sort=name&page=1"
        assert page.next_url == "/workloads/?sort=name&page=3"

    @pytest.mark.parametrize(
        ("asked", "number"), [("99", 3), ("0", 1), ("-1", 1), ("abc", 1), ("9" * 40, 3), ("²", 1)]
    )
    def test_a_page_that_does_not_exist_shows_the_nearest_with_a_word(
        self, asked: str, number: int
    ) -> None:
        page = page_of(f"page={asked}")
        assert page.number == number
        assert len(page.notes) == 1

    def test_the_number_of_queries_does_not_grow_with_the_rows(self) -> None:
        def queries(query: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                page = page_of(query)
                assert page.rows is not None
                assert (page.count, page.saved, page.extent, page.fields) is not None
            return len(captured)

        assert queries("") == queries("q=Workload+001") == 3

    def test_an_export_takes_every_row_of_the_same_filter(self) -> None:
        page = page_of("q=Workload+01&sort=name&page=2")
        assert page.filtered.count() == 12  # 001, 010 to 019, 101
        assert page.exports[0].url == "/export.csv?q=Workload+01&sort=name"

    def test_saved_views_are_counted_together_and_the_current_one_is_marked(self) -> None:
        views = page_of("criticality=critical&sort=name").saved
        assert [(view.label, view.count, view.current) for view in views] == [
            ("All", 120, False),
            ("Critical", 120, True),
        ]


def test_amounts_are_summed_for_each_currency_alone(organisation: Organisation) -> None:
    make_workload(organisation, "A", annual_spend_minor=100)
    make_workload(organisation, "B", annual_spend_minor=50)
    make_workload(organisation, "C", annual_spend_minor=700, currency="EUR")
    sums: list[dict[str, Any]] = sums_by_currency(
        Workload.objects.order_by("name"), currency="currency", spend="annual_spend_minor"
    )
    assert sums == [{"currency": "EUR", "spend": 700}, {"currency": "USD", "spend": 150}]


def test_the_file_name_carries_the_view_and_the_day(today: Any) -> None:
    page = ListPage(WORKLOADS, QueryDict("q=x"), Workload.objects.none())
    assert page.file_stem(on=today) == "workloads-filtered-2026-11-23"
