"""Who may do what, asked in one place: by pages, fragments, the API, files and exports."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from lockin.accounts.permissions import Permission

View = Callable[..., HttpResponseBase]


def may(user: Any, permission: Permission) -> bool:
    """Whether a person holds a permission. Nobody signed in holds none."""
    return bool(user.is_authenticated) and permission in user.permissions


def require_permission(*permissions: Permission) -> Callable[[View], View]:
    """Let a view run for people who hold every permission named.

    Whoever is not signed in goes to the sign-in page; whoever lacks one gets 404, as for a page
    that does not exist. The names stay on the view for the matrix test.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                path = request.get_full_path()
                # The bare address names no page: each role then lands on its own.
                field = None if path == "/" else REDIRECT_FIELD_NAME
                return redirect_to_login(path, redirect_field_name=field)
            if not all(may(request.user, permission) for permission in permissions):
                raise Http404("No such page for you.")
            return view(request, *args, **kwargs)

        guarded.required_permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def require_sign_in(view: View) -> View:
    """Let a view run for anyone signed in: their own work, their own settings."""
    return require_permission()(view)
