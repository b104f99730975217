"""The reader in its own process: what it reads, and how it refuses what it should not."""

import io
import zipfile

import pikepdf
import pytest

from tests.factories.documents import (
    docx_of,
    paragraph,
    pdf_bomb,
    pdf_file,
    pdf_of,
    saved,
    scan_of,
)
from vendors.documents.child import MEGABYTE, Limits, UnableToRead, read

CLAUSE = "Either party may terminate this agreement for convenience on sixty days notice.\n" * 4


@pytest.fixture
def read_bytes(tmp_path):
    def run(content: bytes, ending: str, **options):
        path = tmp_path / "stored-without-ending"
        path.write_bytes(content)
        return read(path, ending=ending, **options)

    return run


class TestPdf:
    def test_gives_the_text_of_each_page_and_tells_of_each(self, read_bytes):
        heard = []

        text = read_bytes(
            pdf_of("Term\nTwo years.", "Escrow\nThe source code."),
            "pdf",
            page_done=lambda done, total: heard.append((done, total)),
        )

        assert text.pages == ["Term\nTwo years.", "Escrow\nThe source code."]
        assert text.paging == "printed"
        assert heard == [(1, 2), (2, 2)]

    def test_a_page_that_is_a_picture_is_named(self, read_bytes):
        mixed = pikepdf.open(io.BytesIO(scan_of(1, "Envelope 4711")))
        written = pdf_file([CLAUSE])
        mixed.pages.insert(0, written.pages[0])

        text = read_bytes(saved(mixed), "pdf")

        assert text.remark == "Page 2 is a picture and could not be read."

    def test_attached_files_are_named_and_left_alone(self, read_bytes):
        file = pdf_file([CLAUSE])
        file.attachments["price.xlsx"] = b"PK"

        assert read_bytes(saved(file), "pdf").remark == "1 attached file was not read."

    def test_an_encrypted_one_is_refused(self, read_bytes):
        content = saved(
            pdf_file([CLAUSE]), encryption=pikepdf.Encryption(user="secret", owner="owner")
        )

        with pytest.raises(UnableToRead, match="has a password"):
            read_bytes(content, "pdf")

    def test_one_that_anybody_may_open_is_read(self, read_bytes):
        content = saved(pdf_file([CLAUSE]), encryption=pikepdf.Encryption(user="", owner="owner"))

        assert "convenience" in read_bytes(content, "pdf").pages[0]

    def test_five_thousand_pages_are_refused_and_counted(self, read_bytes):
        file = pikepdf.new()
        for _ in range(5_000):
            file.add_blank_page(page_size=(595, 842))

        with pytest.raises(UnableToRead, match=r"5,000 pages; at most 1,000 are read"):
            read_bytes(saved(file), "pdf")

    @pytest.mark.parametrize("stamp", ["", "Envelope ID: 4711-0815 signed with a service"])
    def test_a_scan_is_refused_whatever_is_stamped_on_it(self, read_bytes, stamp):
        with pytest.raises(UnableToRead, match="is a scan"):
            read_bytes(scan_of(3, stamp), "pdf")

    def test_blank_pages_hold_no_text(self, read_bytes):
        with pytest.raises(UnableToRead, match="holds no text"):
            read_bytes(pdf_of("", ""), "pdf")

    @pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
    def test_a_script_is_refused_where_it_opens_with_the_file(self, read_bytes, packed):
        file = pdf_file([CLAUSE])
        file.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS="app.alert('hello')"
        )
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable

        with pytest.raises(UnableToRead, match="holds a script"):
            read_bytes(saved(file, object_stream_mode=mode), "pdf")

    def test_a_script_is_refused_when_its_name_is_disguised(self, read_bytes):
        file = pdf_file([CLAUSE])
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")
        content = saved(file, object_stream_mode=pikepdf.ObjectStreamMode.disable)

        with pytest.raises(UnableToRead, match="holds a script"):
            read_bytes(
                content.replace(b"/JavaScript", b"/J#61v#61Script").replace(b"/JS", b"/#4aS"),
                "pdf",
            )

    def test_a_program_to_start_is_refused(self, read_bytes):
        file = pdf_file([CLAUSE])
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")

        with pytest.raises(UnableToRead, match="starts a program"):
            read_bytes(saved(file), "pdf")

    def test_the_word_on_a_page_is_no_script(self, read_bytes):
        assert (
            "JavaScript"
            in read_bytes(pdf_of("Written in /JavaScript /JS " + CLAUSE), "pdf").pages[0]
        )

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
    def test_a_truncated_one_is_refused(self, read_bytes, share):
        content = pdf_of(*[CLAUSE] * 20)

        with pytest.raises(UnableToRead, match="breaks off"):
            read_bytes(content[: int(len(content) * share)], "pdf")

    def test_noise_between_its_ends_is_refused(self, read_bytes):
        with pytest.raises(UnableToRead, match="damaged"):
            read_bytes(b"%PDF-1.7\n" + b"\x00\xff" * 500 + b"\n%%EOF", "pdf")

    def test_a_page_that_unpacks_without_end_is_stopped(self, read_bytes):
        limits = Limits(memory=192 * MEGABYTE, seconds=5, waiting=20)

        with pytest.raises(UnableToRead, match=r"memory|longer|characters"):
            read_bytes(pdf_bomb(400 * MEGABYTE), "pdf", limits=limits)

    def test_more_characters_than_allowed_are_refused(self, read_bytes):
        with pytest.raises(UnableToRead, match="more than 1,000 characters"):
            read_bytes(
                pdf_of(CLAUSE, CLAUSE, CLAUSE, CLAUSE), "pdf", limits=Limits(characters=1_000)
            )

    def test_what_takes_too_long_is_stopped_by_the_clock(self, read_bytes):
        with pytest.raises(UnableToRead, match="took longer"):
            read_bytes(pdf_of(*[CLAUSE] * 300), "pdf", limits=Limits(waiting=0))


class TestDocx:
    def test_gives_paragraphs_in_pages_of_about_equal_length(self, read_bytes):
        text = read_bytes(docx_of([f"{number}. {CLAUSE}" for number in range(20)]), "docx")

        assert text.paging == "counted"
        assert len(text.pages) == 3
        assert text.pages[0].startswith("0. Either party")
        assert "\n1. Either party" in text.pages[0]

    def test_gives_the_pages_as_they_were_last_laid_out(self, read_bytes):
        body = paragraph("First") + paragraph("Second", page_begins=True) + paragraph("Still")

        text = read_bytes(docx_of(body), "docx")

        assert text.pages == ["First", "Second\nStill"]
        assert text.paging == "laid-out"

    def test_leaves_out_what_was_struck_and_what_stands_twice(self, read_bytes):
        body = (
            "<w:p><w:r><w:t>Fee: </w:t></w:r>"
            "<w:del><w:r><w:delText>ten</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>twelve</w:t></w:r></w:ins>"
            "<mc:AlternateContent><mc:Choice><w:r><w:t> percent</w:t></w:r></mc:Choice>"
            "<mc:Fallback><w:r><w:t> percent</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
        )

        assert read_bytes(docx_of(body), "docx").pages == ["Fee: twelve percent"]

    def test_notes_are_a_page_of_their_own(self, read_bytes):
        notes = docx_of(["A note on escrow"])
        with zipfile.ZipFile(io.BytesIO(notes)) as archive:
            part = archive.read("word/document.xml")

        text = read_bytes(docx_of(["Text"], parts={"word/footnotes.xml": part}), "docx")

        assert text.pages == ["Text", "Notes\nA note on escrow"]

    def test_a_bomb_is_refused_by_what_it_declares(self, read_bytes):
        with pytest.raises(UnableToRead, match="would unpack to 95 MB"):
            read_bytes(docx_of(" " * (95 * MEGABYTE)), "docx")

    def test_a_bomb_that_lies_about_its_size_is_stopped_on_the_way(self, read_bytes):
        content = docx_of(" " * (40 * MEGABYTE))
        real = (40 * MEGABYTE + content_overhead()).to_bytes(4, "little")
        assert content.count(real) >= 1

        with pytest.raises(UnableToRead, match=r"unpacks to far more|breaks off"):
            read_bytes(
                content.replace(real, (1000).to_bytes(4, "little")),
                "docx",
                limits=Limits(unpacked=8 * MEGABYTE),
            )

    def test_entities_are_refused(self, read_bytes):
        prologue = '<!DOCTYPE w [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'

        with pytest.raises(UnableToRead, match="declares XML entities"):
            read_bytes(docx_of(paragraph("x"), prologue=prologue), "docx")

    def test_deeper_than_any_document_is_refused(self, read_bytes):
        deep = "<w:r>" * 400_000 + "</w:r>" * 400_000

        with pytest.raises(UnableToRead):
            read_bytes(docx_of(deep), "docx")

    @pytest.mark.parametrize(
        ("parts", "types"),
        [
            ({"word/vbaProject.bin": b"x"}, ""),
            ({"word/activeX/activeX1.bin": b"x"}, ""),
            ({}, "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ],
        ids=["macros", "active parts", "declared"],
    )
    def test_macros_are_refused(self, read_bytes, parts, types):
        with pytest.raises(UnableToRead, match="holds macros"):
            read_bytes(docx_of(["Text"], parts=parts, types=types or "<Types/>"), "docx")

    def test_a_scan_in_word_is_refused(self, read_bytes):
        with pytest.raises(UnableToRead, match="is a scan"):
            read_bytes(docx_of([""], parts={"word/media/image1.png": b"x"}), "docx")

    def test_text_that_breaks_off_is_refused(self, read_bytes):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", "<w:document xmlns:w='x'><w:body><w:p>")

        with pytest.raises(UnableToRead, match="breaks off"):
            read_bytes(held.getvalue(), "docx")


def content_overhead() -> int:
    with zipfile.ZipFile(io.BytesIO(docx_of(""))) as archive:
        return archive.getinfo("word/document.xml").file_size
