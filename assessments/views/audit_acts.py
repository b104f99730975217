"""What the council does to an audit: plan, open, remind, freeze, agree, preview. Each asks once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.audits import cycle, findings, snapshot
from assessments.audits.progress import progress
from assessments.audits.transitions import UnableToMove, blockers
from assessments.forms.audits import ScheduleForm, SnapshotForm
from assessments.models import Audit, AuditSchedule, Finding
from assessments.reports import publishing
from assessments.views.audit_page import may_preview, report_address
from assessments.views.audits import back_to, opened, say
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.templatetags.figures import plural_words
from lockin.trail.recording import changes, field_values, record
from vendors.models import Contract, Workload

SCHEDULE_FIELDS = ("day", "month", "period_starts_month", "is_active")


@require_permission(Permission.AUDIT_MANAGE)
@require_POST
def audit_plan(request: HttpRequest) -> HttpResponse:
    """Plan the next audit: its row stands from now on, with the day on which it opens."""
    organisation = request.user.organisation  # type: ignore[union-attr]
    now = timezone.now()
    audit = cycle.plan(organisation=organisation, on=organisation.day_of(now), now=now)
    return back_to(audit)


@require_permission(Permission.AUDIT_MANAGE)
def audit_open(request: HttpRequest) -> HttpResponse:
    """Ask once more, since whoever opens by hand signs no part, then open this year's audit."""
    user: Any = request.user
    now = timezone.now()
    if request.method == "POST":
        on = user.organisation.day_of(now)
        try:
            audit = cycle.open_by_hand(organisation=user.organisation, by=user, on=on, now=now)
        except cycle.UnableToOpen as error:
            say(request, error)
            return redirect("assessments:audit-list")
        return back_to(audit)
    workloads = Workload.objects.in_organisation(user.organisation).current().count()
    return render(
        request,
        "assessments/audit_open.html",
        {
            "workloads": workloads,
            "functions": sorted(item.label for item in user.functions),
            "planned": Audit.objects.for_user(user)
            .filter(state=Audit.State.PLANNED)
            .order_by("period_ends_on", "pk")
            .first(),
        },
    )


@require_permission(Permission.AUDIT_MANAGE)
def audit_schedule(request: HttpRequest) -> HttpResponse:
    """Set the day of the year on which the audit opens."""
    user: Any = request.user
    schedule, _ = AuditSchedule.objects.get_or_create(organisation=user.organisation)
    before = field_values(schedule, *SCHEDULE_FIELDS)
    form = ScheduleForm(request.POST or None, instance=schedule)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with transaction.atomic():
            schedule = form.save()
            differs = changes(before, field_values(schedule, *SCHEDULE_FIELDS))
            if differs is not None:
                record(
                    "audit-schedule.edited",
                    schedule,
                    organisation=user.organisation,
                    by=user,
                    now=now,
                    before=differs[0],
                    after=differs[1],
                )
            on = user.organisation.day_of(now)
            if Audit.objects.for_user(user).filter(state=Audit.State.PLANNED).exists():
                cycle.plan(organisation=user.organisation, on=on, now=now)
        messages.success(request, "The yearly day is set.")
        return redirect("assessments:audit-list")
    return render(
        request,
        "assessments/audit_schedule.html",
        {"form": form},
        status=400 if form.errors else 200,
    )


@require_permission(Permission.AUDIT_MANAGE)
@require_POST
def audit_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind whoever the next step waits for, at most once a day each."""
    audit = opened(request.user, pk)
    by: Any = request.user
    now = timezone.now()
    try:
        if audit.state == Audit.State.RESPONSES:
            reminded = findings.remind(audit=audit, by=by, now=now)
        else:
            reminded = cycle.remind_owners(audit=audit, by=by, now=now)
    except (cycle.UnableToRemind, findings.UnableToRespond) as error:
        say(request, error)
    else:
        people = plural_words(reminded, "person,people")
        messages.success(request, f"{people[:1].upper()}{people[1:]} reminded.")
    return back_to(audit)


@require_permission(Permission.AUDIT_MANAGE)
def audit_snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is frozen, ask once more, then ask for the snapshot."""
    audit = opened(request.user, pk)
    by: Any = request.user
    far = progress(audit)
    now = timezone.now()
    # Only what the council may override asks for a reason.
    needs_words = audit.state == Audit.State.ASSESSMENTS and bool(far.blockers)
    form = SnapshotForm(request.POST or None) if needs_words else None
    if request.method == "POST" and (form is None or form.is_valid()):
        even_so = form.cleaned_data["even_so"] if form else ""
        try:
            snapshot.ask(audit=audit, by=by, now=now, even_so=even_so)
        except (snapshot.UnableToFreeze, UnableToMove) as error:
            say(request, error)
        return back_to(audit)
    if audit.state not in (Audit.State.ASSESSMENTS, Audit.State.SNAPSHOT):
        say(request, UnableToMove("The snapshot of this audit is taken, or it is not open yet."))
        return back_to(audit)
    return render(
        request,
        "assessments/audit_snapshot.html",
        {
            "audit": audit,
            "form": form,
            "blockers": far.blockers if needs_words else (),
            "refused": needs_words and not far.may_be_overridden,
            "workloads": far.standing.workloads,
            "contracts": Contract.objects.in_organisation(audit.organisation)
            .current()
            .exclude(state=Contract.State.DRAFT)
            .count(),
            "now": now,
        },
        status=400 if form and form.errors else 200,
    )


@require_permission(Permission.FINDING_EDIT)
def audit_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what agreeing means, ask once more, then agree and ask the owners."""
    audit = opened(request.user, pk)
    by: Any = request.user
    if request.method == "POST":
        try:
            agreed = findings.agree_all(audit=audit, by=by, now=timezone.now())
        except (findings.UnableToAgree, UnableToMove) as error:
            say(request, error)
        else:
            found = plural_words(agreed, "finding")
            messages.success(request, f"Agreed on {found}. Their owners are asked to respond.")
        return back_to(audit)
    standing = progress(audit).standing
    drafted = Finding.objects.filter(audit=audit, state=Finding.State.DRAFTED)
    return render(
        request,
        "assessments/audit_agree.html",
        {
            "audit": audit,
            "blockers": blockers(standing),
            "count": drafted.count(),
            "owners": drafted.values("owner").distinct().count(),
            "dropped": Finding.objects.filter(audit=audit, state=Finding.State.DROPPED).count(),
        },
    )


@require_permission(Permission.REPORT_VIEW)
@require_POST
def audit_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a draft report of what is frozen and answered so far."""
    user: Any = request.user
    audit = opened(user, pk)
    if not may_preview(audit, user):
        raise Http404("There is nothing to preview.")
    try:
        report = publishing.ask(
            audit=audit,
            by=user,
            now=timezone.now(),
            draft=True,
            with_amounts=may(user, Permission.AMOUNTS_VIEW),
        )
    except publishing.UnableToAsk as error:
        messages.error(request, str(error))
        return redirect("assessments:audit-detail", audit.pk)
    return redirect(report_address(report))
