"""Policy versions: what we require of every contract, a manifest each, frozen once published."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User

if TYPE_CHECKING:
    from assessments.clauses.definition import Policy


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Chains over versions."""

    def for_user(self, user: User) -> PolicyVersionQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def published(self) -> PolicyVersionQuerySet:
        return self.filter(published_at__isnull=False)

    def in_use(self) -> PolicyVersionQuerySet:
        """The version that contracts are judged against: the newest published one."""
        return self.published().order_by("-published_at", "-pk")


class PolicyVersion(models.Model):
    """One version of the policy. The manifest is the truth; there are no clause rows.

    The database refuses any change of a published version: it is copied, and the copy published.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="policy_versions"
    )
    label = models.CharField(max_length=40)
    manifest = models.TextField(help_text="Canonical JSON of the definition.")
    sha256 = models.CharField(max_length=64)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by_id_text = models.CharField(max_length=40, blank=True)
    published_by_name = models.CharField(max_length=200, blank=True)
    published_by_role = models.CharField(max_length=200, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "policy version"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"],
                name="policy_label_once",
                violation_error_message="A version with this label is on file already.",
            ),
            models.CheckConstraint(
                name="policy_published_says_by_whom",
                condition=Q(published_at__isnull=True, published_by_name="")
                | (Q(published_at__isnull=False) & ~Q(published_by_name="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Policy {self.label}"

    @property
    def definition(self) -> Policy:
        """The clauses, read from the manifest; read once a process for each hash."""
        return _definition(self.sha256, self.manifest)


@lru_cache(maxsize=32)
def _definition(sha256: str, manifest: str) -> Policy:
    import json

    from assessments.clauses.definition import from_manifest

    return from_manifest(json.loads(manifest))
