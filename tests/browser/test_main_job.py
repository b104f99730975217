"""The main job in a browser, with a real worker: answers, review, audit, four signatures, a PDF."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from assessments.audits import findings as domain
from assessments.models import Assessment, Audit, AuditSchedule, Finding, Report
from lockin.accounts.roles import Function
from tests.factories.audits import accept_assessment, open_audit, publish_questionnaire
from tests.factories.people import PASSWORD
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from tests.factories.questionnaires import answer_everything
from tests.worker import running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OPTION, UNKNOWN = "api.deepest-feature", "api.integration-points"
NOT_APPLICABLE, EVIDENCED = "api.schema-guarantee", "api.prompt-assets"


@pytest.fixture
def world(organisation, owner, council, settings) -> SimpleNamespace:
    """An open audit of two workloads: one accepted, one with four questions left to answer."""
    # The worker, in a process of its own, keeps its files where the installation does.
    settings.MEDIA_ROOT = configured.VAR / "files"
    now = timezone.now()
    publish_questionnaire(organisation, now=now - timedelta(days=1))
    vendor = make_vendor(organisation)
    model = make_model(vendor, service=make_service(vendor))
    contract = make_contract(vendor, owner=owner)
    triage = make_workload(organisation, "Claims triage", owner=owner)
    letters = make_workload(organisation, "Letter drafting", owner=owner, criticality="low")
    for workload in (triage, letters):
        make_dependency(workload, model=model, contract=contract)
    AuditSchedule.objects.create(organisation=organisation, month=1, day=1)
    audit = open_audit(organisation, now=now)
    accept_assessment(letters, label=audit.label, now=now, option=1)
    assessment = Assessment.objects.get(workload=triage, label=audit.label)
    left = (OPTION, UNKNOWN, NOT_APPLICABLE, EVIDENCED)
    answer_everything(assessment, by=owner, now=now, but=left)
    return SimpleNamespace(audit=audit, assessment=assessment)


def press(page, name: str) -> None:
    """Press what is called so, whether a button or a link that looks like one."""
    page.locator("main .btn", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$")).first.click()


def sign_in(page, user) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("nav[aria-label=Main]").first.wait_for()


def save_and_reach(page, key: str) -> None:
    press(page, "Save and continue")
    page.wait_for_url(re.compile(re.escape(key)))


def answer_what_is_left(page) -> None:
    """An option with a note, an unknown, one that does not apply, one with a file."""
    page.locator("label.opt", has_text="Streaming").click()
    page.locator(".seg label", has_text="Declared").click()
    page.get_by_label("Note").fill("Read from the gateway's log.")
    save_and_reach(page, UNKNOWN)
    page.locator("label.opt", has_text="Nobody has checked").click()
    save_and_reach(page, NOT_APPLICABLE)
    page.locator("label.opt", has_text="Does not apply").click()
    page.get_by_label("Why it does not apply").fill("It writes prose that nothing parses.")
    save_and_reach(page, EVIDENCED)
    page.locator("label.opt").nth(1).click()
    page.set_input_files(
        "#id_file", {"name": "prompts.csv", "mimeType": "text/csv", "buffer": b"prompt,family\n"}
    )
    page.locator("[data-files] [data-file]", has_text="prompts.csv").wait_for()
    page.locator(".seg label", has_text="Documented").click()
    save_and_reach(page, "/check/")


def send(page) -> None:
    press(page, "Send for review")
    page.get_by_role("heading", name=re.compile("Send .* for review")).wait_for()
    press(page, "Send for review")
    page.get_by_text("Sent for review.").wait_for()


def sign(page, user, audit) -> None:
    page.goto(reverse("assessments:my-work"))
    page.locator("main tbody a", has_text=str(audit)).click()
    if "/sign/" not in page.url:
        press(page, "Sign")
    page.get_by_label("Your password").fill(PASSWORD)
    page.locator("main form button.btn-primary", has_text="Sign for").click()
    page.get_by_text(re.compile("^Signed")).first.wait_for()


def test_from_the_first_answer_to_the_signed_pdf(window, world, owner, chair, council, tmp_path):
    from playwright.sync_api import expect

    audit, assessment = world.audit, world.assessment

    # The owner signs in, answers what is left, and sends.
    priya = window()
    sign_in(priya, owner)
    priya.goto(reverse("assessments:my-work"))
    priya.locator("main tbody a", has_text="Claims triage").click()
    press(priya, "Continue")
    priya.wait_for_url(re.compile(re.escape(OPTION)))
    answer_what_is_left(priya)
    send(priya)

    # A reviewer returns one question and accepts the rest; the owner answers it again.
    tomas = window()
    sign_in(tomas, council[Function.LEGAL])
    tomas.goto(reverse("assessments:my-work"))
    tomas.locator("main tbody a", has_text="Claims triage").click()
    question = tomas.locator(f"article[id='{UNKNOWN}']")
    question.locator("summary", has_text="Return question").click()
    question.get_by_label("What is missing").fill("Count them: the scan takes a minute.")
    question.get_by_role("button", name="Return this question").click()
    press(tomas, "Return one question, accept the rest")
    tomas.get_by_text("Returned to the owner.").wait_for()

    priya.goto(reverse("assessments:my-work"))
    priya.locator("main tbody a", has_text="Claims triage").click()
    press(priya, "Continue")
    priya.get_by_text("Count them: the scan takes a minute.").wait_for()
    priya.locator("label.opt", has_text="3–10").click()
    priya.locator(".seg label", has_text="Declared").click()
    save_and_reach(priya, "/check/")
    send(priya)

    tomas.goto(reverse("assessments:assessment-review", args=[assessment.pk]))
    press(tomas, "Accept all answers")
    tomas.get_by_text("Accepted.", exact=True).wait_for()

    # The chair takes the snapshot and sees how far it is, until a worker has made it.
    nadia = window()
    sign_in(nadia, chair)
    nadia.goto(reverse("assessments:audit-list"))
    nadia.get_by_role("link", name=str(audit)).first.click()
    press(nadia, "Take snapshot")
    nadia.get_by_role("heading", name=re.compile("^Freeze 2 workloads")).wait_for()
    press(nadia, "Take snapshot")
    expect(nadia.locator("#snapshot-progress")).to_contain_text("Waiting for a worker")
    with running(tmp_path):
        expect(nadia.locator("#findings")).to_be_visible(timeout=60_000)
        audit.refresh_from_db()
        assert audit.state == Audit.State.FINDINGS

        agree_and_respond(nadia, priya, audit, owner=owner, chair=chair)

        # Four people sign, each with the password; the last signature closes the audit.
        sign(nadia, chair, audit)
        sign(tomas, council[Function.LEGAL], audit)
        for function in (Function.SECURITY, Function.FINANCE):
            sign(window(council[function]), council[function], audit)
        nadia.goto(reverse("assessments:audit-detail", args=[audit.pk]))
        expect(nadia.locator("main .lede")).to_contain_text("All four functions signed")

        download_the_report(nadia, tmp_path)


def agree_and_respond(nadia, priya, audit, *, owner, chair) -> None:
    """Name the owners, agree, and respond: once through the pages, the others by the same calls."""
    now, on = timezone.now(), audit.organisation.day_of(timezone.now())
    drafted = list(Finding.objects.filter(audit=audit).order_by("number"))
    first, *others = drafted
    nadia.goto(reverse("assessments:finding-assign", args=[first.pk]))
    nadia.get_by_label("Owner").select_option(owner.name)
    nadia.get_by_label("Due").fill((on + timedelta(days=60)).isoformat())
    press(nadia, "Save owner and date")
    for finding in others:
        domain.assign(
            finding=finding, owner=owner, due_on=on + timedelta(days=60), by=chair, now=now
        )
    nadia.goto(reverse("assessments:audit-detail", args=[audit.pk]))
    press(nadia, "Agree findings")
    nadia.get_by_role("heading", name=re.compile("^Agree on")).wait_for()
    press(nadia, "Agree findings")
    nadia.get_by_text("Their owners are asked to respond.").wait_for()

    priya.goto(reverse("assessments:my-work"))
    priya.locator("main tbody a", has_text=first.title).first.click()
    press(priya, "Respond")
    priya.get_by_label("Risk accepted").check()
    priya.get_by_label("What is done about it").fill("We live with it until the contract ends.")
    priya.get_by_label("Done by").fill((on + timedelta(days=90)).isoformat())
    press(priya, "Save response")
    priya.get_by_text("Response saved.").wait_for()
    for finding in others:
        domain.respond(
            finding=Finding.objects.get(pk=finding.pk),
            response=Finding.Response.ACCEPTED,
            text="We do what is recommended.",
            due_on=on + timedelta(days=90),
            by=owner,
            now=now,
        )


def download_the_report(page, folder: Path) -> None:
    """Open the report, wait until the worker has made it, and look into the file."""
    press(page, "Open the report")
    page.locator("#report-standing").wait_for()
    link = page.get_by_role("link", name="Download the report")
    link.wait_for(timeout=120_000)
    with page.expect_download() as given:
        link.click()
    path = folder / "report.pdf"
    given.value.save_as(path)

    content = path.read_bytes()
    assert content.startswith(b"%PDF-1.7")
    volume = Report.objects.get(is_draft=False).volumes.get(number=0)
    sha256 = hashlib.sha256(content).hexdigest()
    assert sha256 == volume.sha256
    assert sha256 in page.content()
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == volume.pages > 3
