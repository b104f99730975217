"""Every number of the model under a name, so that an old score can be reckoned again for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from assessments.scoring.criticality import Criticality
from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import EvidenceRule, Grade
from assessments.scoring.gates.outcome import GateRule
from assessments.scoring.inputs import Control
from assessments.scoring.mitigations import MitigationRule
from assessments.scoring.tiers import TierRule


class UnknownScheme(LookupError):
    """No scheme has that name. The message is written for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One version of the model. A published scheme is never changed: a new one is added."""

    name: str
    dimension_weights: Mapping[Dimension, Decimal]
    worst_share: Decimal  # λ: the worst dimension's share of the score
    ordered_weights: tuple[Decimal, ...]  # OWA, for the worst dimension first
    worst_shares_tried: tuple[Decimal, ...]
    weight_changes_tried: tuple[Decimal, ...]
    fewest_dimensions: int
    # May not be set aside on a workload that someone else runs for money.
    always_apply: tuple[Dimension, ...]
    evidence: EvidenceRule
    tiers: TierRule
    mitigations: MitigationRule
    gates: GateRule
    criticality_weights: Mapping[Criticality, Decimal]


_CREDITS = {
    (Control.ABSTRACTION_LAYER, Dimension.API): Decimal("0.75"),
    (Control.ABSTRACTION_LAYER, Dimension.WORKFLOW): Decimal("0.10"),
    (Control.SECOND_PROVIDER, Dimension.API): Decimal("0.30"),
    (Control.SECOND_PROVIDER, Dimension.COMMERCIAL): Decimal("0.25"),
    (Control.OPEN_SOURCE_FALLBACK, Dimension.API): Decimal("0.20"),
    (Control.OPEN_SOURCE_FALLBACK, Dimension.TUNING): Decimal("0.35"),
    (Control.OPEN_SOURCE_FALLBACK, Dimension.WORKFLOW): Decimal("0.10"),
    (Control.OPEN_SOURCE_FALLBACK, Dimension.COMMERCIAL): Decimal("0.20"),
    (Control.GOLDEN_SET, Dimension.API): Decimal("0.15"),
    (Control.GOLDEN_SET, Dimension.TUNING): Decimal("0.20"),
    (Control.EMBEDDING_ADAPTER, Dimension.VECTORS): Decimal("0.40"),
    (Control.REHEARSED_RUNBOOK, Dimension.WORKFLOW): Decimal("0.20"),
}

SCHEME_2026_1 = Scheme(
    name="2026.1",
    # D1 touches every call; D2 is least reversible; D3 is cheapest to redo when the text is
    # owned; D4 is the largest measured cost; D5 persists when all else is solved.
    dimension_weights=MappingProxyType(
        {
            Dimension.API: Decimal(25),
            Dimension.TUNING: Decimal(20),
            Dimension.VECTORS: Decimal(15),
            Dimension.WORKFLOW: Decimal(20),
            Dimension.COMMERCIAL: Decimal(20),
        }
    ),
    worst_share=Decimal("0.5"),
    ordered_weights=tuple(Decimal(w) for w in ("0.40", "0.25", "0.15", "0.12", "0.08")),
    worst_shares_tried=(Decimal(0), Decimal("0.5"), Decimal(1)),
    weight_changes_tried=(Decimal("-0.2"), Decimal("0.2")),
    fewest_dimensions=2,
    always_apply=(Dimension.API, Dimension.COMMERCIAL),
    evidence=EvidenceRule(
        factors=MappingProxyType(
            {
                Grade.TESTED: Decimal(1),
                Grade.DOCUMENTED: Decimal("0.7"),
                Grade.DECLARED: Decimal("0.4"),
                Grade.NONE: Decimal(0),
            }
        ),
        full_days=365,
        aged_days=730,
        aged_share=Decimal("0.5"),
        none_after_days=1095,
        confidence_grades=(
            ("A", Decimal("0.80")),
            ("B", Decimal("0.60")),
            ("C", Decimal("0.40")),
        ),
        lowest_confidence_grade="D",
        widest_below=Decimal("12.5"),
        widest_above=Decimal(25),
    ),
    tiers=TierRule(moderate_from=Decimal(25), high_from=Decimal(50), entrenched_from=Decimal(75)),
    mitigations=MitigationRule(
        credits=MappingProxyType(_CREDITS),
        cap=Decimal("0.85"),
        tested_lately=Decimal(1),
        tested_a_while_ago=Decimal("0.7"),
        documented=Decimal("0.5"),
        declared=Decimal("0.2"),
        drill_failed=Decimal("0.2"),
        lately_months=12,
        a_while_ago_months=24,
    ),
    gates=GateRule(
        no_right_points=75,
        worst_points=100,
        far_too_late_share=Decimal("0.5"),
        assumed_time_to_exit_days=26 * 7,
        notice_days=30,
        obligation_years=Decimal(1),
        lift_to=Decimal(75),
        gateway_share=Decimal("0.80"),
        direct_share=Decimal("0.20"),
    ),
    criticality_weights=MappingProxyType(
        {
            Criticality.CRITICAL: Decimal(4),
            Criticality.HIGH: Decimal(3),
            Criticality.MEDIUM: Decimal(2),
            Criticality.LOW: Decimal(1),
        }
    ),
)

CURRENT_SCHEME = SCHEME_2026_1
_SCHEMES: Mapping[str, Scheme] = {scheme.name: scheme for scheme in (SCHEME_2026_1,)}


def scheme_named(name: str) -> Scheme:
    """
    Return the scheme that a stored score names.

    :raises UnknownScheme: if no scheme has that name
    """
    try:
        return _SCHEMES[name]
    except KeyError:
        known = ", ".join(sorted(_SCHEMES))
        raise UnknownScheme(f"There is no scoring scheme {name}. Known: {known}.") from None
