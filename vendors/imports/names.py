"""PURE. Which spellings probably name one company. Suggestions alone: a person decides."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

# Legal forms and fillers that say nothing about which company it is.
_FORMS = """
    ab ag as bv co company corp corporation gmbh group holding holdings inc incorporated kg
    limited llc llp lp ltd nv oy plc pty sa sarl sas se spa srl the ulc
"""
_IGNORED = frozenset(_FORMS.split())
_NUMERALS = frozenset("i ii iii iv v vi vii viii ix x".split())  # noqa: SIM905 - reads as numerals
_SIMILAR = 0.92
_SHORTEST_BEGINNING = 5


@dataclass(frozen=True, kw_only=True)
class LikelySame:
    names: tuple[str, ...]
    why: str


def normalised(name: str) -> str:
    """Return the name without case, accents, punctuation and legal form."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    # "& Co." and "and Co." say the same; a branch number after a hyphen says nothing.
    letters = re.sub(r"-\d+$", "", letters.strip()).replace("&", " and ")
    letters = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", letters)
    words = re.findall(r"\w+", letters)
    kept = [word for word in words if word not in _IGNORED and word != "and"]
    return " ".join(kept or words)


def likely_same(names: Iterable[str]) -> tuple[LikelySame, ...]:
    """Return the groups of spellings that a person should look at, surest first."""
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        spellings[normalised(name)].add(name)

    groups = [
        LikelySame(names=tuple(sorted(found)), why="the same but for punctuation or legal form")
        for _, found in sorted(spellings.items())
        if len(found) > 1
    ]
    groups.extend(_near(spellings))
    return tuple(groups)


def _near(spellings: dict[str, set[str]]) -> Iterator[LikelySame]:
    """Compare only names that begin alike: the rest would be slow and mostly wrong."""
    by_beginning: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(spellings):
        by_beginning[name[:3]].append(name)
    for block in by_beginning.values():
        for one, other in combinations(block, 2):
            why = _why_near(one, other)
            if why:
                both = sorted(spellings[one] | spellings[other])
                yield LikelySame(names=tuple(both), why=why)


def _why_near(one: str, other: str) -> str:
    if other.startswith(f"{one} ") and len(one) >= _SHORTEST_BEGINNING:
        return "one begins with the other"
    # Archetype II and Archetype III are two companies.
    apart = set(one.split()) ^ set(other.split())
    if apart & _NUMERALS or any(word.isdigit() for word in apart):
        return ""
    alike = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if alike.quick_ratio() >= _SIMILAR and alike.ratio() >= _SIMILAR:
        return "spelled almost alike"
    return ""
