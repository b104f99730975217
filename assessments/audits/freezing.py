"""Everything a snapshot holds, read in batches of fixed queries and written in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from django.db.models import Prefetch

from assessments.audits import drafting
from assessments.audits.comparison import year_on_year
from assessments.audits.freezing_portfolio import (
    contract_body,
    model_body,
    questionnaire_body,
    scheme_body,
    vendor_body,
)
from assessments.audits.freezing_summary import Gathered, coverage_body, portfolio_body
from assessments.audits.freezing_workload import workload_body
from assessments.audits.rules import drafts
from assessments.audits.stored import Writer, bodies_by_key, payload_of
from assessments.clauses.standing import of_contracts
from assessments.contract_facts import contract_facts, read_days
from assessments.models import AnswerEvidence, Audit, Closing, QuestionnaireVersion, Snapshot
from assessments.risk_profile import Profile, profiles
from assessments.scoring.portfolio_score import SpendLine
from assessments.scoring.scheme import CURRENT_SCHEME, scheme_named
from assessments.spend import spend_lines
from lockin.accounts.models import Organisation, RoleGrant
from vendors.models import AIModel, Commitment, Contract, Dependency, Service, Vendor

BATCH = 200


def previous_audit(audit: Audit) -> Audit | None:
    """Return the last signed audit before this one."""
    return (
        Audit.objects.filter(organisation=audit.organisation)
        .signed()
        .filter(period_ends_on__lt=audit.period_ends_on)
        .order_by("-period_ends_on", "-pk")
        .first()
    )


def write_items(
    writer: Writer,
    *,
    audit: Audit,
    as_of: date,
    taken_at: datetime,
    taken_by: str,
    even_so: str,
    total: int,
) -> list[drafting.Drafted]:
    """Write all items, and return the findings drafted from what was written."""
    organisation = audit.organisation
    previous = previous_audit(audit)
    before = Snapshot.objects.get(audit=previous) if previous else None
    gathered = Gathered(label=audit.label, base_currency=organisation.base_currency)
    writer.add(
        "audit",
        audit.label,
        audit_body(audit, as_of=as_of, taken_at=taken_at, taken_by=taken_by, before=before),
    )
    vendors = _write_vendors(writer, organisation)
    models, stale = _write_models(writer, organisation, on=as_of)
    _write_contracts(writer, organisation, on=as_of, gathered=gathered)
    versions = _write_workloads(
        writer,
        organisation,
        on=as_of,
        before=before,
        previous_label=previous.label if previous else "",
        gathered=gathered,
        total=total,
    )
    for version in versions:
        writer.add("questionnaire", version.label, questionnaire_body(version))
    schemes = {version.scheme: scheme_named(version.scheme) for version in versions}
    portfolio_scheme = list(schemes.values())[-1] if schemes else CURRENT_SCHEME
    for scheme in {**schemes, portfolio_scheme.name: portfolio_scheme}.values():
        writer.add("scheme", scheme.name, scheme_body(scheme))
    portfolio = portfolio_body(gathered, scheme=portfolio_scheme)
    writer.add("portfolio", "portfolio", portfolio)
    writer.flush(total, "Looking for findings")

    last_year = drafting.last_years(previous)
    drafted = drafting.prepare(
        drafts(payload_of(writer.snapshot)), audit=audit, as_of=as_of, last_year=last_year
    )
    if before is not None:
        writer.add(
            "comparison",
            audit.label,
            year_on_year(
                before=payload_of(before),
                manifests=[questionnaire_body(version)["manifest"] for version in versions],
                portfolio=portfolio,
                movers=gathered.movers,
                previous_findings=drafting.follow_up(last_year, drafted),
            ),
        )
    for entry in drafted:
        writer.add("finding", f"{entry.number:06d}", entry.body())
    writer.add(
        "coverage",
        "coverage",
        coverage_body(
            gathered, vendors=vendors, models=models, stale_models=stale, override=even_so
        ),
    )
    writer.flush(total, "Sealing")
    return drafted


def audit_body(
    audit: Audit, *, as_of: date, taken_at: datetime, taken_by: str, before: Snapshot | None
) -> dict[str, object]:
    """Return the audit's own facts, with the people of the council by name and function."""
    organisation = audit.organisation
    closing = Closing.objects.get(audit=before.audit) if before else None
    council = (
        RoleGrant.objects.filter(
            user__organisation=organisation, user__is_active=True, ended_at__isnull=True
        )
        .exclude(function="")
        .select_related("user")
        .order_by("function", "is_deputy", "granted_at", "pk")
    )
    return {
        "label": audit.label,
        "period_starts_on": audit.period_starts_on,
        "period_ends_on": audit.period_ends_on,
        "as_of": as_of,
        "taken_at": taken_at,
        "taken_by": taken_by,
        "organisation": {
            "name": organisation.name,
            "base_currency": organisation.base_currency,
            "time_zone": organisation.time_zone,
            "country": organisation.country,
            "language": organisation.language,
        },
        "opened_at": audit.opened_at,
        "opened_by": audit.opened_by_name,
        "opens_on": audit.opens_on,
        "opens_because": audit.opens_because,
        "reason": audit.reason_words,
        "is_late": audit.is_late,
        "report_due_on": audit.report_due_on,
        "previous": None
        if before is None or closing is None
        else {
            "label": before.audit.label,
            "snapshot_sha256": before.sha256,
            "closing_sha256": closing.sha256,
            "closed_at": closing.closed_at,
        },
        "council": [
            {
                "function": grant.function,
                "name": grant.user.name,
                "is_chair": grant.is_chair,
                "is_deputy": grant.is_deputy,
            }
            for grant in council
        ],
    }


def _write_vendors(writer: Writer, organisation: Organisation) -> int:
    rows = (
        Vendor.objects.in_organisation(organisation)
        .current()
        .filter(merged_into__isnull=True)
        .prefetch_related(Prefetch("services", queryset=Service.objects.order_by("key", "pk")))
        .order_by("key", "pk")
    )
    count = 0
    for vendor in rows.iterator(chunk_size=BATCH):
        writer.add("vendor", vendor.key, vendor_body(vendor))
        count += 1
    return count


def _write_models(writer: Writer, organisation: Organisation, *, on: date) -> tuple[int, list[str]]:
    rows = (
        AIModel.objects.in_organisation(organisation)
        .current()
        .select_related("publisher", "host", "service")
        .order_by("key", "pk")
    )
    count, stale = 0, []
    for model in rows.iterator(chunk_size=BATCH):
        body = model_body(model, on=on)
        if body["is_stale"]:
            stale.append(str(model))
        writer.add("model", model.key, body)
        count += 1
    return count, stale


def _write_contracts(
    writer: Writer, organisation: Organisation, *, on: date, gathered: Gathered
) -> None:
    uses = Dependency.objects.filter(workload__archived_at__isnull=True).select_related("workload")
    commitments = Commitment.objects.prefetch_related("periods").order_by("key", "pk")
    rows = (
        Contract.objects.in_organisation(organisation)
        .current()
        .exclude(state=Contract.State.DRAFT)
        .with_terms()
        .select_related("vendor", "owner")
        .prefetch_related(
            Prefetch("commitments", queryset=commitments),
            Prefetch("dependencies", queryset=uses.order_by("workload__key", "pk")),
            read_days(),
        )
        .order_by("key", "pk")
    )
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        clauses = of_contracts(batch, organisation=organisation, on=on)
        for contract in batch:
            paid_for = {row.workload.key: row.workload.name for row in contract.dependencies.all()}
            body = contract_body(
                contract_facts(contract, on=on),
                workloads=[{"key": key, "name": name} for key, name in paid_for.items()],
                clauses=clauses[contract.pk],
            )
            gathered.add_contract(body, on=on)
            writer.add("contract", contract.key, body)
    writer.flush(0, "Contracts are frozen")


def _write_workloads(
    writer: Writer,
    organisation: Organisation,
    *,
    on: date,
    before: Snapshot | None,
    previous_label: str,
    gathered: Gathered,
    total: int,
) -> list[QuestionnaireVersion]:
    """Write the workloads, and return the versions they were answered in, oldest first."""
    lines: dict[int, list[SpendLine]] = {}
    for line in spend_lines(organisation=organisation):
        if line.currency == organisation.base_currency:
            lines.setdefault(line.workload_id, []).append(
                SpendLine(line.amount, line.host, line.publisher)
            )
    versions: dict[int, QuestionnaireVersion] = {}
    done = 0
    for batch in _batches(
        profiles(organisation=organisation, on=on, batch_size=BATCH, with_evidence=False)
    ):
        evidence = _evidence(batch)
        keys = [profile.workload.key for profile in batch]
        earlier = bodies_by_key(before, kind="workload", keys=keys) if before else {}
        for profile in batch:
            workload = profile.workload
            body = workload_body(
                profile,
                evidence=evidence,
                previous=earlier.get(workload.key),
                previous_label=previous_label,
            )
            gathered.add(body, lines=lines.get(workload.pk, ()))
            writer.add("workload", workload.key, body)
            if profile.assessment is not None:
                version = profile.assessment.version
                versions.setdefault(version.pk, version)
        done += len(batch)
        writer.flush(done, f"{done:,} of {total:,} workloads")
    return sorted(versions.values(), key=lambda row: (row.published_at or row.created_at, row.pk))


def _evidence(batch: list[Profile]) -> dict[int, list[AnswerEvidence]]:
    """Return what stands behind the answers of a batch, by answer, from one query."""
    found: dict[int, list[AnswerEvidence]] = {}
    rows = AnswerEvidence.objects.filter(
        answer__assessment__in=[p.assessment.pk for p in batch if p.assessment is not None]
    ).select_related("version__evidence")
    for row in rows.order_by("answer_id", "attached_at", "pk"):
        found.setdefault(row.answer_id, []).append(row)
    return found


def _batches(found: Iterator[Profile]) -> Iterator[list[Profile]]:
    while batch := list(islice(found, BATCH)):
        yield batch
