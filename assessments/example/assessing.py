"""The example's assessments: answered by their owners, question by question, with evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assessments.example import tables
from assessments.example.dates import in_words, placed
from assessments.models import Answer, Assessment
from assessments.questionnaires import answering, evidence, reviewing
from lockin.accounts.models import User

LAST, THIS = "last", "this"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the tables say of one question in one year."""

    option_key: str
    grade: str
    comment: str


def told(workload: str, *, year: str, today: date) -> dict[str, Told]:
    """Return a workload's answers of that year, by question."""
    return {
        row["question"]: Told(
            option_key=row[f"{year}_year"],
            grade=row[f"how_{year}_year"],
            comment=in_words(row[f"comment_{year}_year"], today=today),
        )
        for row in tables.rows(f"answers/{workload}")
        if row[f"{year}_year"]
    }


def answer(
    *,
    assessment: Assessment,
    year: str,
    today: date,
    by: User,
    now: datetime,
    leave: Collection[str] = (),
) -> None:
    """Answer what is asked, apart from the questions to leave; a minute and a half for each."""
    reasons = tables.document("reasons").get(assessment.workload.key, {})
    for dimension, reason in reasons.items():
        answering.choose_dimension(
            assessment=assessment,
            dimension=dimension,
            applies=False,
            reason=reason,
            by=by,
            now=now,
        )
    shown = _evidence(assessment, year=year, today=today, by=by, now=now)
    known = told(assessment.workload.key, year=year, today=today)
    definition = assessment.version.definition
    carried = dict(assessment.answers.values_list("question_key", "version"))
    asked = answering.missing_answers(assessment, on=assessment.organisation.day_of(now))
    for count, question in enumerate(asked):
        if question.key in leave:
            continue
        entry = known.get(question.key)
        section = definition.section_of(question.key).key
        answering.save(
            assessment=assessment,
            question_key=question.key,
            given=_given(entry, shown.get(section)),
            version=carried.get(question.key, 0),
            by=by,
            now=now + timedelta(seconds=90 * count),
        )


def _given(entry: Told | None, evidence_id: int | None) -> answering.Given:
    if entry is None or entry.option_key == "unknown":
        comment = entry.comment if entry else ""
        return answering.Given(kind=Answer.Kind.UNKNOWN, comment=comment)
    needs = entry.grade in answering.NEEDS_EVIDENCE and evidence_id is not None
    return answering.Given(
        kind=Answer.Kind.OPTION,
        option_key=entry.option_key,
        grade=entry.grade,
        comment=entry.comment,
        evidence=(evidence_id,) if needs and evidence_id is not None else (),
    )


def _evidence(
    assessment: Assessment, *, year: str, today: date, by: User, now: datetime
) -> dict[str, int]:
    """Store the year's file for each section that has one; return the versions by section."""
    left_out = set(tables.document("reasons").get(assessment.workload.key, {}))
    stored = {}
    for row in tables.rows("evidence"):
        if row["year"] != year or row["section"] in left_out:
            continue
        day = placed(row["dated"], today=today)
        assert day is not None
        day = min(day, by.organisation.day_of(now))
        version = evidence.add_file(
            workload=assessment.workload,
            name=row["file"],
            chunks=[tables.evidence_file(row["file"], workload=assessment.workload.name, day=day)],
            dated_on=day,
            title=row["title"],
            by=by,
            now=now,
        )
        stored[row["section"]] = version.pk
    return stored


def accept(*, assessment: Assessment, by: User, now: datetime) -> Assessment:
    """Let a council member accept all of it."""
    return reviewing.conclude(assessment=assessment, by=by, now=now)


def return_questions(
    *, assessment: Assessment, comments: Mapping[str, str], by: User, now: datetime
) -> Assessment:
    """Return these questions with what is missing, and accept the rest."""
    for key, comment in comments.items():
        reviewing.return_question(
            assessment=assessment, question_key=key, comment=comment, by=by, now=now
        )
    return reviewing.conclude(assessment=assessment, by=by, now=now)
