"""The portfolio's lists and pages: what each shows, to whom, and at what cost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.factories.portfolio import (
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from vendors.models import Contract
from vendors.portfolio.notice_days import refresh_notice_days

pytestmark = pytest.mark.django_db

LISTS = ("/vendors/", "/services/", "/models/", "/contracts/")
HOSTILE = "=2+3<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def fill(organisation: Any, rows: int, owner: Any = None, start: int = 0) -> None:
    """Lay down that many vendors, each with a service, a model, a contract and a workload."""
    for number in range(start, start + rows):
        vendor = make_vendor(organisation, f"Vendor {number:03}")
        service = make_service(vendor)
        model = make_model(vendor, f"model-{number:03}", service=service)
        contract = make_contract(vendor, f"Contract {number:03}")
        make_commitment(contract, periods=[(date(2026, 1, 1), date(2026, 12, 31), 1_000_000)])
        workload = make_workload(organisation, f"Workload {number:03}", owner=owner)
        make_dependency(workload, model=model, service=service, contract=contract)
    refresh_notice_days(organisation=organisation, on=NOW.date())


def body(response: Any) -> bytes:
    if not response.streaming:
        return response.content
    content = b"".join(response.streaming_content)
    # The file alone: closing the response would close the test's database connection.
    if file := getattr(response, "file_to_stream", None):
        file.close()
    return content


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        response = client.get(url)
        body(response)
    assert response.status_code == 200
    return len(found)


class TestQueryBudgets:
    @pytest.mark.parametrize(
        "url", [*LISTS, *(f"{url}export.{kind}" for url in LISTS for kind in ("csv", "xlsx"))]
    )
    @pytest.mark.parametrize("role", ["chair", "owner"])
    def test_a_list_of_thirty_rows_costs_as_many_queries_as_one_of_three(
        self, organisation, request, client_as, url, role
    ):
        user = request.getfixturevalue(role)
        fill(organisation, 3, owner=user)
        client = client_as(user)
        client.get(url)
        few = queries(client, url)
        fill(organisation, 27, owner=user, start=3)

        assert queries(client, url) == few

    @pytest.mark.parametrize("noun", ["vendor", "service", "model", "contract"])
    def test_a_page_with_thirty_workloads_costs_as_many_queries_as_one_with_three(
        self, organisation, chair, client_as, noun
    ):
        vendor = make_vendor(organisation)
        service = make_service(vendor)
        model = make_model(vendor, service=service)
        contract = make_contract(vendor)
        rows = {"vendor": vendor, "service": service, "model": model, "contract": contract}
        url = f"/{noun}s/{rows[noun].pk}/"

        def add(numbers: range) -> None:
            for number in numbers:
                workload = make_workload(organisation, f"Workload {number}", owner=chair)
                make_dependency(workload, model=model, service=service, contract=contract)
                make_commitment(
                    contract, periods=[(date(2026, 1, 1), date(2026, 12, 31), 1_000_000)]
                )
                make_contract(vendor, f"More {number}")
                make_model(vendor, f"more-{number}", service=service)

        add(range(3))
        client = client_as(chair)
        client.get(url)
        few = queries(client, url)
        add(range(3, 30))

        assert queries(client, url) == few


class TestLists:
    def test_contracts_come_with_the_nearest_notice_day_first_and_unknown_ones_last(
        self, organisation, chair, client_as
    ):
        vendor = make_vendor(organisation)
        make_contract(vendor, "Late", ends_on=date(2027, 12, 31))
        make_contract(vendor, "Unknown", ends_on=None, starts_on=None, term_months=None)
        make_contract(vendor, "Early")
        refresh_notice_days(organisation=organisation, on=NOW.date())

        page = client_as(chair).get("/contracts/").context["page"]

        assert [row.name for row in page.rows] == ["Early", "Late", "Unknown"]

    def test_an_incomplete_contract_is_named_so_and_shows_a_dash(
        self, organisation, chair, client_as
    ):
        make_contract(
            make_vendor(organisation),
            "Bare",
            ends_on=None,
            term_months=None,
            annual_value_minor=None,
        )

        text = client_as(chair).get("/contracts/").content.decode()

        assert "Incomplete: yearly value, last day" in text
        assert "$0" not in text

    def test_the_filter_for_incomplete_records_finds_what_the_page_calls_incomplete(
        self, organisation, chair, client_as
    ):
        vendor = make_vendor(organisation)
        make_contract(vendor, "Whole")
        make_contract(vendor, "Bare", notice_value=None)

        page = client_as(chair).get("/contracts/?record=incomplete").context["page"]

        assert [row.name for row in page.rows] == ["Bare"]

    def test_totals_stand_by_currency_and_follow_the_filter(self, organisation, chair, client_as):
        one, other = make_vendor(organisation, "One"), make_vendor(organisation, "Other")
        make_contract(one, "A", annual_value_minor=100_000_00)
        make_contract(one, "B", annual_value_minor=50_000_00, currency="EUR")
        make_contract(other, "C", annual_value_minor=7_00)

        totals = client_as(chair).get(f"/contracts/?vendor={one.pk}").context["totals"]

        assert [str(money) for money in totals] == ["$100,000.00", "€50,000.00"]

    def test_an_export_holds_exactly_the_filtered_rows_and_their_total(
        self, organisation, chair, client_as
    ):
        one, other = make_vendor(organisation, "One"), make_vendor(organisation, "Other")
        make_contract(one, "A", annual_value_minor=100_000_00)
        make_contract(other, "C", annual_value_minor=7_00)

        response = client_as(chair).get(f"/contracts/export.csv?vendor={one.pk}")
        lines = body(response).decode("utf-8-sig").splitlines()

        assert [line.split(",")[0] for line in lines[1:]] == ["A", '"Total']
        assert "100000.00" in lines[2]
        assert "contracts-filtered-2026-11-23.csv" in response["Content-Disposition"]

    def test_an_archived_vendor_leaves_the_list_and_stands_in_the_archive(
        self, organisation, chair, client_as
    ):
        make_vendor(organisation, "Gone", archived_at=NOW)

        here = client_as(chair).get("/vendors/").content.decode()
        there = client_as(chair).get("/vendors/?archived=yes").context["page"]

        assert "Gone" not in here
        assert [row.name for row in there.rows] == ["Gone"]

    def test_a_vendor_that_is_used_without_a_contract_says_so(self, organisation, chair, client_as):
        vendor = make_vendor(organisation)
        for name in ("One", "Two"):
            make_dependency(make_workload(organisation, name), model=make_model(vendor, name))

        text = client_as(chair).get(f"/vendors/{vendor.pk}/").content.decode()

        assert "Used by two workloads, no contract on file" in text

    @pytest.mark.parametrize("url", LISTS)
    def test_an_empty_list_offers_what_to_do_and_a_filtered_one_names_the_filter(
        self, organisation, chair, client_as, url
    ):
        client = client_as(chair)
        assert "Add a" in client.get(url).content.decode()
        fill(organisation, 1)
        assert "Clear filters" in client.get(f"{url}?q=nowhere").content.decode()


class TestHostileNames:
    def test_a_name_with_html_is_text_on_every_page(self, organisation, chair, client_as):
        vendor = make_vendor(organisation, HOSTILE, key="hostile")
        contract = make_contract(vendor, HOSTILE, key="hostile")
        service = make_service(vendor, HOSTILE, key="hostile")
        model = make_model(vendor, HOSTILE, key="hostile")
        client = client_as(chair)
        for url in (
            *LISTS,
            f"/vendors/{vendor.pk}/",
            f"/vendors/{vendor.pk}/edit/",
            f"/contracts/{contract.pk}/",
            f"/services/{service.pk}/",
            f"/models/{model.pk}/archive/",
        ):
            text = client.get(url).content.decode()
            assert "<script>alert" not in text
            assert "&lt;script&gt;alert" in text

    def test_a_name_that_is_a_formula_is_text_in_csv_and_workbook(
        self, organisation, chair, client_as
    ):
        make_contract(make_vendor(organisation), HOSTILE, key="hostile")
        client = client_as(chair)

        text = body(client.get("/contracts/export.csv")).decode("utf-8-sig")
        book = openpyxl.load_workbook(io.BytesIO(body(client.get("/contracts/export.xlsx"))))
        cell = book.active["A2"]

        assert f"\n'{HOSTILE}," in text.replace("\r", "")
        assert (cell.value, cell.data_type) == (HOSTILE, "s")


class TestWhoSeesWhat:
    def test_an_owner_sees_the_contracts_of_own_workloads_without_one_amount(
        self, organisation, owner, client_as
    ):
        fill(organisation, 1, owner=owner)
        make_contract(make_vendor(organisation, "Elsewhere"), "Hidden")
        contract = Contract.objects.get(name="Contract 000")
        client = client_as(owner)

        texts = [
            client.get(url).content.decode()
            for url in ("/contracts/", f"/contracts/{contract.pk}/", "/vendors/")
        ]
        texts.append(body(client.get("/contracts/export.csv")).decode())

        assert "Contract 000" in texts[0]
        for text in texts:
            assert "Hidden" not in text
            for amount in ("1,200,000", "1200000", "1.2m", "10,000", "10000.00"):
                assert amount not in text

    def test_an_owner_gets_no_page_of_a_contract_that_is_another_workload_s(
        self, organisation, owner, client_as
    ):
        contract = make_contract(make_vendor(organisation))
        assert client_as(owner).get(f"/contracts/{contract.pk}/").status_code == 404

    @pytest.mark.parametrize("role", ["owner", "analyst", "auditor", "administrator"])
    @pytest.mark.parametrize(
        "path", ["vendors/add/", "vendors/{}/edit/", "vendors/{}/archive/", "vendors/{}/merge/"]
    )
    def test_only_the_council_changes_anything(self, organisation, request, client_as, role, path):
        vendor = make_vendor(organisation)
        client = client_as(request.getfixturevalue(role))

        assert client.get(f"/{path.format(vendor.pk)}").status_code == 404
        assert client.post(f"/{path.format(vendor.pk)}", {"name": "X"}).status_code == 404

    @pytest.mark.parametrize("role", ["analyst", "auditor"])
    def test_finance_and_auditors_see_and_export_every_amount(
        self, organisation, request, client_as, role
    ):
        make_contract(make_vendor(organisation), annual_value_minor=120_000_000)
        client = client_as(request.getfixturevalue(role))

        assert "$1.2m" in client.get("/contracts/").content.decode()
        assert "1200000.00" in body(client.get("/contracts/export.csv")).decode()

    def test_another_organisation_s_vendor_does_not_exist(self, organisation, chair, client_as):
        from tests.factories.people import make_organisation

        other = make_vendor(make_organisation("Other"), "Theirs")

        assert client_as(chair).get(f"/vendors/{other.pk}/").status_code == 404
        assert "Theirs" not in client_as(chair).get("/vendors/").content.decode()
