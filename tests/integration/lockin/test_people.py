"""People and roles: who may be given what, and what cannot be taken away."""

import pytest

from lockin.accounts.models import ApiToken, RoleGrant, User
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function, Role
from lockin.people import changes
from lockin.trail.models import Event


def test_an_invited_person_signs_in_with_the_password_shown_once(organisation, administrator, now):
    person, password = changes.invite(
        organisation=organisation,
        name="Lena Ortiz",
        email="Lena@halden.example",
        job_title="",
        by=administrator,
        now=now,
    )
    assert person.check_password(password)


def test_one_address_belongs_to_one_person(organisation, administrator, owner, now):
    with pytest.raises(changes.UnableToChangePeople, match="on file already"):
        changes.invite(
            organisation=organisation,
            name="Somebody",
            email=owner.email.upper(),
            job_title="",
            by=administrator,
            now=now,
        )


def test_a_council_member_needs_a_function(owner, administrator, now):
    with pytest.raises(changes.UnableToChangePeople, match="has a function"):
        changes.grant(person=owner, role=Role.COUNCIL, function=None, by=administrator, now=now)


def test_the_last_council_chair_cannot_be_removed(chair, administrator, now):
    with pytest.raises(changes.UnableToChangePeople, match="only council chair"):
        changes.end_grant(given=chair.grants.get(), by=administrator, now=now)


def test_a_chair_can_go_once_there_is_another(chair, owner, administrator, now):
    changes.grant(
        person=owner,
        role=Role.COUNCIL,
        function=Function.IT,
        is_chair=True,
        by=administrator,
        now=now,
    )
    changes.end_grant(given=chair.grants.get(), by=administrator, now=now)
    assert not User.objects.get(pk=chair.pk).is_chair


def test_the_last_administrator_cannot_be_removed(administrator, chair, now):
    with pytest.raises(changes.UnableToChangePeople, match="only administrator"):
        changes.close(person=administrator, by=chair, now=now)


def test_a_closed_account_keeps_its_row_and_loses_its_name(owner, administrator, now):
    changes.close(person=owner, by=administrator, now=now)
    owner.refresh_from_db()
    assert owner.name == f"Former colleague {owner.pk}"


def test_a_closed_account_holds_no_permission(owner, administrator, now):
    changes.close(person=owner, by=administrator, now=now)
    assert User.objects.get(pk=owner.pk).permissions == frozenset()


def test_a_closed_account_leaves_no_token_that_opens_anything(owner, administrator, now):
    token, _ = changes.issue_token(person=owner, name="ledger", now=now)
    changes.close(person=owner, by=administrator, now=now)
    assert not ApiToken.objects.get(pk=token.pk).holds(now=now)


def test_a_token_is_kept_as_a_hash(owner, now):
    token, secret = changes.issue_token(person=owner, name="ledger", now=now)
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values().get())


def test_an_owner_sees_no_amount(owner):
    assert Permission.AMOUNTS_VIEW not in owner.permissions


def test_only_the_chair_publishes_questionnaires(council):
    able = [
        person.name
        for person in council.values()
        if Permission.QUESTIONNAIRE_PUBLISH in person.permissions
    ]
    assert able == ["Nadia Berg"]


def test_an_administrator_sees_no_content(administrator):
    assert administrator.permissions == {
        Permission.PEOPLE_VIEW,
        Permission.PEOPLE_MANAGE,
        Permission.HEALTH_VIEW,
    }


def test_an_ended_role_stays_as_history(owner, administrator, now):
    changes.end_grant(given=owner.grants.get(), by=administrator, now=now)
    assert RoleGrant.objects.get(user=owner).ended_at == now


def test_every_change_of_a_person_is_in_the_log(owner, administrator, now):
    changes.end_grant(given=owner.grants.get(), by=administrator, now=now)
    assert Event.objects.get().act == "person.role-ended"


@pytest.mark.parametrize(
    "path", ["/people/", "/people/invite/", "/people/tokens/", "/log/", "/messages/", "/health/"]
)
def test_pages_about_people_ask_for_a_sign_in(client, db, path):
    response = client.get(path)
    assert (response.status_code, response.url.split("?")[0]) == (302, "/account/login/")


def test_the_log_hides_itself_from_owners(client_as, owner):
    assert client_as(owner).get("/log/").status_code == 404


def test_the_log_lists_what_happened(client_as, auditor, owner, administrator, now):
    changes.end_grant(given=owner.grants.get(), by=administrator, now=now)
    assert "Ended a role" in client_as(auditor).get("/log/").content.decode()


def test_the_log_says_that_its_chain_holds(client_as, auditor, owner, administrator, now):
    changes.end_grant(given=owner.grants.get(), by=administrator, now=now)
    assert "The chain holds" in client_as(auditor).get("/log/verify/").content.decode()


def test_the_log_is_exported_with_its_hashes(client_as, auditor, owner, administrator, now):
    changes.end_grant(given=owner.grants.get(), by=administrator, now=now)
    text = client_as(auditor).get("/log/export/").getvalue().decode()
    assert Event.objects.get().hash in text


def test_a_person_page_shows_the_roles(client_as, administrator, owner):
    text = client_as(administrator).get(f"/people/{owner.pk}/").content.decode()
    assert "Workload owner" in text


def test_people_of_another_organisation_do_not_exist(client_as, administrator):
    from tests.factories.people import make_organisation, make_user

    stranger = make_user(make_organisation("Other"), "Stranger Here")
    assert client_as(administrator).get(f"/people/{stranger.pk}/").status_code == 404


def test_the_invitation_form_shows_the_password_once(client_as, administrator):
    answer = client_as(administrator).post(
        "/people/invite/", {"name": "Lena Ortiz", "email": "lena@halden.example"}
    )
    assert "shown here once" in answer.content.decode()


def test_a_name_with_a_line_break_is_refused_in_words(client_as, administrator):
    answer = client_as(administrator).post(
        "/people/invite/", {"name": "Lena\nOrtiz", "email": "lena@halden.example"}
    )
    assert "Write this on one line" in answer.content.decode()
    assert not User.objects.filter(email="lena@halden.example").exists()
