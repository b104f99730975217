"""PURE. How the report writes figures, days, people's texts and the model's keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lockin.money import Money, round_half_up, shown_difference

DASH = "–"
MINUS = "\N{MINUS SIGN}"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# What a reader cannot see but a renderer obeys: controls, and marks that turn the direction of
# the text after them. A replacement character shows that something stood there.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Return a text with nothing in it that acts without being seen."""
    if text.isascii() and text.isprintable():
        return text
    text = _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", unicodedata.normalize("NFC", text))


def cleaned(value: Any) -> Any:
    """Return a body with every text in it made visible, at any depth."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {name: cleaned(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [cleaned(inner) for inner in value]
    return value


def day(found: date | None) -> str:
    return DASH if found is None else f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def day_of(text: str | None) -> str:
    """Return a frozen day or instant as `2 Dec 2026`."""
    return day(date.fromisoformat(text[:10])) if text else DASH


def instant(text: str | datetime | None) -> str:
    """Return a frozen instant as `2 Dec 2026, 14:05 UTC`."""
    if not text:
        return DASH
    found = datetime.fromisoformat(text) if isinstance(text, str) else text
    return f"{day(found.date())}, {found:%H:%M} UTC"


def decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def whole(value: Any) -> str:
    """Return a score or count without decimals; a missing one is a dash, never 0."""
    found = decimal(value)
    if found is None:
        return DASH
    rounded = found.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,}"


def fixed(value: Any, places: int = 1) -> str:
    found = decimal(value)
    if found is None:
        return DASH
    rounded = round_half_up(found, places)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,}"


def signed(value: Any, places: int = 0) -> str:
    """Return a change as `+6`, `−3` or `0`."""
    found = decimal(value)
    if found is None:
        return DASH
    rounded = round_half_up(found, places)
    return ("+" if rounded > 0 else "") + fixed(rounded, places)


def percent(share: Any) -> str:
    found = decimal(share)
    return DASH if found is None else f"{whole(found * 100)}%"


def exact(money: Money | None) -> str:
    return DASH if money is None else str(money).removesuffix(".00").removesuffix(".000")


def short(money: Money | None) -> str:
    return DASH if money is None else money.short()


def minor(found: Mapping[str, Any] | None) -> str:
    """Return a frozen amount, minor units with a currency, to the last of its units."""
    return exact(
        None if found is None else Money.from_minor(int(found["minor"]), found["currency"])
    )


def plain(value: Any, places: int = 4) -> str:
    """Return a number with the decimals it has, at most so many: 0.85, 12.5, 3."""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(value: Any) -> str:
    """Return a share from 0 to 1 in percent with the decimals it has, at most two."""
    found = decimal(value)
    return DASH if found is None else f"{plain(found * 100, 2)}%"


def yes(value: bool | None) -> str:
    return {True: "Yes", False: "No", None: "Nobody has checked"}[value]


def counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(names: list[str] | tuple[str, ...], most: int = 6) -> str:
    """Return `a, b and c`, or the first of them and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return (
        names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
    )


def change(after: Any, before: Any, places: int = 0) -> Decimal | None:
    """Return the difference of two figures as they are shown; None where one is not known.

    71.6 to 72.4 is shown as 72 to 72, so its change is shown as 0: whoever reads the two figures
    and subtracts them must come to the third.
    """
    one, other = decimal(after), decimal(before)
    if one is None or other is None:
        return None
    return shown_difference(other, one, places)


def direction(change: Decimal | int | None) -> str:
    """Return the class of a change as `change` gives it: more points are worse."""
    return "" if not change else "worse" if change > 0 else "better"


DIMENSIONS = ("api", "tuning", "vectors", "workflow", "commercial")
DIMENSION = {
    "api": "Proprietary API",
    "tuning": "Model fine-tuning",
    "vectors": "Embedding and vector store",
    "workflow": "Data and workflow",
    "commercial": "Commercial commitment",
}
HEAD = dict(zip(DIMENSIONS, ("API", "Tuning", "Vectors", "Workflow", "Commit."), strict=True))
TIER = {"portable": "Portable", "moderate": "Moderate", "high": "High", "entrenched": "Entrenched"}
BARS = {"low": 1, "medium": 2, "high": 3, "very-high": 4}
CARRIED = {
    "new": "New this year",
    "repeated": "Repeated from last year",
    "worse": "Graver than last year",
    "better": "Less grave than last year",
}
TIER_STEP = {"": 0, "portable": 1, "moderate": 3, "high": 4, "entrenched": 5}
TIER_BARS = {"": 0, "portable": 1, "moderate": 2, "high": 3, "entrenched": 4}
SEVERITY = {"low": "Low", "medium": "Medium", "high": "High", "very-high": "Very high"}
SEVERITY_STEP = {"low": 2, "medium": 3, "high": 4, "very-high": 5}
SEVERITIES = ("very-high", "high", "medium", "low")
CRITICALITY = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
GRADE = {"none": "None", "declared": "Declared", "documented": "Documented", "tested": "Tested"}
RESPONSE = {
    "": "Awaited",
    "accepted": "Accepted",
    "risk-accepted": "Risk accepted",
    "disputed": "Disputed",
}
FUNCTION = {"it": "IT", "legal": "Legal", "security": "Security", "finance": "Finance"}
PATH = {"direct": "Direct", "gateway": "Through our gateway", "embedded": "Inside a product"}
ROLE = {"primary": "Primary", "second": "Second in production", "fallback": "Fallback"}
ASSET = {
    "tuned-model": "Fine-tuned model",
    "embedding-index": "Embedding index",
    "prompts": "Prompts",
    "dataset": "Dataset",
    "workflow": "Workflow",
    "connector": "Connector",
}
HELD = {"us": "Us", "both": "Us and the vendor", "vendor": "The vendor"}
RENEWAL = {
    "fixed": "Ends by itself",
    "automatic": "Renews itself",
    "evergreen": "Runs until notice",
}
UPLIFT = {"capped": "Capped", "index": "Price index", "uncapped": "No cap"}
EARLY = {"free": "Free", "percent": "Share of what remains", "full": "All that remains"}
DECISION = {"": "Not decided", "renew": "Renew", "renegotiate": "Renegotiate", "leave": "Leave"}
ANSWER = {"unknown": "Nobody has checked", "na": "Does not apply", "blank": "Not answered"}
REVIEW = {"accepted": "Accepted", "returned": "Returned"}
EVIDENCE = {"attached": "Attached", "accepted": "Accepted", "flagged": "Flagged"}
STATE = {"drafted": "Drafted", "agreed": "Agreed", "dropped": "Dropped"}
STATUS = {
    "resolved": "Not found again",
    "by-hand": "Added by hand last year; not looked for by a rule",
    "repeated": "Found again",
    "worse": "Found again, graver",
    "better": "Found again, less grave",
}


def word(words: Mapping[str, str], key: str) -> str:
    """Return the words of a key; one that is not known is made readable, never dropped."""
    return words.get(key) or (key.replace("-", " ").replace("_", " ").capitalize() if key else DASH)


def known(words: Mapping[str, str], key: str) -> str:
    """Return the words of a key; "unknown" is what nobody has checked."""
    return "Nobody has checked" if key in ("", "unknown") else word(words, key)
