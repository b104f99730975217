"""PURE. Find words in the pages of a document: the page, the place, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST_QUERY = 200
AROUND = 120
MOST_FOUND = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """One place: `start` and `end` count characters of the page's text."""

    page: int
    start: int
    end: int
    before: str
    match: str
    after: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked or not; a page in pieces is the page."""

    text: str
    is_marked: bool = False
    number: int = 0  # of the mark on its page, from one


def pattern_of(query: str) -> re.Pattern[str] | None:
    """Return what matches the words in this order, whatever space or line end is between them.

    Letters of both cases match; so do straight and curly quotation marks and the several dashes.
    None for a query without words. It holds no repetition but of spaces, so it takes linear time.
    """
    words = query[:LONGEST_QUERY].split()
    if not words:
        return None
    return re.compile(r"\s+".join(_loosely(word) for word in words), re.IGNORECASE)


def _loosely(word: str) -> str:
    alike = {"'": "['‘’]", '"': '["“”]', "-": "[-‐‑–—]"}
    same = {"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"}
    plain = (same.get(character, character) for character in word)
    return "".join(alike.get(character) or re.escape(character) for character in plain)


def search(
    pages: Iterable[tuple[int, str]], query: str, *, most: int = MOST_FOUND
) -> tuple[list[Found], int]:
    """Return the first places where the words stand, and how many there are in all.

    :param pages: number and text of each page, in order
    """
    pattern = pattern_of(query)
    if pattern is None:
        return [], 0
    found: list[Found] = []
    count = 0
    for number, text in pages:
        for match in pattern.finditer(text):
            count += 1
            if len(found) < most:
                found.append(_found(number, text, match.start(), match.end()))
    return found, count


def _found(number: int, text: str, start: int, end: int) -> Found:
    before = text[max(0, start - AROUND) : start]
    after = text[end : end + AROUND]
    if start > AROUND:  # begin and end between words
        before = "…" + (before.partition(" ")[2] or before)
    if end + AROUND < len(text):
        after = (after.rpartition(" ")[0] or after) + "…"
    return Found(
        page=number,
        start=start,
        end=end,
        before=" ".join(before.split()) + (" " if before[-1:].isspace() else ""),
        match=" ".join(text[start:end].split()),
        after=(" " if after[:1].isspace() else "") + " ".join(after.split()),
    )


def marked(text: str, query: str) -> list[Piece]:
    """Return a page's text in pieces, with the words of a query marked."""
    pattern = pattern_of(query)
    if pattern is None:
        return [Piece(text)]
    return pieces(text, [match.span() for match in pattern.finditer(text)])


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Return text in pieces, with spans marked. What overlaps is marked once; what lies outside, not.

    Nothing is escaped here: the pieces are values, and the page that shows them escapes each.
    """
    return list(_pieces(text, sorted(spans)))


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = number = 0
    for start, end in spans:
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            yield Piece(text[at:start])
        number += 1
        yield Piece(text[start:end], is_marked=True, number=number)
        at = end
    if at < len(text):
        yield Piece(text[at:])
