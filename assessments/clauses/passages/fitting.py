"""PURE. Fit the weights of the finder on labelled contracts.

For each label with a counterpart in the data, a logistic regression tells the passages that lawyers
marked from all others. Positive are the marked passages of every contract of the tuning half, cut as
the finder cuts; negative are the passages marked for other labels alone, and all other stretches of
the contracts whose text is there. Of the words and pairs of words that stand in at least three
families, those are kept that tell the two apart best (chi-square). Gradient descent in a fixed
order, each class weighing half, weights drawn towards zero: the same data give the same file.

The threshold under which a document is said to have none comes from five fits that each leave a
fifth of the families out: it is the one that tells best, on those left out, the documents with the
clause from those without (the sum of both shares).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assessments.clauses.passages.catalogue import Label
from assessments.clauses.passages.cuad import LabelledContract
from assessments.clauses.passages.measuring import overlaps
from assessments.clauses.passages.segments import Page, Segment, segments
from assessments.clauses.passages.terms import phrases, terms

FOLDS = 5
ROUNDS = 12
MOST_TERMS = 240
FEWEST_FAMILIES = 3
# With fewer contracts to learn from, weights by hand do better.
FEWEST_CONTRACTS = 10
RATE = 0.4
TOWARDS_ZERO = 2e-4
Weights = dict[str, float]


@dataclass(frozen=True)
class Example:
    """A stretch of text as the fit sees it, and the labels it is marked with."""

    family: str
    document: str
    labels: frozenset[str]
    terms: tuple[str, ...]
    text: str
    is_of_whole_text: bool


@dataclass(frozen=True)
class Fit:
    bias: float
    terms: Weights
    phrases: Weights


def examples(contracts: Iterable[LabelledContract]) -> list[Example]:
    """Return the stretches of contracts, each with the labels it is marked with."""
    made = []
    for contract in contracts:
        if contract.pages:
            for stretch in segments(contract.pages):
                marked = frozenset(
                    label
                    for label, spans in contract.spans.items()
                    if any(overlaps(stretch, span) for span in spans)
                )
                made.append(_example(contract, marked, stretch, whole=True))
        else:
            by_text: dict[str, set[str]] = defaultdict(set)
            for label, quotes in contract.quotes.items():
                for quote in quotes:
                    by_text[quote].add(label)
            for quote, marks in by_text.items():
                # What is part of another quote is marked with both.
                both = marks.union(
                    *(other for text, other in by_text.items() if quote in text and quote != text)
                )
                for stretch in segments([Page(1, quote)]):
                    made.append(_example(contract, frozenset(both), stretch, whole=False))
    return made


def _example(
    contract: LabelledContract, marked: frozenset[str], stretch: Segment, *, whole: bool
) -> Example:
    flat = " ".join(stretch.text.split())
    return Example(contract.family, contract.name, marked, tuple(terms(flat)), flat, whole)


def shuffled(made: Iterable[Example]) -> list[Example]:
    """Return examples in an order that depends on nothing but their text."""
    return sorted(made, key=lambda held: hashlib.sha256(held.text.encode()).digest())


def chosen_terms(made: Sequence[Example], cuad: str) -> list[str]:
    """Return the words and pairs that tell best, by chi-square, commonest first where equal."""
    families: dict[str, set[str]] = defaultdict(set)
    with_it: Counter[str] = Counter()
    without: Counter[str] = Counter()
    positives = 0
    for held in made:
        is_marked = cuad in held.labels
        positives += is_marked
        (with_it if is_marked else without).update(held.terms)
        for term in held.terms:
            families[term].add(held.family)
    negatives = len(made) - positives

    def chi_square(term: str) -> float:
        a, b = with_it[term], without[term]
        c, d = positives - a, negatives - b
        below = (a + b) * (c + d) * (a + c) * (b + d)
        return (a * d - b * c) ** 2 * len(made) / below if below else 0.0

    known = [term for term, held in families.items() if len(held) >= FEWEST_FAMILIES]
    return sorted(known, key=lambda term: (-chi_square(term), term))[:MOST_TERMS]


def fit(made: Sequence[Example], label: Label) -> Fit:
    """Return the weights that tell a label's passages from the others."""
    kept = set(chosen_terms(made, label.cuad))
    rows = [
        (
            [
                *((name, 1.0) for name in phrases(held.text, label.phrases)),
                *((term, 1 / math.sqrt(len(held.terms))) for term in held.terms if term in kept),
            ],
            label.cuad in held.labels,
        )
        for held in made
    ]
    positives = sum(is_marked for _, is_marked in rows) or 1
    share = {True: len(rows) / (2 * positives), False: len(rows) / (2 * (len(rows) - positives))}
    weights: Weights = defaultdict(float)
    squares: Weights = defaultdict(lambda: 1e-6)
    bias, bias_square = 0.0, 1e-6
    for _ in range(ROUNDS):
        for features, is_marked in rows:
            margin = bias + math.fsum(weights[name] * value for name, value in features)
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, margin))))
            error = (chance - is_marked) * math.sqrt(share[is_marked])
            bias_square += error * error
            bias -= RATE * error / math.sqrt(bias_square)
            for name, value in features:
                slope = error * value + TOWARDS_ZERO * weights[name]
                squares[name] += slope * slope
                weights[name] -= RATE * slope / math.sqrt(squares[name])
    rounded = {name: round(weight, 3) for name, weight in weights.items() if abs(weight) >= 0.05}
    return Fit(
        round(bias, 3),
        {name: weight for name, weight in sorted(rounded.items()) if name in kept},
        {name: weight for name, weight in sorted(rounded.items()) if name in label.phrases},
    )


def score(held: Example, fitted: Fit, label: Label) -> float:
    """Return the finder's score of an example under a fit."""
    root = math.sqrt(len(held.terms)) or 1.0
    margin = fitted.bias + math.fsum(
        [fitted.phrases.get(name, 0.0) for name in phrases(held.text, label.phrases)]
        + [fitted.terms.get(term, 0.0) / root for term in held.terms]
    )
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, margin))))


def left_out_scores(made: Sequence[Example], label: Label) -> tuple[list[float], list[float]]:
    """Return the best score of each document with the clause and of each without, each scored by
    a fit that knew no contract of its family. A document without it counts where its text is there.
    """
    best: dict[tuple[str, bool], float] = {}
    for fold in range(FOLDS):
        kept = [held for held in made if _fold(held.family) != fold]
        left_out = [held for held in made if _fold(held.family) == fold]
        if not left_out or not any(label.cuad in held.labels for held in kept):
            continue
        fitted = fit(kept, label)
        having = {held.document for held in left_out if label.cuad in held.labels}
        for held in left_out:
            if held.document not in having and not held.is_of_whole_text:
                continue
            key = (held.document, held.document in having)
            best[key] = max(best.get(key, 0.0), score(held, fitted, label))
    return (
        sorted(value for (_, has), value in best.items() if has),
        sorted(value for (_, has), value in best.items() if not has),
    )


def _fold(family: str) -> int:
    return int(hashlib.sha256(b"fold " + family.encode()).hexdigest(), 16) % FOLDS


def best_cut(having: Sequence[float], lacking: Sequence[float]) -> float:
    """Return the cut with the greatest share of both told rightly; among equals the lowest.

    It lies halfway to the next score below it, and is 0.5 where either is missing.
    """
    if not having or not lacking:
        return 0.5
    values = sorted({*having, *lacking})

    def told_rightly(cut: float) -> float:
        return sum(value >= cut for value in having) / len(having) + sum(
            value < cut for value in lacking
        ) / len(lacking)

    best = max(values, key=lambda cut: (told_rightly(cut), -cut))
    below = [value for value in values if value < best]
    return (best + below[-1]) / 2 if below else best


def can_fit(contracts: Iterable[LabelledContract], label: Label) -> bool:
    """Whether enough contracts have the clause."""
    having = sum(bool(label.cuad and held.quotes.get(label.cuad)) for held in contracts)
    return having >= FEWEST_CONTRACTS


def fit_label(made: Sequence[Example], label: Label) -> dict[str, object]:
    """Return what the data file keeps of one label."""
    fitted = fit(made, label)
    return {
        "bias": fitted.bias,
        "none_below": round(best_cut(*left_out_scores(made, label)), 4),
        "phrases": fitted.phrases,
        "terms": fitted.terms,
    }
