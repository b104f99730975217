"""Reports over HTTP: the list, one with its progress, and its files. Whoever may not see amounts
finds only the copies without them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Audit, Report, ReportVolume
from assessments.report_files import file_of, guarded, note, visible
from assessments.reports import publishing
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.jobs.models import Job

BLOCK = 1 << 16


def opened(user: Any, pk: int) -> Report:
    return get_object_or_404(visible(user).select_related("audit", "organisation"), pk=pk)


@require_permission(Permission.REPORT_VIEW)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Show every report, the newest first."""
    volumes = Prefetch("volumes", queryset=ReportVolume.objects.order_by("number"))
    reports = visible(request.user).select_related("audit").prefetch_related(volumes)
    return render(
        request,
        "assessments/report_list.html",
        {"reports": reports.order_by("-asked_at", "-pk")[:200]},
    )


@require_permission(Permission.REPORT_VIEW)
@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one report: how far it is, or its files."""
    report = opened(request.user, pk)
    return render(request, "assessments/report_detail.html", _context(report, request.user))


@require_permission(Permission.REPORT_VIEW)
@require_safe
def report_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the part that changes while the report is made; it asks again until it is over."""
    report = opened(request.user, pk)
    return render(
        request, "assessments/report_detail.html#standing", _context(report, request.user)
    )


def _context(report: Report, user: Any) -> dict[str, Any]:
    job = publishing.job_of(report)
    is_failed = report.state == Report.State.FAILED or (
        report.state == Report.State.PENDING and job is not None and job.status == Job.Status.FAILED
    )
    volumes = list(report.volumes.order_by("number"))
    other = None
    if report.with_amounts:
        other = (
            visible(user)
            .filter(audit=report.audit, is_draft=report.is_draft, with_amounts=False)
            .filter(content_sha256=report.content_sha256)
            .first()
        )
    return {
        "report": report,
        "audit": report.audit,
        "volumes": volumes,
        "pages": sum(volume.pages for volume in volumes),
        "size": sum(volume.size for volume in volumes),
        "job": job,
        "is_failed": is_failed,
        "is_making": report.state == Report.State.PENDING and not is_failed,
        "error": report.error or (job.error if job and is_failed else ""),
        "standing_url": reverse("assessments:report-progress", args=[report.pk]),
        "without_amounts": other,
    }


@require_permission(Permission.REPORT_VIEW)
@require_POST
def report_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the audit's report again, or for its copy without amounts."""
    user: Any = request.user
    audit = get_object_or_404(Audit.objects.for_user(user), pk=pk)
    with_amounts = may(user, Permission.AMOUNTS_VIEW) and request.POST.get("amounts") != "no"
    try:
        report = publishing.ask(
            audit=audit,
            by=user,
            now=timezone.now(),
            draft=audit.state != Audit.State.CLOSED,
            with_amounts=with_amounts,
        )
    except publishing.UnableToAsk as error:
        messages.error(request, str(error))
        return redirect("assessments:audit-detail", audit.pk)
    return redirect("assessments:report-detail", report.pk)


@require_permission(Permission.REPORT_VIEW)
@require_safe
def report_download(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Hand out one file of the report."""
    report = opened(request.user, pk)
    volume = get_object_or_404(report.volumes, number=number)
    return file_of(report, volume, by=request.user, now=timezone.now())


@require_permission(Permission.REPORT_VIEW)
@require_safe
def report_manifest(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the list of files with their hashes, as canonical JSON."""
    report = opened(request.user, pk)
    if report.state != Report.State.READY:
        raise Http404("There is no manifest yet.")
    response = HttpResponse(report.manifest, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{_name(report)}-manifest.json"'
    return guarded(response)


@require_permission(Permission.REPORT_VIEW)
@require_safe
def report_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out all files and the manifest as one archive, written while it is sent."""
    report = opened(request.user, pk)
    if report.state != Report.State.READY:
        raise Http404("There are no files yet.")
    volumes = list(report.volumes.order_by("number"))
    if not all(publishing.path_of(volume.sha256).is_file() for volume in volumes):
        raise Http404("A file is not in the store.")
    note(
        report, f"{_name(report)}.zip", report.manifest_sha256, by=request.user, now=timezone.now()
    )
    response = StreamingHttpResponse(archive(report, volumes), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_name(report)}.zip"'
    return guarded(response)


def _name(report: Report) -> str:
    label = "".join(letter if letter.isalnum() else "-" for letter in report.audit.label)
    draft = "-draft" if report.is_draft else ""
    return f"portability-audit-{label}{draft}{'' if report.with_amounts else '-without-amounts'}"


class _Outgoing:
    """What a ZIP writer has written and nobody has sent yet. It cannot be sought in."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def archive(report: Report, volumes: list[ReportVolume]) -> Iterator[bytes]:
    """Yield a ZIP of the files, a block at a time. PDFs are compressed inside: stored as they are."""
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archived:  # type: ignore[call-overload]
        entry = zipfile.ZipInfo("manifest.json", date_time=(1980, 1, 1, 0, 0, 0))
        archived.writestr(entry, report.manifest)
        for volume in volumes:
            entry = zipfile.ZipInfo(volume.file_name, date_time=(1980, 1, 1, 0, 0, 0))
            with (
                publishing.path_of(volume.sha256).open("rb") as file,
                archived.open(entry, "w", force_zip64=True) as target,
            ):
                while block := file.read(BLOCK):
                    target.write(block)
                    yield out.take()
    yield out.take()
