"""Calculators: they take everything, return everything and store nothing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.api.score_shapes import ScoreQuestion, ScoreRecord
from assessments.scoring.inputs import UnableToScore
from assessments.scoring.scheme import scheme_named
from assessments.scoring.workload_score import score_workload
from lockin.accounts.permissions import Permission

LARGEST_BODY = 512 * 1024


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"The body is larger than {LARGEST_BODY // 1024} KB."
    default_code = "too_large"


class ScoreCalculator(APIView):
    """Score a workload from answers, weights, evidence, controls and facts."""

    required_permissions = {"*": [Permission.CALCULATE]}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise TooLarge

    @extend_schema(
        operation_id="calculators_score",
        summary="Score a workload, with every reason",
        description=(
            "Takes answers, weights, evidence, controls and facts, and returns the full trace. "
            "Nothing is stored. A dimension that is not listed applies. Where something stands in "
            "the way of a score, `problems` says what, and what could be reckoned is returned."
        ),
        request=ScoreQuestion,
        responses={
            200: ScoreRecord,
            400: OpenApiResponse(description="What is wrong, by field."),
            413: OpenApiResponse(description="The body is too large."),
        },
        tags=["calculators"],
    )
    def post(self, request: Request) -> Response:
        question = ScoreQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        user: Any = request.user
        on = asked.get("on") or user.organisation.day_of(timezone.now())
        try:
            score = score_workload(question.inputs(), on=on, scheme=scheme_named(asked["scheme"]))
        except UnableToScore as error:
            raise ValidationError({"answers": [str(error)]}) from error
        return Response(score.to_dict())
