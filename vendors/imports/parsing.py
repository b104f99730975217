"""PURE. A portfolio file → rows and row errors. Every error is collected, not only the first.

Nothing is looked up and nothing is written: whether a key that a row refers to is on file is for
the plan to say, which knows the portfolio.
"""

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from vendors.imports.columns import SHEETS, Column, Sheet
from vendors.imports.files import Limits, RawCell, Refused, Rows, UnableToReadFile, opened
from vendors.imports.reading import UnableToReadCell, Value, is_blank, shown, write

# Sheets that a template may carry for its reader.
_FOR_PEOPLE = ("read me", "readme", "notes", "help")


@dataclass(frozen=True, kw_only=True)
class RowError:
    """One thing that is wrong, and where."""

    sheet: str
    row: int | None
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (self.sheet, f"row {self.row}" if self.row else "", self.column)
            if part
        )
        found = f"found “{self.found}”, expected " if self.found else ""
        return f"{where}: {found}{self.expected}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row that could be read. A column that the file does not have is not in `values`."""

    sheet: str
    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Incomplete:
    """A row that is taken although something that the work needs is blank."""

    sheet: str
    number: int
    columns: tuple[str, ...]


@dataclass(kw_only=True)
class Parsed:
    rows: dict[str, list[Row]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    more_errors: int = 0
    """Errors beyond the limit, counted but not kept."""
    incomplete: list[Incomplete] = field(default_factory=list)
    sha256: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.errors

    def lacking(self) -> dict[str, int]:
        """Return how many rows lack each wanted column, as `contracts.ends_on`."""
        return dict(
            sorted(
                Counter(
                    f"{row.sheet}.{column}" for row in self.incomplete for column in row.columns
                ).items()
            )
        )

    def as_plain(self) -> dict[str, Any]:
        """Return texts, numbers and lists alone, to be kept as JSON between preview and confirm."""
        return {
            "rows": {
                sheet: [
                    {
                        "row": row.number,
                        "values": {name: write(value) for name, value in row.values.items()},
                    }
                    for row in rows
                ]
                for sheet, rows in self.rows.items()
            },
            "errors": [asdict(error) for error in self.errors],
            "more_errors": self.more_errors,
            "incomplete": [
                {**asdict(row), "columns": list(row.columns)} for row in self.incomplete
            ],
            "sha256": self.sha256,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Parsed":
        """Return what `as_plain` was made from."""
        return cls(
            rows={
                sheet: [
                    Row(
                        sheet=sheet,
                        number=row["row"],
                        values={
                            name: None if text == "" else SHEETS[sheet].column(name).parser(text)
                            for name, text in row["values"].items()
                        },
                    )
                    for row in rows
                ]
                for sheet, rows in plain["rows"].items()
            },
            errors=[RowError(**error) for error in plain["errors"]],
            more_errors=plain["more_errors"],
            incomplete=[
                Incomplete(sheet=row["sheet"], number=row["number"], columns=tuple(row["columns"]))
                for row in plain["incomplete"]
            ],
            sha256=plain["sha256"],
        )


def parse(source: Path | IO[bytes], *, name: str = "", limits: Limits | None = None) -> Parsed:
    """
    Return the rows of a portfolio file and everything that is wrong with it.

    :raises UnableToReadFile: if the file as a whole is refused
    """
    limits = limits or Limits()
    reader = _Reader(limits)
    with opened(source, name=name, limits=limits) as tables:
        for table in tables:
            sheet = reader.sheet_named(table.name)
            if sheet is not None:
                try:
                    reader.read(sheet, table.read())
                except UnableToReadFile as error:
                    reader.refuse(sheet.name, None, "", "", str(error))
        reader.parsed.sha256 = sha256_of(source)
    reader.parsed.incomplete = list(incomplete_rows(reader.parsed.rows))
    if not reader.parsed.rows and not reader.parsed.errors:
        raise UnableToReadFile(f"No sheet of the file is one of {', '.join(SHEETS)}.")
    return reader.parsed


class _Reader:
    """Collects rows and errors over all tables of one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.parsed = Parsed()

    def refuse(self, sheet: str, row: int | None, column: str, found: str, expected: str) -> None:
        if len(self.parsed.errors) >= self.limits.errors:
            self.parsed.more_errors += 1
            return
        self.parsed.errors.append(
            RowError(sheet=sheet, row=row, column=column, found=found, expected=expected)
        )

    def sheet_named(self, title: str) -> Sheet | None:
        """Return the sheet that the title stands for; say so when there is none, or two."""
        wanted = "_".join(title.casefold().replace("-", " ").split())
        sheet = SHEETS.get(wanted)
        if sheet is None:
            if not title.casefold().startswith(_FOR_PEOPLE):
                self.refuse(
                    shown(title),
                    None,
                    "",
                    "",
                    f"this is none of the sheets {', '.join(SHEETS)}"
                    f"{nearest(wanted, tuple(SHEETS))}",
                )
            return None
        if sheet.name in self.parsed.rows:
            self.refuse(sheet.name, None, "", "", "this sheet is in the file twice")
            return None
        self.parsed.rows[sheet.name] = []
        return sheet

    def read(self, sheet: Sheet, rows: Rows) -> None:
        heading = next(((n, row) for n, row in rows if has_content(row)), None)
        if heading is None:
            self.refuse(sheet.name, None, "", "", "this sheet is empty; it needs its headings")
            return
        columns = self._match(sheet, *heading)
        seen: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {
            names: {} for names in sheet.uniques
        }
        for number, row in rows:
            if not has_content(row):
                continue
            values = self._values(sheet, columns, number, row)
            if values is None:
                continue
            self._refuse_twice(sheet, seen, number, values)
            self.parsed.rows[sheet.name].append(Row(sheet=sheet.name, number=number, values=values))

    def _match(self, sheet: Sheet, number: int, heading: Sequence[RawCell]) -> list[Column | str]:
        """Return the column for each heading, or the heading itself where it is none of ours."""
        by_name = {folded(column.label): column for column in sheet.columns}
        by_name |= {folded(column.name): column for column in sheet.columns}
        columns: list[Column | str] = []
        for cell in heading:
            title = title_of(cell)
            column = by_name.get(folded(title))
            if column is None or column in columns:
                columns.append(title)
            else:
                columns.append(column)
                continue
            if column is not None:
                self.refuse(sheet.name, number, column.name, shown(title), "each column once")
            elif title:
                self.refuse(
                    sheet.name,
                    number,
                    "",
                    shown(title),
                    f"a column of this sheet{nearest(folded(title), sheet.names)}",
                )
        for column in sheet.columns:
            if column.required and column not in columns:
                self.refuse(sheet.name, number, column.name, "", "this column is missing")
        return columns

    def _values(
        self, sheet: Sheet, columns: list[Column | str], number: int, row: Sequence[RawCell]
    ) -> dict[str, Value] | None:
        """Return the row's values, or None after its errors were listed."""
        values: dict[str, Value] = {
            column.name: None for column in columns if isinstance(column, Column)
        }
        broken = set()
        for position, cell in enumerate(row):
            column = columns[position] if position < len(columns) else ""
            if _blank(cell):
                continue
            found = cell.found if isinstance(cell, Refused) else cell
            if isinstance(column, str):
                # Under a heading that is not ours the heading is the error, once.
                if not column:
                    broken.add(name := f"column {position + 1}")
                    self.refuse(
                        sheet.name, number, name, shown(found), "nothing; it has no heading"
                    )
                continue
            try:
                if isinstance(cell, Refused):
                    raise UnableToReadCell(cell.expected)
                values[column.name] = column.parser(cell)
            except UnableToReadCell as error:
                broken.add(column.name)
                self.refuse(sheet.name, number, column.name, shown(found), str(error))
        for column in sheet.columns:
            if column.required and column.name not in broken and values.get(column.name, 0) is None:
                broken.add(column.name)
                self.refuse(
                    sheet.name, number, column.name, "", f"a value, such as {column.example}"
                )
        if not broken:
            for name, expected in sheet.check(values):
                broken.add(name)
                found = shown(write(values.get(name)))
                self.refuse(sheet.name, number, name, found, expected)
        return None if broken else values

    def _refuse_twice(
        self,
        sheet: Sheet,
        seen: dict[tuple[str, ...], dict[tuple[str, ...], int]],
        number: int,
        values: Mapping[str, Value],
    ) -> None:
        for names in sheet.uniques:
            mark = tuple(write(values.get(name)).casefold() for name in names)
            first = seen[names].setdefault(mark, number)
            if first != number:
                self.refuse(
                    sheet.name,
                    number,
                    ", ".join(names),
                    shown(", ".join(part for part in mark if part)),
                    f"each only once; row {first} has it already",
                )


def _blank(cell: RawCell) -> bool:
    return not isinstance(cell, Refused) and is_blank(cell)


def has_content(row: Sequence[RawCell]) -> bool:
    return any(not _blank(cell) for cell in row)


def title_of(cell: RawCell) -> str:
    if isinstance(cell, Refused):
        return cell.found
    return "" if cell is None else str(cell).strip()


def folded(title: str) -> str:
    return "_".join(title.casefold().replace("-", " ").replace("_", " ").split())


def nearest(found: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(found[:80], names, n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def sha256_of(source: Path | IO[bytes]) -> str:
    """Return the hash of the file, or of the CSV files of a folder in order of their names."""
    digest = hashlib.sha256()
    if not isinstance(source, Path):
        source.seek(0)
        while piece := source.read(1024 * 1024):
            digest.update(piece)
    elif source.is_dir():
        for path in sorted(source.iterdir()):
            if path.suffix.lower() == ".csv":
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    else:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def incomplete_rows(rows: Mapping[str, Sequence[Row]]) -> Iterator[Incomplete]:
    """Yield the rows whose wanted columns are blank."""
    for name, sheet_rows in rows.items():
        for row in sheet_rows:
            if lacking := SHEETS[name].lacking(row.values):
                yield Incomplete(sheet=name, number=row.number, columns=lacking)
