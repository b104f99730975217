"""Role × address × object: the matrix, generated from the URL configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.guards.addresses import ADDRESSES, PUBLIC
from tests.guards.world import build

# What an address says to somebody who may open it: a page, a way on, a refusal of the method, bad
# input, a state that forbids the act.
ANSWERED = {200, 201, 204, 302, 303, 400, 405, 409}
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
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def _files_of_the_world(settings, folder):
    settings.MEDIA_ROOT = folder


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, folder):
    # One world for all rows; what a test does in it is undone with the test.
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            built = build()
        yield built
        transaction.set_rollback(True)


def answer_to(role: str | None, name: str, kwargs: dict[str, object], world, method: str):
    client = Client()
    if role is not None:
        client.force_login(world.people[role])
    # Acts of one role are undone before the next one tries.
    with transaction.atomic():
        answer = getattr(client, method)(reverse(name, kwargs=kwargs))
        transaction.set_rollback(True)
    return answer


def missing(kwargs: dict[str, object]) -> dict[str, object]:
    """The same address for an object that does not exist."""
    return {
        name: value + 900_000
        if isinstance(value, int)
        else "no-such-record"
        if name == "key" and "pk" not in kwargs
        else value
        for name, value in kwargs.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_address_has_a_row(name):
    assert name in ADDRESSES, f"Say in tests/guards/addresses.py who may open {name}."


def test_no_row_is_left_of_an_address_that_is_gone():
    assert set(ADDRESSES) - set(NAMES) == set()


GUARDED = [name for name in NAMES if name in ADDRESSES and ADDRESSES[name].roles != PUBLIC]


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_gets_in_without_signing_in(name, world):
    row = ADDRESSES[name]
    answer = answer_to(None, name, row.kwargs(world), world, row.method)
    if name.startswith("api:"):
        assert answer.status_code == 401
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize("name", GUARDED)
def test_the_roles_of_the_row_get_an_answer(name, world):
    row = ADDRESSES[name]
    statuses = {
        role: answer_to(role, name, row.kwargs(world), world, row.method).status_code
        for role in row.roles
    }
    assert {role: status for role, status in statuses.items() if status not in ANSWERED} == {}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", GUARDED)
def test_everybody_else_hears_what_a_missing_record_says(name, method, world):
    """404; or, where the method is refused to all, that, before any record is looked for."""
    row = ADDRESSES[name]
    kwargs = row.kwargs(world)
    heard = {}
    for role in ROLES:
        if role in row.roles:
            continue
        status = answer_to(role, name, kwargs, world, method).status_code
        if status == 405:
            absent = answer_to(role, name, missing(kwargs), world, method).status_code
            status = 404 if absent == 405 else status
        heard[role] = status
    assert {role: status for role, status in heard.items() if status != 404} == {}
