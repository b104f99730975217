"""The words of a reminder: what is true on the day it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lockin.reminders.models import Reminder

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday(value: date) -> str:
    """Return `Wed 2 Dec 2026`, whatever the locale of the machine."""
    month = _MONTHS[value.month - 1]
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {month} {value.year}"


def away(falls_on: date, *, on: date) -> str:
    """Return how far a day is: “in 14 days”, “today”, “9 days ago”."""
    days = (falls_on - on).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def subject(reminder: Reminder, *, on: date) -> str:
    """Return the line that stands in a list of mails; the day comes last and is never cut off."""
    end = f": {weekday(reminder.deadline_on)}, {away(reminder.deadline_on, on=on)}"
    title = " ".join(reminder.title.split())
    room = 200 - len(end)
    return (title if len(title) <= room else title[: room - 1] + "…") + end


def body(reminder: Reminder, others: Sequence[Reminder], *, on: date) -> str:
    """Return the reason, what moved, who was told before, and what was overtaken."""
    parts = [reminder.reason]
    if reminder.moved_from:
        parts.append(
            f"The day has moved: you were told {weekday(reminder.moved_from)} before, "
            f"it is {weekday(reminder.deadline_on)} now."
        )
    if reminder.is_escalation:
        parts.append(_so_far(reminder.escalated_from))
    if reminder.due_on < on:
        parts.append(f"This reminder was due on {weekday(reminder.due_on)}.")
    together = [row for row in others if row.due_on == reminder.due_on]
    overtaken = [row for row in others if row.due_on != reminder.due_on]
    if together:
        parts.append("Due at the same time:\n" + _lines(together))
    if overtaken:
        parts.append(
            "Became due before and was not sent then; it is told here, and not again:\n"
            + _lines(overtaken, due=True)
        )
    return "\n\n".join(parts)


def _so_far(last: Reminder | None) -> str:
    if last is None or last.sent_at is None:
        return "Nobody was reminded before."
    told_on = last.organisation.day_of(last.sent_at)
    return f"It comes to you as chair: the last reminder went out on {weekday(told_on)}."


def _lines(rows: Sequence[Reminder], *, due: bool = False) -> str:
    return "\n".join(
        f"- {' '.join(row.title.split())}: {weekday(row.deadline_on)}"
        + (f" (reminder of {weekday(row.due_on)})" if due else "")
        for row in rows
    )
