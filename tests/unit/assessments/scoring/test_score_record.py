"""The record holds the whole trace, and the trace adds up."""

import json
from datetime import date
from decimal import Decimal

from assessments.scoring.dimensions import Dimension
from assessments.scoring.figures import fixed
from assessments.scoring.inputs import Drill
from tests.unit.assessments.scoring.build import (
    ON,
    answer,
    control,
    not_applicable,
    score,
    unknown,
)


def _result(**changes):
    return score(
        answer("api.first", 100, weight=10),
        answer("api.second", 50, weight=30, grade="documented", evidence_on=date(2026, 1, 1)),
        unknown("api.third", weight=20),
        not_applicable("api.fourth", weight=40, reason="No framework."),
        scores={"workflow": 40, "commercial": 60},
        mitigations=[control("M1", coverage="0.5", drill=Drill(True, ON))],
        **changes,
    )


def _dimension(record, key="api"):
    return next(entry for entry in record["dimensions"] if entry["dimension"] == key)


def test_is_json_as_it_stands():
    record = _result(retirement_on=ON).to_dict()

    assert json.loads(json.dumps(record)) == record


def test_writes_decimals_with_four_places():
    # (10·100 + 30·50 + 20·100) / 60 = 75
    assert _dimension(_result().to_dict())["inherent"] == "75.0000"


def test_traces_an_answer_to_its_share_of_the_points():
    second = _dimension(_result().to_dict())["answers"][2]

    # 30·50 of 4500
    assert (second["question"], second["share"]) == ("api.second", "0.3333")


def test_traces_an_answer_that_does_not_apply_to_its_reason():
    answers = {entry["question"]: entry for entry in _dimension(_result().to_dict())["answers"]}

    fourth = answers["api.fourth"]
    assert (fourth["points"], fourth["share"], fourth["reason"]) == (None, None, "No framework.")


def test_the_parts_of_the_answers_add_up_to_the_dimension():
    api = _dimension(_result().to_dict())

    parts = [Decimal(entry["score_part"]) for entry in api["answers"] if entry["score_part"]]
    assert sum(parts) == Decimal(api["inherent"])


def test_the_parts_of_the_dimensions_add_up_to_the_score():
    record = _result().to_dict()

    parts = [Decimal(e["score_part"]) for e in record["dimensions"] if e["score_part"]]
    assert abs(sum(parts) - Decimal(record["residual"]["score"])) <= Decimal("0.0002")


def test_traces_a_control_to_its_product():
    (layer,) = _dimension(_result().to_dict())["mitigations"]

    assert (layer["name"], layer["product"]) == ("Abstraction layer", "0.3750")


def test_lists_all_five_dimensions_in_order():
    dimensions = [entry["dimension"] for entry in _result().to_dict()["dimensions"]]

    assert dimensions == list(Dimension)


def test_says_why_a_dimension_is_left_out():
    tuning = _dimension(_result().to_dict(), "tuning")

    assert (tuning["applies"], tuning["reason_if_not"]) == (False, "Not used.")


def test_lists_all_eight_gates():
    gates = [gate["key"] for gate in _result().to_dict()["gates"]]

    assert gates == ["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8"]


def test_orders_questions_as_people_number_them():
    tenth = answer("api.a")._replace(number="1.10")
    second = answer("api.b")._replace(number="1.2")
    record = score(tenth, second, scores={"commercial": 0}).to_dict()

    assert [entry["number"] for entry in _dimension(record)["answers"]] == ["1.2", "1.10"]


def test_is_the_same_whatever_order_the_answers_came_in():
    answers = [answer(f"api.{key}", 25, weight=7) for key in "cab"]
    forwards = score(*answers, scores={"commercial": 10})
    backwards = score(*reversed(answers), scores={"commercial": 10})

    assert forwards.to_dict() == backwards.to_dict()


def test_a_workload_with_problems_has_the_same_fields_without_figures():
    scored, unscored = _result().to_dict(), score(scores={"api": 1}).to_dict()

    assert (unscored.keys(), unscored["tier"]) == (scored.keys(), None)


def test_a_very_small_number_is_not_written_as_minus_zero():
    assert fixed(Decimal("-0.00001")) == "0.0000"


def test_halves_are_written_away_from_zero():
    assert (fixed(Decimal("0.00005")), fixed(Decimal("-0.00005"))) == ("0.0001", "-0.0001")
