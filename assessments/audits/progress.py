"""How far an audit is: what the next step waits for, and how the snapshot comes along."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from assessments.audits.transitions import Act, Blocker, Standing, State, blockers, next_act
from assessments.models import Assessment, Audit, Finding, Signature
from lockin.accounts.roles import Function
from lockin.jobs.models import Job
from vendors.models import Workload
from vendors.models.vendor import RecordQuerySet

SNAPSHOT_KIND = "snapshot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the seven steps, as the bar shows it."""

    state: State
    number: int
    label: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an audit stands. `blockers` is empty when the next step can be taken."""

    standing: Standing
    steps: tuple[Step, ...]
    blockers: tuple[Blocker, ...]
    next_act: Act | None
    snapshot_job: Job | None

    @property
    def may_be_overridden(self) -> bool:
        """Whether the council may take the next step all the same, saying why."""
        return bool(self.blockers) and all(found.may_be_overridden for found in self.blockers)


def progress(audit: Audit) -> Progress:
    """Return where the audit stands, from at most four queries."""
    found = standing(audit)
    here = State(audit.state)
    return Progress(
        standing=found,
        steps=tuple(
            Step(
                state=state,
                number=state.number,
                label=Audit.State(state).label,
                is_done=state.number < here.number or here is State.CLOSED,
                is_current=state is here and here is not State.CLOSED,
            )
            for state in State
        ),
        blockers=blockers(found),
        next_act=next_act(audit.state),
        snapshot_job=snapshot_job(audit) if here is State.SNAPSHOT else None,
    )


def standing(audit: Audit) -> Standing:
    """Return what the next step depends on, counted for the state the audit is in."""
    if audit.state == Audit.State.ASSESSMENTS:
        return _assessments(audit)
    if audit.state == Audit.State.SNAPSHOT:
        job = snapshot_job(audit)
        failed = job is None or job.status == Job.Status.FAILED
        return Standing(
            state=audit.state,
            workloads=_workloads(audit).count(),
            snapshot_running=not failed,
            snapshot_failed=failed,
        )
    if audit.state in (Audit.State.FINDINGS, Audit.State.RESPONSES):
        counted = (
            Finding.objects.filter(audit=audit)
            .standing()
            .aggregate(
                owner=Count("pk", filter=Q(owner__isnull=True)),
                due=Count("pk", filter=Q(due_on__isnull=True)),
                response=Count("pk", filter=Q(response="")),
            )
        )
        return Standing(
            state=audit.state,
            findings_without_owner=counted["owner"],
            findings_without_due_date=counted["due"],
            responses_missing=counted["response"],
        )
    if audit.state == Audit.State.SIGN_OFF:
        return Standing(state=audit.state, functions_unsigned=unsigned(audit))
    return Standing(state=audit.state)


def unsigned(audit: Audit) -> tuple[str, ...]:
    """Return the names of the functions whose signature is missing."""
    signed = set(
        Signature.objects.filter(
            audit=audit, withdrawn_at__isnull=True, voided_at__isnull=True
        ).values_list("function", flat=True)
    )
    return tuple(function.label for function in Function if function not in signed)


def snapshot_job(audit: Audit) -> Job | None:
    """Return the job that takes the snapshot, with its progress and error."""
    return Job.objects.filter(kind=SNAPSHOT_KIND, subject=str(audit.pk), period="").first()


def _workloads(audit: Audit) -> RecordQuerySet:
    return Workload.objects.in_organisation(audit.organisation).current()


def _assessments(audit: Audit) -> Standing:
    workloads = _workloads(audit)
    found = Assessment.objects.filter(label=audit.label, workload__in=workloads).aggregate(
        unsent=Count("pk", filter=Q(state__in=["draft", "returned"])),
        sent=Count("pk", filter=Q(state="sent")),
        covered=Count("workload", distinct=True),
    )
    total = workloads.count()
    return Standing(
        state=audit.state,
        workloads=total,
        assessments_not_sent=found["unsent"],
        assessments_not_accepted=found["sent"],
        assessments_missing=total - found["covered"],
    )
