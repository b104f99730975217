"""One of everything, all of it the owner's, made by the product's own acts."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

from assessments.models import (
    AnswerEvidence,
    Audit,
    Finding,
    Mitigation,
    Report,
    ReportVolume,
    Signature,
)
from assessments.questionnaires import delegating, evidence, starting, versions
from assessments.reports import publishing
from lockin.accounts.roles import Function, Role
from lockin.people import changes
from tests.conftest import NOW, TODAY
from tests.factories import audits
from tests.factories.documents import make_document, pdf_of
from tests.factories.people import make_organisation, make_user
from tests.factories.portfolio import (
    make_asset,
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from tests.factories.questionnaires import edited, save_answer
from vendors.imports import batches
from vendors.models import ImportMapping

QUESTION = "api.deepest-feature"


def build() -> SimpleNamespace:
    """Return a portfolio with an assessed workload, an audit with findings, and a person a role."""
    organisation = make_organisation()
    people = {
        "owner": make_user(organisation, "Priya Raman", roles=[(Role.OWNER, "")]),
        "other owner": make_user(organisation, "Mara Duarte", roles=[(Role.OWNER, "")]),
        "chair": make_user(
            organisation, "Nadia Berg", roles=[(Role.COUNCIL, Function.IT)], is_chair=True
        ),
        "council": make_user(organisation, "Tomas Keller", roles=[(Role.COUNCIL, Function.LEGAL)]),
        "analyst": make_user(organisation, "Sofia Lindqvist", roles=[(Role.FINANCE_ANALYST, "")]),
        "auditor": make_user(organisation, "Edith Marsh", roles=[(Role.AUDITOR, "")]),
        "administrator": make_user(organisation, "Ruth Adeyemi", roles=[(Role.ADMINISTRATOR, "")]),
        "nobody": make_user(organisation, "Kim Novak"),
    }
    owner, chair = people["owner"], people["chair"]
    world = SimpleNamespace(organisation=organisation, people=people)

    world.vendor = make_vendor(organisation)
    world.other_vendor = make_vendor(organisation, "Open AI Inc")
    world.service = make_service(world.vendor)
    world.model = make_model(world.vendor)
    world.contract = make_contract(world.vendor)
    world.commitment = make_commitment(
        world.contract, periods=[(world.contract.starts_on, world.contract.ends_on, 50_000_000)]
    )
    world.document = make_document(world.contract, pdf_of("Term: two years."), by=chair, now=NOW)
    world.workload = make_workload(organisation, owner=owner)
    world.dependency = make_dependency(
        world.workload, model=world.model, service=world.service, contract=world.contract
    )
    world.asset = make_asset(world.workload, count=120)
    world.version = audits.publish_questionnaire(organisation, now=NOW - timedelta(days=300))
    world.draft_version = versions.load_draft(
        edited({}, label="2027.1"), organisation=organisation, by=chair, now=NOW
    )
    world.mitigation = Mitigation.objects.create(
        workload=world.workload,
        control="M1",
        dimension="api",
        coverage="0.5",
        grade="declared",
        recorded_at=NOW,
        recorded_by_name=owner.name,
    )

    world.audit = audits.open_audit(organisation, now=NOW)
    audits.accept_assessment(world.workload, label=world.audit.label, now=NOW)
    world.assessment = starting.start(
        workload=world.workload, label="2031", by=owner, now=NOW + timedelta(hours=1)
    )
    world.delegation = delegating.ask(
        assessment=world.assessment,
        dimension="api",
        question_key=QUESTION,
        to=people["other owner"],
        title="How deep the interface goes",
        by=owner,
        now=NOW + timedelta(hours=1),
    )
    delegating.revoke(delegation=world.delegation, by=owner, now=NOW + timedelta(hours=1))
    world.evidence_version = evidence.add_link(
        workload=world.workload,
        title="Call-site inventory",
        link="https://halden.example/inventory",
        dated_on=TODAY,
        by=owner,
        now=NOW + timedelta(hours=1),
    )
    world.answer_evidence = AnswerEvidence.objects.create(
        answer=save_answer(
            world.assessment, by=owner, now=NOW + timedelta(hours=1), version=1
        ).answer,
        version=world.evidence_version,
        attached_at=NOW,
        attached_by_name=owner.name,
    )
    audits.take_snapshot(world.audit, by=chair, now=NOW + timedelta(hours=2))
    world.finding = Finding.objects.filter(audit=world.audit, workload=world.workload).first()
    world.signature = Signature.objects.create(
        audit=world.audit,
        function=Function.LEGAL,
        signer=people["council"],
        signer_id_text=str(people["council"].pk),
        signer_name="Tomas Keller",
        signer_role="Council member, Legal",
        signed_at=NOW,
        signed_sha256="0" * 64,
    )
    world.report = ready_report(world.audit)
    world.batch = batches.preview(
        organisation=organisation,
        source=BytesIO(b"key,name\ncohere,Cohere\n"),
        name="vendors.csv",
        mapping=None,
        by=chair,
        now=NOW,
    )
    world.mapping = ImportMapping.objects.create(
        organisation=organisation, name="Ledger", body={}, saved_at=NOW, saved_by=chair
    )
    world.token, world.secret = changes.issue_token(person=owner, name="ledger", now=NOW)
    world.grant = owner.grants.get()
    return world


def ready_report(audit: Audit) -> Report:
    """A stored report of one short file; what stands in real ones has tests of its own."""
    content = b"%PDF-1.7 one page"
    sha256 = hashlib.sha256(content).hexdigest()
    path = publishing.path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    report = Report.objects.create(
        organisation=audit.organisation,
        audit=audit,
        is_draft=True,
        template_version="v1",
        snapshot_sha256="0" * 64,
        content_sha256="0" * 64,
        asked_at=NOW,
        manifest="{}",
        manifest_sha256="0" * 64,
    )
    ReportVolume.objects.create(
        report=report,
        number=0,
        title="Report",
        file_name="report.pdf",
        sha256=sha256,
        size=len(content),
        pages=1,
        made_at=NOW,
    )
    Report.objects.filter(pk=report.pk).update(state=Report.State.READY, ready_at=NOW)
    report.refresh_from_db()
    return report
