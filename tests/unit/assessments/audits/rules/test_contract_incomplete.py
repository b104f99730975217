"""Truth table: what is missing × whether a day to act by is known × whether it is in use."""

import pytest

from assessments.audits.rules.contract_incomplete import contract_incomplete
from tests.unit.assessments.audits.build import AUDIT, contract


def test_a_contract_that_was_read_out_is_fine():
    assert list(contract_incomplete(contract(), AUDIT)) == []


@pytest.mark.parametrize(
    ("blind", "workloads", "severity"),
    [
        (True, ("Claims triage",), "medium"),
        (True, (), "low"),
        (False, ("Claims triage",), "low"),
    ],
)
def test_without_a_day_to_act_by_it_counts_for_more(blind, workloads, severity):
    changes = {"act_by": None} if blind else {}

    (draft,) = contract_incomplete(
        contract(missing=("when it ends",), workloads=workloads, **changes), AUDIT
    )

    assert draft.severity == severity


def test_what_is_missing_is_named_in_words():
    (draft,) = contract_incomplete(
        contract(missing=("what it costs a year", "when it ends")), AUDIT
    )

    assert draft.condition == "Nobody has read out what it costs a year and when it ends."


@pytest.mark.parametrize(("owner", "suggested"), [("Priya Raman", "owner"), ("", "legal")])
def test_without_an_owner_it_is_offered_to_legal(owner, suggested):
    (draft,) = contract_incomplete(contract(missing=("when it ends",), owner=owner), AUDIT)

    assert draft.suggested == suggested
