"""What stands open: the days that a person may see, and the reminders that nobody has settled."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from lockin.accounts.models import Organisation, User
from lockin.reminders.models import Deadline, DeadlineQuerySet, Reminder, ReminderQuerySet
from lockin.reminders.planning import sources
from lockin.reminders.recipients import addresses_of

# A reminder that is later than this by the clock shows that nobody sends them.
LATE = timedelta(minutes=15)
MOST = 200


def days_for(user: User) -> DeadlineQuerySet:
    """Return the standing days of everything that this person may see, unordered."""
    seen = Q(pk__in=[])
    for source in sources():
        rows = source.visible(user).order_by()
        ids = rows.annotate(id_text=Cast("pk", CharField())).values("id_text")
        seen |= Q(subject_kind=source.kind, subject_id__in=ids)
    return Deadline.objects.standing().filter(seen, organisation_id=user.organisation_id)


def coming(user: User, *, on: date, within: timedelta) -> list[Deadline]:
    """Return the days that come next, the nearest first."""
    rows = days_for(user).filter(falls_on__gte=on, falls_on__lte=on + within)
    return list(rows.order_by("falls_on", "title", "pk")[:MOST])


def reminded(user: User) -> list[Reminder]:
    """Return the reminders sent to this person that stand: one a day that counts, nearest first."""
    rows = (
        Reminder.objects.live()
        .filter(
            organisation_id=user.organisation_id,
            recipient__in=addresses_of(user),
            sent_at__isnull=False,
            deadline__in=days_for(user).values("pk"),
        )
        .select_related("deadline")
        .order_by("-due_on", "-pk")
    )
    latest: dict[int, Reminder] = {}
    for row in rows[: MOST * 4]:
        latest.setdefault(row.deadline_id, row)
    return sorted(latest.values(), key=lambda row: (row.deadline_on, row.title, row.pk))[:MOST]


def of_subject(*, organisation: Organisation, kind: str, subject_id: int) -> ReminderQuerySet:
    """Return every reminder about one thing that stands or was sent, in the order of days."""
    return (
        Reminder.objects.filter(
            organisation=organisation,
            deadline__subject_kind=kind,
            deadline__subject_id=str(subject_id),
        )
        .filter(Q(superseded_at__isnull=True) | Q(sent_at__isnull=False))
        .select_related("deadline")
        .order_by("due_on", "pk")
    )


def oldest_late(*, now: datetime) -> Reminder | None:
    """Return the reminder that should have gone out long ago; None when all is well."""
    return Reminder.objects.due(now=now - LATE).order_by("due_at", "pk").first()
