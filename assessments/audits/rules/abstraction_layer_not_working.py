"""PURE. Is the abstraction layer there, and does the traffic go through it?"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.audits.facts import AuditFacts, MitigationFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.words import percent, score

# What an abstraction layer is bought for: 70–80 % less work to move (the brief); the lower end.
LEAST_COVERAGE = Decimal("0.70")
# From here on the interface is hard to move without a layer: the tier High.
HARD_FROM = Decimal(50)


def abstraction_layer_not_working(
    workload: WorkloadFacts, audit: AuditFacts
) -> Iterator[FindingDraft]:
    """No layer in front of an interface that needs one, or one that is not shown to work."""
    if not _calls_an_interface(workload):
        return
    layers = workload.controls("M1")
    direct = workload.score.gate("G7")
    if direct is not None:
        yield _draft(
            workload,
            severity=Severity.HIGH,
            condition=direct.reason,
            cause="Code calls the vendor beside the layer, and nothing stops it.",
            recommendation="Close the direct routes, or let the layer's share be what it is.",
        )
    elif not layers:
        residual = _api_score(workload)
        if workload.is_vital and residual is not None and residual >= HARD_FROM:
            yield _draft(
                workload,
                severity=Severity.HIGH if workload.criticality == "critical" else Severity.MEDIUM,
                condition=f"No layer is registered, and the interface scores {score(residual)}.",
                cause="The workload was built straight on the vendor's interface.",
                recommendation="Put the gateway in front of it, or keep vendor calls in one "
                "module, and register what it covers.",
            )
    elif (shown := _worst_shown(layers)) is not None:
        yield shown_poorly(workload, shown)


def shown_poorly(workload: WorkloadFacts, layer: MitigationFacts) -> FindingDraft:
    """Return the finding on a layer that covers too little, or that nobody has shown."""
    measured = layer.measured_coverage
    if measured is not None:
        condition = f"{percent(measured)} of the traffic was measured through it."
        cause = "Some calls still go to the vendor directly."
    else:
        condition = (
            f"It is said to cover {percent(layer.coverage)} of the traffic; nobody has measured it."
        )
        cause = "The layer's share was declared and never read from its logs."
    return _draft(
        workload,
        severity=Severity.MEDIUM,
        condition=condition,
        cause=cause,
        recommendation="Compare the gateway's log with the vendor's invoice, and date the result.",
    )


def _worst_shown(layers: tuple[MitigationFacts, ...]) -> MitigationFacts | None:
    for layer in layers:
        if layer.measured_coverage is not None and layer.measured_coverage < LEAST_COVERAGE:
            return layer
    return next(
        (
            entry
            for entry in layers
            if entry.grade == "declared" and entry.measured_coverage is None
        ),
        None,
    )


def _calls_an_interface(workload: WorkloadFacts) -> bool:
    """Software with AI inside has no interface of ours to put a layer in front of."""
    return any(entry.is_production and entry.path != "embedded" for entry in workload.dependencies)


def _api_score(workload: WorkloadFacts) -> Decimal | None:
    return next(
        (entry.residual for entry in workload.score.dimensions if entry.dimension == "api"), None
    )


def _draft(
    workload: WorkloadFacts, *, severity: Severity, condition: str, cause: str, recommendation: str
) -> FindingDraft:
    return FindingDraft(
        rule="abstraction_layer_not_working",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=severity,
        title=f"The abstraction layer of {workload.name} is not shown to work",
        criteria="Our policy requires that calls to a model go through a layer of our own, "
        f"measured to carry at least {percent(LEAST_COVERAGE)} of the traffic.",
        condition=condition,
        cause=cause,
        effect="A change of vendor means changing every place that calls it, so the layer saves "
        "less work than planned.",
        recommendation=recommendation,
        facts=tuple(
            (f"{entry.name}, {entry.dimension}", f"{percent(entry.coverage)} {entry.grade}")
            for entry in workload.controls("M1")
        ),
        suggested=Suggested.IT,
    )
