"""What is kept between two views: never longer than it is true, never for other people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine

from assessments import current_scores
from lockin import remembered
from lockin.accounts.models import Organisation, User
from lockin.money import Money
from lockin.trail.recording import record
from tests.conftest import NOW, TODAY
from tests.factories.people import make_organisation, make_user
from tests.factories.portfolio import make_workload
from tests.factories.scored import make_assessment
from vendors.models import Workload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def write(organisation: Organisation, act: str = "workload.edited") -> None:
    record(act, organisation, organisation=organisation, by=None, now=NOW)


def name_of_the_first(browser: Any) -> str:
    page = browser.get("/workloads/").context["page"]
    return Workload.objects.get(pk=page.keys[0]).name


class TestMemory:
    def test_what_was_made_is_not_made_again(self, organisation, chair):
        write(organisation)
        made: list[int] = []

        for _ in range(2):
            remembered.for_user(chair)("sum", lambda: made.append(1))

        assert len(made) == 1

    def test_a_write_forgets_it(self, organisation, chair):
        write(organisation)
        remembered.for_user(chair)("sum", lambda: 1)
        write(organisation)

        assert remembered.for_user(chair)("sum", lambda: 2) == 2

    def test_an_act_that_changes_nothing_kept_leaves_it(self, organisation, chair):
        write(organisation)
        remembered.for_user(chair)("sum", lambda: 1)
        write(organisation, "answer.saved")

        assert remembered.for_user(chair)("sum", lambda: 2) == 1

    def test_a_score_that_moved_without_an_event_forgets_it(self, organisation, chair):
        write(organisation)
        make_assessment(make_workload(organisation))
        remembered.for_user(chair)("sum", lambda: 1)
        current_scores.refresh(organisation=organisation, on=TODAY, now=NOW)

        assert remembered.for_user(chair)("sum", lambda: 2) == 2

    def test_without_a_trail_nothing_is_kept(self, chair):
        remembered.for_user(chair)("sum", lambda: 1)

        assert remembered.for_user(chair)("sum", lambda: 2) == 2

    def test_people_who_see_their_own_alone_share_nothing(
        self, organisation, chair, owner, other_owner
    ):
        write(organisation)
        states = {remembered.for_user(person).state for person in (chair, owner, other_owner)}

        assert len(states) == 3

    def test_organisations_share_nothing(self, organisation, chair):
        other = make_organisation("Other")
        stranger: User = make_user(other, "Stranger", roles=[("auditor", "")])
        write(organisation)
        write(other)

        assert remembered.for_user(chair).state != remembered.for_user(stranger).state


class TestPages:
    def test_a_list_costs_its_rows_and_no_more_when_nothing_changed(
        self, organisation, chair, client_as, django_assert_max_num_queries
    ):
        make_assessment(make_workload(organisation))
        write(organisation)
        browser = client_as(chair)
        browser.get("/workloads/")

        # Session, person, organisation and roles; the state; rows and what they run on; my work.
        with django_assert_max_num_queries(9):
            browser.get("/workloads/")

    def test_a_list_shows_what_was_written_a_moment_ago(self, organisation, chair, client_as):
        make_workload(organisation, "Old", annual_spend_minor=100_00)
        write(organisation)
        browser = client_as(chair)
        assert browser.get("/workloads/").context["page"].count == 1

        make_workload(organisation, "New", annual_spend_minor=200_00)
        write(organisation)
        answer = browser.get("/workloads/")

        assert answer.context["page"].count == 2
        assert answer.context["totals"].spend == (Money(Decimal(300), "USD"),)
        assert "New" in answer.content.decode()

    def test_the_order_follows_a_score_that_moved(self, organisation, chair, client_as):
        first, second = (make_workload(organisation, name) for name in ("First", "Second"))
        make_assessment(first, points=75)
        make_assessment(second, points=50)
        write(organisation)
        current_scores.refresh(organisation=organisation, on=TODAY, now=NOW)
        browser = client_as(chair)
        assert name_of_the_first(browser) == "First"

        make_assessment(second, points=100, label="2027")
        current_scores.refresh(organisation=organisation, on=TODAY, now=NOW)

        assert name_of_the_first(browser) == "Second"

    def test_a_filter_is_never_answered_from_another(self, organisation, chair, client_as):
        make_workload(organisation, "One", criticality="critical")
        make_workload(organisation, "Two", criticality="low")
        write(organisation)
        browser = client_as(chair)

        shown = [
            browser.get(f"/workloads/?{query}").context["page"].count
            for query in ("", "criticality=low", "criticality=low&q=one", "q=one", "q=o")
        ]

        assert shown == [2, 1, 0, 1, 2]
