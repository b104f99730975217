"""STANDS ALONE. Read the text of one file that nobody trusts; run as a script in a process of its own.

It holds itself to limits of memory and time before it opens the file, writes nothing, opens no
connection, and starts no program. It speaks in lines of JSON on its standard output: `total`, then
`page` with `text` for each page, then `done` or, at any moment, `refused` with words for the user.

PDFs are read by PDFium, which is what a browser shows them with: it is made to meet hostile files,
and this build of it has no engine for scripts. A Word file is a zip of XML, and two standard
modules with defusedxml read it; a library for it would load styles, pictures and links besides.

It imports nothing of this project, and gets an empty environment, so that there is nothing to tell.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
# A page with fewer letters and a picture over half of it is a picture: stamps of signing services
# put a line of text on every page of a scan.
LETTERS_OF_A_PAGE = 200
COUNTED_PAGE = 3_000  # characters, where a file has no pages
LONGEST_PIECE = 64 * 1024
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
NUMBERED_PARTS = 2_000


class Refused(Exception):
    """The file is not read. The message is written for the user."""


def say(**words: object) -> None:
    """Write one line to whoever asked."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def hold_back(limits: dict[str, int]) -> None:
    """Set this process's own limits. The parent's clock stops what sleeps instead of working."""
    memory, seconds = limits["memory"], limits["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def forbid_the_rest() -> None:
    """Refuse connections, programs and written files from here on. There is no way back."""
    forbidden = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(forbidden):
            raise Refused("The file made its reader do what a reader never does. It is not read.")
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            raise Refused("The file made its reader write. It is not read.")

    sys.addaudithook(watch)


def plain(text: str) -> str:
    """Return text in NFC, with line feeds alone, hyphens at line ends joined, and no controls."""
    text = re.sub(r"[\x02\ufffe\u00ad]\s*\n?", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Co"}
    )
    return re.sub(r"[ \t\u00a0]+\n", "\n", text).strip("\n")


class Meter:
    """Counts the characters of all pages together, and gives the pages on."""

    def __init__(self, limits: dict[str, int]) -> None:
        self.left = limits["characters"]
        self.limit = limits["characters"]

    def page(self, number: int, text: str) -> str:
        text = plain(text)
        self.spend(len(text))
        say(page=number, text=text)
        return text

    def spend(self, characters: int) -> None:
        self.left -= characters
        if self.left < 0:
            raise Refused(
                f"The document has more than {self.limit:,} characters. Split it, and upload the "
                "part that is the contract."
            )


def letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def listed(numbers: list[int]) -> str:
    """Return 3, 4 and 7; a long list breaks off."""
    shown = [str(number) for number in numbers[:12]]
    if len(numbers) > len(shown):
        return f"{', '.join(shown)} and {len(numbers) - len(shown)} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def left_unread(count: int, word: str) -> str:
    return f"{count} {word} file{' was' if count == 1 else 's were'} not read."


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────


def read_pdf(path: Path, limits: dict[str, int]) -> dict[str, str]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    forbid_the_rest()
    content = path.read_bytes()
    if b"%%EOF" not in content[-2048:]:
        raise Refused("The PDF breaks off: its end is missing. Fetch it again and upload it whole.")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise Refused("The PDF has a password. Save it without one.") from None
        raise Refused("The PDF is damaged and cannot be opened. Save it anew.") from None
    total = len(document)
    if not total:
        raise Refused("The PDF has no pages.")
    if total > limits["pages"]:
        raise Refused(
            f"The document has {total:,} pages; at most {limits['pages']:,} are read. Split it, "
            "and upload the part that is the contract."
        )
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0 or acts(content):
        raise Refused(
            "The PDF holds a script or starts a program. Print it to a new PDF, and upload that."
        )
    say(total=total)
    meter, pictures, seen = Meter(limits), [], 0
    for index in range(total):
        try:
            page = document[index]
            words = page.get_textpage()
        except pypdfium2.PdfiumError:
            raise Refused(f"Page {index + 1} of the PDF is damaged. Save it anew.") from None
        if words.count_chars() > meter.left:
            meter.spend(words.count_chars())
        text = meter.page(index + 1, words.get_text_bounded())
        if letters(text) < LETTERS_OF_A_PAGE and is_picture(page, pdfium):
            pictures.append(index + 1)
        else:
            seen += letters(text)
        words.close()
        page.close()
    if not seen and pictures:
        raise Refused(
            "The document is a scan: its pages are pictures without text. Have the text "
            "recognised (OCR), and upload the result."
        )
    if not seen:
        raise Refused("The document holds no text.")
    remarks = []
    if pictures:
        word = "Page" if len(pictures) == 1 else "Pages"
        kind = "is a picture" if len(pictures) == 1 else "are pictures"
        remarks.append(f"{word} {listed(pictures)} {kind} and could not be read.")
    if attached := pdfium.FPDFDoc_GetAttachmentCount(document.raw):
        remarks.append(left_unread(attached, "attached"))
    return {"paging": "printed", "remark": " ".join(remarks)}


def is_picture(page: Any, pdfium: Any) -> bool:
    """Whether a picture covers more than half of a page."""
    width, height = page.get_size()
    for held in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = held.get_bounds()
        if (right - left) * (top - bottom) > width * height / 2:
            return True
    return False


ACTS = re.compile(rb"/(?:JavaScript|JS|Launch)(?![A-Za-z0-9])")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def acts(content: bytes) -> bool:
    """Whether a PDF names a script or a program to start, outside what its pages draw.

    Names may be written with #xx, and may stand in compressed streams of objects.
    """
    outside, streams, last = [], [], 0
    for found in STREAM.finditer(content):
        head = content[max(last, found.start() - 600) : found.start()]
        outside.append(content[last : found.start()])
        last = found.end()
        if b"ObjStm" in head.rpartition(b"obj")[2]:
            streams.append(found.group(1))
    outside.append(content[last:])
    if ACTS.search(unescaped(b"".join(outside))):
        return True
    left = 64 * MEGABYTE
    for stream in streams:
        try:
            objects = zlib.decompressobj().decompress(stream, min(left, 16 * MEGABYTE))
        except zlib.error:
            continue  # not deflated; PDFium was asked as well
        left -= len(objects)
        if ACTS.search(unescaped(objects)):
            return True
        if left <= 0:
            raise Refused("The PDF unpacks to far more than a contract holds. It is not read.")
    return False


def unescaped(content: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found.group(1), 16)]), content)


# ── Word ─────────────────────────────────────────────────────────────────────────────────────────


class Counted:
    """A part of the zip that gives no more than is left, whatever its directory says."""

    def __init__(self, part: Any, left: list[int]) -> None:
        self.part, self.left = part, left

    def read(self, size: int = LONGEST_PIECE) -> bytes:
        try:
            piece: bytes = self.part.read(min(size if size > 0 else LONGEST_PIECE, LONGEST_PIECE))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise Refused("The document is damaged: a part of it breaks off.") from None
        self.left[0] -= len(piece)
        if self.left[0] < 0:
            raise Refused("The document unpacks to far more than a contract holds. It is not read.")
        return piece


def read_docx(path: Path, limits: dict[str, int]) -> dict[str, str]:
    import defusedxml.common
    import defusedxml.ElementTree as tree

    forbid_the_rest()
    try:
        archive = zipfile.ZipFile(path)
        parts = {part.filename: part for part in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused("The document is damaged: its parts cannot be listed.") from None
    check_parts(parts, limits)
    left = [limits["unpacked"]]

    def opened(name: str) -> Counted:
        try:
            return Counted(archive.open(parts[name]), left)
        except (RuntimeError, zipfile.BadZipFile, NotImplementedError):
            raise Refused("The document is damaged: a part of it cannot be opened.") from None

    if b"macroenabled" in whole(opened("[Content_Types].xml")).lower():
        raise Refused("The document holds macros. Save it without them.")
    main = "word/document.xml"
    try:
        stretches = list(stretches_of(tree.iterparse, opened(main), Meter(limits)))
        notes = [
            text
            for name in ("word/footnotes.xml", "word/endnotes.xml")
            if name in parts
            for text, _ in stretches_of(tree.iterparse, opened(name), Meter(limits))
        ]
    except defusedxml.common.DefusedXmlException:
        raise Refused(
            "The document declares XML entities, which no word processor does. It is not read."
        ) from None
    except tree.ParseError:
        raise Refused("The document is damaged: its text breaks off.") from None
    return give_pages(stretches, notes, parts, limits)


def check_parts(parts: dict[str, zipfile.ZipInfo], limits: dict[str, int]) -> None:
    """Refuse by what the directory says; what it hides is counted on the way."""
    lower = [name.lower() for name in parts]
    if len(parts) > NUMBERED_PARTS:
        raise Refused(f"The document has {len(parts):,} parts, far more than a contract holds.")
    if any(part.flag_bits & 0x1 for part in parts.values()):
        raise Refused("The document has a password. Save it without one.")
    if any("vbaproject" in name or "/activex/" in name for name in lower):
        raise Refused("The document holds macros. Save it without them.")
    if "word/document.xml" not in parts or "[Content_Types].xml" not in parts:
        raise Refused("This is not a Word document.")
    declared = sum(part.file_size for part in parts.values() if part.filename.endswith(".xml"))
    if declared > limits["unpacked"]:
        raise Refused(
            f"The document would unpack to {declared / MEGABYTE:,.0f} MB, far more than a contract "
            "holds. It is not read."
        )


def whole(part: Counted) -> bytes:
    pieces = []
    while piece := part.read():
        pieces.append(piece)
    return b"".join(pieces)


def stretches_of(
    iterparse: Callable[..., Any], part: Counted, meter: Meter
) -> Iterator[tuple[str, bool]]:
    """Yield each paragraph's text, and whether a page begins with it.

    Text that a tracked change removed is left out. What has a twin for older programs counts once.
    """
    text: list[str] = []
    twin, breaks = 0, False
    for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
        tag = element.tag
        if tag == COMPATIBILITY + "Fallback":
            twin += 1 if event == "start" else -1
        if event == "start" or twin:
            continue
        if tag == WORD + "t" and element.text:
            meter.spend(len(element.text))
            text.append(element.text)
        elif tag == WORD + "tab":
            text.append("\t")
        elif tag == WORD + "br" and element.get(WORD + "type") == "page":
            yield "".join(text), breaks
            text, breaks = [], True
        elif tag in (WORD + "br", WORD + "cr"):
            text.append("\n")
        elif tag == WORD + "lastRenderedPageBreak":
            yield "".join(text), breaks
            text, breaks = [], True
        elif tag == WORD + "p":
            yield "".join(text), breaks
            text, breaks = [], False
        if tag in (WORD + "p", WORD + "tbl", WORD + "r"):
            element.clear()
    if text:
        yield "".join(text), breaks


def give_pages(
    stretches: list[tuple[str, bool]],
    notes: list[str],
    parts: dict[str, zipfile.ZipInfo],
    limits: dict[str, int],
) -> dict[str, str]:
    """Say the pages: as they were last laid out, else of about equal length."""
    laid_out = any(begins for _, begins in stretches)
    pages: list[list[str]] = [[]]
    length = 0
    for text, begins in stretches:
        if begins if laid_out else length + len(text) > COUNTED_PAGE and length:
            pages.append([])
            length = 0
        pages[-1].append(text)
        length += len(text)
    if any(note.strip() for note in notes):
        pages.append(["Notes", *notes])
    total = len(pages)
    if total > limits["pages"]:
        raise Refused(f"The document has {total:,} pages; at most {limits['pages']:,} are read.")
    say(total=total)
    meter, seen = Meter(limits), 0
    for number, held in enumerate(pages, start=1):
        seen += letters(meter.page(number, "\n".join(held)))
    if not seen and any(name.startswith("word/media/") for name in parts):
        raise Refused(
            "The document is a scan: it holds pictures without text. Have the text recognised "
            "(OCR), and upload the result."
        )
    if not seen:
        raise Refused("The document holds no text.")
    embedded = sum(name.startswith("word/embeddings/") for name in parts)
    remark = left_unread(embedded, "embedded") if embedded else ""
    return {"paging": "laid-out" if laid_out else "counted", "remark": remark}


def main(path: str, ending: str, limits: str) -> None:
    held = json.loads(limits)
    hold_back(held)
    try:
        read = {"pdf": read_pdf, "docx": read_docx}[ending]
        say(done=read(Path(path), held))
    except Refused as refused:
        say(refused=str(refused))
    except (MemoryError, RecursionError):
        say(refused="Reading the document needs more memory than one contract may. Split it.")


if __name__ == "__main__":
    main(*sys.argv[1:])
