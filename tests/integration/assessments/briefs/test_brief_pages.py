"""The pages of renewals: what each says in each state, and what every act refuses."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from assessments.briefs import deciding
from assessments.briefs.reading import content_of
from assessments.models import Brief, BriefOpinion
from lockin.accounts.roles import Function
from tests.conftest import NOW
from tests.factories.briefs import agree
from tests.integration.assessments.views.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def at(name, *args):
    return reverse(f"assessments:{name}", args=args)


def first_ask(brief):
    return next(ask["key"] for ask in content_of(brief)["asks"] if ask["included"])


def sent_hash(brief):
    brief.refresh_from_db()
    return brief.sent_sha256


class TestRenewals:
    def test_the_list_says_what_is_next_and_offers_its_brief(self, client_as, chair, contract):
        text = text_of(client_as(chair).get(at("renewal-list")))
        assert f"{contract.name} is next" in text
        assert "Prepare renewal brief" in text

    def test_an_auditor_reads_it_without_the_button(self, client_as, auditor, contract):
        text = text_of(client_as(auditor).get(at("renewal-list")))
        assert contract.name in text
        assert "Prepare" not in text

    def test_without_contracts_it_says_so(self, client_as, chair):
        assert "Nothing renews within a year." in text_of(client_as(chair).get(at("renewal-list")))


class TestBrief:
    def test_one_click_leads_to_it(self, client_as, chair, contract):
        answer = client_as(chair).post(at("brief-open", contract.pk))
        assert answer.url == at("brief-detail", Brief.objects.get().pk)

    def test_the_page_shows_asks_replies_dates_and_what_is_not_reckoned(
        self, client_as, chair, draft
    ):
        text = text_of(client_as(chair).get(at("brief-detail", draft.pk)))
        for words in (
            "What to ask for",
            "What they may say",
            "We walk away when",
            "not yet reckoned",
        ):
            assert words in text

    def test_an_owner_is_told_of_none(self, client_as, owner, draft):
        assert client_as(owner).get(at("brief-detail", draft.pk)).status_code == 404

    def test_the_words_are_saved_and_shown(self, client_as, chair, draft):
        client = client_as(chair)
        page = at("brief-texts", draft.pk)
        given = {name: "" for name in ("decision", "batna", "limits")}
        given |= {"opening": "Good morning.", "walk_away": "Above 1.2m.", "version": "1"}
        text = text_of(client.post(page, given, follow=True))
        assert "Good morning." in text
        assert "Above 1.2m." in text

    def test_a_stale_save_keeps_what_was_typed(self, client_as, chair, council, draft, now):
        deciding.edit(
            brief=draft,
            changes={"opening": "First."},
            version=1,
            by=council[Function.LEGAL],
            now=now,
        )
        answer = client_as(chair).post(
            at("brief-texts", draft.pk), {"opening": "Second.", "version": "1"}
        )
        assert answer.status_code == 400
        assert "Second." in text_of(answer)
        assert "changed this brief meanwhile" in text_of(answer)

    def test_an_ask_is_left_out(self, client_as, chair, draft):
        key = first_ask(draft)
        page = at("brief-ask", draft.pk, key)
        client_as(chair).post(
            page, {"title": "Data", "place": "1", "request": "All of it", "version": "1"}
        )
        draft.refresh_from_db()
        ask = next(row for row in content_of(draft)["asks"] if row["key"] == key)
        assert not ask["included"]

    def test_an_ask_of_our_own_is_added(self, client_as, chair, draft):
        client = client_as(chair)
        page = client.get(at("brief-ask", draft.pk, "new")).url
        given = {"title": "No renewal by itself", "included": "on", "place": "1"}
        client.post(page, {**given, "request": "A renewal needs our signature", "version": "1"})
        draft.refresh_from_db()
        assert "No renewal by itself" in [ask["title"] for ask in content_of(draft)["asks"]]

    @pytest.mark.parametrize("part", ["gives", "objections"])
    def test_rows_are_edited(self, client_as, chair, draft, part):
        first = {"gives": "title", "objections": "they_say"}[part]
        given = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "version": "1"}
        client_as(chair).post(
            at("brief-rows", draft.pk, part), {**given, f"form-0-{first}": "Mine"}
        )
        draft.refresh_from_db()
        assert [row[first] for row in content_of(draft)[part]] == ["Mine"]

    @pytest.mark.parametrize("version", ["", "x", "99999999999999999999", "-1"])
    def test_a_form_with_a_broken_version_changes_nothing(self, client_as, chair, draft, version):
        client_as(chair).post(at("brief-send", draft.pk), {"version": version})
        draft.refresh_from_db()
        assert draft.state == Brief.State.DRAFT


class TestTwoAtOnce:
    def test_a_word_on_a_content_that_was_replaced_meanwhile_is_refused(
        self, client_as, chair, council, sent, now
    ):
        legal = client_as(council[Function.LEGAL])
        page = legal.get(at("brief-opinion", sent.pk)).content.decode()
        seen = sent.sent_sha256
        assert seen in page
        back = deciding.take_back(brief=sent, reason="A slip.", by=chair, now=now)
        other = deciding.edit(
            brief=back, changes={"walk_away": "Never."}, version=back.version, by=chair, now=now
        )
        deciding.send(brief=other, version=other.version, by=chair, now=now)

        answer = legal.post(
            at("brief-opinion", sent.pk),
            {"function": "legal", "agrees": "yes", "words": "", "seen": seen},
        )

        assert "changed since you looked at it" in text_of(answer)
        assert not BriefOpinion.objects.exists()

    @pytest.mark.parametrize("seen", [None, "", "0" * 64])
    def test_nobody_decides_on_a_content_that_was_not_seen(
        self, client_as, chair, council, sent, now, seen
    ):
        agree(sent, council=council, functions="legal security", now=now)
        typed = {"decision": "leave", "words": ""} | ({} if seen is None else {"seen": seen})

        answer = client_as(chair).post(at("brief-decide", sent.pk), typed)

        assert answer.status_code == 400
        sent.refresh_from_db()
        assert sent.state == Brief.State.COUNCIL

    def test_an_ask_is_added_beside_those_that_newer_figures_left(
        self, client_as, chair, draft, now
    ):
        asks = len(content_of(draft)["asks"])
        added = deciding.edit(
            brief=draft,
            changes={"asks": {f"own-{asks + 1}": {"title": "Ours", "request": "It"}}},
            version=draft.version,
            by=chair,
            now=now,
        )
        added.built = {**added.built, "asks": added.built["asks"][:-1]}
        added.save()

        answer = client_as(chair).get(at("brief-ask", draft.pk, "new"), follow=True)

        assert "Add an ask" in text_of(answer)


class TestCouncil:
    def test_each_step_offers_the_next(self, client_as, chair, council, draft, now):
        nadia, legal = client_as(chair), client_as(council[Function.LEGAL])
        nadia.post(at("brief-send", draft.pk), {"version": "1"})
        assert "Say what your function says" in text_of(legal.get(at("brief-detail", draft.pk)))
        legal.post(
            at("brief-opinion", draft.pk),
            {"function": "legal", "agrees": "yes", "words": "", "seen": sent_hash(draft)},
        )
        draft.refresh_from_db()
        agree(draft, council=council, functions="security", now=now)
        assert "Put down the decision" in text_of(nadia.get(at("brief-detail", draft.pk)))
        nadia.post(
            at("brief-decide", draft.pk),
            {"decision": "leave", "words": "Enough.", "seen": draft.sent_sha256},
        )
        draft.refresh_from_db()
        assert (draft.state, draft.decision) == ("decided", "leave")
        page = text_of(nadia.get(at("brief-detail", draft.pk)))
        assert "Frozen at the decision" in page
        assert nadia.get(at("brief-record", draft.pk)).content.decode() == draft.body
        refused = nadia.post(
            at("brief-outcome", draft.pk, first_ask(draft)),
            {"result": "refused", "words": "No.", "objection": ""},
        )
        assert "Choose the objection" in text_of(refused)
        nadia.post(
            at("brief-outcome", draft.pk, first_ask(draft)),
            {"result": "obtained", "words": "In the order form.", "objection": ""},
        )
        assert "What came of it" in text_of(nadia.get(at("brief-detail", draft.pk)))

    def test_it_is_taken_back_with_a_reason(self, client_as, chair, sent):
        client_as(chair).post(at("brief-take-back", sent.pk), {"reason": "A figure was wrong."})
        sent.refresh_from_db()
        assert sent.state == Brief.State.DRAFT

    def test_it_is_dropped_with_a_reason(self, client_as, chair, sent):
        client_as(chair).post(at("brief-drop", sent.pk), {"reason": "Merged."})
        text = text_of(client_as(chair).get(at("brief-detail", sent.pk)))
        assert "Dropped." in text
        assert "Merged." in text


class TestDocuments:
    def test_a_pdf_is_asked_for_and_said_to_be_made(self, client_as, chair, draft):
        client = client_as(chair)
        client.post(at("brief-print", draft.pk, "vendor"))
        text = text_of(client.get(at("brief-documents", draft.pk)))
        assert "For the vendor: being made" in text
        assert "hx-get" in text

    def test_a_pdf_that_is_not_made_cannot_be_fetched(self, client_as, chair, draft):
        client = client_as(chair)
        client.post(at("brief-print", draft.pk, "vendor"))
        document = draft.documents.get()
        assert client.get(at("brief-download", draft.pk, document.pk)).status_code == 404

    def test_there_is_no_frozen_record_before_the_decision(self, client_as, chair, draft):
        assert client_as(chair).get(at("brief-record", draft.pk)).status_code == 404


def test_a_decided_renewal_leads_to_its_brief_and_offers_no_second(
    client_as, chair, council, sent, contract, now
):
    agree(sent, council=council, functions="legal security", now=now)
    deciding.decide(brief=sent, decision="renew", words="", by=chair, now=now)
    text = text_of(client_as(chair).get(at("renewal-list")))
    assert at("brief-detail", sent.pk) in text
    assert at("brief-open", contract.pk) not in text
