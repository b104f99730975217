"""PURE. A foreign table read as ours: which of its columns is which of ours, kept for next time.

A mapping is data: it says for each of our columns the foreign column or a constant, a change of
form (`key`, `short`), and words that stand for others. One foreign row can make a row on several
of our sheets; a vendor that stands on a hundred rows becomes one vendor.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from vendors.imports.columns import SHEETS, Sheet
from vendors.imports.files import Limits, RawCell, Refused, Table, UnableToReadFile, opened
from vendors.imports.names import LikelySame, likely_same
from vendors.imports.parsing import (
    Incomplete,
    Parsed,
    Row,
    RowError,
    folded,
    has_content,
    incomplete_rows,
    nearest,
    sha256_of,
    title_of,
)
from vendors.imports.reading import UnableToReadCell, Value, is_blank, shown, text_of, write

_BLANKS = ("", "null", "none", "n/a", "na", "-", "–")
_LONGEST_KEY = 70

# Which sheet the key in a column names.
_NAMED_BY = {
    "vendor": "vendors",
    "publisher": "vendors",
    "host": "vendors",
    "service": "services",
    "model": "models",
    "contract": "contracts",
    "workload": "workloads",
    "commitment": "commitments",
}


class UnableToUseMapping(Exception):
    """A saved mapping does not fit our sheets. The message lists everything that is wrong."""


class Form(StrEnum):
    AS_IS = "as-is"
    KEY = "key"
    """A key made of the text: the same text gives the same key wherever it stands."""
    SHORT = "short"
    """The first 200 characters, on one line."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """How one of our columns is filled."""

    sheet: str
    column: str
    source: str = ""
    constant: str = ""
    form: Form = Form.AS_IS
    words: Mapping[str, str] = field(default_factory=dict)
    """Their word → ours, upper and lower case alike; "" leaves the cell empty."""


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    fields: tuple[Field, ...]
    blanks: tuple[str, ...] = _BLANKS
    """Texts that mean "not known" in the foreign table. A zero is never one of them."""
    optional: frozenset[str] = frozenset()
    """Sheets that get no row where a required cell is blank; the row is listed instead."""

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "ColumnMapping":
        """
        Return the mapping that `body`, as saved, describes.

        :raises UnableToUseMapping: with everything that does not fit
        """
        problems: list[str] = []
        fields = tuple(
            entry for raw in body.get("fields", ()) if (entry := _field(raw, problems)) is not None
        )
        mapping = cls(
            fields=fields,
            blanks=tuple(word.casefold() for word in body.get("blanks", _BLANKS)),
            optional=frozenset(body.get("optional", ())),
        )
        problems.extend(mapping._problems())
        if problems:
            raise UnableToUseMapping(" ".join(problems))
        return mapping

    def to_body(self) -> dict[str, Any]:
        """Return what is saved as JSON."""
        fields = []
        for entry in self.fields:
            raw: dict[str, Any] = {"to": f"{entry.sheet}.{entry.column}"}
            if entry.source:
                raw["from"] = entry.source
            else:
                raw["constant"] = entry.constant
            if entry.form is not Form.AS_IS:
                raw["as"] = str(entry.form)
            if entry.words:
                raw["words"] = dict(entry.words)
            fields.append(raw)
        return {"fields": fields, "blanks": list(self.blanks), "optional": sorted(self.optional)}

    @property
    def sheets(self) -> list[Sheet]:
        """Our sheets that get rows, in the order in which they are written."""
        used = {entry.sheet for entry in self.fields}
        return [sheet for name, sheet in SHEETS.items() if name in used]

    def of(self, sheet: Sheet) -> list[Field]:
        return [entry for entry in self.fields if entry.sheet == sheet.name]

    def _problems(self) -> Iterator[str]:
        if not self.fields:
            yield "The mapping fills no column."
        for name in sorted(self.optional - set(SHEETS)):
            yield f"There is no sheet {name}."
        for sheet in self.sheets:
            filled = [entry.column for entry in self.of(sheet)]
            for name in sorted({name for name in filled if filled.count(name) > 1}):
                yield f"{sheet.name}.{name} is filled twice."
            for column in sheet.columns:
                if column.required and column.name not in filled:
                    yield f"{sheet.name}.{column.name} is required and not filled."


@dataclass(kw_only=True)
class Mapped:
    parsed: Parsed
    left_out: list[Incomplete] = field(default_factory=list)
    """Rows of optional sheets that could not be made, and what was blank."""
    likely_same: tuple[LikelySame, ...] = ()
    """Vendor names of this file that a person should look at."""
    unused: tuple[str, ...] = ()
    """Foreign columns that nothing was made of."""


def apply(
    mapping: ColumnMapping,
    source: Path | IO[bytes],
    *,
    name: str = "",
    limits: Limits | None = None,
) -> Mapped:
    """
    Return our rows made of a foreign table, with the error of every cell that does not fit.

    :raises UnableToReadFile: if the file is refused, has several tables, or lacks a column
    """
    limits = limits or Limits()
    with opened(source, name=name, limits=limits) as tables:
        maker = _RowMaker(mapping, limits)
        unused = maker.read(_only(tables))
    parsed = maker.parsed
    parsed.sha256 = sha256_of(source)
    parsed.incomplete = list(incomplete_rows(parsed.rows))
    vendors = [str(row.values["name"]) for row in parsed.rows.get("vendors", [])]
    return Mapped(
        parsed=parsed,
        left_out=maker.left_out,
        likely_same=likely_same(vendors),
        unused=unused,
    )


def headings(source: Path | IO[bytes], *, name: str = "") -> tuple[str, ...]:
    """Return the foreign table's column names, to make a mapping from."""
    with opened(source, name=name) as tables:
        _number, heading = _heading(_only(tables))
        return tuple(title for cell in heading if (title := title_of(cell)))


class _RowMaker:
    """Makes rows on our sheets of the rows of one foreign table."""

    def __init__(self, mapping: ColumnMapping, limits: Limits) -> None:
        self.mapping = mapping
        self.limits = limits
        self.keys = _Keys()
        self.parsed = Parsed(rows={sheet.name: [] for sheet in mapping.sheets})
        self.left_out: list[Incomplete] = []
        self.made: dict[tuple[str, str, tuple[str, ...]], Row] = {}

    def read(self, table: Table) -> tuple[str, ...]:
        rows = table.read()
        number, heading = _first_filled(rows, table.name)
        places = {folded(title_of(cell)): place for place, cell in enumerate(heading)}
        wanted = {folded(entry.source) for entry in self.mapping.fields if entry.source}
        titles = tuple(title for cell in heading if (title := title_of(cell)))
        lacking = [
            f"“{entry.source}”{nearest(entry.source, titles)}"
            for entry in self.mapping.fields
            if entry.source and folded(entry.source) not in places
        ]
        if lacking:
            raise UnableToReadFile(
                f"“{table.name}” lacks {', '.join(dict.fromkeys(lacking))}, "
                "which the mapping reads."
            )
        for number, row in rows:
            if has_content(row):
                for sheet in self.mapping.sheets:
                    self._make(sheet, number, row, places)
        return tuple(title for title in titles if folded(title) not in wanted)

    def _make(
        self, sheet: Sheet, number: int, row: Sequence[RawCell], places: Mapping[str, int]
    ) -> None:
        values: dict[str, Value] = {}
        sound = True
        for entry in self.mapping.of(sheet):
            column = sheet.column(entry.column)
            place = places.get(folded(entry.source)) if entry.source else None
            cell: RawCell = entry.constant
            if place is not None:
                cell = row[place] if place < len(row) else None
            try:
                found = self._formed(entry, cell)
                values[column.name] = None if is_blank(found) else column.parser(found)
            except UnableToReadCell as error:
                sound = False
                self._refuse(sheet, number, entry, cell, str(error))
        blank = tuple(
            column.name
            for column in sheet.columns
            if column.required and column.name in values and values[column.name] is None
        )
        if blank and sheet.name in self.mapping.optional:
            self.left_out.append(Incomplete(sheet=sheet.name, number=number, columns=blank))
            return
        for name in blank:
            sound = False
            self._refuse(
                sheet, number, name, None, f"a value, such as {sheet.column(name).example}"
            )
        if sound:
            for name, expected in sheet.check(values):
                sound = False
                self._refuse(sheet, number, name, write(values.get(name)), expected)
        if sound:
            self._keep(sheet, number, values)

    def _formed(self, entry: Field, cell: RawCell) -> Any:
        """Return the cell as our column's parser takes it."""
        if isinstance(cell, Refused):
            raise UnableToReadCell(cell.expected)
        text = text_of(cell).strip()
        if text.casefold() in self.mapping.blanks:
            return None
        if entry.words:
            ours = {word.casefold(): other for word, other in entry.words.items()}
            if text.casefold() not in ours:
                raise UnableToReadCell(
                    f"one of {', '.join(entry.words)}; the mapping knows no other"
                )
            return ours[text.casefold()]
        if entry.form is Form.KEY:
            return self.keys.key(_NAMED_BY.get(entry.column, entry.sheet), text)
        if entry.form is Form.SHORT:
            line = " ".join(text.split())
            return line if len(line) <= 200 else f"{line[:199]}…"
        return cell

    def _keep(self, sheet: Sheet, number: int, values: dict[str, Value]) -> None:
        """Add the row; one that says the same as an earlier one, or less, adds nothing."""
        row = Row(sheet=sheet.name, number=number, values=values)
        marks = [
            (sheet.name, names[0], tuple(write(values.get(name)).casefold() for name in names))
            for names in sheet.uniques
        ]
        earlier = next((self.made[mark] for mark in marks if mark in self.made), None)
        if earlier is None:
            self.parsed.rows[sheet.name].append(row)
            self.made.update(dict.fromkeys(marks, row))
            return
        for name, value in values.items():
            before = write(earlier.values.get(name)).casefold()
            if value is not None and write(value).casefold() != before:
                self._refuse(
                    sheet, number, name, write(value), f"the same as on row {earlier.number}"
                )

    def _refuse(
        self, sheet: Sheet, number: int, entry: Field | str, cell: RawCell, expected: str
    ) -> None:
        if len(self.parsed.errors) >= self.limits.errors:
            self.parsed.more_errors += 1
            return
        column = entry if isinstance(entry, str) else entry.column
        if isinstance(entry, Field) and entry.source:
            column = f"{column} (from {entry.source})"
        self.parsed.errors.append(
            RowError(
                sheet=sheet.name,
                row=number,
                column=column,
                found=shown(cell.found if isinstance(cell, Refused) else cell),
                expected=expected,
            )
        )


class _Keys:
    """Makes keys of texts: one text, one key; two texts, two keys."""

    def __init__(self) -> None:
        self.by_text: dict[tuple[str, str], str] = {}
        self.taken: set[tuple[str, str]] = set()

    def key(self, sheet: str, text: str) -> str:
        spelling = " ".join(text.split()).casefold()
        if (sheet, spelling) not in self.by_text:
            key = _slug(spelling)
            if not key or (sheet, key) in self.taken:
                # The mark depends on the text alone, so that the next file gives the same key.
                key = f"{key}-{hashlib.sha256(spelling.encode()).hexdigest()[:8]}".strip("-")
            self.taken.add((sheet, key))
            self.by_text[sheet, spelling] = key
        return self.by_text[sheet, spelling]


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")[:_LONGEST_KEY].strip("-")


def _field(raw: Mapping[str, Any], problems: list[str]) -> Field | None:
    target = str(raw.get("to", ""))
    sheet, _, column = target.partition(".")
    if sheet not in SHEETS or column not in SHEETS[sheet].names:
        names = tuple(f"{s.name}.{name}" for s in SHEETS.values() for name in s.names)
        problems.append(f"There is no column {target or '(none)'}{nearest(target, names)}.")
        return None
    if ("from" in raw) == ("constant" in raw):
        problems.append(f"{target} needs either a column to read or a constant.")
        return None
    if raw.get("as", Form.AS_IS) not in tuple(Form):
        problems.append(f"{target}: “{raw['as']}” is none of {', '.join(Form)}.")
        return None
    return Field(
        sheet=sheet,
        column=column,
        source=str(raw.get("from", "")),
        constant=str(raw.get("constant", "")),
        form=Form(raw.get("as", Form.AS_IS)),
        words={str(word): str(ours) for word, ours in raw.get("words", {}).items()},
    )


def _only(tables: Sequence[Table]) -> Table:
    if len(tables) != 1:
        names = ", ".join(table.name for table in tables)
        raise UnableToReadFile(f"A mapping reads one table; this file has {len(tables)}: {names}.")
    return tables[0]


def _heading(table: Table) -> tuple[int, Sequence[RawCell]]:
    return _first_filled(table.read(), table.name)


def _first_filled(
    rows: Iterator[tuple[int, Sequence[RawCell]]], name: str
) -> tuple[int, Sequence[RawCell]]:
    for number, row in rows:
        if has_content(row):
            return number, row
    raise UnableToReadFile(f"“{name}” is empty.")
