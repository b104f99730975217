"""My work: everything that waits for one person, by date, from a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    Audit,
    Delegation,
    Finding,
    Signature,
)
from assessments.questionnaires.starting import CARRIED
from lockin.accounts.authorization import may, require_sign_in
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.reminders.standing import reminded
from lockin.templatetags.figures import plural_words
from vendors import dates as dating
from vendors.models import Contract
from vendors.portfolio.terms import dates_of

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing that waits: what to do, about what, by when, and where."""

    kind: str
    title: str
    note: str
    url: str
    due_on: date | None = None


@require_sign_in
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """List what waits for this person, the most urgent first."""
    now = timezone.now()
    user: User = request.user
    on = user.organisation.day_of(now)
    tasks = sorted(
        waiting(user, now=now), key=lambda task: (task.due_on or date.max, task.kind, task.title)
    )
    return render(
        request,
        "assessments/my_work.html",
        {
            "tasks": tasks,
            "overdue": sum(task.due_on is not None and task.due_on < on for task in tasks),
            "on": on,
            "reminded": reminded(user),
            "notice": None if tasks else next_notice(user, on=on),
        },
    )


def waiting(user: User, *, now: datetime) -> Iterator[Task]:
    """Yield everything that waits for a person; nothing that the roles do not allow."""
    if may(user, Permission.ASSESSMENT_ANSWER):
        yield from _to_answer(user)
        yield from _asked(user, now=now)
        yield from _flagged(user)
    if may(user, Permission.ASSESSMENT_REVIEW):
        yield from _to_review(user)
    if may(user, Permission.FINDING_RESPOND):
        yield from _to_respond(user)
    if may(user, Permission.AUDIT_SIGN):
        yield from _to_sign(user)


def waiting_rows(user: User, *, now: datetime) -> QuerySet[Any]:
    """Return one row for each thing that waits, so that the menu can count them in its query."""
    kinds: list[QuerySet[Any]] = [Delegation.objects.none()]
    if may(user, Permission.ASSESSMENT_ANSWER):
        kinds += [_rows_to_answer(user), _rows_asked(user, now=now), _rows_flagged(user)]
    if may(user, Permission.ASSESSMENT_REVIEW):
        kinds.append(_rows_to_review(user))
    if may(user, Permission.FINDING_RESPOND):
        kinds.append(_rows_to_respond(user))
    if may(user, Permission.AUDIT_SIGN) and user.functions:
        kinds.append(_rows_to_sign(user))
    first, *others = (rows.order_by().values("pk") for rows in kinds)
    return first.union(*others, all=True)


def waiting_now(user: User) -> QuerySet[Any]:
    """Return what waits at this moment: the menu's count."""
    return waiting_rows(user, now=timezone.now())


def _rows_to_answer(user: User) -> QuerySet[Assessment]:
    return Assessment.objects.filter(
        workload__owner=user,
        organisation_id=user.organisation_id,
        state__in=[Assessment.State.DRAFT, Assessment.State.RETURNED],
    )


def _to_answer(user: User) -> Iterator[Task]:
    rows = (
        _rows_to_answer(user)
        .select_related("workload")
        .defer("version")
        .annotate(
            saved=Count("answers", filter=Q(answers__kind__in=CARRIED)),
            returned=Count("answers", filter=Q(answers__review=Answer.Review.RETURNED)),
        )
        .order_by("due_on", "pk")[:MOST]
    )
    for row in rows:
        if row.state == Assessment.State.RETURNED:
            kind, note = "Answer again", f"{plural_words(row.returned, 'question')} returned"
        else:
            kind, note = "Answer", f"{row.saved} answered so far" if row.saved else "Not started"
        yield Task(
            kind=kind,
            title=f"{row.workload}, assessment {row.label}",
            note=note,
            url=reverse("assessments:assessment-tasks", args=[row.pk]),
            due_on=row.due_on,
        )


def _rows_asked(user: User, *, now: datetime) -> QuerySet[Delegation]:
    return (
        Delegation.objects.open(now=now)
        .filter(to=user, assessment__organisation_id=user.organisation_id)
        .exclude(assessment__state__in=[Assessment.State.SENT, Assessment.State.ACCEPTED])
    )


def _asked(user: User, *, now: datetime) -> Iterator[Task]:
    rows = (
        _rows_asked(user, now=now)
        .select_related("assessment__workload", "assessment__version")
        .order_by("expires_at", "pk")[:MOST]
    )
    for row in rows:
        definition = row.assessment.version.definition
        if row.question_key:
            title = definition.question(row.question_key).text
            url = reverse("assessments:question", args=[row.assessment_id, row.question_key])
        else:
            title = f"{definition.section(row.dimension).name}, the whole section"
            url = reverse("assessments:assessment-tasks", args=[row.assessment_id])
        yield Task(
            kind="Asked of you",
            title=title,
            note=f"{row.asked_by_name} asks about {row.assessment.workload}",
            url=url,
            due_on=user.organisation.day_of(row.expires_at),
        )


def _rows_flagged(user: User) -> QuerySet[AnswerEvidence]:
    return AnswerEvidence.objects.filter(
        Q(answer__answered_by=user) | Q(answer__assessment__workload__owner=user),
        state=AnswerEvidence.State.FLAGGED,
        answer__assessment__organisation_id=user.organisation_id,
    ).exclude(answer__assessment__state=Assessment.State.ACCEPTED)


def _flagged(user: User) -> Iterator[Task]:
    rows = (
        _rows_flagged(user)
        .select_related("answer__assessment__workload", "version")
        .order_by("pk")[:MOST]
    )
    for row in rows:
        yield Task(
            kind="Evidence flagged",
            title=row.version.file_name or row.version.link,
            note=f"{row.answer.assessment.workload}: {row.comment}",
            url=reverse("assessments:evidence-replace", args=[row.pk]),
            due_on=row.answer.assessment.due_on,
        )


def _rows_to_review(user: User) -> QuerySet[Assessment]:
    mine = Answer.objects.filter(assessment=OuterRef("pk"), answered_by=user)
    sent = Assessment.objects.filter(
        organisation_id=user.organisation_id, state=Assessment.State.SENT
    )
    return sent.exclude(sent_by=user).exclude(Exists(mine))


def _to_review(user: User) -> Iterator[Task]:
    rows = _rows_to_review(user).select_related("workload").order_by("sent_at", "pk")[:MOST]
    for row in rows:
        yield Task(
            kind="Review",
            title=f"{row.workload}, assessment {row.label}",
            note=f"Sent by {row.sent_by_name}",
            url=reverse("assessments:assessment-review", args=[row.pk]),
            due_on=row.due_on,
        )


def _rows_to_respond(user: User) -> QuerySet[Finding]:
    return Finding.objects.filter(
        organisation_id=user.organisation_id, owner=user, state=Finding.State.AGREED, response=""
    ).exclude(audit__state=Audit.State.CLOSED)


def _to_respond(user: User) -> Iterator[Task]:
    rows = _rows_to_respond(user).select_related("audit").order_by("due_on", "pk")[:MOST]
    for row in rows:
        yield Task(
            kind="Respond",
            title=f"{row.code} {row.title}",
            note=f"{row.get_severity_display()}, {row.audit.label} audit",
            url=reverse("assessments:finding-detail", args=[row.pk]),
            due_on=row.due_on,
        )


def _standing() -> QuerySet[Signature]:
    return Signature.objects.filter(
        audit=OuterRef("pk"), withdrawn_at__isnull=True, voided_at__isnull=True
    )


def _rows_to_sign(user: User) -> QuerySet[Audit]:
    """Return audits with an open part of the person's: nobody signs twice, nor what one opened."""
    open_part = Q()
    for function in user.functions:
        open_part |= ~Q(Exists(_standing().filter(function=function)))
    return (
        Audit.objects.for_user(user)
        .filter(open_part, state=Audit.State.SIGN_OFF)
        .exclude(opened_by=user)
        .exclude(Exists(_standing().filter(signer_id_text=str(user.pk))))
    )


def _to_sign(user: User) -> Iterator[Task]:
    functions = user.functions
    if not functions:
        return
    rows = (
        _rows_to_sign(user)
        .annotate(
            **{
                f"signed_{function.value}": Exists(_standing().filter(function=function))
                for function in Function
            }
        )
        .order_by("report_due_on", "pk")[:MOST]
    )
    for row in rows:
        open_parts = [item for item in functions if not getattr(row, f"signed_{item.value}")]
        if open_parts:
            words = " or ".join(sorted(item.label for item in open_parts))
            yield Task(
                kind="Sign",
                title=f"{row}, {words} part",
                note="Waits for your signature",
                url=reverse("assessments:audit-detail", args=[row.pk]),
                due_on=row.report_due_on,
            )


def next_notice(user: User, *, on: date) -> tuple[Contract, date] | None:
    """Return the contract whose last day for notice comes next, among those the person sees."""
    if not may(user, Permission.PORTFOLIO_VIEW):
        return None
    rows = Contract.objects.for_user(user).in_force().with_terms().order_by("pk")
    coming = []
    for row in rows.iterator(chunk_size=500):
        try:
            last = dates_of(row, on=on).last_notice_day
        except dating.UnableToReckonDates:
            continue  # the contract's own page says what contradicts itself
        if last is not None and last >= on:
            coming.append((last, row.pk, row))
    if not coming:
        return None
    last, _, row = min(coming, key=lambda entry: entry[:2])
    return row, last
