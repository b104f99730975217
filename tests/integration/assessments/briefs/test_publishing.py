"""The PDFs of a brief: within six pages, the same bytes again, and nothing of ours for the vendor."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pikepdf
import pytest

from assessments.briefs import deciding, publishing
from assessments.briefs.content import ASK_TEXTS, LONGEST, LONGEST_ROW, MOST_ASKS, MOST_ROWS
from assessments.briefs.reading import content_of
from assessments.models import Brief, BriefDocument
from assessments.reports.publishing import folder, path_of
from lockin.accounts.roles import Function
from lockin.jobs import queue

pytestmark = pytest.mark.django_db

SECRET = "quagga"


def make(brief, audience, by, now):
    document = publishing.ask(brief=brief, audience=audience, by=by, now=now)
    held = queue.claim(publishing.job_of(document).pk, now=now)
    publishing.build(claim=held, document_id=document.pk, clock=lambda: now)
    document.refresh_from_db()
    return document


def text_of(path: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


def everything_in(path: Path) -> str:
    """Return all that the file holds: text, attachments, metadata, names, every stream unpacked."""
    parts = [text_of(path)]
    with pikepdf.open(path) as file:
        for attachment in file.attachments.values():
            parts.append(attachment.get_file().read_bytes().decode())
        for thing in file.objects:
            parts.append(repr(thing))
            if isinstance(thing, pikepdf.Stream):
                parts.append(thing.read_bytes().decode("utf-8", "replace"))
    return "\n".join(parts)


@pytest.fixture
def edited(draft, chair, now):
    """A brief in which everything that is for us alone carries a word of its own."""
    asks = content_of(draft)["asks"]
    return deciding.edit(
        brief=draft,
        version=draft.version,
        by=chair,
        now=now,
        changes={
            "decision": f"{SECRET} decision",
            "batna": f"{SECRET} batna",
            "walk_away": f"{SECRET} walk away",
            "limits": f"{SECRET} limits",
            "opening": "Good morning.",
            "asks": {
                asks[0]["key"]: {
                    "acceptable": f"{SECRET} acceptable",
                    "walk_away": f"{SECRET} walk",
                    "note": f"{SECRET} note",
                    "request": "Everything within thirty days",
                }
            },
            "gives": [{"title": SECRET, "words": SECRET, "condition": SECRET}],
            "objections": [
                {"they_say": SECRET, "we_answer": SECRET, "we_accept": SECRET, "proof": SECRET}
            ],
        },
    )


@pytest.fixture
def full(draft, chair, now):
    """The longest texts that may be typed, in every place where one may be."""
    asks = {
        f"own-{number}": {
            "title": "A clause of our own that has a rather long name, as they do",
            **{name: "lorem " * (most // 6) for name, most in ASK_TEXTS.items()},
        }
        for number in range(MOST_ASKS - len(content_of(draft)["asks"]))
    }
    row = "ipsum " * (LONGEST_ROW // 6)
    return deciding.edit(
        brief=draft,
        version=1,
        by=chair,
        now=now,
        changes={
            **{name: "dolor " * (most // 6) for name, most in LONGEST.items()},
            "asks": asks,
            "gives": [{"title": "Term", "words": row, "condition": row}] * MOST_ROWS,
            "objections": [{"they_say": row, "we_answer": row, "we_accept": row, "proof": row}]
            * MOST_ROWS,
        },
    )


class TestOurs:
    def test_every_part_is_in_it(self, edited, chair, now):
        document = make(edited, "internal", chair, now)
        text = text_of(path_of(document.sha256))
        for heading in (
            *("1 Decision", "2 Facts", "3 Leverage", "4 What has changed", "5 Alternatives"),
            *("6 Asks", "7 What we give", "8 How to open", "9 Who has accepted"),
            *("10 What they may say", "11 Commitment", "12 Calendar", "13 Agreed by"),
        ):
            assert heading in text
        assert f"{SECRET} walk away" in text

    def test_a_draft_says_so_on_every_page(self, edited, chair, now):
        document = make(edited, "internal", chair, now)
        assert document.is_draft
        assert text_of(path_of(document.sha256)).count("Draft · brief 1") == document.pages

    def test_a_brief_that_takes_more_than_six_pages_is_not_sent_and_says_why(
        self, full, chair, now
    ):
        with pytest.raises(deciding.UnableToAct, match="at most 6 are read"):
            deciding.send(brief=full, version=full.version, by=chair, now=now)
        document = make(full, "internal", chair, now)
        assert document.state == BriefDocument.State.FAILED
        assert "Leave out asks or shorten texts" in document.error

    def test_what_the_vendor_gets_of_it_is_short(self, full, chair, now):
        assert make(full, "vendor", chair, now).pages <= 3

    def test_words_of_the_council_that_make_it_too_long_are_refused_before_it_is_frozen(
        self, sent, council, chair, now
    ):
        words = "We agree under conditions that nobody reads. " * 44
        for function in (Function.LEGAL, Function.SECURITY, Function.FINANCE):
            deciding.give_opinion(
                brief=sent,
                function=function,
                agrees=True,
                words=words * 4,
                by=council[function],
                now=now,
            )
        with pytest.raises(deciding.UnableToAct, match="Take the brief back"):
            deciding.decide(brief=sent, decision="leave", words=words, by=chair, now=now)
        sent.refresh_from_db()
        assert sent.state == Brief.State.COUNCIL

    def test_the_content_is_attached_and_matches_its_hash(self, edited, chair, now):
        document = make(edited, "internal", chair, now)
        with pikepdf.open(path_of(document.sha256)) as file:
            (attached,) = [item.get_file().read_bytes() for item in file.attachments.values()]
        assert attached.decode() == document.content

    def test_the_same_state_gives_the_same_bytes(self, edited, chair, now, tmp_path):
        document = make(edited, "internal", chair, now)
        again = publishing.render(document, work=tmp_path)
        assert again.sha256 == document.sha256


class TestForTheVendor:
    def test_nothing_of_ours_is_in_the_file(self, edited, chair, now):
        document = make(edited, "vendor", chair, now)
        inside = everything_in(path_of(document.sha256))
        assert "Everything within thirty days" in inside
        assert SECRET not in inside

    def test_no_score_cost_or_hash_of_ours_is_in_the_file(self, edited, chair, now):
        ours = make(edited, "internal", chair, now)
        inside = everything_in(path_of(make(edited, "vendor", chair, now).sha256))
        content = content_of(edited)
        weights = {ask["weight"] for ask in content["asks"]} - {"0", None}
        for hidden in (
            *weights,
            ours.content_sha256,
            ours.sha256,
            "walk_away",
            "acceptable",
            "Walk away",
            "leverage",
            *(row["workload"] for row in content["leverage"]["exits"]),
        ):
            assert hidden not in inside

    def test_the_attachment_is_the_request_alone(self, edited, chair, now):
        document = make(edited, "vendor", chair, now)
        with pikepdf.open(path_of(document.sha256)) as file:
            (attached,) = [item.get_file().read_bytes() for item in file.attachments.values()]
        assert set(json.loads(attached)) == {"schema", "version", "about", "opening", "asks"}


class TestPublishing:
    def test_done_twice_it_is_kept_once(self, draft, chair, now):
        document = make(draft, "vendor", chair, now)
        held = queue.Claim(job_id=publishing.job_of(document).pk, attempt=1)
        with pytest.raises(queue.LeaseLost):
            publishing.build(claim=held, document_id=document.pk, clock=lambda: now)
        document.refresh_from_db()
        assert document.state == BriefDocument.State.READY

    def test_its_folder_is_gone_before_the_job_is_done(self, draft, chair, now):
        """A worker that dies right after the job is done clears nothing any more."""
        document = publishing.ask(brief=draft, audience="vendor", by=chair, now=now)
        held = queue.claim(publishing.job_of(document).pk, now=now)
        left: list[Path] = []

        def clock():
            # Read for the last time when the document is kept and the job ends.
            left[:] = (folder() / ".work").glob("brief-*")
            return now

        publishing.build(claim=held, document_id=document.pk, clock=clock)

        document.refresh_from_db()
        assert document.state == BriefDocument.State.READY
        assert left == []

    def test_a_dropped_brief_is_not_printed(self, draft, chair, now):
        deciding.drop(brief=draft, reason="Not needed.", by=chair, now=now)
        with pytest.raises(publishing.UnableToAsk, match="dropped"):
            publishing.ask(brief=draft, audience="vendor", by=chair, now=now)

    def test_content_that_was_tampered_with_is_not_printed(self, draft, chair, now):
        document = publishing.ask(brief=draft, audience="vendor", by=chair, now=now)
        BriefDocument.objects.filter(pk=document.pk).update(content='{"asks":[]}')
        held = queue.claim(publishing.job_of(document).pk, now=now)
        publishing.build(claim=held, document_id=document.pk, clock=lambda: now)
        document.refresh_from_db()
        assert document.state == BriefDocument.State.FAILED
        assert "does not match its hash" in document.error
