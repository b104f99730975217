"""PURE. What changed between two versions of the policy, clause by clause, in words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from assessments.clauses.definition import Clause, Policy

WORDS = {
    "name": "Name",
    "must": "Required of every contract",
    "asks": "What we ask",
    "framing": "Opening sentence",
    "verify": "How it is checked",
    "dimensions": "Forms of lock-in",
    "questions": "Questions it bears on",
    "labels": "Labels",
    "portability": "Counts before signing",
    "may_not_apply": "When it does not apply",
    "parameters": "What is read",
    "preferred": "Preferred position",
    "acceptable": "Acceptable position",
    "walk_away": "Walk-away",
    "objections": "Objections and answers",
    "answers": "Questions it answers",
    "floor": "Floor by law",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs. `before` and `after` are texts, empty where there was nothing."""

    clause: str
    what: str
    before: str
    after: str


def compare(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Return every difference, in the order of the newer version."""
    return tuple(_changes(old, new))


def _changes(old: Policy, new: Policy) -> Iterator[Change]:
    for name, words in (
        ("title", "Title"),
        ("framing", "Opening of the policy"),
        ("condition", "Condition of our commitment"),
    ):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(clause="", what=words, before=before, after=after)
    for clause in new.clauses:
        was = old.by_key.get(clause.key)
        if was is None:
            yield Change(clause=_head(clause), what="Added", before="", after=clause.asks)
        else:
            yield from _of_clause(was, clause)
    for clause in old.clauses:
        if clause.key not in new.by_key:
            yield Change(clause=_head(clause), what="Removed", before=clause.asks, after="")


def _of_clause(old: Clause, new: Clause) -> Iterator[Change]:
    before, after = asdict(old), asdict(new)
    for name, words in WORDS.items():
        if before[name] != after[name]:
            yield Change(
                clause=_head(new), what=words, before=_text(before[name]), after=_text(after[name])
            )


def _head(clause: Clause) -> str:
    return f"{clause.number} {clause.name}"


def _text(value: Any) -> str:
    """Return a field as one line that a person can compare."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, dict):
        parts = [_text(inner) for key, inner in value.items() if key != "key"]
        return "; ".join(part for part in parts if part)
    return " · ".join(part for part in (_text(inner) for inner in value) if part)
