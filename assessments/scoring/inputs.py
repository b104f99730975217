"""What a score is made from: answers, dimensions that apply, controls, and facts for the gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.figures import Number


class UnableToScore(ValueError):
    """The inputs are not ones that a score is defined for. The message is written for the user."""


class AnswerState(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"  # "Nobody has checked", an answer of its own
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"  # needs a reason; without one it counts as blank
    HIDDEN = "hidden"  # a branch does not ask it: the same as leaving it out

    __hash__ = str.__hash__


class AnswerInput(NamedTuple):
    """One question with its answer. A tuple, because a portfolio holds half a million of them."""

    question_key: str
    number: str
    dimension: Dimension
    weight: Number
    state: AnswerState
    points: Number | None = None  # 0 portable … 100 entrenched; only read when answered
    grade: Grade = Grade.NONE
    evidence_on: date | None = None  # the evidence's own date
    reason: str = ""  # why the question does not apply


class DimensionInput(NamedTuple):
    """Whether a dimension applies to the workload, and the reason when it does not."""

    applies: bool = True
    reason_if_not: str = ""


class Control(StrEnum):
    """A control that makes leaving easier."""

    ABSTRACTION_LAYER = "M1"
    SECOND_PROVIDER = "M2"
    OPEN_SOURCE_FALLBACK = "M3"
    GOLDEN_SET = "M4"
    EMBEDDING_ADAPTER = "M5"
    REHEARSED_RUNBOOK = "M6"

    __hash__ = str.__hash__

    @property
    def full_name(self) -> str:
        return _CONTROL_NAMES[self]


_CONTROL_NAMES = {
    Control.ABSTRACTION_LAYER: "Abstraction layer",
    Control.SECOND_PROVIDER: "Second provider in production",
    Control.OPEN_SOURCE_FALLBACK: "Open-source fallback",
    Control.GOLDEN_SET: "Golden set and portable prompt library",
    Control.EMBEDDING_ADAPTER: "Embedding adapter or dual index",
    Control.REHEARSED_RUNBOOK: "Change-over runbook rehearsed with users",
}


class Drill(NamedTuple):
    """The latest swap drill that exercised a control."""

    passed: bool
    drilled_on: date


class MitigationInput(NamedTuple):
    """One control as registered for one dimension."""

    control: Control
    dimension: Dimension
    coverage: Decimal  # 0–1, the measured share of what the control is meant to cover
    grade: Grade
    tested_on: date | None = None
    drill: Drill | None = None
    # A fact may enter once: the key of the question whose answer already used this one.
    counted_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """Facts that the gates read beside the answers. None always means "not known"."""

    # G1: a complete copy of the data is kept outside the vendor.
    own_copy: bool | None = None
    # G3: the earliest retirement on a host that production uses, and the P80 time to exit.
    retirement_on: date | None = None
    time_to_exit_days: int | None = None
    # G4: the last day on which notice may arrive, of the contract whose day comes first.
    last_notice_on: date | None = None
    renewal_decided: bool | None = None
    # G5: both amounts in the same unit of the same currency.
    remaining_obligation: Number | None = None
    annual_spend: Number | None = None
    termination_for_convenience: bool | None = None
    # G7: shares 0–1. The declared share falls back to the coverage that M1 is registered with.
    declared_gateway_share: Decimal | None = None
    measured_direct_share: Decimal | None = None
    # G8: the gateway as a dependency of its own.
    gateway_in_use: bool | None = None
    gateway_single_maintainer: bool | None = None
    gateway_pinned: bool | None = None
    gateway_break_glass: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadInputs:
    """All that the score of one workload depends on, apart from the day and the scheme."""

    answers: Sequence[AnswerInput]
    # A dimension without an entry applies.
    dimensions: Mapping[Dimension, DimensionInput] = field(default_factory=dict)
    mitigations: Sequence[MitigationInput] = ()
    facts: GateFacts = GateFacts()
    # Paid for and run by someone else: then D1 and D5 always apply. Assumed unless known.
    paid_external: bool = True
