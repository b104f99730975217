"""PURE. Rows → a CSV stream or a workbook, with real dates and numbers and no cell that can run.

The CSV is UTF-8 with a byte order mark: without it Excel reads the file in the code page of the
machine and breaks every accent; the product's own import and other readers skip the mark.
"""

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lockin.money import Money
from vendors import cells

Exported = str | int | Decimal | bool | date | datetime | Money | None

# Rows written between two pieces of a stream: large enough to be quick, small enough to forget.
_ROWS_A_PIECE = 200
_LONGEST_TITLE = 31
_DATE_FORMAT = "d mmm yyyy"
_TIME_FORMAT = "d mmm yyyy hh:mm"
_BOLD = Font(bold=True)


@dataclass(frozen=True, kw_only=True)
class WorkbookSheet:
    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Exported]]
    totals: Sequence[Exported] | None = None


def csv_stream(
    headers: Sequence[str],
    rows: Iterable[Sequence[Exported]],
    *,
    totals: Sequence[Exported] | None = None,
) -> Iterator[bytes]:
    """Yield the file piece by piece; at no time is more than one piece in memory."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer.writerow([_csv_text(header) for header in headers])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_text(value) for value in row])
        if number % _ROWS_A_PIECE == 0:
            yield _taken(buffer)
    if totals is not None:
        writer.writerow([_csv_text(value) for value in totals])
    yield _taken(buffer)


def xlsx_file(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Exported]],
    totals: Sequence[Exported] | None = None,
) -> IO[bytes]:
    """Return a workbook of one sheet as an open temporary file, to be closed by the caller."""
    return workbook_file([WorkbookSheet(title=title, headers=headers, rows=rows, totals=totals)])


def workbook_file(sheets: Iterable[WorkbookSheet]) -> IO[bytes]:
    """Return a workbook as an open temporary file; rows go to disk as they come."""
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        _write(workbook, sheet)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends it and closes it
    workbook.save(stream)
    stream.seek(0)
    return stream


def file_name(name: str, *, view: str, on: date, extension: str) -> str:
    """Return `contracts-notice-soon-2026-11-23.csv`: what it is, which view, of which day."""
    parts = [_plain_ascii(name), _plain_ascii(view), on.isoformat()]
    return f"{'-'.join(part for part in parts if part)}.{extension}"


def _write(workbook: Workbook, sheet: WorkbookSheet) -> None:
    page = workbook.create_sheet(_sheet_title(sheet.title))
    page.freeze_panes = "A2"
    for number, header in enumerate(sheet.headers, start=1):
        width = min(40, max(12, len(header) + 4))
        page.column_dimensions[get_column_letter(number)].width = width
    cell = _CellMaker(page)
    page.append([cell.bold(header) for header in sheet.headers])
    last = 1
    for row in sheet.rows:
        page.append([cell.plain(value) for value in row])
        last += 1
    # The totals stand outside the filter, so that filtering never hides or sorts them.
    if sheet.headers:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headers))}{last}"
    if sheet.totals is not None:
        page.append([cell.bold(value) for value in sheet.totals])


class _CellMaker:
    """Makes cells of values. A style is looked up once: doing so for each cell doubles the time."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.styles: dict[tuple[str, bool, bool], Any] = {}

    def plain(self, value: Exported) -> Any:
        # The common cases go as they are: the workbook library takes them at half the cost.
        if value is None or type(value) is int:
            return value
        if isinstance(value, str) and not value.startswith(("=", "#", "'")):
            text = cells.for_workbook(value)
            return text if cells.for_csv(value) == value else self._text(value, bold=False)
        return self._formatted(value, bold=False)

    def bold(self, value: Exported) -> Any:
        return None if value is None else self._formatted(value, bold=True)

    def _formatted(self, value: Exported, *, bold: bool) -> Any:
        if isinstance(value, str):
            return self._text(value, bold=bold)
        if isinstance(value, bool):
            return self._cell("yes" if value else "no", "", bold=bold)
        if isinstance(value, Money):
            return self._cell(value.amount, _number_format(value.rounded().amount), bold=bold)
        if isinstance(value, Decimal):
            return self._cell(value, _number_format(value), bold=bold)
        if isinstance(value, datetime):
            # Workbooks know no time zones: the instant is given in UTC.
            naive = value.astimezone(UTC).replace(tzinfo=None)
            return self._cell(naive, _TIME_FORMAT, bold=bold)
        if isinstance(value, date):
            return self._cell(value, _DATE_FORMAT, bold=bold)
        return self._cell(value, "", bold=bold)

    def _text(self, value: str, *, bold: bool) -> Any:
        cell = self._cell(
            cells.for_workbook(value), "", bold=bold, prefixed=cells.for_csv(value) != value
        )
        # `=1+1` would be stored as a formula and `#N/A` as an error; the type says it is a text.
        cell.data_type = "s"
        return cell

    def _cell(self, value: Any, number_format: str, *, bold: bool, prefixed: bool = False) -> Any:
        cell = WriteOnlyCell(self.page, value)
        look = (number_format, bold, prefixed)
        if look not in self.styles:
            if number_format:
                cell.number_format = number_format
            if bold:
                cell.font = _BOLD
            # The prefix keeps it a text when somebody edits the cell.
            cell.quotePrefix = prefixed
            self.styles[look] = cell._style
        cell._style = self.styles[look]
        return cell


def _number_format(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"#,##0.{'0' * min(places, 8)}" if places else "#,##0"


def _csv_text(value: Exported) -> str:
    # What nearly every cell is, first: a file of ten thousand rows asks this 200,000 times.
    if value is None:
        return ""
    if type(value) is Decimal:
        return format(value, "f")
    if isinstance(value, str):
        return cells.for_csv(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return format(value.rounded().amount, "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return piece


def _sheet_title(title: str) -> str:
    """Return the title without what Excel forbids in one."""
    allowed = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")
    return allowed[:_LONGEST_TITLE] or "Sheet"


def _plain_ascii(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80]
