"""Reading a portfolio file: what is taken, what is refused, and in which words."""

import io
import os
import sys
import zipfile
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import openpyxl
import pytest

from vendors.imports.columns import SHEETS
from vendors.imports.files import MEGABYTE, Limits, UnableToReadFile
from vendors.imports.parsing import Parsed, parse

VENDORS = b"key,name,website,country,note\nopenai,OpenAI,https://openai.com,US,\n"


def csv_file(text, *, name="vendors.csv", limits=None):
    content = text if isinstance(text, bytes) else text.encode()
    return parse(io.BytesIO(content), name=name, limits=limits)


def zip_of(parts, *, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream


def saved(sheets):
    """A workbook as a spreadsheet program saves it."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        page = workbook.create_sheet(title)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def handmade(rows_xml, *, head="", more=None, main_type="sheet.main+xml"):
    """A workbook of one sheet, vendors, put together by hand, as no program writes it."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    if "macro" in main_type:
        kind = "application/vnd.ms-excel"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.{main_type}"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="vendors" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{MAIN}">'
        f"<sheetData>{rows_xml}</sheetData></worksheet>",
    }
    return zip_of(parts | (more or {}))


def row_xml(number, *texts):
    cells = "".join(f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def messages(parsed):
    return [str(error) for error in parsed.errors]


class TestWhatIsTaken:
    def test_a_row_becomes_values_of_the_right_kind(self):
        parsed = csv_file(
            "key,vendor,name,currency,ends_on,annual_value,notice_value,reminder_set,renewal\n"
            'ea,ms,EA,usd,2027-06-30,"1,240,000.50",60,yes,Automatic\n',
            name="contracts.csv",
        )

        assert messages(parsed) == []
        assert parsed.rows["contracts"][0].number == 2
        assert parsed.rows["contracts"][0].values == {
            "key": "ea",
            "vendor": "ms",
            "name": "EA",
            "currency": "USD",
            "ends_on": date(2027, 6, 30),
            "annual_value": Decimal("1240000.50"),
            "notice_value": 60,
            "reminder_set": True,
            "renewal": "automatic",
        }

    def test_zero_is_an_amount_and_blank_is_not(self):
        parsed = csv_file(
            "key,name,currency,annual_spend\na,A,USD,0.0\nb,B,USD,\n", name="workloads.csv"
        )

        first, second = parsed.rows["workloads"]
        assert first.values["annual_spend"] == 0
        assert second.values["annual_spend"] is None

    def test_what_is_blank_but_needed_is_listed_as_incomplete(self):
        parsed = csv_file(
            "key,vendor,name,currency,starts_on,ends_on,renewal,notice_value,annual_value\n"
            "a,v,A,USD,2026-01-01,2026-12-31,fixed,,5\n"
            "b,v,B,USD,2026-01-01,,automatic,,5\n",
            name="contracts.csv",
        )

        assert parsed.lacking() == {"contracts.ends_on": 1, "contracts.notice_value": 1}

    def test_a_workbook_gives_the_same_rows_as_its_csv(self):
        rows = [["key", "name", "country"], ["openai", "OpenAI", "US"]]

        from_csv = csv_file("\n".join(",".join(row) for row in rows))

        assert parse(saved({"Vendors": rows}), name="p.xlsx").rows == from_csv.rows

    def test_a_workbook_keeps_real_dates_numbers_and_percentages(self):
        workbook = openpyxl.Workbook()
        page = workbook.active
        page.title = "contracts"
        page.append(
            ["key", "vendor", "name", "currency", "ends_on", "annual_value", "discount_percent"]
        )
        page.append([118, "ms", "EA", "USD", date(2027, 6, 30), 0.1 + 0.2, 0.2])
        page["G2"].number_format = "0%"
        stream = io.BytesIO()
        workbook.save(stream)

        values = parse(stream, name="c.xlsx").rows["contracts"][0].values

        assert values["key"] == "118"
        assert values["ends_on"] == date(2027, 6, 30)
        assert values["annual_value"] == Decimal("0.3")
        assert values["discount_percent"] == 20

    def test_a_folder_of_csvs_is_one_portfolio(self, tmp_path):
        (tmp_path / "vendors.csv").write_bytes(VENDORS)
        (tmp_path / "services.csv").write_text("key,vendor,name\napi,openai,API\n")
        (tmp_path / "about.txt").write_text("not read")

        assert sorted(parse(tmp_path).rows) == ["services", "vendors"]

    def test_a_zip_of_csvs_is_one_portfolio(self):
        stream = zip_of(
            {
                "portfolio/vendors.csv": VENDORS,
                "portfolio/services.csv": "key,vendor,name\napi,openai,API\n",
                "__MACOSX/portfolio/._vendors.csv": b"\0\1",
            }
        )

        assert sorted(parse(stream, name="p.zip").rows) == ["services", "vendors"]

    @pytest.mark.parametrize("delimiter", [";", "\t"])
    def test_semicolons_and_tabs_are_read_too(self, delimiter):
        parsed = csv_file(VENDORS.replace(b",", delimiter.encode()))

        assert parsed.rows["vendors"][0].values["country"] == "US"

    def test_a_byte_order_mark_is_skipped(self):
        assert csv_file(b"\xef\xbb\xbf" + VENDORS).rows["vendors"][0].values["key"] == "openai"

    def test_headings_may_be_written_as_labels(self):
        parsed = csv_file("Key,NAME,Web site\n".replace("Web site", "Website") + "a,A,\n")

        assert messages(parsed) == []

    def test_blank_rows_and_columns_are_passed_over(self):
        parsed = csv_file("\n,,\nkey,name,\n,,\na,A,\n\n")

        assert messages(parsed) == []
        assert [row.number for row in parsed.rows["vendors"]] == [5]

    def test_a_sheet_for_people_is_passed_over(self):
        stream = saved({"Read me": [["Hello"]], "vendors": [["key", "name"], ["a", "A"]]})

        assert messages(parse(stream, name="p.xlsx")) == []

    def test_rows_survive_being_kept_as_json(self):
        parsed = csv_file(
            "key,vendor,name,currency,ends_on,annual_value,reminder_set,note\n"
            'ea,ms,EA,USD,2027-06-30,1240000.50,no,"two\nlines"\nx,,,,,,,\n',
            name="contracts.csv",
        )

        again = Parsed.from_plain(parsed.as_plain())

        assert again == parsed


class TestCells:
    @pytest.mark.parametrize(
        ("column", "found", "expected"),
        [
            ("ends_on", "31.12.2026", "expected a date such as 2026-12-31"),
            ("ends_on", "2026-02-30", "this day does not exist"),
            ("ends_on", "12/31/2026", "expected a date such as 2026-12-31"),
            ("ends_on", "46387", "expected a date such as 2026-12-31"),
            ("ends_on", "0226-12-31", "a date between 1950 and 2150"),
            ("currency", "EURO", "an ISO 4217 currency code"),
            ("currency", "XXX", "an ISO 4217 currency code"),
            ("annual_value", "1.234,56", "countries read differently"),
            ("annual_value", "NaN", "Leave an unknown amount empty"),
            ("annual_value", "-5", "is negative"),
            ("annual_value", "1.005", "more decimals than USD has"),
            ("notice_value", "two months", "a whole number of 0 or more"),
            ("notice_value", "1.5", "a whole number of 0 or more"),
            ("notice_value", "99999", "at most 3,650"),
            ("term_months", "0", "a whole number of 1 or more"),
            ("renewal", "maybe", "one of fixed, automatic, evergreen, unknown"),
            ("reminder_set", "perhaps", "yes or no"),
            ("discount_percent", "120", "a percentage from 0 to 100"),
            ("owner_email", "nobody", "an e-mail address"),
            ("key", "a b", "a key of letters, digits, - and _"),
            ("time_zone", "Mars/Olympus", "a time zone such as Europe/Berlin"),
            ("name", "x" * 201, "at most 200 characters, this has 201"),
            ("name", "Enterprise\nagreement", "text on one line, without line breaks"),
            ("name", "Enterprise\x07agreement", "text on one line, without line breaks"),
            ("note", "a\x07b", "text without control characters"),
            ("name", "", "a value, such as Enterprise agreement"),
        ],
    )
    def test_a_wrong_cell_is_named_with_what_is_expected(self, column, found, expected):
        cells = {"key": "ea", "vendor": "ms", "name": "EA", "currency": "USD", column: found}
        quoted = ",".join(f'"{cell}"' for cell in cells.values())

        parsed = csv_file(f"{','.join(cells)}\n{quoted}\n", name="contracts.csv")

        assert len(parsed.errors) == 1
        assert str(parsed.errors[0]).startswith(f"contracts, row 2, {column}: ")
        assert expected in str(parsed.errors[0])
        assert parsed.rows["contracts"] == []

    @pytest.mark.parametrize(
        ("sheet", "text", "expected"),
        [
            (
                "contracts",
                "key,vendor,name,currency,starts_on,ends_on\na,v,A,USD,2027-01-01,2026-12-31\n",
                "ends_on: found “2026-12-31”, expected a day on or after starts_on (2027-01-01)",
            ),
            (
                "commitments",
                "key,contract,name,currency,used_to_date\na,c,A,USD,5\n",
                "used_as_of: the day on which the use was read",
            ),
            (
                "dependencies",
                "workload,role\nw,primary\n",
                "service: the service or the model that the workload depends on",
            ),
            (
                "models",
                "key,name,publisher\nm,M,p\n",
                "host: the vendor that serves the model",
            ),
        ],
    )
    def test_cells_that_contradict_each_other_are_named(self, sheet, text, expected):
        assert expected in messages(csv_file(text, name=f"{sheet}.csv"))[0]

    def test_every_error_is_listed_and_not_only_the_first(self):
        parsed = csv_file("key,name,country,web\na,A,Germany,\n,B,US,\na,C,DE,\n")

        assert messages(parsed) == [
            "vendors, row 1: found “web”, expected a column of this sheet (did you mean website?)",
            (
                "vendors, row 2, country: found “Germany”, expected a country code of two letters, "
                "such as US or DE"
            ),
            "vendors, row 3, key: a value, such as microsoft",
        ]

    def test_a_key_that_stands_twice_names_the_first_row(self):
        parsed = csv_file("key,name\na,A\nb,B\nA,C\n")

        assert messages(parsed) == [
            "vendors, row 4, key: found “a”, expected each only once; row 2 has it already"
        ]

    def test_errors_beyond_the_limit_are_counted(self):
        text = "key,name\n" + "a b,A\n" * 30

        parsed = csv_file(text, limits=Limits(errors=10))

        assert (len(parsed.errors), parsed.more_errors) == (10, 20)

    def test_an_error_shows_a_long_cell_short_and_on_one_line(self):
        parsed = csv_file(f'key,name,country\na,A,"{"x" * 500}\n=1"\n')

        assert len(parsed.errors[0].found) == 61


class TestHeadings:
    def test_a_missing_column_is_named(self):
        assert "vendors, row 1, name: this column is missing" in messages(csv_file("key\na\n"))

    def test_an_unknown_column_gets_the_nearest_name(self):
        parsed = csv_file("key,name,contry\na,A,US\n")

        assert messages(parsed) == [
            (
                "vendors, row 1: found “contry”, expected a column of this sheet "
                "(did you mean country?)"
            )
        ]

    def test_a_column_that_stands_twice_is_refused(self):
        parsed = csv_file("key,name,Name\na,A,B\n")

        assert messages(parsed) == ["vendors, row 1, name: found “Name”, expected each column once"]

    def test_a_cell_under_no_heading_is_refused(self):
        parsed = csv_file("key,name\na,A,surplus\n")

        assert messages(parsed) == [
            "vendors, row 2, column 3: found “surplus”, expected nothing; it has no heading"
        ]

    def test_an_unknown_sheet_gets_the_nearest_name(self):
        parsed = csv_file("key\na\n", name="vendor.csv")

        assert messages(parsed)[0].startswith("vendor: this is none of the sheets vendors,")
        assert messages(parsed)[0].endswith("(did you mean vendors?)")

    def test_an_empty_sheet_is_said_to_be_empty(self):
        stream = saved({"vendors": [], "services": [["key", "vendor", "name"]]})

        assert messages(parse(stream, name="p.xlsx")) == [
            "vendors: this sheet is empty; it needs its headings"
        ]

    def test_two_files_for_one_sheet_are_refused(self):
        stream = zip_of({"a/vendors.csv": VENDORS, "b/Vendors.csv": VENDORS})

        assert messages(parse(stream, name="p.zip")) == ["vendors: this sheet is in the file twice"]


class TestEncodings:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (VENDORS.decode().encode("utf-16"), "encoded in UTF-16 (its mark is at byte 0)"),
            (VENDORS.decode().encode("utf-32"), "encoded in UTF-32"),
            (VENDORS.decode().encode("utf-16-le"), "holds a NUL at byte 1"),
            (VENDORS + b"m\xfcller,M,,,\n", "byte 68 (line 3) is 0xFC, “ü” in Windows-1252"),
            (b"\xef\xbb\xbfkey,name\n\x81,A\n", "byte 12 (line 2) is 0x81. Save it as CSV UTF-8"),
            (b"key,name\na,\0A\n", "holds a NUL at byte 11"),
        ],
    )
    def test_what_is_not_utf_8_is_refused_by_byte(self, content, message):
        assert message in messages(csv_file(content))[0]

    def test_one_broken_csv_does_not_hide_the_errors_of_another(self, tmp_path):
        (tmp_path / "vendors.csv").write_bytes(b"key,name\n\xff,A\n")
        (tmp_path / "services.csv").write_text("key,vendor,name\n,openai,API\n")

        assert len(parse(tmp_path).errors) == 2

    def test_a_quotation_that_is_not_closed_is_named_by_line(self):
        assert "breaks off at line 3" in messages(csv_file('key,name\na,"A\nb,B\n'))[0]

    def test_a_cell_of_a_megabyte_is_refused(self):
        assert "a cell is too long" in messages(csv_file("key,name\na," + "x" * MEGABYTE))[0]


class TestHostileFiles:
    def refused(self, stream, name="p.xlsx", limits=None):
        with pytest.raises(UnableToReadFile) as caught:
            parse(stream, name=name, limits=limits)
        return str(caught.value)

    def test_two_gigabytes_are_refused_unread(self, tmp_path):
        path = tmp_path / "large.xlsx"
        with path.open("wb") as stream:
            os.truncate(stream.fileno(), 2 * 1024 * MEGABYTE)

        assert self.refused(path, "") == (
            "“large.xlsx” has 2,048 MB; at most 25 MB are read. Split it."
        )

    def test_a_stream_of_two_gigabytes_is_refused_unread(self):
        class Large(io.BytesIO):
            def seek(self, position, whence=io.SEEK_SET):
                return 2 * 1024 * MEGABYTE if whence == io.SEEK_END else position

            def read(self, size=-1):
                raise AssertionError("it was read")

        assert "2,048 MB" in self.refused(Large())

    def test_an_empty_file_is_said_to_be_empty(self):
        assert self.refused(io.BytesIO()) == "“p.xlsx” is empty."

    def test_a_file_of_another_kind_is_refused(self):
        assert "is not a workbook" in self.refused(io.BytesIO(b"%PDF-1.7 ..."), "p.pdf")

    def test_a_damaged_zip_is_refused(self):
        content = saved({"vendors": [["key"]]}).getvalue()

        assert "is damaged" in self.refused(io.BytesIO(content[: len(content) // 2]))

    def test_a_zip_whose_content_is_damaged_is_refused(self):
        content = bytearray(zip_of({"vendors.csv": VENDORS * 50}).getvalue())
        content[60:70] = b"0123456789"

        parsed = parse(io.BytesIO(bytes(content)), name="p.zip")

        assert messages(parsed) == ["vendors: “vendors.csv” is damaged."]

    @pytest.mark.parametrize(
        "stream",
        [
            handmade("", main_type="sheet.macroEnabled.main+xml"),
            handmade("", more={"xl/vbaProject.bin": b"x"}),
            handmade("", more={"xl/macrosheets/sheet1.xml": b"<x/>"}),
        ],
        ids=["by type", "by project", "by macro sheet"],
    )
    def test_a_macro_workbook_is_refused_whatever_its_name(self, stream):
        assert self.refused(stream) == "“p.xlsx” holds macros. Save it as .xlsx, without them."

    def test_an_old_workbook_is_refused(self):
        content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

        assert "old Excel format (.xls)" in self.refused(io.BytesIO(content), "p.xls")

    def test_a_workbook_with_a_password_is_refused(self):
        content = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")

        assert "has a password" in self.refused(io.BytesIO(content))

    def test_a_zip_with_a_password_is_refused(self):
        content = bytearray(zip_of({"vendors.csv": VENDORS}).getvalue())
        # Bit 0 of the general flags: in the local header and in the directory.
        content[6] |= 1
        content[content.index(b"PK\x01\x02") + 8] |= 1

        assert "has a password" in self.refused(io.BytesIO(bytes(content)), "p.zip")

    @pytest.mark.parametrize(
        ("part", "message"),
        [
            ("xl/workbook.bin", "binary workbook (.xlsb)"),
        ],
    )
    def test_a_binary_workbook_is_refused(self, part, message):
        assert message in self.refused(handmade("", more={part: b"x"}))

    def test_an_open_document_is_refused(self):
        stream = zip_of({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"})

        assert "OpenDocument" in self.refused(stream, "p.ods")

    def test_a_zip_bomb_is_refused_before_it_is_unpacked(self):
        stream = zip_of({"vendors.csv": b"0" * (200 * MEGABYTE)})

        assert "would unpack to 200 MB" in self.refused(stream, "p.zip")

    def test_a_part_that_unpacks_a_thousandfold_is_refused(self):
        stream = zip_of({"vendors.csv": b"0" * (20 * MEGABYTE)})

        assert "would unpack to 20 MB" in self.refused(stream, "p.zip")

    def test_a_zip_of_thousands_of_parts_is_refused(self):
        stream = zip_of({f"{number}.csv": b"" for number in range(501)})

        assert "has 501 parts" in self.refused(stream, "p.zip")

    @pytest.mark.parametrize(
        "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"]
    )
    def test_an_entity_bomb_is_refused_in_any_part(self, part):
        bomb = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
            f'<!ENTITY {after} "{f"&{before};" * 10}">'
            for before, after in zip("abcdefgh", "bcdefghi", strict=True)
        )

        message = self.refused(handmade("", more={part: f"{bomb}]><x>&i;</x>"}))

        assert "declares XML entities" in message

    def test_an_entity_hidden_in_another_encoding_is_refused(self):
        hidden = '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'.encode("utf-16")

        assert "is not UTF-8" in self.refused(handmade("", more={"xl/workbook.xml": hidden}))

    def test_openpyxl_parses_with_defusedxml(self):
        assert openpyxl.DEFUSEDXML
        assert "defusedxml" in sys.modules

    def test_a_row_number_of_two_billion_is_refused(self):
        stream = handmade(row_xml(1, "key", "name") + row_xml(2_000_000_000, "a", "A"))

        assert (
            "more than 20,000 rows"
            in messages(parse(stream, name="p.xlsx", limits=Limits(rows=20_000)))[0]
        )

    def test_stated_dimensions_are_not_believed(self):
        stream = handmade(
            row_xml(1, "key", "name") + row_xml(2, "a", "A"),
        )
        content = zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml").decode()
        lie = content.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')

        parsed = parse(handmade("", more={"xl/worksheets/sheet1.xml": lie}), name="p.xlsx")

        assert len(parsed.rows["vendors"]) == 1

    def test_too_many_cells_are_refused(self):
        wide = '<row r="2"><c r="XFD2" t="inlineStr"><is><t>x</t></is></c></row>'

        parsed = parse(
            handmade(row_xml(1, "key", "name") + wide), name="p.xlsx", limits=Limits(cells=10_000)
        )

        assert "more than 10,000 cells" in messages(parsed)[0]

    def test_too_many_rows_are_refused(self):
        text = "key,name\n" + "a,A\n" * 50

        assert "more than 40 rows" in messages(csv_file(text, limits=Limits(rows=40)))[-1]

    def test_a_workbook_of_nonsense_is_refused(self):
        stream = handmade("", more={"xl/workbook.xml": "<workbook><sheets/>"})

        assert "is damaged" in self.refused(stream)

    def test_a_formula_is_refused_and_shown(self):
        stream = saved({"vendors": [["key", "name"], ["a", '=HYPERLINK("x")']]})

        assert messages(parse(stream, name="p.xlsx")) == [
            (
                'vendors, row 2, name: found “=HYPERLINK("x")”, expected a value; '
                "this is a formula, paste its result"
            )
        ]

    def test_an_error_of_the_spreadsheet_is_refused(self):
        error = '<row r="2"><c t="e"><v>#REF!</v></c><c t="inlineStr"><is><t>A</t></is></c></row>'

        parsed = parse(handmade(row_xml(1, "key", "name") + error), name="p.xlsx")

        assert messages(parsed) == [
            (
                "vendors, row 2, key: found “#REF!”, expected a value; "
                "this is an error of the spreadsheet"
            )
        ]

    def test_a_path_that_climbs_out_of_the_zip_is_only_a_name(self, tmp_path):
        stream = zip_of({"../../vendors.csv": VENDORS})

        assert len(parse(stream, name="p.zip").rows["vendors"]) == 1

    def test_a_file_without_any_of_our_sheets_says_so(self):
        assert "No sheet of the file" in self.refused(saved({"Notes": [["x"]]}))

    def test_a_missing_path_says_so(self, tmp_path):
        assert self.refused(tmp_path / "none.xlsx", "") == "“none.xlsx” is not there."

    def test_a_folder_without_csvs_says_so(self, tmp_path):
        assert "There is no CSV file" in self.refused(tmp_path, "")


class TestColumns:
    @pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.name)
    def test_a_row_refers_only_to_sheets_above_its_own(self, sheet):
        singular = {name.removesuffix("s"): name for name in SHEETS} | {"commitment": "commitments"}
        order = list(SHEETS)

        named = [singular[name] for name in sheet.names if name in singular]

        assert all(order.index(name) < order.index(sheet.name) for name in named)
