"""The API's guard. Apart from `authorization`, since DRF reads its settings on import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework.permissions import BasePermission

from lockin.accounts.authorization import may
from lockin.accounts.permissions import Permission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class HasPermission(BasePermission):
    """The API's guard: a viewset names what each act needs.

    `required_permissions` is a dict from action or method to permissions, with "*" for the rest.
    A view that names nothing is refused to everybody.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        needed = required_for(view, request.method or "GET")
        if needed is None or not all(may(request.user, permission) for permission in needed):
            raise Http404
        return True


def required_for(view: Any, method: str) -> tuple[Permission, ...] | None:
    """Return what an API view needs for a method, or None when it names nothing."""
    table = getattr(view, "required_permissions", None)
    if table is None:
        return None
    action = getattr(view, "action", None)
    for key in (action, method.lower(), "*"):
        if key in table:
            return tuple(table[key])
    return None
