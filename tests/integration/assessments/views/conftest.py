"""Audits at each step, on the small portfolio of the audits' own tests, on the fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.conftest import NOW
from tests.integration.assessments.audits.conftest import (
    assessed,
    frozen,
    opened,
    portfolio,
    signable,
)

__all__ = ["assessed", "frozen", "opened", "portfolio", "signable"]


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_tries_yet() -> Iterator[None]:
    """Wrong passwords are counted in the cache, which outlives a test."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


def text_of(answer: Any) -> str:
    """Return a page's text with its spaces made one."""
    return " ".join(answer.content.decode().split())
