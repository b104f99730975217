"""Keep several programs running together: prefix their lines, restart the fallen, stop them all."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

PAUSE = 0.2  # seconds between two looks at the programs
LONGEST_BACKOFF = 30.0
STEADY_AFTER = 60.0  # a program that lived this long starts afresh without a wait
GRACE = 10.0  # seconds to finish after being asked to stop
PR_SET_PDEATHSIG = 1

COLOURS = {"web": "36", "worker": "33", "beat": "35"}


def _dies_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel tells a program when its supervisor was killed outright."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_for_signal() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return ask_for_signal


@dataclass
class Program:
    """One program that is to run for as long as the supervisor does."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    backoff: float = 1.0
    reader: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Run the programs until a signal says stop; nothing of them is left afterwards."""

    def __init__(self, *, environment: Mapping[str, str], write: Callable[[str], None]) -> None:
        self.programs: list[Program] = []
        self.environment = {**environment, "PYTHONUNBUFFERED": "1"}
        self.write = write
        self.asked_to_stop = 0
        self.lock = threading.Lock()
        self.before_start = _dies_with_parent()

    def add(self, name: str, *command: str) -> None:
        """Add a program; run() starts it."""
        self.programs.append(Program(name, command))

    def run(self, *, while_waiting: Callable[[], None] = lambda: None) -> None:
        """Start everything and keep it running until SIGINT, SIGTERM or SIGHUP."""
        before = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            for program in self.programs:
                self._start(program)
            while not self.asked_to_stop:
                for program in self.programs:
                    self._look_after(program)
                while_waiting()
                time.sleep(PAUSE)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def is_running(self, name: str) -> bool:
        """Whether the program of that name runs now."""
        return any(
            program.name == name and program.process is not None and program.process.poll() is None
            for program in self.programs
        )

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def _start(self, program: Program) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops in order,
        # and what the program starts itself can be found again by its group.
        program.process = subprocess.Popen(
            program.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=self.before_start,  # noqa: PLW1509 (one system call, nothing else)
        )
        program.started_at = time.monotonic()
        program.start_again_at = 0.0
        program.reader = threading.Thread(
            target=self._copy_lines, args=(program, program.process), daemon=True
        )
        program.reader.start()

    def _copy_lines(self, program: Program, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self._say(program.name, line.rstrip("\n"))

    def _say(self, name: str, line: str) -> None:
        with self.lock, contextlib.suppress(OSError, ValueError):
            self.write(f"{name:<7}│ {line}")

    def _look_after(self, program: Program) -> None:
        """Start a fallen program again, later each time it falls soon."""
        if program.process is None:
            if time.monotonic() >= program.start_again_at:
                self._start(program)
            return
        code = program.process.poll()
        if code is None:
            return
        # Killed outright, a program leaves its own children behind.
        _signal_group(program.process, signal.SIGKILL)
        lived = time.monotonic() - program.started_at
        program.backoff = 1.0 if lived > STEADY_AFTER else program.backoff
        self._say(
            program.name, f"stopped with code {code}; starting again in {program.backoff:g} s"
        )
        program.start_again_at = time.monotonic() + program.backoff
        program.backoff = min(program.backoff * 2, LONGEST_BACKOFF)
        program.process = None

    def _stop_all(self) -> None:
        processes = [p.process for p in self.programs if p.process is not None]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        signals_before = self.asked_to_stop
        until = time.monotonic() + GRACE
        while any(process.poll() is None for process in processes):
            # A second Ctrl-C does not wait: work is kept by its lease, not by its worker.
            if time.monotonic() > until or self.asked_to_stop > signals_before:
                break
            time.sleep(PAUSE / 4)
        for process in processes:
            _signal_group(process, signal.SIGKILL)
            process.wait()
        for program in self.programs:
            # The pipe ends when the last of the group has ended: then nothing is left.
            if program.reader is not None:
                program.reader.join(timeout=GRACE)


def _signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def coloured(line: str) -> str:
    """Return a prefixed line with its prefix in the program's colour."""
    name, bar, rest = line.partition("│")
    colour = COLOURS.get(name.strip())
    return f"\033[{colour}m{name}{bar}\033[0m{rest}" if bar and colour else line
