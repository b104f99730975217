"""Stored scores: a row for every workload in use, also those that were never assessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters.rest_framework
from django.db.models import F, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.score_shapes import TIERS, figure
from assessments.scoring.dimensions import Dimension
from lockin import remembered
from lockin.accounts.permissions import Permission
from lockin.remembered import OrderedValues
from vendors.api.filters import RowFilter
from vendors.models import Workload


class DimensionFigures(serializers.Serializer[Any]):
    """A figure for each form of lock-in."""

    api = figure("Proprietary API.")
    tuning = figure("Model fine-tuning.")
    vectors = figure("Embedding and vector store.")
    workflow = figure("Data and workflow.")
    commercial = figure("Commercial commitment.")


class ScoreRow(serializers.Serializer[Any]):
    """One workload's stored score. Scores are 0 (portable) to 100 (entrenched)."""

    workload = serializers.CharField(source="key")
    name = serializers.CharField()
    criticality = serializers.ChoiceField(choices=Workload.Criticality.choices)
    business_unit = serializers.CharField()
    owner = serializers.CharField(source="owner.name", default=None, allow_null=True)
    is_assessed = serializers.SerializerMethodField()
    as_of = serializers.DateField(source="score.as_of", default=None, allow_null=True)
    scheme = serializers.CharField(source="score.scheme", default=None, allow_null=True)
    residual = serializers.DecimalField(
        source="score.residual", max_digits=7, decimal_places=4, default=None, allow_null=True
    )
    inherent = serializers.DecimalField(
        source="score.inherent", max_digits=7, decimal_places=4, default=None, allow_null=True
    )
    low = serializers.DecimalField(
        source="score.low", max_digits=7, decimal_places=4, default=None, allow_null=True
    )
    high = serializers.DecimalField(
        source="score.high", max_digits=7, decimal_places=4, default=None, allow_null=True
    )
    tier = serializers.SerializerMethodField(help_text="After all gates; null without a score.")
    confidence = serializers.DecimalField(
        source="score.confidence",
        max_digits=5,
        decimal_places=4,
        default=None,
        allow_null=True,
        help_text="0 to 1.",
    )
    is_provisional = serializers.BooleanField(
        source="score.is_provisional", default=None, allow_null=True
    )
    dimensions = serializers.SerializerMethodField(
        help_text="Residual score of each; null where it does not apply."
    )
    previous = serializers.DecimalField(
        source="score.previous",
        max_digits=7,
        decimal_places=4,
        default=None,
        allow_null=True,
        help_text="Residual score in the last signed audit.",
    )
    previous_label = serializers.CharField(
        source="score.previous_label", default=None, allow_null=True
    )

    def get_is_assessed(self, row: Workload) -> bool:
        return _score(row) is not None

    @extend_schema_field(serializers.ChoiceField(choices=TIERS, allow_null=True))
    def get_tier(self, row: Workload) -> str | None:
        score = _score(row)
        return (score.tier or None) if score else None

    @extend_schema_field(DimensionFigures)
    def get_dimensions(self, row: Workload) -> dict[str, str | None]:
        score = _score(row)
        return {
            str(dimension): _text(getattr(score, str(dimension))) if score else None
            for dimension in Dimension
        }


def _score(row: Workload) -> Any:
    return getattr(row, "score", None)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class ScoreFilter(django_filters.FilterSet):
    """Filters of the list. `assessed=false` finds what was never assessed."""

    tier = django_filters.MultipleChoiceFilter(field_name="score__tier", choices=TIERS)
    criticality = django_filters.MultipleChoiceFilter(choices=Workload.Criticality.choices)
    business_unit = django_filters.CharFilter(lookup_expr="iexact")
    owner = RowFilter(field_name="owner_id")
    provisional = django_filters.BooleanFilter(field_name="score__is_provisional")
    assessed = django_filters.BooleanFilter(field_name="score", lookup_expr="isnull", exclude=True)
    residual_min = django_filters.NumberFilter(field_name="score__residual", lookup_expr="gte")
    residual_max = django_filters.NumberFilter(field_name="score__residual", lookup_expr="lte")

    class Meta:
        model = Workload
        fields: list[str] = []


class NullsLast(OrderingFilter):
    """Order with what is missing last, and always by something unique in the end."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        ordering = self.get_ordering(request, queryset, view) or ["key"]
        terms = [
            F(name.removeprefix("-")).desc(nulls_last=True)
            if name.startswith("-")
            else F(name).asc(nulls_last=True)
            for name in ordering
        ]
        return queryset.order_by(*terms, "pk")


def scored_workloads(user: Any) -> QuerySet[Workload]:
    """Return the workloads in use that a person may see, with their stored scores."""
    return Workload.objects.for_user(user).current().select_related("owner", "score")


# Read as plain values, in the order of `ScoreRow`: its fields and a model a row would cost more
# than the query. A test holds the two to the same answer.
_COLUMNS = (
    *("pk", "key", "name", "criticality", "business_unit", "owner__name"),
    *("score__as_of", "score__scheme"),
    *(f"score__{name}" for name in ("residual", "inherent", "low", "high")),
    *("score__tier", "score__confidence", "score__is_provisional"),
    *("score__previous", "score__previous_label"),
    *(f"score__{dimension}" for dimension in Dimension),
)
_FIGURES = len(_COLUMNS) - len(Dimension)
_DIMENSIONS = tuple(str(dimension) for dimension in Dimension)


def score_row(values: Sequence[Any]) -> dict[str, Any]:
    """Return one row as `ScoreRow` describes it. Figures have the places that are stored."""
    (_, key, name, criticality, unit, owner, as_of, scheme, *figures) = values[:_FIGURES]
    residual, inherent, low, high, tier, confidence, provisional, previous, label = figures
    return {
        "workload": key,
        "name": name,
        "criticality": criticality,
        "business_unit": unit,
        "owner": owner,
        "is_assessed": as_of is not None,
        "as_of": None if as_of is None else as_of.isoformat(),
        "scheme": scheme,
        "residual": _text(residual),
        "inherent": _text(inherent),
        "low": _text(low),
        "high": _text(high),
        "tier": tier or None,
        "confidence": _text(confidence),
        "is_provisional": provisional,
        "dimensions": dict(zip(_DIMENSIONS, map(_text, values[_FIGURES:]), strict=True)),
        "previous": _text(previous),
        "previous_label": label,
    }


@extend_schema_view(
    list=extend_schema(summary="Scores of all workloads", tags=["scores"]),
)
class ScoreViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Workload]):
    """The stored scores, as the list of workloads shows them."""

    required_permissions = {"*": [Permission.PORTFOLIO_VIEW]}
    serializer_class = ScoreRow
    filterset_class = ScoreFilter
    filter_backends = [
        django_filters.rest_framework.DjangoFilterBackend,
        SearchFilter,
        NullsLast,
    ]
    search_fields = ["name", "business_unit", "owner__name"]
    ordering_fields = [
        *("key", "name", "criticality", "business_unit"),
        *("score__residual", "score__inherent", "score__confidence", "score__previous"),
        *(f"score__{dimension}" for dimension in Dimension),
    ]
    ordering = ["-score__residual"]
    queryset = Workload.objects.none()  # for the schema alone

    def get_queryset(self) -> QuerySet[Workload]:
        user: Any = self.request.user
        return Workload.objects.for_user(user).current()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of rows, whose order is reckoned once for each state of the records."""
        rows = OrderedValues(
            self.filter_queryset(self.get_queryset()),
            _COLUMNS,
            memory=remembered.for_request(request._request),
        )
        page: Any = self.paginate_queryset(rows)  # type: ignore[arg-type]
        return self.get_paginated_response([score_row(values) for values in page])
