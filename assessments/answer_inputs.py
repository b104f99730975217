"""Answers as the score reads them: what was saved, and what contract data says instead.

A question that contract data answers is not read from what somebody typed. Where the data is
missing, a typed answer counts; without one the question is not known and counts 100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assessments.contract_facts import ContractFacts
from assessments.models import Answer, DimensionChoice
from assessments.questionnaires import contract_facts as questions_facts
from assessments.questionnaires.contract_facts import ComputedAnswer
from assessments.questionnaires.definition import Definition, Question, visible_questions
from assessments.questionnaires.worst_contract import computed_answers
from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import AnswerInput, AnswerState
from assessments.spend import SpendByVendor
from vendors.dates import Term
from vendors.models import Contract, Dependency

_STATES = {
    Answer.Kind.OPTION: AnswerState.ANSWERED,
    Answer.Kind.UNKNOWN: AnswerState.UNKNOWN,
    Answer.Kind.NOT_APPLICABLE: AnswerState.NOT_APPLICABLE,
    # Last year's answer counts for nothing until somebody confirms it.
    Answer.Kind.TO_CONFIRM: AnswerState.BLANK,
}


def answer_inputs(
    *,
    definition: Definition,
    answers: Sequence[Answer],
    choices: Sequence[DimensionChoice],
    computed: Mapping[str, ComputedAnswer],
) -> list[AnswerInput]:
    """Return one entry for every question that is asked, in the questionnaire's order."""
    rows = {row.question_key: row for row in answers}
    left_out = {row.dimension for row in choices if not row.applies}
    asked = _asked(definition, rows, computed)
    given = []
    for section in definition.sections:
        if section.key in left_out:
            continue
        dimension = Dimension(section.key)
        for question in section.questions:
            if question.key in asked:
                found = computed.get(question.key) if question.computed else None
                given.append(_input(question, dimension, rows.get(question.key), found))
    return given


def _asked(
    definition: Definition,
    rows: Mapping[str, Answer],
    computed: Mapping[str, ComputedAnswer],
) -> set[str]:
    chosen = {key: row.option_key for key, row in rows.items() if row.kind == Answer.Kind.OPTION}
    chosen.update(
        {key: found.option_key for key, found in computed.items() if found.option_key is not None}
    )
    return {question.key for question in visible_questions(definition, chosen)}


def _input(
    question: Question, dimension: Dimension, row: Answer | None, found: ComputedAnswer | None
) -> AnswerInput:
    if found is not None and found.option_key is not None:
        return AnswerInput(
            question_key=question.key,
            number=question.number,
            dimension=dimension,
            weight=question.weight,
            state=AnswerState.ANSWERED,
            points=found.points,
            grade=found.grade,
            evidence_on=found.as_of,
        )
    state = _STATES[Answer.Kind(row.kind)] if row is not None else AnswerState.BLANK
    if found is not None and state == AnswerState.BLANK:
        state = AnswerState.UNKNOWN
    is_answered = row is not None and state == AnswerState.ANSWERED
    return AnswerInput(
        question_key=question.key,
        number=question.number,
        dimension=dimension,
        weight=question.weight,
        state=state,
        points=row.points if row is not None and is_answered else None,
        grade=Grade(row.grade) if row is not None and is_answered else Grade.NONE,
        evidence_on=row.evidence_on if row is not None and is_answered else None,
        reason=row.reason if row is not None and state == AnswerState.NOT_APPLICABLE else "",
    )


# ── What contract data answers ──────────────────────────────────────────────────────────────────


def contract_answers_of(
    dependencies: Sequence[Dependency],
    *,
    contracts: Sequence[ContractFacts],
    spend: SpendByVendor,
    on: date,
) -> dict[str, ComputedAnswer]:
    """Return an answer for every question that contract data can give, known or not known."""
    facts = {entry.contract.pk: _facts(entry, spend) for entry in contracts}
    uses = [
        questions_facts.ContractUse(
            facts=facts[row.contract_id],
            share=row.share,
            is_fallback=row.role == Dependency.Role.FALLBACK,
        )
        for row in dependencies
        if row.contract_id in facts
    ]
    return computed_answers(uses, on=on)


def _calendar(entry: ContractFacts) -> dict[str, Any]:
    if entry.reading is None:
        return {}
    found = entry.reading
    return {"holidays": found.holidays, "zone": found.zone, "later": found.later}


def _facts(entry: ContractFacts, spend: SpendByVendor) -> questions_facts.ContractFacts:
    contract = entry.contract
    readable = all(row.exposure is not None for row in entry.commitments)
    return questions_facts.ContractFacts(
        key=contract.key,
        name=contract.name,
        currency=contract.currency,
        # Terms that contradict themselves say nothing: every answer from them is not known.
        term=entry.term or Term(),
        **_calendar(entry),
        put_down_as_ended=contract.state == Contract.State.ENDED,
        annual_run_rate=entry.annual_run_rate,
        commitments=tuple(row.promise for row in entry.commitments if row.promise is not None)
        if readable
        else (),
        order_form_read=contract.document_on_file and readable,
        recorded_on=entry.recorded_on,
        reminder_set=contract.reminder_set,
        notice_given_on=contract.notice_given_on,
        renewal_agreed=entry.decided and contract.decision == Contract.Decision.RENEW,
        early_termination=questions_facts.EarlyTermination(contract.early_termination),
        early_termination_percent=contract.early_termination_percent,
        uplift=questions_facts.Uplift(contract.uplift),
        uplift_cap_percent=contract.uplift_cap_percent,
        vendor_spend=questions_facts.VendorSpend(
            vendor=contract.vendor.name,
            currency=spend.currency,
            with_vendor=spend.with_vendor(contract.vendor_id),
            all_vendors=spend.total or None,
            not_recorded=spend.workloads_not_recorded,
        ),
    )
