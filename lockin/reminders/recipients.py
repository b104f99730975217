"""Who a recipient is on the day of sending: people of today's roles who may see the thing."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function, Role
from lockin.reminders.planning import CHAIR, COUNCIL, Source, person


def resolve(
    recipient: str, *, organisation: Organisation, source: Source, subject_id: str
) -> list[User]:
    """Return the people to tell.

    Where the person has left, or may not see the thing any more, the council hears in their
    place: a reminder never goes to nobody while there is somebody.
    """
    for group in (_people(recipient, organisation), _people(COUNCIL, organisation)):
        people = [who for who in group.order_by("pk") if _sees(who, source, subject_id)]
        if people:
            return people
    return []


def addresses_of(user: User) -> Sequence[str]:
    """Return every recipient that is this person today."""
    found = [person(user)]
    if Role.COUNCIL in user.roles:
        found.append(COUNCIL)
    if user.is_chair:
        found.append(CHAIR)
    return [*found, *(f"function:{function.value}" for function in sorted(user.functions))]


def _people(recipient: str, organisation: Organisation) -> QuerySet[User]:
    everybody = User.objects.in_organisation(organisation).active()
    kind, _, name = recipient.partition(":")
    if kind == "user":
        return everybody.filter(pk=int(name))
    if kind == "function":
        return everybody.holding(Role.COUNCIL, Function(name))
    if kind == CHAIR:
        return everybody.filter(
            grants__role=Role.COUNCIL, grants__is_chair=True, grants__ended_at__isnull=True
        ).distinct()
    return everybody.holding(Role.COUNCIL)


def _sees(who: User, source: Source, subject_id: str) -> bool:
    return source.visible(who).filter(pk=int(subject_id)).exists()
