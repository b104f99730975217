"""Writes of the portfolio: their rules, what is refused and why, and what the trail keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from lockin.trail.models import Event
from tests.conftest import NOW
from tests.factories.people import make_organisation
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
from vendors.models import CommitmentPeriod, Contract, Dependency, Vendor, Workload
from vendors.portfolio import commitments, contracts, models, services, vendors, workloads
from vendors.portfolio.notice_days import refresh_notice_days
from vendors.portfolio.records import UnableToChange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def who(chair: Any) -> dict[str, Any]:
    return {"by": chair, "now": NOW}


def acts() -> list[str]:
    return list(Event.objects.order_by("sequence").values_list("act", flat=True))


class TestVendors:
    def test_a_vendor_gets_a_key_of_its_name_that_nobody_has(self, organisation, who):
        make_vendor(organisation, "Acme")
        row = vendors.add(organisation=organisation, values={"name": "Acmé!"}, **who)
        assert row.key == "acme-2"

    def test_the_trail_keeps_only_what_changed(self, organisation, who):
        row = vendors.add(organisation=organisation, values={"name": "Acme"}, **who)
        vendors.edit(vendor=row, values={"name": "Acme Ltd", "note": ""}, **who)

        event = Event.objects.latest("sequence")
        assert (event.act, event.before, event.after) == (
            "vendor.edited",
            {"name": "Acme"},
            {"name": "Acme Ltd"},
        )

    def test_an_edit_that_changes_nothing_is_no_event(self, organisation, who):
        row = vendors.add(organisation=organisation, values={"name": "Acme"}, **who)
        vendors.edit(vendor=row, values={"name": "Acme"}, **who)
        assert acts() == ["vendor.added"]

    def test_a_name_that_is_on_file_is_refused_whatever_its_case(self, organisation, who):
        make_vendor(organisation, "OpenAI")
        with pytest.raises(UnableToChange, match="OpenAI is on file"):
            vendors.add(organisation=organisation, values={"name": "openai"}, **who)

    def test_the_form_offers_to_merge_when_an_edit_takes_another_s_name(
        self, organisation, chair, client_as
    ):
        kept, double = make_vendor(organisation, "OpenAI"), make_vendor(organisation, "Open AI")
        response = client_as(chair).post(f"/vendors/{double.pk}/edit/", {"name": "OpenAI"})
        assert response.status_code == 400
        assert f"/vendors/{double.pk}/merge/?into={kept.pk}" in response.content.decode()

    def test_a_merge_moves_everything_and_leaves_another_spelling(self, organisation, who):
        kept, gone = make_vendor(organisation, "Microsoft"), make_vendor(organisation, "MSFT")
        service, contract = make_service(gone), make_contract(gone)
        model = make_model(gone)

        vendors.merge(vendor=gone, into=kept, **who)

        for row in (service, contract, model):
            row.refresh_from_db()
        assert (service.vendor, contract.vendor, model.host, model.publisher) == (kept,) * 4
        gone.refresh_from_db()
        assert gone.merged_into == kept
        assert gone.archived_at == NOW
        assert vendors.named(organisation, "msft") == kept
        assert acts()[-1] == "vendor.merged"

    def test_a_merged_vendor_stays_merged(self, organisation, who):
        kept, gone = make_vendor(organisation, "Microsoft"), make_vendor(organisation, "MSFT")
        vendors.merge(vendor=gone, into=kept, **who)
        gone.refresh_from_db()
        with pytest.raises(UnableToChange):
            vendors.restore(vendor=gone, **who)
        with pytest.raises(UnableToChange):
            vendors.merge(vendor=kept, into=gone, **who)

    def test_a_vendor_is_never_merged_into_itself(self, organisation, who):
        row = make_vendor(organisation)
        with pytest.raises(UnableToChange, match="two different"):
            vendors.merge(vendor=row, into=row, **who)


class TestRemoving:
    def test_a_row_added_by_mistake_is_removed_and_the_log_keeps_what_it_held(
        self, organisation, who
    ):
        row = vendors.add(organisation=organisation, values={"name": "Acme"}, **who)
        vendors.remove(vendor=row, **who)

        assert not Vendor.objects.exists()
        event = Event.objects.latest("sequence")
        assert event.act == "vendor.removed"
        assert event.before["name"] == "Acme"

    def test_a_row_in_use_is_refused_with_who_uses_it(self, organisation, who):
        vendor = make_vendor(organisation)
        service = services.add(
            organisation=organisation, values={"name": "API", "vendor": vendor}, **who
        )
        for name in ("One", "Two", "Three"):
            make_dependency(make_workload(organisation, name), service=service)

        with pytest.raises(UnableToChange, match=r"Used by 3 workloads\. Archive it\."):
            services.remove(service=service, **who)

    def test_a_row_that_was_changed_since_is_kept(self, organisation, who):
        row = vendors.add(organisation=organisation, values={"name": "Acme"}, **who)
        vendors.edit(vendor=row, values={"name": "Acme Ltd"}, **who)
        with pytest.raises(UnableToChange, match="log refers to it"):
            vendors.remove(vendor=row, **who)

    def test_the_page_says_why_and_removes_nothing(self, organisation, chair, client_as):
        vendor = make_vendor(organisation)
        make_contract(vendor)
        response = client_as(chair).post(f"/vendors/{vendor.pk}/remove/")
        assert response.status_code == 409
        assert "Used by 1 contract" in response.content.decode()

    def test_archiving_keeps_the_row_and_restoring_brings_it_back(self, organisation, who):
        model = make_model(make_vendor(organisation))
        assert models.archive(model=model, **who).archived_at == NOW
        assert models.restore(model=model, **who).archived_at is None
        assert acts() == ["model.archived", "model.restored"]


class TestContracts:
    def test_the_notice_day_is_kept_by_every_write(self, organisation, who):
        row = make_contract(make_vendor(organisation))
        saved = contracts.edit(contract=row, values={"notice_value": 90}, **who)
        # Sun 31 Jan 2027 − 90 days is Mon 2 Nov 2026.
        assert saved.notice_by == date(2026, 11, 2)

    def test_the_nightly_refresh_moves_it_when_the_contract_renewed(self, organisation):
        row = make_contract(make_vendor(organisation), ends_on=date(2027, 1, 31))
        refresh_notice_days(organisation=organisation, on=NOW.date())
        first = Contract.objects.get().notice_by

        moved = refresh_notice_days(organisation=organisation, on=date(2027, 2, 1))

        row.refresh_from_db()
        assert (first, moved) == (date(2026, 12, 2), 1)
        # 31 Jan 2028 − 60 days is Thu 2 Dec 2027.
        assert row.notice_by == date(2027, 12, 2)
        assert refresh_notice_days(organisation=organisation, on=date(2027, 2, 1)) == 0

    def test_terms_that_contradict_themselves_are_refused(self, organisation, who):
        row = make_contract(make_vendor(organisation))
        with pytest.raises(UnableToChange, match="before the first"):
            contracts.edit(contract=row, values={"ends_on": date(2025, 1, 1)}, **who)

    def test_a_decision_says_when_and_is_taken_back(self, organisation, who):
        row = make_contract(make_vendor(organisation))
        decided = contracts.decide(contract=row, decision="leave", **who)
        assert (decided.decision, decided.decided_at) == ("leave", NOW)
        undone = contracts.decide(contract=decided, decision="", **who)
        assert (undone.decision, undone.decided_at) == ("", None)

    def test_notice_is_a_decision_to_leave_and_never_lies_ahead(self, organisation, who):
        row = make_contract(make_vendor(organisation))
        with pytest.raises(UnableToChange):
            contracts.give_notice(contract=row, given_on=NOW.date() + timedelta(days=1), **who)
        given = contracts.give_notice(contract=row, given_on=NOW.date(), **who)
        assert given.decision == "leave"
        with pytest.raises(UnableToChange, match="Take the notice back"):
            contracts.decide(contract=given, decision="renew", **who)

    def test_a_vendor_of_another_organisation_is_refused(self, organisation, who):
        other = make_vendor(make_organisation("Other"))
        with pytest.raises(UnableToChange, match="no such record"):
            contracts.add(organisation=organisation, values={"name": "C", "vendor": other}, **who)

    def test_the_form_takes_an_amount_in_its_currency(self, organisation, chair, client_as):
        row = make_contract(make_vendor(organisation))
        data = {
            "name": row.name,
            "vendor": row.vendor_id,
            "renewal": "automatic",
            "state": "in-force",
            "notice_form": "unknown",
            "notice_delivery_unit": "days",
            "notice_earliest_unit": "days",
            "data_act": "setting",
            "uplift_basis": "unknown",
            "notice_unit": "days",
            "uplift": "unknown",
            "early_termination": "unknown",
            "currency": "jpy",
            "annual_value": "1240000",
        }
        assert client_as(chair).post(f"/contracts/{row.pk}/edit/", data).status_code == 302
        row.refresh_from_db()
        assert (row.annual_value_minor, row.currency) == (1_240_000, "JPY")

        data["annual_value"] = "1.5"
        response = client_as(chair).post(f"/contracts/{row.pk}/edit/", data)
        assert "more decimals than JPY" in response.content.decode()


class TestCommitments:
    def test_periods_that_overlap_are_refused_and_nothing_is_kept(self, organisation, who):
        contract = make_contract(make_vendor(organisation))
        periods = [
            {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "amount_minor": 1},
            {"starts_on": date(2026, 12, 31), "ends_on": date(2027, 12, 30), "amount_minor": 1},
        ]
        with pytest.raises(UnableToChange, match="begins before the one from 1 Jan 2026"):
            commitments.add(contract=contract, values={"name": "C"}, periods=periods, **who)
        assert not CommitmentPeriod.objects.exists()

    def test_the_schedule_is_part_of_what_the_trail_keeps(self, organisation, who):
        contract = make_contract(make_vendor(organisation))
        row = make_commitment(contract, periods=[(date(2026, 1, 1), date(2026, 12, 31), 100)])
        periods = [
            {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "amount_minor": 200}
        ]
        commitments.edit(commitment=row, values={}, periods=periods, **who)
        event = Event.objects.latest("sequence")
        assert event.before["periods"][0]["amount_minor"] == 100
        assert event.after["periods"][0]["amount_minor"] == 200

    def test_pace_and_remaining_stand_on_the_page_with_their_arithmetic(
        self, organisation, chair, client_as
    ):
        contract = make_contract(make_vendor(organisation))
        make_commitment(
            contract,
            periods=[(date(2026, 1, 1), date(2026, 12, 31), 200_000_000)],
            used_to_date_minor=86_500_000,
            used_as_of=date(2026, 7, 31),
        )
        text = client_as(chair).get(f"/contracts/{contract.pk}/").content.decode()
        # 2,000,000 − 865,000 = 1,135,000; 865/2000 ÷ 7/12 = 0.7414.
        assert "Still committed: <b>$1.14m</b>" in text
        assert "Pace 0.74" in text
        assert "How this is reckoned" in text


class TestWorkloads:
    def test_parts_given_replace_those_on_file_by_their_id(self, organisation, who):
        workload = make_workload(organisation)
        vendor = make_vendor(organisation)
        kept = make_dependency(workload, model=make_model(vendor, "a"))
        make_dependency(workload, model=make_model(vendor, "b"))
        service = make_service(vendor)

        workloads.edit(
            workload=workload,
            values={},
            dependencies=[
                {"id": kept.pk, "share": Decimal("0.5")},
                {"service": service, "role": "fallback"},
            ],
            **who,
        )

        rows = Dependency.objects.order_by("pk")
        assert [(row.model_id, row.service_id) for row in rows] == [
            (kept.model_id, None),
            (None, service.pk),
        ]
        assert len(Event.objects.latest("sequence").after["dependencies"]) == 2

    def test_a_part_that_is_another_workload_s_is_refused(self, organisation, who):
        other = make_dependency(
            make_workload(organisation, "Other"), model=make_model(make_vendor(organisation))
        )
        workload = make_workload(organisation, "Mine")
        with pytest.raises(UnableToChange, match="no part of this workload"):
            workloads.edit(workload=workload, values={}, dependencies=[{"id": other.pk}], **who)

    def test_shares_over_the_whole_are_warned_about_and_saved(self, organisation, chair, client_as):
        vendor = make_vendor(organisation)
        one, two = make_model(vendor, "a"), make_model(vendor, "b")
        data = {
            "name": "Triage",
            "criticality": "high",
            "currency": "USD",
            "dependencies-TOTAL_FORMS": 2,
            "dependencies-INITIAL_FORMS": 0,
            "assets-TOTAL_FORMS": 1,
            "assets-INITIAL_FORMS": 0,
            "assets-0-kind": "tuned-model",
            "assets-0-held_by": "unknown",
        }
        for number, model in enumerate((one, two)):
            data |= {
                f"dependencies-{number}-model": model.pk,
                f"dependencies-{number}-percent": "80",
                f"dependencies-{number}-path": "direct",
                f"dependencies-{number}-role": "primary",
            }
        response = client_as(chair).post("/workloads/add/", data, follow=True)

        assert "add up to 160%" in response.content.decode()
        assert Dependency.objects.count() == 2
        assert Workload.objects.get().assets.count() == 0

    def test_the_edit_page_shows_its_parts_and_takes_one_away(self, organisation, chair, client_as):
        workload = make_workload(organisation)
        row = make_dependency(workload, model=make_model(make_vendor(organisation)))
        asset = make_asset(workload)
        client = client_as(chair)
        text = client.get(f"/workloads/{workload.pk}/edit/").content.decode()
        assert "gpt-4.1 at OpenAI" in text

        data = {
            "name": workload.name,
            "criticality": "high",
            "currency": "USD",
            "dependencies-TOTAL_FORMS": 1,
            "dependencies-INITIAL_FORMS": 1,
            "dependencies-0-id": row.pk,
            "dependencies-0-model": row.model_id,
            "dependencies-0-path": "direct",
            "dependencies-0-role": "primary",
            "dependencies-0-DELETE": "on",
            "assets-TOTAL_FORMS": 1,
            "assets-INITIAL_FORMS": 1,
            "assets-0-id": asset.pk,
            "assets-0-kind": asset.kind,
            "assets-0-name": "Renamed",
            "assets-0-held_by": "us",
        }
        assert client.post(f"/workloads/{workload.pk}/edit/", data).status_code == 302
        assert not Dependency.objects.exists()
        assert [item.name for item in workload.assets.all()] == ["Renamed"]

    def test_an_assessed_workload_is_archived_and_never_removed(self, organisation, who):
        from tests.factories.scored import make_assessment

        workload = workloads.add(organisation=organisation, values={"name": "W"}, **who)
        make_assessment(workload, points=50)
        with pytest.raises(UnableToChange, match="Used by 1 assessment"):
            workloads.remove(workload=workload, **who)
        assert workloads.archive(workload=workload, **who).archived_at == NOW
