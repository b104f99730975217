"""The only place that knows WeasyPrint: one HTML text and its attachments to one PDF, in a child.

A volume is rendered by a process of its own, so that its memory goes back to the system at the
end and a fault in a system library cannot stop the worker. Inside, nothing is fetched: the
fetcher answers `data:` and our own fonts, and takes every other address for an attack.

A child holds one end of a pipe, its lifeline. When the other end is closed, which the system does
for a worker that was killed, the child ends at once and leaves nothing running behind.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

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


class Children:
    """Renders orders a few at once, each in a process of its own. Leaving it ends them all."""

    def __init__(self, *, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="pdf")
        self._held, self._hold = os.pipe()

    def ask(self, order: Order) -> Future[Rendered]:
        """Render as soon as a place is free. The future raises what `render` raises."""
        return self._pool.submit(lambda: render(order, lifeline=self._held))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # First the end that keeps them alive: whoever starts between the two lines ends at once.
        os.close(self._hold)
        self._pool.shutdown(cancel_futures=True)
        os.close(self._held)


def render(order: Order, *, lifeline: int | None = None) -> Rendered:
    """
    Render in a process of its own.

    :param lifeline: the reading end of a pipe; the child ends when the other end is closed
    :raises UnableToRender: if it could not be made
    """
    if lifeline is None:
        with Children(at_once=1) as children:
            return children.ask(order).result()
    work = Path(order.pdf).with_suffix(".order.json")
    work.write_text(json.dumps(asdict(order)), encoding="utf-8")
    environment = dict(os.environ)
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    try:
        # WeasyPrint copies fonts into it. A child that was ended does not remove them.
        with tempfile.TemporaryDirectory(dir=work.parent) as environment["TMPDIR"]:
            done = subprocess.run(
                [sys.executable, "-m", "assessments.reports.pdf", str(work)],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                env=environment,
                check=False,
                stdin=lifeline,
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


def _end_with(lifeline: int) -> None:
    """End this process when nobody holds the other end of the pipe any more."""

    def wait() -> None:
        while os.read(lifeline, 1):
            pass
        os._exit(5)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def main(path: str) -> int:
    """Render the order in that file, and print pages and peak memory as one line of JSON."""
    _end_with(sys.stdin.fileno())
    # A tree of boxes only grows, and looking through it for garbage takes a fifth of the time.
    # The process ends with the volume, and with it what a collection would have given back.
    gc.disable()
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
    print(json.dumps({"pages": pages, "peak_kilobytes": _peak_kilobytes()}))
    return 0


def _peak_kilobytes() -> int:
    """Return the most memory that this program held.

    Linux counts what the process held before it became this program into `ru_maxrss`, that is the
    worker that started it; its own figure stands in `status`.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    # Taking the boxes of a hundred pages apart one by one would take as long as three pages.
    os._exit(code)
