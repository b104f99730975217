"""Days that count, who is reminded of them and when, and the links to a person's calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User

if TYPE_CHECKING:
    from datetime import datetime


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Chains over deadlines."""

    def standing(self) -> DeadlineQuerySet:
        return self.filter(ended_at__isnull=True)


class Deadline(models.Model):
    """One day that counts for one thing: a contract's last day for notice, an audit's opening.

    There is one row for each thing and kind of day, however often the day moves: it is what an
    entry in somebody's calendar is made of. `sequence` counts the moves.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    falls_on = models.DateField()
    title = models.CharField(max_length=300)
    words = models.TextField(blank=True, help_text="Why this day. Never an amount of money.")
    path = models.CharField(max_length=300, blank=True, help_text="Address within the product.")
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subject_kind", "subject_id", "kind"],
                name="deadline_one_a_subject_and_kind",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "falls_on"])]

    def __str__(self) -> str:
        return f"{self.title} {self.falls_on:%Y-%m-%d}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Chains over reminders."""

    def live(self) -> ReminderQuerySet:
        """What still counts: its day did not move, and nobody has settled the matter."""
        return self.filter(superseded_at__isnull=True)

    def due(self, *, now: datetime) -> ReminderQuerySet:
        """What is to be sent: due by now, however long ago, and unsent."""
        return self.live().filter(sent_at__isnull=True, due_at__lte=now)


class Reminder(models.Model):
    """One note to somebody about a deadline, on one day. It exists once, so it is sent once.

    `recipient` is `user:12`, `council`, `function:legal` or `chair`; it becomes people when it is
    sent, since roles change hands. `rounds` counts how often it was armed: a day that moves away
    and comes back is told again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    recipient = models.CharField(max_length=40)
    lead_days = models.SmallIntegerField(help_text="Days before the deadline; -1 is the day after.")
    deadline_on = models.DateField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    title = models.CharField(max_length=300)
    reason = models.TextField()
    is_escalation = models.BooleanField(default=False)
    rounds = models.PositiveSmallIntegerField(default=1)
    moved_from = models.DateField(
        null=True, blank=True, help_text="The day that the recipient was told before."
    )
    armed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    folded_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="folded"
    )
    escalated_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="escalations"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "recipient", "lead_days", "due_on"], name="reminder_once"
            ),
            models.CheckConstraint(
                name="reminder_folded_was_sent",
                condition=Q(folded_into__isnull=True) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_escalated_is_an_escalation",
                condition=Q(escalated_from__isnull=True) | Q(is_escalation=True),
            ),
            models.CheckConstraint(
                name="reminder_says_why", condition=~Q(title="") & ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(
                name="reminder_to_send",
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} to {self.recipient}, {self.due_on:%Y-%m-%d}"


class CalendarToken(models.Model):
    """The link to a person's calendar feed: stored hashed, shown once, ends by itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
                name="calendar_token_one_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar link of {self.user}"

    def holds(self, *, now: datetime) -> bool:
        """Whether the link shows anything at that time."""
        return self.revoked_at is None and now < self.expires_at
