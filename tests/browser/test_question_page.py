"""The question page in a real browser: drafts, keys, lost network, uploads, two people."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from assessments.models import Answer, AnswerDraft, EvidenceVersion
from tests.factories.portfolio import make_workload
from tests.factories.questionnaires import publish_current, start_assessment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(window, organisation, owner, chair, now):
    """Return a function that opens the first question as a person."""
    publish_current(organisation, by=chair)
    assessment = start_assessment(make_workload(organisation, owner=owner), by=owner, now=now)
    path = reverse("assessments:question", args=[assessment.pk, "api.deepest-feature"])

    def open_as(user):
        page = window(user)
        page.goto(path)
        return page

    return open_as


def status(page, words):
    from playwright.sync_api import expect

    expect(page.locator("[data-status]")).to_contain_text(words, timeout=8000)


def test_a_draft_saves_itself_and_comes_back(opened, owner):
    page = opened(owner)
    page.fill("#id_comment", "Counted in October")
    status(page, "Draft saved")
    page.reload()
    assert page.input_value("#id_comment") == "Counted in October"
    assert AnswerDraft.objects.get().body["comment"] == "Counted in October"


def test_a_number_picks_an_answer_but_never_while_typing(opened, owner):
    page = opened(owner)
    page.locator("h1").click()
    page.keyboard.press("2")
    page.focus("#id_comment")
    page.keyboard.press("4")
    assert page.locator("input[name=choice]:checked").get_attribute("value") == "streaming"
    assert page.input_value("#id_comment") == "4"


def test_control_enter_saves_and_goes_on(opened, owner):
    page = opened(owner)
    page.locator("label.opt").nth(1).click()
    page.locator(".seg label").nth(2).click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("api.integration-points"))
    assert Answer.objects.get().option_key == "streaming"


def test_a_save_that_does_not_arrive_keeps_what_was_typed(opened, owner):
    page = opened(owner)
    page.fill("#id_comment", "Typed in a tunnel")
    page.context.set_offline(True)
    page.locator("[data-save]").click()
    status(page, "Not saved. Your answer is kept in this window.")
    assert page.input_value("#id_comment") == "Typed in a tunnel"
    page.context.set_offline(False)
    status(page, "Draft saved")


def test_a_file_is_kept_at_once_and_a_refused_one_says_why(opened, owner):
    from playwright.sync_api import expect

    page = opened(owner)
    files = page.locator("[data-files]")
    page.set_input_files("#id_file", {"name": "a.exe", "mimeType": "x/y", "buffer": b"MZ"})
    expect(files).to_contain_text("This type of file is not taken")
    page.set_input_files("#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a\n"})
    expect(files).to_contain_text("added by Priya Raman")
    assert EvidenceVersion.objects.get().file_name == "a.csv"


def test_two_people_see_each_others_answers_and_choose(opened, owner, chair):
    mine, theirs = opened(owner), opened(chair)
    for page, option in ((theirs, 0), (mine, 3)):
        page.locator("label.opt").nth(option).click()
        page.locator(".seg label").nth(2).click()
    theirs.locator("[data-save]").click()
    theirs.wait_for_url(re.compile("api.integration-points"))
    mine.locator("[data-save]").click()
    mine.get_by_role("button", name="Keep mine").click()
    mine.wait_for_url(re.compile("api.integration-points"))
    answer = Answer.objects.get()
    assert (answer.option_key, answer.version, answer.answered_by) == ("hosted-tools", 2, owner)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_has_no_accessibility_fault(opened, owner, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(owner)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert [fault["id"] for fault in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
