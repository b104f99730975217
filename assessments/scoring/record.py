"""A score as a record: JSON-safe, decimals as text with four places, lists in a stable order."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from assessments.scoring.blend import pull_of_each
from assessments.scoring.dimension_score import AnswerTrace, InherentScore
from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import ARITHMETIC, fixed, fixed_or_none
from assessments.scoring.gates.outcome import GateOutcome
from assessments.scoring.inputs import Control
from assessments.scoring.mitigations import MitigationTrace

if TYPE_CHECKING:
    from assessments.scoring.residual_score import DimensionScore
    from assessments.scoring.sensitivity import Sensitivity
    from assessments.scoring.workload_score import Index, Overall, WorkloadScore

SCHEMA = "workload-score/1"


def record_of(score: "WorkloadScore") -> dict[str, Any]:
    """Return the whole result. Every dimension is listed, also one that does not apply."""
    with localcontext(ARITHMETIC):
        return {
            "schema": SCHEMA,
            "scheme": score.scheme.name,
            "on": score.on.isoformat(),
            "problems": [{"key": p.key, "text": p.text} for p in score.problems],
            **_overall(score.overall),
            "counts": score.counts._asdict(),
            "dimensions": _dimensions(score),
            "gates": [_gate(outcome) for outcome in score.gates],
            "sensitivity": _sensitivity(score.sensitivity),
        }


def _overall(overall: "Overall | None") -> dict[str, Any]:
    if overall is None:
        return dict.fromkeys(_OVERALL_FIELDS)
    return {
        "tier": str(overall.tier),
        "tier_floor": _text(overall.floor),
        "tier_before_gates": str(overall.tier_before_gates),
        "inherent": _index(overall.inherent),
        "mitigated": fixed(overall.mitigated),
        "residual": _index(overall.residual),
        "confidence": fixed(overall.confidence),
        "confidence_grade": overall.confidence_grade,
        "provisional": overall.provisional,
    }


_OVERALL_FIELDS = (
    "tier",
    "tier_floor",
    "tier_before_gates",
    "inherent",
    "mitigated",
    "residual",
    "confidence",
    "confidence_grade",
    "provisional",
)


def _dimensions(score: "WorkloadScore") -> list[dict[str, Any]]:
    pulls: list[Decimal | None] = [None] * len(score.dimensions)
    if score.overall is not None:
        weights = [entry.weight for entry in score.dimensions]
        residuals = [entry.residual for entry in score.dimensions]
        pulls = list(pull_of_each(weights, residuals, score.scheme.worst_share))
    scored = {
        entry.dimension: _scored_fields(entry, pull)
        for entry, pull in zip(score.dimensions, pulls, strict=True)
    }
    left_out = {entry.dimension: entry.reason for entry in score.left_out}
    return [
        {
            "dimension": str(dimension),
            "number": dimension.number,
            "applies": dimension not in left_out,
            "reason_if_not": left_out.get(dimension, ""),
            **scored.get(dimension, _NOT_SCORED),
        }
        for dimension in Dimension
    ]


def _scored_fields(entry: "DimensionScore", pull: Decimal | None) -> dict[str, Any]:
    inherent, reduction = entry.inherent, entry.reduction
    return {
        "weight": fixed(entry.weight),
        "inherent": fixed(inherent.score),
        "low": fixed(inherent.low),
        "high": fixed(inherent.high),
        "confidence": fixed(inherent.confidence),
        "confidence_grade": entry.confidence_grade,
        "reduction": fixed(reduction.share),
        "reduction_capped": reduction.capped,
        "mitigated": fixed(entry.mitigated),
        "residual": fixed(entry.residual),
        "residual_low": fixed(entry.residual_low),
        "residual_high": fixed(entry.residual_high),
        "lifted_by": list(entry.lifted_by),
        # The parts of all dimensions add up to the residual score.
        "score_part": None if pull is None else fixed(pull * entry.residual),
        "answers": [_answer(trace, inherent) for trace in _by_number(inherent.answers)],
        "mitigations": [_mitigation(trace) for trace in _by_control(reduction.controls)],
    }


_NOT_SCORED: dict[str, Any] = {
    "weight": None,
    "inherent": None,
    "low": None,
    "high": None,
    "confidence": None,
    "confidence_grade": None,
    "reduction": None,
    "reduction_capped": None,
    "mitigated": None,
    "residual": None,
    "residual_low": None,
    "residual_high": None,
    "lifted_by": [],
    "score_part": None,
    "answers": [],
    "mitigations": [],
}


def _answer(trace: AnswerTrace, inherent: InherentScore) -> dict[str, Any]:
    answer, counts = trace.answer, trace.points is not None
    return {
        "question": answer.question_key,
        "number": answer.number,
        "state": str(answer.state),
        "points": fixed_or_none(trace.points),
        "points_because": trace.because,
        "weight": fixed(answer.weight),
        "share": fixed(inherent.share_of(trace)) if counts else None,
        # The parts of all answers add up to the dimension's inherent score.
        "score_part": fixed(inherent.contribution_of(trace)) if counts else None,
        "evidence": str(answer.grade),
        "evidence_on": _day(answer.evidence_on),
        "evidence_factor": fixed(trace.evidence.factor) if counts else None,
        "evidence_because": trace.evidence.because,
        "reason": answer.reason,
    }


def _mitigation(trace: MitigationTrace) -> dict[str, Any]:
    return {
        "control": str(trace.control),
        "name": Control(trace.control).full_name,
        "credit": fixed(trace.credit),
        "coverage": fixed(trace.coverage),
        "evidence_factor": fixed(trace.evidence_factor),
        "product": fixed(trace.product),
        "because": trace.because,
    }


def _gate(outcome: GateOutcome) -> dict[str, Any]:
    return {
        "key": outcome.key,
        "name": outcome.name,
        "fired": outcome.fired,
        "reason": outcome.reason,
        "effect": outcome.effect,
        "not_evaluated": outcome.not_evaluated,
        "floor": _text(outcome.floor),
        "lifts": _text(outcome.lifts),
        "finding": outcome.finding,
    }


def _index(index: "Index") -> dict[str, Any]:
    return {
        "score": fixed(index.score),
        "low": fixed(index.low),
        "high": fixed(index.high),
        "tier": str(index.tier),
    }


def _sensitivity(sensitivity: "Sensitivity | None") -> dict[str, Any] | None:
    if sensitivity is None:
        return None
    return {
        "changes_tier": sensitivity.changes_tier,
        "variations": [
            {
                "key": variation.key,
                "name": variation.name,
                "score": fixed(variation.score),
                "tier": str(variation.tier),
                "changes_tier": variation.changes_tier,
            }
            for variation in sensitivity.variations
        ],
    }


def _by_number(traces: Iterable[AnswerTrace]) -> list[AnswerTrace]:
    """Order as people number the questions: 1.2 before 1.10, whatever order they came in."""

    def order(trace: AnswerTrace) -> tuple[list[int], str]:
        answer = trace.answer
        return [int(digits) for digits in re.findall(r"\d+", answer.number)], answer.question_key

    return sorted(traces, key=order)


def _by_control(traces: Iterable[MitigationTrace]) -> list[MitigationTrace]:
    return sorted(traces, key=lambda t: (t.control, t.coverage, t.evidence_factor, t.product))


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
