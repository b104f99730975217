"""What the switching cost is reckoned from: measured facts of one workload, and where it goes.

None always means "nobody knows". What is not there is 0, an empty mapping or an empty tuple.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum

from assessments.scoring.criticality import Criticality
from assessments.switching_cost.assumptions import Assumption
from assessments.switching_cost.egress import DEFAULT_EGRESS, EgressPrices
from assessments.switching_cost.estimates import not_negative, share


class Target(StrEnum):
    """Where the workload goes."""

    OTHER_VENDOR = "other-vendor"
    OTHER_HOST = "other-host"  # the same model, served by someone else
    SELF_HOSTED = "self-hosted"  # an open model on own or rented machines
    RETIRE = "retire"  # nowhere

    __hash__ = str.__hash__


class Component(StrEnum):
    """The ten components of the switching cost, in their order."""

    APPLICATION = "c1"
    PROMPTS = "c2"
    TUNING = "c3"
    EMBEDDING = "c4"
    EXPORT = "c5"
    WORKFLOW = "c6"
    USERS = "c7"
    PARALLEL_RUN = "c8"
    ASSURANCE = "c9"
    PROCUREMENT = "c10"

    __hash__ = str.__hash__

    @property
    def full_name(self) -> str:
        return _NAMES[self]


_NAMES = {
    Component.APPLICATION: "Application layer",
    Component.PROMPTS: "Prompts and evaluation",
    Component.TUNING: "Fine-tuning again",
    Component.EMBEDDING: "Embedding again",
    Component.EXPORT: "Export and transfer",
    Component.WORKFLOW: "Workflow to build again",
    Component.USERS: "Change for users",
    Component.PARALLEL_RUN: "Parallel run",
    Component.ASSURANCE: "Assurance",
    Component.PROCUREMENT: "Contract and procurement",
}


class CallKind(StrEnum):
    """What a call site needs of the vendor's interface; the key of its hours."""

    CHAT = "chat"
    STREAM = "stream"
    TOOLS = "tools"
    STRUCTURED = "structured"
    MULTIMODAL = "multimodal"
    VENDOR_TOOLS = "vendor-tools"
    STATEFUL = "stateful"
    REALTIME = "realtime"

    __hash__ = str.__hash__


class _Checked:
    """Numbers are not negative, and shares lie within 0 to 1. Texts and truths are left alone."""

    def __post_init__(self) -> None:
        for entry in fields(self):  # type: ignore[arg-type]
            value = getattr(self, entry.name)
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
                continue
            what = entry.name.replace("_", " ").capitalize()
            check = share if entry.name in _SHARES else not_negative
            check(value, what=what)  # type: ignore[arg-type]


_SHARES = frozenset({"gateway_coverage", "overlap_share"})


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts(_Checked):
    """Call sites by kind, and the measured share of them behind a gateway (unknown: none)."""

    call_sites: Mapping[CallKind, int] | None = None
    gateway_coverage: Decimal | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for kind, number in (self.call_sites or {}).items():
            not_negative(number, what=f"The number of call sites ({kind})")


@dataclass(frozen=True, kw_only=True)
class PromptFacts(_Checked):
    """Prompts, and the cases that an evaluation runs (unknown golden set: there is none)."""

    prompts: int | None = None
    has_golden_set: bool | None = None
    cases: int | None = None
    runs: int | None = None
    tokens_per_case: int | None = None
    token_price: Assumption | None = None  # per M tokens


@dataclass(frozen=True, kw_only=True)
class TunedModel(_Checked):
    """A tuned model (unknown rights: not exportable; unknown custody: dataset not owned)."""

    name: str
    examples: int | None = None
    tokens_per_example: int | None = None
    epochs: int | None = None
    training_price: Assumption | None = None  # per M tokens
    weights_exportable: bool | None = None
    dataset_owned: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Corpus(_Checked):
    """Documents that are embedded (unknown whether a model describes the chunks: it does)."""

    name: str
    documents: int | None = None
    tokens_per_document: int | None = None
    embedding_price: Assumption | None = None  # per M tokens, at the target
    second_index: Assumption | None = None  # per month
    is_enriched: bool | None = None
    # The embedding model comes along, so that the vectors stay good.
    embedding_model_stays: bool = False


@dataclass(frozen=True, kw_only=True)
class ExportFacts(_Checked):
    """Datasets to carry out, and their volume (unknown whether within the EU: charged)."""

    datasets: int | None = None
    gib: Decimal | None = None
    prices: EgressPrices = DEFAULT_EGRESS
    eu_switch: bool | None = None


@dataclass(frozen=True, kw_only=True)
class WorkflowFacts(_Checked):
    """What was built in the vendor's own tools."""

    flows: int | None = None
    connectors: int | None = None


@dataclass(frozen=True, kw_only=True)
class RunningFacts(_Checked):
    """What runs today, and the share of it that goes on beside the new (unknown: all of it)."""

    monthly_cost: Assumption | None = None  # per month
    overlap_share: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class WorkloadFacts(_Checked):
    """All that the switching cost of one workload is reckoned from."""

    application: ApplicationFacts = field(default_factory=ApplicationFacts)
    prompts: PromptFacts = field(default_factory=PromptFacts)
    tuned_models: tuple[TunedModel, ...] | None = None
    corpora: tuple[Corpus, ...] | None = None
    export: ExportFacts = field(default_factory=ExportFacts)
    workflow: WorkflowFacts = field(default_factory=WorkflowFacts)
    users: int | None = None
    running: RunningFacts = field(default_factory=RunningFacts)
    criticality: Criticality | None = None  # unknown: critical
