"""Forms of a waiver: asking for it, a function's word, taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from assessments.clauses.definition import Clause
from assessments.models import Waiver
from lockin.accounts.roles import Function


class RequestForm(forms.Form):
    """What is waived, why, what is done instead, and until when."""

    subject = forms.ChoiceField(label="What we do without")
    reason = forms.CharField(
        label="Why",
        help_text="At least 20 characters. Name no amounts.",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    compensating_control = forms.CharField(
        label="What is done instead",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expires_on = forms.DateField(
        label="Until",
        help_text="A year at most.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, clauses: Iterable[Clause], **kw: Any) -> None:
        super().__init__(*args, **kw)
        subject: Any = self.fields["subject"]
        subject.choices = [
            ("", "Choose"),
            ("Clauses", [(f"clause:{c.key}", f"{c.number} {c.name}") for c in clauses]),
            (
                "Acts before signing",
                [(f"act:{value}", label) for value, label in Waiver.Act.choices if value],
            ),
        ]

    def asked(self) -> dict[str, Any]:
        """Return what was typed, as the domain takes it."""
        kind, _, key = self.cleaned_data["subject"].partition(":")
        names = ("reason", "compensating_control", "expires_on")
        return {name: self.cleaned_data[name] for name in names} | {
            "clause_key": key if kind == "clause" else "",
            "act": key if kind == "act" else "",
        }


class DecideForm(forms.Form):
    """One function's word."""

    function = forms.ChoiceField(label="You speak for")
    word = forms.ChoiceField(
        label="Your word",
        choices=[("yes", "Agree"), ("no", "Refuse")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Why",
        required=False,
        help_text="Needed for a refusal.",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, functions: Sequence[str], **kw: Any) -> None:
        super().__init__(*args, **kw)
        function: Any = self.fields["function"]
        function.choices = [(name, Function(name).label) for name in functions]


class EndForm(forms.Form):
    """Why a waiver is taken back."""

    ended_because = forms.CharField(
        label="Why it is taken back", max_length=4_000, widget=forms.Textarea(attrs={"rows": 2})
    )
