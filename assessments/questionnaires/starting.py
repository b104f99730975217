"""Start an assessment: one open for a workload and year, with last year's answers to confirm."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from assessments.models import Answer, Assessment, Grade, QuestionnaireVersion
from assessments.questionnaires.comparison import compare
from assessments.questionnaires.definition import Definition, Question
from lockin.accounts.models import User
from lockin.trail.recording import record
from vendors.models import Workload

CARRIED = (Answer.Kind.OPTION, Answer.Kind.UNKNOWN, Answer.Kind.NOT_APPLICABLE)


class UnableToStart(Exception):
    """The assessment cannot be started. The message is written for the user."""


@transaction.atomic
def start(
    *, workload: Workload, label: str, by: User | None, now: datetime, due_on: date | None = None
) -> Assessment:
    """
    Open the year's assessment of a workload on the version in use.

    :param by: None when the schedule opens it
    :raises UnableToStart: if one is open for that year, or no version is published
    """
    if workload.archived_at is not None:
        raise UnableToStart(f"{workload} is archived. Bring it back before you assess it.")
    rows = Assessment.objects.filter(workload=workload)
    if rows.open().filter(label=label).exists():
        raise UnableToStart(f"The {label} assessment of {workload} is open already.")
    version = QuestionnaireVersion.objects.filter(organisation=workload.organisation)
    version = version.in_use().first()
    if version is None:
        raise UnableToStart("No questionnaire is published yet. Ask the council chair.")
    previous = rows.accepted().order_by("-accepted_at", "-pk").select_related("version").first()
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                organisation_id=workload.organisation_id,
                workload=workload,
                version=version,
                label=label,
                previous=previous,
                due_on=due_on,
                started_at=now,
                started_by=by,
            )
    except IntegrityError:
        raise UnableToStart(f"The {label} assessment of {workload} is open already.") from None
    carried = _carry(assessment, version.definition) if previous else 0
    record(
        "assessment.started",
        assessment,
        organisation=workload.organisation,
        by=by,
        now=now,
        after={
            "label": label,
            "questionnaire": version.label,
            "questionnaire_sha256": version.sha256,
            "to_confirm": carried,
        },
    )
    return assessment


def earlier_answers(assessment: Assessment) -> dict[str, Answer]:
    """Return last year's answer for each question asked now, found by key or what it replaces."""
    if assessment.previous is None:
        return {}
    now_asked = assessment.version.definition
    pairs = compare(assessment.previous.version.definition, now_asked).pairs
    given = {
        answer.question_key: answer
        for answer in assessment.previous.answers.filter(kind__in=CARRIED).order_by("pk")
    }
    found = {}
    for key, older in pairs.items():
        # Of several questions that became one, the worst answer is the one to look at again.
        answers = [given[old] for old in older if old in given]
        if answers:
            found[key] = max(answers, key=lambda row: -1 if row.points is None else row.points)
    return found


def _carry(assessment: Assessment, definition: Definition) -> int:
    """Write last year's answers as “to confirm”: no points, no grade, done by nobody yet.

    Such a row keeps who answered last year and when, so that the page can say so.
    """
    rows = [
        _to_confirm(assessment, definition.question(key), answer)
        for key, answer in earlier_answers(assessment).items()
    ]
    Answer.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _to_confirm(assessment: Assessment, question: Question, last: Answer) -> Answer:
    known = any(option.key == last.option_key for option in question.options)
    return Answer(
        assessment=assessment,
        question_key=question.key,
        kind=Answer.Kind.TO_CONFIRM,
        option_key=last.option_key if known else "",
        question_text=question.text,
        option_text=last.option_text,
        reason=last.reason,
        grade=Grade.NONE,
        comment=last.comment,
        answered_at=last.answered_at,
        answered_by_name=last.answered_by_name,
    )
