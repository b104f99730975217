"""A real browser on the running product, signed in as a person, with a watch on what it meets."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from lockin.accounts.models import User

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Plotly writes style attributes beside the properties it sets; the policy drops those, and the
# browser says so. No script and no style sheet is concerned.
DROPPED_STYLE = re.compile(r"(Applying|Refused to apply) inline style")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    names = (os.environ.get("LOCKIN_TEST_BROWSER", ""), *NAMES)
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no browser was found")
    # Playwright runs an event loop in this thread; the ORM calls of a test are not inside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def window(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a window, signed in as a person where one is given."""
    contexts = []

    def open_window(user: User | None = None, **options: Any) -> Any:
        # Colours that are still on their way would be measured as they pass.
        options = {"reduced_motion": "reduce", **options}
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


class Watch:
    """What went wrong in a window since it was last asked."""

    def __init__(self, page: Any) -> None:
        self._faults: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._faults.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def faults(self) -> list[str]:
        found, self._faults = self._faults, []
        return found

    def _said(self, message: Any) -> None:
        if message.type not in ("error", "warning") or DROPPED_STYLE.search(message.text):
            return
        # A page that is refused says so itself; what it needs is watched by `_answered`.
        if not message.text.startswith("Failed to load resource"):
            self._faults.append(f"console: {message.text}")

    def _failed(self, request: Any) -> None:
        # A page that is left breaks off what it was still fetching.
        if request.failure != "net::ERR_ABORTED":
            self._faults.append(f"failed: {request.url}: {request.failure}")

    def _asked(self, request: Any) -> None:
        place = urlsplit(request.url)
        if place.scheme in ("http", "https", "ws", "wss") and place.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            self._faults.append(f"elsewhere: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self._faults.append(f"{response.status}: {response.url}")
