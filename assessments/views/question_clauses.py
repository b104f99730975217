"""What the contracts say on a question: shown beside it, and taken over as evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.clauses.bearing import Proposal, proposal_for
from assessments.models import Answer
from assessments.questionnaires import drafts, evidence
from assessments.views.questions import Asked, asked
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission


def proposal_of(this: Asked) -> Proposal | None:
    """Return what the contracts say, to whoever sees the whole assessment."""
    if not this.reach.sees_whole or this.item.question.computed:
        return None
    on = this.user.organisation.day_of(this.now)
    return proposal_for(this.assessment.workload, this.item.question, on=on)


@require_permission(Permission.ASSESSMENT_VIEW, Permission.CLAUSE_VIEW)
@require_safe
def question_clauses(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show what the contracts say on a question, for a person to confirm or not."""
    this = asked(request, pk, key)
    return render(
        request,
        "assessments/question_clauses.html",
        {
            "proposal": proposal_of(this),
            "assessment": this.assessment,
            "item": this.item,
            "may_use": this.may_answer,
            # The words of a paper show its prices.
            "may_read": may(request.user, Permission.AMOUNTS_VIEW),
        },
    )


@require_permission(Permission.ASSESSMENT_VIEW, Permission.CLAUSE_VIEW)
@require_POST
def question_clauses_use(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Put the proposed answer and the clause behind it into the form; nothing is saved yet."""
    this = asked(request, pk, key)
    proposal = proposal_of(this)
    if not this.may_answer or proposal is None or proposal.deciding is None:
        raise Http404("Nothing is proposed for you here.")
    found = proposal.deciding
    row = found.row
    assert row is not None
    user: Any = request.user
    address = request.build_absolute_uri(
        reverse("assessments:clause", args=[found.contract.pk, found.clause.key])
    )
    try:
        version = evidence.add_link(
            workload=this.assessment.workload,
            title=_title(found.contract.name, found.clause.name, found.standing.place),
            link=address,
            dated_on=row.read_on,
            by=user,
            now=this.now,
        )
    except evidence.UnableToAdd as error:
        messages.error(request, str(error))
        return redirect("assessments:question", pk, key)
    answer = Answer.objects.filter(assessment=this.assessment, question_key=key).first()
    drafts.keep(
        assessment=this.assessment,
        question_key=key,
        body={
            "choice": proposal.option_key,
            "grade": "documented",
            "comment": f"{found.clause.number} of {found.contract.name}"
            + (f", {found.standing.place}." if found.standing.place else "."),
            "evidence": [version.pk],
        },
        based_on_version=answer.version if answer else 0,
        by=user,
        now=this.now,
    )
    messages.success(request, "Taken into the form below. It counts once you save it.")
    return redirect("assessments:question", pk, key)


def _title(contract: str, clause: str, place: str) -> str:
    return f"{clause} in {contract}{f': {place}' if place else ''}"[:200]
