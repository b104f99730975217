"""From rows to the facts of a brief, as of a day: the contract, its clauses, its workloads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from assessments.briefs import clause_facts
from assessments.briefs.facts import (
    BriefFacts,
    CommitmentStanding,
    ControlStanding,
    ModelClock,
    WorkloadStanding,
)
from assessments.contract_facts import PRODUCTION_SHARE, contract_facts
from assessments.models import Audit, CurrentScore, Mitigation
from assessments.previous_scores import previous_scores
from assessments.scoring.criticality import Criticality
from assessments.scoring.dimensions import Dimension
from assessments.scoring.scheme import CURRENT_SCHEME
from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function
from lockin.money import Money
from vendors.exposure.calculator import Exposure
from vendors.models import Commitment, Contract, Dependency, Workload
from vendors.portfolio.terms import as_amended

CURRENT_FOR = timedelta(days=365)


def facts_of(contract: Contract, *, on: date) -> BriefFacts:
    """Return everything that a brief of this contract says, from a fixed number of queries."""
    contract = (
        Contract.objects.with_terms()
        .select_related("organisation", "vendor", "owner")
        .prefetch_related("commitments__periods")
        .get(pk=contract.pk)
    )
    organisation = contract.organisation
    found = contract_facts(contract, on=on)
    contract = as_amended(contract, on=on)
    workloads = _workloads(contract, on=on)
    clauses = clause_facts.of(contract, on=on)
    return BriefFacts(
        on=on,
        organisation=organisation.name,
        contract_key=contract.key,
        contract=contract.name,
        vendor=contract.vendor.name,
        reference=contract.reference,
        owner=contract.owner.name if contract.owner else "",
        signed_on=contract.signed_on,
        starts_on=contract.starts_on,
        renewal=contract.renewal,
        renewal_words=contract.get_renewal_display(),
        notice_words=_notice(contract),
        uplift_words=contract.get_uplift_display(),
        annual_value=contract.annual_value,
        dates=found.dates,
        dates_problem=found.problem,
        notice_given_on=contract.notice_given_on,
        policy=clauses.policy,
        policy_sha256=clauses.policy_sha256,
        policy_framing=clauses.framing,
        policy_condition=clauses.condition,
        workloads=workloads,
        clauses=clauses.standings,
        commitments=tuple(_commitment(row.commitment, row.exposure) for row in found.commitments),
        matrix_vendors=clauses.matrix_vendors,
        matrix=clauses.matrix,
        data_act=clause_facts.data_act_notes(contract, on=on),
        council=_council(organisation),
    )


def _workloads(contract: Contract, *, on: date) -> tuple[WorkloadStanding, ...]:
    rows = list(
        Workload.objects.in_organisation(contract.organisation)
        .current()
        .filter(dependencies__contract=contract)
        .distinct()
        .select_related("owner")
        .prefetch_related("dependencies__model__host", "dependencies__service", "mitigations")
        .order_by("key")
    )
    scores = {row.workload_id: row for row in CurrentScore.objects.filter(workload__in=rows)}
    audit = _audit_since(contract)
    before = (
        previous_scores(contract.organisation, workload_keys=[row.key for row in rows], audit=audit)
        if audit
        else {}
    )
    found = []
    for row in rows:
        score, earlier = scores.get(row.pk), before.get(row.key)
        parts = list(row.dependencies.all())
        mine = [part for part in parts if part.contract_id == contract.pk]
        share = _share(mine)
        second = [part for part in parts if part.role == Dependency.Role.SECOND]
        found.append(
            WorkloadStanding(
                key=row.key,
                name=row.name,
                owner=row.owner.name if row.owner else "",
                criticality=row.criticality,
                criticality_weight=int(
                    CURRENT_SCHEME.criticality_weights[Criticality(row.criticality)]
                ),
                tier=score.tier if score else "",
                residual=score.residual if score else None,
                before=earlier.residual if earlier else None,
                before_label=earlier.label if earlier else "",
                dimensions={
                    str(name): getattr(score, str(name)) if score else None for name in Dimension
                },
                weeks=row.time_to_exit_weeks,
                spend=row.annual_spend,
                share=share,
                in_production=_in_production(mine, share),
                second_share=_share(second),
                has_second=bool(second),
                through_gateway=bool(mine)
                and all(part.path == Dependency.Path.GATEWAY for part in mine),
                controls=tuple(_control(entry, on=on) for entry in row.mitigations.all()),
                models=tuple(_models(mine)),
            )
        )
    return tuple(found)


def _audit_since(contract: Contract) -> Audit | None:
    """Return the signed audit to compare with: the first since the signature, else the last."""
    signed = Audit.objects.filter(organisation=contract.organisation).signed()
    since = contract.signed_on or contract.starts_on
    if since is not None:
        first = (
            signed.filter(snapshot__begun_at__date__gte=since).order_by("period_ends_on").first()
        )
        if first is not None:
            return first
    return signed.order_by("-period_ends_on", "-pk").first()


def _share(parts: Iterable[Dependency]) -> Decimal | None:
    """Return the traffic of these parts together; None where one of them is not known."""
    shares = [part.share for part in parts if part.role != Dependency.Role.FALLBACK]
    if not shares or None in shares:
        return None
    return sum((share for share in shares if share is not None), Decimal(0))


def _in_production(parts: Iterable[Dependency], share: Decimal | None) -> bool:
    carrying = [part for part in parts if part.role != Dependency.Role.FALLBACK]
    return bool(carrying) and (share is None or share >= PRODUCTION_SHARE)


def _control(row: Mitigation, *, on: date) -> ControlStanding:
    failed = row.drill == Mitigation.Drill.FAILED
    return ControlStanding(
        key=row.control,
        label=row.get_control_display(),
        coverage=row.coverage if row.measured_coverage is None else row.measured_coverage,
        is_measured=row.measured_coverage is not None,
        grade=row.grade,
        tested_on=row.tested_on,
        failed=failed,
        is_current=row.grade == Mitigation.Grade.TESTED
        and row.tested_on is not None
        and timedelta(0) <= on - row.tested_on <= CURRENT_FOR
        and not failed,
    )


def _models(parts: Iterable[Dependency]) -> Iterable[ModelClock]:
    for part in parts:
        model = part.model
        if model is not None:
            yield ModelClock(
                name=model.name,
                host=model.host.name,
                retires_on=model.retires_on,
                announced_on=model.announced_on,
                input_price=model.input_price,
                output_price=model.output_price,
                price_currency=model.price_currency,
                source=model.source,
                observed_on=model.observed_on,
            )


def _commitment(row: Commitment, exposure: Exposure | None) -> CommitmentStanding:
    def money(amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, row.currency)

    current = exposure.current if exposure else None
    return CommitmentStanding(
        name=row.name,
        kind=row.get_kind_display(),
        current_committed=money(current.committed) if current else None,
        used=money(exposure.used_in_current) if exposure else None,
        used_as_of=row.used_as_of,
        remaining=money(exposure.remaining) if exposure else None,
        at_most=money(exposure.at_most) if exposure else None,
        pace=exposure.pace if exposure else None,
        straight_line_shortfall=money(exposure.straight_line_shortfall) if exposure else None,
    )


def _council(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    people = User.objects.in_organisation(organisation).active().order_by("name", "pk")
    rows = people.filter(grants__role="council", grants__ended_at__isnull=True).values_list(
        "grants__function", "name", "grants__is_deputy"
    )
    held = [(function, name) for function, name, is_deputy in rows if function and not is_deputy]
    return tuple((Function(function).label, name) for function, name in held)


def _notice(contract: Contract) -> str:
    if contract.notice_value is None:
        return "notice period not read"
    return f"notice of {contract.notice_value} {contract.get_notice_unit_display().lower()}"
