"""Findings: who sees which, what is asked of a response, what each act refuses, what is exported."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from assessments.audits import findings as acts
from assessments.models import Finding, FollowUp, Snapshot
from lockin.canonical import digest
from tests.factories.audits import sign_all
from tests.integration.assessments.views.conftest import text_of

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def agreed(frozen, chair, owner, now):
    """An audit that waits for responses: one finding is the owner's, the others the chair's."""
    for place, finding in enumerate(Finding.objects.filter(audit=frozen).order_by("number")):
        acts.assign(
            finding=finding,
            owner=chair if place else owner,
            due_on=finding.due_on,
            by=chair,
            now=now,
        )
    acts.agree_all(audit=frozen, by=chair, now=now)
    frozen.refresh_from_db()
    return frozen


@pytest.fixture
def mine(agreed, owner):
    return Finding.objects.get(audit=agreed, owner=owner)


def streamed(answer):
    return b"".join(answer.streaming_content)


# ── Who sees what ───────────────────────────────────────────────────────────────────────────────


def test_before_any_audit_the_list_says_where_findings_come_from(client_as, chair):
    text = text_of(client_as(chair).get(at("finding-list")))
    assert "No audit has found anything yet." in text
    assert "No findings yet" in text


def test_an_owner_without_findings_sees_none_and_finds_none(client_as, other_owner, mine):
    client = client_as(other_owner)
    assert "No audit has found anything yet." in text_of(client.get(at("finding-list")))
    assert client.get(at("finding-detail", mine.pk)).status_code == 404
    assert client.get(at("finding-respond", mine.pk)).status_code == 404


def test_an_owner_responds_to_the_own_finding_but_not_to_the_councils(client_as, owner, mine):
    client = client_as(owner)
    assert client.get(at("finding-respond", mine.pk)).status_code == 200
    for other in Finding.objects.for_user(owner).exclude(pk=mine.pk):
        assert client.get(at("finding-respond", other.pk)).status_code == 404


def test_an_auditor_reads_and_is_offered_nothing_to_do(client_as, auditor, mine):
    client = client_as(auditor)
    text = text_of(client.get(at("finding-detail", mine.pk)))
    assert "Should be" in text
    assert "Change it" not in text
    for name in ("finding-respond", "finding-edit", "finding-drop", "finding-assign"):
        assert client.post(at(name, mine.pk)).status_code == 404


def test_amounts_behind_a_finding_are_absent_for_an_owner(client_as, owner, chair, mine):
    Finding.objects.filter(pk=mine.pk).update(
        facts=[
            {"label": "Still committed", "minor": 60_000_000, "currency": "USD"},
            {"label": "Days left", "value": "38"},
        ]
    )
    seen = text_of(client_as(owner).get(at("finding-detail", mine.pk)))
    assert "Days left" in seen
    assert "Still committed" not in seen
    assert "$600k" in text_of(client_as(chair).get(at("finding-detail", mine.pk)))


# ── Acts ────────────────────────────────────────────────────────────────────────────────────────


def test_a_response_without_a_date_is_refused_at_its_field(client_as, owner, mine):
    answer = client_as(owner).post(
        at("finding-respond", mine.pk), {"response": "accepted", "text": "We do it.", "due_on": ""}
    )
    assert answer.status_code == 400
    assert "Give the day by which it is done." in text_of(answer)
    mine.refresh_from_db()
    assert mine.response == ""


def test_a_response_for_a_day_that_has_passed_is_refused(client_as, owner, mine):
    answer = client_as(owner).post(
        at("finding-respond", mine.pk),
        {"response": "accepted", "text": "We do it.", "due_on": "2026-11-22"},
    )
    assert "22 Nov 2026 has passed. Give a day that is still to come." in text_of(answer)


def test_the_same_response_sent_twice_counts_once(client_as, owner, mine):
    client = client_as(owner)
    sent = {"response": "accepted", "text": "We do it.", "due_on": "2027-02-01"}
    client.post(at("finding-respond", mine.pk), sent)
    answer = client.post(at("finding-respond", mine.pk), sent, follow=True)
    assert "Accepted." in text_of(answer)
    mine.refresh_from_db()
    assert mine.responded_by_name == "Priya Raman"


def test_a_finding_added_by_hand_takes_the_next_number(client_as, chair, frozen):
    highest = Finding.objects.filter(audit=frozen).order_by("-number").first().number
    sent = {
        "title": "Prompts are kept in one person's notes",
        "severity": "medium",
        "criteria": "a",
        "condition": "b",
        "cause": "c",
        "effect": "d",
        "recommendation": "e",
    }
    client_as(chair).post(at("audit-finding-add", frozen.pk), sent)
    added = Finding.objects.get(audit=frozen, title=sent["title"])
    assert (added.number, added.subject_name, added.rule) == (highest + 1, "Portfolio", "")


def test_a_finding_without_words_is_refused_naming_each_field(client_as, chair, frozen):
    answer = client_as(chair).post(at("audit-finding-add", frozen.pk), {"severity": "low"})
    assert answer.status_code == 400
    assert "Fill in “Should be”" in text_of(answer)


def test_an_agreed_findings_words_stand(client_as, chair, mine):
    sent = {name: "New words" for name in acts.TEXTS} | {"severity": "low"}
    answer = client_as(chair).post(at("finding-edit", mine.pk), sent)
    assert "Findings are edited while they are drafted." in text_of(answer)


def test_dropping_needs_a_reason_which_the_page_shows(client_as, chair, frozen):
    finding = Finding.objects.filter(audit=frozen).first()
    client = client_as(chair)
    assert client.post(at("finding-drop", finding.pk), {"reason": ""}).status_code == 400
    answer = client.post(
        at("finding-drop", finding.pk), {"reason": "The contract has ended."}, follow=True
    )
    assert "dropped: The contract has ended." in text_of(answer)
    client.post(at("finding-restore", finding.pk))
    finding.refresh_from_db()
    assert finding.state == Finding.State.DRAFTED


def test_an_agreed_finding_keeps_an_owner(client_as, chair, mine):
    answer = client_as(chair).post(at("finding-assign", mine.pk), {"owner": "", "due_on": ""})
    assert "An agreed finding needs an owner and a due date." in text_of(answer)


def test_what_is_done_stays_done_once(client_as, owner, mine):
    client = client_as(owner)
    sent = {"done_on": "2026-11-20", "words": "The gateway is in place."}
    client.post(at("finding-done", mine.pk), sent)
    answer = client.post(at("finding-done", mine.pk), sent)
    assert "This finding is done already." in text_of(answer)
    assert FollowUp.objects.filter(finding=mine).count() == 1


def test_a_day_ahead_is_not_done(client_as, owner, mine):
    answer = client_as(owner).post(
        at("finding-done", mine.pk), {"done_on": "2026-12-24", "words": "Soon."}
    )
    assert "24 Dec 2026 is still to come." in text_of(answer)


# ── The list, its export, its cost ──────────────────────────────────────────────────────────────


def test_the_views_open_late_and_mine_count_what_they_show(client_as, chair, owner, agreed, mine):
    Finding.objects.filter(pk=mine.pk).update(due_on="2026-11-01")
    client = client_as(chair)
    late = text_of(client.get(at("finding-list"), {"overdue": "yes"}))
    assert mine.title in late
    assert "1–1 of 1" in late
    own = text_of(client.get(at("finding-list"), {"owner": str(owner.pk)}))
    assert "1–1 of 1" in own


def test_the_export_gives_the_filtered_rows(client_as, chair, owner, mine):
    answer = client_as(chair).get(at("finding-export", "csv"), {"owner": str(owner.pk)})
    rows = list(csv.DictReader(io.StringIO(streamed(answer).decode("utf-8-sig"))))
    assert [(row["Code"], row["Owner"]) for row in rows] == [(mine.code, "Priya Raman")]
    assert 'filename="findings-filtered-2026-11-23.csv"' in answer["Content-Disposition"]


def test_a_longer_list_costs_no_more_queries(client_as, chair, frozen, now):
    client = client_as(chair)
    client.get(at("finding-list"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("finding-list"))
    add_some(frozen, chair, now)
    client.get(at("finding-list"))  # the first view after a write reckons the menu's counts anew
    with CaptureQueriesContext(connection) as many:
        client.get(at("finding-list"))
    assert len(many) == len(few) <= 14


def add_some(audit, by, now, number=12):
    for place in range(number):
        texts = {name: f"{name} {place}" for name in acts.TEXTS}
        acts.add(audit=audit, texts=acts.Texts(**texts, severity="low"), by=by, now=now)


# ── What leaves by file ─────────────────────────────────────────────────────────────────────────


def test_the_record_is_canonical_and_its_hashes_hold(client_as, auditor, signable, council, now):
    sign_all(signable, council=council, now=now)
    answer = client_as(auditor).get(at("audit-record", signable.pk))
    text = streamed(answer).decode()
    record = json.loads(text)
    assert record["amounts"] == "included"
    assert record["snapshot"]["sha256"] == Snapshot.objects.get(audit=signable).sha256
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical == text
    for item in record["snapshot"]["items"]:
        body = json.dumps(item["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert digest(body) == item["sha256"]
    assert {row["function"] for row in record["closing"]["body"]["signatures"]} == {
        *("it", "legal", "security", "finance")
    }


def test_the_record_of_an_unsigned_audit_has_no_closing(client_as, auditor, frozen):
    record = json.loads(streamed(client_as(auditor).get(at("audit-record", frozen.pk))))
    assert record["closing"] is None


def test_frozen_scores_are_exported_one_workload_a_row(client_as, auditor, frozen):
    answer = client_as(auditor).get(at("audit-scores", frozen.pk, "csv"))
    rows = list(csv.DictReader(io.StringIO(streamed(answer).decode("utf-8-sig"))))
    assert {row["Workload"] for row in rows} == {"Claims triage assistant", "Letter drafting"}
    assert "Spend a year" in rows[0]


def test_there_is_no_record_before_the_snapshot(client_as, auditor, opened):
    assert client_as(auditor).get(at("audit-record", opened.pk)).status_code == 404


# ── The API ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def api():
    def sign_in(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


def test_the_api_lists_audits_with_their_numbers(api, auditor, agreed):
    found = api(auditor).get("/api/v1/audits/", {"label": "2026"}).json()
    (audit,) = found["results"]
    assert (audit["label"], audit["state"], audit["responses"]) == ("2026", "responses", 0)
    assert audit["findings"] == Finding.objects.filter(audit=agreed).count()


def test_the_api_says_what_blocks_an_audit(api, auditor, agreed):
    found = api(auditor).get(f"/api/v1/audits/{agreed.pk}/").json()
    assert [blocker["key"] for blocker in found["blockers"]] == ["responses"]


def test_the_api_gives_the_snapshot_a_page_at_a_time(api, auditor, frozen):
    found = api(auditor).get(f"/api/v1/audits/{frozen.pk}/items/", {"kind": "workload"}).json()
    assert found["count"] == 2
    assert found["results"][0]["body"]["amounts"]


def test_the_api_hides_audits_from_owners(api, owner, frozen):
    assert api(owner).get("/api/v1/audits/").status_code == 404
    assert api(owner).get(f"/api/v1/audits/{frozen.pk}/").status_code == 404


def test_the_api_takes_a_response_and_refuses_one_without_a_date(api, owner, mine):
    client = api(owner)
    address = f"/api/v1/findings/{mine.pk}/respond/"
    refused = client.post(address, {"response": "accepted", "text": "Yes."}, format="json")
    assert refused.status_code == 400
    assert refused.json() == {"due_on": ["Give the day by which it is done."]}
    taken = client.post(
        address,
        {"response": "accepted", "text": "Yes.", "due_on": "2027-02-01"},
        format="json",
    )
    assert taken.json()["response"] == "accepted"


def test_the_api_refuses_a_response_before_the_findings_are_agreed(api, chair, frozen):
    finding = Finding.objects.filter(audit=frozen).first()
    answer = api(chair).post(
        f"/api/v1/findings/{finding.pk}/respond/",
        {"response": "accepted", "text": "Yes.", "due_on": "2027-02-01"},
        format="json",
    )
    assert answer.status_code == 400
    assert answer.json() == {"detail": "Responses are given once the findings are agreed."}


def test_a_longer_list_of_the_api_costs_no_more_queries(api, chair, frozen, now):
    client = api(chair)
    client.get("/api/v1/findings/")
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/findings/")
    add_some(frozen, chair, now)
    with CaptureQueriesContext(connection) as many:
        client.get("/api/v1/findings/")
    assert len(many) == len(few) <= 6
