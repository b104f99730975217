"""Form fields that every app shares."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lockin.one_line import ON_ONE_LINE, leaves_its_line


class LineField(forms.CharField):
    """A name or a title. A browser's own field has one line, a request made by hand need not."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if leaves_its_line(text):
            raise ValidationError(ON_ONE_LINE)
        return text
