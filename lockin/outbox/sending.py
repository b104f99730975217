"""Write messages once, and send what is due once."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import get_connection
from django.db.models import F

from lockin.accounts.models import User
from lockin.outbox.letters import letter
from lockin.outbox.models import MailChoice, Message
from lockin.outbox.smtp import GivenAway, NoAnswer

log = logging.getLogger(__name__)

# How long a worker has for one message before another may try it.
LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_ATTEMPTS = 10  # about thirty hours


def tell(
    *,
    to: Iterable[User],
    key: str,
    subject: str,
    body: str = "",
    path: str = "",
    now: datetime,
    is_digest: bool = False,
) -> None:
    """Put a message in the lists of these people, and into their mail if they chose so.

    A key already used adds nothing. A digest goes by mail alone.
    """
    people = list(to)
    silent: set[int] = set()
    if not is_digest:
        silent = set(
            MailChoice.objects.filter(
                user__in=people, choice__in=[MailChoice.Choice.WEEKLY, MailChoice.Choice.NONE]
            )
            .order_by("pk")
            .values_list("user_id", flat=True)
        )
    Message.objects.bulk_create(
        [
            Message(
                organisation_id=person.organisation_id,
                to=person,
                key=key,
                # On one line: a name with a line break in it is no header.
                subject=" ".join(subject.split())[:200],
                body=body,
                path=path,
                by_mail=person.pk not in silent,
                in_list=not is_digest,
                created_at=now,
                due_at=now,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def send_due(*, now: datetime, most: int = 200) -> int:
    """
    Send by mail what is due and unsent; return how many the server took.

    Every message is taken by a conditional update, and handed over by another one that only the
    holder of the latest taking can make. So of any number of workers one sends it, and one that
    was given up for dead and comes back does not. A server that cannot be reached costs no
    message an attempt.
    """
    waiting = Message.objects.unsent(now=now).select_related("to").order_by("due_at", "pk")
    messages = list(waiting[:most])
    if not messages:
        return 0
    connection: Any = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        log.warning("The mail server cannot be reached: %s", error)
        return 0
    sent = 0
    try:
        for message in messages:
            if not _take(message, now=now):
                continue
            try:
                _hand_over(message, connection, now=now)
            except NoAnswer as error:
                log.error("Message %s: the mail server gave no answer: %s", message.pk, error)
                _holds(message).update(error="The mail server gave no answer.")
                break
            except GivenAway:
                break
            except (SMTPRecipientsRefused, SMTPResponseException) as error:
                _refused(message, *_answer(error), now=now)
                continue
            except (SMTPException, OSError) as error:
                _put_back(message, str(error), now=now)
                break
            except (ValueError, UnicodeError) as error:
                _give_up(message, f"It cannot be written as mail: {error}", now=now)
                continue
            _holds(message).update(sent_at=now, error="")
            sent += 1
    finally:
        connection.close()
    return sent


def _take(message: Message, *, now: datetime) -> bool:
    """Take a message, unless another worker has; `attempts` tells this taking from any other."""
    taken = (
        Message.objects.free(now=now)
        .filter(pk=message.pk, attempts=message.attempts)
        .update(claimed_until=now + LEASE, attempts=F("attempts") + 1)
    )
    message.attempts += 1
    return bool(taken)


def _holds(message: Message) -> Any:
    return Message.objects.filter(
        pk=message.pk, attempts=message.attempts, sent_at__isnull=True, failed_at__isnull=True
    )


def _hand_over(message: Message, connection: Any, *, now: datetime) -> None:
    def note() -> bool:
        return bool(_holds(message).filter(handed_at__isnull=True).update(handed_at=now))

    mail = letter(message, now=now)
    if hasattr(connection, "hand_over"):
        connection.hand_over(mail, note=note)
    else:
        # A file, the console, a test: there is no server whose answer could be lost.
        if not note():
            raise GivenAway
        connection.send_messages([mail])


def _answer(error: Exception) -> tuple[int, str]:
    """Return the code and the words with which a server refused."""
    code: int
    words: bytes | str
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    else:
        assert isinstance(error, SMTPResponseException)
        code, words = error.smtp_code, error.smtp_error
    return code, words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _refused(message: Message, code: int, words: str, *, now: datetime) -> None:
    """Try again after a passing refusal; give up after a final one."""
    if code >= 500:
        _give_up(message, f"{code} {words}", now=now)
    else:
        _put_back(message, f"{code} {words}", now=now)


def _put_back(message: Message, error: str, *, now: datetime) -> None:
    """Let it wait, longer each time. The server said that it delivered nothing."""
    if message.attempts >= MOST_ATTEMPTS:
        _give_up(message, error, now=now)
        return
    wait = min(FIRST_WAIT * 4 ** (message.attempts - 1), LONGEST_WAIT)
    _holds(message).update(
        handed_at=None, claimed_until=now + wait, error=(error or "No reason given.")[:300]
    )
    log.warning("Message %s waits %s: %s", message.pk, wait, error)


def _give_up(message: Message, error: str, *, now: datetime) -> None:
    """Stop trying. The message stays in the person's list, and Health says that mail failed."""
    _holds(message).update(
        handed_at=None,
        claimed_until=None,
        failed_at=now,
        error=(error or "No reason given.")[:300],
    )
    log.error("Message %s is not sent by mail: %s", message.pk, error)
