"""Signing in: what is open, and what only an administrator does."""

import pytest

from lockin.accounts.models import User

HOUSE = "/account/"


@pytest.mark.parametrize("place", ["email/", "confirm-email/", "login/code/confirm/"])
def test_nobody_changes_the_address_that_they_sign_in_with(client_as, owner, place):
    client = client_as(owner)
    body = {"action_add": "", "action_primary": "", "email": "new@elsewhere.example"}
    assert client.get(HOUSE + place).status_code == 404
    assert client.post(HOUSE + place, body).status_code == 404
    assert User.objects.get(pk=owner.pk).email == owner.email


@pytest.mark.parametrize("place", ["signup/", "password/reset/", "password/set/"])
def test_what_an_administrator_does_is_only_told(client, db, place):
    assert "administrator" in client.get(HOUSE + place).content.decode()
    assert client.post(HOUSE + place, {"email": "a@halden.example"}).status_code == 405


def test_a_wrong_password_says_nothing_about_the_address(client, owner):
    said = [
        client.post(f"{HOUSE}login/", {"login": address, "password": "not-this-one"})
        .content.decode()
        .count("The e-mail address or the password is wrong.")
        for address in (owner.email, "nobody@halden.example")
    ]
    assert said == [1, 1]


def test_where_to_go_next_never_leads_away(client, owner):
    owner.set_password("a-password-to-test")
    owner.save()
    body = {"login": owner.email, "password": "a-password-to-test", "next": "//elsewhere.example"}
    assert client.post(f"{HOUSE}login/", body).url == "/home/"


def test_changing_the_password_ends_every_session(client_as, owner):
    owner.set_password("a-password-to-test")
    owner.save()
    first, second = client_as(owner), client_as(owner)
    new = "another-long-password"
    body = {"oldpassword": "a-password-to-test", "password1": new, "password2": new}
    first.post(f"{HOUSE}password/change/", body)
    assert second.get("/my-work/").status_code == 302
