"""Answer: save one question, say that a section does not apply, send the whole for review.

Nothing is overwritten silently: a save names the version it was begun on, and a stale one is
refused with both texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from assessments.models import (
    Answer,
    Assessment,
    DimensionChoice,
    EvidenceVersion,
    Grade,
)
from assessments.questionnaires import delegating, drafts, evidence
from assessments.questionnaires.computing import computed_answers
from assessments.questionnaires.definition import Definition, Question, visible_questions
from assessments.scoring.dimensions import Dimension
from lockin.accounts.models import User
from lockin.accounts.roles import Role
from lockin.outbox.sending import tell
from lockin.trail.recording import changes, record

EDITABLE = frozenset({Assessment.State.DRAFT, Assessment.State.RETURNED})
GIVEN_KINDS = frozenset({Answer.Kind.OPTION, Answer.Kind.UNKNOWN, Answer.Kind.NOT_APPLICABLE})
# A workload that somebody outside is paid for always has an API and a commitment (domain 2.1).
ALWAYS_APPLY_IF_PAID = frozenset({Dimension.API, Dimension.COMMERCIAL})
NEEDS_EVIDENCE = frozenset({Grade.TESTED, Grade.DOCUMENTED})
MOST_EVIDENCE = 20
LONGEST_TEXT = 20_000


class UnableToAnswer(Exception):
    """The answer is not saved. `field` names the part to correct, if it is one part."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class UnableToSend(Exception):
    """The assessment is not sent. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody answers, before it is saved."""

    kind: str
    option_key: str = ""
    reason: str = ""
    grade: str = ""
    comment: str = ""
    evidence: tuple[int, ...] = ()


class StaleAnswer(Exception):
    """Somebody else has saved this question meanwhile. Carries both texts; nothing is lost."""

    def __init__(self, *, mine: Given, theirs: Answer | None) -> None:
        who = theirs.answered_by_name if theirs else "Somebody"
        super().__init__(f"{who} changed this answer meanwhile. Your answer is not saved yet.")
        self.mine = mine
        self.theirs = theirs


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The answer as it is kept. `was_lowered`: it is Declared, because nothing shows it."""

    answer: Answer
    was_lowered: bool


@transaction.atomic
def save(
    *,
    assessment: Assessment,
    question_key: str,
    given: Given,
    version: int,
    by: User,
    now: datetime,
) -> Saved:
    """
    Save one answer, with the question's words and points as they are asked now.

    :param version: how often the question had been saved when this answer was begun; 0 for never
    :raises UnableToAnswer: if the question takes no answer now, or this one is not whole
    :raises StaleAnswer: if the question was saved since that version
    """
    assessment = _locked(assessment)
    definition = assessment.version.definition
    question = _asked(assessment, definition, question_key, on=by.organisation.day_of(now))
    answer = Answer.objects.filter(assessment=assessment, question_key=question_key).first()
    _check_open(assessment, answer)
    fields, lowered, files = _fields(definition, question, given, assessment=assessment)
    _check_seen(files, assessment=assessment, answer=answer, by=by, now=now)
    if (answer.version if answer else 0) != version:
        if answer and answer.answered_by_id == by.pk and _same(answer, fields, files):
            return Saved(answer=answer, was_lowered=lowered)  # the same form, sent twice
        raise StaleAnswer(mine=given, theirs=answer)
    fields["evidence_on"] = _evidence_day(fields, files, on=by.organisation.day_of(now))
    before = _told(answer) if answer else None
    answer = answer or Answer(assessment=assessment, question_key=question_key, version=0)
    for name, value in fields.items():
        setattr(answer, name, value)
    answer.version += 1
    answer.answered_at, answer.answered_by, answer.answered_by_name = now, by, by.name
    answer.is_computed, answer.arithmetic = False, []
    answer.review = Answer.Review.NONE
    answer.save()
    _attach(answer, files, by=by, now=now)
    drafts.discard(assessment=assessment, question_key=question_key, by=by)
    section = definition.section_of(question_key)
    delegating.settle(
        assessment=assessment,
        question_key=question_key,
        dimension=section.key,
        left=_left(assessment, definition, section.key),
        now=now,
    )
    after = {**_told(answer), "evidence": [str(file) for file in files]}
    old, new = changes(before, after) or (before, after) if before else (None, after)
    record(
        "answer.saved",
        answer,
        organisation=assessment.organisation,
        by=by,
        now=now,
        before=old,
        after={"assessment": str(assessment), "question": question.text, **new},
    )
    return Saved(answer=answer, was_lowered=lowered)


@transaction.atomic
def choose_dimension(
    *, assessment: Assessment, dimension: str, applies: bool, reason: str, by: User, now: datetime
) -> DimensionChoice:
    """
    Say whether a form of lock-in applies to the workload at all.

    :raises UnableToAnswer: if it always applies, or no reason is given
    """
    assessment = _locked(assessment)
    section = assessment.version.definition.section(dimension)
    row = DimensionChoice.objects.filter(assessment=assessment, dimension=dimension).first()
    # A reviewer who refuses that a section is left out writes why, and it is asked again.
    returned = assessment.state == Assessment.State.RETURNED and row and row.applies and row.reason
    if assessment.state != Assessment.State.DRAFT and not returned:
        raise UnableToAnswer("The assessment is sent. Only returned questions can be answered.")
    if not applies and not may_be_left_out(assessment, dimension):
        raise UnableToAnswer(
            f"{section.name} always applies to a workload that a vendor is paid for."
        )
    if not applies and not reason.strip():
        raise UnableToAnswer("Say why this does not apply.", field="reason")
    before = {"applies": row.applies, "reason": row.reason} if row else None
    row = row or DimensionChoice(assessment=assessment, dimension=dimension)
    row.applies = applies
    row.reason = "" if applies else reason.strip()[:LONGEST_TEXT]
    row.chosen_at, row.chosen_by_name = now, by.name
    row.save()
    record(
        "section.chosen",
        row,
        organisation=assessment.organisation,
        by=by,
        now=now,
        before=before,
        after={
            "assessment": str(assessment),
            "section": section.name,
            "applies": applies,
            "reason": row.reason,
        },
    )
    return row


def may_be_left_out(assessment: Assessment, dimension: str) -> bool:
    """Whether this form of lock-in can be said not to apply to the workload."""
    section = assessment.version.definition.section(dimension)
    if section.applies is None:
        return False
    return not (assessment.workload.is_paid_external and dimension in ALWAYS_APPLY_IF_PAID)


@transaction.atomic
def send(*, assessment: Assessment, by: User, now: datetime) -> Assessment:
    """
    Send the answers for review. From then on only returned questions can change.

    :raises UnableToSend: if it is sent already, or something is still missing
    """
    assessment = _locked(assessment)
    if assessment.state not in EDITABLE:
        raise UnableToSend("The assessment is sent already.")
    missing = missing_answers(assessment, on=by.organisation.day_of(now))
    if missing:
        count = f"{len(missing)} questions have" if len(missing) > 1 else "One question has"
        raise UnableToSend(f"{count} no answer yet. “Nobody has checked” is an answer.")
    problem = left_out_problem(assessment)
    if problem:
        raise UnableToSend(problem)
    before = {"state": assessment.state}
    assessment.state = Assessment.State.SENT
    assessment.sent_at, assessment.sent_by, assessment.sent_by_name = now, by, by.name
    assessment.save(update_fields=["state", "sent_at", "sent_by", "sent_by_name"])
    assessment.drafts.all().delete()
    record(
        "assessment.sent",
        assessment,
        organisation=assessment.organisation,
        by=by,
        now=now,
        before=before,
        after={"state": assessment.state},
    )
    council = User.objects.in_organisation(assessment.organisation).active().holding(Role.COUNCIL)
    tell(
        to=[
            person
            for person in council.exclude(pk=by.pk).order_by("pk")
            if not delegating.has_answered(person, assessment)
        ],
        key=f"assessment-sent:{assessment.pk}:{now.isoformat()}",
        subject=f"To review: {assessment}",
        body=f"{by.name} sent the answers.",
        path=reverse("assessments:assessment-review", args=[assessment.pk]),
        now=now,
    )
    return assessment


def missing_answers(assessment: Assessment, *, on: date) -> list[Question]:
    """Return the questions that are asked and have no answer that counts, in order."""
    definition = assessment.version.definition
    rows = {row.question_key: row for row in assessment.answers.all()}
    left_out = _left_out(assessment)
    computed = computed_answers(assessment, on=on)
    return [
        question
        for question in visible_questions(definition, _options(rows.values(), computed))
        if definition.section_of(question.key).key not in left_out
        and question.key not in computed
        and not counts(rows.get(question.key))
    ]


def counts(answer: Answer | None) -> bool:
    """Whether a question is answered: not blank, not last year's, not returned."""
    return (
        answer is not None
        and answer.kind in GIVEN_KINDS
        and answer.review != Answer.Review.RETURNED
    )


def can_be_changed(assessment: Assessment, answer: Answer | None) -> bool:
    """Whether the assessment's state lets this question be answered."""
    if assessment.state == Assessment.State.DRAFT:
        return True
    if assessment.state != Assessment.State.RETURNED:
        return False
    # Returned, or asked only now because another answer changed; and what was answered again can
    # be corrected until it is sent.
    return not counts(answer) or bool(answer and not answer.review and answer.review_comment)


def left_out_problem(assessment: Assessment) -> str:
    """Return why the sections cannot be scored as they are left out; nothing when they can."""
    definition = assessment.version.definition
    left_out = _left_out(assessment)
    if len(definition.sections) - len(left_out) < 2:
        return "At least two sections must apply. Say again which do not."
    given = dict(assessment.answers.values_list("question_key", "kind"))
    for section in definition.sections:
        kinds = {given.get(question.key) for question in section.questions}
        if section.key not in left_out and kinds == {Answer.Kind.NOT_APPLICABLE}:
            return f"Every question of {section.name} is left out. Leave out the section instead."
    return ""


# ── What an answer is checked against ───────────────────────────────────────────────────────────


def _locked(assessment: Assessment) -> Assessment:
    """Read the assessment again and keep it until the end: saves of one assessment queue."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("version", "workload", "organisation")
        .get(pk=assessment.pk)
    )


def _check_open(assessment: Assessment, answer: Answer | None) -> None:
    if can_be_changed(assessment, answer):
        return
    if assessment.state == Assessment.State.RETURNED:
        raise UnableToAnswer("This question was not returned. Only returned ones can be changed.")
    raise UnableToAnswer("The assessment is sent. Answers can change only when it is returned.")


def _asked(
    assessment: Assessment, definition: Definition, question_key: str, *, on: date
) -> Question:
    try:
        question = definition.question(question_key)
    except KeyError:
        raise UnableToAnswer("This version does not ask that question.") from None
    section = definition.section_of(question_key)
    if section.key in _left_out(assessment):
        raise UnableToAnswer(f"{section.name} does not apply, so this is not asked.")
    computed = computed_answers(assessment, on=on) if question.computed else {}
    if question_key in computed:
        raise UnableToAnswer("The contract data answers this question, so nobody is asked.")
    rows = assessment.answers.all()
    if question not in visible_questions(definition, _options(rows, computed)):
        raise UnableToAnswer("Another answer makes this question fall away.")
    return question


def _options(answers: Any, computed: Any) -> dict[str, str]:
    """Return the option chosen for each question, as the branching reads it."""
    chosen = {row.question_key: row.option_key for row in answers if row.kind == Answer.Kind.OPTION}
    chosen.update({key: found.option_key for key, found in computed.items()})
    return chosen


def _left_out(assessment: Assessment) -> frozenset[str]:
    return frozenset(
        assessment.dimensions.filter(applies=False).values_list("dimension", flat=True)
    )


def _left(assessment: Assessment, definition: Definition, section_key: str) -> set[str]:
    """Return the questions of a section that nobody has answered yet."""
    given = {row.question_key for row in assessment.answers.all() if counts(row)}
    return {
        question.key
        for question in definition.section(section_key).questions
        if question.key not in given and not question.computed
    }


def _fields(
    definition: Definition, question: Question, given: Given, *, assessment: Assessment
) -> tuple[dict[str, Any], bool, list[EvidenceVersion]]:
    """Return the columns that the answer becomes, whether its grade was lowered, its evidence."""
    if given.kind not in GIVEN_KINDS:
        raise UnableToAnswer("Choose an answer.", field="choice")
    fields: dict[str, Any] = {
        "kind": given.kind,
        "option_key": "",
        "points": None,
        "question_text": question.text,
        "option_text": "",
        "reason": "",
        "grade": Grade.NONE,
        "comment": given.comment.strip()[:LONGEST_TEXT],
    }
    files = _versions(assessment, given.evidence)
    if given.kind == Answer.Kind.UNKNOWN:
        fields["option_text"] = definition.unknown.label
        return fields, False, files
    if given.kind == Answer.Kind.NOT_APPLICABLE:
        fields["option_text"] = definition.not_applicable.label
        fields["reason"] = given.reason.strip()[:LONGEST_TEXT]
        if not fields["reason"]:
            raise UnableToAnswer("Say why this does not apply.", field="reason")
        return fields, False, files
    try:
        option = question.option(given.option_key)
    except KeyError:
        raise UnableToAnswer("Choose an answer.", field="choice") from None
    if given.grade not in Grade.values:
        raise UnableToAnswer("Choose how you know.", field="grade")
    lowered = given.grade in NEEDS_EVIDENCE and not files
    fields.update(
        option_key=option.key,
        option_text=option.label,
        points=option.points,
        grade=Grade.DECLARED if lowered else given.grade,
    )
    return fields, lowered, files


def _versions(assessment: Assessment, ids: Sequence[int]) -> list[EvidenceVersion]:
    """Return the evidence named: of this workload, or of none, and of this organisation."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_EVIDENCE:
        raise UnableToAnswer(f"At most {MOST_EVIDENCE} pieces of evidence.", field="evidence")
    if not wanted:
        return []
    found = {
        row.pk: row
        for row in EvidenceVersion.objects.filter(
            pk__in=wanted, evidence__organisation_id=assessment.organisation_id
        ).select_related("evidence")
        if row.evidence.workload_id in (assessment.workload_id, None)
    }
    if len(found) != len(wanted):
        raise UnableToAnswer("That evidence belongs to another workload.", field="evidence")
    return [found[pk] for pk in wanted]


def _check_seen(
    files: list[EvidenceVersion],
    *,
    assessment: Assessment,
    answer: Answer | None,
    by: User,
    now: datetime,
) -> None:
    """Refuse evidence that the person cannot see: attaching it would open it.

    Whoever was handed one part uses what the person added, and what stands behind the answer.
    """
    if not files or delegating.reach_of(by, assessment, now=now).sees_whole:
        return
    held = set(answer.evidence.values_list("version__evidence_id", flat=True)) if answer else set()
    for file in files:
        if file.evidence.added_by_id != by.pk and file.evidence_id not in held:
            raise UnableToAnswer("That evidence belongs to another workload.", field="evidence")


def _attach(answer: Answer, files: list[EvidenceVersion], *, by: User, now: datetime) -> None:
    try:
        evidence.attach(answer=answer, versions=files, by=by, now=now)
    except evidence.UnableToRemove as error:
        raise UnableToAnswer(str(error), field="evidence") from error


def _evidence_day(fields: dict[str, Any], files: list[EvidenceVersion], *, on: date) -> date | None:
    """Return the evidence's own day: the newest file's; for a declaration the day it is made."""
    if fields["grade"] == Grade.NONE:
        return None
    if files and fields["grade"] in NEEDS_EVIDENCE:
        return max(file.dated_on for file in files)
    return on


def _same(answer: Answer, fields: dict[str, Any], files: list[EvidenceVersion]) -> bool:
    if any(getattr(answer, name) != value for name, value in fields.items()):
        return False
    held = set(answer.evidence.values_list("version_id", flat=True))
    return held == {file.pk for file in files}


def _told(answer: Answer) -> dict[str, Any]:
    """What the trail says of an answer."""
    return {
        "kind": answer.kind,
        "answer": answer.option_text,
        "points": answer.points,
        "reason": answer.reason,
        "grade": answer.grade,
        "evidence_on": answer.evidence_on,
        "comment": answer.comment,
        "version": answer.version,
    }
