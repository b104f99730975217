"""G5 and G6: one row of the truth table a test. They lift a dimension after its controls."""

import pytest

from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import fixed
from tests.unit.assessments.scoring.build import (
    answer,
    blank,
    control,
    dimension_of,
    gate,
    not_applicable,
    score,
    unknown,
)

SOURCE = "vectors.source-custody"
EASY = {"api": 0, "commercial": 20}


class TestOwedWithoutWayOut:
    @pytest.mark.parametrize(
        ("owed", "spend", "way_out", "fires"),
        [
            (101, 100, False, True),
            (101, 100, None, True),
            (101, 100, True, False),
            (100, 100, False, False),
            (0, 0, False, False),
            (1, 0, False, True),
            (0, None, False, False),
        ],
    )
    def test_fires_when_more_than_a_year_is_owed_and_no_way_out_is_known(
        self, owed, spend, way_out, fires
    ):
        result = score(
            scores=EASY,
            remaining_obligation=owed,
            annual_spend=spend,
            termination_for_convenience=way_out,
        )

        assert gate(result, "G5").fired is fires

    @pytest.mark.parametrize(("owed", "spend"), [(None, 100), (101, None)])
    def test_is_not_evaluated_without_both_amounts(self, owed, spend):
        result = score(scores=EASY, remaining_obligation=owed, annual_spend=spend)

        assert gate(result, "G5").not_evaluated

    def test_lifts_commercial_commitment_to_75(self):
        result = score(scores=EASY, remaining_obligation=200, annual_spend=100)

        assert dimension_of(result, "commercial").residual == 75

    def test_lifts_what_controls_had_brought_down(self):
        second_provider = control("M2", Dimension.COMMERCIAL)
        result = score(
            scores={"api": 0, "commercial": 80},
            mitigations=[second_provider],
            remaining_obligation=200,
            annual_spend=100,
        )

        # 80 · (1 − .25) = 60 without the gate.
        commercial = dimension_of(result, "commercial")
        assert (commercial.mitigated, commercial.residual) == (60, 75)

    def test_names_itself_only_where_it_moved_the_number(self):
        result = score(
            scores={"api": 0, "commercial": 90}, remaining_obligation=200, annual_spend=100
        )

        assert dimension_of(result, "commercial").lifted_by == ()

    def test_moves_the_score_of_the_workload(self):
        result = score(scores=EASY, remaining_obligation=200, annual_spend=100)

        # .5·75 + .5·(20·75 / 45) = 54.1667 with the gate; .5·20 + .5·(20·20 / 45) = 14.4444 without
        overall = result.overall
        assert (fixed(overall.residual.score), fixed(overall.mitigated)) == ("54.1667", "14.4444")

    def test_tells_no_amount(self):
        result = score(scores=EASY, remaining_obligation=987_654, annual_spend=100)

        assert "987" not in gate(result, "G5").reason


class TestCorpusWithoutSource:
    @pytest.mark.parametrize(
        ("source", "fires"),
        [
            (answer(SOURCE, 100), True),
            (answer(SOURCE, 75), False),
            (unknown(SOURCE), True),
            (blank(SOURCE), True),
            (not_applicable(SOURCE), False),
        ],
    )
    def test_fires_when_only_the_vendor_store_holds_the_text(self, source, fires):
        result = score(source, answer("vectors.rest"), scores=EASY)

        assert gate(result, "G6").fired is fires

    def test_lifts_the_vector_store_to_75(self):
        result = score(answer(SOURCE, 100), answer("vectors.rest", 0), scores=EASY)

        assert dimension_of(result, "vectors").residual == 75

    def test_lifts_the_whole_interval(self):
        result = score(answer(SOURCE, 100), answer("vectors.rest", 0), scores=EASY)

        vectors = dimension_of(result, "vectors")
        assert (vectors.residual_low, vectors.residual_high) == (75, 75)

    def test_does_not_ask_a_workload_without_embeddings(self):
        assert not gate(score(scores=EASY), "G6").fired
