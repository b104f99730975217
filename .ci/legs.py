"""
Run the tests leg by leg: lint, each database, each broker, the browser.

What a leg needs is found or started here, in temporary folders that go away with it. What cannot
run is named at the end with the command that would make it run; with CI set that is a failure.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parent))
from servers import PostgreSQL, Redis, Unavailable, find_browser, missing_library

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
IN_CI = bool(os.environ.get("CI"))
LONGEST = 45 * 60  # seconds that one leg may take
PURE = "Sums and rules know no framework"  # the import contract that lists the pure packages

Environment = dict[str, str]


@dataclass
class Result:
    """What a leg brought: counts of its tests, what was left out and why, and how long it took."""

    leg: str
    label: str
    failed: int = 0
    passed: int = 0
    seconds: float = 0.0
    left_out: list[str] = field(default_factory=list)
    not_run: str = ""

    @property
    def is_good(self) -> bool:
        return not self.failed and not (IN_CI and (self.not_run or self.left_out))


class Run:
    """One run of some legs: the servers they share, the programs that are running, the results."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lockin-legs-"))
        self.folder.chmod(0o711)
        self.postgresql = PostgreSQL(folder=self.folder, prefer_installed=IN_CI)
        self.redis = Redis(folder=self.folder)
        self.running: set[subprocess.Popen[str]] = set()
        self.lock = threading.Lock()

    def close(self) -> None:
        for process in list(self.running):
            kill(process)
        self.redis.stop()
        self.postgresql.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, leg: str, **more: str) -> Environment:
        """Return a leg's environment: nothing of this machine's own installation is left in it."""
        var = self.folder / leg
        var.mkdir(exist_ok=True)
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lockin.settings.test",
            "LOCKIN_VAR": str(var),
            # Set, though empty: a .env file does not fill in what is set.
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "CELERY_BROKER_URL": "filesystem://",
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    def call(self, leg: str, command: list[str], environment: Environment) -> int:
        """Run a command, its lines prefixed with the leg's name; return its code."""
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        with self.lock:
            self.running.add(process)
        clock = threading.Timer(LONGEST, kill, args=(process,))
        clock.daemon = True
        clock.start()
        try:
            for line in process.stdout or ():
                self.say(leg, line.rstrip("\n"))
            return process.wait()
        finally:
            clock.cancel()
            kill(process)  # what it may have left behind
            with self.lock:
                self.running.discard(process)

    def say(self, leg: str, line: str) -> None:
        with self.lock:
            print(f"{leg:<10}│ {line}", flush=True)


def kill(process: subprocess.Popen[str]) -> None:
    """End a program and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


# ── Legs ────────────────────────────────────────────────────────────────────────────────────────


def pure_modules() -> list[str]:
    """Return the packages without a framework, as the import contract names them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["name"] == PURE:
            return list(contract["source_modules"])
    return []


def lint(run: Run) -> Result:
    """Style, imports, types, migrations and settings, without a single test."""
    result = Result("lint", "Lint")
    plain = run.environment("lint")
    # Settings for real use, with values that only have to look right: nothing is connected to.
    real = run.environment(
        "lint",
        DJANGO_SETTINGS_MODULE="lockin.settings.production",
        SECRET_KEY="k3y-of-the-deployment-check-" * 3,
        ALLOWED_HOSTS="lockin.example",
        DATABASE_URL="postgres://lockin@127.0.0.1/lockin",
        REDIS_URL="redis://127.0.0.1/0",
        CELERY_BROKER_URL="redis://127.0.0.1/0",
    )
    pure = [part for module in pure_modules() for part in ("-p", module)]
    steps: list[tuple[list[str], Environment]] = [
        ([str(BIN / "ruff"), "check", "--quiet", "--output-format=concise", "."], plain),
        ([str(BIN / "ruff"), "format", "--check", "--output-format=concise", "."], plain),
        ([str(BIN / "lint-imports"), "--no-cache"], plain),
        ([str(BIN / "mypy"), "--strict", "--follow-imports=silent", *pure], plain),
        ([PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], plain),
        ([PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], real),
    ]
    for command, environment in steps:
        name = " ".join(Path(word).name if word.startswith("/") else word for word in command[:4])
        if run.call("lint", command, environment):
            run.say("lint", f"FAILED: {name}")
            result.failed += 1
        else:
            result.passed += 1
    return result


def pytest(run: Run, result: Result, *, marks: str, environment: Environment) -> Result:
    """Run the tests with these marks and count them."""
    report = run.folder / f"{result.leg}.xml"
    command = [PYTHON, "-m", "pytest", "-q", "-m", marks, f"--junitxml={report}", "--durations=5"]
    command += os.environ.get("PYTEST_ARGS", "").split()
    code = run.call(result.leg, command, environment)
    if report.exists():
        count(result, report)
    if code and not result.failed:
        # Nothing collected, a broken import, killed by the clock: never a quiet success.
        run.say(result.leg, f"pytest ended with code {code} and without a failed test.")
        result.failed += 1
    return result


def count(result: Result, report: Path) -> None:
    """Add up what pytest wrote. A skipped test is one that could not run here."""
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            result.left_out.append(f"{case.get('name')}: {skipped.get('message')}")
        else:
            result.passed += 1


def sqlite(run: Run) -> Result:
    """Everything but the browser and the brokers, on SQLite."""
    return pytest(
        run,
        Result("sqlite", "SQLite"),
        marks="not browser and not broker and not postgres",
        environment=run.environment("sqlite"),
    )


def postgres(run: Run) -> Result:
    """The same tests on PostgreSQL."""
    result = Result("postgres", "PostgreSQL")
    return pytest(
        run,
        result,
        marks="not browser and not broker and not sqlite",
        environment=run.environment("postgres", DATABASE_URL=run.postgresql.url("lockin_tests")),
    )


def filesystem(run: Run) -> Result:
    """A real worker behind a queue of files, on SQLite: the embedded default."""
    return pytest(
        run,
        Result("filesystem", "Broker: files, on SQLite"),
        marks="broker",
        environment=run.environment("filesystem", LOCKIN_TEST_BROKER="filesystem://"),
    )


def redis(run: Run) -> Result:
    """A real worker behind Redis, on PostgreSQL: real use."""
    broker = run.redis.url()
    return pytest(
        run,
        Result("redis", "Broker: Redis, on PostgreSQL"),
        marks="broker",
        environment=run.environment(
            "redis",
            LOCKIN_TEST_BROKER=broker,
            CELERY_BROKER_URL=broker,
            DATABASE_URL=run.postgresql.url("lockin_broker"),
        ),
    )


def browser(run: Run) -> Result:
    """The journeys in a browser found on this machine."""
    return pytest(
        run,
        Result("browser", "Browser, on SQLite"),
        marks="browser",
        environment=run.environment(
            "browser", LOCKIN_TEST_BROWSER=find_browser(), DJANGO_ALLOW_ASYNC_UNSAFE="true"
        ),
    )


def bench(run: Run) -> Result:
    """Each act beside its floor, on both databases. Not part of the tests."""
    result = Result("bench", "Benchmark")
    for name, address in (("sqlite", ""), ("postgres", run.postgresql.url("lockin_bench"))):
        environment = run.environment(
            f"bench-{name}",
            DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE="lockin.settings.development",
        )
        if address:
            run.postgresql.create("lockin_bench")
        for command in (["migrate", "--verbosity=0"], ["bench", *BENCH_ARGS]):
            if run.call(name, [PYTHON, "manage.py", *command], environment):
                result.failed += 1
                break
        else:
            result.passed += 1
    return result


BENCH_ARGS = os.environ.get("BENCH_ARGS", "").split()
# Long ones first: two run at a time.
TESTS: dict[str, Callable[[Run], Result]] = {
    "postgres": postgres,
    "sqlite": sqlite,
    "browser": browser,
    "redis": redis,
    "filesystem": filesystem,
    "lint": lint,
}
ORDER = ("lint", "sqlite", "postgres", "filesystem", "redis", "browser")
LEGS = {**TESTS, "bench": bench}


def attempt(run: Run, name: str) -> Result:
    """Run a leg, or say why it cannot run here."""
    began = time.monotonic()
    try:
        result = LEGS[name](run)
    except Unavailable as reason:
        result = Result(name, name, not_run=str(reason))
    result.seconds = time.monotonic() - began
    return result


def summary(results: list[Result]) -> None:
    """Print what could not run, then the counts: these are the last lines."""
    left_out = sorted({reason for result in results for reason in result.left_out})
    missing = [result for result in results if result.not_run]
    print()
    if missing or left_out:
        print(
            "Could not run on this machine" + (" (a failure, since CI is set):" if IN_CI else ":")
        )
        for result in missing:
            print(f"  {result.leg}: {result.not_run}")
        for reason in left_out:
            print(f"  {reason}")
        print()
    for result in results:
        state = "not run" if result.not_run else f"{result.passed:>5} passed"
        more = f", {result.failed} FAILED" if result.failed else ""
        more += f", {len(result.left_out)} left out" if result.left_out else ""
        print(f"{result.label:<30} {state}{more}  ({result.seconds:.0f} s)")
    print("Green." if all(result.is_good for result in results) else "NOT GREEN.")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in LEGS]
    if unknown:
        print(f"There is no leg {unknown[0]}. Legs: {', '.join(LEGS)}.", file=sys.stderr)
        return 2
    chosen = [name for name in TESTS if not names or name in names]
    chosen += ["bench"] if "bench" in names else []
    if chosen != ["lint"] and (line := missing_library(python=PYTHON, root=ROOT)):
        print(line, file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    run = Run()
    results: list[Result] = []
    try:
        at_once = 1 if "bench" in chosen else min(2, os.cpu_count() or 1)
        pool = ThreadPoolExecutor(max_workers=at_once)
        try:
            results = list(pool.map(lambda name: attempt(run, name), chosen))
        finally:
            for process in list(run.running):
                kill(process)
            pool.shutdown(wait=False, cancel_futures=True)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    finally:
        run.close()
    order = {name: place for place, name in enumerate(ORDER)}
    summary(sorted(results, key=lambda result: order.get(result.leg, len(order))))
    return 0 if all(result.is_good for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
