"""What a contract says on a day: its dates, what it still binds, and how it stands for a workload.

The score, the pages, the findings and the snapshot reckon with the same figures: the rows become
inputs of the sums in `vendors.portfolio.terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from assessments.models import ClauseJudgement
from assessments.spend import SpendByVendor
from lockin.money import Money
from vendors import dates as dating
from vendors.days import add_months
from vendors.exposure import calculator
from vendors.models import Contract, Dependency
from vendors.portfolio.terms import (
    CommitmentState,
    Reading,
    as_amended,
    dates_of,
    reading_of,
    state_of,
)

# Below this part of the traffic a contract does not decide how hard the workload is to move.
PRODUCTION_SHARE = Decimal("0.05")


@dataclass(frozen=True, kw_only=True)
class ContractFacts:
    """
    One contract as of a day, with its amendments until then. None is always "not known".

    `remaining` is what all its commitments still bind, in the contract's currency; 0 only where
    the paper was read and holds no commitment. `share` is the part of the workload's traffic that
    runs under the contract; `vendor_share` the vendor's part of all known AI spend, both 0–1.
    """

    contract: Contract
    reading: Reading | None
    """The terms in force with the calendar that they are read by."""
    dates: dating.KeyDates | None
    commitments: tuple[CommitmentState, ...]
    remaining: Decimal | None
    at_most: Decimal | None
    annual_run_rate: Decimal | None
    share: Decimal | None
    in_production: bool
    vendor_share: Decimal | None
    decided: bool
    problem: str = ""
    recorded_on: date | None = None
    """The day on which somebody last read the paper for a clause; None where nobody noted it."""

    @property
    def term(self) -> dating.Term | None:
        return None if self.reading is None else self.reading.term

    @property
    def currency(self) -> str:
        return self.contract.currency

    @property
    def remaining_money(self) -> Money | None:
        return None if self.remaining is None else Money(self.remaining, self.currency)

    @property
    def pace(self) -> Decimal | None:
        """The slowest pace among the commitments; 1 is straight-line use."""
        paces = [
            entry.exposure.pace
            for entry in self.commitments
            if entry.exposure is not None and entry.exposure.pace is not None
        ]
        return min(paces, default=None)

    @property
    def years_owed(self) -> Decimal | None:
        """The remaining obligation in years of present spend (measure 5.1)."""
        return calculator.years_of_spend(self.remaining, annual_run_rate=self.annual_run_rate)


def read_days(path: str = "clause_judgements") -> Prefetch[str]:
    """Return what brings the days on which contracts were read, and nothing else of the reading."""
    rows = ClauseJudgement.objects.only("contract_id", "read_on").order_by("pk")
    return Prefetch(path, queryset=rows)


def contract_facts(
    contract: Contract,
    *,
    on: date,
    share: Decimal | None = None,
    in_production: bool = True,
    vendor_share: Decimal | None = None,
) -> ContractFacts:
    """Return one contract's facts.

    Its commitments, periods, amendments and clause judgements must be prefetched.
    """
    reading, dates, problem = None, None, ""
    try:
        reading = reading_of(contract, on=on)
        dates = dates_of(contract, on=on)
    except dating.UnableToReckonDates as error:
        reading, problem = None, str(error)
    read_on = [row.read_on for row in contract.clause_judgements.all() if row.read_on <= on]
    contract = as_amended(contract, on=on)
    commitments = tuple(
        state_of(row, row.periods.all(), on=on)
        for row in sorted(contract.commitments.all(), key=lambda row: (row.key, row.pk))
    )
    return ContractFacts(
        contract=contract,
        reading=reading,
        dates=dates,
        commitments=commitments,
        remaining=_sum(contract, commitments, "remaining"),
        at_most=_sum(contract, commitments, "at_most"),
        annual_run_rate=_annual_run_rate(contract, commitments),
        share=share,
        in_production=in_production,
        vendor_share=vendor_share,
        decided=_decided(contract, dates),
        problem=problem,
        recorded_on=max(read_on, default=None),
    )


def contracts_of(
    dependencies: Sequence[Dependency], *, on: date, spend: SpendByVendor
) -> tuple[ContractFacts, ...]:
    """Return the facts of every contract that a workload runs under, by the contract's key.

    A contract's share is the sum over its dependencies; one dependency whose share nobody knows
    makes it unknown, and unknown counts as production. Fallbacks carry no traffic.
    """
    grouped: dict[int, list[Dependency]] = {}
    for dependency in dependencies:
        # A draft binds nobody: what runs under it runs under no contract yet.
        if dependency.contract is not None and dependency.contract.state != Contract.State.DRAFT:
            grouped.setdefault(dependency.contract.pk, []).append(dependency)
    facts = []
    for rows in grouped.values():
        carrying = [row for row in rows if row.role != Dependency.Role.FALLBACK]
        shares = [row.share for row in carrying]
        share = None if None in shares else sum((s for s in shares if s is not None), Decimal(0))
        contract = rows[0].contract
        assert contract is not None
        facts.append(
            contract_facts(
                contract,
                on=on,
                share=share,
                in_production=bool(carrying) and (share is None or share >= PRODUCTION_SHARE),
                vendor_share=spend.share(contract.vendor_id),
            )
        )
    return tuple(sorted(facts, key=lambda entry: entry.contract.key))


def _sum(contract: Contract, commitments: tuple[CommitmentState, ...], name: str) -> Decimal | None:
    """Add up over the commitments; None where one is not known or is in another currency."""
    if not commitments:
        # Nothing on file is nothing owed only when somebody has read the paper.
        return Decimal(0) if contract.document_on_file else None
    total = Decimal(0)
    for entry in commitments:
        value = None if entry.exposure is None else getattr(entry.exposure, name)
        if value is None or entry.commitment.currency != contract.currency:
            return None
        total += value
    return total


def _annual_run_rate(
    contract: Contract, commitments: tuple[CommitmentState, ...]
) -> Decimal | None:
    """What is spent a year: the contract's yearly value, or else straight-line use of this period."""
    if contract.annual_value is not None:
        return contract.annual_value.amount
    total = None
    for entry in commitments:
        found = entry.exposure
        if found is None or found.current is None or found.straight_line_use is None:
            return None
        days = (found.current.ends_on - found.current.starts_on).days + 1
        total = (total or Decimal(0)) + found.straight_line_use * 365 / days
    return total


def _decided(contract: Contract, dates: dating.KeyDates | None) -> bool:
    """Whether this period's renewal is decided; a decision about an earlier period is spent."""
    if contract.notice_given_on is not None:
        made_on = contract.notice_given_on
    elif contract.decision and contract.decided_at is not None:
        made_on = contract.decided_at.date()
    else:
        return False
    end, months = (dates.current_end if dates else None), contract.renewal_months
    renewed = end is not None and contract.ends_on is not None and contract.ends_on < end
    return not (renewed and months and end and made_on <= add_months(end, -months))
