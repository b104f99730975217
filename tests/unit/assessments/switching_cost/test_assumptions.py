"""Which assumption holds on a day, and what moves the result most."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.switching_cost.assumptions import in_force
from assessments.switching_cost.defaults import DEFAULTS
from assessments.switching_cost.estimates import Estimate, UnableToReckonCost
from assessments.switching_cost.inputs import WorkflowFacts
from assessments.switching_cost.tornado import swings
from tests.unit.assessments.switching_cost import build

DEFAULT_RATE = build.BOOK["rate.engineering"]


def own_rate(amount, *, since):
    return replace(
        DEFAULT_RATE,
        estimate=Estimate.exactly(amount),
        effective_from=since,
        is_default=False,
        source="Rate card",
    )


class TestInForce:
    def test_every_default_says_that_it_is_one_and_where_it_is_from(self):
        assert all(assumption.is_default and assumption.source for assumption in DEFAULTS)
        assert len({assumption.key for assumption in DEFAULTS}) == len(DEFAULTS)

    def test_our_own_holds_from_its_first_day(self):
        known = [*DEFAULTS, own_rate(90, since=date(2026, 6, 1))]

        assert in_force(known, on=date(2026, 5, 31))["rate.engineering"] == DEFAULT_RATE
        assert in_force(known, on=date(2026, 6, 1))["rate.engineering"].estimate.likely == 90

    def test_the_latest_of_our_own_holds(self):
        known = [own_rate(95, since=date(2026, 8, 1)), own_rate(90, since=date(2026, 6, 1))]

        assert in_force(known, on=build.ON)["rate.engineering"].estimate.likely == 95

    def test_a_newer_default_does_not_put_our_own_aside(self):
        newer = replace(DEFAULT_RATE, effective_from=date(2026, 9, 1))

        book = in_force([own_rate(90, since=date(2026, 6, 1)), newer], on=build.ON)

        assert not book["rate.engineering"].is_default

    def test_two_from_one_day_are_refused(self):
        twice = [own_rate(90, since=build.ON), own_rate(95, since=build.ON)]

        with pytest.raises(UnableToReckonCost, match="set twice from 2026-11-23"):
            in_force(twice, on=build.ON)

    def test_one_without_a_source_is_refused(self):
        with pytest.raises(UnableToReckonCost, match="no source"):
            replace(DEFAULT_RATE, source="")

    def test_a_book_that_lacks_one_is_refused(self):
        with pytest.raises(UnableToReckonCost, match=r"no assumption “rate\.users”"):
            build.component_of("c7", build.ASSISTANT, book={})

    def test_two_that_share_a_key_are_refused(self):
        corpora = (
            build.corpus(),
            build.corpus(name="manuals", embedding_price=build.price("embedding", "0.5")),
        )

        with pytest.raises(UnableToReckonCost, match="stands for two"):
            build.cost_of(build.facts(corpora=corpora)).assumptions()

    def test_the_result_names_each_assumption_that_had_a_part(self):
        used = build.cost_of(build.facts(users=10)).assumptions()

        assert [assumption.key for assumption in used] == [
            "hours.assurance-low",
            "hours.benefit",
            "hours.procurement",
            "hours.training",
            "months.parallel",
            "rate.engineering",
            "rate.users",
            "running",
            "share.dip",
            "weeks.dip",
        ]


class TestSwings:
    def swings(self, facts, book=build.BOOK):
        cost = build.cost_of(facts, book=book)
        return cost, swings(cost, facts, book=book, switch_on=build.ON)

    def test_the_widest_comes_first_and_what_is_certain_is_left_out(self):
        _, found = self.swings(build.ASSISTANT)

        widths = [swing.width for swing in found]
        assert widths == sorted(widths, reverse=True)
        assert found[0].assumption.key == "rate.engineering"
        assert "share.dip" not in {swing.assumption.key for swing in found}

    def test_a_swing_is_the_mean_with_the_assumption_known(self):
        facts = build.facts(workflow=WorkflowFacts(flows=15, connectors=0))
        _, found = self.swings(facts)
        flow = next(swing for swing in found if swing.assumption.key == "hours.flow")

        for value, mean in ((12, flow.at_low), (60, flow.at_high)):
            known = build.cost_of(facts, book=build.book_with(hours__flow=value))
            assert abs(known.by_formula.mean - mean) < Decimal("1e-9")

    def test_the_mean_lies_between_the_ends(self):
        cost, found = self.swings(build.ASSISTANT)

        for swing in found:
            low, high = sorted((swing.at_low, swing.at_high))
            assert low <= cost.by_formula.mean <= high

    def test_what_the_gateway_saves_swings_the_other_way(self):
        _, found = self.swings(build.ASSISTANT)
        saves = next(one for one in found if one.assumption.key == "share.gateway-saves")

        assert saves.at_high < saves.at_low

    def test_nothing_in_doubt_swings_nothing(self):
        certain = {
            key: replace(one, estimate=Estimate.exactly(one.estimate.likely))
            for key, one in build.BOOK.items()
        }

        assert self.swings(build.NOTHING_THERE, book=certain)[1] == ()

    def test_the_arithmetic_can_be_read(self):
        # 15 flows, R 75/110/150, 12 h: (13,500 + 4 x 19,800 + 27,000) / 6 = 19,950
        facts = build.facts(workflow=WorkflowFacts(flows=15, connectors=0))
        cost, found = self.swings(facts)
        papers = sum(
            entry.cost.mean for entry in cost.components if entry.component in ("c9", "c10")
        )
        flow = next(swing for swing in found if swing.assumption.key == "hours.flow")

        assert abs(flow.at_low - papers - 19_950) < Decimal("1e-9")
        assert flow.arithmetic.startswith("Flow to build again at 12 h each: USD ")
