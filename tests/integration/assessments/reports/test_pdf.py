"""The PDF itself: looked into with a reader that did not write it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from assessments.audits.stored import payload_of
from assessments.models import Closing, Report
from assessments.reports import pdf, publishing
from tests.integration.assessments.reports.conftest import HOSTILE, NAME, make

pytestmark = pytest.mark.django_db

MILLIMETRES = 72 / 25.4


def letters(text: str) -> str:
    """Return a text without what line breaks, columns and ligatures change."""
    # The reader gives a hyphen at the end of a line as the control character 2.
    return re.sub(r"[\s\u00ad\u2010\x02-]|\ufffe", "", unicodedata.normalize("NFKC", text))


def is_in(text: str, shown: str) -> bool:
    """Whether a text is shown, but for words that run from right to left.

    A reader gives those back letter by letter and in an order of its own; that they are drawn is
    seen by the font that draws them.
    """
    words = [
        word
        for word in text.split()
        if not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in word)
    ]
    if len(words) == len(text.split()):
        return letters(text) in shown
    return all(letters(word) in shown for word in words)


def fonts_of(document: pikepdf.Pdf) -> set[str]:
    return {
        str(font.BaseFont).partition("+")[2]
        for page in document.pages
        for font in page.Resources.get("/Font", {}).values()
    }


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@pytest.fixture
def report(signed, now) -> Report:
    found = make(Report.objects.get(audit=signed, is_draft=False), now=now)
    assert found.state == Report.State.READY, found.error
    return found


def path(report: Report, number: int = 0) -> Path:
    return publishing.path_of(report.volumes.get(number=number).sha256)


def test_a_signed_report_in_one_look(report, signed):
    """Everything that needs the rendered file, in one test: rendering it takes seconds."""
    closed = Closing.objects.get(audit=signed)
    payload = payload_of(signed.snapshot)
    shown = letters(text_of(path(report)) + text_of(path(report, 1)))

    _everything_said_is_in_it(payload, json.loads(closed.body), shown)
    with pikepdf.open(path(report)) as document:
        _is_tagged_a4_with_bookmarks(document)
        _holds_no_way_out(document)
        fonts = fonts_of(document)
        attached = {
            name: found.get_file().read_bytes() for name, found in document.attachments.items()
        }
    assert attached["closing.json"] == closed.body.encode()
    kept = json.loads(attached["snapshot.json"])
    assert kept["sha256"] == signed.snapshot.sha256
    assert len(kept["items"]) == signed.snapshot.items_count
    assert "Draftforsign-off" not in shown
    assert is_in(NAME, shown)
    assert {"Inter", "Noto-Sans-SC", "Noto-Sans-Arabic"} <= fonts
    assert {name.split("-")[0] for name in fonts} <= {"Inter", "Source", "Noto"}
    assert not [name for name in fonts if "CJK" in name], "A font of this machine was used."


def _everything_said_is_in_it(payload: Any, closing: dict[str, Any], shown: str) -> None:
    for workload in payload.workloads():
        for answer in workload.answers:
            assert is_in(answer.question_text, shown)
            assert is_in(answer.comment, shown)
            assert is_in(answer.option_text, shown)
    for finding in closing["findings"]:
        for name in ("title", "criteria", "condition", "cause", "effect", "recommendation"):
            assert is_in(finding[name], shown), finding[name]
        assert is_in(finding["response_text"], shown)
    for signature in closing["signatures"]:
        assert is_in(signature["signer"], shown)


def _is_tagged_a4_with_bookmarks(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        width, height = (float(value) for value in page.mediabox[2:])
        assert (width, height) == pytest.approx((210 * MILLIMETRES, 297 * MILLIMETRES), abs=0.5)
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "en-GB"
    assert document.Root.Outlines.Count != 0
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"


def _holds_no_way_out(document: pikepdf.Pdf) -> None:
    for page in document.pages:
        for link in page.get("/Annots", []):
            assert "/A" not in link or "/URI" not in link.A
    assert "/OpenAction" not in document.Root or document.Root.OpenAction.get("/S") != "/JavaScript"
    assert set(document.attachments) == {"snapshot.json", "closing.json"}


def test_a_draft_without_amounts_says_so_and_holds_none(frozen, chair, now):
    asked = publishing.ask(audit=frozen, by=chair, now=now, draft=True, with_amounts=False)
    report = make(asked, now=now)
    shown = text_of(path(report))

    assert "Draft for sign-off" in shown
    assert "without amounts" in shown
    assert "$1.24m" not in shown
    assert "1,240,000" not in shown
    with pikepdf.open(path(report)) as document:
        snapshot = document.attachments["snapshot.json"].get_file().read_bytes()
        responses = document.attachments["responses.json"].get_file().read_bytes()
    assert b'"amounts"' not in snapshot + responses
    assert b'"minor"' not in snapshot + responses


SMALL = "<html lang=en><head><title>x</title></head><body><p>{}</p></body></html>"


def order(folder: Path, html: str, css: str = "") -> pdf.Order:
    folder.mkdir(exist_ok=True)
    (folder / "a.html").write_text(html)
    (folder / "a.css").write_text(css)
    return pdf.Order(
        html=str(folder / "a.html"),
        css=str(folder / "a.css"),
        pdf=str(folder / "a.pdf"),
        fonts={},
        identifier="00" * 16,
        dated="2026-11-23T09:00:00+00:00",
    )


@pytest.mark.parametrize("attack", HOSTILE[:3], ids=["image", "file", "stylesheet"])
def test_an_address_that_got_through_would_end_the_rendering(tmp_path, attack):
    """The template escapes; this is the lock behind it."""
    with pytest.raises(pdf.UnableToRender, match="address"):
        pdf.render(order(tmp_path, SMALL.format(attack)))


def test_the_same_text_gives_the_same_bytes_in_two_processes(tmp_path, monkeypatch):
    html = SMALL.format("Same text, same bytes.")
    bytes_found = set()
    for seed in ("0", "42"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        asked = order(tmp_path / seed, html, "@page{size:A4}")
        pdf.render(asked)
        bytes_found.add(Path(asked.pdf).read_bytes())

    assert len(bytes_found) == 1


def test_leaving_ends_what_is_still_being_rendered(tmp_path):
    long = order(tmp_path, SMALL.format("<p>A page of its own.</p>" * 200_000))

    with pdf.Children(at_once=1) as children:
        asked = children.ask(long)

    assert asked.cancelled() or isinstance(asked.exception(), pdf.UnableToRender)
    assert not Path(long.pdf).exists()


def test_a_rendering_leaves_only_its_file_and_its_order(tmp_path):
    pdf.render(order(tmp_path / "a", SMALL.format("Short.")))

    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {"a.html", "a.css", "a.order.json", "a.pdf"}
