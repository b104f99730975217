"""The example's organisation and people, with the one password that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from assessments.example import tables
from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function, Role
from lockin.people import changes
from lockin.trail.recording import record

# Known to everybody, so it opens an example and nothing else (Organisation.is_example).
PASSWORD = "lockin-example"
ORGANISATION = "Halden Mutual"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Who can sign in, and what for."""

    email: str
    password: str
    what: str


def sign_ins() -> list[SignIn]:
    """Return the example's sign-ins, or none when another organisation is loaded."""
    if not Organisation.objects.filter(name=ORGANISATION, is_example=True).exists():
        return []
    held = set(User.objects.active().values_list("email", flat=True))
    return [
        SignIn(email=row["email"], password=PASSWORD, what=row["what"])
        for row in tables.rows("people")
        if row["email"] in held
    ]


def found_organisation(*, zone: str, now: datetime) -> Organisation:
    """Found the organisation. Nothing founds one through the pages, so this is its only writer."""
    organisation = Organisation.objects.create(
        name=ORGANISATION,
        base_currency="USD",
        time_zone=zone,
        country="US",
        is_example=True,
        created_at=now,
    )
    record(
        "organisation.founded",
        organisation,
        organisation=organisation,
        by=None,
        now=now,
        after={"name": organisation.name, "is_example": True},
    )
    return organisation


def invite_all(*, organisation: Organisation, now: datetime) -> dict[str, User]:
    """Invite everybody, give the roles, and return the people by address."""
    # A slow hash, as it must be: made once for all.
    password = make_password(PASSWORD)
    people = {}
    for row in tables.rows("people"):
        person, _ = changes.invite(
            organisation=organisation,
            name=row["name"],
            email=row["email"],
            job_title=row["job_title"],
            by=None,
            now=now,
        )
        person.password = password
        person.save(update_fields=["password"])
        changes.grant(
            person=person,
            role=Role(row["role"]),
            function=Function(row["function"]) if row["function"] else None,
            is_chair=row["chair"] == "yes",
            is_deputy=row["deputy"] == "yes",
            by=None,
            now=now,
        )
        people[person.email] = person
    return people
