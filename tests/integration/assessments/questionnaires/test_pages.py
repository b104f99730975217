"""The questionnaire's pages over HTTP: what they show, keep, refuse, and how many queries they take."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Answer, AnswerDraft, Assessment, EvidenceVersion
from assessments.questionnaires import answering, delegating, drafts, evidence
from lockin.accounts.roles import Role
from lockin.trail.models import Event
from tests.factories.people import make_user
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_vendor,
    make_workload,
)
from tests.factories.questionnaires import answer_everything, save_answer, start_assessment

FEATURE = "api.deepest-feature"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _nothing_undefined(monkeypatch):
    """A variable that a template does not get is a fault, on every page a test opens."""
    request = Client.request

    def looked_at(self, **environment):
        response = request(self, **environment)
        if not response.streaming:
            assert "«undefined" not in response.content.decode("utf-8", "replace")
        return response

    monkeypatch.setattr(Client, "request", looked_at)


@pytest.fixture
def url(assessment):
    return reverse("assessments:question", args=[assessment.pk, FEATURE])


def form(**fields):
    return {
        "choice": "streaming",
        "grade": "declared",
        "comment": "",
        "reason": "",
        "version": "0",
        "act": "save",
        **fields,
    }


class TestQuestionPage:
    def test_offers_the_options_and_that_nobody_has_checked(self, client_as, owner, url):
        text = client_as(owner).get(url).content.decode()
        assert "Text in, text out" in text
        assert "Nobody has checked" in text

    def test_nothing_is_chosen_before_somebody_answers(self, client_as, owner, url):
        assert '" checked' not in client_as(owner).get(url).content.decode()

    def test_saves_and_goes_on_to_the_next_question(self, client_as, owner, url, assessment):
        response = client_as(owner).post(url, form())
        following = reverse("assessments:question", args=[assessment.pk, "api.integration-points"])
        assert response["Location"] == following

    def test_a_refused_save_keeps_what_was_typed(self, client_as, owner, url):
        response = client_as(owner).post(url, form(grade="", comment="31 call sites counted"))
        text = response.content.decode()
        assert response.status_code == 422
        assert "Choose how you know." in text
        assert "31 call sites counted" in text
        assert 'value="streaming" checked' in text

    def test_a_stale_save_shows_both_answers(self, client_as, owner, chair, url, assessment, now):
        save_answer(assessment, by=chair, now=now, comment="Scanned in October")
        response = client_as(owner).post(url, form(comment="From memory"))
        text = response.content.decode()
        assert response.status_code == 409
        assert "Scanned in October" in text
        assert "From memory" in text

    def test_keeping_mine_saves_it_on_top(self, client_as, owner, chair, url, assessment, now):
        save_answer(assessment, by=chair, now=now)
        client_as(owner).post(url, form(version="1"))
        assert Answer.objects.get().option_key == "streaming"

    def test_says_that_an_answer_without_evidence_is_declared(self, client_as, owner, url):
        response = client_as(owner).post(url, form(grade="tested"), follow=True)
        assert "saved as Declared" in response.content.decode()

    def test_the_draft_comes_back(self, client_as, owner, url, assessment, now):
        drafts.keep(
            assessment=assessment,
            question_key=FEATURE,
            body={"choice": "streaming", "comment": "Half a thought"},
            based_on_version=0,
            by=owner,
            now=now,
        )
        text = client_as(owner).get(url).content.decode()
        assert "Half a thought" in text
        assert "Draft saved 09:00" in text

    def test_the_draft_is_the_persons_own(self, client_as, owner, chair, url, assessment, now):
        drafts.keep(
            assessment=assessment,
            question_key=FEATURE,
            body={"comment": "Half a thought"},
            based_on_version=0,
            by=owner,
            now=now,
        )
        assert "Half a thought" not in client_as(chair).get(url).content.decode()

    def test_a_read_only_role_is_shown_no_form(self, client_as, auditor, url):
        text = client_as(auditor).get(url).content.decode()
        assert "data-question" not in text

    def test_a_read_only_role_cannot_post(self, client_as, auditor, url):
        assert client_as(auditor).post(url, form()).status_code == 404

    def test_another_owner_finds_nothing(self, client_as, other_owner, url):
        assert client_as(other_owner).get(url).status_code == 404

    def test_a_post_without_a_token_is_refused(self, owner, url):
        client = Client(enforce_csrf_checks=True)
        client.force_login(owner)
        assert client.post(url, form()).status_code == 403

    def test_a_computed_question_shows_its_arithmetic_and_no_form(
        self, client_as, organisation, owner, assessment
    ):
        vendor = make_vendor(organisation)
        contract = make_contract(vendor, uplift="capped", uplift_cap_percent=5)
        make_dependency(assessment.workload, model=make_model(vendor), contract=contract)
        address = reverse("assessments:question", args=[assessment.pk, "commercial.uplift-cap"])
        text = client_as(owner).get(address).content.decode()
        assert "Cap on the price at renewal" in text
        assert "data-question" not in text

    def test_amounts_in_the_arithmetic_are_for_those_who_may_see_amounts(
        self, client_as, organisation, owner, chair, assessment
    ):
        vendor = make_vendor(organisation)
        contract = make_contract(vendor)
        make_dependency(assessment.workload, model=make_model(vendor), contract=contract)
        address = reverse("assessments:question", args=[assessment.pk, "commercial.vendor-share"])
        assert "1,240,000" not in client_as(owner).get(address).content.decode()
        assert "1,240,000" in client_as(chair).get(address).content.decode()


class TestWithoutScripts:
    def test_a_file_comes_with_the_answer(self, client_as, owner, url):
        file = SimpleUploadedFile("scan.csv", b"place\nsrc/app.py\n")
        client_as(owner).post(url, form(grade="documented", file=file))
        answer = Answer.objects.get()
        assert (answer.grade, answer.evidence.get().version.file_name) == ("documented", "scan.csv")

    def test_a_refused_file_keeps_what_was_typed(self, client_as, owner, url):
        file = SimpleUploadedFile("scan.exe", b"MZ")
        response = client_as(owner).post(url, form(comment="31 call sites", file=file))
        text = response.content.decode()
        assert response.status_code == 422
        assert "31 call sites" in text
        assert "This type of file is not taken" in text

    def test_adding_a_link_first_keeps_the_rest_as_a_draft(self, client_as, owner, url):
        client_as(owner).post(url, form(act="upload", link="https://git.example/7", comment="So"))
        draft = AnswerDraft.objects.get()
        version = EvidenceVersion.objects.get()
        assert (draft.body["comment"], draft.body["evidence"]) == ("So", [version.pk])

    def test_too_large_a_file_is_named_with_its_size(self, client_as, owner, url, settings):
        settings.EVIDENCE_MAX_BYTES = 1024 * 1024
        file = SimpleUploadedFile("scan.csv", b"a" * (3 * 1024 * 1024))
        text = client_as(owner).post(url, form(file=file)).content.decode()
        assert "Too large: 3.0 MB. The limit is 1.0 MB." in text
        assert not EvidenceVersion.objects.exists()


class TestDraftAddress:
    def test_keeps_what_was_typed_and_says_when(self, client_as, owner, url):
        answer = client_as(owner).post(f"{url}draft/", form(comment="So far")).json()
        assert answer == {"saved_at": "09:00", "changed": None}

    def test_tells_that_somebody_else_saved_meanwhile(
        self, client_as, owner, chair, url, assessment, now
    ):
        save_answer(assessment, by=chair, now=now)
        answer = client_as(owner).post(f"{url}draft/", form()).json()
        assert answer["changed"] == {"by": "Nadia Berg", "at": "09:00", "version": 1}

    @pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000, "-1"])
    def test_numbers_that_no_row_can_have_are_dropped(self, client_as, owner, url, number):
        body = form(version=number, evidence=[number])
        assert client_as(owner).post(f"{url}draft/", body).status_code == 200
        assert AnswerDraft.objects.get().body["evidence"] == []

    def test_a_draft_is_no_event(self, client_as, owner, url):
        before = Event.objects.count()
        client_as(owner).post(f"{url}draft/", form())
        assert Event.objects.count() == before

    def test_nothing_is_kept_once_it_is_sent(self, client_as, owner, url, assessment, now):
        answer_everything(assessment, by=owner, now=now)
        answering.send(assessment=assessment, by=owner, now=now)
        assert client_as(owner).post(f"{url}draft/", form()).status_code == 404


class TestDelegate:
    @pytest.fixture
    def delegate(self, organisation, assessment, owner, now):
        person = make_user(organisation, "Lena Fuchs", roles=[(Role.OWNER, "")])
        delegating.ask(
            assessment=assessment,
            dimension="api",
            question_key=FEATURE,
            to=person,
            title="Deepest feature",
            by=owner,
            now=now,
        )
        return person

    def test_answers_the_question_handed_over(self, client_as, delegate, url):
        client_as(delegate).post(url, form())
        assert Answer.objects.get().answered_by == delegate

    def test_cannot_open_another_question(self, client_as, delegate, assessment):
        other = reverse("assessments:question", args=[assessment.pk, "api.integration-points"])
        assert client_as(delegate).get(other).status_code == 404

    def test_sees_only_that_question_in_the_list(self, client_as, delegate, assessment):
        address = reverse("assessments:assessment-tasks", args=[assessment.pk])
        text = client_as(delegate).get(address).content.decode()
        assert "Deepest feature used" in text
        assert "Integration points" not in text

    @pytest.mark.parametrize("name", ["check", "send", "review"])
    def test_has_no_page_of_the_whole(self, client_as, delegate, assessment, name):
        address = reverse(f"assessments:assessment-{name}", args=[assessment.pk])
        assert client_as(delegate).get(address).status_code == 404

    @pytest.fixture
    def hidden(self, assessment, owner, now):
        return evidence.add_link(
            workload=assessment.workload,
            link="https://git.example/the-owners-own",
            dated_on=now.date(),
            by=owner,
            now=now,
        )

    def test_cannot_open_evidence_by_attaching_it(self, client_as, delegate, url, hidden):
        client = client_as(delegate)
        assert client.post(url, form(evidence=[hidden.pk])).status_code == 422
        assert (
            client.get(reverse("assessments:evidence-fetch", args=[hidden.pk])).status_code == 404
        )

    def test_a_draft_does_not_name_evidence_of_others(self, client_as, delegate, url, hidden):
        client = client_as(delegate)
        client.post(f"{url}draft/", form(evidence=[hidden.pk]))
        assert "the-owners-own" not in client.get(url).content.decode()

    def test_has_it_no_longer_once_it_is_answered(self, client_as, delegate, url):
        client_as(delegate).post(url, form())
        assert client_as(delegate).get(url).status_code == 404


class TestPagesOfTheWhole:
    def test_the_task_list_counts_what_is_answered(self, client_as, owner, assessment, now):
        save_answer(assessment, by=owner, now=now)
        address = reverse("assessments:assessment-tasks", args=[assessment.pk])
        assert "1 of 50" in client_as(owner).get(address).content.decode()

    def test_the_score_of_an_open_section_stays_hidden(self, client_as, owner, assessment, now):
        save_answer(assessment, by=owner, now=now)
        address = reverse("assessments:assessment-check", args=[assessment.pk])
        assert "before controls" not in client_as(owner).get(address).content.decode()

    def test_the_score_of_a_finished_section_is_shown(self, client_as, owner, assessment, now):
        for question in assessment.version.definition.section("api").questions:
            save_answer(assessment, question.key, by=owner, now=now, option=question.options[0].key)
        address = reverse("assessments:assessment-check", args=[assessment.pk])
        assert "before controls" in client_as(owner).get(address).content.decode()

    def test_sending_asks_once_more(self, client_as, owner, assessment, now):
        answer_everything(assessment, by=owner, now=now)
        address = reverse("assessments:assessment-send", args=[assessment.pk])
        assert "for review" in client_as(owner).get(address).content.decode()
        client_as(owner).post(address)
        assert Assessment.objects.get().state == "sent"

    def test_the_section_question_asks_for_the_reason(self, client_as, owner, assessment):
        address = reverse("assessments:assessment-section", args=[assessment.pk, "tuning"])
        response = client_as(owner).post(address, {"applies": "no", "reason": ""})
        assert response.status_code == 422
        assert "Say why this does not apply." in response.content.decode()

    def test_asking_someone_shows_who_can_be_asked(
        self, client_as, owner, other_owner, auditor, assessment
    ):
        address = reverse("assessments:question-ask", args=[assessment.pk, FEATURE])
        text = client_as(owner).get(address).content.decode()
        assert "Mara Duarte" in text
        assert "Edith Marsh" not in text

    def test_starting_goes_to_the_task_list(self, client_as, owner, version, workload):
        address = reverse("assessments:assessment-start", args=[workload.pk])
        assert client_as(owner).get(address).status_code == 200
        client_as(owner).post(address, {"label": "2026"})
        assert Assessment.objects.get().label == "2026"


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as found:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(found)


class TestQueryBudgets:
    """The number of queries stays the same with one answer and with fifty."""

    @pytest.mark.parametrize("name", ["tasks", "check"])
    def test_task_list_and_check_page(self, client_as, owner, assessment, now, name):
        address = reverse(f"assessments:assessment-{name}", args=[assessment.pk])
        client = client_as(owner)
        queries(client, address)
        save_answer(assessment, by=owner, now=now)
        with_one = queries(client, address)
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        assert queries(client, address) <= with_one <= 30

    def test_review_page(self, client_as, owner, chair, workload, version, assessment, now):
        answer_everything(assessment, by=owner, now=now)
        answering.send(assessment=assessment, by=owner, now=now)
        address = reverse("assessments:assessment-review", args=[assessment.pk])
        client = client_as(chair)
        queries(client, address)
        with_fifty = queries(client, address)
        Answer.objects.exclude(question_key=FEATURE).delete()
        assert with_fifty <= queries(client, address) <= 32

    def test_question_page(self, client_as, owner, assessment, url, now):
        client = client_as(owner)
        queries(client, url)
        save_answer(assessment, by=owner, now=now)
        with_one = queries(client, url)
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        assert queries(client, url) <= with_one <= 34

    def test_my_work(self, client_as, owner, organisation, version, workload, now):
        start_assessment(workload, by=owner, now=now)
        address = reverse("assessments:my-work")
        client = client_as(owner)
        queries(client, address)
        with_one = queries(client, address)
        for number in range(5):
            start_assessment(
                make_workload(organisation, f"Workload {number}", owner=owner), by=owner, now=now
            )
        queries(client, address)  # the first view after a write reckons the menu's counts anew
        assert queries(client, address) == with_one <= 14
