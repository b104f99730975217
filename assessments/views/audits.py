"""Screens 11 and 12: the audits, one audit, this year against the last, and what leaves by file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from assessments.audits import sign_off
from assessments.audits.payload import without_amounts
from assessments.audits.progress import progress, snapshot_job
from assessments.audits.stored import payload_of, rows
from assessments.models import Audit, Closing, Finding, Signature, Snapshot
from assessments.scoring.dimensions import Dimension
from assessments.scoring.tiers import Tier
from assessments.views import audit_change, audit_page
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.canonical import dumps
from vendors.exports import sheets
from vendors.exports.sheets import Exported
from vendors.models import Workload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_AUDITS = 60
MOST_FINDINGS = 50
MOST_CHANGES = 20


def opened(user: Any, pk: int) -> Audit:
    """Return an audit of the person's organisation, or 404."""
    return get_object_or_404(Audit.objects.for_user(user).select_related("organisation"), pk=pk)


@require_permission(Permission.AUDIT_VIEW)
def audit_list(request: HttpRequest) -> HttpResponse:
    """List the audits: in progress, planned, past."""
    user: Any = request.user
    standing = ~Q(findings__state=Finding.State.DROPPED)
    found = list(
        Audit.objects.for_user(user)
        .annotate(
            found=Count("findings", filter=standing),
            answered=Count("findings", filter=standing & ~Q(findings__response="")),
        )
        .order_by("-period_ends_on", "-pk")[:MOST_AUDITS]
    )
    return render(
        request,
        "assessments/audit_list.html",
        {
            "running": [
                a for a in found if a.state not in (Audit.State.PLANNED, Audit.State.CLOSED)
            ],
            "on": user.organisation.day_of(timezone.now()),
            "planned": [a for a in found if a.state == Audit.State.PLANNED],
            "past": [a for a in found if a.state == Audit.State.CLOSED],
            "may_manage": may(user, Permission.AUDIT_MANAGE),
            "is_empty": not found,
        },
    )


@require_permission(Permission.AUDIT_VIEW)
@never_cache
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one audit: what blocks it, its steps, findings, change, sign-off, snapshot."""
    user: Any = request.user
    audit = opened(user, pk)
    far = progress(audit)
    on = user.organisation.day_of(timezone.now())
    snapshot = audit_page.sealed_snapshot(audit)
    workloads = far.standing.workloads or _workloads(audit)
    numbers = audit_page.numbers_of(audit, workloads=workloads)
    signatures = list(Signature.objects.filter(audit=audit).order_by("signed_at", "pk"))
    open_parts = open_functions(audit, user)
    report = audit_page.final_report(audit, user) if audit.state == Audit.State.CLOSED else None
    first, then = audit_page.lede(audit, far, numbers, on=on)
    notes = audit_page.step_notes(audit, numbers, snapshot)
    findings = _findings(audit, user) if snapshot else []
    change = (
        audit_change.change_of(audit, snapshot=snapshot, user=user)
        if audit.state != Audit.State.PLANNED
        else None
    )
    context = {
        "audit": audit,
        "first": first,
        "then": then,
        "progress": far,
        "steps": [(step, notes[step.state]) for step in far.steps],
        "current": next(((s, notes[s.state]) for s in far.steps if s.is_current), None),
        "step_share": sum(step.is_done for step in far.steps) + 0.5,
        "numbers": numbers,
        "findings": findings,
        "dropped": Finding.objects.filter(audit=audit, state=Finding.State.DROPPED).count()
        if snapshot
        else 0,
        "change": change,
        "changed": change.rows[:MOST_CHANGES] if change else (),
        "seats": audit_page.seats(audit, signatures),
        "ended": [s for s in signatures if s.withdrawn_at or s.voided_at],
        "dissent": [s for s in signatures if s.dissent and not (s.withdrawn_at or s.voided_at)],
        "snapshot": audit_page.snapshot_facts(snapshot) if snapshot else None,
        "closing": audit_page.closing_of(audit) if audit.state == Audit.State.CLOSED else None,
        "report": report,
        "report_url": audit_page.report_address(report) if report else "",
        "action": audit_page.main_action(
            audit, far, user, can_sign=bool(open_parts), report=report
        ),
        "may_preview": audit_page.may_preview(audit, user),
        "may_manage": may(user, Permission.AUDIT_MANAGE),
        "may_edit_findings": may(user, Permission.FINDING_EDIT),
        "may_export": may(user, Permission.PORTFOLIO_EXPORT),
        "job": audit_page.job_words(far.snapshot_job)
        if audit.state == Audit.State.SNAPSHOT
        else None,
        "poll_url": reverse("assessments:audit-progress", args=[audit.pk]),
    }
    if audit.state == Audit.State.ASSESSMENTS:
        context["waiting"], context["waiting_total"] = audit_page.waiting_assessments(audit)
    if audit.state == Audit.State.RESPONSES:
        context["unanswered"] = audit_page.waiting_responses(audit)
    return render(request, "assessments/audit_detail.html", context)


def open_functions(audit: Audit, user: User) -> list[Function]:
    """Return the parts that this person can sign now."""
    if audit.state != Audit.State.SIGN_OFF:
        return []
    return [
        function
        for function in Function
        if not sign_off.why_not(audit=audit, function=function, by=user)
    ]


def _workloads(audit: Audit) -> int:
    return Workload.objects.in_organisation(audit.organisation).current().count()


def _findings(audit: Audit, user: User) -> list[Finding]:
    found = (
        Finding.objects.for_user(user)
        .filter(audit=audit)
        .exclude(state=Finding.State.DROPPED)
        .select_related("follow_up")
        .order_by("-severity_rank", "number", "pk")
    )
    return list(found[:MOST_FINDINGS])


@require_permission(Permission.AUDIT_VIEW)
@never_cache
def audit_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far the snapshot is. Asked for every two seconds until it is over."""
    audit = opened(request.user, pk)
    if audit.state != Audit.State.SNAPSHOT:
        done = HttpResponse(status=200)
        done["HX-Refresh"] = "true"
        return done
    context = {
        "audit": audit,
        "job": audit_page.job_words(snapshot_job(audit)),
        "poll_url": request.path,
        "may_manage": may(request.user, Permission.AUDIT_MANAGE),
    }
    return render(request, "assessments/audit_progress.html", context)


# ── This year against the last ──────────────────────────────────────────────────────────────────


@require_permission(Permission.AUDIT_VIEW)
def audit_change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every score beside last year's, what moved it, and what became of the questions."""
    user: Any = request.user
    audit = opened(user, pk)
    snapshot = audit_page.sealed_snapshot(audit)
    change = audit_change.change_of(audit, snapshot=snapshot, user=user)
    return render(
        request,
        "assessments/audit_change.html",
        {
            "audit": audit,
            "snapshot": snapshot,
            "short": audit_page.short_hash(snapshot.sha256) if snapshot else "",
            "change": change,
            "words": audit_change.movers_words(change),
            "figure": audit_change.figure(change, after=audit.label if snapshot else "Now"),
            "drawn": min(len(change.rows), audit_change.MOST_DRAWN),
            "questions": (change.body or {}).get("questions"),
            "previous_findings": (change.body or {}).get("previous_findings", ()),
            "workloads": (change.body or {}).get("workloads"),
        },
    )


@require_permission(Permission.AUDIT_VIEW)
def audit_change_workload(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show one workload's two years: dimensions and questions, as they were frozen."""
    audit = opened(request.user, pk)
    snapshot = audit_page.sealed_snapshot(audit)
    found = audit_change.workload_change(snapshot, key=key) if snapshot else None
    if found is None:
        raise Http404("This audit compares no such workload.")
    return render(
        request,
        "assessments/audit_change_workload.html",
        {
            "audit": audit,
            "snapshot": snapshot,
            "short": audit_page.short_hash(snapshot.sha256) if snapshot else "",
            "found": found,
        },
    )


# ── What leaves by file ─────────────────────────────────────────────────────────────────────────


@require_permission(Permission.AUDIT_VIEW, Permission.PORTFOLIO_EXPORT)
def audit_record(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give the frozen record as canonical JSON, items and hashes, so that anyone can check it."""
    audit = opened(request.user, pk)
    snapshot = audit_page.sealed_snapshot(audit)
    if snapshot is None:
        raise Http404("Nothing is frozen yet.")
    whole = may(request.user, Permission.AMOUNTS_VIEW)
    stem = audit.label.replace("/", "-")
    return StreamingHttpResponse(
        record_pieces(audit, snapshot, with_amounts=whole),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="audit-{stem}.json"'},
    )


def record_pieces(audit: Audit, snapshot: Snapshot, *, with_amounts: bool) -> Iterator[str]:
    """Yield the record piece by piece, its keys in canonical order.

    With amounts every body is the very text that its hash was taken over; without them it is not,
    and the record says so.
    """
    closing = Closing.objects.filter(audit=audit).first()
    yield f'{{"amounts":{dumps("included" if with_amounts else "left out")}'
    yield f',"audit":{dumps(audit.label)},"closing":'
    if closing is None:
        yield "null"
    else:
        body = closing.body if with_amounts else dumps(without_amounts(json.loads(closing.body)))
        yield f'{{"body":{body},"sha256":{dumps(closing.sha256)}}}'
    yield ',"schema":"lockin.audit-record","snapshot":{"items":['
    for place, row in enumerate(rows(snapshot)):
        body = row.body if with_amounts else dumps(without_amounts(json.loads(row.body)))
        yield (
            f'{"," if place else ""}{{"body":{body},"key":{dumps(row.key)},"kind":{dumps(row.kind)}'
            f',"position":{row.position},"sha256":{dumps(row.sha256)}}}'
        )
    yield f'],"items_count":{snapshot.items_count},"schema":{dumps(snapshot.schema_name)}'
    yield f',"sealed_at":{dumps(snapshot.sealed_at)},"sha256":{dumps(snapshot.sha256)}'
    yield f',"version":{snapshot.schema_version}}},"version":1}}'


@require_permission(Permission.AUDIT_VIEW, Permission.PORTFOLIO_EXPORT)
def audit_scores(request: HttpRequest, pk: int, kind: str) -> StreamingHttpResponse | FileResponse:
    """Export the frozen scores, one workload a row."""
    audit = opened(request.user, pk)
    snapshot = audit_page.sealed_snapshot(audit)
    if snapshot is None or kind not in ("csv", "xlsx"):
        raise Http404("Frozen scores are exported as csv or xlsx.")
    see_amounts = may(request.user, Permission.AMOUNTS_VIEW)
    headers = [
        *("Workload", "Owner", "Criticality"),
        *(dimension.short_head for dimension in Dimension),
        *("Score", "Tier", "Change", "Evidence"),
        *(("Spend a year", "Currency") if see_amounts else ()),
    ]
    lines = _score_lines(snapshot, see_amounts=see_amounts)
    stem = f"audit-{audit.label.replace('/', '-')}-scores-{snapshot.sealed_at:%Y-%m-%d}"
    if kind == "csv":
        return StreamingHttpResponse(
            sheets.csv_stream(headers, lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{stem}.csv"'},
        )
    book = sheets.xlsx_file("Scores", headers, lines)
    return FileResponse(book, as_attachment=True, filename=f"{stem}.xlsx", content_type=XLSX)


def _score_lines(snapshot: Snapshot, *, see_amounts: bool) -> Iterator[list[Exported]]:
    for row in payload_of(snapshot, with_amounts=see_amounts).portfolio.heat:
        spend = row.annual_spend
        yield [
            row.name,
            row.owner,
            row.criticality,
            *(_two_places(row.dimensions.get(str(dimension))) for dimension in Dimension),
            _two_places(row.residual),
            Tier(row.tier).full_name if row.tier else "Not assessed",
            _two_places(row.change),
            row.confidence_grade,
            *((spend, spend.currency if spend else None) if see_amounts else ()),
        ]


def _two_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def say(request: HttpRequest, error: Exception) -> None:
    """Show why an act was refused."""
    messages.error(request, str(error))


def back_to(audit: Audit) -> HttpResponse:
    return redirect("assessments:audit-detail", audit.pk)
