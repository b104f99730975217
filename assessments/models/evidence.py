"""Evidence: files and links that show an answer; hashed, versioned, dated, re-used."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessments.models.assessment import Answer
from lockin.accounts.models import Organisation, User
from lockin.immutable import AppendOnly, AppendOnlyQuerySet
from vendors.models import Workload


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Chains over evidence."""

    def for_user(self, user: User) -> EvidenceQuerySet:
        rows = self.filter(organisation_id=user.organisation_id)
        if user.sees_all:
            return rows
        return rows.filter(Q(workload__owner=user) | Q(added_by=user)).distinct()


class Evidence(models.Model):
    """One piece of evidence, through all its versions."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    workload = models.ForeignKey(
        Workload, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    title = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class EvidenceVersion(AppendOnly):
    """One version: a stored file named by its SHA-256, or a link. Never changed or removed."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    link = models.URLField(max_length=1000, blank=True)
    dated_on = models.DateField(help_text="The evidence's own date, not the day of the upload.")
    added_at = models.DateTimeField()
    added_by_id_text = models.CharField(max_length=40)
    added_by_name = models.CharField(max_length=200)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_version_once"),
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_link",
                condition=(~Q(sha256="") & ~Q(file_name="") & Q(size__isnull=False, link=""))
                | (Q(sha256="", file_name="", size__isnull=True) & ~Q(link="")),
                violation_error_message="Evidence is a file or a link.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.link} (version {self.number})"


class AnswerEvidence(models.Model):
    """Which version of which evidence stands behind an answer, and what the reviewer said."""

    class State(models.TextChoices):
        ATTACHED = "attached", "Attached"
        ACCEPTED = "accepted", "Accepted"
        FLAGGED = "flagged", "Flagged"

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="evidence")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="uses")
    state = models.CharField(max_length=8, choices=State, default=State.ATTACHED)
    comment = models.TextField(blank=True)
    attached_at = models.DateTimeField()
    attached_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "version"], name="answer_evidence_once"),
            models.CheckConstraint(
                name="answer_evidence_flag_says_why",
                condition=~Q(state="flagged") | ~Q(comment=""),
                violation_error_message="Say what is wrong with it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} for {self.answer_id}"
