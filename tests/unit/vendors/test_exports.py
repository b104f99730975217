"""Exports: nothing in them can run, dates and numbers are real, and import gives back the same."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockin.money import Money
from vendors.exports.sheets import (
    WorkbookSheet,
    csv_stream,
    file_name,
    workbook_file,
    xlsx_file,
)
from vendors.imports.columns import SHEETS
from vendors.imports.parsing import parse

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    '=HYPERLINK("https://example.com","x")',
    "'=1+1",
    "''=1+1",
]


def as_csv(headers, rows, **more):
    return b"".join(csv_stream(headers, rows, **more))


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(stream):
    with stream:
        return list(openpyxl.load_workbook(stream).active.iter_rows())


class TestCsv:
    def test_begins_with_the_mark_that_excel_needs(self):
        assert as_csv(["Name"], []) == b"\xef\xbb\xbfName\r\n"

    @pytest.mark.parametrize("text", DANGEROUS)
    def test_gives_no_text_that_begins_like_a_formula(self, text):
        cell = read_csv(as_csv(["Name"], [[text]]))[1][0]

        assert cell == f"'{text}"

    def test_leaves_a_harmless_text_alone(self):
        assert read_csv(as_csv(["Name"], [["Müller & Söhne, 1-2 = 3"]]))[1] == [
            "Müller & Söhne, 1-2 = 3"
        ]

    def test_escapes_headings_too(self):
        assert read_csv(as_csv(["=Name"], []))[0] == ["'=Name"]

    def test_writes_values_that_machines_read(self):
        row = [
            None,
            Decimal("-1234.50"),
            Money(Decimal("1234.5"), "USD"),
            date(2026, 12, 2),
            datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
            True,
            7,
        ]

        assert read_csv(as_csv(["x"] * 7, [row]))[1] == [
            "",
            "-1234.50",
            "1234.50",
            "2026-12-02",
            "2026-12-02T09:30:00Z",
            "yes",
            "7",
        ]

    def test_replaces_what_no_file_can_hold(self):
        assert read_csv(as_csv(["x"], [["a\x00b\ud800"]]))[1] == ["a\ufffdb\ufffd"]

    def test_ends_with_the_totals(self):
        content = as_csv(["Name", "Value"], [["A", Decimal(1)]], totals=["Total", Decimal(1)])

        assert read_csv(content)[-1] == ["Total", "1"]

    def test_holds_no_more_than_a_piece_in_memory(self):
        rows = (["x" * 100] * 10 for _ in range(5_000))
        tracemalloc.start()

        size = sum(len(piece) for piece in csv_stream(["x"] * 10, rows))

        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 5_000_000
        assert peak < 2_000_000


class TestWorkbook:
    @pytest.mark.parametrize("text", DANGEROUS)
    def test_holds_text_as_text_and_never_as_formula(self, text):
        cell = read_xlsx(xlsx_file("Names", ["Name"], [[text]]))[1][0]

        assert cell.data_type == "s"
        assert cell.quotePrefix

    def test_holds_real_dates_and_numbers(self):
        row = [
            date(2026, 12, 2),
            Money(Decimal("1234.50"), "USD"),
            Decimal("0.075"),
            12,
            None,
            datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
        ]

        found = read_xlsx(xlsx_file("Sheet", ["x"] * 6, [row]))[1]

        assert [cell.value for cell in found] == [
            datetime(2026, 12, 2),  # noqa: DTZ001 - a workbook knows no time zone
            1234.5,
            0.075,
            12,
            None,
            datetime(2026, 12, 2, 9, 30),  # noqa: DTZ001
        ]
        assert [cell.number_format for cell in found[:3]] == [
            "d mmm yyyy",
            "#,##0.00",
            "#,##0.000",
        ]

    def test_keeps_the_totals_out_of_the_filter(self):
        with xlsx_file("Sheet", ["A", "B"], [["x", 1], ["y", 2]], ["Total", 3]) as stream:
            page = openpyxl.load_workbook(stream).active

            assert page.auto_filter.ref == "A1:B3"
            assert [cell.value for cell in page[4]] == ["Total", 3]

    def test_says_where_a_text_too_long_for_a_cell_was_cut(self):
        cell = read_xlsx(xlsx_file("Sheet", ["Note"], [["é" * 40_000]]))[1][0]

        assert len(cell.value) <= 32_767
        assert cell.value.endswith("the CSV has all of it)")

    def test_takes_a_title_that_excel_forbids(self):
        with xlsx_file("Contracts: [all] / 'notice' soon and much longer", ["x"], []) as stream:
            assert openpyxl.load_workbook(stream).sheetnames == ["Contracts   all    'notice' soo"]

    def test_has_as_many_sheets_as_were_given(self):
        sheets = [
            WorkbookSheet(title=name, headers=["key"], rows=[["a"]])
            for name in ("vendors", "models")
        ]

        with workbook_file(sheets) as stream:
            assert openpyxl.load_workbook(stream).sheetnames == ["vendors", "models"]


def test_the_file_name_carries_what_view_and_day():
    name = file_name(
        "Contracts", view="Notice soon · Münch/en", on=date(2026, 11, 23), extension="csv"
    )

    assert name == "contracts-notice-soon-munch-en-2026-11-23.csv"


# What a person can have typed into a free text: anything printable, and line endings.
texts = st.text(
    st.one_of(
        st.sampled_from("=+-@'\t\n _x05F;,\"=＝"),
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    ),
    max_size=60,
)
prefixed = st.builds(
    "{}{}".format, st.sampled_from(["", *DANGEROUS[:4], "'", "_x0041_", "#N/A"]), texts
)


def same(text):
    """Blank is nothing."""
    return text if text.strip() else None


@given(prefixed)
@settings(max_examples=150, deadline=None)
def test_csv_export_and_import_give_back_every_text(note):
    content = as_csv(["key", "name", "note"], [["a", "A", note]])

    rows = parse(io.BytesIO(content), name="vendors.csv").rows["vendors"]

    assert rows[0].values["note"] == same(note)


@given(prefixed)
@settings(max_examples=100, deadline=None)
def test_workbook_export_and_import_give_back_every_text(note):
    with xlsx_file("vendors", ["key", "name", "note"], [["a", "A", note]]) as stream:
        rows = parse(stream, name="v.xlsx").rows["vendors"]

    assert rows[0].values["note"] == same(note)


@pytest.mark.parametrize(
    "note", [*DANGEROUS[:4], "#N/A", "#REF!", "'=1", "_x0041_", "_x005F_x0041_", "a\nb"]
)
def test_a_workbook_that_somebody_saved_again_gives_back_the_same_text(note):
    again = io.BytesIO()
    with xlsx_file("vendors", ["key", "name", "note"], [["a", "A", note]]) as stream:
        workbook = openpyxl.load_workbook(stream)
    # As a spreadsheet program does it: the text goes to the shared strings, once more coded.
    workbook.save(again)

    assert parse(again, name="v.xlsx").rows["vendors"][0].values["note"] == note


def test_a_second_export_equals_the_first():
    rows = [["a", "A", text] for text in DANGEROUS]
    rows = [[f"k{number}", f"N{number}", row[2]] for number, row in enumerate(rows)]
    first = as_csv(["key", "name", "note"], rows)
    parsed = parse(io.BytesIO(first), name="vendors.csv")

    second = as_csv(
        ["key", "name", "note"], [list(row.values.values()) for row in parsed.rows["vendors"]]
    )

    # A carriage return alone comes back as a line feed: one kind of line ending is kept.
    assert second == first.replace(b"'\r=", b"'\n=")


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
def test_the_example_of_every_column_can_be_read_in_both_forms(sheet):
    headers = [column.label for column in sheet.columns]
    example = [column.example for column in sheet.columns]

    from_csv = parse(io.BytesIO(as_csv(headers, [example])), name=f"{sheet.name}.csv")
    with xlsx_file(sheet.name, headers, [example]) as stream:
        from_workbook = parse(stream, name="x.xlsx")

    assert [str(error) for error in from_csv.errors + from_workbook.errors] == []
    assert from_csv.rows == from_workbook.rows
