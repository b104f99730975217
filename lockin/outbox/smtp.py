"""Mail over SMTP, with one pause: when the server has the whole text and only its end is missing.

A server delivers nothing before the line with a single dot. Up to that line a worker may die and
the message goes again; the caller notes the handing over in the pause, and from then on it is
never sent twice. What remains open is the time from that note to the server's answer: a worker or
a connection that dies there leaves a message of which nobody knows whether it arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_END = b".\r\n"


class GivenAway(Exception):
    """The caller no longer holds the message. Nothing was delivered."""


class NoAnswer(Exception):
    """The end was sent and the server said nothing: nobody knows whether it delivered."""


class Backend(EmailBackend):
    """Django's SMTP backend, which can also hand over one message with a pause before its end."""

    def hand_over(self, message: EmailMessage, *, note: Callable[[], bool]) -> None:
        """
        Give one message to one person to the server.

        :param note: called in the pause; False says that the message is not the caller's any more
        :raises GivenAway: if it is not; the server has dropped what it held
        :raises NoAnswer: if the connection died after the end was sent
        :raises smtplib.SMTPResponseException: if the server refused it; nothing was delivered
        :raises OSError, smtplib.SMTPException: if the connection died; nothing was delivered
        """
        smtp: Any = self.connection
        if smtp is None:
            raise SMTPServerDisconnected("There is no connection.")
        encoding = message.encoding or "utf-8"
        sender = sanitize_address(message.from_email, encoding)
        to = sanitize_address(message.recipients()[0], encoding)
        text = as_sent(message)
        try:
            smtp.ehlo_or_helo_if_needed()
            code, words = smtp.mail(sender)
            if code != 250:
                raise SMTPSenderRefused(code, words, sender)
            code, words = smtp.rcpt(to)
            if code not in (250, 251):
                raise SMTPRecipientsRefused({to: (code, words)})
            code, words = smtp.docmd("DATA")
            if code != 354:
                raise SMTPDataError(code, words)
        except (SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError):
            self._start_over()
            raise
        except (OSError, SMTPException):
            self.drop()
            raise
        try:
            smtp.send(text)
            if not note():
                raise GivenAway
        except BaseException:
            # Without its end the text is void. No QUIT: the server would take it for text.
            self.drop()
            raise
        try:
            smtp.send(_END)
            code, words = smtp.getreply()
        except (OSError, SMTPException) as error:
            self.drop()
            raise NoAnswer(str(error)) from error
        if code != 250:
            self._start_over()
            raise SMTPDataError(code, words)

    def drop(self) -> None:
        """Hang up without a word."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _start_over(self) -> None:
        """Make the connection ready for the next message, or hang up."""
        try:
            assert self.connection is not None
            self.connection.rset()
        except (OSError, SMTPException):
            self.drop()


def as_sent(message: EmailMessage) -> bytes:
    """Return the text as it goes over the wire: CRLF, and a dot before every leading dot."""
    lines = b"\r\n".join(message.message().as_bytes().splitlines()) + b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)
