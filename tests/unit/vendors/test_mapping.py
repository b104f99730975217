"""Foreign tables: a saved mapping makes our rows of them, and invents nothing."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from vendors.imports.files import UnableToReadFile
from vendors.imports.mapping import ColumnMapping, UnableToUseMapping, apply, headings
from vendors.imports.names import likely_same, normalised

DATA = Path(__file__).parents[2] / "data"
FEDERAL = DATA / "fpds_r408_sample.csv"

BODY = {
    "fields": [
        {"to": "vendors.key", "from": "Supplier", "as": "key"},
        {"to": "vendors.name", "from": "Supplier"},
        {"to": "contracts.key", "from": "No", "as": "key"},
        {"to": "contracts.vendor", "from": "Supplier", "as": "key"},
        {"to": "contracts.name", "from": "Subject", "as": "short"},
        {"to": "contracts.currency", "constant": "EUR"},
        {"to": "contracts.ends_on", "from": "End"},
        {"to": "contracts.annual_value", "from": "Value"},
        {
            "to": "contracts.renewal",
            "from": "Renews",
            "words": {"tacit": "automatic", "Never": "fixed", "?": ""},
        },
    ]
}
HEAD = "No,Supplier,Subject,End,Value,Renews\n"


def mapped(rows, body=BODY):
    return apply(ColumnMapping.from_body(body), io.BytesIO((HEAD + rows).encode()), name="t.csv")


class TestApply:
    def test_makes_a_vendor_and_a_contract_of_one_row(self):
        rows = mapped("7/A,Müller & Co,Search,2027-06-30,1200.50,TACIT\n").parsed.rows

        assert rows["vendors"][0].values == {"key": "muller-co", "name": "Müller & Co"}
        assert rows["contracts"][0].values == {
            "key": "7-a",
            "vendor": "muller-co",
            "name": "Search",
            "currency": "EUR",
            "ends_on": date(2027, 6, 30),
            "annual_value": Decimal("1200.50"),
            "renewal": "automatic",
        }

    def test_makes_one_vendor_of_many_rows(self):
        rows = mapped("1,Acme,A,,,tacit\n2,ACME,B,,,tacit\n3, Acme ,C,,,tacit\n").parsed.rows

        assert [row.values["name"] for row in rows["vendors"]] == ["Acme"]
        assert {row.values["vendor"] for row in rows["contracts"]} == {"acme"}

    def test_gives_two_spellings_two_keys_even_if_they_look_alike(self):
        rows = mapped("1,Acme Inc,A,,,tacit\n2,Acme Inc.,B,,,tacit\n").parsed.rows

        first, second = (row.values["key"] for row in rows["vendors"])
        assert first == "acme-inc"
        assert second.startswith("acme-inc-")
        assert [row.values["vendor"] for row in rows["contracts"]] == [first, second]

    def test_keeps_nothing_apart_from_zero(self):
        rows = mapped("1,Acme,A,,0.0,never\n2,Acme,B,,NULL,never\n").parsed.rows

        assert [row.values["annual_value"] for row in rows["contracts"]] == [0, None]

    def test_leaves_a_missing_date_missing_and_lists_it(self):
        result = mapped("1,Acme,A,,5,?\n")

        assert result.parsed.rows["contracts"][0].values["ends_on"] is None
        assert "ends_on" in result.parsed.incomplete[0].columns

    def test_names_the_foreign_column_of_a_wrong_cell(self):
        errors = mapped("1,Acme,A,30/06/2027,5,often\n").parsed.errors

        assert [str(error) for error in errors] == [
            (
                "contracts, row 2, ends_on (from End): found “30/06/2027”, "
                "expected a date such as 2026-12-31"
            ),
            (
                "contracts, row 2, renewal (from Renews): found “often”, "
                "expected one of tacit, Never, ?; the mapping knows no other"
            ),
        ]

    def test_refuses_one_contract_number_for_two_contracts(self):
        errors = mapped("1,Acme,A,,5,tacit\n1,Acme,B,,5,tacit\n").parsed.errors

        assert str(errors[0]) == (
            "contracts, row 3, name: found “B”, expected the same as on row 2"
        )

    def test_takes_a_row_that_stands_twice_once(self):
        result = mapped("1,Acme,A,,5,tacit\n1,Acme,A,,5,tacit\n")

        assert result.parsed.errors == []
        assert len(result.parsed.rows["contracts"]) == 1

    def test_a_row_without_its_vendor_is_an_error(self):
        errors = mapped("1,,A,,5,tacit\n").parsed.errors

        assert {error.column for error in errors} == {"key", "name", "vendor"}

    def test_a_row_of_an_optional_sheet_is_left_out_and_listed(self):
        result = mapped("1,,A,,5,tacit\n", BODY | {"optional": ["vendors", "contracts"]})

        assert result.parsed.errors == []
        assert [(row.sheet, row.columns) for row in result.left_out] == [
            ("vendors", ("key", "name")),
            ("contracts", ("vendor",)),
        ]

    def test_shortens_a_long_subject_and_says_so(self):
        rows = mapped(f"1,Acme,{'x' * 300},,5,tacit\n").parsed.rows

        assert rows["contracts"][0].values["name"] == "x" * 199 + "…"

    def test_names_a_foreign_column_that_is_not_there(self):
        with pytest.raises(UnableToReadFile, match=r"lacks “Supplier” \(did you mean Suplier\?\)"):
            apply(
                ColumnMapping.from_body(BODY),
                io.BytesIO(HEAD.replace("Supplier", "Suplier").encode()),
                name="t.csv",
            )


class TestMapping:
    def test_is_the_same_after_being_saved(self):
        mapping = ColumnMapping.from_body(BODY)

        assert ColumnMapping.from_body(json.loads(json.dumps(mapping.to_body()))) == mapping

    @pytest.mark.parametrize(
        ("field", "message"),
        [
            ({"to": "vendors.nam", "from": "x"}, "did you mean vendors.name?"),
            ({"to": "vendors.note"}, "needs either a column to read or a constant"),
            ({"to": "vendors.note", "from": "x", "constant": "y"}, "needs either a column"),
            ({"to": "vendors.name", "from": "x"}, "vendors.name is filled twice"),
            ({"to": "services.name", "from": "x"}, "services.key is required and not filled"),
            ({"to": "vendors.note", "from": "x", "as": "shout"}, "“shout” is none of as-is"),
        ],
    )
    def test_that_does_not_fit_is_refused(self, field, message):
        with pytest.raises(UnableToUseMapping) as caught:
            ColumnMapping.from_body({"fields": [*BODY["fields"], field]})

        assert message in str(caught.value)

    def test_can_be_made_from_the_headings_of_a_file(self):
        assert headings(io.BytesIO(HEAD.encode()), name="t.csv")[:2] == ("No", "Supplier")


class TestFederalContracts:
    """150 real records with dirty names and missing dates and amounts."""

    @pytest.fixture(scope="class")
    @classmethod
    def result(cls):
        body = json.loads((DATA / "fpds_mapping.json").read_text("utf-8"))
        return apply(ColumnMapping.from_body(body), FEDERAL)

    def test_every_record_becomes_a_contract(self, result):
        assert result.parsed.errors == []
        assert len(result.parsed.rows["contracts"]) == 150

    def test_every_spelling_becomes_a_vendor_with_a_key_of_its_own(self, result):
        vendors = result.parsed.rows["vendors"]

        assert len(vendors) == 103
        assert len({row.values["key"] for row in vendors}) == 103

    def test_six_contracts_have_no_end_and_say_so(self, result):
        ends = [row.values["ends_on"] for row in result.parsed.rows["contracts"]]

        assert ends.count(None) == 6
        assert result.parsed.lacking()["contracts.ends_on"] == 6

    def test_a_missing_amount_makes_no_period_and_is_listed(self, result):
        lacking_amount = [row for row in result.left_out if "amount" in row.columns]

        assert len(lacking_amount) == 10
        assert len(result.parsed.rows["commitment_periods"]) == 150 - len(result.left_out)

    def test_an_amount_of_zero_is_kept_as_zero(self, result):
        periods = {
            row.values["commitment"]: row.values["amount"]
            for row in result.parsed.rows["commitment_periods"]
        }

        assert periods["1344-1333bj25f00224002-1333bj22a00220001"] == 0

    def test_likely_doubles_are_suggested_and_not_merged(self, result):
        assert ("BOOZ ALLEN HAMILTON INC", "BOOZ ALLEN HAMILTON INC.") in [
            group.names for group in result.likely_same
        ]

    def test_what_was_not_used_is_named(self, result):
        assert "obligated" in result.unused


class TestLikelySame:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("BOOZ ALLEN HAMILTON INC", "Booz Allen Hamilton, Inc."),
            ("Heidi Kolbe & Company", "HEIDI KOLBE AND COMPANY"),
            ("CNA CORPORATION, THE", "The CNA Corporation"),
            ("KPMG LLP-3", "KPMG LLC"),
            ("Société Générale S.A.", "SOCIETE GENERALE SA"),
            ("HX5,, LLC", "HX5 LLC"),
        ],
    )
    def test_finds_names_that_differ_in_form_alone(self, one, other):
        assert normalised(one) == normalised(other)

    def test_finds_a_slip_of_the_keyboard(self):
        (found,) = likely_same(["Monica Thakkrar Inc.", "MONICA THAKRAR, INC."])

        assert found.why == "spelled almost alike"

    def test_finds_a_name_that_goes_on(self):
        (found,) = likely_same(["Deloitte", "DELOITTE CONSULTING LLP"])

        assert found.why == "one begins with the other"

    def test_keeps_numbered_companies_apart(self):
        assert likely_same(["ARCHETYPE II LLC", "ARCHETYPE III LLC"]) == ()

    def test_keeps_short_and_different_names_apart(self):
        assert likely_same(["Aon", "Aon Hewitt", "Olympus Alpha LLC", "Titan Alpha LLC"]) == ()

    def test_a_name_of_nothing_but_forms_is_still_a_name(self):
        assert normalised("The Company") == "the company"
