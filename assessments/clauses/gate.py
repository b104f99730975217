"""Before signing: the three acts that keep us free to leave, each reckoned from what is known.

1. An abstraction layer is in place: every workload under the contract has it, tested within a
   year, for 70% of its traffic or more (the lower end of what the layer saves of the rework).
2. The portability clauses are obtained: our policy is content with each of them.
3. A production-ready alternative: every workload has a second provider in production, or a
   fallback, tested within a year.

An act that is not taken needs a waiver. What nobody has recorded counts as not taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.clauses.standing import ContractClauses, WaiverOnFile, of_contract
from assessments.models import Mitigation, Waiver
from vendors.models import Contract, Dependency, Workload

ENOUGH = Decimal("0.70")
TESTED_DAYS = 365
MONTHS = (0, 12, 24, 36)
ASSUMED_WEEKS = Decimal(26)

COST = "the calculation of the cost to move"
EXPOSURE = "the calculation of the commitment's exit cost"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One workload or clause of an act, and what is known of it."""

    name: str
    is_done: bool
    words: str
    workload: Workload | None = None
    clause_key: str = ""


@dataclass(frozen=True, kw_only=True)
class GateAct:
    """One of the three acts."""

    act: str
    name: str
    is_done: bool
    words: str
    lines: tuple[Line, ...]
    waiver: WaiverOnFile | None

    @property
    def is_waived(self) -> bool:
        return not self.is_done and self.waiver is not None and self.waiver.standing.holds

    @property
    def passes(self) -> bool:
        return self.is_done or self.is_waived


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What leverage looks like over the term: one value a month of `MONTHS`, or why there is none."""

    name: str
    values: tuple[str, ...]
    needs: str
    """What will reckon it; empty where all values are known."""

    @property
    def by_month(self) -> tuple[tuple[int, str], ...]:
        return tuple(zip(MONTHS, self.values, strict=True))


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The gate of one contract on a day."""

    contract: Contract
    on: date
    clauses: ContractClauses
    acts: tuple[GateAct, ...]
    figures: tuple[Figure, ...]
    is_draft: bool
    stands_in: bool
    """No workload runs under the draft yet: those of the vendor's contracts in force stand in."""

    @property
    def passes(self) -> bool:
        return all(act.passes for act in self.acts)

    @property
    def done(self) -> int:
        return sum(act.is_done for act in self.acts)

    @property
    def waived(self) -> int:
        return sum(act.is_waived for act in self.acts)

    @property
    def sentence(self) -> str:
        """The answer, in one sentence."""
        lacking = [act.name.lower() for act in self.acts if not act.passes]
        if not lacking:
            tail = f", {self.waived} by a waiver" if self.waived else ""
            return f"All three acts stand{tail}: our policy lets us sign."
        words = f"{', '.join(lacking[:-1])} and {lacking[-1]}" if len(lacking) > 1 else lacking[0]
        return f"{len(lacking)} of 3 acts {'lack' if len(lacking) > 1 else 'lacks'}: {words}."


def gate_of(contract: Contract, *, on: date) -> Gate:
    """Return the gate of a contract, from a fixed number of queries."""
    clauses = of_contract(contract, on=on)
    draft = contract.state == Contract.State.DRAFT
    in_use = (
        Dependency.objects.filter(workload__archived_at__isnull=True)
        .select_related("workload")
        .order_by("workload__name", "pk")
    )
    dependencies = list(in_use.filter(contract=contract))
    stands_in = draft and not dependencies
    if stands_in:
        dependencies = list(
            in_use.filter(
                contract__vendor_id=contract.vendor_id,
                contract__state=Contract.State.IN_FORCE,
                contract__archived_at__isnull=True,
            )
        )
    workloads = {row.workload_id: row.workload for row in dependencies}
    controls: dict[int, list[Mitigation]] = {}
    for row in Mitigation.objects.filter(workload__in=workloads).order_by("pk"):
        controls.setdefault(row.workload_id, []).append(row)
    waivers = {
        act: next(
            (w for w in clauses.waivers if w.row.act == act and w.standing.holds),
            next((w for w in clauses.waivers if w.row.act == act), None),
        )
        for act in Waiver.Act.values
        if act
    }
    acts = (
        _act(
            Waiver.Act.LAYER,
            [_layer(row, controls.get(row.pk, ()), on=on) for row in workloads.values()],
            waivers,
            nothing="No workload runs under it yet, so no layer is known to stand before it.",
        ),
        _act(
            Waiver.Act.CLAUSES,
            _portability(clauses),
            waivers,
            nothing="No policy is published, so nothing can be obtained.",
        ),
        _act(
            Waiver.Act.ALTERNATIVE,
            [_alternative(row, controls.get(row.pk, ()), on=on) for row in workloads.values()],
            waivers,
            nothing="No workload runs under it yet, so no alternative is known.",
        ),
    )
    return Gate(
        contract=contract,
        on=on,
        clauses=clauses,
        acts=acts,
        figures=_figures(workloads.values()),
        is_draft=draft,
        stands_in=stands_in and bool(workloads),
    )


def _act(
    act: Waiver.Act,
    lines: Sequence[Line],
    waivers: dict[str, WaiverOnFile | None],
    *,
    nothing: str,
) -> GateAct:
    done = sum(line.is_done for line in lines)
    noun = "clause" if act == Waiver.Act.CLAUSES else "workload"
    plural = "" if len(lines) == 1 else "s"
    return GateAct(
        act=act.value,
        name=str(act.label),
        is_done=bool(lines) and done == len(lines),
        words=f"{done} of {len(lines)} {noun}{plural}" if lines else nothing,
        lines=tuple(lines),
        waiver=waivers.get(act.value),
    )


def _layer(workload: Workload, controls: Iterable[Mitigation], *, on: date) -> Line:
    rows = [row for row in controls if row.control == Mitigation.Control.M1]
    if not rows:
        return _line(workload, False, "No abstraction layer is recorded.")

    def coverage(row: Mitigation) -> Decimal:
        return row.coverage if row.measured_coverage is None else row.measured_coverage

    row = max(rows, key=lambda row: (_fault(row, on=on) == "", coverage(row)))
    covered = f"{(coverage(row) * 100).normalize():f}% of its traffic"
    measured = "measured" if row.measured_coverage is not None else "declared"
    if fault := _fault(row, on=on):
        return _line(workload, False, f"{covered} ({measured}), but {fault}.")
    if coverage(row) < ENOUGH:
        return _line(workload, False, f"{covered} ({measured}); 70% is needed.")
    return _line(workload, True, f"{covered} ({measured}), tested on {row.tested_on:%-d %b %Y}.")


def _alternative(workload: Workload, controls: Iterable[Mitigation], *, on: date) -> Line:
    wanted = (Mitigation.Control.M2, Mitigation.Control.M3)
    rows = [row for row in controls if row.control in wanted]
    if not rows:
        return _line(workload, False, "No second provider and no fallback is recorded.")
    row = max(rows, key=lambda row: (_fault(row, on=on) == "", row.coverage))
    name = str(row.get_control_display())
    if fault := _fault(row, on=on):
        return _line(workload, False, f"{name}, but {fault}.")
    return _line(workload, True, f"{name}, tested on {row.tested_on:%-d %b %Y}.")


def _fault(row: Mitigation, *, on: date) -> str:
    """Return why a control does not count as working now, or nothing."""
    if row.drill == Mitigation.Drill.FAILED:
        return "its last swap drill failed"
    if row.grade != Mitigation.Grade.TESTED or row.tested_on is None:
        return "it was never tested"
    if (on - row.tested_on).days > TESTED_DAYS:
        return f"its last test was on {row.tested_on:%-d %b %Y}"
    if not row.coverage:
        return "it covers nothing"
    return ""


def _line(workload: Workload, is_done: bool, words: str) -> Line:
    return Line(name=workload.name, is_done=is_done, words=words, workload=workload)


def _portability(clauses: ContractClauses) -> list[Line]:
    return [
        Line(
            name=f"{entry.clause.number} {entry.clause.name}",
            is_done=entry.judgement.is_obtained or entry.judgement.waived_until is not None,
            words=entry.judgement.reason,
            clause_key=entry.clause.key,
        )
        for entry in clauses.clauses
        if entry.clause.portability
    ]


def _figures(workloads: Iterable[Workload]) -> tuple[Figure, ...]:
    rows = list(workloads)
    weeks = [row.time_to_exit_weeks for row in rows if row.time_to_exit_weeks is not None]
    unknown = len(rows) - len(weeks)
    first = "–"
    if rows:
        longest = max([*weeks, *([ASSUMED_WEEKS] if unknown else [])])
        assumed = " (assumed)" if unknown and longest == ASSUMED_WEEKS else " (typed)"
        first = f"{longest.normalize():f} weeks{assumed}"
    none = tuple("" for _ in MONTHS)
    return (
        Figure(name="Highest rise in price the vendor can hold", values=none, needs=COST),
        Figure(name="Time to leave", values=(first, *none[1:]), needs=COST),
        Figure(name="Cost of leaving, by contract", values=none, needs=EXPOSURE),
    )
