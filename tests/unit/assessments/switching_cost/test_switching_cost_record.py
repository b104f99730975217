"""A stored switching cost can be read by any program and says how it was made."""

import json

from assessments.switching_cost.record import record_of
from tests.unit.assessments.switching_cost import build


def test_a_record_is_json_without_a_float():
    record = record_of(build.cost_of(build.ASSISTANT))

    def floats(value):
        if isinstance(value, dict):
            return [found for one in value.values() for found in floats(one)]
        if isinstance(value, list):
            return [found for one in value for found in floats(one)]
        return [value] if isinstance(value, float) else []

    assert json.loads(json.dumps(record)) == record
    assert floats(record) == []


def test_a_record_says_how_it_was_drawn():
    drawn = record_of(build.cost_of(build.ASSISTANT))["by_draws"]

    assert (drawn["method"], drawn["method_version"], drawn["seed"], drawn["draws"]) == (
        "Beta-PERT, one-factor Gaussian copula",
        "1",
        20261123,
        20_000,
    )
    assert drawn["correlation"] == "0.3000"


def test_a_record_holds_each_assumption_as_it_was():
    record = record_of(build.cost_of(build.ASSISTANT))
    known = {assumption["key"]: assumption for assumption in record["assumptions"]}

    assert known["rate.engineering"]["estimate"] == {
        "low": "75.0000",
        "likely": "110.0000",
        "high": "150.0000",
    }
    assert known["rate.engineering"]["default"]
    assert known["running"]["source"] == "Invoice of October"
    used = {key for entry in record["components"] for key in entry["assumptions"]}
    assert used == set(known)


def test_two_records_of_one_state_are_equal():
    assert record_of(build.cost_of(build.ASSISTANT)) == record_of(build.cost_of(build.ASSISTANT))


def test_a_record_of_unknown_facts_says_that_it_is_not_complete():
    record = record_of(build.cost_of(build.facts(users=None)))

    assert (record["complete"], record["missing"]) == (False, ["users"])
