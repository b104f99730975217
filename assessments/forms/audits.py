"""Forms of an audit: its yearly day, a snapshot taken all the same, a signature and its end."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.models import AuditSchedule
from lockin.accounts.roles import Function

MONTHS = (
    *((1, "January"), (2, "February"), (3, "March"), (4, "April"), (5, "May"), (6, "June")),
    *((7, "July"), (8, "August"), (9, "September"), (10, "October"), (11, "November")),
    (12, "December"),
)


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """On which day of the year the audit opens."""

    day = forms.IntegerField(
        label="Day",
        min_value=1,
        max_value=28,
        help_text="From 1 to 28, which every month has.",
        error_messages={
            "min_value": "Choose a day from 1 to 28, which every month has.",
            "max_value": "Choose a day from 1 to 28, which every month has.",
        },
    )
    month = forms.TypedChoiceField(label="Month", choices=MONTHS, coerce=int)
    period_starts_month = forms.TypedChoiceField(
        label="The audit year starts in",
        choices=MONTHS,
        coerce=int,
        help_text="An audit is named after its year. Audits that exist keep theirs.",
    )
    is_active = forms.BooleanField(label="Open the audit by itself on its day", required=False)

    class Meta:
        model = AuditSchedule
        fields = ("day", "month", "period_starts_month", "is_active")


class SnapshotForm(forms.Form):
    """Why a snapshot is taken although assessments are missing."""

    even_so = forms.CharField(
        label="Why it is taken all the same",
        help_text="It is frozen with the snapshot and printed in the report.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SignForm(forms.Form):
    """One function's signature: what it covers, what the signer does not share, the password."""

    function = forms.ChoiceField(label="Part", choices=[])
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    dissent = forms.CharField(
        label="What you do not agree with",
        help_text="Kept with your signature and printed in the report, in your words.",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    password = forms.CharField(
        label="Your password",
        help_text="Signing asks for it again; the time is kept.",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, functions: list[Function], **kw: Any) -> None:
        super().__init__(*args, **kw)
        part = self.fields["function"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [(function.value, function.label) for function in functions]
        if len(functions) == 1:
            part.widget = forms.HiddenInput()
            part.initial = functions[0].value


class WithdrawForm(forms.Form):
    """Why a signature is taken back."""

    reason = forms.CharField(
        label="Why you withdraw it",
        help_text="The closing keeps it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
