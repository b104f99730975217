"""PURE. Which workloads that the business leans on could hardly be moved?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, DimensionFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.words import listed, score
from assessments.scoring.dimensions import Dimension
from assessments.scoring.tiers import Tier

# The tiers of the model: High from 50, Entrenched from 75 (domain 2.4, decisions 39).
SEVERITIES = {Tier.HIGH: Severity.HIGH, Tier.ENTRENCHED: Severity.VERY_HIGH}


def deeply_entrenched_workload(
    workload: WorkloadFacts, audit: AuditFacts
) -> Iterator[FindingDraft]:
    """A critical or high workload whose tier is High or Entrenched."""
    found = workload.score
    if not workload.is_vital or found.tier not in SEVERITIES:
        return
    tier = Tier(found.tier)
    worst = sorted(
        (entry for entry in found.dimensions if entry.residual is not None),
        key=lambda entry: (-(entry.residual or 0), entry.number),
    )
    gates = [gate for gate in found.gates if gate.fired]
    raised = (
        ""
        if tier == found.tier_before_gates
        else _raised_by([gate.name for gate in gates if gate.floor])
    )
    yield FindingDraft(
        rule="deeply_entrenched_workload",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=SEVERITIES[tier],
        title=f"{workload.name} is hard to move",
        criteria="Our policy requires that what the business leans on can leave its vendor: "
        "a critical or high workload stays below 50.",
        condition=f"It scores {score(found.residual)} of 100, between {score(found.low)} and "
        f"{score(found.high)} given the evidence: {tier.full_name}.{raised}",
        cause=f"Most of it comes from {_names(worst[:2])}.",
        effect=f"A price rise, a retired model or a vendor in trouble cannot be answered by "
        f"leaving. {_exit_time(workload)}",
        recommendation=f"Lower {_name(worst[0])} first: {_heaviest(worst[0], workload)}"
        if worst
        else "Assess it again.",
        facts=(
            ("Score", score(found.residual)),
            ("Range", f"{score(found.low)} to {score(found.high)}"),
            ("Before controls", score(found.inherent)),
            ("Confidence", found.confidence_grade or "–"),
            ("Criticality", workload.criticality.capitalize()),
            *((f"Gate {gate.key}", gate.reason) for gate in gates),
        ),
        due_days=60 if tier is Tier.ENTRENCHED else 90,
    )


def _raised_by(names: list[str]) -> str:
    return f" What raises the tier: {listed(names)}." if names else ""


def _name(entry: DimensionFacts) -> str:
    name = Dimension(entry.dimension).full_name
    return name[0].lower() + name[1:]


def _names(entries: list[DimensionFacts]) -> str:
    return listed([f"{_name(entry)} ({score(entry.residual)})" for entry in entries])


def _exit_time(workload: WorkloadFacts) -> str:
    if workload.time_to_exit_weeks is None:
        return "Nobody has estimated how long leaving takes; 26 weeks are assumed."
    return f"Leaving is estimated to take {workload.time_to_exit_weeks.normalize():f} weeks."


def _heaviest(entry: DimensionFacts, workload: WorkloadFacts) -> str:
    """Name the answers that weigh most in the dimension, as questions."""
    texts = {answer.question_key: answer.question_text for answer in workload.answers}
    parts = sorted(
        (answer for answer in entry.answers if answer["score_part"] is not None),
        key=lambda answer: (-float(answer["score_part"]), answer["question"]),
    )
    named = [texts[answer["question"]] for answer in parts if answer["question"] in texts]
    return " ".join(f"“{text}”" for text in named[:2]) or "assess it again."
