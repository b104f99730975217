"""PURE. This year against the last signed audit, also across versions of the questions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.audits.facts import Body
from assessments.audits.payload import Payload
from assessments.questionnaires import comparison as questions
from assessments.questionnaires.definition import Definition, from_manifest
from assessments.scoring.compare import Change, Comparison

# Movers that the report names; the rest stand with their workloads.
MOST_MOVERS = 200
MOST_CAUSES = 3


def replaced_keys(asked_before: Collection[str], definition: Definition) -> dict[str, str]:
    """Return this year's key → last year's key, where a question came under another key."""
    before = set(asked_before)
    found = {}
    for question in definition.questions:
        if question.key in before:
            continue
        older = next((key for key in question.replaces if key in before), None)
        if older is not None:
            found[question.key] = older
    return found


def changes_of(found: Comparison) -> dict[str, Any]:
    """Return a comparison as a record, without the questions that stayed as they were."""
    record = found.to_dict()
    record["questions"] = [
        entry
        for entry in record["questions"]
        if entry["change"] != Change.SAME or _moved(entry["score_part"])
    ]
    return record


def mover(body: Body) -> dict[str, Any] | None:
    """Return how far a workload's score moved and what moved it most; None without two scores."""
    previous = body["previous"]
    found = previous and previous["comparison"]
    if not found or found["score"]["delta"] is None:
        return None
    texts = {entry["question_key"]: entry["question_text"] for entry in body["answers"]}
    causes = sorted(
        (entry for entry in found["questions"] if _moved(entry["score_part"])),
        key=lambda entry: (-abs(Decimal(entry["score_part"]["delta"])), entry["question"]),
    )
    return {
        "key": body["key"],
        "name": body["name"],
        "before": found["score"]["before"],
        "after": found["score"]["after"],
        "delta": found["score"]["delta"],
        "tier_before": found["tier_before"] or "",
        "tier_after": found["tier_after"] or "",
        "scheme_changed": found["scheme_before"] != found["scheme_after"],
        "dimensions": [
            {"dimension": entry["dimension"], **entry["residual"]}
            for entry in found["dimensions"]
            if _moved(entry["residual"])
        ],
        "causes": [
            {
                "question": entry["question"],
                "text": texts.get(entry["question"], ""),
                "dimension": entry["dimension"],
                "change": entry["change"],
                "delta": entry["score_part"]["delta"],
            }
            for entry in causes[:MOST_CAUSES]
        ],
    }


def year_on_year(
    *,
    before: Payload,
    manifests: Sequence[Mapping[str, Any]],
    portfolio: Mapping[str, Any],
    movers: Iterable[Mapping[str, Any]],
    previous_findings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """
    Return the body of the comparison.

    :param before: the last signed audit
    :param manifests: this year's questionnaire versions, oldest first
    :param portfolio: this year's portfolio body
    """
    last_year = {row.key: row for row in before.portfolio.heat}
    this_year = {row["key"]: row for row in portfolio["heat"]}
    moved = sorted(
        (entry for entry in movers if Decimal(entry["delta"])),
        key=lambda entry: (-abs(Decimal(entry["delta"])), entry["key"]),
    )
    deltas = [Decimal(entry["delta"]) for entry in moved]
    written = before.portfolio.body["figures"]
    return {
        "previous_label": before.audit.label,
        "spend_weighted": {
            "before": written["spend_weighted"],
            "after": portfolio["figures"]["spend_weighted"],
        },
        "hard_to_move_share": {
            "before": written["hard_to_move_share"],
            "after": portfolio["figures"]["hard_to_move_share"],
        },
        "publisher_hhi": {
            "before": written["by_publisher"]["hhi"],
            "after": portfolio["figures"]["by_publisher"]["hhi"],
        },
        "questions": _questions(before, manifests),
        "workloads": {
            "added": [row["name"] for key, row in this_year.items() if key not in last_year],
            "removed": [row.name for key, row in last_year.items() if key not in this_year],
            "in_both": len(last_year.keys() & this_year.keys()),
            "harder": sum(delta > 0 for delta in deltas),
            "easier": sum(delta < 0 for delta in deltas),
        },
        "movers": moved[:MOST_MOVERS],
        "previous_findings": list(previous_findings),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    old: Definition
    new: Definition


def _questions(before: Payload, manifests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Compare the newest version of each year; the same version in both has no differences."""
    nothing: dict[str, Any] = {
        "before": "",
        "after": "",
        "added": [],
        "removed": [],
        "changed": [],
        "replaced": [],
    }
    if not before.questionnaires or not manifests:
        return nothing
    pair = _Versions(
        old=from_manifest(before.questionnaires[-1].manifest), new=from_manifest(manifests[-1])
    )
    found = questions.compare(pair.old, pair.new)
    changed = [
        {"what": what, **_words(pair, change.old_key, change.new_key, change.old, change.new)}
        for what, changes in (
            ("reworded", found.reworded),
            ("reweighted", found.reweighted),
            ("rescaled", found.rescaled),
        )
        for change in changes
        if change.old_key == change.new_key
    ]
    return {
        "before": pair.old.label,
        "after": pair.new.label,
        "added": [_question(pair.new, key) for key in found.added],
        "removed": [_question(pair.old, key) for key in found.removed],
        "changed": changed,
        "replaced": [
            _words(pair, change.old_key, change.new_key, change.old, change.new)
            for change in found.replaced
        ],
    }


def _question(definition: Definition, key: str) -> dict[str, str]:
    question = definition.question(key)
    return {"key": key, "number": question.number, "text": question.text}


def _words(pair: _Versions, old_key: str, new_key: str, old: str, new: str) -> dict[str, str]:
    return {
        "key": new_key,
        "old_key": old_key,
        "number": pair.new.question(new_key).number,
        "text": pair.new.question(new_key).text,
        "old": old,
        "new": new,
    }


def _moved(step: Mapping[str, Any]) -> bool:
    return bool(step["delta"]) and Decimal(step["delta"]) != 0
