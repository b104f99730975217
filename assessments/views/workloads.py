"""Screen 3: which workload, and how bad; and the export of exactly what is shown."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.views import workload_lists
from lockin import remembered
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.lists import ListPage
from vendors.exports import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_permission(Permission.PORTFOLIO_VIEW)
def workload_list(request: HttpRequest) -> HttpResponseBase:
    """List workloads with their scores, filtered and sorted by the address."""
    user: Any = request.user
    exports = []
    if may(user, Permission.PORTFOLIO_EXPORT):
        exports = [
            (kind.upper(), reverse("assessments:workload-export", args=[kind]))
            for kind in ("csv", "xlsx")
        ]
    page = workload_lists.workload_list(user).read(
        request,
        workload_lists.rows_for(user),
        exports=exports,
        memory=remembered.for_request(request),
    )
    rows = workload_lists.listed(page)
    return render(
        request,
        "assessments/workload_list.html",
        {
            "page": page,
            "rows": rows,
            "totals": workload_lists.totals(page, currency=user.organisation.base_currency),
            "see_amounts": may(user, Permission.AMOUNTS_VIEW),
            "may_edit": may(user, Permission.PORTFOLIO_EDIT),
            "figures_at": min((row.as_of for row in rows if row.as_of), default=None),
            "previous_label": max((row.previous_label or "" for row in rows), default=""),
            "currency": user.organisation.base_currency,
            "is_empty": not page.count and not page.is_filtered,
        },
    )


@require_permission(Permission.PORTFOLIO_EXPORT)
def workload_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Export the list as its address filters and sorts it."""
    spec = workload_lists.workload_list(request.user)  # type: ignore[arg-type]
    return _export(request, spec.read(request, workload_lists.rows_for(request.user)), kind)  # type: ignore[arg-type]


@require_permission(Permission.PORTFOLIO_EXPORT)
def heat_map_export(request: HttpRequest) -> HttpResponseBase:
    """Export the heat map as its address filters and sorts it."""
    spec = workload_lists.heat_list(request.user)  # type: ignore[arg-type]
    return _export(request, spec.read(request, workload_lists.rows_for(request.user)), "xlsx")  # type: ignore[arg-type]


def _export(request: HttpRequest, page: ListPage, kind: str) -> HttpResponseBase:
    user: Any = request.user
    headers = workload_lists.export_headers(page.spec)
    found = workload_lists.totals(page, currency=user.organisation.base_currency)
    foot = workload_lists.export_totals(page, found)
    lines = workload_lists.export_rows(page)
    name = f"{page.file_stem(on=user.organisation.day_of(timezone.now()))}.{kind}"
    if kind == "csv":
        stream = sheets.csv_stream(headers, lines, totals=foot)
        return StreamingHttpResponse(
            stream,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    if kind == "xlsx":
        book = sheets.xlsx_file("Workloads", headers, lines, foot)
        return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)
    raise Http404("Lists are exported as csv or xlsx.")
