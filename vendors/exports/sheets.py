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
    page.append([_cell(page, header, bold=True) for header in sheet.headers])
    last = 1
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
        last += 1
    # The totals stand outside the filter, so that filtering never hides or sorts them.
    if sheet.headers:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headers))}{last}"
    if sheet.totals is not None:
        page.append([_cell(page, value, bold=True) for value in sheet.totals])


def _cell(page: Any, value: Exported, *, bold: bool = False) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(page, cells.for_workbook(value))
        # A text that begins with = would be stored as a formula; its type says that it is none,
        # and the prefix keeps it a text when somebody edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = cells.for_csv(value) != value
    elif isinstance(value, bool):
        cell = WriteOnlyCell(page, "yes" if value else "no")
    elif isinstance(value, Money):
        cell = WriteOnlyCell(page, value.amount)
        cell.number_format = _number_format(value.rounded().amount)
    elif isinstance(value, Decimal):
        cell = WriteOnlyCell(page, value)
        cell.number_format = _number_format(value)
    elif isinstance(value, datetime):
        # Workbooks know no time zones: UTC, as on the page's tooltip.
        cell = WriteOnlyCell(page, value.astimezone(UTC).replace(tzinfo=None))
        cell.number_format = _TIME_FORMAT
    elif isinstance(value, date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = _DATE_FORMAT
    else:
        cell = WriteOnlyCell(page, value)
    if bold:
        cell.font = _BOLD
    return cell


def _number_format(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"#,##0.{'0' * min(places, 8)}" if places else "#,##0"


def _csv_text(value: Exported) -> str:
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
    return "" if value is None else str(value)


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
