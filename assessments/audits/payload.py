"""PURE. The shape of a frozen audit, and how it is read: kinds of items, schema versions, readers.

A snapshot is a list of items (kind, key, body). The body is canonical JSON, so everything read
here is text, whole numbers, true, false, null, lists and objects; decimals and days are text.

Every amount stands in an object named `amounts`, wherever it is in a body, and nowhere else: a
reader who may not see amounts is given the same bodies without those objects. A text that names
an amount (a step of a computed answer) stands in such an object too.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from assessments.audits import reading_v1
from assessments.audits.facts import (
    AuditFacts,
    Body,
    ComparisonFacts,
    ContractFacts,
    CoverageFacts,
    FindingFacts,
    ModelFacts,
    PortfolioFacts,
    QuestionnaireFacts,
    VendorFacts,
    WorkloadFacts,
)

SCHEMA_NAME = "lockin.audit-snapshot"
SCHEMA_VERSION = 1

# A new kind of item is a new schema version. An item's position says its place in the root hash.
KINDS = (
    "audit",
    "vendor",
    "model",
    "contract",
    "workload",
    "questionnaire",
    "scheme",
    "portfolio",
    "comparison",
    "finding",
    "coverage",
)


class UnableToRead(LookupError):
    """No reader knows this snapshot's schema. The message is written for the user."""


class Reader(Protocol):
    """What every schema version's module offers: one function a kind, body in, facts out."""

    def audit(self, body: Body) -> AuditFacts: ...
    def questionnaire(self, body: Body) -> QuestionnaireFacts: ...
    def vendor(self, body: Body) -> VendorFacts: ...
    def model(self, body: Body) -> ModelFacts: ...
    def contract(self, body: Body) -> ContractFacts: ...
    def workload(self, body: Body) -> WorkloadFacts: ...
    def portfolio(self, body: Body) -> PortfolioFacts: ...
    def comparison(self, body: Body) -> ComparisonFacts: ...
    def coverage(self, body: Body) -> CoverageFacts: ...
    def finding(self, body: Body) -> FindingFacts: ...


# Kept for ever: a snapshot of 2026 is still read in 2036. Versions are added, never changed.
READERS: Mapping[int, Reader] = {1: reading_v1}

Read = Callable[[str], Iterator[Body]]


class Payload:
    """One frozen audit. Items come one at a time from `read(kind)`, in the order of the hash.

    Single items are read once and kept; vendors, contracts, workloads and findings are read anew
    each time they are asked for, so that ten thousand of them never stand in memory together.
    """

    def __init__(
        self, read: Read, *, schema_version: int = SCHEMA_VERSION, with_amounts: bool = True
    ) -> None:
        """
        Prepare to read.

        :raises UnableToRead: if no reader knows the version
        """
        reader = READERS.get(schema_version)
        if reader is None:
            raise UnableToRead(
                f"This snapshot has schema {schema_version}, which is not known here."
            )
        self._read = read
        self._reader = reader
        self.schema_version = schema_version
        self.with_amounts = with_amounts

    def bodies(self, kind: str) -> Iterator[Body]:
        """Return the raw bodies of a kind, without amounts where the reader may not see them."""
        for body in self._read(kind):
            yield body if self.with_amounts else without_amounts(body)

    @cached_property
    def audit(self) -> AuditFacts:
        return self._reader.audit(self._only("audit"))

    @cached_property
    def portfolio(self) -> PortfolioFacts:
        return self._reader.portfolio(self._only("portfolio"))

    @cached_property
    def comparison(self) -> ComparisonFacts | None:
        """This year against last year's; None in a first audit."""
        for body in self.bodies("comparison"):
            return self._reader.comparison(body)
        return None

    @cached_property
    def coverage(self) -> CoverageFacts:
        return self._reader.coverage(self._only("coverage"))

    @cached_property
    def questionnaires(self) -> tuple[QuestionnaireFacts, ...]:
        return tuple(self._reader.questionnaire(body) for body in self.bodies("questionnaire"))

    @cached_property
    def schemes(self) -> tuple[Body, ...]:
        """The scoring schemes as data: weights, gates, thresholds, credits."""
        return tuple(self.bodies("scheme"))

    def vendors(self) -> Iterator[VendorFacts]:
        return map(self._reader.vendor, self.bodies("vendor"))

    def models(self) -> Iterator[ModelFacts]:
        return map(self._reader.model, self.bodies("model"))

    def contracts(self) -> Iterator[ContractFacts]:
        return map(self._reader.contract, self.bodies("contract"))

    def workloads(self) -> Iterator[WorkloadFacts]:
        return map(self._reader.workload, self.bodies("workload"))

    def findings(self) -> Iterator[FindingFacts]:
        """The findings as drafted. What became of them stands in the closing."""
        return map(self._reader.finding, self.bodies("finding"))

    def _only(self, kind: str) -> Body:
        for body in self.bodies(kind):
            return body
        raise UnableToRead(f"This snapshot has no {kind}.")


def without_amounts(value: Any) -> Any:
    """Return the value with every object named `amounts` left out, at any depth."""
    if isinstance(value, Mapping):
        return {name: without_amounts(inner) for name, inner in value.items() if name != "amounts"}
    if isinstance(value, (list, tuple)):
        return [without_amounts(inner) for inner in value]
    return value
