"""What was imported: the file's hash, what it would do, and when it was applied."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User


class ImportMapping(models.Model):
    """A saved way to read a foreign table: which of its columns is which of ours."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    body = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="mapping_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Chains over imports."""

    def for_user(self, user: User) -> ImportBatchQuerySet:
        return self.filter(organisation_id=user.organisation_id)


class ImportBatch(models.Model):
    """One uploaded file, previewed and then applied whole or not at all."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "To be confirmed"
        REFUSED = "refused", "Refused"
        APPLIED = "applied", "Imported"
        DROPPED = "dropped", "Dropped"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State)
    rows = models.JSONField(help_text="Parsed rows by sheet, as they would be written.")
    errors = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    mapping = models.ForeignKey(
        ImportMapping, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: a command."
    )
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_applied_says_when",
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.uploaded_at:%Y-%m-%d}"
