"""A reading against the policy: each status, with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.clauses.judging import At, Finding, Reading, Status, Waived, judge, option_for
from assessments.clauses.loading import CURRENT, load
from assessments.clauses.values import from_store
from tests.factories.clauses import ACCEPTABLE, C1, C2, C3, C4, C5, C6

POLICY = load(CURRENT)


def read(key: str, finding: str = "obtained", **changes: object) -> Reading:
    """A reading at the acceptable position, with other values where the test says so."""
    values = {k: v for k, v in (ACCEPTABLE[key] | changes).items() if v is not None}
    return Reading(finding=Finding(finding), values=from_store(values))


@pytest.mark.parametrize("clause", POLICY.clauses, ids=lambda clause: clause.number)
def test_a_contract_that_nobody_has_read_lacks_the_clause(clause):
    found = judge(clause, None)

    assert found.status is Status.MISSING
    assert found.reason == "Nobody has read the contract for this clause, which counts as missing."
    assert not any(line.given or line.read for line in found.lines)


@pytest.mark.parametrize("clause", POLICY.clauses, ids=lambda clause: clause.number)
def test_a_contract_that_says_nothing_lacks_the_clause(clause):
    found = judge(clause, Reading(finding=Finding.ABSENT, values={}))

    assert found.status is Status.MISSING
    assert found.reason == "The contract was read and says nothing of it."


@pytest.mark.parametrize("key", [C1, C2, C3, C4, C5, C6])
def test_the_acceptable_position_is_enough(key):
    found = judge(POLICY.clause(key), read(key))

    assert (found.status, found.at) == (Status.MET, At.ACCEPTABLE)
    assert found.asks == ()
    assert found.reason.startswith("At the acceptable position. To the preferred one it lacks ")


def test_the_preferred_position_is_met_without_the_acceptable_one():
    """Weights in hand, nobody asks for the datasets behind them."""
    reading = read(
        C2,
        weights=True,
        formats=["safetensors"],
        **{"on-demand": True, "licence": True, "datasets": ["tuning-data"], "runs-months": None},
    )

    found = judge(POLICY.clause(C2), reading)

    assert (found.status, found.at) == (Status.MET, At.PREFERRED)
    assert found.reason == "At the preferred position."


@pytest.mark.parametrize(
    ("key", "changes", "words"),
    [
        (C1, {"post-term-days": 0}, "no export after the end"),
        (C1, {"days": 61}, "more than 60 days to an export"),
        (C1, {"fee": "open"}, "a fee without a cap"),
        (C1, {"formats": ["pages"]}, "nothing but PDF or HTML"),
        (C2, {"datasets": []}, "neither weights nor datasets"),
        (C2, {"dataset-owner": "vendor"}, "the datasets belong to the vendor"),
        (C3, {"notice-months": 5}, "less than 6 months' notice"),
        (C3, {"exit-right": False}, "changes without a right to leave"),
        (C4, {"custody": "documentation"}, "no source"),
        (C4, {"maintain": False}, "no right to maintain it"),
        (C5, {"convenience": False}, "only for cause"),
        (C5, {"fee-percent": "100"}, "all that remains is due"),
        (C5, {"transition-days": 0}, "no transition"),
    ],
)
def test_a_walk_away_counts_as_missing_whatever_else_is_given(key, changes, words):
    found = judge(POLICY.clause(key), read(key, **changes))

    assert (found.status, found.at) == (Status.MISSING, At.WALK_AWAY)
    assert found.walk_aways == (words,)
    assert found.reason.startswith(f"At the walk-away: {words}.")


@pytest.mark.parametrize(
    ("key", "changes", "status"),
    [
        (C1, {"days": 60}, Status.PARTLY),
        (C1, {"post-term-days": 29}, Status.PARTLY),
        (C1, {"fee-cap-percent": "1.5"}, Status.PARTLY),
        (C1, {"fee-cap-percent": "1.5", "fee-cap-amount": "10000"}, Status.MET),
        (C1, {"formats": ["pages", "csv"]}, Status.MET),
        (C3, {"notice-months": 6}, Status.PARTLY),
        (C3, {"shim": False, "versions": 2}, Status.MET),
        (C5, {"from-month": 19, "fee-percent": "25", "fee-declines": True}, Status.MET),
        (C5, {"from-month": 19, "fee-percent": "26", "fee-declines": True}, Status.PARTLY),
        (C5, {"transition-days": 89}, Status.PARTLY),
        (C6, {"roll-over-percent": "14.999"}, Status.PARTLY),
        (C6, {"roll-over-percent": "0", "marketplace-percent": "0"}, Status.MISSING),
    ],
)
def test_each_limit_decides_on_its_own_side(key, changes, status):
    assert judge(POLICY.clause(key), read(key, **changes)).status is status


def test_three_wrongs_of_a_commitment_make_a_walk_away_and_two_do_not():
    three = {"forfeited": True, "renews-itself": True, "uplift-capped": False}

    assert judge(POLICY.clause(C6), read(C6, **three)).at is At.WALK_AWAY
    assert judge(POLICY.clause(C6), read(C6, **three | {"uplift-capped": True})).at is At.ACCEPTABLE


def test_what_nobody_has_read_counts_as_not_given_and_is_named():
    found = judge(POLICY.clause(C1), read(C1, **{"post-term-days": None}))

    assert found.status is Status.MISSING
    assert found.unread == ("Days of access after the end",)
    assert found.reason == (
        "The walk-away cannot be ruled out: no export after the end. "
        "Not read, so not given: days of access after the end."
    )


def test_a_part_of_the_position_says_what_to_ask_for():
    found = judge(POLICY.clause(C1), read(C1, classes=["conversations", "usage-logs"]))

    assert found.status is Status.PARTLY
    assert found.asks == ("training data", "fine-tuning datasets")
    assert found.reason == (
        "It gives 6 of 8 points of the acceptable position; it lacks training data and "
        "fine-tuning datasets."
    )


def test_a_refusal_names_the_objection_and_what_the_vendor_said():
    reading = Reading(
        finding=Finding.REFUSED,
        values={"weights": False, "datasets": (), "dataset-owner": "us"},
        objection_key="ip-risk",
        objection_words="The weights are ours.",
    )

    found = judge(POLICY.clause(C2), reading)

    assert found.status is Status.REFUSED
    assert found.reason.startswith(
        "The vendor refused it (intellectual property): “The weights are ours”."
    )


def test_a_refusal_that_was_overcome_is_met():
    reading = read(C2, "refused")

    assert judge(POLICY.clause(C2), reading).status is Status.MET


def test_a_clause_does_not_apply_only_where_the_policy_lets_it():
    reading = Reading(finding=Finding.NOT_APPLICABLE, values={}, note="Nothing was built for us.")

    assert judge(POLICY.clause(C4), reading).status is Status.NOT_APPLICABLE
    assert judge(POLICY.clause(C1), reading).status is Status.MISSING


def test_a_waiver_stands_before_a_gap_and_tells_what_lies_beneath():
    waived = Waived(until=date(2027, 3, 1), compensating_control="We keep a copy.")

    found = judge(POLICY.clause(C1), None, waived=waived)

    assert (found.status, found.beneath) == (Status.WAIVED, Status.MISSING)
    assert found.reason == (
        "Waived until 1 Mar 2027; instead: We keep a copy. Without the waiver: "
        "nobody has read the contract for this clause, which counts as missing."
    )
    assert not found.is_obtained


def test_a_clause_that_is_met_needs_no_waiver():
    waived = Waived(until=date(2027, 3, 1), compensating_control="We keep a copy.")

    assert judge(POLICY.clause(C1), read(C1), waived=waived).status is Status.MET


@pytest.mark.parametrize(
    ("key", "question", "changes", "option"),
    [
        (C1, "workflow.post-term-access", {"post-term-days": 90}, "from-90"),
        (C1, "workflow.post-term-access", {"post-term-days": 89}, "from-60"),
        (C1, "workflow.post-term-access", {"post-term-days": 30}, "from-30"),
        (C1, "workflow.post-term-access", {"post-term-days": 1}, "under-30"),
        (C1, "workflow.post-term-access", {"post-term-days": 0}, "none"),
        (C1, "workflow.post-term-access", {"post-term-days": None}, "none"),
        (C1, "workflow.export-completeness", {}, "3-to-4"),
        (C1, "workflow.export-time", {"days": 45}, "30-to-90-days"),
        (C2, "tuning.weight-export", {}, "none"),
        (C2, "tuning.weight-export", {"weights": True}, "right-no-format"),
        (C2, "tuning.weight-export", {"weights": True, "formats": ["gguf"]}, "right-documented"),
        (C3, "api.notice-owed", {"notice-months": 12}, "12-months-contract"),
        (C3, "api.notice-owed", {"notice-months": 6}, "6-months-contract"),
        (C3, "api.notice-owed", {"notice-months": 3}, ""),
        (C4, "workflow.connectors", {}, "source-delivered"),
        (C4, "workflow.connectors", {"custody": "escrow"}, "escrow"),
        (C6, "commercial.discount-lost", {"discount-lost-percent": "50"}, "up-to-50"),
        (C6, "commercial.discount-lost", {}, ""),
    ],
)
def test_a_clause_answers_the_questions_it_can(key, question, changes, option):
    assert option_for(POLICY.clause(key), read(key, **changes), question=question) == option


def test_a_clause_that_nobody_has_read_answers_nothing():
    assert option_for(POLICY.clause(C1), None, question="workflow.export-format") == ""


def test_a_contract_that_says_nothing_answers_the_worst():
    reading = Reading(finding=Finding.ABSENT, values={})

    found = option_for(POLICY.clause(C1), reading, question="workflow.post-term-access")

    assert found == "none"
