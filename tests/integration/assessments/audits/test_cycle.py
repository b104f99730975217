"""The year's audit opens by itself, once, on its day or when its day was missed."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from assessments.audits import cycle
from assessments.models import Assessment, Audit, AuditSchedule, Snapshot
from assessments.tasks import tick
from lockin.accounts.roles import Function, Role
from lockin.outbox.models import Message
from lockin.trail.models import Event
from tests.factories.audits import publish_questionnaire
from tests.factories.people import make_organisation, make_user
from tests.factories.portfolio import make_contract, make_vendor, make_workload
from vendors.portfolio import amendments, contracts

pytestmark = pytest.mark.django_db

# The schedule's default: 1 September; the year is the calendar year.
YEARLY = date(2026, 9, 1)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


def open_on(organisation, day: date) -> list[Audit]:
    return cycle.open_due(organisation=organisation, on=day, now=at(day))


class TestItsDay:
    def test_nothing_opens_the_day_before(self, organisation):
        assert open_on(organisation, YEARLY - timedelta(days=1)) == []
        assert Audit.objects.get(label="2026").state == Audit.State.PLANNED

    def test_it_opens_on_its_yearly_date(self, organisation):
        (audit,) = open_on(organisation, YEARLY)

        assert (audit.label, audit.state, audit.is_late) == ("2026", "assessments", False)
        assert audit.opens_because == Audit.Reason.YEARLY
        assert audit.opened_by is None

    def test_ten_days_late_it_opens_once_and_says_so(self, organisation):
        first = open_on(organisation, YEARLY + timedelta(days=10))
        second = open_on(organisation, YEARLY + timedelta(days=10))

        assert [audit.is_late for audit in first] == [True]
        assert second == []
        assert Audit.objects.exclude(state="planned").count() == 1

    def test_a_year_missed_over_new_year_is_caught_up_with(self, organisation):
        AuditSchedule.objects.create(organisation=organisation, month=12, day=20)

        opened = open_on(organisation, date(2027, 1, 5))

        assert [(audit.label, audit.is_late) for audit in opened] == [("2026", True)]

    def test_a_year_before_the_organisation_came_is_not_opened(self):
        newcomer = make_organisation("Late Comers")
        newcomer.created_at = at(date(2027, 1, 2))
        newcomer.save()
        AuditSchedule.objects.create(organisation=newcomer, month=12, day=20)

        assert open_on(newcomer, date(2027, 1, 5)) == []
        assert not Audit.objects.filter(organisation=newcomer, label="2026").exists()

    def test_a_schedule_that_is_switched_off_opens_nothing(self, organisation):
        AuditSchedule.objects.create(organisation=organisation, is_active=False)

        assert open_on(organisation, YEARLY) == []

    def test_the_schedule_leaves_no_name_in_the_trail(self, organisation):
        (audit,) = open_on(organisation, YEARLY)

        event = Event.objects.get(act="audit.opened", subject_id=str(audit.pk))
        assert (event.actor_id, event.actor_name, event.actor_role) == ("", "Lockin", "schedule")


class TestANoticeDay:
    """OpenAI's agreement ends on 28 Feb 2027 with 60 days' notice: Wed 30 Dec 2026."""

    @pytest.fixture
    def contract(self, organisation):
        return make_contract(make_vendor(organisation), ends_on=date(2027, 2, 28), term_months=None)

    def test_it_brings_the_audit_forward_by_180_days(self, organisation, contract):
        assert open_on(organisation, date(2026, 7, 2)) == []

        (audit,) = open_on(organisation, date(2026, 7, 3))

        assert audit.opens_because == Audit.Reason.NOTICE
        assert "OpenAI agreement, Wed 30 Dec 2026" in audit.reason_words
        assert not audit.is_late

    def test_a_second_contract_gets_a_reminder_and_no_audit(self, organisation, contract, owner):
        make_contract(
            make_vendor(organisation, "Cohere"),
            ends_on=date(2027, 2, 28),
            term_months=None,
            notice_value=30,
            owner=owner,
        )
        open_on(organisation, date(2026, 7, 3))

        reminded = [
            cycle.remind_of_renewals(organisation=organisation, on=day, now=at(day))
            for day in (date(2026, 8, 20), date(2026, 8, 21))
        ]

        assert Audit.objects.exclude(state="planned").count() == 1
        # Notice by Fri 29 Jan 2027: 180 days before it is 2 Aug 2026.
        message = Message.objects.get(key__startswith="renewal:")
        assert reminded == [1, 1]
        assert (message.to, message.subject) == (
            owner,
            "Cohere agreement: notice by Fri 29 Jan 2027",
        )

    def test_next_years_notice_day_waits_for_an_audit_in_progress(self, organisation):
        # Notice by Mon 29 Mar 2027, so the 2027 audit would open on 30 Sep 2026.
        make_contract(make_vendor(organisation), ends_on=date(2027, 5, 28), term_months=None)
        open_on(organisation, YEARLY)

        assert open_on(organisation, date(2026, 9, 29)) == []
        assert Audit.objects.get(label="2027").opens_on == date(2026, 9, 30)

        assert open_on(organisation, date(2026, 9, 30)) == []
        planned = Audit.objects.get(label="2027")
        assert planned.state == Audit.State.PLANNED
        # The audit in progress looks at that contract in time: a second one would ask again.
        assert (planned.opens_on, planned.opens_because) == (date(2027, 9, 1), "yearly")

    def test_a_notice_day_that_a_closed_audit_looked_at_opens_no_other(self, organisation):
        make_contract(make_vendor(organisation), ends_on=date(2027, 5, 28), term_months=None)
        (audit,) = open_on(organisation, YEARLY)
        for looked_on, opens_on in (
            (date(2026, 9, 29), date(2026, 9, 30)),  # a day before the 180 days
            (date(2026, 10, 1), date(2027, 9, 1)),
        ):
            Snapshot.objects.filter(audit=audit).delete()
            Snapshot.objects.create(
                audit=audit,
                schema_name="lockin.audit-snapshot",
                schema_version=1,
                trail_sequence=1,
                begun_at=at(looked_on),
            )
            following = cycle.looks(organisation=organisation, on=date(2026, 12, 1))
            assert [look.day for look in following] == [looked_on]
            open_on(organisation, date(2026, 10, 1))
            assert Audit.objects.get(label="2027").opens_on == opens_on


class TestAssessments:
    def test_every_workload_in_use_gets_one_with_a_due_date(self, organisation, owner):
        publish_questionnaire(organisation, now=at(date(2026, 1, 5)))
        make_workload(organisation, owner=owner)
        make_workload(organisation, "Retired", archived_at=at(date(2026, 2, 1)))

        open_on(organisation, YEARLY)

        assessment = Assessment.objects.get()
        assert (assessment.label, assessment.due_on) == ("2026", date(2026, 10, 1))

    def test_its_owner_is_told_once_for_all_workloads(self, organisation, owner):
        publish_questionnaire(organisation, now=at(date(2026, 1, 5)))
        for name in ("Claims", "Letters", "Search"):
            make_workload(organisation, name, owner=owner)

        open_on(organisation, YEARLY)

        assert Message.objects.filter(to=owner).count() == 1

    def test_a_workload_that_comes_later_is_started_by_the_next_tick(self, organisation):
        publish_questionnaire(organisation, now=at(date(2026, 1, 5)))
        open_on(organisation, YEARLY)
        late = make_workload(organisation, "Late")

        open_on(organisation, YEARLY + timedelta(days=3))

        assert Assessment.objects.get(workload=late).label == "2026"

    def test_without_a_questionnaire_the_audit_is_open_and_waits(self, organisation):
        make_workload(organisation)

        (audit,) = open_on(organisation, YEARLY)

        assert audit.state == Audit.State.ASSESSMENTS
        assert not Assessment.objects.exists()


class TestByHand:
    def test_it_keeps_who_opened_it(self, organisation, chair):
        audit = cycle.open_by_hand(
            organisation=organisation, by=chair, on=date(2026, 3, 2), now=at(date(2026, 3, 2))
        )

        assert (audit.opened_by, audit.opened_by_name) == (chair, "Nadia Berg")
        assert audit.opens_because == Audit.Reason.HAND

    def test_the_schedule_does_not_open_that_year_again(self, organisation, chair):
        day = date(2026, 3, 2)
        cycle.open_by_hand(organisation=organisation, by=chair, on=day, now=at(day))

        assert open_on(organisation, YEARLY) == []

    def test_whoever_is_not_on_the_council_is_refused(self, organisation, owner):
        with pytest.raises(cycle.UnableToOpen, match="Only the council"):
            cycle.open_by_hand(organisation=organisation, by=owner, on=YEARLY, now=at(YEARLY))

    def test_a_year_that_is_open_cannot_be_opened_again(self, organisation, chair):
        open_on(organisation, YEARLY)

        with pytest.raises(cycle.UnableToOpen, match="The 2026 audit is open already"):
            cycle.open_by_hand(organisation=organisation, by=chair, on=YEARLY, now=at(YEARLY))


class TestRemind:
    def test_each_owner_hears_at_most_once_a_day(self, organisation, owner, chair):
        publish_questionnaire(organisation, now=at(date(2026, 1, 5)))
        make_workload(organisation, owner=owner)
        (audit,) = open_on(organisation, YEARLY)

        for _ in range(2):
            cycle.remind_owners(audit=audit, by=chair, now=at(date(2026, 9, 20)))

        assert Message.objects.filter(to=owner, key__contains=":remind:").count() == 1

    def test_nobody_to_remind_is_said(self, organisation, chair):
        (audit,) = open_on(organisation, YEARLY)

        with pytest.raises(cycle.UnableToRemind, match="No owner"):
            cycle.remind_owners(audit=audit, by=chair, now=at(YEARLY))


@pytest.mark.django_db(transaction=True)
class TestManyClocks:
    def test_beat_firing_eight_times_at_once_opens_one_audit(self, organisation, time_machine):
        time_machine.move_to(at(YEARLY + timedelta(days=10)), tick=False)
        publish_questionnaire(organisation, now=at(date(2026, 1, 5)))
        for number in range(3):
            make_workload(organisation, f"Workload {number}")
        together = threading.Barrier(8)

        def fire() -> None:
            try:
                together.wait()
                tick()
            finally:
                connection.close()

        threads = [threading.Thread(target=fire) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        opened = Audit.objects.exclude(state="planned")
        assert [(audit.label, audit.is_late) for audit in opened] == [("2026", True)]
        assert Event.objects.filter(act="audit.opened").count() == 1
        assert Assessment.objects.count() == 3


class TestAChangedContract:
    """The plan is counted back from the terms in force, so it follows whatever changes them."""

    @pytest.fixture
    def contract(self, organisation):
        return make_contract(make_vendor(organisation), ends_on=date(2027, 6, 30), term_months=None)

    def opens_on(self, organisation, day: date = date(2026, 3, 2)) -> date:
        open_on(organisation, day)
        return Audit.objects.get(label="2027").opens_on

    def test_an_amendment_that_moves_the_end_moves_the_planned_opening(
        self, organisation, contract, chair
    ):
        # Sixty days before 30 Jun is Sat 1 May, so Fri 30 Apr; 180 days before is 1 Nov.
        assert self.opens_on(organisation) == date(2026, 11, 1)

        amendments.add(
            contract=contract,
            values={
                "kind": "amendment",
                "name": "Amendment 1",
                "effective_on": date(2026, 3, 1),
                "changes": {"ends_on": "2027-12-31"},
            },
            by=chair,
            now=at(date(2026, 3, 2)),
        )

        # Sixty days before 31 Dec is Mon 1 Nov 2027; 180 days before is 5 May.
        assert self.opens_on(organisation) == date(2027, 5, 5)
        moved = Event.objects.filter(act="audit.planned").latest("sequence")
        assert moved.before == {"opens_on": "2026-11-01"}

    def test_an_edited_notice_moves_it_too(self, organisation, contract, chair):
        self.opens_on(organisation)

        contracts.edit(
            contract=contract, values={"notice_value": 90}, by=chair, now=at(date(2026, 3, 2))
        )

        # Ninety days before 30 Jun is Thu 1 Apr; 180 days before is 3 Oct.
        assert self.opens_on(organisation) == date(2026, 10, 3)

    def test_a_contract_put_down_as_ended_or_draft_opens_nothing(
        self, organisation, contract, chair
    ):
        for state in ("ended", "draft"):
            contracts.edit(
                contract=contract, values={"state": state}, by=chair, now=at(date(2026, 3, 2))
            )

            assert self.opens_on(organisation) == date(2027, 9, 1)


class TestDeputies:
    def test_the_council_hears_of_the_opening_deputies_too(self, organisation, chair):
        deputy = make_user(organisation, "Ola Nordmann", roles=[(Role.COUNCIL, Function.LEGAL)])

        open_on(organisation, YEARLY)

        told = set(Message.objects.values_list("to__name", flat=True))
        assert told == {chair.name, deputy.name}
