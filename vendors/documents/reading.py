"""Read a document's text in its job: all pages and the end of the job in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from lockin.file_store import path_of
from lockin.jobs import queue
from lockin.trail.recording import record
from vendors.documents import child
from vendors.documents.uploading import KIND
from vendors.models import ContractDocument, DocumentPage

# A job's row is written this often, not for each of a thousand pages.
PAGES_BETWEEN_REPORTS = 10
BATCH = 200
ENDING = {"application/pdf": "pdf"}
Reading = ContractDocument.Reading

__all__ = ["KIND", "build"]


def build(
    *,
    claim: queue.Claim,
    document_id: int,
    clock: Callable[[], datetime],
    limits: child.Limits | None = None,
) -> None:
    """
    Read a document that waits, and store its pages. Does nothing where that is done already.

    :param clock: tells the time when it is done
    :raises LeaseLost: if another worker has taken over; nothing of this run is kept
    """
    document = ContractDocument.objects.select_related("contract__organisation").get(pk=document_id)
    if document.reading == Reading.READ:
        queue.finish(claim, now=clock())
        return

    def page_done(done: int, total: int) -> None:
        if done % PAGES_BETWEEN_REPORTS == 0 or done == total:
            queue.report(claim, done=done, total=total, words=f"Page {done} of {total}")

    try:
        text = child.read(
            path_of(document.sha256),
            ending=ENDING.get(document.media_type, "docx"),
            limits=limits,
            page_done=page_done,
        )
    except child.UnableToRead as refused:
        # The same bytes fail again in the same way: given up, and can be asked for anew.
        _refuse(document, str(refused), claim=claim, now=clock())
    except queue.LeaseLost:
        raise
    except Exception:
        if claim.attempt >= queue.MOST_ATTEMPTS:
            words = "It went wrong five times. The server's log says what."
            _refuse(document, words, claim=claim, now=clock())
        raise
    else:
        _keep(document, text, claim=claim, now=clock())


@transaction.atomic
def _keep(
    document: ContractDocument, text: child.Text, *, claim: queue.Claim, now: datetime
) -> None:
    queue.finish(claim, now=now)  # first: whoever lost the lease writes nothing
    DocumentPage.objects.bulk_create(
        (
            DocumentPage(document=document, number=number, text=page)
            for number, page in enumerate(text.pages, start=1)
        ),
        batch_size=BATCH,
    )
    document.reading, document.reason, document.read_at = Reading.READ, "", now
    document.page_count, document.paging = len(text.pages), text.paging
    document.remark = text.remark
    document.save(update_fields=["reading", "reason", "read_at", "page_count", "paging", "remark"])
    record(
        "document.read",
        document,
        organisation=document.contract.organisation,
        by=None,
        now=now,
        after={"pages": len(text.pages), "remark": text.remark},
    )


@transaction.atomic
def _refuse(document: ContractDocument, words: str, *, claim: queue.Claim, now: datetime) -> None:
    queue.renew(claim, now=now)  # refuses whoever lost the lease
    document.reading, document.reason, document.read_at = Reading.FAILED, words[:400], now
    document.save(update_fields=["reading", "reason", "read_at"])
    record(
        "document.not-read",
        document,
        organisation=document.contract.organisation,
        by=None,
        now=now,
        after={"reason": document.reason},
    )
    queue.fail(claim, error=words, now=now, again=False)
