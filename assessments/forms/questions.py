"""Forms around a question: its answer, a section that may not apply, handing on, evidence."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.models import Answer, Grade
from assessments.questionnaires.answering import LONGEST_TEXT, Given
from assessments.questionnaires.definition import Definition, Question, Section
from lockin.accounts.models import User
from lockin.file_store import ACCEPT_ATTRIBUTE

# No option's key can look like these: keys are words joined by hyphens.
UNKNOWN = "~unknown"
NOT_APPLICABLE = "~na"
KINDS = {UNKNOWN: Answer.Kind.UNKNOWN, NOT_APPLICABLE: Answer.Kind.NOT_APPLICABLE}


def choice_of(answer: Answer) -> str:
    """Return which radio stands for an answer; none for last year's."""
    if answer.kind == Answer.Kind.OPTION:
        return answer.option_key
    return {kind: value for value, kind in KINDS.items()}.get(Answer.Kind(answer.kind), "")


class QuestionForm(forms.Form):
    """One answer. What is missing is said by the domain call, beside the field it names."""

    choice = forms.ChoiceField(
        label="Answer",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer.", "invalid_choice": "Choose an answer."},
    )
    reason = forms.CharField(
        label="Why it does not apply",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    grade = forms.ChoiceField(
        label="How do you know?", choices=Grade.choices, required=False, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    evidence = forms.TypedMultipleChoiceField(
        label="Evidence", required=False, coerce=int, widget=forms.MultipleHiddenInput
    )

    def __init__(
        self,
        *args: Any,
        question: Question,
        definition: Definition,
        evidence_ids: tuple[int, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["choice"].choices = [
            *((option.key, option.label) for option in question.options),
            (UNKNOWN, definition.unknown.label),
            (NOT_APPLICABLE, definition.not_applicable.label),
        ]
        self.fields["evidence"].choices = [(pk, pk) for pk in evidence_ids]

    def given(self) -> Given:
        """Return what was typed, as the domain takes it."""
        values = self.cleaned_data
        kind = KINDS.get(values["choice"], Answer.Kind.OPTION)
        return Given(
            kind=kind,
            option_key=values["choice"] if kind == Answer.Kind.OPTION else "",
            reason=values["reason"],
            grade=values["grade"],
            comment=values["comment"],
            evidence=tuple(values["evidence"]),
        )


class AppliesForm(forms.Form):
    """Whether a section applies, and how that is known when it does not."""

    applies = forms.TypedChoiceField(
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer.", "invalid_choice": "Choose an answer."},
    )
    reason = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = section.applies
        assert words is not None
        self.fields["applies"].label = words.text
        self.fields["applies"].choices = [("yes", words.yes), ("no", words.no)]
        self.fields["reason"].label = words.reason_label


class AskForm(forms.Form):
    """Who is asked, and what to say."""

    to = forms.ModelChoiceField(
        label="Who knows the answer",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose a person.", "invalid_choice": "Choose a person."},
    )
    note = forms.CharField(
        label="Message",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by(
            "name", "pk"
        )
        field.label_from_instance = lambda person: (
            f"{person.name}, {person.job_title}" if person.job_title else person.name
        )


class EvidenceForm(forms.Form):
    """A file or a link, with its own date."""

    file = forms.FileField(
        label="File", required=False, widget=forms.FileInput(attrs={"accept": ACCEPT_ATTRIBUTE})
    )
    link = forms.CharField(label="Link", required=False, max_length=1000)
    dated_on = forms.DateField(
        label="Date of the evidence",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter the date of the evidence, such as 2026-10-12."},
    )


class StartForm(forms.Form):
    """The year that an assessment belongs to."""

    label = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z .-]{0,19}$",
        label="Year",
        max_length=20,
        error_messages={"invalid": "Enter a year, such as 2026."},
    )
    due_on = forms.DateField(
        label="Answers due",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class UploadVersionForm(forms.Form):
    """A questionnaire version as a TOML file."""

    file = forms.FileField(
        label="Questionnaire file",
        help_text="A TOML file, UTF-8, up to 2 MB.",
        widget=forms.FileInput(attrs={"accept": ".toml"}),
        error_messages={"required": "Choose a file."},
    )
