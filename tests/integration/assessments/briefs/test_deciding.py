"""A brief's way from the contract to the frozen decision, and what each step refuses."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.briefs import afterwards, deciding, gathering
from assessments.briefs.reading import content_of
from assessments.clauses import standing
from assessments.models import Brief, BriefDocument
from lockin.accounts.roles import Function
from lockin.canonical import digest
from lockin.jobs.models import Job
from lockin.outbox.models import Message
from tests.factories.briefs import agree
from tests.factories.portfolio import make_dependency, make_workload

pytestmark = pytest.mark.django_db


def decide(brief, by, now, decision="renegotiate", words="Three clauses first."):
    return deciding.decide(brief=brief, decision=decision, words=words, by=by, now=now)


class TestOpening:
    def test_one_click_builds_it_from_the_contract(self, draft, contract):
        content = content_of(draft)
        assert content["about"]["contract"] == contract.name
        assert [ask["code"] for ask in content["asks"] if ask["included"]]

    def test_two_clicks_build_one(self, draft, contract, chair, now):
        again = deciding.open_brief(contract=contract, by=chair, now=now)
        assert again == draft
        assert Brief.objects.count() == 1

    def test_an_archived_contract_has_none(self, contract, chair, now):
        contract.archived_at = now
        contract.save()
        with pytest.raises(deciding.UnableToAct, match="archived"):
            deciding.open_brief(contract=contract, by=chair, now=now)

    def test_an_unread_contract_asks_for_every_clause(self, draft):
        assert {ask["status"] for ask in content_of(draft)["asks"]} == {"missing"}

    def test_its_queries_do_not_grow_with_the_workloads(self, contract, organisation, owner, today):
        with CaptureQueriesContext(
            connection,
        ) as few:
            gathering.facts_of(contract, on=today)
        model = contract.dependencies.first().model
        for number in range(12):
            more = make_workload(organisation, f"More work {number}", owner=owner)
            make_dependency(more, model=model, contract=contract)
        with CaptureQueriesContext(connection) as many:
            gathering.facts_of(contract, on=today)
        assert len(many) == len(few)


class TestEditing:
    def test_a_stale_save_is_refused_and_says_by_whom(self, draft, chair, council, now):
        legal = council[Function.LEGAL]
        deciding.edit(
            brief=draft, changes={"opening": "Good morning."}, version=1, by=legal, now=now
        )
        with pytest.raises(deciding.UnableToSave, match=legal.name):
            deciding.edit(brief=draft, changes={"opening": "Hello."}, version=1, by=chair, now=now)
        draft.refresh_from_db()
        assert content_of(draft)["opening"]["text"] == "Good morning."

    def test_newer_figures_keep_the_words(self, draft, contract, chair, now):
        deciding.edit(
            brief=draft, changes={"walk_away": "Above 1.2m."}, version=1, by=chair, now=now
        )
        contract.annual_value_minor = contract.value_now_minor = 999_000_00
        contract.save()
        later = now + timedelta(days=3)
        found = deciding.rebuild(brief=draft, version=2, by=chair, now=later)
        content = content_of(found)
        assert content["walk_away"]["text"] == "Above 1.2m."
        assert content["figures"][0]["value"] == "$999k"

    def test_before_the_council_nothing_is_edited(self, sent, chair, now):
        with pytest.raises(deciding.UnableToAct, match="Take it back"):
            deciding.edit(
                brief=sent, changes={"opening": "x"}, version=sent.version, by=chair, now=now
            )


class TestCouncil:
    def test_everybody_else_of_the_council_is_told_once(self, sent, council, chair):
        told = Message.objects.filter(key__startswith=f"brief:{sent.pk}:")
        assert {row.to_id for row in told} == {
            user.pk for user in council.values() if user.pk != chair.pk
        }

    def test_one_speaks_only_for_the_function_held(self, sent, council, now):
        with pytest.raises(deciding.UnableToAct, match="do not hold"):
            deciding.give_opinion(
                brief=sent,
                function="finance",
                agrees=True,
                words="",
                by=council[Function.LEGAL],
                now=now,
            )

    def test_who_disagrees_says_why(self, sent, council, now):
        with pytest.raises(deciding.UnableToAct, match="Say why"):
            deciding.give_opinion(
                brief=sent,
                function="legal",
                agrees=False,
                words=" ",
                by=council[Function.LEGAL],
                now=now,
            )

    def test_it_is_not_decided_before_two_others_agree(self, sent, council, chair, now):
        agree(sent, council=council, functions="legal", now=now)
        with pytest.raises(deciding.UnableToAct, match="1 more function must agree"):
            decide(sent, chair, now)

    def test_the_senders_own_word_does_not_count_among_the_two(self, sent, council, chair, now):
        agree(sent, council=council, functions="it legal", now=now)
        with pytest.raises(deciding.UnableToAct, match="besides"):
            decide(sent, chair, now)

    def test_only_the_chair_puts_the_decision_down(self, sent, council, now):
        agree(sent, council=council, functions="legal security", now=now)
        with pytest.raises(deciding.UnableToAct, match="chair"):
            decide(sent, council[Function.LEGAL], now)

    def test_a_word_is_about_what_was_read(self, sent, council, chair, now):
        agree(sent, council=council, functions="legal security", now=now)
        deciding.take_back(brief=sent, reason="A figure was wrong.", by=chair, now=now)
        sent.refresh_from_db()
        deciding.edit(
            brief=sent, changes={"opening": "Anew."}, version=sent.version, by=chair, now=now
        )
        sent.refresh_from_db()
        again = deciding.send(brief=sent, version=sent.version, by=chair, now=now)
        assert deciding.lacks(again).startswith("2 more functions")


@pytest.fixture
def decided(sent, council, chair, now):
    agree(sent, council=council, functions="legal security", now=now)
    deciding.give_opinion(
        brief=sent,
        function="finance",
        agrees=False,
        words="Too dear.",
        by=council[Function.FINANCE],
        now=now,
    )
    return decide(sent, chair, now)


class TestDecision:
    def test_the_frozen_body_is_what_its_hash_says(self, decided):
        assert digest(decided.body) == decided.sha256
        assert digest(decided.vendor_body) == decided.vendor_sha256

    def test_dissent_is_frozen_with_it(self, decided):
        words = {row["function"]: row for row in json.loads(decided.body)["opinions"]}
        assert words["finance"]["words"] == "Too dear."
        assert words["finance"]["agrees"] is False

    def test_the_contract_carries_the_decision(self, decided, contract):
        contract.refresh_from_db()
        assert contract.decision == "renegotiate"

    def test_both_documents_are_asked_for(self, decided):
        assert {row.audience for row in decided.documents.all()} == {"internal", "vendor"}
        assert Job.objects.filter(kind="brief").count() == 2

    def test_the_database_refuses_to_change_it(self, decided):
        with pytest.raises(DatabaseError), transaction.atomic():
            Brief.objects.filter(pk=decided.pk).update(body="{}")
        with pytest.raises(DatabaseError), transaction.atomic():
            Brief.objects.filter(pk=decided.pk).update(decision_words="Otherwise")

    def test_later_facts_leave_it_as_it_was(self, decided, contract):
        before = content_of(decided)
        contract.name = "Renamed"
        contract.save()
        decided.refresh_from_db()
        assert content_of(decided) == before

    def test_it_is_decided_once(self, decided, chair, now):
        with pytest.raises(deciding.UnableToAct, match="not before the council"):
            decide(decided, chair, now, decision="leave")

    def test_the_next_brief_has_the_next_number(self, decided, contract, chair, now):
        assert deciding.open_brief(contract=contract, by=chair, now=now).number == 2


class TestDropping:
    def test_it_says_why_and_stays(self, draft, chair, now):
        with pytest.raises(deciding.UnableToAct, match="Say why"):
            deciding.drop(brief=draft, reason="", by=chair, now=now)
        found = deciding.drop(brief=draft, reason="Merged into the frame.", by=chair, now=now)
        assert (found.state, found.dropped_reason) == ("dropped", "Merged into the frame.")


class TestAfterwards:
    def ask_key(self, brief):
        return next(ask["key"] for ask in content_of(brief)["asks"] if ask["included"])

    def put_down(self, brief, by, now, **given):
        values = {"ask_key": self.ask_key(brief), "result": "refused", "words": "They said no."}
        return afterwards.put_down(brief=brief, by=by, now=now, **{**values, **given})

    def test_nothing_came_of_it_before_the_decision(self, sent, chair, now):
        with pytest.raises(afterwards.UnableToPutDown, match="follows the decision"):
            self.put_down(sent, chair, now, objection_key="other")

    def test_a_refusal_names_its_objection(self, decided, chair, now):
        with pytest.raises(afterwards.UnableToPutDown, match="objection"):
            self.put_down(decided, chair, now)

    def test_a_refusal_stands_with_the_contracts_clause(self, decided, contract, chair, now, today):
        key = self.ask_key(decided)
        (objection, _), *_ = afterwards.objections_for(decided, ask_key=key)
        self.put_down(decided, chair, now, objection_key=objection)
        found = standing.of_contract(contract, on=today).by_key[key]
        assert found.status == "refused"
        assert found.row.objection_words == "They said no."

    def test_what_was_obtained_is_kept_without_judging_the_paper(
        self, decided, contract, chair, now, today
    ):
        self.put_down(decided, chair, now, result="obtained", words="In the order form.")
        found = standing.of_contract(contract, on=today).by_key[self.ask_key(decided)]
        assert found.row is None


class TestDocumentsAreRows:
    def test_asking_twice_for_the_same_state_is_one(self, draft, chair, now):
        from assessments.briefs import publishing

        for _ in range(2):
            publishing.ask(brief=draft, audience="vendor", by=chair, now=now)
        assert BriefDocument.objects.count() == 1
