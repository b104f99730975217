"""The forms of papers that amend a contract, and of the Data Act's switch."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.money import Money
from lockin.templatetags import figures
from vendors import data_act
from vendors.forms.fields import AmountField, DayField, KnownField, field_for, to_minor
from vendors.models import Amendment, Contract
from vendors.portfolio.amendments import AMENDABLE, AMOUNTS, shown
from vendors.portfolio.records import UnableToChange

# Headings over the terms that a paper may change.
GROUPS = (
    ("Money", ("annual_value_minor", "discount_percent", "uplift", "uplift_basis")),
    ("", ("uplift_cap_percent",)),
    ("Term", ("ends_on", "term_months", "renewal", "renewal_months")),
    (
        "Notice",
        (
            *("notice_value", "notice_unit", "notice_earliest_value", "notice_earliest_unit"),
            *("notice_form", "notice_address", "notice_delivery_value", "notice_delivery_unit"),
            *("time_zone", "holiday_country"),
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
)
UNCHANGED = "Not changed"
PREFIX = "to_"


# What an empty field means where it is not “nobody has checked”.
EMPTY = {
    "time_zone": "ours",
    "holiday_country": "ours",
    "notice_earliest_value": "no such rule",
    "notice_delivery_value": "the paper says nothing",
}


def in_words(value: Any) -> str:
    """Return a term's value as people read it."""
    if value in (None, ""):
        return "Not known"
    if isinstance(value, Money):
        return figures.money(value)
    if isinstance(value, date):
        return figures.day(value)
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


class AmendmentForm(forms.Form):
    """A signed paper. A term that is left empty is not changed by it."""

    name = forms.CharField(label="Name", max_length=200, help_text="Such as Amendment 1.")
    kind = forms.ChoiceField(
        label="It is an",
        choices=[
            (kind.value, kind.label)
            for kind in (Amendment.Kind.AMENDMENT, Amendment.Kind.ORDER_FORM)
        ],
    )
    effective_on = DayField(
        label="Its terms hold from", help_text="Before that day nothing changes."
    )
    signed_on = DayField(label="Signed on", required=False)
    reference = forms.CharField(label="Number on the paper", max_length=120, required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    paper = ("name", "kind", "effective_on", "signed_on", "reference", "note")

    def __init__(self, *args: Any, contract: Contract, user: User, **options: Any) -> None:
        """`contract` as it is amended today: each term shows what holds now."""
        super().__init__(*args, **options)
        self.contract = contract
        hidden = frozenset() if may(user, Permission.AMOUNTS_VIEW) else AMOUNTS
        for name, label in AMENDABLE.items():
            if name not in hidden:
                self.fields[PREFIX + name] = self._term(name, label)

    def _term(self, name: str, label: str) -> forms.Field:
        value = shown(self.contract, name)
        now = f"Now: {EMPTY.get(name, 'not known') if value in (None, '') else in_words(value)}."
        if name == "annual_value_minor":
            return AmountField(label=label, required=False, help_text=now)
        column: Any = Contract._meta.get_field(name)
        if column.choices:
            choices = [("", UNCHANGED), *column.choices]
            return forms.ChoiceField(label=label, choices=choices, required=False, help_text=now)
        field = field_for(column, label=label, required=False, help_text=now, initial=None)
        assert field is not None
        if isinstance(field, KnownField):
            field.choices = [("", UNCHANGED), ("yes", "Yes"), ("no", "No")]
        return field

    def grouped(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under their headings."""
        groups: list[tuple[str, list[Any]]] = [("The paper", [self[name] for name in self.paper])]
        for label, names in GROUPS:
            found = [self[PREFIX + name] for name in names if PREFIX + name in self.fields]
            if found and label:
                groups.append((label, found))
            elif found:
                groups[-1][1].extend(found)
        return groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name = PREFIX + "annual_value_minor"
        if cleaned.get(name) is not None:
            try:
                cleaned[name] = to_minor(cleaned[name], self.contract.currency)
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return the paper as the domain call takes it."""
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in self.paper}
        values["changes"] = {
            name: self.cleaned_data[PREFIX + name]
            for name in AMENDABLE
            if self.cleaned_data.get(PREFIX + name) not in (None, "")
        }
        return values

    def refuse(self, error: UnableToChange) -> None:
        """Put what the domain refused beside the fields it is about."""
        for name, texts in error.errors.items():
            field = name if name in self.fields else PREFIX + name
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class TakeBackForm(forms.Form):
    """Why a paper is taken back."""

    reason = forms.CharField(
        label="What was wrong", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DataActForm(forms.Form):
    """In which countries the clock is shown."""

    countries = forms.MultipleChoiceField(
        label="Countries in which the clock is shown",
        choices=list(data_act.MEMBER_STATES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
