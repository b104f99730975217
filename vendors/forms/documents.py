"""The forms of documents: a file to bring, a reason to put one aside, words to look for."""

from __future__ import annotations

from typing import Any

from django import forms

from vendors.documents.searching import LONGEST_QUERY
from vendors.documents.uploading import LONGEST_NAME
from vendors.models import Contract, ContractDocument


class DocumentForm(forms.Form):
    """A document of a contract."""

    file = forms.FileField(
        label="File",
        help_text="A PDF or a Word file (.docx), up to 25 MB and 1,000 pages, with text: a scan "
        "must go through text recognition first.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx"}),
    )
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        required=False,
        help_text="As we speak of it. Empty: the name of the file.",
    )
    kind = forms.ChoiceField(label="Kind of paper", choices=ContractDocument.Kind)
    supersedes = forms.ModelChoiceField(
        label="Replaces",
        queryset=ContractDocument.objects.none(),
        required=False,
        empty_label="Nothing: it is a paper of its own",
        help_text="The earlier version stays on file.",
    )

    def __init__(self, *args: Any, contract: Contract, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = ContractDocument.objects.on_file().newest().filter(contract=contract)
        self.fields["supersedes"].queryset = rows.order_by("name", "pk")  # type: ignore[attr-defined]


class PutAsideForm(forms.Form):
    """Why a document is put aside."""

    why = forms.CharField(
        label="Why",
        max_length=400,
        help_text="The file and its text stay on record; lists and proposals leave them out.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SearchForm(forms.Form):
    """Words to look for in a document, and what to mark on its page."""

    q = forms.CharField(max_length=LONGEST_QUERY, required=False)
    page = forms.IntegerField(min_value=1, required=False)
    start = forms.IntegerField(min_value=0, required=False)
    end = forms.IntegerField(min_value=0, required=False)
    clause = forms.SlugField(max_length=80, required=False)  # whose passages stand beside it
