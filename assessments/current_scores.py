"""The stored score of every workload: recomputed on change and nightly, written only where it moved.

Scores move without edits, because retirement days come near and evidence ages (decisions 9). Lists
read the stored rows; a row's `as_of` says for which day its figures hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F

from assessments.models import Audit, CurrentScore, ScoreRevision
from assessments.previous_scores import PreviousScore, last_signed, previous_scores
from assessments.risk_profile import BATCH, Profile, profiles
from assessments.scoring.inputs import WorkloadInputs
from assessments.scoring.workload_score import WorkloadScore
from lockin import canonical
from lockin.accounts.models import Organisation
from lockin.jobs import queue

# So many are reckoned while the person waits; more become a job.
AT_ONCE = 20
JOB_KIND = "scores"

_FOUR_PLACES = Decimal("0.0001")
_COLUMNS = (
    *("assessment", "scheme", "as_of", "inputs_sha256", "computed_at"),
    *("residual", "inherent", "low", "high", "confidence", "tier", "tier_rank"),
    *("is_provisional", "api", "tuning", "vectors", "workflow", "commercial"),
    *("previous", "previous_label", "result"),
)


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """How many workloads were looked at, how many rows written, how many never assessed."""

    seen: int
    written: int
    not_assessed: int


def refresh(
    *,
    organisation: Organisation,
    on: date,
    now: datetime,
    workload_ids: Sequence[int] | None = None,
    batch_size: int = BATCH,
) -> Refreshed:
    """
    Reckon the scores for a day and store what changed.

    Idempotent: a second run on the same day writes nothing. A batch costs a fixed number of
    queries and is stored in a transaction of its own, so a stop half-way leaves whole batches.
    """
    audit = last_signed(organisation)
    found = profiles(
        organisation=organisation,
        on=on,
        workload_ids=workload_ids,
        batch_size=batch_size,
        with_evidence=False,
    )
    seen = written = not_assessed = 0
    while batch := list(islice(found, batch_size)):
        seen += len(batch)
        scored = [profile for profile in batch if profile.score is not None]
        not_assessed += len(batch) - len(scored)
        written += _store(scored, organisation=organisation, audit=audit, on=on, now=now)
    return Refreshed(seen=seen, written=written, not_assessed=not_assessed)


def nightly(*, organisation: Organisation, on: date, now: datetime) -> Refreshed:
    """Reckon every workload in use for the day that has begun."""
    return refresh(organisation=organisation, on=on, now=now)


def touch(
    *, organisation: Organisation, workload_ids: Sequence[int], on: date, now: datetime
) -> None:
    """
    Reckon these workloads again once the write that touched them is committed.

    A few are done at once, so that the next page shows the new score; many become a job.
    """
    ids = sorted(set(workload_ids))
    if not ids:
        return
    if len(ids) > AT_ONCE:
        touch_all(organisation=organisation, now=now)
        return
    transaction.on_commit(
        partial(refresh, organisation=organisation, on=on, now=now, workload_ids=ids)
    )


def touch_all(*, organisation: Organisation, now: datetime) -> None:
    """Ask for a job that reckons every workload; one for each moment of asking."""
    queue.ask(
        organisation=organisation,
        kind=JOB_KIND,
        subject=organisation.pk,
        period=now.isoformat(),
        now=now,
    )


def _store(
    batch: Sequence[Profile],
    *,
    organisation: Organisation,
    audit: Audit | None,
    on: date,
    now: datetime,
) -> int:
    with transaction.atomic():
        stored = {
            row.workload_id: row
            for row in CurrentScore.objects.filter(
                workload__in=[profile.workload.pk for profile in batch]
            ).order_by("pk")
        }
        rows = [_row(profile, organisation=organisation, on=on, now=now) for profile in batch]
        _add_previous(rows, batch, stored, organisation=organisation, audit=audit)
        changed, unchanged = [], []
        for row in rows:
            old = stored.get(row.workload_id)
            if old is None or _figures(old) != _figures(row):
                changed.append(row)
            elif old.as_of != on:
                unchanged.append(old.pk)
        # One upsert: an update by cases would cost more than the scores themselves.
        CurrentScore.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["workload"], update_fields=_COLUMNS
        )
        if unchanged:
            CurrentScore.objects.filter(pk__in=unchanged).update(as_of=on, computed_at=now)
        if changed or unchanged:
            _count_up(organisation)
    return len(changed)


def _count_up(organisation: Organisation) -> None:
    """Say that stored scores were written, in the transaction that wrote them."""
    ScoreRevision.objects.bulk_create(
        [ScoreRevision(organisation=organisation)], ignore_conflicts=True
    )
    ScoreRevision.objects.filter(organisation=organisation).update(number=F("number") + 1)


def revision(organisation: Organisation) -> int:
    """Return how often stored scores were written: it moves whenever one of them does."""
    rows = ScoreRevision.objects.filter(organisation=organisation)
    return rows.values_list("number", flat=True).first() or 0


def _row(profile: Profile, *, organisation: Organisation, on: date, now: datetime) -> CurrentScore:
    score, inputs = profile.score, profile.inputs
    assert score is not None
    assert inputs is not None
    overall = score.overall
    figures: dict[str, Any] = {}
    if overall is not None:
        figures = {str(entry.dimension): _places(entry.residual) for entry in score.dimensions}
        figures |= {
            "residual": _places(overall.residual.score),
            "inherent": _places(overall.inherent.score),
            "low": _places(overall.residual.low),
            "high": _places(overall.residual.high),
            "confidence": _places(overall.confidence),
            "tier": str(overall.tier),
            "tier_rank": overall.tier.rank,
            "is_provisional": overall.provisional,
        }
    return CurrentScore(
        organisation=organisation,
        workload=profile.workload,
        assessment=profile.assessment,
        scheme=score.scheme.name,
        as_of=on,
        inputs_sha256=inputs_sha256(inputs, scheme=score.scheme.name),
        computed_at=now,
        result=record(score),
        **figures,
    )


def record(score: WorkloadScore) -> dict[str, Any]:
    """Return the score's record as it is stored and shown."""
    return score.to_dict()


def inputs_sha256(inputs: WorkloadInputs, *, scheme: str) -> str:
    """Return the hash over all that a score depends on apart from the day."""
    facts = inputs.facts
    return canonical.digest(
        canonical.dumps(
            {
                "scheme": scheme,
                "answers": [_plain(answer) for answer in inputs.answers],
                "dimensions": {str(key): _plain(value) for key, value in inputs.dimensions.items()},
                "mitigations": [_plain(entry) for entry in inputs.mitigations],
                "facts": {name: _plain(getattr(facts, name)) for name in facts.__slots__},
                "paid_external": inputs.paid_external,
            }
        )
    )


def _plain(value: Any) -> Any:
    """Return a value of the inputs as canonical JSON takes it; tuples by position."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def _add_previous(
    rows: Sequence[CurrentScore],
    batch: Sequence[Profile],
    stored: dict[int, CurrentScore],
    *,
    organisation: Organisation,
    audit: Audit | None,
) -> None:
    """Fill in the score of the last signed audit; frozen, so what was read once is kept."""
    if audit is None:
        return
    keys = {profile.workload.pk: profile.workload.key for profile in batch}
    wanted = {}
    for row in rows:
        old = stored.get(row.workload_id)
        if old is not None and old.previous_label == audit.label:
            row.previous, row.previous_label = old.previous, old.previous_label
        else:
            wanted[keys[row.workload_id]] = row
    found: dict[str, PreviousScore] = {}
    if wanted:
        found = previous_scores(organisation, workload_keys=wanted, audit=audit)
    for key, row in wanted.items():
        previous = found.get(key)
        if previous is not None:
            row.previous, row.previous_label = _places(previous.residual), previous.label


def _figures(row: CurrentScore) -> tuple[Any, ...]:
    """What makes a stored row differ: all but the day and the moment."""
    result = {name: value for name, value in row.result.items() if name != "on"}
    return (
        *(row.assessment_id, row.scheme, row.inputs_sha256, row.tier, row.is_provisional),
        *(row.previous, row.previous_label, result),
    )


def _places(value: Decimal | None) -> Decimal | None:
    """Round to the four places that rows and records keep."""
    return None if value is None else value.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP)
