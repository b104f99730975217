"""A clean plan, written in one transaction: all of it or nothing, told to the trail row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction

from lockin.accounts.models import Organisation, User
from lockin.trail.recording import Entry, changes, entry, field_values, record, record_all
from vendors.imports.columns import SHEETS
from vendors.imports.parsing import Parsed
from vendors.imports.plan import (
    MODELS,
    REFERENCES,
    Identity,
    ImportPlan,
    Kind,
    OnFile,
    Step,
    plan,
)
from vendors.models import ImportBatch, VendorAlias
from vendors.portfolio.terms import FIGURES, keep_figures

BATCH = 500


class UnableToImport(Exception):
    """The file cannot be written as it is. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What was written: rows added and changed by sheet."""

    added: Mapping[str, int]
    changed: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.added.values()) + sum(self.changed.values())


@dataclass
class _Written:
    """The rows on file by identity, old and new, as later sheets refer to them."""

    rows: dict[str, dict[Identity, Any]]
    entries: list[Entry] = field(default_factory=list)


@transaction.atomic
def apply(
    *,
    organisation: Organisation,
    parsed: Parsed,
    batch: ImportBatch | None,
    by: User | None,
    now: datetime,
) -> Applied:
    """
    Write the rows. The plan is made anew here, so that it follows from what is on file now.

    :raises UnableToImport: if anything is wrong, with nothing written
    """
    # One import at a time, so that two of one file cannot both find that nothing is on file.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if batch is not None:
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state != ImportBatch.State.PREVIEWED:
            raise UnableToImport("This file was imported or dropped before.")
    found = plan(organisation, parsed)
    if found.errors or parsed.more_errors:
        raise UnableToImport(
            f"The file does not fit what is on file: {found.errors[0]}"
            if found.errors
            else "The file has errors."
        )
    written = _Written(rows=OnFile(organisation).rows)
    try:
        for sheet in SHEETS:
            steps = found.steps.get(sheet, [])
            _write(sheet, steps, written, organisation=organisation, now=now)
    except IntegrityError as error:
        raise UnableToImport(
            f"The database refused a row, and nothing was imported: {_plain(error)}"
        ) from error
    _keep_spellings(found, parsed, written, organisation)
    for part in _batches(written.entries):
        record_all(part, organisation=organisation, by=by, now=now)
    applied = Applied(
        added={s: sum(x.kind is Kind.ADD for x in steps) for s, steps in found.steps.items()},
        changed={s: sum(x.kind is Kind.CHANGE for x in steps) for s, steps in found.steps.items()},
    )
    if batch is not None:
        batch.state, batch.applied_at = ImportBatch.State.APPLIED, now
        batch.summary = {**batch.summary, "applied": found.counts(), "notes": found.notes}
        batch.save(update_fields=["state", "applied_at", "summary"])
        record(
            "import.applied",
            batch,
            organisation=organisation,
            by=by,
            now=now,
            after={
                "file_name": batch.file_name,
                "sha256": batch.sha256,
                "rows": found.counts(),
            },
        )
    return applied


def _write(
    sheet: str,
    steps: Sequence[Step],
    written: _Written,
    *,
    organisation: Organisation,
    now: datetime,
) -> None:
    """Write one sheet's rows: a fixed number of queries a batch."""
    model: Any = MODELS[sheet]
    added, changed, names = [], [], set()
    told: list[tuple[Any, dict[str, Any]]] = []
    for step in steps:
        if step.kind is Kind.UNCHANGED:
            continue
        values = _resolved(step, written)
        if step.kind is Kind.ADD:
            row = model(**values)
            if hasattr(row, "organisation_id"):
                row.organisation = organisation
            added.append(row)
            written.rows[sheet][step.identity] = row
        else:
            row = written.rows[sheet][step.identity]
            before = field_values(row, *_fields(values))
            for name, value in values.items():
                setattr(row, name, value)
            names.update(values)
            changed.append(row)
            told.append((row, before))
        if sheet == "contracts":
            keep_figures(row, on=organisation.day_of(now))
            names.update(FIGURES)
    if added:
        model.objects.bulk_create(added, batch_size=BATCH)
    if changed:
        fields = {name.removesuffix("_id") if name == "owner_id" else name for name in names}
        model.objects.bulk_update(changed, sorted(fields - {"key"}), batch_size=BATCH)
    noun = {"commitment_periods": "commitment-period", "dependencies": "dependency"}.get(
        sheet, sheet.removesuffix("s")
    )
    skipped = {"id", *FIGURES}
    for row in added:
        fields_of = [f.name for f in row._meta.concrete_fields if f.name not in skipped]
        written.entries.append(entry(f"{noun}.imported", row, after=field_values(row, *fields_of)))
    for row, before in told:
        if found := changes(before, field_values(row, *before)):
            written.entries.append(
                entry(f"{noun}.import-changed", row, before=found[0], after=found[1])
            )


def _fields(values: Mapping[str, Any]) -> list[str]:
    return [name for name in values if name != "key"]


def _resolved(step: Step, written: _Written) -> dict[str, Any]:
    """Return the values with every reference as the row it names."""
    values: dict[str, Any] = {}
    for name, value in step.values.items():
        if name in REFERENCES and isinstance(value, tuple):
            values[name] = written.rows[REFERENCES[name]][value]
        else:
            values[name] = value
    return values


def _keep_spellings(
    found: ImportPlan, parsed: Parsed, written: _Written, organisation: Organisation
) -> None:
    """Keep the other spellings of vendors on file, so that the next file finds them too."""
    held = {
        name.casefold()
        for name in VendorAlias.objects.filter(organisation=organisation)
        .order_by("pk")
        .values_list("name", flat=True)
    }
    names = {row.number: str(row.values["name"]) for row in parsed.rows.get("vendors", ())}
    fresh = []
    for step in found.steps.get("vendors", []):
        if step.target is None:
            continue
        vendor, name = written.rows["vendors"][step.identity], names[step.row]
        if name.casefold() not in held and name.casefold() != vendor.name.casefold():
            held.add(name.casefold())
            fresh.append(VendorAlias(organisation=organisation, vendor=vendor, name=name))
    VendorAlias.objects.bulk_create(fresh, batch_size=BATCH)


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    rows = iter(entries)
    while part := list(islice(rows, BATCH)):
        yield part


def _plain(error: IntegrityError) -> str:
    return str(error).splitlines()[0]
