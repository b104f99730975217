"""Workloads with their parts, and commitments with their periods: add, edit, archive, remove."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from vendors.forms import parts
from vendors.models import Asset, Commitment, CommitmentPeriod, Dependency, Workload
from vendors.portfolio import commitments, removing, workloads
from vendors.portfolio.records import UnableToChange
from vendors.views.editing import CONTRACT
from vendors.views.lists import scoped


def workload_url(pk: int) -> str:
    """Return the workload's page, which stands beside its score."""
    return reverse("assessments:workload-detail", args=[pk])


def _workload(request: HttpRequest, pk: int) -> Workload:
    rows = Workload.objects.select_related("organisation", "owner")
    found: Workload = get_object_or_404(scoped(rows, request.user), pk=pk)  # type: ignore[arg-type]
    return found


def _forms(request: HttpRequest, workload: Workload) -> tuple[Any, Any, Any]:
    """Return the workload's form and the forms of its parts."""
    data: Any = request.POST or None
    offered = parts.Choices(request.user)  # type: ignore[arg-type]
    form = parts.WorkloadForm(data, user=request.user, instance=workload)
    held: list[Dependency] = []
    assets: list[Asset] = []
    if workload.pk:
        held = list(
            Dependency.objects.filter(workload=workload)
            .select_related("model__host", "service", "contract")
            .order_by("role", "pk")
        )
        assets = list(
            Asset.objects.filter(workload=workload)
            .select_related("model__host", "service")
            .order_by("kind", "name", "pk")
        )
    options = {"form_kwargs": {"offered": offered}}
    dependency_forms = parts.DependencyForms(
        data,
        prefix="dependencies",
        initial=[parts.dependency_initial(row) for row in held],
        **options,
    )
    asset_forms = parts.AssetForms(
        data, prefix="assets", initial=[parts.asset_initial(row) for row in assets], **options
    )
    return form, dependency_forms, asset_forms


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def workload_add(request: HttpRequest) -> HttpResponse:
    """Add a workload with what it depends on."""
    user: Any = request.user
    workload = Workload(organisation=user.organisation)
    return _workload_page(request, workload)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def workload_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a workload and its parts."""
    return _workload_page(request, _workload(request, pk))


def _workload_page(request: HttpRequest, workload: Workload) -> HttpResponse:
    is_new, name = workload.pk is None, str(workload)
    form, dependency_forms, asset_forms = _forms(request, workload)
    sets = (dependency_forms, asset_forms)
    if request.method == "POST" and all([form.is_valid(), *(each.is_valid() for each in sets)]):
        given = {
            "values": form.given(),
            "dependencies": parts.given_parts(dependency_forms),
            "assets": parts.given_parts(asset_forms),
            "by": request.user,
            "now": timezone.now(),
        }
        try:
            if is_new:
                saved = workloads.add(organisation=workload.organisation, **given)
            else:
                saved = workloads.edit(workload=workload, **given)
        except UnableToChange as error:
            form.refuse(error)
        else:
            messages.success(request, f"{saved} is {'on file' if is_new else 'saved'}.")
            if warning := workloads.share_warning(given["dependencies"]):
                messages.warning(request, warning)
            return redirect(workload_url(saved.pk))
    wrong = bool(form.errors) or any(each.total_error_count() for each in sets if each.is_bound)
    context = {
        "form": form,
        "workload": None if is_new else workload,
        "name": name,
        "dependency_forms": dependency_forms,
        "asset_forms": asset_forms,
        "is_wrong": wrong,
        "list_url": reverse("assessments:workload-list"),
    }
    return render(request, "vendors/workload_form.html", context, status=400 if wrong else 200)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def workload_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what archiving does, and archive."""
    workload = _workload(request, pk)
    if request.method == "POST":
        workloads.archive(workload=workload, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"{workload} is archived. It can be restored.")
        return redirect(workload_url(pk))
    context = {"workload": workload}
    return render(request, "vendors/workload_archive.html", context)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_POST
def workload_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an archived workload back into use."""
    workload = _workload(request, pk)
    workloads.restore(workload=workload, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{workload} is in use again.")
    return redirect(workload_url(pk))


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def workload_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a workload that was added by mistake, or say why it stays."""
    workload = _workload(request, pk)
    reason = removing.why_kept(workload, organisation=workload.organisation)
    if request.method == "POST":
        try:
            workloads.remove(workload=workload, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except UnableToChange as error:
            reason = str(error)
        else:
            messages.success(request, f"{workload} is removed.")
            return redirect("assessments:workload-list")
    context = {
        "noun": {"word": "workload", "plural": "workloads"},
        "row": workload,
        "reason": reason,
        "back_url": workload_url(pk),
        "list_url": reverse("assessments:workload-list"),
        "archive_url": reverse("vendors:workload-archive", args=[pk]),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "vendors/record_remove.html", context, status=status)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT, Permission.AMOUNTS_VIEW)
@require_http_methods(["GET", "POST"])
def commitment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a commitment to a contract."""
    contract = CONTRACT.found(request, pk)
    return _commitment_page(request, Commitment(contract=contract, currency=contract.currency))


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT, Permission.AMOUNTS_VIEW)
@require_http_methods(["GET", "POST"])
def commitment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a commitment and its periods."""
    return _commitment_page(request, _commitment(request, pk))


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    found: Commitment = get_object_or_404(
        Commitment.objects.select_related("contract__organisation"),
        pk=pk,
        contract__organisation=request.user.organisation,  # type: ignore[union-attr]
    )
    return found


def _commitment_page(request: HttpRequest, row: Commitment) -> HttpResponse:
    is_new, contract = row.pk is None, row.contract
    data: Any = request.POST or None
    held = CommitmentPeriod.objects.filter(commitment=row).order_by("starts_on") if row.pk else []
    form = parts.CommitmentForm(data, user=request.user, instance=row)
    if is_new:
        form.initial["currency"] = contract.currency
    periods = parts.PeriodForms(
        data, prefix="periods", initial=[parts.period_initial(each, row.currency) for each in held]
    )
    if request.method == "POST" and all([form.is_valid(), periods.is_valid()]):
        given = parts.given_periods(periods, form.cleaned_data["currency"])
        if given is not None and _save_commitment(request, form, row, given):
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect(CONTRACT.detail_url(contract))
    wrong = bool(form.errors) or (periods.is_bound and any(each.errors for each in periods))
    context = {
        "form": form,
        "periods": periods,
        "contract": contract,
        "commitment": None if is_new else row,
        "is_wrong": wrong,
        "back_url": CONTRACT.detail_url(contract),
    }
    return render(request, "vendors/commitment_form.html", context, status=400 if wrong else 200)


def _save_commitment(request: HttpRequest, form: Any, row: Commitment, given: Any) -> bool:
    values = {"values": form.given(), "periods": given, "by": request.user, "now": timezone.now()}
    try:
        if row.pk:
            commitments.edit(commitment=row, **values)
        else:
            commitments.add(contract=row.contract, **values)
    except UnableToChange as error:
        form.refuse(error)
        return False
    return True


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT, Permission.AMOUNTS_VIEW)
@require_http_methods(["GET", "POST"])
def commitment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a commitment that was added by mistake, or say why it stays."""
    row = _commitment(request, pk)
    organisation = row.contract.organisation
    reason = removing.why_kept(row, organisation=organisation)
    back = CONTRACT.detail_url(row.contract)
    if request.method == "POST":
        try:
            commitments.remove(commitment=row, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except UnableToChange as error:
            reason = str(error)
        else:
            messages.success(request, f"{row} is removed.")
            return redirect(back)
    context = {
        "noun": {"word": "commitment", "plural": "commitments"},
        "row": row,
        "reason": reason,
        "back_url": back,
        "list_url": reverse("vendors:contract-list"),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "vendors/record_remove.html", context, status=status)
