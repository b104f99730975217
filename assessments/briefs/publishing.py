"""The PDFs of a brief: asked for as a row, made by the report machinery, stored once.

The vendor's document is written from the request alone: the text, the attachment, the identifier
and the file's name are made of nothing else.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from assessments.briefs import pages
from assessments.briefs.content import vendor_safe
from assessments.briefs.reading import body_of, content_of
from assessments.models import Brief, BriefDocument
from assessments.reports import pdf, publishing, volumes
from assessments.reports.blocks import Document
from assessments.reports.pdf import UnableToRender
from assessments.reports.words import cleaned, day_of
from lockin.accounts.models import User
from lockin.canonical import digest, dumps
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.trail.recording import record

KIND = "brief"
TEMPLATE = "v1"
MOST_PAGES = 6
AUDIENCES = (BriefDocument.Audience.INTERNAL, BriefDocument.Audience.VENDOR)


class UnableToAsk(Exception):
    """There is nothing to print. The message is written for the user."""


class UnableToPublish(Exception):
    """The document cannot be kept. The message is written for the user."""


@transaction.atomic
def ask(*, brief: Brief, audience: str, by: User, now: datetime) -> BriefDocument:
    """
    Return the PDF of the brief's present state, asked for now if it was never made or failed.

    :raises UnableToAsk: if the brief was dropped
    """
    brief = Brief.objects.select_for_update().get(pk=brief.pk)
    if brief.state == Brief.State.DROPPED:
        raise UnableToAsk("A dropped brief is not printed.")
    is_draft = brief.state != Brief.State.DECIDED
    content = _content(brief, audience=audience)
    document, made = BriefDocument.objects.get_or_create(
        brief=brief,
        audience=audience,
        is_draft=is_draft,
        template_version=TEMPLATE,
        content_sha256=digest(content),
        defaults={
            "organisation": brief.organisation,
            "content": content,
            "asked_at": now,
            "asked_by_name": by.name,
        },
    )
    if document.state == BriefDocument.State.READY:
        return document
    if document.state == BriefDocument.State.FAILED:
        BriefDocument.objects.filter(pk=document.pk).update(
            state=BriefDocument.State.PENDING, error=""
        )
        document.refresh_from_db()
    if made:
        record(
            "brief.document-asked",
            brief,
            organisation=brief.organisation,
            by=by,
            now=now,
            after={"audience": audience, "is_draft": is_draft, "content": document.content_sha256},
        )
    queue.ask(organisation=brief.organisation, kind=KIND, subject=document.pk, now=now)
    return document


def _content(brief: Brief, *, audience: str) -> str:
    if audience == BriefDocument.Audience.VENDOR:
        return brief.vendor_body or dumps(vendor_safe(content_of(brief)))
    return brief.body or dumps(body_of(brief, decision=None))


def job_of(document: BriefDocument) -> Job | None:
    """Return the job that makes it, for its progress."""
    return Job.objects.filter(kind=KIND, subject=str(document.pk)).order_by("-pk").first()


def build(*, claim: queue.Claim, document_id: int, clock: Callable[[], datetime]) -> None:
    """
    Make and keep the PDF. Does nothing where that is done already.

    :raises LeaseLost: if another worker has taken over; nothing of this run is kept
    """
    document = BriefDocument.objects.select_related("brief__organisation").get(pk=document_id)
    if document.state == BriefDocument.State.READY:
        queue.finish(claim, now=clock())
        return
    work = publishing.folder() / ".work" / f"brief-{document.pk}-{claim.attempt}"
    try:
        for left in work.parent.glob(f"brief-{document.pk}-*"):
            shutil.rmtree(left, ignore_errors=True)
        work.mkdir(parents=True)
        queue.report(claim, done=0, total=1, words="Setting the pages")
        made = render(document, work=work)
        publishing.store(made.path, made.sha256)
        # Before the job is done: a worker that dies after that would leave it for good.
        shutil.rmtree(work, ignore_errors=True)
        _keep(document, made, claim=claim, now=clock())
    except (UnableToRender, UnableToPublish) as error:
        _fail(document, str(error))
        queue.fail(claim, error=str(error), now=clock(), again=False)
    except Exception:
        if claim.attempt >= queue.MOST_ATTEMPTS:
            _fail(document, "It went wrong five times. The server's log says what.")
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def render(document: BriefDocument, *, work: Path) -> volumes.Made:
    """
    Return the PDF, written into a folder from the stored content alone.

    :raises UnableToPublish: if the content is not what was asked for, or takes too many pages
    """
    if digest(document.content) != document.content_sha256:
        raise UnableToPublish("The content does not match its hash. Nothing was written.")
    attached = work / "content.json"
    attached.write_text(document.content, encoding="utf-8")
    is_request = document.audience == BriefDocument.Audience.VENDOR
    made = volumes.write(
        _document(document, json.loads(document.content)),
        stem=work / "brief",
        template=document.template_version,
        identifier=digest(f"{document.content_sha256}\n{document.template_version}\n"),
        dated=document.asked_at.isoformat(timespec="seconds"),
        attachments=[
            pdf.Attached(
                name="request.json" if is_request else "brief.json",
                description="What this document is written from, canonical JSON",
                path=str(attached),
            )
        ],
    )
    if made.pages > MOST_PAGES:
        raise UnableToPublish(
            f"The brief takes {made.pages} pages; at most {MOST_PAGES} are read. "
            "Leave out asks or shorten texts."
        )
    return made


def why_unprintable(brief: Brief, *, body: str, is_draft: bool, now: datetime) -> str:
    """Return why a content cannot be printed for us, laid out and thrown away; or nothing."""
    document = BriefDocument(
        brief=brief,
        audience=BriefDocument.Audience.INTERNAL,
        is_draft=is_draft,
        template_version=TEMPLATE,
        content=body,
        content_sha256=digest(body),
        asked_at=now,
    )
    with tempfile.TemporaryDirectory() as folder:
        try:
            render(document, work=Path(folder))
        except (UnableToRender, UnableToPublish) as error:
            return str(error)
    return ""


def _document(document: BriefDocument, frozen: Any) -> Document:
    shown = cleaned(frozen)
    dated = document.asked_at.isoformat(timespec="seconds")
    if document.audience == BriefDocument.Audience.VENDOR:
        return pages.vendor(shown, dated=dated)
    about = shown["content"]["about"]
    word = "Draft" if document.is_draft else "Decided"
    stamp = (
        f"{word} · brief {document.brief.number} · figures at {day_of(about['on'])} · "
        f"{about['policy'] or 'no policy'} · {document.content_sha256[:12]}"
    )
    return pages.internal(shown, stamp=stamp, is_draft=document.is_draft, dated=dated)


def _fail(document: BriefDocument, words: str) -> None:
    BriefDocument.objects.filter(pk=document.pk).exclude(state=BriefDocument.State.READY).update(
        state=BriefDocument.State.FAILED, error=words
    )


def _keep(
    document: BriefDocument, made: volumes.Made, *, claim: queue.Claim, now: datetime
) -> None:
    with transaction.atomic():
        locked = BriefDocument.objects.select_for_update().get(pk=document.pk)
        queue.finish(claim, now=now)
        if locked.state == BriefDocument.State.READY:
            return
        locked.state, locked.error, locked.ready_at = BriefDocument.State.READY, "", now
        locked.file_name, locked.sha256 = made.file_name[:200], made.sha256
        locked.size, locked.pages = made.size, made.pages
        locked.save()
        record(
            "brief.document-made",
            document.brief,
            organisation=locked.organisation,
            by=None,
            now=now,
            after={"audience": locked.audience, "sha256": locked.sha256, "pages": locked.pages},
        )
