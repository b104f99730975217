"""Check that every frozen record is as it was when it was sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.audits.verifying import verify
from assessments.models import Audit


class Command(BaseCommand):
    help = "Reckons every snapshot's, closing's and signature's hash again. Ends with 1 on a break."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = broken = 0
        for found in verify(Audit.objects.all()):
            checked += 1
            if not found.breaks:
                closing = f", closing {found.closing_sha256[:12]}" if found.closing_sha256 else ""
                self.stdout.write(
                    f"{found.audit}: {found.items} items hold, "
                    f"snapshot {found.snapshot_sha256[:12]}{closing}"
                )
                continue
            broken += 1
            self.stdout.write(f"{found.audit}: BROKEN")
            for line in found.breaks:
                self.stdout.write(f"  {line}")
        if broken:
            raise CommandError(f"{broken} of {checked} audits do not hold.")
        self.stdout.write(f"All {checked} hold." if checked else "No snapshot is sealed yet.")
