"""The portfolio's figures for one person, from the stored scores: each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from assessments.scoring.criticality import Criticality
from assessments.scoring.portfolio_score import (
    HARD_TO_MOVE,
    PortfolioItem,
    PortfolioScore,
    SpendLine,
    score_portfolio,
)
from assessments.scoring.scheme import CURRENT_SCHEME
from assessments.scoring.tiers import Tier
from assessments.spend import spend_lines
from lockin.accounts.models import Organisation, User
from lockin.money import Money, shown_difference
from lockin.remembered import Memory
from vendors import dates as dating
from vendors.models import Commitment, Contract, Workload
from vendors.portfolio.terms import CommitmentState, dates_of, state_of

ZERO = Decimal(0)
DIMENSIONS = ("api", "tuning", "vectors", "workflow", "commercial")
_COLUMNS = (
    *("pk", "key", "name", "criticality", "currency", "annual_spend_minor"),
    *("score__residual", "score__tier", "score__previous", "score__previous_label"),
    *("score__confidence", "score__is_provisional", "score__as_of"),
    *(f"score__{name}" for name in DIMENSIONS),
)


@dataclass(frozen=True, kw_only=True)
class PortfolioRow:
    """One workload as the portfolio counts it. Spend in minor units of its currency."""

    pk: int
    key: str
    name: str
    criticality: str
    currency: str
    spend: int | None
    residual: Decimal | None
    tier: str
    previous: Decimal | None
    dimensions: tuple[Decimal | None, ...]

    @property
    def is_hard_to_move(self) -> bool:
        return self.tier in HARD_TO_MOVE

    @property
    def spend_money(self) -> Money | None:
        return None if self.spend is None else Money.from_minor(self.spend, self.currency)

    @property
    def weighted(self) -> Decimal | None:
        """Spend times score, in whole units of the currency: a row of the arithmetic."""
        if self.residual is None or self.spend is None:
            return None
        return Money.from_minor(self.spend, self.currency).amount * self.residual


@dataclass(frozen=True, kw_only=True)
class PortfolioFigures:
    """Figures that stand side by side. `change` compares the workloads that both years know."""

    score: PortfolioScore
    tier: Tier | None
    rows: tuple[PortfolioRow, ...]
    total: int
    currency: str
    assessed: int
    hard_to_move: int
    change: Decimal | None
    previous_label: str
    dimensions: tuple[Decimal | None, ...]
    as_of: date | None

    @property
    def other_currencies(self) -> tuple[PortfolioRow, ...]:
        """Workloads whose spend is in another currency: they cannot weigh in without a rate."""
        return tuple(
            row for row in self.rows if row.spend is not None and row.currency != self.currency
        )


def portfolio_figures(
    *, workloads: QuerySet[Workload], organisation: Organisation
) -> PortfolioFigures:
    """Return the figures over these workloads, from three queries whatever their number."""
    records = list(workloads.order_by("key", "pk").values_list(*_COLUMNS))
    rows = tuple(_row(record) for record in records)
    currency = organisation.base_currency
    ids = {row.pk for row in rows}
    lines: dict[int, list[SpendLine]] = {}
    for line in spend_lines(organisation=organisation):
        if line.workload_id in ids and line.currency == currency:
            lines.setdefault(line.workload_id, []).append(
                SpendLine(line.amount, line.host, line.publisher)
            )
    score = score_portfolio(
        (
            PortfolioItem(
                workload=row.key,
                score=row.residual,
                tier=Tier(row.tier) if row.tier else None,
                criticality=Criticality(row.criticality),
                spend=row.spend if row.currency == currency else None,
                lines=lines.get(row.pk, ()),
            )
            for row in rows
        ),
        scheme=CURRENT_SCHEME,
    )
    weights = [_weight(row, currency) for row in rows]
    return PortfolioFigures(
        score=score,
        tier=None
        if score.spend_weighted is None
        else CURRENT_SCHEME.tiers.tier_of(score.spend_weighted),
        rows=rows,
        total=len(rows),
        currency=currency,
        assessed=sum(1 for row in rows if row.residual is not None),
        hard_to_move=sum(1 for row in rows if row.is_hard_to_move),
        change=_change(rows, weights),
        previous_label=max((record[9] or "" for record in records), default=""),
        dimensions=tuple(
            mean((weight, row.dimensions[place]) for weight, row in zip(weights, rows, strict=True))
            for place in range(len(DIMENSIONS))
        ),
        as_of=min((record[12] for record in records if record[12]), default=None),
    )


def headline(*, user: User, organisation: Organisation, memory: Memory) -> PortfolioFigures:
    """Return the figures that stand first on the portfolio page, without the rows behind them.

    Reading all scores for each view would make the page grow with the portfolio: they are
    reckoned once for each state of the records.
    """

    def make() -> PortfolioFigures:
        workloads = Workload.objects.for_user(user).current()
        whole = portfolio_figures(workloads=workloads, organisation=organisation)
        return replace(whole, rows=())

    return memory("headline", make)


def mean(pairs: Iterable[tuple[Decimal | None, Decimal | None]]) -> Decimal | None:
    """Return the mean by weight over the pairs of which both are known."""
    known = [(weight, value) for weight, value in pairs if weight is not None and value is not None]
    total = sum((weight for weight, _ in known), ZERO)
    return sum((weight * value for weight, value in known), ZERO) / total if total else None


def _row(record: tuple[Any, ...]) -> PortfolioRow:
    return PortfolioRow(
        pk=record[0],
        key=record[1],
        name=record[2],
        criticality=record[3],
        currency=record[4],
        spend=record[5],
        residual=record[6],
        tier=record[7] or "",
        previous=record[8],
        dimensions=tuple(record[13:18]),
    )


def _weight(row: PortfolioRow, currency: str) -> Decimal | None:
    return Decimal(row.spend) if row.spend is not None and row.currency == currency else None


def _change(rows: Sequence[PortfolioRow], weights: Sequence[Decimal | None]) -> Decimal | None:
    both = [
        (weight, row)
        for weight, row in zip(weights, rows, strict=True)
        if row.previous is not None and row.residual is not None
    ]
    now = mean((weight, row.residual) for weight, row in both)
    before = mean((weight, row.previous) for weight, row in both)
    return None if now is None or before is None else shown_difference(before, now)


# ── Contracts: notice days and what is still owed ───────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A contract and the last day on which notice may arrive."""

    contract: Contract
    dates: dating.KeyDates
    decided: bool

    @property
    def days(self) -> int:
        assert self.dates.days_left is not None
        return self.dates.days_left

    @property
    def is_soon(self) -> bool:
        return self.days < SOON_DAYS


SOON_DAYS = 30


def deadlines(*, contracts: Iterable[Contract], on: date) -> list[Deadline]:
    """Return the contracts that someone must act on, by the day it must be done; none passed."""
    found = []
    for contract in contracts:
        try:
            dates = dates_of(contract, on=on)
        except dating.UnableToReckonDates:
            continue
        if dates.days_left is not None and dates.days_left >= 0:
            decided = bool(contract.decision or contract.notice_given_on)
            found.append(Deadline(contract=contract, dates=dates, decided=decided))
    return sorted(found, key=lambda entry: (entry.days, entry.contract.name, entry.contract.pk))


@dataclass(frozen=True, kw_only=True)
class YearDue:
    year: int
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What all commitments still bind, by the year in which each period ends."""

    total: Money | None
    years: tuple[YearDue, ...]
    commitments: int
    use_not_known: int
    other_currencies: tuple[Money, ...]
    unreadable: int

    @property
    def largest(self) -> Decimal:
        return max((entry.amount.amount for entry in self.years), default=ZERO)


def owed(*, commitments: Iterable[Commitment], currency: str, on: date) -> Owed:
    """
    Add up what is still owed; commitments come with their periods prefetched.

    Where nobody read the use of the present period, the whole period counts, and it is said.
    """
    years: dict[int, Decimal] = {}
    others: dict[str, Decimal] = {}
    counted = not_known = unreadable = 0
    for row in commitments:
        facts = state_of(row, row.periods.all(), on=on)
        if facts.exposure is None:
            unreadable += 1
            continue
        parts = _by_year(facts, on=on)
        if not parts:
            continue
        counted += 1
        current = facts.exposure.current
        not_known += current is not None and facts.exposure.used_in_current is None
        for year, amount in parts:
            if row.currency == currency:
                years[year] = years.get(year, ZERO) + amount
            else:
                others[row.currency] = others.get(row.currency, ZERO) + amount
    return Owed(
        total=Money(sum(years.values(), ZERO), currency) if years else None,
        years=tuple(
            YearDue(year=year, amount=Money(amount, currency))
            for year, amount in sorted(years.items())
        ),
        commitments=counted,
        use_not_known=not_known,
        other_currencies=tuple(Money(amount, code) for code, amount in sorted(others.items())),
        unreadable=unreadable,
    )


def _by_year(facts: CommitmentState, *, on: date) -> list[tuple[int, Decimal]]:
    parts = []
    for period in facts.periods:
        if period.ends_on < on:
            continue
        amount = Money.from_minor(period.amount_minor, facts.commitment.currency).amount
        if period.starts_on <= on:
            assert facts.exposure is not None
            amount = max(ZERO, amount - (facts.exposure.used_in_current or ZERO))
        if amount:
            parts.append((period.ends_on.year, amount))
    return parts
