"""Truth table: how many of the workloads have no cost on file."""

import pytest

from assessments.audits.rules.spend_unknown import spend_unknown
from tests.unit.assessments.audits.build import Frozen, portfolio


def found(*names: str):
    return list(spend_unknown(Frozen(portfolio=portfolio(workloads=10, without_spend=names))))


@pytest.mark.parametrize(
    ("missing", "severity"), [(0, None), (1, "low"), (2, "medium"), (10, "medium")]
)
def test_one_is_found_and_a_fifth_counts_for_more(missing, severity):
    drafts = found(*(f"W{number}" for number in range(missing)))

    assert [draft.severity for draft in drafts] == ([severity] if severity else [])


def test_one_is_named_in_the_title():
    assert found("Letters")[0].title == "Nobody knows what Letters costs"


def test_many_are_counted_and_five_are_named():
    (draft,) = found(*(f"W{number}" for number in range(8)))

    assert draft.title == "Nobody knows what 8 workloads cost"
    assert draft.condition.endswith("W0, W1, W2, W3, W4 and 3 more.")
