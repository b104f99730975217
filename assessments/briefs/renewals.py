"""What renews next, with the brief of each; and what came of a decided one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assessments.models import Brief, BriefOutcome
from lockin.accounts.models import Organisation
from vendors.models import Contract
from vendors.portfolio.terms import days_of

AHEAD = timedelta(days=365)
SOON = 30


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """A contract with the day that counts. `is_open`: nobody has decided yet."""

    contract: Contract
    act_by: date | None
    days_left: int | None
    missed: bool
    brief_due: date | None
    is_open: bool
    brief: Brief | None

    @property
    def is_urgent(self) -> bool:
        return self.is_open and self.days_left is not None and self.days_left <= SOON


def upcoming(*, organisation: Organisation, on: date) -> list[Renewal]:
    """Return contracts whose day lies within a year or has passed undecided, the nearest first.

    A contract whose day nobody knows comes last: unknown is not far away.
    """
    rows = (
        Contract.objects.with_terms()
        .filter(organisation=organisation, archived_at__isnull=True)
        .select_related("vendor", "owner", "organisation")
        .order_by("notice_by", "name")
    )
    briefs: dict[int, Brief] = {}
    for brief in (
        Brief.objects.filter(contract__in=rows).exclude(state="dropped").order_by("number")
    ):
        briefs[brief.contract_id] = brief
    found = []
    for row in rows:
        dates = days_of(row, on=on).dates
        if dates is not None and dates.ended:
            continue
        act_by = dates.act_by if dates else None
        is_open = not row.decision and row.notice_given_on is None
        brief = briefs.get(row.pk)
        if brief is not None and brief.state == Brief.State.DECIDED and brief.act_by != act_by:
            brief = None  # it was about an earlier term
        if act_by is not None and act_by > on + AHEAD and brief is None:
            continue
        found.append(
            Renewal(
                contract=row,
                act_by=act_by,
                days_left=None if act_by is None else (act_by - on).days,
                missed=bool(dates and dates.missed),
                brief_due=dates.brief_due if dates else None,
                is_open=is_open,
                brief=brief,
            )
        )
    return sorted(found, key=lambda row: (row.act_by is None, row.act_by or on, row.contract.name))


def outcomes_of(brief: Brief) -> dict[str, BriefOutcome]:
    """Return the latest word on what came of each ask."""
    return {row.ask_key: row for row in brief.outcomes.order_by("pk")}
