"""The jump box: find a page, workload, vendor, contract, audit or finding by a few letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assessments.models import Audit, Finding
from lockin.accounts.authorization import may, require_sign_in
from lockin.accounts.permissions import Permission
from lockin.lists import clean
from lockin.shell import shown_entries
from vendors.models import Contract, Vendor, Workload

MOST = 6
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of record that can be found: where it is, who may see it, what to search."""

    label: str
    permission: Permission
    url_name: str
    fields: tuple[str, ...]
    order: str
    rows: Callable[[Any], QuerySet[Any]]
    note: Callable[[Any], str]


KINDS = (
    Kind(
        label="Workloads",
        permission=Permission.PORTFOLIO_VIEW,
        url_name="assessments:workload-detail",
        fields=("name", "business_unit"),
        order="name",
        rows=lambda user: Workload.objects.for_user(user).current(),
        note=lambda row: row.business_unit,
    ),
    Kind(
        label="Vendors",
        permission=Permission.PORTFOLIO_VIEW,
        url_name="vendors:vendor-detail",
        fields=("name",),
        order="name",
        rows=lambda user: Vendor.objects.for_user(user).current(),
        note=lambda row: row.country,
    ),
    Kind(
        label="Contracts",
        permission=Permission.PORTFOLIO_VIEW,
        url_name="vendors:contract-detail",
        fields=("name", "vendor__name"),
        order="name",
        rows=lambda user: Contract.objects.for_user(user).current().select_related("vendor"),
        note=lambda row: row.vendor.name,
    ),
    Kind(
        label="Audits",
        permission=Permission.AUDIT_VIEW,
        url_name="assessments:audit-detail",
        fields=("label",),
        order="-label",
        rows=lambda user: Audit.objects.for_user(user),
        note=lambda row: row.get_state_display(),
    ),
    Kind(
        label="Findings",
        permission=Permission.FINDING_VIEW,
        url_name="assessments:finding-detail",
        fields=("title", "subject_name"),
        order="title",
        rows=lambda user: Finding.objects.for_user(user).standing().select_related("audit"),
        note=lambda row: f"F-{row.number:02d}, {row.audit.label}",
    ),
)


def found_rows(kind: Kind, user: Any, words: list[str]) -> list[dict[str, str]]:
    """Return the first few records of a kind whose fields hold every word."""
    rows = kind.rows(user)
    for word in words:
        matches = (Q(**{f"{name}__icontains": word}) for name in kind.fields)
        rows = rows.filter(reduce(or_, matches))
    return [
        {"label": str(row), "url": reverse(kind.url_name, args=[row.pk]), "note": kind.note(row)}
        for row in rows.order_by(kind.order, "pk")[:MOST]
    ]


@require_sign_in
def jump(request: HttpRequest) -> HttpResponse:
    """Show what matches, among what this person may see."""
    text = clean(request.GET.get("q", ""))[:LONGEST]
    words = text.lower().split()[:6]
    pages = [
        {"label": entry.label, "url": url, "note": f"g {entry.shortcut}" if entry.shortcut else ""}
        for _, entries in shown_entries(request.user)
        for entry, url in entries
        if all(word in entry.label.lower() for word in words)
    ]
    groups = [{"label": "Pages", "rows": pages}]
    if words:
        groups += [
            {"label": kind.label, "rows": found_rows(kind, request.user, words)}
            for kind in KINDS
            if may(request.user, kind.permission)
        ]
    template = "components/jump.html" + ("#found" if getattr(request, "htmx", False) else "")
    return render(
        request, template, {"text": text, "groups": [group for group in groups if group["rows"]]}
    )
