"""PURE. Published terms and their sources, read from their data file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from assessments.clauses.judging import Finding, Reading
from assessments.questionnaires.reading import Table, UnableToReadDefinition

FILE = Path(__file__).parent / "data" / "published_terms.toml"
STALE_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedClause:
    """
    What published terms say on one clause.

    Standard paper is read like a contract, and judged (`reading`); of a filed paper only what it
    accepted is known (`stance`: accepted, partly or refused).
    """

    clause: str
    section: str
    words: str
    reading: Reading | None
    stance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTerms:
    """One paper, its source, and the day on which it was read."""

    key: str
    name: str
    kind: str
    """`standard`: paper that many sign; `filed`: one vendor's own, made public."""
    vendors: tuple[str, ...]
    """The names under which the vendor of a filed paper may be on file."""
    source: str
    url: str
    observed_on: date
    confidence: str
    clauses: tuple[PublishedClause, ...]

    def is_stale(self, *, on: date) -> bool:
        return (on - self.observed_on).days > STALE_DAYS

    @property
    def by_clause(self) -> Mapping[str, PublishedClause]:
        return {entry.clause: entry for entry in self.clauses}


@lru_cache(maxsize=1)
def published_terms() -> tuple[PublishedTerms, ...]:
    """Return all of them, in the order of the file."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> tuple[PublishedTerms, ...]:
    """
    Return the terms that a file holds.

    :raises UnableToReadDefinition: naming the entry and the field
    """
    table = Table(tomllib.loads(text), where="")
    found = tuple(_terms(entry) for entry in table.records("terms"))
    table.done()
    return found


def _terms(table: Table) -> PublishedTerms:
    terms = PublishedTerms(
        key=table.text("key"),
        name=table.text("name"),
        kind=table.text("kind"),
        vendors=table.texts("vendors"),
        source=table.text("source"),
        url=table.text("url", ""),
        observed_on=date.fromisoformat(table.text("observed_on")),
        confidence=table.text("confidence"),
        clauses=tuple(_clause(entry) for entry in table.parts("clauses")),
    )
    table.done()
    return terms


def _clause(table: Table) -> PublishedClause:
    finding = table.text("finding", "")
    values: Any = table.content.get("values", {})
    table.read.add("values")
    words = table.text("words")
    stance = table.text("stance", "")
    if bool(finding) == bool(stance):
        raise UnableToReadDefinition(
            "Either what was found or the stance.", where=table.where, field=table.prefix
        )
    clause = PublishedClause(
        clause=table.text("clause"),
        section=table.text("section"),
        words=words,
        reading=Reading(
            finding=Finding(finding),
            values={k: tuple(v) if isinstance(v, list) else v for k, v in values.items()},
        )
        if finding
        else None,
        stance=stance,
    )
    table.done()
    return clause
