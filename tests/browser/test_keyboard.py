"""The keyboard alone: reach a question, pick, save; jump to a record. No pointer is touched."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from assessments.models import Answer
from tests.factories.portfolio import make_workload
from tests.factories.questionnaires import publish_current, start_assessment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 60


def focused(page, selector):
    return page.evaluate("selector => document.activeElement.matches(selector)", selector)


def tab_to(page, selector):
    """Press Tab until the focus is there; whoever has no mouse has no other way."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page, selector):
            return
    raise AssertionError(f"{MOST_TABS} tabs do not reach {selector}.")


@pytest.fixture
def assessment(organisation, owner, chair, now):
    publish_current(organisation, by=chair)
    return start_assessment(make_workload(organisation, owner=owner), by=owner, now=now)


def test_a_question_is_reached_answered_and_saved(window, assessment, owner):
    page = window(owner)
    page.goto(reverse("assessments:assessment-tasks", args=[assessment.pk]))

    page.keyboard.press("Tab")
    assert focused(page, "a.skip")
    page.keyboard.press("Enter")
    tab_to(page, "a.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("questions/api.deepest-feature"))
    tab_to(page, "input[name=choice]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=grade]")
    page.keyboard.press("Space")
    tab_to(page, "#id_comment")
    page.keyboard.type("Read in the gateway's log.")
    tab_to(page, "[data-save]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("questions/api.integration-points"))

    answer = Answer.objects.get()
    assert (answer.option_key, answer.comment) == ("streaming", "Read in the gateway's log.")


def test_a_slash_jumps_to_a_record(window, assessment, owner):
    from playwright.sync_api import expect

    page = window(owner)
    page.goto(reverse("assessments:my-work"))

    page.keyboard.press("/")
    page.keyboard.type("triage")
    expect(page.locator("#jump .jump-found a").first).to_contain_text("Claims triage assistant")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(f"/workloads/{assessment.workload_id}/"))


def test_escape_closes_the_jump_box_and_the_focus_returns(window, assessment, owner):
    page = window(owner)
    page.goto(reverse("assessments:my-work"))
    tab_to(page, "[data-jump]")

    page.keyboard.press("Enter")
    page.locator("#jump[open]").wait_for()
    page.keyboard.press("Escape")

    page.locator("#jump[open]").wait_for(state="detached")
    assert focused(page, "[data-jump]")
