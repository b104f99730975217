"""PURE. Did we put more into one vendor's fine-tuning since last year?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.growth import growth
from assessments.audits.rules.words import counted, percent, score

KINDS = ("tuned-model",)


def tuning_investment_grown(workload: WorkloadFacts, audit: AuditFacts) -> Iterator[FindingDraft]:
    """More tuned models, a fifth more training examples, or five points more in the dimension."""
    found = growth(workload, kinds=KINDS, dimension="tuning")
    if found is None or not found.is_beyond_ordinary:
        return
    models = [asset for asset in workload.assets if asset.kind in KINDS]
    at_the_vendor = any(asset.exportable is not True for asset in models)
    grew = "" if found.share is None else f" ({percent(found.share)} more)"
    yield FindingDraft(
        rule="tuning_investment_grown",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.HIGH if at_the_vendor and workload.is_vital else Severity.MEDIUM,
        title=f"{workload.name} is tuned further than last year",
        criteria="Our policy requires that tuning goes where its weights, or at least its data set "
        "and recipe, can be taken along.",
        condition=f"{counted(found.assets_now, 'tuned model')} on "
        f"{counted(found.records_now, 'training example')}{grew}, against "
        f"{counted(found.assets_before, 'tuned model')} on "
        f"{counted(found.records_before, 'training example')} last year.",
        cause="Tuning went on at the vendor that hosts the base model.",
        effect="Tuned weights that cannot be taken along are rebuilt from their data set, or lost.",
        recommendation="Keep data sets, splits and recipes with us, and try the next tune on an "
        "open base model.",
        facts=(
            ("Training examples now", f"{found.records_now:,}"),
            ("Training examples last year", f"{found.records_before:,}"),
            ("Weights can be taken along", "No, or nobody knows" if at_the_vendor else "Yes"),
            *((("Change in the dimension", score(found.points)),) if found.points else ()),
        ),
    )
