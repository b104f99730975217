"""Sign-off on the pages: what is shown, the password, deputies, refusals, withdrawing, closing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assessments.audits import sign_off
from assessments.audits.signatures import content_sha256
from assessments.models import Audit, Closing, Finding, Signature
from lockin.accounts.models import RoleGrant
from lockin.accounts.roles import Function, Role
from tests.factories.people import PASSWORD, make_user
from tests.integration.assessments.views.conftest import text_of

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"assessments:{name}", args=args)


def given(audit, function="legal", **changed):
    return {
        "function": function,
        "seen": content_sha256(audit),
        "dissent": "",
        "password": PASSWORD,
        **changed,
    }


def sign(client, audit, **changed):
    return client.post(at("audit-sign", audit.pk), given(audit, **changed), follow=True)


def test_the_page_shows_what_is_signed_before_it_asks(client_as, council, signable):
    text = text_of(client_as(council[Function.LEGAL]).get(at("audit-sign", signable.pk)))
    assert "You sign for Legal." in text
    assert content_sha256(signable) in text
    assert "Your password" in text


def test_the_right_password_signs_ones_own_part(client_as, council, signable):
    text = text_of(sign(client_as(council[Function.LEGAL]), signable))
    assert "Signed 23 Nov" in text
    assert Signature.objects.get(audit=signable).function == "legal"


def test_a_wrong_password_signs_nothing(client_as, council, signable):
    answer = sign(client_as(council[Function.LEGAL]), signable, password="guess")
    assert answer.status_code == 400
    assert "This is not your password." in text_of(answer)
    assert not Signature.objects.filter(audit=signable).exists()


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client_as, council, signable):
    client = client_as(council[Function.LEGAL])
    for _ in range(5):
        sign(client, signable, password="guess")
    answer = sign(client, signable)
    assert "Five passwords were wrong. Wait five minutes, then try again." in text_of(answer)
    assert not Signature.objects.filter(audit=signable).exists()


def test_signing_twice_keeps_one_signature(client_as, council, signable):
    client = client_as(council[Function.LEGAL])
    sign(client, signable)
    assert "Legal has signed already." in text_of(sign(client, signable))
    assert Signature.objects.filter(audit=signable).count() == 1


def test_another_functions_part_is_not_offered(client_as, council, signable):
    answer = sign(client_as(council[Function.LEGAL]), signable, function="finance")
    assert answer.status_code == 400
    assert not Signature.objects.filter(audit=signable).exists()


def test_a_deputy_signs_as_deputy(client_as, organisation, council, signable, now):
    deputy = make_user(organisation, "Lena Roth")
    RoleGrant.objects.create(
        user=deputy, role=Role.COUNCIL, function=Function.LEGAL, is_deputy=True, granted_at=now
    )
    sign(client_as(deputy), signable)
    assert Signature.objects.get(audit=signable).as_deputy is True


def test_whoever_opened_the_audit_by_hand_is_told_why_there_is_no_form(
    client_as, council, signable
):
    legal = council[Function.LEGAL]
    Audit.objects.filter(pk=signable.pk).update(opened_by_id_text=str(legal.pk))
    client = client_as(legal)
    text = text_of(client.get(at("audit-sign", signable.pk)))
    assert "The person who opened an audit by hand signs no part of it." in text
    assert "Your password" not in text
    sign(client, signable)
    assert not Signature.objects.filter(audit=signable).exists()


def test_a_response_that_changed_meanwhile_has_to_be_read_first(client_as, council, signable):
    answer = sign(client_as(council[Function.LEGAL]), signable, seen="0" * 64)
    assert answer.status_code == 400
    assert "A response has changed since you opened this page. Read it again." in text_of(answer)


def test_dissent_is_kept_and_shown(client_as, council, signable):
    client = client_as(council[Function.LEGAL])
    sign(client, signable, dissent="The date of F-01 is too late.")
    text = text_of(client.get(at("audit-detail", signable.pk)))
    assert "Tomas Keller</span>, Legal, does not agree:<br>The date of F-01 is too late." in text


def test_a_signature_is_withdrawn_with_a_reason(client_as, council, signable):
    client = client_as(council[Function.LEGAL])
    sign(client, signable)
    signature = Signature.objects.get(audit=signable)
    address = at("audit-withdraw", signable.pk, signature.pk)
    assert client.post(address, {"reason": ""}).status_code == 400
    client.post(address, {"reason": "Signed the wrong year."})
    signature.refresh_from_db()
    assert signature.withdrawn_reason == "Signed the wrong year."
    assert "This signature no longer counts." in text_of(
        client.post(address, {"reason": "Again."}, follow=True)
    )


def test_nobody_withdraws_the_signature_of_another(client_as, council, signable):
    sign(client_as(council[Function.LEGAL]), signable)
    signature = Signature.objects.get(audit=signable)
    address = at("audit-withdraw", signable.pk, signature.pk)
    assert client_as(council[Function.FINANCE]).get(address).status_code == 404


def test_the_last_signature_closes_the_audit_and_shows_the_closings_hash(
    client_as, council, signable, now
):
    for function in (Function.IT, Function.LEGAL, Function.SECURITY):
        sign_off.sign(
            audit=signable, function=function, by=council[function], now=now, reauthenticated_at=now
        )
    client = client_as(council[Function.FINANCE])
    assert "It is the last signature" in text_of(client.get(at("audit-sign", signable.pk)))
    text = text_of(sign(client, signable, function="finance"))
    closing = Closing.objects.get(audit=signable)
    assert "All four have signed: the audit is closed, and the report is being made." in text
    assert closing.sha256 in text
    assert "The final report is being made." in text
    assert "Nothing in it can change now." in text


def test_a_changed_response_warns_and_ends_the_signatures(client_as, chair, council, signable):
    sign(client_as(council[Function.LEGAL]), signable)
    finding = Finding.objects.filter(audit=signable, state="agreed").first()
    client = client_as(chair)
    address = at("finding-respond", finding.pk)
    assert "One signature ends when this response changes." in text_of(client.get(address))
    client.post(address, {"response": "disputed", "text": "It is not so.", "due_on": "2027-02-01"})
    signature = Signature.objects.get(audit=signable)
    assert signature.voided_reason == f"The response to {finding.code} changed."
    text = text_of(client.get(at("audit-detail", signable.pk)))
    assert "no longer counts since" in text


def test_an_auditor_signs_nothing(client_as, auditor, signable):
    assert client_as(auditor).get(at("audit-sign", signable.pk)).status_code == 404
