"""Forms of clauses: judging one from the paper, and noting what a vendor accepted elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from assessments.clauses.conditions import Kind, as_list
from assessments.clauses.definition import Clause, Parameter, Policy
from assessments.models import ClauseJudgement, PeerAcceptance
from lockin.accounts.models import Organisation
from lockin.form_fields import LineField
from vendors.models import Vendor
from vendors.models.document import ContractDocument

NONE = "-none-"
"""The choice that a list was read and holds nothing; nothing ticked means that nobody has read it."""
PREFIX = "value-"
YES_NO = (("", "Not read"), ("yes", "Yes"), ("no", "No"))


def _date(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **options,
    )


def _text(label: str, help_text: str = "", *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class JudgeForm(forms.Form):
    """What the paper says on one clause; one field a parameter of the policy."""

    finding = forms.ChoiceField(label="What does the paper say?", widget=forms.RadioSelect)
    objection_key = forms.ChoiceField(label="Their objection", required=False)
    objection_words = _text("In their words", rows=2, required=False)
    note = _text(
        "Note", "Why it does not apply, or what a later reader should know.", rows=2, required=False
    )
    excerpt = _text("Passage", "The words of the paper that decide.", rows=6, required=False)
    document = forms.ModelChoiceField(
        label="Paper",
        queryset=ContractDocument.objects.none(),
        required=False,
        empty_label="None of those on file",
    )
    document_name = LineField(label="Paper, if it is not on file", max_length=300, required=False)
    page = forms.IntegerField(label="Page", min_value=1, required=False)
    read_on = _date("Read on")

    def __init__(self, *args: Any, clause: Clause, documents: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.clause = clause
        kinds = ClauseJudgement.Finding
        choices = [(kinds.OBTAINED, kinds.OBTAINED.label), (kinds.ABSENT, kinds.ABSENT.label)]
        choices.append((kinds.REFUSED, kinds.REFUSED.label))
        if clause.may_not_apply:
            choices.append(
                (kinds.NOT_APPLICABLE, f"{kinds.NOT_APPLICABLE.label}: {clause.may_not_apply}")
            )
        finding: Any = self.fields["finding"]
        finding.choices = [(value, label) for value, label in choices]
        objection: Any = self.fields["objection_key"]
        objection.choices = [
            ("", "None"),
            *((item.key, item.name) for item in clause.objections),
            ("other", "Another reason"),
        ]
        document: Any = self.fields["document"]
        document.queryset = documents
        for parameter in clause.parameters:
            self.fields[PREFIX + parameter.key] = _field(parameter)

    @property
    def value_fields(self) -> list[Any]:
        """The fields of the parameters, in the policy's order."""
        return [self[PREFIX + item.key] for item in self.clause.parameters]

    @staticmethod
    def initial_of(clause: Clause, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored values as this form begins with them."""
        begun: dict[str, Any] = {}
        for parameter in clause.parameters:
            if parameter.key not in values:
                continue
            value = values[parameter.key]
            if parameter.kind is Kind.YES_NO:
                value = "yes" if value else "no"
            elif parameter.kind is Kind.CHOICES:
                value = list(as_list(value)) or [NONE]
            begun[PREFIX + parameter.key] = value
        return begun

    def judgement(self) -> dict[str, Any]:
        """Return what was typed, as the domain takes it."""
        data = self.cleaned_data
        names = ("finding", "objection_key", "objection_words", "note", "excerpt")
        return {name: data[name] for name in names} | {
            "values": {
                item.key: value
                for item in self.clause.parameters
                if (value := _value(item, data.get(PREFIX + item.key))) is not None
            },
            "document": data["document"],
            "document_name": data["document_name"],
            "page": data["page"],
            "read_on": data["read_on"],
        }

    def place_of(self, field: str) -> str | None:
        """Return the field of this form that a refusal is about."""
        if field in self.fields:
            return field
        return PREFIX + field if PREFIX + field in self.fields else None


def _field(parameter: Parameter) -> forms.Field:
    common: dict[str, Any] = {
        "label": parameter.label,
        "help_text": parameter.hint,
        "required": False,
    }
    if parameter.kind is Kind.YES_NO:
        return forms.ChoiceField(choices=YES_NO, **common)
    if parameter.kind is Kind.CHOICE:
        return forms.ChoiceField(
            choices=[("", "Not read"), *((c.key, c.label) for c in parameter.choices)], **common
        )
    if parameter.kind is Kind.CHOICES:
        return forms.MultipleChoiceField(
            choices=[*((c.key, c.label) for c in parameter.choices), (NONE, "None of these")],
            widget=forms.CheckboxSelectMultiple,
            **common,
        )
    if parameter.kind in (Kind.PERCENT, Kind.AMOUNT):
        if parameter.unit:
            common["label"] = f"{parameter.label}, {parameter.unit}"
        return forms.DecimalField(min_value=0, max_digits=14, decimal_places=3, **common)
    return forms.IntegerField(min_value=0, max_value=100_000, **common)


def _value(parameter: Parameter, typed: Any) -> Any:
    """Return a typed value as the domain takes it, or None where nothing was read."""
    if typed in (None, "", []):
        return None
    if parameter.kind is Kind.YES_NO:
        return typed == "yes"
    if parameter.kind is Kind.CHOICES:
        return [key for key in typed if key != NONE]
    return str(typed) if parameter.kind in (Kind.PERCENT, Kind.AMOUNT) else typed


class PeerForm(forms.Form):
    """What a vendor accepted or refused elsewhere, and where that is known from."""

    clause_key = forms.ChoiceField(label="Clause")
    vendor = forms.ModelChoiceField(
        label="Vendor", queryset=Vendor.objects.none(), empty_label="Choose"
    )
    stance = forms.ChoiceField(
        label="What it did", choices=PeerAcceptance.Stance.choices, widget=forms.RadioSelect
    )
    words = _text("What was accepted or refused", "Name no amounts.", rows=2)
    source = LineField(
        label="Known from",
        max_length=300,
        help_text="A filed contract, a public tender, a colleague at another company.",
    )
    source_url = forms.URLField(label="Link", required=False, assume_scheme="https")
    observed_on = _date("Read or heard on")
    confidence = forms.ChoiceField(
        label="How sure", choices=PeerAcceptance.Confidence.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, organisation: Organisation, policy: Policy, **kw: Any) -> None:
        super().__init__(*args, **kw)
        clause: Any = self.fields["clause_key"]
        clause.choices = [(c.key, f"{c.number} {c.name}") for c in policy.clauses]
        vendor: Any = self.fields["vendor"]
        vendor.queryset = (
            Vendor.objects.in_organisation(organisation)
            .filter(archived_at__isnull=True, merged_into__isnull=True)
            .order_by("name", "pk")
        )
