"""A renewal in a browser, with a real worker: deadline, clause, brief, council, decision, PDFs."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from types import SimpleNamespace

import pikepdf
import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from assessments import current_scores
from assessments.models import Brief, BriefDocument, ClauseJudgement
from lockin.accounts.roles import Function
from tests.factories.audits import accept_assessment, publish_questionnaire
from tests.factories.clauses import C5, publish_policy
from tests.factories.documents import make_document, pdf_of
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_vendor,
    make_workload,
)
from tests.worker import running
from vendors.models import Contract
from vendors.portfolio.terms import days_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CLAUSE = (
    "9.2 Termination for Convenience. Customer may terminate this Agreement for convenience at any "
    "time after month eighteen upon sixty (60) days prior written notice to Provider, without "
    "penalty or early termination fee."
)
TERMS = ("1. Term. This Agreement begins on the Effective Date and renews each year.", CLAUSE)


@pytest.fixture
def world(organisation, owner, chair, settings) -> SimpleNamespace:
    """A contract three weeks before its last safe day, with its paper on file and unread."""
    settings.MEDIA_ROOT = configured.VAR / "files"
    now = timezone.now()
    on = organisation.day_of(now)
    publish_questionnaire(organisation, now=now - timedelta(days=1))
    publish_policy(organisation, by=chair, now=now)
    vendor = make_vendor(organisation)
    contract = make_contract(
        vendor,
        owner=owner,
        starts_on=on - timedelta(days=300),
        ends_on=on + timedelta(days=81),
        term_months=None,
    )
    days = days_of(contract, on=on).dates
    Contract.objects.filter(pk=contract.pk).update(notice_by=days.act_by)
    triage = make_workload(organisation, "Claims triage", owner=owner)
    make_dependency(triage, model=make_model(vendor), contract=contract)
    accept_assessment(triage, label=str(on.year), now=now, option=3)
    current_scores.refresh(organisation=organisation, on=on, now=now)
    document = make_document(contract, pdf_of(*TERMS), by=chair, now=now)
    return SimpleNamespace(contract=contract, document=document, days_left=days.days_left)


def press(page, name: str) -> None:
    """Press what is called so, whether a button or a link that looks like one."""
    page.locator("main .btn", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$")).first.click()


def judge_from_its_passage(page, world) -> None:
    """Go from the paper's likeliest passage to a saved judgement."""
    page.get_by_role("link", name=world.document.name).click()
    page.get_by_role("heading", name="Page 1 of 2").wait_for(timeout=60_000)
    page.get_by_label("Clause").select_option(C5)
    passage = page.locator("li.passage", has_text="terminate this Agreement for convenience").first
    passage.get_by_role("link", name="Judge with this passage").click()
    page.get_by_role("heading", name=re.compile("Termination for convenience")).wait_for()
    assert "for convenience" in page.get_by_label("Passage").input_value()
    assert page.get_by_label("Page", exact=False).last.input_value() == "2"
    page.get_by_label("The contract has such a clause").check()
    page.locator("[name=value-convenience]").select_option("yes")
    page.locator("[name=value-from-month]").fill("18")
    press(page, "Save judgement")
    page.wait_for_url(re.compile(r"/clauses/"))


def agree(page, brief) -> None:
    page.goto(reverse("assessments:brief-detail", args=[brief.pk]))
    press(page, "Say what your function says")
    page.get_by_label("Agree", exact=True).check()
    press(page, "Put down")
    page.get_by_text("Your word is put down.").wait_for()


def test_from_the_nearest_deadline_to_the_decided_brief(window, world, chair, council, tmp_path):
    nadia = window(chair)
    with running(tmp_path):
        # The portfolio names the deadline; the contract's paper is read by the worker.
        nadia.goto(reverse("assessments:portfolio"))
        nadia.get_by_text(f"{world.days_left} days left").first.wait_for()
        press(nadia, "Open the contract")
        judge_from_its_passage(nadia, world)
        judged = ClauseJudgement.objects.get(contract=world.contract)
        assert (judged.clause_key, judged.page) == (C5, 2)

        # One click builds the brief; its words are edited, and the council is asked.
        nadia.goto(reverse("vendors:contract-detail", args=[world.contract.pk]))
        press(nadia, "Prepare renewal brief")
        nadia.get_by_role("heading", name="What to ask for").wait_for()
        nadia.get_by_role("link", name="Edit the words").click()
        nadia.get_by_label("How to open").fill("We are ready to renew, on three conditions.")
        nadia.get_by_label("We walk away when").fill("No export after the end.")
        press(nadia, "Save")
        nadia.get_by_text("We are ready to renew, on three conditions.").wait_for()
        press(nadia, "Send to council")
        nadia.get_by_text("The council has the brief.").wait_for()
        brief = Brief.objects.get()

        # Two other functions agree; the chair puts the decision down, which freezes the brief.
        agree(window(council[Function.LEGAL]), brief)
        agree(window(council[Function.SECURITY]), brief)
        nadia.reload()
        press(nadia, "Put down the decision")
        nadia.get_by_label("Renew on conditions").check()
        nadia.get_by_label("In words").fill("Three clauses first, then the price.")
        press(nadia, "Decide and freeze")
        nadia.get_by_text("The decision is put down.").wait_for()

        # Both documents are made; each is what its hash says, and the vendor's lacks the walk-away.
        for audience, label in (("internal", "For us"), ("vendor", "For the vendor")):
            link = nadia.locator("#brief-documents").get_by_role("link", name=label)
            link.wait_for(timeout=120_000)
            with nadia.expect_download() as given:
                link.click()
            path = tmp_path / f"{audience}.pdf"
            given.value.save_as(path)
            kept = BriefDocument.objects.get(audience=audience)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == kept.sha256
            with pikepdf.open(path) as file:
                assert len(file.pages) == kept.pages <= 6
                (attached,) = [item.get_file().read_bytes() for item in file.attachments.values()]
            assert (b"No export after the end." in attached) == (audience == "internal")
    world.contract.refresh_from_db()
    assert world.contract.decision == "renegotiate"
