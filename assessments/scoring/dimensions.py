"""The five dimensions of lock-in: their stable keys, numbers and names."""

from enum import StrEnum


class Dimension(StrEnum):
    """One form of lock-in. The order of the members is the order of every list and record."""

    API = "api"
    TUNING = "tuning"
    VECTORS = "vectors"
    WORKFLOW = "workflow"
    COMMERCIAL = "commercial"

    # Keys arrive as plain strings from rows and files; equal keys must find the same entry.
    __hash__ = str.__hash__

    @property
    def number(self) -> str:
        return _NUMBERS[self]

    @property
    def full_name(self) -> str:
        return _FULL_NAMES[self]

    @property
    def short_head(self) -> str:
        """The head of a narrow column."""
        return _SHORT_HEADS[self]


_NUMBERS = {
    Dimension.API: "D1",
    Dimension.TUNING: "D2",
    Dimension.VECTORS: "D3",
    Dimension.WORKFLOW: "D4",
    Dimension.COMMERCIAL: "D5",
}
_FULL_NAMES = {
    Dimension.API: "Proprietary API",
    Dimension.TUNING: "Model fine-tuning",
    Dimension.VECTORS: "Embedding and vector store",
    Dimension.WORKFLOW: "Data and workflow",
    Dimension.COMMERCIAL: "Commercial commitment",
}
_SHORT_HEADS = {
    Dimension.API: "API",
    Dimension.TUNING: "Tuning",
    Dimension.VECTORS: "Vectors",
    Dimension.WORKFLOW: "Workflow",
    Dimension.COMMERCIAL: "Commit.",
}
