"""Evidence: which files are taken, how they are kept, and who may fetch them."""

import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import AnswerEvidence, Audit, EvidenceVersion, Snapshot
from assessments.questionnaires import answering, evidence
from lockin.file_store import (
    UnableToStore,
    folder,
    path_of,
    safe_name,
    store,
)
from lockin.immutable import UnableToChange
from tests.factories.questionnaires import save_answer

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def archive(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return held.getvalue()


class TestStore:
    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("scan.csv", "place\nstraße\n".encode(), "text/csv"),
            ("notes.txt", b"\xef\xbb\xbfwith a mark", "text/plain"),
            ("policy.pdf", b"%PDF-1.7\n", "application/pdf"),
            ("shot.png", PNG, "image/png"),
            ("export.zip", archive("a.json"), "application/zip"),
        ],
    )
    def test_takes_what_it_says_it_is(self, name, content, kind):
        assert store(name=name, chunks=[content]).content_type == kind

    def test_stands_under_its_hash(self):
        content = b"place\nsrc/app.py\n"
        stored = store(name="scan.csv", chunks=[content[:4], content[4:]])
        sha256 = hashlib.sha256(content).hexdigest()
        assert stored.sha256 == sha256
        assert (folder() / sha256[:2] / sha256).read_bytes() == content

    def test_the_same_bytes_are_stored_once(self):
        for name in ("one.csv", "two.csv"):
            store(name=name, chunks=[b"a,b\n"])
        assert len([path for path in folder().rglob("*") if path.is_file()]) == 1

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("scan.exe", b"MZ", "not taken"),
            ("page.html", b"<script>", "not taken"),
            ("policy.pdf", PNG, "the content is a PNG picture"),
            ("shot.png", b"hello", "something else"),
            ("scan.csv", b"a\0b", "the content does not"),
            ("scan.csv", "straße".encode("latin-1"), "not UTF-8"),
            ("empty.csv", b"", "empty"),
            ("book.xlsx", archive("word/document.xml"), "something else"),
            ("book.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
            ("cut.zip", archive("a")[:20], "damaged"),
        ],
    )
    def test_refuses_with_a_plain_reason(self, name, content, words):
        with pytest.raises(UnableToStore, match=words):
            store(name=name, chunks=[content])

    def test_refuses_what_is_too_large_while_it_comes(self, settings):
        settings.EVIDENCE_MAX_BYTES = 10
        with pytest.raises(UnableToStore, match="Too large"):
            store(name="scan.csv", chunks=[b"12345", b"67890", b"1"])

    def test_leaves_nothing_of_what_it_refuses(self):
        with pytest.raises(UnableToStore):
            store(name="scan.csv", chunks=[b"a\0b"])
        assert [path for path in folder().rglob("*") if path.is_file()] == []

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\x\\scan.CSV", "scan.csv"),
            ('a"b<c>.pdf', "a-b-c-.pdf"),
            ("in\u202evoice.txt", "invoice.txt"),
            ("line\r\nbreak.txt", "linebreak.txt"),
            ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ],
    )
    def test_hostile_names_are_made_plain(self, name, kept):
        assert safe_name(name) == kept


@pytest.fixture
def file(assessment, owner, now):
    return evidence.add_file(
        workload=assessment.workload,
        name="scan.csv",
        chunks=[b"place\n"],
        dated_on=date(2026, 10, 12),
        by=owner,
        now=now,
    )


class TestVersions:
    def test_the_uploader_is_who_is_signed_in(self, file, owner):
        assert (file.added_by_id_text, file.added_by_name) == (str(owner.pk), "Priya Raman")

    def test_a_version_never_changes(self, file):
        with pytest.raises(UnableToChange):
            EvidenceVersion.objects.update(added_by_name="Somebody else")

    def test_its_date_cannot_lie_ahead(self, assessment, owner, now):
        with pytest.raises(evidence.UnableToAdd, match="lies ahead"):
            evidence.add_link(
                workload=assessment.workload,
                link="https://git.example",
                dated_on=now.date() + timedelta(days=1),
                by=owner,
                now=now,
            )

    @pytest.mark.parametrize(
        "link",
        [
            *("javascript:alert(1)", "ftp://x", "git.example", "http://"),
            *("http://[::1", "http://ex℀mple.com", "https://git example"),
        ],
    )
    def test_a_link_is_a_web_address(self, assessment, owner, now, link):
        with pytest.raises(evidence.UnableToAdd, match="web address"):
            evidence.add_link(
                workload=assessment.workload, link=link, dated_on=now.date(), by=owner, now=now
            )

    def test_replacing_adds_a_version_and_moves_the_answer_to_it(
        self, assessment, file, owner, now
    ):
        save_answer(assessment, by=owner, now=now, grade="documented", evidence=(file.pk,))
        newer = evidence.replace_with_file(
            link=AnswerEvidence.objects.get(),
            name="scan.csv",
            chunks=[b"newer\n"],
            dated_on=date(2026, 11, 2),
            by=owner,
            now=now,
        )
        held = AnswerEvidence.objects.get()
        assert (held.version, newer.number, held.answer.evidence_on) == (
            newer,
            2,
            date(2026, 11, 2),
        )

    @pytest.mark.parametrize(
        ("dated_on", "old"), [(date(2025, 11, 23), False), (date(2025, 11, 22), True)]
    )
    def test_is_out_of_date_after_twelve_months(self, dated_on, old):
        assert evidence.is_out_of_date(dated_on, on=date(2026, 11, 23)) is old


class TestInASnapshot:
    @pytest.fixture
    def sealed(self, assessment, file, owner, now):
        save_answer(assessment, by=owner, now=now, grade="documented", evidence=(file.pk,))
        audit = Audit.objects.create(
            organisation=assessment.organisation,
            label="2026",
            opens_on=now.date(),
            period_starts_on=date(2026, 1, 1),
            period_ends_on=date(2026, 12, 31),
            planned_at=now,
        )
        Snapshot.objects.create(
            audit=audit,
            schema_name="x",
            schema_version=1,
            trail_sequence=1,
            begun_at=now,
            sealed_at=now,
            sha256="0" * 64,
        )

    def test_cannot_be_removed(self, sealed, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="replaced, not removed"):
            save_answer(assessment, by=owner, now=now, version=1)

    def test_can_be_replaced_and_stays_beside(self, sealed, assessment, file, owner, now):
        newer = evidence.replace_with_link(
            link=AnswerEvidence.objects.get(),
            address="https://git.example/2",
            dated_on=now.date(),
            by=owner,
            now=now + timedelta(minutes=1),
        )
        held = set(AnswerEvidence.objects.values_list("version_id", flat=True))
        assert held == {file.pk, newer.pk}


class TestFetch:
    def test_comes_as_an_attachment_that_no_browser_runs(self, client_as, owner, file):
        response = client_as(owner).get(reverse("assessments:evidence-fetch", args=[file.pk]))
        assert response["Content-Disposition"] == 'attachment; filename="scan.csv"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert b"".join(response.streaming_content) == b"place\n"

    def test_is_hidden_from_other_owners(self, client_as, other_owner, file):
        address = reverse("assessments:evidence-fetch", args=[file.pk])
        assert client_as(other_owner).get(address).status_code == 404

    def test_is_hidden_from_administrators(self, client_as, administrator, file):
        address = reverse("assessments:evidence-fetch", args=[file.pk])
        assert client_as(administrator).get(address).status_code == 404

    def test_a_file_gone_from_the_store_is_not_found(self, client_as, owner, file):
        path_of(file.sha256).unlink()
        address = reverse("assessments:evidence-fetch", args=[file.pk])
        assert client_as(owner).get(address).status_code == 404


class TestUploadAddress:
    def test_answers_with_the_row_to_attach(self, client_as, owner, assessment):
        address = reverse("assessments:evidence-add", args=[assessment.pk])
        file = SimpleUploadedFile("scan.csv", b"place\n")
        response = client_as(owner).post(address, {"file": file, "dated_on": "2026-10-12"})
        version = EvidenceVersion.objects.get()
        assert f'name="evidence" value="{version.pk}"' in response.content.decode()

    def test_says_why_a_file_is_not_taken(self, client_as, owner, assessment):
        address = reverse("assessments:evidence-add", args=[assessment.pk])
        response = client_as(owner).post(address, {"file": SimpleUploadedFile("a.exe", b"MZ")})
        assert (response.status_code, response.json()["error"][:30]) == (
            422,
            "This type of file is not taken",
        )

    def test_a_stranger_cannot_plant_evidence(self, client_as, other_owner, assessment):
        address = reverse("assessments:evidence-add", args=[assessment.pk])
        file = SimpleUploadedFile("scan.csv", b"place\n")
        assert client_as(other_owner).post(address, {"file": file}).status_code == 404

    def test_nor_can_an_auditor(self, client_as, auditor, assessment):
        address = reverse("assessments:evidence-add", args=[assessment.pk])
        assert client_as(auditor).post(address, {"link": "https://x.example"}).status_code == 404

    def test_the_replace_page_puts_a_new_version_in_place(
        self, client_as, owner, assessment, file, now
    ):
        save_answer(assessment, by=owner, now=now, grade="documented", evidence=(file.pk,))
        link = AnswerEvidence.objects.get()
        address = reverse("assessments:evidence-replace", args=[link.pk])
        assert client_as(owner).get(address).status_code == 200
        client_as(owner).post(address, {"link": "https://git.example/2", "dated_on": "2026-11-01"})
        assert AnswerEvidence.objects.get().version.link == "https://git.example/2"
