"""`manage.py bench`: each act beside its floor, as a ratio with its target. No test."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.bench import acts
from assessments.bench.measuring import Measured, machine, table
from assessments.bench.seeding import seed
from assessments.models import QuestionnaireVersion
from lockin.accounts.models import Organisation

PAGES = (
    ("list of 100 rows in two pages", ("/workloads/", "/workloads/?page=2")),
    ("scores by the API, 100 rows", ("/api/v1/scores/", "/api/v1/scores/?page=2")),
    ("portfolio with heat map", ("/",)),
)

FLOORS = (
    "Floors. Pages and API: every statement of a first view, by hand, each row read into a record, "
    "behind the same middleware, templates apart; a first view finds the cache empty, viewed again "
    "it finds what no write has changed. Scoring: one query and a record an answer. Exports: the "
    "statements by hand and the bare writer with the finished cells. What-if: the limit of 200 ms."
)


class Command(BaseCommand):
    """Seed what is missing and measure."""

    help = "Measure lists, scores, snapshot, exports and reports against their floors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sizes", default="1000,10000", help="workloads, smallest first; '' for none"
        )
        parser.add_argument("--reports", default="12,300", help="workloads of the reports")
        parser.add_argument("--small", action="store_true", help="a smoke run: 120, 240 and 3")

    def handle(self, *args: Any, **options: Any) -> None:
        sizes, reports = options["sizes"], options["reports"]
        if options["small"]:
            sizes, reports = "120,240", "3"
        self.stdout.write(machine())
        # Pages name their style sheets by hash, which are known once they are collected.
        call_command("collectstatic", verbosity=0, interactive=False)
        found = list(
            self.measure(
                [int(size) for size in sizes.split(",") if size],
                [int(size) for size in reports.split(",") if size],
            )
        )
        self.stdout.write("")
        for line in table(found):
            self.stdout.write(line)
        missed = sum(row.is_missed for row in found)
        judged = sum(row.target is not None for row in found)
        self.stdout.write(f"{judged - missed} of {judged} targets are met.")
        self.stdout.write(FLOORS)

    def measure(self, sizes: list[int], reports: list[int]) -> Iterator[Measured]:
        if sizes:
            yield from self.measure_sizes(sizes)
        for size in reports:
            organisation = self.seeded(size, purpose="report")
            on = organisation.day_of(timezone.now())
            _, audit = acts.freeze(organisation, on=on, size=_words(size), clock=timezone.now)
            yield self.told(acts.report(audit, workloads=size, clock=timezone.now))

    def measure_sizes(self, sizes: list[int]) -> Iterator[Measured]:
        organisations = {size: self.seeded(size) for size in sizes}
        acts.forget_statistics()
        for act, paths in PAGES:
            views: dict[str, list[Measured]] = {}
            for size, organisation in organisations.items():
                for row in acts.page(organisation, act=act, paths=paths, size=_words(size)):
                    yield self.told(row)
                    views.setdefault(row.act, []).append(row)
            for found in views.values():
                if len(found) > 1:
                    yield acts.flat(found[0], found[-1])
        largest = sizes[-1]
        organisation = organisations[largest]
        on, words = organisation.day_of(timezone.now()), _words(largest)
        definition = QuestionnaireVersion.objects.get(organisation=organisation).definition
        yield self.told(acts.scoring(organisation, definition, on=on, size=words))
        yield self.told(acts.what_if(organisation, size=words))
        yield self.told(acts.nightly(organisation, on=on, size=words, clock=timezone.now))
        for kind in ("csv", "xlsx"):
            yield self.told(acts.export(organisation, kind=kind, size=words))
        measured, _ = acts.freeze(organisation, on=on, size=words, clock=timezone.now)
        yield self.told(measured)

    def seeded(self, size: int, *, purpose: str = "bench") -> Organisation:
        """Return an organisation of that size, new in each run."""
        now = timezone.now()
        self.stdout.write(f"Seeding {_words(size)} …")
        name = f"Seeded for {purpose}, {size}, {now:%Y-%m-%d %H:%M:%S.%f}"
        return seed(name=name, workloads=size, seed=1, years=2, now=now).organisation

    def told(self, measured: Measured) -> Measured:
        ratio = "" if measured.ratio is None else f", {measured.ratio:.2f} of the floor"
        self.stdout.write(
            f"{measured.act}, {measured.size}: {measured.seconds:.3f} s{ratio}; {measured.note}"
        )
        self.stdout.flush()
        return measured


def _words(size: int) -> str:
    return f"{size:,} workloads"
