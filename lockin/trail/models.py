"""The audit trail: who did what, when, and what it was before. Append-only, hash-chained.

Text ids and no foreign keys to live rows, so that the trail never blocks a removal and never
follows one. Not to be confused with the annual audits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from lockin.accounts.models import Organisation
from lockin.immutable import AppendOnly, AppendOnlyQuerySet
from lockin.trail import words

if TYPE_CHECKING:
    from lockin.accounts.models import User


class EventQuerySet(AppendOnlyQuerySet):
    """Chains over events."""

    def for_user(self, user: User) -> EventQuerySet:
        return self.filter(organisation_id=user.organisation_id)

    def about(self, subject_type: str, subject_id: object) -> EventQuerySet:
        return self.filter(subject_type=subject_type, subject_id=str(subject_id))


class Event(AppendOnly):
    """One write. `sequence` counts from 1 for each organisation, without gaps."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_index=True)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=200, blank=True)
    act = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    loaded = models.BooleanField(
        default=False, help_text="Written by a load of history, not as it happened."
    )
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sequence"], name="event_sequence_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "subject_type", "subject_id"]),
            models.Index(fields=["organisation", "actor_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.act}"

    @property
    def did(self) -> str:
        """What was done, to be read after the name of who did it."""
        return words.did(self.act)

    @property
    def about(self) -> str:
        """What it was done to, as people call it."""
        return words.about(
            subject_type=self.subject_type,
            subject_name=self.subject_name,
            before=self.before,
            after=self.after,
        )

    @property
    def kind(self) -> str:
        """The word for the kind of record."""
        return words.kind(self.subject_type)


class Head(models.Model):
    """The end of an organisation's chain. Locked while an event is written, so writers queue."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="trail_head"
    )
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.sequence}"
