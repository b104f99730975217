"""PURE. The reader, run in a process of its own: what it gave, or why it gave nothing.

The process gets no environment, no input and no folder of its own, holds itself to its limits (see
`reader`), and is ended with everything it started when the clock runs out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

READER = Path(__file__).with_name("reader.py")
MEGABYTE = 1024 * 1024
LONGEST_LINE = 64 * MEGABYTE


class UnableToRead(Exception):
    """The document is not read. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What reading one document may take: bytes, seconds of work and of waiting, and counts."""

    memory: int = 512 * MEGABYTE
    seconds: int = 60
    waiting: int = 180
    pages: int = 1_000
    characters: int = 5_000_000
    unpacked: int = 64 * MEGABYTE


@dataclass(kw_only=True)
class Text:
    """The pages of a document, from one, and what was said about them."""

    pages: list[str] = field(default_factory=list)
    paging: str = ""
    remark: str = ""


def read(
    path: Path,
    *,
    ending: str,
    limits: Limits | None = None,
    page_done: Callable[[int, int], None] = lambda done, total: None,
) -> Text:
    """Return the text of a file.

    :param ending: `pdf` or `docx`
    :param page_done: told after each page, with how many there are; what it raises ends the reading
    :raises UnableToRead: with words for the user
    """
    limits = limits or Limits()
    asked = {
        "memory": limits.memory,
        "seconds": limits.seconds,
        "pages": limits.pages,
        "characters": limits.characters,
        "unpacked": limits.unpacked,
    }
    process = subprocess.Popen(
        # -I: nothing of the caller's paths or environment; -B: no compiled files are written.
        [sys.executable, "-I", "-B", str(READER), str(path), ending, json.dumps(asked)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd=path.anchor,
        start_new_session=True,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        _end(process)

    clock = threading.Timer(limits.waiting, stop)
    clock.daemon = True
    clock.start()
    try:
        assert process.stdout is not None
        return _heard(process.stdout, limits, page_done)
    except EOFError:
        process.wait()
        raise UnableToRead(_why(process.returncode, limits, late=late.is_set())) from None
    finally:
        clock.cancel()
        _end(process)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it may have started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _heard(stream: IO[bytes], limits: Limits, page_done: Callable[[int, int], None]) -> Text:
    """Return what the reader says. It has met a hostile file, and is not trusted either."""
    text, total, length = Text(), 0, 0
    while True:
        said = _line(stream)
        if isinstance(refused := said.get("refused"), str):
            raise UnableToRead(refused[:400])
        if isinstance(done := said.get("done"), dict):
            if not text.pages or len(text.pages) != total:
                raise EOFError
            text.paging = str(done.get("paging", ""))[:8]
            text.remark = str(done.get("remark", ""))[:400]
            return text
        if isinstance(said.get("total"), int):
            total = int(str(said["total"]))
            if not 0 < total <= limits.pages:
                raise EOFError
        elif said.get("page") == len(text.pages) + 1 and isinstance(said.get("text"), str):
            held = str(said["text"]).replace("\0", "")
            length += len(held)
            if length > limits.characters or len(text.pages) >= total:
                raise EOFError
            text.pages.append(held)
            page_done(len(text.pages), total)
        else:
            raise EOFError


def _line(stream: IO[bytes]) -> dict[str, object]:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise EOFError
    try:
        said = json.loads(line)
    except ValueError:
        raise EOFError from None
    return said if isinstance(said, dict) else {}


def _why(code: int, limits: Limits, *, late: bool) -> str:
    """Return why a reader stopped without an answer. Its signal tells what ran out."""
    if late or code == -signal.SIGXCPU:
        return (
            f"Reading took longer than {limits.seconds} seconds of work and was stopped. Split "
            "the document, or print it to a new PDF."
        )
    if code < 0:
        return (
            f"Reading needed more than {limits.memory // MEGABYTE} MB of memory, or the file is "
            "damaged, and was stopped. Print it to a new PDF, and upload that."
        )
    return "The document could not be read. Print it to a new PDF, and upload that."
