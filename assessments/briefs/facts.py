"""PURE. What a brief is built from: a contract, its clauses, its workloads, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lockin.money import Money
from vendors.dates import KeyDates

ASSUMED_WEEKS = Decimal(26)


@dataclass(frozen=True, kw_only=True)
class ControlStanding:
    """A control of a workload. `coverage` is a share, 0–1, measured where it was measured."""

    key: str
    label: str
    coverage: Decimal
    is_measured: bool
    grade: str
    tested_on: date | None
    failed: bool
    is_current: bool
    """Tested within the last 365 days, and the latest drill did not fail."""


@dataclass(frozen=True, kw_only=True)
class ModelClock:
    """A model that runs under the contract, and the day on which its host ends it."""

    name: str
    host: str
    retires_on: date | None
    announced_on: date | None
    input_price: Decimal | None
    output_price: Decimal | None
    price_currency: str
    source: str
    observed_on: date | None


@dataclass(frozen=True, kw_only=True)
class WorkloadStanding:
    """A workload that runs under the contract. Scores are 0–100 or None; spend is a year's."""

    key: str
    name: str
    owner: str
    criticality: str
    criticality_weight: int
    tier: str
    residual: Decimal | None
    before: Decimal | None
    before_label: str
    dimensions: Mapping[str, Decimal | None]
    weeks: Decimal | None
    spend: Money | None
    share: Decimal | None
    in_production: bool
    second_share: Decimal | None
    """Part of the traffic that a second provider answers in production; None is not known."""
    has_second: bool
    through_gateway: bool
    controls: tuple[ControlStanding, ...]
    models: tuple[ModelClock, ...]

    @property
    def weeks_to_exit(self) -> Decimal:
        return ASSUMED_WEEKS if self.weeks is None else self.weeks

    def control(self, key: str) -> ControlStanding | None:
        """Return the strongest entry of that control: current before covering more."""
        found = [entry for entry in self.controls if entry.key == key]
        return max(found, key=lambda entry: (entry.is_current, entry.coverage), default=None)


@dataclass(frozen=True, kw_only=True)
class Objection:
    they_say: str
    we_answer: str
    we_accept: str


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Who took a clause. `published` may be shown to a vendor; the others are our own papers."""

    sentence: str
    met: int
    known: int
    names: tuple[str, ...]
    published: tuple[tuple[str, str], ...]
    """Name of the published terms and their source with its day."""


@dataclass(frozen=True, kw_only=True)
class ClauseStanding:
    """A clause of the policy, and what this contract gives of it."""

    key: str
    code: str
    title: str
    status: str
    """met, partly, missing, refused or waived."""
    status_word: str
    reason: str
    preferred: str
    acceptable: str
    walk_away: str
    framing: str
    dimensions: tuple[str, ...]
    objections: tuple[Objection, ...]
    accepted: Accepted
    breaches_walk_away: bool


@dataclass(frozen=True, kw_only=True)
class CommitmentStanding:
    """A commitment as of the day; what nobody read is None."""

    name: str
    kind: str
    current_committed: Money | None
    used: Money | None
    used_as_of: date | None
    remaining: Money | None
    at_most: Money | None
    pace: Decimal | None
    straight_line_shortfall: Money | None


@dataclass(frozen=True, kw_only=True)
class BriefFacts:
    """Everything that a brief says, before anybody edits it."""

    on: date
    organisation: str
    contract_key: str
    contract: str
    vendor: str
    reference: str
    owner: str
    signed_on: date | None
    starts_on: date | None
    renewal: str
    renewal_words: str
    notice_words: str
    uplift_words: str
    annual_value: Money | None
    dates: KeyDates | None
    dates_problem: str
    notice_given_on: date | None
    policy: str
    policy_sha256: str
    policy_framing: str
    policy_condition: str
    workloads: tuple[WorkloadStanding, ...]
    clauses: tuple[ClauseStanding, ...]
    commitments: tuple[CommitmentStanding, ...]
    matrix_vendors: tuple[str, ...]
    matrix: tuple[tuple[str, tuple[str, ...], str], ...]
    """Clause, one status a vendor, and how many of how many met it."""
    data_act: tuple[tuple[str, str], ...]
    """Sentences of orientation, each with its source."""
    council: tuple[tuple[str, str], ...]
    """Function and who holds it."""

    @property
    def act_by(self) -> date | None:
        return self.dates.act_by if self.dates else None

    @property
    def in_production(self) -> tuple[WorkloadStanding, ...]:
        return tuple(row for row in self.workloads if row.in_production)
