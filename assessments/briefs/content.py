"""PURE. The content of a brief: what was built, what people changed in it, what a vendor may see.

A brief is built from live data and then edited. Both are kept apart, so that figures can be
brought up to date without losing a word that somebody wrote. What is frozen is the two merged.
The vendor's version is made by naming what may be shown; everything else is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SCHEMA_NAME, SCHEMA_VERSION = "lockin.renewal-brief", 1
VENDOR_SCHEMA_NAME, VENDOR_SCHEMA_VERSION = "lockin.renewal-request", 1

LONGEST = {"decision": 600, "opening": 900, "walk_away": 600, "batna": 900, "limits": 600}
"""Texts that stand alone, with the most characters that leave the brief within six pages."""
ASK_TEXTS = {"request": 400, "acceptable": 400, "walk_away": 400, "note": 400}
LONGEST_ROW = 300
MOST_ROWS = 8
MOST_ASKS = 12


class UnableToEdit(ValueError):
    """The change does not fit the brief. `field` names what to correct."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def merged(built: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """Return the brief as it reads: what was built, under what people wrote."""
    content = dict(built)
    for name in LONGEST:
        if name in edits:
            content[name] = {**content[name], "text": edits[name], "is_edited": True}
    changed = edits.get("asks", {})
    asks = [_with(ask, changed.get(ask["key"], {})) for ask in built["asks"]]
    kept = {ask["key"] for ask in asks}
    asks += [
        {**_blank_ask(key), **texts, "is_edited": True}
        for key, texts in changed.items()
        if key not in kept and texts.get("title")
    ]
    # Python's sort keeps the built order where nobody gave a place.
    asks.sort(key=lambda ask: (not ask["included"], ask["place"]))
    content["asks"] = [{**ask, "rank": number} for number, ask in enumerate(asks, start=1)]
    for name in ("gives", "objections"):
        if name in edits:
            content[name] = list(edits[name])
    return content


def checked(edits: Mapping[str, Any], *, built: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the edits as they are stored: trimmed, within their lengths, of known parts only.

    :raises UnableToEdit: if a text is too long, or a part is not one that can be edited
    """
    kept: dict[str, Any] = {}
    for name, value in edits.items():
        if name in LONGEST:
            kept[name] = _text(value, LONGEST[name], field=name)
        elif name == "asks":
            kept[name] = {key: _ask(key, texts) for key, texts in value.items()}
            added = [key for key in kept[name] if not any(a["key"] == key for a in built["asks"])]
            if len(added) + len(built["asks"]) > MOST_ASKS:
                raise UnableToEdit(f"A brief holds at most {MOST_ASKS} asks.", field=name)
        elif name in ("gives", "objections"):
            if len(value) > MOST_ROWS:
                raise UnableToEdit(f"At most {MOST_ROWS} rows fit here.", field=name)
            kept[name] = [_row(row, field=name) for row in value]
        else:
            raise UnableToEdit(f"“{name}” is no part of a brief that can be edited.", field=name)
    return kept


def vendor_safe(content: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what may be handed to the vendor, and nothing else.

    Made by naming each field: our requests, the sentence that frames each, terms that others
    publish, and the days of their own contract. Positions to fall back to, walk-away, scores,
    costs, use, alternatives, arguments and who decided are never read here.
    """
    about = content["about"]
    return {
        "schema": VENDOR_SCHEMA_NAME,
        "version": VENDOR_SCHEMA_VERSION,
        "about": {
            "organisation": about["organisation"],
            "contract": about["contract"],
            "vendor": about["vendor"],
            "reference": about["reference"],
            "on": about["on"],
            "term_ends_on": about["term_ends_on"],
        },
        "opening": content["opening"]["text"],
        "asks": [
            {
                "rank": ask["rank"],
                "title": ask["title"],
                "request": ask["request"],
                "framing": ask["framing"],
                "published": [list(pair) for pair in ask["published"]],
            }
            for ask in included(content)
        ],
    }


def included(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the asks that will be raised, in their order."""
    return [ask for ask in content["asks"] if ask["included"]]


def _with(ask: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    return {**ask, **texts, "is_edited": bool(set(texts) - {"included", "place"})}


def _blank_ask(key: str) -> dict[str, Any]:
    """An ask that a person added: no clause of the policy stands behind it."""
    return {
        "key": key,
        "code": "",
        "title": "",
        "place": 1000,
        "included": True,
        "status": "",
        "status_word": "Not a policy clause",
        "reason": "",
        "request": "",
        "acceptable": "",
        "walk_away": "",
        "framing": "",
        "note": "",
        "changes": [],
        "weight": None,
        "weight_steps": [],
        "accepted": {"sentence": "", "met": 0, "known": 0, "names": []},
        "published": [],
        "is_edited": True,
    }


def _ask(key: str, texts: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in texts.items():
        if name in ASK_TEXTS:
            kept[name] = _text(value, ASK_TEXTS[name], field=f"{key}.{name}")
        elif name == "title":
            kept[name] = _text(value, 120, field=f"{key}.title")
        elif name == "included":
            kept[name] = bool(value)
        elif name == "place":
            if not isinstance(value, int) or not 1 <= value <= 1000:
                raise UnableToEdit("A place is a whole number from 1.", field=f"{key}.place")
            kept[name] = value
        else:
            raise UnableToEdit(f"“{name}” of an ask cannot be edited.", field=key)
    return kept


def _row(row: Mapping[str, Any], *, field: str) -> dict[str, str]:
    wanted: Sequence[str] = (
        ("title", "words", "condition")
        if field == "gives"
        else ("they_say", "we_answer", "we_accept", "proof")
    )
    if set(row) - set(wanted):
        raise UnableToEdit("A row has parts that are not known here.", field=field)
    return {name: _text(row.get(name, ""), LONGEST_ROW, field=field) for name in wanted}


def _text(value: Any, most: int, *, field: str) -> str:
    if not isinstance(value, str):
        raise UnableToEdit("This is a text.", field=field)
    text = value.replace("\r\n", "\n").strip()
    if len(text) > most:
        raise UnableToEdit(
            f"At most {most:,} characters, so that the brief stays within six pages; "
            f"this has {len(text):,}.",
            field=field,
        )
    return text
