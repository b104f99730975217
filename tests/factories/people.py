"""People of an organisation. Names matter to tests; everything else is filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from lockin.accounts.models import Organisation, RoleGrant, User
from lockin.accounts.roles import Role

BEGINNING = datetime(2025, 1, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def make_organisation(name: str = "Halden Mutual", **fields: object) -> Organisation:
    return Organisation.objects.create(
        name=name, created_at=BEGINNING, **{"base_currency": "USD", "country": "US", **fields}
    )


def make_user(
    organisation: Organisation,
    name: str,
    *,
    roles: list[tuple[Role, str]] | None = None,
    is_chair: bool = False,
    **fields: object,
) -> User:
    user = User(
        organisation=organisation,
        name=name,
        email=f"{name.lower().replace(' ', '.')}.{next(_numbers)}@halden.example",
        created_at=BEGINNING,
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    for role, function in roles or []:
        RoleGrant.objects.create(
            user=user,
            role=role,
            function=function,
            is_chair=is_chair and role == Role.COUNCIL,
            granted_at=BEGINNING,
        )
    return user
