"""Portfolio, list of workloads and a workload's tabs: what they say, to whom, at what cost."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from assessments import current_scores
from tests.conftest import NOW, TODAY
from tests.factories.portfolio import (
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from tests.factories.scored import make_assessment, make_evidence, make_mitigation

pytestmark = pytest.mark.django_db

UNDEFINED = "«undefined"


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def scored(organisation: Any, name: str = "Claims", points: Any = 50, **fields: Any) -> Any:
    workload = make_workload(organisation, name, **fields)
    make_assessment(workload, points=points)
    return workload


def refresh(organisation: Any) -> None:
    current_scores.refresh(organisation=organisation, on=TODAY, now=NOW)


def text_of(browser: Any, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    text = (
        b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    )
    assert UNDEFINED not in text
    return " ".join(text.split())


class TestPortfolio:
    def test_without_workloads_it_says_how_to_begin(self, organisation, chair, client_as):
        assert "No workloads yet" in text_of(client_as(chair), "/")

    def test_the_sentence_is_true_of_one_workload(self, organisation, chair, client_as):
        scored(organisation, points=75)
        refresh(organisation)

        assert "The one workload is hard to move" in text_of(client_as(chair), "/")

    def test_the_sentence_is_true_of_none_that_is_hard_to_move(
        self, organisation, chair, client_as
    ):
        scored(organisation, "One", points=0)
        scored(organisation, "Two", points=0)
        refresh(organisation)

        assert "None of the two workloads is hard to move" in text_of(client_as(chair), "/")

    def test_the_sentence_counts_what_is_not_assessed(self, organisation, chair, client_as):
        scored(organisation, "One", points=75)
        make_workload(organisation, "Two")
        refresh(organisation)

        text = text_of(client_as(chair), "/")

        assert "One of two workloads is hard to move" in text
        assert "One is not assessed yet" in text

    def test_no_score_at_all_is_said_and_no_figure_is_zero(self, organisation, chair, client_as):
        make_workload(organisation)

        text = text_of(client_as(chair), "/")

        assert "The one workload has not been assessed" in text
        assert '<dd class="v">–</dd>' in text

    def test_a_notice_day_within_thirty_days_raises_the_strip(self, organisation, chair, client_as):
        make_workload(organisation)
        # Ends 31 Jan 2027, 60 days of notice: Wed 2 Dec 2026.
        make_contract(make_vendor(organisation))

        text = text_of(client_as(chair), "/")

        assert "9 days left to stop the OpenAI agreement" in text
        assert "Wed 2 Dec 2026" in text

    def test_a_notice_day_later_raises_none(self, organisation, chair, client_as):
        make_workload(organisation)
        make_contract(make_vendor(organisation), notice_value=30)

        assert "days left to stop" not in text_of(client_as(chair), "/")

    def test_a_decision_takes_the_strip_away(self, organisation, chair, client_as):
        make_workload(organisation)
        make_contract(make_vendor(organisation), decision="leave", decided_at=NOW)

        assert "days left to stop" not in text_of(client_as(chair), "/")

    def test_still_committed_is_what_remains_of_this_period_and_all_later_ones(
        self, organisation, chair, client_as
    ):
        make_workload(organisation)
        make_commitment(
            make_contract(make_vendor(organisation)),
            periods=[
                (date(2026, 1, 1), date(2026, 12, 31), 100_000_000),
                (date(2027, 1, 1), date(2027, 12, 31), 120_000_000),
            ],
            used_to_date_minor=65_000_000,
            used_as_of=date(2026, 10, 31),
        )

        text = text_of(client_as(chair), "/")

        # 350 thousand of this year and 1,200 thousand of the next.
        assert "$1.55m" in text
        assert ">350<" in text
        assert ">1,200<" in text
        assert ">1,550<" in text

    def test_amounts_are_absent_for_an_owner(self, organisation, owner, client_as):
        workload = scored(organisation, owner=owner, annual_spend_minor=777_000_000)
        vendor = make_vendor(organisation)
        contract = make_contract(vendor, annual_value_minor=888_000_000)
        make_commitment(contract, periods=[(date(2026, 1, 1), date(2026, 12, 31), 999_000_000)])
        make_dependency(workload, service=make_service(vendor), contract=contract)
        refresh(organisation)

        for address in ("/", "/portfolio/arithmetic/", "/workloads/", f"/workloads/{workload.pk}/"):
            text = text_of(client_as(owner), address)
            for amount in ("7.77m", "8.88m", "9.99m", "7,770,000", "Spend a year"):
                assert amount not in text

    def test_an_owners_portfolio_is_of_own_workloads(self, organisation, owner, client_as):
        scored(organisation, "Mine", owner=owner)
        scored(organisation, "Somebody elses")
        refresh(organisation)

        text = text_of(client_as(owner), "/")

        assert "Mine" in text
        assert "Somebody elses" not in text

    def test_a_filter_without_result_names_itself(self, organisation, chair, client_as):
        scored(organisation, points=0)
        refresh(organisation)

        text = text_of(client_as(chair), "/?tier=entrenched")

        assert "No workload matches" in text
        assert "Tier: Entrenched" in text

    def test_the_arithmetic_adds_up(self, organisation, chair, client_as):
        scored(organisation, "One", points=25, annual_spend_minor=100_000_00)
        scored(organisation, "Two", points=75, annual_spend_minor=300_000_00)
        refresh(organisation)

        text = text_of(client_as(chair), "/portfolio/arithmetic/")

        # (100,000 × 25 + 300,000 × 75) ÷ 400,000
        assert "25,000,000 ÷ $400,000 = 62.50" in text

    def test_an_administrator_is_led_from_the_portfolio_to_the_own_page(
        self, administrator, client_as
    ):
        assert client_as(administrator).get("/").url == "/my-work/"

    def test_owners_land_on_their_work_and_council_on_the_portfolio(
        self, owner, chair, administrator, client_as
    ):
        assert client_as(owner).get("/home/").url == "/my-work/"
        assert client_as(chair).get("/home/").url == "/"
        assert client_as(administrator).get("/home/").status_code == 302


class TestList:
    def test_a_workload_that_was_never_assessed_says_so(self, organisation, chair, client_as):
        make_workload(organisation)

        text = text_of(client_as(chair), "/workloads/")

        assert "– Not assessed" in text

    def test_search_finds_what_a_workload_runs_on(self, organisation, chair, client_as):
        one = make_workload(organisation, "Triage")
        make_dependency(one, model=make_model(make_vendor(organisation), "gpt-4.1"))
        make_workload(organisation, "Search")

        text = text_of(client_as(chair), "/workloads/?q=gpt-4.1")

        assert "Triage" in text
        assert "1–1 of 1" in text

    def test_spend_of_two_currencies_is_never_added(self, organisation, chair, client_as):
        make_workload(organisation, "One", annual_spend_minor=100_000_000)
        make_workload(organisation, "Two", annual_spend_minor=200_000_000, currency="EUR")

        text = text_of(client_as(chair), "/workloads/")

        # In thousands of the organisation's currency; another one is named.
        assert "EUR 2,000<br>1,000" in text

    def test_the_csv_holds_the_filtered_rows_and_their_total(self, organisation, chair, client_as):
        scored(organisation, "One", points=25, annual_spend_minor=100_000_00)
        scored(organisation, "Two", points=75, annual_spend_minor=300_000_00)
        make_workload(organisation, "=SUM(A1)", annual_spend_minor=None)
        refresh(organisation)

        answer = client_as(chair).get("/workloads/export.csv?tier=entrenched")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))

        assert answer["Content-Disposition"] == (
            'attachment; filename="workloads-filtered-2026-11-23.csv"'
        )
        assert [row["Workload"] for row in rows] == [
            "Two",
            "Total, one workload that matches; scores weighted by spend",
        ]
        assert rows[0]["Score"] == "75.00"
        assert rows[0]["Spend a year"] == "300000.00"

    def test_a_name_that_is_a_formula_cannot_run(self, organisation, chair, client_as):
        make_workload(organisation, "=1+1", key="formula")

        text = b"".join(client_as(chair).get("/workloads/export.csv").streaming_content).decode(
            "utf-8-sig"
        )

        assert "'=1+1" in text

    def test_the_workbook_has_numbers_as_numbers(self, organisation, chair, client_as):
        scored(organisation, points=75)
        refresh(organisation)

        answer = client_as(chair).get("/workloads/export.xlsx")
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active

        head = [cell.value for cell in sheet[1]]
        assert sheet.cell(2, head.index("Score") + 1).value == 75

    def test_an_owners_export_has_no_amounts(self, organisation, owner, client_as):
        make_workload(organisation, owner=owner, annual_spend_minor=777_000_000)

        text = b"".join(client_as(owner).get("/workloads/export.csv").streaming_content).decode()

        assert "Spend" not in text.splitlines()[0]
        assert "7770000" not in text

    def test_no_other_kind_of_export_exists(self, chair, client_as):
        assert client_as(chair).get("/workloads/export.exe").status_code == 404


TABS = ("", "trace/", "answers/", "evidence/", "findings/", "mitigations/", "history/")


class TestWorkload:
    @pytest.mark.parametrize("tab", TABS)
    def test_another_owners_workload_is_not_found(
        self, organisation, owner, other_owner, client_as, tab
    ):
        workload = scored(organisation, owner=other_owner)

        assert client_as(owner).get(f"/workloads/{workload.pk}/{tab}").status_code == 404

    @pytest.mark.parametrize("tab", TABS)
    def test_every_tab_works_for_a_workload_that_was_never_assessed(
        self, organisation, chair, client_as, tab
    ):
        workload = make_workload(organisation)

        text_of(client_as(chair), f"/workloads/{workload.pk}/{tab}")

    @pytest.mark.parametrize("tab", TABS)
    @pytest.mark.parametrize("person", ["chair", "owner", "auditor", "analyst"])
    def test_every_tab_works_for_a_scored_workload(
        self, organisation, owner, client_as, request, tab, person
    ):
        workload = scored(organisation, points=75, owner=owner)
        make_mitigation(workload, grade="tested", tested_on=TODAY, evidence=make_evidence(workload))
        refresh(organisation)

        text_of(client_as(request.getfixturevalue(person)), f"/workloads/{workload.pk}/{tab}")

    def test_the_tier_that_a_gate_raised_names_the_gate(self, organisation, chair, client_as):
        workload = scored(organisation, points=0)
        model = make_model(make_vendor(organisation), retires_on=TODAY + timedelta(days=52))
        make_dependency(workload, model=model)
        refresh(organisation)

        text = text_of(client_as(chair), f"/workloads/{workload.pk}/")

        assert "entrenched, raised by gate G3" in text

    def test_problems_stand_where_the_score_would(self, organisation, chair, client_as):
        workload = make_workload(organisation)
        make_assessment(workload, without=("api",))
        refresh(organisation)

        text = text_of(client_as(chair), f"/workloads/{workload.pk}/")

        assert "There is no score until this is settled" in text

    def test_the_trace_names_every_question_with_its_part(self, organisation, chair, client_as):
        workload = scored(organisation, points=50)
        refresh(organisation)

        text = text_of(client_as(chair), f"/workloads/{workload.pk}/trace/")

        # Ten questions of the commercial dimension, each by its number.
        assert text.count('<span class="faint num">5.') == 10
        # 15 of 100 weight at 50 points.
        assert ">7.50<" in text


class TestWhatIf:
    def test_a_step_gives_the_score_with_that_control_at_its_best(
        self, organisation, chair, client_as
    ):
        workload = scored(organisation, points=100)
        refresh(organisation)

        text = text_of(client_as(chair), f"/workloads/{workload.pk}/what-if/?step=M1")

        # API 100 × (1 − .75) = 25, workflow 100 × (1 − .10) = 90.
        assert "API 100 to 25 · Workflow 100 to 90" in text

    def test_the_fragment_is_a_part_of_the_page(self, organisation, chair, client_as):
        workload = scored(organisation, points=75)
        refresh(organisation)
        browser = client_as(chair)

        fragment = browser.get(
            f"/workloads/{workload.pk}/what-if/?step=M1", headers={"HX-Request": "true"}
        ).content.decode()
        page = browser.get(f"/workloads/{workload.pk}/?step=M1").content.decode()

        assert "<html" not in fragment
        assert " ".join(fragment.split()) in " ".join(page.split())

    def test_an_unknown_step_changes_nothing(self, organisation, chair, client_as):
        workload = scored(organisation, points=75)
        refresh(organisation)

        text_of(client_as(chair), f"/workloads/{workload.pk}/what-if/?step=M9")

    def test_it_stores_nothing(self, organisation, chair, client_as):
        workload = scored(organisation, points=75)
        refresh(organisation)
        before = workload.score.computed_at

        client_as(chair).get(f"/workloads/{workload.pk}/what-if/?step=M1&step=M2")

        workload.score.refresh_from_db()
        assert workload.score.computed_at == before
        assert not workload.mitigations.exists()

    def test_another_owners_what_if_is_not_found(self, organisation, owner, other_owner, client_as):
        workload = scored(organisation, owner=other_owner)

        answer = client_as(owner).get(f"/workloads/{workload.pk}/what-if/?step=M1")

        assert answer.status_code == 404


class TestBudget:
    @pytest.mark.parametrize(
        "address",
        [
            "/",
            "/portfolio/arithmetic/",
            "/workloads/",
            "/workloads/export.csv",
            "/portfolio/lock-in.xlsx",
        ],
    )
    def test_the_number_of_queries_does_not_grow_with_rows(
        self, organisation, chair, client_as, address
    ):
        browser = client_as(chair)

        def queries(number: int) -> int:
            for place in range(number):
                name = f"{number}-{place}"
                vendor = make_vendor(organisation, f"Vendor {name}")
                contract = make_contract(vendor)
                make_commitment(contract, periods=[(date(2026, 1, 1), date(2026, 12, 31), 100_000)])
                workload = scored(organisation, f"Workload {name}")
                make_dependency(workload, model=make_model(vendor), contract=contract)
            refresh(organisation)
            with CaptureQueriesContext(connection) as found:
                text_of_stream(browser.get(address))
            return len(found)

        assert queries(3) == queries(30)

    @pytest.mark.parametrize("tab", TABS)
    def test_a_tabs_queries_do_not_grow_with_what_the_workload_has(
        self, organisation, chair, client_as, tab
    ):
        browser = client_as(chair)

        def queries(number: int) -> int:
            workload = scored(organisation, f"Workload {number}")
            for place in range(number):
                vendor = make_vendor(organisation, f"Vendor {number}-{place}")
                make_dependency(
                    workload, model=make_model(vendor), contract=make_contract(vendor), share="0.01"
                )
                make_evidence(workload, f"Evidence {place}")
            refresh(organisation)
            with CaptureQueriesContext(connection) as found:
                browser.get(f"/workloads/{workload.pk}/{tab}")
            return len(found)

        assert queries(3) == queries(30)


def text_of_stream(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_share_is_split_over_dependencies_without_one(organisation):
    from assessments.spend import spend_lines

    workload = make_workload(organisation, annual_spend_minor=100)
    for name, share in (("A", "0.4"), ("B", None), ("C", None)):
        vendor = make_vendor(organisation, name)
        make_dependency(workload, service=make_service(vendor), share=share)

    amounts = {line.host: line.amount for line in spend_lines(organisation=organisation)}

    assert amounts == {"A": Decimal(40), "B": Decimal(30), "C": Decimal(30)}


def test_spend_that_no_dependency_accounts_for_has_no_receiver(organisation):
    from assessments.spend import spend_lines

    workload = make_workload(organisation, annual_spend_minor=100)
    make_dependency(workload, service=make_service(make_vendor(organisation)), share="0.7")

    amounts = {line.host: line.amount for line in spend_lines(organisation=organisation)}

    assert amounts == {"OpenAI": Decimal(70), None: Decimal(30)}


class TestComputedAnswers:
    def under_contract(self, organisation: Any, **fields: Any) -> Any:
        vendor = make_vendor(organisation)
        contract = make_contract(vendor, document_on_file=True)
        make_commitment(contract, periods=[(date(2026, 12, 1), date(2027, 11, 30), 123_456_700)])
        workload = scored(organisation, **fields)
        make_dependency(workload, service=make_service(vendor), contract=contract)
        refresh(organisation)
        return workload

    def test_the_arithmetic_stands_beside_the_answer(self, organisation, chair, client_as):
        workload = self.under_contract(organisation)

        text = text_of(client_as(chair), f"/workloads/{workload.pk}/answers/")

        assert "In years of spend: 1.03" in text
        assert "$1,234,567" in text

    def test_its_amounts_are_absent_for_an_owner(self, organisation, owner, client_as):
        workload = self.under_contract(organisation, owner=owner)

        text = text_of(client_as(owner), f"/workloads/{workload.pk}/answers/")

        assert "In years of spend: 1.03" in text
        assert "1,234,567" not in text

    def test_what_the_data_lacks_is_named(self, organisation, chair, client_as):
        workload = self.under_contract(organisation)

        text = text_of(client_as(chair), f"/workloads/{workload.pk}/answers/")

        assert "lacks: the fee for ending early" in text
