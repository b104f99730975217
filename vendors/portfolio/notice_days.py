"""What is reckoned of a contract and stored: the columns that lists sort, filter and add up by."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from lockin.accounts.models import Organisation
from vendors.models import Contract
from vendors.portfolio.terms import FIGURES, keep_figures

BATCH = 500


def refresh_notice_days(*, organisation: Organisation, on: date) -> int:
    """Reckon every contract's figures again and return how many contracts moved. Idempotent.

    Three queries a batch; not a write of the portfolio, so the trail says nothing.
    """
    moved = 0
    last = 0
    while True:
        rows = list(
            Contract.objects.filter(organisation=organisation, pk__gt=last)
            .with_terms()
            .order_by("pk")[:BATCH]
        )
        if not rows:
            return moved
        last = rows[-1].pk
        changed = [row for row in rows if keep_figures(row, on=on)]
        if changed:
            with transaction.atomic():
                Contract.objects.bulk_update(changed, FIGURES)
        moved += len(changed)
