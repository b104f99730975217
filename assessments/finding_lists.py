"""The list of findings, and what its export holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.models import Audit, Finding, FollowUp
from lockin.accounts.models import User
from lockin.lists import Column, Filter, List, ListPage, Saved
from vendors.exports.sheets import Exported

NOBODY = "none"
STATES = (
    ("open", "Open"),
    ("drafted", "Drafted"),
    ("agreed", "Agreed"),
    ("done", "Done"),
    ("dropped", "Dropped"),
)
OPEN = ~Q(state=Finding.State.DROPPED) & Q(is_done=False, is_found_again=False)
HEADERS = (
    *("Finding", "Code", "Severity", "About", "Audit", "State", "Owner", "Due"),
    *("Response", "Response in words", "Done by", "Done on"),
    *("Should be", "Found", "Why", "Means", "Recommendation", "Since last year", "Dropped because"),
)


def rows_for(user: User) -> QuerySet[Finding]:
    """Return the findings that a person may see, each saying whether it still counts."""
    # By key, not joined: an owner's findings come over three relations, and each comes once.
    mine = Finding.objects.for_user(user).order_by().values("pk")
    later = Finding.objects.filter(previous=OuterRef("pk")).exclude(state=Finding.State.DROPPED)
    return (
        Finding.objects.filter(pk__in=mine)
        .select_related("audit", "follow_up")
        .annotate(
            is_done=Exists(FollowUp.objects.filter(finding=OuterRef("pk"))),
            is_found_again=Exists(later),
        )
    )


def finding_list(user: User, *, on: date) -> List:
    """Return the list as this person sees it on this day."""

    def owners() -> list[tuple[str, str]]:
        rows = Finding.objects.for_user(user).filter(owner__isnull=False).order_by("owner__name")
        pairs = rows.values_list("owner_id", "owner__name").distinct()
        return [(str(pk), name) for pk, name in pairs] + [(NOBODY, "Nobody")]

    def audits() -> list[tuple[str, str]]:
        rows = Audit.objects.for_user(user).exclude(state=Audit.State.PLANNED)
        found = rows.order_by("-period_ends_on", "-pk").values_list("pk", "label")
        return [(str(pk), label) for pk, label in found]

    late = OPEN & Q(due_on__lt=on)
    return List(
        name="findings",
        nouns="finding",
        columns=(
            Column(
                key="severity",
                label="Severity",
                order=("severity_rank", "audit__period_ends_on"),
                numeric=False,
            ),
            Column(key="finding", label="Finding", order=("title",)),
            Column(key="audit", label="Audit", order=("audit__period_ends_on", "number")),
            Column(key="owner", label="Owner", order=("owner_name",)),
            Column(key="response", label="Response", order=("response",)),
            Column(key="due", label="Due", order=("due_on",), numeric=True),
        ),
        default_sort="-severity",
        search=("title", "subject_name", "owner_name"),
        filters=(
            Filter(key="state", label="State", choices=STATES, apply=_of_state),
            Filter(
                key="severity",
                label="Severity",
                choices=list(reversed(Finding.Severity.choices)),
                multiple=True,
            ),
            Filter(key="response", label="Response", choices=_responses(), apply=_of_response),
            Filter(key="owner", label="Owner", choices=owners, apply=_of_owner),
            Filter(key="audit", label="Audit", choices=audits, lookup="audit"),
            Filter(
                key="overdue",
                label="Due",
                choices=[("yes", "Late")],
                apply=lambda rows, _: rows.filter(late),
            ),
        ),
        saved=(
            Saved(key="all", label="All"),
            Saved(key="open", label="Open", query="state=open", where=OPEN),
            Saved(key="late", label="Late", query="overdue=yes", where=late),
            Saved(key="mine", label="Mine", query=f"owner={user.pk}", where=Q(owner=user)),
        ),
    )


def _responses() -> list[tuple[str, str]]:
    return [(value or "waiting", label) for value, label in Finding.Response.choices]


def _of_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == "open":
        return rows.filter(OPEN)
    if state == "done":
        return rows.filter(Q(is_done=True) | Q(state=Finding.State.CLOSED))
    return rows.filter(state=state)


def _of_response(rows: QuerySet[Any], response: str) -> QuerySet[Any]:
    if response == "waiting":
        return rows.filter(response="", state=Finding.State.AGREED)
    return rows.filter(response=response)


def _of_owner(rows: QuerySet[Any], pk: str) -> QuerySet[Any]:
    return rows.filter(owner__isnull=True) if pk == NOBODY else rows.filter(owner=pk)


def state_words(finding: Any) -> str:
    """Return the state in a word: a finding that is done says so, whatever the row says."""
    return "Done" if finding.is_done else finding.get_state_display()


def export_rows(page: ListPage, *, chunk: int = 500) -> Iterator[list[Exported]]:
    """Yield the filtered rows in the list's order, in chunks, never all at once."""
    for row in page.filtered.iterator(chunk_size=chunk):
        follow_up = getattr(row, "follow_up", None)
        yield [
            row.title,
            row.code,
            row.get_severity_display(),
            row.subject_name,
            row.audit.label,
            state_words(row),
            row.owner_name or None,
            row.due_on,
            row.get_response_display() if row.response else None,
            row.response_text or None,
            row.response_due_on,
            follow_up.done_on if follow_up else None,
            *(row.criteria, row.condition, row.cause, row.effect, row.recommendation),
            row.get_carry_over_display(),
            row.dropped_reason or None,
        ]
