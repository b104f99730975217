"""A brief's PDF handed out: as an attachment, and noted in the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404

from assessments.models import BriefDocument
from assessments.report_files import guarded
from assessments.reports import publishing
from lockin.trail.recording import record


def pdf_of(document: BriefDocument, *, by: Any, now: datetime) -> FileResponse:
    """Return the file, and note who has it."""
    if document.state != BriefDocument.State.READY:
        raise Http404("The document is not made yet.")
    try:
        file = publishing.path_of(document.sha256).open("rb")
    except FileNotFoundError:
        raise Http404("The file is not in the store.") from None
    record(
        "brief.document-downloaded",
        document.brief,
        organisation=document.organisation,
        by=by,
        now=now,
        after={"audience": document.audience, "sha256": document.sha256},
    )
    response: FileResponse = guarded(
        FileResponse(
            file, as_attachment=True, filename=document.file_name, content_type="application/pdf"
        )
    )
    return response
