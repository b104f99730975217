"""Reports: PDFs written from frozen records, stored once with their hashes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessments.models.audit import Audit
from lockin.accounts.models import Organisation, User
from lockin.immutable import AppendOnly, AppendOnlyQuerySet


class ReportQuerySet(models.QuerySet["Report"]):
    """Chains over reports."""

    def for_user(self, user: User) -> ReportQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def ready(self) -> ReportQuerySet:
        return self.filter(state=Report.State.READY)


class Report(models.Model):
    """A body and its annex volumes, from one state of one audit. Frozen once it is ready."""

    class State(models.TextChoices):
        PENDING = "pending", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="reports")
    is_draft = models.BooleanField()
    with_amounts = models.BooleanField(default=True)
    template_version = models.CharField(max_length=20)
    snapshot_sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(
        max_length=64, help_text="Of the closing, or of the current responses for a draft."
    )
    content = models.TextField(blank=True, help_text="A draft's frozen responses, canonical JSON.")
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=200, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    manifest = models.TextField(blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "is_draft", "with_amounts", "template_version", "content_sha256"],
                name="report_once_a_state",
            ),
            models.CheckConstraint(
                name="report_ready_says_when",
                condition=Q(state="ready", ready_at__isnull=False)
                | (~Q(state="ready") & Q(ready_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{'Draft report' if self.is_draft else 'Report'} of the {self.audit}"


class ReportVolume(AppendOnly):
    """One PDF of a report: the body is number 0, annex volumes follow."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="volumes")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="volume_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.report}"
