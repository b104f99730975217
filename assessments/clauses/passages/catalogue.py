"""PURE. What is looked for, read once from `data/`: names, phrases, weights, thresholds."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
WEIGHTS = DATA / "weights.json"


class UnknownLabel(LookupError):
    """Nothing of that name is looked for."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """One kind of clause.

    :param terms: weight of each word and pair of words; empty where nothing was fitted
    :param weights: weight of each phrase, by its name in `phrases`
    :param none_below: the score, 0 to 1, under which a document is said to have none
    """

    key: str
    name: str
    cuad: str
    phrases: Mapping[str, re.Pattern[str]]
    keywords: tuple[str, ...]
    terms: Mapping[str, float]
    weights: Mapping[str, float]
    bias: float
    none_below: float

    @property
    def is_measured(self) -> bool:
        """Whether labelled contracts exist for it, so that a figure can be claimed."""
        return bool(self.cuad)


@cache
def labels() -> Mapping[str, Label]:
    """Return everything that is looked for, in the order of pages."""
    with (DATA / "labels.toml").open("rb") as file:
        written = tomllib.load(file)
    fitted = json.loads(WEIGHTS.read_text()) if WEIGHTS.exists() else {}
    return {key: _label(key, raw, fitted.get(key, {})) for key, raw in written.items()}


def _label(key: str, raw: dict[str, object], fitted: dict[str, object]) -> Label:
    sources: list[str] = raw["phrases"]  # type: ignore[assignment]
    by_hand: list[float] = raw.get("weights", [])  # type: ignore[assignment]
    names = [f"{key}/{number}" for number in range(1, len(sources) + 1)]
    weights = fitted.get("phrases") or dict(zip(names, by_hand, strict=False))
    return Label(
        key=key,
        name=str(raw["name"]),
        cuad=str(raw.get("cuad", "")),
        phrases={
            name: re.compile(source, re.IGNORECASE)
            for name, source in zip(names, sources, strict=True)
        },
        keywords=tuple(raw["keywords"]),  # type: ignore[arg-type]
        terms=fitted.get("terms", {}),  # type: ignore[arg-type]
        weights=weights,  # type: ignore[arg-type]
        bias=float(fitted.get("bias", raw.get("bias", 0.0))),  # type: ignore[arg-type]
        none_below=float(fitted.get("none_below", raw.get("none_below", 0.5))),  # type: ignore[arg-type]
    )


def label(key: str) -> Label:
    """
    Return what a key looks for.

    :raises UnknownLabel: if there is no such key
    """
    try:
        return labels()[key]
    except KeyError:
        raise UnknownLabel(key) from None
