"""Outline icons of the @tabler/icons package, inlined, so that a page asks for none."""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

logger = logging.getLogger(__name__)

# Every icon the templates may name; the set-up check looks for each of them.
ICONS = frozenset(
    {
        *("adjustments-horizontal", "alert-triangle", "api", "archive", "arrow-down"),
        *("arrow-left", "arrow-right", "arrow-up", "ban", "bell", "book", "building"),
        *("building-bank", "calendar", "calendar-due", "certificate", "chart-bar", "check"),
        *("checklist", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle"),
        *("circle-check", "circle-dashed", "circle-x", "clipboard-check", "clock", "coins"),
        *("columns", "copy", "cpu", "database", "device-desktop", "dots", "download"),
        *("edit", "external-link", "eye", "file-description", "file-export", "file-import"),
        *("file-spreadsheet", "file-text", "file-type-pdf", "filter", "fingerprint", "flag"),
        *(
            "git-compare",
            "hash",
            "heart-handshake",
            "heartbeat",
            "help",
            "history",
            "home",
            "info-circle",
            "key",
        ),
        *("keyboard", "layout-dashboard", "link", "list-details", "lock", "login", "logout"),
        *("mail", "menu-2", "message", "moon", "paperclip", "pencil", "plus", "printer"),
        *("refresh", "report", "route", "scale", "search", "send", "settings", "shield-check"),
        *("signature", "snowflake", "stack-2", "sun", "table", "tag", "trash", "upload", "user"),
        *("user-plus", "user-question", "users", "versions", "world", "writing", "x"),
    }
)
FOLDER = ("node_modules", "@tabler", "icons", "icons", "outline")
_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BLANK = re.compile(r'<path stroke="none"[^>]*/>')


class UnknownIcon(ValueError):
    """A template names an icon that the list does not hold."""


def folder() -> Path:
    """Return where the icon package lies after set-up."""
    return Path(settings.BASE_DIR).joinpath(*FOLDER)


def missing_icons() -> list[str]:
    """Return the listed icons that set-up did not bring."""
    return sorted(name for name in ICONS if not (folder() / f"{name}.svg").is_file())


@cache
def drawing(name: str) -> str:
    """Return the paths of one icon, read once a process.

    A listed icon whose file is not there draws nothing and is logged: the page still works, and
    the set-up check names what is missing. An icon that is not listed is a mistake in a template.
    """
    if name not in ICONS:
        raise UnknownIcon(f"“{name}” is no icon in lockin/templatetags/icons.py: list it there.")
    path = folder() / f"{name}.svg"
    try:
        found = _INNER.search(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        logger.error("The icon %s is not there. Run npm ci.", name)
        return ""
    inner = _BLANK.sub("", found.group(1) if found else "")
    return re.sub(r"\n\s*", "", inner).strip()


def icon(name: str, css: str = "") -> SafeString:
    """Return an icon as inline SVG, hidden from screen readers: words stand beside it."""
    return format_html(
        '<svg class="i{}" viewBox="0 0 24 24" width="16" height="16" fill="none" '
        'stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" '
        'aria-hidden="true">{}</svg>',
        f" {css}" if css else "",
        mark_safe(drawing(name)),
    )
