"""G7 and G8: one row of the truth table a test. They ask for findings."""

from decimal import Decimal

import pytest

from assessments.scoring.dimensions import Dimension
from tests.unit.assessments.scoring.build import control, dimension_of, gate, score

PLAIN = {"api": 80, "commercial": 0}
SOUND = {
    "gateway_in_use": True,
    "gateway_single_maintainer": False,
    "gateway_pinned": True,
    "gateway_break_glass": True,
}


class TestTrafficRoundTheGateway:
    @pytest.mark.parametrize(
        ("coverage", "direct", "fires"),
        [
            ("0.80", "0.21", True),
            ("0.80", "0.20", False),
            ("0.79", "0.90", False),
            ("1", "0.5", True),
        ],
    )
    def test_fires_when_declared_and_measured_contradict(self, coverage, direct, fires):
        gateway = control("M1", coverage=coverage)
        result = score(scores=PLAIN, mitigations=[gateway], measured_direct_share=Decimal(direct))

        assert gate(result, "G7").fired is fires

    def test_makes_the_abstraction_layer_count_as_declared(self):
        gateway = control("M1", coverage=1)
        result = score(scores=PLAIN, mitigations=[gateway], measured_direct_share=Decimal("0.3"))

        # 80 · (1 − .75·1·.2) = 68, against 20 for the tested layer.
        assert dimension_of(result, "api").residual == 68

    def test_reaches_every_dimension_that_the_layer_is_registered_for(self):
        result = score(
            scores={"api": 80, "workflow": 50},
            left_out={"tuning": "None.", "vectors": "None.", "commercial": "None."},
            paid_external=False,
            mitigations=[control("M1"), control("M1", Dimension.WORKFLOW)],
            measured_direct_share=Decimal("0.3"),
        )

        # 50 · (1 − .10·.2) = 49
        assert dimension_of(result, "workflow").residual == 49

    def test_leaves_other_controls_alone(self):
        result = score(
            scores=PLAIN,
            mitigations=[control("M1"), control("M2")],
            measured_direct_share=Decimal("0.3"),
        )

        # 80 · (1 − .15) · (1 − .30) = 47.6
        assert dimension_of(result, "api").residual == Decimal("47.6")

    def test_reads_the_declared_share_before_the_register(self):
        result = score(
            scores=PLAIN,
            mitigations=[control("M1", coverage="0.5")],
            declared_gateway_share=Decimal("0.9"),
            measured_direct_share=Decimal("0.3"),
        )

        assert gate(result, "G7").fired

    def test_is_not_evaluated_until_direct_traffic_is_measured(self):
        result = score(scores=PLAIN, mitigations=[control("M1")])

        assert gate(result, "G7").not_evaluated

    def test_does_not_fire_without_a_gateway(self):
        result = score(scores=PLAIN, measured_direct_share=Decimal(1))

        assert gate(result, "G7").reason == "No gateway is declared."

    def test_asks_for_a_finding(self):
        result = score(
            scores=PLAIN, mitigations=[control("M1")], measured_direct_share=Decimal("0.3")
        )

        assert gate(result, "G7").finding


class TestFragileGateway:
    @pytest.mark.parametrize(
        "fault",
        [
            {"gateway_single_maintainer": True},
            {"gateway_pinned": False},
            {"gateway_break_glass": False},
        ],
    )
    def test_fires_on_any_one_fault(self, fault):
        result = score(scores=PLAIN, **{**SOUND, **fault})

        assert gate(result, "G8").fired

    def test_does_not_fire_on_a_sound_gateway(self):
        result = score(scores=PLAIN, **SOUND)

        assert not gate(result, "G8").fired

    def test_is_not_evaluated_while_something_is_not_known(self):
        result = score(scores=PLAIN, **{**SOUND, "gateway_pinned": None})

        assert gate(result, "G8").not_evaluated

    def test_fires_on_a_known_fault_though_the_rest_is_not_known(self):
        result = score(scores=PLAIN, gateway_in_use=True, gateway_break_glass=False)

        assert gate(result, "G8").fired

    def test_takes_a_registered_layer_for_a_gateway_in_use(self):
        result = score(scores=PLAIN, mitigations=[control("M1")], gateway_pinned=False)

        assert gate(result, "G8").fired

    def test_does_not_fire_without_a_gateway(self):
        result = score(scores=PLAIN, gateway_pinned=False)

        assert gate(result, "G8").reason == "No gateway is in use."

    def test_moves_no_number(self):
        sound, fragile = (
            score(scores=PLAIN, **{**SOUND, "gateway_pinned": pinned}) for pinned in (True, False)
        )

        assert sound.overall == fragile.overall
