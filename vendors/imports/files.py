"""PURE. An uploaded file, opened without trusting it: a workbook, a CSV, or CSVs in a zip or folder.

What a file claims to be is never believed: its kind is read from its first bytes, its size before
its content, and every part of a zip is counted before it is unpacked.
"""

import codecs
import csv
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

import openpyxl

from vendors import cells
from vendors.imports.reading import Cell

MEGABYTE = 1024 * 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SLICE = 256 * 1024
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class UnableToReadFile(Exception):
    """A file, or one table in it, cannot be read. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    upload_bytes: int = 25 * MEGABYTE
    unpacked_bytes: int = 150 * MEGABYTE
    unpacked_ratio: int = 250
    parts: int = 500
    rows: int = 100_000
    cells: int = 2_000_000
    errors: int = 1_000


@dataclass(frozen=True)
class Refused:
    """A cell that holds something other than a value."""

    found: str
    expected: str


RawCell = Cell | Refused
Rows = Iterator[tuple[int, Sequence[RawCell]]]


@dataclass(frozen=True)
class Table:
    """One sheet or CSV; reading may still find it broken and raise `UnableToReadFile`."""

    name: str
    read: Callable[[], Rows]


@dataclass
class _Meter:
    """Counts what has been read from all tables together, blank rows and cells included."""

    limits: Limits
    rows: int = field(default=0)
    cells: int = field(default=0)

    def count(self, width: int) -> None:
        self.rows += 1
        self.cells += width
        if self.rows > self.limits.rows:
            raise UnableToReadFile(
                f"There are more than {self.limits.rows:,} rows. Split the file, and delete "
                "formatted rows below the last one that is filled."
            )
        if self.cells > self.limits.cells:
            raise UnableToReadFile(
                f"There are more than {self.limits.cells:,} cells. Split the file, and delete "
                "formatted columns to the right of the last one that is filled."
            )


@contextmanager
def opened(
    source: Path | IO[bytes], *, name: str = "", limits: Limits | None = None
) -> Iterator[list[Table]]:
    """
    Give the tables of a file or folder while the block lasts.

    :raises UnableToReadFile: if the file as a whole is refused
    """
    limits = limits or Limits()
    meter = _Meter(limits)
    if isinstance(source, Path):
        name = name or source.name
        if source.is_dir():
            yield _tables_of_folder(source, meter)
            return
        if not source.is_file():
            raise UnableToReadFile(f"“{name}” is not there.")
        with source.open("rb") as stream:
            yield _tables_of_file(stream, name, meter)
        return
    yield _tables_of_file(source, name, meter)


def _tables_of_file(stream: IO[bytes], name: str, meter: _Meter) -> list[Table]:
    _refuse_large(stream.seek(0, io.SEEK_END), name, meter.limits)
    stream.seek(0)
    beginning = stream.read(len(_OLE))
    stream.seek(0)
    if not beginning:
        raise UnableToReadFile(f"“{name}” is empty.")
    if beginning == _OLE:
        raise UnableToReadFile(_why_not_ole(stream.read(), name))
    if beginning.startswith(_ZIP):
        return _tables_of_zip(stream, name, meter)
    if name.lower().endswith(".csv"):
        return [_csv_table(name, stream.read, meter)]
    raise UnableToReadFile(
        f"“{name}” is not a workbook (.xlsx), a CSV file, or a zip of CSV files."
    )


def _tables_of_folder(folder: Path, meter: _Meter) -> list[Table]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    if not paths:
        raise UnableToReadFile(f"There is no CSV file in “{folder.name}”.")
    _refuse_large(sum(path.stat().st_size for path in paths), folder.name, meter.limits)
    return [_csv_table(path.name, path.read_bytes, meter) for path in paths]


def _refuse_large(size: int, name: str, limits: Limits) -> None:
    if size > limits.upload_bytes:
        raise UnableToReadFile(
            f"“{name}” has {size / MEGABYTE:,.0f} MB; "
            f"at most {limits.upload_bytes / MEGABYTE:,.0f} MB are read. Split it."
        )


def _why_not_ole(content: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"“{name}” has a password. Save it without one."
    return f"“{name}” is in the old Excel format (.xls). Save it as .xlsx."


# ── Zip files and workbooks ──────────────────────────────────────────────────────────────────────


def _tables_of_zip(stream: IO[bytes], name: str, meter: _Meter) -> list[Table]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnableToReadFile(f"“{name}” is damaged: its parts cannot be listed.") from error
    parts = {part.filename.lower(): part for part in archive.infolist()}
    _refuse_bomb(archive.infolist(), name, meter.limits)
    if "[content_types].xml" in parts:
        return _tables_of_workbook(stream, archive, parts, name, meter)
    if "mimetype" in parts:
        raise UnableToReadFile(f"“{name}” is an OpenDocument file. Save it as .xlsx or CSV.")
    return _tables_of_csv_zip(archive, name, meter)


def _refuse_bomb(parts: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    """Refuse by what the directory says: unpacking never gives a part more than it declares."""
    if len(parts) > limits.parts:
        raise UnableToReadFile(f"“{name}” has {len(parts):,} parts; at most {limits.parts}.")
    twice = [
        part for part, times in Counter(p.filename.lower() for p in parts).items() if times > 1
    ]
    if twice:
        raise UnableToReadFile(f"“{name}” holds “{twice[0]}” twice.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnableToReadFile(f"“{name}” has a password. Save it without one.")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes or any(
        part.file_size > MEGABYTE
        and part.file_size > limits.unpacked_ratio * max(1, part.compress_size)
        for part in parts
    ):
        raise UnableToReadFile(
            f"“{name}” would unpack to {unpacked / MEGABYTE:,.0f} MB. It is not read."
        )


def _tables_of_csv_zip(archive: zipfile.ZipFile, name: str, meter: _Meter) -> list[Table]:
    tables = []
    for part in archive.infolist():
        path = PurePosixPath(part.filename.replace("\\", "/"))
        if part.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
            continue
        if path.suffix.lower() == ".csv":
            tables.append(_csv_table(path.name, _unpacking(archive, part), meter))
    if not tables:
        raise UnableToReadFile(f"There is no CSV file in “{name}”.")
    return tables


def _unpacking(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Callable[[], bytes]:
    def unpack() -> bytes:
        try:
            return archive.read(part)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise UnableToReadFile(f"“{part.filename}” is damaged.") from error
        except Exception as error:
            # zlib.error and lzma.LZMAError share no ancestor but Exception.
            raise UnableToReadFile(f"“{part.filename}” is damaged.") from error

    return unpack


def _tables_of_workbook(
    stream: IO[bytes],
    archive: zipfile.ZipFile,
    parts: dict[str, zipfile.ZipInfo],
    name: str,
    meter: _Meter,
) -> list[Table]:
    if "xl/workbook.bin" in parts:
        raise UnableToReadFile(f"“{name}” is a binary workbook (.xlsb). Save it as .xlsx.")
    types = _unpacking(archive, parts["[content_types].xml"])()
    if (
        b"macroenabled" in types.lower()
        or any(part.endswith("vbaproject.bin") for part in parts)
        or any(part.startswith("xl/macrosheets/") for part in parts)
    ):
        raise UnableToReadFile(f"“{name}” holds macros. Save it as .xlsx, without them.")
    for part_name, part in parts.items():
        if part_name.endswith((".xml", ".rels")):
            _refuse_entities(archive, part, name)
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl runs without defusedxml; unset OPENPYXL_DEFUSEDXML.")

    stream.seek(0)
    with _damage_explained(name):
        workbook = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
    return [Table(sheet.title, _sheet_reader(sheet, meter)) for sheet in workbook.worksheets]


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Refuse a document type: spreadsheets have none, and entities are declared nowhere else."""
    tail = b""
    try:
        with archive.open(part) as unpacked:
            while piece := unpacked.read(_SLICE):
                if not tail and (b"\0" in piece[:4] or piece[:2] in (b"\xfe\xff", b"\xff\xfe")):
                    raise UnableToReadFile(f"“{name}” is damaged: {part.filename} is not UTF-8.")
                if b"<!DOCTYPE" in tail + piece or b"<!ENTITY" in tail + piece:
                    raise UnableToReadFile(
                        f"“{name}” declares XML entities, which no spreadsheet does. "
                        "It is not read."
                    )
                tail = piece[-16:]
    except UnableToReadFile:
        raise
    except Exception as error:
        raise UnableToReadFile(f"“{name}” is damaged: {part.filename} breaks off.") from error


@contextmanager
def _damage_explained(name: str) -> Iterator[None]:
    """Turn whatever the workbook library raises on a broken file into words for the user."""
    try:
        with warnings.catch_warnings():
            # It warns about styles and extensions, which do not matter to the values.
            warnings.simplefilter("ignore")
            yield
    except UnableToReadFile:
        raise
    except Exception as error:
        raise UnableToReadFile(
            f"“{name}” is damaged. Open it in a spreadsheet program and save it again as .xlsx."
        ) from error


def _sheet_reader(
    sheet: "openpyxl.worksheet._read_only.ReadOnlyWorksheet", meter: _Meter
) -> Callable[[], Rows]:
    def read() -> Rows:
        # The stated dimensions may be a lie of a billion cells; the rows themselves are counted.
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(), start=1)
        while True:
            with _damage_explained(sheet.title):
                number, row = next(rows, (0, ()))
            if not number:
                return
            meter.count(len(row))
            yield number, [_workbook_cell(cell) for cell in row]

    return read


def _workbook_cell(cell: object) -> RawCell:
    kind = getattr(cell, "data_type", "n")
    value: Cell = getattr(cell, "value", None)
    if kind == "f":
        formula = str(getattr(value, "text", value))
        return Refused(formula, "a value; this is a formula, paste its result")
    if kind == "e":
        return Refused(str(value), "a value; this is an error of the spreadsheet")
    if isinstance(value, str):
        return cells.from_workbook(value)
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and "%" in (getattr(cell, "number_format", None) or "")
    ):
        return f"{format(value * 100, '.13g')}%"
    return value


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────


def _csv_table(name: str, content: Callable[[], bytes], meter: _Meter) -> Table:
    def read() -> Rows:
        text = decoded(content(), name=name)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        number = 0
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise UnableToReadFile(
                    f"“{name}” breaks off at line {reader.line_num}: a quotation mark is not "
                    f"closed, or a cell is too long ({error})."
                ) from error
            if row is None:
                return
            number += 1
            meter.count(len(row))
            yield number, [cells.from_csv(cell) for cell in row]

    return Table(PurePosixPath(name).stem, read)


def decoded(content: bytes, *, name: str) -> str:
    """
    Return the text of a UTF-8 file, with or without a byte order mark.

    :raises UnableToReadFile: naming the byte that is not UTF-8
    """
    for mark, encoding in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise UnableToReadFile(
                f"“{name}” is encoded in {encoding} (its mark is at byte 0). Save it as CSV UTF-8."
            )
    if (position := content.find(b"\0")) >= 0:
        raise UnableToReadFile(
            f"“{name}” holds a NUL at byte {position:,}: it is no text in UTF-8. "
            "Save it as CSV UTF-8."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The mark is not counted by the decoder that skips it.
        start = error.start + (3 if content.startswith(codecs.BOM_UTF8) else 0)
        line = content.count(b"\n", 0, start) + 1
        raise UnableToReadFile(
            f"“{name}” is not UTF-8: byte {start:,} (line {line:,}) is 0x{content[start]:02X}"
            f"{_looks_like(content[start])}. Save it as CSV UTF-8."
        ) from error


def _looks_like(byte: int) -> str:
    try:
        letter = bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return f", “{letter}” in Windows-1252"


def _delimiter(text: str) -> str:
    """Programs set to other countries write semicolons or tabs; the heading line shows which."""
    heading = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=heading.count)
