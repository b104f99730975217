"""A person's page of reminders, My work, the weekly digest, and what Health says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from assessments import tasks
from lockin import health
from lockin.jobs.models import Job
from lockin.outbox import choosing
from lockin.outbox.models import MailChoice, Message
from lockin.outbox.sending import send_due, tell
from lockin.reminders import arming, digests
from lockin.reminders.sending import send_due as send_reminders
from tests.factories.portfolio import make_contract, make_vendor

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def contract(organisation, owner, chair):
    """Its last day for notice is Wed 2 Dec 2026."""
    contract = make_contract(make_vendor(organisation), owner=owner)
    day = date(2026, 11, 18)
    for on in (day, day + timedelta(days=5)):
        now = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
        arming.arm_all(organisation=organisation, on=on, now=now)
        send_reminders(organisation=organisation, now=now)
    return contract


@pytest.fixture
def _monday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)


@pytest.mark.usefixtures("_monday")
class TestPages:
    def test_my_work_lists_what_one_was_reminded_of(self, client_as, contract, owner, other_owner):
        mine = client_as(owner).get(reverse("assessments:my-work"))
        assert "OpenAI agreement: last day for notice" in mine.content.decode()
        others = client_as(other_owner).get(reverse("assessments:my-work"))
        assert "OpenAI" not in others.content.decode()

    def test_the_page_lists_what_stands_and_what_comes(self, client_as, contract, owner):
        page = client_as(owner).get(reverse("reminders:mine")).content.decode()
        assert "OpenAI agreement: last day for notice" in page
        assert "last day of the term" in page

    def test_the_choice_is_kept(self, client_as, owner):
        client = client_as(owner)
        client.post(reverse("reminders:mail"), {"choice": "weekly"})
        assert choosing.choice_of(owner) == MailChoice.Choice.WEEKLY
        client.post(reverse("reminders:mail"), {"choice": "hourly"})
        assert choosing.choice_of(owner) == MailChoice.Choice.WEEKLY

    def test_the_chairs_reminders_say_why_they_came(self, client_as, contract, chair):
        page = client_as(chair).get(reverse("reminders:mine")).content.decode()
        assert "Nobody has acted" in page
        assert "as chair" in page

    def test_queries_do_not_grow_with_contracts(
        self, client_as, organisation, owner, django_assert_max_num_queries
    ):
        vendor = make_vendor(organisation)
        for number in range(30):
            make_contract(vendor, f"Contract {number}", owner=owner)
        on = MONDAY.date()
        arming.arm_all(organisation=organisation, on=on, now=MONDAY)
        send_reminders(organisation=organisation, now=MONDAY)
        client = client_as(owner)
        with django_assert_max_num_queries(20):
            client.get(reverse("reminders:mine"))


class TestDigest:
    @pytest.fixture
    def reader(self, contract, owner):
        choosing.choose(person=owner, choice=MailChoice.Choice.WEEKLY, now=MONDAY)
        return owner

    def test_it_says_what_comes_and_what_is_new_and_goes_once_a_week(
        self, organisation, reader, mailoutbox
    ):
        tell(to=[reader], key="k", subject="Your answer was returned", now=MONDAY)
        for hour in range(3):
            digests.send(
                organisation=organisation,
                period="2026-W48",
                now=MONDAY + timedelta(hours=hour),
            )
        send_due(now=MONDAY + timedelta(hours=3))

        (mail,) = [mail for mail in mailoutbox if mail.subject.startswith("Lockin, ")]
        assert mail.to == [reader.email]
        assert mail.subject == "Lockin, the week of Mon 23 Nov 2026"
        assert "- Wed 2 Dec 2026, in 9 days: OpenAI agreement: last day for notice" in mail.body
        assert "- Your answer was returned" in mail.body

    def test_the_next_one_tells_only_what_came_since(self, organisation, reader):
        tell(to=[reader], key="old", subject="Old news", now=MONDAY - timedelta(hours=1))
        digests.send(organisation=organisation, period="2026-W48", now=MONDAY)
        next_week = MONDAY + timedelta(days=7)
        tell(to=[reader], key="new", subject="New news", now=next_week - timedelta(days=1))

        text = digests.digest_of(reader, on=next_week.date(), now=next_week)

        assert "New news" in text
        assert "Old news" not in text

    def test_it_is_mail_alone(self, organisation, reader):
        digests.send(organisation=organisation, period="2026-W48", now=MONDAY)
        assert Message.objects.filter(key="digest:2026-W48").count() == 1
        assert not Message.objects.for_user(reader).filter(key__startswith="digest").exists()

    def test_nothing_to_say_is_not_said(self, organisation, other_owner):
        choosing.choose(person=other_owner, choice=MailChoice.Choice.BOTH, now=MONDAY)
        assert digests.send(organisation=organisation, period="2026-W48", now=MONDAY) == 0

    @pytest.mark.parametrize(
        ("zone", "instant", "period"),
        [
            ("UTC", datetime(2026, 11, 23, 6, 59, tzinfo=UTC), None),
            ("UTC", datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "2026-W48"),
            ("America/New_York", datetime(2026, 11, 23, 11, 59, tzinfo=UTC), None),
            ("America/New_York", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "2026-W48"),
            ("Asia/Tokyo", datetime(2026, 11, 22, 22, 0, tzinfo=UTC), "2026-W48"),
            ("UTC", datetime(2026, 11, 29, 23, 0, tzinfo=UTC), "2026-W48"),
            ("UTC", datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "2026-W53"),
        ],
        ids=[
            *("before the morning", "in the morning", "night in New York"),
            *("morning in New York", "morning in Tokyo", "a Monday lost", "over New Year"),
        ],
    )
    def test_it_is_due_from_monday_morning_on(self, organisation, reader, zone, instant, period):
        organisation.time_zone = zone
        organisation.save()
        assert digests.period_due(organisation, now=instant) == period

    def test_the_clock_asks_for_it_once_a_week(self, organisation, reader, monkeypatch):
        monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)
        for hour in (0, 1, 24, 7 * 24):
            instant = MONDAY + timedelta(hours=hour)
            monkeypatch.setattr(tasks.timezone, "now", lambda instant=instant: instant)
            tasks.tick()
        asked = Job.objects.filter(kind="digest").order_by("period")
        assert [job.period for job in asked] == ["2026-W48", "2026-W49"]


class TestHealth:
    def part(self, name: str, now: datetime) -> health.Part:
        return next(part for part in health.parts(now=now) if part.name == name)

    def test_a_reminder_nobody_sends_shows(self, organisation, contract):
        assert self.part("reminders", MONDAY).well
        late = self.part("reminders", MONDAY + timedelta(days=5))
        assert not late.well
        assert late.seen_at.date() == date(2026, 11, 25)

    def test_mail_that_waits_shows(self, owner):
        tell(to=[owner], key="k", subject="Hello", now=MONDAY)
        assert self.part("mail", MONDAY + timedelta(minutes=5)).well
        assert not self.part("mail", MONDAY + timedelta(minutes=30)).well

    def test_refused_and_unanswered_mail_is_told(self, owner):
        tell(to=[owner], key="a", subject="Hello", now=MONDAY)
        tell(to=[owner], key="b", subject="Hello", now=MONDAY)
        Message.objects.filter(key="a").update(failed_at=MONDAY, error="550 No such user")
        Message.objects.filter(key="b").update(attempts=1, handed_at=MONDAY)
        words = self.part("mail", MONDAY + timedelta(minutes=30)).words
        assert "1 refused by the mail server." in words
        assert "1 handed over, and no answer came" in words
