"""Programs are kept running, and nothing of them is left afterwards. Real processes, no database."""

import os
import select
import signal
import sys
from collections.abc import Callable

from lockin.supervisor import Supervisor

FOREVER = "import time\nwhile True: time.sleep(1)"
WITH_CHILD = (
    "import subprocess, sys, time\n"
    f"child = subprocess.Popen([sys.executable, '-c', {FOREVER!r}])\n"
    "print('child', child.pid)\n"
    "while True: time.sleep(1)"
)


def has_ended(pid: int) -> bool:
    """Whether the process is gone; the kernel may take a moment over one that was just killed."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 5)[0])
    finally:
        os.close(process)


class Watched:
    """A supervisor that stops itself once a condition on its lines or programs holds."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.supervisor = Supervisor(environment=os.environ, write=self.lines.append)

    def run_until(self, enough: Callable[[], bool]) -> None:
        def stop_when_enough() -> None:
            if enough():
                os.kill(os.getpid(), signal.SIGTERM)

        self.supervisor.run(while_waiting=stop_when_enough)

    def said(self, text: str) -> list[str]:
        return [line for line in list(self.lines) if text in line]


class TestSupervisor:
    def test_every_line_carries_the_name_of_its_program(self):
        watched = Watched()
        watched.supervisor.add("web", sys.executable, "-c", f"print('hello')\n{FOREVER}")

        watched.run_until(lambda: bool(watched.said("hello")))

        assert "web    │ hello" in watched.lines

    def test_a_program_that_was_killed_is_started_again(self):
        watched = Watched()
        watched.supervisor.add("worker", sys.executable, "-c", f"print('up')\n{FOREVER}")
        program = watched.supervisor.programs[0]
        program.backoff = 0.0
        killed: list[int] = []

        def killed_once_and_up_again() -> bool:
            if watched.said("up") and not killed and program.process:
                killed.append(program.process.pid)
                os.kill(program.process.pid, signal.SIGKILL)
            return len(watched.said("up")) == 2

        watched.run_until(killed_once_and_up_again)

        assert watched.said("stopped with code -9")

    def test_stopping_leaves_no_grandchild(self):
        watched = Watched()
        watched.supervisor.add("worker", sys.executable, "-c", WITH_CHILD)

        watched.run_until(lambda: bool(watched.said("child")))

        child = int(watched.said("child")[0].split()[-1])
        assert has_ended(child)

    def test_signals_are_given_back_afterwards(self):
        before = signal.getsignal(signal.SIGTERM)
        watched = Watched()

        watched.run_until(lambda: True)

        assert signal.getsignal(signal.SIGTERM) is before
