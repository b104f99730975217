"""PURE. What the finder sees of a stretch of text: words, pairs of words, and phrases that match."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

WORD = re.compile(r"[A-Za-z]+|\d+")
STEM = 7
# Words that say nothing of a clause. "Not", "any", "without", "upon" and "after" do, and stay.
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "by",
        "does",
        "each",
        "for",
        "from",
        "has",
        "have",
        "having",
        "hereby",
        "herein",
        "hereof",
        "hereto",
        "hereunder",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "of",
        "on",
        "or",
        "other",
        "our",
        "shall",
        "such",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "thereof",
        "thereto",
        "these",
        "they",
        "this",
        "those",
        "to",
        "under",
        "was",
        "we",
        "were",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "i",
        "ii",
        "iii",
        "iv",
        "v",
    ]
)


def words(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word that counts, as it is reckoned and as it stands: “termina”, “Terminated”."""
    for match in WORD.finditer(text):
        word = match.group()
        lower = word.lower()
        if lower in STOP or (len(lower) == 1 and not lower.isdigit()):
            continue
        yield ("#" if lower.isdigit() else lower[:STEM]), word


def terms(text: str) -> dict[str, str]:
    """Return the words and pairs of words of a text, each with how it first stands there."""
    found: dict[str, str] = {}
    last, last_word = "", ""
    for stem, word in words(text):
        found.setdefault(stem, word)
        if last:
            found.setdefault(f"{last} {stem}", f"{last_word} {word}")
        last, last_word = stem, word
    return found


def phrases(text: str, patterns: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    """Return the names of the patterns that match, each with the words it matched."""
    found = {}
    for name, pattern in patterns.items():
        if match := pattern.search(text):
            found[name] = " ".join(match.group().split())
    return found
