"""The calendar feed: read by a calendar library, as the person's own program would read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from lockin.accounts.models import RoleGrant
from lockin.people import changes
from lockin.reminders import arming, links
from lockin.reminders.feed import feed
from lockin.reminders.models import CalendarToken, Deadline
from lockin.trail.models import Event
from tests.factories.audits import open_audit
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_service,
    make_vendor,
    make_workload,
)
from vendors.portfolio import contracts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch, now):
    monkeypatch.setattr("lockin.reminders.views.timezone.now", lambda: now)


@pytest.fixture
def contract(organisation, owner):
    """Its last day for notice is Wed 2 Dec 2026, its term ends on Sun 31 Jan 2027."""
    return make_contract(make_vendor(organisation), owner=owner)


def arm(organisation, now) -> None:
    arming.arm_all(organisation=organisation, on=organisation.day_of(now), now=now)


def fetch(secret: str, **headers: str):
    return Client().get(reverse("reminders:calendar", args=[secret]), headers=headers)


def events(content: bytes) -> dict[str, object]:
    found = Calendar.from_ical(content).walk("VEVENT")
    return {str(event["UID"]): event for event in found}


def titles(content: bytes) -> list[str]:
    return [str(event["SUMMARY"]) for event in events(content).values()]


def feed_of(person, now) -> bytes:
    _, secret = links.make(person=person, now=now)
    answer = fetch(secret)
    assert answer.status_code == 200
    return answer.content


class TestWhatItSays:
    def test_it_holds_the_days_of_a_contract_as_whole_days(
        self, organisation, contract, owner, now
    ):
        arm(organisation, now)
        found = events(feed_of(owner, now))
        by_kind = {uid.split("@")[0]: event for uid, event in found.items()}

        notice = by_kind[f"contract-{contract.pk}-notice"]
        assert notice["DTSTART"].dt == date(2026, 12, 2)
        assert notice["DTEND"].dt == date(2026, 12, 3)
        assert str(notice["SUMMARY"]).startswith("OpenAI agreement: last day for notice")
        assert "Notice must have arrived by Wed 2 Dec 2026" in str(notice["DESCRIPTION"])
        assert str(notice["URL"]).endswith(f"/contracts/{contract.pk}/")
        assert {
            kind: by_kind[f"contract-{contract.pk}-{kind}"]["DTSTART"].dt
            for kind in ("renewal", "brief", "alternatives")
        } == {
            "renewal": date(2027, 1, 31),
            "brief": date(2026, 11, 2),
            "alternatives": date(2026, 9, 3),
        }

    def test_it_holds_audits_answers_and_responses(self, organisation, owner, chair, now):
        from tests.factories.audits import publish_questionnaire

        publish_questionnaire(organisation, now=now - timedelta(days=300))
        make_workload(organisation, owner=owner)
        open_audit(organisation, now=now)
        arm(organisation, now)

        assert any("answers of the assessment" in title for title in titles(feed_of(owner, now)))
        council = titles(feed_of(chair, now))
        assert any("report due" in title for title in council)
        assert not any("answers of" in title for title in council)

    def test_its_bytes_are_the_same_each_time(self, organisation, contract, owner, now):
        arm(organisation, now)
        token, _ = links.make(person=owner, now=now)
        absolute = "https://lockin.example{}".format
        first = feed(token, now=now, absolute=absolute)
        arm(organisation, now + timedelta(days=1))
        assert feed(token, now=now + timedelta(days=2), absolute=absolute) == first

    def test_lines_are_folded_and_end_as_the_format_asks(self, organisation, owner, now):
        make_contract(make_vendor(organisation), "Ærø 東京 " * 20, owner=owner)
        arm(organisation, now)
        content = feed_of(owner, now)
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert max(len(line) for line in content.split(b"\r\n")) <= 75

    def test_no_amount_stands_in_it(self, organisation, contract, owner, chair, now):
        arm(organisation, now)
        for person in (owner, chair):
            content = feed_of(person, now)
            assert b"1200000" not in content.replace(b",", b"")
            assert b"USD" not in content

    @pytest.mark.parametrize(
        "name",
        [
            "Claims\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:EMAIL",
            "a;b,c\\n\\d:e\"f'g",
            "<script>alert(1)</script>",
            '=HYPERLINK("x")\x00\x07',
            "\u202egnp.exe\u2028ATTENDEE:mailto:x@y",
        ],
        ids=["line breaks", "separators", "markup", "control signs", "turned direction"],
    )
    def test_a_name_is_never_more_than_a_name(self, organisation, owner, now, name):
        contract = make_contract(
            make_vendor(organisation), name.replace("\x00", ""), key="hostile", owner=owner
        )
        arm(organisation, now)

        calendar = Calendar.from_ical(feed_of(owner, now))

        assert {component.name for component in calendar.walk()} == {"VCALENDAR", "VEVENT"}
        event = next(
            event
            for event in calendar.walk("VEVENT")
            if str(event["UID"]).startswith(f"contract-{contract.pk}-renewal")
        )
        title = str(event["SUMMARY"])
        assert not set(title) & set("\r\n\x00\x07\u202e\u2028")
        assert "ATTENDEE" not in event
        assert "ACTION" not in event


class TestMoves:
    def test_a_moved_day_keeps_its_name_and_raises_the_sequence(
        self, organisation, contract, owner, chair, now
    ):
        arm(organisation, now)
        uid = next(uid for uid in events(feed_of(owner, now)) if "-notice@" in uid)
        before = events(feed_of(owner, now))[uid]
        later = now + timedelta(hours=3)

        contracts.edit(contract=contract, values={"notice_value": 65}, by=chair, now=later)

        after = events(feed_of(owner, now))[uid]
        assert (before["DTSTART"].dt, before["SEQUENCE"]) == (date(2026, 12, 2), 0)
        assert (after["DTSTART"].dt, after["SEQUENCE"]) == (date(2026, 11, 27), 1)
        assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt == later
        assert before["LAST-MODIFIED"].dt == now

    def test_what_is_settled_leaves_it(self, organisation, contract, owner, chair, now):
        arm(organisation, now)
        contracts.decide(contract=contract, decision="renew", by=chair, now=now)
        assert [title.rpartition(": ")[2] for title in titles(feed_of(owner, now))] == [
            "last day of the term, then it renews itself"
        ]

    def test_a_program_that_has_it_already_is_told_so(self, organisation, contract, owner, now):
        arm(organisation, now)
        _, secret = links.make(person=owner, now=now)
        first = fetch(secret)
        again = fetch(secret, if_none_match=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")


class TestWhoSeesWhat:
    def test_an_owner_sees_own_contracts_and_those_of_own_workloads(
        self, organisation, contract, other_owner, now
    ):
        vendor = make_vendor(organisation, "Cohere")
        theirs = make_contract(vendor)
        workload = make_workload(organisation, owner=other_owner)
        make_dependency(workload, service=make_service(vendor), contract=theirs)
        arm(organisation, now)

        assert {title.split(":")[0] for title in titles(feed_of(other_owner, now))} == {
            "Cohere agreement"
        }

    def test_each_role_sees_what_its_pages_show(
        self, organisation, contract, chair, analyst, auditor, administrator, now
    ):
        arm(organisation, now)
        seen = {
            person.name: any("OpenAI" in title for title in titles(feed_of(person, now)))
            for person in (chair, analyst, auditor, administrator)
        }
        assert seen == {
            chair.name: True,
            analyst.name: True,
            auditor.name: True,
            administrator.name: False,
        }

    def test_a_role_that_ends_empties_it(self, organisation, contract, chair, now):
        arm(organisation, now)
        _, secret = links.make(person=chair, now=now)
        RoleGrant.objects.filter(user=chair).update(ended_at=now)
        assert titles(fetch(secret).content) == []

    def test_another_organisation_stands_apart(self, contract, organisation, now):
        from lockin.accounts.roles import Function, Role
        from tests.factories.people import make_organisation, make_user

        other = make_organisation("Elsewhere")
        stranger = make_user(other, "Ana", roles=[(Role.COUNCIL, Function.IT)], is_chair=True)
        arm(organisation, now)
        assert titles(feed_of(stranger, now)) == []


class TestTheLink:
    def test_it_is_kept_as_a_hash_and_the_log_does_not_hold_it(self, owner, now):
        token, secret = links.make(person=owner, now=now)
        assert len(secret) >= 43
        assert secret not in str(vars(token))
        event = Event.objects.get(act="calendar-link.made")
        assert secret not in str(vars(event))

    def test_it_is_shown_once(self, client_as, owner):
        client = client_as(owner)
        answer = client.post(reverse("reminders:calendar-make"))
        link = answer.context["link"]
        assert link in answer.content.decode()
        assert Client().get(link).status_code == 200
        assert link not in client.get(reverse("reminders:mine")).content.decode()
        assert "no-store" in answer["Cache-Control"]

    def test_a_new_one_ends_the_one_before(self, owner, now):
        _, first = links.make(person=owner, now=now)
        _, second = links.make(person=owner, now=now)
        assert [fetch(secret).status_code for secret in (first, second)] == [404, 200]
        assert CalendarToken.objects.filter(revoked_at=None).count() == 1

    def test_it_can_be_revoked(self, client_as, owner, now):
        _, secret = links.make(person=owner, now=now)
        client_as(owner).post(reverse("reminders:calendar-revoke"))
        assert fetch(secret).status_code == 404
        assert Event.objects.filter(act="calendar-link.revoked").count() == 1

    def test_it_ends_after_a_year_and_the_calendar_says_so_before(self, owner, now, monkeypatch):
        token, secret = links.make(person=owner, now=now - timedelta(days=340))
        (event,) = events(fetch(secret).content).values()
        assert event["DTSTART"].dt == owner.organisation.day_of(token.expires_at)
        assert "stops today" in str(event["SUMMARY"])

        monkeypatch.setattr("lockin.reminders.views.timezone.now", lambda: now + timedelta(days=26))
        assert fetch(secret).status_code == 404

    def test_a_closed_account_closes_it(self, owner, administrator, now):
        _, secret = links.make(person=owner, now=now)
        changes.close(person=owner, by=administrator, now=now)
        assert fetch(secret).status_code == 404

    @pytest.mark.parametrize("secret", ["x", "a" * 43, "%00", "..%2F..", "é" * 43])
    def test_a_guess_is_a_missing_page(self, db, secret):
        assert Client().get(f"/calendar/{secret}.ics").status_code == 404

    def test_it_opens_nothing_else_and_writes_nothing(self, owner, now):
        _, secret = links.make(person=owner, now=now)
        for method in ("post", "put", "delete"):
            answer = getattr(Client(), method)(reverse("reminders:calendar", args=[secret]))
            assert answer.status_code == 405
        assert Client().get("/reminders/", headers={"authorization": secret}).status_code == 302

    def test_it_goes_through_no_store_on_the_way(self, owner, now):
        _, secret = links.make(person=owner, now=now)
        answer = fetch(secret)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Referrer-Policy"] == "no-referrer"

    def test_its_queries_do_not_grow_with_its_days(
        self, organisation, owner, now, django_assert_max_num_queries
    ):
        vendor = make_vendor(organisation)
        for number in range(50):
            make_contract(vendor, f"Contract {number}", owner=owner)
        arm(organisation, now)
        _, secret = links.make(person=owner, now=now)
        assert Deadline.objects.count() >= 200
        with django_assert_max_num_queries(8):
            fetch(secret)


def test_the_instant_of_a_change_is_whole_seconds_in_utc(organisation, contract, owner):
    moment = datetime(2026, 11, 23, 9, 0, 1, 999999, tzinfo=UTC)
    arm(organisation, moment)
    token, _ = links.make(person=owner, now=moment)
    content = feed(token, now=moment, absolute=str)
    assert b"DTSTAMP:20261123T090001Z" in content
