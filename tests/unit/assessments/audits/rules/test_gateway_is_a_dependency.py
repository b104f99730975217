"""Truth table: G8 fired × criticality."""

import pytest

from assessments.audits.rules.gateway_is_a_dependency import gateway_is_a_dependency
from tests.unit.assessments.audits.build import AUDIT, gate, score, workload

FRAGILE = score(gates=(gate("G8", reason="The gateway has: one maintainer."),))


@pytest.mark.parametrize(
    ("criticality", "severity"),
    [("critical", "high"), ("high", "high"), ("medium", "medium"), ("low", "medium")],
)
def test_a_fragile_gateway_is_found(criticality, severity):
    (draft,) = gateway_is_a_dependency(workload(criticality=criticality, score=FRAGILE), AUDIT)

    assert (draft.severity, draft.condition) == (severity, "The gateway has: one maintainer.")


def test_a_sound_gateway_is_not():
    assert list(gateway_is_a_dependency(workload(), AUDIT)) == []
