"""One of everything, all of it the owner's, made by the product's own acts."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

from assessments.briefs import gathering, parts
from assessments.clauses import recording, waivers
from assessments.clauses import versions as policies
from assessments.models import (
    AnswerEvidence,
    Audit,
    Brief,
    BriefDocument,
    Finding,
    Mitigation,
    Report,
    ReportVolume,
    Signature,
)
from assessments.questionnaires import delegating, evidence, starting, versions
from assessments.reports import publishing
from lockin.accounts.roles import Function, Role
from lockin.canonical import dumps
from lockin.people import changes
from tests.conftest import NOW, TODAY
from tests.factories import audits
from tests.factories.clauses import publish_policy
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
from vendors.models import Contract, ImportMapping
from vendors.portfolio import amendments

QUESTION = "api.deepest-feature"
CLAUSE = "c1-data-portability"


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
    world.amendment = amendments.add(
        contract=world.contract,
        values={
            "kind": "amendment",
            "name": "Amendment 1",
            "effective_on": TODAY,
            "changes": {"notice_form": "registered"},
        },
        by=chair,
        now=NOW,
    )
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

    world.policy = publish_policy(organisation, now=NOW - timedelta(days=300))
    world.draft_policy = policies.copy(version=world.policy, label="next", by=chair, now=NOW)
    world.waiver = waivers.request(
        contract=world.contract,
        clause_key=CLAUSE,
        reason="No other vendor serves the model in our region yet.",
        compensating_control="A copy of our data is kept by ourselves.",
        expires_on=TODAY + timedelta(days=90),
        by=chair,
        on=TODAY,
        now=NOW,
    )
    world.peer = recording.note_peer(
        organisation=organisation,
        clause_key=CLAUSE,
        vendor=world.vendor,
        stance="accepted",
        words="Export within 30 days.",
        source="A filed agreement",
        observed_on=TODAY,
        confidence="primary",
        by=chair,
        on=TODAY,
        now=NOW,
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
    world.brief, world.brief_document = decided_brief(world.contract)
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


def decided_brief(contract: Contract) -> tuple[Brief, BriefDocument]:
    """A decided brief with a stored PDF; what stands in real ones has tests of its own."""
    brief = Brief.objects.create(
        organisation=contract.organisation,
        contract=contract,
        number=1,
        contract_name=contract.name,
        vendor_name=contract.vendor.name,
        state=Brief.State.DRAFT,
        built={},
        built_on=TODAY,
        edited_at=NOW,
        edited_by_name="Chair",
        opened_at=NOW,
        opened_by_id_text="1",
        opened_by_name="Chair",
    )
    built = parts.built(gathering.facts_of(contract, on=TODAY))
    Brief.objects.filter(pk=brief.pk).update(
        state=Brief.State.DECIDED,
        built=built,
        decision=Brief.Decision.RENEW,
        decided_at=NOW,
        decided_by_name="Chair",
        body=dumps({"content": built, "opinions": [], "decision": None}),
        sha256="0" * 64,
        vendor_body="{}",
        vendor_sha256="0" * 64,
    )
    document = BriefDocument.objects.create(
        organisation=contract.organisation,
        brief=brief,
        audience=BriefDocument.Audience.INTERNAL,
        is_draft=False,
        template_version="v1",
        content="{}",
        content_sha256="0" * 64,
        state=BriefDocument.State.READY,
        asked_at=NOW,
        ready_at=NOW,
        file_name="brief.pdf",
        # The report's stored bytes serve as its file.
        sha256=hashlib.sha256(b"%PDF-1.7 one page").hexdigest(),
        pages=1,
    )
    brief.refresh_from_db()
    return brief, document
