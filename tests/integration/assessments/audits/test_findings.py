"""Findings from draft to response, and what the audit waits for on the way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessments.audits import findings, progress
from assessments.audits.transitions import UnableToMove
from assessments.models import Audit, Finding, FollowUp
from lockin.accounts.roles import Role
from lockin.outbox.models import Message
from lockin.trail.models import Event
from tests.factories.audits import settle_findings, sign_all
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

WORDS = findings.Texts(
    title="No exit drill",
    criteria="A drill each year.",
    condition="None was run.",
    cause="Nobody was asked to.",
    effect="Nobody knows how long leaving takes.",
    recommendation="Run one.",
    severity="medium",
)


def respond(finding, by, now, **changes):
    values = {
        "response": Finding.Response.ACCEPTED,
        "text": "We run a drill.",
        "due_on": date(2027, 3, 1),
        **changes,
    }
    return findings.respond(finding=finding, by=by, now=now, **values)


def first(audit) -> Finding:
    return Finding.objects.filter(audit=audit).order_by("number").first()


@pytest.fixture
def agreed(frozen, chair, now):
    """All findings but two dropped, the rest agreed and waiting for responses."""
    for finding in Finding.objects.filter(audit=frozen, number__gt=2):
        findings.drop(finding=finding, reason="Covered by the first two.", by=chair, now=now)
    findings.agree_all(audit=frozen, by=chair, now=now)
    frozen.refresh_from_db()
    return frozen


class TestWhileDrafted:
    def test_one_added_by_hand_gets_the_next_number(self, frozen, chair, now):
        highest = Finding.objects.filter(audit=frozen).order_by("-number").first().number

        added = findings.add(audit=frozen, texts=WORDS, by=chair, now=now)

        assert (added.number, added.rule, added.subject_kind) == (highest + 1, "", "portfolio")

    def test_a_text_that_is_missing_is_named(self, frozen, chair, now):
        without_cause = findings.Texts(**{**WORDS.__dict__, "cause": " "})

        with pytest.raises(findings.UnableToEdit, match="The “why” is missing"):
            findings.add(audit=frozen, texts=without_cause, by=chair, now=now)

    def test_an_edit_leaves_what_it_was_in_the_trail(self, frozen, chair, now):
        finding = first(frozen)

        findings.edit(finding=finding, texts=WORDS, by=chair, now=now)

        event = Event.objects.get(act="finding.edited")
        assert event.before["title"] == finding.title
        assert event.after["title"] == "No exit drill"

    def test_a_drop_needs_a_reason(self, frozen, chair, now):
        with pytest.raises(findings.UnableToEdit, match="Say why"):
            findings.drop(finding=first(frozen), reason=" ", by=chair, now=now)

    def test_an_owner_of_workloads_cannot_edit(self, frozen, owner, now):
        with pytest.raises(findings.UnableToEdit, match="Only the council"):
            findings.edit(finding=first(frozen), texts=WORDS, by=owner, now=now)

    def test_what_a_person_edits_leaves_the_frozen_draft_as_it_was(self, frozen, chair, now):
        from assessments.audits.stored import payload_of

        before = [draft.title for draft in payload_of(frozen.snapshot).findings()]
        findings.edit(finding=first(frozen), texts=WORDS, by=chair, now=now)

        assert [draft.title for draft in payload_of(frozen.snapshot).findings()] == before


class TestAgreeing:
    def test_a_finding_without_an_owner_blocks_and_is_counted(self, frozen, chair, now):
        Finding.objects.filter(audit=frozen, number__lte=2).update(owner=None)

        with pytest.raises(findings.UnableToAgree, match="Two findings have no owner"):
            findings.agree_all(audit=frozen, by=chair, now=now)

    def test_owners_are_asked_once(self, agreed, owner):
        assert Message.objects.filter(to=owner, key__contains=":respond").count() == 1

    def test_an_owner_is_led_to_a_page_that_opens(self, agreed, owner, client_as):
        message = Message.objects.get(to=owner, key__contains=":respond")
        assert client_as(owner).get(message.path).status_code == 200

    def test_findings_cannot_be_agreed_twice(self, agreed, chair, now):
        with pytest.raises(UnableToMove, match="waits for management responses"):
            findings.agree_all(audit=agreed, by=chair, now=now)

    def test_with_every_finding_dropped_the_audit_is_up_for_signature(self, frozen, chair, now):
        for finding in Finding.objects.filter(audit=frozen):
            findings.drop(finding=finding, reason="Not ours.", by=chair, now=now)

        findings.agree_all(audit=frozen, by=chair, now=now)

        frozen.refresh_from_db()
        assert frozen.state == Audit.State.SIGN_OFF

    def test_an_agreed_finding_cannot_be_edited(self, agreed, chair, now):
        with pytest.raises(findings.UnableToEdit, match="while they are drafted"):
            findings.edit(finding=first(agreed), texts=WORDS, by=chair, now=now)


class TestResponding:
    def test_what_is_missing_is_named(self, agreed):
        blocked = progress.progress(agreed).blockers

        assert [blocker.text for blocker in blocked] == ["Two management responses are missing."]

    def test_a_response_needs_words(self, agreed, owner, now):
        with pytest.raises(findings.UnableToRespond, match="Say what is done"):
            respond(first(agreed), owner, now, text="  ")

    def test_a_response_needs_a_date(self, agreed, owner, now):
        with pytest.raises(findings.UnableToRespond, match="Give the day"):
            respond(first(agreed), owner, now, due_on=None)

    def test_a_date_that_has_passed_is_refused(self, agreed, owner, now):
        with pytest.raises(findings.UnableToRespond, match="22 Nov 2026 has passed"):
            respond(first(agreed), owner, now, due_on=date(2026, 11, 22))

    def test_somebody_elses_finding_is_refused(self, agreed, other_owner, now):
        with pytest.raises(findings.UnableToRespond, match="The owner of the finding"):
            respond(first(agreed), other_owner, now)

    def test_an_auditor_cannot_respond(self, agreed, auditor, now):
        with pytest.raises(findings.UnableToRespond):
            respond(first(agreed), auditor, now)

    def test_the_last_response_puts_the_audit_up_for_signature(self, agreed, owner, now):
        for finding in Finding.objects.filter(audit=agreed, state="agreed"):
            respond(finding, owner, now)

        agreed.refresh_from_db()
        assert agreed.state == Audit.State.SIGN_OFF
        assert Message.objects.filter(key=f"audit:{agreed.pk}:sign").count() == 4

    def test_reminding_reaches_only_those_who_are_waited_for(self, agreed, chair, owner, now):
        reminded = findings.remind(audit=agreed, by=chair, now=now + timedelta(days=7))

        assert reminded == 1
        assert Message.objects.get(key__contains=":respond:2026").to == owner


class TestDone:
    def test_it_can_be_recorded_after_the_audit_is_closed(self, signable, council, owner, now):
        sign_all(signable, council=council, now=now)
        finding = Finding.objects.filter(audit=signable, owner=owner).first()

        findings.mark_done(
            finding=finding, done_on=now.date(), words="The drill was run.", by=owner, now=now
        )

        assert FollowUp.objects.get(finding=finding).recorded_by_name == "Priya Raman"
        assert finding not in Finding.objects.standing()

    def test_a_day_ahead_is_refused(self, signable, owner, now):
        finding = Finding.objects.filter(audit=signable, owner=owner).first()

        with pytest.raises(findings.UnableToFinish, match="still to come"):
            findings.mark_done(
                finding=finding,
                done_on=now.date() + timedelta(days=1),
                words="The drill is planned.",
                by=owner,
                now=now,
            )


class TestWhoIsAsked:
    def test_an_owner_who_has_left_is_replaced_by_the_chair(self, opened, owner, chair, now):
        from tests.factories.audits import take_snapshot

        owner.is_active = False
        owner.save()

        take_snapshot(opened, by=chair, now=now)

        offered = Finding.objects.filter(audit=opened, rule="model_retires_before_exit")
        assert {finding.owner for finding in offered} == {chair}

    def test_a_clause_gap_is_offered_to_legal(self, frozen):
        assert Finding.objects.get(audit=frozen, rule="clause_gap").owner_name == "Tomas Keller"

    def test_people_of_another_organisation_are_refused(self, frozen, chair, now):
        from tests.factories.people import make_organisation

        stranger = make_user(make_organisation("Elsewhere"), "Eve", roles=[(Role.OWNER, "")])

        with pytest.raises(findings.UnableToEdit, match="of this organisation"):
            findings.assign(
                finding=first(frozen), owner=stranger, due_on=now.date(), by=chair, now=now
            )


def test_settling_leaves_every_finding_with_owner_date_and_response(frozen, chair, now):
    settle_findings(frozen, by=chair, now=now)

    rows = Finding.objects.filter(audit=frozen)
    assert all(row.owner and row.due_on and row.response for row in rows)
