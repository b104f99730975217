"""From four real papers to the passages that a person judges: upload, read, propose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from assessments.clauses import standing
from assessments.models import ClauseJudgement
from assessments.passage_lists import proposals
from assessments.tasks import run_job
from lockin.jobs.models import Job
from tests.conftest import NOW, TODAY
from tests.factories.clauses import C1, C2, C3, C4, C5, judge, publish_policy
from tests.factories.documents import docx_of, make_document, pdf_of
from tests.factories.portfolio import make_contract, make_vendor
from vendors.documents import uploading
from vendors.models import ContractDocument

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[2] / "data"
UNTOUCHED = ("c2-model-export", "c3-api-compatibility", "c4-source-escrow")


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)


@pytest.fixture
def contract(organisation):
    return make_contract(make_vendor(organisation))


def read(contract, content, *, by, file_name, kind="terms") -> ContractDocument:
    document = make_document(
        contract, content, by=by, now=NOW, file_name=file_name, name=file_name, kind=kind
    )
    run_job(job_id=Job.objects.get(kind=uploading.KIND, subject=str(document.pk)).pk)
    document.refresh_from_db()
    return document


def word_file(name: str) -> bytes:
    """A standard paper as the Word file that it is handed out as: a paragraph a line."""
    text = re.sub(r"<[^>]+>|[*_#]", "", (DATA / "terms" / f"{name}.md").read_text())
    return docx_of([line for line in text.split("\n") if line.strip()])


class TestFourRealPapers:
    def test_bonterms_cloud_terms_gives_an_export_to_judge_and_no_more(self, contract, chair):
        document = read(
            contract, word_file("bonterms_cloud_terms"), by=chair, file_name="bonterms.docx"
        )

        assert document.reading == ContractDocument.Reading.READ
        assert document.page_count > 5
        assert all(proposals(document, clause).none_near for clause in UNTOUCHED)
        export = proposals(document, "c1-data-portability").passages[0]
        assert "During a Subscription Term, Customer may export" in export.excerpt
        ending = proposals(document, "c5-termination-for-convenience").passages[0]
        assert "If no Subscription Term is in effect" in ending.excerpt

    def test_common_paper_gives_nothing_with_its_addendum_beside_it(self, contract, chair):
        agreement = read(contract, word_file("common_paper_CSA"), by=chair, file_name="csa.docx")
        addendum = read(
            contract,
            word_file("common_paper_AI_addendum"),
            by=chair,
            file_name="ai.docx",
            kind="addendum",
        )

        for document in (agreement, addendum):
            assert document.reading == ContractDocument.Reading.READ
            assert all(
                proposals(document, clause).none_near
                for clause in (*UNTOUCHED, "c5-termination-for-convenience")
            )
        assert not proposals(addendum, "ai-training").none_near

    @pytest.mark.parametrize(
        ("name", "pages", "words"),
        [
            ("kubient_master_services_agreement", 5, "terminat"),
            ("meritlife_master_services_agreement", 10, "terminat"),
        ],
    )
    def test_a_signed_pdf_offers_its_termination_with_the_page(
        self, contract, chair, name, pages, words
    ):
        content = (DATA / "cuad" / f"{name}.pdf").read_bytes()

        document = read(contract, content, by=chair, file_name=f"{name}.pdf", kind="agreement")

        assert (document.page_count, document.paging) == (pages, "printed")
        found = proposals(document, "c5-termination-for-convenience")
        assert not found.none_near
        first = found.passages[0]
        assert words in first.excerpt.lower()
        page = document.pages.get(number=first.page)
        assert page.text[first.start : first.end] == first.excerpt
        assert proposals(document, "c4-source-escrow").none_near


class TestJudgedAgainstThePolicy:
    """The four papers on a contract each, every clause read by hand from the page it stands on."""

    FIRST_FIVE = (C1, C2, C3, C4, C5)

    def judged(self, organisation, chair, document, readings):
        """Judge each of the first five clauses; what is not named the paper does not say."""
        publish_policy(organisation, by=chair)
        for key in self.FIRST_FIVE:
            values = readings.get(key)
            passages = proposals(document, key).passages
            judge(
                document.contract,
                key,
                by=chair,
                finding="absent" if values is None else "obtained",
                values=values or {},
                document=document,
                page=passages[0].page if values else None,
                excerpt=passages[0].excerpt if values else "",
            )
        found = standing.of_contract(document.contract, on=TODAY)
        return {key: found.by_key[key].status.value for key in self.FIRST_FIVE}

    def test_bonterms_cloud_terms_give_none_of_the_first_five(self, organisation, contract, chair):
        document = read(
            contract, word_file("bonterms_cloud_terms"), by=chair, file_name="bonterms.docx"
        )

        # 14.4(a): export as long as the term runs. 14.2: without cause only where no term runs.
        found = self.judged(
            organisation,
            chair,
            document,
            {
                C1: {"any-time": True, "post-term-days": 0},
                C5: {"convenience": False, "transition-days": 0},
            },
        )

        assert set(found.values()) == {"missing"}

    def test_common_paper_gives_none_of_the_first_five(self, organisation, contract, chair):
        read(
            contract,
            word_file("common_paper_AI_addendum"),
            by=chair,
            file_name="ai.docx",
            kind="addendum",
        )
        agreement = read(contract, word_file("common_paper_CSA"), by=chair, file_name="csa.docx")

        # 5.3: for cause alone.
        found = self.judged(
            organisation, chair, agreement, {C5: {"convenience": False, "transition-days": 0}}
        )

        assert set(found.values()) == {"missing"}

    @pytest.mark.parametrize(
        ("name", "ending"),
        [
            # 4(a): any reason after the first year, on 90 days; Kubient keeps what it earns.
            (
                "kubient_master_services_agreement",
                {
                    "convenience": True,
                    "from-month": 12,
                    "notice-days": 90,
                    "fee-percent": "0",
                    "transition-days": 0,
                },
            ),
            # 6(a): without cause only while no statement of work is open.
            (
                "meritlife_master_services_agreement",
                {
                    "convenience": False,
                    "notice-days": 15,
                    "transition-days": 0,
                },
            ),
        ],
    )
    def test_a_signed_agreement_is_at_the_walk_away_since_it_gives_no_transition(
        self, organisation, contract, chair, name, ending
    ):
        content = (DATA / "cuad" / f"{name}.pdf").read_bytes()
        document = read(contract, content, by=chair, file_name=f"{name}.pdf", kind="agreement")

        found = self.judged(organisation, chair, document, {C5: ending})

        assert set(found.values()) == {"missing"}
        ending_of = standing.of_contract(contract, on=TODAY).by_key[C5]
        assert "no transition" in ending_of.judgement.walk_aways
        assert ending_of.place.startswith(f"{name}.pdf")


class TestPage:
    TEXT = (
        "Customer may terminate this agreement for its convenience at any time upon sixty days\n"
        "prior written notice & without penalty <b>of any kind</b>."
    )

    def test_each_passage_leads_to_its_place_and_to_judging_it(self, contract, chair, client_as):
        document = read(contract, pdf_of("Cover", self.TEXT), by=chair, file_name="msa.pdf")

        answer = client_as(chair).get(
            reverse("assessments:document-passages", args=[document.pk]),
            {"clause": "c5-termination-for-convenience"},
            headers={"HX-Request": "true"},
        )

        text = answer.content.decode()
        assert "<html" not in text
        assert f"/documents/{document.pk}/?page=2&amp;start=0&amp;end=" in text
        judge = reverse(
            "assessments:clause-judge", args=[contract.pk, "c5-termination-for-convenience"]
        )
        assert f"{judge}?document={document.pk}&amp;page=2&amp;excerpt=Customer%20may" in text
        assert "&lt;b&gt;of any kind" in text
        assert "<b>of" not in text

    def test_none_near_is_said_and_what_was_not_measured(self, contract, chair, client_as):
        document = read(contract, pdf_of("Invoices are payable."), by=chair, file_name="msa.pdf")

        answer = client_as(chair).get(
            reverse("assessments:document-passages", args=[document.pk]),
            {"clause": "c2-model-export"},
        )

        assert b"No passage comes near" in answer.content
        assert b"was not measured" in answer.content

    def test_whoever_may_not_judge_is_offered_no_link_to_it(
        self, contract, chair, auditor, client_as
    ):
        document = read(contract, pdf_of(self.TEXT), by=chair, file_name="msa.pdf")

        answer = client_as(auditor).get(
            reverse("assessments:document-passages", args=[document.pk]),
            {"clause": "c5-termination-for-convenience"},
        )

        assert b"Judge with this passage" not in answer.content

    def test_an_unknown_clause_is_not_there(self, contract, chair, client_as):
        document = read(contract, pdf_of(self.TEXT), by=chair, file_name="msa.pdf")

        answer = client_as(chair).get(
            reverse("assessments:document-passages", args=[document.pk]), {"clause": "c99"}
        )

        assert answer.status_code == 404

    def test_a_document_that_waits_proposes_nothing(self, contract, chair, client_as):
        document = make_document(contract, pdf_of(self.TEXT), by=chair, now=NOW)

        answer = client_as(chair).get(reverse("assessments:document-passages", args=[document.pk]))

        assert b"was not read" in answer.content

    def test_nothing_is_filled_in(self, contract, chair, client_as):
        document = read(contract, pdf_of(self.TEXT), by=chair, file_name="msa.pdf")
        client_as(chair).get(reverse("assessments:document-passages", args=[document.pk]))

        assert not ClauseJudgement.objects.exists()
        contract.refresh_from_db()
        assert contract.termination_for_convenience is None
