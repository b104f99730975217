"""What one more control would do to a workload's score. Nothing is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assessments.gate_facts import counted_in
from assessments.risk_profile import Profile
from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import Control, MitigationInput, WorkloadInputs
from assessments.scoring.scheme import Scheme, scheme_named
from assessments.scoring.workload_score import WorkloadScore, score_workload

ONE = Decimal(1)
ZERO = Decimal(0)

# What a person would do, for each control.
STEPS = {
    Control.ABSTRACTION_LAYER: "Send every call through the gateway",
    Control.SECOND_PROVIDER: "Run a second provider in production",
    Control.OPEN_SOURCE_FALLBACK: "Keep a tested open-source fallback",
    Control.GOLDEN_SET: "Keep a golden set and portable prompts",
    Control.EMBEDDING_ADAPTER: "Build an embedding adapter or dual index",
    Control.REHEARSED_RUNBOOK: "Rehearse the change-over with users",
}


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A dimension before and after."""

    dimension: Dimension
    before: Decimal
    after: Decimal


@dataclass(frozen=True, kw_only=True)
class Step:
    """One control at its best: all of the traffic, tested on the day."""

    control: Control
    label: str
    chosen: bool
    effects: tuple[Effect, ...]


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """The score now, with the chosen steps, and what each step would do alone."""

    before: WorkloadScore
    after: WorkloadScore
    steps: tuple[Step, ...]

    @property
    def chosen(self) -> int:
        return sum(1 for step in self.steps if step.chosen)

    @property
    def effects(self) -> tuple[Effect, ...]:
        return _effects(self.before, self.after)


def what_if(profile: Profile, *, chosen: Collection[str]) -> WhatIf:
    """
    Return the score with the chosen controls in place. Steps that would change nothing are left out.

    :param chosen: control keys, such as M1; unknown ones are ignored
    """
    assert profile.inputs is not None
    assert profile.score is not None
    scheme = scheme_named(profile.scheme)

    given = profile.inputs

    def scored(controls: Collection[Control]) -> WorkloadScore:
        inputs = with_controls(given, controls=controls, on=profile.on, scheme=scheme)
        return score_workload(inputs, on=profile.on, scheme=scheme)

    steps = []
    for control, label in STEPS.items():
        effects = _effects(profile.score, scored({control}))
        if any(effect.after < effect.before for effect in effects):
            steps.append(
                Step(control=control, label=label, chosen=control in chosen, effects=effects)
            )
    together = {step.control for step in steps if step.chosen}
    return WhatIf(
        before=profile.score,
        after=scored(together) if together else profile.score,
        steps=tuple(steps),
    )


def with_controls(
    inputs: WorkloadInputs, *, controls: Collection[Control], on: date, scheme: Scheme
) -> WorkloadInputs:
    """Return the inputs as if these controls covered everything and had been tested on the day."""
    kept = [entry for entry in inputs.mitigations if entry.control not in controls]
    points = {row.question_key: row.points for row in inputs.answers if row.points is not None}
    added = [
        MitigationInput(
            control=control,
            dimension=dimension,
            coverage=ONE,
            grade=Grade.TESTED,
            tested_on=on,
            counted_in=counted_in(control, dimension, points=points),
        )
        for control, dimension in scheme.mitigations.credits
        if control in controls
    ]
    facts = inputs.facts
    if Control.ABSTRACTION_LAYER in controls:
        # Every call goes through it, and that is measured: nothing is left to go round it.
        facts = replace(facts, declared_gateway_share=ONE, measured_direct_share=ZERO)
    return replace(inputs, mitigations=[*kept, *added], facts=facts)


def _effects(before: WorkloadScore, after: WorkloadScore) -> tuple[Effect, ...]:
    return tuple(
        Effect(dimension=old.dimension, before=old.residual, after=new.residual)
        for old, new in zip(before.dimensions, after.dimensions, strict=True)
        if old.residual != new.residual
    )
