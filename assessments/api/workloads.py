"""One workload's profile: its stored score with the whole trace, and what stands around it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.api.score_shapes import CONTROLS, DIMENSIONS, TIERS, ScoreRecord, figure
from assessments.api.scores import scored_workloads
from assessments.models import Mitigation
from assessments.previous_scores import score_history
from assessments.scoring.dimensions import Dimension
from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission
from vendors.models import Dependency, Workload


class Reach(serializers.Serializer[Any]):
    """What the workload depends on."""

    model = serializers.CharField(allow_null=True)
    host = serializers.CharField(allow_null=True)
    service = serializers.CharField(allow_null=True)
    contract = serializers.CharField(allow_null=True, help_text="The contract's key.")
    share = figure("Of the traffic, 0 to 1; null is not known.")
    path = serializers.ChoiceField(choices=Dependency.Path.choices)
    role = serializers.ChoiceField(choices=Dependency.Role.choices)
    retires_on = serializers.DateField(allow_null=True)


class Registered(serializers.Serializer[Any]):
    """A control as registered."""

    control = serializers.ChoiceField(choices=CONTROLS)
    dimension = serializers.ChoiceField(choices=DIMENSIONS)
    coverage = figure("0 to 1.")
    measured_coverage = figure("0 to 1; null where nobody measured.")
    grade = serializers.ChoiceField(choices=Mitigation.Grade.choices)
    tested_on = serializers.DateField(allow_null=True)
    drill = serializers.ChoiceField(choices=Mitigation.Drill.choices)


class PastScore(serializers.Serializer[Any]):
    """The score that a signed audit froze."""

    audit = serializers.CharField()
    residual = figure()
    tier = serializers.ChoiceField(choices=TIERS, allow_null=True)
    dimensions = serializers.DictField(child=serializers.CharField(allow_null=True))


class Amount(serializers.Serializer[Any]):
    amount_minor = serializers.IntegerField(
        allow_null=True, help_text="Minor units; null: unknown."
    )
    currency = serializers.CharField()


class WorkloadProfile(serializers.Serializer[Any]):
    """Everything behind a workload's score. `annual_spend` is absent without the right to amounts."""

    workload = serializers.CharField()
    name = serializers.CharField()
    criticality = serializers.ChoiceField(choices=Workload.Criticality.choices)
    as_of = serializers.DateField(allow_null=True)
    score = ScoreRecord(allow_null=True, help_text="Null: never assessed.")
    dependencies = Reach(many=True)
    mitigations = Registered(many=True)
    history = PastScore(many=True)
    annual_spend = Amount(required=False)


class ProfileView(APIView):
    """The profile of one workload."""

    required_permissions = {"*": [Permission.PORTFOLIO_VIEW]}

    @extend_schema(
        operation_id="workloads_profile",
        summary="A workload's score with its whole trace",
        responses={200: WorkloadProfile, 404: OpenApiResponse(description="None for you.")},
        tags=["scores"],
    )
    def get(self, request: Request, key: str) -> Response:
        row = get_object_or_404(scored_workloads(request.user), key=key)
        score = getattr(row, "score", None)
        found: dict[str, Any] = {
            "workload": row.key,
            "name": row.name,
            "criticality": row.criticality,
            "as_of": score.as_of if score else None,
            "score": score.result if score else None,
            "dependencies": [_reach(entry) for entry in _dependencies(row)],
            "mitigations": [_registered(entry) for entry in _mitigations(row)],
            "history": _history(row),
        }
        if may(request.user, Permission.AMOUNTS_VIEW):
            found["annual_spend"] = {
                "amount_minor": row.annual_spend_minor,
                "currency": row.currency,
            }
        return Response(found)


def _dependencies(row: Workload) -> Any:
    return row.dependencies.select_related("model__host", "service", "contract").order_by("pk")


def _mitigations(row: Workload) -> Any:
    return row.mitigations.order_by("control", "dimension", "pk")


def _reach(entry: Dependency) -> dict[str, Any]:
    return {
        "model": entry.model.name if entry.model else None,
        "host": entry.model.host.name if entry.model else None,
        "service": entry.service.name if entry.service else None,
        "contract": entry.contract.key if entry.contract else None,
        "share": None if entry.share is None else str(entry.share),
        "path": entry.path,
        "role": entry.role,
        "retires_on": entry.model.retires_on if entry.model else None,
    }


def _registered(entry: Mitigation) -> dict[str, Any]:
    measured = entry.measured_coverage
    return {
        "control": entry.control,
        "dimension": entry.dimension,
        "coverage": str(entry.coverage),
        "measured_coverage": None if measured is None else str(measured),
        "grade": entry.grade,
        "tested_on": entry.tested_on,
        "drill": entry.drill,
    }


def _history(row: Workload) -> list[dict[str, Any]]:
    return [
        {
            "audit": past.label,
            "residual": None if past.residual is None else str(past.residual),
            "tier": past.tier or None,
            "dimensions": {
                str(dimension): None
                if (value := past.dimension(str(dimension))) is None
                else str(value)
                for dimension in Dimension
            },
        }
        for _, past in score_history(row.organisation, workload_key=row.key)
    ]
