"""What a waiver is granted on: each workload's tier and spend, and the contract's terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from assessments.models import CurrentScore
from vendors.models import Commitment, Contract, Dependency
from vendors.portfolio.terms import as_amended

# What was signed. Left out is what follows from it, and what people note beside it.
TERMS = (
    "annual_value_minor",
    "currency",
    "starts_on",
    "ends_on",
    "term_months",
    "renewal",
    "renewal_months",
    "notice_value",
    "notice_unit",
    "discount_percent",
    "uplift",
    "uplift_cap_percent",
    "termination_for_convenience",
    "convenience_from_month",
    "convenience_notice_days",
    "early_termination",
    "early_termination_percent",
)


def baselines(contracts: Sequence[Contract], *, on: date) -> dict[int, dict[str, Any]]:
    """Return what stands on a day for each contract, by its id, from a fixed number of queries."""
    ids = [contract.pk for contract in contracts]
    if not ids:
        return {}
    prefetch_related_objects(list(contracts), "amendments")
    found: dict[int, dict[str, Any]] = {
        contract.pk: {"workloads": {}, "terms": _terms(as_amended(contract, on=on))}
        for contract in contracts
    }
    rows = (
        Dependency.objects.filter(contract__in=ids, workload__archived_at__isnull=True)
        .select_related("workload")
        .order_by("workload__key", "pk")
    )
    workloads = {row.workload_id: row.workload for row in rows}
    tiers = dict(
        CurrentScore.objects.filter(workload__in=workloads)
        .order_by("pk")
        .values_list("workload_id", "tier")
    )
    for row in rows:
        workload = row.workload
        if row.contract_id is None:
            continue
        found[row.contract_id]["workloads"][workload.key] = {
            "name": workload.name,
            "tier": tiers.get(workload.pk, ""),
            "spend": None
            if workload.annual_spend_minor is None
            else f"{workload.annual_spend_minor} {workload.currency}",
        }
    committed: dict[int, list[str]] = {}
    for item in (
        Commitment.objects.filter(contract__in=ids)
        .prefetch_related("periods")
        .order_by("key", "pk")
    ):
        committed.setdefault(item.contract_id, []).append(
            f"{item.key}: {sum(period.amount_minor for period in item.periods.all())}"
        )
    for contract in contracts:
        found[contract.pk]["terms"]["commitments"] = committed.get(contract.pk, [])
    return found


def _terms(contract: Contract) -> dict[str, Any]:
    """Return the terms as plain JSON: days and decimals as text."""
    values = {}
    for name in TERMS:
        value = getattr(contract, name)
        if name.endswith("_percent") and value is not None:
            # 7 as it was typed and 7.000 as it was stored are the same term.
            value = f"{value:.3f}"
        plain = value is None or isinstance(value, bool | int)
        values[name] = value if plain else str(value)
    return values
