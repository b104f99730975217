"""Writes about AI models at their hosts."""

from __future__ import annotations

from datetime import datetime

from lockin.accounts.models import Organisation, User
from vendors.models import AIModel
from vendors.portfolio import records, removing
from vendors.portfolio.records import UnableToChange, Values

FIELDS = (
    *("key", "registry_key", "name", "mode", "publisher", "host", "service", "open_weights"),
    *("input_price", "output_price", "price_currency", "embedding_dimension"),
    *("announced_on", "retires_on", "source", "source_url", "observed_on", "confidence"),
)


def add(*, organisation: Organisation, values: Values, by: User | None, now: datetime) -> AIModel:
    """Add a model."""
    return records.add(
        AIModel(organisation=organisation),
        fields=FIELDS,
        values=values,
        organisation=organisation,
        by=by,
        now=now,
        prepare=_check,
    )


def edit(*, model: AIModel, values: Values, by: User | None, now: datetime) -> AIModel:
    """Change a model."""
    return records.edit(
        model,
        fields=FIELDS,
        values=values,
        organisation=model.organisation,
        by=by,
        now=now,
        prepare=_check,
    )


def archive(*, model: AIModel, by: User | None, now: datetime) -> AIModel:
    """Take a model out of use; workloads keep what they name."""
    return records.archive(model, organisation=model.organisation, by=by, now=now)


def restore(*, model: AIModel, by: User | None, now: datetime) -> AIModel:
    """Put an archived model back into use."""
    return records.restore(model, organisation=model.organisation, by=by, now=now)


def remove(*, model: AIModel, by: User | None, now: datetime) -> None:
    """Remove a model that nothing refers to."""
    removing.remove(model, organisation=model.organisation, by=by, now=now)


def _check(row: AIModel) -> None:
    if row.service_id and row.service and row.service.vendor_id != row.host_id:
        raise UnableToChange(
            {"service": [f"{row.service} is run by {row.service.vendor}, not by {row.host}."]}
        )
