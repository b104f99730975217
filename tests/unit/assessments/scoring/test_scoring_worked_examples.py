"""The examples that domain people wrote down come out of the same functions as the product's."""

import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from assessments.scoring.criticality import Criticality
from assessments.scoring.evidence import Grade
from assessments.scoring.portfolio_score import PortfolioItem, SpendLine, score_portfolio
from assessments.scoring.scheme import SCHEME_2026_1
from assessments.scoring.tiers import Tier
from tests.unit.assessments.scoring import build

EXAMPLES = Path(__file__).parents[3] / "worked_examples"


def _load(name):
    with (EXAMPLES / name).open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


WORKLOADS = _load("scoring.toml")["example"]
PORTFOLIOS = _load("scoring_portfolio.toml")


def _same(actual, expected):
    """Compare at the number of decimals that the example is written with."""
    step = Decimal(1).scaleb(Decimal(expected).as_tuple().exponent)
    return actual.quantize(step, rounding=ROUND_HALF_UP) == expected


def _answer(index, given):
    key = f"api.question-{index}"
    if "reason" in given:
        return build.not_applicable(key, weight=given["weight"], reason=given["reason"])
    if given.get("unknown"):
        return build.unknown(key, weight=given["weight"])
    return build.answer(
        key, given["points"], weight=given["weight"], grade=Grade(given["evidence"])
    )


def _control(given):
    return build.control(
        given["control"],
        given["dimension"],
        coverage=given["coverage"],
        grade=Grade(given["evidence"]),
        tested_on=given.get("tested_on"),
    )


def _score(example):
    answers = [_answer(index, given) for index, given in enumerate(example.get("answers", []))]
    return build.score(
        *answers,
        scores=example["scores"],
        left_out=example.get("not_applicable", {}),
        mitigations=[_control(given) for given in example.get("mitigations", [])],
        on=example["on"],
    )


FIGURES = {
    "residual": lambda score, _: score.overall.residual.score,
    "inherent_overall": lambda score, _: score.overall.inherent.score,
    "mean_alone": lambda score, _: _variation(score, "worst-share-0"),
    "worst_alone": lambda score, _: _variation(score, "worst-share-1"),
    "ordered": lambda score, _: _variation(score, "ordered-weights"),
    "inherent": lambda _, dimension: dimension.inherent.score,
    "confidence": lambda _, dimension: dimension.inherent.confidence,
    "low": lambda _, dimension: dimension.inherent.low,
    "high": lambda _, dimension: dimension.inherent.high,
    "reduction": lambda _, dimension: dimension.reduction.share,
    "dimension_residual": lambda _, dimension: dimension.residual,
}
WORDS = {
    "tier": lambda score, _: score.overall.tier,
    "inherent_tier": lambda score, _: score.overall.inherent.tier,
    "grade": lambda _, dimension: dimension.confidence_grade,
}


def _variation(score, key):
    return next(v.score for v in score.sensitivity.variations if v.key == key)


def _expectations():
    for example in WORKLOADS:
        expected = dict(example["expected"])
        about = expected.pop("dimension", None)
        for key, value in expected.pop("dimension_residuals", {}).items():
            yield pytest.param(
                example, key, "dimension_residual", value, id=f"{example['name']} {key}"
            )
        for what, value in expected.items():
            yield pytest.param(example, about, what, value, id=f"{example['name']} {what}")


@pytest.mark.parametrize(("example", "about", "what", "value"), list(_expectations()))
def test_a_workload_scores_as_reckoned_by_hand(example, about, what, value):
    score = _score(example)
    dimension = build.dimension_of(score, about) if about else None

    if what in WORDS:
        assert WORDS[what](score, dimension) == value
    else:
        assert _same(FIGURES[what](score, dimension), value)


@pytest.mark.parametrize("example", WORKLOADS, ids=lambda example: example["name"])
def test_no_example_has_a_problem_or_a_gate(example):
    score = _score(example)

    assert (score.problems, score.fired_gates) == ((), ())


@pytest.mark.parametrize("example", PORTFOLIOS["concentration"], ids=lambda e: e["name"])
def test_concentration_is_as_reckoned_by_hand(example):
    lines = [SpendLine(**line) for line in example["lines"]]
    item = PortfolioItem("all", None, None, None, None, lines)

    score = score_portfolio([item], scheme=SCHEME_2026_1)

    assert {
        "host_hhi": score.by_host.hhi,
        "publisher_hhi": score.by_publisher.hhi,
    } == example["expected"]


@pytest.mark.parametrize("example", PORTFOLIOS["portfolio"], ids=lambda e: e["name"])
def test_portfolio_figures_are_as_reckoned_by_hand(example):
    items = [
        PortfolioItem(
            given["workload"],
            Decimal(given["score"]),
            Tier(given["tier"]),
            Criticality(given["criticality"]),
            given.get("spend"),
        )
        for given in example["workloads"]
    ]

    score = score_portfolio(items, scheme=SCHEME_2026_1)

    expected = {"without_spend": [], **example["expected"]}
    assert list(score.without_spend) == expected.pop("without_spend")
    assert {name: getattr(score, name) for name in expected} == expected
