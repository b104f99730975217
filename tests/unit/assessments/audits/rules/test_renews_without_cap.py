"""Truth table: how it renews × what is known of the cap."""

import pytest

from assessments.audits.rules.renews_without_cap import renews_without_cap
from tests.unit.assessments.audits.build import AUDIT, contract


@pytest.mark.parametrize(
    ("renewal", "uplift", "severity"),
    [
        ("automatic", "uncapped", "high"),
        ("evergreen", "uncapped", "high"),
        ("automatic", "unknown", "medium"),
        ("evergreen", "unknown", "medium"),
        ("automatic", "capped", None),
        ("automatic", "index", None),
        ("fixed", "uncapped", None),
        ("unknown", "uncapped", None),
    ],
)
def test_what_renews_itself_needs_a_cap(renewal, uplift, severity):
    found = list(renews_without_cap(contract(renewal=renewal, uplift=uplift), AUDIT))

    assert [draft.severity for draft in found] == ([severity] if severity else [])
