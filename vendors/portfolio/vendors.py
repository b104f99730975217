"""Writes about vendors, and the merge of two rows that name one company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from lockin.accounts.models import Organisation, User
from lockin.trail.recording import Entry, entry, record_all
from vendors.models import AIModel, Contract, Service, Vendor, VendorAlias
from vendors.portfolio import records, removing
from vendors.portfolio.records import UnableToChange, Values

FIELDS = ("key", "name", "website", "country", "note")


def named(organisation: Organisation, name: str) -> Vendor | None:
    """Return the vendor that goes by this name, or did before a merge."""
    spelling = " ".join(name.split())
    found = (
        Vendor.objects.filter(organisation=organisation, name__iexact=spelling)
        .select_related("merged_into")
        .order_by("pk")
        .first()
    )
    if found is not None:
        return found.merged_into or found
    alias = (
        VendorAlias.objects.filter(organisation=organisation, name__iexact=spelling)
        .select_related("vendor")
        .order_by("pk")
        .first()
    )
    return alias.vendor if alias else None


def add(*, organisation: Organisation, values: Values, by: User | None, now: datetime) -> Vendor:
    """Add a vendor.

    :raises UnableToChange: if the name is on file, as a name or as another spelling
    """
    _refuse_known_name(organisation, str(values.get("name", "")), but=None)
    return records.add(
        Vendor(organisation=organisation),
        fields=FIELDS,
        values=values,
        organisation=organisation,
        by=by,
        now=now,
    )


def edit(*, vendor: Vendor, values: Values, by: User | None, now: datetime) -> Vendor:
    """Change a vendor.

    :raises UnableToChange: if the name is another vendor's
    """
    if "name" in values:
        _refuse_known_name(vendor.organisation, str(values["name"]), but=vendor)
    return records.edit(
        vendor,
        fields=FIELDS,
        values=values,
        organisation=vendor.organisation,
        by=by,
        now=now,
    )


def archive(*, vendor: Vendor, by: User | None, now: datetime) -> Vendor:
    """Take a vendor out of use; its records stay as they are."""
    return records.archive(vendor, organisation=vendor.organisation, by=by, now=now)


def restore(*, vendor: Vendor, by: User | None, now: datetime) -> Vendor:
    """Put an archived vendor back into use.

    :raises UnableToChange: for a merged one, whose records are another vendor's now
    """
    if vendor.merged_into_id:
        raise UnableToChange(f"{vendor} was merged into {vendor.merged_into} and stays there.")
    return records.restore(vendor, organisation=vendor.organisation, by=by, now=now)


def remove(*, vendor: Vendor, by: User | None, now: datetime) -> None:
    """Remove a vendor that nothing refers to."""
    removing.remove(vendor, organisation=vendor.organisation, by=by, now=now)


@transaction.atomic
def merge(*, vendor: Vendor, into: Vendor, by: User | None, now: datetime) -> Vendor:
    """Move everything of one vendor to another; the first stays as another spelling of it.

    :raises UnableToChange: if the two are one, or either was merged before
    """
    organisation = into.organisation
    locked = {
        row.pk: row
        for row in Vendor.objects.select_for_update()
        .filter(organisation=organisation, pk__in=[vendor.pk, into.pk])
        .order_by("pk")
    }
    if len(locked) != 2:
        raise UnableToChange("Choose two different vendors.")
    source, target = locked[vendor.pk], locked[into.pk]
    for row in (source, target):
        if row.merged_into_id:
            raise UnableToChange(f"{row} was merged into another vendor before.")
    if target.archived_at:
        raise UnableToChange(f"{target} is archived. Restore it first.")
    entries = [
        *_move(Service.objects.filter(vendor=source), "vendor", source, target),
        *_move(AIModel.objects.filter(publisher=source), "publisher", source, target),
        *_move(AIModel.objects.filter(host=source), "host", source, target),
        *_move(Contract.objects.filter(vendor=source), "vendor", source, target),
    ]
    VendorAlias.objects.filter(vendor=source).update(vendor=target)
    VendorAlias.objects.get_or_create(
        organisation=organisation, name=source.name, defaults={"vendor": target}
    )
    source.merged_into, source.archived_at = target, now
    source.save(update_fields=["merged_into", "archived_at"])
    entries.append(
        entry(
            "vendor.merged",
            source,
            before={"merged_into": None},
            after={"merged_into": {"id": str(target.pk), "name": target.name}},
        )
    )
    record_all(entries, organisation=organisation, by=by, now=now)
    return target


def _move(rows: QuerySet, name: str, source: Vendor, target: Vendor) -> Sequence[Entry]:
    found = list(rows.order_by("pk"))
    rows.update(**{name: target})
    return [
        entry(
            f"{records.noun(row)}.edited",
            row,
            before={name: {"id": str(source.pk), "name": source.name}},
            after={name: {"id": str(target.pk), "name": target.name}},
        )
        for row in found
    ]


def _refuse_known_name(organisation: Organisation, name: str, *, but: Vendor | None) -> None:
    found = named(organisation, name) if name else None
    if found is not None and (but is None or found.pk != but.pk):
        raise UnableToChange({"name": [f"{found.name} is on file under this name already."]})
