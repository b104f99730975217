"""The pages of clauses: judged from a passage, waived by two, published by the chair, read by API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.clauses import versions
from assessments.models import ClauseJudgement, PeerAcceptance, PolicyVersion, Waiver
from tests.conftest import NOW, TODAY
from tests.factories import audits
from tests.factories.clauses import C1, C2, judge
from vendors.models import Contract


def client(person):
    found = Client()
    found.force_login(person)
    return found


def page(person, path):
    answer = client(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_passage_begins_the_form_and_nothing_is_kept_until_it_is_saved(world):
    path = f"/contracts/{world.contract.pk}/clauses/{C1}/judge/"

    shown = page(world.legal, f"{path}?page=4&excerpt=Within+thirty+days")

    assert "Within thirty days" in shown
    assert 'value="4"' in shown
    assert not ClauseJudgement.objects.exists()


def test_a_judgement_is_typed_and_its_status_follows(world):
    path = f"/contracts/{world.contract.pk}/clauses/{C1}/judge/"
    typed = {
        "finding": "obtained",
        "excerpt": "Within thirty days",
        "document_name": "Order form",
        "page": "4",
        "read_on": TODAY.isoformat(),
        "value-classes": ["training-data", "tuning-data", "conversations", "usage-logs"],
        "value-formats": ["json"],
        "value-days": "30",
        "value-post-term-days": "30",
        "value-fee": "capped",
        "value-fee-cap-percent": "1",
        "value-any-time": "yes",
    }

    answer = client(world.legal).post(path, typed, follow=True)

    assert "Data portability: met" in answer.content.decode()
    row = ClauseJudgement.objects.get()
    assert row.parameters["fee-cap-percent"] == "1"
    assert row.parameters["any-time"] is True
    assert (row.document_name, row.page, row.judged_by_name) == ("Order form", 4, "Tomas Keller")


def test_a_list_that_holds_nothing_is_read_and_not_left_out(world):
    path = f"/contracts/{world.contract.pk}/clauses/{C2}/judge/"
    typed = {
        "finding": "obtained",
        "read_on": TODAY.isoformat(),
        "value-datasets": ["-none-"],
        "value-weights": "no",
    }

    client(world.legal).post(path, typed)

    assert ClauseJudgement.objects.get().parameters == {"weights": False, "datasets": []}


def test_a_refusal_without_its_objection_is_shown_at_its_field(world):
    path = f"/contracts/{world.contract.pk}/clauses/{C1}/judge/"

    answer = client(world.legal).post(
        path, {"finding": "refused", "read_on": TODAY.isoformat(), "value-days": "90"}
    )

    assert answer.status_code == 422
    assert "Say which objection the vendor raised." in answer.content.decode()


def test_the_contracts_page_gets_the_table_alone(world):
    answer = client(world.owner).get(
        f"/contracts/{world.contract.pk}/clauses/", headers={"HX-Request": "true"}
    )

    shown = answer.content.decode()
    assert shown.lstrip().startswith('<section id="contract-clauses"')
    assert "Nobody has read this contract for a clause" in shown
    assert "Judge" not in shown


def test_a_gap_names_the_workload_it_leaves_exposed(world):
    assert f'Leaves exposed: <a href="/workloads/{world.workload.pk}/">' in page(
        world.owner, f"/contracts/{world.contract.pk}/clauses/"
    )


def test_a_waiver_is_asked_for_and_agreed_on_the_pages(world):
    path = f"/contracts/{world.contract.pk}/waivers/add/"
    client(world.it).post(
        path,
        {
            "subject": f"clause:{C1}",
            "reason": "No other vendor serves the model in our region.",
            "compensating_control": "We keep our own copy.",
            "expires_on": (TODAY + timedelta(days=300)).isoformat(),
        },
    )
    waiver = Waiver.objects.get()

    for person, function in ((world.legal, "legal"), (world.security, "security")):
        client(person).post(
            f"/waivers/{waiver.pk}/decide/", {"function": function, "word": "yes", "words": ""}
        )

    assert "In force" in page(world.auditor, f"/waivers/{waiver.pk}/")
    assert "1 waiver is in force" in page(world.auditor, "/waivers/").replace("One", "1")


def test_whoever_asked_sees_no_form_to_approve(world):
    from assessments.clauses import waivers

    waiver = waivers.request(
        contract=world.contract,
        clause_key=C1,
        reason="No other vendor serves the model in our region.",
        compensating_control="We keep our own copy.",
        expires_on=TODAY + timedelta(days=60),
        by=world.it,
        on=TODAY,
        now=NOW,
    )

    assert "Say your word" not in page(world.it, f"/waivers/{waiver.pk}/")
    assert "Say your word" in page(world.legal, f"/waivers/{waiver.pk}/")
    assert "120" not in page(world.auditor, f"/waivers/{waiver.pk}/").split("Granted on")[1]


def test_a_peer_note_is_kept_corrected_and_taken_back(world):
    typed = {
        "clause_key": C1,
        "vendor": world.vendor.pk,
        "stance": "accepted",
        "words": "Export within 30 days.",
        "source": "A filed agreement",
        "observed_on": TODAY.isoformat(),
        "confidence": "primary",
    }
    client(world.legal).post("/clauses/peers/add/", typed)
    first = PeerAcceptance.objects.get()
    client(world.legal).post(
        f"/clauses/peers/add/?corrects={first.pk}", typed | {"words": "Within 45 days."}
    )

    shown = page(world.auditor, "/clauses/")
    assert "Within 45 days." in shown
    assert "Export within 30 days." not in shown

    second = PeerAcceptance.objects.standing().get()
    client(world.legal).post(f"/clauses/peers/{second.pk}/withdraw/")
    assert "Within 45 days." not in page(world.auditor, "/clauses/")


def test_the_chair_copies_edits_and_publishes_the_policy(world):
    chair = client(world.it)
    chair.post(f"/policy/{world.policy.pk}/copy/", {"label": "2"})
    draft = PolicyVersion.objects.get(label="2")
    form = chair.get(f"/policy/{draft.pk}/edit/{C1}/").context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in (None, False)}
    name = next(n for n, place in form.places.items() if place.path == "clauses.0.asks")

    chair.post(f"/policy/{draft.pk}/edit/{C1}/", typed | {name: "All of our data"})
    draft.refresh_from_db()
    chair.post(f"/policy/{draft.pk}/publish/", {"sha256": draft.sha256})

    assert versions.in_use(world.organisation) == draft
    shown = page(world.auditor, f"/policy/{draft.pk}/")
    assert "All of our data" in shown
    assert "What we ask" in shown


@pytest.mark.parametrize("person", ["legal", "owner", "auditor"])
def test_drafts_are_the_chairs_own(world, person):
    draft = versions.copy(version=world.policy, label="2", by=world.it, now=NOW)

    assert client(getattr(world, person)).get(f"/policy/{draft.pk}/").status_code == 404


def test_a_clause_answers_a_question_once_its_owner_saves(world):
    audits.publish_questionnaire(world.organisation, now=NOW)
    audit = audits.open_audit(world.organisation, now=NOW)
    from assessments.models import Assessment
    from assessments.questionnaires import starting

    assessment = Assessment.objects.filter(workload=world.workload, label=audit.label).first()
    if assessment is None:
        assessment = starting.start(
            workload=world.workload, label=audit.label, by=world.owner, now=NOW
        )
    judge(world.contract, C1, by=world.legal, document_name="Order form", page=4)
    path = f"/assessments/{assessment.pk}/questions/workflow.post-term-access/"

    assert f'hx-get="{path}clauses/"' in page(world.owner, path)
    shown = page(world.owner, f"{path}clauses/")
    assert "30 days or more" in shown
    assert "Order form, page 4" in shown

    client(world.owner).post(f"{path}clauses/use/")

    assert not assessment.answers.filter(question_key="workflow.post-term-access").exists()
    form = page(world.owner, path)
    assert 'value="from-30" checked' in form
    assert "/clauses/c1-data-portability/" in form


def test_the_api_reads_clauses_with_their_reasons(world):
    judge(world.contract, C1, by=world.legal, document_name="Order form", page=4)

    body = client(world.owner).get(f"/api/v1/contract-clauses/{world.contract.key}/").json()

    first = body["clauses"][0]
    assert (first["key"], first["status"], first["position"]) == (C1, "met", "acceptable")
    assert (first["document"], first["page"]) == ("Order form", 4)
    assert body["clauses"][1]["reason"].startswith("Nobody has read")
    assert len(client(world.auditor).get("/api/v1/clause-matrix/").json()) == 6


def test_the_gate_says_what_is_not_yet_reckoned(world):
    Contract.objects.update(state=Contract.State.DRAFT)

    shown = page(world.owner, f"/contracts/{world.contract.pk}/gate/")

    assert "It is a draft" in shown
    assert "Not yet reckoned: waits for the calculation of the cost to move" in shown
    assert shown.count("Lacks") == 3


def test_an_owner_sees_the_status_and_neither_the_words_nor_the_amounts_of_the_paper(world):
    judge(
        world.contract,
        C1,
        by=world.legal,
        excerpt="Customer pays USD 990,000 a year",
        values={"fee": "capped", "fee-cap-amount": "77123"},
    )
    shown = [
        f"/contracts/{world.contract.pk}/clauses/{C1}/",
        f"/contracts/{world.contract.pk}/clauses/",
        f"/api/v1/contract-clauses/{world.contract.key}/",
    ]

    for path in shown:
        text = page(world.owner, path)
        assert "990,000" not in text
        assert "77,123" not in text
        assert "77123" not in text
    assert "990,000" in page(world.auditor, shown[0])
    assert "77123" in page(world.auditor, shown[2])


@pytest.mark.parametrize("number", ["1000000000000000", "9" * 40])
def test_a_page_that_no_paper_has_is_refused_at_its_field(world, number):
    path = f"/contracts/{world.contract.pk}/clauses/{C1}/judge/"
    typed = {"finding": "absent", "document_name": "Order form", "page": number}

    answer = client(world.legal).post(path, typed | {"read_on": TODAY.isoformat()})

    assert answer.status_code == 422
    assert "Pages are counted from 1" in answer.content.decode()
    assert not ClauseJudgement.objects.exists()


def test_nobody_publishes_a_draft_without_saying_which_words_were_seen(world):
    draft = versions.copy(version=world.policy, label="2", by=world.it, now=NOW)

    answer = client(world.it).post(f"/policy/{draft.pk}/publish/", {}, follow=True)

    assert "Look again" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('{"label": ' + "9" * 6000 + "}", "not JSON"),
        ('{"label": "\\ud800"}', "not UTF-8"),
        ('{"label": "\\u0000"}', "control"),
    ],
)
def test_a_hostile_policy_file_is_refused_in_words(world, typed, words):
    file = SimpleUploadedFile("policy.json", typed.encode())

    answer = client(world.it).post("/policy/upload/", {"file": file})

    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize("number", ["x", "-1", "9" * 5000])
def test_a_note_that_is_not_there_is_corrected_by_nobody(world, number):
    assert page(world.legal, f"/clauses/peers/add/?corrects={number}")
