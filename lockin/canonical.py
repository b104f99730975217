"""PURE. Canonical JSON (RFC 8785 form) and its SHA-256: the bytes that audits freeze and sign.

Decimals are written as strings by the caller's own scale, so no float ever enters: a float is
refused. Text is NFC, dates are ISO, instants are UTC and end in Z, keys are sorted by UTF-16
code units as RFC 8785 asks, nulls are kept.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        # Beyond 2**53 a reader in another language would round; such figures travel as text.
        return value if abs(value) <= 2**53 else str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be frozen.")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        plain = {_text(str(k)): _plain(v) for k, v in value.items()}
        if len(plain) != len(value):
            raise ValueError("Two keys are one and the same when they are written.")
        return {k: plain[k] for k in _in_order(plain)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def _text(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _in_order(keys: Iterable[str]) -> list[str]:
    """Sort by UTF-16 code units; for ASCII, which nearly all keys are, that is the plain order."""
    found = list(keys)
    if all(map(str.isascii, found)):
        return sorted(found)
    return sorted(found, key=lambda key: key.encode("utf-16-be"))


def dumps(value: Any) -> str:
    """Return the canonical text of a value made of dicts, lists, text, ints, decimals, dates."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def root_digest(digests: Iterable[str]) -> str:
    """Return the hash over ordered item hashes: one line each, newline ended."""
    root = hashlib.sha256()
    for item in digests:
        root.update(item.encode("ascii") + b"\n")
    return root.hexdigest()
