"""Screen 1: where we are trapped, and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assessments.models import Assessment, Audit, Finding
from assessments.portfolio_figures import (
    SOON_DAYS,
    Deadline,
    PortfolioRow,
    deadlines,
    headline,
    owed,
    portfolio_figures,
)
from assessments.scoring.criticality import Criticality
from assessments.scoring.portfolio_score import Concentration
from assessments.scoring.scheme import CURRENT_SCHEME
from assessments.views import words, workload_lists
from lockin import remembered
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.money import Money
from lockin.remembered import Memory
from lockin.shell import address
from vendors.models import Commitment, Contract, Workload

NEAREST = 4
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class AuditProgress:
    """How far this year's audit is, in the words of its present step."""

    audit: Audit
    label: str
    done: int
    total: int
    words: str


@dataclass(frozen=True, kw_only=True)
class NoticeDays:
    """What the page says of all notice days ahead: the nearest, and how many there are.

    `strip` is the one thing that may raise a coloured strip: within thirty days and undecided.
    """

    nearest: list[Deadline]
    next_notice: Deadline | None
    strip: Deadline | None
    count: int


@require_permission(Permission.PORTFOLIO_VIEW)
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show the sentence, the nearest deadline, four figures, the heat map and what is next."""
    user: Any = request.user
    on = user.organisation.day_of(timezone.now())
    memory = remembered.for_request(request)
    page = workload_lists.heat_list(user).read(
        request,
        workload_lists.rows_for(user),
        exports=[("Export", address(EXPORT))],
        memory=memory,
    )
    context: dict[str, Any] = {
        "page": page,
        "on": on,
        "may_edit": may(user, Permission.PORTFOLIO_EDIT),
        "see_amounts": may(user, Permission.AMOUNTS_VIEW),
        "figures_at": None,
    }
    if not Workload.objects.for_user(user).current().exists():
        return render(request, "assessments/portfolio.html", {**context, "figures": None})
    figures = headline(user=user, organisation=user.organisation, memory=memory)
    near = memory(f"notice days on {on}", lambda: _notice_days(user, on))
    context |= {
        "figures": figures,
        "figures_at": figures.as_of,
        "unassessed": figures.total - figures.assessed,
        "change_words": words.change_words(figures.change),
        "rows": workload_lists.listed(page),
        "totals": workload_lists.totals(page, currency=user.organisation.base_currency),
        "deadlines": near.nearest,
        "next_notice": near.next_notice,
        "deadline_count": near.count,
        "strip": near.strip,
        "may_brief": may(user, Permission.BRIEF_EDIT),
        "owed": memory(f"owed on {on}", lambda: _owed(user, on))
        if context["see_amounts"]
        else None,
        "progress": _progress(user, memory) if may(user, Permission.AUDIT_VIEW) else None,
    }
    return render(request, "assessments/portfolio.html", context)


EXPORT = "assessments:heat-map-export"


@require_permission(Permission.PORTFOLIO_VIEW)
def arithmetic(request: HttpRequest) -> HttpResponse:
    """Show how each figure of the portfolio is reckoned, with every row that goes in."""
    user: Any = request.user
    figures = portfolio_figures(
        workloads=Workload.objects.for_user(user).current(), organisation=user.organisation
    )
    weights = CURRENT_SCHEME.criticality_weights
    weighing = [row for row in figures.rows if row.residual is not None]
    by_spend = [
        row for row in weighing if row.spend is not None and row.currency == figures.currency
    ]
    return render(
        request,
        "assessments/portfolio_arithmetic.html",
        {
            "figures": figures,
            "figures_at": figures.as_of,
            "rows": [
                {
                    "row": row,
                    "weight": weights[Criticality(row.criticality)],
                    "product": _product(row, weights),
                }
                for row in sorted(figures.rows, key=lambda row: (row.name.casefold(), row.key))
            ],
            "sums": {
                "spend": _spend(by_spend, figures.currency),
                "weighted": sum((row.weighted or 0 for row in by_spend), ZERO),
                "hard": _spend([row for row in by_spend if row.is_hard_to_move], figures.currency),
                "weight": sum((weights[Criticality(row.criticality)] for row in weighing), ZERO),
                "product": sum((_product(row, weights) for row in weighing), ZERO),
            },
            "concentrations": [
                ("Hosts", _concentration(figures.score.by_host)),
                ("Publishers", _concentration(figures.score.by_publisher)),
            ],
            "see_amounts": may(user, Permission.AMOUNTS_VIEW),
        },
    )


def _spend(rows: list[PortfolioRow], currency: str) -> Money:
    return Money.from_minor(sum(row.spend or 0 for row in rows), currency)


def _concentration(found: Concentration) -> dict[str, Any]:
    return {
        "hhi": found.hhi,
        "shares": found.shares,
        "rows": [
            {
                "name": entry.name,
                "percent": f"{entry.share:.1%}",
                "squared": entry.share**2 * 10_000,
            }
            for entry in found.shares
        ],
        "lines_not_known": found.lines_not_known,
    }


def _product(row: Any, weights: Any) -> Any:
    return None if row.residual is None else weights[Criticality(row.criticality)] * row.residual


def _contracts(user: User) -> Any:
    rows = Contract.objects.for_user(user).in_force().with_terms().select_related("vendor")
    return rows.order_by("key", "pk")


def _notice_days(user: User, on: date) -> NoticeDays:
    near = deadlines(contracts=_contracts(user), on=on)
    undecided = [entry for entry in near if not entry.decided]
    return NoticeDays(
        nearest=near[:NEAREST],
        next_notice=next(iter(undecided), None),
        strip=next((entry for entry in undecided if entry.days < SOON_DAYS), None),
        count=len(near),
    )


def _owed(user: User, on: date) -> Any:
    contracts = Contract.objects.for_user(user).in_force()
    rows = (
        Commitment.objects.filter(contract__in=contracts)
        .select_related("contract__vendor")
        .prefetch_related("periods")
        .order_by("contract_id", "key", "pk")
    )
    return owed(commitments=rows, currency=user.organisation.base_currency, on=on)


def _progress(user: User, memory: Memory) -> AuditProgress | None:
    """Return the open audit, counted by what its present step waits for."""
    audit = (
        Audit.objects.for_user(user)
        .exclude(state__in=[Audit.State.PLANNED, Audit.State.CLOSED])
        .order_by("-period_ends_on", "-pk")
        .first()
    )
    if audit is None:
        return None
    if audit.state in (Audit.State.ASSESSMENTS, Audit.State.SNAPSHOT):
        done, total = memory(f"accepted for {audit.pk}", lambda: _accepted(audit))
        return AuditProgress(
            audit=audit,
            label="accepted",
            done=done,
            total=total,
            words=_words(
                total - done,
                "assessment is",
                "assessments are",
                "to be accepted before the snapshot",
            ),
        )
    if audit.state in (Audit.State.FINDINGS, Audit.State.RESPONSES):
        found = (
            Finding.objects.filter(audit=audit)
            .exclude(state=Finding.State.DROPPED)
            .aggregate(total=Count("pk"), done=Count("pk", filter=~Q(response="")))
        )
        return AuditProgress(
            audit=audit,
            label="answered",
            done=found["done"],
            total=found["total"],
            words=_words(
                found["total"] - found["done"],
                "management response blocks",
                "management responses block",
                "sign-off",
            ),
        )
    signed = audit.signatures.filter(withdrawn_at__isnull=True, voided_at__isnull=True).count()
    return AuditProgress(
        audit=audit,
        label="signed",
        done=signed,
        total=4,
        words=_words(4 - signed, "signature is", "signatures are", "missing before the report"),
    )


def _accepted(audit: Audit) -> tuple[int, int]:
    """Return how many workloads in use have an accepted assessment of the year, and how many are."""
    total = Workload.objects.in_organisation(audit.organisation).current().count()
    accepted = Assessment.objects.filter(
        organisation=audit.organisation,
        label=audit.label,
        state=Assessment.State.ACCEPTED,
        workload__archived_at__isnull=True,
    )
    return accepted.aggregate(done=Count("workload", distinct=True))["done"], total


def _words(number: int, one: str, many: str, end: str) -> str:
    if number <= 0:
        return "Nothing blocks the next step."
    return f"{words.counted(number)} {one if number == 1 else many} {end}."
