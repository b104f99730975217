"""Controls: what is taken, what is refused, and what the score makes of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from assessments import mitigating
from assessments.mitigating import Given, Proof
from assessments.models import CurrentScore, Mitigation
from lockin.trail.models import Event
from tests.conftest import NOW, TODAY
from tests.factories.portfolio import make_workload
from tests.factories.scored import make_assessment, make_evidence, make_mitigation

pytestmark = pytest.mark.django_db


@pytest.fixture
def workload(organisation, owner):
    return make_workload(organisation, owner=owner)


def given(**fields: Any) -> Given:
    values = {"control": "M1", "dimension": "api", "coverage": Decimal("0.9"), **fields}
    return Given(**values)


def add(workload: Any, by: Any, **fields: Any) -> mitigating.Recorded:
    return mitigating.add(workload=workload, given=given(**fields), by=by, now=NOW)


class TestAdd:
    def test_a_control_moves_the_score_and_stands_in_the_trail(
        self, workload, owner, django_capture_on_commit_callbacks
    ):
        make_assessment(workload, points=100)

        with django_capture_on_commit_callbacks(execute=True):
            add(workload, owner, coverage=Decimal(1))

        # .75 × 1 × .2 declared: 15 %.
        assert CurrentScore.objects.get(workload=workload).api == 85
        assert Event.objects.get().act == "mitigation.added"

    def test_documented_without_anything_on_file_is_saved_as_declared(self, workload, owner):
        found = add(workload, owner, grade="documented")

        assert found.was_lowered
        assert found.mitigation.grade == "declared"

    def test_documented_with_evidence_stays_documented(self, workload, owner):
        version = make_evidence(workload)

        found = add(workload, owner, grade="documented", proof=Proof(version_id=version.pk))

        assert found.mitigation.grade == "documented"
        assert found.mitigation.evidence == version

    def test_a_link_becomes_evidence_of_the_workload(self, workload, owner):
        proof = Proof(link="https://wiki.example/gateway")

        found = add(workload, owner, grade="tested", tested_on=TODAY, proof=proof)

        assert found.mitigation.evidence.link == "https://wiki.example/gateway"
        assert found.mitigation.evidence.evidence.workload == workload

    def test_evidence_of_another_workload_is_refused(self, workload, owner, organisation):
        other = make_evidence(make_workload(organisation, "Other", owner=owner))

        with pytest.raises(mitigating.UnableToRecord, match="not of this workload"):
            add(workload, owner, grade="documented", proof=Proof(version_id=other.pk))

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"control": "M5", "dimension": "api"}, "earns no credit for Proprietary API"),
            ({"coverage": Decimal("1.1")}, "between 0 and 100"),
            ({"measured_coverage": Decimal("-0.1")}, "between 0 and 100"),
            ({"grade": "tested"}, "needs the day of the test"),
            ({"drill": "failed"}, "needs the day it was held"),
            ({"tested_on": TODAY + timedelta(days=1)}, "lies ahead"),
            ({"drill": "passed", "tested_on": TODAY}, "needs its record"),
            ({"proof": Proof(link="javascript:alert(1)")}, "web address"),
        ],
    )
    def test_what_does_not_hold_is_refused_in_words(self, workload, owner, fields, words):
        with pytest.raises(mitigating.UnableToRecord, match=words):
            add(workload, owner, **fields)

        assert not Mitigation.objects.exists()

    def test_the_same_control_on_the_same_form_is_refused(self, workload, owner):
        add(workload, owner)

        with pytest.raises(mitigating.UnableToRecord, match="already"):
            add(workload, owner)

    def test_gateway_facts_of_another_control_are_dropped(self, workload, owner):
        found = add(workload, owner, control="M2", gateway_unpinned=True)

        assert found.mitigation.gateway_unpinned is None


class TestChange:
    def test_only_what_differs_stands_in_the_trail(self, workload, owner):
        row = add(workload, owner).mitigation

        mitigating.change(mitigation=row, given=given(coverage=Decimal("0.5")), by=owner, now=NOW)

        event = Event.objects.get(act="mitigation.changed")
        assert event.before == {"coverage": "0.9000"}
        assert event.after["coverage"] == "0.5"

    def test_saving_without_a_change_writes_nothing(self, workload, owner):
        row = add(workload, owner).mitigation

        mitigating.change(mitigation=row, given=given(), by=owner, now=NOW)

        assert not Event.objects.filter(act="mitigation.changed").exists()

    def test_another_control_is_another_entry(self, workload, owner):
        row = add(workload, owner).mitigation

        with pytest.raises(mitigating.UnableToRecord, match="another entry"):
            mitigating.change(mitigation=row, given=given(control="M2"), by=owner, now=NOW)


def test_a_removed_control_stays_in_the_trail(workload, owner):
    row = add(workload, owner).mitigation

    mitigating.remove(mitigation=row, by=owner, now=NOW)

    assert not Mitigation.objects.exists()
    assert Event.objects.get(act="mitigation.removed").before["control"] == "M1"


class TestPages:
    @pytest.fixture(autouse=True)
    def _on_the_day(self):
        with time_machine.travel(NOW, tick=False):
            yield

    def form(self, **fields: str) -> dict[str, str]:
        return {
            "control": "M1",
            "dimension": "api",
            "coverage": "90",
            "grade": "declared",
            **fields,
        }

    def test_an_owner_registers_a_control(self, workload, owner, client_as):
        answer = client_as(owner).post(f"/workloads/{workload.pk}/mitigations/add/", self.form())

        assert answer.status_code == 302
        assert Mitigation.objects.get().coverage == Decimal("0.9")

    def test_a_wrong_form_says_what_to_correct_and_keeps_what_was_typed(
        self, workload, owner, client_as
    ):
        answer = client_as(owner).post(
            f"/workloads/{workload.pk}/mitigations/add/",
            self.form(dimension="vectors", note="Kept text"),
        )

        assert answer.status_code == 422
        assert "counts for Proprietary API, Data and workflow alone" in answer.content.decode()
        assert "Kept text" in answer.content.decode()

    def test_editing_keeps_the_control(self, workload, owner, client_as):
        row = make_mitigation(workload)

        client_as(owner).post(
            f"/workloads/{workload.pk}/mitigations/{row.pk}/",
            self.form(control="M2", coverage="50"),
        )

        row.refresh_from_db()
        assert (row.control, row.coverage) == ("M1", Decimal("0.5"))

    def test_removing_asks_first(self, workload, owner, client_as):
        row = make_mitigation(workload)
        browser = client_as(owner)
        address = f"/workloads/{workload.pk}/mitigations/{row.pk}/remove/"

        assert browser.get(address).status_code == 200
        assert Mitigation.objects.exists()
        browser.post(address)

        assert not Mitigation.objects.exists()

    @pytest.mark.parametrize("person", ["other_owner", "auditor", "analyst", "administrator"])
    def test_who_may_not_edit_gets_404(self, workload, client_as, request, person):
        row = make_mitigation(workload)
        browser = client_as(request.getfixturevalue(person))

        for end in ("add/", f"{row.pk}/", f"{row.pk}/remove/"):
            address = f"/workloads/{workload.pk}/mitigations/{end}"
            assert browser.get(address).status_code == 404
            assert browser.post(address, self.form()).status_code == 404
        assert Mitigation.objects.get().coverage == 1

    def test_a_control_of_another_workload_is_not_found_under_this_one(
        self, organisation, workload, owner, client_as
    ):
        other = make_mitigation(make_workload(organisation, "Other", owner=owner))

        answer = client_as(owner).get(f"/workloads/{workload.pk}/mitigations/{other.pk}/")

        assert answer.status_code == 404
