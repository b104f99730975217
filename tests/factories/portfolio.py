"""Portfolio records: each takes only what the test is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from django.utils.text import slugify

from lockin.accounts.models import Organisation, User
from vendors.models import (
    AIModel,
    Asset,
    Commitment,
    CommitmentPeriod,
    Contract,
    Dependency,
    Service,
    Vendor,
    Workload,
)

_numbers = count(1)


def make_vendor(organisation: Organisation, name: str = "OpenAI", **fields: object) -> Vendor:
    return Vendor.objects.create(
        organisation=organisation, name=name, **{"key": slugify(name), **fields}
    )


def make_service(vendor: Vendor, name: str = "", **fields: object) -> Service:
    name = name or f"{vendor.name} API"
    return Service.objects.create(
        organisation=vendor.organisation,
        vendor=vendor,
        name=name,
        **{"key": slugify(name), **fields},
    )


def make_model(host: Vendor, name: str = "gpt-4.1", **fields: object) -> AIModel:
    values = {"publisher": host, "key": slugify(f"{host.name} {name}"), **fields}
    return AIModel.objects.create(
        organisation=host.organisation, host=host, name=name, registry_key=name, **values
    )


def make_contract(vendor: Vendor, name: str = "", **fields: object) -> Contract:
    name = name or f"{vendor.name} agreement"
    values = {
        "key": slugify(name),
        "starts_on": date(2026, 2, 1),
        "ends_on": date(2027, 1, 31),
        "term_months": 12,
        "renewal": Contract.Renewal.AUTOMATIC,
        "renewal_months": 12,
        "notice_value": 60,
        "annual_value_minor": 120_000_000,
        **fields,
    }
    # What the product reckons at every write, as long as nothing is amended.
    values = {
        "value_now_minor": values["annual_value_minor"],
        "current_end_on": values["ends_on"],
        **values,
    }
    return Contract.objects.create(
        organisation=vendor.organisation, vendor=vendor, name=name, **values
    )


def make_commitment(
    contract: Contract, *, periods: list[tuple[date, date, int]], **fields: object
) -> Commitment:
    """`periods`: first day, last day, amount in minor units."""
    commitment = Commitment.objects.create(
        contract=contract,
        currency=contract.currency,
        **{"key": f"c-{next(_numbers)}", "name": "Yearly minimum", **fields},
    )
    for starts_on, ends_on, amount in periods:
        CommitmentPeriod.objects.create(
            commitment=commitment, starts_on=starts_on, ends_on=ends_on, amount_minor=amount
        )
    return commitment


def make_workload(
    organisation: Organisation,
    name: str = "Claims triage assistant",
    *,
    owner: User | None = None,
    **fields: object,
) -> Workload:
    values = {
        "key": slugify(name),
        "annual_spend_minor": 124_000_000,
        "criticality": Workload.Criticality.CRITICAL,
        "business_unit": "Claims",
        **fields,
    }
    return Workload.objects.create(organisation=organisation, name=name, owner=owner, **values)


def make_dependency(
    workload: Workload,
    *,
    model: AIModel | None = None,
    service: Service | None = None,
    contract: Contract | None = None,
    share: str | None = "1",
    **fields: object,
) -> Dependency:
    return Dependency.objects.create(
        workload=workload,
        model=model,
        service=service,
        contract=contract,
        share=None if share is None else Decimal(share),
        **fields,
    )


def make_asset(workload: Workload, kind: str = Asset.Kind.PROMPTS, **fields: object) -> Asset:
    return Asset.objects.create(
        workload=workload, kind=kind, **{"name": f"{kind} {next(_numbers)}", **fields}
    )
