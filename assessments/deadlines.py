"""Which days of audits, assessments, findings and waivers stand in calendars, and who is reminded of them.

Owners hear of what they have to answer, respond to and get done; nobody else does, and nobody's
calendar holds the days of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from assessments.clauses.waiving import FUNCTIONS_NEEDED
from assessments.models import Assessment, Audit, Brief, Finding, Waiver
from lockin.accounts.authorization import may
from lockin.accounts.models import Organisation, User
from lockin.accounts.permissions import Permission
from lockin.reminders import arming
from lockin.reminders.planning import COUNCIL, Day, Nudge, Plan, Source
from lockin.trail.recording import Entry
from vendors import reminding

# Days before answers and responses are due; the day after says that they are late. [A]
ANSWERS = (7, 1, -1)
RESPONSES = (7, 1, -1)
ACTIONS = (14, 0, -1)
WAIVERS = (30, 7, 0, -1)
# More than this at once is gone through at night.
MANY = 200


def audits(organisation: Organisation) -> QuerySet[Audit]:
    """Return the audits that still have days to come."""
    return Audit.objects.filter(organisation=organisation).exclude(state=Audit.State.CLOSED)


def audit_plans(organisation: Organisation, ids: Sequence[int], on: date) -> Iterator[Plan]:
    """Yield when an audit opens, and by when its report is due."""
    for audit in audits(organisation).filter(pk__in=ids).order_by("pk"):
        path = reverse("assessments:audit-detail", args=[audit.pk])
        if audit.state == Audit.State.PLANNED:
            day = Day(
                kind="opens",
                falls_on=audit.opens_on,
                title=f"The {audit} opens",
                words=audit.reason_words,
                path=path,
            )
        elif audit.report_due_on is not None:
            day = Day(
                kind="report",
                falls_on=audit.report_due_on,
                title=f"The {audit}: report due",
                words=f"It stands at: {audit.get_state_display().lower()}.",
                path=path,
            )
        else:
            continue
        yield Plan(subject_id=audit.pk, days=(day,))


def visible_audits(user: User) -> QuerySet[Audit]:
    """Return the audits whose days a person may see."""
    if not may(user, Permission.AUDIT_VIEW):
        return Audit.objects.none()
    return Audit.objects.for_user(user)


def open_assessments(organisation: Organisation) -> QuerySet[Assessment]:
    """Return the assessments that wait for their owner."""
    return Assessment.objects.filter(
        organisation=organisation,
        state__in=[Assessment.State.DRAFT, Assessment.State.RETURNED],
        workload__archived_at__isnull=True,
        workload__owner__isnull=False,
        due_on__isnull=False,
    )


def assessment_plans(organisation: Organisation, ids: Sequence[int], on: date) -> Iterator[Plan]:
    """Yield by when an assessment's answers are due."""
    rows = open_assessments(organisation).filter(pk__in=ids).select_related("workload")
    for row in rows.defer("version").order_by("pk"):
        assert row.due_on is not None
        title = f"{row.workload}: answers of the assessment {row.label} due"
        again = "Some were returned. " if row.state == Assessment.State.RETURNED else ""
        reason = f"{again}What nobody answers counts as the worst answer."
        yield Plan(
            subject_id=row.pk,
            days=(
                Day(
                    kind="answers",
                    falls_on=row.due_on,
                    title=title,
                    words=reason,
                    path=reverse("assessments:assessment-tasks", args=[row.pk]),
                    nudges=_to(row.workload.owner_id, ANSWERS, title=title, reason=reason),
                ),
            ),
        )


def visible_assessments(user: User) -> QuerySet[Assessment]:
    """Return the assessments whose days stand in a person's calendar: those to answer."""
    if not may(user, Permission.ASSESSMENT_ANSWER):
        return Assessment.objects.none()
    return Assessment.objects.filter(organisation_id=user.organisation_id, workload__owner=user)


def open_findings(organisation: Organisation) -> QuerySet[Finding]:
    """Return the findings that wait for a response, or for what was promised in one."""
    waits = Q(state=Finding.State.AGREED, response="", due_on__isnull=False) & ~Q(
        audit__state=Audit.State.CLOSED
    )
    promised = ~Q(response="") & Q(response_due_on__isnull=False)
    return (
        Finding.objects.filter(organisation=organisation, owner__isnull=False)
        .standing()
        .filter(waits | promised)
    )


def finding_plans(organisation: Organisation, ids: Sequence[int], on: date) -> Iterator[Plan]:
    """Yield by when a finding's response is due, or the action that was promised."""
    for row in open_findings(organisation).filter(pk__in=ids).order_by("pk"):
        path = reverse("assessments:finding-detail", args=[row.pk])
        if row.response:
            assert row.response_due_on is not None
            kind, falls_on, leads = "action", row.response_due_on, ACTIONS
            title = f"{row}: to be done"
            reason = "That day was promised in the response."
        else:
            assert row.due_on is not None
            kind, falls_on, leads = "response", row.due_on, RESPONSES
            title = f"{row}: response due"
            reason = f"{row.get_severity_display()} severity. Accept, dispute or accept the risk."
        yield Plan(
            subject_id=row.pk,
            days=(
                Day(
                    kind=kind,
                    falls_on=falls_on,
                    title=title,
                    words=reason,
                    path=path,
                    nudges=_to(row.owner_id, leads, title=title, reason=reason),
                ),
            ),
        )


def visible_findings(user: User) -> QuerySet[Finding]:
    """Return the findings whose days stand in a person's calendar: the person's own."""
    if not may(user, Permission.FINDING_VIEW):
        return Finding.objects.none()
    return Finding.objects.filter(organisation_id=user.organisation_id, owner=user)


def waivers_in_force(organisation: Organisation) -> QuerySet[Waiver]:
    """Return the waivers that enough functions agreed to, and nobody refused or took back."""
    return (
        Waiver.objects.filter(organisation=organisation, end__isnull=True)
        .filter(contract__archived_at__isnull=True)
        .annotate(
            agreed=Count("approvals", filter=Q(approvals__approved=True)),
            refused=Count("approvals", filter=Q(approvals__approved=False)),
        )
        .filter(agreed__gte=FUNCTIONS_NEEDED, refused=0)
    )


def waiver_plans(organisation: Organisation, ids: Sequence[int], on: date) -> Iterator[Plan]:
    """Yield the last day of each waiver."""
    rows = waivers_in_force(organisation).filter(pk__in=ids).select_related("contract")
    for row in rows.order_by("pk"):
        who = COUNCIL if row.contract.owner_id is None else f"user:{row.contract.owner_id}"
        title = f"{row.contract}: the waiver of {row.subject_name} ends"
        reason = "After that day it waives nothing: obtain the clause, or ask for it again."
        yield Plan(
            subject_id=row.pk,
            days=(
                Day(
                    kind="ends",
                    falls_on=row.expires_on,
                    title=title,
                    words=reason,
                    path=reverse("assessments:waiver", args=[row.pk]),
                    nudges=tuple(
                        Nudge(lead_days=lead, recipient=who, title=title, reason=reason)
                        for lead in WAIVERS
                    ),
                ),
            ),
        )


def visible_waivers(user: User) -> QuerySet[Waiver]:
    """Return the waivers whose days a person may see."""
    if not may(user, Permission.CLAUSE_VIEW):
        return Waiver.objects.none()
    return Waiver.objects.for_user(user)


def briefs_done(organisation: Organisation, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the contracts whose negotiation brief lies before the council: nobody is to write it.

    One that was decided ends with the contract's own decision, so an old one hides no new day.
    """
    rows = Brief.objects.filter(
        organisation=organisation, contract__in=ids, state=Brief.State.COUNCIL
    )
    for pk in rows.order_by("pk").values_list("contract_id", flat=True):
        yield pk, "brief"


SOURCES = (
    Source(kind="audit", subjects=audits, plans=audit_plans, visible=visible_audits),
    Source(
        kind="assessment",
        subjects=open_assessments,
        plans=assessment_plans,
        visible=visible_assessments,
    ),
    Source(kind="finding", subjects=open_findings, plans=finding_plans, visible=visible_findings),
    Source(kind="waiver", subjects=waivers_in_force, plans=waiver_plans, visible=visible_waivers),
)


def heard(entries: Sequence[Entry], organisation: Organisation, now: datetime) -> None:
    """Bring the days up to date that these writes may have moved; many of them, at night."""
    for source in SOURCES:
        ids = sorted(_ids(entries, source.kind))
        if 0 < len(ids) <= MANY:
            arming.arm(
                source, organisation=organisation, ids=ids, on=organisation.day_of(now), now=now
            )

    if briefs := sorted(_ids(entries, "brief")):
        rows = Brief.objects.filter(pk__in=briefs).order_by("contract_id")
        contracts = rows.values_list("contract_id", flat=True)
        reminding.arm(list(contracts), organisation=organisation, now=now)


def _ids(entries: Iterable[Entry], kind: str) -> set[int]:
    return {
        int(entry.subject_id)
        for entry in entries
        if entry.subject_type == kind and entry.subject_id.isdecimal()
    }


def _to(
    owner_id: int | None, leads: Sequence[int], *, title: str, reason: str
) -> tuple[Nudge, ...]:
    return tuple(
        Nudge(lead_days=lead, recipient=f"user:{owner_id}", title=title, reason=reason)
        for lead in leads
    )
