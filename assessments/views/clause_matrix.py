"""Who has accepted what: the matrix, peer evidence, and a vendor's clause record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clauses import recording, versions
from assessments.clauses.matrix import Matrix, matrix
from assessments.clauses.published import published_terms
from assessments.forms.clauses import PeerForm
from assessments.models import PeerAcceptance
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from vendors.models import Vendor


def matrix_of(request: HttpRequest) -> Matrix:
    """Return the matrix as far as this person may see it."""
    user: Any = request.user
    on = user.organisation.day_of(timezone.now())
    return matrix(organisation=user.organisation, on=on, user=user)


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def clause_matrix(request: HttpRequest) -> HttpResponse:
    """Show clause by vendor, with what each mark is known from."""
    whole = matrix_of(request)
    ours = [column for column in whole.columns if column.vendor is not None]
    accepted = sum(row.met > 0 for row in whole.rows)
    return render(
        request,
        "assessments/clause_matrix.html",
        {
            "whole": whole,
            "vendors": len(ours),
            "papers": published_terms(),
            "accepted": accepted,
            "totals": whole.totals(),
            "may_note": may(request.user, Permission.CLAUSE_JUDGE) and whole.policy is not None,
            "on": whole.on,
        },
    )


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def vendor_clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a vendor's clause record: what it has given us, and elsewhere."""
    user: Any = request.user
    vendor = vendor_for(user, pk)
    whole = matrix_of(request)
    rows = [
        (row.clause, cell)
        for row in whole.rows
        for cell in row.cells
        if cell.column.vendor is not None and cell.column.vendor.pk == vendor.pk
    ]
    name = "assessments/vendor_clauses.html"
    return render(
        request,
        f"{name}#record" if request.headers.get("HX-Request") else name,
        {
            "vendor": vendor,
            "rows": rows,
            "met": sum(str(cell.status) == "met" for _, cell in rows),
            "on": whole.on,
            "may_note": may(user, Permission.CLAUSE_JUDGE),
        },
    )


def vendor_for(user: Any, pk: int) -> Vendor:
    """Return a vendor that this person may see, or 404."""
    seen: QuerySet[Any] = Vendor.objects.for_user(user).order_by().values("pk")
    return get_object_or_404(Vendor.objects.filter(pk__in=seen), pk=pk)


@require_permission(Permission.CLAUSE_JUDGE)
@require_http_methods(["GET", "POST"])
def peer_add(request: HttpRequest) -> HttpResponse:
    """Note what a vendor accepted or refused elsewhere; with `corrects`, in place of a row."""
    user: Any = request.user
    now = timezone.now()
    on = user.organisation.day_of(now)
    policy = versions.in_use(user.organisation)
    if policy is None:
        messages.error(request, "Publish a policy first: its clauses are what is accepted.")
        return redirect("assessments:policy")
    corrected = _standing(user, request.GET.get("corrects", ""))
    initial = {
        name: request.GET[name] for name in ("clause_key", "vendor") if request.GET.get(name)
    }
    if corrected is not None:
        names = ("clause_key", "vendor", "stance", "words", "source", "source_url", "confidence")
        initial = {name: getattr(corrected, name) for name in names}
    form = PeerForm(
        request.POST or None,
        organisation=user.organisation,
        policy=policy.definition,
        initial=initial | {"observed_on": on},
    )
    if request.method == "POST" and form.is_valid():
        try:
            recording.note_peer(
                organisation=user.organisation,
                corrects=corrected,
                by=user,
                on=on,
                now=now,
                **form.cleaned_data,
            )
        except recording.UnableToJudge as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, "Noted, with its source and day.")
            return redirect("assessments:clause-matrix")
    return render(
        request,
        "assessments/peer_form.html",
        {"form": form, "corrected": corrected},
        status=422 if form.errors else 200,
    )


@require_permission(Permission.CLAUSE_JUDGE)
@require_POST
def peer_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a note back: the row stays, and counts no longer."""
    user: Any = request.user
    row = _standing(user, str(pk))
    if row is None:
        raise Http404("No such note for you.")
    now = timezone.now()
    try:
        recording.note_peer(
            organisation=user.organisation,
            clause_key=row.clause_key,
            vendor=row.vendor,
            stance=row.stance,
            words=row.words,
            source=row.source,
            source_url=row.source_url,
            observed_on=row.observed_on,
            confidence=row.confidence,
            corrects=row,
            withdraws=True,
            by=user,
            on=user.organisation.day_of(now),
            now=now,
        )
    except recording.UnableToJudge as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Taken back. It counts no longer.")
    return redirect("assessments:clause-matrix")


def _standing(user: Any, number: str) -> PeerAcceptance | None:
    if not number.isdecimal() or len(number) > 18:
        return None
    rows = PeerAcceptance.objects.for_user(user).standing().select_related("vendor")
    return rows.filter(pk=int(number)).first()
