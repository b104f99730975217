"""PURE. What rules and reports read of a frozen audit: typed views over the snapshot's items.

Every view keeps the item's own `body`, so that a reader can show what no field was made for.
Amounts are None both where nobody knows them and where the reader may not see them: ask
`Payload.with_amounts` to tell the two apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lockin.money import Money

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousAudit:
    """The signed audit that this one is compared with."""

    label: str
    snapshot_sha256: str
    closing_sha256: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFacts:
    label: str
    period_starts_on: date
    period_ends_on: date
    as_of: date
    """The organisation's own day that every figure is reckoned on."""
    taken_at: datetime
    taken_by: str
    organisation: str
    base_currency: str
    time_zone: str
    country: str
    opened_at: datetime | None
    opened_by: str
    """Empty: the schedule opened it."""
    reason: str
    is_late: bool
    previous: PreviousAudit | None
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireFacts:
    """One version that an assessment in this audit was answered in."""

    label: str
    sha256: str
    scheme: str
    manifest: Body
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFacts:
    key: str
    name: str
    country: str
    website: str
    services: tuple[Body, ...]
    """key, name, kind, tuning_ends_on."""
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """A model at one host, as it was known on the day."""

    key: str
    name: str
    mode: str
    publisher: str
    host: str
    service: str
    open_weights: bool | None
    embedding_dimension: int | None
    announced_on: date | None
    retires_on: date | None
    source: str
    source_url: str
    observed_on: date | None
    confidence: str
    is_stale: bool
    """Observed more than 90 days before the audit's day, or on no known day."""
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentFacts:
    key: str
    name: str
    kind: str
    currency: str
    pace: Decimal | None
    """1 is straight-line use; below it, less is used than was promised. A ratio, not an amount."""
    elapsed_share: Decimal | None
    used_as_of: date | None
    committed_now: Money | None
    used_now: Money | None
    remaining: Money | None
    straight_line_shortfall: Money | None
    shortfall_share: Decimal | None
    """Straight-line shortfall ÷ what is committed in the present period."""
    period_ends_on: date | None
    missing: tuple[str, ...]
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFacts:
    """A clause of the policy in one contract, as it stood. `status` is a status of judging."""

    key: str
    number: str
    name: str
    must: bool
    status: str
    reason: str
    asks: tuple[str, ...]
    """What to ask for next; empty where the clause is met or does not apply."""
    place: str
    read_on: date | None

    @property
    def is_lacking(self) -> bool:
        return self.status in ("missing", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    key: str
    name: str
    vendor: str
    owner: str
    currency: str
    annual_value: Money | None
    starts_on: date | None
    ends_on: date | None
    current_end: date | None
    """Last day in force of the period that the audit's day lies in."""
    renewal: str
    notice_value: int | None
    notice_unit: str
    last_notice_on: date | None
    act_by: date | None
    days_left: int | None
    """From the audit's day to `act_by`; negative when it has passed."""
    is_missed: bool
    first_exit_on: date | None
    dates_arithmetic: tuple[str, ...]
    reminder_set: bool
    uplift: str
    uplift_cap_percent: Decimal | None
    termination_for_convenience: bool | None
    early_termination: str
    early_termination_percent: Decimal | None
    document_on_file: bool
    decision: str
    is_decided: bool
    """This period's renewal is decided, or notice is given."""
    notice_given_on: date | None
    commitments: tuple[CommitmentFacts, ...]
    missing: tuple[str, ...]
    """Names of what nobody has read out of the paper, in words."""
    workloads: tuple[str, ...]
    """Names of the workloads it pays for."""
    body: Body
    policy: str = ""
    """The policy that its clauses were judged against; empty where none was published."""
    clauses: tuple[ClauseFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyFacts:
    service: str
    model_key: str
    model: str
    host: str
    publisher: str
    contract_key: str
    share: Decimal | None
    path: str
    role: str
    retires_on: date | None
    tuning_ends_on: date | None
    open_weights: bool | None

    @property
    def name(self) -> str:
        return f"{self.model} at {self.host}" if self.model else self.service

    @property
    def is_production(self) -> bool:
        """Serves traffic now, and at least five in a hundred of it."""
        return self.role != "fallback" and (self.share is None or self.share >= Decimal("0.05"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFacts:
    kind: str
    name: str
    count: int | None
    tokens_each: int | None
    dimension: int | None
    held_by: str
    exportable: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigationFacts:
    control: str
    name: str
    dimension: str
    coverage: Decimal
    measured_coverage: Decimal | None
    grade: str
    tested_on: date | None
    drill: str
    gateway_single_maintainer: bool | None
    gateway_unpinned: bool | None
    gateway_without_break_glass: bool | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts:
    title: str
    file_name: str
    sha256: str
    size: int | None
    link: str
    dated_on: date
    added_by: str
    state: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    question_key: str
    number: str
    dimension: str
    question_text: str
    kind: str
    """option, unknown, na or blank."""
    option_text: str
    points: Decimal | None
    """As counted by the score; None where the question does not apply."""
    reason: str
    grade: str
    evidence_on: date | None
    comment: str
    is_computed: bool
    arithmetic: tuple[str, ...]
    """Without the lines that name an amount, for a reader who may not see them."""
    answered_by: str
    answered_at: datetime | None
    review: str
    review_comment: str
    evidence: tuple[EvidenceFacts, ...]

    @property
    def nobody_has_checked(self) -> bool:
        """Said so, or never answered: both count as the worst."""
        return self.kind in ("unknown", "blank")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    key: str
    name: str
    fired: bool
    reason: str
    effect: str
    not_evaluated: str
    floor: str
    """The tier that it raises to, for G1–G4."""
    lifts: str
    """The dimension that it raises, for G5 and G6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionFacts:
    dimension: str
    number: str
    applies: bool
    reason_if_not: str
    weight: Decimal | None
    inherent: Decimal | None
    low: Decimal | None
    high: Decimal | None
    confidence: Decimal | None
    confidence_grade: str
    reduction: Decimal | None
    residual: Decimal | None
    score_part: Decimal | None
    lifted_by: tuple[str, ...]
    answers: tuple[Body, ...]
    mitigations: tuple[Body, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFacts:
    scheme: str
    on: date
    tier: str
    """Empty: no score; `problems` say why."""
    tier_before_gates: str
    inherent: Decimal | None
    inherent_tier: str
    residual: Decimal | None
    low: Decimal | None
    high: Decimal | None
    confidence: Decimal | None
    confidence_grade: str
    is_provisional: bool
    answered: int
    unknown: int
    blank: int
    not_applicable: int
    dimensions: tuple[DimensionFacts, ...]
    gates: tuple[GateFacts, ...]
    problems: tuple[str, ...]
    record: Body
    """The whole trace, as `WorkloadScore.to_dict()` wrote it."""

    def gate(self, key: str) -> GateFacts | None:
        """Return the gate's outcome when it fired."""
        return next((gate for gate in self.gates if gate.key == key and gate.fired), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFacts:
    label: str
    questionnaire: str
    sent_by: str
    sent_at: datetime | None
    accepted_by: str
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousWorkload:
    """The same workload in the previous signed audit."""

    label: str
    residual: Decimal | None
    tier: str
    assets: tuple[AssetFacts, ...]
    comparison: Body | None
    """What changed, as `assessments.scoring.compare.Comparison.to_dict()` writes it, without the
    questions that stayed the same. None where one of the two years has no score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadFacts:
    key: str
    name: str
    description: str
    owner: str
    business_unit: str
    criticality: str
    annual_spend: Money | None
    spend_is_known: bool
    """Known although the reader may not see it."""
    daily_users: int | None
    is_paid_external: bool
    time_to_exit_weeks: Decimal | None
    own_copy_of_data: bool | None
    dependencies: tuple[DependencyFacts, ...]
    assets: tuple[AssetFacts, ...]
    mitigations: tuple[MitigationFacts, ...]
    assessment: AssessmentFacts | None
    dimension_choices: tuple[Body, ...]
    answers: tuple[AnswerFacts, ...]
    score: ScoreFacts
    """Of a workload that was never assessed: no tier, no figures, and a problem that says so."""
    previous: PreviousWorkload | None
    body: Body

    def controls(self, control: str) -> tuple[MitigationFacts, ...]:
        """The entries of one control, such as M1, over all dimensions."""
        return tuple(entry for entry in self.mitigations if entry.control == control)

    @property
    def is_vital(self) -> bool:
        """Critical or high: what the business cannot do without for long."""
        return self.criticality in ("critical", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One workload in the heat map."""

    key: str
    name: str
    owner: str
    criticality: str
    residual: Decimal | None
    tier: str
    confidence_grade: str
    dimensions: Mapping[str, Decimal | None]
    """A dimension that does not apply, or has no score, is None."""
    change: Decimal | None
    """Against last year; None where there is no last year."""
    annual_spend: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcentrationFacts:
    hhi: Decimal | None
    shares: tuple[tuple[str, Decimal], ...]
    """Name and share 0–1, largest first."""
    lines_not_known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedYear:
    """What falls due in a calendar year, one total per currency."""

    year: int
    totals: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioFacts:
    workloads: int
    assessed: int
    spend_weighted: Decimal | None
    criticality_weighted: Decimal | None
    hard_to_move_share: Decimal | None
    tiers: Mapping[str, int]
    """How many workloads are in each tier; "" counts those without a score."""
    by_host: ConcentrationFacts
    by_publisher: ConcentrationFacts
    spend_totals: tuple[Money, ...]
    without_score: tuple[str, ...]
    without_spend: tuple[str, ...]
    in_other_currency: tuple[str, ...]
    """Spend in another currency than the organisation's: in no weighted figure yet."""
    heat: tuple[HeatRow, ...]
    committed_by_year: tuple[CommittedYear, ...]
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonFacts:
    """This year against the last signed audit."""

    previous_label: str
    spend_weighted_before: Decimal | None
    spend_weighted_after: Decimal | None
    questions_added: tuple[Body, ...]
    questions_removed: tuple[Body, ...]
    questions_changed: tuple[Body, ...]
    questions_replaced: tuple[Body, ...]
    workloads_added: tuple[str, ...]
    workloads_removed: tuple[str, ...]
    movers: tuple[Body, ...]
    """key, name, before, after, delta, tier_before, tier_after, causes [{question, text, delta}]."""
    previous_findings: tuple[Body, ...]
    """number, title, rule, subject, severity then and now, response, due_on, done_on, status."""
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFacts:
    """What the audit looked at, and what it did not, with the reason."""

    assessed: tuple[Body, ...]
    """area, words."""
    not_assessed: tuple[Body, ...]
    """area, why (“Not assessed in this audit: …”), subjects."""
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """A finding as the rules drafted it."""

    number: int
    rule: str
    subject_kind: str
    subject_key: str
    subject_name: str
    severity: str
    title: str
    criteria: str
    condition: str
    cause: str
    effect: str
    recommendation: str
    facts: tuple[tuple[str, str], ...]
    amounts: tuple[tuple[str, Money], ...]
    due_on: date | None
    suggested_owner: str
    body: Body
