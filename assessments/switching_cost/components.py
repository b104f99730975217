"""The ten components: one function each, from facts and assumptions to a sum of products.

What nobody knows is named as missing and adds nothing: then the cost is "at least". A doubt that
has a worst case is counted as the worst case, and a note says so.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from assessments.scoring.criticality import Criticality
from assessments.scoring.figures import ONE, ZERO
from assessments.switching_cost.assumptions import Factor, Reading
from assessments.switching_cost.egress import egress_charge
from assessments.switching_cost.estimates import UnableToReckonCost
from assessments.switching_cost.inputs import (
    ApplicationFacts,
    Corpus,
    ExportFacts,
    PromptFacts,
    RunningFacts,
    TunedModel,
    WorkflowFacts,
)
from assessments.switching_cost.parts import Kind, Part, Worked, spent, worked

# Counts without which nobody knows the hours either; the other missing facts are about money.
CALL_SITES, PROMPTS, CASES = "call sites", "prompts", "evaluation cases"
TUNED_MODELS, CORPORA = "tuned models", "corpora"
FLOWS, CONNECTORS = "flows", "connectors"
NEEDED_FOR_HOURS = frozenset({CALL_SITES, PROMPTS, CASES, TUNED_MODELS, CORPORA, FLOWS, CONNECTORS})

_MILLION = Decimal(10**6)
_MINUTES = Decimal(60)
# A dataset that is not ours is gathered and labelled anew, whatever the point.
_PREPARATION_WITHOUT_DATASET = Factor(Decimal(100), "h, the dataset is not ours")
_RELABEL_WITHOUT_DATASET = Factor(ONE, "relabelled, the dataset is not ours")


def application(facts: ApplicationFacts, read: Reading) -> Worked:
    """c1: R · [Σ sites · hours · (1 − saved · coverage) + fixed]. Without a call site it is 0."""
    if facts.call_sites is None:
        return Worked((), (CALL_SITES,))
    sites = {kind: number for kind, number in facts.call_sites.items() if number}
    if not sites:
        return Worked(())
    notes: tuple[str, ...] = ()
    if facts.gateway_coverage is None:
        notes = ("Nobody has measured how much runs through a gateway: counted as nothing.",)
    left = _left_to_do(facts.gateway_coverage or ZERO, read)
    parts = [
        worked(
            f"Call sites, {kind}",
            read,
            _count(sites[kind], "sites"),
            read(f"hours.{kind}"),
            *left,
        )
        for kind in sorted(sites)
    ]
    parts.append(worked("Fixed part", read, read("hours.application-fixed")))
    return Worked(tuple(parts), notes=notes)


def _left_to_do(coverage: Decimal, read: Reading) -> tuple[Factor, ...]:
    if not coverage:
        return ()
    saved = read("share.gateway-saves")
    left = ONE - saved.value * coverage
    return (Factor(left, f"left (1 − {saved.value} × {coverage} covered)", saved.assumption),)


def prompts(facts: PromptFacts, read: Reading) -> Worked:
    """c2: R · (prompts · hours + harness without a golden set) + runs of the cases + review."""
    parts: list[Part] = []
    missing: list[str] = []
    notes: tuple[str, ...] = ()
    if facts.prompts is None:
        missing.append(PROMPTS)
    elif facts.prompts:
        number = _count(facts.prompts, "prompts")
        parts.append(worked("Prompts", read, number, read("hours.prompt")))
    if not facts.has_golden_set and (facts.prompts or facts.cases):
        parts.append(worked("Evaluation, without a golden set", read, read("hours.harness")))
        if facts.has_golden_set is None:
            notes = ("Nobody knows of a golden set: counted as having none.",)
    if facts.cases is None:
        missing.append(CASES)
    elif facts.cases:
        parts.extend(_review(facts.cases, read))
        runs, tokens, price = facts.runs, facts.tokens_per_case, facts.token_price
        if runs is not None and tokens is not None and price is not None:
            used = _millions(facts.cases * tokens, "M tokens a run")
            factors = (used, _count(runs, "runs"), read(price))
            parts.append(spent("Evaluation tokens", Kind.FEES, *factors))
        missing += _unknown(
            (runs, "evaluation runs"),
            (tokens, "tokens of an evaluation case"),
            (price, "price of evaluation tokens"),
        )
    return Worked(tuple(parts), tuple(missing), notes)


def _review(cases: int, read: Reading) -> Iterator[Part]:
    minutes = read("minutes.review")
    hours = Factor(
        minutes.value / _MINUTES, f"h each ({minutes.value} ÷ 60 min)", minutes.assumption
    )
    yield worked("Review of cases", read, _count(cases, "cases"), hours)


def tuning(model: TunedModel, read: Reading) -> Worked:
    """c3: exportable weights are evaluated and deployed; else data, training and work come first."""
    evaluate = worked(f"{model.name}: evaluation", read, read("hours.tuning-evaluation"))
    deploy = worked(f"{model.name}: deployment", read, read("hours.tuning-deployment"))
    if model.weights_exportable:
        return Worked((evaluate, deploy))
    notes = tuple(_doubts(model))
    missing = _unknown((model.examples, f"{model.name}: examples"))
    parts = [_preparation(model, read), evaluate, deploy]
    if model.examples is not None:
        examples = _count(model.examples, "examples")
        relabel = read("share.relabel") if model.dataset_owned else _RELABEL_WITHOUT_DATASET
        label = read("cost.label")
        parts.append(spent(f"{model.name}: labels", Kind.FEES, examples, relabel, label))
        tokens, epochs, price = model.tokens_per_example, model.epochs, model.training_price
        if tokens is not None and epochs is not None and price is not None:
            used = _millions(model.examples * tokens, "M tokens")
            factors = (used, _count(epochs, "epochs"), read("runs.training"), read(price))
            parts.append(spent(f"{model.name}: training", Kind.FEES, *factors))
        missing += _unknown(
            (tokens, f"{model.name}: tokens of an example"),
            (epochs, f"{model.name}: epochs"),
            (price, f"{model.name}: price of training"),
        )
    return Worked(tuple(parts), missing, notes)


def _doubts(model: TunedModel) -> Iterator[str]:
    if model.weights_exportable is None:
        yield f"{model.name}: nobody knows whether weights can be exported: counted as not."
    if model.dataset_owned is None:
        yield f"{model.name}: nobody knows whose the dataset is: counted as not ours."


def _preparation(model: TunedModel, read: Reading) -> Part:
    hours = (
        read("hours.tuning-preparation") if model.dataset_owned else _PREPARATION_WITHOUT_DATASET
    )
    return worked(f"{model.name}: training data", read, hours)


def embedding(corpus: Corpus, read: Reading) -> Worked:
    """c4: tokens with overlap · price, pipeline and relevance work, and a second index meanwhile."""
    if corpus.embedding_model_stays or corpus.documents == 0:
        return Worked(())
    name = corpus.name
    parts = [
        worked(f"{name}: pipeline", read, read("hours.embedding-pipeline")),
        worked(f"{name}: relevance", read, read("hours.relevance-tuning")),
    ]
    missing = _unknown((corpus.second_index, f"{name}: cost of a second index"))
    if corpus.second_index is not None:
        months, monthly = read("months.dual-index"), read(corpus.second_index)
        parts.append(spent(f"{name}: two indexes", Kind.RUNNING, months, monthly))
    notes: tuple[str, ...] = ()
    missing += _unknown(
        (corpus.documents, f"{name}: documents"),
        (corpus.tokens_per_document, f"{name}: tokens of a document"),
    )
    if corpus.documents is not None and corpus.tokens_per_document is not None:
        tokens = _millions(corpus.documents * corpus.tokens_per_document, "M tokens")
        overlap = read("share.chunk-overlap")
        if corpus.embedding_price is None:
            missing += (f"{name}: price of embedding",)
        else:
            price = read(corpus.embedding_price)
            parts.insert(0, spent(f"{name}: embedding", Kind.FEES, tokens, overlap, price))
        if corpus.is_enriched is not False:
            enrich = read("price.enrichment")
            parts.append(spent(f"{name}: chunks described", Kind.FEES, tokens, overlap, enrich))
            if corpus.is_enriched is None:
                notes = (f"{name}: nobody knows whether chunks are described: counted as so.",)
    return Worked(tuple(parts), missing, notes)


def export(facts: ExportFacts, read: Reading, *, switch_on: date) -> Worked:
    """c5: tiered egress, nothing of it for a switch within the EU by law, and work a dataset."""
    parts: list[Part] = []
    notes: tuple[str, ...] = ()
    missing = _unknown((facts.datasets, "datasets to export"), (facts.gib, "volume to carry out"))
    if facts.gib:
        prices = facts.prices
        if prices.currency != read.currency:
            raise UnableToReckonCost(
                f"Prices of egress are in {prices.currency}, the cost in {read.currency}. "
                "Convert them with a dated rate first."
            )
        charge = egress_charge(
            facts.gib, prices=prices, switch_on=switch_on, eu_switch=facts.eu_switch
        )
        notes = (charge.because,) if charge.because else ()
        parts.extend(
            spent(
                "Transfer",
                Kind.FEES,
                Factor(tier.gib, "GiB"),
                Factor(tier.price, f"{prices.currency} per GiB"),
            )
            for tier in charge.tiers
        )
    if facts.datasets:
        number = _count(facts.datasets, "datasets")
        parts.append(worked("Export", read, number, read("hours.export")))
    return Worked(tuple(parts), missing, notes)


def workflow(facts: WorkflowFacts, read: Reading) -> Worked:
    """c6: R · (flows · hours + connectors · hours)."""
    parts = []
    if facts.flows:
        flows = _count(facts.flows, "flows")
        parts.append(worked("Flows", read, flows, read("hours.flow")))
    if facts.connectors:
        connectors = _count(facts.connectors, "connectors")
        parts.append(worked("Connectors", read, connectors, read("hours.connector")))
    missing = _unknown((facts.flows, FLOWS), (facts.connectors, CONNECTORS))
    return Worked(tuple(parts), missing)


def change(users: int | None, read: Reading) -> Worked:
    """c7: users · (hours of training + hours saved a week · weeks · share lost) · cost of an hour."""
    if users is None:
        return Worked((), ("users",))
    if not users:
        return Worked(())
    number, rate = _count(users, "users"), read("rate.users")
    lost = (read("hours.benefit"), read("weeks.dip"), read("share.dip"))
    return Worked(
        (
            spent("Training of users", Kind.USERS, number, read("hours.training"), rate),
            spent("Slower weeks", Kind.USERS, number, *lost, rate),
        )
    )


def parallel_run(facts: RunningFacts, read: Reading) -> Worked:
    """c8: months · what the old one costs a month · the share of it that goes on."""
    if facts.monthly_cost is None:
        return Worked((), ("running cost of today",))
    notes: tuple[str, ...] = ()
    overlap = facts.overlap_share
    if overlap is None:
        overlap, notes = ONE, ("Nobody knows how much runs twice: counted as all of it.",)
    months, monthly = read("months.parallel"), read(facts.monthly_cost)
    running = spent("Old one goes on", Kind.RUNNING, months, monthly, Factor(overlap, "of it"))
    return Worked((running,), notes=notes)


def assurance(criticality: Criticality | None, read: Reading) -> Worked:
    """c9: R · hours of data protection, security and model risk, by how critical the workload is."""
    notes: tuple[str, ...] = ()
    if criticality is None:
        criticality = Criticality.CRITICAL
        notes = ("Nobody said how critical the workload is: counted as critical.",)
    return Worked((worked("Assurance", read, read(f"hours.assurance-{criticality}")),), notes=notes)


def procurement(read: Reading) -> Worked:
    """c10: R · hours. What the old contract still costs is the exit cost, and stands beside."""
    return Worked((worked("Contract", read, read("hours.procurement")),))


def _unknown(*facts: tuple[object, str]) -> tuple[str, ...]:
    return tuple(name for value, name in facts if value is None)


def _count(number: int, unit: str) -> Factor:
    return Factor(Decimal(number), unit)


def _millions(tokens: int, unit: str) -> Factor:
    return Factor(Decimal(tokens) / _MILLION, unit)
