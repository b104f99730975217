"""What the lists of records can be narrowed and ordered by."""

from __future__ import annotations

from typing import Any

import django_filters.rest_framework as filters
from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import F, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission
from vendors.models import AIModel, Commitment, Contract, Dependency, Service, Vendor, Workload

DECISIONS = [(value or "none", label) for value, label in Contract.Decision.choices]
OWNER = "The owner's number or sign-in address."
ARCHIVED = (("false", "In use"), ("true", "Archived"), ("any", "Both"))


def of_owner(rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
    """Return the rows of one owner, by number or by sign-in address."""
    if value.isascii() and value.isdigit() and len(value) < 19:
        return rows.filter(owner_id=int(value))
    return rows.filter(owner__email__iexact=value)


class RowFilter(filters.NumberFilter):
    """A row's number; what can be none is refused, before the database meets it."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> MaxValueValidator:
        return MaxValueValidator(2**63 - 1)


class RecordFilter(filters.FilterSet):
    """Archived records are left out unless they are asked for."""

    archived_column = "archived_at"
    archived = filters.ChoiceFilter(
        choices=ARCHIVED,
        method="by_archive",
        help_text="Left out: records in use alone.",
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["archived"] else self._in_use(rows, yes=True)

    def by_archive(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows if value == "any" else self._in_use(rows, yes=value == "false")

    def _in_use(self, rows: QuerySet[Any], *, yes: bool) -> QuerySet[Any]:
        return rows.filter(**{f"{self.archived_column}__isnull": yes})


class VendorFilter(RecordFilter):
    country = filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Vendor
        fields: tuple[str, ...] = ()


class ServiceFilter(RecordFilter):
    vendor = filters.CharFilter(field_name="vendor__key", help_text="The vendor's key.")
    kind = filters.MultipleChoiceFilter(choices=Service.Kind.choices)

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()


class ModelFilter(RecordFilter):
    host = filters.CharFilter(field_name="host__key", help_text="The host's key.")
    publisher = filters.CharFilter(field_name="publisher__key", help_text="The publisher's key.")
    service = filters.CharFilter(field_name="service__key", help_text="The service's key.")
    mode = filters.MultipleChoiceFilter(choices=AIModel.Mode.choices)
    open_weights = filters.BooleanFilter()
    retires_from = filters.DateFilter(field_name="retires_on", lookup_expr="gte")
    retires_by = filters.DateFilter(field_name="retires_on", lookup_expr="lte")

    class Meta:
        model = AIModel
        fields: tuple[str, ...] = ()


class ContractFilter(RecordFilter):
    vendor = filters.CharFilter(field_name="vendor__key", help_text="The vendor's key.")
    owner = filters.CharFilter(method=of_owner, help_text=OWNER)
    state = filters.MultipleChoiceFilter(choices=Contract.State.choices)
    renewal = filters.MultipleChoiceFilter(choices=Contract.Renewal.choices)
    decision = filters.ChoiceFilter(choices=DECISIONS, method="by_decision")
    ends_from = filters.DateFilter(field_name="ends_on", lookup_expr="gte")
    ends_by = filters.DateFilter(field_name="ends_on", lookup_expr="lte")
    notice_from = filters.DateFilter(field_name="notice_by", lookup_expr="gte")
    notice_until = filters.DateFilter(field_name="notice_by", lookup_expr="lte")

    def by_decision(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(decision="" if value == "none" else value)

    class Meta:
        model = Contract
        fields: tuple[str, ...] = ()


class WorkloadFilter(RecordFilter):
    owner = filters.CharFilter(method=of_owner, help_text=OWNER)
    criticality = filters.MultipleChoiceFilter(choices=Workload.Criticality.choices)
    business_unit = filters.CharFilter(lookup_expr="iexact")
    service = filters.CharFilter(field_name="service", method="by_part")
    model = filters.CharFilter(field_name="model", method="by_part")
    contract = filters.CharFilter(field_name="contract", method="by_part")

    def by_part(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        # Apart, so that two dependencies on one service do not show the workload twice.
        found = Dependency.objects.filter(**{f"{name}__key": value})
        return rows.filter(pk__in=found.values("workload"))

    class Meta:
        model = Workload
        fields: tuple[str, ...] = ()


class CommitmentFilter(RecordFilter):
    archived_column = "contract__archived_at"
    contract = filters.CharFilter(field_name="contract__key", help_text="The contract's key.")
    vendor = filters.CharFilter(field_name="contract__vendor__key", help_text="The vendor's key.")
    kind = filters.MultipleChoiceFilter(choices=Commitment.Kind.choices)

    class Meta:
        model = Commitment
        fields: tuple[str, ...] = ()


class Ordering(OrderingFilter):
    """Order by the names a view lists, with what is missing last; an unknown name is refused.

    Amounts order nothing for those who may not see them: the order would tell.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        columns = dict(view.ordering_columns)
        if may(request.user, Permission.AMOUNTS_VIEW):
            columns |= view.amount_columns
        asked = [term for term in request.query_params.get("ordering", "").split(",") if term]
        terms = []
        for term in asked or view.ordering:
            column = columns.get(term.removeprefix("-"))
            if column is None:
                raise ValidationError(
                    {"ordering": [f"Order by {', '.join(columns)}, with - for the reverse."]}
                )
            field = F(column)
            terms.append(
                field.desc(nulls_last=True) if term[0] == "-" else field.asc(nulls_last=True)
            )
        return queryset.order_by(*terms, "pk")

    def get_valid_fields(self, queryset: Any, view: Any, context: Any = None) -> list[Any]:
        names = [*view.ordering_columns, *view.amount_columns]
        return [(name, name) for name in names]
