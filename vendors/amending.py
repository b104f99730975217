"""PURE. A contract's terms as its amendments leave them, on any day.

The conventions, once:
- An amendment changes what it names, from its effective day on; before that day nothing moves.
- The period that is running on the day before keeps its end, unless the amendment states a new
  end or a new first term. So a new renewal length counts from the renewal after that, never back
  to the beginning.
- A stated end replaces a stated length, and the reverse.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from vendors.days import day
from vendors.periods import Periods, first_end
from vendors.term import Term, UnableToReckonDates

_RECKONED = frozenset({"run_to", "anchor_on", "amended"})
TERMS = frozenset(entry.name for entry in fields(Term)) - _RECKONED


@dataclass(frozen=True, kw_only=True)
class Change:
    """One signed paper: the terms that it changes, by their names in `Term`."""

    effective_on: date
    name: str
    terms: Mapping[str, Any]


def in_force(term: Term, changes: Iterable[Change], *, on: date) -> Term:
    """
    Return the terms that hold on a day: as first signed, and as every paper until then changed them.

    :raises UnableToReckonDates: if they contradict themselves, or a paper changes what no term is
    """
    for change in in_order(changes):
        if change.effective_on <= on:
            term = amended(term, change)
    return term


def to_come(term: Term, changes: Iterable[Change], *, on: date) -> tuple[tuple[date, Term], ...]:
    """Return the terms after each signed paper that takes effect later, with its day."""
    found = []
    for change in in_order(changes):
        term = amended(term, change)
        if change.effective_on > on:
            found.append((change.effective_on, term))
    return tuple(found)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return them by the day on which they take effect; of one day, as they were recorded."""
    return sorted(changes, key=lambda change: change.effective_on)


def amended(term: Term, change: Change) -> Term:
    """Return the terms after one paper."""
    if unknown := set(change.terms) - TERMS:
        raise UnableToReckonDates(f"{change.name} changes {min(unknown)}, which is no term.")
    if not change.terms:
        return term
    values: dict[str, Any] = dict(change.terms)
    if values.get("ends_on") is not None:
        values = {"term_months": None, **values, "run_to": None, "anchor_on": None}
    elif values.get("term_months") is not None:
        values = {"ends_on": None, **values, "run_to": None, "anchor_on": None}
    else:
        values |= _running(term, on=change.effective_on - timedelta(days=1))
    said = f"{change.name} holds from {day(change.effective_on)}"
    return replace(term, **values, amended=(*term.amended, said))


def _running(term: Term, *, on: date) -> dict[str, date | None]:
    """Return what keeps the end of the period that runs on a day, however renewals change."""
    periods = Periods(term, first_end(term))
    number = periods.number_of(on)
    if number is None and periods.first_end is not None:
        # It renewed for a length that nobody knows: no end can be counted on from here.
        return {"ends_on": None, "term_months": None, "run_to": None, "anchor_on": None}
    if not number:
        return {}
    return {"run_to": periods.end(number), "anchor_on": periods.anchor}
