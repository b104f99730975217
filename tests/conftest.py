"""What every test may lean on: a fixed day, an organisation, a person of each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase

from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function, Role
from tests.factories.people import make_organisation, make_user

# A slow machine is no fault of the code: examples are never judged by the clock.
hypothesis.settings.register_profile(
    "lockin", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("lockin")

# A Monday. Dates in tests are laid around it, never around the day of the run.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)

# ── Frozen tables and the flush between transactional tests ─────────────────────────────────────
# Tests in real transactions empty the tables afterwards; SQLite does so by DELETE, which is what
# the triggers refuse. They are lifted for that moment alone.


def _sqlite_triggers() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return list(cursor.fetchall())


_flush = TransactionTestCase._fixture_teardown


def _flush_without_triggers(self: TransactionTestCase) -> None:
    triggers = _sqlite_triggers() if connection.vendor == "sqlite" else []
    with connection.cursor() as cursor:
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        _flush(self)
    finally:
        with connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)


TransactionTestCase._fixture_teardown = _flush_without_triggers  # type: ignore[method-assign]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def organisation(db: Any) -> Organisation:
    return make_organisation()


@pytest.fixture
def owner(organisation: Organisation) -> User:
    return make_user(organisation, "Priya Raman", roles=[(Role.OWNER, "")])


@pytest.fixture
def other_owner(organisation: Organisation) -> User:
    return make_user(organisation, "Mara Duarte", roles=[(Role.OWNER, "")])


@pytest.fixture
def chair(organisation: Organisation) -> User:
    """The chair, who sits on the council for IT."""
    return make_user(organisation, "Nadia Berg", roles=[(Role.COUNCIL, Function.IT)], is_chair=True)


@pytest.fixture
def council(organisation: Organisation, chair: User) -> dict[Function, User]:
    """Four people for the four functions; IT is the chair."""
    return {
        Function.IT: chair,
        Function.LEGAL: make_user(
            organisation, "Tomas Keller", roles=[(Role.COUNCIL, Function.LEGAL)]
        ),
        Function.SECURITY: make_user(
            organisation, "Amara Whitfield", roles=[(Role.COUNCIL, Function.SECURITY)]
        ),
        Function.FINANCE: make_user(
            organisation, "James Okafor", roles=[(Role.COUNCIL, Function.FINANCE)]
        ),
    }


@pytest.fixture
def analyst(organisation: Organisation) -> User:
    return make_user(organisation, "Sofia Lindqvist", roles=[(Role.FINANCE_ANALYST, "")])


@pytest.fixture
def auditor(organisation: Organisation) -> User:
    return make_user(organisation, "Edith Marsh", roles=[(Role.AUDITOR, "")])


@pytest.fixture
def administrator(organisation: Organisation) -> User:
    return make_user(organisation, "Ruth Adeyemi", roles=[(Role.ADMINISTRATOR, "")])


@pytest.fixture
def client_as() -> Callable[[User], Client]:
    """Return a browser signed in as a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    """Evidence and reports of a test go into its own folder; nothing is remembered from another."""
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
