"""Bring deadlines and reminders up to what the records say now. Doing it twice changes nothing.

A day that moves takes its unsent reminders out and puts new ones in; what was sent stays as it
was. A reminder whose day came back is armed again, as another round of the same row. Of reminders
whose day had gone by before they were ever armed only the latest one counts: somebody who enters
a contract a month before its notice day is told once, not for every month that was missed. What
was armed in time is sent however late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from lockin.accounts.models import Organisation
from lockin.reminders.models import Deadline, Reminder
from lockin.reminders.planning import Day, Nudge, Plan, Source, sources

BATCH = 500
# When in the morning a reminder becomes due, in the thing's own zone. [A]
MORNING = time(7)
# A day that went by longer ago than this is history, not a reminder. [A]
STALE = timedelta(days=30)

_Key = tuple[int, str, int, date]  # deadline, recipient, lead, due


def arm_all(*, organisation: Organisation, on: date, now: datetime) -> None:
    """Go through everything that has days or had some: nightly, since time moves them too."""
    for source in sources():
        known = {
            int(found)
            for found in Deadline.objects.standing()
            .filter(organisation=organisation, subject_kind=source.kind)
            .order_by("pk")
            .values_list("subject_id", flat=True)
        }
        known |= set(source.subjects(organisation).order_by("pk").values_list("pk", flat=True))
        ids = sorted(known)
        for start in range(0, len(ids), BATCH):
            arm(
                source,
                organisation=organisation,
                ids=ids[start : start + BATCH],
                on=on,
                now=now,
            )


@transaction.atomic
def arm(
    source: Source, *, organisation: Organisation, ids: Sequence[int], on: date, now: datetime
) -> None:
    """Bring the days of these things up to date: a fixed number of queries, however many."""
    rows = Deadline.objects.filter(
        organisation=organisation, subject_kind=source.kind, subject_id__in=[str(pk) for pk in ids]
    )
    # Held before the records are read, so that an older reading never overwrites a newer one.
    held = {(row.subject_id, row.kind): row for row in rows.select_for_update().order_by("pk")}
    plans = {plan.subject_id: plan for plan in source.plans(organisation, ids, on)}
    wanted = {
        (str(pk), day.kind): (plan, day)
        for pk in ids
        if (plan := plans.get(pk)) is not None
        for day in plan.days
    }
    _write_deadlines(held, wanted, source=source, organisation=organisation, now=now)
    deadlines = {(row.subject_id, row.kind): row for row in rows.order_by("pk")}
    reminders: dict[int, list[Reminder]] = {}
    # Held too: a reminder that is being sent now is read as sent, and not put back.
    sendable = Reminder.objects.filter(deadline__in=deadlines.values()).select_for_update()
    for reminder in sendable.order_by("pk"):
        reminders.setdefault(reminder.deadline_id, []).append(reminder)
    made, changed = [], []
    for name, deadline in deadlines.items():
        asked = list(_asked(deadline, *wanted[name], organisation)) if name in wanted else []
        more, moved = _reminders(deadline, reminders.get(deadline.pk, []), asked, on=on, now=now)
        made += more
        changed += moved
    Reminder.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    Reminder.objects.bulk_update(changed, _CHANGING, batch_size=BATCH)


def _write_deadlines(
    held: dict[tuple[str, str], Deadline],
    wanted: dict[tuple[str, str], tuple[Plan, Day]],
    *,
    source: Source,
    organisation: Organisation,
    now: datetime,
) -> None:
    made, changed = [], []
    for (subject_id, kind), (_, day) in wanted.items():
        values: dict[str, Any] = {
            "falls_on": day.falls_on,
            "title": day.title[:300],
            "words": day.words,
            "path": day.path,
            "ended_at": None,
        }
        row = held.get((subject_id, kind))
        if row is None:
            made.append(
                Deadline(
                    organisation=organisation,
                    subject_kind=source.kind,
                    subject_id=subject_id,
                    kind=kind,
                    changed_at=now,
                    **values,
                )
            )
        elif _differs(row, values):
            row.sequence += 1
            row.changed_at = now
            changed.append(row)
    for name, row in held.items():
        if name not in wanted and row.ended_at is None:
            row.ended_at = row.changed_at = now
            row.sequence += 1
            changed.append(row)
    Deadline.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    Deadline.objects.bulk_update(
        changed,
        ["falls_on", "title", "words", "path", "ended_at", "sequence", "changed_at"],
        batch_size=BATCH,
    )


def _differs(row: Any, values: dict[str, Any]) -> bool:
    """Take the values; say whether any of them was another one."""
    moved = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            moved = True
    return moved


_CHANGING = [
    *("title", "reason", "is_escalation", "due_at", "rounds", "armed_at"),
    *("sent_at", "superseded_at", "folded_into", "escalated_from", "moved_from"),
]


def _asked(
    deadline: Deadline, plan: Plan, day: Day, organisation: Organisation
) -> Iterator[tuple[_Key, Nudge, datetime]]:
    """Yield every reminder that the plan knows of, past and future, with its instant."""
    zone = ZoneInfo(plan.time_zone or organisation.time_zone)
    for nudge in day.nudges:
        due_on = day.falls_on - timedelta(days=nudge.lead_days)
        key = (deadline.pk, nudge.recipient, nudge.lead_days, due_on)
        yield key, nudge, datetime.combine(due_on, MORNING, zone)


def _reminders(
    deadline: Deadline,
    rows: Sequence[Reminder],
    asked: Sequence[tuple[_Key, Nudge, datetime]],
    *,
    on: date,
    now: datetime,
) -> tuple[list[Reminder], list[Reminder]]:
    """Return the reminders to add and those to change."""
    known = {_key(row): row for row in rows}
    latest = _latest_gone(asked, on=on)
    made, changed = [], []
    for key, nudge, due_at in asked:
        values: dict[str, Any] = {
            "title": nudge.title[:300],
            "reason": nudge.reason,
            "is_escalation": nudge.is_escalation,
            "due_at": due_at,
        }
        row = known.get(key)
        is_new = row is None or row.superseded_at is not None
        if is_new and key[3] < on and key not in latest:
            continue  # its day went by before anybody armed it
        if row is None:
            made.append(
                Reminder(
                    organisation_id=deadline.organisation_id,
                    deadline=deadline,
                    recipient=nudge.recipient,
                    lead_days=nudge.lead_days,
                    deadline_on=deadline.falls_on,
                    due_on=key[3],
                    armed_at=now,
                    **values,
                )
            )
        elif row.superseded_at is not None:
            _arm_again(row, values, now=now)
            changed.append(row)
        elif row.sent_at is None and _differs(row, values):
            changed.append(row)
    planned = {key for key, _, _ in asked}
    for key, row in known.items():
        # What was sent stays as long as its day stands, though nobody would arm it now.
        stands = key in planned or (
            bool(planned) and row.sent_at is not None and row.deadline_on == deadline.falls_on
        )
        if not stands and row.superseded_at is None:
            row.superseded_at = now
            changed.append(row)
    return made, changed


def _arm_again(row: Reminder, values: dict[str, Any], *, now: datetime) -> None:
    """Bring back what was taken out; what was told before is told anew, as another round."""
    _differs(row, values)
    row.superseded_at, row.armed_at = None, now
    if row.sent_at is not None:
        row.rounds += 1
        row.sent_at = row.folded_into = row.escalated_from = row.moved_from = None


def _latest_gone(asked: Iterable[tuple[_Key, Nudge, datetime]], *, on: date) -> set[_Key]:
    """Return, for each recipient, the latest reminder whose day has gone by, unless it is stale.

    None once a later one is due today: that one says it all.
    """
    best: dict[tuple[str, bool], _Key] = {}
    for key, nudge, _ in asked:
        due_on = key[3]
        if due_on > on or on - due_on > STALE:
            continue
        group = (nudge.recipient, nudge.is_escalation)
        if group not in best or due_on > best[group][3]:
            best[group] = key
    return set(best.values())


def _key(row: Reminder) -> _Key:
    return (row.deadline_id, row.recipient, row.lead_days, row.due_on)
