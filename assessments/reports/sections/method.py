"""PURE. How the figures come about, printed from the frozen scheme, with the conclusion's rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.reports import conclusion, words
from assessments.reports.blocks import Cell, Column, Columns, Heading, Section, Table, Text
from assessments.reports.source import Source


def method(source: Source) -> Section:
    scheme = source.payload.schemes[-1]
    found = conclusion.conclude(source)
    tiers, evidence = scheme["tiers"], scheme["evidence"]
    questions = sum(
        len(section["questions"])
        for entry in source.payload.questionnaires[-1:]
        for section in entry.manifest["sections"]
    )
    share = words.percent(scheme["worst_share"])
    left = [
        Heading(text="Scores"),
        Text(
            text=f"Each workload answers {questions:,} questions in five dimensions. An answer scores "
            "0, 25, 50, 75 or 100; “Nobody has checked” and blank count 100. A dimension is the "
            f"weighted mean of its answers. The score is {share} the worst dimension and the rest the "
            "weighted mean of all. Controls reduce a dimension by credit × coverage × evidence; gates "
            "lift a dimension, or hold the tier up without moving the number."
        ),
        Heading(text="Tiers"),
        Text(
            text=f"Portable below {words.fixed(tiers['moderate_from'], 0)}, moderate from there, high from "
            f"{words.fixed(tiers['high_from'], 0)}, entrenched from {words.fixed(tiers['entrenched_from'], 0)}."
        ),
    ]
    right = [
        Heading(text="Evidence"),
        Text(
            text="Evidence factors: "
            + ", ".join(
                f"{words.word(words.GRADE, name).lower()} {words.fixed(value, 2)}"
                for name, value in evidence["factors"].items()
            )
            + f". Full for {evidence['full_days']} days, {words.percent(evidence['aged_share'])} after {evidence['aged_days']}, "
            f"none after {evidence['none_after_days']}. Confidence grades: "
            + ", ".join(
                f"{row['grade']} from {words.fixed(row['from'], 2)}"
                for row in evidence["confidence_grades"]
            )
            + f", else {evidence['lowest_confidence_grade']}. The range widens by up to "
            f"{words.fixed(evidence['widest_below'], 0)} points down and {words.fixed(evidence['widest_above'], 0)} up."
        ),
        Heading(text="Portfolio"),
        Text(
            text="The headline is the mean weighted by yearly spend; beside it stand the mean weighted by "
            "criticality ("
            + ", ".join(
                f"{words.word(words.CRITICALITY, name).lower()} {words.fixed(value, 0)}"
                for name, value in scheme["criticality_weights"].items()
            )
            + "), the share of spend in high and entrenched, and the concentration by host and publisher. "
            "They are never added."
        ),
    ]
    return Section(
        anchor="method",
        title="Method",
        lede=f"Scheme {scheme['name']}: every figure can be traced to a question, an answer, a weight, a "
        "piece of evidence, a control or a gate.",
        blocks=[
            Columns(css="even", left=left, right=right),
            Heading(text="Conclusion scale"),
            Table(
                columns=[Column("Step", "", "40"), Column("When")],
                rows=[
                    [Cell(step, css="w6" if index == found.step else ""), text]
                    for index, (step, text) in enumerate(conclusion.RULES)
                ],
                source=f"The gravest step whose rule holds. Vital: critical or high for the business. Here: {found.because}",
            ),
            Heading(text="Weights, credits and gates"),
            _numbers(scheme),
            *_versions(source),
            Heading(text="Limits"),
            Text(
                text="Answers come from owners and are reviewed, not audited on site. Model quality, safety "
                "and bias are not judged. What was not assessed is listed under “Scope, sources and coverage”."
            ),
        ],
    )


def _numbers(scheme: Mapping[str, Any]) -> Table:
    mitigations, gates = scheme["mitigations"], scheme["gates"]
    earned: dict[str, list[str]] = {}
    for row in mitigations["credits"]:
        earned.setdefault(row["control"], []).append(
            f"{words.HEAD.get(row['dimension'], row['dimension'])} {words.fixed(row['credit'], 2)}"
        )
    return Table(
        css="dense",
        columns=[Column("What", "", "46"), Column("Numbers")],
        rows=[
            [
                "Dimension weights",
                ", ".join(
                    f"{words.DIMENSION.get(name, name)} {words.fixed(value, 0)}"
                    for name, value in scheme["dimension_weights"].items()
                ),
            ],
            [
                "Ordered weights (OWA)",
                ", ".join(words.fixed(value, 2) for value in scheme["ordered_weights"]),
            ],
            [
                "Always apply; fewest dimensions",
                f"{', '.join(words.DIMENSION.get(name, name) for name in scheme['always_apply'])}; {scheme['fewest_dimensions']}",
            ],
            *[
                [f"Credits of {control}", ", ".join(found)]
                for control, found in sorted(earned.items())
            ],
            [
                "Evidence of controls",
                _plain(
                    mitigations,
                    (
                        "cap",
                        "tested_lately",
                        "tested_a_while_ago",
                        "documented",
                        "declared",
                        "drill_failed",
                        "lately_months",
                        "a_while_ago_months",
                    ),
                ),
            ],
            ["Gates", _plain(gates, list(gates))],
        ],
        source="Source: the scoring scheme, frozen in the snapshot.",
    )


def _versions(source: Source) -> list[Any]:
    names = [entry["name"] for entry in source.payload.schemes]
    comparison = source.payload.comparison
    text = f"Schemes in this audit: {', '.join(names)}."
    if comparison:
        changed = [entry["name"] for entry in comparison.movers if entry["scheme_changed"]]
        text += (
            f" Scored under another scheme last year: {words.listed(changed, most=50)}."
            if changed
            else " No score changed its scheme since last year."
        )
    return [Heading(text="Changes since the last scheme"), Text(text=text)]


def _plain(body: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return numbers of the scheme under their own names."""
    return ", ".join(f"{name.replace('_', ' ')} {body[name]}" for name in names)
