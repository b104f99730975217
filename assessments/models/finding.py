"""Findings: what should be, what was found, why, what it means, what to do, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from assessments.models.audit import Audit
from lockin.accounts.models import Organisation, User
from lockin.immutable import AppendOnly, AppendOnlyQuerySet
from vendors.models import Contract, Workload

if TYPE_CHECKING:
    from datetime import date


class FindingQuerySet(models.QuerySet["Finding"]):
    """Chains over findings."""

    def for_user(self, user: User) -> FindingQuerySet:
        """All, or those of the person's own workloads and contracts or to answer."""
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(
            Q(owner=user) | Q(workload__owner=user) | Q(contract__owner=user)
        ).distinct()

    def standing(self) -> FindingQuerySet:
        """Findings that count: not dropped, not done, and not found again by a later audit."""
        done = FollowUp.objects.filter(finding=OuterRef("pk"))
        later = Finding.objects.filter(previous=OuterRef("pk")).exclude(state="dropped")
        return self.exclude(state__in=[Finding.State.DROPPED, Finding.State.CLOSED]).filter(
            ~Exists(done), ~Exists(later)
        )

    def overdue(self, *, on: date) -> FindingQuerySet:
        return self.standing().filter(due_on__lt=on)


class Finding(models.Model):
    """One finding of one audit. After the closing the database refuses every change."""

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        VERY_HIGH = "very-high", "Very high"

    class State(models.TextChoices):
        DRAFTED = "drafted", "Drafted"
        AGREED = "agreed", "Agreed"
        DROPPED = "dropped", "Dropped"
        CLOSED = "closed", "Done"

    class Response(models.TextChoices):
        NONE = "", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        RISK_ACCEPTED = "risk-accepted", "Risk accepted"
        DISPUTED = "disputed", "Disputed"

    class CarryOver(models.TextChoices):
        NEW = "new", "New"
        REPEATED = "repeated", "Repeated from last year"
        WORSE = "worse", "Worse than last year"
        BETTER = "better", "Better than last year"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveIntegerField()
    rule = models.CharField(max_length=60, blank=True, help_text="Empty: written by hand.")
    subject_kind = models.CharField(max_length=20)
    subject_key = models.CharField(max_length=160)
    subject_name = models.CharField(max_length=300)
    workload = models.ForeignKey(
        Workload, on_delete=models.SET_NULL, null=True, blank=True, related_name="findings"
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.SET_NULL, null=True, blank=True, related_name="findings"
    )
    severity = models.CharField(max_length=10, choices=Severity)
    severity_rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    criteria = models.TextField(help_text="Should be.")
    condition = models.TextField(help_text="Found.")
    cause = models.TextField(help_text="Why.")
    effect = models.TextField(help_text="Means.")
    recommendation = models.TextField()
    facts = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFTED)
    dropped_reason = models.TextField(blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="findings"
    )
    owner_name = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    carry_over = models.CharField(max_length=10, choices=CarryOver, default=CarryOver.NEW)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="later"
    )
    response = models.CharField(max_length=14, choices=Response, default=Response.NONE, blank=True)
    response_text = models.TextField(blank=True)
    response_due_on = models.DateField(
        null=True, blank=True, help_text="The day by which the action is done."
    )
    responded_at = models.DateTimeField(null=True, blank=True)
    responded_by_name = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="finding_number_once"),
            models.UniqueConstraint(
                fields=["audit", "rule", "subject_kind", "subject_key"],
                condition=~Q(rule=""),
                name="finding_once_a_rule_and_subject",
            ),
            models.CheckConstraint(
                name="finding_dropped_says_why",
                condition=~Q(state="dropped") | ~Q(dropped_reason=""),
                violation_error_message="Say why the finding is dropped.",
            ),
            models.CheckConstraint(
                name="finding_response_is_whole",
                condition=Q(response="", responded_at__isnull=True)
                | (
                    ~Q(response="")
                    & ~Q(response_text="")
                    & Q(responded_at__isnull=False, response_due_on__isnull=False)
                ),
                violation_error_message="A response needs its words and a date.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "severity_rank"])]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """What people call it: F-01."""
        return f"F-{self.number:02d}"


class FollowUp(AppendOnly):
    """That a finding is done. Beside the finding, since a closed audit's rows never change."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="follow_up")
    done_on = models.DateField()
    words = models.TextField(help_text="What was done, or how it is known.")
    recorded_at = models.DateTimeField()
    recorded_by_id_text = models.CharField(max_length=40, blank=True)
    recorded_by_name = models.CharField(max_length=200, help_text="Lockin: not found again.")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="follow_up_says_how",
                condition=~Q(words=""),
                violation_error_message="Say what was done.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding} done on {self.done_on:%Y-%m-%d}"
