"""Days of audits, findings and waivers: whose calendar they stand in, and when they leave it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessments.models import Audit, Finding, Waiver, WaiverApproval
from lockin.reminders import arming
from lockin.reminders.models import Deadline, Reminder
from lockin.reminders.standing import days_for
from tests.factories.audits import open_audit
from tests.factories.portfolio import make_contract, make_vendor

pytestmark = pytest.mark.django_db


def arm(organisation, now) -> None:
    arming.arm_all(organisation=organisation, on=organisation.day_of(now), now=now)


def kinds(person) -> list[tuple[str, date]]:
    return sorted(days_for(person).values_list("kind", "falls_on"))


@pytest.fixture
def finding(organisation, owner, now) -> Finding:
    """One that was agreed, of the owner's, to be responded to by 10 Dec 2026."""
    audit = open_audit(organisation, now=now)
    return Finding.objects.create(
        organisation=organisation,
        audit=audit,
        number=1,
        subject_kind="workload",
        subject_key="claims",
        subject_name="Claims",
        severity="high",
        severity_rank=3,
        title="No exit plan",
        criteria="-",
        condition="-",
        cause="-",
        effect="-",
        recommendation="-",
        state=Finding.State.AGREED,
        owner=owner,
        due_on=date(2026, 12, 10),
    )


class TestFindings:
    def test_a_response_stands_in_its_owners_calendar_alone(
        self, organisation, finding, owner, other_owner, now
    ):
        arm(organisation, now)
        assert kinds(owner) == [("response", date(2026, 12, 10))]
        assert kinds(other_owner) == []
        assert {row.recipient for row in Reminder.objects.all()} == {f"user:{owner.pk}"}

    def test_after_the_response_the_promised_day_takes_its_place(
        self, organisation, finding, owner, now
    ):
        arm(organisation, now)
        finding.response, finding.response_text = Finding.Response.ACCEPTED, "We write one."
        finding.responded_at, finding.response_due_on = now, date(2027, 3, 1)
        finding.save()

        arm(organisation, now)

        assert kinds(owner) == [("action", date(2027, 3, 1))]
        unsent = Reminder.objects.live().filter(sent_at=None)
        assert {row.deadline.kind for row in unsent} == {"action"}

    def test_a_dropped_finding_leaves_no_day(self, organisation, finding, owner, now):
        arm(organisation, now)
        finding.state, finding.dropped_reason = Finding.State.DROPPED, "Counted twice."
        finding.save()
        arm(organisation, now)
        assert kinds(owner) == []


class TestAudits:
    def test_the_council_sees_when_the_report_is_due(self, organisation, finding, chair, now):
        arm(organisation, now)
        audit = Audit.objects.exclude(state=Audit.State.PLANNED).get()
        assert ("report", audit.report_due_on) in kinds(chair)


class TestWaivers:
    @pytest.fixture
    def waiver(self, organisation, owner, now) -> Waiver:
        contract = make_contract(make_vendor(organisation), owner=owner)
        return Waiver.objects.create(
            organisation=organisation,
            contract=contract,
            clause_key="C1",
            subject_name="Data portability",
            reason="The vendor offers it from the next release on.",
            compensating_control="A nightly copy of all data.",
            expires_on=date(2027, 1, 15),
            baseline={},
            requested_on=organisation.day_of(now),
            requested_at=now,
            requested_by_name="Priya Raman",
        )

    def approve(self, waiver: Waiver, function: str, now, *, approved: bool = True) -> None:
        WaiverApproval.objects.create(
            waiver=waiver,
            function=function,
            approved=approved,
            words="" if approved else "Too long.",
            decided_at=now,
            decided_by_id_text=function,
            decided_by_name=function,
        )

    def test_it_has_a_last_day_once_two_functions_agree(self, organisation, waiver, chair, now):
        self.approve(waiver, "it", now)
        arm(organisation, now)
        assert not Deadline.objects.filter(subject_kind="waiver").exists()

        self.approve(waiver, "legal", now + timedelta(hours=1))
        arm(organisation, now)
        assert ("ends", date(2027, 1, 15)) in kinds(chair)

    def test_a_refusal_leaves_it_none(self, organisation, waiver, now):
        self.approve(waiver, "it", now)
        self.approve(waiver, "legal", now)
        self.approve(waiver, "security", now, approved=False)
        arm(organisation, now)
        assert not Deadline.objects.filter(subject_kind="waiver").exists()
