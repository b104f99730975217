"""Send what is due and unsent: each reminder once, and what was overtaken in one message.

All that is due to one recipient about one thing goes as one message, in one transaction with the
marks that say so. A worker that dies takes both back; another one that comes at the same moment
waits for the rows, and finds them sent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from lockin.accounts.models import Organisation, User
from lockin.outbox.sending import tell
from lockin.reminders.models import Deadline, Reminder, ReminderQuerySet
from lockin.reminders.planning import source_of
from lockin.reminders.recipients import resolve
from lockin.reminders.wording import body, subject
from lockin.trail.models import Head
from lockin.trail.recording import Entry, record_all

log = logging.getLogger(__name__)

MOST = 500  # messages in one go; the next tick goes on


def send_due(*, organisation: Organisation, now: datetime, most: int = MOST) -> int:
    """Send every reminder that is due, however late; return how many messages were made."""
    groups = (
        Reminder.objects.due(now=now)
        .filter(organisation=organisation)
        .order_by("deadline__subject_kind", "deadline__subject_id", "recipient")
        .values_list("deadline__subject_kind", "deadline__subject_id", "recipient")
        .distinct()
    )
    sent = 0
    for kind, subject_id, recipient in list(groups[:most]):
        rows = Reminder.objects.due(now=now).filter(
            organisation=organisation,
            deadline__subject_kind=kind,
            deadline__subject_id=subject_id,
            recipient=recipient,
        )
        sent += _send(rows, organisation=organisation, now=now)
    return sent


@transaction.atomic
def _send(due: ReminderQuerySet, *, organisation: Organisation, now: datetime) -> bool:
    """Send these as one message; False when another worker has, or nobody can be told."""
    # In the order in which every write takes them: the trail's end, the deadlines, the reminders.
    # So a write that arms a contract and a worker that sends about it wait for one another.
    Head.objects.get_or_create(organisation=organisation)
    Head.objects.select_for_update().get(organisation=organisation)
    _hold(due)
    rows = list(due.select_related("deadline").select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return False
    rows.sort(key=lambda row: (row.due_on, row.pk))
    on = organisation.day_of(now)
    # The one that says most: due last, and of those the one whose day is nearest.
    carrier = max(rows, key=lambda row: (row.due_on, -row.lead_days, row.pk))
    people = _people(carrier, organisation=organisation)
    if not people:
        log.error("Reminder %s: there is nobody who may be told.", carrier.pk)
        return False
    before = _told_before(carrier)
    others = [row for row in rows if row.pk != carrier.pk]
    for row in rows:
        row.sent_at = now
        row.folded_into = None if row.pk == carrier.pk else carrier
    carrier.moved_from = _moved_from(carrier, before, on=on)
    if carrier.is_escalation:
        carrier.escalated_from = _escalated_from(carrier)
    # Only what is unsent still: where the database has no row locks this decides.
    marked = due.model._default_manager.filter(
        pk__in=[row.pk for row in rows], sent_at__isnull=True, superseded_at__isnull=True
    ).update(sent_at=now)
    if marked != len(rows):
        transaction.set_rollback(True)
        return False
    Reminder.objects.bulk_update(rows, ["folded_into", "moved_from", "escalated_from"])
    tell(
        to=people,
        key=f"reminder:{carrier.pk}:{carrier.rounds}",
        subject=subject(carrier, on=on),
        body=body(carrier, others, on=on),
        path=carrier.deadline.path,
        now=now,
    )
    _note(carrier, people, others, organisation=organisation, now=now)
    return True


def _hold(due: ReminderQuerySet) -> None:
    """Lock the deadlines of these reminders, as arming does before it reads the records."""
    ids = due.order_by().values("deadline")
    for _ in Deadline.objects.filter(pk__in=ids).select_for_update().order_by("pk"):
        pass


def _people(carrier: Reminder, *, organisation: Organisation) -> list[User]:
    source = source_of(carrier.deadline.subject_kind)
    if source is None:
        return []
    return resolve(
        carrier.recipient,
        organisation=organisation,
        source=source,
        subject_id=carrier.deadline.subject_id,
    )


def _told_before(carrier: Reminder) -> Reminder | None:
    return (
        Reminder.objects.filter(
            deadline=carrier.deadline, recipient=carrier.recipient, sent_at__isnull=False
        )
        .exclude(pk=carrier.pk)
        .order_by("-sent_at", "-pk")
        .first()
    )


def _moved_from(carrier: Reminder, before: Reminder | None, *, on: date) -> date | None:
    """Return the day that was told before, where it moved away before it came."""
    if before is None or before.deadline_on == carrier.deadline_on:
        return None
    left_on = before.superseded_at and carrier.organisation.day_of(before.superseded_at)
    return before.deadline_on if before.deadline_on >= (left_on or on) else None


def _escalated_from(carrier: Reminder) -> Reminder | None:
    """Return the last reminder of this day that nobody acted on."""
    return (
        Reminder.objects.live()
        .filter(
            deadline=carrier.deadline,
            deadline_on=carrier.deadline_on,
            is_escalation=False,
            sent_at__isnull=False,
        )
        .order_by("-sent_at", "-due_on", "-pk")
        .first()
    )


def _note(
    carrier: Reminder,
    people: Sequence[User],
    others: Sequence[Reminder],
    *,
    organisation: Organisation,
    now: datetime,
) -> None:
    act = "reminder.escalated" if carrier.is_escalation else "reminder.sent"
    record_all(
        [
            Entry(
                act=act,
                subject_type="reminder",
                subject_id=str(carrier.pk),
                subject_name=carrier.title,
                after={
                    "to": [who.name for who in people],
                    "deadline_on": carrier.deadline_on,
                    "due_on": carrier.due_on,
                    "why": carrier.reason,
                    "folded": len(others),
                },
            )
        ],
        organisation=organisation,
        by=None,
        now=now,
    )
