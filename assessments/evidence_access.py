"""Evidence on its way out: what a person may fetch."""

from __future__ import annotations

from datetime import datetime

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from assessments.models import AnswerEvidence, Evidence, EvidenceVersion
from assessments.opening import opened
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.file_access import handed_out


def visible_version(user: User, pk: int, *, now: datetime) -> EvidenceVersion:
    """Return a version that this person may fetch.

    What belongs to a workload that the person sees, what the person added, and what stands behind
    a question that was handed to the person.
    """
    version = get_object_or_404(
        EvidenceVersion.objects.select_related("evidence"),
        pk=pk,
        evidence__organisation_id=user.organisation_id,
    )
    if not may(user, Permission.ASSESSMENT_VIEW):
        raise Http404("No such file for you.")
    if Evidence.objects.for_user(user).filter(pk=version.evidence_id).exists():
        return version
    uses = AnswerEvidence.objects.filter(version=version).select_related("answer__assessment")
    for use in uses.filter(answer__assessment__delegations__to=user).distinct():
        answer = use.answer
        assessment, reach = opened(user, answer.assessment_id, now=now)
        section = assessment.version.definition.section_of(answer.question_key)
        if reach.sees(question_key=answer.question_key, dimension=section.key):
            return version
    raise Http404("No such file for you.")


def file_response(version: EvidenceVersion) -> FileResponse:
    """Return the bytes as an attachment that no browser runs or guesses about."""
    return handed_out(
        version.sha256, file_name=version.file_name, content_type=version.content_type
    )
