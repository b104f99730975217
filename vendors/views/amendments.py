"""The pages of papers that amend a contract, and of the Data Act's switch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from vendors.forms.amendments import AmendmentForm, DataActForm, TakeBackForm
from vendors.models import Amendment
from vendors.portfolio import amendments, data_act
from vendors.portfolio.records import UnableToChange
from vendors.portfolio.terms import as_amended
from vendors.views.editing import CONTRACT
from vendors.views.lists import today

EDIT = (Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)


@require_permission(*EDIT)
@require_http_methods(["GET", "POST"])
def amendment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an order form or an amendment on file."""
    user: Any = request.user
    contract = CONTRACT.found(request, pk)
    now_in_force = as_amended(contract, on=today(user))
    form = AmendmentForm(request.POST or None, contract=now_in_force, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = amendments.add(
                contract=contract, values=form.given(), by=user, now=timezone.now()
            )
        except UnableToChange as error:
            form.refuse(error)
        else:
            messages.success(request, f"{saved} is on file.")
            return redirect(CONTRACT.detail_url(contract))
    context = {"contract": contract, "form": form, "back_url": CONTRACT.detail_url(contract)}
    status = 400 if form.errors else 200
    return render(request, "vendors/amendment_form.html", context, status=status)


@require_permission(*EDIT)
@require_http_methods(["GET", "POST"])
def amendment_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a paper that was read out wrongly, with the reason."""
    user: Any = request.user
    paper = get_object_or_404(
        Amendment.objects.select_related("contract__organisation"),
        pk=pk,
        contract__organisation=user.organisation,
    )
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            amendments.take_back(
                amendment=paper, reason=form.cleaned_data["reason"], by=user, now=timezone.now()
            )
        except UnableToChange as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{paper} is taken back and stays in the history.")
            return redirect(CONTRACT.detail_url(paper.contract))
    context = {
        "contract": paper.contract,
        "form": form,
        "title": f"Take back {paper}",
        "action": "Take back",
        "back_url": CONTRACT.detail_url(paper.contract),
    }
    status = 400 if form.errors else 200
    return render(request, "vendors/contract_act.html", context, status=status)


@require_permission(*EDIT)
@require_http_methods(["GET", "POST"])
def data_act_setting(request: HttpRequest) -> HttpResponse:
    """Say in which countries the Data Act's clock is shown beside contracts."""
    user: Any = request.user
    held = sorted(data_act.countries_of(user.organisation))
    form = DataActForm(request.POST or None, initial={"countries": held})
    if request.method == "POST" and form.is_valid():
        data_act.switch(
            organisation=user.organisation,
            countries=form.cleaned_data["countries"],
            by=user,
            now=timezone.now(),
        )
        messages.success(request, "Saved. The clock follows on every contract at once.")
        return redirect("vendors:contract-list")
    context = {
        "form": form,
        "country": user.organisation.country,
        "back_url": reverse("vendors:contract-list"),
    }
    status = 400 if form.errors else 200
    return render(request, "vendors/data_act_form.html", context, status=status)
