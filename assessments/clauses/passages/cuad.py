"""PURE. The labelled contracts of the Contract Understanding Atticus Dataset, and their two halves.

A folder holds `txt/` with the contracts' text and one CSV whose rows name a contract and, for each
label, the passages that lawyers marked. CC BY 4.0, The Atticus Project.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assessments.clauses.passages.segments import Page

# A page of these texts ends in several empty lines.
PAGE_END = re.compile(r"\n{4,}")
OMITTED = "<omitted>"


@dataclass(frozen=True)
class Span:
    """A marked stretch of one page."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class LabelledContract:
    """A contract: the passages marked for each label, and its pages where its text is there."""

    name: str
    family: str
    quotes: Mapping[str, tuple[str, ...]]
    pages: tuple[Page, ...]
    spans: Mapping[str, tuple[Span, ...]]

    @property
    def is_for_tuning(self) -> bool:
        return tuned_on(self.family)


def family_of(file_name: str) -> str:
    """Return the company that a file's name begins with: its contracts stay in one half."""
    return re.sub(r"[^a-z]", "", re.split(r"[_ ]", file_name)[0].lower())


def tuned_on(family: str) -> bool:
    """Whether a family is in the half that the finder is tuned on. The other half measures it."""
    return int(hashlib.sha256(family.encode()).hexdigest(), 16) % 2 == 0


def contracts(folder: Path) -> list[LabelledContract]:
    """Return all labelled contracts, by name.

    :raises FileNotFoundError: if the folder holds no labels
    """
    tables = sorted(folder.glob("master_clauses*.csv"))
    if not tables:
        raise FileNotFoundError(f"There is no master_clauses*.csv in {folder}.")
    texts = {_plain(path.stem): path for path in sorted((folder / "txt").glob("*.txt"))}
    # The limit holds for the whole process, and imports of strangers' files rely on it.
    usual = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        with tables[0].open(encoding="utf-8", newline="") as file:
            rows = sorted(csv.DictReader(file), key=lambda row: row["Filename"])
    finally:
        csv.field_size_limit(usual)
    return [_contract(row, texts) for row in rows]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _contract(row: Mapping[str, str], texts: Mapping[str, Path]) -> LabelledContract:
    name = re.sub(r"\.(pdf|txt)$", "", row["Filename"], flags=re.IGNORECASE)
    quotes = {
        column: tuple(
            " ".join(part.split())
            for quote in ast.literal_eval(value)
            for part in str(quote).split(OMITTED)
            if part.strip()
        )
        for column, value in row.items()
        if column != "Filename" and not column.endswith("-Answer")
    }
    path = texts.get(_plain(name))
    pages = _pages(path.read_text(encoding="utf-8", errors="replace")) if path else ()
    flat, places = _flattened(pages)
    return LabelledContract(
        name=name,
        family=family_of(name),
        quotes=quotes,
        pages=pages,
        spans={
            label: tuple(span for quote in marked for span in _spans(quote, flat, places))
            for label, marked in quotes.items()
        }
        if pages
        else {},
    )


def _pages(text: str) -> tuple[Page, ...]:
    parts = [part for part in PAGE_END.split(text.replace("\r\n", "\n")) if part.strip()]
    return tuple(Page(number, part) for number, part in enumerate(parts, start=1))


def _flattened(pages: tuple[Page, ...]) -> tuple[str, list[tuple[int, int]]]:
    """Return all text with single spaces, and the page and place of each of its characters."""
    flat: list[str] = []
    places: list[tuple[int, int]] = []
    for page in pages:
        for at, character in enumerate(page.text):
            if not character.isspace():
                flat.append(character)
            elif flat and flat[-1] != " ":
                flat.append(" ")
            else:
                continue
            places.append((page.number, at))
        if flat and flat[-1] != " ":
            flat.append(" ")
            places.append((page.number, len(page.text)))
    return "".join(flat), places


def _spans(quote: str, flat: str, places: list[tuple[int, int]]) -> Iterator[Span]:
    """Yield where a quote stands; one that goes over pages is a span on each."""
    at = flat.find(quote)
    while at >= 0:
        by_page: dict[int, tuple[int, int]] = {}
        for page, place in places[at : at + len(quote)]:
            start, _ = by_page.get(page, (place, place))
            by_page[page] = (start, place + 1)
        for page, (start, end) in by_page.items():
            yield Span(page, start, end)
        at = flat.find(quote, at + len(quote))
