"""An assessment: start it, its task list, its sections, checking and sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.forms.questions import AppliesForm, StartForm
from assessments.models import Assessment, Delegation
from assessments.opening import opened, opened_to_answer, opened_whole, read_sheet
from assessments.questionnaires import answering, reviewing, starting, versions
from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from vendors.models import Workload


@require_permission(Permission.ASSESSMENT_START)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the year's assessment of a workload, or go to the one that is open."""
    now = timezone.now()
    workload = get_object_or_404(
        Workload.objects.for_user(request.user).select_related("organisation"), pk=pk
    )
    running = Assessment.objects.filter(workload=workload).open().order_by("-started_at", "-pk")
    if request.method == "GET" and (open_one := running.first()):
        return redirect("assessments:assessment-tasks", open_one.pk)
    year = str(request.user.organisation.day_of(now).year)
    form = StartForm(request.POST or None, initial={"label": year})
    if request.method == "POST" and form.is_valid():
        try:
            assessment = starting.start(
                workload=workload,
                label=form.cleaned_data["label"],
                due_on=form.cleaned_data["due_on"],
                by=request.user,
                now=now,
            )
        except starting.UnableToStart as error:
            form.add_error(None, str(error))
        else:
            return redirect("assessments:assessment-tasks", assessment.pk)
    context = {
        "workload": workload,
        "form": form,
        "version": versions.in_use(workload.organisation),
        "previous": Assessment.objects.filter(workload=workload)
        .accepted()
        .order_by("-accepted_at", "-pk")
        .first(),
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/assessment_start.html", context, status=status)


@require_permission(Permission.ASSESSMENT_VIEW)
@require_safe
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every section and question with its state; to a delegate, what was handed over."""
    now = timezone.now()
    assessment, reach = opened(request.user, pk, now=now)
    sheet = read_sheet(assessment, request.user, reach=reach, now=now)
    parts = sheet.parts
    if not reach.sees_whole:
        parts = tuple(
            replace(part, items=items, score=None, may_be_left_out=False)
            for part in parts
            if (
                items := tuple(
                    item
                    for item in part.items
                    if reach.handed(question_key=item.key, dimension=part.section.key)
                )
            )
        )
        sheet = replace(sheet, parts=parts)
    main_item = sheet.first_open if not reach.is_nothing else None
    return render(
        request,
        "assessments/assessment_tasks.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "sheet": sheet,
            "reach": reach,
            "main_item": main_item if reach.answers_whole or not reach.sees_whole else None,
            "entries": [
                {
                    "part": part,
                    "state": "now"
                    if main_item and part.section.key == main_item.section.key
                    else part.state,
                }
                for part in parts
            ],
            "handed": handed_over(assessment, now=now) if reach.answers_whole else (),
            "review_problem": reviewing.why_not(request.user, assessment)
            if assessment.state == Assessment.State.SENT
            else "",
        },
    )


def handed_over(assessment: Assessment, *, now: datetime) -> list[tuple[Delegation, str]]:
    """Return what is with others now, and what it is called."""
    definition = assessment.version.definition
    rows = Delegation.objects.open(now=now).filter(assessment=assessment)
    return [
        (
            row,
            definition.question(row.question_key).name
            if row.question_key
            else f"{definition.section(row.dimension).name}, the whole section",
        )
        for row in rows.select_related("to").order_by("expires_at", "pk")
    ]


@require_permission(Permission.ASSESSMENT_ANSWER)
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, pk: int, dimension: str) -> HttpResponse:
    """Ask whether a section applies to the workload at all."""
    now = timezone.now()
    assessment = opened_to_answer(request.user, pk, now=now)
    definition = assessment.version.definition
    found = next((item for item in definition.sections if item.key == dimension), None)
    if found is None or not answering.may_be_left_out(assessment, dimension):
        raise Http404("No such question.")
    choice = assessment.dimensions.filter(dimension=dimension).first()
    initial = {}
    if choice:
        initial = {"applies": "yes" if choice.applies else "no", "reason": choice.reason}
    form = AppliesForm(request.POST or None, section=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            answering.choose_dimension(
                assessment=assessment,
                dimension=dimension,
                applies=form.cleaned_data["applies"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=now,
            )
        except answering.UnableToAnswer as error:
            form.add_error(error.field or None, str(error))
        else:
            if form.cleaned_data["applies"]:
                return redirect("assessments:question", assessment.pk, found.questions[0].key)
            return redirect("assessments:assessment-tasks", assessment.pk)
    last = (
        assessment.previous and assessment.previous.dimensions.filter(dimension=dimension).first()
    )
    return render(
        request,
        "assessments/assessment_section.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "section": found,
            "form": form,
            "choice": choice,
            "last": last,
        },
        status=422 if form.errors else 200,
    )


@require_permission(Permission.ASSESSMENT_VIEW)
@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all answers by section, what is missing, and the score of finished sections."""
    now = timezone.now()
    assessment, reach = opened_whole(request.user, pk, now=now)
    sheet = read_sheet(assessment, request.user, reach=reach, now=now)
    return render(
        request,
        "assessments/check_answers.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "sheet": sheet,
            "reach": reach,
            "on": request.user.organisation.day_of(now),
        },
    )


@require_permission(Permission.ASSESSMENT_ANSWER)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, in words, then send the answers for review."""
    now = timezone.now()
    assessment = opened_to_answer(request.user, pk, now=now)
    if request.method == "POST":
        try:
            answering.send(assessment=assessment, by=request.user, now=now)
        except answering.UnableToSend as error:
            messages.error(request, str(error))
            return redirect("assessments:assessment-check", assessment.pk)
        messages.success(request, "Sent for review.")
        return redirect("assessments:assessment-tasks", assessment.pk)
    reach = opened(request.user, pk, now=now)[1]
    sheet = read_sheet(assessment, request.user, reach=reach, now=now)
    if sheet.blockers or assessment.state not in answering.EDITABLE:
        return redirect("assessments:assessment-check", assessment.pk)
    unknown = sum(
        item.answer is not None and item.answer.kind == item.answer.Kind.UNKNOWN
        for item in sheet.items
    )
    return render(
        request,
        "assessments/assessment_send.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "sheet": sheet,
            "unknown": unknown,
        },
    )
