"""API tokens: made once, shown once, kept as a hash, ended by date or by hand."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from lockin.accounts.models import ApiToken, User

LIFETIME = timedelta(days=90)
# Writing "last used" on every call would turn each read into a write.
USED_RESOLUTION = timedelta(hours=1)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(*, user: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is not kept anywhere."""
    secret = "lk_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, digest=_digest(secret), created_at=now, expires_at=now + LIFETIME
    )
    return token, secret


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer lk_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send the token as: Authorization: Bearer <token>.")
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("user__organisation")
            .filter(digest=_digest(parts[1].decode("latin-1")))
            .first()
        )
        if token is None or not token.holds(now=now) or not token.user.is_active:
            raise AuthenticationFailed("This token is not known, has ended, or was revoked.")
        if token.used_at is None or now - token.used_at > USED_RESOLUTION:
            ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
