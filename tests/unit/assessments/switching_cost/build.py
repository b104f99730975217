"""Short ways to say what a workload is made of; what is not named is not there."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from assessments.scoring.criticality import Criticality
from assessments.switching_cost.assumptions import Assumption, in_force
from assessments.switching_cost.component_cost import component_cost
from assessments.switching_cost.defaults import DEFAULTS
from assessments.switching_cost.estimates import Estimate
from assessments.switching_cost.inputs import (
    ApplicationFacts,
    CallKind,
    Component,
    Corpus,
    ExportFacts,
    PromptFacts,
    RunningFacts,
    Target,
    TunedModel,
    WorkflowFacts,
    WorkloadFacts,
)
from assessments.switching_cost.workload_cost import switching_cost

ON = date(2026, 11, 23)
BOOK = in_force(DEFAULTS, on=ON)


def estimate(*points):
    """Return low, likely, high; one figure alone is exact."""
    low, likely, high = points if len(points) == 3 else points * 3
    return Estimate(Decimal(low), Decimal(likely), Decimal(high))


def money(key, *points, unit="per month", currency="USD"):
    return Assumption(
        key=key,
        name=key,
        unit=unit,
        estimate=estimate(*points),
        source="Invoice of October",
        effective_from=date(2026, 10, 1),
        currency=currency,
    )


def price(key, *points):
    return money(key, *points, unit="per M tokens")


def book_with(**points):
    """Return the defaults with some set otherwise; "rate__users" stands for "rate.users"."""
    book = dict(BOOK)
    for name, values in points.items():
        key = name.replace("__", ".").replace("_", "-")
        values = values if isinstance(values, tuple) else (values,)
        book[key] = replace(book[key], estimate=estimate(*values), is_default=False)
    return book


NOTHING_THERE = WorkloadFacts(
    application=ApplicationFacts(call_sites={}, gateway_coverage=Decimal(0)),
    prompts=PromptFacts(prompts=0, has_golden_set=True, cases=0),
    tuned_models=(),
    corpora=(),
    export=ExportFacts(datasets=0, gib=Decimal(0), eu_switch=False),
    workflow=WorkflowFacts(flows=0, connectors=0),
    users=0,
    running=RunningFacts(monthly_cost=money("running", 0), overlap_share=Decimal(1)),
    criticality=Criticality.LOW,
)


def facts(**given):
    return replace(NOTHING_THERE, **given)


def tuned_model(**given):
    defaults = {
        "name": "classifier",
        "examples": 20_000,
        "tokens_per_example": 1_200,
        "epochs": 3,
        "training_price": price("training", 25),
        "weights_exportable": False,
        "dataset_owned": True,
    }
    return TunedModel(**{**defaults, **given})


def corpus(**given):
    defaults = {
        "name": "policies",
        "documents": 10_000_000,
        "tokens_per_document": 1_000,
        "embedding_price": price("embedding", "0.12"),
        "second_index": money("second-index", 1800),
        "is_enriched": False,
    }
    return Corpus(**{**defaults, **given})


# A workload with something of everything.
ASSISTANT = WorkloadFacts(
    application=ApplicationFacts(
        call_sites={
            CallKind.CHAT: 20,
            CallKind.STREAM: 8,
            CallKind.TOOLS: 6,
            CallKind.STRUCTURED: 4,
            CallKind.STATEFUL: 2,
        },
        gateway_coverage=Decimal("0.6"),
    ),
    prompts=PromptFacts(
        prompts=40,
        has_golden_set=False,
        cases=150,
        runs=6,
        tokens_per_case=2_500,
        token_price=price("evaluation", "2.5"),
    ),
    tuned_models=(tuned_model(),),
    corpora=(corpus(),),
    export=ExportFacts(datasets=5, gib=Decimal(1024), eu_switch=False),
    workflow=WorkflowFacts(flows=15, connectors=6),
    users=200,
    running=RunningFacts(
        monthly_cost=money("running", 20_000, 22_000, 25_000), overlap_share=Decimal(1)
    ),
    criticality=Criticality.HIGH,
)


def cost_of(given, *, target=Target.OTHER_VENDOR, book=BOOK, switch_on=ON, **more):
    return switching_cost(
        given, target=target, book=book, currency="USD", switch_on=switch_on, **more
    )


def component_of(which, given, *, book=BOOK, switch_on=ON):
    return component_cost(Component(which), given, book=book, currency="USD", switch_on=switch_on)
