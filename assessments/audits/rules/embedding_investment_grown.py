"""PURE. Did we put more into one vendor's embeddings since last year?"""

from collections.abc import Iterator

from assessments.audits.facts import AuditFacts, WorkloadFacts
from assessments.audits.rules.draft import FindingDraft, Severity, Subject
from assessments.audits.rules.growth import growth
from assessments.audits.rules.words import counted, percent, score

KINDS = ("embedding-index",)


def embedding_investment_grown(
    workload: WorkloadFacts, audit: AuditFacts
) -> Iterator[FindingDraft]:
    """More indexes, a fifth more documents, or five points more in the dimension."""
    found = growth(workload, kinds=KINDS, dimension="vectors")
    if found is None or not found.is_beyond_ordinary:
        return
    closed = any(entry.open_weights is False for entry in workload.dependencies)
    grew = "" if found.share is None else f" ({percent(found.share)} more)"
    yield FindingDraft(
        rule="embedding_investment_grown",
        subject=Subject.WORKLOAD,
        subject_key=workload.key,
        subject_name=workload.name,
        severity=Severity.MEDIUM if closed else Severity.LOW,
        title=f"{workload.name} holds more embeddings than last year",
        criteria="Our policy requires that growth in embeddings goes to open models, or comes with "
        "a rehearsed way to embed again.",
        condition=f"{counted(found.assets_now, 'index', 'indexes')} with "
        f"{counted(found.records_now, 'document')}{grew}, against "
        f"{counted(found.assets_before, 'index', 'indexes')} with "
        f"{counted(found.records_before, 'document')} last year.",
        cause="The collection grew on the embedding model that was there.",
        effect="Everything embedded must be embedded again to leave, and searches tuned anew.",
        recommendation="Keep the source text and chunking with us, and rehearse embedding a sample "
        "again on an open model.",
        facts=(
            ("Documents now", f"{found.records_now:,}"),
            ("Documents last year", f"{found.records_before:,}"),
            *((("Change in the dimension", score(found.points)),) if found.points else ()),
        ),
    )
