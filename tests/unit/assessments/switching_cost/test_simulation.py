"""The draws: right in their margins, the same every time, quick enough for a what-if."""

import time
from decimal import Decimal

import numpy as np
import pytest

from assessments.switching_cost.estimates import UnableToReckonCost
from assessments.switching_cost.simulation import DRAWS, Method, draw, simulate_sum
from assessments.switching_cost.tornado import swings
from tests.unit.assessments.switching_cost import build

MANY = Method(draws=100_000)
ONE = {"a": build.estimate(0, 50, 100)}


class TestMargins:
    # Quantiles of Beta(1, 5), Beta(3, 3) and Beta(5, 1): two in closed form, the middle by symmetry.
    @pytest.mark.parametrize(
        ("likely", "name", "expected"),
        [
            (0, "p50", 1 - 0.5**0.2),
            (0, "p80", 1 - 0.2**0.2),
            (0, "p90", 1 - 0.1**0.2),
            (100, "p50", 0.5**0.2),
            (100, "p10", 0.1**0.2),
            (50, "p50", 0.5),
            (50, "mean", 0.5),
            (25, "mean", 200 / 600),
        ],
    )
    def test_are_those_of_the_beta_distribution(self, likely, name, expected):
        found = simulate_sum({"a": build.estimate(0, likely, 100)}, method=MANY)

        assert abs(float(getattr(found, name)) / 100 - expected) < 0.005

    def test_deviation_is_that_of_the_beta_distribution(self):
        # Beta(3, 3) has variance 1/28.
        found = simulate_sum(ONE, method=MANY)

        assert abs(float(found.deviation) - 100 / 28**0.5) < 0.2

    def test_never_leave_the_estimate(self):
        column = draw(ONE, method=MANY)["a"]

        assert column.min() >= 0
        assert column.max() <= 100

    def test_follow_the_copula(self):
        # Φ⁻¹ of the ranks is jointly normal: for two Beta(3, 3) the correlation is close to ρ.
        two = {"a": build.estimate(0, 50, 100), "b": build.estimate(0, 50, 100)}

        for rho in ("0", "0.3", "0.8", "1"):
            method = Method(draws=100_000, correlation=Decimal(rho))
            columns = draw(two, method=method)
            measured = np.corrcoef(columns["a"], columns["b"])[0, 1]
            assert abs(measured - float(rho)) < 0.02


class TestRepeating:
    def test_gives_the_same_figures(self):
        assert simulate_sum(ONE) == simulate_sum(ONE)

    def test_with_another_seed_gives_others(self):
        assert simulate_sum(ONE, method=Method(seed=1)) != simulate_sum(ONE, method=Method(seed=2))

    def test_the_order_of_components_does_not_matter(self):
        a, b, c = ((name, build.estimate(1, number, 20)) for number, name in enumerate("xyz", 2))

        assert simulate_sum(dict((a, b, c))) == simulate_sum(dict((c, a, b)))

    def test_another_component_leaves_the_draws_of_the_first_alone(self):
        alone = draw(ONE, method=MANY)["a"]
        beside = draw({"b": build.estimate(1, 2, 3), **ONE}, method=MANY)["a"]

        assert np.array_equal(alone, beside)

    def test_the_method_is_kept_with_the_result(self):
        method = simulate_sum(ONE, method=MANY).method

        assert (method.name, method.version) == ("Beta-PERT, one-factor Gaussian copula", "1")
        assert (method.draws, method.seed, method.correlation) == (
            100_000,
            20261123,
            Decimal("0.3"),
        )


class TestEdges:
    def test_what_is_certain_has_one_value(self):
        found = simulate_sum({"a": build.estimate(7)})

        assert (found.mean, found.p10, found.p90, found.deviation) == (7, 7, 7, 0)
        assert [(one.low, one.high, one.count) for one in found.bins] == [(7, 7, DRAWS)]

    def test_nothing_at_all_is_nothing(self):
        assert simulate_sum({}).p90 == 0

    def test_an_odd_number_of_draws_is_drawn(self):
        assert len(draw(ONE, method=Method(draws=1_001))["a"]) == 1_001

    def test_the_largest_amounts_stay_finite(self):
        found = simulate_sum({"a": build.estimate(0, 10**14, 10**15)})

        assert 0 < found.p10 < found.p90 < 10**15

    @pytest.mark.parametrize(
        "wrong",
        [
            {"draws": 999},
            {"draws": 500_001},
            {"seed": -1},
            {"correlation": Decimal("1.1")},
            {"correlation": Decimal("-0.1")},
            {"version": "0"},
        ],
    )
    def test_a_method_that_does_not_exist_is_refused(self, wrong):
        with pytest.raises(UnableToReckonCost):
            Method(**wrong)


def test_a_what_if_with_its_tornado_takes_under_200_milliseconds():
    def what_if():
        began = time.process_time()
        cost = build.cost_of(build.ASSISTANT)
        swings(cost, build.ASSISTANT, book=build.BOOK, switch_on=build.ON)
        return time.process_time() - began

    assert build.cost_of(build.ASSISTANT).by_draws.method.draws >= 20_000
    # The best of three: what other programs do to the caches is not ours.
    assert min(what_if() for _ in range(3)) < 0.2
