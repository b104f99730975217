"""The import of a whole portfolio, by page and by command: all of it or nothing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lockin.trail.models import Event
from lockin.trail.recording import broken_links
from tests.conftest import NOW
from tests.factories.people import make_organisation
from tests.factories.portfolio import make_contract, make_vendor
from vendors.models import (
    AIModel,
    Commitment,
    CommitmentPeriod,
    Contract,
    Dependency,
    ImportBatch,
    ImportMapping,
    Vendor,
    VendorAlias,
    Workload,
)
from vendors.portfolio import vendors as vendor_writes

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[2] / "data"
SAMPLE = DATA / "fpds_r408_sample.csv"

SHEETS = {
    "vendors": "key,name,country\nms,Microsoft,US\noai,OpenAI,US\n",
    "services": "key,vendor,name,kind\nazure,ms,Azure OpenAI,platform\n",
    "models": "key,name,publisher,service\ngpt,GPT-4o,oai,azure\n",
    "contracts": (
        "key,vendor,name,currency,starts_on,ends_on,renewal,renewal_months,notice_value,"
        "annual_value\nea,ms,Enterprise agreement,USD,2026-02-01,2027-01-31,automatic,12,60,"
        "2400000.50\n"
    ),
    "workloads": "key,name,currency,annual_spend\ntriage,Claims triage,USD,1200000\n",
    "dependencies": "workload,model,contract,share\ntriage,gpt,ea,0.8\n",
    "commitments": "key,contract,name,currency\nmacc,ea,Azure commitment,USD\n",
    "commitment_periods": (
        "commitment,starts_on,ends_on,amount\nmacc,2026-01-01,2026-12-31,2000000\n"
    ),
}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def fpds(organisation: Any, chair: Any) -> ImportMapping:
    return ImportMapping.objects.create(
        organisation=organisation,
        name="Federal contracts",
        body=json.loads((DATA / "fpds_mapping.json").read_text()),
        saved_at=NOW,
        saved_by=chair,
    )


def zipped(**changed: str) -> bytes:
    """Return a zip of CSVs: the whole portfolio above, with the sheets given in their place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in (SHEETS | changed).items():
            archive.writestr(f"{name}.csv", text)
    return stream.getvalue()


def upload(client: Any, content: bytes, name: str = "portfolio.zip", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/import/", {"file": file, **more}, follow=True)


def import_all(client: Any, content: bytes, name: str = "portfolio.zip", **more: Any) -> Any:
    upload(client, content, name, **more)
    batch = ImportBatch.objects.latest("pk")
    return client.post(f"/import/{batch.pk}/confirm/", follow=True)


def counts() -> tuple[int, ...]:
    models = (Vendor, Contract, Workload, Dependency, CommitmentPeriod, ImportBatch, Event)
    return tuple(model.objects.count() for model in models)


class TestTheWholePortfolio:
    def test_a_preview_writes_no_record(self, organisation, chair, client_as):
        response = upload(client_as(chair), zipped())

        assert "Nine rows would be written" in response.content.decode()
        assert Vendor.objects.count() == 0
        assert ImportBatch.objects.get().state == "previewed"

    def test_confirming_writes_every_row_and_what_it_refers_to(
        self, organisation, chair, client_as
    ):
        import_all(client_as(chair), zipped())

        dependency = Dependency.objects.get()
        assert (dependency.workload.key, dependency.model.key) == ("triage", "gpt")
        assert (dependency.contract.key, str(dependency.share)) == ("ea", "0.8000")
        contract = Contract.objects.get()
        assert contract.annual_value_minor == 240_000_050
        # 31 Jan 2027 − 60 days is Wed 2 Dec 2026.
        assert contract.notice_by.isoformat() == "2026-12-02"
        assert AIModel.objects.get().host.key == "ms"
        assert CommitmentPeriod.objects.get().amount_minor == 200_000_000

    def test_the_trail_tells_of_every_row_and_still_holds(self, organisation, chair, client_as):
        import_all(client_as(chair), zipped())

        acts = list(Event.objects.order_by("sequence").values_list("act", flat=True))
        assert sum(act.endswith(".imported") for act in acts) == 9
        assert acts[-1] == "import.applied"
        assert list(broken_links(Event.objects.order_by("sequence"))) == []

    def test_the_same_file_again_changes_nothing(self, organisation, chair, client_as):
        client = client_as(chair)
        import_all(client, zipped())
        first = counts()[:5]

        page = upload(client, zipped()).content.decode()
        import_all(client, zipped())

        assert "Everything in this file is on file already" in page
        assert "The same file was imported on" in page
        assert counts()[:5] == first

    def test_confirming_twice_writes_once(self, organisation, chair, client_as):
        client = client_as(chair)
        import_all(client, zipped())
        batch = ImportBatch.objects.get()

        again = client.post(f"/import/{batch.pk}/confirm/")

        assert again.status_code == 409
        assert Vendor.objects.count() == 2

    def test_a_changed_cell_is_shown_before_and_after(self, organisation, chair, client_as):
        client = client_as(chair)
        import_all(client, zipped())
        workloads = SHEETS["workloads"].replace("1200000", "900000")

        page = upload(client, zipped(workloads=workloads)).content.decode()

        assert "annual_spend: $1,200,000.00 → $900,000.00" in page

    def test_a_column_that_the_file_lacks_leaves_what_is_on_file(
        self, organisation, chair, client_as
    ):
        client = client_as(chair)
        import_all(client, zipped())
        contracts = "key,vendor,name,currency\nea,ms,New name,USD\n"

        import_all(client, zipped(contracts=contracts))

        contract = Contract.objects.get()
        assert (contract.name, contract.notice_value) == ("New name", 60)

    def test_a_dropped_file_keeps_no_rows_and_cannot_be_confirmed(
        self, organisation, chair, client_as
    ):
        client = client_as(chair)
        upload(client, zipped())
        batch = ImportBatch.objects.get()
        client.post(f"/import/{batch.pk}/drop/")

        assert client.post(f"/import/{batch.pk}/confirm/").status_code == 409
        assert ImportBatch.objects.get().rows == {}
        assert Vendor.objects.count() == 0

    def test_a_fallback_and_a_workbook_from_the_template_are_read(
        self, organisation, chair, client_as
    ):
        client = client_as(chair)
        book = openpyxl.load_workbook(
            io.BytesIO(b"".join(client.get("/import/template.xlsx").streaming_content))
        )
        book["vendors"].append(["acme", "Acme", None, "US", None])
        stream = io.BytesIO()
        book.save(stream)

        import_all(client, stream.getvalue(), "portfolio.xlsx")

        assert Vendor.objects.get().name == "Acme"

    def test_the_number_of_queries_grows_by_batch_and_not_by_row(
        self, organisation, chair, client_as
    ):
        client = client_as(chair)
        client.get("/import/")

        def cost(rows: int, start: int) -> int:
            lines = "".join(f"v{n},Vendor {n}\n" for n in range(start, start + rows))
            upload(client, f"key,name\n{lines}".encode(), "vendors.csv")
            batch = ImportBatch.objects.latest("pk")
            with CaptureQueriesContext(connection) as found:
                client.post(f"/import/{batch.pk}/confirm/")
            return len(found)

        assert cost(3, 0) == cost(30, 100)


class TestWrongRows:
    @pytest.mark.parametrize(
        ("sheet", "text", "expected"),
        [
            ("services", "key,vendor,name\nx,nowhere,X\n", "the key of one of the vendors"),
            (
                "workloads",
                "key,name,currency,owner_email\nw,W,USD,nobody@halden.example\n",
                "the sign-in address of somebody on file",
            ),
            ("workloads", "key,name,currency,annual_spend\nw,W,JPY,1.5\n", "an amount in JPY"),
            ("workloads", "key,name,currency\nw,W,XXX\n", "an ISO 4217 currency code"),
            ("contracts", "key,vendor,name,currency,ends_on\nc,ms,C,USD,31/12/2026\n", "a date"),
            ("contracts", "key,vendor,title\nc,ms,C\n", "a column of this sheet"),
            (
                "commitment_periods",
                (
                    "commitment,starts_on,ends_on,amount\nmacc,2026-01-01,2026-12-31,1\n"
                    "macc,2026-12-31,2027-12-30,1\n"
                ),
                "a day after 31 Dec 2026",
            ),
            (
                "commitment_periods",
                SHEETS["commitment_periods"] + "macc,2027-01-01,2027-12-31,0.005\n",
                "more decimals than USD",
            ),
        ],
    )
    def test_each_is_named_and_nothing_is_written(
        self, organisation, chair, client_as, sheet, text, expected
    ):
        client = client_as(chair)
        page = upload(client, zipped(**{sheet: text})).content.decode()
        batch = ImportBatch.objects.get()

        assert expected in page
        assert batch.state == "refused"
        assert client.post(f"/import/{batch.pk}/confirm/").status_code == 409
        assert counts()[:5] == (0, 0, 0, 0, 0)

    def test_every_wrong_row_is_listed_and_not_only_the_first(self, organisation, chair, client_as):
        text = "key,vendor,name\na,nowhere,A\nb,nowhere,B\nc,nowhere,C\n"
        page = upload(client_as(chair), zipped(services=text)).content.decode()

        assert all(f"services, row {number}" in page for number in (2, 3, 4))

    def test_what_changed_on_file_since_the_preview_stops_the_whole_import(
        self, organisation, chair, client_as
    ):
        client = client_as(chair)
        make_vendor(organisation, "Acme", key="acme")
        upload(client, b"key,vendor,name\napi,acme,Acme API\n", "services.csv")
        Vendor.objects.all().delete()
        batch = ImportBatch.objects.get()

        response = client.post(f"/import/{batch.pk}/confirm/")

        assert response.status_code == 409
        assert "What is on file has changed" in response.content.decode()
        assert ImportBatch.objects.get().state == "previewed"

    def test_shares_over_the_whole_are_pointed_out_and_not_refused(
        self, organisation, chair, client_as
    ):
        models = SHEETS["models"] + "gpt2,GPT-5,oai,azure\n"
        text = "workload,model,contract,share\ntriage,gpt,ea,0.8\ntriage,gpt2,ea,0.5\n"
        page = upload(client_as(chair), zipped(models=models, dependencies=text))

        assert "add up to 130%" in page.content.decode()
        assert ImportBatch.objects.get().state == "previewed"


class TestVendorNames:
    def test_a_merged_vendor_s_name_stands_for_the_one_it_was_merged_into(
        self, organisation, chair, client_as
    ):
        kept, gone = make_vendor(organisation, "Microsoft"), make_vendor(organisation, "MSFT")
        vendor_writes.merge(vendor=gone, into=kept, by=chair, now=NOW)
        files = {
            "vendors": "key,name\nx,MSFT\n",
            "services": "key,vendor,name\nazure,x,Azure\n",
        }
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, text in files.items():
                archive.writestr(f"{name}.csv", text)

        import_all(client_as(chair), stream.getvalue())

        assert [row.name for row in kept.services.all()] == ["Azure"]
        assert Vendor.objects.count() == 2

    def test_another_spelling_is_pointed_out(self, organisation, chair, client_as):
        make_vendor(organisation, "Acme")
        page = upload(client_as(chair), b'key,name\nacme2,"Acme, Inc."\n', "vendors.csv")
        assert "looks like Acme" in page.content.decode()

    def test_the_same_name_under_another_key_is_the_vendor_on_file(
        self, organisation, chair, client_as
    ):
        make_vendor(organisation, "Acme", key="acme")
        import_all(client_as(chair), b"key,name\nother,ACME\n", "vendors.csv")

        assert Vendor.objects.get().key == "acme"
        assert VendorAlias.objects.count() == 0


class TestForeignTable:
    """150 real contract records with dirty names, and dates and amounts that are missing."""

    def test_they_are_imported_through_the_pages_with_what_is_missing_named(
        self, organisation, chair, client_as, fpds
    ):
        client = client_as(chair)
        page = upload(client, SAMPLE.read_bytes(), SAMPLE.name, mapping=fpds.pk).content.decode()
        assert "Incomplete records" in page

        import_all(client, SAMPLE.read_bytes(), SAMPLE.name, mapping=fpds.pk)

        assert Contract.objects.count() == 150
        # Nobody stated a yearly value in that table: not known, and nowhere 0.
        assert not Contract.objects.exclude(annual_value_minor=None).exists()
        listed = client.get("/contracts/?record=incomplete").context["page"]
        assert listed.count == 150

    def test_a_record_without_dates_gets_no_period_and_no_zero(
        self, organisation, chair, client_as, fpds
    ):
        head, row = SAMPLE.read_text().splitlines()[:2]
        cells = row.replace("2020-09-24", "").replace("47082205.13", "")
        import_all(client_as(chair), f"{head}\n{cells}\n".encode(), "one.csv", mapping=fpds.pk)

        contract = Contract.objects.get()
        assert contract.starts_on is None
        assert CommitmentPeriod.objects.count() == 0
        assert Commitment.objects.count() == 1

    def test_the_command_writes_the_same_as_the_pages(self, organisation, chair, fpds):
        out = io.StringIO()
        call_command(
            "import_portfolio",
            str(SAMPLE),
            mapping=fpds.name,
            by=chair.email,
            stdout=out,
        )

        assert Contract.objects.count() == 150
        assert "contracts: 150 new" in out.getvalue()
        assert "incomplete: contracts.annual_value is blank in 150 rows" in out.getvalue()

    def test_a_dry_run_writes_nothing(self, organisation, chair, fpds):
        before = counts()
        call_command(
            "import_portfolio",
            str(SAMPLE),
            mapping=fpds.name,
            dry_run=True,
            stdout=io.StringIO(),
        )
        assert counts() == before

    def test_a_mapping_that_is_not_there_is_named_with_those_that_are(
        self, organisation, chair, fpds
    ):
        with pytest.raises(CommandError, match="On file: Federal contracts"):
            call_command("import_portfolio", str(SAMPLE), mapping="Other")

    def test_a_folder_of_csv_files_is_imported_by_the_command(self, organisation, chair, tmp_path):
        for name, text in SHEETS.items():
            (tmp_path / f"{name}.csv").write_text(text)
        call_command("import_portfolio", str(tmp_path), stdout=io.StringIO())
        assert Dependency.objects.count() == 1


class TestRefusedFiles:
    def refused(self, client: Any, content: bytes, name: str) -> str:
        before = counts()
        response = upload(client, content, name)
        assert response.status_code == 400
        assert counts() == before
        return response.content.decode()

    def test_text_that_is_not_utf_8_is_refused_with_its_place(self, organisation, chair, client_as):
        client = client_as(chair)
        page = upload(client, "key,name\na,Société\n".encode("latin-1"), "vendors.csv")
        assert "is not UTF-8" in page.content.decode()
        assert Vendor.objects.count() == 0

    def test_a_workbook_with_macros_is_refused(self, organisation, chair, client_as):
        stream = io.BytesIO()
        openpyxl.Workbook().save(stream)
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"macro")
        text = self.refused(client_as(chair), stream.getvalue(), "portfolio.xlsm")
        assert "holds macros" in text

    def test_a_file_that_is_no_table_is_refused(self, organisation, chair, client_as):
        assert "is not a workbook" in self.refused(client_as(chair), b"%PDF-1.7", "a.pdf")

    def test_an_empty_file_is_refused(self, organisation, chair, client_as):
        self.refused(client_as(chair), b"", "empty.csv")

    def test_a_body_of_two_gigabytes_is_refused_before_a_byte_is_read(
        self, organisation, chair, client_as
    ):
        class Unread:
            def read(self, *_size: int) -> bytes:
                raise AssertionError("The body was read.")

            readline = read

        before = counts()
        response = client_as(chair).generic(
            "POST",
            "/import/",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(2 * 1024**3),
            **{"wsgi.input": Unread()},
        )

        assert response.status_code == 400
        assert "2,048 MB; at most 25 MB" in response.content.decode()
        assert counts() == before

    def test_the_upload_asks_for_its_token(self, organisation, chair):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(chair)
        assert upload(client, zipped()).status_code == 403

    def test_hostile_names_are_text_in_the_preview(self, organisation, chair, client_as):
        text = "key,name\na,<script>alert(1)</script>\n"
        page = upload(client_as(chair), text.encode(), "vendors.csv").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


class TestMappings:
    def make(self, client: Any, **more: str) -> Any:
        data = {
            "name": "Ledger",
            "heading": ["Supplier"],
            "from:vendors.key": "Supplier",
            "as:vendors.key": "key",
            "from:vendors.name": "Supplier",
            **more,
        }
        return client.post("/import/mappings/add/", data)

    def test_columns_are_read_from_a_file_and_chosen_on_the_page(
        self, organisation, chair, client_as
    ):
        client = client_as(chair)
        file = SimpleUploadedFile("ledger.csv", b"Supplier,Sum\nAcme,1\n")
        page = client.post("/import/mappings/add/", {"file": file}).content.decode()
        assert '<option value="Supplier"' in page

        self.make(client)
        import_all(
            client,
            b"Supplier,Sum\nAcme,1\n",
            "ledger.csv",
            mapping=ImportMapping.objects.get().pk,
        )

        assert Vendor.objects.get().name == "Acme"

    def test_a_needed_column_that_nothing_fills_is_named(self, organisation, chair, client_as):
        response = self.make(client_as(chair), **{"from:vendors.name": ""})
        assert response.status_code == 400
        assert "vendors.name is required" in response.content.decode()
        assert not ImportMapping.objects.exists()

    def test_a_mapping_is_changed_and_removed(self, organisation, chair, client_as):
        client = client_as(chair)
        self.make(client)
        row = ImportMapping.objects.get()
        url = f"/import/mappings/{row.pk}/"
        assert 'value="Supplier" selected' in client.get(url).content.decode()
        client.post(url, {**self.posted(), "name": "Renamed"})
        assert ImportMapping.objects.get().name == "Renamed"
        client.post(f"{url}remove/")
        assert not ImportMapping.objects.exists()

    def posted(self) -> dict[str, Any]:
        return {
            "heading": ["Supplier"],
            "from:vendors.key": "Supplier",
            "as:vendors.key": "key",
            "from:vendors.name": "Supplier",
        }

    def test_another_organisation_s_mapping_does_not_exist(
        self, organisation, chair, client_as, fpds
    ):
        ImportMapping.objects.update(organisation=make_organisation("Other"))
        assert client_as(chair).get(f"/import/mappings/{fpds.pk}/").status_code == 404


class TestWhoMayImport:
    @pytest.mark.parametrize("role", ["owner", "analyst", "auditor", "administrator"])
    def test_the_council_alone(self, organisation, request, client_as, role):
        client = client_as(request.getfixturevalue(role))
        for url in ("/import/", "/import/past/", "/import/mappings/", "/import/template.xlsx"):
            assert client.get(url).status_code == 404
        assert upload(client, zipped()).status_code == 404
        assert not ImportBatch.objects.exists()

    def test_another_organisation_s_contract_is_not_touched(self, organisation, chair, client_as):
        other = make_contract(make_vendor(make_organisation("Other"), "Theirs"), key="ea")
        import_all(client_as(chair), zipped())
        other.refresh_from_db()
        assert other.name == "Theirs agreement"
        assert Contract.objects.count() == 2


class TestLargePreview:
    def test_the_button_counts_every_row_and_not_only_those_shown(
        self, organisation, chair, client_as
    ):
        lines = "".join(f"v{n},Vendor {n}\n" for n in range(250))
        page = upload(client_as(chair), f"key,name\n{lines}".encode(), "vendors.csv")

        assert "Import 250 rows" in page.content.decode()
        assert "The first 200 are shown." in page.content.decode()
