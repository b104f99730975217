"""Truth table: paper on file × right to leave × cost of leaving early."""

import pytest

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
