"""What the components count when somebody does not know, and what they refuse."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.criticality import Criticality
from assessments.switching_cost.egress import EgressPrices, EgressTier
from assessments.switching_cost.estimates import UnableToReckonCost
from assessments.switching_cost.inputs import (
    ApplicationFacts,
    CallKind,
    Component,
    ExportFacts,
    PromptFacts,
    RunningFacts,
    Target,
    WorkflowFacts,
    WorkloadFacts,
)
from assessments.switching_cost.parts import Kind
from assessments.switching_cost.workload_cost import LEAVES_OUT
from tests.unit.assessments.switching_cost import build


class TestUnknown:
    def test_facts_are_all_named_and_the_cost_is_at_least(self):
        cost = build.cost_of(WorkloadFacts())

        assert not cost.is_complete
        assert cost.missing == (
            "call sites",
            "prompts",
            "evaluation cases",
            "tuned models",
            "corpora",
            "datasets to export",
            "volume to carry out",
            "flows",
            "connectors",
            "users",
            "running cost of today",
        )

    def test_coverage_of_a_gateway_counts_as_none(self):
        sites = {CallKind.CHAT: 20}
        unknown = build.facts(application=ApplicationFacts(call_sites=sites))
        none = build.facts(
            application=ApplicationFacts(call_sites=sites, gateway_coverage=Decimal(0))
        )

        cost = build.component_of("c1", unknown)

        assert cost.cost == build.component_of("c1", none).cost
        assert "counted as nothing" in cost.notes[0]

    @pytest.mark.parametrize("field", ["weights_exportable", "dataset_owned"])
    def test_rights_in_a_tuned_model_count_as_not_ours(self, field):
        unknown = build.tuned_model(**{field: None})
        refused = build.tuned_model(**{field: False})

        cost = build.component_of("c3", build.facts(tuned_models=(unknown,)))

        assert cost.cost == build.component_of("c3", build.facts(tuned_models=(refused,))).cost
        assert len(cost.notes) == 1

    def test_a_golden_set_counts_as_missing(self):
        def cost(has_golden_set):
            prompts = PromptFacts(prompts=10, has_golden_set=has_golden_set, cases=0)
            return build.component_of("c2", build.facts(prompts=prompts))

        assert cost(None).cost == cost(False).cost
        assert cost(False).hours.likely - cost(True).hours.likely == 80
        assert (len(cost(None).notes), cost(False).notes) == (1, ())

    def test_described_chunks_count_as_described(self):
        unknown = build.facts(corpora=(build.corpus(is_enriched=None),))
        described = build.facts(corpora=(build.corpus(is_enriched=True),))

        assert build.component_of("c4", unknown).cost == build.component_of("c4", described).cost

    def test_overlap_counts_as_all_of_it(self):
        running = RunningFacts(monthly_cost=build.money("running", 1000))

        cost = build.component_of("c8", build.facts(running=running))

        assert cost.cost == build.estimate(1000, 2000, 4000)
        assert len(cost.notes) == 1

    def test_criticality_counts_as_critical(self):
        unknown = build.component_of("c9", build.facts(criticality=None))

        assert (
            unknown.cost
            == build.component_of("c9", build.facts(criticality=Criticality.CRITICAL)).cost
        )

    def test_place_of_the_switch_pays_for_egress(self):
        def cost(eu_switch):
            export = ExportFacts(datasets=0, gib=Decimal(1024), eu_switch=eu_switch)
            return build.component_of("c5", build.facts(export=export), switch_on=date(2027, 1, 12))

        assert cost(None).cost.likely == Decimal("80.388")
        assert cost(True).cost.likely == 0
        assert "Data Act" in cost(True).notes[0]

    def test_prices_leave_the_hours_in_place(self):
        corpus = build.corpus(embedding_price=None, second_index=None)

        cost = build.component_of("c4", build.facts(corpora=(corpus,)))

        assert cost.cost.likely == 180 * 110
        assert cost.missing == ("policies: cost of a second index", "policies: price of embedding")


class TestComponents:
    def test_evaluation_is_work_and_tokens(self):
        # 40 x 4 h + 80 h + 150 x 4/60 h = 250 h; 150 x 2,500 x 6 tokens = 2.25 M at 2.50
        cost = build.component_of("c2", build.ASSISTANT)

        assert cost.hours.likely == 250
        assert cost.cost.likely == 250 * 110 + Decimal("5.625")

    def test_several_corpora_add_up(self):
        one = build.corpus()
        other = build.corpus(name="manuals")
        both = build.component_of("c4", build.facts(corpora=(one, other)))

        assert both.cost.likely == 2 * Decimal(24780)
        assert both.hours.likely == 360

    def test_an_embedding_model_that_comes_along_leaves_the_vectors_good(self):
        corpus = build.corpus(embedding_model_stays=True)

        assert build.component_of("c4", build.facts(corpora=(corpus,))).cost.high == 0

    @pytest.mark.parametrize(
        ("criticality", "hours"), [("low", 40), ("medium", 80), ("high", 160), ("critical", 160)]
    )
    def test_assurance_grows_with_criticality(self, criticality, hours):
        facts = build.facts(criticality=Criticality(criticality))

        assert build.component_of("c9", facts).hours.likely == hours

    def test_the_arithmetic_of_the_likeliest_can_be_read(self):
        facts = build.facts(
            application=ApplicationFacts(
                call_sites={CallKind.TOOLS: 6}, gateway_coverage=Decimal("0.6")
            )
        )

        sites, fixed, *_ = build.component_of("c1", facts).arithmetic

        assert sites == (
            "Call sites, tools: 6 sites × 12 h each × 0.55 left (1 − 0.75 × 0.6 covered) × "
            "110 USD per h = USD 4,356.00"
        )
        assert fixed == "Fixed part: 32 h × 110 USD per h = USD 3,520.00"

    def test_the_arithmetic_of_the_range_can_be_read(self):
        # Down √(.7 × (19,800² + 12,600²) + .3 × 32,400²) = 26,467 is more than all at once,
        # 39,600 − 15 × 12 × 75 = 26,100. Up √(.7 × (59,400² + 14,400²) + .3 × 73,800²) = 65,183.86.
        facts = build.facts(workflow=WorkflowFacts(flows=15, connectors=0))
        rule = "√((1 − ρ)Σd² + ρ(Σd)²), ρ = 0.3"
        together = f"together, {rule}, within all at once: −26,100.00 to +65,183.86"

        assert build.component_of("c6", facts).arithmetic == (
            "Flows: 15 flows × 24 h each × 110 USD per h = USD 39,600.00",
            "Flow to build again alone: −19,800.00 to +59,400.00",
            "Engineering rate alone: −12,600.00 to +14,400.00",
            together,
            "Workflow to build again: USD 39,600.00, between 13,500.00 and 104,783.86",
        )

    def test_a_third_does_not_fill_the_line(self):
        prompts = PromptFacts(prompts=0, has_golden_set=True, cases=150, runs=0)

        review = build.component_of("c2", build.facts(prompts=prompts)).arithmetic[0]

        assert review == (
            "Review of cases: 150 cases × 0.066667 h each (4 ÷ 60 min) × 110 USD per h "
            "= USD 1,100.00"
        )

    def test_users_are_people_and_not_project_hours(self):
        cost = build.component_of("c7", build.facts(users=10))

        assert {part.kind for part in cost.parts} == {Kind.USERS}
        assert cost.hours.high == 0


class TestTargets:
    def test_another_vendor_asks_for_all_ten(self):
        cost = build.cost_of(build.ASSISTANT)

        assert [entry.component for entry in cost.components] == list(Component)
        assert cost.left_out == ()

    @pytest.mark.parametrize("target", [Target.OTHER_HOST, Target.RETIRE])
    def test_what_a_target_leaves_out_is_named_with_its_reason(self, target):
        cost = build.cost_of(build.ASSISTANT, target=target)

        assert {entry.component for entry in cost.left_out} == set(LEAVES_OUT[target])
        assert all(entry.reason for entry in cost.left_out)
        assert len(cost.components) + len(cost.left_out) == 10

    @pytest.mark.parametrize("target", list(Target))
    def test_the_papers_have_to_be_written_wherever_it_goes(self, target):
        cost = build.cost_of(build.NOTHING_THERE, target=target)

        assert cost.components[-1].component == Component.PROCUREMENT


class TestRefuses:
    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: build.facts(users=-1), "Users is negative"),
            (lambda: WorkflowFacts(flows=-2), "Flows is negative"),
            (lambda: build.corpus(documents=10**16), "10\\^15"),
            (lambda: ApplicationFacts(gateway_coverage=Decimal("1.1")), "between 0 and 1"),
            (lambda: ApplicationFacts(call_sites={CallKind.CHAT: -1}), "negative"),
            (lambda: ExportFacts(gib=Decimal("NaN")), "not a number"),
            (lambda: ExportFacts(gib=1.5), "exact number"),
            (lambda: build.estimate(2, 1, 3), "rising order"),
            (lambda: build.estimate(-1, 1, 3), "negative"),
        ],
    )
    def test_figures_that_cannot_be(self, make, message):
        with pytest.raises(UnableToReckonCost, match=message):
            make()

    def test_another_currency(self):
        with pytest.raises(UnableToReckonCost, match="is in USD, the cost in EUR"):
            build.component_cost(
                Component.PROCUREMENT,
                build.ASSISTANT,
                book=build.BOOK,
                currency="EUR",
                switch_on=build.ON,
            )

    def test_egress_in_another_currency(self):
        prices = EgressPrices(
            tiers=(EgressTier(None, Decimal("0.01")),),
            currency="EUR",
            source="List of May",
            effective_from=build.ON,
        )
        export = replace(build.ASSISTANT.export, prices=prices)

        with pytest.raises(UnableToReckonCost, match="egress are in EUR"):
            build.component_of("c5", build.facts(export=export))

    def test_a_component_above_all_reason(self):
        with pytest.raises(UnableToReckonCost, match="slip"):
            build.cost_of(build.facts(users=10**15))

    @pytest.mark.parametrize(
        "ends",
        [
            (),
            (Decimal(10),),
            (None, Decimal(10)),
            (Decimal(10), Decimal(10), None),
            (Decimal(10), Decimal(5), None),
            (Decimal(0), None),
        ],
    )
    def test_tiers_that_do_not_rise(self, ends):
        with pytest.raises(UnableToReckonCost, match="egress"):
            EgressPrices(
                tiers=tuple(EgressTier(end, Decimal(1)) for end in ends),
                currency="USD",
                source="List",
                effective_from=build.ON,
            )
