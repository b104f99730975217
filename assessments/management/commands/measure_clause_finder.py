"""Measure the clause finder on the half of labelled contracts that it was not tuned on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.clauses.passages import cuad
from assessments.clauses.passages.catalogue import labels
from assessments.clauses.passages.measuring import Figures, measure, searched


class Command(BaseCommand):
    """Prints a table for the README, each figure beside that of a plain keyword search."""

    help = "Measure the clause finder on the measuring half of a folder of labelled contracts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="with txt/ and master_clauses*.csv")
        parser.add_argument(
            "--tuning-half",
            action="store_true",
            help="measure what it was tuned on instead: flatters, for comparison only",
        )

    def handle(self, *args: Any, folder: Path, tuning_half: bool, **options: Any) -> None:
        """Print one row a label, and their sum."""
        try:
            held = [
                contract
                for contract in cuad.contracts(folder)
                if contract.pages and contract.is_for_tuning == tuning_half
            ]
        except FileNotFoundError as error:
            raise CommandError(str(error)) from None
        half = "tuning" if tuning_half else "measuring"
        self.stdout.write(f"{len(held)} contracts of the {half} half; plain search in brackets\n\n")
        self.stdout.write("| Label | Among the first five | Wrongly none | Rightly none |\n")
        self.stdout.write("|---|---|---|---|\n")
        sums, plain_sums = Figures(), Figures()
        for label in labels().values():
            if not label.is_measured:
                continue
            figures = measure(held, label)
            plain = measure(held, label, by=searched)
            self.stdout.write(row(label.cuad, figures, plain))
            sums, plain_sums = sums + figures, plain_sums + plain
        self.stdout.write(row("All", sums, plain_sums))


def row(name: str, found: Figures, plain: Figures) -> str:
    """Return a row: what of how many, with the plain search's in brackets."""
    return (
        f"| {name} | {of(found.among_first, plain.among_first, found.having)}"
        f" | {of(found.wrongly_none, plain.wrongly_none, found.having)}"
        f" | {of(found.rightly_none, plain.rightly_none, found.lacking)} |\n"
    )


def of(count: int, plain: int, total: int) -> str:
    """Return 13 of 13 (6), or a dash where no contract is there to measure on."""
    return f"{count} of {total} ({plain})" if total else "–"
