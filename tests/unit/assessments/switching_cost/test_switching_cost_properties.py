"""What must hold for every workload, whatever its facts and assumptions."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scoring.criticality import Criticality
from assessments.switching_cost.closed_form import closed_form
from assessments.switching_cost.defaults import DEFAULTS
from assessments.switching_cost.egress import DEFAULT_EGRESS, egress_charge
from assessments.switching_cost.estimates import Estimate, Point
from assessments.switching_cost.inputs import (
    ApplicationFacts,
    CallKind,
    Component,
    ExportFacts,
    PromptFacts,
    RunningFacts,
    Target,
    WorkflowFacts,
)
from assessments.switching_cost.pricing_power import concession_equivalent, uplift_ceiling
from assessments.switching_cost.simulation import Method, simulate_sum
from assessments.switching_cost.time_to_exit import Track, phases_of, time_to_exit
from lockin.money import round_half_up
from tests.unit.assessments.switching_cost import build

quick = settings(max_examples=25, deadline=None, database=None)
FEW = Method(draws=2_000)

counts = st.integers(0, 5_000)
shares = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)
amounts = st.decimals(min_value=0, max_value=10**6, places=2)
estimates = st.lists(amounts, min_size=3, max_size=3).map(lambda three: Estimate(*sorted(three)))
truths = st.none() | st.booleans()

workloads = st.builds(
    build.facts,
    application=st.builds(
        ApplicationFacts,
        call_sites=st.dictionaries(st.sampled_from(CallKind), counts, max_size=4),
        gateway_coverage=st.none() | shares,
    ),
    prompts=st.builds(
        PromptFacts,
        prompts=counts,
        has_golden_set=truths,
        cases=counts,
        runs=st.integers(0, 10),
        tokens_per_case=counts,
        token_price=st.just(build.price("evaluation", 1, 2, 5)),
    ),
    tuned_models=st.lists(
        st.builds(
            build.tuned_model, examples=counts, weights_exportable=truths, dataset_owned=truths
        ),
        max_size=2,
    ).map(tuple),
    corpora=st.lists(st.builds(build.corpus, documents=counts, is_enriched=truths), max_size=2).map(
        tuple
    ),
    export=st.builds(ExportFacts, datasets=counts, gib=amounts, eu_switch=truths),
    workflow=st.builds(WorkflowFacts, flows=counts, connectors=counts),
    users=counts,
    running=st.builds(
        RunningFacts,
        monthly_cost=st.just(build.money("running", 100, 200, 300)),
        overlap_share=st.none() | shares,
    ),
    criticality=st.none() | st.sampled_from(Criticality),
)


def scaled(estimate, factor):
    return Estimate(estimate.low * factor, estimate.likely * factor, estimate.high * factor)


@quick
@given(workloads, st.sampled_from(Target))
def test_the_three_points_and_the_quantiles_are_in_order(facts, target):
    cost = build.cost_of(facts, target=target, method=FEW)

    for entry in cost.components:
        assert 0 <= entry.cost.low <= entry.cost.likely <= entry.cost.high
        assert 0 <= entry.hours.low <= entry.hours.likely <= entry.hours.high
    draws, formula = cost.by_draws, cost.by_formula
    assert draws.p10 <= draws.p50 <= draws.p80 <= draws.p90
    assert formula.mean <= formula.p80 <= formula.p90
    low = sum(entry.cost.low for entry in cost.components)
    high = sum(entry.cost.high for entry in cost.components)
    cent = Decimal("0.01")
    assert low - cent <= draws.p10
    assert draws.p90 <= high + cent
    assert sum(one.count for one in draws.bins) == FEW.draws


@quick
@given(workloads)
def test_the_parts_add_up_to_the_likeliest(facts):
    for entry in build.cost_of(facts, method=FEW).components:
        assert abs(sum(part.amount for part in entry.parts) - entry.cost.likely) < Decimal("1e-9")


@pytest.mark.parametrize("assumption", DEFAULTS, ids=lambda assumption: assumption.key)
def test_more_of_an_assumption_never_makes_it_cheaper_except_what_the_gateway_saves(assumption):
    # Shares stay within 0 to 1.
    more = replace(assumption, estimate=scaled(assumption.estimate, Decimal("1.1")))
    before = build.cost_of(build.ASSISTANT, method=FEW)

    after = build.cost_of(build.ASSISTANT, book={**build.BOOK, assumption.key: more}, method=FEW)

    was, now = before.by_draws, after.by_draws
    pairs = [
        *(
            (getattr(was, name), getattr(now, name))
            for name in ("mean", "p10", "p50", "p80", "p90")
        ),
        (before.by_formula.mean, after.by_formula.mean),
        (before.by_formula.p90, after.by_formula.p90),
    ]
    if assumption.lowers_cost:
        assert all(now < was for was, now in pairs)
    else:
        assert all(now >= was for was, now in pairs)


@quick
@given(
    st.sampled_from([kind.value for kind in CallKind]),
    counts,
    st.integers(1, 100),
)
def test_more_call_sites_cost_more(kind, number, more):
    def cost(sites):
        facts = build.facts(application=ApplicationFacts(call_sites={CallKind(kind): sites}))
        return build.component_of("c1", facts).cost

    assert cost(number + more).low > cost(number).low
    assert cost(number + more).high > cost(number).high


@quick
@given(shares, shares)
def test_a_wider_gateway_never_costs_more(one, other):
    def cost(coverage):
        application = replace(build.ASSISTANT.application, gateway_coverage=coverage)
        return build.component_of("c1", build.facts(application=application)).cost

    narrow, wide = sorted((one, other))

    for point in ("low", "likely", "high"):
        assert getattr(cost(wide), point) <= getattr(cost(narrow), point)


@quick
@given(amounts, amounts)
def test_egress_never_falls_with_the_volume(gib, more):
    def charge(volume):
        return egress_charge(
            volume, prices=DEFAULT_EGRESS, switch_on=build.ON, eu_switch=False
        ).amount

    assert 0 <= charge(gib) <= charge(gib + more)


@quick
@given(workloads, st.integers(2, 9))
def test_a_rate_that_many_times_as_high_makes_work_that_many_times_as_dear(facts, factor):
    rate = build.BOOK["rate.engineering"]
    times = replace(rate, estimate=scaled(rate.estimate, factor))
    book = {**build.BOOK, rate.key: times}

    for component in (Component.WORKFLOW, Component.ASSURANCE, Component.PROCUREMENT):
        before = build.component_of(component, facts)
        after = build.component_of(component, facts, book=book)

        for point in Point:
            difference = after.cost.at(point) - factor * before.cost.at(point)
            assert abs(difference) < Decimal("1e-12")
        assert after.hours == before.hours


@quick
@given(st.dictionaries(st.text(min_size=1, max_size=8), estimates, min_size=1, max_size=6))
def test_amounts_a_hundred_times_as_high_have_a_hundred_times_the_range(given):
    hundred = {key: scaled(estimate, 100) for key, estimate in given.items()}

    small, large = simulate_sum(given, method=FEW), simulate_sum(hundred, method=FEW)

    for name in ("mean", "p10", "p50", "p80", "p90"):
        # Four places of the small one are two of the large one.
        assert abs(getattr(large, name) - 100 * getattr(small, name)) < Decimal("0.02")
    formula, times = closed_form(given.values()), closed_form(hundred.values())
    assert round_half_up(times.p80, 6) == round_half_up(100 * formula.p80, 6)


@quick
@given(st.dictionaries(st.text(min_size=1, max_size=8), estimates, min_size=2, max_size=6))
def test_the_spread_widens_with_the_correlation(given):
    spreads = [
        closed_form(given.values(), correlation=rho).deviation
        for rho in (Decimal(0), Decimal("0.3"), Decimal(1))
    ]

    assert spreads == sorted(spreads)


def test_a_workload_of_nothing_costs_its_papers_alone():
    cost = build.cost_of(build.NOTHING_THERE)

    assert {entry.component for entry in cost.components if entry.cost.high} == {
        Component.ASSURANCE,
        Component.PROCUREMENT,
    }
    assert cost.is_complete


def test_rates_of_nothing_cost_nothing():
    zero = {
        key: replace(assumption, estimate=Estimate.exactly(0))
        for key, assumption in build.BOOK.items()
        if assumption.currency
    }
    cost = build.cost_of(
        build.facts(workflow=WorkflowFacts(flows=5, connectors=5), users=100),
        book={**build.BOOK, **zero},
    )

    assert {entry.cost for entry in cost.components} == {Estimate.exactly(0)}
    assert (cost.by_draws.p90, cost.by_formula.p90, cost.by_draws.deviation) == (0, 0, 0)


@quick
@given(estimates, estimates, amounts)
def test_more_hours_never_bring_the_exit_nearer(one, other, more):
    phases = phases_of(build.BOOK)
    longer = Estimate(one.low + more, one.likely + more, one.high + more)

    before = time_to_exit([Track("a", one), Track("b", other)], phases=phases, method=FEW)
    after = time_to_exit([Track("a", longer), Track("b", other)], phases=phases, method=FEW)

    assert after.likely_weeks >= before.likely_weeks
    assert after.by_draws.p80 >= before.by_draws.p80
    assert before.by_draws.p10 <= before.by_draws.p50 <= before.by_draws.p80


positive = st.decimals(min_value=1, max_value=10**6, places=2)


@quick
@given(amounts, amounts, amounts, positive, st.integers(1, 10))
def test_the_ceiling_rises_by_the_concession_when_switching_gets_dearer(sc, more, x, a, years):
    def ceiling(switching_cost):
        return uplift_ceiling(
            switching_cost=switching_cost,
            exit_cost=x,
            annual_run_rate=a,
            alternative_price=Decimal("0.9"),
            years=years,
        )

    concession = concession_equivalent(before=sc, after=sc + more, annual_run_rate=a, years=years)

    rise = ceiling(sc + more).share - ceiling(sc).share
    assert rise >= 0
    assert abs(rise - concession.share) < Decimal("1e-15")
    assert ceiling(sc).share >= Decimal("-0.1")
