"""The portfolio's records: read by those who see them, written through the domain calls."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar, cast

from django.db.models import Model, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from lockin.accounts.models import User
from lockin.accounts.permissions import Permission as P
from vendors.api import filters, parts, serializers
from vendors.api.amendments import AmendmentSerializer, DatesSerializer, ReasonSerializer
from vendors.api.parsing import PlainJSONParser
from vendors.models import (
    AIModel,
    Amendment,
    Asset,
    Commitment,
    CommitmentPeriod,
    Contract,
    Dependency,
    Service,
    Vendor,
    VendorAlias,
    Workload,
)
from vendors.portfolio import (
    amendments,
    commitments,
    contracts,
    models,
    services,
    terms,
    vendors,
    workloads,
)
from vendors.portfolio.records import UnableToChange

READ = {"list": [P.PORTFOLIO_VIEW], "retrieve": [P.PORTFOLIO_VIEW]}
# "*" stands for acts, and for methods that an address does not take.
ACCESS = {**READ, "*": [P.PORTFOLIO_VIEW, P.PORTFOLIO_EDIT]}


class RecordViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    """What all records share: the list, the record by its key, add and change."""

    required_permissions: ClassVar[dict[str, list[P]]] = ACCESS
    parser_classes = (PlainJSONParser,)
    filter_backends = (DjangoFilterBackend, SearchFilter, filters.Ordering)
    ordering = ("name",)
    # What a list may be ordered by: the API's name → the column.
    ordering_columns: ClassVar[dict[str, str]] = {"key": "key", "name": "name"}
    amount_columns: ClassVar[dict[str, str]] = {}
    lookup_field = "key"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    # The domain's module for this kind of record, and its word for one.
    writes: ModuleType
    word: ClassVar[str]

    @property
    def person(self) -> User:
        """Whoever asks; the guard has let nobody in without a sign-in."""
        return cast(User, self.request.user)

    def get_object(self) -> Any:
        # Filters narrow lists; an address is an address.
        return get_object_or_404(self.get_queryset(), **self.kwargs)

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """Show one record."""
        return Response(self.get_serializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        """Add a record."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        row = self._write(asked, "add", **self.place_of(asked.validated_data))
        return Response(self._shown(row), status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        """Change what is given; the rest stays."""
        row = self.get_object()
        asked = self.get_serializer(row, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(self._shown(self._write(asked, "edit", **{self.word: row})))

    def place_of(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return where a new record belongs."""
        return {"organisation": self.person.organisation}

    def _write(self, asked: Any, act: str, **subject: Any) -> Model:
        try:
            return getattr(self.writes, act)(
                **subject, **asked.given(), by=self.person, now=timezone.now()
            )
        except UnableToChange as error:
            raise ValidationError(asked.refused(error.errors)) from None

    def _shown(self, row: Model) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=row.pk)).data


class ArchivedViewSet(RecordViewSet):
    """Records that are taken out of use instead of being deleted."""

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, **kwargs: str) -> Response:
        """Take a record out of use; a second time changes nothing."""
        return self._set("archive")

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: str) -> Response:
        """Put an archived record back into use."""
        return self._set("restore")

    def _set(self, act: str) -> Response:
        try:
            row = getattr(self.writes, act)(
                **{self.word: self.get_object()}, by=self.person, now=timezone.now()
            )
        except UnableToChange as error:
            raise ValidationError({"non_field_errors": error.errors[""]}) from None
        return Response(self._shown(row))


class VendorViewSet(ArchivedViewSet):
    """Vendors."""

    queryset = Vendor.objects.none()
    serializer_class = serializers.VendorSerializer
    filterset_class = filters.VendorFilter
    search_fields = ("name", "key", "aliases__name")
    writes = vendors
    word = "vendor"

    def get_queryset(self) -> QuerySet[Any]:
        rows = Vendor.objects.for_user(self.person).select_related("merged_into")
        return rows.prefetch_related(
            Prefetch("aliases", VendorAlias.objects.order_by("name", "pk"))
        )


class ServiceViewSet(ArchivedViewSet):
    """Services."""

    queryset = Service.objects.none()
    serializer_class = serializers.ServiceSerializer
    filterset_class = filters.ServiceFilter
    search_fields = ("name", "key", "vendor__name")
    ordering_columns = RecordViewSet.ordering_columns | {
        "vendor": "vendor__name",
        "kind": "kind",
        "tuning_ends_on": "tuning_ends_on",
    }
    writes = services
    word = "service"

    def get_queryset(self) -> QuerySet[Any]:
        return Service.objects.for_user(self.person).select_related("vendor")


class ModelViewSet(ArchivedViewSet):
    """AI models at their hosts."""

    queryset = AIModel.objects.none()
    serializer_class = serializers.ModelSerializer
    filterset_class = filters.ModelFilter
    search_fields = ("name", "key", "registry_key", "host__name", "publisher__name")
    ordering_columns = RecordViewSet.ordering_columns | {
        "host": "host__name",
        "retires_on": "retires_on",
        "observed_on": "observed_on",
    }
    writes = models
    word = "model"

    def get_queryset(self) -> QuerySet[Any]:
        rows = AIModel.objects.for_user(self.person)
        return rows.select_related("publisher", "host", "service")


class ContractViewSet(ArchivedViewSet):
    """Contracts."""

    queryset = Contract.objects.none()
    serializer_class = serializers.ContractSerializer
    filterset_class = filters.ContractFilter
    search_fields = ("name", "key", "reference", "vendor__name")
    ordering_columns = RecordViewSet.ordering_columns | {
        "vendor": "vendor__name",
        "ends_on": "ends_on",
        "notice_by": "notice_by",
    }
    amount_columns = {"annual_value": "annual_value_minor"}
    writes = contracts
    word = "contract"

    required_permissions = {**ACCESS, "dates": [P.PORTFOLIO_VIEW]}

    def get_queryset(self) -> QuerySet[Any]:
        return Contract.objects.for_user(self.person).select_related("vendor", "owner")

    @extend_schema(responses=DatesSerializer, filters=False)
    @action(detail=True, methods=["get"])
    def dates(self, request: Request, **kwargs: str) -> Response:
        """Show the dates that follow from the terms in force today, with their arithmetic."""
        contract = get_object_or_404(
            Contract.objects.for_user(self.person).with_terms(), **self.kwargs
        )
        found = terms.days_of(contract, on=contract.organisation.day_of(timezone.now()))
        if found.dates is None:
            raise ValidationError({"non_field_errors": [found.problem]})
        return Response(DatesSerializer(found.dates).data)


OF_CONTRACT = OpenApiParameter("contract", OpenApiTypes.STR, OpenApiParameter.PATH)
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)


@extend_schema_view(
    list=extend_schema(parameters=[OF_CONTRACT]),
    create=extend_schema(parameters=[OF_CONTRACT]),
    retrieve=extend_schema(parameters=[OF_CONTRACT, NUMBER]),
)
class AmendmentViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    """The papers of one contract, in the order of their recording. They are never changed."""

    required_permissions: ClassVar[dict[str, list[P]]] = ACCESS
    parser_classes = (PlainJSONParser,)
    queryset = Amendment.objects.none()
    serializer_class = AmendmentSerializer
    filter_backends = ()

    @property
    def contract(self) -> Contract:
        rows = Contract.objects.for_user(cast(User, self.request.user))
        found: Contract = get_object_or_404(rows, key=self.kwargs["contract"])
        return found

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), number=self.kwargs["number"])

    def get_queryset(self) -> QuerySet[Any]:
        rows = Amendment.objects.filter(contract=self.contract).select_related("withdraws")
        return rows.order_by("number")

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """Show one paper."""
        return Response(self.get_serializer(self.get_object()).data)

    def create(self, request: Request, **kwargs: str) -> Response:
        """Put a signed paper on file; the contract's terms change from its effective day on."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._written(amendments.add, contract=self.contract, values=asked.validated_data)

    @extend_schema(
        parameters=[OF_CONTRACT, NUMBER],
        request=ReasonSerializer,
        responses={201: AmendmentSerializer},
    )
    def take_back(self, request: Request, **kwargs: str) -> Response:
        """Take back a paper that was read out wrongly. It stays in the history."""
        asked = ReasonSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._written(
            amendments.take_back,
            amendment=self.get_object(),
            reason=asked.validated_data["reason"],
        )

    def _written(self, write: Any, **given: Any) -> Response:
        try:
            row = write(**given, by=self.request.user, now=timezone.now())
        except UnableToChange as error:
            raise ValidationError(
                {name or "non_field_errors": texts for name, texts in error.errors.items()}
            ) from None
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)


class WorkloadViewSet(ArchivedViewSet):
    """Workloads with what they depend on and what would have to move with them."""

    queryset = Workload.objects.none()
    serializer_class = parts.WorkloadSerializer
    filterset_class = filters.WorkloadFilter
    search_fields = ("name", "key", "business_unit", "owner__name")
    ordering_columns = RecordViewSet.ordering_columns | {
        "business_unit": "business_unit",
        "daily_users": "daily_users",
    }
    amount_columns = {"annual_spend": "annual_spend_minor"}
    writes = workloads
    word = "workload"

    def get_queryset(self) -> QuerySet[Any]:
        rows = Workload.objects.for_user(self.person).select_related("owner")
        dependencies = Dependency.objects.select_related("service", "model", "contract")
        assets = Asset.objects.select_related("service", "model")
        return rows.prefetch_related(
            Prefetch("dependencies", dependencies.order_by("pk")),
            Prefetch("assets", assets.order_by("pk")),
        )


PLACE = [
    OpenApiParameter("contract", OpenApiTypes.STR, OpenApiParameter.PATH),
    OpenApiParameter("key", OpenApiTypes.STR, OpenApiParameter.PATH),
]


@extend_schema_view(
    retrieve=extend_schema(parameters=PLACE),
    partial_update=extend_schema(parameters=PLACE),
    destroy=extend_schema(parameters=PLACE),
)
class CommitmentViewSet(RecordViewSet):
    """Commitments with their periods: amounts all through, so for those who may see amounts."""

    required_permissions = {
        name: [*needed, P.AMOUNTS_VIEW]
        for name, needed in RecordViewSet.required_permissions.items()
    }
    queryset = Commitment.objects.none()
    serializer_class = parts.CommitmentSerializer
    filterset_class = filters.CommitmentFilter
    search_fields = ("name", "key", "contract__name", "contract__vendor__name")
    ordering_columns = RecordViewSet.ordering_columns | {
        "contract": "contract__name",
        "used_as_of": "used_as_of",
    }
    writes = commitments
    word = "commitment"

    def get_object(self) -> Any:
        return get_object_or_404(
            self.get_queryset(), contract__key=self.kwargs["contract"], key=self.kwargs["key"]
        )

    def get_queryset(self) -> QuerySet[Any]:
        seen = Contract.objects.for_user(self.person).values("pk")
        periods = CommitmentPeriod.objects.order_by("starts_on", "pk")
        rows = Commitment.objects.filter(contract__in=seen)
        rows = rows.select_related("contract__organisation")
        return rows.prefetch_related(Prefetch("periods", periods))

    def place_of(self, values: dict[str, Any]) -> dict[str, Any]:
        return {"contract": values["contract"]}

    def destroy(self, request: Request, **kwargs: str) -> Response:
        """Remove a commitment that was added by mistake; one with a history stays, with 400."""
        try:
            commitments.remove(commitment=self.get_object(), by=self.person, now=timezone.now())
        except UnableToChange as error:
            raise ValidationError({"non_field_errors": error.errors[""]}) from None
        return Response(status=status.HTTP_204_NO_CONTENT)
