"""The only place that knows WeasyPrint: one HTML text and its attachments to one PDF, in a child.

A volume is rendered by a process of its own, so that its memory goes back to the system at the
end and a fault in a system library cannot stop the worker. Inside, nothing is fetched: the
fetcher answers `data:` and our own fonts, and takes every other address for an attack.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

VARIANT = "pdf/a-3a"
FONT_SCHEME = "font"
SECONDS = 1800


class UnableToRender(Exception):
    """The PDF could not be made. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file inside the PDF."""

    name: str
    description: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a child is asked to render. Paths, not contents: a child reads them itself."""

    html: str
    css: str
    pdf: str
    fonts: Mapping[str, str]
    identifier: str
    """Hexadecimal; the same for the same content, so that the bytes are."""
    dated: str
    attachments: Sequence[Attached] = ()


@dataclass(frozen=True, kw_only=True)
class Rendered:
    pages: int
    peak_kilobytes: int


def render(order: Order) -> Rendered:
    """
    Render in a process of its own.

    :raises UnableToRender: if it could not be made
    """
    work = Path(order.pdf).with_suffix(".order.json")
    work.write_text(json.dumps(asdict(order)), encoding="utf-8")
    environment = dict(os.environ)
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "assessments.reports.pdf", str(work)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnableToRender("The PDF took longer than half an hour and was given up.") from None
    if done.returncode == 3:
        raise UnableToRender("The PDF was not made: its text names an address to be fetched.")
    if done.returncode == 4:
        raise UnableToRender("The PDF was not made: a system library for PDFs is missing.")
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:300]
        raise UnableToRender(f"The PDF was not made: {why}")
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return Rendered(**said)


def write(order: Order) -> int:
    """Write the PDF here and now, and return its pages. What `render` runs in the child."""
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration

    fetcher = _fetcher(order.fonts)
    fonts = FontConfiguration()
    css = CSS(
        string=Path(order.css).read_text(encoding="utf-8"),
        url_fetcher=fetcher,
        font_config=fonts,
        base_url="data:,",
    )
    html = HTML(
        string=Path(order.html).read_text(encoding="utf-8"), url_fetcher=fetcher, base_url="data:,"
    )
    dated = datetime.fromisoformat(order.dated)
    attachments = [
        Attachment(
            string=Path(entry.path).read_bytes(),
            url_fetcher=fetcher,
            base_url="data:,",
            name=entry.name,
            description=entry.description,
            created=dated,
            modified=dated,
            relationship="Data",
        )
        for entry in order.attachments
    ]
    document = html.render(
        stylesheets=[css],
        font_config=fonts,
        attachments=attachments,
        pdf_variant=VARIANT,
        pdf_tags=True,
        pdf_identifier=bytes.fromhex(order.identifier)[:16],
    )
    document.write_pdf(
        order.pdf,
        attachments=attachments,
        pdf_variant=VARIANT,
        pdf_tags=True,
        pdf_identifier=bytes.fromhex(order.identifier)[:16],
    )
    return len(document.pages)


def _fetcher(fonts: Mapping[str, str]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):
        """Answers addresses of data and of our fonts; any other ends the rendering."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, rest = url.partition(":")
            if scheme.lower() == FONT_SCHEME and rest in fonts:
                return URLFetcherResponse(url, Path(fonts[rest]).read_bytes())
            if scheme.lower() == "data":
                return super().fetch(url, headers)
            raise FatalURLFetchingError(
                f"A report fetches nothing, and was asked for {url[:80]!r}."
            )

    return OnlyOurs(allowed_protocols=("data",), allow_redirects=False)


def main(path: str) -> int:
    """Render the order in that file, and print pages and peak memory as one line of JSON."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    found["attachments"] = [Attached(**entry) for entry in found["attachments"]]
    try:
        pages = write(Order(**found))
    except OSError as error:
        if "library" not in str(error):
            raise
        print(error, file=sys.stderr)
        return 4
    except BaseException as error:
        # Derived from BaseException, so that nothing in between swallows it: known by its name.
        if type(error).__name__ != "FatalURLFetchingError":
            raise
        print(error, file=sys.stderr)
        return 3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"pages": pages, "peak_kilobytes": peak}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
