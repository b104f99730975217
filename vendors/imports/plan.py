"""The rows of a file against the portfolio: what each would add or change. Writes nothing.

Every error of every row is collected. A plan is made for the preview and made again at the
moment of writing, so that what is written follows from what is on file then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.db.models import Model

from lockin import money
from lockin.accounts.models import Organisation, User
from vendors import dates
from vendors.amending import TERMS
from vendors.days import day
from vendors.imports.columns import SHEETS
from vendors.imports.names import normalised
from vendors.imports.parsing import Parsed, Row, RowError
from vendors.imports.reading import shown, write
from vendors.models import (
    AIModel,
    Asset,
    Commitment,
    CommitmentPeriod,
    Contract,
    Dependency,
    Service,
    Vendor,
    VendorAlias,
    Workload,
)
from vendors.portfolio.terms import stated_term

MODELS: Mapping[str, type[Model]] = {
    "vendors": Vendor,
    "services": Service,
    "models": AIModel,
    "contracts": Contract,
    "workloads": Workload,
    "dependencies": Dependency,
    "assets": Asset,
    "commitments": Commitment,
    "commitment_periods": CommitmentPeriod,
}
# Column of a sheet → sheet whose key it holds.
REFERENCES: Mapping[str, str] = {
    "vendor": "vendors",
    "publisher": "vendors",
    "host": "vendors",
    "service": "services",
    "model": "models",
    "contract": "contracts",
    "workload": "workloads",
    "commitment": "commitments",
}
# Amounts by sheet: column → column of minor units.
AMOUNTS: Mapping[str, Mapping[str, str]] = {
    "contracts": {"annual_value": "annual_value_minor"},
    "workloads": {"annual_spend": "annual_spend_minor"},
    "commitments": {"used_to_date": "used_to_date_minor"},
    "commitment_periods": {"amount": "amount_minor"},
}
KEYED = ("vendors", "services", "models", "contracts", "workloads", "commitments")
# What makes a row without a key the same as one on file.
NATURAL: Mapping[str, tuple[str, ...]] = {
    "dependencies": ("workload", "service", "model", "contract", "path", "role"),
    "assets": ("workload", "kind", "name"),
    "commitment_periods": ("commitment", "starts_on"),
}
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "dependencies": {"path": "direct", "role": "primary"},
}
Identity = tuple[str, ...]


class Kind(StrEnum):
    ADD = "add"
    CHANGE = "change"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of a row on file that the import would change."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one row would do. `values` are model fields; a reference is the other row's identity."""

    sheet: str
    row: int
    identity: Identity
    name: str
    kind: Kind
    values: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()
    target: int | None = None
    """The primary key of the row on file."""


@dataclass(kw_only=True)
class ImportPlan:
    steps: dict[str, list[Step]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a person should look at although nothing is wrong."""

    def of_kind(self, kind: Kind) -> list[Step]:
        return [step for steps in self.steps.values() for step in steps if step.kind is kind]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows each sheet would add, change and leave."""
        return {
            sheet: {str(kind): sum(step.kind is kind for step in steps) for kind in Kind}
            for sheet, steps in self.steps.items()
        }


def plan(organisation: Organisation, parsed: Parsed) -> ImportPlan:
    """Return what the rows would do. The number of queries does not grow with them."""
    return _Planner(organisation, parsed).plan()


class OnFile:
    """The portfolio's rows by identity, read once: one query a kind."""

    def __init__(self, organisation: Organisation) -> None:
        self.rows: dict[str, dict[Identity, Any]] = {}
        here = {"organisation": organisation}
        self._keep("vendors", Vendor.objects.filter(**here).select_related("merged_into"))
        self._keep("services", Service.objects.filter(**here).select_related("vendor"))
        self._keep(
            "models",
            AIModel.objects.filter(**here).select_related("publisher", "host", "service"),
        )
        self._keep(
            "contracts",
            Contract.objects.filter(**here).with_terms().select_related("vendor", "owner"),
        )
        self._keep("workloads", Workload.objects.filter(**here).select_related("owner"))
        parts = ("workload", "service", "model", "contract")
        self._keep(
            "dependencies",
            Dependency.objects.filter(workload__organisation=organisation).select_related(*parts),
        )
        self._keep(
            "assets",
            Asset.objects.filter(workload__organisation=organisation).select_related(
                "workload", "service", "model"
            ),
        )
        self._keep(
            "commitments",
            Commitment.objects.filter(contract__organisation=organisation).select_related(
                "contract"
            ),
        )
        self._keep(
            "commitment_periods",
            CommitmentPeriod.objects.filter(
                commitment__contract__organisation=organisation
            ).select_related("commitment"),
        )
        self.aliases = {
            alias.name.casefold(): alias.vendor
            for alias in VendorAlias.objects.filter(**here).select_related("vendor").order_by("pk")
        }
        self.people = {
            email.casefold(): pk
            for pk, email in User.objects.filter(**here, is_active=True)
            .order_by("pk")
            .values_list("pk", "email")
        }

    def _keep(self, sheet: str, rows: Any) -> None:
        found = self.rows[sheet] = {}
        for row in rows.order_by("pk"):
            found.setdefault(identity_of(sheet, row), row)


def identity_of(sheet: str, row: Any) -> Identity:
    """Return what names a row on file, in the words of the file."""
    if sheet in KEYED:
        return (row.key.casefold(),)
    return tuple(plain(row, name).casefold() for name in NATURAL[sheet])


def plain(row: Any, name: str) -> str:
    """Return a field of a row on file as the file would write it."""
    value = getattr(row, name)
    return write(getattr(value, "key", value))


class _Planner:
    def __init__(self, organisation: Organisation, parsed: Parsed) -> None:
        self.organisation = organisation
        self.parsed = parsed
        self.on_file = OnFile(organisation)
        self.result = ImportPlan(errors=list(parsed.errors))
        # A vendor's key in the file → the key of the vendor on file that it names.
        self.renamed: dict[str, str] = {}
        self.in_file: dict[str, set[Identity]] = {
            sheet: {(str(row.values["key"]).casefold(),) for row in rows if sheet in KEYED}
            for sheet, rows in parsed.rows.items()
        }

    def plan(self) -> ImportPlan:
        self._match_vendor_names()
        for sheet in SHEETS:
            if sheet in self.parsed.rows:
                self.result.steps[sheet] = [
                    step
                    for row in self.parsed.rows[sheet]
                    if (step := self._step(sheet, row)) is not None
                ]
        self._check_periods()
        self._check_shares()
        return self.result

    def _refuse(self, row: Row, column: str, found: Any, expected: str) -> None:
        self.result.errors.append(
            RowError(
                sheet=row.sheet,
                row=row.number,
                column=column,
                found=shown(write(found)),
                expected=expected,
            )
        )

    # ── Vendors by name ─────────────────────────────────────────────────────────────────────────

    def _match_vendor_names(self) -> None:
        """Let a name on file under another key stand for that vendor, and point out near names."""
        vendors = self.on_file.rows["vendors"]
        by_name = {row.name.casefold(): row for row in vendors.values()} | self.on_file.aliases
        near = {normalised(row.name): row for row in vendors.values() if not row.merged_into_id}
        for row in self.parsed.rows.get("vendors", []):
            key, name = str(row.values["key"]), str(row.values["name"])
            by_key, named = vendors.get((key.casefold(),)), by_name.get(name.casefold())
            if by_key is not None and named is not None and by_key.pk != named.pk:
                if (named.merged_into_id or named.pk) != by_key.pk:
                    self._refuse(row, "name", name, f"another name: {named.name} is on file")
                continue
            held = by_key or named
            if held is not None:
                held = held.merged_into or held
                if held.key.casefold() != key.casefold():
                    self.renamed[key.casefold()] = held.key
                    self.result.notes.append(
                        f"“{name}” ({key}) is taken for {held.name} ({held.key}), which is on file."
                    )
                continue
            if (other := near.get(normalised(name))) is not None:
                self.result.notes.append(
                    f"“{name}” looks like {other.name}, which is on file. It is added as a vendor "
                    "of its own; merge the two afterwards if they are one."
                )

    # ── One row ─────────────────────────────────────────────────────────────────────────────────

    def _step(self, sheet: str, row: Row) -> Step | None:
        before = len(self.result.errors)
        values = self._values(sheet, row)
        if len(self.result.errors) > before:
            return None
        identity = self._identity(sheet, row)
        held = self.on_file.rows[sheet].get(identity)
        name = str(row.values.get("name") or " · ".join(part for part in identity if part))
        if held is None:
            missing = self._missing_for_new(sheet, row)
            if missing:
                return None
            self._check_terms(sheet, row, Contract(), values)
            return Step(
                sheet=sheet,
                row=row.number,
                identity=identity,
                name=name,
                kind=Kind.ADD,
                values=values,
            )
        if sheet == "vendors" and (str(row.values["key"]).casefold() in self.renamed):
            # Another spelling of a vendor on file says nothing about it but its name.
            values = {}
        differences = self._differences(sheet, held, values)
        if sheet == "contracts":
            self._check_terms(sheet, row, held, values)
        self._check_money_of_held(sheet, row, held, values)
        return Step(
            sheet=sheet,
            row=row.number,
            identity=identity,
            name=name,
            kind=Kind.CHANGE if differences else Kind.UNCHANGED,
            values=values,
            differences=differences,
            target=held.pk,
        )

    def _values(self, sheet: str, row: Row) -> dict[str, Any]:
        """Return the row's cells as fields of the model; a blank cell of a file is not known."""
        values: dict[str, Any] = {}
        model = MODELS[sheet]
        for column, value in row.values.items():
            if column == "owner_email":
                values["owner_id"] = self._person(row, value)
            elif column in REFERENCES and column != sheet:
                values[column] = self._reference(row, column, value)
            elif column in AMOUNTS.get(sheet, {}):
                values[AMOUNTS[sheet][column]] = self._minor(sheet, row, column, value)
            elif value is None:
                field_ = model._meta.get_field(column)
                if getattr(field_, "null", False):
                    values[column] = None
                elif getattr(field_, "blank", False) and field_.empty_strings_allowed:  # type: ignore[union-attr]
                    values[column] = ""
                # A blank where the model has a default leaves what is on file.
            else:
                values[column] = value
        if sheet == "models" and values.get("host") is None and values.get("service"):
            values["host"] = self._host_of(values["service"])
        if sheet == "models" and values.get("host") is None:
            values.pop("host", None)
        return values

    def _person(self, row: Row, email: Any) -> int | None:
        if email is None:
            return None
        found = self.on_file.people.get(str(email).casefold())
        if found is None:
            self._refuse(row, "owner_email", email, "the sign-in address of somebody on file")
        return found

    def _reference(self, row: Row, column: str, key: Any) -> Identity | None:
        if key is None:
            return None
        sheet = REFERENCES[column]
        spelled = str(key).casefold()
        identity = (
            (self.renamed.get(spelled, spelled).casefold(),) if sheet == "vendors" else (spelled,)
        )
        if identity not in self.on_file.rows[sheet] and (spelled,) not in self.in_file.get(
            sheet, set()
        ):
            self._refuse(
                row, column, key, f"the key of one of the {sheet}, in this file or on file"
            )
        return identity

    def _host_of(self, service: Identity) -> Identity | None:
        """Return the vendor that runs a service, in the file or on file."""
        for step in self.result.steps.get("services", []):
            if step.identity == service and step.values.get("vendor"):
                found: Identity = step.values["vendor"]
                return found
        held = self.on_file.rows["services"].get(service)
        return (held.vendor.key.casefold(),) if held else None

    def _minor(self, sheet: str, row: Row, column: str, amount: Any) -> int | None:
        if amount is None:
            return None
        currency = self._currency(sheet, row)
        if currency is None:
            return None
        try:
            money.refuse_hidden_decimals(amount, currency=currency)
        except money.UnableToReadAmount as error:
            self._refuse(row, column, amount, f"an amount in {currency}. {error}")
            return None
        return money.Money(amount, currency).to_minor()

    def _currency(self, sheet: str, row: Row) -> str | None:
        if sheet != "commitment_periods":
            return str(row.values["currency"])
        key = str(row.values["commitment"]).casefold()
        for other in self.parsed.rows.get("commitments", []):
            if str(other.values["key"]).casefold() == key:
                return str(other.values["currency"])
        held = self.on_file.rows["commitments"].get((key,))
        return held.currency if held else None

    def _identity(self, sheet: str, row: Row) -> Identity:
        if sheet in KEYED:
            key = str(row.values["key"]).casefold()
            if sheet == "vendors":
                return (self.renamed.get(key, key).casefold(),)
            return (key,)
        defaults = DEFAULTS.get(sheet, {})
        return tuple(
            (write(row.values.get(name)) or defaults.get(name, "")).casefold()
            for name in NATURAL[sheet]
        )

    def _missing_for_new(self, sheet: str, row: Row) -> bool:
        """Refuse a change of something that is not on file and cannot be made of this row."""
        if sheet == "models" and not row.values.get("host") and not row.values.get("service"):
            self._refuse(row, "host", "", "the vendor that serves the model")
            return True
        return False

    def _differences(
        self, sheet: str, held: Any, values: Mapping[str, Any]
    ) -> tuple[Difference, ...]:
        found = []
        for name, value in values.items():
            if name == "key":
                continue
            if name in REFERENCES and (value is None or isinstance(value, tuple)):
                other = getattr(held, name)
                before = "" if other is None else other.key
                after = "" if value is None else value[0]
                if before.casefold() != after:
                    found.append(Difference(column=name, before=before, after=after))
            elif getattr(held, name) != value:
                found.append(self._difference(sheet, held, name, value))
        return tuple(found)

    def _difference(self, sheet: str, held: Any, name: str, value: Any) -> Difference:
        before, after = getattr(held, name), value
        columns = {field_: column for column, field_ in AMOUNTS.get(sheet, {}).items()}
        if name == "owner_id":
            names = {pk: email for email, pk in self.on_file.people.items()}
            return Difference(
                column="owner_email",
                before=names.get(before, "" if before is None else "somebody"),
                after=names.get(after, ""),
            )
        if name in columns:
            code = getattr(held, "currency", None) or held.commitment.currency
            return Difference(
                column=columns[name], before=_typed(before, code), after=_typed(after, code)
            )
        return Difference(column=name, before=shown(write(before)), after=shown(write(after)))

    # ── What two rows, or a row and the file, say together ──────────────────────────────────────

    def _check_terms(self, sheet: str, row: Row, held: Any, values: Mapping[str, Any]) -> None:
        if sheet != "contracts":
            return
        both = Contract(**{name: values.get(name, getattr(held, name)) for name in TERMS})
        try:
            stated_term(both)
        except dates.UnableToReckonDates as error:
            self._refuse(row, "ends_on", values.get("ends_on"), f"terms that agree. {error}")

    def _check_money_of_held(
        self, sheet: str, row: Row, held: Any, values: Mapping[str, Any]
    ) -> None:
        """Refuse a new currency where the amount on file would silently change its meaning."""
        column = next(iter(AMOUNTS.get(sheet, {}).items()), None)
        if column is None or "currency" not in values or values["currency"] == held.currency:
            return
        if column[1] not in values and getattr(held, column[1]) is not None:
            self._refuse(
                row,
                "currency",
                values["currency"],
                f"{held.currency}, as on file, or the {column[0]} in the new currency beside it",
            )

    def _check_periods(self) -> None:
        """Refuse periods of one commitment that overlap, in the file or with those on file."""
        spans: dict[str, dict[Any, tuple[Any, Row | None]]] = defaultdict(dict)
        rows = self.parsed.rows.get("commitment_periods", [])
        touched = {str(row.values["commitment"]).casefold() for row in rows}
        for identity, held in self.on_file.rows["commitment_periods"].items():
            if identity[0] in touched:
                spans[identity[0]][held.starts_on] = (held.ends_on, None)
        for row in rows:
            key = str(row.values["commitment"]).casefold()
            spans[key][row.values["starts_on"]] = (row.values["ends_on"], row)
        for key in sorted(spans):
            for (start, (end, row)), (after, (_, later)) in pairwise(
                sorted(spans[key].items(), key=lambda item: item[0])
            ):
                named = later or row
                if after <= end and named is not None:
                    self._refuse(
                        named,
                        "starts_on",
                        after,
                        f"a day after {day(end)}: the period from {day(start)} runs until then",
                    )

    def _check_shares(self) -> None:
        """Point out shares in production of more than everything."""
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in self.parsed.rows.get("dependencies", []):
            share = row.values.get("share")
            if row.values.get("role") == "fallback" or not isinstance(share, Decimal):
                continue
            kind = "models" if row.values.get("model") else "services"
            sums[str(row.values["workload"]), kind] += share
        for (workload, kind), total in sorted(sums.items()):
            if total > 1:
                percent = format((total * 100).normalize(), "f")
                self.result.notes.append(
                    f"{workload}: the shares of its {kind} in production add up to {percent}%."
                )


def _typed(minor: int | None, currency: str) -> str:
    return "" if minor is None else str(money.Money.from_minor(minor, currency))
