"""Short ways to say a workload's inputs; a test states only what matters to it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.gates.outcome import GateOutcome
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
from assessments.scoring.residual_score import DimensionScore
from assessments.scoring.scheme import SCHEME_2026_1
from assessments.scoring.workload_score import WorkloadScore, score_workload

ON = date(2026, 11, 23)


def answer(key: str, points: object = 0, *, weight: object = 10, **fields: object) -> AnswerInput:
    """Answer the question; the dimension is the first part of its key."""
    values = {"state": AnswerState.ANSWERED, "grade": Grade.TESTED, "evidence_on": ON, **fields}
    return AnswerInput(key, "1.1", Dimension(key.split(".")[0]), weight, points=points, **values)


def unknown(key: str, *, weight: object = 10) -> AnswerInput:
    return answer(key, None, weight=weight, state=AnswerState.UNKNOWN, grade=Grade.NONE)


def blank(key: str, *, weight: object = 10) -> AnswerInput:
    return answer(key, None, weight=weight, state=AnswerState.BLANK, grade=Grade.NONE)


def not_applicable(key: str, *, reason: str = "Not used.", weight: object = 10) -> AnswerInput:
    state = AnswerState.NOT_APPLICABLE
    return answer(key, None, weight=weight, state=state, grade=Grade.NONE, reason=reason)


def control(
    key: str,
    dimension: Dimension = Dimension.API,
    *,
    coverage: object = 1,
    grade: Grade = Grade.TESTED,
    tested_on: date | None = ON,
    drill: Drill | None = None,
    counted_in: str = "",
) -> MitigationInput:
    share = Decimal(str(coverage))
    return MitigationInput(Control(key), dimension, share, grade, tested_on, drill, counted_in)


def score(
    *answers: AnswerInput,
    scores: Mapping[str, object] | None = None,
    left_out: Mapping[str, str] | None = None,
    mitigations: Sequence[MitigationInput] = (),
    paid_external: bool = True,
    on: date = ON,
    **facts: object,
) -> WorkloadScore:
    """Score a workload; a dimension in `scores` has one answer with that many points."""
    plain = [answer(f"{key}.only", points) for key, points in (scores or {}).items()]
    given = [*plain, *answers]
    asked = {entry.dimension for entry in given}
    reasons = {Dimension(key): reason for key, reason in (left_out or {}).items()}
    if left_out is None:
        reasons = {d: "Not used." for d in Dimension if d not in asked}
    inputs = WorkloadInputs(
        answers=given,
        dimensions={d: DimensionInput(False, reason) for d, reason in reasons.items()},
        mitigations=mitigations,
        facts=GateFacts(**facts),
        paid_external=paid_external,
    )
    return score_workload(inputs, on=on, scheme=SCHEME_2026_1)


def dimension_of(result: WorkloadScore, key: str) -> DimensionScore:
    return next(entry for entry in result.dimensions if entry.dimension == key)


def gate(result: WorkloadScore, key: str) -> GateOutcome:
    return next(outcome for outcome in result.gates if outcome.key == key)
