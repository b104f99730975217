"""One uploaded file from preview to confirm, and the saved mappings for foreign tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from lockin.accounts.models import Organisation, User
from lockin.trail.recording import record
from vendors.imports import mapping as mapping_
from vendors.imports import parsing
from vendors.imports.apply import Applied, UnableToImport, apply
from vendors.imports.files import Limits
from vendors.imports.parsing import Parsed
from vendors.imports.plan import ImportPlan, plan
from vendors.models import ImportBatch, ImportMapping


def limits() -> Limits:
    """Return the sizes that this installation takes."""
    return Limits(upload_bytes=settings.IMPORT_MAX_BYTES)


def read(
    source: Path | IO[bytes], *, name: str, mapping: ImportMapping | None
) -> tuple[Parsed, dict[str, Any]]:
    """Return the rows of a file, by our own columns or by a saved mapping, and what to look at.

    :raises vendors.imports.files.UnableToReadFile: if the file as a whole is refused
    """
    if mapping is None:
        return parsing.parse(source, name=name, limits=limits()), {}
    fields = mapping_.ColumnMapping.from_body(mapping.body)
    mapped = mapping_.apply(fields, source, name=name, limits=limits())
    return mapped.parsed, {
        "left_out": [{**asdict(row), "columns": list(row.columns)} for row in mapped.left_out],
        "likely_same": [
            {"names": list(group.names), "why": group.why} for group in mapped.likely_same
        ],
        "unused": list(mapped.unused),
    }


@transaction.atomic
def preview(
    *,
    organisation: Organisation,
    source: Path | IO[bytes],
    name: str,
    mapping: ImportMapping | None,
    by: User | None,
    now: datetime,
) -> ImportBatch:
    """Read a file and keep what it would do; the portfolio is not touched.

    :raises vendors.imports.files.UnableToReadFile: if the file as a whole is refused
    """
    parsed, looked_at = read(source, name=name, mapping=mapping)
    found = plan(organisation, parsed)
    State = ImportBatch.State
    batch = ImportBatch.objects.create(
        organisation=organisation,
        file_name=name[-255:],
        sha256=parsed.sha256,
        state=State.REFUSED if found.errors else State.PREVIEWED,
        rows=parsed.as_plain() if not found.errors else {},
        errors=[asdict(error) for error in found.errors[: limits().errors]],
        summary={
            **looked_at,
            "counts": found.counts(),
            "notes": found.notes,
            "more_errors": parsed.more_errors + max(0, len(found.errors) - limits().errors),
            "lacking": parsed.lacking(),
        },
        mapping=mapping,
        uploaded_at=now,
        uploaded_by=by,
    )
    record(
        "import.refused" if found.errors else "import.previewed",
        batch,
        organisation=organisation,
        by=by,
        now=now,
        after={
            "file_name": batch.file_name,
            "sha256": batch.sha256,
            "errors": len(found.errors) + parsed.more_errors,
        },
    )
    return batch


def planned(batch: ImportBatch) -> ImportPlan:
    """Return what a previewed file would do today."""
    return plan(batch.organisation, Parsed.from_plain(batch.rows))


def confirm(*, batch: ImportBatch, by: User | None, now: datetime) -> Applied:
    """Write a previewed file, all of it or nothing.

    :raises UnableToImport: if what is on file has changed so that it no longer fits
    """
    if batch.state != ImportBatch.State.PREVIEWED:
        raise UnableToImport("This file was imported, refused or dropped before.")
    return apply(
        organisation=batch.organisation,
        parsed=Parsed.from_plain(batch.rows),
        batch=batch,
        by=by,
        now=now,
    )


@transaction.atomic
def drop(*, batch: ImportBatch, by: User | None, now: datetime) -> None:
    """Put a previewed file aside for good; its rows are not kept."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != ImportBatch.State.PREVIEWED:
        return
    held.state, held.rows = ImportBatch.State.DROPPED, {}
    held.save(update_fields=["state", "rows"])
    record("import.dropped", held, organisation=held.organisation, by=by, now=now)


def before(batch: ImportBatch) -> ImportBatch | None:
    """Return the earlier import of the very same file, if there is one."""
    return (
        ImportBatch.objects.filter(
            organisation=batch.organisation,
            sha256=batch.sha256,
            mapping=batch.mapping,
            state=ImportBatch.State.APPLIED,
        )
        .exclude(pk=batch.pk)
        .order_by("-applied_at", "pk")
        .first()
    )


@transaction.atomic
def save_mapping(
    *,
    organisation: Organisation,
    mapping: ImportMapping | None,
    name: str,
    body: Mapping[str, Any],
    by: User,
    now: datetime,
) -> ImportMapping:
    """Keep a way to read a foreign table.

    :raises vendors.imports.mapping.UnableToUseMapping: with everything that does not fit
    """
    checked = mapping_.ColumnMapping.from_body(body).to_body()
    checked["headings"] = list(body.get("headings", ()))
    same = ImportMapping.objects.filter(organisation=organisation, name=name)
    if mapping is not None:
        same = same.exclude(pk=mapping.pk)
    if same.exists():
        raise mapping_.UnableToUseMapping(f"There is a mapping called “{name}” already.")
    held = mapping or ImportMapping(organisation=organisation)
    earlier = {"name": held.name, "body": held.body} if mapping else None
    held.name, held.body, held.saved_at, held.saved_by = name, checked, now, by
    held.save()
    record(
        "import-mapping.edited" if mapping else "import-mapping.added",
        held,
        organisation=organisation,
        by=by,
        now=now,
        before=earlier,
        after={"name": name, "body": checked},
    )
    return held


@transaction.atomic
def delete_mapping(*, mapping: ImportMapping, by: User, now: datetime) -> None:
    """Forget a mapping; files that were read with it stay imported."""
    record(
        "import-mapping.removed",
        mapping,
        organisation=mapping.organisation,
        by=by,
        now=now,
        before={"name": mapping.name, "body": mapping.body},
    )
    mapping.delete()
