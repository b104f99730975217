"""PURE. The conclusion on the four-step scale, and the rule that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.reports import words
from assessments.reports.source import Source

STEPS = ("Sound", "Sound with gaps", "Improvement needed", "Not under control")
SAYS = (
    "The portfolio is sound.",
    "The portfolio is sound, with gaps.",
    "Improvement is needed.",
    "Lock-in is not under control.",
)
HIGH_FROM, ENTRENCHED_FROM = Decimal(50), Decimal(75)
MANY = 3

# Vital: critical or high for the business. The first rule that holds, from the last one up.
RULES = (
    (STEPS[0], "No high or very high finding, and every vital workload scores below 50."),
    (
        STEPS[1],
        (
            "High findings, none very high; every vital workload scores below 50, and every high "
            "finding has an accepted response with a day."
        ),
    ),
    (
        STEPS[2],
        (
            "A very high finding; or a high one without an accepted response and day; or a vital "
            "workload at 50 or more, or without a score."
        ),
    ),
    (
        STEPS[3],
        "Three or more very high findings, and a vital workload at 75 or more.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    step: int
    because: str


def conclude(source: Source) -> Conclusion:
    """Return the step, with the facts that decided it."""
    counts = source.severities()
    vital = [line for line in source.lines if line.is_vital]
    hard = [line for line in vital if line.residual is not None and line.residual >= HIGH_FROM]
    hardest = [
        line for line in hard if line.residual is not None and line.residual >= ENTRENCHED_FROM
    ]
    unscored = [line for line in vital if line.residual is None]
    open_high = [
        entry
        for entry in source.findings
        if entry["severity"] == "high"
        and not (entry["response"] == "accepted" and entry["response_due_on"])
    ]
    very_high = counts["very-high"]
    facts = (
        f"{words.counted(very_high, 'very high finding')}, "
        f"{words.counted(counts['high'], 'high finding')} "
        f"({len(open_high):,} without an accepted response and day); of "
        f"{words.counted(len(vital), 'vital workload')}, {len(hard):,} at 50 or more, "
        f"{len(hardest):,} at 75 or more, {len(unscored):,} without a score."
    )
    if very_high >= MANY and hardest:
        step = 3
    elif very_high or open_high or hard or unscored:
        step = 2
    else:
        step = 1 if counts["high"] else 0
    return Conclusion(step=step, because=facts)
