"""A portfolio with a past, a present and names that are hard to set, on the real clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

from assessments.briefs import deciding
from assessments.clauses import versions as policies
from assessments.clauses import waivers
from assessments.models import Assessment, AuditSchedule, Finding, Mitigation
from assessments.questionnaires import answering, evidence, starting
from lockin.accounts.roles import Function, Role
from tests.factories import audits
from tests.factories.clauses import C2, C5, judge, publish_policy
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
from tests.factories.questionnaires import answer_everything, edited, save_answer
from tests.factories.scored import scores
from vendors.models import Asset

LONG = "Rückversicherungs-Abrechnungsprüfungen 40"  # no place to break but one
CHINESE = "理赔分诊助手"
HEBREW = "עוזר מיון תביעות"
assert len(LONG) >= 40


def people(organisation) -> dict:
    return {
        "owner": make_user(organisation, "Priya Raman", roles=[(Role.OWNER, "")]),
        "chair": make_user(
            organisation, "Nadia Berg", roles=[(Role.COUNCIL, Function.IT)], is_chair=True
        ),
        "legal": make_user(
            organisation,
            "Maximiliane von Hohenstein-Oettingen-Lang",
            roles=[(Role.COUNCIL, Function.LEGAL)],
        ),
        "security": make_user(organisation, "李小龙", roles=[(Role.COUNCIL, Function.SECURITY)]),
        "finance": make_user(
            organisation, "James Okafor", roles=[(Role.COUNCIL, Function.FINANCE)]
        ),
        "auditor": make_user(organisation, "Edith Marsh", roles=[(Role.AUDITOR, "")]),
        "administrator": make_user(organisation, "Ruth Adeyemi", roles=[(Role.ADMINISTRATOR, "")]),
    }


def build(*, now: datetime) -> SimpleNamespace:
    """Return last year's signed audit, this year's with open responses, and answers on their way."""
    organisation = make_organisation("Halden Mutual Versicherungsgesellschaft a.G.")
    who = people(organisation)
    owner, chair = who["owner"], who["chair"]
    council = {
        Function.IT: chair,
        Function.LEGAL: who["legal"],
        Function.SECURITY: who["security"],
        Function.FINANCE: who["finance"],
    }
    AuditSchedule.objects.create(organisation=organisation, month=1, day=1)
    world = SimpleNamespace(organisation=organisation, people=who)
    last_year = now - timedelta(days=365)
    _records(world, owner=owner, now=now)
    world.version = audits.publish_questionnaire(organisation, now=last_year - timedelta(days=9))
    labels = [str(organisation.day_of(day).year) for day in (last_year, now)]

    for workload, option in zip(world.workloads, (3, 1, 2, 0), strict=True):
        audits.accept_assessment(workload, label=labels[0], now=last_year, option=option)
    world.past_audit = audits.open_audit(organisation, now=last_year)
    audits.take_snapshot(world.past_audit, by=chair, now=last_year)
    audits.settle_findings(world.past_audit, by=chair, now=last_year)
    audits.sign_all(world.past_audit, council=council, now=last_year)

    audits.publish_questionnaire(organisation, now=now, source=audits.changed_questionnaire())
    world.audit = audits.open_audit(organisation, now=now)
    for workload, option in zip(world.workloads[:2], (2, 2), strict=True):
        audits.accept_assessment(workload, label=labels[1], now=now, option=option)
    _on_their_way(world, label=labels[1], owner=owner, now=now)
    audits.take_snapshot(world.audit, by=chair, now=now, even_so="Two owners are on leave.")
    _settle_half(world, chair=chair, owner=owner, now=now)
    scores(organisation, on=organisation.day_of(now), now=now)
    _papers(world, chair=chair, now=now)
    return world


def _records(world: SimpleNamespace, *, owner, now: datetime) -> None:
    organisation, on = world.organisation, world.organisation.day_of(now)
    world.vendor = make_vendor(organisation, country="US")
    other = make_vendor(organisation, "深度求索 DeepSeek")
    make_vendor(organisation, "Aktiengesellschaft für Datenverarbeitung und Rechenzentren")
    service = make_service(world.vendor, tuning_ends_on=on + timedelta(days=60))
    world.model = make_model(
        world.vendor,
        service=service,
        retires_on=on + timedelta(days=70),
        observed_on=on - timedelta(days=200),
        source="deprecations page",
    )
    world.contract = make_contract(
        world.vendor,
        "Enterprise agreement for the whole of the group 2026",
        owner=owner,
        starts_on=on - timedelta(days=250),
        ends_on=on + timedelta(days=115),
        term_months=None,
    )
    make_contract(other, starts_on=None, ends_on=None, annual_value_minor=None)
    make_commitment(
        world.contract,
        periods=[(on - timedelta(days=250), on + timedelta(days=115), 100_000_000)],
        used_to_date_minor=40_000_000,
        used_as_of=on - timedelta(days=20),
    )
    names = ("Claims triage assistant", LONG, CHINESE, HEBREW)
    world.workloads = [
        make_workload(
            organisation,
            name,
            owner=owner,
            key=f"w-{number}",
            annual_spend_minor=None if number == 3 else 124_000_000 // (number + 1),
        )
        for number, name in enumerate(names)
    ]
    for workload in world.workloads:
        make_dependency(workload, model=world.model, service=service, contract=world.contract)
    world.workload = world.workloads[0]
    make_asset(world.workload, Asset.Kind.TUNED_MODEL, name="Triage tune", count=20_000)
    make_asset(world.workload, Asset.Kind.EMBEDDING_INDEX, name="索引", count=900_000)
    Mitigation.objects.create(
        workload=world.workload,
        control="M1",
        dimension="api",
        coverage="0.9000",
        grade="declared",
        recorded_at=now,
        recorded_by_name=owner.name,
    )


def _on_their_way(world: SimpleNamespace, *, label: str, owner, now: datetime) -> None:
    """One assessment half answered, one sent."""
    half, whole = (
        Assessment.objects.filter(workload=workload, label=label).first()
        or starting.start(workload=workload, label=label, by=owner, now=now)
        for workload in world.workloads[2:]
    )
    world.assessment, world.sent = half, whole
    file = evidence.add_link(
        workload=half.workload,
        title="Call-site inventory",
        link="https://halden.example/inventories/of/every/call/site/in/every/repository/2026-11",
        dated_on=world.organisation.day_of(now),
        by=owner,
        now=now,
    )
    save_answer(
        half,
        "api.integration-points",
        version=1,  # last year's, to confirm
        option=half.version.definition.question("api.integration-points").options[1].key,
        grade="documented",
        evidence=(file.pk,),
        comment="見積もり: " + "Nichtvertragspartnerschnittstelle" * 3,
        by=owner,
        now=now,
    )
    answer_everything(whole, by=owner, now=now)
    answering.send(assessment=whole, by=owner, now=now)
    world.draft_version = audits.versions.load_draft(
        edited({}, label="2027.1"),
        organisation=world.organisation,
        by=world.people["chair"],
        now=now,
    )


def _papers(world: SimpleNamespace, *, chair, now: datetime) -> None:
    """A policy with a draft of the next, a paper with one clause read, a waiver and a brief."""
    on = world.organisation.day_of(now)
    world.policy = publish_policy(world.organisation, by=chair, now=now - timedelta(days=200))
    world.draft_policy = policies.copy(version=world.policy, label="next", by=chair, now=now)
    world.document = make_document(
        world.contract, pdf_of("1. Term. This Agreement renews each year."), by=chair, now=now
    )
    judge(world.contract, C5, by=chair, read_on=on, on=on, now=now)
    world.waiver = waivers.request(
        contract=world.contract,
        clause_key=C2,
        reason="Nichtvertragspartnerschnittstelle: no other vendor serves it in our region yet.",
        compensating_control="A copy of our data is kept by ourselves.",
        expires_on=on + timedelta(days=90),
        by=chair,
        on=on,
        now=now,
    )
    world.brief = deciding.open_brief(contract=world.contract, by=chair, now=now)


def _settle_half(world: SimpleNamespace, *, chair, owner, now: datetime) -> None:
    """Agree on all findings, respond to the first."""
    due_on = world.organisation.day_of(now) + timedelta(days=60)
    for finding in Finding.objects.filter(audit=world.audit).order_by("number"):
        audits.findings.assign(
            finding=finding, owner=finding.owner or owner, due_on=due_on, by=chair, now=now
        )
    audits.findings.agree_all(audit=world.audit, by=chair, now=now)
    world.finding = Finding.objects.filter(audit=world.audit).order_by("number").first()
    audits.findings.respond(
        finding=world.finding,
        response=Finding.Response.RISK_ACCEPTED,
        text="We live with it until the contract ends.",
        due_on=due_on,
        by=chair,
        now=now,
    )
