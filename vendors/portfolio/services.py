"""Writes about services."""

from __future__ import annotations

from datetime import datetime

from lockin.accounts.models import Organisation, User
from vendors.models import Service
from vendors.portfolio import records, removing
from vendors.portfolio.records import Values

FIELDS = ("key", "vendor", "name", "kind", "tuning_ends_on", "note")


def add(*, organisation: Organisation, values: Values, by: User | None, now: datetime) -> Service:
    """Add a service."""
    return records.add(
        Service(organisation=organisation),
        fields=FIELDS,
        values=values,
        organisation=organisation,
        by=by,
        now=now,
    )


def edit(*, service: Service, values: Values, by: User | None, now: datetime) -> Service:
    """Change a service."""
    return records.edit(
        service,
        fields=FIELDS,
        values=values,
        organisation=service.organisation,
        by=by,
        now=now,
    )


def archive(*, service: Service, by: User | None, now: datetime) -> Service:
    """Take a service out of use; workloads keep what they name."""
    return records.archive(service, organisation=service.organisation, by=by, now=now)


def restore(*, service: Service, by: User | None, now: datetime) -> Service:
    """Put an archived service back into use."""
    return records.restore(service, organisation=service.organisation, by=by, now=now)


def remove(*, service: Service, by: User | None, now: datetime) -> None:
    """Remove a service that nothing refers to."""
    removing.remove(service, organisation=service.organisation, by=by, now=now)
