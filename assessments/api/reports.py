"""The API of reports: what was made, with its files and hashes, and the files themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from assessments.models import Report, ReportVolume
from assessments.report_files import file_of, visible
from assessments.reports import publishing
from lockin.accounts.permissions import Permission as P


class VolumeSerializer(serializers.ModelSerializer[ReportVolume]):
    """One PDF of a report; the body is number 0."""

    class Meta:
        model = ReportVolume
        fields = ["number", "title", "file_name", "sha256", "size", "pages", "made_at"]


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report and its files. `audit` is the audit's id."""

    volumes = VolumeSerializer(many=True, read_only=True)
    label = serializers.CharField(source="audit.label", read_only=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "audit",
            "label",
            "is_draft",
            "with_amounts",
            "state",
            "error",
            "asked_at",
            "asked_by_name",
            "ready_at",
            "snapshot_sha256",
            "content_sha256",
            "manifest_sha256",
            "volumes",
        ]


class ReportViewSet(ReadOnlyModelViewSet[Report]):
    """Reports, newest first. Without the right to amounts, only the copies without them."""

    serializer_class = ReportSerializer
    required_permissions = {"*": [P.REPORT_VIEW]}
    queryset = Report.objects.none()

    def get_queryset(self) -> QuerySet[Report]:
        volumes = Prefetch("volumes", queryset=ReportVolume.objects.order_by("number"))
        found: Any = visible(self.request.user)  # type: ignore[arg-type]
        return (
            found.select_related("audit", "organisation")
            .prefetch_related(volumes)
            .order_by("-asked_at", "-pk")
        )

    @extend_schema(
        parameters=[OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path=r"volumes/(?P<number>\d+)")
    def volume(self, request: Request, number: str, **_: Any) -> FileResponse:
        """Return one file."""
        report = self.get_object()
        found = next((row for row in report.volumes.all() if row.number == int(number)), None)
        if found is None or not publishing.path_of(found.sha256).is_file():
            raise Http404("There is no such file.")
        return file_of(report, found, by=request.user, now=timezone.now())
