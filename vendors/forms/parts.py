"""The forms of a workload with its parts, and of a commitment with its periods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lockin.accounts.models import User
from vendors.forms.fields import (
    AmountField,
    DayField,
    KnownField,
    as_typed,
    field_for,
    to_minor,
)
from vendors.forms.records import RecordForm
from vendors.models import AIModel, Asset, Commitment, Contract, Dependency, Service, Workload

EMPTY_ROWS = 2


class WorkloadForm(RecordForm):
    """A workload."""

    amounts = {"annual_spend": ("annual_spend_minor", "currency")}
    annual_spend = AmountField(
        label="Running cost a year",
        required=False,
        help_text="Such as 1240000. Empty: not known.",
    )

    class Meta:
        model = Workload
        fields = (
            *("name", "description", "owner", "business_unit", "criticality"),
            *("currency", "daily_users", "is_paid_external", "time_to_exit_weeks"),
            *("own_copy_of_data", "key"),
        )
        formfield_callback = field_for
        labels = {
            "description": "What it does",
            "daily_users": "People who use it on a day",
            "is_paid_external": "An outside vendor is paid for it",
            "time_to_exit_weeks": "Time to exit, weeks",
            "own_copy_of_data": "Do we hold our own copy of its data?",
        }
        help_texts = {
            "is_paid_external": "",
            "own_copy_of_data": "",
            "time_to_exit_weeks": "Eight times in ten it takes no longer. Empty: 26 are assumed.",
        }
        field_order = ("name",)

    field_order = (
        *("name", "description", "owner", "business_unit", "criticality"),
        *("annual_spend", "currency", "daily_users", "is_paid_external"),
    )


class PartForm(forms.Form):
    """One part of a record in a list of them; a row left as it was counts for nothing."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        """Return the row as the domain calls take it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "DELETE"}


class Choices:
    """The services, models and contracts that a page's rows choose from, read once a page."""

    def __init__(self, user: User) -> None:
        def rows(model: Any, *related: str) -> list[tuple[Any, str]]:
            found = model.objects.filter(organisation=user.organisation).current()
            found = found.select_related(*related).order_by("name", "pk")
            return [(row, str(row)) for row in found]

        self.services = rows(Service, "vendor")
        self.models = rows(AIModel, "host")
        self.contracts = rows(Contract)


class RowChoiceField(forms.TypedChoiceField):
    """A choice of one row out of a list that was read before."""

    def __init__(self, **options: Any) -> None:
        self.rows: dict[str, Any] = {}
        super().__init__(empty_value=None, **{"required": False, **options})

    def offer(self, rows: list[tuple[Any, str]], *, held: Any = None) -> None:
        if held is not None and all(row.pk != held.pk for row, _ in rows):
            rows = [*rows, (held, str(held))]
        self.rows = {str(row.pk): row for row, _ in rows}
        self.choices = [("", "–"), *((str(row.pk), label) for row, label in rows)]

    def _coerce(self, value: Any) -> Any:
        # A method and no `coerce=`: a form copies its fields, and each copy offers its own rows.
        if value in self.empty_values or hasattr(value, "pk"):
            return value or None
        return self.rows[str(value)]

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)


class DependencyForm(PartForm):
    """One thing that a workload depends on."""

    model = RowChoiceField(label="Model")
    service = RowChoiceField(label="Service")
    contract = RowChoiceField(label="Contract that pays")
    percent = forms.DecimalField(
        label="Share of the traffic, percent",
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
    )
    path = forms.ChoiceField(
        label="Reached", choices=Dependency.Path.choices, initial=Dependency.Path.DIRECT
    )
    role = forms.ChoiceField(
        label="Role", choices=Dependency.Role.choices, initial=Dependency.Role.PRIMARY
    )

    def __init__(self, *args: Any, offered: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (
            ("model", offered.models),
            ("service", offered.services),
            ("contract", offered.contracts),
        ):
            field = self.fields[name]
            assert isinstance(field, RowChoiceField)
            field.offer(rows, held=self.initial.get(name))

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("DELETE") and not (cleaned.get("model") or cleaned.get("service")):
            raise ValidationError("Name the service or the model it depends on.")
        return cleaned

    def given(self) -> dict[str, Any]:
        found = super().given()
        percent = found.pop("percent")
        return {**found, "share": None if percent is None else percent / 100}


class AssetForm(PartForm):
    """One thing that would have to move with a workload."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(
        label="Kind", choices=Asset.Kind.choices, initial=Asset.Kind.TUNED_MODEL
    )
    count = forms.IntegerField(
        label="How many",
        help_text="Examples, documents, prompts, records, flows or connectors.",
        min_value=0,
        max_value=10**15,
        required=False,
    )
    tokens_each = forms.IntegerField(
        label="Tokens in one", min_value=0, max_value=2_147_483_647, required=False
    )
    dimension = forms.IntegerField(
        label="Length of vectors", min_value=0, max_value=1_000_000, required=False
    )
    held_by = forms.ChoiceField(
        label="Who holds it", choices=Asset.HeldBy.choices, initial=Asset.HeldBy.UNKNOWN
    )
    exportable = KnownField(label="Can it be taken out?")
    model = RowChoiceField(label="Model it needs")
    service = RowChoiceField(label="Service it sits in")
    note = forms.CharField(label="Note", required=False)

    def __init__(self, *args: Any, offered: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in (("model", offered.models), ("service", offered.services)):
            field = self.fields[name]
            assert isinstance(field, RowChoiceField)
            field.offer(rows, held=self.initial.get(name))


DependencyForms = forms.formset_factory(DependencyForm, extra=EMPTY_ROWS, can_delete=True)
AssetForms = forms.formset_factory(AssetForm, extra=EMPTY_ROWS, can_delete=True)


def dependency_initial(row: Dependency) -> dict[str, Any]:
    """Return a dependency as its form shows it."""
    percent = None if row.share is None else (row.share * 100).normalize()
    return {
        "id": row.pk,
        "model": row.model,
        "service": row.service,
        "contract": row.contract,
        "path": row.path,
        "role": row.role,
        "percent": None if percent is None else format(percent, "f"),
    }


def asset_initial(row: Asset) -> dict[str, Any]:
    """Return an asset as its form shows it."""
    names = ("name", "kind", "count", "tokens_each", "dimension", "held_by", "exportable")
    values = {name: getattr(row, name) for name in (*names, "model", "service", "note")}
    return {"id": row.pk, **values}


def given_parts(forms_of: Any) -> list[dict[str, Any]]:
    """Return the rows that were filled in and not taken away."""
    return [
        form.given()
        for form in forms_of
        if form.cleaned_data
        and not form.cleaned_data.get("DELETE")
        and (form.has_changed() or form.cleaned_data.get("id"))
    ]


class CommitmentForm(RecordForm):
    """A commitment under a contract."""

    amounts = {"used_to_date": ("used_to_date_minor", "currency")}
    used_to_date = AmountField(
        label="Used in the present period",
        required=False,
        help_text="Eligible use up to the end of the day below. Empty: nobody has read it.",
    )

    class Meta:
        model = Commitment
        fields = ("name", "kind", "burn", "currency", "used_as_of", "note", "key")
        formfield_callback = field_for
        labels = {"burn": "What is missing or left", "used_as_of": "Read on"}

    field_order = ("name", "kind", "burn", "currency", "used_to_date", "used_as_of")


class PeriodForm(forms.Form):
    """What is due in one period."""

    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    amount = AmountField(label="Committed")

    def given(self, currency: str) -> dict[str, Any]:
        """Return the row as the domain calls take it; refuses decimals the currency lacks."""
        found = self.cleaned_data
        return {
            "starts_on": found["starts_on"],
            "ends_on": found["ends_on"],
            "amount_minor": to_minor(found["amount"], currency),
        }


PeriodForms = forms.formset_factory(PeriodForm, extra=3, can_delete=True)


def period_initial(period: Any, currency: str) -> dict[str, Any]:
    """Return a period as its form shows it."""
    return {
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "amount": as_typed(period.amount_minor, currency),
    }


def given_periods(forms_of: Any, currency: str) -> list[dict[str, Any]] | None:
    """Return the periods, or None after a row was refused."""
    found = []
    for form in forms_of:
        if not form.cleaned_data or form.cleaned_data.get("DELETE"):
            continue
        try:
            found.append(form.given(currency))
        except ValidationError as error:
            form.add_error("amount", error)
    return None if any(form.errors for form in forms_of) else found
