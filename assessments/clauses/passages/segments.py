"""PURE. A document's pages in stretches of a sentence or a few, each with its place on its page.

Contracts come as lines of a PDF, as paragraphs of a word processor, or as pages in one line: so
stretches end at sentences and before numbered clauses, never at the end of a line alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Characters. Shorter pieces join the next, so that a heading stands with what it heads.
SHORTEST = 220
LONGEST = 700

# A full stop, semicolon or colon before a capital, a number or a bracket; or a numbered clause.
BOUNDARY = re.compile(
    r"(?<=[.;:!?”\"])\s+(?=[(“\"A-Z0-9])"
    r"|\n\s*\n\s*"
    r"|\s+(?=(?:\d{1,2}\.){1,3}\d{0,2}\.?\s+[A-Z])"
    # Letters and Roman numbers alone: “sixty (60) days” is one.
    r"|\s+(?=\((?:[a-z]|[ivx]{1,4})\)\s+\S)"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Ltd|Co|No|Nos|Sec|Art|Mr|Mrs|Ms|Dr|vs|e\.g|i\.e|cf|St|U\.S|L\.P|N\.A)"
    r"|\b[A-Z]|\b(?:Section|Article|Clause|Exhibit|Schedule)\s+\d{1,3})\.$"
)


@dataclass(frozen=True)
class Page:
    """One page of a document, numbered from one."""

    number: int
    text: str


@dataclass(frozen=True)
class Segment:
    """A stretch of a page: `start` and `end` count characters of the page's text."""

    page: int
    start: int
    end: int
    text: str


def segments(pages: Iterable[Page]) -> list[Segment]:
    """Return the stretches of all pages, in order."""
    return [segment for page in pages for segment in _of_page(page)]


def _of_page(page: Page) -> Iterator[Segment]:
    start = end = -1
    for piece_start, piece_end in _pieces(page.text):
        if start >= 0 and piece_end - start > LONGEST:
            yield Segment(page.number, start, end, page.text[start:end])
            start = -1
        if start < 0:
            start = piece_start
        end = piece_end
        if end - start >= SHORTEST:
            yield Segment(page.number, start, end, page.text[start:end])
            start = -1
    if start >= 0:
        yield Segment(page.number, start, end, page.text[start:end])


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield sentences and clauses without the space around them, none longer than LONGEST."""
    at = 0
    ends = [
        (match.start(), match.end())
        for match in BOUNDARY.finditer(text)
        if not ABBREVIATION.search(text, max(0, match.start() - 20), match.start())
    ]
    for stop, following in [*ends, (len(text), len(text))]:
        yield from _cut(text, at, stop)
        at = following


def _cut(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    while stop - start > LONGEST:
        # At a comma, else at a space, else through a word.
        near = text[start : start + LONGEST]
        middle = LONGEST // 2
        at = max(near.rfind(", ", middle), near.rfind(",\n", middle)) + 1
        at = at or max(near.rfind(" ", middle), near.rfind("\n", middle)) + 1 or LONGEST
        yield start, start + at
        start += at
        while start < stop and text[start].isspace():
            start += 1
    if stop > start:
        yield start, stop
