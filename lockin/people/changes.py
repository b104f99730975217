"""Writes about people: invite, give and end roles, close an account, hand out tokens."""

import secrets
from datetime import datetime

from django.db import transaction

from lockin.accounts import tokens
from lockin.accounts.models import ApiToken, Organisation, RoleGrant, User
from lockin.accounts.roles import Function, Role
from lockin.trail.recording import record


class UnableToChangePeople(Exception):
    """The change would break a rule. The message is written for the user."""


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    name: str,
    email: str,
    job_title: str,
    by: User | None,
    now: datetime,
) -> tuple[User, str]:
    """Add a person and return the first password, which is shown once and kept as a hash.

    :raises UnableToChangePeople: if the address is taken
    """
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise UnableToChangePeople(f"Somebody with the address {email} is on file already.")
    password = secrets.token_urlsafe(12)
    person = User(
        organisation=organisation, name=name, email=email, job_title=job_title, created_at=now
    )
    person.set_password(password)
    person.save()
    record(
        "person.invited",
        person,
        organisation=organisation,
        by=by,
        now=now,
        after={"name": name, "email": email, "job_title": job_title},
    )
    return person, password


@transaction.atomic
def grant(
    *,
    person: User,
    role: Role,
    function: Function | None,
    is_chair: bool = False,
    is_deputy: bool = False,
    by: User | None,
    now: datetime,
) -> RoleGrant:
    """Give a role from now on.

    :raises UnableToChangePeople: if it is held already, or the function and role do not fit
    """
    if (role == Role.COUNCIL) != (function is not None):
        raise UnableToChangePeople("A council member has a function; nobody else has one.")
    if is_deputy and is_chair:
        raise UnableToChangePeople("A deputy cannot chair the council.")
    if (is_chair or is_deputy) and role != Role.COUNCIL:
        raise UnableToChangePeople("Only a council member is chair or deputy.")
    if person.closed_at:
        raise UnableToChangePeople("The account is closed.")
    held = RoleGrant.objects.filter(
        user=person, role=role, function=function or "", ended_at__isnull=True
    )
    if held.exists():
        raise UnableToChangePeople(f"{person.name} holds that role already.")
    given = RoleGrant.objects.create(
        user=person,
        role=role,
        function=function or "",
        is_chair=is_chair,
        is_deputy=is_deputy,
        granted_at=now,
    )
    _forget_roles(person)
    record(
        "person.role-given",
        person,
        organisation=person.organisation,
        by=by,
        now=now,
        after=_words(given),
    )
    return given


@transaction.atomic
def end_grant(*, given: RoleGrant, by: User | None, now: datetime) -> None:
    """End a role; it stays as history.

    :raises UnableToChangePeople: for the last chair and the last administrator
    """
    others = (
        RoleGrant.objects.select_for_update()
        .filter(
            user__organisation=given.user.organisation,
            user__is_active=True,
            ended_at__isnull=True,
        )
        .exclude(pk=given.pk)
    )
    if given.is_chair and not others.filter(is_chair=True).exists():
        raise UnableToChangePeople(
            "This is the only council chair. Make somebody else chair first."
        )
    if given.role == Role.ADMINISTRATOR and not others.filter(role=Role.ADMINISTRATOR).exists():
        raise UnableToChangePeople(
            "This is the only administrator. Give somebody else the role first."
        )
    if not RoleGrant.objects.filter(pk=given.pk, ended_at__isnull=True).update(ended_at=now):
        return
    _forget_roles(given.user)
    record(
        "person.role-ended",
        given.user,
        organisation=given.user.organisation,
        by=by,
        now=now,
        before=_words(given),
    )


@transaction.atomic
def close(*, person: User, by: User, now: datetime) -> None:
    """Close an account: end its roles and tokens and anonymise it. Records keep the name.

    :raises UnableToChangePeople: for oneself, the last chair and the last administrator
    """
    if person.pk == by.pk:
        raise UnableToChangePeople("You cannot close your own account.")
    if person.closed_at:
        return
    for given in person.grants.filter(ended_at__isnull=True).order_by("pk"):
        end_grant(given=given, by=by, now=now)
    ApiToken.objects.filter(user=person, revoked_at__isnull=True).update(revoked_at=now)
    before = {"name": person.name, "email": person.email, "job_title": person.job_title}
    person.name = f"Former colleague {person.pk}"
    person.email = f"closed-{person.pk}@invalid.invalid"
    person.job_title = ""
    person.is_active = False
    person.closed_at = now
    person.set_unusable_password()
    person.save()
    record(
        "person.closed",
        person,
        organisation=person.organisation,
        by=by,
        now=now,
        # The trail says that it happened; the address leaves with the person.
        before={"name": before["name"]},
        after={"name": person.name},
    )


@transaction.atomic
def new_password(*, person: User, by: User, now: datetime) -> str:
    """Give a person a new first password, shown once."""
    if person.closed_at:
        raise UnableToChangePeople("The account is closed.")
    password = secrets.token_urlsafe(12)
    person.set_password(password)
    person.save(update_fields=["password"])
    record("person.password-reset", person, organisation=person.organisation, by=by, now=now)
    return password


@transaction.atomic
def issue_token(*, person: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    """Make an API token of one's own and return it with its secret."""
    token, secret = tokens.issue(user=person, name=name, now=now)
    record(
        "token.issued",
        token,
        organisation=person.organisation,
        by=person,
        now=now,
        after={"name": name, "expires_at": token.expires_at},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, now: datetime) -> None:
    """End a token now."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        record(
            "token.revoked",
            token,
            organisation=token.user.organisation,
            by=by,
            now=now,
            after={"name": token.name},
        )


def _words(given: RoleGrant) -> dict[str, object]:
    return {
        "role": given.role,
        "function": given.function,
        "is_chair": given.is_chair,
        "is_deputy": given.is_deputy,
    }


def _forget_roles(person: User) -> None:
    for name in ("current_grants", "roles", "permissions"):
        person.__dict__.pop(name, None)
