"""Questionnaires and assessments, made through the domain calls that people use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from assessments.models import Answer, Assessment, QuestionnaireVersion
from assessments.questionnaires import answering, starting, versions
from assessments.questionnaires.computing import computed_answers
from assessments.questionnaires.loading import CURRENT
from lockin.accounts.models import Organisation, User
from vendors.models import Workload

PUBLISHED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def publish_current(
    organisation: Organisation, *, by: User | None = None, now: datetime = PUBLISHED_AT
) -> QuestionnaireVersion:
    """Publish the fifty questions."""
    version = versions.load_draft(CURRENT, organisation=organisation, by=by, now=now)
    return versions.publish(version=version, by=by, now=now)


def edited(replacements: dict[str, str], *, label: str) -> bytes:
    """Return the file of the fifty questions with some of its text changed, under a new label."""
    text = CURRENT.read_text(encoding="utf-8").replace('label = "2026.1"', f'label = "{label}"', 1)
    for old, new in replacements.items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def start_assessment(
    workload: Workload, *, by: User, now: datetime, label: str = "2026"
) -> Assessment:
    return starting.start(workload=workload, label=label, by=by, now=now)


def given(option: str = "plain-text", **fields: Any) -> answering.Given:
    """An answer somebody gives; the first question's by default."""
    values = {"kind": Answer.Kind.OPTION, "option_key": option, "grade": "declared", **fields}
    return answering.Given(**values)


def save_answer(
    assessment: Assessment,
    question_key: str = "api.deepest-feature",
    *,
    by: User,
    now: datetime,
    version: int = 0,
    **fields: Any,
) -> answering.Saved:
    return answering.save(
        assessment=assessment,
        question_key=question_key,
        given=given(**fields),
        version=version,
        by=by,
        now=now,
    )


def answer_everything(
    assessment: Assessment, *, by: User, now: datetime, but: Iterable[str] = ()
) -> None:
    """Give the first option of every question that is asked, as declared."""
    left_out = set(but)
    computed = computed_answers(assessment, on=by.organisation.day_of(now))
    held = {answer.question_key: answer.version for answer in assessment.answers.all()}
    for question in assessment.version.definition.questions:
        if question.key in left_out or question.key in computed:
            continue
        save_answer(
            assessment,
            question.key,
            by=by,
            now=now,
            version=held.get(question.key, 0),
            option=question.options[0].key,
        )
