"""Check that every stored report is still the file that was made."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.models import Report
from assessments.reports.publishing import broken_files


class Command(BaseCommand):
    help = "Reckons the hash of every stored report again. Ends with 1 on a break."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = broken = 0
        for report in Report.objects.ready().select_related("audit").order_by("pk").iterator():
            checked += 1
            breaks = list(broken_files(report))
            if not breaks:
                self.stdout.write(f"{report}: holds, manifest {report.manifest_sha256[:12]}")
                continue
            broken += 1
            self.stdout.write(f"{report}: BROKEN")
            for line in breaks:
                self.stdout.write(f"  {line}")
        if broken:
            raise CommandError(f"{broken} of {checked} reports do not hold.")
        self.stdout.write(f"All {checked} hold." if checked else "No report was made yet.")
