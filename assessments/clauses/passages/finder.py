"""PURE. Propose the passages of a document that are most likely to be a clause, and say when none is.

The same pages give the same passages, everywhere: no clock, no chance, no network. A score is the
logistic function of a bias, of the weights of the phrases that match, and of the weights of the
words and pairs of words, the latter divided by the square root of how many the stretch has:

    score = 1 / (1 + exp(−(bias + Σ phrase + Σ term ÷ √n)))

It orders passages and is compared with the label's threshold; it is no probability. What is
proposed is for a person to confirm: nothing is filled in from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessments.clauses.passages.catalogue import Label, label
from assessments.clauses.passages.segments import Page, Segment, segments
from assessments.clauses.passages.terms import phrases, terms

MOST_WORDS = 6


@dataclass(frozen=True)
class Passage:
    """A proposed passage: `start` and `end` count characters of its page's text.

    `why` holds the words that spoke for it, the strongest first.
    """

    page: int
    start: int
    end: int
    excerpt: str
    score: float
    why: tuple[str, ...]


def propose(pages: Sequence[Page], clause: str, *, most: int = 5) -> list[Passage]:
    """
    Return the likeliest passages, the likeliest first.

    :param clause: a key of `data/labels.toml`, such as `c4-source-escrow`
    :raises UnknownLabel: if there is no such key
    """
    return ranked(segments(pages), label(clause), most=most)


def says_none(pages: Sequence[Page], clause: str) -> bool:
    """
    Whether no passage comes near enough to be the clause. An unread page is not searched.

    :raises UnknownLabel: if there is no such key
    """
    held = label(clause)
    return is_none(ranked(segments(pages), held, most=1), held)


def is_none(found: Sequence[Passage], held: Label) -> bool:
    """Whether even the first of the passages that were proposed is too far from the clause."""
    return not found or found[0].score < held.none_below


def ranked(stretches: Sequence[Segment], held: Label, *, most: int) -> list[Passage]:
    """Return the best of stretches that were cut already."""
    scored = []
    for order, stretch in enumerate(stretches):
        margin, why = weigh(stretch.text, held)
        if why:
            scored.append((margin, order, stretch, why))
    scored.sort(key=lambda entry: (-entry[0], entry[1]))
    return [
        Passage(
            page=stretch.page,
            start=stretch.start,
            end=stretch.end,
            excerpt=stretch.text,
            score=1 / (1 + math.exp(-max(-60.0, min(60.0, margin)))),
            why=why,
        )
        for margin, _, stretch, why in scored[:most]
    ]


def weigh(text: str, held: Label) -> tuple[float, tuple[str, ...]]:
    """Return what is inside the logistic function, and the words that spoke for it."""
    flat = " ".join(text.split())
    matched = phrases(flat, held.phrases)
    found = terms(flat)
    root = math.sqrt(len(found)) or 1.0
    parts = [(held.weights.get(name, 0.0), words) for name, words in matched.items()]
    parts += [(held.terms[term] / root, word) for term, word in found.items() if term in held.terms]
    margin = held.bias + math.fsum(weight for weight, _ in parts)
    return margin, _strongest(parts)


def _strongest(parts: list[tuple[float, str]]) -> tuple[str, ...]:
    spoke: list[str] = []
    for weight, words in sorted(parts, key=lambda part: (-part[0], part[1])):
        if weight <= 0 or len(spoke) == MOST_WORDS:
            break
        short = words if len(words) <= 60 else f"{words[:28]} … {words[-28:]}"
        if not any(short.lower() in earlier.lower() for earlier in spoke):
            spoke.append(short)
    return tuple(spoke)
