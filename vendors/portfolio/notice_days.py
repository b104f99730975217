"""The stored day by which a contract needs an act: what lists sort and filter by."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from lockin.accounts.models import Organisation
from vendors.models import Contract
from vendors.portfolio.terms import notice_by

BATCH = 500


def refresh_notice_days(*, organisation: Organisation, on: date) -> int:
    """Reckon every contract's day again and return how many moved. Idempotent.

    Two queries a batch; not a write of the portfolio, so the trail says nothing.
    """
    moved = 0
    last = 0
    while True:
        rows = list(
            Contract.objects.filter(organisation=organisation, pk__gt=last).order_by("pk")[:BATCH]
        )
        if not rows:
            return moved
        last = rows[-1].pk
        changed = []
        for row in rows:
            found = notice_by(row, on=on)
            if found != row.notice_by:
                row.notice_by = found
                changed.append(row)
        if changed:
            with transaction.atomic():
                Contract.objects.bulk_update(changed, ["notice_by"])
        moved += len(changed)
