"""Every main page in a real browser: accessible, silent, inside its width, from this server alone."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser import portfolio
from tests.browser.conftest import Watch
from tests.factories.clauses import C5

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def addresses(world: SimpleNamespace) -> dict[str, list[tuple[str, dict[str, object]]]]:
    """The pages of each role, by the name of the address; the chair has enough for two."""
    workload, audit = {"pk": world.workload.pk}, {"pk": world.audit.pk}
    answers, question = {"pk": world.assessment.pk}, "api.integration-points"
    contract, brief = {"pk": world.contract.pk}, {"pk": world.brief.pk}
    clause = {**contract, "key": C5}
    tabs = ("answers", "evidence", "findings", "history", "mitigations", "trace")
    return {
        "chair": [
            ("assessments:portfolio", {}),
            ("assessments:portfolio-arithmetic", {}),
            ("assessments:my-work", {}),
            ("assessments:workload-list", {}),
            ("assessments:workload-detail", workload),
            *((f"assessments:workload-{tab}", workload) for tab in tabs),
            ("assessments:assessment-review", {"pk": world.sent.pk}),
            ("assessments:audit-list", {}),
            ("assessments:audit-detail", audit),
            ("assessments:audit-detail", {"pk": world.past_audit.pk}),
            ("assessments:audit-change", audit),
            ("assessments:audit-sign", audit),
            ("assessments:audit-open", {}),
            ("assessments:audit-schedule", {}),
            ("assessments:finding-list", {}),
            ("assessments:finding-detail", {"pk": world.finding.pk}),
            ("assessments:finding-assign", {"pk": world.finding.pk}),
            ("assessments:questionnaire", {}),
            ("assessments:questionnaire-version", {"pk": world.version.pk}),
            ("assessments:questionnaire-publish", {"pk": world.draft_version.pk}),
            ("assessments:report-list", {}),
            ("vendors:vendor-list", {}),
            ("vendors:vendor-detail", {"pk": world.vendor.pk}),
            ("vendors:vendor-add", {}),
            ("vendors:service-list", {}),
            ("vendors:model-list", {}),
            ("vendors:model-detail", {"pk": world.model.pk}),
            ("vendors:workload-add", {}),
            ("vendors:workload-edit", workload),
            ("vendors:contract-list", {}),
            ("vendors:contract-detail", contract),
            ("vendors:import", {}),
            ("vendors:import-list", {}),
            ("vendors:mapping-add", {}),
            ("trail:event-list", {}),
            ("trail:event", {"sequence": 1}),
            ("outbox:message-list", {}),
            ("shell:jump", {}),
            ("health", {}),
        ],
        "chair, papers": [
            ("vendors:contract-edit", contract),
            ("vendors:contract-decide", contract),
            ("vendors:contract-notice", contract),
            ("vendors:amendment-add", contract),
            ("vendors:data-act", {}),
            ("vendors:document-list", contract),
            ("vendors:document-upload", contract),
            ("vendors:document-detail", {"pk": world.document.pk}),
            ("assessments:contract-clauses", contract),
            ("assessments:contract-gate", contract),
            ("assessments:clause", clause),
            ("assessments:clause-judge", clause),
            ("assessments:clause-matrix", {}),
            ("assessments:vendor-clauses", {"pk": world.vendor.pk}),
            ("assessments:peer-add", {}),
            ("assessments:waiver-list", {}),
            ("assessments:waiver-request", contract),
            ("assessments:waiver", {"pk": world.waiver.pk}),
            ("assessments:policy", {}),
            ("assessments:policy-version", {"pk": world.policy.pk}),
            ("assessments:policy-upload", {}),
            ("assessments:policy-copy", {"pk": world.policy.pk}),
            ("assessments:policy-edit", {"pk": world.draft_policy.pk, "key": C5}),
            ("assessments:policy-publish", {"pk": world.draft_policy.pk}),
            ("assessments:renewal-list", {}),
            ("assessments:brief-detail", brief),
            ("assessments:brief-texts", brief),
            ("assessments:brief-ask", {**brief, "key": "new"}),
            ("assessments:brief-rows", {**brief, "part": "gives"}),
            ("assessments:brief-drop", brief),
            ("reminders:mine", {}),
        ],
        "owner": [
            ("assessments:my-work", {}),
            ("assessments:assessment-tasks", answers),
            ("assessments:assessment-section", {**answers, "dimension": "tuning"}),
            ("assessments:question", {**answers, "key": question}),
            ("assessments:question-ask", {**answers, "key": question}),
            ("assessments:assessment-check", answers),
            ("assessments:assessment-start", {"pk": world.workload.pk}),
            ("assessments:finding-list", {}),
        ],
        "administrator": [
            ("accounts:people", {}),
            ("accounts:person", {"pk": world.people["legal"].pk}),
            ("accounts:person-invite", {}),
            ("accounts:tokens", {}),
        ],
        "": [("account_login", {})],
    }


NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def faults_of(page: Any, watch: Watch, path: str, *, status: int = 200) -> Iterator[str]:
    """Open a page and yield what is wrong with it: narrow and wide, light and dark."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    answer = page.goto(path)
    if answer.status != status:
        yield f"answers {answer.status}"
    if "«undefined" in page.content():
        yield "an undefined variable shows"
    for size, schemes in ((NARROW, ("light", "dark")), (WIDE, ("dark", "light"))):
        page.set_viewport_size(size)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            page.locator(f"html[data-bs-theme={scheme}]").wait_for(state="attached")
            # Dark is the same page in other colours: nothing but the contrast can differ.
            rules = RULES if scheme == "light" else ["color-contrast"]
            yield from (f"{size['width']} {scheme}: {fault}" for fault in axe(page, rules))
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if beyond > 0:
            yield f"{beyond} pixels wider than {size['width']}"
    yield from watch.faults()


def axe(page: Any, rules: list[str]) -> Iterator[str]:
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": rules, "resultTypes": ["violations"]}  # the rest is megabytes a page
    for fault in Axe().run(page, options=options).response["violations"]:
        places = [" ".join(node["target"]) for node in fault["nodes"][:3]]
        yield f"{fault['id']}: {places}"


@pytest.mark.parametrize("role", ["chair", "chair, papers", "owner", "administrator", ""])
def test_every_page_is_accessible_silent_and_inside_its_width(window, role):
    world = portfolio.build(now=timezone.now())
    page = window(world.people.get(role.partition(",")[0]))
    watch = Watch(page)
    found = []
    for name, kwargs in addresses(world)[role]:
        path = reverse(name, kwargs=kwargs)
        found += [f"{name}: {fault}" for fault in faults_of(page, watch, path)]
    found += [f"404: {fault}" for fault in faults_of(page, watch, "/nothing/", status=404)]
    assert not found, "\n".join(found)
