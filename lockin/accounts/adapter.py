"""allauth, closed: an administrator invites people, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Sign-in without sign-up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "email_password_mismatch": "The e-mail address or the password is wrong.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names here: people are known by their e-mail address."""
