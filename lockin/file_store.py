"""Files that people bring, on disk: what is taken, how it is named, stored once under its SHA-256.

A file is written beside its place, hashed on the way, looked into, and moved there in one step, so
that a row never names a file that is not whole. The same bytes are stored once.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

ACCEPTED = "PDF, PNG, JPG, CSV, TXT, MD, LOG, JSON, YAML, XLSX, DOCX or ZIP"
TEXT_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "md": "text/plain",
    "log": "text/plain",
    "yaml": "text/plain",
    "yml": "text/plain",
    "json": "application/json",
}
OFFICE = "application/vnd.openxmlformats-officedocument."
BINARY_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "zip": "application/zip",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "docx": OFFICE + "wordprocessingml.document",
}
# What the browser's file dialogue offers; the content decides.
ACCEPT_ATTRIBUTE = ",".join(f".{ending}" for ending in (*BINARY_TYPES, *TEXT_TYPES))
EVERY_TYPE = frozenset({*BINARY_TYPES, *TEXT_TYPES})
MAGIC: tuple[tuple[bytes, str, set[str]], ...] = (
    (b"%PDF-", "a PDF", {"pdf"}),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", {"png"}),
    (b"\xff\xd8\xff", "a JPG picture", {"jpg", "jpeg"}),
    (b"PK\x03\x04", "a ZIP archive", {"zip", "xlsx", "docx"}),
    # What Word and Excel wrote before 2007, and what they wrap around a file with a password.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a file with a password, or of an old format", set()),
)
OFFICE_PART = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
# A directory of this size lists far more parts than evidence has.
LONGEST_DIRECTORY = 2 * 1024 * 1024
LONGEST_NAME = 120
ALLOWED_CONTROLS = {"\t", "\n", "\r", "\f"}


class UnableToStore(Exception):
    """The file is not taken. The message is written for the user."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that is on disk, whole, under its hash."""

    name: str
    sha256: str
    size: int
    content_type: str


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence"


def path_of(sha256: str) -> Path:
    """Return where the bytes with that hash stand."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("Not a SHA-256.")
    return folder() / sha256[:2] / sha256


def safe_name(name: str) -> str:
    """Return a file name without folders, control characters or reading-direction tricks."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(
        character
        for character in last
        if unicodedata.category(character)[0] not in {"C", "Z"} or character == " "
    )
    plain = re.sub(r'[<>:"|?*%;`$]+', "-", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending.lower()}"


def megabytes(size: int) -> str:
    """Return 38 MB, and one decimal below ten."""
    value = size / (1024 * 1024)
    return f"{value:.0f} MB" if value >= 9.95 else f"{value:.1f} MB"


def too_large(size: int) -> UnableToStore:
    limit = settings.EVIDENCE_MAX_BYTES
    return UnableToStore(f"Too large: {megabytes(size)}. The limit is {megabytes(limit)}.")


def store(
    *,
    name: str,
    chunks: Iterable[bytes],
    said_size: int | None = None,
    endings: frozenset[str] = EVERY_TYPE,
    accepted: str = ACCEPTED,
) -> StoredFile:
    """Write a file under its hash and return what it is.

    :param endings: the types that are taken here, and `accepted` names them in words
    :raises UnableToStore: if it is too large, empty, or not what its name says
    """
    if said_size is not None and said_size > settings.EVIDENCE_MAX_BYTES:
        raise too_large(said_size)
    clean = safe_name(name)
    ending = clean.rpartition(".")[2] if "." in clean else ""
    if ending not in endings:
        raise UnableToStore(f"This type of file is not taken. Choose {accepted}.")
    folder().mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".part")
    try:
        digest, size, head = hashlib.sha256(), 0, b""
        text = _TextCheck() if ending in TEXT_TYPES else None
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.EVIDENCE_MAX_BYTES:
                    raise too_large(said_size or size)
                head = (head + chunk)[:16] if len(head) < 16 else head
                if text is not None:
                    text.feed(chunk)
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if not size:
            raise UnableToStore("The file is empty.")
        if text is not None:
            text.feed(b"", final=True)
        else:
            _check_binary(Path(temporary), head=head, ending=ending)
        sha256 = digest.hexdigest()
        place = path_of(sha256)
        place.parent.mkdir(exist_ok=True)
        Path(temporary).chmod(0o440)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return StoredFile(
        name=clean,
        sha256=sha256,
        size=size,
        content_type={**TEXT_TYPES, **BINARY_TYPES}[ending],
    )


class _TextCheck:
    """Text is UTF-8 and has no control characters; a program renamed to .txt has both faults."""

    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        try:
            text = self.decoder.decode(chunk, final)
        except UnicodeDecodeError:
            raise UnableToStore(
                "The text is not UTF-8. Save it as UTF-8 and choose it again."
            ) from None
        if any(ord(character) < 32 and character not in ALLOWED_CONTROLS for character in text):
            raise UnableToStore("The name says text, the content does not.")


def _check_binary(path: Path, *, head: bytes, ending: str) -> None:
    for magic, words, endings in MAGIC:
        if head.startswith(magic):
            if ending not in endings:
                raise UnableToStore(f"The name ends in .{ending}, the content is {words}.")
            if magic.startswith(b"PK"):
                _check_archive(path, ending=ending)
            return
    raise UnableToStore(f"The name ends in .{ending}, the content is something else.")


def _check_archive(path: Path, *, ending: str) -> None:
    """Look at the list of parts alone: nothing is unpacked, so nothing can swell."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise UnableToStore("The archive is damaged: its list of parts is missing.")
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if b"PK\x06\x07" in tail or directory > LONGEST_DIRECTORY:
        raise UnableToStore("The archive holds too many parts.")
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnableToStore("The archive is damaged and cannot be read.") from None
    if ending in OFFICE_PART:
        if OFFICE_PART[ending] not in names:
            raise UnableToStore(f"The name ends in .{ending}, the content is something else.")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise UnableToStore("The file holds macros. Save it without them.")
