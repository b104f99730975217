"""The main job, as the manual tells it: from a portfolio to a signed report that never changes.

Every act goes through the pages that people use; the clock and the worker are played by the calls
that beat and Celery make.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import pikepdf
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments import tasks
from assessments.audits.stored import payload_of
from assessments.forms.questions import UNKNOWN
from assessments.models import Assessment, Audit, Closing, CurrentScore, Finding, Report
from assessments.reports import publishing
from lockin.accounts.models import User
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.people import changes
from lockin.trail.models import Event
from tests.factories import audits
from tests.factories.people import PASSWORD
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from tests.factories.questionnaires import answer_everything, save_answer
from vendors.models import Vendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # the yearly day, unless another is set
FIRST = "api.deepest-feature"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as travelled:
        yield travelled


@pytest.fixture
def vendor(organisation) -> Vendor:
    return make_vendor(organisation, "Nimbus AI", country="US")


@pytest.fixture
def workloads(organisation, owner, vendor):
    """Two workloads on one model of one vendor."""
    model = make_model(vendor, "nimbus-2", service=make_service(vendor))
    contract = make_contract(vendor, owner=owner)
    found = [
        make_workload(organisation, "Claims triage", owner=owner),
        make_workload(organisation, "Letter drafting", owner=owner, criticality="medium"),
    ]
    for workload in found:
        make_dependency(workload, model=model, contract=contract)
    return found


def at(name: str, *args: object) -> str:
    return reverse(f"assessments:{name}", args=args)


def words(answer) -> str:
    """The text of a page, without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def work() -> None:
    """Do every waiting job, as a worker does."""
    for job in Job.objects.filter(status=Job.Status.QUEUED).order_by("pk"):
        tasks.run_job(job_id=job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE, job.error


def files_of(client, report: Report) -> list[bytes]:
    """Download every file of a report."""
    numbers = report.volumes.order_by("number").values_list("number", flat=True)
    answers = [client.get(at("report-download", report.pk, number)) for number in numbers]
    assert {answer.status_code for answer in answers} == {200}
    return [b"".join(answer.streaming_content) for answer in answers]


def render_again(report: Report, folder: Path) -> list[bytes]:
    """Make every volume once more from the frozen records, as the worker does."""
    job = queue.ask(
        organisation=report.organisation,
        kind="report",
        subject=report.pk,
        period=folder.name,
        now=timezone.now(),
    )
    held = queue.claim(job.pk, now=timezone.now())
    folder.mkdir()
    made = [
        volume.path.read_bytes() for volume in publishing.render(report, work=folder, claim=held)
    ]
    queue.finish(held, now=timezone.now())
    return made


def sign_all(client_as, audit: Audit, council) -> None:
    """Four people sign, each with their password."""
    for person in council.values():
        client = client_as(person)
        seen = re.search(
            r'name="seen" value="(\w{64})"', client.get(at("audit-sign", audit.pk)).content.decode()
        )
        assert seen
        function = next(iter(person.functions))
        client.post(
            at("audit-sign", audit.pk),
            {"function": function, "seen": seen[1], "password": PASSWORD, "dissent": ""},
        )


def test_from_the_portfolio_to_the_signed_report(
    clock, organisation, owner, chair, council, auditor, client_as, workloads
):
    triage, letters = workloads
    now = MORNING
    nadia = client_as(chair)

    # The portfolio is on record, the questions are published. Nothing is assessed, and so no
    # score is shown: a blank is never a low risk.
    audits.publish_questionnaire(organisation, now=now - timedelta(days=100))
    assert "Not assessed" in words(nadia.get(at("workload-detail", triage.pk)))

    # On the yearly day the clock ticks, twice: one audit opens, each workload gets an assessment.
    tasks.tick()
    tasks.tick()
    audit = Audit.objects.get(state=Audit.State.ASSESSMENTS)
    assert (audit.label, audit.opened_by) == ("2026", None)
    assessments = {row.workload: row for row in Assessment.objects.filter(label="2026")}
    assert set(assessments) == {triage, letters}
    assert "Claims triage" in words(client_as(owner).get(at("my-work")))

    # The owner answers. The first question through its page, the others likewise; of tuning
    # nobody knows anything, and that is an answer.
    clock.shift(timedelta(days=3))
    now += timedelta(days=3)
    priya, nadia = client_as(owner), client_as(chair)  # a session does not outlive the day
    page = at("question", assessments[triage].pk, FIRST)
    answer = priya.post(
        page,
        {"choice": "server-state", "grade": "declared", "comment": "Threads.", "version": 0},
    )
    assert answer.url == at("question", assessments[triage].pk, "api.integration-points")
    tuning = [
        question.key
        for question in assessments[triage].version.definition.section("tuning").questions
    ]
    for assessment in assessments.values():
        for key in tuning:
            save_answer(assessment, key, by=owner, now=now, kind="unknown", option="", grade="")
        answer_everything(assessment, by=owner, now=now, but=[*tuning, "api.notice-owed", FIRST])
    assert UNKNOWN in priya.get(at("question", assessments[triage].pk, tuning[0])).content.decode()
    save_answer(assessments[letters], by=owner, now=now)
    for assessment in assessments.values():
        refused = priya.post(at("assessment-send", assessment.pk), follow=True)
        assert "One question has no answer yet." in words(refused)
        save_answer(
            assessment,
            "api.notice-owed",
            by=owner,
            now=now,
            option=assessment.version.definition.question("api.notice-owed").options[0].key,
        )
        assert "Sent for review." in words(
            priya.post(at("assessment-send", assessment.pk), follow=True)
        )

    # Whoever answered does not review. A reviewer returns one question and accepts the rest; the
    # owner answers that one alone, and it is accepted.
    returned = assessments[triage]
    assert priya.post(at("assessment-conclude", returned.pk)).status_code == 404
    nadia.post(
        at("answer-review", returned.pk, FIRST),
        {"act": "return", "comment": "The threads were moved in May."},
    )
    for assessment in assessments.values():
        nadia.post(at("assessment-conclude", assessment.pk))
    states = dict(Assessment.objects.values_list("workload__name", "state"))
    assert states == {"Claims triage": "returned", "Letter drafting": "accepted"}
    assert "The threads were moved in May." in words(priya.get(page))
    assert priya.post(at("question", returned.pk, tuning[0]), {"version": 1}).status_code == 404
    priya.post(page, {"choice": "plain-text", "grade": "declared", "comment": "", "version": 1})
    priya.post(at("assessment-send", returned.pk))
    nadia.post(at("assessment-conclude", returned.pk))

    # The score follows. Every question of the interface was answered with its best anchor, 0
    # points; every one of tuning is unknown, 100 points.
    score = CurrentScore.objects.get(workload=triage)
    assert (score.api, score.tuning) == (Decimal(0), Decimal(100))
    trace = words(nadia.get(at("workload-trace", triage.pk)))
    assert "Nobody has checked" in trace

    # The chair takes the snapshot: it is asked for, and made by a worker.
    clock.shift(timedelta(days=10))
    priya, nadia, tomas = (client_as(who) for who in (owner, chair, council["legal"]))
    assert "can be taken" in words(nadia.get(at("audit-detail", audit.pk)))
    nadia.post(at("audit-snapshot", audit.pk))
    assert "Waiting for a worker" in words(nadia.get(at("audit-detail", audit.pk)))
    work()
    audit.refresh_from_db()
    assert audit.state == Audit.State.FINDINGS
    frozen = {row.name: row.score for row in payload_of(audit.snapshot).workloads()}
    assert frozen["Claims triage"].residual == score.residual

    # Findings were drafted by rules. Each gets an owner and a day, the council agrees on them,
    # and the owners respond.
    drafted = Finding.objects.filter(audit=audit).order_by("number")
    assert "answers_unknown" in {finding.rule for finding in drafted}
    for finding in drafted:
        nadia.post(at("finding-assign", finding.pk), {"owner": owner.pk, "due_on": "2026-12-01"})
    nadia.post(at("audit-agree", audit.pk))
    for finding in drafted:
        assert finding.title in words(priya.get(at("finding-detail", finding.pk)))
        priya.post(
            at("finding-respond", finding.pk),
            {"response": "accepted", "text": "We look it up.", "due_on": "2026-11-01"},
        )
    audit.refresh_from_db()
    assert audit.state == Audit.State.SIGN_OFF

    # Four functions sign, four people, each with the password; a wrong one does not sign.
    seen = at("audit-sign", audit.pk)
    wrong = tomas.post(seen, {"function": "legal", "seen": "0" * 64, "password": "guessed it"})
    assert "This is not your password." in words(wrong)
    assert audit.signatures.count() == 0
    sign_all(client_as, audit, council)
    audit.refresh_from_db()
    assert (audit.state, audit.signatures.count()) == (Audit.State.CLOSED, 4)
    late = priya.post(at("finding-respond", drafted[0].pk), {"response": "disputed", "text": "No."})
    assert late.status_code == 400
    assert Finding.objects.get(pk=drafted[0].pk).response == "accepted"

    # The worker makes the report. The auditor downloads it: a PDF with the hash on record.
    work()
    report = Report.objects.get(audit=audit, is_draft=False)
    assert report.state == Report.State.READY
    volume = report.volumes.get(number=0)
    pdf = files_of(client_as(auditor), report)[0]
    assert pdf.startswith(b"%PDF-1.7")
    assert hashlib.sha256(pdf).hexdigest() == volume.sha256
    assert volume.pages > 1
    assert volume.sha256 in words(nadia.get(at("report-detail", report.pk)))

    # All of it stands in the trail, and its chain holds.
    acts = set(Event.objects.values_list("act", flat=True))
    assert acts >= {
        *("audit.opened", "answer.saved", "assessment.sent", "answer.returned"),
        *("assessment.accepted", "audit.snapshot-sealed", "finding.responded"),
        *("signature.given", "audit.closed"),
    }


def test_what_was_signed_outlives_the_questions_the_vendor_and_the_approvers(
    clock,
    organisation,
    owner,
    chair,
    council,
    administrator,
    client_as,
    workloads,
    vendor,
    tmp_path,
):
    # An audit is signed, and its report is made and downloaded.
    now = MORNING
    audits.publish_questionnaire(organisation, now=now - timedelta(days=100))
    tasks.tick()
    audit = Audit.objects.get(state=Audit.State.ASSESSMENTS)
    for workload, option in zip(workloads, (3, 1), strict=True):
        audits.accept_assessment(workload, label="2026", now=now, option=option)
    audits.take_snapshot(audit, by=chair, now=now)
    audits.settle_findings(audit, by=chair, now=now)
    audits.sign_all(audit, council=council, now=now)
    work()
    report = Report.objects.get(audit=audit)
    before = frozen(audit, client_as(chair))
    files = files_of(client_as(chair), report)
    assert render_again(report, tmp_path / "at once") == files

    # A year on: a version that removes, renames and re-weights questions, a vendor with another
    # name, an approver whose account is closed, and another who is gone altogether.
    clock.shift(timedelta(days=400))
    later = now + timedelta(days=400)
    audits.publish_questionnaire(organisation, now=later, source=audits.changed_questionnaire())
    Vendor.objects.filter(pk=vendor.pk).update(name="Cumulus Holdings")
    changes.close(person=council["legal"], by=administrator, now=later)
    council["finance"].grants.all().delete()
    council["finance"].delete()
    for workload in workloads:
        audits.accept_assessment(workload, label="2027", now=later, option=0)
    work()

    # Text, scores and hashes are as they were; the stored file is the same, and so is one that is
    # made anew from the frozen records.
    assert not User.objects.filter(name__in=["Tomas Keller", "James Okafor"]).exists()
    assert frozen(audit, client_as(chair)) == before
    assert {"Tomas Keller", "James Okafor"} <= {row.signer_name for row in audit.signatures.all()}
    assert files_of(client_as(chair), report) == files
    assert render_again(report, tmp_path / "a year on") == files
    text = "".join(attached(pdf, tmp_path) for pdf in files)
    assert "Nimbus AI" in text
    assert "Cumulus" not in text
    assert "Tomas Keller" in text
    assert "James Okafor" in text


def frozen(audit: Audit, client) -> tuple[object, ...]:
    """Everything of an audit that can never change: texts, scores, hashes, the exported record."""
    snapshot, closing = audit.snapshot, Closing.objects.get(audit=audit)
    record = b"".join(client.get(at("audit-record", audit.pk)).streaming_content)
    return (
        list(snapshot.items.order_by("position").values_list("key", "body", "sha256")),
        [(row.key, row.score.residual, row.score.tier) for row in payload_of(snapshot).workloads()],
        (snapshot.sha256, closing.body, closing.sha256),
        record,
    )


def attached(pdf: bytes, folder: Path) -> str:
    """The frozen records that a file of the report carries inside, as one text."""
    path = folder / "attached.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        return "".join(
            file.get_file().read_bytes().decode() for file in opened.attachments.values()
        )
