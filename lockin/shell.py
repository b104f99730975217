"""The frame around every page: menu, counts, theme, and the person's own settings.

An app gives the menu a count by handing over a queryset, in its AppConfig.ready:

    from lockin import shell
    shell.count("vendors", lambda user: Vendor.objects.for_user(user).current())

All counts of a page come from one query. Those that hang on the records alone are kept until a
record changes; a count that time moves says so and is read each time. An entry is shown to
whoever holds its permission, and only when its page exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lockin import remembered
from lockin.accounts.authorization import may, require_sign_in
from lockin.accounts.permissions import Permission
from lockin.remembered import NOTHING, Memory


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the menu."""

    key: str
    label: str
    icon: str
    url_name: str
    permission: Permission | None  # None: everyone signed in
    pages: tuple[str, ...]  # view names, or their beginnings, that belong to the entry
    shortcut: str = ""


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry(
                key="portfolio",
                label="Portfolio",
                icon="layout-dashboard",
                url_name="assessments:portfolio",
                permission=Permission.PORTFOLIO_VIEW,
                pages=("assessments:portfolio",),
                shortcut="p",
            ),
            Entry(
                key="my-work",
                label="My work",
                icon="checklist",
                url_name="assessments:my-work",
                permission=None,
                pages=("assessments:my-work",),
                shortcut="m",
            ),
        ),
    ),
    (
        "What we use",
        (
            Entry(
                key="workloads",
                label="Workloads",
                icon="stack-2",
                url_name="assessments:workload-list",
                permission=Permission.PORTFOLIO_VIEW,
                pages=(
                    *("assessments:workload", "vendors:workload"),
                    *("assessments:assessment", "assessments:question", "assessments:answer"),
                ),
                shortcut="w",
            ),
            Entry(
                key="vendors",
                label="Vendors",
                icon="building",
                url_name="vendors:vendor-list",
                permission=Permission.PORTFOLIO_VIEW,
                pages=("vendors:", "assessments:vendor-"),
                shortcut="v",
            ),
            Entry(
                key="contracts",
                label="Contracts",
                icon="file-text",
                url_name="vendors:contract-list",
                permission=Permission.PORTFOLIO_VIEW,
                pages=(
                    "vendors:contract",
                    "vendors:commitment",
                    "vendors:amendment",
                    "vendors:data-act",
                    "vendors:document",
                    "assessments:contract-",
                    "assessments:clause",
                    "assessments:waiver-request",
                ),
                shortcut="c",
            ),
        ),
    ),
    (
        "Money and leverage",
        (
            Entry(
                key="renewals",
                label="Renewals",
                icon="heart-handshake",
                url_name="assessments:renewal-list",
                permission=Permission.BRIEF_VIEW,
                pages=("assessments:renewal", "assessments:brief"),
                shortcut="r",
            ),
            Entry(
                key="clauses",
                label="Accepted clauses",
                icon="scale",
                url_name="assessments:clause-matrix",
                permission=Permission.CLAUSE_VIEW,
                pages=("assessments:clause-matrix", "assessments:peer"),
            ),
            Entry(
                key="waivers",
                label="Waivers",
                icon="file-description",
                url_name="assessments:waiver-list",
                permission=Permission.CLAUSE_VIEW,
                pages=("assessments:waiver",),
            ),
        ),
    ),
    (
        "Assurance",
        (
            Entry(
                key="audits",
                label="Audits",
                icon="clipboard-check",
                url_name="assessments:audit-list",
                permission=Permission.AUDIT_VIEW,
                pages=("assessments:audit", "assessments:report"),
                shortcut="a",
            ),
            Entry(
                key="findings",
                label="Findings",
                icon="flag",
                url_name="assessments:finding-list",
                permission=Permission.FINDING_VIEW,
                pages=("assessments:finding",),
                shortcut="f",
            ),
        ),
    ),
    (
        "Set-up",
        (
            Entry(
                key="policy",
                label="Policy",
                icon="certificate",
                url_name="assessments:policy",
                permission=Permission.CLAUSE_VIEW,
                pages=("assessments:policy",),
            ),
            Entry(
                key="questionnaire",
                label="Questionnaire",
                icon="book",
                url_name="assessments:questionnaire",
                permission=Permission.QUESTIONNAIRE_VIEW,
                pages=("assessments:questionnaire",),
                shortcut="q",
            ),
            Entry(
                key="people",
                label="People and roles",
                icon="users",
                url_name="accounts:people",
                permission=Permission.PEOPLE_VIEW,
                pages=("accounts:people", "accounts:person"),
            ),
            Entry(
                key="trail",
                label="Log",
                icon="history",
                url_name="trail:event-list",
                permission=Permission.TRAIL_VIEW,
                pages=("trail:",),
                shortcut="l",
            ),
            Entry(
                key="health",
                label="Health",
                icon="heartbeat",
                url_name="health",
                permission=Permission.HEALTH_VIEW,
                pages=("health",),
            ),
            Entry(
                key="api",
                label="API",
                icon="api",
                url_name="api:docs",
                permission=None,
                pages=("api:",),
            ),
        ),
    ),
)
THEMES = (
    ("system", "System", "device-desktop"),
    ("light", "Light", "sun"),
    ("dark", "Dark", "moon"),
)
OWN_PAGES = (
    ("Messages", "bell", "outbox:message-list"),
    ("Reminders and calendar", "calendar", "reminders:mine"),
    ("Change password", "lock", "account_change_password"),
    ("My API tokens", "key", "accounts:tokens"),
)

Counted = Callable[[Any], QuerySet[Any]]
_counted: dict[str, Counted] = {}
_moved_by_time: set[str] = set()


def count(key: str, rows: Counted, *, moves_with_time: bool = False) -> None:
    """Let a menu entry show how many rows a person has there.

    :param moves_with_time: whether the number can change without a write
    """
    _counted[key] = rows
    if moves_with_time:
        _moved_by_time.add(key)


class RowCount(Subquery):
    """How many rows a queryset has, as one column of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(user: Any, keys: set[str], *, memory: Memory = NOTHING) -> dict[str, int]:
    """Return the counts of the entries shown, from one query for each state of the records."""
    if not memory.state:
        return _counts(user, keys)
    steady = sorted(keys - _moved_by_time)
    kept = memory(f"menu of {user.pk} {steady}", lambda: _counts(user, set(steady)))
    return kept | _counts(user, keys & _moved_by_time)


def _counts(user: Any, keys: set[str]) -> dict[str, int]:
    names = {key: f"count_{key.replace('-', '_')}" for key in sorted(keys & set(_counted))}
    if not names:
        return {}
    columns = {
        name: RowCount(_counted[key](user).order_by().values("pk")) for key, name in names.items()
    }
    found = get_user_model().objects.filter(pk=user.pk).annotate(**columns).values(*columns).get()
    return {key: found[name] for key, name in names.items()}


def address(name: str) -> str:
    """Return where a page is, or nothing when this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def current_key(view_name: str) -> str:
    """Return the entry that a view belongs to: the one with the longest beginning that fits."""
    best, length = "", 0
    for _, entries in MENU:
        for entry in entries:
            for beginning in entry.pages:
                if view_name.startswith(beginning) and len(beginning) > length:
                    best, length = entry.key, len(beginning)
    return best


def shown_entries(user: Any) -> list[tuple[str, list[tuple[Entry, str]]]]:
    """Return the groups of entries that this person may open, each with its address."""
    groups = []
    for label, entries in MENU:
        open_to = [
            (entry, url)
            for entry in entries
            if (entry.permission is None or may(user, entry.permission))
            and (url := address(entry.url_name))
        ]
        if open_to:
            groups.append((label, open_to))
    return groups


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return all that base.html shows around a page for the person who is signed in."""
    user: Any = request.user
    groups = shown_entries(user)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    here = current_key(view_name or "")
    shown = {entry.key for _, entries in groups for entry, _ in entries}
    numbers = counts(user, shown, memory=remembered.for_request(request))
    menu = [
        {
            "label": label,
            "entries": [
                {
                    "label": entry.label,
                    "icon": entry.icon,
                    "url": url,
                    "shortcut": entry.shortcut,
                    "current": entry.key == here,
                    "exact": view_name == entry.url_name,
                    "count": numbers.get(entry.key, 0),
                }
                for entry, url in entries
            ],
        }
        for label, entries in groups
    ]
    own = [(label, icon, address(name)) for label, icon, name in OWN_PAGES]
    return {
        "groups": menu,
        "shortcuts": [entry for group in menu for entry in group["entries"] if entry["shortcut"]],
        "organisation": user.organisation,
        "is_example": user.organisation.is_example,
        "theme": user.theme,
        "themes": THEMES,
        "single_keys": user.single_keys,
        "home_url": menu[0]["entries"][0]["url"] if menu else "/",
        "jump_url": address("shell:jump"),
        "preferences_url": address("shell:preferences"),
        "own_links": [
            {"label": label, "icon": icon, "url": url} for label, icon, url in own if url
        ],
    }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every template `shell`, worked out only by pages that draw it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": {"theme": "system"}}
    return {"shell": SimpleLazyObject(lambda: frame(request))}


@require_sign_in
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep a person's theme, and whether single keys act."""
    user: Any = request.user
    theme, keys = request.POST.get("theme", ""), request.POST.get("single_keys", "")
    if theme in user.Theme.values:
        user.theme = theme
    if keys in ("on", "off"):
        user.single_keys = keys == "on"
    user.save(update_fields=["theme", "single_keys"])
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"theme": user.theme, "single_keys": user.single_keys})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    # Not "/": the portfolio, which an administrator does not see.
    return HttpResponseRedirect(back if safe else reverse(settings.LOGIN_REDIRECT_URL))
