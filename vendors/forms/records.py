"""The forms of vendors, services, models and contracts. The domain calls hold the rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from lockin.accounts.models import User
from vendors.forms.fields import AmountField, DayField, as_typed, field_for, to_minor
from vendors.models import AIModel, Contract, Service, Vendor
from vendors.portfolio.records import UnableToChange


class RecordForm(forms.ModelForm):
    """A form over one record: choices of the organisation alone, amounts in minor units."""

    # Amount field → column of minor units, and the field that names its currency.
    amounts: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                self._scope(name, field)
        for name, (column, currency) in self.amounts.items():
            row = self.instance
            self.initial.setdefault(name, as_typed(getattr(row, column), getattr(row, currency)))
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = "Imports and the API use it. Empty: made of the name."
        if not self.instance.pk:
            for name in ("currency", "price_currency"):
                if name in self.fields:
                    self.initial[name] = user.organisation.base_currency

    def _scope(self, name: str, field: forms.ModelChoiceField) -> None:
        model: Any = field.queryset.model  # type: ignore[union-attr]
        rows = model.objects.filter(organisation=self.user.organisation)
        if model is User:
            rows = rows.filter(is_active=True)
            field.empty_label = "Nobody"
        else:
            # What is archived stays choosable where it is chosen already.
            held = getattr(self.instance, f"{name}_id", None)
            rows = rows.current() | rows.filter(pk=held) if held else rows.current()
        if model is AIModel:
            rows = rows.select_related("host")
        field.queryset = rows.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, (_, currency) in self.amounts.items():
            code = cleaned.get(currency)
            if cleaned.get(name) is not None and code:
                try:
                    cleaned[name] = to_minor(cleaned[name], code)
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return what was typed as the domain calls take it."""
        columns = {name: column for name, (column, _) in self.amounts.items()}
        return {columns.get(name, name): value for name, value in self.cleaned_data.items()}

    def refuse(self, error: UnableToChange) -> None:
        """Put what the domain refused beside the fields it is about."""
        fields = {column: name for name, (column, _) in self.amounts.items()}
        for name, texts in error.errors.items():
            field = fields.get(name, name)
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class VendorForm(RecordForm):
    """A vendor."""

    class Meta:
        model = Vendor
        fields = ("name", "website", "country", "note", "key")
        formfield_callback = field_for
        labels = {"name": "Name", "country": "Country code", "key": "Key"}
        help_texts = {"country": "Two letters, such as US or DE."}

    def clean_country(self) -> str:
        text = self.cleaned_data["country"].upper()
        if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
            raise ValidationError("Write a country code of two letters, such as US or DE.")
        return text


class ServiceForm(RecordForm):
    """A service."""

    class Meta:
        model = Service
        fields = ("vendor", "name", "kind", "tuning_ends_on", "note", "key")
        formfield_callback = field_for
        labels = {"tuning_ends_on": "Takes new tuning jobs until"}


class ModelForm(RecordForm):
    """An AI model at one host."""

    class Meta:
        model = AIModel
        fields = (
            *("name", "publisher", "host", "service", "mode", "open_weights"),
            *("announced_on", "retires_on", "source", "source_url", "observed_on", "confidence"),
            *("input_price", "output_price", "price_currency", "embedding_dimension"),
            *("registry_key", "key"),
        )
        formfield_callback = field_for
        labels = {
            "publisher": "Made by",
            "host": "Served by",
            "mode": "What it is for",
            "open_weights": "Are its weights published?",
            "announced_on": "Retirement announced on",
            "retires_on": "Retires on",
            "source": "Where these facts were read",
            "source_url": "Address of that place",
            "observed_on": "Day they were read",
            "confidence": "How sure are we?",
            "input_price": "Price per million tokens read",
            "output_price": "Price per million tokens written",
            "price_currency": "Currency of the prices",
            "embedding_dimension": "Length of its vectors",
            "registry_key": "Name in public price lists",
        }
        help_texts = {"retires_on": "At this host. Empty: no date published."}


class ContractForm(RecordForm):
    """A contract. An empty field means that nobody has read it out of the paper."""

    amounts = {"annual_value": ("annual_value_minor", "currency")}
    annual_value = AmountField(
        label="Yearly value",
        required=False,
        help_text="Such as 1240000.50. Empty: nobody has read it; nothing at all is 0.",
    )
    groups = (
        ("The paper", ("name", "vendor", "owner", "reference", "state", "document_on_file")),
        ("Term", ("signed_on", "starts_on", "ends_on", "term_months", "renewal", "renewal_months")),
        (
            "Notice",
            (
                *("notice_value", "notice_unit", "notice_earliest_value", "notice_earliest_unit"),
                *("notice_form", "notice_address", "notice_delivery_value"),
                *("notice_delivery_unit", "time_zone", "holiday_country", "reminder_set"),
            ),
        ),
        (
            "Money",
            (
                *("annual_value", "currency", "discount_percent", "uplift"),
                *("uplift_basis", "uplift_cap_percent"),
            ),
        ),
        (
            "Leaving early",
            (
                *("termination_for_convenience", "convenience_from_month"),
                *("convenience_notice_days", "termination_for_cause", "cause_cure_days"),
                *("early_termination", "early_termination_percent", "release_on_retirement"),
                *("release_on_price_rise", "release_on_service_level"),
            ),
        ),
        ("EU Data Act", ("jurisdiction", "data_act")),
        ("Other", ("note", "key")),
    )

    class Meta:
        model = Contract
        fields = (
            *("name", "vendor", "owner", "reference", "state", "document_on_file"),
            *("currency", "discount_percent", "uplift", "uplift_basis", "uplift_cap_percent"),
            *("signed_on", "starts_on", "ends_on", "term_months", "renewal", "renewal_months"),
            *("notice_value", "notice_unit", "notice_earliest_value", "notice_earliest_unit"),
            *("notice_form", "notice_address", "notice_delivery_value", "notice_delivery_unit"),
            *("time_zone", "holiday_country", "reminder_set"),
            *("termination_for_convenience", "convenience_from_month", "convenience_notice_days"),
            *("termination_for_cause", "cause_cure_days", "early_termination"),
            *("early_termination_percent", "release_on_retirement", "release_on_price_rise"),
            *("release_on_service_level", "jurisdiction", "data_act", "note", "key"),
        )
        formfield_callback = field_for
        labels = {
            "document_on_file": "The signed paper was read",
            "reference": "Number on the paper",
            "discount_percent": "Discount on list prices, percent",
            "uplift": "How prices may rise at renewal",
            "uplift_basis": "What rises",
            "uplift_cap_percent": "The cap, percent",
            "state": "It is",
            "notice_earliest_value": "Notice counts not earlier before the end than",
            "notice_earliest_unit": "Counted in",
            "notice_form": "Form of notice",
            "notice_address": "Where notice goes",
            "notice_delivery_value": "Taken to be on its way for",
            "notice_delivery_unit": "Counted in",
            "holiday_country": "Whose public holidays count",
            "termination_for_cause": "May we end it for breach?",
            "cause_cure_days": "Days the vendor has to put it right",
            "release_on_retirement": "Does a retired model lift the commitment?",
            "release_on_price_rise": "Does a price rise lift the commitment?",
            "release_on_service_level": "Do missed service levels lift the commitment?",
            "jurisdiction": "Country in which we are the customer",
            "data_act": "The EU Data Act",
            "signed_on": "Signed on",
            "starts_on": "First day in force",
            "ends_on": "Last day in force",
            "term_months": "First term, months",
            "renewal": "At the end of the term",
            "renewal_months": "Each renewal, months",
            "notice_value": "Notice must arrive so long before the end",
            "notice_unit": "Counted in",
            "reminder_set": "A named person is reminded of the notice day",
            "time_zone": "Time zone where notice must arrive",
            "termination_for_convenience": "May we leave early without a reason?",
            "convenience_from_month": "After which month",
            "convenience_notice_days": "On how many days’ notice",
            "early_termination": "What leaving early costs",
            "early_termination_percent": "That share, percent",
        }
        help_texts = {
            "ends_on": "",
            "document_on_file": "",
            "reminder_set": "",
            "time_zone": "Such as Europe/Dublin. Empty: ours.",
            "holiday_country": "Such as GB or DE-BY. Empty: ours.",
            "notice_earliest_value": "Empty: no such rule.",
            "notice_delivery_value": "Only what the paper says. Empty: it says nothing.",
            "notice_address": "An address, a person, a page of the portal.",
            "jurisdiction": "Two letters. Empty: ours.",
            "data_act": "Orientation, not legal advice. It never lowers what is committed.",
        }

    def clean_holiday_country(self) -> str:
        return str(self.cleaned_data["holiday_country"]).strip().upper()

    def clean_jurisdiction(self) -> str:
        text = str(self.cleaned_data["jurisdiction"]).strip().upper()
        if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
            raise ValidationError("Write a country code of two letters, such as US or DE.")
        return text

    def clean_time_zone(self) -> str:
        from zoneinfo import available_timezones

        text = self.cleaned_data["time_zone"].strip()
        if text and text not in available_timezones():
            raise ValidationError(f"“{text}” is not a time zone, such as Europe/Dublin.")
        return text

    def grouped(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under their headings."""
        return [(label, [self[name] for name in names]) for label, names in self.groups]


class DecisionForm(forms.Form):
    """What we do with a contract at its end."""

    decision = forms.ChoiceField(
        label="What do we do at the end of the term?",
        choices=Contract.Decision.choices,
        required=False,
        widget=forms.RadioSelect,
    )


class NoticeForm(forms.Form):
    """The day on which our notice arrived."""

    given_on = DayField(label="Notice arrived on", required=False, help_text="Empty: not given.")


class MergeForm(forms.Form):
    """The vendor that another one turns out to be."""

    into = forms.ModelChoiceField(
        label="Merge into", queryset=Vendor.objects.none(), empty_label="Choose a vendor"
    )

    def __init__(self, *args: Any, vendor: Vendor, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Vendor.objects.filter(organisation=vendor.organisation, merged_into=None)
        self.fields["into"].queryset = (  # type: ignore[attr-defined]
            rows.current().exclude(pk=vendor.pk).order_by("name", "pk")
        )
