"""Write messages once, and send what is due once."""

from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.core.mail import EmailMessage

from lockin.accounts.models import User
from lockin.outbox.models import Message


def tell(
    *, to: Iterable[User], key: str, subject: str, body: str = "", path: str = "", now: datetime
) -> None:
    """Put a message in the lists of these people. A key already used adds nothing."""
    Message.objects.bulk_create(
        [
            Message(
                organisation_id=person.organisation_id,
                to=person,
                key=key,
                # On one line: a name with a line break in it is no header.
                subject=" ".join(subject.split())[:200],
                body=body,
                path=path,
                created_at=now,
                due_at=now,
            )
            for person in to
        ],
        ignore_conflicts=True,
    )


def send_due(*, now: datetime, most: int = 200) -> int:
    """Send what is due and unsent; return how many went out.

    The row is taken by a conditional update before the mail goes, so two workers never send one
    message twice; a mail server that refuses gives the row back.
    """
    sent = 0
    for message in (
        Message.objects.unsent(now=now).select_related("to").order_by("due_at", "pk")[:most]
    ):
        taken = Message.objects.filter(pk=message.pk, sent_at__isnull=True).update(sent_at=now)
        if not taken:
            continue
        try:
            EmailMessage(message.subject, message.body, to=[message.to.email]).send()
        except (SMTPException, OSError):
            Message.objects.filter(pk=message.pk).update(sent_at=None)
            break
        sent += 1
    return sent
