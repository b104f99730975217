"""The passages of a stored document that are likely to be a clause, for pages and for judging."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.clauses import passages
from assessments.clauses.passages import Label, Page, Passage
from vendors.models import ContractDocument, DocumentPage


@dataclass(frozen=True, kw_only=True)
class Proposals:
    """What the finder says of one clause. `none_near` asks no trust: pages may not have been read."""

    label: Label
    passages: list[Passage]
    none_near: bool


def proposals(document: ContractDocument, clause: str, *, most: int = 5) -> Proposals:
    """
    Return the likeliest passages of a document that was read.

    :raises assessments.clauses.passages.UnknownLabel: if nothing of that key is looked for
    """
    label = passages.label(clause)
    found = passages.propose(pages_of(document), clause, most=most)
    return Proposals(label=label, passages=found, none_near=passages.is_none(found, label))


def pages_of(document: ContractDocument) -> list[Page]:
    """Return a document's text, page by page, in one query."""
    rows = DocumentPage.objects.filter(document=document).order_by("number")
    return [Page(number, text) for number, text in rows.values_list("number", "text")]
