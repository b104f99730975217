"""Review the answers of an assessment: look, accept, return single questions, judge evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Answer, AnswerEvidence, Assessment, Grade
from assessments.opening import opened_whole, read_sheet
from assessments.questionnaires import evidence, reviewing
from assessments.questionnaires.sheet import Item
from assessments.questionnaires.starting import earlier_answers
from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from lockin.lists import Link

WEAK_GRADES = frozenset({Grade.DECLARED, Grade.NONE})


def is_weak(item: Item, on: date) -> bool:
    """Whether little shows the answer: declared or less, flagged, or out of date."""
    answer = item.answer
    if answer is None or answer.kind == Answer.Kind.NOT_APPLICABLE:
        return False
    if answer.grade in WEAK_GRADES:
        return True
    if answer.evidence_on and evidence.is_out_of_date(answer.evidence_on, on=on):
        return True
    return any(link.state == AnswerEvidence.State.FLAGGED for link in item.evidence)


def is_changed(item: Item, last: dict[str, Answer]) -> bool:
    """Whether the answer differs from last year's; a question without one is no change."""
    before = last.get(item.key)
    if before is None or item.answer is None:
        return False
    return (before.kind, before.option_key) != (item.answer.kind, item.answer.option_key)


@require_permission(Permission.ASSESSMENT_VIEW)
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every answer with its evidence, all or those that need a look."""
    now = timezone.now()
    assessment, reach = opened_whole(request.user, pk, now=now)
    if assessment.state == Assessment.State.DRAFT:
        return redirect("assessments:assessment-check", assessment.pk)
    sheet = read_sheet(assessment, request.user, reach=reach, now=now)
    last = earlier_answers(assessment)
    on = request.user.organisation.day_of(now)
    filters: dict[str, tuple[str, Callable[[Item], bool]]] = {
        "": ("All", lambda item: True),
        "returned": ("Returned", lambda item: item.is_returned),
        "changed": ("Changed since last year", lambda item: is_changed(item, last)),
        "weak": ("Weak evidence", lambda item: is_weak(item, on)),
    }
    show = request.GET.get("show", "")
    show = show if show in filters else ""
    path = reverse("assessments:assessment-review", args=[assessment.pk])
    return render(
        request,
        "assessments/assessment_review.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "sheet": sheet,
            "views": [
                Link(
                    label=label,
                    url=f"{path}?show={key}" if key else path,
                    count=sum(wanted(item) for item in sheet.items),
                    current=key == show,
                )
                for key, (label, wanted) in filters.items()
            ],
            "show": show,
            "shown": [
                (
                    part,
                    [(item, last.get(item.key)) for item in part.items if filters[show][1](item)],
                )
                for part in sheet.parts
            ],
            "nothing_shown": filters[show][0].lower()
            if not any(filters[show][1](item) for item in sheet.items)
            else "",
            "old": {
                link.version_id
                for item in sheet.items
                for link in item.evidence
                if evidence.is_out_of_date(link.version.dated_on, on=on)
            },
            "problem": reviewing.why_not(request.user, assessment),
        },
    )


@require_permission(Permission.ASSESSMENT_REVIEW)
@require_POST
def judge_answer(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Return one question with a comment, or accept its answer."""
    now = timezone.now()
    assessment, _ = opened_whole(request.user, pk, now=now)
    act = request.POST.get("act")
    try:
        if act == "return":
            reviewing.return_question(
                assessment=assessment,
                question_key=key,
                comment=request.POST.get("comment", ""),
                by=request.user,
                now=now,
            )
        elif act == "accept":
            reviewing.accept_question(
                assessment=assessment, question_key=key, by=request.user, now=now
            )
        else:
            raise Http404("No such act.")
    except reviewing.UnableToReview as error:
        messages.error(request, str(error))
    return _back(request, assessment, key)


@require_permission(Permission.ASSESSMENT_REVIEW)
@require_POST
def return_section(request: HttpRequest, pk: int, dimension: str) -> HttpResponse:
    """Refuse that a section was left out."""
    now = timezone.now()
    assessment, _ = opened_whole(request.user, pk, now=now)
    try:
        reviewing.return_section(
            assessment=assessment,
            dimension=dimension,
            comment=request.POST.get("comment", ""),
            by=request.user,
            now=now,
        )
    except reviewing.UnableToReview as error:
        messages.error(request, str(error))
    return _back(request, assessment, dimension)


@require_permission(Permission.ASSESSMENT_REVIEW)
@require_POST
def judge_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept one piece of evidence, or flag it with a comment."""
    now = timezone.now()
    rows = AnswerEvidence.objects.select_related("answer__assessment__organisation", "version")
    link = get_object_or_404(rows, pk=pk)
    assessment, _ = opened_whole(request.user, link.answer.assessment_id, now=now)
    problem = reviewing.why_not(request.user, assessment)
    try:
        if problem:
            raise evidence.UnableToJudge(problem)
        if request.POST.get("act") == "flag":
            evidence.flag(
                link=link, comment=request.POST.get("comment", ""), by=request.user, now=now
            )
        else:
            evidence.accept(link=link, by=request.user, now=now)
    except evidence.UnableToJudge as error:
        messages.error(request, str(error))
    return _back(request, assessment, link.answer.question_key)


@require_permission(Permission.ASSESSMENT_REVIEW)
@require_POST
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept what is not returned, and end this round of the review."""
    now = timezone.now()
    assessment, _ = opened_whole(request.user, pk, now=now)
    try:
        assessment = reviewing.conclude(assessment=assessment, by=request.user, now=now)
    except reviewing.UnableToReview as error:
        messages.error(request, str(error))
    else:
        accepted = assessment.state == Assessment.State.ACCEPTED
        messages.success(request, "Accepted." if accepted else "Returned to the owner.")
    return redirect("assessments:assessment-review", assessment.pk)


def _back(request: HttpRequest, assessment: Assessment, key: str) -> HttpResponse:
    path = reverse("assessments:assessment-review", args=[assessment.pk])
    show = request.POST.get("show", "")
    query = f"?show={show}" if show in {"returned", "changed", "weak"} else ""
    return redirect(f"{path}{query}#{key}")
