"""Messages to people: rows first, shown in the product, sent by mail from the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from lockin.accounts.models import Organisation, User

if TYPE_CHECKING:
    from datetime import datetime


class MailChoice(models.Model):
    """How a person wants to hear by e-mail. Whoever has not chosen hears at once."""

    class Choice(models.TextChoices):
        AT_ONCE = "at-once", "Each deadline and request at once"
        WEEKLY = "weekly", "One digest a week"
        BOTH = "both", "At once, and a digest every week"
        NONE = "none", "No e-mail: only here, in the product"

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="mail_choice"
    )
    choice = models.CharField(max_length=8, choices=Choice, default=Choice.AT_ONCE)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_choice_is_one",
                condition=Q(choice__in=["at-once", "weekly", "both", "none"]),
                violation_error_message="Choose one of the four.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.choice}"


class MessageQuerySet(models.QuerySet["Message"]):
    """Chains over messages."""

    def for_user(self, user: User) -> MessageQuerySet:
        return self.filter(to=user, in_list=True)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> MessageQuerySet:
        """Messages that are to go out by mail, and are neither out nor given up."""
        return self.filter(
            by_mail=True,
            sent_at__isnull=True,
            handed_at__isnull=True,
            failed_at__isnull=True,
        )

    def free(self, *, now: datetime) -> MessageQuerySet:
        """What is due and in no worker's hands. Without a join, so that an update looks again at
        a row that it had to wait for: PostgreSQL would not, inside a subquery."""
        return self.to_mail().filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=now), due_at__lte=now
        )

    def unsent(self, *, now: datetime) -> MessageQuerySet:
        """What a worker may take now: free, and to somebody who is still here."""
        return self.free(now=now).filter(to__is_active=True)

    def unconfirmed(self, *, now: datetime) -> MessageQuerySet:
        """Messages handed to the mail server whose last word nobody heard."""
        return self.filter(
            handed_at__isnull=False, sent_at__isnull=True, failed_at__isnull=True
        ).filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))


class Message(models.Model):
    """One message to one person about one thing. `key` makes it exist once.

    Mail goes in three steps that each stay on record: taken (`claimed_until`, `attempts`), handed
    over (`handed_at`, written when the server has the whole text and only its end is missing),
    sent (`sent_at`, the server took it). A message that was handed over is never handed over
    again, whoever dies in between.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="messages")
    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Address within the product.")
    by_mail = models.BooleanField(default=True, help_text="The person's choice when it was told.")
    in_list = models.BooleanField(default=True, help_text="A digest is mail alone.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["to", "key"], name="message_once_a_person"),
            models.CheckConstraint(
                name="message_handed_over_was_taken",
                condition=Q(handed_at__isnull=True) | Q(attempts__gt=0),
            ),
            models.CheckConstraint(
                name="message_given_up_is_not_sent",
                condition=Q(failed_at__isnull=True)
                | (Q(sent_at__isnull=True, handed_at__isnull=True) & ~Q(error="")),
            ),
        ]
        indexes = [
            models.Index(
                name="message_to_mail",
                fields=["due_at"],
                condition=Q(
                    by_mail=True,
                    sent_at__isnull=True,
                    handed_at__isnull=True,
                    failed_at__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
