"""PURE. Every step of one workload's score, and what moved it since the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assessments.audits.facts import WorkloadFacts
from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Heading, Table, Text
from assessments.reports.source import Source


def blocks(source: Source, row: WorkloadFacts) -> list[Any]:
    """Return the tables before a workload's answers; none where it was never scored."""
    record = row.score.record
    if not record:
        return [Text(bold="No score.", text=" ".join(row.score.problems))]
    found: list[Any] = [Heading(text="The score, step by step"), Text(text=_whole(record))]
    found += [_forms(row), *_controls(row), _gates(row)]
    if record["sensitivity"]:
        found.append(Text(css="sm", bold="Sensitivity.", text=_variations(record["sensitivity"])))
    return [*found, *_compared(source, row)]


def _whole(record: Mapping[str, Any]) -> str:
    """Say the overall figures, from inherent to the tier."""
    counts = record["counts"]
    said = (
        f"Scheme {record['scheme']}, reckoned on {words.day_of(record['on'])}: {counts['answered']:,} "
        f"answered, {counts['unknown']:,} “Nobody has checked”, {counts['blank']:,} blank, "
        f"{counts['not_applicable']:,} do not apply. "
    )
    said += "".join(f"{entry['text']} " for entry in record["problems"])
    if not record["residual"]:
        return said.strip()
    parts = [
        f"{name} {_index(record[key])}"
        for name, key in (("Inherent", "inherent"), ("Residual", "residual"))
    ]
    floor = record["tier_floor"]
    return (
        f"{said}{parts[0]}; after controls {words.fixed(record['mitigated'], 2)}; {parts[1]}. By the "
        f"score alone {_tier(record['tier_before_gates'])}, "
        + (f"held at least {_tier(floor)} by a gate, " if floor else "no gate holds it up, ")
        + f"so {_tier(record['tier'])}. Confidence {words.fixed(record['confidence'], 2)}, grade "
        f"{record['confidence_grade']}{'; provisional' if record['provisional'] else ''}."
    )


def _index(index: Mapping[str, Any]) -> str:
    return (
        f"{words.fixed(index['score'], 2)} ({words.fixed(index['low'], 2)} to "
        f"{words.fixed(index['high'], 2)}), {_tier(index['tier'])}"
    )


def _tier(key: str | None) -> str:
    return words.word(words.TIER, key or "")


def _forms(row: WorkloadFacts) -> Table:
    rows = []
    for entry in row.score.record["dimensions"]:
        name = words.word(words.DIMENSION, entry["dimension"])
        if entry["inherent"] is None:
            why = entry["reason_if_not"] or ("" if entry["applies"] else "Does not apply.")
            rows.append([Cell(f"{entry['number']} {name}", sub=why), *[words.DASH] * 9])
            continue
        rows.append(
            [
                Cell(f"{entry['number']} {name}", sub=entry["reason_if_not"]),
                words.plain(entry["weight"]),
                Cell(
                    words.fixed(entry["inherent"], 2),
                    sub=f"{words.fixed(entry['low'], 2)} to {words.fixed(entry['high'], 2)}",
                ),
                Cell(words.fixed(entry["confidence"], 2), sub=entry["confidence_grade"] or ""),
                Cell(
                    f"{words.fixed(_times(entry['reduction'], 100), 2)}%",
                    sub="at the cap" if entry["reduction_capped"] else "",
                ),
                words.fixed(entry["mitigated"], 2),
                ", ".join(entry["lifted_by"]) or words.DASH,
                Cell(
                    words.fixed(entry["residual"], 2),
                    sub=f"{words.fixed(entry['residual_low'], 2)} to "
                    f"{words.fixed(entry['residual_high'], 2)}",
                    css="w6",
                ),
                words.fixed(entry["score_part"], 2),
            ]
        )
    return Table(
        css="tight",
        columns=[
            Column("Form of lock-in"),
            Column("Weight", "n", "12"),
            Column("Inherent", "n", "23"),
            Column("Confidence", "n", "17"),
            Column("Controls take", "n", "17"),
            Column("After", "n", "13"),
            Column("Lifted by", "n", "13"),
            Column("Residual", "n", "23"),
            Column("Part", "n", "13"),
        ],
        rows=rows,
        source="Scores 0 to 100, below them the range. Part: what it adds to the residual score. "
        "Source: the score's own record.",
    )


def _controls(row: WorkloadFacts) -> list[Any]:
    rows = [
        [
            f"{entry['control']} {entry['name']}",
            words.HEAD.get(form.dimension, form.dimension),
            words.plain(entry["credit"]),
            words.share(entry["coverage"]),
            words.plain(entry["evidence_factor"]),
            words.fixed(entry["product"], 4),
            Cell("", sub=entry["because"]),
        ]
        for form in row.score.dimensions
        for entry in form.mitigations
    ]
    if not rows:
        return []
    return [
        Table(
            css="tight",
            columns=[
                Column("Control"),
                Column("Form", "", "18"),
                Column("Credit", "n", "13"),
                Column("Coverage", "n", "16"),
                Column("Evidence", "n", "15"),
                Column("Product", "n", "15"),
                Column("Why", "", "46"),
            ],
            rows=rows,
            source="Product: credit × coverage × evidence; what remains of each is multiplied. Source: "
            "the score's own record.",
        )
    ]


def _gates(row: WorkloadFacts) -> Table:
    return Table(
        css="tight",
        columns=[
            Column("Gate", "", "44"),
            Column("Fired", "", "13"),
            Column("Why"),
            Column("Effect", "", "56"),
        ],
        rows=[
            [
                f"{entry['key']} {entry['name']}",
                "Yes" if entry["fired"] else "No",
                " ".join(filter(None, (entry["reason"], entry["not_evaluated"]))) or words.DASH,
                Cell(entry["effect"] or words.DASH, sub=_bears_on(entry)),
            ]
            for entry in row.score.record["gates"]
        ],
        empty="No gate was looked at.",
        source="Source: the score's own record.",
    )


def _bears_on(entry: Mapping[str, Any]) -> str:
    """Say what the gate bears on, as the record keeps it."""
    said = []
    if entry["floor"]:
        said.append(f"tier at least {_tier(entry['floor'])}")
    if entry["lifts"]:
        said.append(f"lifts {words.word(words.DIMENSION, entry['lifts'])}")
    if entry["finding"]:
        said.append("asks for a finding" if entry["finding"] is True else str(entry["finding"]))
    return "; ".join(said)


def _variations(found: Mapping[str, Any]) -> str:
    said = "; ".join(
        f"{entry['name']} {words.fixed(entry['score'], 2)} {_tier(entry['tier'])}"
        + (" (another tier)" if entry["changes_tier"] else "")
        for entry in found["variations"]
    )
    return f"{'The tier hangs on a choice' if found['changes_tier'] else 'The tier holds'}: {said}."


def _compared(source: Source, row: WorkloadFacts) -> list[Any]:
    """Every figure that last year's audit had of this workload, and every question that moved."""
    before = row.body["previous"]
    if before is None:
        return []
    found: list[Any] = [
        Heading(text=f"Against {before['label']}"),
        Text(text=_last_year(before)),
    ]
    if before["assets"]:
        found.append(_inventory(before))
    comparison = before["comparison"]
    if comparison is None:
        return [
            *found,
            _scores_then(before),
        ]
    found.append(_steps(before["label"], source.payload.audit.label, comparison))
    if comparison["questions"]:
        found.append(_questions(row, comparison))
    return found


def _last_year(before: Mapping[str, Any]) -> str:
    comparison = before["comparison"]
    said = (
        f"{before['label']}: residual {words.fixed(before['residual'], 2)}, "
        f"{_tier(before['tier'])}, questionnaire {before['questionnaire'] or words.DASH}."
    )
    if comparison is None:
        return f"{said} One of the two years has no score, so nothing is compared."
    schemes = (comparison["scheme_before"], comparison["scheme_after"])
    return (
        f"{said} Tier {_tier(comparison['tier_before'])} to {_tier(comparison['tier_after'])}; "
        + (
            f"scheme {schemes[0]} in both."
            if schemes[0] == schemes[1]
            else f"scheme {schemes[0]} to {schemes[1]}."
        )
    )


def _inventory(before: Mapping[str, Any]) -> Table:
    return Table(
        css="tight",
        columns=[
            Column(f"Inventory in {before['label']}"),
            Column("Kind", "", "28"),
            Column("Count", "n", "20"),
            Column("Tokens each", "n", "20"),
            Column("Vector length", "n", "20"),
            Column("Held by", "", "30"),
            Column("Exportable", "", "28"),
        ],
        rows=[
            [
                entry["name"],
                words.word(words.ASSET, entry["kind"]),
                words.whole(entry["count"]),
                words.whole(entry["tokens_each"]),
                words.whole(entry["dimension"]),
                words.known(words.HELD, entry["held_by"]),
                words.yes(entry["exportable"]),
            ]
            for entry in before["assets"]
        ],
        source="Source: last year’s snapshot.",
    )


def _scores_then(before: Mapping[str, Any]) -> Table:
    return Table(
        css="tight",
        columns=[Column("Form of lock-in"), Column(before["label"], "n", "30")],
        rows=[
            [words.word(words.DIMENSION, name), words.fixed(value, 2)]
            for name, value in before["dimensions"].items()
        ],
        empty="No form of lock-in had a score.",
        source="Residual score, 0 to 100. Source: last year’s snapshot.",
    )


def _steps(label: str, now: str, comparison: Mapping[str, Any]) -> Table:
    """One row a form of lock-in; each figure before and after, and the change of the residual."""
    whole = comparison["score"], comparison["inherent"]
    rows = [["Score", _pair(whole[1], 2), words.DASH, *_step(whole[0], 2), words.DASH]]
    for entry in comparison["dimensions"]:
        if any(entry["residual"][key] is not None for key in ("before", "after")):
            rows.append(
                [
                    words.word(words.DIMENSION, entry["dimension"]),
                    _pair(entry["inherent"], 2),
                    _pair(entry["reduction"], 2, 100),
                    *_step(entry["residual"], 2),
                    _pair(entry["score_part"], 2),
                ]
            )
    return Table(
        css="tight",
        columns=[
            Column("Form of lock-in"),
            Column("Inherent", "n", "27"),
            Column("Controls take, %", "n", "27"),
            Column(f"Residual {label}", "n", "21"),
            Column(f"Residual {now}", "n", "21"),
            Column("Change", "n", "15"),
            Column("Part of score", "n", "27"),
        ],
        rows=rows,
        source="Scores 0 to 100; one figure where both years have the same. Source: both snapshots.",
    )


def _step(step: Mapping[str, Any], places: int) -> Iterator[Any]:
    """Yield before, after and the difference of the two as they are shown."""
    before, after = (words.decimal(step[key]) for key in ("before", "after"))
    delta = words.change(after, before, places)
    yield words.fixed(before, places)
    yield words.fixed(after, places)
    yield Cell(words.signed(delta, places), css=words.direction(delta))


def _questions(row: WorkloadFacts, comparison: Mapping[str, Any]) -> Table:
    numbers = {answer.question_key: answer.number for answer in row.answers}
    rows = [
        [
            numbers.get(entry["question"], words.DASH),
            f"{entry['question']}, {entry['change'].replace('-', ' ')}"
            + (f", was {entry['replaces']}" if entry["replaces"] else ""),
            _pair(entry["points"]),
            _pair(entry["weight"]),
            *_step(entry["score_part"], 2),
        ]
        for entry in comparison["questions"]
    ]
    return Table(
        css="tight",
        columns=[
            Column("No.", "", "10"),
            Column("Question"),
            Column("Points", "n", "24"),
            Column("Weight", "n", "24"),
            Column("Part then", "n", "18"),
            Column("Part now", "n", "18"),
            Column("Change", "n", "18"),
        ],
        rows=rows,
        source="Only what moved. Part: points of the inherent score of its form. Source: both snapshots.",
    )


def _pair(step: Mapping[str, Any], places: int = 4, factor: int = 1) -> str:
    """Return `75 to 100`, or the one figure where nothing moved."""
    before, after = (_times(step[key], factor) for key in ("before", "after"))
    if places == 4:
        one, other = words.plain(before), words.plain(after)
    else:
        one, other = words.fixed(before, places), words.fixed(after, places)
    return one if one == other else f"{one} to {other}"


def _times(value: Any, factor: int) -> Any:
    found = words.decimal(value)
    return None if found is None else found * factor
