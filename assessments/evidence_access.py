"""Evidence on its way in and out: what a person may fetch, and what is too large to be kept."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from assessments.models import AnswerEvidence, Evidence, EvidenceVersion
from assessments.opening import opened
from assessments.questionnaires.evidence_files import path_of, too_large
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission


class KeepOutLargeFiles(FileUploadHandler):
    """Read past a file that is too large without keeping it, so that the page can say so."""

    whole_length = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.EVIDENCE_MAX_BYTES:
            self.request.too_large = too_large(  # type: ignore[union-attr]
                max(self.whole_length, start + len(raw_data))
            )
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def handle_raw_input(  # type: ignore[override]
        self, input_data: object, META: object, content_length: int, *args: object, **kwargs: object
    ) -> None:
        self.whole_length = content_length


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
    try:
        file = path_of(version.sha256).open("rb")
    except FileNotFoundError:
        raise Http404("The file is not in the store.") from None
    response = FileResponse(
        file, as_attachment=True, filename=version.file_name, content_type=version.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
