"""Makes a report's files in a folder: HTML by template, PDF by children, a few volumes at once.

While children turn volumes into pages, this process reads the next ones out of the record. Which
child is done first changes nothing: a volume's bytes follow from its own text alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from assessments.audits.payload import SCHEMA_NAME, without_amounts
from assessments.reports import context, pdf, words
from assessments.reports.blocks import Document
from assessments.reports.source import Source
from lockin.assets import REPORT_FALLBACKS, REPORT_FAMILIES, report_font_css, report_fonts
from lockin.canonical import digest, dumps

TEMPLATES = {"v1": ("reports/audit/v1/document.html", "static/report/v1/report.css")}
Item = Mapping[str, Any]
"""position, kind, key, sha256, body. Asked for by kinds, and by keys of workloads."""
Items = Callable[[Sequence[str], Sequence[str]], Iterable[Item]]

# Which font is read in for which letters: a font file is megabytes, and most reports need two.
_SCRIPTS = (
    ("Noto Sans Arabic", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"),
    ("Noto Sans Hebrew", "\u0590-\u05ff\ufb1d-\ufb4f"),
    ("Noto Sans Thai", "\u0e00-\u0e7f"),
    ("Noto Sans Devanagari", "\u0900-\u097f"),
    ("Noto Sans KR", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),
    ("Noto Sans JP", "\u3040-\u30ff\u31f0-\u31ff"),
    (
        "Noto Sans SC",
        "\u2e80-\u2fff\u3000-\u303f\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One finished file of the folder."""

    number: int
    title: str
    file_name: str
    path: Path
    sha256: str
    size: int
    pages: int
    peak_kilobytes: int


def html_of(document: Any, *, template: str) -> str:
    """Return a volume as HTML. Everything that people wrote is escaped by the template."""
    name, _ = TEMPLATES[template]
    return render_to_string(
        name, {"document": document, "contents": context.in_contents(list(document.sections))}
    )


def css_for(html: str, *, template: str) -> tuple[str, dict[str, str]]:
    """Return the style with the fonts that this text needs, and where each font is."""
    _, path = TEMPLATES[template]
    # Some hundred letters stand for a text of half a million.
    used = "".join(sorted(set(html)))
    wanted = ["Inter", "Source Serif 4"] + [
        family for family, letters in _SCRIPTS if re.search(f"[{letters}]", used)
    ]
    # Han letters alone do not say whose they are: in a text with kana they are Japanese.
    ordered = [family for family in REPORT_FAMILIES if family in wanted]
    if "Noto Sans JP" in ordered and "Noto Sans SC" in ordered:
        ordered.remove("Noto Sans JP")
        ordered.insert(ordered.index("Noto Sans SC"), "Noto Sans JP")
    fallbacks = [family for family in ordered if family in REPORT_FALLBACKS]
    names = ",".join(f'"{family}"' for family in [*fallbacks, "Inter"])
    style = (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8").replace("fallbacks", names)
    folders = {family.lower().replace(" ", "-") for family in ordered}
    fonts = {
        name: str(path)
        for name, path in report_fonts().items()
        if name.rpartition("-")[0] in folders
    }
    faces = [
        line
        for line in report_font_css().splitlines()
        if any(f":{name})" in line for name in fonts)
    ]
    return "\n".join([*faces, style]), fonts


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A volume whose text and attachments stand in the folder, ready to become pages."""

    number: int
    title: str
    file_name: str
    order: pdf.Order


def make(
    source: Source,
    *,
    items: Items,
    closing_text: str,
    folder: Path,
    template: str,
    at_once: int,
    progress: Callable[[int, int, str], None],
) -> Iterator[Made]:
    """
    Make the volumes, several at once; they are yielded in order, each when its file is whole.

    :param items: reads the snapshot's items anew each time, in the order of the hash
    :param at_once: how many processes render; each holds one volume in memory
    :param progress: told how many volumes are done, of how many, and in words with their pages
    :raises UnableToRender: if a PDF could not be made
    """
    volumes = context.plan(source)
    told = _Told(len(volumes), progress)
    told.look(())
    waiting: deque[tuple[Prepared, Future[pdf.Rendered]]] = deque()
    with pdf.Children(at_once=at_once) as children:
        for volume in volumes:
            prepared = _prepare(
                source,
                volume,
                items=items,
                closing_text=closing_text,
                folder=folder,
                template=template,
            )
            waiting.append((prepared, children.ask(prepared.order)))
            told.look(future for _, future in waiting)
            # One more than can be rendered is prepared, so that no child ever waits for its text.
            while sum(not future.done() for _, future in waiting) > at_once:
                _next_of(waiting, told)
            while waiting and waiting[0][1].done():
                yield _made(*_first(waiting))
        while waiting:
            while not waiting[0][1].done():
                _next_of(waiting, told)
            yield _made(*_first(waiting))
    progress(len(volumes), len(volumes), "Storing")


class _Told:
    """Says how far the work is whenever a volume has been finished, in whatever order."""

    def __init__(self, total: int, progress: Callable[[int, int, str], None]) -> None:
        self._total, self._progress = total, progress
        self._pages: dict[Future[pdf.Rendered], int] = {}
        self._said = -1

    def look(self, futures: Iterable[Future[pdf.Rendered]]) -> None:
        for future in futures:
            if future.done() and future not in self._pages:
                self._pages[future] = future.result().pages
        done, pages = len(self._pages), sum(self._pages.values())
        if done > self._said:
            said = words.counted(pages, "page") if done else "Reading the frozen record"
            self._progress(done, self._total, said)
            self._said = done


def _next_of(waiting: Iterable[tuple[Prepared, Future[pdf.Rendered]]], told: _Told) -> None:
    """Wait until one more is done, and say so."""
    futures = [future for _, future in waiting]
    wait([future for future in futures if not future.done()], return_when=FIRST_COMPLETED)
    told.look(futures)


def _first(
    waiting: deque[tuple[Prepared, Future[pdf.Rendered]]],
) -> tuple[Prepared, pdf.Rendered]:
    prepared, future = waiting.popleft()
    return prepared, future.result()


def _prepare(
    source: Source,
    volume: context.Volume,
    *,
    items: Items,
    closing_text: str,
    folder: Path,
    template: str,
) -> Prepared:
    stem = folder / f"volume-{volume.number:03d}"
    return prepare(
        context.document(source, volume),
        stem=stem,
        template=template,
        identifier=digest(
            f"{source.snapshot_sha256}\n{source.closing_sha256}\n{source.is_draft}\n"
            f"{source.with_amounts}\n{template}\n{volume.number}\n"
        ),
        dated=source.dated,
        attachments=_attachments(source, volume, items=items, closing_text=closing_text, stem=stem),
        title=volume.title,
    )


def prepare(
    document: Document,
    *,
    stem: Path,
    template: str,
    identifier: str,
    dated: str,
    attachments: Sequence[pdf.Attached],
    title: str = "",
) -> Prepared:
    """
    Write one document's text beside its stem.

    :param identifier: hexadecimal; the same for the same content, so that the bytes are
    """
    html = html_of(document, template=template)
    style, fonts = css_for(html, template=template)
    stem.with_suffix(".html").write_text(html, encoding="utf-8")
    stem.with_suffix(".css").write_text(style, encoding="utf-8")
    return Prepared(
        number=document.number,
        title=title or document.title,
        file_name=document.file_name,
        order=pdf.Order(
            html=str(stem.with_suffix(".html")),
            css=str(stem.with_suffix(".css")),
            pdf=str(stem.with_suffix(".pdf")),
            fonts=fonts,
            identifier=identifier,
            dated=dated,
            attachments=attachments,
        ),
    )


def write(
    document: Document,
    *,
    stem: Path,
    template: str,
    identifier: str,
    dated: str,
    attachments: Sequence[pdf.Attached],
    title: str = "",
) -> Made:
    """
    Write one document as a PDF beside its stem, and return the finished file.

    :param identifier: hexadecimal; the same for the same content, so that the bytes are
    :raises UnableToRender: if the PDF could not be made
    """
    prepared = prepare(
        document,
        stem=stem,
        template=template,
        identifier=identifier,
        dated=dated,
        attachments=attachments,
        title=title,
    )
    return _made(prepared, pdf.render(prepared.order))


def _made(prepared: Prepared, rendered: pdf.Rendered) -> Made:
    path = Path(prepared.order.pdf)
    return Made(
        number=prepared.number,
        title=prepared.title,
        file_name=prepared.file_name,
        path=path,
        sha256=sha256_of(path),
        size=path.stat().st_size,
        pages=rendered.pages,
        peak_kilobytes=rendered.peak_kilobytes,
    )


def sha256_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _attachments(
    source: Source, volume: context.Volume, *, items: Items, closing_text: str, stem: Path
) -> list[pdf.Attached]:
    """Write what the volume attaches as canonical JSON; the body also carries the closing."""
    attached = []
    if volume.kinds or volume.keys:
        path = stem.with_suffix(".snapshot.json")
        with path.open("w", encoding="utf-8") as file:
            for text in snapshot_json(source, volume, items=items):
                file.write(text)
        attached.append(
            pdf.Attached(
                name="snapshot.json", description="Frozen records, canonical JSON", path=str(path)
            )
        )
    if volume.number == 0:
        path = stem.with_suffix(".closing.json")
        text = closing_text
        if not source.with_amounts:
            text = dumps(without_amounts(json.loads(closing_text)))
        path.write_text(text, encoding="utf-8")
        attached.append(
            pdf.Attached(
                name="responses.json" if source.is_draft else "closing.json",
                description="Findings, responses and signatures, canonical JSON",
                path=str(path),
            )
        )
    return attached


def snapshot_json(source: Source, volume: context.Volume, *, items: Items) -> Iterator[str]:
    """Yield the attached items as one canonical JSON object, an item at a time.

    Each item keeps the hash it was frozen with, so that the root hash can be reckoned again from
    all volumes; a copy without amounts carries the hashes of the whole items.
    """
    yield '{"items":['
    first = True
    for item in items(volume.kinds, volume.keys):
        body = item["body"]
        if not source.with_amounts:
            body = dumps(without_amounts(json.loads(body)))
        head = dumps(
            {
                "key": item["key"],
                "kind": item["kind"],
                "position": item["position"],
                "sha256": item["sha256"],
            }
        )
        yield f'{"" if first else ","}{{"body":{body},{head[1:]}'
        first = False
    tail = dumps(
        {
            "schema": SCHEMA_NAME,
            "sha256": source.snapshot_sha256,
            "version": source.payload.schema_version,
        }
    )
    yield f"],{tail[1:]}"
