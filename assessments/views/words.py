"""Scores in words, for the sentence that every page opens with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lockin.templatetags.figures import half_up, in_words


def counted(number: int) -> str:
    """Return a count as the first word of a sentence."""
    words = str(in_words(number))
    return words[:1].upper() + words[1:]


def change_words(change: Decimal | None) -> str:
    """Return “3 points more locked in than” or “as locked in as”; nothing without two years."""
    if change is None:
        return ""
    points = int(half_up(change))
    if not points:
        return "as locked in as"
    noun = "point" if abs(points) == 1 else "points"
    return f"{abs(points)} {noun} {'more' if points > 0 else 'less'} locked in than"


def more_or_less(change: Decimal | None) -> str:
    """Return “6 more than” or “the same as”; nothing without two years."""
    if change is None:
        return ""
    points = int(half_up(change))
    if not points:
        return "the same as"
    return f"{abs(points)} {'more' if points > 0 else 'less'} than"


def listing(parts: list[Any]) -> str:
    """Return “a”, “a and b” or “a, b and c”."""
    texts = [str(part) for part in parts]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"
