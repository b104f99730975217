"""The lists of workloads with their scores: the workloads page, the heat map and their exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Round
from django.db.models.lookups import GreaterThan, LessThan

from assessments.scoring.dimensions import Dimension
from assessments.scoring.tiers import Tier
from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.lists import Column, Filter, List, ListPage, Saved
from lockin.money import Money, shown_difference
from vendors.exports.sheets import Exported
from vendors.models import Dependency, Vendor, Workload

NOT_ASSESSED = "not-assessed"
NO_OWNER = "none"
# As they are shown: a list of what got worse holds no row that reads 72 and 72.
SHOWN_NOW, SHOWN_BEFORE = Round(F("score__residual")), Round(F("score__previous"))

ALL = Saved(key="all", label="All")
CRITICAL = Saved(
    key="critical", label="Critical", query="criticality=critical", where=Q(criticality="critical")
)
GETTING_WORSE = Saved(
    key="worse",
    label="Getting worse",
    query="change=worse",
    where=Q(GreaterThan(SHOWN_NOW, SHOWN_BEFORE)),
)
WEAK = Saved(
    key="weak",
    label="Weak evidence",
    query="evidence=weak",
    where=Q(score__is_provisional=True, score__residual__isnull=False),
)
OPEN = Saved(
    key="open",
    label="Not assessed",
    query=f"tier={NOT_ASSESSED}",
    where=Q(score__residual__isnull=True),
)

_PRODUCT: DecimalField[Any, Any] = DecimalField(max_digits=30, decimal_places=4)
SCORES = ("residual", "api", "tuning", "vectors", "workflow", "commercial", "previous")


def rows_for(user: User) -> QuerySet[Workload]:
    """Return the workloads in use that a person may see, with how their scores moved."""
    rows: QuerySet[Workload] = Workload.objects.for_user(user).current()
    return rows.annotate(change=SHOWN_NOW - SHOWN_BEFORE)


def heat_list(user: User) -> List:
    """Return the portfolio's heat map as a list."""
    return List(
        name="lock-in",
        nouns="workload",
        columns=_score_columns(),
        default_sort="-score",
        filters=_filters(user),
        saved=(ALL, CRITICAL, GETTING_WORSE, WEAK),
    )


def workload_list(user: User) -> List:
    """Return the list of workloads; spend is a column only for people who may see amounts."""
    columns = [
        *_score_columns(),
        Column(key="confidence", label="Evidence", order=("score__confidence",), numeric=True),
        Column(key="criticality", label="Criticality", order=(criticality_order(),)),
        Column(key="owner", label="Owner", order=("owner__name",)),
    ]
    if may(user, Permission.AMOUNTS_VIEW):
        columns.append(
            Column(
                key="spend",
                label="Spend a year",
                order=("currency", "annual_spend_minor"),
                numeric=True,
            )
        )
    return List(
        name="workloads",
        nouns="workload",
        columns=tuple(columns),
        default_sort="-score",
        search=_found,
        search_label="Search workloads, units and models",
        filters=_filters(user),
        saved=(ALL, CRITICAL, GETTING_WORSE, WEAK, OPEN),
    )


def criticality_order() -> Any:
    """Return an expression that puts critical before high, medium and low."""
    levels = list(Workload.Criticality.values)
    return Case(
        *(When(criticality=level, then=Value(place)) for place, level in enumerate(levels)),
        output_field=IntegerField(),
    )


def _score_columns() -> tuple[Column, ...]:
    return (
        Column(key="name", label="Workload", order=("name",)),
        *(
            Column(
                key=str(dimension),
                label=dimension.short_head,
                order=(f"score__{dimension}",),
                numeric=True,
            )
            for dimension in Dimension
        ),
        Column(key="score", label="Score", order=("score__residual",), numeric=True),
        Column(key="change", label="Change", order=("change",), numeric=True),
    )


def _filters(user: User) -> tuple[Filter, ...]:
    def owners() -> list[tuple[str, str]]:
        rows = Workload.objects.for_user(user).current().filter(owner__isnull=False)
        pairs = rows.order_by("owner__name", "owner_id").values_list("owner_id", "owner__name")
        return [(str(pk), name) for pk, name in pairs.distinct()] + [(NO_OWNER, "Nobody")]

    def units() -> list[tuple[str, str]]:
        rows = Workload.objects.for_user(user).current().exclude(business_unit="")
        return [
            (unit, unit)
            for unit in rows.order_by("business_unit")
            .values_list("business_unit", flat=True)
            .distinct()
        ]

    def vendors() -> list[tuple[str, str]]:
        rows = Vendor.objects.for_user(user).current().order_by("name", "pk")
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]

    tiers = [*((tier.value, tier.full_name) for tier in Tier), (NOT_ASSESSED, "Not assessed")]
    return (
        Filter(key="tier", label="Tier", choices=tiers, apply=_of_tier),
        Filter(key="criticality", label="Criticality", choices=Workload.Criticality.choices),
        Filter(
            key="change",
            label="Since the last audit",
            choices=[("worse", "Getting worse"), ("better", "Getting better"), ("new", "New")],
            apply=_of_change,
        ),
        Filter(
            key="evidence",
            label="Evidence",
            choices=[("weak", "Weak"), ("sound", "Sound")],
            apply=_of_evidence,
        ),
        Filter(key="vendor", label="Vendor", choices=vendors, apply=_of_vendor),
        Filter(key="unit", label="Business unit", choices=units, lookup="business_unit"),
        Filter(key="owner", label="Owner", choices=owners, apply=_of_owner),
    )


def _found(rows: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
    """Every word is in the name, the unit, the owner's name or the name of what it depends on."""
    for word in words:
        used = Dependency.objects.filter(workload=OuterRef("pk")).filter(
            Q(model__name__icontains=word)
            | Q(model__host__name__icontains=word)
            | Q(service__name__icontains=word)
            | Q(service__vendor__name__icontains=word)
        )
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(business_unit__icontains=word)
            | Q(owner__name__icontains=word)
            | Exists(used)
        )
    return rows


def _of_tier(rows: QuerySet[Any], tier: str) -> QuerySet[Any]:
    if tier == NOT_ASSESSED:
        return rows.filter(score__residual__isnull=True)
    return rows.filter(score__tier=tier)


def _of_change(rows: QuerySet[Any], way: str) -> QuerySet[Any]:
    if way == "worse":
        return rows.filter(GETTING_WORSE.where)
    if way == "better":
        return rows.filter(LessThan(SHOWN_NOW, SHOWN_BEFORE))
    return rows.filter(score__residual__isnull=False, score__previous__isnull=True)


def _of_evidence(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    if kind == "weak":
        return rows.filter(WEAK.where)
    return rows.filter(score__is_provisional=False)


def _of_vendor(rows: QuerySet[Any], pk: str) -> QuerySet[Any]:
    used = Dependency.objects.filter(workload=OuterRef("pk")).filter(
        Q(model__host=pk) | Q(model__publisher=pk) | Q(service__vendor=pk) | Q(contract__vendor=pk)
    )
    return rows.filter(Exists(used))


def _of_owner(rows: QuerySet[Any], pk: str) -> QuerySet[Any]:
    return rows.filter(owner__isnull=True) if pk == NO_OWNER else rows.filter(owner=pk)


# ── Totals of the filtered rows ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The foot of the list: means weighted by spend, and spend by currency."""

    score: Decimal | None
    dimensions: tuple[Decimal | None, ...]
    change: Decimal | None
    spend: tuple[Money, ...]
    spend_not_known: int
    not_weighed: int

    @property
    def cells(self) -> list[tuple[str, Decimal | None]]:
        return [
            (dimension.short_head, value)
            for dimension, value in zip(Dimension, self.dimensions, strict=True)
        ]


def totals(page: ListPage, *, currency: str) -> Totals:
    """Return the foot over all filtered rows, from two queries for each state of the records."""
    return page.remember(f"totals in {currency}", lambda: _totals(page, currency=currency))


def _totals(page: ListPage, *, currency: str) -> Totals:
    rows = page.filtered.order_by()
    in_base = Q(currency=currency, annual_spend_minor__isnull=False)
    sums: dict[str, Any] = {}
    for name in SCORES:
        known = in_base & Q(**{f"score__{name}__isnull": False})
        if name == "previous":
            known &= Q(score__residual__isnull=False)
        product = ExpressionWrapper(
            F("annual_spend_minor") * F(f"score__{name}"), output_field=_PRODUCT
        )
        sums[f"{name}_sum"] = Sum(product, filter=known)
        sums[f"{name}_weight"] = Sum("annual_spend_minor", filter=known)
    both = in_base & Q(score__previous__isnull=False, score__residual__isnull=False)
    now_of_both = ExpressionWrapper(
        F("annual_spend_minor") * F("score__residual"), output_field=_PRODUCT
    )
    found = rows.aggregate(now_of_both=Sum(now_of_both, filter=both), **sums)
    by_currency = list(
        rows.filter(annual_spend_minor__isnull=False)
        .values("currency")
        .annotate(total=Sum("annual_spend_minor"), rows=Count("pk"))
        .order_by("currency")
    )
    known_rows = sum(entry["rows"] for entry in by_currency)
    in_base_rows = sum(entry["rows"] for entry in by_currency if entry["currency"] == currency)

    def mean(name: str) -> Decimal | None:
        weight = found[f"{name}_weight"]
        return Decimal(found[f"{name}_sum"]) / weight if weight else None

    before = mean("previous")
    change = None
    if before is not None:
        now = Decimal(found["now_of_both"]) / found["previous_weight"]
        change = shown_difference(before, now)
    return Totals(
        score=mean("residual"),
        dimensions=tuple(mean(str(dimension)) for dimension in Dimension),
        change=change,
        spend=tuple(Money.from_minor(entry["total"], entry["currency"]) for entry in by_currency),
        spend_not_known=page.count - known_rows,
        not_weighed=page.count - in_base_rows,
    )


# ── Rows as pages and exports show them ─────────────────────────────────────────────────────────


# Read as plain values: a model of each row and of all that it runs on would cost more than the rest
# of the page. The order is that of `Row`.
_COLUMNS = (
    *("pk", "name", "business_unit", "criticality", "owner__name"),
    *("annual_spend_minor", "currency"),
    *("score__residual", "score__tier", "score__low", "score__high", "score__previous"),
    *("score__previous_label", "score__confidence", "score__is_provisional", "score__as_of"),
    *(f"score__{dimension}" for dimension in Dimension),
)
_CRITICALITY: dict[str, str] = {
    str(value): str(label) for value, label in Workload.Criticality.choices
}
_HEADS = tuple(dimension.short_head for dimension in Dimension)


class Row(NamedTuple):
    """One workload in a list; without `as_of` it was never scored. Spend in minor units."""

    pk: int
    name: str
    business_unit: str
    criticality_key: str
    owner: str | None
    spend_minor: int | None
    currency: str
    residual: Decimal | None
    tier_key: str | None
    low: Decimal | None
    high: Decimal | None
    previous: Decimal | None
    previous_label: str | None
    confidence: Decimal | None
    is_provisional: bool | None
    as_of: date | None
    dimensions: tuple[Decimal | None, ...]
    stack: str

    @property
    def tier(self) -> str:
        return self.tier_key or ""

    @property
    def criticality(self) -> str:
        return _CRITICALITY[self.criticality_key]

    @property
    def spend(self) -> Money | None:
        """What it costs a year, or None when nobody knows."""
        if self.spend_minor is None:
            return None
        return Money.from_minor(self.spend_minor, self.currency)

    @property
    def change(self) -> Decimal | None:
        """Against the last signed audit, as shown; None for a workload that it did not know."""
        return self.change_at(places=0)

    def change_at(self, *, places: int) -> Decimal | None:
        """Return the difference of both scores with that many decimals."""
        if self.residual is None or self.previous is None:
            return None
        return shown_difference(self.previous, self.residual, places)

    @property
    def is_new(self) -> bool:
        return self.residual is not None and self.change is None

    @property
    def cells(self) -> list[tuple[str, Decimal | None]]:
        """Each dimension's head and score."""
        return list(zip(_HEADS, self.dimensions, strict=True))


def listed(page: ListPage) -> list[Row]:
    """Return the page's rows, from two queries."""
    found = page.everything.filter(pk__in=page.keys).values_list(*_COLUMNS)
    rows = {row.pk: row for row in _rows(list(found))}
    return [rows[pk] for pk in page.keys if pk in rows]


def _rows(records: Sequence[tuple[Any, ...]]) -> Iterator[Row]:
    """Yield the records as rows, with what each runs on from one query."""
    stacks = _stacks([record[0] for record in records])
    plain = len(_COLUMNS) - len(_HEADS)
    for record in records:
        yield Row._make((*record[:plain], record[plain:], stacks.get(record[0], "")))


def _stacks(workloads: Sequence[int]) -> dict[int, str]:
    """Return what workloads run on, in a few words: “OpenAI · gpt-4.1”. Fallbacks are left out."""
    words: dict[int, list[str]] = {}
    found = (
        Dependency.objects.filter(workload__in=workloads)
        .exclude(role=Dependency.Role.FALLBACK)
        .order_by("role", "pk")
    )
    for workload, *names, service in found.values_list(
        "workload_id", "model__host__name", "model__name", "service__name"
    ):
        known = words.setdefault(workload, [])
        for name in names if names[0] is not None else [service]:
            if name not in known:
                known.append(name)
    return {workload: " · ".join(known[:3]) for workload, known in words.items()}


def export_headers(spec: List) -> list[str]:
    """Return the list's own columns; what the page shows by bars and marks has columns here."""
    headers = [column.label for column in spec.columns]
    place = headers.index("Score") + 1
    headers[place:place] = ["Tier", "Low", "High"]
    if _has(spec, "spend"):
        headers.append("Currency")
    return [*headers, "Business unit", "Runs on", "Figures at"]


def export_rows(page: ListPage, *, chunk: int = 2000) -> Iterator[list[Exported]]:
    """Yield the filtered rows in the list's order, in chunks, never all at once."""
    with_confidence, with_spend = _has(page.spec, "confidence"), _has(page.spec, "spend")
    tiers = {str(tier): tier.full_name for tier in Tier}
    records = page.filtered.values_list(*_COLUMNS).iterator(chunk_size=chunk)
    while batch := list(islice(records, chunk)):
        for row in _rows(batch):
            line: list[Exported] = [
                row.name,
                *map(_two_places, row.dimensions),
                _two_places(row.residual),
                tiers[row.tier] if row.tier else "Not assessed",
                _two_places(row.low),
                _two_places(row.high),
                row.change_at(places=2),
            ]
            if with_confidence:
                line += [row.confidence, row.criticality, row.owner]
            if with_spend:
                line += [row.spend, row.currency]
            line += [row.business_unit, row.stack, row.as_of]
            yield line


def export_totals(page: ListPage, found: Totals) -> list[Exported]:
    """Return the foot of the export: the same figures as the foot of the page."""
    title = f"{page.total_words}; scores weighted by spend"
    if _has(page.spec, "spend") and len(found.spend) > 1:
        title += f"; spend {', '.join(str(money) for money in found.spend)}"
    line: list[Exported] = [
        title,
        *(_two_places(value) for value in found.dimensions),
        _two_places(found.score),
        *(None, None, None),
        _two_places(found.change),
    ]
    if _has(page.spec, "confidence"):
        line += [None, None, None]
    if _has(page.spec, "spend"):
        one = found.spend[0] if len(found.spend) == 1 else None
        line += [one, one.currency if one else None]
    return [*line, None, None, None]


def _has(spec: List, key: str) -> bool:
    return any(column.key == key for column in spec.columns)


def _two_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
