"""How much a workload matters to the business: four levels, set by people, never by a score."""

from enum import StrEnum


class Criticality(StrEnum):
    """The level of a workload. Not a tier: a tier comes from the score."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    __hash__ = str.__hash__
