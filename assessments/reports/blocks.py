"""PURE. What a report is made of: sections of headings, texts, tables, figures, charts, findings.

The templates know these few shapes and nothing of audits; the sections know audits and no HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from assessments.reports import charts, svg


@cache
def meter_uri(bars: int) -> str:
    """Return the image of a meter, the same text each time, so that a PDF holds it once."""
    return svg.uri(svg.draw(charts.meter(bars)))


def chart(figure: charts.Figure, *, alt: str, source: str = "") -> Chart:
    """Return a figure as an image with its words."""
    return Chart(
        uri=svg.uri(svg.draw(figure)), alt=alt, width=figure["layout"]["width"], source=source
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: a text, what stands small under it, and a mark before it."""

    text: str
    sub: str = ""
    css: str = ""
    meter: int = 0
    """Bars of four, coloured as the tier; 0 draws none."""
    span: int = 1

    @property
    def mark(self) -> str:
        return meter_uri(self.meter)


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    css: str = ""
    width: str = ""
    """In millimetres; empty shares what is left."""


Row = Sequence[Any]
"""Cells, or plain texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    columns: Sequence[Column]
    rows: Sequence[Row]
    foot: Row = ()
    title: str = ""
    """A head over all columns, which stands on every page that the table reaches."""
    css: str = ""
    source: str = ""
    empty: str = "Nothing was recorded."
    kind: str = "table"

    @property
    def has_heads(self) -> bool:
        return any(column.label for column in self.columns)

    @property
    def marked(self) -> list[list[tuple[Cell, Column]]]:
        return [self._mark(row) for row in self.rows]

    @property
    def marked_foot(self) -> list[tuple[Cell, Column]]:
        return self._mark(self.foot)

    def _mark(self, row: Row) -> list[tuple[Cell, Column]]:
        cells = [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]
        return list(zip(cells, self.columns, strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    text: str
    level: int = 2
    anchor: str = ""
    kind: str = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    text: str
    css: str = ""
    bold: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    items: Sequence[tuple[str, str]]
    """What is said in bold, and what follows it."""
    kind: str = "bullets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    figures: Sequence[tuple[str, str, str]]
    """What it is, the figure, what it means."""
    kind: str = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    uri: str
    alt: str
    width: int
    source: str = ""
    kind: str = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A conclusion among its neighbours."""

    steps: Sequence[str]
    at: int
    kind: str = "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Two short columns side by side. Never for long tables: they would not break over pages."""

    left: Sequence[Any]
    right: Sequence[Any]
    css: str = ""
    kind: str = "columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """A finding that no page break divides."""

    number: str
    title: str
    meter: int
    severity: str
    meta: str
    rows: Sequence[tuple[str, str]]
    recommendation: str
    response: str
    awaited: bool
    kind: str = "finding"

    @property
    def mark(self) -> str:
        return meter_uri(self.meter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What the colours of a heat map mean."""

    entries: Sequence[tuple[int, str]]
    kind: str = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    kind: str = "contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTogether:
    """Blocks that stay on one page."""

    blocks: Sequence[Any]
    kind: str = "together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part with a title of its own, on a new page unless it runs on."""

    anchor: str
    title: str
    blocks: Sequence[Any]
    lede: str = ""
    lede_bold: str = ""
    runs_on: bool = False
    """Stands under the section before it, with a smaller title."""
    flows: bool = False
    """Follows on the same page where there is room, with a title of full size."""
    in_contents: bool = True
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    organisation: str
    title: str
    subtitle: str
    mark: str
    art: Chart | None
    caption: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One volume, ready for the template."""

    number: int
    title: str
    file_name: str
    language: str
    author: str
    dated: str
    running: str
    stamp: str
    sections: Sequence[Section]
    cover: Cover | None = None
    description: str = ""
    also: Sequence[str] = field(default_factory=tuple)
