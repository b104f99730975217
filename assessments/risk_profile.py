"""The join: everything known about a workload on a day, and the score that follows from it.

Pages, lists, the API, the audit's snapshot and the nightly run all read workloads through here,
so that a live preview and a stored score cannot differ. A batch costs a fixed number of queries,
however many workloads, answers and contracts it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from assessments.answer_inputs import answer_inputs, contract_answers_of
from assessments.contract_facts import ContractFacts, contracts_of, read_days
from assessments.gate_facts import gate_facts, mitigation_input
from assessments.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    DimensionChoice,
    Mitigation,
)
from assessments.questionnaires.contract_facts import ComputedAnswer
from assessments.scoring.dimensions import Dimension
from assessments.scoring.inputs import DimensionInput, WorkloadInputs
from assessments.scoring.scheme import scheme_named
from assessments.scoring.workload_score import WorkloadScore, score_workload
from assessments.spend import SpendByVendor, spend_by_vendor
from lockin import remembered
from lockin.accounts.models import Organisation
from vendors.models import Asset, Commitment, Dependency, Workload

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One workload with what it depends on, what was answered and what follows.

    `assessment`, `inputs` and `score` are None for a workload that was never assessed.
    """

    workload: Workload
    on: date
    dependencies: tuple[Dependency, ...]
    assets: tuple[Asset, ...]
    mitigations: tuple[Mitigation, ...]
    contracts: tuple[ContractFacts, ...]
    assessment: Assessment | None
    answers: tuple[Answer, ...]
    dimension_choices: tuple[DimensionChoice, ...]
    computed: Mapping[str, ComputedAnswer]
    inputs: WorkloadInputs | None
    score: WorkloadScore | None

    @property
    def scheme(self) -> str:
        """The scheme that the assessment's questionnaire pins."""
        return self.assessment.version.scheme if self.assessment else ""


def profiles(
    *,
    organisation: Organisation,
    on: date,
    workload_ids: Sequence[int] | None = None,
    batch_size: int = BATCH,
    with_evidence: bool = True,
    spend: SpendByVendor | None = None,
) -> Iterator[Profile]:
    """
    Yield profiles in order of the workload's key, from the last accepted assessment of each.

    :param workload_ids: only these, archived or not; without it all that are in use
    :param with_evidence: whether the answers come with their evidence files
    :param spend: whom everything is paid to, where the caller knows it already
    """
    every = Workload.objects.in_organisation(organisation)
    rows: QuerySet[Workload] = (
        every.current() if workload_ids is None else every.filter(pk__in=list(workload_ids))
    )
    spend = spend or spend_by_vendor(organisation=organisation)
    beginning = ""
    while batch := list(_joined(rows.filter(key__gt=beginning))[:batch_size]):
        yield from _profiles_of(
            batch,
            on=on,
            spend=spend,
            assessments=_last_accepted(batch),
            with_evidence=with_evidence,
        )
        beginning = batch[-1].key


def profile_of(workload: Workload, *, on: date) -> Profile:
    """Return the profile of one workload, from its last accepted assessment."""
    found = profiles(
        organisation=workload.organisation,
        on=on,
        workload_ids=[workload.pk],
        spend=_known_spend(workload.organisation),
    )
    return next(found)


def _known_spend(organisation: Organisation) -> SpendByVendor:
    """For one workload alone, adding up the spend of all would take longer than all the rest."""
    return remembered.for_organisation(organisation)(
        "spend by vendor", lambda: spend_by_vendor(organisation=organisation)
    )


def preview(*, assessment: Assessment, on: date) -> Profile:
    """Return the profile as it would be if the assessment's saved answers were accepted now."""
    workload = assessment.workload
    (row,) = _joined(Workload.objects.filter(pk=workload.pk))
    (found,) = _profiles_of(
        [row],
        on=on,
        spend=_known_spend(workload.organisation),
        assessments={row.pk: assessment},
        with_evidence=True,
    )
    return found


def _joined(rows: QuerySet[Workload]) -> QuerySet[Workload]:
    dependencies = Dependency.objects.select_related(
        "model__host",
        "model__publisher",
        "service__vendor",
        "contract__vendor",
        "contract__organisation",
    ).order_by("pk")
    return (
        rows.select_related("organisation", "owner")
        .order_by("key", "pk")
        .prefetch_related(
            Prefetch("dependencies", queryset=dependencies),
            "dependencies__contract__amendments",
            read_days("dependencies__contract__clause_judgements"),
            Prefetch(
                "dependencies__contract__commitments",
                queryset=Commitment.objects.prefetch_related("periods").order_by("key", "pk"),
            ),
            Prefetch(
                "assets",
                queryset=Asset.objects.select_related("model", "service").order_by(
                    "kind", "name", "pk"
                ),
            ),
            Prefetch(
                "mitigations",
                queryset=Mitigation.objects.select_related("evidence__evidence").order_by(
                    "control", "dimension", "pk"
                ),
            ),
        )
    )


def _last_accepted(batch: Iterable[Workload]) -> dict[int, Assessment]:
    """Return the newest accepted assessment of each workload."""
    rows = (
        Assessment.objects.accepted()
        .filter(workload__in=[workload.pk for workload in batch])
        .order_by("workload_id", "-accepted_at", "-pk")
    )
    newest: dict[int, Assessment] = {}
    for row in rows:
        newest.setdefault(row.workload_id, row)
    return newest


def _profiles_of(
    batch: Sequence[Workload],
    *,
    on: date,
    spend: SpendByVendor,
    assessments: Mapping[int, Assessment],
    with_evidence: bool,
) -> Iterator[Profile]:
    answers, choices = _answers(assessments.values(), with_evidence=with_evidence)
    for workload in batch:
        assessment = assessments.get(workload.pk)
        key = assessment.pk if assessment else 0
        yield _profile(
            workload,
            on=on,
            spend=spend,
            assessment=assessment,
            answers=tuple(answers.get(key, ())),
            choices=tuple(choices.get(key, ())),
        )


def _answers(
    assessments: Iterable[Assessment], *, with_evidence: bool
) -> tuple[dict[int, list[Answer]], dict[int, list[DimensionChoice]]]:
    """Read answers and dimension choices of many assessments, and their versions once each."""
    found = list(assessments)
    if not found:
        return {}, {}
    # The manifest is long: fetched once a version, not once an assessment.
    prefetch_related_objects(found, "version")
    ids = [assessment.pk for assessment in found]
    rows = Answer.objects.filter(assessment__in=ids).order_by("assessment_id", "question_key")
    if with_evidence:
        files = AnswerEvidence.objects.select_related("version__evidence").order_by(
            "attached_at", "pk"
        )
        rows = rows.prefetch_related(Prefetch("evidence", queryset=files))
    answers: dict[int, list[Answer]] = {}
    for row in rows:
        answers.setdefault(row.assessment_id, []).append(row)
    choices: dict[int, list[DimensionChoice]] = {}
    for choice in DimensionChoice.objects.filter(assessment__in=ids).order_by("dimension", "pk"):
        choices.setdefault(choice.assessment_id, []).append(choice)
    return answers, choices


def _profile(
    workload: Workload,
    *,
    on: date,
    spend: SpendByVendor,
    assessment: Assessment | None,
    answers: tuple[Answer, ...],
    choices: tuple[DimensionChoice, ...],
) -> Profile:
    dependencies = tuple(workload.dependencies.all())
    mitigations = tuple(workload.mitigations.all())
    contracts = contracts_of(dependencies, on=on, spend=spend)
    inputs = score = None
    computed: Mapping[str, ComputedAnswer] = {}
    if assessment is not None:
        computed = contract_answers_of(dependencies, contracts=contracts, spend=spend, on=on)
        given = answer_inputs(
            definition=assessment.version.definition,
            answers=answers,
            choices=choices,
            computed=computed,
        )
        points = {row.question_key: row.points for row in given if row.points is not None}
        inputs = WorkloadInputs(
            answers=given,
            dimensions={
                Dimension(row.dimension): DimensionInput(row.applies, row.reason) for row in choices
            },
            mitigations=[mitigation_input(row, points=points) for row in mitigations],
            facts=gate_facts(
                workload=workload,
                dependencies=dependencies,
                mitigations=mitigations,
                contracts=contracts,
            ),
            paid_external=workload.is_paid_external,
        )
        score = score_workload(inputs, on=on, scheme=scheme_named(assessment.version.scheme))
    return Profile(
        workload=workload,
        on=on,
        dependencies=dependencies,
        assets=tuple(workload.assets.all()),
        mitigations=mitigations,
        contracts=contracts,
        assessment=assessment,
        answers=answers,
        dimension_choices=choices,
        computed=computed,
        inputs=inputs,
        score=score,
    )
