"""Review: a council member who answered nothing here accepts, or returns single questions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from assessments.models import Answer, Assessment, DimensionChoice
from assessments.questionnaires.answering import missing_answers
from assessments.questionnaires.delegating import has_answered
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.outbox.sending import tell
from lockin.trail.recording import record


class UnableToReview(Exception):
    """The review cannot go on like this. The message is written for the user."""


def why_not(user: User, assessment: Assessment) -> str:
    """Return why a person cannot review this assessment now; nothing when the person can."""
    if not may(user, Permission.ASSESSMENT_REVIEW):
        return "A council member reviews the answers."
    if assessment.sent_by_id == user.pk:
        return "You sent these answers, so somebody else reviews them."
    if has_answered(user, assessment):
        return "You answered a question here, so somebody else reviews the answers."
    if assessment.state != Assessment.State.SENT:
        return {
            Assessment.State.DRAFT: "The answers are not sent yet.",
            Assessment.State.RETURNED: "Questions are returned. The review goes on when they are "
            "answered and sent again.",
        }.get(Assessment.State(assessment.state), "The answers are accepted.")
    return ""


@transaction.atomic
def return_question(
    *, assessment: Assessment, question_key: str, comment: str, by: User, now: datetime
) -> Answer:
    """
    Mark one question to be answered again, and say what is missing.

    :raises UnableToReview: if the person cannot review, or says nothing
    """
    if not comment.strip():
        raise UnableToReview("Say what is missing, so that it can be answered.")
    assessment = _for_review(assessment, by)
    return _mark(
        _answer(assessment, question_key),
        Answer.Review.RETURNED,
        comment=comment.strip(),
        by=by,
        now=now,
    )


@transaction.atomic
def accept_question(
    *, assessment: Assessment, question_key: str, by: User, now: datetime
) -> Answer:
    """Accept one answer, or take its return back.

    :raises UnableToReview: if the person cannot review
    """
    assessment = _for_review(assessment, by)
    return _mark(
        _answer(assessment, question_key), Answer.Review.ACCEPTED, comment="", by=by, now=now
    )


@transaction.atomic
def return_section(
    *, assessment: Assessment, dimension: str, comment: str, by: User, now: datetime
) -> DimensionChoice:
    """
    Refuse that a section was left out: its questions are asked, or it is left out more clearly.

    :raises UnableToReview: if the person cannot review, or says nothing
    """
    if not comment.strip():
        raise UnableToReview("Say why the section applies, so that it can be answered.")
    assessment = _for_review(assessment, by)
    row = assessment.dimensions.filter(dimension=dimension, applies=False).first()
    if row is None:
        raise UnableToReview("That section is not left out.")
    before = {"applies": False, "reason": row.reason}
    row.applies, row.reason = True, comment.strip()
    row.chosen_at, row.chosen_by_name = now, by.name
    row.save()
    record(
        "section.returned",
        row,
        organisation=assessment.organisation,
        by=by,
        now=now,
        before=before,
        after={"applies": True, "comment": row.reason},
    )
    return row


@transaction.atomic
def conclude(*, assessment: Assessment, by: User, now: datetime) -> Assessment:
    """
    Accept everything that is not returned, and end this round.

    With a returned question the assessment goes back to its owner, and only those questions can
    be changed. Without one it is accepted, and the score follows from it.

    :raises UnableToReview: if the person cannot review
    """
    assessment = _for_review(assessment, by)
    answers = assessment.answers.all()
    # Returned questions, and those of a section that was wrongly left out.
    returned = len(missing_answers(assessment, on=assessment.organisation.day_of(now)))
    accepted = answers.filter(review=Answer.Review.NONE).update(
        review=Answer.Review.ACCEPTED,
        review_comment="",
        reviewed_at=now,
        reviewed_by_name=by.name,
    )
    before = {"state": assessment.state}
    if returned:
        assessment.state = Assessment.State.RETURNED
        assessment.save(update_fields=["state"])
    else:
        assessment.state = Assessment.State.ACCEPTED
        assessment.accepted_at, assessment.accepted_by = now, by
        assessment.accepted_by_name = by.name
        assessment.save(update_fields=["state", "accepted_at", "accepted_by", "accepted_by_name"])
        _reckon_again(assessment, now=now)
    record(
        f"assessment.{assessment.state}",
        assessment,
        organisation=assessment.organisation,
        by=by,
        now=now,
        before=before,
        after={"state": assessment.state, "accepted": accepted, "returned": returned},
    )
    _tell_owner(assessment, returned=returned, by=by, now=now)
    return assessment


def _for_review(assessment: Assessment, by: User) -> Assessment:
    assessment = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("version", "workload__owner", "organisation", "sent_by")
        .get(pk=assessment.pk)
    )
    reason = why_not(by, assessment)
    if reason:
        raise UnableToReview(reason)
    return assessment


def _answer(assessment: Assessment, question_key: str) -> Answer:
    answer = assessment.answers.filter(question_key=question_key).first()
    if answer is None:
        raise UnableToReview("That question has no answer to review.")
    return answer


def _mark(answer: Answer, review: str, *, comment: str, by: User, now: datetime) -> Answer:
    before = {"review": answer.review, "comment": answer.review_comment}
    answer.review, answer.review_comment = review, comment
    answer.reviewed_at, answer.reviewed_by_name = now, by.name
    answer.save(update_fields=["review", "review_comment", "reviewed_at", "reviewed_by_name"])
    record(
        f"answer.{review}",
        answer,
        organisation=answer.assessment.organisation,
        by=by,
        now=now,
        before=before,
        after={"review": review, "comment": comment, "question": answer.question_text},
    )
    return answer


def _reckon_again(assessment: Assessment, *, now: datetime) -> None:
    # Read here, not above: the stored scores stand on the profile, which reads the questionnaires.
    from assessments import current_scores

    current_scores.touch(
        organisation=assessment.organisation,
        workload_ids=[assessment.workload_id],
        on=assessment.organisation.day_of(now),
        now=now,
    )


def _tell_owner(assessment: Assessment, *, returned: int, by: User, now: datetime) -> None:
    people = {
        person.pk: person
        for person in (assessment.workload.owner, assessment.sent_by)
        if person is not None and person.is_active and person.pk != by.pk
    }
    if returned:
        count = "One question is" if returned == 1 else f"{returned} questions are"
        subject, body = f"{count} returned: {assessment}", f"{by.name} says what is missing."
    else:
        subject, body = f"Accepted: {assessment}", f"{by.name} accepted the answers."
    tell(
        to=people.values(),
        key=f"assessment-{assessment.state}:{assessment.pk}:{now.isoformat()}",
        subject=subject,
        body=body,
        path=reverse("assessments:assessment-tasks", args=[assessment.pk]),
        now=now,
    )
