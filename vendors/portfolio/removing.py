"""Removal for good: only for a row that nothing has ever referred to (decisions 4)."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from lockin.accounts.models import Organisation, User
from lockin.trail.models import Event
from lockin.trail.recording import field_values, record
from vendors.days import day
from vendors.portfolio.records import UnableToChange, noun

# Rows that are a part of the record, and go with it; the stored score follows from the rest.
PARTS = {
    "vendor": {"aliases"},
    "workload": {"dependencies", "assets", "score"},
    "commitment": {"periods"},
}
WORDS = {
    "aimodel": "model",
    "assessment": "assessment",
    "dependency": "workload",
    "vendor": "merged vendor",
}


@transaction.atomic
def remove(
    row: models.Model, *, organisation: Organisation, by: User | None, now: datetime
) -> None:
    """Delete a row that was added by mistake, with what the trail keeps of it.

    :raises UnableToChange: with the reason, when history would break
    """
    fresh = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if reason := why_kept(fresh, organisation=organisation):
        raise UnableToChange(reason)
    record(
        f"{noun(fresh)}.removed",
        fresh,
        organisation=organisation,
        by=by,
        now=now,
        before=field_values(fresh),
    )
    fresh.delete()


def why_kept(row: models.Model, *, organisation: Organisation) -> str:
    """Return why a row cannot be removed, or nothing when it can."""
    word = noun(row)
    instead = " Archive it." if hasattr(row, "archived_at") else " It stays on file."
    users = _users(row)
    if users:
        return f"Used by {' and '.join(users)}.{instead}"
    events = Event.objects.filter(
        organisation=organisation,
        subject_type=row._meta.model_name,
        subject_id=str(row.pk),
    ).order_by("sequence")
    first = events.first()
    if first is None:
        return f"The log does not say where this {word} comes from.{instead}"
    if first.act.endswith(".imported"):
        return f"It came with an import of {day(first.at)}.{instead}"
    if events.exclude(pk=first.pk).exists():
        return f"It was changed after it was added, and the log refers to it.{instead}"
    later = Event.objects.filter(
        organisation=organisation, sequence__gt=first.sequence, act__startswith="audit."
    )
    if later.exists():
        return f"An audit has gone on since it was added and may hold it.{instead}"
    return ""


def _users(row: models.Model) -> list[str]:
    """Return what refers to the row, in words: “3 workloads”."""
    found: dict[str, set[int]] = {}
    for relation in row._meta.related_objects:
        name = relation.get_accessor_name()
        if name in PARTS.get(row._meta.model_name or "", set()):
            continue
        model = relation.related_model
        kind = model._meta.model_name
        word = WORDS.get(kind, str(model._meta.verbose_name))
        column = "workload_id" if kind in ("dependency", "asset") else "pk"
        if column == "workload_id":
            word = "workload"
        ids = (
            model._default_manager.filter(**{relation.field.name: row})
            .order_by("pk")
            .values_list(column, flat=True)
        )
        found.setdefault(word, set()).update(ids)
    return [
        f"{len(ids)} {word}{'' if len(ids) == 1 else 's'}" for word, ids in found.items() if ids
    ]
