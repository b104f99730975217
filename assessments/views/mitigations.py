"""Add, change and remove a workload's controls."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments import mitigating
from assessments.forms.mitigations import MitigationForm, initial_of
from assessments.models import Mitigation
from assessments.scoring.scheme import CURRENT_SCHEME
from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from vendors.models import Workload

LOWERED = "Saved as Declared: nothing on file shows it yet."


def _workload(request: HttpRequest, pk: int) -> Workload:
    rows = Workload.objects.for_user(request.user).current()  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("organisation", "owner"), pk=pk)


def _mitigation(workload: Workload, pk: int) -> Mitigation:
    row = get_object_or_404(Mitigation.objects.select_related("evidence"), pk=pk, workload=workload)
    row.workload = workload
    return row


@require_permission(Permission.PORTFOLIO_VIEW, Permission.MITIGATION_EDIT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a control."""
    user: Any = request.user
    workload = _workload(request, pk)
    form = MitigationForm(
        request.POST or None,
        request.FILES or None,
        workload=workload,
        user=user,
        initial={"grade": Mitigation.Grade.DECLARED},
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = mitigating.add(
                workload=workload, given=form.given(), by=user, now=timezone.now()
            )
        except mitigating.UnableToRecord as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _saved(request, done)
    return _page(request, form, workload=workload, mitigation=None)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.MITIGATION_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, mitigation: int) -> HttpResponse:
    """Change a control."""
    user: Any = request.user
    workload = _workload(request, pk)
    row = _mitigation(workload, mitigation)
    form = MitigationForm(
        request.POST or None,
        request.FILES or None,
        workload=workload,
        user=user,
        fixed=row,
        initial=initial_of(row),
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = mitigating.change(
                mitigation=row, given=form.given(), by=user, now=timezone.now()
            )
        except mitigating.UnableToRecord as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _saved(request, done)
    return _page(request, form, workload=workload, mitigation=row)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.MITIGATION_EDIT)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, mitigation: int) -> HttpResponse:
    """Take a control off the register, after saying what that does."""
    user: Any = request.user
    workload = _workload(request, pk)
    row = _mitigation(workload, mitigation)
    if request.method == "POST":
        mitigating.remove(mitigation=row, by=user, now=timezone.now())
        messages.success(request, f"{row.get_control_display()} is off the register.")
        return redirect("assessments:workload-mitigations", workload.pk)
    context = {"workload": workload, "mitigation": row}
    return render(request, "assessments/mitigation_remove.html", context)


def _saved(request: HttpRequest, done: mitigating.Recorded) -> HttpResponse:
    name = done.mitigation.get_control_display()
    if done.was_lowered:
        messages.warning(request, f"{name}. {LOWERED}")
    else:
        messages.success(request, f"{name} is saved.")
    return redirect("assessments:workload-mitigations", done.mitigation.workload_id)


def _page(
    request: HttpRequest, form: MitigationForm, *, workload: Workload, mitigation: Any
) -> HttpResponse:
    earned = [
        {
            "control": control,
            "name": control.full_name,
            "dimension": dimension.full_name,
            "credit": credit,
        }
        for (control, dimension), credit in CURRENT_SCHEME.mitigations.credits.items()
    ]
    context = {
        "form": form,
        "workload": workload,
        "mitigation": mitigation,
        "credits": earned,
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/mitigation_form.html", context, status=status)
