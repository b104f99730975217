"""Briefs at the edges: no dates, no policy, no workload, many vendors, hostile words, same numbers."""

from __future__ import annotations

import pytest
from django.test import Client

from assessments.briefs import deciding, publishing
from assessments.briefs.reading import content_of
from assessments.clauses.matrix import matrix
from assessments.models import BriefDocument
from assessments.reports.publishing import path_of
from tests.factories.clauses import C1, C5, judge
from tests.factories.portfolio import make_contract, make_service, make_vendor
from tests.integration.assessments.briefs.test_publishing import make, text_of
from vendors.models import Contract

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> =HYPERLINK(1) \u202egnirts {{ 7|add:1 }} \x07 😀 \u0663"


def test_without_dates_policy_and_workloads_it_is_printed_and_says_so(organisation, chair, now):
    bare = {field: None for field in ("starts_on", "ends_on", "term_months", "notice_value")}
    contract = make_contract(make_vendor(organisation), **bare, renewal=Contract.Renewal.UNKNOWN)
    brief = deciding.open_brief(contract=contract, by=chair, now=now)

    for audience in publishing.AUDIENCES:
        assert make(brief, audience, chair, now).state == BriefDocument.State.READY
    assert content_of(brief)["asks"] == []


def test_with_twenty_vendors_it_keeps_its_pages_and_says_how_many_are_left_out(
    contract, organisation, chair, now
):
    for number in range(20):
        vendor = make_vendor(organisation, f"Vendor with a rather long name {number}")
        make_service(vendor)
        make_contract(vendor, f"Agreement {number}")
    brief = deciding.open_brief(contract=contract, by=chair, now=now)

    document = make(brief, "internal", chair, now)

    assert document.state == BriefDocument.State.READY
    assert "more vendors stand in the matrix" in text_of(path_of(document.sha256))


def test_hostile_words_are_words_on_the_page_and_in_both_documents(draft, chair, now):
    key = content_of(draft)["asks"][0]["key"]
    brief = deciding.edit(
        brief=draft,
        version=1,
        by=chair,
        now=now,
        changes={"opening": HOSTILE, "asks": {key: {"title": HOSTILE, "request": HOSTILE}}},
    )
    client = Client()
    client.force_login(chair)

    shown = client.get(f"/renewals/{brief.pk}/").content.decode()

    assert "<script>alert" not in shown
    assert "7|add:1" in shown
    for audience in publishing.AUDIENCES:
        document = make(brief, audience, chair, now)
        assert document.state == BriefDocument.State.READY
        assert "<script>alert(1)" in text_of(path_of(document.sha256))


def test_who_accepted_what_has_the_numbers_of_the_matrix(contract, organisation, chair, now):
    on = organisation.day_of(now)
    for number in range(3):
        vendor = make_vendor(organisation, f"Other {number}")
        make_service(vendor)
        other = make_contract(vendor, f"Agreement {number}")
        if number:
            judge(other, C1, by=chair, on=on, read_on=on, now=now)
    judge(contract, C5, by=chair, on=on, read_on=on, now=now)
    content = content_of(deciding.open_brief(contract=contract, by=chair, now=now))
    whole = matrix(organisation=organisation, on=on)

    assert [row["met"] for row in content["matrix"]["rows"]] == [
        f"{row.met} of {row.known}" for row in whole.rows
    ]
    for ask in content["asks"]:
        row = whole.by_clause[ask["key"]]
        assert (ask["accepted"]["met"], ask["accepted"]["known"]) == (row.met, row.known)
        said = whole.acceptance(ask["key"], vendor=contract.vendor, contract=contract)
        assert ask["accepted"]["sentence"] == said.sentence
        # What the contract on the table gives itself is no proof that others gave it.
        assert contract.name not in ask["accepted"]["sentence"]
