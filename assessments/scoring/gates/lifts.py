"""G5 and G6: one dimension cannot count as less than 75, whatever its controls."""

from assessments.scoring.dimensions import Dimension
from assessments.scoring.gates.outcome import ASSUMED, Gate, GateContext, GateOutcome

G5 = Gate(
    "G5",
    "More than a year's spend owed, no way out",
    "Commercial commitment counts as at least 75.",
)
G6 = Gate(
    "G6",
    "Corpus without source text",
    "Embedding and vector store counts as at least 75.",
)


def owed_without_way_out(context: GateContext) -> GateOutcome:
    """
    G5: `remaining_obligation` > one × `annual_spend`, and no termination for convenience.

    A right to terminate must be known: "not known" is none. The reason names no amount, because
    whoever may read a score may not always read amounts.
    """
    if Dimension.COMMERCIAL not in context.dimensions:
        return G5.not_fired("Commercial commitment does not apply here.")
    facts = context.facts
    if facts.remaining_obligation is None:
        return G5.not_evaluated("The remaining obligation is not known.")
    if facts.remaining_obligation <= 0:
        return G5.not_fired("Nothing is owed.")
    if facts.annual_spend is None:
        return G5.not_evaluated("The annual spend is not known.")
    if facts.remaining_obligation <= context.rule.obligation_years * facts.annual_spend:
        return G5.not_fired("No more than a year's spend is owed.")
    if facts.termination_for_convenience:
        return G5.not_fired("More than a year's spend is owed, with termination for convenience.")
    return G5.fired(
        "More than a year's spend is owed, and no termination for convenience is known.",
        lifts=Dimension.COMMERCIAL,
    )


def corpus_without_source(context: GateContext) -> GateOutcome:
    """G6: `vectors.source-custody` counts 100 ("vendor store only"); 75 still holds part of it."""
    custody = context.read(Dimension.VECTORS, "vectors.source-custody")
    if custody.points is None:
        return G6.without(custody)
    if custody.points < context.rule.worst_points:
        return G6.not_fired("At least part of the source text is held by us.")
    reason = "Only the vendor's store holds the text, so it cannot be embedded again."
    return G6.fired(reason + ASSUMED * custody.assumed, lifts=Dimension.VECTORS)


LIFTS = (owed_without_way_out, corpus_without_source)
