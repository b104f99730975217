"""Documents of a contract: brought, read in a job, searched, handed out, put aside."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from assessments.tasks import run_job
from lockin.file_store import UnableToStore, folder, path_of
from lockin.immutable import UnableToChange
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.trail.models import Event
from tests.conftest import NOW
from tests.factories.documents import docx_of, make_document, pdf_file, pdf_of, saved, scan_of
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_vendor,
    make_workload,
)
from vendors.documents import reading, uploading
from vendors.documents.child import Limits
from vendors.models import ContractDocument, DocumentPage

pytestmark = pytest.mark.django_db

TEXT = "Either party may terminate this agreement for convenience on sixty days written notice."
ESCROW = "The source code is held by an escrow agent under an escrow agreement."


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    """Jobs wait as rows until a test runs them."""
    monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)


@pytest.fixture
def contract(organisation):
    return make_contract(make_vendor(organisation))


@pytest.fixture
def document(contract, chair):
    return make_document(contract, pdf_of(TEXT, ESCROW), by=chair, now=NOW)


def read(document: ContractDocument) -> ContractDocument:
    run_job(job_id=job_of(document).pk)
    document.refresh_from_db()
    return document


def job_of(document: ContractDocument) -> Job:
    return Job.objects.get(kind=uploading.KIND, subject=str(document.pk))


class TestUpload:
    def test_a_document_is_stored_once_and_waits_to_be_read(self, contract, chair):
        content = pdf_of(TEXT)

        document = make_document(contract, content, by=chair, now=NOW)

        assert document.sha256 == hashlib.sha256(content).hexdigest()
        assert path_of(document.sha256).read_bytes() == content
        assert (document.size, document.media_type) == (len(content), "application/pdf")
        assert (document.uploaded_by, document.uploaded_by_name) == (chair, chair.name)
        assert document.reading == ContractDocument.Reading.QUEUED
        assert job_of(document).status == Job.Status.QUEUED
        event = Event.objects.get(act="document.uploaded")
        assert (event.after["sha256"], event.actor_name) == (document.sha256, chair.name)

    def test_the_next_version_supersedes_and_leaves_the_earlier_one(
        self, contract, chair, document
    ):
        second = make_document(contract, pdf_of("Two"), by=chair, now=NOW, supersedes=document)

        assert (second.version, second.supersedes) == (2, document)
        assert list(ContractDocument.objects.newest()) == [second]

    def test_a_version_is_superseded_once(self, contract, chair, document):
        make_document(contract, pdf_of("Two"), by=chair, now=NOW, supersedes=document)

        with pytest.raises(uploading.UnableToUpload, match="has a later version"):
            make_document(contract, pdf_of("Three"), by=chair, now=NOW, supersedes=document)

    def test_the_same_file_is_refused_with_where_it_stands(self, contract, chair, document):
        with pytest.raises(uploading.UnableToUpload, match="as “Master agreement”"):
            make_document(contract, pdf_of(TEXT, ESCROW), by=chair, now=NOW)

    def test_the_same_file_may_stand_under_two_contracts(self, contract, chair, document):
        other = make_contract(contract.vendor, "Other agreement")

        twin = make_document(other, pdf_of(TEXT, ESCROW), by=chair, now=NOW)

        assert twin.sha256 == document.sha256

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("agreement.txt", b"text", "Choose PDF or DOCX"),
            ("agreement.docx", pdf_of(TEXT), "the content is a PDF"),
            ("agreement.pdf", docx_of([TEXT]), "the content is a ZIP archive"),
            ("agreement.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a password"),
            ("agreement.docx", docx_of([TEXT])[:-30], "damaged"),
            ("agreement.docx", docx_of([TEXT], parts={"word/vbaProject.bin": b"x"}), "macros"),
            ("agreement.pdf", b"", "empty"),
        ],
        ids=["type", "PDF as DOCX", "DOCX as PDF", "old format", "truncated", "macros", "empty"],
    )
    def test_what_is_refused_at_once_leaves_nothing(self, contract, chair, name, content, words):
        with pytest.raises(UnableToStore, match=words):
            make_document(contract, content, by=chair, now=NOW, file_name=name)

        assert not ContractDocument.objects.exists()
        assert not Job.objects.exists()
        assert [path for path in folder().rglob("*") if path.is_file()] == []

    def test_an_archived_contract_takes_none(self, contract, chair):
        contract.archived_at = NOW
        contract.save(update_fields=["archived_at"])

        with pytest.raises(uploading.UnableToUpload, match="Restore it first"):
            make_document(contract, pdf_of(TEXT), by=chair, now=NOW)


class TestReading:
    def test_the_job_keeps_every_page_and_says_how_far_it_is(self, document):
        read(document)

        assert document.reading == ContractDocument.Reading.READ
        assert (document.page_count, document.paging) == (2, "printed")
        assert list(document.pages.order_by("number").values_list("number", "text")) == [
            (1, TEXT),
            (2, ESCROW),
        ]
        job = job_of(document)
        assert (job.status, job.progress_words) == (Job.Status.DONE, "Page 2 of 2")
        assert Event.objects.get(act="document.read").after["pages"] == 2

    def test_a_word_file_is_read_as_well(self, contract, chair):
        document = make_document(
            contract, docx_of([TEXT, ESCROW]), by=chair, now=NOW, file_name="agreement.docx"
        )

        assert read(document).reading == ContractDocument.Reading.READ
        assert DocumentPage.objects.get(document=document).text == f"{TEXT}\n{ESCROW}"

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            (
                "a.pdf",
                lambda: saved(pdf_file([TEXT]), encryption=pikepdf.Encryption(user="x", owner="y")),
                "has a password",
            ),
            ("a.pdf", lambda: pdf_of(*[""] * 5_000), "5,000 pages"),
            ("a.docx", lambda: docx_of(" " * (80 * 1024 * 1024)), "would unpack to 80 MB"),
            ("a.pdf", lambda: scan_of(2), "is a scan"),
            ("a.pdf", lambda: pdf_of(*[TEXT] * 9)[:-900], "breaks off"),
        ],
        ids=["encrypted", "5,000 pages", "bomb", "scan", "truncated"],
    )
    def test_a_bad_document_gets_its_answer_and_leaves_no_page(
        self, contract, chair, name, content, words
    ):
        document = make_document(contract, content(), by=chair, now=NOW, file_name=name)

        read(document)

        assert document.reading == ContractDocument.Reading.FAILED
        assert words in document.reason
        assert (document.page_count, document.pages.count()) == (None, 0)
        assert job_of(document).status == Job.Status.FAILED
        assert Event.objects.get(act="document.not-read").after["reason"] == document.reason

    def test_what_failed_can_be_read_again(self, document, chair):
        claim = queue.claim(job_of(document).pk, now=NOW)
        reading.build(
            claim=claim, document_id=document.pk, clock=lambda: NOW, limits=Limits(pages=1)
        )
        document.refresh_from_db()
        assert "at most 1 are read" in document.reason

        uploading.read_again(document=document, by=chair, now=NOW)

        assert read(document).page_count == 2

    def test_what_was_read_is_not_read_again(self, document, chair):
        read(document)

        with pytest.raises(uploading.UnableToReadAgain):
            uploading.read_again(document=document, by=chair, now=NOW)

    def test_a_worker_that_lost_its_lease_keeps_nothing(self, document):
        job = job_of(document)
        first = queue.claim(job.pk, now=NOW)
        queue.recover(now=NOW + timedelta(hours=1))
        queue.claim(job.pk, now=NOW + timedelta(hours=1))

        with pytest.raises(queue.LeaseLost):
            reading.build(claim=first, document_id=document.pk, clock=lambda: NOW)

        document.refresh_from_db()
        assert document.reading == ContractDocument.Reading.QUEUED
        assert not DocumentPage.objects.exists()

    def test_reading_twice_does_no_harm(self, document):
        read(document)
        Job.objects.filter(pk=job_of(document).pk).update(
            status=Job.Status.QUEUED, finished_at=None
        )

        read(document)

        assert DocumentPage.objects.filter(document=document).count() == 2


class TestFrozen:
    @pytest.mark.parametrize(
        "values",
        [
            {"sha256": "0" * 64},
            {"file_name": "other.pdf"},
            {"uploaded_by_name": "Somebody"},
            {"page_count": 7},
            {"remark": "All is well"},
        ],
        ids=lambda values: next(iter(values)),
    )
    def test_the_database_refuses_another_content(self, document, values):
        read(document)

        with pytest.raises(DatabaseError), transaction.atomic():
            ContractDocument.objects.filter(pk=document.pk).update(**values)

    def test_pages_are_neither_changed_nor_added_afterwards(self, document):
        read(document)

        with pytest.raises(UnableToChange):
            DocumentPage.objects.filter(document=document).update(text="")
        with pytest.raises(DatabaseError), transaction.atomic():
            DocumentPage.objects.create(document=document, number=3, text="More")

    def test_a_document_is_put_aside_and_stays(self, document, chair):
        uploading.put_aside(document=document, why="Wrong contract", by=chair, now=NOW)

        assert not ContractDocument.objects.on_file().exists()
        assert path_of(document.sha256).exists()
        with pytest.raises(UnableToChange):
            document.delete()

    def test_the_same_file_may_come_back_after_that(self, document, contract, chair):
        uploading.put_aside(document=document, why="By mistake", by=chair, now=NOW)

        make_document(contract, pdf_of(TEXT, ESCROW), by=chair, now=NOW)


class TestPages:
    def test_upload_by_the_page_leads_to_the_document(self, contract, chair, client_as):
        answer = client_as(chair).post(
            reverse("vendors:document-upload", args=[contract.pk]),
            {"file": SimpleUploadedFile("msa.pdf", pdf_of(TEXT)), "kind": "agreement"},
        )

        document = ContractDocument.objects.get()
        assert answer.url == reverse("vendors:document-detail", args=[document.pk])
        assert document.name == "msa.pdf"

    def test_a_refusal_stands_beside_the_file(self, contract, chair, client_as):
        answer = client_as(chair).post(
            reverse("vendors:document-upload", args=[contract.pk]),
            {"file": SimpleUploadedFile("msa.txt", b"text"), "kind": "agreement"},
        )

        assert answer.status_code == 422
        assert b"Choose PDF or DOCX" in answer.content

    def test_what_is_too_large_is_said_and_not_kept(self, contract, chair, client_as, settings):
        settings.EVIDENCE_MAX_BYTES = 1024

        answer = client_as(chair).post(
            reverse("vendors:document-upload", args=[contract.pk]),
            {"file": SimpleUploadedFile("msa.pdf", pdf_of(TEXT) * 9), "kind": "agreement"},
        )

        assert answer.status_code == 422
        assert b"Too large" in answer.content
        assert not ContractDocument.objects.exists()

    def test_search_names_the_page_and_marks_the_words_escaped(self, contract, chair, client_as):
        held = docx_of(["Pay <b>promptly</b> & in full.", f"Then: {ESCROW}"])
        document = read(make_document(contract, held, by=chair, now=NOW, file_name="terms.docx"))

        page = client_as(chair).get(
            reverse("vendors:document-detail", args=[document.pk]), {"q": "<b>Promptly"}
        )

        text = page.content.decode()
        assert "stands in one place" in text
        assert '<mark id="mark-1">&lt;b&gt;promptly</mark>&lt;/b&gt; &amp; in full.' in text
        assert "<b>promptly" not in text

    def test_a_passage_is_marked_by_its_place(self, document, chair, client_as):
        read(document)

        page = client_as(chair).get(
            reverse("vendors:document-detail", args=[document.pk]),
            {"page": 2, "start": 4, "end": 15},
        )

        assert '<mark id="mark-1">source code</mark>' in page.content.decode()

    def test_a_page_beyond_the_last_shows_the_last(self, document, chair, client_as):
        read(document)

        page = client_as(chair).get(
            reverse("vendors:document-detail", args=[document.pk]), {"page": 99}
        )

        assert b"Page 2 of 2" in page.content

    def test_progress_ends_by_loading_the_page_anew(self, document, chair, client_as):
        address = reverse("vendors:document-progress", args=[document.pk])
        Job.objects.filter(pk=job_of(document).pk).update(progress_done=1, progress_total=2)
        client = client_as(chair)
        assert b"Page 1 of 2" in client.get(address).content

        read(document)

        assert client.get(address)["HX-Refresh"] == "true"

    def test_the_file_is_handed_out_as_an_attachment(self, document, analyst, client_as):
        answer = client_as(analyst).get(reverse("vendors:document-fetch", args=[document.pk]))

        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        if file := getattr(answer, "file_to_stream", None):
            file.close()  # the response's own close would end the test's connection
        assert answer["Content-Disposition"] == 'attachment; filename="agreement.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_an_owner_sees_that_it_is_on_file_and_not_what_it_says(
        self, organisation, contract, document, owner, client_as
    ):
        make_dependency(
            make_workload(organisation, owner=owner),
            model=make_model(contract.vendor),
            contract=contract,
        )
        client = client_as(owner)

        listed = client.get(reverse("vendors:document-list", args=[contract.pk])).content.decode()

        assert "Master agreement" in listed
        detail = reverse("vendors:document-detail", args=[document.pk])
        assert detail not in listed
        assert client.get(detail).status_code == 404

    def test_the_list_costs_the_same_for_many(
        self, contract, chair, client_as, django_assert_max_num_queries
    ):
        for number in range(6):
            make_document(contract, pdf_of(str(number)), by=chair, now=NOW)
        client = client_as(chair)

        with django_assert_max_num_queries(14):
            client.get(
                reverse("vendors:document-list", args=[contract.pk]), headers={"HX-Request": "true"}
            )
