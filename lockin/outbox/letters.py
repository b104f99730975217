"""What a message looks like as mail: the same Message-ID however often it is tried."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from lockin.outbox.models import Message

PREFERENCES = "/reminders/"


def letter(message: Message, *, now: datetime) -> EmailMessage:
    """Return the mail of a message to its person."""
    return EmailMessage(
        message.subject,
        body_of(message),
        to=[message.to.email],
        headers={
            "Message-ID": message_id(message),
            "Date": format_datetime(now),
            # So that nobody's holiday notice answers it.
            "Auto-Submitted": "auto-generated",
        },
    )


def body_of(message: Message) -> str:
    """Return the text, and below it where to go and where to choose how to hear."""
    parts = [message.body] if message.body else []
    if settings.SITE_URL:
        if message.path:
            parts.append(address(message.path))
        parts.append(f"-- \nHow you hear from Lockin: {address(PREFERENCES)}")
    return "\n\n".join(parts) + "\n"


def address(path: str) -> str:
    """Return the whole address of a page, or the path where nobody said where the product is."""
    return f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else path


def message_id(message: Message) -> str:
    """Return the name that mail servers and mailboxes tell a message by. Stable for ever."""
    told = f"{message.organisation_id}:{message.to_id}:{message.key}:{message.created_at}"
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}.{name}@{domain}>"
