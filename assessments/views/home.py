"""Where a person lands after signing in: on what their role is about."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from assessments.views.portfolio import portfolio
from lockin.accounts.authorization import may, require_sign_in
from lockin.accounts.permissions import Permission
from lockin.shell import address, shown_entries


@require_sign_in
def home(request: HttpRequest) -> HttpResponseRedirect:
    """Owners land on their work, council, finance and auditors on the portfolio."""
    user: Any = request.user
    if may(user, Permission.PORTFOLIO_VIEW) and user.sees_all:
        return HttpResponseRedirect(address("assessments:portfolio"))
    if may(user, Permission.PORTFOLIO_VIEW) and (mine := address("assessments:my-work")):
        return HttpResponseRedirect(mine)
    pages = [url for _, entries in shown_entries(user) for entry, url in entries]
    return HttpResponseRedirect(pages[0] if pages else address("accounts:tokens"))


@require_sign_in
def front(request: HttpRequest) -> HttpResponseBase:
    """The bare address: the portfolio, or the own first page of whoever may not see it."""
    if may(request.user, Permission.PORTFOLIO_VIEW):
        return portfolio(request)
    return home(request)
