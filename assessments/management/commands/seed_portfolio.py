"""`manage.py seed_portfolio`: a portfolio of any size, for the benchmark and for trying out."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.bench.seeding import seed
from assessments.example.people import PASSWORD
from lockin.accounts.models import Organisation


class Command(BaseCommand):
    """Write a seeded organisation, marked as an example."""

    help = (
        "Write a seeded portfolio. It writes rows directly, in bulk, and not through the import; "
        "the organisation is marked as an example."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workloads", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same rows")
        parser.add_argument("--years", type=int, default=2, help="years of accepted answers")
        parser.add_argument("--organisation", default="", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["organisation"] or f"Seeded {options['workloads']}-{options['seed']}"
        if Organisation.objects.filter(name=name).exists():
            raise CommandError(f"There is an organisation “{name}” already. Choose another name.")
        if options["workloads"] < 1 or not 0 <= options["years"] <= 10:
            raise CommandError("At least one workload, and at most ten years.")
        began = time.monotonic()
        self.stdout.write("Rows are written directly, in bulk, and not through the import.")
        made = seed(
            name=name,
            workloads=options["workloads"],
            seed=options["seed"],
            years=options["years"],
            now=timezone.now(),
            say=self.stdout.write,
        )
        seconds = time.monotonic() - began
        email = f"chair@seeded-{made.organisation.pk}.example"
        self.stdout.write(
            f"{name}: {made.workloads:,} workloads and {made.answers:,} answers in {seconds:.0f} s."
            f" Sign in as {email}, {PASSWORD}"
        )
