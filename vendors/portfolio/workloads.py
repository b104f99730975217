"""Writes about workloads, with what they depend on and what would have to move with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from lockin.accounts.models import Organisation, User
from lockin.trail.recording import field_values
from vendors.models import Asset, Dependency, Workload
from vendors.portfolio import records, removing
from vendors.portfolio.records import UnableToChange, Values

FIELDS = (
    *("key", "name", "description", "owner", "business_unit", "criticality"),
    *("annual_spend_minor", "currency", "daily_users", "is_paid_external"),
    *("time_to_exit_weeks", "own_copy_of_data"),
)
DEPENDENCY = ("service", "model", "contract", "share", "path", "role")
ASSET = (
    *("kind", "name", "count", "tokens_each", "dimension", "held_by", "exportable"),
    *("model", "service", "note"),
)
Part = Mapping[str, Any]
Parts = Sequence[Part]


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A kind of part: how it is called, which of its fields are written."""

    name: str
    model: type[models.Model]
    fields: tuple[str, ...]


DEPENDENCIES = _Kind(name="dependencies", model=Dependency, fields=DEPENDENCY)
ASSETS = _Kind(name="assets", model=Asset, fields=ASSET)


def add(
    *,
    organisation: Organisation,
    values: Values,
    dependencies: Parts = (),
    assets: Parts = (),
    by: User | None,
    now: datetime,
) -> Workload:
    """Add a workload with its parts."""

    def write(row: Workload) -> dict[str, Any]:
        _write(row, DEPENDENCIES, dependencies)
        _write(row, ASSETS, assets)
        return parts(row)

    return records.add(
        Workload(organisation=organisation),
        fields=FIELDS,
        values=values,
        organisation=organisation,
        by=by,
        now=now,
        after=write,
    )


def edit(
    *,
    workload: Workload,
    values: Values,
    dependencies: Parts | None = None,
    assets: Parts | None = None,
    by: User | None,
    now: datetime,
) -> Workload:
    """Change a workload. Parts given replace those on file: by their id, else as new ones.

    :raises UnableToChange: naming the part that is not right
    """

    def write(row: Workload) -> None:
        if dependencies is not None:
            _write(row, DEPENDENCIES, dependencies)
        if assets is not None:
            _write(row, ASSETS, assets)

    return records.edit(
        workload,
        fields=FIELDS,
        values=values,
        organisation=workload.organisation,
        by=by,
        now=now,
        parts=parts,
        change_parts=write,
    )


def archive(*, workload: Workload, by: User | None, now: datetime) -> Workload:
    """Take a workload out of use; its answers, evidence and scores stay on file."""
    return records.archive(workload, organisation=workload.organisation, by=by, now=now)


def restore(*, workload: Workload, by: User | None, now: datetime) -> Workload:
    """Put an archived workload back into use."""
    return records.restore(workload, organisation=workload.organisation, by=by, now=now)


def remove(*, workload: Workload, by: User | None, now: datetime) -> None:
    """Remove a workload that was added by mistake."""
    removing.remove(workload, organisation=workload.organisation, by=by, now=now)


def production_share(dependencies: Iterable[Part]) -> Decimal:
    """Return the sum of the shares that are known of what serves traffic now.

    A model and the gateway before it both see the whole traffic, so each path is added up apart;
    the largest sum counts.
    """
    sums: dict[str, Decimal] = {}
    for item in dependencies:
        if item.get("role") == Dependency.Role.FALLBACK or item.get("share") is None:
            continue
        kind = "model" if item.get("model") else "service"
        sums[kind] = sums.get(kind, Decimal(0)) + item["share"]
    return max(sums.values(), default=Decimal(0))


def share_warning(dependencies: Iterable[Part]) -> str:
    """Return what is odd about the shares, or nothing. It does not keep anybody from saving."""
    total = production_share(dependencies)
    if total <= 1:
        return ""
    percent = format((total * 100).normalize(), "f")
    return f"The shares in production add up to {percent}%. More than 100% cannot be right."


def parts(row: Workload) -> dict[str, Any]:
    """Return the parts as the trail keeps them."""
    dependencies = (
        Dependency.objects.filter(workload=row)
        .select_related("service", "model__host", "contract")
        .order_by("pk")
    )
    assets = (
        Asset.objects.filter(workload=row).select_related("service", "model__host").order_by("pk")
    )
    return {
        "dependencies": [
            {"id": str(item.pk), **field_values(item, *DEPENDENCY)} for item in dependencies
        ],
        "assets": [{"id": str(item.pk), **field_values(item, *ASSET)} for item in assets],
    }


def _write(row: Workload, kind: _Kind, given: Parts) -> None:
    held: dict[int, Any] = {
        item.pk: item for item in kind.model._default_manager.filter(workload=row).order_by("pk")
    }
    kept = {int(item["id"]) for item in given if item.get("id")}
    if unknown := kept - set(held):
        raise UnableToChange({kind.name: [f"{min(unknown)} is no part of this workload."]})
    kind.model._default_manager.filter(pk__in=set(held) - kept).delete()
    for item in given:
        part = held[int(item["id"])] if item.get("id") else kind.model(workload=row)
        for name in kind.fields:
            if name not in item:
                continue
            value = item[name]
            if getattr(value, "organisation_id", row.organisation_id) != row.organisation_id:
                raise UnableToChange({kind.name: ["There is no such record here."]})
            setattr(part, name, value)
        try:
            records.check(part)
        except UnableToChange as error:
            raise UnableToChange({kind.name: [str(error)]}) from None
        part.save()
