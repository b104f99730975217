"""The API of findings: list, one, and management's response; the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assessments.audits import findings
from assessments.audits.drafting import visible_facts
from assessments.finding_lists import OPEN, rows_for
from assessments.models import Finding
from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission as P
from vendors.api.filters import RowFilter

GIVEN = [choice for choice in Finding.Response.choices if choice[0]]


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding in a list."""

    code = serializers.CharField(read_only=True)
    audit_label = serializers.CharField(source="audit.label", read_only=True)
    is_done = serializers.BooleanField(read_only=True)
    is_found_again = serializers.BooleanField(
        read_only=True, help_text="A later audit found it again, and counts it there."
    )

    class Meta:
        model = Finding
        fields = (
            *("id", "code", "audit", "audit_label", "rule", "subject_kind", "subject_key"),
            *("subject_name", "workload", "contract", "severity", "title", "state", "owner"),
            *("owner_name", "due_on", "carry_over", "previous", "response", "response_due_on"),
            *("is_done", "is_found_again"),
        )
        read_only_fields = fields


class FactShape(serializers.Serializer[Any]):
    """A figure behind a finding: a text, or an amount in minor units for whoever may see it."""

    label = serializers.CharField()
    value = serializers.CharField(required=False)
    minor = serializers.IntegerField(required=False)
    currency = serializers.CharField(required=False)


class FindingDetailSerializer(FindingSerializer):
    """A finding in full."""

    facts = serializers.SerializerMethodField()
    done_on = serializers.SerializerMethodField()

    class Meta(FindingSerializer.Meta):
        fields = (
            *FindingSerializer.Meta.fields,
            *("criteria", "condition", "cause", "effect", "recommendation", "facts"),
            *("dropped_reason", "response_text", "responded_at", "responded_by_name"),
            *("asked_at", "reminded_at", "done_on"),
        )
        read_only_fields = fields

    @extend_schema_field(FactShape(many=True))
    def get_facts(self, finding: Finding) -> list[dict[str, Any]]:
        user = self.context["request"].user
        return visible_facts(finding.facts, with_amounts=may(user, P.AMOUNTS_VIEW))

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_done_on(self, finding: Finding) -> Any:
        follow_up = getattr(finding, "follow_up", None)
        return follow_up.done_on if follow_up else None


class ResponseGiven(serializers.Serializer[Any]):
    """Management's response. The date is the day by which it is done."""

    response = serializers.ChoiceField(choices=GIVEN)
    text = serializers.CharField(max_length=10_000)
    due_on = serializers.DateField(error_messages={"required": "Give the day by which it is done."})


class FindingFilter(filters.FilterSet):
    """Filters of the list. `overdue=true` finds what still counts and is past its due date."""

    state = filters.MultipleChoiceFilter(choices=Finding.State.choices)
    severity = filters.MultipleChoiceFilter(choices=Finding.Severity.choices)
    audit = RowFilter(field_name="audit_id")
    owner = RowFilter(field_name="owner_id")
    workload = RowFilter(field_name="workload_id")
    response = filters.ChoiceFilter(choices=GIVEN)
    open = filters.BooleanFilter(method="of_open", label="Still counts")
    overdue = filters.BooleanFilter(method="of_overdue", label="Past its due date")

    class Meta:
        model = Finding
        fields: list[str] = []

    def of_open(self, rows: QuerySet[Finding], name: str, value: bool) -> QuerySet[Finding]:
        return rows.filter(OPEN) if value else rows.exclude(OPEN)

    def of_overdue(self, rows: QuerySet[Finding], name: str, value: bool) -> QuerySet[Finding]:
        on = self.request.user.organisation.day_of(timezone.now())
        late = rows.filter(OPEN, due_on__lt=on)
        return late if value else rows.exclude(pk__in=late.values("pk"))


class FindingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Finding]):
    """Findings: all, or those of one's own workloads and contracts."""

    required_permissions = {"*": [P.FINDING_VIEW], "respond": [P.FINDING_RESPOND]}
    queryset = Finding.objects.none()  # for the schema alone
    filterset_class = FindingFilter
    search_fields = ("title", "subject_name", "owner_name")
    ordering_fields = ("severity_rank", "due_on", "title", "owner_name")
    ordering = ("-severity_rank", "-pk")

    def get_queryset(self) -> QuerySet[Finding]:
        return rows_for(self.request.user)

    def get_serializer_class(self) -> Any:
        return FindingSerializer if self.action == "list" else FindingDetailSerializer

    @extend_schema(request=ResponseGiven, responses=FindingDetailSerializer)
    @action(detail=True, methods=["post"])
    def respond(self, request: Request, pk: str | None = None) -> Response:
        """Give management's response. One that changes after a signature voids the signatures."""
        finding = self.get_object()
        if not findings.may_respond(request.user, finding):
            raise Http404("No such finding to respond to.")
        given = ResponseGiven(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            findings.respond(
                finding=finding, by=request.user, now=timezone.now(), **given.validated_data
            )
        except findings.UnableToRespond as error:
            raise ValidationError({"detail": str(error)}) from error
        again = self.get_queryset().get(pk=finding.pk)
        return Response(FindingDetailSerializer(again, context=self.get_serializer_context()).data)
