"""The weekly digest: what comes, and what was told since the last one. Once a week and person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from lockin.accounts.models import Organisation, User
from lockin.outbox.letters import address
from lockin.outbox.models import MailChoice, Message
from lockin.outbox.sending import tell
from lockin.reminders.arming import MORNING
from lockin.reminders.standing import coming
from lockin.reminders.wording import away, weekday

JOB = "digest"
AHEAD = timedelta(days=60)
A_WEEK = timedelta(days=7)
MOST_MESSAGES = 50


def period_due(organisation: Organisation, *, now: datetime) -> str | None:
    """
    Return the week whose digest is due, such as 2026-W48, or None before its Monday morning.

    Any later moment of the week will do, so a Monday without a worker loses nothing; of weeks
    that went by only the present one is sent, which tells since the last digest.
    """
    here = now.astimezone(ZoneInfo(organisation.time_zone))
    year, week, weekday_number = here.isocalendar()
    if weekday_number == 1 and here.time() < MORNING:
        return None
    return f"{year}-W{week:02d}" if _readers(organisation).exists() else None


def send(*, organisation: Organisation, period: str, now: datetime) -> int:
    """Write the digest of each person who wants one and has something to read; return how many."""
    on = organisation.day_of(now)
    written = 0
    for person in _readers(organisation).order_by("pk"):
        text = digest_of(person, on=on, now=now)
        if text is None:
            continue
        tell(
            to=[person],
            key=f"digest:{period}",
            subject=f"Lockin, the week of {weekday(on - timedelta(days=on.weekday()))}",
            body=text,
            now=now,
            is_digest=True,
        )
        written += 1
    return written


def digest_of(person: User, *, on: date, now: datetime) -> str | None:
    """Return the text of a person's digest; None when there is nothing to say."""
    days = coming(person, on=on, within=AHEAD)
    last = (
        Message.objects.filter(to=person, in_list=False, key__startswith="digest:")
        .order_by("-created_at", "-pk")
        .first()
    )
    since = last.created_at if last else now - A_WEEK
    fresh = list(
        Message.objects.for_user(person)
        .filter(created_at__gt=since, created_at__lte=now)
        .order_by("created_at", "pk")[:MOST_MESSAGES]
    )
    parts = []
    if days:
        lines = [
            f"- {weekday(day.falls_on)}, {away(day.falls_on, on=on)}: {_one_line(day.title)}"
            for day in days
        ]
        parts.append(f"Days of the next {AHEAD.days} days\n" + "\n".join(lines))
    if fresh:
        lines = [f"- {_one_line(message.subject)}{_where(message)}" for message in fresh]
        parts.append("New since the last digest\n" + "\n".join(lines))
    return "\n\n".join(parts) or None


def _readers(organisation: Organisation) -> QuerySet[User]:
    return (
        User.objects.in_organisation(organisation)
        .active()
        .filter(mail_choice__choice__in=[MailChoice.Choice.WEEKLY, MailChoice.Choice.BOTH])
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _where(message: Message) -> str:
    return f"\n  {address(message.path)}" if message.path and address("") else ""
