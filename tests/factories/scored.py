"""Questionnaire versions, assessments and their answers, as far as a score needs them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from itertools import count

from assessments.models import (
    Answer,
    Assessment,
    DimensionChoice,
    Evidence,
    EvidenceVersion,
    Mitigation,
    QuestionnaireVersion,
)
from assessments.questionnaires.definition import Definition, manifest
from assessments.questionnaires.loading import CURRENT, load
from lockin import canonical
from lockin.accounts.models import Organisation
from vendors.models import Workload

ACCEPTED = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
EVIDENCE_ON = date(2026, 10, 1)
_numbers = count(1)


@cache
def definition() -> Definition:
    return load(CURRENT)


def make_version(organisation: Organisation, label: str = "2026.1") -> QuestionnaireVersion:
    found = QuestionnaireVersion.objects.filter(organisation=organisation, label=label).first()
    if found is not None:
        return found
    text = canonical.dumps(manifest(definition()))
    return QuestionnaireVersion.objects.create(
        organisation=organisation,
        label=label,
        scheme="2026.1",
        manifest=text,
        sha256=canonical.digest(text),
        created_at=ACCEPTED,
        published_at=ACCEPTED,
        published_by_name="Nadia Berg",
    )


def make_assessment(
    workload: Workload,
    *,
    points: dict[str, int | str | None] | int = 50,
    without: tuple[str, ...] = (),
    accepted: bool = True,
    label: str = "2026",
    grade: str = "documented",
    **fields: object,
) -> Assessment:
    """An assessment with an answer to every question.

    `points`: one number for all questions, or by key ("default" for the rest); "unknown" and "na"
    are those answers, None leaves the question blank. `without`: dimensions that do not apply.
    """
    version = make_version(workload.organisation)
    assessment = Assessment.objects.create(
        organisation=workload.organisation,
        workload=workload,
        version=version,
        label=label,
        started_at=ACCEPTED,
        **{
            **(
                {
                    "state": Assessment.State.ACCEPTED,
                    "sent_at": ACCEPTED,
                    "accepted_at": ACCEPTED,
                    "accepted_by_name": "Nadia Berg",
                }
                if accepted
                else {}
            ),
            **fields,
        },
    )
    chosen = points if isinstance(points, dict) else {"default": points}
    rows = [
        answer_row(
            assessment, question.key, chosen.get(question.key, chosen.get("default", 50)), grade
        )
        for question in version.definition.questions
    ]
    Answer.objects.bulk_create([row for row in rows if row is not None])
    for dimension in without:
        DimensionChoice.objects.create(
            assessment=assessment,
            dimension=dimension,
            applies=False,
            reason="There is none of it here.",
            chosen_at=ACCEPTED,
            chosen_by_name="Priya Raman",
        )
    return assessment


def answer_row(
    assessment: Assessment, key: str, points: int | str | None, grade: str = "documented"
) -> Answer | None:
    question = assessment.version.definition.question(key)
    if points is None:
        return None
    row = Answer(
        assessment=assessment,
        question_key=key,
        kind=Answer.Kind.OPTION,
        question_text=question.text,
        answered_at=ACCEPTED,
        answered_by_name="Priya Raman",
    )
    if points == "unknown":
        row.kind = Answer.Kind.UNKNOWN
        row.option_text = "Nobody has checked"
    elif points == "na":
        row.kind, row.reason = Answer.Kind.NOT_APPLICABLE, "Not used here."
    else:
        option = next(option for option in question.options if option.points == points)
        row.option_key, row.points, row.option_text = option.key, option.points, option.label
        row.grade, row.evidence_on = grade, EVIDENCE_ON
    return row


def make_evidence(
    workload: Workload, title: str = "Gateway log", **fields: object
) -> EvidenceVersion:
    evidence = Evidence.objects.create(
        organisation=workload.organisation, workload=workload, title=title, added_at=ACCEPTED
    )
    return EvidenceVersion.objects.create(
        evidence=evidence,
        number=1,
        added_at=ACCEPTED,
        added_by_id_text="1",
        added_by_name="Priya Raman",
        **{"link": f"https://wiki.example/{next(_numbers)}", "dated_on": EVIDENCE_ON, **fields},
    )


def make_mitigation(
    workload: Workload, control: str = "M1", dimension: str = "api", **fields: object
) -> Mitigation:
    return Mitigation.objects.create(
        workload=workload,
        control=control,
        dimension=dimension,
        recorded_at=ACCEPTED,
        recorded_by_name="Priya Raman",
        **{"coverage": "1", "grade": "declared", **fields},
    )


def scores(organisation: Organisation, *, on: date, now: datetime) -> None:
    """Reckon and store the scores of all workloads."""
    from assessments import current_scores

    current_scores.refresh(organisation=organisation, on=on, now=now)
