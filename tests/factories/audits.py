"""Questionnaires, accepted assessments and audits in any state, made by the product's own acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from assessments.audits import cycle, findings, sign_off, snapshot
from assessments.models import Answer, Assessment, Audit, Finding, Grade, QuestionnaireVersion
from assessments.questionnaires import starting, versions
from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function
from lockin.jobs import queue
from lockin.jobs.models import Job
from vendors.models import Workload

DATA = Path(versions.__file__).parent / "data" / "lock_in_2026_1.toml"


def publish_questionnaire(
    organisation: Organisation, *, now: datetime, source: Path | bytes = DATA
) -> QuestionnaireVersion:
    """Publish the product's own questions, or other ones."""
    draft = versions.load_draft(source, organisation=organisation, by=None, now=now)
    return versions.publish(version=draft, by=None, now=now)


def changed_questionnaire() -> bytes:
    """Return the product's questions as version 2026.2: one removed, one renamed, one reweighted.

    1.5 (weight 8) goes, its weight goes to 1.2 (10 → 18), and 1.1 comes under another key.
    """
    text = DATA.read_text(encoding="utf-8").replace('label = "2026.1"', 'label = "2026.2"', 1)
    head, *questions = text.split("[[sections.questions]]\n")
    kept = [part for part in questions if 'key = "api.sdk-coupling"' not in part]
    changed = []
    for part in kept:
        if 'key = "api.deepest-feature"' in part:
            part = part.replace(
                'key = "api.deepest-feature"',
                'key = "api.deepest-feature-used"\nreplaces = ["api.deepest-feature"]',
                1,
            )
        if 'key = "api.integration-points"' in part:
            part = part.replace("weight = 10", "weight = 18", 1)
        changed.append(part)
    return "[[sections.questions]]\n".join([head, *changed]).encode()


def accept_assessment(
    workload: Workload,
    *,
    label: str,
    now: datetime,
    option: int = 2,
    unknown: tuple[str, ...] = (),
    accepted_by: str = "Amara Whitfield",
) -> Assessment:
    """Answer every question with its option of that rank, best first, and accept the whole.

    Written as rows: answering and reviewing have tests of their own.
    """
    found = Assessment.objects.filter(workload=workload, label=label).first()
    assessment = found or starting.start(workload=workload, label=label, by=None, now=now)
    definition = assessment.version.definition
    Answer.objects.filter(assessment=assessment).delete()
    rows = []
    for question in definition.questions:
        chosen = sorted(question.options, key=lambda entry: entry.points)[option]
        is_unknown = question.key in unknown
        rows.append(
            Answer(
                assessment=assessment,
                question_key=question.key,
                kind=Answer.Kind.UNKNOWN if is_unknown else Answer.Kind.OPTION,
                option_key="" if is_unknown else chosen.key,
                points=None if is_unknown else chosen.points,
                question_text=question.text,
                option_text="" if is_unknown else chosen.label,
                grade=Grade.NONE if is_unknown else Grade.DOCUMENTED,
                evidence_on=None if is_unknown else now.date() - timedelta(days=30),
                comment=f"As found for {question.number}.",
                answered_at=now,
                answered_by=workload.owner,
                answered_by_name=workload.owner.name if workload.owner else "Priya Raman",
            )
        )
    Answer.objects.bulk_create(rows)
    Assessment.objects.filter(pk=assessment.pk).update(
        state=Assessment.State.ACCEPTED,
        sent_at=now,
        sent_by_name=workload.owner.name if workload.owner else "Priya Raman",
        accepted_at=now,
        accepted_by_name=accepted_by,
    )
    assessment.refresh_from_db()
    return assessment


def open_audit(organisation: Organisation, *, now: datetime) -> Audit:
    """Open this year's audit as the schedule does."""
    (audit,) = cycle.open_due(organisation=organisation, on=organisation.day_of(now), now=now)
    return audit


def take_snapshot(audit: Audit, *, by: User, now: datetime, even_so: str = "") -> Audit:
    """Ask for the snapshot and build it here, as a worker would."""
    job = snapshot.ask(audit=audit, by=by, now=now, even_so=even_so)
    run_snapshot(job, now=now)
    audit.refresh_from_db()
    return audit


def run_snapshot(job: Job, *, now: datetime) -> None:
    claim = queue.claim(job.pk, now=now)
    assert claim is not None
    snapshot.build(claim=claim, audit_id=int(job.subject), now=now)


def settle_findings(audit: Audit, *, by: User, now: datetime, due_on: date | None = None) -> Audit:
    """Agree on every finding and respond to all of them."""
    due_on = due_on or (now + timedelta(days=60)).date()
    for finding in Finding.objects.filter(audit=audit, owner__isnull=True).order_by("number"):
        findings.assign(finding=finding, owner=by, due_on=finding.due_on or due_on, by=by, now=now)
    findings.agree_all(audit=audit, by=by, now=now)
    for finding in Finding.objects.filter(audit=audit, state="agreed").order_by("number"):
        findings.respond(
            finding=finding,
            response=Finding.Response.ACCEPTED,
            text="We do what is recommended.",
            due_on=due_on,
            by=by,
            now=now,
        )
    audit.refresh_from_db()
    return audit


def sign_all(audit: Audit, *, council: dict[Function, User], now: datetime) -> Audit:
    """Sign for all four functions, which closes the audit."""
    for function, person in council.items():
        sign_off.sign(audit=audit, function=function, by=person, now=now, reauthenticated_at=now)
    audit.refresh_from_db()
    return audit
