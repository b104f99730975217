"""Forms of a finding: its words, its owner and date, the response, and when it is done."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.audits.findings import Texts
from assessments.models import Finding
from lockin.accounts.models import Organisation, User
from lockin.form_fields import LineField
from vendors.models import Contract, Workload


def _date(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **options,
    )


def _text(label: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def people_of(organisation: Organisation) -> Any:
    """Return the active people who can answer for a finding."""
    return User.objects.in_organisation(organisation).active().order_by("name", "pk")


class TextsForm(forms.Form):
    """A finding in words that are never amounts: who may not see amounts reads them too."""

    title = LineField(label="Finding", max_length=300)
    severity = forms.ChoiceField(
        label="Severity",
        choices=list(reversed(Finding.Severity.choices)),
        widget=forms.RadioSelect,
    )
    criteria = _text("Should be", "What our standard asks for.")
    condition = _text("Found")
    cause = _text("Why")
    effect = _text("Means")
    recommendation = _text("Recommendation")

    def texts(self) -> Texts:
        """Return what was typed, as the domain takes it."""
        names = ("title", "severity", "criteria", "condition", "cause", "effect", "recommendation")
        return Texts(**{name: self.cleaned_data[name] for name in names})


class AddForm(TextsForm):
    """A finding by hand, about a workload, a contract or the whole portfolio."""

    workload = forms.ModelChoiceField(
        label="About the workload",
        queryset=Workload.objects.none(),
        required=False,
        empty_label="None",
    )
    contract = forms.ModelChoiceField(
        label="Or about the contract",
        queryset=Contract.objects.none(),
        required=False,
        empty_label="None",
        help_text="With neither it is about the portfolio.",
    )
    owner = forms.ModelChoiceField(
        label="Owner", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )
    due_on = _date("Due", required=False)

    def __init__(self, *args: Any, organisation: Organisation, **kw: Any) -> None:
        super().__init__(*args, **kw)
        rows = {
            "workload": Workload.objects.in_organisation(organisation).current(),
            "contract": Contract.objects.in_organisation(organisation).current(),
            "owner": people_of(organisation),
        }
        for name, queryset in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("workload") and cleaned.get("contract"):
            self.add_error("contract", "Choose a workload or a contract, not both.")
        return cleaned


class AssignForm(forms.Form):
    """Who answers for a finding, and by when."""

    owner = forms.ModelChoiceField(
        label="Owner", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )
    due_on = _date("Due", required=False)

    def __init__(self, *args: Any, organisation: Organisation, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people_of(organisation)


class DropForm(forms.Form):
    """Why a finding is set aside."""

    reason = forms.CharField(
        label="Why it is dropped",
        help_text="The closing keeps the finding with this reason.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RespondForm(forms.Form):
    """Management's response: what is decided, in words, by which day."""

    response = forms.ChoiceField(
        label="Response",
        choices=[choice for choice in Finding.Response.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="What is done about it",
        help_text="Or why nothing is, where the risk is accepted or the finding is disputed.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what is done about it, or why nothing is."},
    )
    due_on = _date("Done by", error_messages={"required": "Give the day by which it is done."})


class DoneForm(forms.Form):
    """That what was agreed is done."""

    done_on = _date("Done on")
    words = forms.CharField(
        label="What was done",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what was done."},
    )
