"""Publishing: a report is asked for once, made once, stored by its hash, or says why not."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Report, ReportVolume
from assessments.reports import pdf, publishing
from lockin.canonical import digest, dumps
from lockin.jobs import queue
from lockin.jobs.models import Job
from tests.integration.assessments.reports.conftest import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(monkeypatch):
    """Stand in for the minutes of rendering: a small file whose bytes follow from the text."""

    def render(order: pdf.Order, **_: object) -> pdf.Rendered:
        Path(order.pdf).write_bytes(b"%PDF-" + digest(Path(order.html).read_text()).encode())
        return pdf.Rendered(pages=1, peak_kilobytes=1)

    monkeypatch.setattr(pdf, "render", render)


CLAIM = queue.Claim(job_id=0, attempt=0)


def draft_of(audit, chair, now, **marks) -> Report:
    return publishing.ask(
        audit=audit, by=chair, now=now, **{"draft": True, "with_amounts": True, **marks}
    )


def test_the_same_state_is_asked_for_once(frozen, chair, now):
    assert draft_of(frozen, chair, now).pk == draft_of(frozen, chair, now).pk
    assert Job.objects.filter(kind="report").count() == 1


def test_there_is_no_report_before_the_snapshot(opened, chair, now):
    with pytest.raises(publishing.UnableToAsk, match="snapshot"):
        draft_of(opened, chair, now)


def test_a_signed_audit_has_no_drafts(signed, chair, now):
    with pytest.raises(publishing.UnableToAsk, match="signed"):
        draft_of(signed, chair, now)


def test_the_last_signature_asks_for_the_final_report(signed, quick, now):
    report = make(Report.objects.get(audit=signed, is_draft=False), now=now)

    assert report.state == Report.State.READY
    assert [row.number for row in report.volumes.order_by("number")] == [0, 1]
    manifest = json.loads(report.manifest)
    assert manifest["volumes"][0]["sha256"] == report.volumes.get(number=0).sha256
    assert digest(report.manifest) == report.manifest_sha256
    assert list(publishing.broken_files(report)) == []


def test_making_it_again_changes_nothing(frozen, chair, quick, now):
    report = make(draft_of(frozen, chair, now), now=now)
    job = Job.objects.get(kind="report")
    Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED, finished_at=None)

    make(report, now=now)

    assert ReportVolume.objects.filter(report=report).count() == 2
    assert Job.objects.get(pk=job.pk).status == Job.Status.DONE


def test_a_worker_that_died_leaves_nothing_behind(frozen, chair, quick, now, store):
    report = draft_of(frozen, chair, now)
    left = publishing.folder() / ".work" / f"report-{report.pk}-0"
    left.mkdir(parents=True)
    (left / "volume-000.pdf").write_bytes(b"half")

    make(report, now=now)

    assert not left.exists()
    assert report.volumes.count() == 2


def test_a_worker_that_lost_the_job_publishes_nothing(frozen, chair, quick, now):
    report = draft_of(frozen, chair, now)
    job = Job.objects.get(kind="report")
    lost = queue.claim(job.pk, now=now)
    Job.objects.filter(pk=job.pk).update(attempts=2)

    with pytest.raises(queue.LeaseLost):
        publishing.build(claim=lost, report_id=report.pk, clock=lambda: now)

    assert not ReportVolume.objects.exists()
    report.refresh_from_db()
    assert report.state == Report.State.PENDING


def test_a_failure_is_told_and_can_be_asked_for_again(frozen, chair, monkeypatch, quick, now):
    def fail(order, **_):
        raise pdf.UnableToRender("The disk is full.")

    works = pdf.render
    monkeypatch.setattr(pdf, "render", fail)
    report = make(draft_of(frozen, chair, now), now=now)
    assert (report.state, report.error) == (Report.State.FAILED, "The disk is full.")

    monkeypatch.setattr(pdf, "render", works)
    again = make(draft_of(frozen, chair, now), now=now)

    assert (again.pk, again.state) == (report.pk, Report.State.READY)


def test_volumes_come_in_order_and_the_first_done_is_told_first(
    frozen, chair, quick, now, monkeypatch, settings, tmp_path
):
    report = draft_of(frozen, chair, now)
    settings.REPORT_PROCESSES = 2
    works, annex_was_told, told = pdf.render, Event(), []

    def render(order: pdf.Order, **more: object) -> pdf.Rendered:
        if "volume-000" in order.html:
            assert annex_was_told.wait(timeout=60)
        return works(order, **more)

    def tell(_: object, *, done: int, total: int, words: str) -> None:
        told.append((done, total, words))
        if done == 1:
            annex_was_told.set()

    monkeypatch.setattr(pdf, "render", render)
    monkeypatch.setattr(queue, "report", tell)
    made = list(publishing.render(report, work=tmp_path, claim=CLAIM))

    assert [volume.number for volume in made] == [0, 1]
    assert [(done, total) for done, total, _ in told] == [(0, 2), (1, 2), (2, 2), (2, 2)]
    assert told[1][2] == "1 page"


def test_bytes_do_not_depend_on_how_many_volumes_are_made_at_once(
    frozen, chair, now, monkeypatch, settings, tmp_path
):
    report = draft_of(frozen, chair, now)
    monkeypatch.setattr(queue, "report", lambda *_, **__: None)
    found = []
    for at_once in (1, 2):
        settings.REPORT_PROCESSES = at_once
        work = tmp_path / str(at_once)
        work.mkdir()
        made = publishing.render(report, work=work, claim=CLAIM)
        found.append([(volume.number, volume.sha256, volume.pages) for volume in made])

    assert found[0] == found[1]
    assert len(found[0]) == 2


def test_records_that_do_not_match_their_hash_are_not_reported(frozen, chair, quick, now):
    report = draft_of(frozen, chair, now)
    Report.objects.filter(pk=report.pk).update(content=dumps({"findings": []}))

    report = make(report, now=now)

    assert report.state == Report.State.FAILED
    assert "do not match" in report.error


def test_a_stored_file_that_was_changed_is_found(frozen, chair, quick, now, capsys):
    report = make(draft_of(frozen, chair, now), now=now)
    call_command("verify_reports")
    publishing.path_of(report.volumes.get(number=0).sha256).write_bytes(b"%PDF-other")

    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_reports")


class TestPages:
    def test_a_report_is_handed_out_as_an_attachment_and_noted(
        self, frozen, chair, quick, now, client
    ):
        from lockin.trail.models import Event

        report = make(draft_of(frozen, chair, now), now=now)
        client.force_login(chair)

        response = client.get(f"/reports/{report.pk}/volumes/0/")

        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response.streaming_content).startswith(b"%PDF-")
        assert Event.objects.filter(act="report.downloaded").count() == 1

    def test_who_may_not_see_amounts_finds_only_the_copy_without(
        self, frozen, chair, quick, now, client, monkeypatch
    ):
        from lockin.accounts.models import User
        from lockin.accounts.permissions import Permission

        full = make(draft_of(frozen, chair, now), now=now)
        bare = draft_of(frozen, chair, now, with_amounts=False)
        all_but_amounts = frozenset(chair.permissions) - {Permission.AMOUNTS_VIEW}
        monkeypatch.setattr(User, "permissions", all_but_amounts)
        client.force_login(chair)

        assert client.get(f"/reports/{full.pk}/").status_code == 404
        assert client.get(f"/reports/{full.pk}/volumes/0/").status_code == 404
        assert client.get(f"/reports/{full.pk}/zip/").status_code == 404
        assert client.get(f"/reports/{bare.pk}/").status_code == 200
        assert [row["id"] for row in client.get("/api/v1/reports/").json()["results"]] == [bare.pk]

    def test_the_archive_holds_every_file_and_the_manifest(self, frozen, chair, quick, now, client):
        import io
        import zipfile

        report = make(draft_of(frozen, chair, now), now=now)
        client.force_login(chair)

        response = client.get(f"/reports/{report.pk}/zip/")
        archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))

        assert archive.testzip() is None
        assert archive.read("manifest.json").decode() == report.manifest
        assert len(archive.namelist()) == 3

    def test_progress_asks_again_only_while_it_is_made(self, frozen, chair, quick, now, client):
        report = draft_of(frozen, chair, now)
        client.force_login(chair)
        assert b"every 2s" in client.get(f"/reports/{report.pk}/progress/").content

        make(report, now=now)

        assert b"every 2s" not in client.get(f"/reports/{report.pk}/progress/").content
        assert client.get("/reports/").status_code == 200
