"""The examples that were reckoned by hand come out of the same functions as the product's."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from assessments.switching_cost.building_anew import Mode, basic_cocomo, payback_months
from assessments.switching_cost.closed_form import closed_form
from assessments.switching_cost.deprecation_tax import deprecation_tax
from assessments.switching_cost.egress import DEFAULT_EGRESS, egress_charge
from assessments.switching_cost.inputs import ApplicationFacts, CallKind, WorkflowFacts
from assessments.switching_cost.parts import Kind, share_of
from assessments.switching_cost.portability import degree_of_portability
from assessments.switching_cost.pricing_power import concession_equivalent, uplift_ceiling
from assessments.switching_cost.reembedding import elapsed_hours, raw_gigabytes
from assessments.switching_cost.simulation import Method, simulate_sum
from assessments.switching_cost.time_to_exit import Clock, Phases, Team, Track, gaps, time_to_exit
from lockin.money import round_half_up
from tests.unit.assessments.switching_cost import build

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[3] / "worked_examples" / "switching_cost.toml").read_text("utf-8")
)


def each(kind):
    return pytest.mark.parametrize(
        "example", [pytest.param(example, id=example["name"]) for example in EXAMPLES[kind]]
    )


def assert_same(actual, expected):
    """Compare at the number of decimals that the example is written with."""
    places = -Decimal(expected).as_tuple().exponent
    assert round_half_up(actual, places) == Decimal(expected)


def fees(cost):
    return sum((part.amount for part in cost.parts if part.kind == Kind.FEES), Decimal(0))


def check(cost, expected):
    figures = {
        "total": lambda: cost.cost.likely,
        "hours": lambda: cost.hours.likely,
        "fees": lambda: fees(cost),
        "fees_percent": lambda: share_of(Kind.FEES, cost.parts) * 100,
    }
    for name, text in expected.items():
        assert_same(figures[name](), text)
    assert (cost.missing, cost.notes) == ((), ())


@each("embedding")
def test_embedding_again(example):
    corpus = build.corpus(
        documents=example["documents"],
        tokens_per_document=example["tokens_per_document"],
        embedding_price=build.price("embedding", example["price"]),
        second_index=build.money("second-index", example.get("second_index", 0)),
        is_enriched=example.get("enriched", False),
    )
    overlap = {"share__chunk_overlap": example["overlap"]} if "overlap" in example else {}

    cost = build.component_of("c4", build.facts(corpora=(corpus,)), book=build.book_with(**overlap))

    check(cost, example["expected"])


@each("elapsed")
def test_hours_at_a_rate_limit(example):
    hours = elapsed_hours(example["tokens"], tokens_a_minute=example["tokens_a_minute"])

    assert_same(hours, example["expected"])


@each("storage")
def test_raw_size_of_vectors(example):
    assert_same(
        raw_gigabytes(example["vectors"], dimensions=example["dimensions"]), example["expected"]
    )


@each("application")
def test_application_layer(example):
    facts = build.facts(
        application=ApplicationFacts(
            call_sites={CallKind(kind): number for kind, number in example["call_sites"].items()},
            gateway_coverage=Decimal(example["coverage"]),
        )
    )
    saves = {"share__gateway_saves": example["saves"]} if "saves" in example else {}

    check(build.component_of("c1", facts, book=build.book_with(**saves)), example["expected"])


@each("range")
def test_a_range_comes_close_to_one_that_experts_gave(example):
    application = ApplicationFacts(
        call_sites={
            CallKind(kind): number for kind, number in example.get("call_sites", {}).items()
        },
        gateway_coverage=Decimal(example.get("coverage", 0)),
    )
    facts = build.facts(application=application, corpora=(build.corpus(),))

    cost = build.component_of(example["component"], facts).cost

    for name, text in example["expected"].items():
        assert abs(getattr(cost, name) / Decimal(text) - 1) < Decimal(example["within"]), name


@each("portability")
def test_degree_of_portability(example):
    portability = degree_of_portability(
        moving=Decimal(example["moving"]), building_anew=Decimal(example["building_anew"])
    )

    assert_same(portability.degree, example["expected"])
    assert not portability.build_anew


@each("tuning")
def test_fine_tuning_again(example):
    model = build.tuned_model(
        examples=example["examples"],
        tokens_per_example=example["tokens_per_example"],
        epochs=example["epochs"],
        training_price=build.price("training", example["price"]),
        weights_exportable=example["exportable"],
        dataset_owned=example["owned"],
    )

    check(build.component_of("c3", build.facts(tuned_models=(model,))), example["expected"])


@each("people")
def test_workflow_and_users(example):
    facts = build.facts(
        workflow=WorkflowFacts(flows=example["flows"], connectors=example["connectors"]),
        users=example["users"],
    )

    workflow, users = build.component_of("c6", facts), build.component_of("c7", facts)

    expected = example["expected"]
    assert_same(workflow.cost.likely, expected["workflow"])
    assert_same(workflow.hours.likely, expected["workflow_hours"])
    assert_same(users.cost.likely, expected["users"])
    assert_same(workflow.cost.likely + users.cost.likely, expected["total"])
    share = share_of(Kind.USERS, workflow.parts + users.parts)
    assert_same(share * 100, expected["users_percent"])


@each("egress")
def test_egress(example):
    charge = egress_charge(
        Decimal(example["gib"]),
        prices=DEFAULT_EGRESS,
        switch_on=example.get("switch_on", build.ON),
        eu_switch=example.get("eu_switch"),
    )

    assert_same(charge.amount, example["expected"])


AGGREGATE = EXAMPLES["aggregate"]
COMPONENTS = {key: build.estimate(*points) for key, points in AGGREGATE["components"].items()}


@pytest.mark.parametrize("example", AGGREGATE["closed_form"], ids=lambda e: e["correlation"])
def test_the_closed_form_of_a_sum(example):
    result = closed_form(COMPONENTS.values(), correlation=Decimal(example["correlation"]))

    for name, text in example["expected"].items():
        assert_same(getattr(result, name), text)


@pytest.mark.parametrize(
    "example", AGGREGATE["draws"], ids=lambda e: f"{e['correlation']}-{e['draws']}"
)
def test_draws_agree_with_other_draws(example):
    method = Method(draws=example["draws"], correlation=Decimal(example["correlation"]))

    result = simulate_sum(COMPONENTS, method=method)

    for name, text in example["expected"].items():
        assert abs(getattr(result, name) / Decimal(text) - 1) < Decimal(example["within"]), name


@each("uplift")
def test_uplift_ceiling(example):
    expected = dict(example["expected"])
    amounts = ("switching_cost", "exit_cost", "annual_run_rate", "alternative_price", "rate")

    ceiling = uplift_ceiling(
        years=example["years"], **{name: Decimal(example[name]) for name in amounts}
    )

    assert_same(ceiling.share * 100, expected.pop("percent"))
    for name, text in expected.items():
        assert_same(getattr(ceiling, name), text)


@each("concession")
def test_concession_equivalent(example):
    amounts = ("before", "after", "annual_run_rate", "rate")

    concession = concession_equivalent(
        years=example["years"], **{name: Decimal(example[name]) for name in amounts}
    )

    assert_same(concession.share * 100, example["expected"]["percent"])
    assert_same(concession.a_year, example["expected"]["a_year"])


@each("cocomo")
def test_published_effort(example):
    effort = basic_cocomo(example["thousand_lines"], mode=Mode(example["mode"]))

    assert_same(effort.person_months, example["expected"]["person_months"])
    assert_same(effort.months, example["expected"]["months"])


@each("payback")
def test_published_payback(example):
    months = payback_months(
        cost=Decimal(example["cost"]), monthly_saving=Decimal(example["monthly_saving"])
    )

    assert_same(months, example["expected"])


@each("time_to_exit")
def test_time_to_exit_and_its_clocks(example):
    team = Team(people=Decimal(example["people"]), hours_a_week=Decimal(example["hours_a_week"]))
    tracks = [
        Track(name, build.estimate(given["hours"]), team)
        for name, given in example["tracks"].items()
    ]
    phases = Phases(**{name: build.estimate(weeks) for name, weeks in example["phases"].items()})

    result = time_to_exit(tracks, phases=phases)

    for track in tracks:
        assert_same(track.weeks.likely, example["tracks"][track.name]["weeks"])
    expected = example["expected"]
    assert_same(result.likely_weeks, expected["weeks"])
    assert (result.likely_days, result.p80_days) == (expected["days"], expected["days"])
    assert (result.longest, result.missing) == (expected["longest"], ())
    found = {
        gap.clock.name: {"days_left": gap.days_left, "days": gap.days, "standing": gap.standing}
        for gap in gaps(
            [Clock(clock["name"], clock["ends_on"]) for clock in example["clocks"]],
            days_needed=result.likely_days,
            on=example["on"],
        )
    }
    assert found == {clock["name"]: clock["expected"] for clock in example["clocks"]}


@each("deprecation")
def test_deprecation_tax(example):
    tax = deprecation_tax(
        cost_of_change=Decimal(example["cost_of_change"]),
        model_life_months=example["model_life_months"],
    )

    assert_same(tax.amount, example["expected"])
