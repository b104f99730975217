"""Ask for a report, and publish it: made in a folder of its own, stored once, then frozen.

A worker that dies leaves a folder that the next one removes; rows are written in one transaction
with the end of the job, so a report is either whole or not there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from assessments.audits import closing
from assessments.audits.stored import payload_of, rows
from assessments.audits.telling import council_of, tell_about_audit
from assessments.models import Audit, Closing, Report, ReportVolume, Snapshot, SnapshotItem
from assessments.reports import volumes
from assessments.reports.pdf import UnableToRender
from assessments.reports.source import Source
from lockin.accounts.models import User
from lockin.canonical import digest, dumps
from lockin.jobs import queue
from lockin.jobs.models import Job
from lockin.trail.recording import record

KIND = closing.REPORT_KIND
MANIFEST_SCHEMA = "lockin.report-manifest"


class UnableToAsk(Exception):
    """There is nothing to report on. The message is written for the user."""


class UnableToPublish(Exception):
    """The frozen records do not fit together. The message is written for the user."""


def folder() -> Path:
    """Return where finished reports stand: never under a web root."""
    return Path(settings.MEDIA_ROOT) / "reports"


def path_of(sha256: str) -> Path:
    """Return where the file with that hash stands."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("Not a SHA-256.")
    return folder() / sha256[:2] / f"{sha256}.pdf"


@transaction.atomic
def ask(*, audit: Audit, by: User, now: datetime, draft: bool, with_amounts: bool) -> Report:
    """
    Return the report of the present state, asked for now if it was never made or failed.

    :raises UnableToAsk: if there is no snapshot, no closing, or no draft any more
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    snapshot = Snapshot.objects.filter(audit=audit, sealed_at__isnull=False).first()
    if snapshot is None:
        raise UnableToAsk("There is no report before the snapshot is taken.")
    signed = Closing.objects.filter(audit=audit).first()
    if draft and signed is not None:
        raise UnableToAsk("The audit is signed: there are no drafts any more.")
    if not draft and signed is None:
        raise UnableToAsk("The final report follows the last signature.")
    content = dumps(closing.draft_body(audit)) if signed is None else ""
    report, made = Report.objects.get_or_create(
        audit=audit,
        is_draft=draft,
        with_amounts=with_amounts,
        template_version=closing.REPORT_TEMPLATE,
        content_sha256=signed.sha256 if signed else digest(content),
        defaults={
            "organisation": audit.organisation,
            "snapshot_sha256": snapshot.sha256,
            "content": content,
            "asked_at": now,
            "asked_by_name": by.name,
        },
    )
    if report.state == Report.State.READY:
        return report
    if report.state == Report.State.FAILED:
        Report.objects.filter(pk=report.pk).update(state=Report.State.PENDING, error="")
        report.refresh_from_db()
    if made:
        record(
            "report.asked",
            report,
            organisation=audit.organisation,
            by=by,
            now=now,
            after={
                "is_draft": draft,
                "with_amounts": with_amounts,
                "content": report.content_sha256,
            },
        )
    queue.ask(organisation=audit.organisation, kind=KIND, subject=report.pk, now=now)
    return report


def build(*, claim: queue.Claim, report_id: int, clock: Callable[[], datetime]) -> None:
    """
    Make and publish the report. Does nothing where that is done already.

    :param clock: tells the time when it is done, which is minutes after it was begun
    :raises LeaseLost: if another worker has taken over; nothing of this run is kept
    """
    report = Report.objects.select_related("audit__organisation").get(pk=report_id)
    if report.state == Report.State.READY:
        queue.finish(claim, now=clock())
        return
    if report.state == Report.State.FAILED:
        Report.objects.filter(pk=report.pk).update(state=Report.State.PENDING, error="")
    work = folder() / ".work" / f"report-{report.pk}-{claim.attempt}"
    try:
        _clear(report)
        work.mkdir(parents=True)
        made = list(render(report, work=work, claim=claim))
        for volume in made:
            store(volume.path, volume.sha256)
        # Before the job is done: a worker that dies after that would leave it for good.
        shutil.rmtree(work, ignore_errors=True)
        _publish(report, made, claim=claim, now=clock())
    except (UnableToRender, UnableToPublish) as error:
        # The same text fails again in the same way: it is given up, and can be asked for anew.
        _fail(report, str(error))
        queue.fail(claim, error=str(error), now=clock(), again=False)
    except Exception:
        if claim.attempt >= queue.MOST_ATTEMPTS:
            _fail(report, "It went wrong five times. The server's log says what.")
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear(report: Report) -> None:
    """Remove what a worker that died left behind."""
    for left in (folder() / ".work").glob(f"report-{report.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)


def _fail(report: Report, words: str) -> None:
    Report.objects.filter(pk=report.pk).exclude(state=Report.State.READY).update(
        state=Report.State.FAILED, error=words
    )


def render(report: Report, *, work: Path, claim: queue.Claim) -> Iterator[volumes.Made]:
    """Yield the report's files, written into a folder from the frozen records alone.

    :raises UnableToPublish: if the records do not match their hashes
    """
    snapshot = Snapshot.objects.get(audit=report.audit)
    text, dated = report.content, report.asked_at
    if not report.is_draft:
        closed = Closing.objects.get(audit=report.audit)
        text, dated = closed.body, closed.closed_at
    if snapshot.sha256 != report.snapshot_sha256 or digest(text) != report.content_sha256:
        raise UnableToPublish("The frozen records do not match their hashes. Nothing was written.")
    source = Source(
        payload_of(snapshot, with_amounts=report.with_amounts),
        json.loads(text),
        is_draft=report.is_draft,
        dated=dated.isoformat(timespec="seconds"),
        snapshot_sha256=snapshot.sha256,
        closing_sha256=report.content_sha256,
        pick=partial(_bodies, snapshot),
    )
    yield from volumes.make(
        source,
        items=partial(_items, snapshot),
        closing_text=text,
        folder=work,
        template=report.template_version,
        at_once=settings.REPORT_PROCESSES,
        progress=lambda done, total, words: queue.report(
            claim, done=done, total=total, words=words
        ),
    )


def _bodies(snapshot: Snapshot, keys: Sequence[str]) -> Iterator[Any]:
    found = SnapshotItem.objects.filter(snapshot=snapshot, kind="workload", key__in=list(keys))
    for body in found.order_by("position").values_list("body", flat=True):
        yield json.loads(body)


def _items(
    snapshot: Snapshot, kinds: Sequence[str], keys: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    wanted = Q(kind__in=list(kinds)) | Q(kind="workload", key__in=list(keys))
    for row in rows(snapshot, wanted=wanted):
        yield {
            "position": row.position,
            "kind": row.kind,
            "key": row.key,
            "sha256": row.sha256,
            "body": row.body,
        }


def store(path: Path, sha256: str) -> None:
    """Move a file to the place of its hash, in one step; the same bytes are kept once."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(path, target)


def _publish(
    report: Report, found: Sequence[volumes.Made], *, claim: queue.Claim, now: datetime
) -> None:
    manifest = dumps(manifest_body(report, found))
    with transaction.atomic():
        locked = Report.objects.select_for_update().get(pk=report.pk)
        queue.finish(claim, now=now)
        if locked.state == Report.State.READY:
            return
        ReportVolume.objects.bulk_create(
            [
                ReportVolume(
                    report=locked,
                    number=volume.number,
                    title=volume.title[:200],
                    file_name=volume.file_name[:200],
                    sha256=volume.sha256,
                    size=volume.size,
                    pages=volume.pages,
                    made_at=now,
                )
                for volume in found
            ]
        )
        locked.state, locked.error, locked.ready_at = Report.State.READY, "", now
        locked.manifest, locked.manifest_sha256 = manifest, digest(manifest)
        locked.save(update_fields=["state", "error", "ready_at", "manifest", "manifest_sha256"])
        record(
            "report.made",
            locked,
            organisation=locked.organisation,
            by=None,
            now=now,
            after={"manifest_sha256": locked.manifest_sha256, "volumes": len(found)},
        )
        if not locked.is_draft:
            tell_about_audit(
                locked.audit,
                to=council_of(locked.organisation),
                what=f"report:{locked.pk}",
                subject=f"{locked.audit}: the report is ready",
                body=f"{sum(volume.pages for volume in found)} pages.",
                now=now,
            )


def manifest_body(report: Report, found: Iterable[volumes.Made]) -> dict[str, Any]:
    """Return what the report consists of: every file with its hash."""
    return {
        "schema": MANIFEST_SCHEMA,
        "version": 1,
        "audit": report.audit.label,
        "is_draft": report.is_draft,
        "with_amounts": report.with_amounts,
        "template": report.template_version,
        "snapshot_sha256": report.snapshot_sha256,
        "content_sha256": report.content_sha256,
        "volumes": [
            {
                "number": volume.number,
                "title": volume.title,
                "file_name": volume.file_name,
                "sha256": volume.sha256,
                "size": volume.size,
                "pages": volume.pages,
            }
            for volume in found
        ],
    }


def job_of(report: Report) -> Job | None:
    """Return the job that makes it, for its progress."""
    return Job.objects.filter(kind=KIND, subject=str(report.pk)).order_by("-pk").first()


def broken_files(report: Report) -> Iterator[str]:
    """Yield a sentence for each stored file that is missing or not what it was."""
    for volume in report.volumes.order_by("number"):
        path = path_of(volume.sha256)
        if not path.is_file():
            yield f"{volume.file_name} is not in the store."
        elif volumes.sha256_of(path) != volume.sha256:
            yield f"{volume.file_name} was changed after it was made."
    if digest(report.manifest) != report.manifest_sha256:
        yield "The manifest was changed after it was made."
