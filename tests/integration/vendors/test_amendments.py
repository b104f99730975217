"""Papers that amend a contract: what each changes and from when, and that the history stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from lockin.immutable import UnableToChange as Frozen
from lockin.trail.models import Event
from tests.conftest import NOW
from tests.factories.people import make_organisation
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_service,
    make_vendor,
    make_workload,
)
from vendors.models import Amendment, Contract
from vendors.portfolio import amendments, contracts, data_act, terms
from vendors.portfolio.notice_days import refresh_notice_days
from vendors.portfolio.records import UnableToChange

pytestmark = pytest.mark.django_db

ON = NOW.date()
API = "/api/v1/contracts/openai-agreement/amendments/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def contract(organisation: Any) -> Contract:
    """It ends on 31 Jan 2027 and renews unless notice arrives 60 days before."""
    return make_contract(make_vendor(organisation))


@pytest.fixture
def amend(contract: Contract, chair: Any) -> Any:
    def put(effective_on: date = ON, **changes: Any) -> Amendment:
        values = {
            "kind": "amendment",
            "name": "Amendment 1",
            "effective_on": effective_on,
            "changes": changes,
        }
        return amendments.add(contract=contract, values=values, by=chair, now=NOW)

    return put


class TestPutOnFile:
    def test_its_terms_hold_from_its_day_and_the_contract_itself_stays(self, contract, amend):
        amend(notice_value=30)

        contract.refresh_from_db()
        assert contract.notice_value == 60
        assert terms.as_amended(contract, on=ON).notice_value == 30
        assert terms.term_of(contract, on=ON).notice_value == 30
        assert terms.term_of(contract, on=ON - timedelta(days=1)).notice_value == 60

    def test_the_day_that_lists_sort_by_follows_at_once(self, contract, amend):
        amend(ends_on="2027-12-31", notice_value=90)

        contract.refresh_from_db()
        # 31 Dec 2027 less ninety days is Sat 2 Oct.
        assert contract.notice_by == date(2027, 10, 1)
        assert contract.current_end_on == date(2027, 12, 31)

    def test_a_yearly_value_counts_in_lists_from_its_day_on(self, organisation, contract, amend):
        amend(effective_on=ON + timedelta(days=10), annual_value_minor=150_000_000)
        contract.refresh_from_db()
        assert contract.value_now_minor == 120_000_000

        refresh_notice_days(organisation=organisation, on=ON + timedelta(days=10))

        contract.refresh_from_db()
        assert contract.value_now_minor == 150_000_000

    def test_the_trail_tells_what_moved(self, amend):
        amend(notice_value=30)

        event = Event.objects.latest("sequence")
        assert event.act == "contract.amended"
        assert event.before == {"notice_value": 60}
        assert event.after["notice_value"] == 30
        assert event.after["changes"] == {"notice_value": 30}

    def test_refuses_what_no_paper_can_change(self, amend):
        with pytest.raises(UnableToChange, match="No paper changes this"):
            amend(vendor=1)

    def test_refuses_a_value_that_the_term_cannot_have(self, amend):
        with pytest.raises(UnableToChange) as refused:
            amend(renewal="sometimes", discount_percent="many")

        assert set(refused.value.errors) == {"renewal", "discount_percent"}

    def test_refuses_terms_that_contradict_themselves_and_keeps_nothing(self, amend):
        with pytest.raises(UnableToChange, match="closes before it opens"):
            amend(notice_earliest_value=10)

        assert not Amendment.objects.exists()

    def test_refuses_a_day_before_the_contract_began(self, amend):
        with pytest.raises(UnableToChange, match="after the contract began"):
            amend(effective_on=date(2020, 1, 1), notice_value=30)

    def test_refuses_to_amend_a_draft(self, contract, amend):
        Contract.objects.filter(pk=contract.pk).update(state="draft")

        with pytest.raises(UnableToChange, match="change the draft itself"):
            amend(notice_value=30)


class TestForEver:
    def test_the_model_refuses_in_words(self, amend):
        paper = amend(notice_value=30)
        paper.name = "Another"

        with pytest.raises(Frozen, match="never changed"):
            paper.save()

    @pytest.mark.parametrize(
        "statement",
        ["UPDATE vendors_amendment SET changes = '{}'", "DELETE FROM vendors_amendment"],
    )
    def test_the_database_refuses_behind_it(self, amend, statement):
        amend(notice_value=30)

        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_a_correction_without_what_it_takes_back_is_no_row(self, contract):
        with pytest.raises(DatabaseError), transaction.atomic():
            Amendment.objects.create(
                contract=contract,
                number=1,
                kind="correction",
                name="Amendment 1 taken back",
                effective_on=ON,
                recorded_at=NOW,
                recorded_by_name="Nadia Berg",
            )

    def test_a_contract_with_papers_is_not_removed(self, contract, amend, chair):
        amend(notice_value=30)

        with pytest.raises(UnableToChange, match="1 amendment"):
            contracts.remove(contract=contract, by=chair, now=NOW)


class TestTakeBack:
    def test_the_terms_are_as_before_and_both_papers_stay(self, contract, amend, chair):
        paper = amend(notice_value=30)

        amendments.take_back(amendment=paper, reason="Read from a draft.", by=chair, now=NOW)

        assert terms.term_of(contract, on=ON).notice_value == 60
        assert list(contract.amendments.order_by("number").values_list("kind", "note")) == [
            ("amendment", ""),
            ("correction", "Read from a draft."),
        ]

    def test_it_needs_a_reason(self, amend, chair):
        with pytest.raises(UnableToChange, match="Say what was wrong"):
            amendments.take_back(amendment=amend(notice_value=30), reason=" ", by=chair, now=NOW)

    def test_it_is_done_once(self, amend, chair):
        paper = amend(notice_value=30)
        amendments.take_back(amendment=paper, reason="Wrong.", by=chair, now=NOW)

        with pytest.raises(UnableToChange, match="does not count any more"):
            amendments.take_back(amendment=paper, reason="Wrong.", by=chair, now=NOW)


class TestStates:
    def test_a_draft_has_no_day_to_act(self, organisation, contract, chair):
        contracts.edit(contract=contract, values={"state": "draft"}, by=chair, now=NOW)

        contract.refresh_from_db()
        assert contract.notice_by is None
        assert contract not in Contract.objects.in_force()

    def test_of_an_ended_contract_nothing_is_left_to_do(self, contract, chair):
        contract = contracts.edit(contract=contract, values={"state": "ended"}, by=chair, now=NOW)

        dates = terms.dates_of(contract, on=ON)
        assert (dates.ended, dates.missed, dates.act_by) == (True, False, None)

    def test_a_draft_takes_no_notice(self, contract, chair):
        contracts.edit(contract=contract, values={"state": "draft"}, by=chair, now=NOW)
        contract.refresh_from_db()

        with pytest.raises(UnableToChange, match="binds nobody"):
            contracts.give_notice(contract=contract, given_on=ON, by=chair, now=NOW)


class TestCalendar:
    def test_the_organisations_country_gives_the_holidays(self, organisation, contract):
        Contract.objects.filter(pk=contract.pk).update(ends_on=date(2027, 6, 30), notice_value=30)
        contract.refresh_from_db()
        organisation.country = "GB"
        organisation.save()

        # 31 May 2027 is the Spring bank holiday.
        assert terms.notice_by(Contract.objects.get(pk=contract.pk), on=ON) == date(2027, 5, 28)

    def test_a_contract_names_another_country(self, organisation, contract):
        Contract.objects.filter(pk=contract.pk).update(
            ends_on=date(2027, 6, 30), notice_value=30, holiday_country="IE"
        )

        assert terms.notice_by(Contract.objects.get(pk=contract.pk), on=ON) == date(2027, 5, 31)

    def test_a_country_without_a_calendar_is_refused(self, contract, chair):
        with pytest.raises(UnableToChange, match="No calendar is known"):
            contracts.edit(contract=contract, values={"holiday_country": "XX"}, by=chair, now=NOW)


class TestDataAct:
    def test_it_stands_beside_a_contract_where_we_are_a_customer_in_the_union(self, contract):
        contract.jurisdiction = "IE"

        found = data_act.beside(contract, on=date(2026, 11, 23))

        # K16 of the worked examples.
        assert found.clock.retrieval_until == date(2027, 3, 24)
        assert found.clock.charges_zero

    def test_a_country_is_switched_off_for_all_its_contracts(self, organisation, contract, chair):
        contract.jurisdiction = "IE"

        data_act.switch(organisation=organisation, countries=["DE"], by=chair, now=NOW)

        assert data_act.beside(contract, on=ON).clock is None
        assert Event.objects.latest("sequence").act == "data-act-setting.edited"

    def test_the_contracts_own_switch_holds_over_the_country(self, contract):
        contract.jurisdiction, contract.data_act = "US", Contract.DataAct.APPLIES
        assert data_act.beside(contract, on=ON).clock is not None

        contract.jurisdiction, contract.data_act = "IE", Contract.DataAct.NOT
        assert data_act.beside(contract, on=ON).clock is None

    def test_no_country_outside_the_union_can_be_switched_on(self, organisation, chair):
        with pytest.raises(UnableToChange, match="US is no member state"):
            data_act.switch(organisation=organisation, countries=["US"], by=chair, now=NOW)


class TestPages:
    def test_a_council_member_records_a_paper_and_sees_the_new_day(self, client, contract, chair):
        client.force_login(chair)

        response = client.post(
            f"/contracts/{contract.pk}/amendments/add/",
            {
                "name": "Amendment 1",
                "kind": "amendment",
                "effective_on": "2026-11-01",
                "to_ends_on": "2027-12-31",
                "to_annual_value_minor": "1500000",
                "to_termination_for_convenience": "no",
            },
            follow=True,
        )

        page = response.content.decode()
        paper = Amendment.objects.get()
        assert paper.changes == {
            "annual_value_minor": 150_000_000,
            "ends_on": "2027-12-31",
            "termination_for_convenience": False,
        }
        assert "Amendment 1 holds from 1 Nov 2026" in page
        # 31 Dec 2027 less sixty days is Mon 1 Nov.
        assert "Mon 1 Nov 2027" in page

    def test_what_was_typed_wrongly_is_said_beside_its_field(self, client, contract, chair):
        client.force_login(chair)

        response = client.post(
            f"/contracts/{contract.pk}/amendments/add/",
            {
                "name": "Amendment 1",
                "kind": "amendment",
                "effective_on": "2026-11-01",
                "to_holiday_country": "XX",
            },
        )

        assert response.status_code == 400
        assert "No calendar is known" in response.content.decode()

    def test_amounts_stay_hidden_from_an_owner(self, client, contract, amend, owner, organisation):
        amend(annual_value_minor=150_000_000, notice_value=30)
        service = make_service(contract.vendor)
        workload = make_workload(organisation, owner=owner)
        make_dependency(workload, service=service, contract=contract)
        client.force_login(owner)

        page = client.get(f"/contracts/{contract.pk}/").content.decode()

        assert "Amendment 1" in page
        assert "1,500,000" not in page
        assert "Yearly value" not in page

    def test_another_organisations_paper_is_not_found(self, client, chair):
        elsewhere = make_contract(make_vendor(make_organisation("Elsewhere")))
        paper = Amendment.objects.create(
            contract=elsewhere,
            number=1,
            kind="amendment",
            name="Amendment 1",
            effective_on=ON,
            recorded_at=NOW,
            recorded_by_name="Somebody",
        )
        client.force_login(chair)

        assert client.get(f"/amendments/{paper.pk}/take-back/").status_code == 404

    def test_the_list_draws_the_year(self, client, organisation, contract, chair):
        refresh_notice_days(organisation=organisation, on=ON)
        client.force_login(chair)

        page = client.get("/contracts/").content.decode()

        assert "One notice day in twelve months, 1 without a decision." in page


class TestApi:
    def test_a_paper_is_recorded_listed_and_taken_back(self, client, contract, chair):
        client.force_login(chair)
        body = {
            "kind": "amendment",
            "name": "Amendment 1",
            "effective_on": "2026-11-01",
            "changes": {"notice_value": 30},
        }

        made = client.post(API, json.dumps(body), content_type="application/json")
        assert made.status_code == 201, made.content
        back = client.post(
            f"{API}1/take-back/",
            json.dumps({"reason": "Wrong contract."}),
            content_type="application/json",
        )

        assert back.status_code == 201
        rows = client.get(API).json()["results"]
        assert [(row["number"], row["kind"], row["withdraws"]) for row in rows] == [
            (1, "amendment", None),
            (2, "correction", 1),
        ]

    def test_what_is_refused_names_the_term(self, client, contract, chair):
        client.force_login(chair)
        body = {
            "kind": "amendment",
            "name": "Amendment 1",
            "effective_on": "2026-11-01",
            "changes": {"renewal": "sometimes"},
        }

        refused = client.post(API, json.dumps(body), content_type="application/json")

        assert refused.status_code == 400
        assert "renewal" in refused.json()

    def test_the_dates_come_with_their_arithmetic(self, client, contract, chair):
        client.force_login(chair)

        found = client.get("/api/v1/contracts/openai-agreement/dates/").json()

        assert found["act_by"] == "2026-12-02"
        assert found["arithmetic"][-1] == "31 Jan 2027 − 60 days = Wed 2 Dec 2026"


class TestHostileValues:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ends_on", 5),
            ("ends_on", [1]),
            ("ends_on", {"day": 1}),
            ("notice_value", 1.5),
            ("notice_value", True),
            ("term_months", -1),
            ("notice_address", ["a", "b"]),
            ("notice_address", {"a": 1}),
            ("uplift_cap_percent", "NaN"),
            ("renewal", 1),
        ],
    )
    def test_a_value_of_another_kind_is_refused_at_its_term_and_never_bent(
        self, contract, chair, client_as, name, value
    ):
        paper = {
            "kind": "amendment",
            "name": "Amendment 1",
            "effective_on": ON.isoformat(),
            "changes": {name: value},
        }

        answer = client_as(chair).post(API, json.dumps(paper), content_type="application/json")

        assert answer.status_code == 400
        assert name in answer.json()
        assert not Amendment.objects.exists()

    @pytest.mark.parametrize("day", ["9999-12-31", "9990-01-01"])
    def test_a_day_that_no_calendar_reaches_is_refused_in_words(
        self, contract, chair, client_as, day
    ):
        paper = {
            "kind": "amendment",
            "name": "Amendment 1",
            "effective_on": day,
            "changes": {"notice_value": 30},
        }

        answer = client_as(chair).post(API, json.dumps(paper), content_type="application/json")

        assert answer.status_code == 400
        assert "effective_on" in answer.json()
        assert not Amendment.objects.exists()
