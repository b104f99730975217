"""Mail through a real SMTP server: each message once, whatever dies or refuses on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPException

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMessage, get_connection
from django.db import connection

from lockin.outbox import choosing
from lockin.outbox.letters import letter
from lockin.outbox.models import MailChoice, Message
from lockin.outbox.sending import FIRST_WAIT, LEASE, MOST_ATTEMPTS, send_due, tell
from lockin.outbox.smtp import GivenAway
from lockin.trail.models import Event
from tests.mail_server import OK, Mailbox, free_port, serving
from tests.worker import _database_url, until

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox, settings):
    """The product's mail goes to a server of this test."""
    with serving(mailbox) as port:
        settings.EMAIL_BACKEND = "lockin.outbox.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield port


def told(owner, now, *keys: str) -> list[Message]:
    for key in keys or ("a",):
        tell(to=[owner], key=key, subject=f"Subject {key}", body="Look at it.", path="/x/", now=now)
    return list(Message.objects.order_by("pk"))


class TestOnTheWire:
    def test_it_arrives_with_a_link_and_a_name_of_its_own(
        self, server, mailbox, settings, owner, now
    ):
        settings.SITE_URL = "https://lockin.example"
        (message,) = told(owner, now)

        assert send_due(now=now) == 1

        (mail,) = mailbox.received
        assert mailbox.recipients == [owner.email]
        assert mail["Message-ID"] == letter(message, now=now).extra_headers["Message-ID"]
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "https://lockin.example/x/" in mail.get_content()
        assert Message.objects.get().sent_at == now

    @pytest.mark.parametrize(
        "body",
        [
            ".\nQUIT\n..two\n. \nend",
            "one\r\n.\r\nMAIL FROM:<a@b>\r\n",
            "Ærøskøbing 東京 \N{MINUS SIGN}5 %",
            "x" * 5000,
            "a\rb\x0bc",
        ],
        ids=["leading dots", "an end inside", "any script", "a very long line", "odd breaks"],
    )
    def test_no_text_ends_the_message_early(self, server, mailbox, owner, now, body):
        tell(to=[owner], key="a", subject="Zürich 東京", body=body, now=now)
        tell(to=[owner], key="b", subject="After it", now=now)

        assert send_due(now=now) == 2

        first, second = mailbox.received
        lines = [line for line in first.get_content().splitlines() if line]
        assert first["Subject"] == "Zürich 東京"
        assert lines == [line for line in body.splitlines() if line]
        assert second["Subject"] == "After it"

    def test_a_name_with_a_line_break_makes_no_second_header(self, server, mailbox, owner, now):
        tell(to=[owner], key="a", subject="Claims\r\nBcc: all@halden.example", now=now)
        send_due(now=now)
        assert mailbox.received[0]["Bcc"] is None
        assert mailbox.recipients == [owner.email]


class TestRefusals:
    def test_a_passing_refusal_is_tried_again_after_a_while_under_the_same_name(
        self, server, mailbox, owner, now
    ):
        told(owner, now)
        seen = []

        def busy(message: EmailMessage) -> str:
            seen.append(message["Message-ID"])
            return "451 Try again later" if len(seen) == 1 else OK

        mailbox.says_to_text = busy

        assert send_due(now=now) == 0
        assert send_due(now=now + FIRST_WAIT / 2) == 0
        assert send_due(now=now + FIRST_WAIT * 2) == 1
        assert len(mailbox.received) == 1
        assert len(seen) == 2
        assert seen[0] == seen[1]

    def test_a_final_refusal_of_one_keeps_no_other_from_going(
        self, server, mailbox, owner, other_owner, now
    ):
        mailbox.says_to_recipient = lambda to: "550 No such user" if to == owner.email else OK
        tell(to=[owner, other_owner], key="a", subject="Hello", now=now)

        assert send_due(now=now) == 1

        assert mailbox.recipients == [other_owner.email]
        refused = Message.objects.get(to=owner)
        assert (refused.failed_at, refused.error) == (now, "550 No such user")
        assert send_due(now=now + timedelta(days=9)) == 0

    def test_a_server_that_is_away_costs_no_attempt(self, settings, mailbox, owner, now):
        settings.EMAIL_BACKEND = "lockin.outbox.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        settings.EMAIL_TIMEOUT = 2
        told(owner, now)

        for tick in range(MOST_ATTEMPTS + 5):
            assert send_due(now=now + tick * timedelta(seconds=30)) == 0
        assert Message.objects.get().attempts == 0

        with serving(mailbox, port=settings.EMAIL_PORT):
            assert send_due(now=now + timedelta(days=10)) == 1
        assert len(mailbox.received) == 1

    def test_it_is_given_up_after_some_thirty_hours_of_refusals(self, server, mailbox, owner, now):
        mailbox.says_to_text = lambda message: "451 Try again later"
        told(owner, now)

        for hour in range(24 * 4):
            send_due(now=now + timedelta(hours=hour))

        message = Message.objects.get()
        assert message.attempts == MOST_ATTEMPTS
        assert timedelta(hours=24) < message.failed_at - now < timedelta(hours=48)

    def test_an_address_that_is_none_is_given_up_at_once(self, server, mailbox, owner, now):
        owner.email = "näme@\ninvalid"
        owner.save()
        told(owner, now)

        assert send_due(now=now) == 0
        assert Message.objects.get().failed_at == now


class TestWhoDiesOnTheWay:
    def test_before_the_end_nothing_is_delivered_and_it_goes_again(
        self, server, mailbox, owner, now
    ):
        """A worker that dies with the whole text given, but not its last line."""
        (message,) = told(owner, now)

        class Killed(BaseException):
            pass

        def dies() -> bool:
            raise Killed

        backend = get_connection()
        backend.open()
        with pytest.raises(Killed):
            backend.hand_over(letter(message, now=now), note=dies)
        assert mailbox.received == []

        assert send_due(now=now) == 1
        assert len(mailbox.received) == 1

    def test_a_worker_given_up_for_dead_hands_nothing_over(self, server, mailbox, owner, now):
        """It was slow, another took the message; what the slow one gave is void."""
        (message,) = told(owner, now)
        Message.objects.filter(pk=message.pk).update(attempts=1, claimed_until=now + LEASE)
        later = now + LEASE * 2
        backend = get_connection()
        backend.open()

        def note() -> bool:
            assert send_due(now=later) == 1  # the other worker, meanwhile
            return bool(
                Message.objects.filter(pk=message.pk, attempts=1, handed_at__isnull=True).update(
                    handed_at=later
                )
            )

        with pytest.raises(GivenAway):
            backend.hand_over(letter(message, now=now), note=note)

        assert len(mailbox.received) == 1

    def test_a_connection_that_dies_before_the_end_lets_it_go_again(self, settings, owner, now):
        settings.EMAIL_BACKEND = "lockin.outbox.smtp.Backend"
        told(owner, now)

        class HangsUp(Mailbox):
            async def handle_RCPT(self, server, session, envelope, address, options):
                server.transport.abort()
                return OK

        port = free_port()
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
        with serving(HangsUp(), port=port):
            assert send_due(now=now) == 0
        assert Message.objects.get().handed_at is None
        mailbox = Mailbox()
        with serving(mailbox, port=port):
            assert send_due(now=now + timedelta(hours=1)) == 1
        assert len(mailbox.received) == 1

    def test_a_server_without_a_last_word_is_not_asked_again_and_health_says_so(
        self, settings, owner, now
    ):
        settings.EMAIL_BACKEND = "lockin.outbox.smtp.Backend"
        told(owner, now)

        class Silent(Mailbox):
            async def handle_DATA(self, server, session, envelope):
                answer = await super().handle_DATA(server, session, envelope)
                server.transport.abort()
                return answer

        mailbox = Silent()
        with serving(mailbox) as port:
            settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
            assert send_due(now=now) == 0
            assert send_due(now=now + timedelta(days=1)) == 0

        assert len(mailbox.received) == 1
        assert Message.objects.unconfirmed(now=now + timedelta(days=1)).count() == 1


SEND = """
import django; django.setup()
from datetime import datetime
from lockin.outbox.sending import send_due
send_due(now=datetime.fromisoformat("{now}"))
"""


def worker(now, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A process of its own that sends what is due."""
    return subprocess.Popen(
        [sys.executable, "-c", SEND.format(now=now.isoformat())],
        cwd=configured.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lockin.settings.development",
            "DATABASE_URL": _database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "LOCKIN_VAR": str(folder),
        },
        start_new_session=True,
    )


@pytest.mark.django_db(transaction=True)
class TestRealWorkers:
    def test_one_killed_after_the_text_sends_nothing_twice(self, mailbox, owner, now, tmp_path):
        """SIGKILL while the server holds the whole message and has not answered."""
        told(owner, now)
        go_on = threading.Event()

        def slow(message: EmailMessage) -> str:
            mailbox.arrived.set()
            go_on.wait(30)
            return OK

        mailbox.says_to_text = slow
        with serving(mailbox) as port:
            first = worker(now, port, tmp_path)
            assert mailbox.arrived.wait(60)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
            go_on.set()
            until(lambda: len(mailbox.received) == 1, what="the delivery")
            again = worker(now + timedelta(days=10), port, tmp_path)
            assert again.wait(60) == 0

        assert len(mailbox.received) == 1
        assert Message.objects.get().handed_at == now

    def test_four_at_once_send_each_message_once(self, mailbox, owner, now, tmp_path):
        keys = [f"k{number:02d}" for number in range(30)]
        told(owner, now, *keys)

        with serving(mailbox) as port:
            started = [worker(now, port, tmp_path) for _ in range(4)]
            assert [process.wait(120) for process in started] == [0, 0, 0, 0]

        assert sorted(mailbox.subjects) == [f"Subject {key}" for key in keys]
        assert not Message.objects.filter(sent_at__isnull=True).exists()

    def test_eight_threads_at_once_send_each_message_once(
        self, server, mailbox, owner, now, settings
    ):
        keys = [f"k{number:02d}" for number in range(20)]
        told(owner, now, *keys)
        together = threading.Barrier(8)

        def send() -> None:
            try:
                together.wait()
                send_due(now=now)
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(mailbox.subjects) == [f"Subject {key}" for key in keys]


class TestChoice:
    @pytest.mark.parametrize(
        ("choice", "mails"), [("at-once", 1), ("both", 1), ("weekly", 0), ("none", 0)]
    )
    def test_it_decides_what_goes_by_mail_and_the_list_has_all(
        self, choice, mails, owner, now, mailoutbox
    ):
        choosing.choose(person=owner, choice=MailChoice.Choice(choice), now=now)
        told(owner, now)

        assert send_due(now=now) == mails
        assert Message.objects.for_user(owner).count() == 1

    def test_a_later_choice_sends_no_old_message(self, owner, now, mailoutbox):
        choosing.choose(person=owner, choice=MailChoice.Choice.NONE, now=now)
        told(owner, now)
        choosing.choose(person=owner, choice=MailChoice.Choice.AT_ONCE, now=now)
        assert send_due(now=now) == 0

    def test_the_log_keeps_that_it_was_chosen(self, owner, now):
        choosing.choose(person=owner, choice=MailChoice.Choice.WEEKLY, now=now)
        choosing.choose(person=owner, choice=MailChoice.Choice.WEEKLY, now=now)
        event = Event.objects.get(act="person.mail-chosen")
        assert (event.before, event.after) == ({"mail": "at-once"}, {"mail": "weekly"})


def test_the_connection_must_be_there(owner, now):
    (message,) = told(owner, now)
    backend = get_connection("lockin.outbox.smtp.Backend", host="127.0.0.1", port=1)
    with pytest.raises(SMTPException):
        backend.hand_over(letter(message, now=now), note=lambda: True)
