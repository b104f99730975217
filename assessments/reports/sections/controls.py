"""PURE. The abstraction layer, the fallbacks and drills, and the ledger of tuning and embeddings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from assessments.audits.facts import MitigationFacts
from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Heading, Section, Table, Text
from assessments.reports.sections import tests_of_brief
from assessments.reports.source import Line, Source

COLUMNS = (
    Column("Workload", "", "44"),
    Column("Control and form"),
    Column("Covered", "n", "15"),
    Column("Measured", "n", "17"),
    Column("Evidence", "", "24"),
    Column("Tested", "n", "20.5"),
    Column("Drill", "", "18"),
)


def entries(line: Line, found: tuple[MitigationFacts, ...], source: Source) -> list[Any]:
    return [
        [
            line.name,
            Cell(entry.name, sub=words.word(words.DIMENSION, entry.dimension)),
            words.percent(entry.coverage),
            words.percent(entry.measured_coverage),
            words.word(words.GRADE, entry.grade),
            Cell(
                words.day(entry.tested_on),
                css="" if source.is_current(entry) else "worse",
            ),
            entry.drill.capitalize() or words.DASH,
        ]
        for entry in found
    ]


def layer(source: Source, *, most: int) -> Section:
    rows = [row for line in source.lines for row in entries(line, line.layer, source)]
    risky = [
        [line.name, f"{key} {name}", reason]
        for line in source.lines
        for key, name, reason in line.gates
        if key in ("G7", "G8")
    ]
    without = [line.name for line in source.lines if not line.layer]
    return Section(
        anchor="layer",
        title="Abstraction layer",
        lede=tests_of_brief.layer(source, source.lines),
        blocks=[
            _table(rows, most, "No abstraction layer is registered."),
            Heading(text="Where it is passed by, or is a risk of its own"),
            Table(
                columns=[Column("Workload", "", "44"), Column("Gate", "", "48"), Column("Why")],
                rows=risky[:most],
                empty="No gate about the gateway fired (G7, G8).",
                source="Source: gates of the score. Bypasses by repository: not assessed in this audit, "
                "no code scan was imported.",
            ),
            Text(text=f"Without a registered layer: {words.listed(without, most=40) or 'none'}."),
        ],
    )


def _table(rows: list[Any], most: int, empty: str) -> Table:
    more = len(rows) - most
    return Table(
        css="dense",
        columns=COLUMNS,
        rows=rows[:most],
        empty=empty,
        source="Covered and measured: share of what the control is meant to cover, percent. Brown: not "
        "tested within a year, or the drill failed. Source: registered controls."
        + (f" The first {most:,}; {more:,} more stand with their workloads." if more > 0 else ""),
    )


def fallback(source: Source, *, most: int) -> Section:
    rows = [
        row
        for line in source.lines
        for found in (line.fallback, line.second, line.runbook)
        for row in entries(line, found, source)
    ]
    without = [line.name for line in source.lines if line.is_vital and not line.fallback]
    return Section(
        anchor="fallback",
        title="Fallbacks and drills",
        flows=True,
        lede=tests_of_brief.fallback(source, source.lines),
        blocks=[
            _table(rows, most, "No fallback, second provider or rehearsed runbook is registered."),
            Text(
                text="Critical or high for the business, and without a registered open-source "
                f"fallback: {words.listed(without, most=40) or 'none'}."
            ),
        ],
    )


def ledger(source: Source, *, most: int) -> Section:
    """What was built on a vendor's models, this year beside last."""
    rows = []
    for line in source.lines:
        kinds = tests_of_brief.GROWING
        now = {(row.kind, row.name): row for row in line.assets if row.kind in kinds}
        before = {
            (row.kind, row.name): row for row in line.assets_before or () if row.kind in kinds
        }
        for key in sorted({*now, *before}):
            one, other = now.get(key), before.get(key)
            row: Any = one or other
            counts = [entry.count for entry in (one, other) if entry and entry.count is not None]
            change = counts[0] - counts[1] if len(counts) == 2 else None
            state = words.signed(change)
            if other is None and line.assets_before is not None:
                state = "new"
            elif one is None:
                state = "gone"
            rows.append(
                [
                    line.name,
                    Cell(row.name, sub=words.word(words.ASSET, row.kind)),
                    words.whole(other.count) if other else words.DASH,
                    words.whole(one.count) if one else words.DASH,
                    Cell(state, css=words.direction(change)),
                    words.known(words.HELD, row.held_by),
                    words.yes(row.exportable),
                ]
            )
    totals = Counter(row.kind for line in source.lines for row in line.assets)
    said = ", ".join(
        f"{words.word(words.ASSET, kind)} {count:,}" for kind, count in sorted(totals.items())
    )
    more = len(rows) - most
    return Section(
        anchor="ledger",
        title="Embedding and fine-tuning ledger",
        flows=True,
        lede=tests_of_brief.investment(source.lines),
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("Workload", "", "40"),
                    Column("What"),
                    Column("Last year", "n", "18"),
                    Column("This year", "n", "18"),
                    Column("Change", "n", "17"),
                    Column("Held by", "", "28"),
                    Column("Exportable", "", "20"),
                ],
                rows=rows[:most],
                empty="No fine-tuned model and no embedding index is on file.",
                source="Rows, documents or examples, as typed; more is more to recreate. Source: "
                "inventory. The cost to recreate: not assessed in this audit, no rates are on file."
                + (
                    f" The first {most:,}; {more:,} more stand with their workloads."
                    if more > 0
                    else ""
                ),
            ),
            Text(text=f"The whole inventory by kind: {said or 'nothing recorded'}."),
        ],
    )
