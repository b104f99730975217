"""Assessments: one workload's answers to one version of the questions, for one year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assessments.models.questionnaire import QuestionnaireVersion
from lockin.accounts.models import Organisation, User
from vendors.models import Workload

if TYPE_CHECKING:
    from datetime import datetime


class Grade(models.TextChoices):
    """How do you know? Ordered from best to worst (domain 2.2)."""

    TESTED = "tested", "Measured or tested"
    DOCUMENTED = "documented", "Documented"
    DECLARED = "declared", "Declared"
    NONE = "none", "None"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Chains over assessments."""

    def for_user(self, user: User) -> AssessmentQuerySet:
        """All, or the person's own workloads' and those with a question handed to the person."""
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(
            Q(workload__owner=user) | Q(delegations__to=user, delegations__revoked_at__isnull=True)
        ).distinct()

    def open(self) -> AssessmentQuerySet:
        return self.exclude(state=Assessment.State.ACCEPTED)

    def accepted(self) -> AssessmentQuerySet:
        return self.filter(state=Assessment.State.ACCEPTED)


class Assessment(models.Model):
    """draft → sent → returned (single questions) → accepted (decisions 24)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being answered"
        SENT = "sent", "Sent for review"
        RETURNED = "returned", "Returned"
        ACCEPTED = "accepted", "Accepted"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    workload = models.ForeignKey(Workload, on_delete=models.PROTECT, related_name="assessments")
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="assessments"
    )
    label = models.CharField(max_length=20, help_text="The audit year it belongs to.")
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    due_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_by_name = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_by_name = models.CharField(max_length=200, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workload", "label"],
                condition=~Q(state="accepted"),
                name="assessment_one_open_a_year",
                violation_error_message="An assessment of this workload is open for that year.",
            ),
            models.CheckConstraint(
                name="assessment_accepted_says_when",
                condition=Q(state="accepted", accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="assessment_sent_says_when",
                condition=Q(state="draft") | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "label", "state"])]

    def __str__(self) -> str:
        return f"{self.workload}, assessment {self.label}"


class DimensionChoice(models.Model):
    """Whether a form of lock-in applies to the workload; one that does not says why."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="dimensions")
    dimension = models.CharField(max_length=12)
    applies = models.BooleanField()
    reason = models.TextField(blank=True)
    chosen_at = models.DateTimeField()
    chosen_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "dimension"], name="dimension_choice_once"
            ),
            models.CheckConstraint(
                name="dimension_left_out_says_why",
                condition=Q(applies=True) | ~Q(reason=""),
                violation_error_message="Say why this does not apply.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} of {self.assessment_id}"


class Answer(models.Model):
    """One saved answer. The question's words and points are kept as they were asked.

    `version` counts saves: a save that names an older one is refused (409) with both texts.
    """

    class Kind(models.TextChoices):
        OPTION = "option", "An answer"
        UNKNOWN = "unknown", "Nobody has checked"
        NOT_APPLICABLE = "na", "Does not apply"
        TO_CONFIRM = "to-confirm", "Last year's answer, to confirm"

    class Review(models.TextChoices):
        NONE = "", "Not reviewed"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    question_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
    option_key = models.CharField(max_length=80, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    question_text = models.TextField()
    option_text = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why the question does not apply.")
    grade = models.CharField(max_length=10, choices=Grade, default=Grade.NONE)
    evidence_on = models.DateField(null=True, blank=True, help_text="The evidence's own date.")
    comment = models.TextField(blank=True)
    is_computed = models.BooleanField(default=False)
    arithmetic = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_by_name = models.CharField(max_length=200)
    review = models.CharField(max_length=8, choices=Review, default=Review.NONE, blank=True)
    review_comment = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question_key"], name="answer_once_a_question"
            ),
            models.CheckConstraint(
                name="answer_option_has_points",
                condition=Q(kind="option", points__isnull=False) & ~Q(option_key="")
                | ~Q(kind="option"),
            ),
            models.CheckConstraint(
                name="answer_points_in_range",
                condition=Q(points__isnull=True) | Q(points__lte=100),
            ),
            models.CheckConstraint(
                name="answer_left_out_says_why",
                condition=~Q(kind="na") | ~Q(reason=""),
                violation_error_message="Say why this does not apply.",
            ),
            models.CheckConstraint(
                name="answer_returned_says_why",
                condition=~Q(review="returned") | ~Q(review_comment=""),
                violation_error_message="Say what is missing, so that it can be answered.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} of {self.assessment_id}"


class AnswerDraft(models.Model):
    """What one person has typed and not yet saved. It counts for nothing and is lost to nobody."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="drafts")
    question_key = models.CharField(max_length=80)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    body = models.JSONField()
    based_on_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question_key", "user"], name="draft_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.question_key} by {self.user_id}"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Chains over delegations."""

    def open(self, *, now: datetime) -> DelegationQuerySet:
        return self.filter(revoked_at__isnull=True, done_at__isnull=True, expires_at__gt=now)


class Delegation(models.Model):
    """A question, or a whole section, handed to someone for 30 days (decisions 14)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="delegations")
    dimension = models.CharField(max_length=12)
    question_key = models.CharField(
        max_length=80, blank=True, help_text="Empty: the whole section."
    )
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations")
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_by_name = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "dimension", "question_key", "to"],
                condition=Q(revoked_at__isnull=True, done_at__isnull=True),
                name="delegation_open_once",
                violation_error_message="This is already with that person.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key or self.dimension} to {self.to_id}"
