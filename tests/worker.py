"""A real Celery worker and beat in processes of their own, on the test's database and broker.

Killing is SIGKILL to the whole group, as a machine that loses power does it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

# Short enough for a test to wait for, long enough for a slow machine to renew in time.
LEASE_SECONDS = 4
TICK_SECONDS = 1


class Background:
    """One process that the test started, with all it started itself."""

    def __init__(self, *arguments: str, log: Path) -> None:
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "lockin.celery", *arguments],
                env=_environment(),
                stdout=written,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def running(folder: Path, *, beat: bool = True) -> Iterator[Background]:
    """Run a worker, and the clock beside it, for as long as the block lasts."""
    started = [
        Background("worker", "--concurrency", "2", "-n", "t@test", log=folder / "worker.log")
    ]
    try:
        if beat:
            started.append(
                Background(
                    "beat",
                    "--pidfile=",
                    f"--schedule={folder / 'beat'}",
                    "--scheduler=lockin.celery:Scheduler",
                    log=folder / "beat.log",
                )
            )
        yield started[0]
    finally:
        for process in started:
            process.kill()


def until(holds: Callable[[], bool], *, seconds: float = 60, what: str = "it") -> None:
    """Wait until something holds, looking again and again, and fail at the deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds} seconds.")
        time.sleep(0.05)


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lockin.settings.test",
        "DATABASE_URL": _database_url(),
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
        "LOCKIN_VAR": str(settings.VAR),
        "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "TICK_SECONDS": str(TICK_SECONDS),
    }


def _database_url() -> str:
    """Return the address of the database that this test writes to, not the one it came from."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}?timeout=20&transaction_mode=IMMEDIATE"
    place = f"{values['HOST']}:{values['PORT'] or 5432}"
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{password}@{place}/{values['NAME']}"
