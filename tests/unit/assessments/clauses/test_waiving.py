"""A waiver on a day: it holds with two functions, until its day, while its ground stands."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.clauses.waiving import WaiverState, Word, standing

DAY = date(2026, 11, 24)
BASELINE = {
    "workloads": {"triage": {"name": "Claims triage", "tier": "high", "spend": "100 USD"}},
    "terms": {"annual_value_minor": 100, "renewal": "automatic"},
}
LEGAL = Word(function="Legal", person="Tomas", approved=True)
SECURITY = Word(function="Security", person="Naomi", approved=True)


def stands(**changes: object):
    values = {
        "words": [LEGAL, SECURITY],
        "expires_on": date(2027, 1, 31),
        "ended": None,
        "baseline": BASELINE,
        "now": BASELINE,
        "on": DAY,
    }
    return standing(**values | changes)


def test_it_holds_when_two_functions_agree():
    assert stands().state is WaiverState.HOLDS


@pytest.mark.parametrize(
    "words",
    [
        [],
        [LEGAL],
        [LEGAL, Word(function="Legal", person="Claire", approved=True)],
        [LEGAL, Word(function="IT", person="Tomas", approved=True)],
    ],
    ids=["nobody", "one", "one function twice", "one person twice"],
)
def test_it_waives_nothing_before(words):
    found = stands(words=words)

    assert found.state is WaiverState.ASKED
    assert not found.holds


def test_two_people_of_one_name_are_two():
    words = [
        Word(function="Legal", person="Kim Berg", person_id="4", approved=True),
        Word(function="IT", person="Kim Berg", person_id="9", approved=True),
    ]

    assert stands(words=words).state is WaiverState.HOLDS


def test_one_refusal_ends_it():
    refusal = Word(function="Finance", person="Walter", approved=False)

    assert stands(words=[LEGAL, SECURITY, refusal]).state is WaiverState.REFUSED


@pytest.mark.parametrize(
    ("on", "state"),
    [(date(2027, 1, 31), WaiverState.HOLDS), (date(2027, 2, 1), WaiverState.EXPIRED)],
)
def test_it_holds_through_its_last_day(on, state):
    assert stands(on=on).state is state


def test_what_was_taken_back_is_over():
    assert stands(ended="We got the clause.").state is WaiverState.ENDED


def moved(**workload: object) -> dict[str, object]:
    found = BASELINE["workloads"]["triage"] | workload
    return BASELINE | {"workloads": {"triage": found}}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (moved(tier="entrenched"), "Claims triage went from high to entrenched"),
        (moved(tier=""), "Claims triage went from high to no score"),
        (moved(spend="101 USD"), "the yearly spend of Claims triage changed"),
        (moved(spend=None), "the yearly spend of Claims triage changed"),
        (BASELINE | {"workloads": {}}, "Claims triage no longer runs under the contract"),
        (
            {
                "workloads": BASELINE["workloads"] | {"chat": {"name": "Chat", "tier": ""}},
                "terms": BASELINE["terms"],
            },
            "Chat came under the contract",
        ),
        (
            BASELINE | {"terms": {"annual_value_minor": 120, "renewal": "automatic"}},
            "the contract changed (annual value)",
        ),
    ],
)
def test_it_goes_out_of_date_when_its_ground_moves(now, words):
    found = stands(now=now)

    assert (found.state, found.moved) == (WaiverState.STALE, (words,))
    # The reason is read by people who may not see amounts.
    assert "101" not in found.reason
    assert "120" not in found.reason


def test_one_that_nobody_agreed_to_is_not_out_of_date():
    assert stands(words=[LEGAL], now=moved(tier="low")).state is WaiverState.ASKED
