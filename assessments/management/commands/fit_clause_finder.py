"""Fit the weights of the clause finder on the tuning half of labelled contracts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.clauses.passages import cuad, fitting
from assessments.clauses.passages.catalogue import WEIGHTS, labels


class Command(BaseCommand):
    """Writes `data/weights.json` anew; it takes some minutes. The measuring half is not read."""

    help = "Fit the clause finder on the tuning half of a folder of labelled contracts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="with txt/ and master_clauses*.csv")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Fit each label that enough contracts have."""
        try:
            held = [contract for contract in cuad.contracts(folder) if contract.is_for_tuning]
        except FileNotFoundError as error:
            raise CommandError(str(error)) from None
        made = fitting.shuffled(fitting.examples(held))
        self.stdout.write(f"{len(held)} contracts, {len(made)} passages")
        fitted = {}
        for key, label in labels().items():
            if fitting.can_fit(held, label):
                fitted[key] = fitting.fit_label(made, label)
                self.stdout.write(f"{key}: none below {fitted[key]['none_below']}")
        WEIGHTS.write_text(json.dumps(fitted, indent=1, sort_keys=True) + "\n")
