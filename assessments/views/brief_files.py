"""A brief's files over HTTP: its PDFs and its frozen record; and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.briefs import afterwards, files
from assessments.briefs.reading import content_of
from assessments.forms.briefs import OutcomeForm
from assessments.models import Brief
from assessments.report_files import guarded
from assessments.views.briefs import opened
from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission


@require_permission(Permission.BRIEF_VIEW)
@require_safe
def brief_download(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Hand out one PDF of the brief."""
    brief = opened(request.user, pk)
    found = get_object_or_404(brief.documents, pk=document)
    return files.pdf_of(found, by=request.user, now=timezone.now())


@require_permission(Permission.BRIEF_VIEW)
@require_safe
def brief_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the frozen brief as canonical JSON."""
    brief = opened(request.user, pk)
    if not brief.body:
        raise Http404("Nothing is frozen before the decision.")
    response = HttpResponse(brief.body, content_type="application/json")
    name = f"renewal-brief-{brief.pk}-{brief.sha256[:12]}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return guarded(response)


@require_permission(Permission.BRIEF_EDIT)
def brief_outcome(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Put down what came of one ask; the contract's clause and the matrix follow."""
    user: Any = request.user
    brief = opened(user, pk)
    if brief.state != Brief.State.DECIDED:
        messages.error(request, "What came of it follows the decision.")
        return redirect("assessments:brief-detail", brief.pk)
    ask = next((row for row in content_of(brief)["asks"] if row["key"] == key), None)
    if ask is None:
        raise Http404("There is no such ask.")
    form = OutcomeForm(
        request.POST or None, objections=afterwards.objections_for(brief, ask_key=key)
    )
    if request.method == "POST" and form.is_valid():
        try:
            afterwards.put_down(
                brief=brief,
                ask_key=key,
                result=form.cleaned_data["result"],
                words=form.cleaned_data["words"],
                objection_key=form.cleaned_data["objection"],
                by=user,
                now=timezone.now(),
            )
        except afterwards.UnableToPutDown as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Put down.")
            return redirect("assessments:brief-detail", brief.pk)
    return render(
        request,
        "assessments/brief_outcome.html",
        {"brief": brief, "ask": ask, "form": form},
        status=400 if request.method == "POST" else 200,
    )
