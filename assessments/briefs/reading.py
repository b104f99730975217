"""A brief's content and the bytes that stand for it: what the council judges and what is frozen."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from assessments.briefs.content import SCHEMA_NAME, SCHEMA_VERSION, merged
from assessments.models import Brief, BriefOpinion
from lockin.canonical import digest, dumps


def content_of(brief: Brief) -> dict[str, Any]:
    """Return the brief as it reads: frozen after the decision, merged before it."""
    if brief.body:
        return dict(json.loads(brief.body)["content"])
    return merged(brief.built, brief.edits)


DAYS = frozenset({"on", "as_of", "act_by", "renews_until", "tested_on", "term_ends_on"})


def with_days(value: Any) -> Any:
    """Return a content whose days are dates, as pages show them; frozen they are texts."""
    if isinstance(value, dict):
        return {
            name: date.fromisoformat(inner) if name in DAYS and inner else with_days(inner)
            for name, inner in value.items()
        }
    return [with_days(inner) for inner in value] if isinstance(value, list) else value


def content_sha256(brief: Brief) -> str:
    """Return the hash of what an opinion is about."""
    return digest(dumps(content_of(brief)))


def opinions_in_force(brief: Brief) -> dict[str, BriefOpinion]:
    """Return each function's latest word on the content that the council was given."""
    rows = brief.opinions.filter(content_sha256=brief.sent_sha256).order_by("pk")
    return {row.function: row for row in rows} if brief.sent_sha256 else {}


def body_of(brief: Brief, *, decision: dict[str, Any] | None) -> dict[str, Any]:
    """Return what is frozen: the content, who said what about it, and what was decided."""
    return {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        "number": brief.number,
        "content": content_of(brief),
        "opinions": [
            {
                "function": row.function,
                "agrees": row.agrees,
                "words": row.words,
                "at": row.given_at,
                "by": row.given_by_name,
                "role": row.given_by_role,
                "sha256": row.content_sha256,
            }
            for _, row in sorted(opinions_in_force(brief).items())
        ],
        "decision": decision,
    }
