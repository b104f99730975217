"""Messages to people: rows first, shown in the product, sent by mail from the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from lockin.accounts.models import Organisation, User

if TYPE_CHECKING:
    from datetime import datetime


class MessageQuerySet(models.QuerySet["Message"]):
    """Chains over messages."""

    def for_user(self, user: User) -> MessageQuerySet:
        return self.filter(to=user)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at__isnull=True)

    def unsent(self, *, now: datetime) -> MessageQuerySet:
        return self.filter(sent_at__isnull=True, due_at__lte=now, to__is_active=True)


class Message(models.Model):
    """One message to one person about one thing. `key` makes it exist once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="messages")
    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Address within the product.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["to", "key"], name="message_once_a_person"),
        ]
        indexes = [models.Index(fields=["sent_at", "due_at"])]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
