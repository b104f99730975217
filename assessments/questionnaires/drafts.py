"""Drafts: what one person has typed and not yet saved. No event, no score, lost to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.models import Answer, AnswerDraft, Assessment
from lockin.accounts.models import User

LONGEST_TEXT = 20_000
MOST_FILES = 50
LONGEST_NUMBER = 9  # digits: within the columns of every database
TEXT_FIELDS = ("choice", "reason", "grade", "comment")


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Somebody saved this question after the draft was begun."""

    by: str
    at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A draft as it was kept, and what happened meanwhile."""

    saved_at: datetime
    changed: Changed | None


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a question that a draft holds, cut to sane lengths."""
    body: dict[str, Any] = {
        name: str(values.get(name) or "")[:LONGEST_TEXT] for name in TEXT_FIELDS
    }
    evidence = values.get("evidence") or []
    numbers = (whole_number(str(item)) for item in list(evidence)[:MOST_FILES])
    body["evidence"] = [number for number in numbers if number]
    return body


def whole_number(text: str) -> int:
    """Return a number of a row or a version as a form sent it, and 0 for what can be neither."""
    plain = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if plain else 0


def keep(
    *,
    assessment: Assessment,
    question_key: str,
    body: Mapping[str, Any],
    based_on_version: int,
    by: User,
    now: datetime,
) -> Kept:
    """Keep what a person has typed, and say whether somebody else has saved the question since."""
    AnswerDraft.objects.update_or_create(
        assessment=assessment,
        question_key=question_key,
        user=by,
        defaults={
            "body": body_of(body),
            "based_on_version": max(0, based_on_version),
            "saved_at": now,
        },
    )
    return Kept(
        saved_at=now,
        changed=newer_answer(
            assessment=assessment, question_key=question_key, version=based_on_version, by=by
        ),
    )


def newer_answer(
    *, assessment: Assessment, question_key: str, version: int, by: User
) -> Changed | None:
    """Return who saved the question after that version, if it was not this person."""
    row = (
        Answer.objects.filter(assessment=assessment, question_key=question_key, version__gt=version)
        .exclude(answered_by=by)
        .values("answered_by_name", "answered_at", "version")
        .first()
    )
    if row is None:
        return None
    return Changed(by=row["answered_by_name"], at=row["answered_at"], version=row["version"])


def draft_of(*, assessment: Assessment, question_key: str, by: User) -> AnswerDraft | None:
    return AnswerDraft.objects.filter(
        assessment=assessment, question_key=question_key, user=by
    ).first()


def discard(*, assessment: Assessment, question_key: str, by: User) -> None:
    """Forget a draft: it was saved, or its writer does not want it."""
    AnswerDraft.objects.filter(assessment=assessment, question_key=question_key, user=by).delete()
