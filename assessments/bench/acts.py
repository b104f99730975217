"""What is measured, and the floor of each: the same data by the shortest way there is."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client, override_settings

from assessments import current_scores
from assessments.audits import cycle, snapshot
from assessments.bench import bare
from assessments.bench.measuring import (
    Measured,
    best_of,
    in_child,
    profiled,
    replay,
    statements,
)
from assessments.models import Answer, Audit, CurrentScore, Report, Snapshot
from assessments.questionnaires.definition import Definition
from assessments.reports import pdf
from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import AnswerInput, AnswerState, WorkloadInputs
from assessments.scoring.scheme import CURRENT_SCHEME
from assessments.scoring.workload_score import score_workload
from lockin.accounts.models import Organisation, User
from lockin.jobs import queue

Clock = Callable[[], datetime]
LIST_TARGET, SCORING_TARGET, EXPORT_TARGET, REPORT_TARGET = 2.0, 3.0, 3.0, 1.3
# Ten times the workloads may cost a page half as much again, and no more.
FLAT_TARGET = 1.5
WHAT_IF_SECONDS = 0.2
MOST_MEMORY = 512
BARE_AT_MOST = 25
TIMES = 5


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _template_time() -> Iterator[list[float]]:
    """Collect the seconds spent in templates, without the queries that they set off."""
    spent: list[float] = []
    render = Template.render

    def timed(self: Template, *args: Any, **kwargs: Any) -> Any:
        with statements() as inside:
            began = time.perf_counter()
            text = render(self, *args, **kwargs)
            spent.append(time.perf_counter() - began - inside.seconds)
        return text

    with mock.patch.object(Template, "render", timed):
        yield spent


def page(
    organisation: Organisation, *, act: str, paths: Sequence[str], size: str
) -> Iterator[Measured]:
    """
    Measure pages or an API list twice: at the first view after a write, and viewed again.

    The floor of both is everything that the page shows asked by hand: the statements of the first
    view, which finds the cache empty, each row read into a record, after the same middleware. What
    the second view asked itself is said beside it by hand too, since it is less. The template's
    own time stands apart.
    """
    client = _signed_in(organisation)

    def ask() -> None:
        for path in paths:
            response = client.get(path)
            if response.status_code != 200:
                raise RuntimeError(f"{path} answered {response.status_code}.")

    ask()  # templates are compiled by the first
    floor = None
    for view, before in (("first view", cache.clear), ("again", _nothing)):
        runs = []
        for _ in range(TIMES):
            before()
            with _template_time() as spent, statements() as found:
                began = time.perf_counter()
                ask()
                whole = time.perf_counter() - began
            runs.append((whole - sum(spent), whole, sum(spent), found.asked))
        without, whole, in_templates, asked = min(runs, key=lambda run: run[0])
        own = _by_hand(client, asked, len(paths))
        floor = floor or own
        yield _explained(
            Measured(
                act=f"{act}, {view}",
                size=size,
                seconds=without,
                floor=floor,
                target=LIST_TARGET,
                note=f"whole {whole * 1000:.0f} ms, templates {in_templates * 1000:.0f} ms, "
                f"{len(asked)} queries, by hand {own * 1000:.0f} ms",
            ),
            partial(_in_turn, before, ask),
        )


def _in_turn(*acts: Callable[[], None]) -> None:
    for act in acts:
        act()


def _nothing() -> None:
    """Leave what is kept."""


def _signed_in(organisation: Organisation) -> Client:
    chair = User.objects.get(organisation=organisation, grants__is_chair=True)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(chair, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _by_hand(client: Client, asked: Sequence[tuple[str, Any]], requests: int) -> float:
    """Return the seconds of the statements by hand, in as many requests as the act makes."""
    parts = -(-len(asked) // requests)

    def ask() -> None:
        for number in range(requests):
            bare.asked[:] = asked[number * parts : (number + 1) * parts]
            client.get("/")

    with override_settings(ROOT_URLCONF="assessments.bench.bare"):
        return best_of(TIMES, ask)


def flat(small: Measured, large: Measured) -> Measured:
    """Set the larger portfolio beside the smaller one: a list shows as many rows in both."""
    return Measured(
        act=f"flat: {large.act}",
        size=large.size,
        seconds=large.seconds,
        floor=small.seconds,
        target=FLAT_TARGET,
        note=f"beside {small.size}",
        reason="what is asked anew after a write reads every row once",
        top="stands with the act itself",
    )


def _explained(measured: Measured, work: Callable[[], Any]) -> Measured:
    """Say where the time of a missed act goes, from a run under the profiler."""
    if not measured.is_missed:
        return measured
    found = profiled(work)
    return replace(measured, reason=found.parts, top=found.top)


def what_if(organisation: Organisation, *, size: str) -> Measured:
    """The part of the workload's page that answers a tick, as the browser asks for it."""
    client = _signed_in(organisation)
    scored = CurrentScore.objects.filter(organisation=organisation, residual__isnull=False)
    workload = scored.order_by("-residual", "pk").values_list("workload_id", flat=True)[0]

    def ask() -> None:
        path = f"/workloads/{workload}/what-if/?step=M1&step=M3"
        response = client.get(path, headers={"HX-Request": "true"})
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}.")

    ask()
    with statements() as found:
        ask()
    measured = Measured(
        act="what-if, two steps ticked",
        size=size,
        seconds=best_of(TIMES, ask),
        floor=WHAT_IF_SECONDS,
        target=1.0,
        note=f"the floor is the limit, template included; {len(found.asked)} queries",
    )
    return _explained(measured, ask)


# ── Scores ──────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = ("assessment_id", "question_key", "points", "grade", "evidence_on")


def _streamed(organisation: Organisation, label: str) -> Iterator[tuple[Any, ...]]:
    return (
        Answer.objects.filter(
            assessment__organisation=organisation, assessment__label=label, kind=Answer.Kind.OPTION
        )
        .order_by("assessment_id", "pk")
        .values_list(*_COLUMNS)
        .iterator(chunk_size=5000)
    )


def scoring(organisation: Organisation, definition: Definition, *, on: date, size: str) -> Measured:
    """Every workload scored, with its trace, against the query and one record an answer."""
    known = {
        question.key: (question.number, Dimension(section.key), question.weight)
        for section in definition.sections
        for question in section.questions
    }
    grades = {str(grade): grade for grade in Grade}
    label = str(on.year)

    def records() -> Iterator[tuple[Any, AnswerInput]]:
        make, answered = AnswerInput._make, AnswerState.ANSWERED
        for assessment, key, points, grade, day in _streamed(organisation, label):
            number, dimension, weight = known[key]
            yield (
                assessment,
                make((key, number, dimension, weight, answered, points, grades[grade], day, "")),
            )

    def floor() -> None:
        for _ in records():
            pass

    def act() -> None:
        for _, rows in groupby(records(), key=lambda pair: pair[0]):
            inputs = WorkloadInputs(answers=[answer for _, answer in rows])
            score_workload(inputs, on=on, scheme=CURRENT_SCHEME)

    measured = Measured(
        act="scoring with trace",
        size=size,
        seconds=best_of(2, act),
        floor=best_of(2, floor),
        target=SCORING_TARGET,
        note="query on both sides",
    )
    return _explained(measured, act)


def nightly(organisation: Organisation, *, on: date, size: str, clock: Clock) -> Measured:
    """The nightly run over everything: joined, scored, stored where it moved."""

    def run() -> dict[str, Any]:
        began = time.perf_counter()
        with statements(keep=False) as found:
            current_scores.refresh(organisation=organisation, on=on, now=clock())
        return {"seconds": time.perf_counter() - began, "queries": found.count}

    figures = in_child(run)
    return Measured(
        act="nightly scores, joined and stored",
        size=size,
        seconds=figures["seconds"],
        note=f"{figures['queries']:,} queries, peak {figures['peak']:.0f} MB",
    )


# ── Snapshot ────────────────────────────────────────────────────────────────────────────────────


def freeze(
    organisation: Organisation, *, on: date, size: str, clock: Clock
) -> tuple[Measured, Audit]:
    """The snapshot of the year, whole and sealed."""
    now = clock()
    chair = User.objects.get(organisation=organisation, grants__is_chair=True)
    opened = cycle.open_by_hand(organisation=organisation, by=chair, on=on, now=now)
    job = snapshot.ask(audit=opened, by=chair, now=now, even_so="Measured, not audited.")

    def run() -> dict[str, Any]:
        claim = queue.claim(job.pk, now=clock())
        if claim is None:
            raise RuntimeError("The snapshot was taken by somebody else.")
        began = time.perf_counter()
        with statements(keep=False) as found:
            snapshot.build(claim=claim, audit_id=opened.pk, now=clock())
        return {"seconds": time.perf_counter() - began, "queries": found.count}

    figures = in_child(run)
    opened.refresh_from_db()
    items = Snapshot.objects.get(audit=opened).items_count
    measured = Measured(
        act="snapshot",
        size=size,
        seconds=figures["seconds"],
        note=f"{items:,} items, {figures['queries']:,} queries, peak {figures['peak']:.0f} MB",
    )
    return measured, opened


# ── Exports ─────────────────────────────────────────────────────────────────────────────────────


def export(organisation: Organisation, *, kind: str, size: str) -> Measured:
    """The export of the workload list against its statements by hand and the bare writer."""
    client = _signed_in(organisation)
    content: list[bytes] = []

    def ask() -> None:
        response = client.get(f"/workloads/export.{kind}")
        if response.status_code != 200:
            raise RuntimeError(f"The export answered {response.status_code}.")
        body = response if response.streaming else [response.content]
        content[:] = [b"".join(body)]  # type: ignore[arg-type]

    with statements() as found:
        ask()
    rows = _read(content[0], kind)

    def floor() -> None:
        replay(found.asked)
        if kind == "csv":
            csv.writer(io.StringIO()).writerows(rows)
            return
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
        book.save(io.BytesIO())

    measured = Measured(
        act=f"export of the workload list, {kind.upper()}",
        size=size,
        seconds=best_of(2, ask),
        floor=best_of(2, floor),
        target=EXPORT_TARGET,
        note=f"{len(rows):,} rows, {len(found.asked)} queries",
    )
    return _explained(measured, ask)


def _read(content: bytes, kind: str) -> list[list[Any]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


# ── Report ──────────────────────────────────────────────────────────────────────────────────────

_BARE = """
import json, sys
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
pages = []
for entry in json.loads(sys.argv[1]):
    fonts = FontConfiguration()
    css = CSS(string=open(entry["css"]).read(), base_url="data:,", font_config=fonts)
    html = HTML(string=open(entry["html"]).read(), base_url="data:,")
    document = html.render(stylesheets=[css], font_config=fonts,
        pdf_variant="pdf/a-3a", pdf_tags=True)
    document.write_pdf(entry["html"] + ".pdf", pdf_variant="pdf/a-3a", pdf_tags=True)
    pages.append(len(document.pages))
print(json.dumps(pages))
"""


def report(audit: Audit, *, workloads: int, clock: Clock) -> Measured:
    """
    The report of a frozen audit in its volumes, against bare WeasyPrint on the same HTML.

    The floor is one process that renders the same texts with the same style and fonts one after
    the other; it attaches nothing and stores nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = in_child(lambda: _reported(audit, Path(folder), clock))
        volumes = sorted(made["volumes"], key=lambda volume: volume["html"])
        floor, beside = None, ""
        if workloads <= BARE_AT_MOST:
            before, began = _processor_of_children(), time.perf_counter()
            bare = [sys.executable, "-c", _BARE, json.dumps(volumes)]
            done = subprocess.run(bare, check=True, capture_output=True, text=True)
            floor = time.perf_counter() - began
            beside = f" against {_processor_of_children() - before:.1f} s"
            if json.loads(done.stdout) != [volume["pages"] for volume in volumes]:
                raise RuntimeError("Bare WeasyPrint made other pages of the same text.")
    pages, peak = (
        sum(volume["pages"] for volume in volumes),
        max(volume["peak"] for volume in volumes),
    )
    over = " – MORE THAN 512 MB" if max(peak, made["peak"]) > MOST_MEMORY else ""
    return Measured(
        act="report",
        size=f"{workloads} workloads",
        seconds=made["seconds"],
        floor=floor,
        target=None if floor is None else REPORT_TARGET,
        note=f"{len(volumes)} volumes, {pages:,} pages, {settings.REPORT_PROCESSES} at once, "
        f"processor {made['processor']:.1f} s{beside}, peak a volume {peak:.0f} MB, "
        f"worker {made['peak']:.0f} MB{over}",
        reason="reading the frozen record, charts, attachments and the store beside the pages",
        top="rendering is a process of its own",
    )


def _processor_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _reported(audit: Audit, folder: Path, clock: Clock) -> dict[str, Any]:
    """Make the report as a worker does; keep each volume's text with the fonts' own addresses."""
    from assessments.reports import publishing

    now = clock()
    chair = User.objects.get(organisation=audit.organisation, grants__is_chair=True)
    with transaction.atomic():
        asked = publishing.ask(audit=audit, by=chair, now=now, draft=True, with_amounts=True)
    job = publishing.job_of(asked)
    if job is None:
        raise RuntimeError("Nobody asked for the report.")
    claim = queue.claim(job.pk, now=now)
    if claim is None:
        raise RuntimeError("The report was made by somebody else.")
    volumes: list[dict[str, Any]] = []

    def keep(order: pdf.Order, *, render: Any = pdf.render, **more: Any) -> pdf.Rendered:
        names = {}
        for kind in ("html", "css"):
            text = Path(getattr(order, kind)).read_text(encoding="utf-8")
            for font, place in order.fonts.items():
                text = text.replace(f"{pdf.FONT_SCHEME}:{font}", Path(place).as_uri())
            names[kind] = str(folder / Path(getattr(order, kind)).name)
            Path(names[kind]).write_text(text, encoding="utf-8")
        done: pdf.Rendered = render(order, **more)
        volumes.append({**names, "pages": done.pages, "peak": done.peak_kilobytes / 1024})
        return done

    began = time.perf_counter()
    with mock.patch.object(pdf, "render", keep):
        publishing.build(claim=claim, report_id=asked.pk, clock=clock)
    seconds = time.perf_counter() - began
    asked.refresh_from_db()
    if asked.state != Report.State.READY:
        raise RuntimeError(asked.error)
    return {"seconds": seconds, "processor": sum(os.times()[:4]), "volumes": volumes}


def forget_statistics() -> None:
    """Let the database know how large the tables have become."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
