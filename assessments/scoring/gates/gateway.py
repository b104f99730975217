"""G7 and G8: the gateway is credited for what is measured, and is a dependency itself."""

from decimal import Decimal

from assessments.scoring.gates.outcome import Gate, GateContext, GateOutcome
from assessments.scoring.inputs import Control

G7 = Gate(
    "G7",
    "Traffic goes round the gateway",
    "The abstraction layer counts as declared only, and a finding is made.",
)
G8 = Gate("G8", "The gateway itself is fragile", "A finding is made.")


def traffic_round_the_gateway(context: GateContext) -> GateOutcome:
    """
    G7: the gateway's declared share ≥ 80 % and the measured direct share > 20 %.

    The declared share is the fact of that name, or else the best coverage that M1 is
    registered with.
    """
    declared = _declared_share(context)
    if declared is None:
        return G7.not_fired("No gateway is declared.")
    if declared < context.rule.gateway_share:
        return G7.not_fired("The gateway is declared for less than four fifths of the traffic.")
    direct = context.facts.measured_direct_share
    if direct is None:
        return G7.not_evaluated("The share of direct traffic has not been measured.")
    shares = (
        f"Gateway declared for {_part(declared)} of traffic; {_part(direct)} measured as direct."
    )
    if direct <= context.rule.direct_share:
        return G7.not_fired(shares)
    return G7.fired(shares, finding=True)


def fragile_gateway(context: GateContext) -> GateOutcome:
    """
    G8: one maintainer, or a version that is not pinned, or no way round the gateway.

    One known fault is enough; without one, the gate waits until all three are known.
    """
    facts = context.facts
    in_use = facts.gateway_in_use
    if in_use is None:
        in_use = _declared_share(context) is not None
    if not in_use:
        return G8.not_fired("No gateway is in use.")
    checks = (
        (facts.gateway_single_maintainer, True, "one maintainer"),
        (facts.gateway_pinned, False, "version not pinned"),
        (facts.gateway_break_glass, False, "no break-glass route"),
    )
    faults = [name for value, fault, name in checks if value is fault]
    if faults:
        return G8.fired(f"The gateway has: {', '.join(faults)}.", finding=True)
    if any(value is None for value, _, _ in checks):
        return G8.not_evaluated("Maintainers, version or break-glass route are not known.")
    return G8.not_fired("Several maintainers, a pinned version and a break-glass route.")


def _declared_share(context: GateContext) -> Decimal | None:
    if context.facts.declared_gateway_share is not None:
        return context.facts.declared_gateway_share
    coverages = [
        entry.coverage
        for entry in context.mitigations
        if entry.control == Control.ABSTRACTION_LAYER and entry.coverage
    ]
    return max(coverages, default=None)


def _part(share: Decimal) -> str:
    """Return a share in per cent; a decimal only where there is one, since 20.3% is over 20%."""
    return f"{share:.1%}".replace(".0%", "%")
