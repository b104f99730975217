"""Is everything alive: web, database, broker, worker and beat, on one page and as JSON."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from lockin.celery import broker_answers
from lockin.jobs.models import Heartbeat, Job
from lockin.outbox.models import Message
from lockin.reminders.standing import oldest_late

# Three ticks without a sign of life is silence, not chance.
SILENT_AFTER_TICKS = 3
MAIL_LATE = timedelta(minutes=15)
# A refusal is news for so long, and then history.
MAIL_REMEMBERED = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the installation. `well` None means that it cannot be known from here."""

    name: str
    label: str
    well: bool | None
    words: str
    seen_at: datetime | None = None


def parts(*, now: datetime) -> list[Part]:
    """Return the state of every part; the web part is well, since it answers."""
    found = [Part(name="web", label="Web", well=True, words="Answers this page.")]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found.append(
            Part(
                name="database",
                label="Database",
                well=True,
                words=f"{connection.display_name} answers.",
            )
        )
    except Error:
        found.append(Part(name="database", label="Database", well=False, words="Does not answer."))
        return found
    answers = broker_answers()
    found.append(
        Part(
            name="broker",
            label="Broker",
            well=answers,
            words="Takes messages." if answers else "Does not answer. Work waits in the database.",
        )
    )
    silence = timedelta(seconds=max(60, settings.TICK_SECONDS * SILENT_AFTER_TICKS))
    beats = {beat.name: beat.at for beat in Heartbeat.objects.all()}
    for name, label in (("worker", "Worker"), ("beat", "Clock")):
        seen = beats.get(name)
        well = seen is not None and now - seen < silence
        words = "Works." if well else "No sign of life." if seen is None else "Silent since then."
        found.append(Part(name=name, label=label, well=well, words=words, seen_at=seen))
    waiting = Job.objects.waiting().order_by("created_at", "pk").first()
    late = waiting is not None and now - waiting.created_at > timedelta(minutes=10)
    found.append(
        Part(
            name="queue",
            label="Waiting work",
            well=not late,
            words="Nothing waits." if waiting is None else f"Oldest: {waiting.kind}.",
            seen_at=waiting.created_at if waiting else None,
        )
    )
    found += [_reminders(now=now), _mail(now=now)]
    return found


def _reminders(*, now: datetime) -> Part:
    late = oldest_late(now=now)
    return Part(
        name="reminders",
        label="Reminders",
        well=late is None,
        words="None is late." if late is None else "One that is due is not sent.",
        seen_at=late.due_at if late else None,
    )


def _mail(*, now: datetime) -> Part:
    """Say what mail did not go as it should, of the last days; the messages stand in the lists."""
    recent = Message.objects.filter(created_at__gt=now - MAIL_REMEMBERED)
    given_up = recent.filter(failed_at__isnull=False).count()
    unheard = recent.unconfirmed(now=now).count()
    waiting = (
        Message.objects.to_mail()
        .filter(due_at__lte=now - MAIL_LATE, to__is_active=True)
        .order_by("due_at", "pk")
        .first()
    )
    words = ["Nothing waits." if waiting is None else "One waits for the mail server."]
    if given_up:
        words.append(f"{given_up} refused by the mail server.")
    if unheard:
        words.append(f"{unheard} handed over, and no answer came: it may not have arrived.")
    return Part(
        name="mail",
        label="Mail",
        # One wrong address is told here and is no reason to call the installation ill.
        well=waiting is None,
        words=" ".join(words),
        seen_at=waiting.due_at if waiting else None,
    )


def status(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part is well, 503 otherwise. Names no record, needs no sign-in."""
    found = parts(now=timezone.now())
    well = all(part.well for part in found)
    body = {part.name: {"well": part.well, "seen_at": part.seen_at} for part in found}
    return JsonResponse({"well": well, "parts": body}, status=200 if well else 503)


@require_permission(Permission.HEALTH_VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """Show the same to a person."""
    found = parts(now=timezone.now())
    return render(
        request, "lockin/health.html", {"parts": found, "well": all(p.well for p in found)}
    )
