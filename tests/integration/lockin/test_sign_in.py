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


def test_the_bare_address_leads_each_role_to_its_own_page(client, client_as, administrator, chair):
    """Whoever types the address and signs in never meets “No such page”."""
    assert client.get("/").url == f"{HOUSE}login/"
    assert client_as(chair).get("/").status_code == 200
    answer = client_as(administrator).get("/", follow=True)
    assert (answer.status_code, answer.redirect_chain[0]) == (200, ("/my-work/", 302))


def test_signing_in_is_said_by_the_page_that_opens(client, administrator):
    administrator.set_password("a-password-to-test")
    administrator.save()
    body = {"login": administrator.email, "password": "a-password-to-test"}
    text = client.post(f"{HOUSE}login/", body, follow=True).content.decode()
    assert "signed in as" not in text


def test_changing_the_password_ends_every_session(client_as, owner):
    owner.set_password("a-password-to-test")
    owner.save()
    first, second = client_as(owner), client_as(owner)
    new = "another-long-password"
    body = {"oldpassword": "a-password-to-test", "password1": new, "password2": new}
    first.post(f"{HOUSE}password/change/", body)
    assert second.get("/my-work/").status_code == 302
