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

# Three ticks without a sign of life is silence, not chance.
SILENT_AFTER_TICKS = 3


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
    return found


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
