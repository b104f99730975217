"""The log: every write, newest first, with its chain checked; and its export."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from lockin.canonical import dumps
from lockin.lists import Column, Filter, List
from lockin.trail import words
from lockin.trail.models import Event
from lockin.trail.recording import broken_links

EVENTS = List(
    name="log",
    nouns="event",
    columns=(
        Column(key="number", label="No.", order=("sequence",), numeric=True),
        Column(key="at", label="When", order=("at",)),
        Column(key="who", label="Who", order=("actor_name",)),
        Column(key="act", label="What", order=("act",)),
        Column(key="subject", label="On", order=("subject_name",)),
    ),
    default_sort="-number",
    search=("actor_name", "act", "subject_name"),
    filters=(
        Filter(key="act", label="Code of the act", lookup="act__startswith"),
        Filter(key="subject", label="Kind of record", lookup="subject_type", choices=words.kinds()),
        Filter(key="id", label="Record number", lookup="subject_id"),
        Filter(
            key="from",
            label="From",
            lookup="at__date__gte",
            input_type="date",
            parse=date.fromisoformat,
        ),
        Filter(
            key="to",
            label="To",
            lookup="at__date__lte",
            input_type="date",
            parse=date.fromisoformat,
        ),
    ),
)


def _read(request: HttpRequest) -> Any:
    exports = [("Export", "/log/export/")]
    return EVENTS.read(request, Event.objects.for_user(request.user), exports=exports)


@require_permission(Permission.TRAIL_VIEW)
def event_list(request: HttpRequest) -> HttpResponse:
    """List the events."""
    return render(request, "trail/event_list.html", {"page": _read(request)})


@require_permission(Permission.TRAIL_VIEW)
def event(request: HttpRequest, sequence: int) -> HttpResponse:
    """Show one event: before and after, field by field."""
    found = get_object_or_404(Event.objects.for_user(request.user), sequence=sequence)
    before, after = found.before or {}, found.after or {}
    currency = after.get("currency") or before.get("currency") or _currency_of(found)
    fields = [
        {
            "name": words.label(name),
            "before": words.value(name, before.get(name), currency=currency),
            "after": words.value(name, after.get(name), currency=currency),
        }
        for name in sorted({*before, *after})
    ]
    return render(request, "trail/event.html", {"event": found, "fields": fields})


def _currency_of(found: Event) -> str | None:
    """Return the currency of the amounts: a change that left it alone does not name it."""
    earlier = Event.objects.filter(
        organisation_id=found.organisation_id,
        subject_type=found.subject_type,
        subject_id=found.subject_id,
        sequence__lt=found.sequence,
        after__currency__isnull=False,
    )
    held = earlier.order_by("-sequence").values_list("after", flat=True).first()
    return held["currency"] if held else None


@require_permission(Permission.TRAIL_VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """Reckon every hash again and say whether the chain holds."""
    events = Event.objects.for_user(request.user).order_by("sequence").iterator(chunk_size=2000)
    broken = []
    for sentence in broken_links(events):
        broken.append(sentence)
        if len(broken) == 50:
            break
    count = Event.objects.for_user(request.user).count()
    return render(
        request,
        "trail/verify.html",
        {"broken": broken, "count": count, "checked_at": timezone.now()},
    )


@require_permission(Permission.TRAIL_VIEW)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Stream the filtered events as JSON lines, hashes included, so that anyone can check them."""
    page = _read(request)
    rows = (
        dumps(
            {
                "sequence": item.sequence,
                "at": item.at,
                "actor": {"id": item.actor_id, "name": item.actor_name, "role": item.actor_role},
                "act": item.act,
                "subject": {
                    "type": item.subject_type,
                    "id": item.subject_id,
                    "name": item.subject_name,
                },
                "before": item.before,
                "after": item.after,
                "loaded": item.loaded,
                "previous_hash": item.previous_hash,
                "hash": item.hash,
            }
        )
        + "\n"
        for item in page.filtered.iterator(chunk_size=2000)
    )
    response = StreamingHttpResponse(rows, content_type="application/x-ndjson; charset=utf-8")
    stem = page.file_stem(on=timezone.now().date())
    response["Content-Disposition"] = f'attachment; filename="{stem}.jsonl"'
    return response
