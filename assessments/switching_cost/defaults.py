"""What the product assumes until an organisation sets its own: hours, rates, shares, weeks."""

from datetime import date
from decimal import Decimal

from assessments.scoring.criticality import Criticality
from assessments.switching_cost.assumptions import Assumption
from assessments.switching_cost.estimates import Estimate

FIRST_DAY = date(2026, 1, 1)

_ASSUMED = "Assumption of this product; replace it by what your own moves took"
_SEEN = "Published rates for such work lie between 75 and 150 USD an hour"
_GATEWAY = "Rework that an abstraction layer saves, as practitioners report it: 70 to 80 %"
_ENRICHED = "Published price of having a language model describe each chunk"
_HIGHEST_KNOWN = f"{_ASSUMED}; nothing above high is known, so critical counts as high"


def _default(
    key: str,
    name: str,
    unit: str,
    points: str,
    source: str = _ASSUMED,
    *,
    currency: str = "",
    lowers_cost: bool = False,
) -> Assumption:
    low, likely, high = (Decimal(figure) for figure in points.split("/"))
    return Assumption(
        key=key,
        name=name,
        unit=unit,
        estimate=Estimate(low, likely, high),
        source=source,
        effective_from=FIRST_DAY,
        currency=currency,
        is_default=True,
        lowers_cost=lowers_cost,
    )


DEFAULTS = (
    _default("rate.engineering", "Engineering rate", "per h", "75/110/150", _SEEN, currency="USD"),
    _default("rate.users", "Cost of a user's hour", "per h", "40/60/90", currency="USD"),
    # c1
    _default("hours.chat", "Plain call", "h each", "2/4/8"),
    _default("hours.stream", "Streamed call", "h each", "3/6/12"),
    _default("hours.tools", "Call with tools", "h each", "6/12/24"),
    _default("hours.structured", "Call with structured output", "h each", "4/8/16"),
    _default("hours.multimodal", "Call with images or sound", "h each", "4/8/16"),
    _default("hours.vendor-tools", "Call with tools that the vendor hosts", "h each", "12/24/48"),
    _default("hours.stateful", "Call with state at the vendor", "h each", "20/40/80"),
    _default("hours.realtime", "Realtime call", "h each", "30/60/120"),
    _default("hours.application-fixed", "Fixed part of an application", "h", "16/32/64"),
    _default(
        "share.gateway-saves",
        "Rework that the gateway saves",
        "",
        "0.70/0.75/0.80",
        _GATEWAY,
        lowers_cost=True,
    ),
    # c2
    _default("hours.prompt", "Prompt to rework", "h each", "2/4/10"),
    _default("hours.harness", "Evaluation to set up", "h", "40/80/160"),
    _default("minutes.review", "Review of a case", "min each", "2/4/8"),
    # c3
    _default("share.relabel", "Examples to label again", "relabelled", "0.1/0.2/0.5"),
    _default("cost.label", "Label of an example", "per example", "0.5/2/8", currency="USD"),
    _default("runs.training", "Training runs", "runs", "3/5/10"),
    _default("hours.tuning-preparation", "Preparing the training data", "h", "16/40/100"),
    _default("hours.tuning-evaluation", "Evaluating the tuned model", "h", "20/40/80"),
    _default("hours.tuning-deployment", "Deploying the tuned model", "h", "12/24/48"),
    # c4
    _default("share.chunk-overlap", "Tokens with overlap of chunks", "overlap", "1.0/1.15/1.3"),
    _default("hours.embedding-pipeline", "Embedding pipeline", "h", "60/120/240"),
    _default("hours.relevance-tuning", "Tuning relevance again", "h", "30/60/160"),
    _default("months.dual-index", "Two indexes side by side", "months", "1/2/4"),
    _default(
        "price.enrichment",
        "Describing chunks by a model",
        "per M tokens",
        "1.02/1.02/1.02",
        _ENRICHED,
        currency="USD",
    ),
    # c5
    _default("hours.export", "Export of a dataset", "h each", "8/16/40"),
    # c6
    _default("hours.flow", "Flow to build again", "h each", "12/24/60"),
    _default("hours.connector", "Connector to build again", "h each", "20/40/100"),
    # c7
    _default("hours.training", "Training of a user", "h each", "0.5/1.5/4"),
    _default("hours.benefit", "Time that a user saves today", "h a week", "1/1/1"),
    _default("weeks.dip", "Slower weeks after the change", "weeks", "2/4/8"),
    _default("share.dip", "Share of it lost in those weeks", "lost", "0.5/0.5/0.5"),
    # c8
    _default("months.parallel", "Old and new side by side", "months", "1/2/4"),
    # c9
    _default(f"hours.assurance-{Criticality.LOW}", "Assurance, low", "h", "20/40/80"),
    _default(f"hours.assurance-{Criticality.MEDIUM}", "Assurance, medium", "h", "40/80/160"),
    _default(f"hours.assurance-{Criticality.HIGH}", "Assurance, high", "h", "80/160/320"),
    _default(
        f"hours.assurance-{Criticality.CRITICAL}",
        "Assurance, critical",
        "h",
        "80/160/320",
        _HIGHEST_KNOWN,
    ),
    # c10
    _default("hours.procurement", "Contract and procurement", "h", "40/80/160"),
    # Time to exit
    _default("weeks.prepare", "Prepare", "weeks", "2/4/8"),
    _default("weeks.procure", "Procure", "weeks", "2/3/8"),
    _default("weeks.parallel", "Run in parallel", "weeks", "4/6/12"),
    _default("weeks.cut-over", "Cut over", "weeks", "1/2/4"),
)
