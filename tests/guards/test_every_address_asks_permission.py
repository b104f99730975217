"""Role × address × object: the matrix, generated from the URL configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.guards.addresses import ADDRESSES, PUBLIC
from tests.guards.world import build

# What an address says to somebody who may open it: a page, a way on, a refusal of GET, a state
# that forbids the act, a file that is a link.
ANSWERED = {200, 302, 303, 400, 405, 409}
ROLES = (
    *("owner", "other owner", "chair", "council", "analyst", "auditor"),
    *("administrator", "nobody"),
)


def named(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


NAMES = sorted({name for name in named(get_resolver()) if not name.startswith("account_")})


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    # One world for all rows; what a test does in it is undone with the test.
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def answer_to(role: str | None, name: str, world, method: str = "get"):
    client = Client(raise_request_exception=True)
    if role is not None:
        client.force_login(world.people[role])
    return getattr(client, method)(reverse(name, kwargs=ADDRESSES[name].kwargs(world)))


@pytest.mark.parametrize("name", NAMES)
def test_every_address_has_a_row(name):
    assert name in ADDRESSES, f"Say in tests/guards/addresses.py who may open {name}."


def test_no_row_is_left_of_an_address_that_is_gone():
    assert set(ADDRESSES) - set(NAMES) == set()


GUARDED = [name for name in NAMES if name in ADDRESSES and ADDRESSES[name].roles != PUBLIC]


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_gets_in_without_signing_in(name, world):
    answer = answer_to(None, name, world)
    if name.startswith("api:"):
        assert answer.status_code == 401
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", GUARDED)
def test_a_role_gets_what_its_row_says_and_404_otherwise(name, role, world):
    status = answer_to(role, name, world).status_code
    if role in ADDRESSES[name].roles:
        assert status in ANSWERED
    else:
        assert status == 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", GUARDED)
def test_a_role_without_the_address_cannot_act_there_either(name, role, world):
    if role not in ADDRESSES[name].roles:
        assert answer_to(role, name, world, "post").status_code == 404
