"""The shapes of scores in the API: what goes into the calculator and what comes out, with units."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import (
    AnswerInput,
    AnswerState,
    Control,
    DimensionInput,
    Drill,
    GateFacts,
    MitigationInput,
    WorkloadInputs,
)
from assessments.scoring.scheme import CURRENT_SCHEME, UnknownScheme, scheme_named
from assessments.scoring.tiers import Tier

MOST_ANSWERS = 500
MOST_MITIGATIONS = 100

DIMENSIONS = [(str(entry), entry.full_name) for entry in Dimension]
TIERS = [(str(entry), entry.full_name) for entry in Tier]
GRADES = [(str(entry), entry.full_name) for entry in Grade]
CONTROLS = [(str(entry), entry.full_name) for entry in Control]
STATES = [(str(entry), str(entry).replace("_", " ")) for entry in AnswerState]


def points(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=7, decimal_places=4, min_value=0, max_value=100, **options
    )


def share(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=5, decimal_places=4, min_value=0, max_value=1, **options
    )


def figure(help_text: str = "") -> serializers.DecimalField:
    """A figure that comes out: text with four decimals, or null."""
    return serializers.DecimalField(
        max_digits=12, decimal_places=4, allow_null=True, help_text=help_text
    )


# ── In ──────────────────────────────────────────────────────────────────────────────────────────


class AnswerGiven(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=80, help_text="The question's key, once each.")
    number = serializers.CharField(
        max_length=12, default="", allow_blank=True, help_text="For display and order, such as 1.2."
    )
    dimension = serializers.ChoiceField(choices=DIMENSIONS)
    weight = serializers.DecimalField(
        max_digits=9,
        decimal_places=4,
        min_value=0,
        help_text="Within the dimension; only proportions count.",
    )
    state = serializers.ChoiceField(
        choices=STATES,
        default=str(AnswerState.ANSWERED),
        help_text="unknown and blank count 100 points; hidden is as if it were not sent.",
    )
    points = points(
        required=False, allow_null=True, help_text="0 portable to 100 entrenched; when answered."
    )
    grade = serializers.ChoiceField(choices=GRADES, default=str(Grade.NONE))
    evidence_on = serializers.DateField(
        required=False, allow_null=True, help_text="The evidence's own date."
    )
    reason = serializers.CharField(
        max_length=2000, default="", allow_blank=True, help_text="Why it does not apply."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["state"] == AnswerState.ANSWERED and attrs.get("points") is None:
            raise serializers.ValidationError({"points": "An answered question has points."})
        return attrs


class DimensionGiven(serializers.Serializer[Any]):
    dimension = serializers.ChoiceField(choices=DIMENSIONS)
    applies = serializers.BooleanField(default=True)
    reason_if_not = serializers.CharField(max_length=2000, default="", allow_blank=True)


class DrillGiven(serializers.Serializer[Any]):
    passed = serializers.BooleanField()
    drilled_on = serializers.DateField()


class MitigationGiven(serializers.Serializer[Any]):
    control = serializers.ChoiceField(choices=CONTROLS)
    dimension = serializers.ChoiceField(choices=DIMENSIONS)
    coverage = share(help_text="Share, 0 to 1, of what it is meant to cover.")
    grade = serializers.ChoiceField(choices=GRADES, default=str(Grade.DECLARED))
    tested_on = serializers.DateField(required=False, allow_null=True)
    drill = DrillGiven(required=False, allow_null=True)
    counted_in = serializers.CharField(
        max_length=80,
        default="",
        allow_blank=True,
        help_text="The question whose answer has used this control already.",
    )


class FactsGiven(serializers.Serializer[Any]):
    """What the gates read. Null is "not known"."""

    own_copy = serializers.BooleanField(required=False, allow_null=True)
    retirement_on = serializers.DateField(required=False, allow_null=True)
    time_to_exit_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=36_500,
        help_text="P80, in days. Null: 182 days are assumed.",
    )
    last_notice_on = serializers.DateField(required=False, allow_null=True)
    renewal_decided = serializers.BooleanField(required=False, allow_null=True)
    remaining_obligation = serializers.DecimalField(
        max_digits=20,
        decimal_places=4,
        min_value=0,
        required=False,
        allow_null=True,
        help_text="In the same unit and currency as annual_spend.",
    )
    annual_spend = serializers.DecimalField(
        max_digits=20, decimal_places=4, min_value=0, required=False, allow_null=True
    )
    termination_for_convenience = serializers.BooleanField(required=False, allow_null=True)
    declared_gateway_share = share(required=False, allow_null=True)
    measured_direct_share = share(required=False, allow_null=True)
    gateway_in_use = serializers.BooleanField(required=False, allow_null=True)
    gateway_single_maintainer = serializers.BooleanField(required=False, allow_null=True)
    gateway_pinned = serializers.BooleanField(required=False, allow_null=True)
    gateway_break_glass = serializers.BooleanField(required=False, allow_null=True)


class ScoreQuestion(serializers.Serializer[Any]):
    """Everything that a score depends on. Nothing of it is stored."""

    scheme = serializers.CharField(max_length=40, default=CURRENT_SCHEME.name)
    on = serializers.DateField(
        required=False, help_text="The day to reckon for. Empty: today, where the organisation is."
    )
    paid_external = serializers.BooleanField(
        default=True, help_text="Whether an outside vendor is paid: then D1 and D5 always apply."
    )
    dimensions = DimensionGiven(many=True, default=list, max_length=len(Dimension))  # type: ignore[call-arg]
    answers = AnswerGiven(many=True, min_length=1, max_length=MOST_ANSWERS)  # type: ignore[call-arg]
    mitigations = MitigationGiven(many=True, default=list, max_length=MOST_MITIGATIONS)  # type: ignore[call-arg]
    facts = FactsGiven(default=dict)

    def validate_scheme(self, name: str) -> str:
        try:
            scheme_named(name)
        except UnknownScheme as error:
            raise serializers.ValidationError(str(error)) from None
        return name

    def inputs(self) -> WorkloadInputs:
        """Return what was asked, as the score reads it."""
        asked = self.validated_data
        return WorkloadInputs(
            answers=[_answer(row) for row in asked["answers"]],
            dimensions={
                Dimension(row["dimension"]): DimensionInput(row["applies"], row["reason_if_not"])
                for row in asked["dimensions"]
            },
            mitigations=[_mitigation(row) for row in asked["mitigations"]],
            facts=GateFacts(**asked["facts"]),
            paid_external=asked["paid_external"],
        )


def _answer(row: dict[str, Any]) -> AnswerInput:
    return AnswerInput(
        question_key=row["question"],
        number=row["number"],
        dimension=Dimension(row["dimension"]),
        weight=row["weight"],
        state=AnswerState(row["state"]),
        points=row.get("points"),
        grade=Grade(row["grade"]),
        evidence_on=row.get("evidence_on"),
        reason=row["reason"],
    )


def _mitigation(row: dict[str, Any]) -> MitigationInput:
    drill = row.get("drill")
    return MitigationInput(
        control=Control(row["control"]),
        dimension=Dimension(row["dimension"]),
        coverage=row["coverage"],
        grade=Grade(row["grade"]),
        tested_on=row.get("tested_on"),
        drill=Drill(drill["passed"], drill["drilled_on"]) if drill else None,
        counted_in=row["counted_in"],
    )


# ── Out: the record of a score, as it is stored and frozen ──────────────────────────────────────


class IndexShape(serializers.Serializer[Any]):
    score = figure("0 portable to 100 entrenched.")
    low = figure()
    high = figure()
    tier = serializers.ChoiceField(choices=TIERS)


class ProblemShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    text = serializers.CharField(help_text="Why there is no score.")


class CountsShape(serializers.Serializer[Any]):
    answered = serializers.IntegerField()
    unknown = serializers.IntegerField()
    blank = serializers.IntegerField()
    not_applicable = serializers.IntegerField()


class AnswerShape(serializers.Serializer[Any]):
    question = serializers.CharField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    points = figure("As counted; null where the question does not apply.")
    points_because = serializers.CharField()
    weight = figure()
    share = figure("Of the dimension's points, 0 to 1.")
    score_part = figure("The parts add up to the inherent score.")
    evidence = serializers.ChoiceField(choices=GRADES)
    evidence_on = serializers.DateField(allow_null=True)
    evidence_factor = figure("0 to 1.")
    evidence_because = serializers.CharField()
    reason = serializers.CharField()


class MitigationShape(serializers.Serializer[Any]):
    control = serializers.ChoiceField(choices=CONTROLS)
    name = serializers.CharField()
    credit = figure("0 to 1.")
    coverage = figure("0 to 1.")
    evidence_factor = figure("0 to 1.")
    product = figure("credit × coverage × evidence, as counted.")
    because = serializers.CharField()


class DimensionShape(serializers.Serializer[Any]):
    dimension = serializers.ChoiceField(choices=DIMENSIONS)
    number = serializers.CharField()
    applies = serializers.BooleanField()
    reason_if_not = serializers.CharField()
    weight = figure()
    inherent = figure("Before controls.")
    low = figure()
    high = figure()
    confidence = figure("0 to 1.")
    confidence_grade = serializers.CharField(allow_null=True)
    reduction = figure("0 to 0.85.")
    reduction_capped = serializers.BooleanField(allow_null=True)
    mitigated = figure("After controls.")
    residual = figure("After gates G5 and G6.")
    residual_low = figure()
    residual_high = figure()
    lifted_by = serializers.ListField(child=serializers.CharField())
    score_part = figure("The parts add up to the residual score.")
    answers = AnswerShape(many=True)
    mitigations = MitigationShape(many=True)


class GateShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    fired = serializers.BooleanField()
    reason = serializers.CharField()
    effect = serializers.CharField()
    not_evaluated = serializers.CharField(allow_null=True, help_text="Why it could not be.")
    floor = serializers.ChoiceField(choices=TIERS, allow_null=True)
    lifts = serializers.ChoiceField(choices=DIMENSIONS, allow_null=True)
    finding = serializers.BooleanField()


class VariationShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    score = figure()
    tier = serializers.ChoiceField(choices=TIERS)
    changes_tier = serializers.BooleanField()


class SensitivityShape(serializers.Serializer[Any]):
    changes_tier = serializers.BooleanField()
    variations = VariationShape(many=True)


class ScoreRecord(serializers.Serializer[Any]):
    """The whole score with its trace. Decimals are text with four places."""

    schema = serializers.CharField()
    scheme = serializers.CharField()
    on = serializers.DateField()
    problems = ProblemShape(many=True, help_text="With any of these there is no overall score.")
    tier = serializers.ChoiceField(choices=TIERS, allow_null=True, help_text="After all gates.")
    tier_floor = serializers.ChoiceField(choices=TIERS, allow_null=True)
    tier_before_gates = serializers.ChoiceField(choices=TIERS, allow_null=True)
    inherent = IndexShape(allow_null=True)
    mitigated = figure()
    residual = IndexShape(allow_null=True)
    confidence = figure("0 to 1.")
    confidence_grade = serializers.CharField(allow_null=True)
    provisional = serializers.BooleanField(allow_null=True)
    counts = CountsShape()
    dimensions = DimensionShape(many=True)
    gates = GateShape(many=True)
    sensitivity = SensitivityShape(allow_null=True)
