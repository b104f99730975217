"""The portfolio through the API: the same rights, the same rules, and nothing ends in 500."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lockin.accounts.roles import Role
from lockin.trail.models import Event
from tests.factories.people import make_organisation, make_user
from tests.factories.portfolio import (
    make_asset,
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from vendors.models import Commitment, Contract, Service, Vendor, VendorAlias, Workload

pytestmark = pytest.mark.django_db

API = "/api/v1"
LISTS = ("vendors", "services", "models", "contracts", "workloads", "commitments")
HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> \u202eRTL 漢字 🜁 \' " ; DROP TABLE --'


def post(client: Any, path: str, **body: Any) -> Any:
    return client.post(f"{API}/{path}/", json.dumps(body), content_type="application/json")


def patch(client: Any, path: str, **body: Any) -> Any:
    return client.patch(f"{API}/{path}/", json.dumps(body), content_type="application/json")


def portfolio(organisation: Any, number: int, *, owner: Any = None) -> None:
    """Lay one record of each kind for every number, all joined, two parts to each whole."""
    for place in range(number):
        vendor = make_vendor(organisation, f"Vendor {number}-{place}")
        VendorAlias.objects.create(
            organisation=organisation, vendor=vendor, name=f"Alias {number}-{place}"
        )
        service = make_service(vendor)
        model = make_model(vendor, service=service)
        contract = make_contract(vendor, owner=owner)
        make_commitment(
            contract,
            periods=[
                (date(2026, 2, 1), date(2026, 12, 31), 100),
                (date(2027, 1, 1), date(2027, 12, 31), 200),
            ],
        )
        workload = make_workload(organisation, f"Workload {number}-{place}", owner=owner)
        make_dependency(workload, model=model, service=service, contract=contract)
        make_dependency(workload, service=service, share=None)
        make_asset(workload, model=model)


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_the_number_of_queries_does_not_grow_with_rows(
        self, organisation, chair, client_as, name
    ):
        browser = client_as(chair)

        def queries(number: int) -> int:
            portfolio(organisation, number)
            with CaptureQueriesContext(connection) as found:
                assert browser.get(f"{API}/{name}/").json()["count"] >= number
            return len(found)

        assert queries(3) == queries(30)

    def test_fifty_rows_come_a_page(self, organisation, chair, client_as):
        for place in range(51):
            make_vendor(organisation, f"Vendor {place}")

        found = client_as(chair).get(f"{API}/vendors/").json()

        assert (found["count"], len(found["results"])) == (51, 50)

    def test_archived_records_come_only_when_asked_for(self, organisation, chair, client_as, now):
        make_vendor(organisation, "Kept")
        make_vendor(organisation, "Gone", archived_at=now)
        browser = client_as(chair)

        def names(**query: str) -> list[str]:
            rows = browser.get(f"{API}/vendors/", query).json()["results"]
            return [row["name"] for row in rows]

        assert names() == ["Kept"]
        assert names(archived="true") == ["Gone"]
        assert names(archived="any") == ["Gone", "Kept"]

    def test_a_vendor_is_found_by_another_spelling(self, organisation, chair, client_as):
        vendor = make_vendor(organisation)
        VendorAlias.objects.create(organisation=organisation, vendor=vendor, name="Open AI LLC")
        make_vendor(organisation, "Mistral AI")

        rows = client_as(chair).get(f"{API}/vendors/", {"search": "LLC"}).json()["results"]

        assert [(row["name"], row["aliases"]) for row in rows] == [("OpenAI", ["Open AI LLC"])]

    def test_workloads_are_found_once_by_what_they_depend_on(self, organisation, chair, client_as):
        portfolio(organisation, 2)
        service = Service.objects.get(name="Vendor 2-1 API")

        rows = client_as(chair).get(f"{API}/workloads/", {"service": service.key}).json()

        assert [row["name"] for row in rows["results"]] == ["Workload 2-1"]

    def test_contracts_are_found_by_what_was_decided(self, organisation, chair, client_as, now):
        vendor = make_vendor(organisation)
        make_contract(vendor, "Open")
        make_contract(vendor, "Going", decision="leave", decided_at=now)
        browser = client_as(chair)

        def names(decision: str) -> list[str]:
            rows = browser.get(f"{API}/contracts/", {"decision": decision}).json()["results"]
            return [row["name"] for row in rows]

        assert names("none") == ["Open"]
        assert names("leave") == ["Going"]

    def test_order_puts_what_is_missing_last(self, organisation, chair, client_as):
        vendor = make_vendor(organisation)
        for name, day in (("A", None), ("B", date(2027, 5, 1)), ("C", date(2027, 3, 1))):
            make_contract(vendor, name, ends_on=day)

        rows = client_as(chair).get(f"{API}/contracts/", {"ordering": "ends_on"}).json()["results"]

        assert [row["name"] for row in rows] == ["C", "B", "A"]

    @pytest.mark.parametrize(
        "query",
        [
            *("ordering=password", "ordering=owner__email", "archived=perhaps", "decision=x"),
            *("ends_by=tomorrow", "renewal=never", "search=%00", "vendor=%00"),
        ],
    )
    def test_a_question_that_makes_no_sense_gets_400(self, chair, client_as, query):
        assert client_as(chair).get(f"{API}/contracts/?{query}").status_code == 400


class TestWhoMay:
    @pytest.mark.parametrize("name", LISTS)
    def test_an_administrator_gets_404_and_nobody_401(self, administrator, client, client_as, name):
        assert client_as(administrator).get(f"{API}/{name}/").status_code == 404
        assert client.get(f"{API}/{name}/").status_code == 401

    @pytest.mark.parametrize("name", LISTS[:-1])
    def test_an_owner_sees_what_own_workloads_use_and_no_amount(
        self, organisation, owner, other_owner, client_as, name
    ):
        portfolio(organisation, 1, owner=owner)
        portfolio(organisation, 2, owner=other_owner)

        (row,) = client_as(owner).get(f"{API}/{name}/").json()["results"]

        amounts = {"annual_value", "annual_spend", "currency", "discount_percent", "input_price"}
        assert not amounts & set(row)
        hidden = make_workload(organisation, "Hidden").key
        assert client_as(owner).get(f"{API}/workloads/{hidden}/").status_code == 404

    def test_the_address_of_an_owner_is_for_that_person_and_administrators(
        self, organisation, client_as, owner, auditor
    ):
        portfolio(organisation, 1, owner=owner)
        roles = [(Role.AUDITOR, ""), (Role.ADMINISTRATOR, "")]
        keeper = make_user(organisation, "Ines Costa", roles=roles)

        for reader, shown in ((owner, owner.email), (keeper, owner.email), (auditor, None)):
            for name in ("workloads", "contracts"):
                answer = client_as(reader).get(f"{API}/{name}/", {"owner": str(owner.pk)})
                (row,) = answer.json()["results"]
                found = [row[field] for field in ("owner", "owner_name", "owner_address")]
                assert found == [owner.pk, owner.name, shown]

    def test_what_is_read_of_an_owner_can_be_written_back(
        self, organisation, client_as, owner, chair
    ):
        workload = make_workload(organisation, "Claims triage", owner=owner)
        row = client_as(chair).get(f"{API}/workloads/{workload.key}/").json()

        answer = patch(client_as(chair), f"workloads/{workload.key}", owner=row["owner"])

        assert (answer.status_code, answer.json()["owner"]) == (200, owner.pk)

    def test_an_owner_cannot_order_by_amounts(self, owner, client_as):
        answer = client_as(owner).get(f"{API}/contracts/", {"ordering": "annual_value"})

        assert answer.status_code == 400

    def test_an_owner_gets_no_commitments(self, owner, client_as):
        assert client_as(owner).get(f"{API}/commitments/").status_code == 404

    @pytest.mark.parametrize("person", ["analyst", "auditor", "owner"])
    def test_those_who_only_read_write_nothing(self, organisation, request, client_as, person):
        reader = request.getfixturevalue(person)
        portfolio(organisation, 1, owner=reader)
        browser = client_as(reader)
        place = "workloads/workload-1-0"

        assert browser.get(f"{API}/{place}/").status_code == 200
        assert post(browser, "vendors", name="New").status_code == 404
        assert patch(browser, place, name="New").status_code == 404
        assert post(browser, f"{place}/archive").status_code == 404

    @pytest.mark.parametrize("person", ["analyst", "auditor", "chair"])
    def test_amounts_come_with_their_currency(self, organisation, request, client_as, person):
        make_contract(make_vendor(organisation), annual_value_minor=124_000_000)
        make_contract(make_vendor(organisation, "NTT"), currency="JPY", annual_value_minor=5)
        make_contract(make_vendor(organisation, "Xai"), annual_value_minor=None)
        browser = client_as(request.getfixturevalue(person))

        rows = browser.get(f"{API}/contracts/", {"ordering": "-annual_value"}).json()["results"]

        assert [row["annual_value"] for row in rows] == [
            {"amount": "1240000.00", "currency": "USD"},
            {"amount": "5", "currency": "JPY"},
            {"amount": None, "currency": "USD"},
        ]

    def test_records_of_another_organisation_are_not_there(self, chair, client_as):
        vendor = make_vendor(make_organisation("Elsewhere"), "Theirs")
        browser = client_as(chair)

        assert browser.get(f"{API}/vendors/{vendor.key}/").status_code == 404
        answer = post(browser, "services", name="Mine", vendor=vendor.key)
        assert answer.json() == {"vendor": ["There is no such record here."]}


class TestWrites:
    def test_a_record_is_added_and_told_to_the_trail(self, chair, client_as):
        answer = post(client_as(chair), "vendors", name="Mistral AI", country="fr")

        assert answer.status_code == 201
        assert (answer.json()["key"], answer.json()["country"]) == ("mistral-ai", "FR")
        event = Event.objects.get()
        assert (event.act, event.actor_name) == ("vendor.added", chair.name)

    def test_a_name_on_file_is_refused_beside_its_field(self, organisation, chair, client_as):
        make_vendor(organisation)

        answer = post(client_as(chair), "vendors", name="openai")

        assert answer.status_code == 400
        assert answer.json() == {"name": ["OpenAI is on file under this name already."]}

    def test_only_what_is_given_changes(self, organisation, chair, client_as):
        make_vendor(organisation, note="Keep", website="https://openai.example")

        answer = patch(client_as(chair), "vendors/openai", note="New")

        assert answer.status_code == 200
        vendor = Vendor.objects.get()
        assert (vendor.note, vendor.website) == ("New", "https://openai.example")

    def test_archive_and_restore_say_when(self, organisation, chair, client_as):
        make_vendor(organisation)
        browser = client_as(chair)

        assert post(browser, "vendors/openai/archive").json()["archived_at"] is not None
        assert post(browser, "vendors/openai/restore").json()["archived_at"] is None

    def test_a_merged_vendor_is_not_restored(self, organisation, chair, client_as, now):
        into = make_vendor(organisation)
        make_vendor(organisation, "Open AI", merged_into=into, archived_at=now)

        answer = post(client_as(chair), "vendors/open-ai/restore")

        assert answer.status_code == 400
        assert answer.json() == {
            "non_field_errors": ["Open AI was merged into OpenAI and stays there."]
        }

    def test_a_contract_keeps_its_value_in_minor_units(self, organisation, chair, client_as):
        make_vendor(organisation)

        answer = post(
            client_as(chair),
            "contracts",
            vendor="openai",
            name="Enterprise",
            owner=chair.email,
            annual_value={"amount": "1240000.5", "currency": "EUR"},
        )

        assert answer.status_code == 201
        contract = Contract.objects.get()
        assert (contract.annual_value_minor, contract.currency) == (124_000_050, "EUR")
        assert contract.owner == chair

    def test_a_currency_does_not_change_under_an_amount(self, organisation, chair, client_as):
        contract = make_contract(make_vendor(organisation))

        answer = patch(client_as(chair), f"contracts/{contract.key}", currency="JPY")

        assert answer.json() == {
            "currency": ["Give annual_value in JPY too, or the amount changes."]
        }

    def test_an_amount_in_another_currency_is_refused(self, organisation, chair, client_as):
        contract = make_contract(make_vendor(organisation))

        answer = patch(
            client_as(chair),
            f"contracts/{contract.key}",
            annual_value={"amount": "1", "currency": "EUR"},
        )

        assert answer.status_code == 400
        assert list(answer.json()) == ["annual_value"]

    def test_a_workload_comes_with_its_parts(self, organisation, chair, client_as):
        vendor = make_vendor(organisation)
        service, model = make_service(vendor), make_model(vendor)

        answer = post(
            client_as(chair),
            "workloads",
            name="Claims triage",
            criticality="high",
            annual_spend={"amount": "720000"},
            dependencies=[{"service": service.key, "model": model.key, "share": "0.75"}],
            assets=[{"kind": "prompts", "name": "Triage prompts", "count": 120}],
        )

        assert answer.status_code == 201
        found = answer.json()
        assert found["annual_spend"] == {"amount": "720000.00", "currency": "USD"}
        (dependency,) = found["dependencies"]
        assert (dependency["model"], dependency["share"]) == (model.key, "0.7500")
        assert found["assets"][0]["count"] == 120

    def test_parts_given_replace_those_on_file(self, organisation, chair, client_as):
        workload = make_workload(organisation)
        service = make_service(make_vendor(organisation))
        kept = make_dependency(workload, service=service, share="0.5")
        make_dependency(workload, service=service, share="0.2")
        make_asset(workload)

        answer = patch(
            client_as(chair),
            f"workloads/{workload.key}",
            dependencies=[{"id": kept.pk, "share": "0.6"}],
        )

        assert [(part["id"], part["share"]) for part in answer.json()["dependencies"]] == [
            (kept.pk, "0.6000")
        ]
        assert len(answer.json()["assets"]) == 1

    def test_an_archived_record_is_chosen_only_where_it_is_held(
        self, organisation, chair, client_as, now
    ):
        vendor = make_vendor(organisation, archived_at=now)
        service = make_service(vendor)
        workload = make_workload(organisation)
        held = make_service(make_vendor(organisation, "Held"), archived_at=now)
        make_dependency(workload, service=held)
        browser = client_as(chair)

        assert patch(browser, f"services/{service.key}", vendor=vendor.key).status_code == 200
        assert post(browser, "services", name="New", vendor=vendor.key).status_code == 400
        answer = patch(browser, f"workloads/{workload.key}", dependencies=[{"service": held.key}])
        assert answer.status_code == 200

    def test_a_commitment_comes_with_its_periods(self, organisation, chair, client_as):
        contract = make_contract(make_vendor(organisation))
        browser = client_as(chair)
        period = {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "amount": {"amount": "10.5"}}

        answer = post(
            browser, "commitments", contract=contract.key, name="Minimum", periods=[period]
        )

        assert answer.status_code == 201
        place = f"commitments/{contract.key}/{answer.json()['key']}"
        assert browser.get(f"{API}/{place}/").json()["periods"] == [
            {**period, "amount": {"amount": "10.50", "currency": "USD"}}
        ]
        assert patch(browser, place, name="Least").json()["periods"][0]["ends_on"] == "2027-12-31"
        assert patch(browser, place, currency="EUR").status_code == 400

    def test_periods_that_overlap_are_refused(self, organisation, chair, client_as):
        contract = make_contract(make_vendor(organisation))
        days = [("2027-01-01", "2027-12-31"), ("2027-06-01", "2028-01-01")]
        periods = [
            {"starts_on": first, "ends_on": last, "amount": {"amount": "1"}} for first, last in days
        ]

        answer = post(
            client_as(chair), "commitments", contract=contract.key, name="M", periods=periods
        )

        assert list(answer.json()) == ["periods"]
        assert not Commitment.objects.exists()

    def test_a_commitment_added_by_mistake_is_removed(self, organisation, chair, client_as):
        contract = make_contract(make_vendor(organisation))
        browser = client_as(chair)
        key = post(browser, "commitments", contract=contract.key, name="Slip").json()["key"]

        answer = browser.delete(f"{API}/commitments/{contract.key}/{key}/")

        assert answer.status_code == 204
        assert not Commitment.objects.exists()

    def test_hostile_text_comes_back_as_it_was_given(self, organisation, chair, client_as):
        browser = client_as(chair)

        key = post(browser, "vendors", name=HOSTILE, note=HOSTILE).json()["key"]
        found = browser.get(f"{API}/vendors/{key}/")

        assert (found.json()["name"], found.json()["note"]) == (HOSTILE, HOSTILE)
        assert found["Content-Type"] == "application/json"


WORKLOAD: list[dict[str, Any]] = [
    {"name": "a\0b"},
    {"name": ""},
    {"name": None},
    {"name": ["a"]},
    {"name": "a" * 201},
    {"name": "A", "colour": "red"},
    {"name": "A", "archived_at": None},
    {"name": "A", "organisation": 1},
    {"name": "A", "key": "no spaces"},
    {"name": "A", "key": ""},
    {"name": "A", "owner": "nobody@halden.example"},
    {"name": "A", "owner": 0},
    {"name": "A", "owner": True},
    {"name": "A", "owner": 10**30},
    {"name": "Claims\ntriage"},
    {"name": "Claims\u2028triage"},
    {"name": "A", "description": "a\x07b"},
    {"name": "A", "owner": "a\0b"},
    {"name": "A", "criticality": "extreme"},
    {"name": "A", "criticality": {"a": 1}},
    {"name": "A", "daily_users": 10**30},
    {"name": "A", "daily_users": -1},
    {"name": "A", "daily_users": 2**31},
    {"name": "A", "daily_users": 1.5},
    {"name": "A", "time_to_exit_weeks": "0"},
    {"name": "A", "time_to_exit_weeks": "1e400"},
    {"name": "A", "time_to_exit_weeks": 10**40},
    {"name": "A", "annual_spend": "100"},
    {"name": "A", "annual_spend": {"amount": 1.5}},
    {"name": "A", "annual_spend": {"amount": True}},
    {"name": "A", "annual_spend": {"amount": "-1"}},
    {"name": "A", "annual_spend": {"amount": "NaN"}},
    {"name": "A", "annual_spend": {"amount": "9" * 30}},
    {"name": "A", "annual_spend": {"amount": "0.005"}},
    {"name": "A", "annual_spend": {"amount": "1", "currency": "XXX"}},
    {"name": "A", "annual_spend": {"amount": "1", "currency": ["USD"]}},
    {"name": "A", "annual_spend": {"amount": "1", "unit": "m"}},
    {"name": "A", "annual_spend": {}},
    {"name": "A", "currency": "ZZZ"},
    {"name": "A", "dependencies": {}},
    {"name": "A", "dependencies": [1]},
    {"name": "A", "dependencies": [{}]},
    {"name": "A", "dependencies": [{"model": "a\0b"}]},
    {"name": "A", "dependencies": [{"service": "unknown"}]},
    {"name": "A", "dependencies": [{"service": "known", "share": "1.5"}]},
    {"name": "A", "dependencies": [{"service": "known", "share": "Infinity"}]},
    {"name": "A", "dependencies": [{"service": "known", "weight": 1}]},
    {"name": "A", "dependencies": [{"service": "known", "id": 999_999}]},
    {"name": "A", "dependencies": [{"service": "known", "id": 10**30}]},
    {"name": "A", "dependencies": [{"service": "known"}] * 501},
    {"name": "A", "assets": [{"kind": "prompts"}]},
    {"name": "A", "assets": [{"kind": "prompts", "name": "P"}] * 2},
    {"name": "A", "assets": [{"kind": "prompts", "name": "P", "count": 2**63}]},
]


class TestWhatIsRefused:
    @pytest.mark.parametrize("body", WORKLOAD, ids=lambda body: json.dumps(body)[:60])
    def test_a_workload_that_cannot_be_gets_400(self, organisation, chair, client_as, body):
        make_service(make_vendor(organisation), key="known")

        answer = post(client_as(chair), "workloads", **body)

        assert answer.status_code == 400
        assert isinstance(answer.json(), dict)
        assert not Workload.objects.exists()

    @pytest.mark.parametrize("body", WORKLOAD, ids=lambda body: json.dumps(body)[:60])
    def test_a_change_that_cannot_be_gets_400_too(self, organisation, chair, client_as, body):
        make_service(make_vendor(organisation), key="known")
        workload = make_workload(organisation)

        answer = patch(client_as(chair), f"workloads/{workload.key}", **body)

        assert answer.status_code == 400
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            {"starts_on": "2027-01-01", "ends_on": "2026-01-01"},
            {"starts_on": "0000-00-00"},
            {"starts_on": 5},
            {"term_months": 2**31},
            {"discount_percent": "101"},
            {"time_zone": "Mars/Olympus"},
            {"decision": "leave"},
            {"notice_by": "2027-01-01"},
            {"vendor": None},
            {"vendor": {"key": "openai"}},
        ],
        ids=json.dumps,
    )
    def test_terms_that_cannot_be_get_400(self, organisation, chair, client_as, body):
        contract = make_contract(make_vendor(organisation))

        assert patch(client_as(chair), f"contracts/{contract.key}", **body).status_code == 400

    def test_terms_beyond_the_calendar_are_no_fault(self, organisation, chair, client_as):
        contract = make_contract(make_vendor(organisation), ends_on=None)

        answer = patch(
            client_as(chair),
            f"contracts/{contract.key}",
            term_months=2**31 - 1,
            renewal_months=2**31 - 1,
            notice_value=2**31 - 1,
        )

        assert answer.status_code in (200, 400)

    @pytest.mark.parametrize(
        "period",
        [
            {},
            {"starts_on": "2027-01-01", "ends_on": "2027-12-31"},
            {"starts_on": "2027-01-01", "amount": {"amount": "1"}},
            {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "amount": None},
            {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "amount": {"amount": None}},
            {
                "starts_on": "2027-01-01",
                "ends_on": "2027-12-31",
                "amount": {"amount": "1", "currency": "EUR"},
            },
        ],
        ids=json.dumps,
    )
    def test_a_period_is_given_whole(self, organisation, chair, client_as, period):
        commitment = make_commitment(make_contract(make_vendor(organisation)), periods=[])
        place = f"commitments/{commitment.contract.key}/{commitment.key}"

        assert patch(client_as(chair), place, periods=[period]).status_code == 400

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b'"text"',
            b"null",
            b'{"name": NaN}',
            b'{"name": "\\ud800"}',
            b'{"\\ud800": 1}',
            b'{"name": "\xff"}',
            b"[" * 100_000,
            b'{"name": ' + b"9" * 5000 + b"}",
        ],
        ids=lambda body: repr(body[:20]),
    )
    def test_a_body_that_is_no_record_gets_400(self, chair, client_as, body):
        answer = client_as(chair).post(f"{API}/vendors/", body, content_type="application/json")

        assert answer.status_code == 400

    def test_a_body_beyond_the_limit_gets_400(self, chair, client_as, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

        assert post(client_as(chair), "vendors", name="A", note="x" * 200).status_code == 400

    def test_a_key_with_nul_is_no_address(self, chair, client_as):
        assert client_as(chair).get(f"{API}/vendors/a%00b/").status_code == 404
