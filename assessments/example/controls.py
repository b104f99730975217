"""The example's controls: registered and changed as their owners did, with what shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from assessments import mitigating
from assessments.example import tables
from assessments.example.dates import placed
from assessments.models import Mitigation
from lockin.accounts.models import User
from vendors.models import Workload


def register(*, workloads: Mapping[str, Workload], year: str, today: date, now: datetime) -> None:
    """Register the controls of that year; one that stands is changed to what it is now."""
    for count, row in enumerate(row for row in tables.rows("mitigations") if row["year"] == year):
        workload = workloads[row["workload"]]
        owner = workload.owner
        assert owner is not None
        given = _given(row, workload=workload, today=today, by=owner, now=now)
        when = now + timedelta(minutes=7 * count)
        standing = Mitigation.objects.filter(
            workload=workload, control=row["control"], dimension=row["form"]
        ).first()
        if standing is None:
            mitigating.add(workload=workload, given=given, by=owner, now=when)
        else:
            mitigating.change(mitigation=standing, given=given, by=owner, now=when)


def _given(
    row: Mapping[str, str], *, workload: Workload, today: date, by: User, now: datetime
) -> mitigating.Given:
    tested_on = placed(row["tested"], today=today)
    proof = mitigating.Proof()
    if row["file"]:
        day = tested_on or by.organisation.day_of(now) - timedelta(days=30)
        content = tables.evidence_file(row["file"], workload=workload.name, day=day)
        proof = mitigating.Proof(
            file_name=row["file"], chunks=[content], size=len(content), dated_on=day
        )
    return mitigating.Given(
        control=row["control"],
        dimension=row["form"],
        coverage=Decimal(row["coverage"]),
        measured_coverage=Decimal(row["measured"]) if row["measured"] else None,
        grade=row["grade"],
        tested_on=tested_on,
        drill=row["drill"],
        gateway_single_maintainer=_answer(row["single_maintainer"]),
        gateway_unpinned=_answer(row["unpinned"]),
        gateway_without_break_glass=_answer(row["no_break_glass"]),
        note=row["note"],
        proof=proof,
    )


def _answer(text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)
