"""Who receives a workload's yearly spend: split over its dependencies by their share of traffic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from lockin.accounts.models import Organisation
from lockin.money import exponent
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


@dataclass(frozen=True, kw_only=True)
class SpendByVendor:
    """The known AI spend of all workloads in use, by whom it is paid to (measure 5.9)."""

    currency: str
    amounts: Mapping[int, Decimal]
    total: Decimal
    not_recorded: frozenset[int]
    """Vendors with a workload whose spend is not recorded in this currency."""
    workloads_not_recorded: int

    def with_vendor(self, vendor_id: int) -> Decimal | None:
        return None if vendor_id in self.not_recorded else self.amounts.get(vendor_id, ZERO)

    def share(self, vendor_id: int) -> Decimal | None:
        """Return the vendor's part, 0–1; None where it is not known."""
        amount = self.with_vendor(vendor_id)
        return amount / self.total if amount is not None and self.total else None


def spend_by_vendor(*, organisation: Organisation) -> SpendByVendor:
    """Return the spend in the base currency, from two queries."""
    currency = organisation.base_currency
    amounts: dict[int, Decimal] = {}
    unread: set[int] = set()
    workloads: set[int] = set()
    total = ZERO
    for line in spend_lines(organisation=organisation):
        known = line.amount is not None and line.currency == currency
        if not known:
            workloads.add(line.workload_id)
            if line.payee_id is not None:
                unread.add(line.payee_id)
            continue
        assert line.amount is not None
        total += line.amount
        if line.payee_id is not None:
            amounts[line.payee_id] = amounts.get(line.payee_id, ZERO) + line.amount
    scale = Decimal(1).scaleb(-exponent(currency))
    return SpendByVendor(
        currency=currency,
        amounts={vendor: amount * scale for vendor, amount in amounts.items()},
        total=total * scale,
        not_recorded=frozenset(unread),
        workloads_not_recorded=len(workloads),
    )
