"""The API of renewal briefs: how far each is, its content, and the files made of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from assessments.briefs.reading import content_of
from assessments.models import Brief, BriefDocument
from lockin.accounts.permissions import Permission as P


class BriefDocumentSerializer(serializers.ModelSerializer[BriefDocument]):
    """One PDF: for us, or for the vendor."""

    class Meta:
        model = BriefDocument
        fields = [
            *("id", "audience", "is_draft", "state", "error", "asked_at", "ready_at"),
            *("file_name", "sha256", "size", "pages"),
        ]


class BriefSerializer(serializers.ModelSerializer[Brief]):
    """A brief. `contract` is the contract's key; `act_by` the last safe day for notice."""

    contract = serializers.SlugRelatedField(slug_field="key", read_only=True)
    documents = BriefDocumentSerializer(many=True, read_only=True)

    class Meta:
        model = Brief
        fields = [
            *("id", "contract", "number", "contract_name", "vendor_name", "act_by", "state"),
            *("built_on", "opened_at", "opened_by_name", "sent_at", "sent_by_name"),
            *("decision", "decision_words", "decided_at", "decided_by_name"),
            *("sha256", "vendor_sha256", "documents"),
        ]


class BriefDetailSerializer(BriefSerializer):
    """A brief with its content: frozen after the decision, as it reads now before it."""

    content = serializers.SerializerMethodField()

    class Meta(BriefSerializer.Meta):
        fields = [*BriefSerializer.Meta.fields, "content"]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_content(self, brief: Brief) -> dict[str, Any]:
        return content_of(brief)


class BriefViewSet(ReadOnlyModelViewSet[Brief]):
    """Renewal briefs, newest first."""

    required_permissions = {"*": [P.BRIEF_VIEW]}
    queryset = Brief.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> Any:
        return BriefDetailSerializer if self.action == "retrieve" else BriefSerializer

    def get_queryset(self) -> QuerySet[Brief]:
        files = Prefetch("documents", queryset=BriefDocument.objects.order_by("pk"))
        rows = Brief.objects.for_user(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("contract").prefetch_related(files).order_by("-opened_at", "-pk")
