"""One workload as a body of schema version 1: what it is, what was answered, what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.audits.comparison import changes_of, replaced_keys
from assessments.audits.freezing_portfolio import minor
from assessments.models import Answer, AnswerEvidence, Mitigation
from assessments.questionnaires.contract_facts import ComputedAnswer, Step
from assessments.questionnaires.definition import Definition, Question
from assessments.risk_profile import Profile
from assessments.scoring.compare import UnableToCompare, compare
from vendors.models import Asset, Dependency

_KINDS = {
    Answer.Kind.OPTION: "option",
    Answer.Kind.UNKNOWN: "unknown",
    Answer.Kind.NOT_APPLICABLE: "na",
    Answer.Kind.TO_CONFIRM: "blank",
}


def workload_body(
    profile: Profile,
    *,
    evidence: Mapping[int, Sequence[AnswerEvidence]],
    previous: Mapping[str, Any] | None,
    previous_label: str,
) -> dict[str, Any]:
    """
    Return the body.

    :param evidence: what stands behind each answer, by the answer's row
    :param previous: the same workload's body in the last signed audit
    """
    workload, assessment = profile.workload, profile.assessment
    score = profile.score.to_dict() if profile.score else None
    definition = assessment.version.definition if assessment else None
    return {
        "key": workload.key,
        "name": workload.name,
        "description": workload.description,
        "owner": workload.owner.name if workload.owner else "",
        "business_unit": workload.business_unit,
        "criticality": workload.criticality,
        "currency": workload.currency,
        "spend_is_known": workload.annual_spend_minor is not None,
        "daily_users": workload.daily_users,
        "is_paid_external": workload.is_paid_external,
        "time_to_exit_weeks": workload.time_to_exit_weeks,
        "own_copy_of_data": workload.own_copy_of_data,
        "dependencies": [_dependency(row) for row in profile.dependencies],
        "assets": [_asset(row) for row in profile.assets],
        "mitigations": [_mitigation(row) for row in profile.mitigations],
        "assessment": None
        if assessment is None
        else {
            "label": assessment.label,
            "questionnaire": assessment.version.label,
            "questionnaire_sha256": assessment.version.sha256,
            "started_at": assessment.started_at,
            "sent_by": assessment.sent_by_name,
            "sent_at": assessment.sent_at,
            "accepted_by": assessment.accepted_by_name,
            "accepted_at": assessment.accepted_at,
        },
        "dimension_choices": [
            {
                "dimension": row.dimension,
                "applies": row.applies,
                "reason": row.reason,
                "chosen_by": row.chosen_by_name,
                "chosen_at": row.chosen_at,
            }
            for row in profile.dimension_choices
        ],
        "answers": _answers(profile, definition, score, evidence) if definition and score else [],
        "score": score,
        "previous": _previous(previous, previous_label, score, definition),
        "amounts": {"annual_spend": minor(workload.annual_spend_minor, workload.currency)},
    }


def _dependency(row: Dependency) -> dict[str, Any]:
    model, service = row.model, row.service
    host = model.host if model else service.vendor if service else None
    publisher = model.publisher if model else host
    tuning_service = service or (model.service if model and model.service_id else None)
    return {
        "service": service.name if service else "",
        "model_key": model.key if model else "",
        "model": model.name if model else "",
        "host": host.name if host else "",
        "publisher": publisher.name if publisher else "",
        "contract_key": row.contract.key if row.contract else "",
        "contract": row.contract.name if row.contract else "",
        "share": row.share,
        "path": row.path,
        "role": row.role,
        "retires_on": model.retires_on if model else None,
        "tuning_ends_on": tuning_service.tuning_ends_on if tuning_service else None,
        "open_weights": model.open_weights if model else None,
    }


def _asset(row: Asset) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "name": row.name,
        "count": row.count,
        "tokens_each": row.tokens_each,
        "dimension": row.dimension,
        "held_by": row.held_by,
        "exportable": row.exportable,
        "model": row.model.name if row.model else "",
        "service": row.service.name if row.service else "",
        "note": row.note,
    }


def _mitigation(row: Mitigation) -> dict[str, Any]:
    version = row.evidence
    return {
        "control": row.control,
        "name": Mitigation.Control(row.control).label,
        "dimension": row.dimension,
        "coverage": row.coverage,
        "measured_coverage": row.measured_coverage,
        "grade": row.grade,
        "tested_on": row.tested_on,
        "drill": row.drill,
        "gateway_single_maintainer": row.gateway_single_maintainer,
        "gateway_unpinned": row.gateway_unpinned,
        "gateway_without_break_glass": row.gateway_without_break_glass,
        "note": row.note,
        "recorded_by": row.recorded_by_name,
        "recorded_at": row.recorded_at,
        "evidence": None
        if version is None
        else {
            "title": version.evidence.title,
            "file_name": version.file_name,
            "sha256": version.sha256,
            "link": version.link,
            "dated_on": version.dated_on,
        },
    }


def _answers(
    profile: Profile,
    definition: Definition,
    score: Mapping[str, Any],
    evidence: Mapping[int, Sequence[AnswerEvidence]],
) -> list[dict[str, Any]]:
    """Return one entry a question that counts or was answered, in the questionnaire's order."""
    counted = {
        entry["question"]: entry
        for dimension in score["dimensions"]
        for entry in dimension["answers"]
    }
    rows = {row.question_key: row for row in profile.answers}
    return [
        _answer(
            question,
            dimension=definition.section_of(question.key).key,
            row=rows.get(question.key),
            computed=profile.computed.get(question.key),
            counted=counted.get(question.key),
            evidence=evidence.get(rows[question.key].pk, ()) if question.key in rows else (),
        )
        for question in definition.questions
        if question.key in counted or question.key in rows
    ]


def _answer(
    question: Question,
    *,
    dimension: str,
    row: Answer | None,
    computed: ComputedAnswer | None,
    counted: Mapping[str, Any] | None,
    evidence: Sequence[AnswerEvidence],
) -> dict[str, Any]:
    kind = _KINDS[Answer.Kind(row.kind)] if row else "blank"
    option_text = row.option_text if row and kind != "blank" else ""
    is_computed = bool(row and row.is_computed)
    if computed is not None and computed.option_key is not None:
        kind, is_computed = "option", True
        option_text = question.option(computed.option_key).label
    elif computed is not None and kind == "blank":
        kind, is_computed = "unknown", True
    by_a_person = kind != "blank" and not is_computed
    return {
        "question_key": question.key,
        "number": question.number,
        "dimension": dimension,
        "question_text": row.question_text if row and not is_computed else question.text,
        "kind": kind,
        "option_text": option_text,
        "points": counted["points"] if counted else None,
        "reason": row.reason if row else "",
        "grade": counted["evidence"] if counted else "none",
        "evidence_on": counted["evidence_on"] if counted else None,
        "comment": row.comment if row else "",
        "is_computed": is_computed,
        "answered_by": row.answered_by_name if row and by_a_person else "",
        "answered_at": row.answered_at if row and by_a_person else None,
        "review": row.review if row else "",
        "review_comment": row.review_comment if row else "",
        "reviewed_by": row.reviewed_by_name if row else "",
        "reviewed_at": row.reviewed_at if row else None,
        "evidence": [
            {
                "title": use.version.evidence.title,
                "version": use.version.number,
                "file_name": use.version.file_name,
                "sha256": use.version.sha256,
                "size": use.version.size,
                "link": use.version.link,
                "dated_on": use.version.dated_on,
                "added_by": use.version.added_by_name,
                "added_at": use.version.added_at,
                "state": use.state,
                "comment": use.comment,
            }
            for use in evidence
        ],
        "arithmetic": [_step(step) for step in (computed.arithmetic if computed else ())],
        "missing": list(computed.missing) if computed else [],
    }


def _step(step: Step) -> dict[str, Any]:
    """Return one line of arithmetic; the value of one that names an amount stands apart."""
    body: dict[str, Any] = {"label": step.label, "of": step.of, "is_amount": step.is_amount}
    if step.is_amount:
        return body | {"amounts": {"value": step.value}}
    return body | {"value": step.value}


def _previous(
    previous: Mapping[str, Any] | None,
    label: str,
    score: Mapping[str, Any] | None,
    definition: Definition | None,
) -> dict[str, Any] | None:
    if previous is None:
        return None
    before = previous["score"]
    comparison: dict[str, Any] | None = None
    if before is not None and score is not None and definition is not None:
        asked_before = [
            entry["question"] for row in before["dimensions"] for entry in row["answers"]
        ]
        try:
            found = compare(
                before=before, after=score, replaces=replaced_keys(asked_before, definition)
            )
        except UnableToCompare:
            found = None
        comparison = changes_of(found) if found else None
    residual = (before or {}).get("residual") or {}
    return {
        "label": label,
        "questionnaire": (previous["assessment"] or {}).get("questionnaire", ""),
        "residual": residual.get("score"),
        "tier": (before or {}).get("tier") or "",
        "dimensions": {
            row["dimension"]: row["residual"] for row in (before or {}).get("dimensions", ())
        },
        "assets": [{name: row[name] for name in _ASSET_FIELDS} for row in previous["assets"]],
        "comparison": comparison,
    }


_ASSET_FIELDS = ("kind", "name", "count", "tokens_each", "dimension", "held_by", "exportable")
