"""The example's order forms and amendments, put on file and taken back as the product does it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assessments.example import tables
from assessments.example.dates import placed
from lockin.accounts.models import Organisation, User
from vendors.models import Contract
from vendors.portfolio import amendments


def put_on_file(*, organisation: Organisation, today: date, by: User, now: datetime) -> None:
    """Put every paper on file, and take back the one that was read out of a draft."""
    contracts = {
        row.key: row
        for row in Contract.objects.in_organisation(organisation)
        .select_related("organisation")
        .order_by("pk")
    }
    for paper in tables.document("amendments")["paper"]:
        saved = amendments.add(
            contract=contracts[paper["contract"]],
            values={
                **{name: paper[name] for name in ("kind", "name", "changes")},
                "reference": paper.get("reference", ""),
                "note": paper.get("note", ""),
                "signed_on": placed(paper["signed_on"], today=today),
                "effective_on": placed(paper["effective_on"], today=today),
            },
            by=by,
            now=now,
        )
        if reason := paper.get("taken_back"):
            amendments.take_back(
                amendment=saved, reason=reason, by=by, now=now + timedelta(hours=3)
            )
