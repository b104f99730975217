"""Reminders of a contract's days: each is sent once, whatever stood still or moved meanwhile.

The contract of these tests ends on 31 Jan 2027 with 60 days' notice, so its last day for notice
is Wed 2 Dec 2026. Ninety days before it alternatives are tested, thirty before it the brief is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments import tasks
from lockin.accounts.models import RoleGrant
from lockin.jobs.models import Job
from lockin.outbox.models import Message
from lockin.reminders import arming
from lockin.reminders.models import Deadline, Reminder
from lockin.reminders.sending import send_due
from lockin.reminders.standing import of_subject, reminded
from lockin.trail.models import Event
from tests.factories.people import make_organisation
from tests.factories.portfolio import make_contract, make_vendor
from tests.mail_server import Mailbox, serving
from vendors import reminding
from vendors.models import Contract
from vendors.portfolio import amendments, contracts

pytestmark = pytest.mark.django_db

LAST = date(2026, 12, 2)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def arm(organisation, day: date) -> None:
    arming.arm_all(organisation=organisation, on=day, now=at(day))


def send(organisation, day: date) -> int:
    return send_due(organisation=organisation, now=at(day))


def days_until(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def live_through(organisation, first: date, last: date) -> None:
    """Let every day's clock tick: arm at night, send in the day."""
    for day in days_until(first, last):
        arm(organisation, day)
        send(organisation, day)


def told(who) -> list[tuple[date, str]]:
    rows = Message.objects.filter(to=who, key__startswith="reminder:").order_by("created_at", "pk")
    return [(row.created_at.date(), row.subject) for row in rows]


@pytest.fixture
def contract(organisation, owner, chair) -> Contract:
    return make_contract(make_vendor(organisation), owner=owner)


class TestALife:
    """Nobody does anything, and the clock ticks every day."""

    @pytest.fixture
    def lived(self, organisation, contract) -> None:
        live_through(organisation, date(2026, 8, 3), date(2026, 12, 5))

    def test_its_owner_hears_on_each_lead_day_and_once(self, lived, owner):
        # Alternatives 30 days before 3 Sep and on it, where the decision has 90 days left;
        # the brief 14 days before 2 Nov and on it, where the decision has 30 days left.
        assert [day for day, _ in told(owner)] == [
            date(2026, 8, 4),
            date(2026, 9, 3),
            date(2026, 10, 3),
            date(2026, 10, 19),
            date(2026, 11, 2),
            date(2026, 11, 18),
            date(2026, 11, 25),
            date(2026, 11, 29),
            date(2026, 12, 1),
            date(2026, 12, 2),
            date(2026, 12, 3),
        ]

    def test_the_chair_hears_that_nobody_has_acted(self, lived, chair):
        assert [day for day, _ in told(chair)] == [
            date(2026, 11, 22),
            date(2026, 11, 30),
            date(2026, 12, 3),
        ]
        first = Message.objects.filter(to=chair).earliest("created_at")
        assert first.subject.startswith("Nobody has acted: OpenAI agreement")
        assert "the last reminder went out on Wed 18 Nov 2026" in first.body

    def test_an_escalation_names_what_nobody_acted_on(self, lived, owner):
        escalated = Reminder.objects.filter(is_escalation=True).earliest("due_on")
        assert escalated.escalated_from.recipient == f"user:{owner.pk}"
        assert escalated.escalated_from.due_on == date(2026, 11, 18)

    def test_the_log_keeps_that_they_were_reminded(self, lived):
        assert Event.objects.filter(act="reminder.escalated").count() == 3
        event = Event.objects.filter(act="reminder.sent").latest("sequence")
        assert (event.after["to"], event.after["deadline_on"]) == (["Priya Raman"], "2026-12-02")

    def test_the_words_say_the_day_and_how_far_it_is(self, lived, owner):
        subjects = dict(told(owner))
        assert subjects[date(2026, 11, 18)] == (
            "OpenAI agreement: last day for notice, not decided: Wed 2 Dec 2026, in 14 days"
        )
        assert subjects[date(2026, 12, 2)].endswith("Wed 2 Dec 2026, today")
        assert subjects[date(2026, 12, 3)].startswith(
            "OpenAI agreement: the last day for notice has passed"
        )

    def test_two_of_one_day_come_as_one_message(self, lived, owner):
        message = Message.objects.get(to=owner, created_at=at(date(2026, 11, 2)))
        assert "negotiation brief due: Mon 2 Nov 2026, today" in message.subject
        assert "Due at the same time:\n- OpenAI agreement: last day for notice" in message.body

    def test_its_page_can_tell_every_reminder(self, lived, organisation, contract):
        rows = of_subject(organisation=organisation, kind="contract", subject_id=contract.pk)
        assert all(row.sent_at for row in rows)
        assert rows.filter(folded_into__isnull=True).count() == 14


class TestTenDaysOfSilence:
    """Must show 1: freeze the clock, stop the worker for ten days, start it."""

    @pytest.fixture
    def mailbox(self, settings) -> Iterator[Mailbox]:
        mailbox = Mailbox()
        with serving(mailbox) as port:
            settings.EMAIL_BACKEND = "lockin.outbox.smtp.Backend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
            yield mailbox

    @pytest.fixture
    def clock(self, monkeypatch) -> Callable[[datetime], None]:
        """A clock that stands still until it is set; the jobs it asks for are run at once."""
        monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)

        def tick_at(instant: datetime) -> None:
            monkeypatch.setattr(tasks.timezone, "now", lambda: instant)
            tasks.tick()
            for job in Job.objects.waiting().order_by("pk"):
                tasks.run_job(job_id=job.pk)

        return tick_at

    def test_every_reminder_is_sent_once_and_the_overtaken_come_as_one(
        self, organisation, contract, owner, chair, mailbox, clock
    ):
        clock(at(date(2026, 11, 20)))
        clock(at(date(2026, 11, 20), hour=13))
        mailbox.received.clear()
        waiting = set(Reminder.objects.live().filter(sent_at=None).values_list("pk", flat=True))
        due = {
            row.pk
            for row in Reminder.objects.filter(pk__in=waiting)
            if row.due_on <= date(2026, 11, 30)
        }
        assert [
            row.lead_days for row in Reminder.objects.filter(pk__in=due).order_by("due_on")
        ] == [
            10,
            7,
            3,
            2,
        ]

        back = at(date(2026, 11, 30))
        for minute in range(5):
            clock(back + timedelta(minutes=minute))

        assert set(Reminder.objects.filter(sent_at=back).values_list("pk", flat=True)) == due
        reminders = [
            (message["To"], message.get_content())
            for message in mailbox.received
            if "OpenAI agreement" in message["Subject"] and "renews" in message.get_content()
        ]
        assert sorted(to for to, _ in reminders) == sorted([owner.email, chair.email])
        texts = dict(reminders)
        assert "This reminder was due on Sun 29 Nov 2026." in texts[owner.email]
        assert "told here, and not again" in texts[owner.email]
        assert "(reminder of Wed 25 Nov 2026)" in texts[owner.email]

    def test_ten_days_past_the_day_itself_say_that_it_has_passed(
        self, organisation, contract, owner, mailbox, clock
    ):
        clock(at(date(2026, 11, 27)))
        clock(at(date(2026, 11, 27), hour=13))
        mailbox.received.clear()

        clock(at(date(2026, 12, 7)))

        (text,) = [
            message.get_content()
            for message in mailbox.received
            if message["To"] == owner.email and "agreement" in message["Subject"]
        ]
        assert "No notice was on file by Wed 2 Dec 2026." in text
        for lost in ("Sun 29 Nov", "Tue 1 Dec", "Wed 2 Dec"):
            assert f"(reminder of {lost} 2026)" in text


@pytest.mark.django_db(transaction=True)
class TestTwoClocks:
    def test_eight_ticks_at_once_send_each_reminder_once(
        self, organisation, contract, owner, chair, monkeypatch, settings
    ):
        settings.EMAIL_BACKEND = "lockin.outbox.smtp.Backend"
        monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)
        arm(organisation, date(2026, 11, 20))
        back = at(date(2026, 11, 30))
        monkeypatch.setattr(tasks.timezone, "now", lambda: back)
        mailbox, together = Mailbox(), threading.Barrier(8)

        def fire() -> None:
            try:
                together.wait()
                tasks.tick()
            finally:
                connection.close()

        with serving(mailbox) as port:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
            threads = [threading.Thread(target=fire) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            tasks.tick()

        about = [message for message in mailbox.received if "notice" in message["Subject"]]
        assert sorted(message["To"] for message in about) == sorted([owner.email, chair.email])
        assert Message.objects.filter(key__startswith="reminder:").count() == 2
        assert Event.objects.filter(act__startswith="reminder.").count() == 2

    def test_sending_and_arming_at_once_brings_nothing_twice(
        self, organisation, contract, owner, chair
    ):
        """Four workers send while four others arm the same contract with another name."""
        arm(organisation, date(2026, 11, 20))
        Contract.objects.filter(pk=contract.pk).update(name="The OpenAI agreement")
        day, together = date(2026, 11, 30), threading.Barrier(8)
        failures = []

        def do(act: Callable[[], object]) -> None:
            try:
                together.wait()
                act()
            except (DatabaseError, AssertionError) as error:
                failures.append(error)
            finally:
                connection.close()

        acts: list[Callable[[], object]] = [
            lambda: send(organisation, day),
            lambda: arm(organisation, day),
        ]
        threads = [threading.Thread(target=do, args=(act,)) for act in acts * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        send(organisation, day)

        assert failures == []
        assert Message.objects.filter(key__startswith="reminder:").count() == 2

    def test_a_sender_that_dies_takes_its_marks_back(self, organisation, contract, owner):
        arm(organisation, date(2026, 11, 20))
        day = date(2026, 11, 30)

        class Killed(BaseException):
            pass

        def dies_after_sending() -> None:
            with transaction.atomic():
                send(organisation, day)
                raise Killed

        with pytest.raises(Killed):
            dies_after_sending()

        assert Message.objects.count() == 0
        assert send(organisation, day) == 2


class TestMovedDays:
    def test_a_day_that_moves_takes_its_reminders_along(self, organisation, contract, owner, chair):
        arm(organisation, date(2026, 11, 20))

        contracts.edit(
            contract=contract, values={"notice_value": 30}, by=chair, now=at(date(2026, 11, 21))
        )

        # 31 Jan 2027 less 30 days is New Year's Day, a Friday and a holiday, or the day before.
        moved = Deadline.objects.get(kind="notice")
        assert moved.falls_on in (date(2026, 12, 31), date(2027, 1, 1))
        assert moved.sequence == 1
        unsent = Reminder.objects.live().filter(deadline=moved, sent_at=None)
        assert {row.deadline_on for row in unsent} == {moved.falls_on}
        assert {row.lead_days for row in unsent} >= {30, 14, 7, 3, 1, 0}

    def test_whoever_heard_the_old_day_hears_that_it_moved(
        self, organisation, contract, owner, chair
    ):
        live_through(organisation, date(2026, 11, 17), date(2026, 11, 19))

        contracts.edit(
            contract=contract, values={"notice_value": 65}, by=chair, now=at(date(2026, 11, 19))
        )
        send(organisation, date(2026, 11, 19))

        message = Message.objects.filter(to=owner).latest("pk")
        assert "Fri 27 Nov 2026, in 8 days" in message.subject
        assert "you were told Wed 2 Dec 2026 before, it is Fri 27 Nov 2026 now" in message.body

    def test_a_day_that_comes_back_is_armed_and_told_again(
        self, organisation, contract, owner, chair
    ):
        live_through(organisation, date(2026, 11, 17), date(2026, 11, 18))
        for value, day in ((65, 19), (60, 20)):
            contracts.edit(
                contract=contract,
                values={"notice_value": value},
                by=chair,
                now=at(date(2026, 11, day)),
            )
            send(organisation, date(2026, 11, day))

        days = [subject.rsplit(": ", 1)[1] for _, subject in told(owner)[-3:]]
        assert days == [
            "Wed 2 Dec 2026, in 14 days",
            "Fri 27 Nov 2026, in 8 days",
            "Wed 2 Dec 2026, in 12 days",
        ]
        again = Reminder.objects.get(recipient=f"user:{owner.pk}", lead_days=14, rounds=2)
        assert again.deadline_on == LAST

    def test_arming_again_changes_nothing(self, organisation, contract):
        for _ in range(3):
            arm(organisation, date(2026, 11, 20))
        before = list(Reminder.objects.order_by("pk").values())
        arm(organisation, date(2026, 11, 20))
        assert list(Reminder.objects.order_by("pk").values()) == before
        assert set(Deadline.objects.values_list("sequence", flat=True)) == {0}

    def test_the_next_term_gets_reminders_of_its_own(self, organisation, contract, owner):
        arm(organisation, date(2026, 11, 20))
        arm(organisation, date(2027, 2, 1))

        deadline = Deadline.objects.get(kind="notice")
        assert deadline.falls_on == date(2027, 12, 2)
        assert not Reminder.objects.due(now=at(date(2027, 8, 1))).exists()
        assert Reminder.objects.live().filter(due_on=date(2027, 11, 18)).count() == 1


class TestWhoActs:
    def test_renewing_ends_the_reminders(self, organisation, contract, chair):
        arm(organisation, date(2026, 11, 20))
        contracts.decide(contract=contract, decision="renew", by=chair, now=at(date(2026, 11, 21)))

        assert not Reminder.objects.live().filter(sent_at=None).exists()
        assert list(Deadline.objects.standing().values_list("kind", flat=True)) == ["renewal"]

    def test_deciding_to_leave_asks_for_the_notice_until_it_is_given(
        self, organisation, contract, owner, chair
    ):
        arm(organisation, date(2026, 11, 20))
        contracts.decide(contract=contract, decision="leave", by=chair, now=at(date(2026, 11, 21)))
        send(organisation, date(2026, 11, 25))
        told_to_send = told(owner)[-1][1]
        contracts.give_notice(
            contract=contract,
            given_on=date(2026, 11, 26),
            by=chair,
            now=at(date(2026, 11, 26)),
        )

        assert told_to_send.startswith("OpenAI agreement: last day to give notice")
        assert not Reminder.objects.live().filter(sent_at=None).exists()

    def test_taking_a_decision_back_arms_them_again(self, organisation, contract, owner, chair):
        live_through(organisation, date(2026, 11, 18), date(2026, 11, 18))
        for decision in ("renew", ""):
            contract = contracts.decide(
                contract=contract, decision=decision, by=chair, now=at(date(2026, 11, 19))
            )
        assert send(organisation, date(2026, 11, 19)) == 1
        assert told(owner)[-1][0] == date(2026, 11, 19)

    def test_an_archived_contract_reminds_nobody_and_a_restored_one_does(
        self, organisation, contract, chair
    ):
        arm(organisation, date(2026, 11, 20))
        contracts.archive(contract=contract, by=chair, now=at(date(2026, 11, 21)))
        assert not Reminder.objects.live().filter(sent_at=None).exists()
        assert not Deadline.objects.standing().exists()

        contract.refresh_from_db()
        contracts.restore(contract=contract, by=chair, now=at(date(2026, 11, 22)))
        assert Reminder.objects.live().filter(sent_at=None, due_on=LAST).count() == 1

    def test_another_owner_takes_over(self, organisation, contract, owner, other_owner, chair):
        arm(organisation, date(2026, 11, 20))
        contracts.edit(
            contract=contract, values={"owner": other_owner}, by=chair, now=at(date(2026, 11, 21))
        )
        send(organisation, date(2026, 11, 25))
        assert told(other_owner)[-1][0] == date(2026, 11, 25)
        assert told(owner) == []

    def test_without_an_owner_the_council_hears(self, organisation, contract, council, owner):
        Contract.objects.update(owner=None)
        arm(organisation, date(2026, 11, 25))
        send(organisation, date(2026, 11, 25))
        people = set(Message.objects.values_list("to__name", flat=True))
        assert people == {who.name for who in council.values()}

    def test_for_an_owner_who_has_left_the_council_hears(
        self, organisation, contract, owner, chair
    ):
        owner.is_active = False
        owner.save()
        arm(organisation, date(2026, 11, 25))
        send(organisation, date(2026, 11, 25))
        assert {row.to for row in Message.objects.all()} == {chair}

    def test_when_there_is_nobody_it_waits_and_health_says_so(self, organisation, contract, owner):
        owner.is_active = False
        owner.save()
        RoleGrant.objects.update(ended_at=at(date(2026, 11, 1)))
        arm(organisation, date(2026, 11, 25))

        assert send(organisation, date(2026, 11, 25)) == 0
        assert Reminder.objects.due(now=at(date(2026, 11, 25))).exists()

    def test_what_stands_is_in_the_persons_list_until_somebody_acts(
        self, organisation, contract, owner, chair
    ):
        live_through(organisation, date(2026, 11, 17), date(2026, 11, 25))
        assert [(row.deadline.kind, row.lead_days) for row in reminded(owner)] == [
            ("brief", 0),
            ("notice", 7),
        ]
        assert [row.is_escalation for row in reminded(chair)] == [True]

        contracts.decide(contract=contract, decision="renew", by=chair, now=at(date(2026, 11, 26)))
        assert reminded(owner) == []


class TestEntry:
    def test_a_contract_entered_late_is_told_once_and_not_for_every_day_missed(
        self, organisation, owner, chair
    ):
        contract = contracts.add(
            organisation=organisation,
            values={
                "vendor": make_vendor(organisation),
                "name": "Late paper",
                "owner": owner,
                "starts_on": date(2026, 2, 1),
                "ends_on": date(2027, 1, 31),
                "renewal": "automatic",
                "renewal_months": 12,
                "notice_value": 60,
            },
            by=chair,
            now=at(date(2026, 11, 26)),
        )
        send(organisation, date(2026, 11, 26))

        assert len(told(owner)) == 1
        sent = Reminder.objects.filter(deadline__subject_id=str(contract.pk), is_escalation=False)
        assert set(
            sent.filter(deadline__kind="notice", sent_at__isnull=False).values_list(
                "lead_days", flat=True
            )
        ) == {7}

    def test_a_day_long_gone_reminds_nobody(self, organisation, owner):
        make_contract(
            make_vendor(organisation), owner=owner, ends_on=date(2026, 12, 31), notice_value=90
        )
        arm(organisation, date(2026, 11, 23))  # its last day was 2 Oct 2026
        assert not Reminder.objects.filter(
            deadline__kind="notice", due_on__lt="2026-11-23"
        ).exists()

    def test_an_unread_or_evergreen_contract_promises_no_day(self, organisation, owner):
        make_contract(
            make_vendor(organisation), "Unread", owner=owner, ends_on=None, term_months=None
        )
        arm(organisation, date(2026, 11, 23))
        assert not Deadline.objects.filter(kind="notice").exists()

    def test_a_monthly_contract_is_not_shouted_about(self, organisation, owner, chair):
        make_contract(
            make_vendor(organisation),
            owner=owner,
            ends_on=date(2026, 12, 31),
            term_months=None,
            renewal_months=1,
            notice_value=10,
        )
        arm(organisation, date(2026, 11, 23))
        assert sorted(Reminder.objects.values_list("lead_days", flat=True)) == [-1, 1, 7]

    def test_contracts_cost_the_same_number_of_queries(self, organisation, owner):
        vendor = make_vendor(organisation)
        asked = []
        for count in (3, 40):
            for number in range(count):
                make_contract(vendor, f"Contract {count} {number}", owner=owner)
            arm(organisation, date(2026, 11, 23))
            with CaptureQueriesContext(connection) as queries:
                arm(organisation, date(2026, 11, 23))
            asked.append(len(queries))
        assert asked[0] == asked[1]

    def test_an_import_of_many_goes_through_them_in_a_job(
        self, organisation, owner, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setattr("lockin.celery.wake", lambda job_id: True)
        monkeypatch.setattr(reminding, "MANY", 1)
        vendor = make_vendor(organisation)
        from lockin.trail.recording import entry, record_all

        rows = [make_contract(vendor, f"Contract {number}") for number in range(2)]
        record_all(
            [entry("contract.imported", row) for row in rows],
            organisation=organisation,
            by=None,
            now=at(date(2026, 11, 23)),
        )
        assert Job.objects.filter(kind="reminders").count() == 1


class TestPlacesAndSums:
    @pytest.mark.parametrize(
        ("zone", "due_at"),
        [
            ("America/New_York", datetime(2026, 11, 25, 12, 0, tzinfo=UTC)),
            ("Asia/Tokyo", datetime(2026, 11, 24, 22, 0, tzinfo=UTC)),
        ],
    )
    def test_a_morning_is_the_organisations_morning(self, zone, due_at):
        organisation = make_organisation("Elsewhere", time_zone=zone)
        make_contract(make_vendor(organisation))
        arm(organisation, date(2026, 11, 20))
        reminder = Reminder.objects.filter(lead_days=7, deadline__kind="notice").get()
        assert reminder.due_at == due_at

    def test_an_amendment_moves_the_days_and_the_words(self, organisation, contract, owner, chair):
        arm(organisation, date(2026, 11, 20))
        amendments.add(
            contract=contract,
            values={
                "kind": "amendment",
                "name": "Amendment 1",
                "effective_on": date(2026, 11, 21),
                "changes": {"notice_value": 65},
            },
            by=chair,
            now=at(date(2026, 11, 21)),
        )
        assert Deadline.objects.get(kind="notice").falls_on == date(2026, 11, 27)

    def test_a_brief_before_the_council_is_not_asked_for(self, organisation, contract, monkeypatch):
        """Whoever knows of the work says so; here somebody does."""
        arm(organisation, date(2026, 9, 20))
        monkeypatch.setattr(
            reminding, "_done", [lambda organisation, ids: [(contract.pk, "brief")]]
        )
        arm(organisation, date(2026, 9, 21))
        unsent = Reminder.objects.live().filter(sent_at=None)
        assert not unsent.filter(deadline__kind="brief").exists()
        assert unsent.filter(deadline__kind="notice").exists()

    def test_no_amount_stands_in_any_reminder(self, organisation, contract):
        arm(organisation, date(2026, 11, 20))
        for row in Reminder.objects.all():
            assert "1,200,000" not in row.title + row.reason
            assert "USD" not in row.title + row.reason
