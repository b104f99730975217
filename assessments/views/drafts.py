"""The draft of a question, kept while it is typed. Answers in JSON; no event, no score."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.models import Answer
from assessments.opening import opened
from assessments.questionnaires import drafts
from assessments.questionnaires.answering import can_be_changed
from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from lockin.templatetags.figures import clock


@require_permission(Permission.ASSESSMENT_ANSWER)
@require_POST
def keep(request: HttpRequest, pk: int, key: str) -> JsonResponse:
    """Keep what was typed, and say whether somebody else saved the question meanwhile."""
    now = timezone.now()
    assessment, reach = opened(request.user, pk, now=now)
    definition = assessment.version.definition
    if key not in definition.by_key:
        raise Http404("No such question.")
    section = definition.section_of(key)
    answer = Answer.objects.filter(assessment=assessment, question_key=key).first()
    if not reach.answers(question_key=key, dimension=section.key) or not can_be_changed(
        assessment, answer
    ):
        raise Http404("This question cannot be answered now.")
    kept = drafts.keep(
        assessment=assessment,
        question_key=key,
        body={**request.POST.dict(), "evidence": request.POST.getlist("evidence")},
        based_on_version=drafts.whole_number(request.POST.get("version", "0")),
        by=request.user,
        now=now,
    )
    changed = kept.changed and {
        "by": kept.changed.by,
        "at": clock(kept.changed.at),
        "version": kept.changed.version,
    }
    return JsonResponse({"saved_at": clock(kept.saved_at), "changed": changed or None})
