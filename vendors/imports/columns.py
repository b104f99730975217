"""PURE. The sheets of a portfolio import and their columns, as declared data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from lockin import money
from vendors.imports import reading
from vendors.imports.reading import Parser, Value

Values = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    label: str
    parser: Parser
    help: str
    example: str
    required: bool = False
    wanted: bool = False
    """Blank is allowed, but a row without it is listed as incomplete."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    name: str
    label: str
    columns: tuple[Column, ...]
    uniques: tuple[tuple[str, ...], ...]
    """Columns that no two rows share, upper and lower case alike."""
    check: Callable[[Values], Iterator[tuple[str, str]]] = lambda _values: iter(())
    """Yields (column, what is expected) for cells that contradict each other."""
    excused: Callable[[Values], frozenset[str]] = lambda _values: frozenset()
    """Names the wanted columns that this row can do without."""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def lacking(self, values: Values) -> tuple[str, ...]:
        """Return the wanted columns that are blank in this row."""
        excused = self.excused(values)
        return tuple(
            column.name
            for column in self.columns
            if column.wanted and values.get(column.name) is None and column.name not in excused
        )


# ── What contradicts itself inside one row ───────────────────────────────────────────────────────


def _first_after_second(values: Values, later: str, earlier: str) -> Iterator[tuple[str, str]]:
    last, first = values.get(later), values.get(earlier)
    if isinstance(last, date) and isinstance(first, date) and last < first:
        yield later, f"a day on or after {earlier} ({first.isoformat()})"


def _fits_currency(
    values: Values, amount: str, currency: str = "currency"
) -> Iterator[tuple[str, str]]:
    figure, code = values.get(amount), values.get(currency)
    if isinstance(figure, Decimal) and isinstance(code, str):
        try:
            money.refuse_hidden_decimals(figure, currency=code)
        except money.UnableToReadAmount as error:
            yield amount, f"an amount in {code}. {error}"


def _check_model(values: Values) -> Iterator[tuple[str, str]]:
    yield from _first_after_second(values, "retires_on", "announced_on")
    if not values.get("host") and not values.get("service"):
        yield "host", "the vendor that serves the model, here or by way of its service"


def _check_dependency(values: Values) -> Iterator[tuple[str, str]]:
    if not values.get("service") and not values.get("model"):
        yield "service", "the service or the model that the workload depends on"


def _check_contract(values: Values) -> Iterator[tuple[str, str]]:
    yield from _first_after_second(values, "ends_on", "starts_on")
    yield from _fits_currency(values, "annual_value")


def _excused_of_contract(values: Values) -> frozenset[str]:
    excused = set()
    if values.get("renewal") == "evergreen" or (
        values.get("starts_on") is not None and values.get("term_months") is not None
    ):
        excused.add("ends_on")
    if values.get("renewal") == "fixed":
        excused.add("notice_value")
    return frozenset(excused)


def _check_commitment(values: Values) -> Iterator[tuple[str, str]]:
    yield from _fits_currency(values, "used_to_date")
    used, as_of = values.get("used_to_date"), values.get("used_as_of")
    if used is not None and as_of is None:
        yield "used_as_of", "the day on which the use was read"
    if as_of is not None and used is None:
        yield "used_to_date", "the use that was read on that day"


# ── The sheets ───────────────────────────────────────────────────────────────────────────────────

_NAME = partial(reading.line, longest=200)
_MONTHS = partial(reading.count, smallest=1, largest=1200)


def _column(
    name: str,
    parser: Parser,
    help_text: str,
    example: str,
    *,
    label: str = "",
    required: bool = False,
    wanted: bool = False,
) -> Column:
    return Column(
        name=name,
        label=label or name.replace("_", " ").capitalize(),
        parser=parser,
        help=help_text,
        example=example,
        required=required,
        wanted=wanted,
    )


def _one_of(*words: str) -> Parser:
    return partial(reading.choice, words=words)


_NOTE = _column("note", reading.passage, "Anything worth knowing.", "Signed with the EA")
_CURRENCY = _column("currency", reading.currency, "ISO 4217 code.", "USD", required=True)

VENDORS = Sheet(
    name="vendors",
    label="Vendors",
    uniques=(("key",), ("name",)),
    columns=(
        _column(
            "key", reading.key, "Short name that other sheets use.", "microsoft", required=True
        ),
        _column("name", _NAME, "Name as people write it.", "Microsoft", required=True),
        _column("website", reading.web_address, "Home page.", "https://www.example.com"),
        _column("country", reading.country, "Country code, two letters.", "US"),
        _NOTE,
    ),
)

SERVICES = Sheet(
    name="services",
    label="Services",
    uniques=(("key",),),
    columns=(
        _column(
            "key", reading.key, "Short name that other sheets use.", "azure-openai", required=True
        ),
        _column(
            "vendor", reading.key, "Key of the vendor that runs it.", "microsoft", required=True
        ),
        _column("name", _NAME, "Name of the service.", "Azure OpenAI", required=True),
        _column(
            "kind",
            _one_of("model-api", "platform", "saas", "gateway", "vector-store", "own"),
            "model-api, platform, saas, gateway, vector-store or own.",
            "platform",
        ),
        _column(
            "tuning_ends_on",
            reading.day,
            "Last day on which new tuning jobs are taken, if announced.",
            "2027-01-06",
        ),
        _NOTE,
    ),
)

MODELS = Sheet(
    name="models",
    label="Models",
    uniques=(("key",),),
    check=_check_model,
    columns=(
        _column(
            "key",
            partial(reading.key, longest=120),
            "Short name that other sheets use.",
            "openai-gpt-4o",
            required=True,
        ),
        _column("registry_key", _NAME, "Name in public price lists.", "gpt-4o-2024-08-06"),
        _column("name", _NAME, "Name as people write it.", "GPT-4o", required=True),
        _column("mode", _one_of("chat", "embedding", "rerank", "other"), "What it is for.", "chat"),
        _column(
            "publisher", reading.key, "Key of the vendor that made it.", "openai", required=True
        ),
        _column("host", reading.key, "Key of the vendor that serves it.", "microsoft"),
        _column("service", reading.key, "Key of the service that serves it.", "azure-openai"),
        _column("open_weights", reading.yes_or_no, "Whether its weights are published.", "no"),
        _column("input_price", reading.price, "Per million tokens read.", "2.50"),
        _column("output_price", reading.price, "Per million tokens written.", "10"),
        _column("price_currency", reading.currency, "Currency of the prices.", "USD"),
        _column(
            "embedding_dimension",
            partial(reading.count, smallest=1, largest=1_000_000),
            "Length of its vectors.",
            "1536",
        ),
        _column("announced_on", reading.day, "Day its retirement was announced.", "2026-10-14"),
        _column("retires_on", reading.day, "Last day it is served there.", "2027-01-14"),
        _column("source", _NAME, "Where these facts were read.", "Vendor's model page"),
        _column(
            "source_url",
            partial(reading.web_address, longest=500),
            "Address of that place.",
            "https://www.example.com/models",
        ),
        _column("observed_on", reading.day, "Day they were read.", "2026-11-23"),
        _column(
            "confidence",
            _one_of("primary", "secondary", "recalled"),
            "primary (read at the source), secondary (from a collection) or recalled.",
            "primary",
        ),
    ),
)

WORKLOADS = Sheet(
    name="workloads",
    label="Workloads",
    uniques=(("key",),),
    check=lambda values: _fits_currency(values, "annual_spend"),
    columns=(
        _column(
            "key", reading.key, "Short name that other sheets use.", "claims-triage", required=True
        ),
        _column("name", _NAME, "Name of this use of AI.", "Claims triage", required=True),
        _column("description", reading.passage, "What it does.", "Sorts incoming claims"),
        _column(
            "owner_email",
            reading.email,
            "Sign-in address of its owner.",
            "owner@example.com",
            wanted=True,
        ),
        _column("business_unit", partial(reading.line, longest=120), "Who uses it.", "Claims"),
        _column(
            "criticality",
            _one_of("critical", "high", "medium", "low"),
            "critical, high, medium or low.",
            "high",
            wanted=True,
        ),
        _column("annual_spend", reading.amount, "Yearly running cost.", "1200000", wanted=True),
        _CURRENCY,
        _column("daily_users", reading.count, "People who use it on a day.", "350"),
        _column("is_paid_external", reading.yes_or_no, "Whether an outside vendor is paid.", "yes"),
        _column("time_to_exit_weeks", reading.weeks, "Typed estimate, P80.", "25"),
        _column("own_copy_of_data", reading.yes_or_no, "Whether we hold our own copy.", "yes"),
    ),
)

DEPENDENCIES = Sheet(
    name="dependencies",
    label="Dependencies",
    uniques=(("workload", "service", "model", "contract", "path", "role"),),
    check=_check_dependency,
    columns=(
        _column("workload", reading.key, "Key of the workload.", "claims-triage", required=True),
        _column("service", reading.key, "Key of the service.", "azure-openai"),
        _column("model", partial(reading.key, longest=120), "Key of the model.", "openai-gpt-4o"),
        _column("contract", reading.key, "Key of the contract that pays.", "ms-ea"),
        _column("share", reading.share, "Share of the traffic, 0 to 1.", "0.8", wanted=True),
        _column(
            "path",
            _one_of("direct", "gateway", "embedded"),
            "direct, gateway or embedded.",
            "gateway",
        ),
        _column(
            "role",
            _one_of("primary", "second", "fallback"),
            "primary, second (in production) or fallback.",
            "primary",
        ),
    ),
)

ASSETS = Sheet(
    name="assets",
    label="Assets",
    uniques=(("workload", "kind", "name"),),
    columns=(
        _column("workload", reading.key, "Key of the workload.", "claims-triage", required=True),
        _column(
            "kind",
            _one_of(
                "tuned-model", "embedding-index", "prompts", "dataset", "workflow", "connector"
            ),
            "tuned-model, embedding-index, prompts, dataset, workflow or connector.",
            "embedding-index",
            required=True,
        ),
        _column("name", _NAME, "Name of it.", "Policy documents", required=True),
        _column(
            "count",
            partial(reading.count, largest=10**15),
            "Examples, documents, prompts, records, flows or connectors.",
            "10000000",
        ),
        _column("tokens_each", reading.count, "Tokens in one of them.", "1000"),
        _column(
            "dimension", partial(reading.count, largest=1_000_000), "Length of vectors.", "1536"
        ),
        _column("held_by", _one_of("us", "both", "vendor", "unknown"), "Who holds it.", "us"),
        _column("exportable", reading.yes_or_no, "Whether it can be taken out.", "yes"),
        _column(
            "model", partial(reading.key, longest=120), "Key of the model it needs.", "ada-002"
        ),
        _column("service", reading.key, "Key of the service it sits in.", "azure-openai"),
        _NOTE,
    ),
)

CONTRACTS = Sheet(
    name="contracts",
    label="Contracts",
    uniques=(("key",),),
    check=_check_contract,
    excused=_excused_of_contract,
    columns=(
        _column("key", reading.key, "Short name that other sheets use.", "ms-ea", required=True),
        _column("vendor", reading.key, "Key of the vendor.", "microsoft", required=True),
        _column("name", _NAME, "Name of the contract.", "Enterprise agreement", required=True),
        _column(
            "state",
            _one_of("draft", "in-force", "ended"),
            "draft, in-force or ended.",
            "in-force",
        ),
        _column("owner_email", reading.email, "Sign-in address of its owner.", "owner@example.com"),
        _column(
            "reference", partial(reading.line, longest=120), "Number on the paper.", "EA-118-2"
        ),
        _CURRENCY,
        _column("signed_on", reading.day, "Day of signature.", "2024-06-20"),
        _column("starts_on", reading.day, "First day in force.", "2024-07-01", wanted=True),
        _column("ends_on", reading.day, "Last day in force.", "2027-06-30", wanted=True),
        _column("term_months", _MONTHS, "First term in months.", "36"),
        _column(
            "renewal",
            _one_of("fixed", "automatic", "evergreen", "unknown"),
            "fixed (ends by itself), automatic, evergreen or unknown.",
            "automatic",
            wanted=True,
        ),
        _column("renewal_months", _MONTHS, "Length of each renewal.", "12"),
        _column(
            "notice_value",
            partial(reading.count, largest=3650),
            "How long before the end notice must arrive.",
            "60",
            wanted=True,
        ),
        _column(
            "notice_unit",
            _one_of("days", "business-days", "months"),
            "days, business-days or months.",
            "days",
        ),
        _column(
            "notice_form",
            _one_of("any", "email", "portal", "post", "registered", "courier", "unknown"),
            "any (in writing), email, portal, post, registered, courier or unknown.",
            "registered",
        ),
        _column(
            "notice_address",
            partial(reading.line, longest=300),
            "Where notice goes.",
            "legal@example.com",
        ),
        _column(
            "notice_delivery_value",
            partial(reading.count, largest=3650),
            "How long notice is on its way; blank where the paper says nothing.",
            "2",
        ),
        _column(
            "notice_delivery_unit",
            _one_of("days", "business-days"),
            "days or business-days.",
            "business-days",
        ),
        _column(
            "notice_earliest_value",
            partial(reading.count, largest=3650),
            "How long before the end notice counts at the earliest; blank: no such rule.",
            "90",
        ),
        _column(
            "notice_earliest_unit",
            _one_of("days", "business-days", "months"),
            "days, business-days or months.",
            "days",
        ),
        _column("reminder_set", reading.yes_or_no, "Whether someone is reminded.", "yes"),
        _column("time_zone", reading.time_zone, "Where notice must arrive.", "America/New_York"),
        _column(
            "holiday_country",
            reading.holiday_calendar,
            "Whose public holidays count; blank: ours.",
            "GB",
        ),
        _column(
            "jurisdiction",
            reading.country,
            "Country in which we are the customer; blank: ours.",
            "IE",
        ),
        _column(
            "data_act",
            _one_of("setting", "applies", "not"),
            "EU Data Act clock: setting (as set for the country), applies or not.",
            "setting",
        ),
        _column("annual_value", reading.amount, "What it costs a year.", "2400000", wanted=True),
        _column("discount_percent", reading.percent, "Discount on list prices.", "20"),
        _column(
            "uplift",
            _one_of("capped", "index", "uncapped", "unknown"),
            "How prices may rise at renewal: capped, index, uncapped or unknown.",
            "capped",
        ),
        _column(
            "uplift_basis",
            _one_of("contract", "list", "unknown"),
            "What rises: prices of this contract, list prices of that day, or unknown.",
            "contract",
        ),
        _column(
            "uplift_cap_percent",
            partial(reading.percent, largest=1000),
            "The cap, in per cent.",
            "5",
        ),
        _column(
            "termination_for_convenience", reading.yes_or_no, "Whether we may leave early.", "no"
        ),
        _column(
            "convenience_from_month",
            partial(reading.count, largest=1200),
            "After which month we may.",
            "12",
        ),
        _column(
            "convenience_notice_days",
            partial(reading.count, largest=3650),
            "On how many days' notice.",
            "60",
        ),
        _column(
            "early_termination",
            _one_of("free", "percent", "full", "unknown"),
            "What leaving early costs: free, percent, full or unknown.",
            "percent",
        ),
        _column(
            "early_termination_percent",
            reading.percent,
            "Share of what remains, in per cent.",
            "50",
        ),
        _column(
            "termination_for_cause", reading.yes_or_no, "Whether we may end it for breach.", "yes"
        ),
        _column(
            "cause_cure_days",
            partial(reading.count, largest=3650),
            "Days that the vendor has to put a breach right.",
            "30",
        ),
        _column(
            "release_on_retirement",
            reading.yes_or_no,
            "Whether a retired model lets us out of the commitment.",
            "no",
        ),
        _column(
            "release_on_price_rise",
            reading.yes_or_no,
            "Whether a price rise lets us out of the commitment.",
            "yes",
        ),
        _column(
            "release_on_service_level",
            reading.yes_or_no,
            "Whether missed service levels let us out of the commitment.",
            "no",
        ),
        _column("document_on_file", reading.yes_or_no, "Whether the paper was read.", "yes"),
        _NOTE,
    ),
)

COMMITMENTS = Sheet(
    name="commitments",
    label="Commitments",
    uniques=(("key",),),
    check=_check_commitment,
    columns=(
        _column("key", reading.key, "Short name that the periods use.", "macc-2026", required=True),
        _column("contract", reading.key, "Key of the contract.", "ms-ea", required=True),
        _column("name", _NAME, "Name of the commitment.", "Azure commitment", required=True),
        _column(
            "kind",
            _one_of("spend-agreement", "minimum", "prepaid", "seats", "provisioned"),
            "spend-agreement, minimum, prepaid, seats or provisioned.",
            "spend-agreement",
        ),
        _column(
            "burn",
            _one_of("build-up", "burn-down"),
            "build-up (what is missing is paid) or burn-down (what is left is lost).",
            "build-up",
        ),
        _CURRENCY,
        _column(
            "used_to_date", reading.amount, "Use in the present period.", "865000", wanted=True
        ),
        _column("used_as_of", reading.day, "Day on which it was read.", "2026-07-31"),
        _NOTE,
    ),
)

COMMITMENT_PERIODS = Sheet(
    name="commitment_periods",
    label="Commitment periods",
    uniques=(("commitment", "starts_on"),),
    check=lambda values: _first_after_second(values, "ends_on", "starts_on"),
    columns=(
        _column("commitment", reading.key, "Key of the commitment.", "macc-2026", required=True),
        _column("starts_on", reading.day, "First day.", "2026-01-01", required=True),
        _column("ends_on", reading.day, "Last day.", "2026-12-31", required=True),
        _column("amount", reading.amount, "What is due in it.", "2000000", required=True),
    ),
)

# In the order in which they are written: a row refers only to sheets above its own.
SHEETS: Mapping[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        VENDORS,
        SERVICES,
        MODELS,
        CONTRACTS,
        WORKLOADS,
        DEPENDENCIES,
        ASSETS,
        COMMITMENTS,
        COMMITMENT_PERIODS,
    )
}
