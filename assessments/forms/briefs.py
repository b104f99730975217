"""Forms of a renewal brief: its texts, one ask, rows of gives and objections, words and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from assessments.briefs.content import ASK_TEXTS, LONGEST, LONGEST_ROW, MOST_ASKS
from assessments.models import Brief, BriefOutcome

TEXT_LABELS = {
    "decision": ("Decision asked of the council", ""),
    "opening": ("How to open", "The vendor’s version begins with these words."),
    "batna": ("What we do if they say no", "For us alone."),
    "walk_away": ("We walk away when", "For us alone."),
    "limits": ("Limits of approval", "Who may agree to what. For us alone."),
}
ASK_LABELS = {
    "request": ("What we ask for", "The vendor’s version says this."),
    "acceptable": ("We can accept", "For us alone."),
    "walk_away": ("Walk away", "For us alone."),
    "note": ("Note", "For us alone."),
}


class _Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def _area(label: str, hint: str, most: int, *, rows: int = 3, required: bool = False) -> Any:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class BriefTextsForm(_Versioned):
    """The texts that stand alone."""

    def __init__(self, *args: Any, content: Mapping[str, Any], version: int, **kw: Any) -> None:
        initial = {name: content[name]["text"] for name in TEXT_LABELS}
        super().__init__(*args, initial={**initial, "version": version}, **kw)
        for name, (label, hint) in TEXT_LABELS.items():
            self.fields[name] = _area(label, hint, LONGEST[name])

    def changes(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return only what was changed, so that the rest still follows the data."""
        typed = {name: self.cleaned_data[name] for name in TEXT_LABELS}
        return {
            name: text
            for name, text in typed.items()
            if text.replace("\r\n", "\n") != content[name]["text"]
        }


class AskForm(_Versioned):
    """One ask: whether it is raised, at which place, and in which words."""

    title = forms.CharField(label="Ask", max_length=120)
    included = forms.BooleanField(label="Raise it with the vendor", required=False)
    place = forms.IntegerField(
        label="Place", min_value=1, max_value=MOST_ASKS, help_text="1 is raised first."
    )

    def __init__(self, *args: Any, ask: Mapping[str, Any], version: int, **kw: Any) -> None:
        initial = {name: ask[name] for name in ("title", "included", *ASK_TEXTS)}
        place = min(ask["rank"], MOST_ASKS)
        super().__init__(*args, initial={**initial, "place": place, "version": version}, **kw)
        for name, (label, hint) in ASK_LABELS.items():
            self.fields[name] = _area(label, hint, ASK_TEXTS[name], required=name == "request")
        self._ask = ask

    def changes(self) -> dict[str, Any]:
        """Return only what was changed."""
        kept = {}
        for name in ("title", "included", "place", *ASK_TEXTS):
            value = self.cleaned_data[name]
            value = value.replace("\r\n", "\n") if isinstance(value, str) else value
            now = min(self._ask["rank"], MOST_ASKS) if name == "place" else self._ask[name]
            if value != now:
                kept[name] = value
        return kept


def _row_text(label: str) -> Any:
    return forms.CharField(
        label=label,
        max_length=LONGEST_ROW,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GiveForm(forms.Form):
    """One thing that we offer, and on which condition."""

    title = forms.CharField(label="We give", max_length=80, required=False)
    words = _row_text("In words")
    condition = _row_text("Only if")


class ObjectionForm(forms.Form):
    """One thing that the vendor may say."""

    they_say = _row_text("They may say")
    we_answer = _row_text("We answer")
    we_accept = _row_text("We can accept")
    proof = _row_text("Proof to bring")


GiveForms = forms.formset_factory(GiveForm, extra=1, max_num=8, validate_max=True)
ObjectionForms = forms.formset_factory(ObjectionForm, extra=1, max_num=8, validate_max=True)


class ReasonForm(forms.Form):
    """Why a brief is taken back or dropped."""

    reason = _area("Why", "", 1000, required=True)


class _Seen(forms.Form):
    """A word on the content that the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class OpinionForm(_Seen):
    """One function's word."""

    function = forms.ChoiceField(label="You speak for", widget=forms.RadioSelect)
    agrees = forms.ChoiceField(
        label="Your word",
        choices=[("yes", "Agree"), ("no", "Disagree")],
        widget=forms.RadioSelect,
    )
    words = _area("Words", "Needed where you disagree; frozen with the brief.", 2000)

    def __init__(self, *args: Any, functions: list[tuple[str, str]], seen: str, **kw: Any) -> None:
        super().__init__(*args, initial={"seen": seen}, **kw)
        self.fields["function"].choices = functions  # type: ignore[attr-defined]
        if len(functions) == 1:
            self.fields["function"].initial = functions[0][0]


class DecideForm(_Seen):
    """What the council decided."""

    decision = forms.ChoiceField(
        label="Decision",
        choices=[pair for pair in Brief.Decision.choices if pair[0]],
        widget=forms.RadioSelect,
    )
    words = _area("In words", "Conditions, and who negotiates.", 2000)


class OutcomeForm(forms.Form):
    """What came of one ask."""

    result = forms.ChoiceField(
        label="What came of it", choices=BriefOutcome.Result.choices, widget=forms.RadioSelect
    )
    words = _area("What was obtained, or why not", "", 2000, required=True)
    objection = forms.ChoiceField(
        label="The vendor’s objection", required=False, help_text="Where it was refused."
    )

    def __init__(self, *args: Any, objections: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["objection"].choices = [("", "None"), *objections]  # type: ignore[attr-defined]
