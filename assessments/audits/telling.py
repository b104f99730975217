"""Messages about audits: who hears of what, once each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from assessments.models import Audit, Finding
from lockin.accounts.authorization import may
from lockin.accounts.models import Organisation, User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Role
from lockin.outbox.sending import tell


def council_of(organisation: Organisation) -> list[User]:
    """Return the active members and deputies of the council."""
    people = User.objects.in_organisation(organisation).active().holding(Role.COUNCIL)
    return list(people.order_by("pk"))


def tell_about_audit(
    audit: Audit, *, to: Iterable[User], what: str, subject: str, body: str, now: datetime
) -> None:
    """Tell people something about an audit. `what` tells messages apart: each comes once.

    Owners have no page of the audit: their message leads to their own work.
    """
    by_path: dict[str, list[User]] = {}
    for person in to:
        sees = may(person, Permission.AUDIT_VIEW)
        path = reverse("assessments:audit-detail", args=[audit.pk])
        by_path.setdefault(path if sees else reverse("assessments:my-work"), []).append(person)
    for path, people in by_path.items():
        tell(
            to=people,
            key=f"audit:{audit.pk}:{what}",
            subject=subject,
            body=body,
            path=path,
            now=now,
        )


def tell_about_finding(
    finding: Finding, *, to: Iterable[User], what: str, subject: str, body: str, now: datetime
) -> None:
    """Tell people something about a finding, once each."""
    tell(
        to=to,
        key=f"finding:{finding.pk}:{what}",
        subject=subject,
        body=body,
        path=reverse("assessments:finding-detail", args=[finding.pk]),
        now=now,
    )
