"""Open the audits that are due, as the clock does; for a day when it did not run."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.audits import cycle
from lockin.accounts.models import Organisation


class Command(BaseCommand):
    help = "Opens the year's audit of every organisation when it is due. Twice does no harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="reckon with this day (2026-11-23) instead of today")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            given = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError:
            raise CommandError(f"{options['on']} is not a day such as 2026-11-23.") from None
        for organisation in Organisation.objects.order_by("pk"):
            on = given or organisation.day_of(now)
            opened = cycle.open_due(organisation=organisation, on=on, now=now)
            for audit in opened:
                late = ", late" if audit.is_late else ""
                self.stdout.write(f"{organisation}: opened the {audit}{late}. {audit.reason_words}")
            if not opened:
                self.stdout.write(f"{organisation}: nothing to open on {on}.")
