"""Plan, open and keep going: the year's audit, once, however often the clock ticks.

An audit row stands as planned before it opens. Opening is a conditional update of that row, so of
any number of clocks and people only one opens it; the unique label keeps two rows from existing.
What opening leaves to do, the assessments, is done by looking what is missing, so a worker that
dies half-way is followed by one that does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from assessments.audits.telling import council_of, tell_about_audit
from assessments.audits.transitions import Act, UnableToMove, after
from assessments.audits.years import (
    LATEST_CATCH_UP,
    Look,
    NoticeDay,
    Opening,
    around,
    opening,
    unseen,
    year_of,
)
from assessments.models import Assessment, Audit, AuditSchedule, QuestionnaireVersion
from assessments.questionnaires import starting
from lockin.accounts.authorization import may
from lockin.accounts.models import Organisation, User
from lockin.accounts.permissions import Permission
from lockin.outbox.sending import tell
from lockin.trail.recording import record
from vendors import reminding
from vendors.dates import AUDIT_DAYS, UnableToReckonDates
from vendors.days import day as in_words
from vendors.days import weekday
from vendors.models import Contract, Workload
from vendors.portfolio.terms import dates_of

# How long owners have to answer, and the council to come to the report. [A]
ANSWER_WITHIN = timedelta(days=30)
REPORT_WITHIN = timedelta(days=90)
# Assessments started in one go; the next tick goes on where this one stopped.
MOST_STARTED = 500
# From this many days before a notice day on, the contract's own reminders speak.
REMINDED_DAYS = max(reminding.DECIDE)


class UnableToOpen(Exception):
    """The audit cannot be opened. The message is written for the user."""


class UnableToRemind(Exception):
    """Nobody can be reminded now. The message is written for the user."""


def notice_days(*, organisation: Organisation, on: date) -> Iterator[NoticeDay]:
    """Yield the last days for notice of the contracts in use: of this period and the one after."""
    rows = Contract.objects.in_organisation(organisation).in_force().with_terms()
    for contract in rows.order_by("key", "pk").iterator(chunk_size=500):
        try:
            dates = dates_of(contract, on=on)
        except UnableToReckonDates:
            continue  # the contract's own page and the coverage list say so
        for found in (dates.last_notice_day, dates.next_notice_day):
            if found is not None:
                yield NoticeDay(day=found, contract_key=contract.key, contract=contract.name)


def looks(*, organisation: Organisation, on: date) -> list[Look]:
    """Return when each audit that was opened looked at the contracts: one in progress does now."""
    rows = Audit.objects.filter(organisation=organisation).exclude(state=Audit.State.PLANNED)
    return [
        Look(label=label, day=organisation.day_of(begun_at) if begun_at else on)
        for label, begun_at in rows.order_by("pk").values_list("label", "snapshot__begun_at")
    ]


def open_due(*, organisation: Organisation, on: date, now: datetime) -> list[Audit]:
    """
    Plan what comes next, open what is due, and start the assessments that are missing.

    The year before is caught up with when its day passed unseen, not when the organisation only
    came later. A year that has not begun opens early for a notice day, unless another audit is
    in progress: that one looks at the same contract, and nobody is asked everything twice.

    :return: the audits that this call opened
    """
    schedule, _ = AuditSchedule.objects.get_or_create(organisation=organisation)
    opened = []
    if schedule.is_active:
        known = list(notice_days(organisation=organisation, on=on))
        years = around(on, starts_month=schedule.period_starts_month)
        for year in years:
            days = unseen(known, year=year, looks=looks(organisation=organisation, on=on))
            due = opening(year, month=schedule.month, day=schedule.day, notice_days=days)
            if not _is_wanted(due, organisation=organisation, on=on):
                continue
            audit = _planned(due, organisation=organisation, now=now)
            if _is_due(due, audit, on=on) and _open(audit, due=due, by=None, on=on, now=now):
                opened.append(audit)
    for audit in Audit.objects.filter(
        organisation=organisation, state=Audit.State.ASSESSMENTS
    ).order_by("pk"):
        start_missing(audit=audit, by=None, now=now)
    return opened


def open_by_hand(*, organisation: Organisation, by: User, on: date, now: datetime) -> Audit:
    """
    Open this year's audit now. Whoever does so signs no part of it.

    :raises UnableToOpen: if the person may not, or it is open already
    """
    if not may(by, Permission.AUDIT_MANAGE):
        raise UnableToOpen("Only the council opens an audit.")
    schedule, _ = AuditSchedule.objects.get_or_create(organisation=organisation)
    year = year_of(on, starts_month=schedule.period_starts_month)
    due = opening(
        year,
        month=schedule.month,
        day=schedule.day,
        notice_days=unseen(
            notice_days(organisation=organisation, on=on),
            year=year,
            looks=looks(organisation=organisation, on=on),
        ),
    )
    audit = _planned(due, organisation=organisation, now=now)
    if not _open(audit, due=due, by=by, on=on, now=now):
        raise UnableToOpen(f"The {year.label} audit is open already.")
    start_missing(audit=audit, by=by, now=now)
    audit.refresh_from_db()
    return audit


def plan(*, organisation: Organisation, on: date, now: datetime) -> Audit:
    """Return the next audit that is not over: in progress, or planned with the day it opens."""
    schedule, _ = AuditSchedule.objects.get_or_create(organisation=organisation)
    known = list(notice_days(organisation=organisation, on=on))
    _, present, following = around(on, starts_month=schedule.period_starts_month)
    audit = None
    for year in (present, following):
        days = unseen(known, year=year, looks=looks(organisation=organisation, on=on))
        due = opening(year, month=schedule.month, day=schedule.day, notice_days=days)
        audit = _planned(due, organisation=organisation, now=now)
        if audit.state != Audit.State.CLOSED:
            break
    assert audit is not None
    return audit


def _is_wanted(due: Opening, *, organisation: Organisation, on: date) -> bool:
    """Whether this year's audit is to exist at all."""
    if due.year.ends_on >= on:
        return True
    joined_on = organisation.day_of(organisation.created_at)
    return joined_on <= due.opens_on and on - due.opens_on <= LATEST_CATCH_UP


def _is_due(due: Opening, audit: Audit, *, on: date) -> bool:
    if audit.state != Audit.State.PLANNED or due.opens_on > on:
        return False
    if due.year.starts_on <= on:
        return True
    return not (
        Audit.objects.filter(organisation=audit.organisation)
        .exclude(state__in=[Audit.State.PLANNED, Audit.State.CLOSED])
        .exists()
    )


@transaction.atomic
def _planned(due: Opening, *, organisation: Organisation, now: datetime) -> Audit:
    """Return the year's row, made now or brought up to the present contracts."""
    because = Audit.Reason.NOTICE if due.notice else Audit.Reason.YEARLY
    audit, made = Audit.objects.get_or_create(
        organisation=organisation,
        label=due.year.label,
        defaults={
            "period_starts_on": due.year.starts_on,
            "period_ends_on": due.year.ends_on,
            "opens_on": due.opens_on,
            "opens_because": because,
            "reason_words": due.words[:300],
            "planned_at": now,
        },
    )
    before = audit.opens_on
    moved = audit.state == Audit.State.PLANNED and (before, audit.reason_words) != (
        due.opens_on,
        due.words[:300],
    )
    if moved:
        moved = bool(
            Audit.objects.filter(pk=audit.pk, state=Audit.State.PLANNED).update(
                opens_on=due.opens_on, opens_because=because, reason_words=due.words[:300]
            )
        )
        audit.refresh_from_db()
    if made or moved:
        record(
            "audit.planned",
            audit,
            organisation=organisation,
            by=None,
            now=now,
            before=None if made else {"opens_on": before},
            after={"label": audit.label, "opens_on": audit.opens_on, "why": audit.reason_words},
        )
    return audit


@transaction.atomic
def _open(audit: Audit, *, due: Opening, by: User | None, on: date, now: datetime) -> bool:
    """Open a planned audit; False when somebody else has."""
    is_late = by is None and on > due.opens_on
    values = {
        "state": after(Audit.State.PLANNED, Act.OPEN),
        "opened_at": now,
        "opened_by": by,
        "opened_by_id_text": "" if by is None else str(by.pk),
        "opened_by_name": "" if by is None else by.name,
        "is_late": is_late,
        "report_due_on": on + REPORT_WITHIN,
    }
    if by is not None:
        values |= {
            "opens_because": Audit.Reason.HAND,
            "reason_words": f"Opened by hand on {in_words(on)}.",
        }
    if not Audit.objects.filter(pk=audit.pk, state=Audit.State.PLANNED).update(**values):
        return False
    audit.refresh_from_db()
    record(
        "audit.opened",
        audit,
        organisation=audit.organisation,
        by=by,
        now=now,
        before={"state": Audit.State.PLANNED.value},
        after={
            "state": audit.state,
            "why": audit.reason_words,
            "due_on": due.opens_on,
            "late": is_late,
        },
    )
    days = (on - due.opens_on).days
    late = f" It is {days} {'day' if days == 1 else 'days'} late." if is_late else ""
    tell_about_audit(
        audit,
        to=council_of(audit.organisation),
        what="opened",
        subject=f"The {audit} is open",
        body=f"{audit.reason_words}{late} Owners have until "
        f"{in_words(on + ANSWER_WITHIN)} to answer.",
        now=now,
    )
    return True


def start_missing(*, audit: Audit, by: User | None, now: datetime) -> int:
    """Start an assessment for every workload in use that has none for this year; return how many.

    Owners are told once for each audit, however many workloads they have.
    """
    published = QuestionnaireVersion.objects.filter(organisation=audit.organisation).in_use()
    if not published.exists():
        return 0  # the next tick after one is published goes on
    missing = (
        Workload.objects.in_organisation(audit.organisation)
        .current()
        .exclude(assessments__label=audit.label)
        .select_related("organisation", "owner")
        .order_by("pk")
    )
    assert audit.opened_at is not None
    due_on = audit.organisation.day_of(audit.opened_at) + ANSWER_WITHIN
    started = 0
    owners: dict[int, User] = {}
    for workload in missing[:MOST_STARTED]:
        try:
            starting.start(workload=workload, label=audit.label, by=by, now=now, due_on=due_on)
        except starting.UnableToStart:
            continue  # another worker was quicker
        started += 1
        if workload.owner is not None and workload.owner.is_active:
            owners[workload.owner.pk] = workload.owner
    if owners:
        tell_about_audit(
            audit,
            to=owners.values(),
            what="assess",
            subject=f"{audit}: your workloads are to be assessed",
            body=f"Answers are due on {in_words(due_on)}.",
            now=now,
        )
    return started


def remind_owners(*, audit: Audit, by: User, now: datetime) -> int:
    """
    Remind the owners of workloads that are not sent yet, at most once a day; return how many.

    :raises UnableToRemind: if the person may not, or there is nobody to remind
    """
    if not may(by, Permission.AUDIT_MANAGE):
        raise UnableToRemind("Only the council reminds owners.")
    if audit.state != Audit.State.ASSESSMENTS:
        raise UnableToRemind("Owners are reminded while the assessments are open.")
    unsent = Assessment.objects.filter(
        organisation=audit.organisation,
        label=audit.label,
        state__in=[Assessment.State.DRAFT, Assessment.State.RETURNED],
        workload__archived_at__isnull=True,
    ).select_related("workload__owner")
    waiting: dict[User, list[str]] = {}
    for assessment in unsent.order_by("workload__name", "pk"):
        owner = assessment.workload.owner
        if owner is not None and owner.is_active:
            waiting.setdefault(owner, []).append(assessment.workload.name)
    if not waiting:
        raise UnableToRemind("No owner has an assessment left to send.")
    on = audit.organisation.day_of(now)
    with transaction.atomic():
        for owner, names in waiting.items():
            tell_about_audit(
                audit,
                to=[owner],
                what=f"remind:{on}",
                subject=f"{audit}: {len(names)} of your assessments "
                f"{'is' if len(names) == 1 else 'are'} not sent",
                body=f"{', '.join(names)}. Asked by {by.name}.",
                now=now,
            )
        record(
            "audit.reminded",
            audit,
            organisation=audit.organisation,
            by=by,
            now=now,
            after={"owners": [owner.name for owner in waiting]},
        )
    return len(waiting)


def remind_of_renewals(*, organisation: Organisation, on: date, now: datetime) -> int:
    """
    Tell who must look at a contract whose last day for notice is 180 days away or nearer.

    The contract that opened the year's audit is looked at there; every other one gets this
    message, once for each of its notice days, and no audit of its own. Nearer than the first
    reminder of the contract itself there is nothing to add. Return how many contracts.
    """
    rows = (
        Contract.objects.in_organisation(organisation)
        .in_force()
        .with_terms()
        .select_related("owner")
        .order_by("key", "pk")
    )
    council = council_of(organisation)
    reminded = 0
    for contract in rows.iterator(chunk_size=500):
        try:
            dates = dates_of(contract, on=on)
        except UnableToReckonDates:
            continue
        last = dates.last_notice_day
        if last is None or not REMINDED_DAYS < (last - on).days <= AUDIT_DAYS:
            continue
        if contract.decision or contract.notice_given_on or _opened_an_audit(contract, last):
            continue
        owner = contract.owner if contract.owner and contract.owner.is_active else None
        tell(
            to=[owner] if owner else council,
            key=f"renewal:{contract.pk}:{last}",
            subject=f"{contract.name}: notice by {weekday(last)}",
            body=f"In {(last - on).days} days silence renews it. Look at what it binds, and decide "
            "to renew, renegotiate or leave.",
            path=reverse("vendors:contract-detail", args=[contract.pk]),
            now=now,
        )
        reminded += 1
    return reminded


def _opened_an_audit(contract: Contract, last: date) -> bool:
    """Whether this notice day is why an audit was opened."""
    return (
        Audit.objects.filter(
            organisation_id=contract.organisation_id,
            opens_because=Audit.Reason.NOTICE,
            opens_on=last - timedelta(days=AUDIT_DAYS),
            reason_words__contains=contract.name,
        )
        .exclude(state=Audit.State.PLANNED)
        .exists()
    )


def move(audit: Audit, *, act: Act, **values: object) -> None:
    """
    Lead an audit on by a conditional update, so that an act counts once.

    :raises UnableToMove: if the act does not fit the state, or somebody else was quicker
    """
    before = audit.state
    leads_to = after(before, act)
    if not Audit.objects.filter(pk=audit.pk, state=before).update(state=leads_to, **values):
        audit.refresh_from_db()
        raise UnableToMove("Somebody else has just led this audit on. Look at it again.")
    audit.refresh_from_db()
