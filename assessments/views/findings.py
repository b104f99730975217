"""Screen 13: the findings, one finding, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments import finding_lists
from assessments.audits import findings, signatures
from assessments.audits.drafting import visible_facts
from assessments.forms.findings import (
    AddForm,
    AssignForm,
    DoneForm,
    DropForm,
    RespondForm,
    TextsForm,
)
from assessments.models import Audit, Finding
from assessments.views.audits import XLSX, back_to, opened
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.lists import ListPage
from lockin.money import Money
from lockin.trail.models import Event
from vendors.exports import sheets

EVENTS = 50
ACTS = {
    "finding.added": "Added by hand",
    "finding.edited": "Words changed",
    "finding.assigned": "Owner or due date set",
    "finding.dropped": "Dropped",
    "finding.restored": "Taken back",
    "finding.responded": "Response given",
    "finding.done": "Recorded as done",
}
REFUSED = (findings.UnableToEdit, findings.UnableToRespond, findings.UnableToFinish)


def _read(request: HttpRequest) -> ListPage:
    user: Any = request.user
    exports = [
        (kind.upper(), reverse("assessments:finding-export", args=[kind]))
        for kind in ("csv", "xlsx")
    ]
    spec = finding_lists.finding_list(user, on=user.organisation.day_of(timezone.now()))
    shown = exports if may(user, Permission.PORTFOLIO_EXPORT) else []
    return spec.read(request, finding_lists.rows_for(user), exports=shown)


@require_permission(Permission.FINDING_VIEW)
def finding_list(request: HttpRequest) -> HttpResponse:
    """List the findings that this person may see, of all audits or one."""
    user: Any = request.user
    page = _read(request)
    saved = {view.label: view.count for view in page.saved}
    return render(
        request,
        "assessments/finding_list.html",
        {
            "page": page,
            "open": saved.get("Open") or 0,
            "late": saved.get("Late") or 0,
            "is_empty": not saved.get("All"),
            "on": user.organisation.day_of(timezone.now()),
        },
    )


@require_permission(Permission.FINDING_VIEW, Permission.PORTFOLIO_EXPORT)
def finding_export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """Export the list as its address filters and sorts it."""
    page = _read(request)
    on = request.user.organisation.day_of(timezone.now())  # type: ignore[union-attr]
    name = f"{page.file_stem(on=on)}.{kind}"
    lines = finding_lists.export_rows(page)
    if kind == "csv":
        return StreamingHttpResponse(
            sheets.csv_stream(finding_lists.HEADERS, lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    if kind == "xlsx":
        book = sheets.xlsx_file("Findings", finding_lists.HEADERS, lines)
        return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)
    raise Http404("Lists are exported as csv or xlsx.")


def found_for(user: Any, pk: int) -> Finding:
    """Return a finding that this person may see, or 404."""
    seen = Finding.objects.for_user(user).order_by().values("pk")
    rows = Finding.objects.filter(pk__in=seen).select_related(
        "audit", "organisation", "owner", "workload", "contract", "previous__audit", "follow_up"
    )
    return get_object_or_404(rows, pk=pk)


@require_permission(Permission.FINDING_VIEW)
def finding_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one finding: what should be, what was found, why, what it means, what is done."""
    user: Any = request.user
    finding = found_for(user, pk)
    audit = finding.audit
    on = user.organisation.day_of(timezone.now())
    events = Event.objects.for_user(user).about("finding", finding.pk).order_by("-sequence")
    later = finding.later.exclude(state=Finding.State.DROPPED).select_related("audit")
    return render(
        request,
        "assessments/finding_detail.html",
        {
            "finding": finding,
            "audit": audit,
            "follow_up": getattr(finding, "follow_up", None),
            "facts": facts_of(finding, with_amounts=may(user, Permission.AMOUNTS_VIEW)),
            "rule_words": finding.rule.replace("_", " "),
            "later": later.order_by("-pk").first(),
            "on": on,
            "is_late": finding.due_on is not None
            and finding.due_on < on
            and finding.state in (Finding.State.DRAFTED, Finding.State.AGREED)
            and not hasattr(finding, "follow_up"),
            "events": [(ACTS.get(row.act, row.act), row) for row in events[:EVENTS]]
            if may(user, Permission.TRAIL_VIEW)
            else None,
            "see_audit": may(user, Permission.AUDIT_VIEW),
            **acts_open(finding, user),
        },
    )


def facts_of(finding: Finding, *, with_amounts: bool) -> list[tuple[str, Any]]:
    """Return the figures behind a finding; amounts as money, for those who may see them."""
    return [
        (
            entry["label"],
            Money.from_minor(entry["minor"], entry["currency"])
            if "minor" in entry
            else entry["value"],
        )
        for entry in visible_facts(finding.facts, with_amounts=with_amounts)
    ]


def acts_open(finding: Finding, user: Any) -> dict[str, bool]:
    """Return what this person can do with the finding in its audit's present state."""
    state = finding.audit.state
    drafting = state == Audit.State.FINDINGS
    settling = state in (Audit.State.FINDINGS, Audit.State.RESPONSES)
    edits = may(user, Permission.FINDING_EDIT)
    answers = findings.may_respond(user, finding) and finding.state == Finding.State.AGREED
    dropped = finding.state == Finding.State.DROPPED
    return {
        "can_edit": edits and drafting and finding.state == Finding.State.DRAFTED,
        "can_restore": edits and drafting and dropped,
        "can_assign": edits and settling and not dropped,
        "can_drop": edits and settling and not dropped,
        "can_respond": answers and state in (Audit.State.RESPONSES, Audit.State.SIGN_OFF),
        "can_finish": answers and not hasattr(finding, "follow_up"),
    }


# ── Acts ────────────────────────────────────────────────────────────────────────────────────────


def _act(
    request: HttpRequest,
    finding: Finding,
    form: Form,
    template: str,
    do: Callable[[dict[str, Any]], object],
    *,
    said: str,
    **context: Any,
) -> HttpResponse:
    """Show a form, or do what it says and go back to the finding; a refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except REFUSED as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect("assessments:finding-detail", finding.pk)
    return render(
        request,
        template,
        {"finding": finding, "audit": finding.audit, "form": form, **context},
        status=400 if form.errors else 200,
    )


@require_permission(Permission.FINDING_EDIT)
def finding_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a finding by hand to an audit whose findings are drafted."""
    user: Any = request.user
    audit = opened(user, pk)
    form = AddForm(request.POST or None, organisation=audit.organisation)
    if request.method == "POST" and form.is_valid():
        about = {name: form.cleaned_data[name] for name in ("workload", "contract")}
        try:
            finding = findings.add(
                audit=audit,
                texts=form.texts(),
                by=user,
                now=timezone.now(),
                owner=form.cleaned_data["owner"],
                due_on=form.cleaned_data["due_on"],
                **about,
            )
        except findings.UnableToEdit as error:
            form.add_error(None, str(error))
        else:
            return redirect("assessments:finding-detail", finding.pk)
    if audit.state != Audit.State.FINDINGS and request.method != "POST":
        messages.error(request, "Findings are added while they are drafted.")
        return back_to(audit)
    return render(
        request,
        "assessments/finding_form.html",
        {"audit": audit, "form": form},
        status=400 if form.errors else 200,
    )


@require_permission(Permission.FINDING_EDIT)
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words or the severity of a drafted finding."""
    user: Any = request.user
    finding = found_for(user, pk)
    initial = {name: getattr(finding, name) for name in (*findings.TEXTS, "severity")}
    form = TextsForm(request.POST or None, initial=initial)

    def do(_: dict[str, Any]) -> object:
        return findings.edit(finding=finding, texts=form.texts(), by=user, now=timezone.now())

    return _act(request, finding, form, "assessments/finding_form.html", do, said="Saved.")


@require_permission(Permission.FINDING_EDIT)
def finding_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who answers for a finding, and by when."""
    user: Any = request.user
    finding = found_for(user, pk)
    form = AssignForm(
        request.POST or None,
        organisation=finding.organisation,
        initial={"owner": finding.owner_id, "due_on": finding.due_on},
    )

    def do(values: dict[str, Any]) -> object:
        return findings.assign(
            finding=finding,
            owner=values["owner"],
            due_on=values["due_on"],
            by=user,
            now=timezone.now(),
        )

    return _act(request, finding, form, "assessments/finding_assign.html", do, said="Saved.")


@require_permission(Permission.FINDING_EDIT)
def finding_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Name what is set aside, ask why, and drop it."""
    user: Any = request.user
    finding = found_for(user, pk)
    form = DropForm(request.POST or None)

    def do(values: dict[str, Any]) -> object:
        return findings.drop(finding=finding, reason=values["reason"], by=user, now=timezone.now())

    return _act(request, finding, form, "assessments/finding_drop.html", do, said="Dropped.")


@require_permission(Permission.FINDING_EDIT)
@require_POST
def finding_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dropped finding back among the drafted ones."""
    finding = found_for(request.user, pk)
    try:
        findings.restore(finding=finding, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except findings.UnableToEdit as error:
        messages.error(request, str(error))
    return redirect("assessments:finding-detail", finding.pk)


def _to_answer(user: Any, pk: int) -> Finding:
    """Return a finding that this person answers for; to everybody else there is no such page."""
    finding = found_for(user, pk)
    if not findings.may_respond(user, finding):
        raise Http404("No such page for you.")
    return finding


@require_permission(Permission.FINDING_RESPOND)
def finding_respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Give management's response; one that changes after a signature voids the signatures."""
    user: Any = request.user
    finding = _to_answer(user, pk)
    initial = {
        "response": finding.response,
        "text": finding.response_text,
        "due_on": finding.response_due_on,
    }
    form = RespondForm(request.POST or None, initial=initial)

    def do(values: dict[str, Any]) -> object:
        return findings.respond(finding=finding, by=user, now=timezone.now(), **values)

    return _act(
        request,
        finding,
        form,
        "assessments/finding_respond.html",
        do,
        said="Response saved.",
        voids=signatures.in_force(finding.audit).count(),
    )


@require_permission(Permission.FINDING_RESPOND)
def finding_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that what was agreed is done."""
    user: Any = request.user
    finding = _to_answer(user, pk)
    form = DoneForm(request.POST or None)

    def do(values: dict[str, Any]) -> object:
        return findings.mark_done(finding=finding, by=user, now=timezone.now(), **values)

    return _act(request, finding, form, "assessments/finding_done.html", do, said="Done.")
