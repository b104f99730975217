"""Which steps of a what-if are ticked."""

from __future__ import annotations

from django import forms

from assessments.what_if import STEPS


class WhatIfForm(forms.Form):
    """Steps as they stand in the address: ?step=M1&step=M3."""

    step = forms.MultipleChoiceField(
        choices=[(str(control), label) for control, label in STEPS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
