"""Forms of the policy: copying a version, editing a draft's words and figures, uploading a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from assessments.clauses.definition import Policy
from assessments.clauses.editing import Place
from lockin.form_fields import LineField


class CopyForm(forms.Form):
    label = LineField(
        label="Label of the new version",
        max_length=40,
        help_text="Such as 2 or 2027.1. It cannot be changed later.",
    )


class PolicyUploadForm(forms.Form):
    file = forms.FileField(label="File", help_text="TOML or JSON, at most 2 MB.")


class EditForm(forms.Form):
    """One field a place of the draft; `sha256` is the draft that the person saw."""

    sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Sequence[Place], sha256: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.places = {f"place-{number}": place for number, place in enumerate(places)}
        self.fields["sha256"].initial = sha256
        for name, place in self.places.items():
            self.fields[name] = _field(place)

    @staticmethod
    def texts_of(policy: Policy, names: Iterable[tuple[str, str]]) -> list[Place]:
        """Return the texts of the policy itself."""
        return [
            Place(path=name, label=label, value=getattr(policy, name), is_long=name != "title")
            for name, label in names
        ]

    @property
    def place_fields(self) -> list[Any]:
        return [self[name] for name in self.places]

    def changes(self) -> dict[str, Any]:
        """Return the places that differ, as the domain takes them."""
        found: dict[str, Any] = {}
        for name, place in self.places.items():
            value = self.cleaned_data[name]
            if place.is_truth:
                if value != place.truth:
                    found[place.path] = value
            elif place.is_number:
                text = f"{value.normalize():f}"
                if text != place.value:
                    # Whole figures stay whole numbers, as they stand in the file.
                    found[place.path] = int(text) if text.isdecimal() else text
            elif value != place.value:
                found[place.path] = value
        return found


def _field(place: Place) -> forms.Field:
    if place.is_truth:
        return forms.BooleanField(label=place.label, initial=place.truth, required=False)
    if place.is_number:
        label = f"{place.label}{f' ({place.unit})' if place.unit else ''}"
        return forms.DecimalField(
            label=label, initial=place.value, min_value=0, max_digits=14, decimal_places=3
        )
    if place.is_long:
        return forms.CharField(
            label=place.label,
            initial=place.value,
            max_length=2_000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    return LineField(label=place.label, initial=place.value, max_length=400)
