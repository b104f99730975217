"""The API of the questionnaire: assessments, answers, evidence, versions; same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from assessments.evidence_access import file_response, visible_version
from assessments.models import (
    Answer,
    Assessment,
    Delegation,
    Evidence,
    EvidenceVersion,
    Grade,
    QuestionnaireVersion,
)
from assessments.opening import opened, read_sheet
from assessments.questionnaires import answering, evidence, reviewing, starting
from assessments.questionnaires.sheet import Item, Sheet
from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission as P
from lockin.file_access import KeepOutLargeFiles
from lockin.file_store import UnableToStore, too_large
from vendors.api.filters import RowFilter
from vendors.api.parsing import PlainJSONParser
from vendors.models import Workload

KEY = r"(?P<key>[a-z0-9-]+\.[a-z0-9-]+)"
GIVEN_KINDS = [
    (kind.value, kind.label)
    for kind in (Answer.Kind.OPTION, Answer.Kind.UNKNOWN, Answer.Kind.NOT_APPLICABLE)
]


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """An assessment in a list."""

    workload_name = serializers.CharField(source="workload.name", read_only=True)
    version_label = serializers.CharField(source="version.label", read_only=True)

    class Meta:
        model = Assessment
        fields = (
            *("id", "workload", "workload_name", "label", "state", "version", "version_label"),
            *("previous", "due_on", "started_at", "sent_at", "sent_by_name"),
            *("accepted_at", "accepted_by_name"),
        )
        read_only_fields = fields


class StepSerializer(serializers.Serializer[Any]):
    """One line of the arithmetic of a computed answer."""

    label = serializers.CharField()
    value = serializers.CharField()
    of = serializers.CharField()


class LinkSerializer(serializers.Serializer[Any]):
    """One piece of evidence behind an answer."""

    version = serializers.IntegerField(source="version_id")
    name = serializers.SerializerMethodField()
    sha256 = serializers.CharField(source="version.sha256")
    dated_on = serializers.DateField(source="version.dated_on")
    state = serializers.CharField()
    comment = serializers.CharField()

    def get_name(self, link: Any) -> str:
        return link.version.file_name or link.version.link


class AnswerSerializer(serializers.Serializer[Any]):
    """A question that is asked, with its answer; `version` is what a save must name."""

    question = serializers.CharField(source="key")
    number = serializers.CharField(source="question.number")
    section = serializers.CharField(source="section.key")
    text = serializers.CharField(source="question.text")
    state = serializers.CharField()
    kind = serializers.SerializerMethodField()
    option = serializers.SerializerMethodField()
    answer = serializers.CharField(source="words")
    points = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    grade = serializers.SerializerMethodField()
    evidence_on = serializers.SerializerMethodField()
    comment = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    answered_at = serializers.SerializerMethodField()
    answered_by_name = serializers.SerializerMethodField()
    review = serializers.SerializerMethodField()
    review_comment = serializers.SerializerMethodField()
    evidence = LinkSerializer(many=True)
    arithmetic = serializers.SerializerMethodField()

    def _of(self, item: Item, name: str, default: Any = "") -> Any:
        return default if item.answer is None else getattr(item.answer, name)

    def get_kind(self, item: Item) -> str:
        return "computed" if item.computed else self._of(item, "kind")

    def get_option(self, item: Item) -> str:
        return (item.computed.option_key or "") if item.computed else self._of(item, "option_key")

    def get_points(self, item: Item) -> int | None:
        return item.computed.points if item.computed else self._of(item, "points", None)

    def get_reason(self, item: Item) -> str:
        return self._of(item, "reason")

    def get_grade(self, item: Item) -> str:
        return str(item.computed.grade) if item.computed else self._of(item, "grade")

    @extend_schema_field(OpenApiTypes.DATE)
    def get_evidence_on(self, item: Item) -> Any:
        return item.computed.as_of if item.computed else self._of(item, "evidence_on", None)

    def get_comment(self, item: Item) -> str:
        return self._of(item, "comment")

    def get_version(self, item: Item) -> int:
        return self._of(item, "version", 0)

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_answered_at(self, item: Item) -> Any:
        return self._of(item, "answered_at", None)

    def get_answered_by_name(self, item: Item) -> str:
        return self._of(item, "answered_by_name")

    def get_review(self, item: Item) -> str:
        return self._of(item, "review")

    def get_review_comment(self, item: Item) -> str:
        return self._of(item, "review_comment")

    @extend_schema_field(StepSerializer(many=True))
    def get_arithmetic(self, item: Item) -> list[dict[str, str]]:
        if item.computed is None:
            return []
        with_amounts = may(self.context["request"].user, P.AMOUNTS_VIEW)
        return [
            {"label": step.label, "value": step.value, "of": step.of}
            for step in item.computed.steps(with_amounts=with_amounts)
        ]


class SectionSerializer(serializers.Serializer[Any]):
    """One section: whether it applies, how far it is, its score once it is complete."""

    key = serializers.CharField(source="section.key")
    name = serializers.CharField(source="section.name")
    applies = serializers.BooleanField()
    reason = serializers.SerializerMethodField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    state = serializers.CharField()
    score = serializers.SerializerMethodField()

    def get_reason(self, part: Any) -> str:
        return part.choice.reason if part.choice else ""

    def get_score(self, part: Any) -> str | None:
        return None if part.score is None else f"{part.score:.4f}"


class AssessmentDetailSerializer(AssessmentSerializer):
    """An assessment with where it stands."""

    done = serializers.IntegerField(source="sheet.done", read_only=True)
    total = serializers.IntegerField(source="sheet.total", read_only=True)
    sections = SectionSerializer(source="sheet.parts", many=True, read_only=True)
    blockers = serializers.SerializerMethodField()

    class Meta(AssessmentSerializer.Meta):
        fields = (*AssessmentSerializer.Meta.fields, "done", "total", "sections", "blockers")
        read_only_fields = fields

    def get_blockers(self, assessment: Any) -> list[str]:
        sheet = assessment.sheet
        return [blocker.text for blocker in sheet.blockers] if sheet.is_open else []


class StartSerializer(serializers.Serializer[Any]):
    """Which workload is assessed, for which year."""

    workload = serializers.IntegerField()
    label = serializers.CharField(max_length=20)
    due_on = serializers.DateField(required=False, allow_null=True)


class GivenSerializer(serializers.Serializer[Any]):
    """An answer to save. `version` is the one that was read; 0 where there was no answer."""

    kind = serializers.ChoiceField(choices=GIVEN_KINDS)
    option = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    reason = serializers.CharField(required=False, allow_blank=True, default="")
    grade = serializers.ChoiceField(
        choices=Grade.choices, required=False, allow_blank=True, default=""
    )
    comment = serializers.CharField(required=False, allow_blank=True, default="")
    evidence = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, max_length=20
    )
    version = serializers.IntegerField(min_value=0)

    def given(self) -> answering.Given:
        values = self.validated_data
        return answering.Given(
            kind=values["kind"],
            option_key=values["option"],
            reason=values["reason"],
            grade=values["grade"],
            comment=values["comment"],
            evidence=tuple(values["evidence"]),
        )


class StaleSerializer(serializers.Serializer[Any]):
    """Somebody saved the question meanwhile: both texts, and nothing was overwritten."""

    detail = serializers.CharField()
    mine = GivenSerializer()
    theirs = AnswerSerializer()


class ReviewSerializer(serializers.Serializer[Any]):
    """What the reviewer does with one answer."""

    act = serializers.ChoiceField(choices=["accept", "return"])
    comment = serializers.CharField(required=False, allow_blank=True, default="")


class AssessmentFilter(filters.FilterSet):
    """What a list of assessments can be narrowed by."""

    class Meta:
        model = Assessment
        fields = ("state", "label", "workload", "version")


class AssessmentViewSet(mixins.ListModelMixin, GenericViewSet[Assessment]):
    """Assessments, and the answers in them."""

    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    search_fields = ("workload__name", "label")
    ordering_fields = ("started_at", "due_on", "label")
    queryset = Assessment.objects.none()
    required_permissions = {
        "list": [P.ASSESSMENT_VIEW],
        "retrieve": [P.ASSESSMENT_VIEW],
        "create": [P.ASSESSMENT_START],
        "answers": [P.ASSESSMENT_VIEW],
        "answer": [P.ASSESSMENT_VIEW],
        "save_answer": [P.ASSESSMENT_ANSWER],
        "review_answer": [P.ASSESSMENT_REVIEW],
        "send": [P.ASSESSMENT_ANSWER],
        "conclude": [P.ASSESSMENT_REVIEW],
    }

    def get_queryset(self) -> QuerySet[Assessment]:
        """Return what the person reaches: the whole, own workloads, or what was handed over."""
        user: Any = self.request.user
        rows = Assessment.objects.filter(organisation_id=user.organisation_id)
        if not user.sees_all:
            handed = Delegation.objects.open(now=timezone.now()).filter(
                assessment=OuterRef("pk"), to=user
            )
            rows = rows.filter(Q(workload__owner=user) | Exists(handed))
        return (
            rows.select_related("workload", "version")
            .defer("version__manifest")
            .order_by("-started_at", "-pk")
        )

    def _read(self, pk: Any) -> tuple[Assessment, Any, Sheet]:
        now = timezone.now()
        user: Any = self.request.user
        if not str(pk).isdecimal():
            raise NotFound
        assessment, reach = opened(user, int(pk), now=now)
        return assessment, reach, read_sheet(assessment, user, reach=reach, now=now)

    def _item(self, pk: Any, key: str) -> tuple[Assessment, Any, Item]:
        assessment, reach, sheet = self._read(pk)
        item = sheet.by_key.get(key)
        if item is None or not reach.sees(question_key=key, dimension=item.section.key):
            raise NotFound
        return assessment, reach, item

    def _detail(self, pk: Any) -> dict[str, Any]:
        assessment, reach, sheet = self._read(pk)
        if not reach.sees_whole:
            raise NotFound
        assessment.sheet = sheet  # type: ignore[attr-defined]
        return AssessmentDetailSerializer(assessment, context=self.get_serializer_context()).data

    @extend_schema(responses=AssessmentDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Show where an assessment stands."""
        return Response(self._detail(pk))

    @extend_schema(request=StartSerializer, responses={201: AssessmentDetailSerializer})
    def create(self, request: Request) -> Response:
        """Start the year's assessment of a workload."""
        asked = StartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        workload = get_object_or_404(
            Workload.objects.for_user(request.user).select_related("organisation"),
            pk=values["workload"],
        )
        try:
            made = starting.start(
                workload=workload,
                label=values["label"],
                due_on=values.get("due_on"),
                by=request.user,
                now=timezone.now(),
            )
        except starting.UnableToStart as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self._detail(made.pk), status=status.HTTP_201_CREATED)

    @extend_schema(responses=AnswerSerializer(many=True))
    @action(detail=True, filterset_class=None, search_fields=(), ordering_fields=())
    def answers(self, request: Request, pk: str) -> Response:
        """List every question that is asked, with its answer."""
        _, reach, sheet = self._read(pk)
        items = [
            item
            for part in sheet.parts
            if part.applies
            for item in part.items
            if reach.sees(question_key=item.key, dimension=part.section.key)
        ]
        page = self.paginate_queryset(items)  # type: ignore[arg-type]
        shown = AnswerSerializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @extend_schema(responses=AnswerSerializer)
    @action(detail=True, url_path=f"answers/{KEY}")
    def answer(self, request: Request, pk: str, key: str) -> Response:
        """Show one question with its answer."""
        _, _, item = self._item(pk, key)
        return Response(AnswerSerializer(item, context=self.get_serializer_context()).data)

    @extend_schema(
        request=GivenSerializer,
        responses={200: AnswerSerializer, 409: OpenApiResponse(StaleSerializer)},
    )
    @answer.mapping.put
    def save_answer(self, request: Request, pk: str, key: str) -> Response:
        """Save one answer; 409 with both texts when somebody saved it meanwhile."""
        assessment, reach, item = self._item(pk, key)
        if not reach.answers(question_key=key, dimension=item.section.key):
            raise NotFound
        asked = GivenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            answering.save(
                assessment=assessment,
                question_key=key,
                given=asked.given(),
                version=asked.validated_data["version"],
                by=request.user,
                now=timezone.now(),
            )
        except answering.StaleAnswer as error:
            body = {
                "detail": str(error),
                "mine": asked.data,
                "theirs": AnswerSerializer(
                    self._item(pk, key)[2], context=self.get_serializer_context()
                ).data,
            }
            return Response(body, status=status.HTTP_409_CONFLICT)
        except answering.UnableToAnswer as error:
            raise ValidationError({error.field or "detail": [str(error)]}) from error
        # A delegate has done what was asked and reaches it no longer: show what was saved.
        fresh = read_sheet(assessment, request.user, reach=reach, now=timezone.now())
        shown = AnswerSerializer(fresh.by_key[key], context=self.get_serializer_context())
        return Response(shown.data)

    @extend_schema(request=ReviewSerializer, responses=AnswerSerializer)
    @action(detail=True, methods=["post"], url_path=f"answers/{KEY}/review")
    def review_answer(self, request: Request, pk: str, key: str) -> Response:
        """Accept one answer, or return the question with a comment."""
        assessment, reach, _ = self._item(pk, key)
        if not reach.sees_whole:
            raise NotFound
        asked = ReviewSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values: dict[str, Any] = {
            "assessment": assessment,
            "question_key": key,
            "by": request.user,
            "now": timezone.now(),
        }
        try:
            if asked.validated_data["act"] == "return":
                reviewing.return_question(comment=asked.validated_data["comment"], **values)
            else:
                reviewing.accept_question(**values)
        except reviewing.UnableToReview as error:
            raise ValidationError({"detail": str(error)}) from error
        return self.answer(request, pk, key)

    @extend_schema(request=None, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Send the answers for review."""
        assessment, reach, _ = self._read(pk)
        if not reach.answers_whole:
            raise NotFound
        try:
            answering.send(assessment=assessment, by=request.user, now=timezone.now())
        except answering.UnableToSend as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self._detail(pk))

    @extend_schema(request=None, responses=AssessmentDetailSerializer)
    @action(detail=True, methods=["post"])
    def conclude(self, request: Request, pk: str) -> Response:
        """Accept everything that is not returned, and end this round of the review."""
        assessment, reach, _ = self._read(pk)
        if not reach.sees_whole:
            raise NotFound
        try:
            reviewing.conclude(assessment=assessment, by=request.user, now=timezone.now())
        except reviewing.UnableToReview as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self._detail(pk))


class EvidenceVersionSerializer(serializers.ModelSerializer[EvidenceVersion]):
    """One version of one piece of evidence."""

    workload = serializers.IntegerField(source="evidence.workload_id", read_only=True)
    title = serializers.CharField(source="evidence.title", read_only=True)

    class Meta:
        model = EvidenceVersion
        fields = (
            *("id", "evidence", "workload", "title", "number", "file_name", "link", "sha256"),
            *("size", "content_type", "dated_on", "added_at", "added_by_name"),
        )
        read_only_fields = fields


class AddEvidenceSerializer(serializers.Serializer[Any]):
    """A file or a link for the workload of an assessment."""

    assessment = serializers.IntegerField()
    file = serializers.FileField(required=False)
    link = serializers.CharField(required=False, max_length=1000)
    dated_on = serializers.DateField()


class EvidenceFilter(filters.FilterSet):
    """What a list of evidence can be narrowed by."""

    workload = RowFilter(field_name="evidence__workload")

    class Meta:
        model = EvidenceVersion
        fields = ("workload", "sha256")


class EvidenceViewSet(mixins.ListModelMixin, GenericViewSet[EvidenceVersion]):
    """Evidence, every version of it."""

    serializer_class = EvidenceVersionSerializer
    filterset_class = EvidenceFilter
    search_fields = ("file_name", "link", "evidence__title")
    ordering_fields = ("added_at", "dated_on")
    parser_classes = (MultiPartParser, FormParser, PlainJSONParser)
    queryset = EvidenceVersion.objects.none()
    required_permissions = {
        "list": [P.ASSESSMENT_VIEW],
        "retrieve": [P.ASSESSMENT_VIEW],
        "file": [P.ASSESSMENT_VIEW],
        "create": [P.ASSESSMENT_ANSWER],
    }

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Set the handler that keeps out what is too large, before the body is read."""
        made = super().initialize_request(request, *args, **kwargs)
        if request.method == "POST" and not hasattr(request, "_files"):
            request.upload_handlers.insert(0, KeepOutLargeFiles(request))
        return made

    def get_queryset(self) -> QuerySet[EvidenceVersion]:
        seen = Evidence.objects.for_user(self.request.user).values("pk")
        return (
            EvidenceVersion.objects.filter(evidence__in=seen)
            .select_related("evidence")
            .order_by("-added_at", "-pk")
        )

    @extend_schema(
        responses=EvidenceVersionSerializer,
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one version."""
        return Response(self.get_serializer(self._version(pk)).data)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
    )
    @action(detail=True)
    def file(self, request: Request, pk: str) -> FileResponse | HttpResponseRedirect:
        """Fetch the file; a link is followed."""
        version = self._version(pk)
        return HttpResponseRedirect(version.link) if version.link else file_response(version)

    def _version(self, pk: str) -> EvidenceVersion:
        if not pk.isdecimal():
            raise Http404
        return visible_version(self.request.user, int(pk), now=timezone.now())

    @extend_schema(request=AddEvidenceSerializer, responses={201: EvidenceVersionSerializer})
    def create(self, request: Request) -> Response:
        """Add a file or a link; attach it by saving an answer that names it."""
        asked = AddEvidenceSerializer(data=request.data)
        refused = getattr(request._request, "too_large", None)
        if refused:
            raise ValidationError({"file": [str(refused)]})
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        now = timezone.now()
        assessment, reach = opened(request.user, values["assessment"], now=now)
        if not (reach.answers_whole or reach.questions or reach.dimensions):
            raise NotFound
        common: dict[str, Any] = {
            "workload": assessment.workload,
            "dated_on": values["dated_on"],
            "by": request.user,
            "now": now,
        }
        try:
            if values.get("file"):
                file = values["file"]
                if file.size > settings.EVIDENCE_MAX_BYTES:
                    raise too_large(file.size)
                made = evidence.add_file(
                    name=file.name, chunks=file.chunks(), said_size=file.size, **common
                )
            else:
                made = evidence.add_link(link=values.get("link", ""), **common)
        except (UnableToStore, evidence.UnableToAdd) as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)


class VersionSerializer(serializers.ModelSerializer[QuestionnaireVersion]):
    """A questionnaire version in a list."""

    class Meta:
        model = QuestionnaireVersion
        fields = (
            *("id", "label", "scheme", "sha256", "notes", "published_at", "published_by_name"),
            "retired_at",
        )
        read_only_fields = fields


class VersionDetailSerializer(VersionSerializer):
    """A version with its canonical manifest, over which the hash is taken."""

    class Meta(VersionSerializer.Meta):
        fields = (*VersionSerializer.Meta.fields, "manifest")
        read_only_fields = fields


class QuestionnaireVersionViewSet(ReadOnlyModelViewSet[QuestionnaireVersion]):
    """Published questionnaire versions."""

    required_permissions = {"*": [P.QUESTIONNAIRE_VIEW]}
    queryset = QuestionnaireVersion.objects.none()
    filterset_fields = ("label", "scheme")
    search_fields = ("label", "notes")
    ordering_fields = ("published_at", "label")

    def get_queryset(self) -> QuerySet[QuestionnaireVersion]:
        rows = QuestionnaireVersion.objects.for_user(self.request.user).published()
        rows = rows.order_by("-published_at", "-pk")
        return rows.defer("manifest") if self.action == "list" else rows

    def get_serializer_class(self) -> type[VersionSerializer]:
        return VersionDetailSerializer if self.action == "retrieve" else VersionSerializer
