"""Scores, profiles and the calculator of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import current_scores
from assessments.api.scores import ScoreRow
from assessments.models import CurrentScore
from lockin.trail.models import Event
from lockin.trail.recording import record
from tests.conftest import NOW, TODAY
from tests.factories.portfolio import make_dependency, make_model, make_vendor, make_workload
from tests.factories.scored import make_assessment, make_mitigation
from vendors.models import Workload

pytestmark = pytest.mark.django_db

SCORES = "/api/v1/scores/"
CALCULATOR = "/api/v1/calculators/score/"


def scored(organisation: Any, name: str, points: int = 50, **fields: Any) -> Any:
    workload = make_workload(organisation, name, **fields)
    make_assessment(workload, points=points)
    return workload


def refresh(organisation: Any) -> None:
    current_scores.refresh(organisation=organisation, on=TODAY, now=NOW)


class TestScores:
    def test_workloads_that_were_never_assessed_are_listed_with_nulls(
        self, organisation, chair, client_as
    ):
        make_workload(organisation, "Never assessed")

        (row,) = client_as(chair).get(SCORES).json()["results"]

        assert row["is_assessed"] is False
        assert row["residual"] is None
        assert row["dimensions"]["api"] is None

    def test_rows_are_what_their_description_says(self, organisation, chair, owner, client_as):
        scored(organisation, "Scored", 50, owner=owner)
        make_workload(organisation, "Never")
        refresh(organisation)

        rows = client_as(chair).get(SCORES).json()["results"]

        described = {row.key: ScoreRow(row).data for row in Workload.objects.all()}
        assert rows == [json.loads(json.dumps(described[row["workload"]])) for row in rows]
        assert len(rows) == 2

    def test_pages_follow_one_another_and_a_write_is_seen_at_once(
        self, organisation, chair, client_as
    ):
        for number in range(51):
            make_workload(organisation, f"Workload {number}")
        record("workload.added", organisation, organisation=organisation, by=chair, now=NOW)
        browser = client_as(chair)
        pages = [browser.get(f"{SCORES}?page={number}").json() for number in (1, 2)]
        make_workload(organisation, "One more")
        record("workload.added", organisation, organisation=organisation, by=chair, now=NOW)

        assert [len(page["results"]) for page in pages] == [50, 1]
        assert len({row["workload"] for page in pages for row in page["results"]}) == 51
        assert browser.get(SCORES).json()["count"] == 52
        assert browser.get(f"{SCORES}?search=one more").json()["count"] == 1

    def test_rows_come_worst_first_with_the_missing_last(self, organisation, chair, client_as):
        scored(organisation, "Low", 25)
        scored(organisation, "High", 75)
        make_workload(organisation, "Never")
        refresh(organisation)

        rows = client_as(chair).get(SCORES).json()["results"]

        assert [row["name"] for row in rows] == ["High", "Low", "Never"]

    def test_tier_filters_the_rows(self, organisation, chair, client_as):
        scored(organisation, "Low", 25)
        scored(organisation, "High", 75)
        refresh(organisation)

        rows = client_as(chair).get(SCORES, {"tier": "entrenched"}).json()["results"]

        assert [row["name"] for row in rows] == ["High"]

    def test_assessed_false_finds_what_was_never_assessed(self, organisation, chair, client_as):
        scored(organisation, "Low", 25)
        make_workload(organisation, "Never")
        refresh(organisation)

        rows = client_as(chair).get(SCORES, {"assessed": "false"}).json()["results"]

        assert [row["name"] for row in rows] == ["Never"]

    def test_an_owner_sees_only_own_workloads(self, organisation, owner, client_as):
        scored(organisation, "Mine", owner=owner)
        scored(organisation, "Not mine")
        refresh(organisation)

        rows = client_as(owner).get(SCORES).json()["results"]

        assert [row["name"] for row in rows] == ["Mine"]

    def test_an_administrator_sees_nothing(self, administrator, client_as):
        assert client_as(administrator).get(SCORES).status_code == 404

    def test_nobody_signed_in_gets_401(self, client):
        assert client.get(SCORES).status_code == 401

    def test_the_number_of_queries_does_not_grow_with_rows(self, organisation, chair, client_as):
        browser = client_as(chair)

        def queries(number: int) -> int:
            for place in range(number):
                scored(organisation, f"Workload {number}-{place}")
            refresh(organisation)
            with CaptureQueriesContext(connection) as found:
                browser.get(SCORES)
            return len(found)

        assert queries(3) == queries(30)


class TestProfile:
    def test_the_profile_holds_the_stored_trace(self, organisation, chair, client_as):
        workload = scored(organisation, "Claims")
        make_dependency(workload, model=make_model(make_vendor(organisation)))
        make_mitigation(workload)
        refresh(organisation)

        found = client_as(chair).get(f"/api/v1/workloads/{workload.key}/profile/").json()

        assert found["score"] == CurrentScore.objects.get().result
        assert found["dependencies"][0]["host"] == "OpenAI"
        assert found["mitigations"][0]["control"] == "M1"

    def test_amounts_are_absent_for_an_owner(self, organisation, owner, client_as):
        workload = scored(organisation, "Mine", owner=owner)

        found = client_as(owner).get(f"/api/v1/workloads/{workload.key}/profile/").json()

        assert "annual_spend" not in found

    def test_amounts_are_there_for_whoever_may_see_them(self, organisation, analyst, client_as):
        workload = scored(organisation, "Claims", annual_spend_minor=100)

        found = client_as(analyst).get(f"/api/v1/workloads/{workload.key}/profile/").json()

        assert found["annual_spend"] == {"amount_minor": 100, "currency": "USD"}

    def test_another_owners_workload_is_not_found(
        self, organisation, owner, other_owner, client_as
    ):
        workload = scored(organisation, "Theirs", owner=other_owner)

        answer = client_as(owner).get(f"/api/v1/workloads/{workload.key}/profile/")

        assert answer.status_code == 404


def answer(
    question: str, dimension: str, points: int | None = None, **fields: Any
) -> dict[str, Any]:
    row = {"question": question, "dimension": dimension, "weight": 1, **fields}
    return row if points is None else {**row, "points": points}


def five(*points: int) -> list[dict[str, Any]]:
    names = ("api", "tuning", "vectors", "workflow", "commercial")
    return [answer(f"{name}.one", name, value) for name, value in zip(names, points, strict=True)]


class TestCalculator:
    @pytest.fixture
    def ask(self, chair, client_as):
        browser = client_as(chair)

        def post(body: Any, **extra: Any) -> Any:
            text = body if isinstance(body, str) else json.dumps(body)
            return browser.post(CALCULATOR, text, content_type="application/json", **extra)

        return post

    def test_worked_example_a1_gives_64_25_and_high(self, ask):
        found = ask({"answers": five(20, 90, 10, 30, 40), "on": "2026-11-23"}).json()

        assert found["residual"]["score"] == "64.2500"
        assert found["residual"]["tier"] == "high"
        ordered = next(
            entry
            for entry in found["sensitivity"]["variations"]
            if entry["key"] == "ordered-weights"
        )
        assert ordered["score"] == "53.7000"

    def test_worked_example_a5_counts_a_tested_layer_fully(self, ask):
        layer = {"control": "M1", "dimension": "api", "coverage": "1", "grade": "tested"}
        found = ask(
            {
                "on": "2026-11-23",
                "answers": five(80, 0, 0, 0, 0),
                "mitigations": [{**layer, "tested_on": "2026-06-01"}],
            }
        ).json()

        assert found["dimensions"][0]["residual"] == "20.0000"

    def test_a_blank_counts_100_and_says_so(self, ask):
        rows = [*five(0, 0, 0, 0, 0)[1:], answer("api.one", "api", state="blank")]

        found = ask({"answers": rows}).json()

        (counted,) = found["dimensions"][0]["answers"]
        assert counted["points"] == "100.0000"
        assert counted["points_because"] == "Not answered: counts as 100."

    def test_facts_trip_a_gate(self, ask):
        found = ask(
            {
                "on": "2026-11-23",
                "answers": five(0, 0, 0, 0, 0),
                "facts": {"retirement_on": "2027-01-14", "time_to_exit_days": 175},
            }
        ).json()

        assert found["tier"] == "entrenched"
        assert [gate["key"] for gate in found["gates"] if gate["fired"]] == ["G3"]

    def test_it_stores_nothing(self, ask):
        ask({"answers": five(1, 2, 3, 4, 5)})

        assert not CurrentScore.objects.exists()
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"answers": []}, "answers"),
            ({"answers": [answer("q", "api", 101)]}, "answers"),
            ({"answers": [answer("q", "api", -1)]}, "answers"),
            ({"answers": [answer("q", "nowhere", 1)]}, "answers"),
            ({"answers": [answer("q", "api")]}, "answers"),
            ({"answers": [answer("q", "api", 1, weight=-1)]}, "answers"),
            ({"answers": [answer("q", "api", 1, weight="NaN")]}, "answers"),
            ({"answers": "five"}, "answers"),
            ({"scheme": "1999.9"}, "scheme"),
            ({"on": "tomorrow"}, "on"),
            (
                {"mitigations": [{"control": "M9", "dimension": "api", "coverage": 1}]},
                "mitigations",
            ),
            (
                {"mitigations": [{"control": "M1", "dimension": "api", "coverage": 2}]},
                "mitigations",
            ),
            ({"facts": {"time_to_exit_days": 0}}, "facts"),
            ({"answers": [answer(f"q{n}", "api", 1) for n in range(501)]}, "answers"),
        ],
    )
    def test_bad_input_gets_400_that_names_the_field(self, ask, change, field):
        found = ask({"answers": five(1, 2, 3, 4, 5), **change})

        assert found.status_code == 400
        assert field in found.json()

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', '{"answers": [NaN]}'])
    def test_what_is_no_object_gets_400(self, ask, body):
        assert ask(body).status_code == 400

    def test_a_body_of_a_megabyte_gets_413(self, ask):
        assert ask('{"answers": "' + "x" * 1_000_000 + '"}').status_code == 413

    def test_an_administrator_may_not_calculate(self, administrator, client_as):
        answer_ = client_as(administrator).post(CALCULATOR, "{}", content_type="application/json")

        assert answer_.status_code == 404

    def test_all_weights_zero_is_a_problem_and_no_crash(self, ask):
        rows = [{**row, "weight": 0} for row in five(1, 2, 3, 4, 5)]

        found = ask({"answers": rows}).json()

        assert found["residual"] is None
        assert found["problems"]
