"""PURE. What a report is written from: the frozen audit, its closing, and one pass over both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from assessments.audits.facts import (
    AnswerFacts,
    ContractFacts,
    MitigationFacts,
    ModelFacts,
    VendorFacts,
    WorkloadFacts,
)
from assessments.audits.payload import Payload, without_amounts
from assessments.reports import words

Pick = Callable[[Sequence[str]], Iterable[Mapping[str, Any]]]
ASSUMED_WEEKS = Decimal(26)
TESTED_FOR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A day that others set, beside the time that leaving takes."""

    workload: str
    kind: str
    what: str
    on: date
    weeks: Decimal
    is_assumed: bool

    def days_left(self, *, on: date) -> int:
        return (self.on - on).days

    def is_short(self, *, on: date) -> bool:
        return self.days_left(on=on) < self.weeks * 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the body needs of a workload, a few kilobytes each."""

    key: str
    name: str
    owner: str
    criticality: str
    tier: str
    residual: Decimal | None
    before: Decimal | None
    confidence_grade: str
    counts: tuple[int, int, int, int]
    backed: int
    hosts: tuple[str, ...]
    layer: tuple[MitigationFacts, ...]
    fallback: tuple[MitigationFacts, ...]
    second: tuple[MitigationFacts, ...]
    runbook: tuple[MitigationFacts, ...]
    gates: tuple[tuple[str, str, str], ...]
    clocks: tuple[Clock, ...]
    assets: tuple[Any, ...]
    assets_before: tuple[Any, ...] | None
    sensitive: bool | None

    @property
    def is_vital(self) -> bool:
        return self.criticality in ("critical", "high")


class Source:
    """A frozen audit with its closing, or with the responses that a draft froze."""

    def __init__(
        self,
        payload: Payload,
        closing: Mapping[str, Any],
        *,
        is_draft: bool,
        dated: str,
        snapshot_sha256: str,
        closing_sha256: str,
        pick: Pick | None = None,
    ) -> None:
        """
        Prepare to read; nothing is read yet.

        :param dated: when it was closed, or the draft asked for; the only time a report shows
        :param pick: reads some workloads' bodies by key, where all would be too many to pass over
        """
        read = payload.bodies
        self._pick = pick
        self.payload = Payload(
            lambda kind: (words.cleaned(body) for body in read(kind)),
            schema_version=payload.schema_version,
            with_amounts=payload.with_amounts,
        )
        self.with_amounts = payload.with_amounts
        shown = closing if payload.with_amounts else without_amounts(closing)
        self.closing: Mapping[str, Any] = words.cleaned(shown)
        self.is_draft = is_draft
        self.dated = dated
        self.snapshot_sha256 = snapshot_sha256
        self.closing_sha256 = closing_sha256

    @property
    def on(self) -> date:
        return self.payload.audit.as_of

    @cached_property
    def contracts(self) -> tuple[ContractFacts, ...]:
        return tuple(self.payload.contracts())

    @cached_property
    def vendors(self) -> tuple[VendorFacts, ...]:
        return tuple(self.payload.vendors())

    @cached_property
    def models(self) -> tuple[ModelFacts, ...]:
        return tuple(self.payload.models())

    @cached_property
    def findings(self) -> tuple[Mapping[str, Any], ...]:
        """The findings that count, gravest first; dropped ones have a list of their own."""
        kept = [entry for entry in self.closing["findings"] if entry["state"] != "dropped"]
        return tuple(sorted(kept, key=lambda entry: (-entry["severity_rank"], entry["number"])))

    @cached_property
    def dropped(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(entry for entry in self.closing["findings"] if entry["state"] == "dropped")

    @cached_property
    def signatures(self) -> Sequence[Mapping[str, Any]]:
        return self.closing["signatures"]

    @cached_property
    def notice_days(self) -> Mapping[str, ContractFacts]:
        return {contract.key: contract for contract in self.contracts}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """One line a workload, hardest to move first; what has no score comes last."""
        found = [self._line(workload) for workload in self.payload.workloads()]
        return tuple(
            sorted(found, key=lambda row: (row.residual is None, -(row.residual or 0), row.name))
        )

    @cached_property
    def order(self) -> tuple[str, ...]:
        return tuple(line.key for line in self.lines)

    def workloads(self, keys: Sequence[str]) -> Iterator[WorkloadFacts]:
        """Yield the workloads of these keys in their order."""
        wanted = set(keys)
        payload = self.payload
        if self._pick is not None:
            pick = self._pick
            payload = Payload(
                lambda kind: (words.cleaned(body) for body in pick(keys)),
                schema_version=payload.schema_version,
                with_amounts=payload.with_amounts,
            )
        found = {row.key: row for row in payload.workloads() if row.key in wanted}
        for key in keys:
            yield found[key]

    def severities(self) -> dict[str, int]:
        return {
            name: sum(entry["severity"] == name for entry in self.findings)
            for name in words.SEVERITIES
        }

    def by_rule(self, *rules: str) -> list[Mapping[str, Any]]:
        return [entry for entry in self.findings if entry["rule"] in rules]

    def is_current(self, entry: MitigationFacts) -> bool:
        """Tested within a year of the audit's day, and the latest drill did not fail."""
        return (
            entry.grade == "tested"
            and entry.tested_on is not None
            and 0 <= (self.on - entry.tested_on).days <= TESTED_FOR_DAYS
            and entry.drill != "failed"
        )

    def _line(self, workload: WorkloadFacts) -> Line:
        score, previous = workload.score, workload.previous
        sensitivity = score.record.get("sensitivity") if score.record else None
        return Line(
            key=workload.key,
            name=workload.name,
            owner=workload.owner,
            criticality=workload.criticality,
            tier=score.tier,
            residual=score.residual,
            before=previous.residual if previous else None,
            confidence_grade=score.confidence_grade,
            counts=(score.answered, score.unknown, score.blank, score.not_applicable),
            backed=sum(is_backed(answer) for answer in workload.answers),
            hosts=tuple(
                dict.fromkeys(
                    entry.host
                    for entry in workload.dependencies
                    if entry.host and entry.is_production
                )
            ),
            layer=workload.controls("M1"),
            fallback=workload.controls("M3"),
            second=workload.controls("M2"),
            runbook=workload.controls("M6"),
            gates=tuple((gate.key, gate.name, gate.reason) for gate in score.gates if gate.fired),
            clocks=tuple(self._clocks(workload)),
            assets=workload.assets,
            assets_before=previous.assets if previous else None,
            sensitive=sensitivity["changes_tier"] if sensitivity else None,
        )

    def _clocks(self, workload: WorkloadFacts) -> Iterator[Clock]:
        weeks = workload.time_to_exit_weeks
        common: dict[str, Any] = {
            "workload": workload.name,
            "weeks": ASSUMED_WEEKS if weeks is None else weeks,
            "is_assumed": weeks is None,
        }
        seen = set()
        for entry in workload.dependencies:
            contract = self.notice_days.get(entry.contract_key)
            days = (
                ("Model retires", entry.name, entry.retires_on),
                ("Tuning ends", entry.service or entry.host, entry.tuning_ends_on),
                (
                    "Notice",
                    contract.name if contract else "",
                    contract.act_by if contract else None,
                ),
            )
            for kind, what, on in days:
                if on is not None and (kind, what, on) not in seen:
                    seen.add((kind, what, on))
                    yield Clock(kind=kind, what=what, on=on, **common)


def is_backed(answer: AnswerFacts) -> bool:
    return answer.kind == "option" and answer.grade in ("documented", "tested", "measured")
