"""Time an act beside its floor in the same run, and say where the time went when it is missed."""

from __future__ import annotations

import cProfile
import os
import platform
import pstats
import resource
import sys
import time
import traceback
from collections import Counter, namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One line of the table. Without a floor it is said, not judged."""

    act: str
    size: str
    seconds: float
    floor: float | None = None
    target: float | None = None
    note: str = ""
    reason: str = ""
    top: str = ""

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.floor if self.floor else None

    @property
    def is_missed(self) -> bool:
        return self.ratio is not None and self.target is not None and self.ratio > self.target


def best_of(times: int, work: Callable[[], Any]) -> float:
    """Return the seconds of the fastest run: what others do on the machine only ever adds."""
    return min(_timed(work) for _ in range(times))


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Profiled:
    """Where the time of an act goes, by the profiler: the parts by share, and the top line."""

    parts: str
    top: str


def profiled(work: Callable[[], Any]) -> Profiled:
    """Run the work under the profiler, once it is warm again."""
    work()
    profiler = cProfile.Profile()
    profiler.runcall(work)
    rows: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(
        profiler
    ).stats  # type: ignore[attr-defined]
    total = sum(row[2] for row in rows.values()) or 1
    parts: Counter[str] = Counter()
    for (path, _, name), row in rows.items():
        parts[_part(path, name)] += row[2] / total  # type: ignore[assignment]
    (path, line, name), row = max(rows.items(), key=lambda item: item[1][2])
    place = Path(path)
    where = f"{place.parent.name}/{place.name}:{line}" if line else "built in"
    return Profiled(
        parts=", ".join(f"{share:.0%} {part}" for part, share in parts.most_common(4)),
        top=f"{row[2] / total:.0%} in {name} ({where}), called {row[0]:,} times",
    )


_PLACES = (
    ("/django/db/", "Django's queries"),
    ("/django/template/", "templates"),
    ("/django/", "the rest of Django"),
    ("/psycopg", "the database"),
    ("/site-packages/", ""),
)


def _part(path: str, name: str) -> str:
    """Return who owns a function. Of a library without a name here, its package."""
    if path == "~":
        return "the database" if "sqlite" in name.lower() else "functions built into Python"
    for place, owner in _PLACES:
        if place in path:
            return owner or path.partition("/site-packages/")[2].partition("/")[0]
    return "the product itself" if path.startswith(str(ROOT)) else "Python's library"


@dataclass
class Statements:
    """The statements that ran, how many, and the seconds they took."""

    asked: list[tuple[str, Any]]
    seconds: float = 0.0
    count: int = 0


@contextmanager
def statements(*, keep: bool = True) -> Iterator[Statements]:
    """Collect what is asked of the database.

    :param keep: without it they are counted alone; kept, they would hold every row ever written
    """
    found = Statements(asked=[])

    def collect(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            found.seconds += time.perf_counter() - began
            found.count += 1
            if keep and not many:
                found.asked.append((sql, params))

    with connection.execute_wrapper(collect):
        yield found


def replay(asked: Sequence[tuple[str, Any]]) -> None:
    """Ask the same by hand, and read every row into a small record."""
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
                cursor.execute(sql, params)
                make = _record(tuple(column[0] for column in cursor.description))._make
                for row in cursor.fetchall():
                    make(row)


@cache
def _record(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names, rename=True)  # type: ignore[misc]


def peak_megabytes() -> float:
    """Return the most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run work in a process of its own, so that its memory is measured alone; return its figures."""
    import json

    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(reading)
            figures = work() | {"peak": peak_megabytes()}
            with os.fdopen(writing, "w") as pipe:
                json.dump(figures, pipe)
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("The measured process failed; its words stand above.")
    return dict(json.loads(text))


def machine() -> str:
    """Return what the figures were measured on."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    with connection.cursor() as cursor:
        function = "sqlite_version()" if connection.vendor == "sqlite" else "version()"
        cursor.execute(f"SELECT {function}")
        version = str(cursor.fetchone()[0]).split(" on ")[0].replace("PostgreSQL ", "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = os.getloadavg()[0]
    return (
        f"{names.get(connection.vendor, connection.vendor)} {version}, "
        f"Python {platform.python_version()}, {os.cpu_count()} processors ({platform.machine()}), "
        f"{memory:.0f} GB, load {load:.1f}"
    )


def table(rows: Sequence[Measured]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield f"{'act':<50}{'size':>16}{'seconds':>10}{'floor':>10}{'ratio':>8}{'target':>8}  "
    for row in rows:
        floor = "–" if row.floor is None else f"{row.floor:.3f}"
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        target = "–" if row.target is None else f"≤ {row.target:g}"
        verdict = "MISSED" if row.is_missed else ""
        yield (
            f"{row.act:<50}{row.size:>16}{row.seconds:>10.3f}{floor:>10}{ratio:>8}{target:>8}"
            f"  {verdict} {row.note}".rstrip()
        )
        if row.is_missed:
            yield f"    why: {row.reason or 'not known'}"
            yield f"    profile: {row.top or 'not taken'}"
