"""Truth table: layer missing, measured, declared, or walked round."""

from decimal import Decimal

import pytest

from assessments.audits.rules.abstraction_layer_not_working import abstraction_layer_not_working
from tests.unit.assessments.audits.build import (
    AUDIT,
    dependency,
    gate,
    mitigation,
    one,
    score,
    workload,
)

HARD = score("60", "high")


def found(**changes):
    return list(abstraction_layer_not_working(workload(**changes), AUDIT))


def test_a_layer_measured_at_ninety_percent_is_fine():
    assert found(mitigations=(mitigation("M1", measured_coverage=Decimal("0.9")),)) == []


@pytest.mark.parametrize(("measured", "drafts"), [("0.70", 0), ("0.6999", 1), ("0.10", 1)])
def test_below_seventy_percent_measured_is_found(measured, drafts):
    layer = mitigation("M1", measured_coverage=Decimal(measured))

    assert len(found(mitigations=(layer,))) == drafts


def test_a_share_that_was_only_declared_is_found():
    (draft,) = found(mitigations=(mitigation("M1", grade="declared"),))

    assert draft.severity == "medium"
    assert "said to cover 90%" in draft.condition


def test_a_documented_layer_is_fine():
    assert found(mitigations=(mitigation("M1", grade="documented"),)) == []


@pytest.mark.parametrize(
    ("criticality", "residual", "severity"),
    [
        ("critical", "50", "high"),
        ("high", "50", "medium"),
        ("critical", "49.99", None),
        ("medium", "90", None),
    ],
)
def test_no_layer_counts_where_the_interface_is_hard_and_the_work_is_vital(
    criticality, residual, severity
):
    drafts = found(criticality=criticality, mitigations=(), score=score(residual, "high"))

    assert [draft.severity for draft in drafts] == ([severity] if severity else [])


def test_traffic_round_the_gateway_comes_before_everything_else():
    walked_round = score("60", "high", gates=(gate("G7", reason="25.0% measured as direct."),))

    draft = one(iter(found(mitigations=(mitigation("M1", grade="declared"),), score=walked_round)))

    assert (draft.severity, draft.condition) == ("high", "25.0% measured as direct.")


def test_software_with_ai_inside_has_nothing_to_put_a_layer_before():
    assert found(mitigations=(), score=HARD, dependencies=(dependency(path="embedded"),)) == []


def test_a_fallback_alone_calls_no_interface_in_production():
    assert found(mitigations=(), score=HARD, dependencies=(dependency(role="fallback"),)) == []
