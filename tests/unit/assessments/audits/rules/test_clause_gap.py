"""Truth table: paper on file × right to leave × cost of leaving early; and the clauses judged."""

from datetime import date

import pytest

from assessments.audits.facts import ClauseFacts
from assessments.audits.rules.clause_gap import clause_gap
from tests.unit.assessments.audits.build import AUDIT, contract


@pytest.mark.parametrize(
    ("on_file", "may_leave", "early", "severity"),
    [
        (True, True, "percent", None),
        (True, None, "unknown", None),
        (False, True, "percent", "medium"),
        (True, False, "percent", "medium"),
        (True, True, "full", "medium"),
        (True, False, "full", "high"),
        (False, False, "full", "high"),
    ],
)
def test_what_is_known_to_be_missing_is_found(on_file, may_leave, early, severity):
    found = list(
        clause_gap(
            contract(
                document_on_file=on_file,
                termination_for_convenience=may_leave,
                early_termination=early,
            ),
            AUDIT,
        )
    )

    assert [draft.severity for draft in found] == ([severity] if severity else [])


def test_the_gaps_are_named():
    (draft,) = clause_gap(
        contract(document_on_file=False, termination_for_convenience=False), AUDIT
    )

    assert draft.condition == "The signed paper is not on file and we may not leave at will."


def clauses(*statuses, read_on=date(2026, 11, 2)):
    return tuple(
        ClauseFacts(
            key=f"c{number}",
            number=f"C{number}",
            name=f"Clause {number}",
            must=number != 4,
            status=status,
            reason="As read.",
            asks=(),
            place="Order form, page 2",
            read_on=None if status == "unread" else read_on,
        )
        for number, status in enumerate(statuses, start=1)
    )


@pytest.mark.parametrize(
    ("statuses", "fields", "severity"),
    [
        (("met", "met", "met"), {}, None),
        (("met", "waived", "not-applicable"), {}, None),
        (("met", "met", "met", "missing"), {}, None),
        (("met", "partly", "met"), {}, "low"),
        (("missing", "met", "met"), {}, "medium"),
        (("refused", "missing", "missing"), {}, "medium"),
        (("missing", "missing", "met"), {"termination_for_convenience": False}, "high"),
        (("missing", "met", "met"), {"termination_for_convenience": False}, "medium"),
    ],
)
def test_the_clauses_judged_decide_beside_the_plain_terms(statuses, fields, severity):
    found = list(clause_gap(contract(policy="1", clauses=clauses(*statuses), **fields), AUDIT))

    assert [draft.severity for draft in found] == ([severity] if severity else [])


def test_the_clauses_not_given_are_named_with_their_reasons():
    (draft,) = clause_gap(
        contract(policy="1", clauses=clauses("missing", "partly", "refused")), AUDIT
    )

    assert draft.title == "OpenAI agreement: 2 required clauses lacking"
    assert draft.condition == (
        "Not given: C1 Clause 1 and C3 Clause 3. Given in part: C2 Clause 2."
    )
    assert ("C1 Clause 1", "As read.") in draft.facts


def test_a_contract_that_nobody_read_for_its_clauses_is_found():
    (draft,) = clause_gap(
        contract(policy="1", clauses=clauses("missing", "missing", read_on=None)), AUDIT
    )

    assert draft.title == "OpenAI agreement: not read yet"
    assert draft.recommendation == "Collect the paper, and record what it says."
