"""The pages of an audit: what each says in each state, and what every act refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.audits import findings as acts
from assessments.audits import snapshot
from assessments.models import Audit, AuditSchedule, Finding, Report, Snapshot
from lockin.accounts.roles import Role
from lockin.jobs import queue
from lockin.jobs.models import Job
from tests.factories.audits import run_snapshot
from tests.factories.people import make_user
from tests.integration.assessments.views.conftest import text_of

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"assessments:{name}", args=args)


def page(client, audit):
    return text_of(client.get(at("audit-detail", audit.pk)))


# ── The list, planning, opening ─────────────────────────────────────────────────────────────────


def test_without_any_audit_the_list_offers_to_plan_the_first(client_as, chair):
    text = text_of(client_as(chair).get(at("audit-list")))
    assert "First audit: plan it" in text
    assert "Plan the first audit" in text


def test_an_auditor_sees_the_empty_list_without_the_button(client_as, auditor):
    text = text_of(client_as(auditor).get(at("audit-list")))
    assert "First audit: plan it" in text
    assert "Plan the first audit" not in text


def test_planning_makes_one_audit_however_often_it_is_pressed(client_as, chair, organisation):
    client = client_as(chair)
    client.post(at("audit-plan"))
    answer = client.post(at("audit-plan"), follow=True)
    assert Audit.objects.filter(organisation=organisation).count() == 1
    assert "Not open yet" in text_of(answer)


def test_a_planned_audit_whose_day_is_past_does_not_say_that_it_opens_then(
    client_as, chair, organisation
):
    client = client_as(chair)
    client.post(at("audit-plan"))
    Audit.objects.filter(organisation=organisation).update(opens_on=date(2026, 7, 19))
    planned = Audit.objects.get(organisation=organisation)
    text = text_of(client.get(at("audit-detail", planned.pk)))
    assert "Its day was Sun 19 Jul 2026." in text
    assert "It opens on" not in text


def test_opening_by_hand_says_first_that_one_signs_no_part(client_as, chair, portfolio):
    text = text_of(client_as(chair).get(at("audit-open")))
    assert "Whoever opens an audit by hand signs no part of it." in text
    assert "You hold IT" in text
    assert "Two workloads get an assessment" in text


def test_opening_by_hand_twice_opens_once_and_says_so(client_as, chair, portfolio):
    client = client_as(chair)
    client.post(at("audit-open"))
    answer = client.post(at("audit-open"), follow=True)
    assert "The 2026 audit is open already." in text_of(answer)
    assert Audit.objects.exclude(state="planned").count() == 1


def test_the_yearly_day_moves_a_planned_audit(client_as, chair, organisation):
    client = client_as(chair)
    client.post(at("audit-plan"))
    client.post(
        at("audit-schedule"),
        {"day": "15", "month": "12", "period_starts_month": "1", "is_active": "on"},
    )
    assert str(Audit.objects.get(label="2026").opens_on) == "2026-12-15"
    schedule = AuditSchedule.objects.get(organisation=organisation)
    assert (schedule.day, schedule.month) == (15, 12)


def test_the_thirty_first_is_refused_as_a_yearly_day(client_as, chair):
    answer = client_as(chair).post(
        at("audit-schedule"), {"day": "31", "month": "2", "period_starts_month": "1"}
    )
    assert answer.status_code == 400
    assert "Choose a day from 1 to 28, which every month has." in text_of(answer)


# ── Assessments and snapshot ────────────────────────────────────────────────────────────────────


def test_an_open_audit_names_what_is_missing(client_as, chair, portfolio):
    client = client_as(chair)
    client.post(at("audit-open"))
    text = page(client, Audit.objects.get(state="assessments"))
    assert "Two workloads are still being answered." in text
    assert "0 of 2 are accepted." in text
    assert "Remind owners" in text
    assert "Step 2 of 7 · Assessments, 0 of 2" in text


def test_owners_are_reminded_and_the_page_says_how_many(client_as, chair, portfolio):
    client = client_as(chair)
    client.post(at("audit-open"))
    audit = Audit.objects.get(state="assessments")
    answer = client.post(at("audit-remind", audit.pk), follow=True)
    assert "One person reminded." in text_of(answer)


def test_nobody_left_to_remind_is_said_and_no_fault(client_as, chair, opened):
    answer = client_as(chair).post(at("audit-remind", opened.pk), follow=True)
    assert "No owner has an assessment left to send." in text_of(answer)


def test_the_snapshot_page_says_what_is_frozen_as_of_when(client_as, chair, opened):
    text = text_of(client_as(chair).get(at("audit-snapshot", opened.pk)))
    assert "Freeze 2 workloads and 1 contract as of 23 Nov 2026, 09:00 UTC" in text


def test_a_snapshot_of_missing_assessments_asks_why(client_as, chair, portfolio):
    client = client_as(chair)
    client.post(at("audit-open"))
    audit = Audit.objects.get(state="assessments")
    answer = client.post(at("audit-snapshot", audit.pk), {"even_so": ""})
    assert answer.status_code == 400
    client.post(at("audit-snapshot", audit.pk), {"even_so": "The report is due."})
    audit.refresh_from_db()
    assert audit.state == Audit.State.SNAPSHOT


def test_the_snapshot_asked_for_twice_is_one_job(client_as, chair, opened):
    client = client_as(chair)
    client.post(at("audit-snapshot", opened.pk))
    answer = client.post(at("audit-snapshot", opened.pk), follow=True)
    assert "The snapshot is being taken already." in text_of(answer)
    assert Job.objects.filter(kind="snapshot").count() == 1


def test_a_snapshot_that_no_worker_took_yet_says_so(client_as, chair, opened, now):
    snapshot.ask(audit=opened, by=chair, now=now)
    fragment = text_of(client_as(chair).get(at("audit-progress", opened.pk)))
    assert "Waiting for a worker" in fragment


def test_a_preview_leads_to_the_draft_report(client_as, chair, frozen):
    answer = client_as(chair).post(at("audit-preview", frozen.pk))
    draft = Report.objects.get(audit=frozen, is_draft=True)
    assert answer.url == reverse("assessments:report-detail", args=[draft.pk])


def test_there_is_no_preview_before_the_snapshot(client_as, chair, opened):
    assert client_as(chair).post(at("audit-preview", opened.pk)).status_code == 404


def test_while_the_snapshot_runs_the_page_asks_how_far_it_is(client_as, chair, opened, now):
    queue.claim(snapshot.ask(audit=opened, by=chair, now=now).pk, now=now)
    text = page(client_as(chair), opened)
    assert f'hx-get="{at("audit-progress", opened.pk)}"' in text
    assert "You can leave this page. We tell you when it is ready." in text
    fragment = text_of(client_as(chair).get(at("audit-progress", opened.pk)))
    assert "0 of 2" in fragment


def test_the_fragment_stops_asking_once_the_snapshot_is_sealed(client_as, chair, frozen):
    answer = client_as(chair).get(at("audit-progress", frozen.pk))
    assert answer["HX-Refresh"] == "true"
    assert "hx-trigger" not in text_of(answer)


def test_a_failed_snapshot_shows_the_reason_and_can_be_tried_again(client_as, chair, opened, now):
    job = snapshot.ask(audit=opened, by=chair, now=now)
    Job.objects.filter(pk=job.pk).update(
        status="failed", error="The disk is full.", finished_at=now
    )
    client = client_as(chair)
    text = page(client, opened)
    assert "The disk is full." in text
    assert "Try again" in text
    assert "hx-trigger" not in text
    client.post(at("audit-snapshot", opened.pk))
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED
    run_snapshot(job, now=now)
    opened.refresh_from_db()
    assert opened.state == Audit.State.FINDINGS


# ── Frozen ──────────────────────────────────────────────────────────────────────────────────────


def test_a_frozen_audit_shows_its_checksum_short_with_the_whole_in_the_title(
    client_as, auditor, frozen
):
    sha256 = Snapshot.objects.get(audit=frozen).sha256
    text = page(client_as(auditor), frozen)
    assert f'title="{sha256}">{sha256[:4]}…{sha256[-4:]}' in text
    assert "2026.1, 50 questions" in text
    assert "Later edits do not change this audit." in text
    assert "This is the first audit: there is no year to compare with." in text


def test_findings_without_an_owner_block_the_agreement(client_as, chair, frozen):
    finding = Finding.objects.filter(audit=frozen).first()
    Finding.objects.filter(audit=frozen).exclude(pk=finding.pk).update(owner=chair)
    Finding.objects.filter(pk=finding.pk).update(owner=None)
    client = client_as(chair)
    assert "One finding has no owner." in page(client, frozen)
    answer = client.post(at("audit-agree", frozen.pk), follow=True)
    assert "One finding has no owner." in text_of(answer)


def test_agreeing_asks_the_owners_and_says_how_many_findings(client_as, chair, frozen):
    Finding.objects.filter(audit=frozen).update(owner=chair, owner_name=chair.name)
    count = Finding.objects.filter(audit=frozen).count()
    client = client_as(chair)
    assert "Agree findings" in text_of(client.get(at("audit-agree", frozen.pk)))
    client.post(at("audit-agree", frozen.pk))
    frozen.refresh_from_db()
    assert frozen.state == Audit.State.RESPONSES
    text = page(client, frozen)
    assert "management responses are missing." in text
    assert f"0 of {count}" in text
    assert "Sign-off opens when all" in text


def test_agreeing_twice_says_where_the_audit_stands(client_as, chair, signable):
    answer = client_as(chair).post(at("audit-agree", signable.pk), follow=True)
    assert "This audit is being signed, so it cannot be agreed." in text_of(answer)


def test_an_owner_finds_no_audit(client_as, owner, frozen):
    client = client_as(owner)
    for name in ("audit-detail", "audit-change", "audit-record", "audit-sign"):
        assert client.get(at(name, frozen.pk)).status_code == 404


def test_an_audit_of_another_organisation_is_not_there(client_as, frozen):
    from tests.factories.people import make_organisation

    stranger = make_user(make_organisation("Other"), "Ada Stone", roles=[(Role.AUDITOR, "")])
    assert client_as(stranger).get(at("audit-detail", frozen.pk)).status_code == 404


def test_acts_are_not_done_by_following_a_link(client_as, chair, opened):
    client = client_as(chair)
    assert client.get(at("audit-remind", opened.pk)).status_code == 405
    assert client.get(at("audit-plan")).status_code == 405


def test_the_page_costs_no_more_queries_for_more_findings(client_as, chair, frozen, now):
    client = client_as(chair)
    page(client, frozen)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, frozen)
    for number in range(12):
        acts.add(
            audit=frozen,
            texts=acts.Texts(
                title=f"By hand {number}",
                criteria="a",
                condition="b",
                cause="c",
                effect="d",
                recommendation="e",
                severity="low",
            ),
            by=chair,
            now=now + timedelta(seconds=number),
        )
    page(client, frozen)  # the first view after a write reckons the menu's counts anew
    with CaptureQueriesContext(connection) as many:
        page(client, frozen)
    assert len(many) == len(few)
    assert len(many) <= 32
