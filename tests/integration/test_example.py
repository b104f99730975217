"""The example: loaded through the domain's calls, whole, with a past, a present and a next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import TestCase

from assessments.audits.verifying import verify
from assessments.clauses.judging import Status
from assessments.clauses.standing import of_contracts
from assessments.clauses.waiving import WaiverState
from assessments.example import loading
from assessments.example.dates import UnableToPlaceDates, in_words, materialise
from assessments.example.people import sign_ins
from assessments.example.timeline import Calendar
from assessments.models import Answer, Assessment, Audit, CurrentScore, Finding, Report, Signature
from lockin.accounts.models import Organisation, User
from lockin.outbox.models import Message
from lockin.trail.models import Event
from lockin.trail.recording import broken_links
from tests.conftest import NOW, TODAY
from vendors.models import AIModel, Contract, Workload
from vendors.portfolio.terms import dates_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def example(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Organisation]:
    """Load it once for all tests of this module; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=True):
            organisation = loading.load(now=NOW)
        yield organisation
        transaction.set_rollback(True)


def test_every_workload_in_use_has_a_score_of_today(example: Organisation) -> None:
    workloads = Workload.objects.in_organisation(example).current()
    assert workloads.count() == 14
    scored = CurrentScore.objects.filter(workload__in=workloads, residual__isnull=False)
    assert scored.count() == 14
    assert set(scored.values_list("as_of", flat=True)) == {TODAY}


def test_workloads_of_last_year_can_be_compared(example: Organisation) -> None:
    new = CurrentScore.objects.filter(previous__isnull=True).values_list("workload__key", flat=True)
    assert list(new) == ["subrogation-letters"]


def test_the_scores_reach_from_portable_to_entrenched(example: Organisation) -> None:
    tiers = set(CurrentScore.objects.values_list("tier", flat=True))
    assert tiers == {"portable", "moderate", "high", "entrenched"}


def test_last_years_audit_is_signed_by_four_and_every_hash_holds(example: Organisation) -> None:
    audit = Audit.objects.get(state=Audit.State.CLOSED)
    assert audit.label == "2025"
    assert Signature.objects.filter(audit=audit).values("signer").distinct().count() == 4
    assert [found.breaks for found in verify(Audit.objects.filter(pk=audit.pk))] == [()]
    assert Report.objects.filter(audit=audit, is_draft=False).count() == 1


def test_every_finding_of_last_year_has_an_owner_and_a_response(example: Organisation) -> None:
    findings = Finding.objects.filter(audit__label="2025")
    assert findings.count() >= 10
    assert not findings.filter(owner__isnull=True).exists()
    assert not findings.filter(response="").exists()


def test_this_years_audit_waits_for_three_named_assessments(example: Organisation) -> None:
    audit = Audit.objects.get(label="2026")
    assert audit.state == Audit.State.ASSESSMENTS
    assert not audit.is_late
    waiting = Assessment.objects.filter(label="2026").exclude(state="accepted")
    assert dict(waiting.values_list("workload__key", "state")) == {
        loading.BEING_ANSWERED: "draft",
        loading.SENT: "sent",
        loading.RETURNED: "returned",
    }
    assert Assessment.objects.filter(label="2026", state="accepted").count() == 11


def test_the_nearest_last_day_for_notice_is_nine_days_ahead(example: Organisation) -> None:
    days = [
        dates_of(contract, on=TODAY).last_notice_day
        for contract in Contract.objects.in_organisation(example).in_force()
    ]
    assert min(day for day in days if day is not None) == date(2026, 12, 2)


def test_every_model_says_where_its_facts_come_from(example: Organisation) -> None:
    models = AIModel.objects.filter(organisation=example)
    assert models.count() >= 15
    assert not models.filter(source="").exists()
    assert not models.filter(observed_on__isnull=True).exists()


def test_answers_above_declared_have_evidence(example: Organisation) -> None:
    shown = Answer.objects.filter(grade__in=["tested", "documented"])
    assert shown.count() > 400
    assert not shown.filter(evidence__isnull=True).exists()


def test_the_whole_trail_is_marked_as_loaded_and_its_chain_holds(example: Organisation) -> None:
    events = Event.objects.filter(organisation=example).order_by("sequence")
    assert not events.filter(loaded=False).exists()
    assert list(broken_links(events.iterator())) == []


def test_nothing_of_the_history_lies_ahead(example: Organisation) -> None:
    assert not Event.objects.filter(organisation=example, at__gt=NOW).exists()
    assert not Answer.objects.filter(answered_at__gt=NOW).exists()


def test_no_mail_goes_out_for_what_is_past(example: Organisation) -> None:
    assert not Message.objects.filter(organisation=example, sent_at__isnull=True).exists()


def test_everybody_listed_can_sign_in(example: Organisation) -> None:
    people = sign_ins()
    assert len(people) == 13
    assert all(User.objects.get(email=p.email).check_password(p.password) for p in people)


def test_a_second_load_is_refused(example: Organisation) -> None:
    with pytest.raises(CommandError, match="There is an organisation already"):
        call_command("load_example")


# ── Dates, without a database ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{T+69d}", "2027-01-31"),
        ("{T+70d-12m}", "2026-02-01"),
        ("{M-1d}", "2026-10-31"),
        ("{M+8m-1d}", "2027-06-30"),
        ("a,{T},b", "a,2026-11-23,b"),
    ],
)
def test_relative_dates_are_laid_around_the_day_of_loading(text: str, expected: str) -> None:
    assert materialise(text, today=TODAY) == expected


def test_relative_dates_in_a_comment_are_written_in_words() -> None:
    assert in_words("Scan of {T-31d}", today=TODAY) == "Scan of 23 Oct 2026"


def test_a_date_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(UnableToPlaceDates):
        materialise("{T+3y}", today=TODAY)


def test_on_every_day_of_four_years_the_audit_opened_within_the_present_audit_year() -> None:
    for number in range(4 * 366):
        days = Calendar(today=date(2026, 1, 1) + timedelta(days=number), zone="America/New_York")
        month = days.period_starts_month
        starts_year = days.today.year - (days.today.month < month)
        assert date(starts_year, month, 1) <= days.opens_on <= days.today
        assert days.opens_on.day <= 28
        assert days.opened_last_year_on.year == days.opens_on.year - 1


def test_every_state_of_a_clause_and_of_a_waiver_is_seen(example: Organisation) -> None:
    contracts = Contract.objects.in_organisation(example).select_related("vendor", "organisation")
    found = of_contracts(contracts, organisation=example, on=TODAY)
    statuses = {entry.status for held in found.values() for entry in held.clauses}
    assert statuses == set(Status)
    waivers = {waiver.standing.state for held in found.values() for waiver in held.waivers}
    assert {WaiverState.HOLDS, WaiverState.STALE, WaiverState.ASKED} <= waivers
