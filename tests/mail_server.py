"""A real mail server on the loopback address, which keeps what it was given."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

OK = "250 Message accepted for delivery"


class Mailbox:
    """What arrived, and what the server says to each recipient and each text."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.says_to_recipient: Callable[[str], str] = lambda address: OK
        self.says_to_text: Callable[[EmailMessage], str] = lambda message: OK
        self.arrived = threading.Event()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.says_to_recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.says_to_text(message)
        if answer == OK:
            self.received.append(message)
            self.recipients += envelope.rcpt_tos
        self.arrived.set()
        return answer

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"] for message in self.received]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(mailbox: Mailbox, *, port: int = 0) -> Iterator[int]:
    """Run the server for as long as the block lasts; give its port."""
    port = port or free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
