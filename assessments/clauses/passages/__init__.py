"""PURE. Find the passages of a contract that are likely to be a clause.

`propose` returns the likeliest, for a person to confirm; `says_none` says that none comes near.
How it was fitted and how well it does stands in `assessments/README.md`.
"""

from assessments.clauses.passages.catalogue import Label, UnknownLabel, label, labels
from assessments.clauses.passages.finder import Passage, is_none, propose, says_none
from assessments.clauses.passages.segments import Page

__all__ = [
    "Label",
    "Page",
    "Passage",
    "UnknownLabel",
    "is_none",
    "label",
    "labels",
    "propose",
    "says_none",
]
