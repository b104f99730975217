"""`manage.py load_example`: an insurer with two years of history, to look round in."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.example import loading
from assessments.example.people import sign_ins

__all__ = ["Command", "sign_ins"]


class Command(BaseCommand):
    """Load the example into an empty database, all of it or nothing."""

    help = "Load the example organisation; refuses when there is one already."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            organisation = loading.load(now=timezone.now())
        except loading.UnableToLoadExample as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - began
        self.stdout.write(f"{organisation} is loaded, in {seconds:.0f} s. Sign in as:")
        people = sign_ins()
        width = max(len(person.email) for person in people)
        for person in people:
            self.stdout.write(f"  {person.email:<{width}}  {person.password}  {person.what}")
