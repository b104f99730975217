"""Which reports a person may read, and a file handed out: for pages and the API alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404

from assessments.models import Report, ReportVolume
from assessments.reports import publishing
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.trail.recording import record


def visible(user: User) -> Any:
    """Return the reports that this person may read."""
    rows = Report.objects.for_user(user)
    return rows if may(user, Permission.AMOUNTS_VIEW) else rows.filter(with_amounts=False)


def file_of(report: Report, volume: ReportVolume, *, by: Any, now: datetime) -> FileResponse:
    """Return the file as an attachment that no browser opens by itself, and note who has it."""
    try:
        file = publishing.path_of(volume.sha256).open("rb")
    except FileNotFoundError:
        raise Http404("The file is not in the store.") from None
    note(report, volume.file_name, volume.sha256, by=by, now=now)
    response: FileResponse = guarded(
        FileResponse(
            file, as_attachment=True, filename=volume.file_name, content_type="application/pdf"
        )
    )
    return response


def guarded(response: Any) -> Any:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def note(report: Report, file_name: str, sha256: str, *, by: Any, now: datetime) -> None:
    record(
        "report.downloaded",
        report,
        organisation=report.organisation,
        by=by,
        now=now,
        after={"file": file_name, "sha256": sha256},
    )
