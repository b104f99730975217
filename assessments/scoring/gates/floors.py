"""G1–G4: what no average may hide raises the tier; the number stays as it is."""

from assessments.scoring.dimensions import Dimension
from assessments.scoring.gates.outcome import ASSUMED, Gate, GateContext, GateOutcome
from assessments.scoring.tiers import Tier

G1 = Gate("G1", "No export route and no own copy", "The tier is Entrenched.")
G2 = Gate("G2", "Neither weights nor dataset in hand", "The tier is at least High.")
G3 = Gate(
    "G3",
    "Retirement comes before exit",
    "The tier is at least High, and Entrenched under half the time to exit.",
)
G4 = Gate("G4", "Last day for notice is near or past", "The tier is at least High.")


def no_export_and_no_own_copy(context: GateContext) -> GateOutcome:
    """
    G1: `workflow.export-completeness` counts 100 (none of five classes) and no own copy is known.

    An own copy must be known to exist: "not known" is no copy.
    """
    exportable = context.read(Dimension.WORKFLOW, "workflow.export-completeness")
    if exportable.points is None:
        return G1.without(exportable)
    if exportable.points < context.rule.worst_points:
        return G1.not_fired("At least one class of data can be exported.")
    if context.facts.own_copy:
        return G1.not_fired("Nothing can be exported, but a copy of our own is kept.")
    reason = "Nothing can be exported, and no copy of our own is known."
    return G1.fired(reason + ASSUMED * exportable.assumed, floor=Tier.ENTRENCHED)


def neither_weights_nor_dataset(context: GateContext) -> GateOutcome:
    """
    G2: `tuning.weight-export` counts ≥ 75 and `tuning.dataset-custody` counts 100.

    75 is "technically possible, no right": a vendor that may say no leaves nothing to rely on,
    so weights without a right are weights that cannot be exported. For the dataset only 100,
    "vendor only", counts: whoever holds the raw sources (75) can still rebuild it.
    """
    weights = context.read(Dimension.TUNING, "tuning.weight-export")
    dataset = context.read(Dimension.TUNING, "tuning.dataset-custody")
    if weights.points is None:
        return G2.without(weights)
    if dataset.points is None:
        return G2.without(dataset)
    if weights.points < context.rule.no_right_points:
        return G2.not_fired("There is a right to take the tuned weights.")
    if dataset.points < context.rule.worst_points:
        return G2.not_fired("The tuning dataset, or the sources it came from, is held by us.")
    reason = "No right to the tuned weights, and only the vendor holds the dataset."
    assumed = weights.assumed or dataset.assumed
    return G2.fired(reason + ASSUMED * assumed, floor=Tier.HIGH)


def retirement_before_exit(context: GateContext) -> GateOutcome:
    """
    G3: days to `retirement_on` < `time_to_exit_days`; Entrenched below half of it.

    Where nobody has estimated the time to exit, the scheme's assumption stands, and it is said.
    """
    retirement_on, exit_days = context.facts.retirement_on, context.facts.time_to_exit_days
    if retirement_on is None:
        return G3.not_evaluated("No retirement date is known for the hosts in use.")
    left = (retirement_on - context.on).days
    assumed = exit_days is None
    needed = context.rule.assumed_time_to_exit_days if exit_days is None else exit_days
    facts = f"{left} days to retirement, {needed} days{' (assumed)' * assumed} to exit."
    if left >= needed:
        return G3.not_fired(facts)
    far_too_late = left < context.rule.far_too_late_share * needed
    return G3.fired(facts, floor=Tier.ENTRENCHED if far_too_late else Tier.HIGH)


def notice_without_decision(context: GateContext) -> GateOutcome:
    """
    G4: `last_notice_on` is past or fewer than 30 days away, and no decision is known.

    A decision, also the one to renew, ends the gate; "not known" is no decision.
    """
    last_notice_on = context.facts.last_notice_on
    if last_notice_on is None:
        return G4.not_evaluated("No last day for notice is known.")
    left = (last_notice_on - context.on).days
    if left >= context.rule.notice_days:
        return G4.not_fired(f"{left} days are left to give notice.")
    if context.facts.renewal_decided:
        return G4.not_fired("The renewal is decided.")
    when = f"passed {-left} days ago" if left < 0 else f"is {left} days away"
    return G4.fired(f"The last day for notice {when}, and nothing is decided.", floor=Tier.HIGH)


FLOORS = (
    no_export_and_no_own_copy,
    neither_weights_nor_dataset,
    retirement_before_exit,
    notice_without_decision,
)
