"""Evidence over HTTP: add, replace, fetch. The body of a file that is too large is never kept."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.evidence_access import file_response, visible_version
from assessments.forms.questions import EvidenceForm
from assessments.models import AnswerEvidence, Assessment, EvidenceVersion
from assessments.opening import opened
from assessments.questionnaires import evidence as domain
from assessments.questionnaires.delegating import Reach
from lockin.accounts.authorization import require_permission
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.file_access import KeepOutLargeFiles
from lockin.file_store import (
    ACCEPT_ATTRIBUTE,
    ACCEPTED,
    UnableToStore,
)

MOST_REUSABLE = 200


def add_from(
    form: EvidenceForm, assessment: Assessment, *, by: User, now: datetime
) -> EvidenceVersion:
    """Add the form's file, else its link, as evidence of the assessment's workload.

    :raises UnableToStore: if the file is not taken
    :raises UnableToAdd: if the link or the date is not taken
    """
    values = form.cleaned_data
    dated_on = values["dated_on"] or by.organisation.day_of(now)
    if values["file"]:
        return domain.add_file(
            workload=assessment.workload,
            name=values["file"].name,
            chunks=values["file"].chunks(),
            said_size=values["file"].size,
            dated_on=dated_on,
            by=by,
            now=now,
        )
    return domain.add_link(
        workload=assessment.workload, link=values["link"], dated_on=dated_on, by=by, now=now
    )


def listed(version: EvidenceVersion, *, link: AnswerEvidence | None, on: date) -> EvidenceVersion:
    """Return a version with what a row of evidence shows beside it."""
    version.link_row = link  # type: ignore[attr-defined]
    version.out_of_date = domain.is_out_of_date(version.dated_on, on=on)  # type: ignore[attr-defined]
    return version


def usable_versions(assessment: Assessment, *, user: User, reach: Reach) -> list[EvidenceVersion]:
    """Return the newest version of the workload's evidence, newest first.

    Whoever was handed a part alone has nothing but what the person added.
    """
    rows = (
        EvidenceVersion.objects.filter(evidence__workload_id=assessment.workload_id)
        .select_related("evidence")
        .order_by("-evidence__added_at", "-evidence_id", "-number")
    )
    if not reach.sees_whole:
        rows = rows.filter(evidence__added_by=user)
    newest: dict[int, EvidenceVersion] = {}
    for row in rows[: MOST_REUSABLE * 3]:
        newest.setdefault(row.evidence_id, row)
    return list(newest.values())[:MOST_REUSABLE]


@csrf_exempt  # checked by `_add`, once the upload handler stands before the body is read
@require_permission(Permission.ASSESSMENT_ANSWER)
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file or link to the workload; answers with its row, to be attached by saving."""
    request.upload_handlers.insert(0, KeepOutLargeFiles(request))
    return _add(request, pk)


@csrf_protect
def _add(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    assessment, reach = opened(request.user, pk, now=now)
    if not (reach.answers_whole or reach.questions or reach.dimensions):
        raise Http404("No such page for you.")
    form = EvidenceForm(request.POST, request.FILES)
    refused = getattr(request, "too_large", None)
    if not refused and not form.is_valid():
        refused = next(iter(form.errors.values()))[0]
    if not refused and not (form.cleaned_data["file"] or form.cleaned_data["link"]):
        refused = "Choose a file or enter a link."
    if refused:
        return JsonResponse({"error": str(refused)}, status=422)
    try:
        version = add_from(form, assessment, by=request.user, now=now)
    except (UnableToStore, domain.UnableToAdd) as error:
        return JsonResponse({"error": str(error)}, status=422)
    return render(
        request,
        "assessments/question.html#file",
        {
            "version": listed(version, link=None, on=request.user.organisation.day_of(now)),
            "may_answer": True,
        },
    )


@csrf_exempt  # checked by `_replace`, once the upload handler stands before the body is read
@require_permission(Permission.ASSESSMENT_ANSWER)
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a new version in place of the evidence behind an answer; the old one is kept."""
    request.upload_handlers.insert(0, KeepOutLargeFiles(request))
    return _replace(request, pk)


@csrf_protect
def _replace(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    link = get_object_or_404(
        AnswerEvidence.objects.select_related("version__evidence", "answer__assessment"), pk=pk
    )
    assessment, reach = opened(request.user, link.answer.assessment_id, now=now)
    key = link.answer.question_key
    section = assessment.version.definition.section_of(key)
    if not reach.answers(question_key=key, dimension=section.key):
        raise Http404("No such page for you.")
    form = EvidenceForm(request.POST or None, request.FILES or None)
    problem = str(getattr(request, "too_large", ""))
    if request.method == "POST" and not problem:
        try:
            if form.is_valid():
                _put_in_place(form, link, by=request.user, now=now)
                return redirect("assessments:question", assessment.pk, key)
        except (UnableToStore, domain.UnableToAdd) as error:
            problem = str(error)
    return render(
        request,
        "assessments/evidence_replace.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "link": link,
            "form": form,
            "problem": problem,
            "accepts": ACCEPTED,
            "accept_attribute": ACCEPT_ATTRIBUTE,
            "today": request.user.organisation.day_of(now),
        },
        status=422 if problem or form.errors else 200,
    )


def _put_in_place(form: EvidenceForm, link: AnswerEvidence, *, by: User, now: datetime) -> None:
    values = form.cleaned_data
    dated_on = values["dated_on"] or by.organisation.day_of(now)
    if values["file"]:
        domain.replace_with_file(
            link=link,
            name=values["file"].name,
            chunks=values["file"].chunks(),
            said_size=values["file"].size,
            dated_on=dated_on,
            by=by,
            now=now,
        )
    else:
        domain.replace_with_link(
            link=link, address=values["link"], dated_on=dated_on, by=by, now=now
        )


@require_permission(Permission.ASSESSMENT_VIEW)
@require_safe
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a file to be saved, never shown inside the product; a link is followed."""
    version = visible_version(request.user, pk, now=timezone.now())
    if version.link:
        return redirect(version.link)
    return file_response(version)
