"""manage.py import_portfolio: the import of the pages, for a shell or a schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lockin.accounts.models import Organisation, User
from vendors.imports import batches
from vendors.imports.apply import UnableToImport
from vendors.imports.files import UnableToReadFile
from vendors.imports.mapping import UnableToUseMapping
from vendors.models import ImportBatch, ImportMapping


class Command(BaseCommand):
    help = "Import a portfolio from a workbook, a CSV, a zip or a folder of CSVs: all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--mapping", default="", help="The name of a saved mapping.")
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do.")
        parser.add_argument("--by", default="", help="The sign-in address of who imports.")
        parser.add_argument("--organisation", default="", help="Its name, where there are several.")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation, by = self._who(options)
        mapping = self._mapping(organisation, options["mapping"])
        path: Path = options["path"]
        now = timezone.now()
        try:
            if options["dry_run"]:
                parsed, _ = batches.read(path, name=path.name, mapping=mapping)
                found = batches.plan(organisation, parsed)
                self._say(found.counts(), found.notes, parsed.lacking())
                self._refuse([str(error) for error in found.errors], parsed.more_errors)
                self.stdout.write("Nothing was written: this was a dry run.")
                return
            batch = batches.preview(
                organisation=organisation,
                source=path,
                name=path.name,
                mapping=mapping,
                by=by,
                now=now,
            )
            summary = batch.summary
            self._say(summary["counts"], summary["notes"], summary["lacking"])
            if batch.state == ImportBatch.State.REFUSED:
                texts = [str(batches.parsing.RowError(**error)) for error in batch.errors]
                self._refuse(texts, summary["more_errors"])
            applied = batches.confirm(batch=batch, by=by, now=now)
        except (UnableToReadFile, UnableToUseMapping, UnableToImport) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Imported: {applied.total} rows written.")

    def _who(self, options: dict[str, Any]) -> tuple[Organisation, User | None]:
        by = None
        if options["by"]:
            by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
            if by is None:
                raise CommandError(f"Nobody signs in as {options['by']}.")
            return by.organisation, by
        rows = Organisation.objects.order_by("pk")
        if options["organisation"]:
            rows = rows.filter(name=options["organisation"])
        found = list(rows[:2])
        if len(found) != 1:
            raise CommandError("Name the organisation (--organisation) or the person (--by).")
        return found[0], by

    @staticmethod
    def _mapping(organisation: Organisation, name: str) -> ImportMapping | None:
        if not name:
            return None
        rows = ImportMapping.objects.filter(organisation=organisation)
        found = rows.filter(name=name).first()
        if found is None:
            names = ", ".join(rows.order_by("name").values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no mapping called “{name}”. On file: {names}.")
        return found

    def _say(self, counts: dict[str, Any], notes: list[str], lacking: dict[str, int]) -> None:
        for sheet, count in counts.items():
            self.stdout.write(
                f"{sheet}: {count['add']} new, {count['change']} changed, "
                f"{count['unchanged']} unchanged"
            )
        for column, number in lacking.items():
            self.stdout.write(f"incomplete: {column} is blank in {number} rows")
        for note in notes:
            self.stdout.write(f"note: {note}")

    def _refuse(self, texts: list[str], more: int) -> None:
        if not texts:
            return
        for text in texts:
            self.stderr.write(text)
        number = len(texts) + more
        raise CommandError(
            f"{number:,} thing{'' if number == 1 else 's'} to correct; nothing was imported."
        )
