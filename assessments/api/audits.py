"""The API of audits: where each stands, and its frozen record item by item."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assessments.audits.payload import KINDS, without_amounts
from assessments.audits.progress import progress
from assessments.models import Audit, Finding, Signature, SnapshotItem
from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission as P

ITEM_KINDS = [(kind, kind) for kind in KINDS]
NOT_DROPPED = ~Q(findings__state=Finding.State.DROPPED)


class FrozenShape(serializers.Serializer[Any]):
    """What is frozen of an audit: its hashes say whether it is still the same."""

    sealed_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    items = serializers.IntegerField(source="items_count")
    schema = serializers.CharField(source="schema_name")
    schema_version = serializers.IntegerField()


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    """A signature, also one that was withdrawn or no longer counts."""

    class Meta:
        model = Signature
        fields = (
            *("id", "function", "as_deputy", "signer_name", "signer_role", "signed_at"),
            *("signed_sha256", "dissent", "withdrawn_at", "withdrawn_reason"),
            *("voided_at", "voided_reason"),
        )
        read_only_fields = fields


class AuditSerializer(serializers.ModelSerializer[Audit]):
    """An audit in a list."""

    findings = serializers.IntegerField(source="found", help_text="Dropped ones left out.")
    responses = serializers.IntegerField(source="answered")
    snapshot = serializers.SerializerMethodField()

    class Meta:
        model = Audit
        fields = (
            *("id", "label", "state", "period_starts_on", "period_ends_on", "opens_on"),
            *("opens_because", "reason_words", "is_late", "opened_at", "opened_by_name"),
            *("report_due_on", "findings_agreed_at", "closed_at", "findings", "responses"),
            "snapshot",
        )
        read_only_fields = fields

    @extend_schema_field(FrozenShape(allow_null=True))
    def get_snapshot(self, audit: Audit) -> dict[str, Any] | None:
        snapshot = getattr(audit, "snapshot", None)
        if snapshot is None or snapshot.sealed_at is None:
            return None
        return dict(FrozenShape(snapshot).data)


class BlockerShape(serializers.Serializer[Any]):
    """What the next step waits for."""

    key = serializers.CharField()
    text = serializers.CharField()
    may_be_overridden = serializers.BooleanField()


class AuditDetailSerializer(AuditSerializer):
    """One audit with what blocks it and who has signed."""

    blockers = serializers.SerializerMethodField()
    signatures = serializers.SerializerMethodField()
    closing_sha256 = serializers.SerializerMethodField()

    class Meta(AuditSerializer.Meta):
        fields = (*AuditSerializer.Meta.fields, "blockers", "signatures", "closing_sha256")
        read_only_fields = fields

    @extend_schema_field(BlockerShape(many=True))
    def get_blockers(self, audit: Audit) -> list[Any]:
        return list(BlockerShape(progress(audit).blockers, many=True).data)

    @extend_schema_field(SignatureSerializer(many=True))
    def get_signatures(self, audit: Audit) -> list[Any]:
        rows = Signature.objects.filter(audit=audit).order_by("signed_at", "pk")
        return list(SignatureSerializer(rows, many=True).data)

    def get_closing_sha256(self, audit: Audit) -> str | None:
        closing = getattr(audit, "closing", None)
        return closing.sha256 if closing else None


class SnapshotItemSerializer(serializers.Serializer[Any]):
    """One frozen item. The hash is over the canonical JSON of the whole body, amounts included."""

    position = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ITEM_KINDS)
    key = serializers.CharField()
    sha256 = serializers.CharField()
    body = serializers.SerializerMethodField(
        help_text="Without the objects named amounts for whoever may not see them."
    )

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_body(self, row: SnapshotItem) -> Any:
        body = json.loads(row.body)
        return body if self.context["with_amounts"] else without_amounts(body)


class AuditViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Audit]):
    """Audits of the organisation, and what each has frozen."""

    required_permissions = {"*": [P.AUDIT_VIEW]}
    queryset = Audit.objects.none()  # for the schema alone
    filterset_fields = ("state", "label")
    search_fields = ("label",)
    ordering_fields = ("period_ends_on", "label", "state")

    def get_queryset(self) -> QuerySet[Audit]:
        rows = Audit.objects.for_user(self.request.user).select_related("snapshot", "closing")
        return rows.annotate(
            found=Count("findings", filter=NOT_DROPPED),
            answered=Count("findings", filter=NOT_DROPPED & ~Q(findings__response="")),
        ).order_by("-period_ends_on", "-pk")

    def get_serializer_class(self) -> Any:
        return {
            "retrieve": AuditDetailSerializer,
            "items": SnapshotItemSerializer,
        }.get(self.action, AuditSerializer)

    @extend_schema(
        summary="What the snapshot holds, in the order of its hash",
        parameters=[OpenApiParameter("kind", str, enum=list(KINDS))],
        responses=SnapshotItemSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], filter_backends=[])
    def items(self, request: Request, pk: str | None = None) -> Response:
        audit = self.get_object()
        snapshot = getattr(audit, "snapshot", None)
        if snapshot is None or snapshot.sealed_at is None:
            raise Http404("Nothing is frozen yet.")
        found = SnapshotItem.objects.filter(snapshot=snapshot).order_by("position", "pk")
        if kind := request.query_params.get("kind"):
            found = found.filter(kind=kind)
        context = self.get_serializer_context() | {
            "with_amounts": may(request.user, P.AMOUNTS_VIEW)
        }
        page = self.paginate_queryset(found)
        return self.get_paginated_response(
            SnapshotItemSerializer(page, many=True, context=context).data
        )
