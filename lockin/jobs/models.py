"""Work as rows: a job exists before any task does, so a dead worker or broker only delays it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from lockin.accounts.models import Organisation

if TYPE_CHECKING:
    from lockin.accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    """Chains over jobs."""

    def for_user(self, user: User) -> JobQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def waiting(self) -> JobQuerySet:
        return self.filter(status=Job.Status.QUEUED)

    def abandoned(self, *, now: datetime) -> JobQuerySet:
        """Jobs whose worker stopped renewing its lease."""
        return self.filter(status=Job.Status.RUNNING, lease_until__lt=now)

    def unheard(self, *, now: datetime, after: timedelta) -> JobQuerySet:
        """Waiting jobs that no message was sent for, or one that nobody picked up."""
        return self.waiting().filter(Q(sent_at__isnull=True) | Q(sent_at__lt=now - after))


class Job(models.Model):
    """One piece of work, once for each kind, subject and period."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    period = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    progress_words = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "period"], name="job_asked_once"),
            models.CheckConstraint(
                name="job_running_has_a_lease",
                condition=~Q(status="running") | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="job_finished_says_when",
                condition=Q(status__in=["done", "failed"], finished_at__isnull=False)
                | Q(status__in=["queued", "running"], finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="job_progress_within_total",
                condition=Q(progress_total=0) | Q(progress_done__lte=F("progress_total")),
            ),
        ]
        indexes = [models.Index(fields=["status", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.period}".strip()

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED)


class Heartbeat(models.Model):
    """When a part of the installation last gave a sign of life."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
