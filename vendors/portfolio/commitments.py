"""Writes about commitments and their periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

from lockin.accounts.models import User
from vendors.days import day
from vendors.models import Commitment, CommitmentPeriod, Contract
from vendors.portfolio import records, removing
from vendors.portfolio.records import UnableToChange, Values

FIELDS = (
    *("key", "name", "kind", "burn", "currency"),
    *("used_to_date_minor", "used_as_of", "note"),
)
PERIOD = ("starts_on", "ends_on", "amount_minor")
Periods = Sequence[Mapping[str, Any]]


def add(
    *, contract: Contract, values: Values, periods: Periods, by: User | None, now: datetime
) -> Commitment:
    """Add a commitment with its periods.

    :raises UnableToChange: if two periods overlap
    """
    _refuse_overlap(periods)

    def write(row: Commitment) -> dict[str, Any]:
        _write_periods(row, periods)
        return parts(row)

    return records.add(
        Commitment(contract=contract),
        fields=FIELDS,
        values={"currency": contract.currency, **values},
        organisation=contract.organisation,
        by=by,
        now=now,
        after=write,
    )


def edit(
    *,
    commitment: Commitment,
    values: Values,
    periods: Periods | None,
    by: User | None,
    now: datetime,
) -> Commitment:
    """Change a commitment; `periods` None leaves the schedule as it is.

    :raises UnableToChange: if two periods overlap
    """
    if periods is not None:
        _refuse_overlap(periods)
    return records.edit(
        commitment,
        fields=FIELDS,
        values=values,
        organisation=commitment.contract.organisation,
        by=by,
        now=now,
        parts=parts,
        change_parts=None if periods is None else partial(_write_periods, periods=periods),
    )


def remove(*, commitment: Commitment, by: User | None, now: datetime) -> None:
    """Remove a commitment that was added by mistake."""
    removing.remove(commitment, organisation=commitment.contract.organisation, by=by, now=now)


def parts(row: Commitment) -> dict[str, Any]:
    """Return the schedule as the trail keeps it."""
    return {
        "periods": [
            {
                "starts_on": item.starts_on,
                "ends_on": item.ends_on,
                "amount_minor": item.amount_minor,
            }
            for item in CommitmentPeriod.objects.filter(commitment=row).order_by("starts_on", "pk")
        ]
    }


def _write_periods(row: Commitment, periods: Periods) -> None:
    wanted = {item["starts_on"]: item for item in periods}
    held = {item.starts_on: item for item in CommitmentPeriod.objects.filter(commitment=row)}
    CommitmentPeriod.objects.filter(
        commitment=row, starts_on__in=[start for start in held if start not in wanted]
    ).delete()
    for start, item in wanted.items():
        period = held.get(start) or CommitmentPeriod(commitment=row, starts_on=start)
        period.ends_on, period.amount_minor = item["ends_on"], item["amount_minor"]
        records.check(period)
        period.save()


def _refuse_overlap(periods: Periods) -> None:
    ordered = sorted(periods, key=lambda item: item["starts_on"])
    for item in ordered:
        if item["ends_on"] < item["starts_on"]:
            raise UnableToChange(
                {"periods": [f"The period from {day(item['starts_on'])} ends before it starts."]}
            )
    for earlier, later in pairwise(ordered):
        if later["starts_on"] <= earlier["ends_on"]:
            text = (
                f"The period from {day(later['starts_on'])} begins before the one from "
                f"{day(earlier['starts_on'])} has ended."
            )
            raise UnableToChange({"periods": [text]})
