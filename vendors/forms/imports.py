"""The forms of the import: a file with, perhaps, a saved mapping; and the mapping itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from lockin.accounts.models import Organisation
from lockin.form_fields import LineField
from vendors.imports.columns import SHEETS
from vendors.imports.mapping import Form
from vendors.models import ImportMapping

CONSTANT = "="
FORMS = (
    (str(Form.AS_IS), "As it stands"),
    (str(Form.KEY), "Made into a key"),
    (str(Form.SHORT), "First 200 characters"),
)


class UploadForm(forms.Form):
    """A portfolio file."""

    file = forms.FileField(
        label="File",
        help_text="A workbook (.xlsx), a CSV file, or a zip of CSV files. Up to 25 MB.",
    )
    mapping = forms.ModelChoiceField(
        label="Read with",
        queryset=ImportMapping.objects.none(),
        required=False,
        empty_label="Our own columns",
        help_text="A saved mapping reads a foreign table as ours.",
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = ImportMapping.objects.filter(organisation=organisation).order_by("name", "pk")
        self.fields["mapping"].queryset = rows  # type: ignore[attr-defined]


class HeadingsForm(forms.Form):
    """A foreign file, read for its column names alone."""

    file = forms.FileField(
        label="A file with the foreign columns", help_text="Only its column names are read."
    )


class MappingNameForm(forms.Form):
    """A mapping's name."""

    name = LineField(label="Name", max_length=120)


def mapping_rows(
    headings: Sequence[str], body: Mapping[str, Any], data: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return our columns by sheet, each with what fills it, as the page shows them."""
    held = {raw["to"]: raw for raw in body.get("fields", ())}
    optional = set(body.get("optional", ()))
    shown = []
    for sheet in SHEETS.values():
        columns = []
        for column in sheet.columns:
            name = f"{sheet.name}.{column.name}"
            raw = held.get(name, {})
            source = raw.get("from", CONSTANT if "constant" in raw else "")
            columns.append(
                {
                    "name": name,
                    "column": column,
                    "source": data.get(f"from:{name}", "") if data else source,
                    "constant": data.get(f"constant:{name}", "")
                    if data
                    else raw.get("constant", ""),
                    "form": data.get(f"as:{name}", "") if data else raw.get("as", Form.AS_IS),
                }
            )
        shown.append(
            {
                "sheet": sheet,
                "columns": columns,
                "is_used": any(entry["source"] for entry in columns),
                "is_optional": f"optional:{sheet.name}" in data if data else sheet.name in optional,
            }
        )
    return shown


def mapping_body(data: Any, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping that was chosen on the page; word lists of an earlier one stay."""
    words = {raw["to"]: raw["words"] for raw in earlier.get("fields", ()) if "words" in raw}
    fields = []
    for sheet in SHEETS.values():
        for column in sheet.columns:
            name = f"{sheet.name}.{column.name}"
            source = data.get(f"from:{name}", "")
            if not source:
                continue
            raw: dict[str, Any] = {"to": name}
            if source == CONSTANT:
                raw["constant"] = data.get(f"constant:{name}", "").strip()
            else:
                raw["from"] = source
            if data.get(f"as:{name}") and data[f"as:{name}"] != Form.AS_IS:
                raw["as"] = data[f"as:{name}"]
            if name in words:
                raw["words"] = words[name]
            fields.append(raw)
    body: dict[str, Any] = {
        "fields": fields,
        "optional": [name for name in SHEETS if f"optional:{name}" in data],
        "headings": data.getlist("heading"),
    }
    if "blanks" in earlier:
        body["blanks"] = earlier["blanks"]
    return body
