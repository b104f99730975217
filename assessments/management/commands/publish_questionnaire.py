"""`manage.py publish_questionnaire`: put a version of the questions into use from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.questionnaires import versions
from assessments.questionnaires.loading import CURRENT
from lockin.accounts.models import Organisation


class Command(BaseCommand):
    """Load a draft and publish it; with --draft, only load it."""

    help = "Load a questionnaire version from a TOML file and publish it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", default=str(CURRENT), help="the version shipped, unless named"
        )
        parser.add_argument("--organisation", help="its name, where there are several")
        parser.add_argument("--draft", action="store_true", help="load it without publishing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        organisation = self.organisation(options["organisation"])
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            version = versions.load_draft(path, organisation=organisation, by=None, now=now)
            if not options["draft"]:
                version = versions.publish(version=version, by=None, now=now)
        except (versions.UnableToLoad, versions.UnableToPublish) as error:
            raise CommandError(str(error)) from error
        state = "loaded as a draft" if options["draft"] else "published"
        self.stdout.write(f"Version {version.label} is {state}. SHA-256 {version.sha256}")

    def organisation(self, name: str | None) -> Organisation:
        rows = Organisation.objects.filter(name=name) if name else Organisation.objects.all()
        found = list(rows.order_by("name", "pk")[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandError("There are several organisations: name one with --organisation.")
        raise CommandError(f"There is no organisation {name}." if name else "No organisation yet.")
