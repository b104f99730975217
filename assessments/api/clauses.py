"""The API of clauses, to read: what a contract says, who accepted what, waivers, the policy."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from assessments.clauses.conditions import Kind
from assessments.clauses.judging import Status
from assessments.clauses.matrix import matrix
from assessments.clauses.standing import of_contract
from assessments.clauses.values import from_store
from assessments.models import PolicyVersion, Waiver
from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission as P
from vendors.models import Contract

STATUSES = [(status.value, status.label) for status in Status]


class RequirementSerializer(serializers.Serializer[Any]):
    """One point of the acceptable position."""

    text = serializers.CharField()
    given = serializers.BooleanField()
    read = serializers.BooleanField(help_text="Whether anybody has read what it looks at.")


class ClauseSerializer(serializers.Serializer[Any]):
    """How one clause stands in a contract, with the reason."""

    key = serializers.CharField(source="clause.key")
    number = serializers.CharField(source="clause.number")
    name = serializers.CharField(source="clause.name")
    must = serializers.BooleanField(source="clause.must")
    status = serializers.ChoiceField(choices=STATUSES)
    without_waiver = serializers.ChoiceField(choices=STATUSES, source="judgement.beneath")
    position = serializers.CharField(source="judgement.at")
    reason = serializers.CharField(source="judgement.reason")
    requirements = RequirementSerializer(source="judgement.lines", many=True)
    asks = serializers.ListField(child=serializers.CharField(), source="judgement.asks")
    waived_until = serializers.DateField(source="judgement.waived_until", allow_null=True)
    finding = serializers.CharField(source="row.finding", default=None, allow_null=True)
    parameters = serializers.SerializerMethodField()
    excerpt = serializers.CharField(
        source="row.excerpt", default="", help_text="Empty for those who may not see amounts."
    )
    document = serializers.CharField(source="row.document_name", default="")
    page = serializers.IntegerField(source="row.page", default=None, allow_null=True)
    read_on = serializers.DateField(source="row.read_on", default=None, allow_null=True)
    judged_by = serializers.CharField(source="row.judged_by_name", default="")
    judged_at = serializers.DateTimeField(source="row.judged_at", default=None, allow_null=True)
    objection = serializers.CharField(source="row.objection_key", default="")

    @extend_schema_field(serializers.DictField())
    def get_parameters(self, entry: Any) -> dict[str, Any]:
        found = dict(from_store(entry.row.parameters)) if entry.row else {}
        if self._sees_amounts():
            return found
        known = {item.key: item.kind for item in entry.clause.parameters}
        return {key: value for key, value in found.items() if known.get(key) is not Kind.AMOUNT}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not self._sees_amounts():
            # The words of a paper show its prices.
            shown["excerpt"] = ""
        return shown

    def _sees_amounts(self) -> bool:
        return may(self.context["request"].user, P.AMOUNTS_VIEW)


class ContractClausesSerializer(serializers.Serializer[Any]):
    """All clauses of one contract against the policy in use."""

    contract = serializers.CharField(source="contract.key")
    policy = serializers.CharField(source="policy.label", default=None, allow_null=True)
    on = serializers.DateField()
    sentence = serializers.CharField()
    met = serializers.IntegerField()
    applicable = serializers.IntegerField()
    clauses = ClauseSerializer(many=True)


class ContractClausesViewSet(GenericViewSet[Contract]):
    """The clauses of a contract, by the contract's key."""

    required_permissions = {"*": [P.CLAUSE_VIEW]}
    queryset = Contract.objects.none()
    serializer_class = ContractClausesSerializer
    lookup_field = "key"
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=ContractClausesSerializer)
    def retrieve(self, request: Request, key: str) -> Response:
        """Return how each clause stands today."""
        user: Any = request.user
        seen = Contract.objects.for_user(user).order_by().values("pk")
        contract = (
            Contract.objects.filter(pk__in=seen, key=key)
            .select_related("vendor", "organisation")
            .first()
        )
        if contract is None:
            raise Http404("No such contract for you.")
        on = user.organisation.day_of(timezone.now())
        found = of_contract(contract, on=on)
        return Response(ContractClausesSerializer(found, context={"request": request}).data)


class EntrySerializer(serializers.Serializer[Any]):
    """One thing that is known of a vendor and a clause, with its source."""

    kind = serializers.CharField(help_text="ours, peer or published")
    status = serializers.ChoiceField(choices=STATUSES)
    words = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    day = serializers.DateField(allow_null=True)
    url = serializers.CharField()
    confidence = serializers.CharField()
    is_read = serializers.BooleanField()
    contract = serializers.CharField(source="contract.key", default=None, allow_null=True)


class CellSerializer(serializers.Serializer[Any]):
    """One vendor, or one standard paper, on a clause. `status` is null where nothing is known."""

    vendor = serializers.CharField(source="column.vendor.key", default=None, allow_null=True)
    name = serializers.CharField(source="column.name")
    status = serializers.ChoiceField(choices=STATUSES, allow_null=True)
    entries = EntrySerializer(many=True)


class MatrixRowSerializer(serializers.Serializer[Any]):
    """One clause, and who accepted it."""

    clause = serializers.CharField(source="clause.key")
    name = serializers.CharField(source="clause.name")
    met = serializers.IntegerField()
    known = serializers.IntegerField()
    cells = CellSerializer(many=True)


class ClauseMatrixViewSet(GenericViewSet[Contract]):
    """Who has accepted what."""

    required_permissions = {"*": [P.CLAUSE_VIEW]}
    queryset = Contract.objects.none()
    serializer_class = MatrixRowSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=MatrixRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Return clause by vendor, with what each mark is known from."""
        user: Any = request.user
        on = user.organisation.day_of(timezone.now())
        found = matrix(organisation=user.organisation, on=on, user=user)
        return Response(MatrixRowSerializer(found.rows, many=True).data)


class PolicySerializer(serializers.ModelSerializer[PolicyVersion]):
    """A published version of the policy."""

    class Meta:
        model = PolicyVersion
        fields = ["id", "label", "sha256", "notes", "published_at", "published_by_name"]


class PolicyDetailSerializer(PolicySerializer):
    """A version with its clauses, as they are hashed."""

    definition = serializers.SerializerMethodField()

    class Meta(PolicySerializer.Meta):
        fields = [*PolicySerializer.Meta.fields, "definition"]

    @extend_schema_field(serializers.DictField())
    def get_definition(self, version: PolicyVersion) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(version.manifest)
        return found


class PolicyVersionViewSet(ReadOnlyModelViewSet[PolicyVersion]):
    """Published versions of the policy, newest first."""

    required_permissions = {"*": [P.CLAUSE_VIEW]}
    queryset = PolicyVersion.objects.none()
    filterset_fields = ("label",)

    def get_queryset(self) -> QuerySet[PolicyVersion]:
        user: Any = self.request.user
        rows = PolicyVersion.objects.for_user(user).published().order_by("-published_at", "-pk")
        return rows.defer("manifest") if self.action == "list" else rows

    def get_serializer_class(self) -> type[PolicySerializer]:
        return PolicyDetailSerializer if self.action == "retrieve" else PolicySerializer


class WaiverSerializer(serializers.ModelSerializer[Waiver]):
    """A waiver as it was asked for. What it was granted on is amounts in part, and not handed out."""

    contract = serializers.CharField(source="contract.key", read_only=True)
    approvals = serializers.SerializerMethodField()

    class Meta:
        model = Waiver
        fields = [
            *("id", "contract", "clause_key", "act", "subject_name", "reason"),
            *("compensating_control", "expires_on", "requested_on", "requested_by_name"),
            "approvals",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_approvals(self, row: Waiver) -> list[dict[str, Any]]:
        return [
            {
                "function": word.function,
                "approved": word.approved,
                "by": word.decided_by_name,
                "at": word.decided_at,
            }
            for word in sorted(row.approvals.all(), key=lambda word: word.pk)
        ]


class WaiverViewSet(ReadOnlyModelViewSet[Waiver]):
    """Waivers, newest first."""

    serializer_class = WaiverSerializer
    required_permissions = {"*": [P.CLAUSE_VIEW]}
    queryset = Waiver.objects.none()
    filterset_fields = ("clause_key", "act")

    def get_queryset(self) -> QuerySet[Waiver]:
        user: Any = self.request.user
        seen = Waiver.objects.for_user(user).order_by().values("pk")
        return (
            Waiver.objects.filter(pk__in=seen)
            .select_related("contract")
            .prefetch_related("approvals")
            .order_by("-requested_at", "-pk")
        )
