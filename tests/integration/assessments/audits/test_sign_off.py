"""Four functions, four different people, nobody who opened it; the last one closes the audit."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from assessments.audits import agreed, closing, cycle, findings, sign_off
from assessments.models import Audit, Closing, Finding, Report, Signature
from lockin.accounts.models import RoleGrant
from lockin.accounts.roles import Function, Role
from lockin.canonical import digest
from lockin.jobs.models import Job
from lockin.trail.models import Event
from tests.factories.audits import settle_findings, sign_all, take_snapshot
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def sign(audit, function, by, now, **changes):
    values = {"reauthenticated_at": now, **changes}
    return sign_off.sign(audit=audit, function=function, by=by, now=now, **values)


class TestSign:
    def test_a_signature_keeps_name_role_and_what_was_signed(self, signable, council, now):
        signature = sign(signable, Function.LEGAL, council[Function.LEGAL], now)

        assert signature.signer_name == "Tomas Keller"
        assert signature.signer_role == "Council member, Legal"
        assert len(signature.signed_sha256) == 64

    def test_it_refuses_a_function_that_the_person_does_not_hold(self, signable, council, now):
        with pytest.raises(sign_off.UnableToSign, match="no council function for Finance"):
            sign(signable, Function.FINANCE, council[Function.LEGAL], now)

    def test_it_refuses_whoever_is_not_on_the_council(self, signable, owner, now):
        with pytest.raises(sign_off.UnableToSign, match="Only council members sign"):
            sign(signable, Function.IT, owner, now)

    def test_it_refuses_the_person_who_opened_the_audit_by_hand(
        self, assessed, organisation, council, chair, now
    ):
        audit = cycle.open_by_hand(
            organisation=organisation, by=chair, on=organisation.day_of(now), now=now
        )
        take_snapshot(audit, by=council[Function.LEGAL], now=now)
        settle_findings(audit, by=council[Function.LEGAL], now=now)

        with pytest.raises(sign_off.UnableToSign, match="opened an audit by hand signs no part"):
            sign(audit, Function.IT, chair, now)

    def test_it_refuses_the_same_person_for_a_second_function(self, signable, council, now):
        both = council[Function.LEGAL]
        RoleGrant.objects.create(
            user=both, role=Role.COUNCIL, function=Function.SECURITY, granted_at=now
        )
        sign(signable, Function.LEGAL, both, now)

        with pytest.raises(sign_off.UnableToSign, match="four different people"):
            sign(signable, Function.SECURITY, both, now)

    def test_it_refuses_a_function_that_has_signed(self, signable, organisation, council, now):
        other = make_user(organisation, "Ines Duarte", roles=[(Role.COUNCIL, Function.LEGAL)])
        sign(signable, Function.LEGAL, council[Function.LEGAL], now)

        with pytest.raises(sign_off.UnableToSign, match="Legal has signed already"):
            sign(signable, Function.LEGAL, other, now)

    def test_a_deputy_signs_as_deputy(self, signable, organisation, now):
        deputy = make_user(organisation, "Ines Duarte")
        RoleGrant.objects.create(
            user=deputy,
            role=Role.COUNCIL,
            function=Function.LEGAL,
            is_deputy=True,
            granted_at=now,
        )

        assert sign(signable, Function.LEGAL, deputy, now).as_deputy

    @pytest.mark.parametrize("ago", [None, timedelta(minutes=5, seconds=1), timedelta(minutes=-1)])
    def test_it_asks_for_the_password_again(self, signable, council, now, ago):
        given_at = None if ago is None else now - ago

        with pytest.raises(sign_off.UnableToSign, match="Give your password again"):
            sign(
                signable, Function.LEGAL, council[Function.LEGAL], now, reauthenticated_at=given_at
            )

    def test_it_refuses_what_changed_since_the_signer_looked(self, signable, council, now):
        with pytest.raises(sign_off.UnableToSign, match="has changed since you opened"):
            sign(signable, Function.LEGAL, council[Function.LEGAL], now, seen_sha256="0" * 64)

    def test_nothing_is_signed_before_the_responses_are_in(self, frozen, council, now):
        with pytest.raises(sign_off.UnableToSign, match="not up for signature"):
            sign(frozen, Function.LEGAL, council[Function.LEGAL], now)


class TestAfterASignature:
    def test_a_response_that_changes_voids_it_with_the_reason(self, signable, council, chair, now):
        signature = sign(signable, Function.LEGAL, council[Function.LEGAL], now)
        finding = Finding.objects.filter(audit=signable).order_by("number").first()

        findings.respond(
            finding=finding,
            response=Finding.Response.DISPUTED,
            text="We see it otherwise.",
            due_on=date(2027, 2, 1),
            by=chair,
            now=now,
        )

        signature.refresh_from_db()
        assert signature.voided_reason == "The response to F-01 changed."
        assert (
            sign_off.why_not(audit=signable, function=Function.LEGAL, by=council[Function.LEGAL])
            == ""
        )

    def test_a_response_saved_again_without_a_change_voids_nothing(
        self, signable, council, chair, now
    ):
        signature = sign(signable, Function.LEGAL, council[Function.LEGAL], now)
        finding = Finding.objects.filter(audit=signable).order_by("number").first()

        findings.respond(
            finding=finding,
            response=finding.response,
            text=finding.response_text,
            due_on=finding.response_due_on,
            by=chair,
            now=now,
        )

        signature.refresh_from_db()
        assert signature.voided_at is None

    def test_it_can_be_withdrawn_with_a_reason_and_given_again(self, signable, council, now):
        signer = council[Function.LEGAL]
        signature = sign(signable, Function.LEGAL, signer, now)

        sign_off.withdraw(signature=signature, by=signer, reason="Read it too fast.", now=now)
        sign(signable, Function.LEGAL, signer, now)

        assert Signature.objects.filter(audit=signable, function="legal").count() == 2

    def test_it_is_not_withdrawn_without_a_reason(self, signable, council, now):
        signer = council[Function.LEGAL]
        signature = sign(signable, Function.LEGAL, signer, now)

        with pytest.raises(sign_off.UnableToWithdraw, match="Say why"):
            sign_off.withdraw(signature=signature, by=signer, reason="", now=now)

    def test_nobody_withdraws_another_persons_signature(self, signable, council, chair, now):
        signature = sign(signable, Function.LEGAL, council[Function.LEGAL], now)

        with pytest.raises(sign_off.UnableToWithdraw, match="Only the signer"):
            sign_off.withdraw(signature=signature, by=chair, reason="No.", now=now)


class TestTheLastSignature:
    def test_it_closes_the_audit(self, signable, council, now):
        closed = sign_all(signable, council=council, now=now)

        assert (closed.state, closed.closed_at) == (Audit.State.CLOSED, now)

    def test_the_closing_holds_findings_responses_signatures_and_dissent(
        self, signable, council, now
    ):
        for function in (Function.IT, Function.LEGAL, Function.SECURITY):
            sign(signable, function, council[function], now)
        sign(
            signable,
            Function.FINANCE,
            council[Function.FINANCE],
            now,
            dissent="The commitment is not behind: the invoice for October is missing.",
        )

        row = Closing.objects.get(audit=signable)
        body = json.loads(row.body)
        assert digest(row.body) == row.sha256
        assert len(body["findings"]) == Finding.objects.filter(audit=signable).count()
        assert {entry["response"] for entry in body["findings"]} == {"accepted"}
        assert [entry["function"] for entry in body["signatures"]] == [
            "it",
            "legal",
            "security",
            "finance",
        ]
        assert "invoice for October" in body["signatures"][3]["dissent"]

    def test_the_closing_is_read_typed_and_without_amounts_where_asked(
        self, signable, council, now
    ):
        sign_all(signable, council=council, now=now)
        body = json.loads(Closing.objects.get(audit=signable).body)

        whole, without = agreed.read(body), agreed.read(body, with_amounts=False)

        assert whole.signature("legal").signer == "Tomas Keller"
        assert whole.standing == whole.findings
        assert sum(len(finding.amounts) for finding in whole.findings) > 0
        assert sum(len(finding.amounts) for finding in without.findings) == 0
        assert [finding.code for finding in whole.findings][:2] == ["F-01", "F-02"]

    def test_a_draft_of_the_same_state_is_the_same(self, signable, council, now):
        sign(signable, Function.LEGAL, council[Function.LEGAL], now)

        first, second = closing.draft_body(signable), closing.draft_body(signable)

        assert first == second
        assert agreed.read(first).signature("it") is None
        assert agreed.read(first).closed_at is None

    def test_what_was_signed_is_the_snapshot_with_the_findings_and_responses(
        self, signable, council, now
    ):
        sign_all(signable, council=council, now=now)

        body = json.loads(Closing.objects.get(audit=signable).body)
        expected = digest(f"{body['snapshot_sha256']}\n{body['findings_sha256']}\n")
        assert {entry["signed_sha256"] for entry in body["signatures"]} == {expected}
        assert body["snapshot_sha256"] == signable.snapshot.sha256

    def test_it_asks_for_the_report_once(self, signable, council, now):
        sign_all(signable, council=council, now=now)

        report = Report.objects.get(audit=signable)
        assert (report.state, report.is_draft) == (Report.State.PENDING, False)
        assert Job.objects.get(kind="report").subject == str(report.pk)

    def test_the_trail_names_who_closed_it(self, signable, council, now):
        sign_all(signable, council=council, now=now)

        assert Event.objects.get(act="audit.closed").actor_name == "James Okafor"

    def test_a_signature_of_a_closed_audit_stays(self, signable, council, now):
        sign_all(signable, council=council, now=now)
        signature = Signature.objects.get(audit=signable, function="it")

        with pytest.raises(sign_off.UnableToWithdraw, match="keeps its signatures"):
            sign_off.withdraw(
                signature=signature, by=council[Function.IT], reason="Too late.", now=now
            )
