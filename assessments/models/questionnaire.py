"""Questionnaire versions: a manifest each, frozen once published."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User

if TYPE_CHECKING:
    from assessments.questionnaires.definition import Definition


class QuestionnaireVersionQuerySet(models.QuerySet["QuestionnaireVersion"]):
    """Chains over versions."""

    def for_user(self, user: User) -> QuestionnaireVersionQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def published(self) -> QuestionnaireVersionQuerySet:
        return self.filter(published_at__isnull=False)

    def in_use(self) -> QuestionnaireVersionQuerySet:
        """The version that new assessments pin: the newest that is not retired."""
        return self.published().filter(retired_at__isnull=True).order_by("-published_at", "-pk")


class QuestionnaireVersion(models.Model):
    """One version of the questions. The manifest is the truth; there are no question rows.

    The database refuses any change of a published version except its retirement.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="questionnaire_versions"
    )
    label = models.CharField(max_length=40)
    scheme = models.CharField(max_length=40)
    manifest = models.TextField(help_text="Canonical JSON of the definition.")
    sha256 = models.CharField(max_length=64)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_by_name = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"],
                name="questionnaire_label_once",
                violation_error_message="A version with this label is on file already.",
            ),
            models.CheckConstraint(
                name="questionnaire_retired_after_published",
                condition=Q(retired_at__isnull=True) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Questionnaire {self.label}"

    @property
    def definition(self) -> Definition:
        """The questions, read from the manifest; read once a process for each hash."""
        return _definition(self.sha256, self.manifest)


@lru_cache(maxsize=32)
def _definition(sha256: str, manifest: str) -> Definition:
    import json

    from assessments.questionnaires.definition import from_manifest

    return from_manifest(json.loads(manifest))
