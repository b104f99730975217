"""PURE. How well the finder does on contracts that it was not tuned on, beside a plain search.

For each label with a counterpart in the data: of the contracts that have the clause, in how many a
passage that overlaps the marked text is among the first five; how many are wrongly said to have
none; and of those without it, how many are rightly said to have none. The plain search counts, in
the same stretches of text, which of the label's keywords stand there and how often; it says none
where no keyword stands anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assessments.clauses.passages.catalogue import Label
from assessments.clauses.passages.cuad import LabelledContract, Span
from assessments.clauses.passages.finder import Passage, is_none, ranked
from assessments.clauses.passages.segments import Segment, segments

MOST = 5
# So much of the marked text, or half of it, must lie in the passage.
OVERLAP = 40

Finder = Callable[[Sequence[Segment], Label], tuple[list[Passage], bool]]


@dataclass(kw_only=True)
class Figures:
    """Counts of contracts, of one way to search for one label."""

    having: int = 0
    among_first: int = 0
    wrongly_none: int = 0
    lacking: int = 0
    rightly_none: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            having=self.having + other.having,
            among_first=self.among_first + other.among_first,
            wrongly_none=self.wrongly_none + other.wrongly_none,
            lacking=self.lacking + other.lacking,
            rightly_none=self.rightly_none + other.rightly_none,
        )


def found(stretches: Sequence[Segment], label: Label) -> tuple[list[Passage], bool]:
    """Return the finder's first passages, and whether it says none."""
    passages = ranked(stretches, label, most=MOST)
    return passages, is_none(passages, label)


def searched(stretches: Sequence[Segment], label: Label) -> tuple[list[Passage], bool]:
    """Return what a plain search for the label's keywords lists first, and whether it finds none."""
    patterns = [
        re.compile(r"\b" + r"\s+".join(map(re.escape, keyword.split())), re.IGNORECASE)
        for keyword in label.keywords
    ]
    hits = []
    for order, stretch in enumerate(stretches):
        counts = [len(pattern.findall(stretch.text)) for pattern in patterns]
        if any(counts):
            hits.append((-sum(map(bool, counts)), -sum(counts), order))
    passages = [
        Passage(held.page, held.start, held.end, held.text, 0.0, ())
        for held in (stretches[order] for _, _, order in sorted(hits)[:MOST])
    ]
    return passages, not passages


def measure(contracts: Iterable[LabelledContract], label: Label, *, by: Finder = found) -> Figures:
    """Return the figures of one way to search, over contracts whose text is there."""
    figures = Figures()
    for contract in contracts:
        if not contract.pages:
            continue
        passages, none = by(segments(contract.pages), label)
        marked = contract.spans.get(label.cuad, ())
        if marked:
            figures.having += 1
            figures.wrongly_none += none
            figures.among_first += any(
                overlaps(passage, span) for passage in passages for span in marked
            )
        elif not contract.quotes.get(label.cuad):
            figures.lacking += 1
            figures.rightly_none += none
    return figures


def overlaps(passage: Passage | Segment, span: Span) -> bool:
    """Whether enough of the marked text lies in the passage."""
    if passage.page != span.page:
        return False
    shared = min(passage.end, span.end) - max(passage.start, span.start)
    return shared >= min(OVERLAP, (span.end - span.start + 1) // 2)
