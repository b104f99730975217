"""Files of contracts: PDFs and Word files made on the spot, good and hostile."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pikepdf

from lockin.accounts.models import User
from vendors.documents import uploading
from vendors.models import Contract, ContractDocument

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)


def saved(file: pikepdf.Pdf, **options: Any) -> bytes:
    held = io.BytesIO()
    file.save(held, **options)
    return held.getvalue()


def pdf_file(pages: Sequence[str]) -> pikepdf.Pdf:
    """A PDF with each line of text on a line of its page."""
    file = pikepdf.new()
    font = file.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )
    for text in pages:
        page = file.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = "".join(
            f"({line.translate({40: None, 41: None, 92: None})}) Tj T*\n"
            for line in text.split("\n")
        )
        drawn = f"BT /F1 9 Tf 11 TL 40 800 Td\n{lines}ET"
        page.Contents = file.make_stream(drawn.encode("latin-1", "replace"))
    return file


def pdf_of(*pages: str) -> bytes:
    return saved(pdf_file(pages))


def scan_of(pages: int, stamp: str = "") -> bytes:
    """A PDF whose pages are pictures, each with the line that a signing service stamps on it."""
    file = pdf_file([stamp] * pages)
    for page in file.pages:
        picture = pikepdf.Stream(file, b"\x80" * (40 * 60))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height = 40, 60
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        page.Resources.XObject = pikepdf.Dictionary(I1=file.make_indirect(picture))
        drawn = page.Contents.read_bytes() + b"\nq 500 0 0 750 40 40 cm /I1 Do Q"
        page.Contents = file.make_stream(drawn)
    return saved(file)


def pdf_bomb(size: int) -> bytes:
    """A small PDF whose one page draws that many bytes."""
    file = pdf_file(["x"])
    packer = zlib.compressobj(9)
    block = b"(A) Tj\n" * 10_000
    packed = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    page = file.pages[0]
    page.Contents = pikepdf.Stream(
        file, packed, {"/Filter": pikepdf.Name.FlateDecode, "/Length": len(packed)}
    )
    return saved(file, compress_streams=False)


def paragraph(text: str, *, page_begins: bool = False) -> str:
    begins = "<w:r><w:lastRenderedPageBreak/></w:r>" if page_begins else ""
    return f'<w:p>{begins}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx_of(
    body: str | Iterable[str],
    *,
    parts: dict[str, bytes | str] | None = None,
    types: str = TYPES,
    prologue: str = "",
) -> bytes:
    """A Word file: paragraphs of text, or the body's own XML."""
    inner = body if isinstance(body, str) else "".join(paragraph(text) for text in body)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{prologue}'
            f"<w:document {NAMESPACES}><w:body>{inner}</w:body></w:document>",
        )
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return held.getvalue()


def make_document(
    contract: Contract,
    content: bytes,
    *,
    by: User,
    now: datetime,
    file_name: str = "agreement.pdf",
    name: str = "Master agreement",
    kind: str = ContractDocument.Kind.AGREEMENT,
    supersedes: ContractDocument | None = None,
) -> ContractDocument:
    return uploading.upload(
        contract=contract,
        name=name,
        kind=kind,
        file_name=file_name,
        chunks=[content],
        by=by,
        now=now,
        supersedes=supersedes,
    )
