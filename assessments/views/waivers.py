"""Waivers: the list, one waiver, asking for one, a function's word on it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clauses import versions, waivers
from assessments.clauses.baseline import baselines
from assessments.clauses.standing import WaiverOnFile, of_contract, waiver_standing
from assessments.clauses.waiving import WaiverState
from assessments.forms.waivers import DecideForm, EndForm, RequestForm
from assessments.models import Waiver
from assessments.views.clauses import contract_for
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function


def _seen(user: Any) -> Any:
    ids = Waiver.objects.for_user(user).order_by().values("pk")
    rows = Waiver.objects.filter(pk__in=ids).select_related(
        "contract__vendor", "organisation", "end"
    )
    return rows.prefetch_related("approvals")


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def waiver_list(request: HttpRequest) -> HttpResponse:
    """List the waivers that this person may see, the newest first, with how each stands."""
    user: Any = request.user
    on = user.organisation.day_of(timezone.now())
    rows = list(_seen(user).order_by("-requested_at", "-pk"))
    now = baselines(list({row.contract_id: row.contract for row in rows}.values()), on=on)
    found = [
        WaiverOnFile(row=row, standing=waiver_standing(row, now=now[row.contract_id], on=on))
        for row in rows
    ]
    counts = {state: sum(e.standing.state is state for e in found) for state in WaiverState}
    return render(
        request,
        "assessments/waiver_list.html",
        {
            "found": found,
            "holding": counts[WaiverState.HOLDS],
            "stale": counts[WaiverState.STALE],
            "asked": counts[WaiverState.ASKED],
            "on": on,
        },
    )


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def waiver_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one waiver: why, what instead, who agreed, and whether it still holds."""
    return _shown(request, get_object_or_404(_seen(request.user), pk=pk))


def _shown(
    request: HttpRequest, row: Waiver, *, decide: Any = None, end: Any = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    on = user.organisation.day_of(timezone.now())
    standing = waiver_standing(row, now=baselines([row.contract], on=on)[row.contract_id], on=on)
    words = sorted(row.approvals.all(), key=lambda word: word.pk)
    spoken = {word.function for word in words}
    mine = [] if row.requested_by_id_text == str(user.pk) else sorted(user.functions - spoken)
    if any(word.decided_by_id_text == str(user.pk) for word in words):
        mine = []
    open_ = standing.state in (WaiverState.ASKED, WaiverState.HOLDS, WaiverState.STALE)
    may_decide = (
        bool(mine)
        and may(user, Permission.WAIVER_APPROVE)
        and standing.state in (WaiverState.ASKED, WaiverState.HOLDS)
    )
    workloads = row.baseline.get("workloads", {})
    # Amounts of the baseline are shown to nobody here: the reason says what moved, in words.
    return render(
        request,
        "assessments/waiver.html",
        {
            "waiver": row,
            "standing": standing,
            "words": [(Function(word.function).label, word) for word in words],
            "baseline": [(w["name"], w.get("tier", "")) for w in workloads.values()],
            "decide": decide or (DecideForm(functions=mine) if may_decide else None),
            "end": end or (EndForm() if open_ and may(user, Permission.CLAUSE_JUDGE) else None),
            "is_own": row.requested_by_id_text == str(user.pk),
            "on": on,
        },
        status=status,
    )


@require_permission(Permission.CLAUSE_JUDGE)
@require_http_methods(["GET", "POST"])
def waiver_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to do without a clause, or without an act before signing."""
    user: Any = request.user
    contract = contract_for(user, pk)
    now = timezone.now()
    on = user.organisation.day_of(now)
    policy = versions.in_use(user.organisation)
    form = RequestForm(
        request.POST or None,
        clauses=policy.definition.clauses if policy else (),
        initial={"subject": _subject(request)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = waivers.request(contract=contract, by=user, on=on, now=now, **form.asked())
        except waivers.UnableToWaive as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, "Asked for. It waives nothing until two functions agree.")
            return redirect("assessments:waiver", row.pk)
    return render(
        request,
        "assessments/waiver_request.html",
        {"contract": contract, "form": form, "found": of_contract(contract, on=on)},
        status=422 if form.errors else 200,
    )


def _subject(request: HttpRequest) -> str:
    clause, act = request.GET.get("clause", ""), request.GET.get("act", "")
    return f"clause:{clause}" if clause else f"act:{act}" if act else ""


@require_permission(Permission.WAIVER_APPROVE)
@require_POST
def waiver_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say one's function's word on a waiver."""
    user: Any = request.user
    row = get_object_or_404(_seen(user), pk=pk)
    now = timezone.now()
    form = DecideForm(request.POST, functions=sorted(user.functions))
    if form.is_valid():
        try:
            waivers.decide(
                waiver=row,
                function=form.cleaned_data["function"],
                approved=form.cleaned_data["word"] == "yes",
                words=form.cleaned_data["words"],
                by=user,
                on=user.organisation.day_of(now),
                now=now,
            )
        except waivers.UnableToWaive as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, "Your word is kept.")
            return redirect("assessments:waiver", row.pk)
    return _shown(request, row, decide=form, status=422)


@require_permission(Permission.CLAUSE_JUDGE)
@require_POST
def waiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiver back."""
    user: Any = request.user
    row = get_object_or_404(_seen(user), pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            waivers.end(
                waiver=row, words=form.cleaned_data["ended_because"], by=user, now=timezone.now()
            )
        except waivers.UnableToWaive as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Taken back. It waives nothing from now on.")
            return redirect("assessments:waiver", row.pk)
    return _shown(request, row, end=form, status=422)
