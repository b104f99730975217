"""Run the whole product on this machine: prepare what is missing, then web, worker and beat."""

import hashlib
import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from assessments.management.commands.load_example import sign_ins
from lockin import assets, libraries
from lockin.accounts.models import Organisation
from lockin.supervisor import Supervisor, coloured


class Command(BaseCommand):
    """`manage.py up`: what `make run` calls when everything is installed."""

    help = "Prepare the database and run web, worker and beat together until Ctrl-C."
    requires_system_checks: list[str] = []  # looked at below, to stop with one line

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--workers", type=int, default=2, help="web processes")
        parser.add_argument("--concurrency", type=int, default=2, help="tasks at one time")
        parser.add_argument("--empty", action="store_true", help="do not load the example")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if obstacle := self.obstacle(host=host, port=port):
            self.stderr.write(obstacle)
            sys.exit(1)
        self.prepare_database()
        self.collect_assets()
        if not options["empty"] and not Organisation.objects.exists():
            self.say("Loading the example portfolio, the first time only …")
            call_command("load_example")
        connections.close_all()
        self.supervise(
            host=host, port=port, workers=options["workers"], concurrency=options["concurrency"]
        )

    def obstacle(self, *, host: str, port: int) -> str:
        """Return the one line that says why nothing can be started, and what to do."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                return f"Port {port} is not free. Choose another one: make run PORT={port + 1}"
        if missing := libraries.missing_libraries():
            return f"The library {missing[0]} is missing. Install it: {libraries.command()}"
        if lacking := assets.missing_files():
            return f"{lacking[0]} is missing. Install it: {assets.COMMAND}"
        for found in run_checks():
            if found.level >= ERROR:
                return f"{found.msg} {found.hint or ''}".strip()
        return ""

    def prepare_database(self) -> None:
        """Apply the migrations that the database does not have yet."""
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)

    def collect_assets(self) -> None:
        """Collect style sheets, scripts and fonts when one of them has changed."""
        fingerprint = hashlib.sha256()
        for finder in get_finders():
            for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
                stat = os.stat(storage.path(name))
                fingerprint.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        note = Path(settings.VAR) / "static.sha256"
        if note.exists() and note.read_text() == fingerprint.hexdigest():
            return
        self.say("Collecting style sheets and scripts …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        note.write_text(fingerprint.hexdigest())

    def supervise(self, *, host: str, port: int, workers: int, concurrency: int) -> None:
        """Run until a signal, and say where the product is once it answers."""
        supervisor = Supervisor(environment=os.environ, write=self.line)
        # Started by root on a machine of one's own, the worker would warn at length each time.
        quiet = ("-W", "ignore:You're running the worker")
        celery = (sys.executable, *quiet, "-m", "celery", "--quiet", "-A", "lockin.celery")
        # Threads, because a browser keeps connections open that it does not use yet.
        supervisor.add(
            "web",
            *(sys.executable, "-m", "gunicorn", "lockin.wsgi:application", "--no-control-socket"),
            *("--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4"),
            *("--graceful-timeout", "5", "--timeout", "120", "--log-level", "warning"),
        )
        supervisor.add(
            "worker",
            *(*celery, "worker", "-n", "w@local", "--concurrency", str(concurrency)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--loglevel", "WARNING"),
        )
        # Beat's own file holds nothing that counts: due dates stand in the database.
        schedule = Path(settings.VAR) / "beat-schedule"
        for leftover in schedule.parent.glob(schedule.name + "*"):
            leftover.unlink(missing_ok=True)
        supervisor.add(
            "beat",
            *(*celery, "beat", "--pidfile=", "--schedule", str(schedule)),
            *("--scheduler", "lockin.celery:Scheduler", "--loglevel", "WARNING"),
        )
        announced = False

        def announce_once() -> None:
            nonlocal announced
            if not announced and supervisor.is_running("web") and answers(host=host, port=port):
                announced = True
                self.announce(host=host, port=port)

        supervisor.run(while_waiting=announce_once)
        self.say("Stopped.")

    def announce(self, *, host: str, port: int) -> None:
        """Print the address and who can sign in."""
        self.say(f"\nLockin is running at http://{host}:{port} – Ctrl-C stops all of it.")
        people = sign_ins()
        if people:
            self.say("Example sign-ins:")
            width = max(len(person.email) for person in people)
            for person in people:
                self.say(f"  {person.email:<{width}}  {person.password}  {person.what}")
        self.say("")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def line(self, text: str) -> None:
        self.say(coloured(text) if self.stdout.isatty() else text)


def answers(*, host: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0
