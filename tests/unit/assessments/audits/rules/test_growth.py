"""Truth table for both growth rules: assets, records and points against last year."""

from decimal import Decimal

import pytest

from assessments.audits.rules.embedding_investment_grown import embedding_investment_grown
from assessments.audits.rules.tuning_investment_grown import tuning_investment_grown
from tests.unit.assessments.audits.build import AUDIT, asset, last_year, workload

RULES = [
    (embedding_investment_grown, "embedding-index", "vectors"),
    (tuning_investment_grown, "tuned-model", "tuning"),
]


@pytest.mark.parametrize(("rule", "kind", "dimension"), RULES)
class TestBoth:
    @pytest.mark.parametrize(
        ("before", "now", "drafts"), [(1000, 1200, 0), (1000, 1201, 1), (1000, 900, 0)]
    )
    def test_a_fifth_more_is_ordinary_and_beyond_it_is_found(
        self, rule, kind, dimension, before, now, drafts
    ):
        found = workload(
            assets=(asset(kind, count=now),), previous=last_year(asset(kind, count=before))
        )

        assert len(list(rule(found, AUDIT))) == drafts

    def test_one_more_asset_is_found(self, rule, kind, dimension):
        found = workload(
            assets=(asset(kind, count=500), asset(kind, name="Another", count=500)),
            previous=last_year(asset(kind)),
        )

        assert len(list(rule(found, AUDIT))) == 1

    @pytest.mark.parametrize(("delta", "drafts"), [("4.9999", 0), ("5.0000", 1), ("-9.0000", 0)])
    def test_five_points_more_are_found(self, rule, kind, dimension, delta, drafts):
        found = workload(
            assets=(asset(kind),),
            previous=last_year(asset(kind), delta=delta, dimension=dimension),
        )

        assert len(list(rule(found, AUDIT))) == drafts

    def test_a_first_year_has_nothing_to_compare(self, rule, kind, dimension):
        assert list(rule(workload(assets=(asset(kind),)), AUDIT)) == []

    def test_another_kind_of_asset_does_not_matter(self, rule, kind, dimension):
        found = workload(
            assets=(asset("prompts", count=9000),), previous=last_year(asset("prompts"))
        )

        assert list(rule(found, AUDIT)) == []


def test_embeddings_on_open_weights_are_less_grave():
    from tests.unit.assessments.audits.build import dependency

    def severity(open_weights: bool) -> str:
        found = workload(
            assets=(asset("embedding-index", count=2000),),
            previous=last_year(asset("embedding-index")),
            dependencies=(dependency(open_weights=open_weights),),
        )
        (draft,) = embedding_investment_grown(found, AUDIT)
        return draft.severity

    assert (severity(True), severity(False)) == ("low", "medium")


@pytest.mark.parametrize(
    ("exportable", "severity"), [(True, "medium"), (False, "high"), (None, "high")]
)
def test_a_tune_that_cannot_be_taken_along_is_graver(exportable, severity):
    found = workload(
        assets=(asset("tuned-model", count=2000, exportable=exportable),),
        previous=last_year(asset("tuned-model")),
    )

    (draft,) = tuning_investment_grown(found, AUDIT)

    assert draft.severity == severity


def test_the_condition_counts_both_years():
    found = workload(
        assets=(asset("tuned-model", count=26_000),),
        previous=last_year(asset("tuned-model", count=20_000)),
    )

    (draft,) = tuning_investment_grown(found, AUDIT)

    assert draft.condition == (
        "1 tuned model on 26,000 training examples (30% more), against 1 tuned model on "
        "20,000 training examples last year."
    )
    assert Decimal("0.3") == (Decimal(26_000) - 20_000) / 20_000
