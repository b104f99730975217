"""Ask someone: hand one question or one section to one person, for 30 days, revocable.

Also the one place that says what a person may see and answer of an assessment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from assessments.models import Answer, Assessment, Delegation
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.outbox.sending import tell
from lockin.trail.models import Event
from lockin.trail.recording import record

LASTS = timedelta(days=30)


class UnableToAsk(Exception):
    """The question cannot be handed over. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one person may see and answer of one assessment."""

    sees_whole: bool
    answers_whole: bool
    questions: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()

    @property
    def is_nothing(self) -> bool:
        return not (self.sees_whole or self.questions or self.dimensions)

    def handed(self, *, question_key: str, dimension: str) -> bool:
        return question_key in self.questions or dimension in self.dimensions

    def sees(self, *, question_key: str, dimension: str) -> bool:
        return self.sees_whole or self.handed(question_key=question_key, dimension=dimension)

    def answers(self, *, question_key: str, dimension: str) -> bool:
        return self.answers_whole or self.handed(question_key=question_key, dimension=dimension)


def reach_of(user: User, assessment: Assessment, *, now: datetime) -> Reach:
    """Return what a person may do here: all of it, or what was handed to the person and is open.

    Owners reach their own workloads. Of the people who see every record, those who may answer
    (the council) answer here too. Everybody else has what others handed over.
    """
    if assessment.organisation_id != user.organisation_id:
        return Reach(sees_whole=False, answers_whole=False)
    owns = assessment.workload.owner_id == user.pk
    sees = (owns or user.sees_all) and may(user, Permission.ASSESSMENT_VIEW)
    answers = sees and may(user, Permission.ASSESSMENT_ANSWER)
    if answers or not may(user, Permission.ASSESSMENT_ANSWER):
        return Reach(sees_whole=sees, answers_whole=answers)
    handed = Delegation.objects.open(now=now).filter(assessment=assessment, to=user)
    rows = list(handed.values_list("question_key", "dimension"))
    return Reach(
        sees_whole=sees,
        answers_whole=False,
        questions=frozenset(key for key, _ in rows if key),
        dimensions=frozenset(dimension for key, dimension in rows if not key),
    )


def has_answered(user: User, assessment: Assessment) -> bool:
    """Whether a person ever saved an answer here, also one that somebody changed later."""
    if (
        Answer.objects.filter(assessment=assessment, answered_by=user)
        .exclude(kind=Answer.Kind.TO_CONFIRM)
        .exists()
    ):
        return True
    answers = Answer.objects.filter(assessment=assessment).values_list("pk", flat=True)
    return Event.objects.filter(
        organisation_id=assessment.organisation_id,
        act="answer.saved",
        actor_id=str(user.pk),
        subject_type="answer",
        subject_id__in=[str(pk) for pk in answers],
    ).exists()


def candidates(assessment: Assessment, *, by: User) -> list[User]:
    """Return the people who can be asked: active, allowed to answer, and not the asker."""
    people = (
        User.objects.in_organisation(assessment.organisation)
        .active()
        .exclude(pk=by.pk)
        .prefetch_related("grants")
        .order_by("name", "pk")
    )
    return [person for person in people if may(person, Permission.ASSESSMENT_ANSWER)]


@transaction.atomic
def ask(
    *,
    assessment: Assessment,
    dimension: str,
    to: User,
    by: User,
    now: datetime,
    question_key: str = "",
    title: str,
    note: str = "",
) -> Delegation:
    """
    Hand a question, or with no key the whole section, to a person, and tell that person.

    :param title: what is handed over, in words
    :raises UnableToAsk: if the person cannot answer, or has it already
    """
    if to.organisation_id != assessment.organisation_id or not to.is_active:
        raise UnableToAsk("Choose a person of this organisation.")
    if to.pk == by.pk:
        raise UnableToAsk("Choose someone else.")
    if not may(to, Permission.ASSESSMENT_ANSWER):
        raise UnableToAsk(f"{to.name} holds no role that answers questions.")
    if assessment.state not in {Assessment.State.DRAFT, Assessment.State.RETURNED}:
        raise UnableToAsk("The assessment is sent; nothing can be answered in it now.")
    # An expired row still holds the one place that the constraint leaves.
    same = Delegation.objects.select_for_update().filter(
        assessment=assessment,
        dimension=dimension,
        question_key=question_key,
        to=to,
        revoked_at__isnull=True,
        done_at__isnull=True,
    )
    for row in same:
        if row.expires_at > now:
            raise UnableToAsk(f"This is with {to.name} already.")
        row.revoked_at = row.expires_at
        row.save(update_fields=["revoked_at"])
    row = Delegation.objects.create(
        assessment=assessment,
        dimension=dimension,
        question_key=question_key,
        to=to,
        note=note.strip(),
        asked_at=now,
        asked_by=by,
        asked_by_name=by.name,
        expires_at=now + LASTS,
    )
    record(
        "question.handed",
        row,
        organisation=assessment.organisation,
        by=by,
        now=now,
        after={"assessment": str(assessment), "what": title, "to": to.name, "note": row.note},
    )
    path = (
        reverse("assessments:question", args=[assessment.pk, question_key])
        if question_key
        else reverse("assessments:assessment-tasks", args=[assessment.pk])
    )
    ends = assessment.organisation.day_of(row.expires_at)
    tell(
        to=[to],
        key=f"delegation:{row.pk}",
        subject=f"{by.name} asks you about {assessment.workload}",
        body="\n\n".join(
            part
            for part in (title, row.note, f"You can answer this until {ends:%-d %b %Y}.")
            if part
        ),
        path=path,
        now=now,
    )
    return row


@transaction.atomic
def revoke(*, delegation: Delegation, by: User, now: datetime) -> None:
    """Take a question back. What was answered stays."""
    row = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if row.revoked_at or row.done_at:
        return
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    record(
        "question.taken-back",
        row,
        organisation=row.assessment.organisation,
        by=by,
        now=now,
        after={"to": row.to.name, "question": row.question_key, "section": row.dimension},
    )


def settle(
    *,
    assessment: Assessment,
    question_key: str,
    dimension: str,
    left: Collection[str],
    now: datetime,
) -> None:
    """Mark what is answered as done: the question, and its section once nothing in it is left.

    Call it inside the transaction that saves the answer.
    """
    rows: Iterable[Delegation] = Delegation.objects.open(now=now).filter(
        assessment=assessment, dimension=dimension
    )
    for row in rows:
        if row.question_key == question_key or (not row.question_key and not left):
            row.done_at = now
            row.save(update_fields=["done_at"])
