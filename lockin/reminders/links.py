"""The link to a person's calendar: made once, shown once, kept as a hash, ended by date or hand.

The address is the key, since calendar programs send nothing else. It opens the days of one
person, read-only, and nothing else of the product.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from lockin.accounts.models import User
from lockin.reminders.models import CalendarToken
from lockin.trail.recording import record

# Longer than an API token's: nobody looks into a calendar to see that it has stopped.
LIFETIME = timedelta(days=365)
# From then on the calendar itself says on which day it stops.
WARNED = timedelta(days=30)
# Writing “last used” on every fetch would turn each read into a write.
USED_RESOLUTION = timedelta(hours=1)


class UnableToMakeLink(Exception):
    """The link is not made. The message is written for the user."""


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def current(user: User, *, now: datetime) -> CalendarToken | None:
    """Return the link that a person has now."""
    return CalendarToken.objects.filter(
        user=user, revoked_at__isnull=True, expires_at__gt=now
    ).first()


def make(*, person: User, now: datetime) -> tuple[CalendarToken, str]:
    """
    Make a person's link, in place of any other, and return it with its secret.

    :raises UnableToMakeLink: if two were made at the same moment
    """
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            CalendarToken.objects.filter(user=person, revoked_at__isnull=True).update(
                revoked_at=now
            )
            token = CalendarToken.objects.create(
                user=person,
                digest=digest(secret),
                created_at=now,
                expires_at=now + LIFETIME,
            )
            record(
                "calendar-link.made",
                token,
                organisation=person.organisation,
                by=person,
                now=now,
                after={"expires_at": token.expires_at},
            )
    except IntegrityError:
        raise UnableToMakeLink("Another link was made at this moment. Look again.") from None
    return token, secret


@transaction.atomic
def revoke(*, person: User, now: datetime) -> bool:
    """End a person's link now; False when there is none."""
    token = CalendarToken.objects.filter(user=person, revoked_at__isnull=True).first()
    if token is None:
        return False
    if CalendarToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        record("calendar-link.revoked", token, organisation=person.organisation, by=person, now=now)
    return True


def opened_by(secret: str, *, now: datetime) -> CalendarToken | None:
    """Return the link that a secret opens, and note that it was used."""
    token = (
        CalendarToken.objects.select_related("user__organisation")
        .filter(digest=digest(secret))
        .first()
    )
    if token is None or not token.holds(now=now) or not token.user.is_active:
        return None
    if token.used_at is None or now - token.used_at > USED_RESOLUTION:
        CalendarToken.objects.filter(pk=token.pk).update(used_at=now)
    return token
