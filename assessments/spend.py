"""Who receives a workload's yearly spend: split over its dependencies by their share of traffic."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from lockin.accounts.models import Organisation
from vendors.models import Dependency, Workload

ZERO, ONE = Decimal(0), Decimal(1)
CHUNK = 2000


class Line(NamedTuple):
    """A part of one workload's yearly spend. Minor units; None where nobody knows."""

    workload_id: int
    currency: str
    amount: Decimal | None
    payee_id: int | None  # whom the contract is with, else who hosts or runs it
    host: str | None
    publisher: str | None


def spend_lines(*, organisation: Organisation) -> Iterator[Line]:
    """
    Yield the spend of all current workloads by who receives it, from two queries.

    Dependencies without a share divide what the others leave; what no dependency accounts for is
    a line without a receiver, so that nothing is lost and nothing is guessed.
    """
    current = Workload.objects.in_organisation(organisation).current()
    rows = (
        Dependency.objects.filter(workload__in=current)
        .order_by("workload_id", "pk")
        .values_list(
            "workload_id",
            "workload__currency",
            "workload__annual_spend_minor",
            "share",
            "role",
            "contract__vendor_id",
            "model__host_id",
            "service__vendor_id",
            "model__host__name",
            "service__vendor__name",
            "model__publisher__name",
        )
    )
    for _, group in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row[0]):
        yield from _split(list(group))
    alone = current.filter(dependencies__isnull=True).order_by("pk")
    for pk, currency, spend in alone.values_list("pk", "currency", "annual_spend_minor").iterator(
        chunk_size=CHUNK
    ):
        yield Line(pk, currency, None if spend is None else Decimal(spend), None, None, None)


def _split(rows: list[tuple[Any, ...]]) -> Iterator[Line]:
    workload_id, currency, spend = rows[0][:3]
    shares = [_share(row) for row in rows]
    known = sum((share for share in shares if share is not None), ZERO)
    open_ones = sum(1 for share in shares if share is None)
    left = max(ZERO, ONE - known)
    for row, share in zip(rows, shares, strict=True):
        payee = row[5] or row[6] or row[7]
        host = row[8] or row[9]
        part = left / open_ones if share is None else share / max(ONE, known)
        if part:
            amount = None if spend is None else spend * part
            yield Line(workload_id, currency, amount, payee, host, row[10])
    if left and not open_ones:
        amount = None if spend is None else spend * left
        yield Line(workload_id, currency, amount, None, None, None)


def _share(row: tuple[Any, ...]) -> Decimal | None:
    """A fallback carries no traffic unless somebody says how much."""
    share, role = row[3], row[4]
    if share is None and role == Dependency.Role.FALLBACK:
        return ZERO
    return None if share is None else Decimal(share)


def vendor_shares(*, organisation: Organisation) -> dict[int, Decimal]:
    """Return each vendor's part of the known AI spend in the base currency (measure 5.9)."""
    amounts: dict[int, Decimal] = {}
    for line in spend_lines(organisation=organisation):
        if line.amount and line.payee_id and line.currency == organisation.base_currency:
            amounts[line.payee_id] = amounts.get(line.payee_id, ZERO) + line.amount
    total = sum(amounts.values(), ZERO)
    return {vendor: amount / total for vendor, amount in amounts.items()} if total else {}
