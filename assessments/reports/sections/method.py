"""PURE. How the figures come about, printed from the frozen scheme, with the conclusion's rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.reports import conclusion, words
from assessments.reports.blocks import Cell, Column, Columns, Heading, Section, Table, Text
from assessments.reports.source import Source


def method(source: Source) -> Section:
    scheme = source.payload.schemes[-1]
    found = conclusion.conclude(source)
    questions = sum(
        len(section["questions"])
        for entry in source.payload.questionnaires[-1:]
        for section in entry.manifest["sections"]
    )
    share = words.share(scheme["worst_share"])
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
        Text(text=_tiers(scheme)),
        Heading(text="Limits"),
        Text(
            text="Answers come from owners and are reviewed, not audited on site. Model quality, safety "
            "and bias are not judged. What was not assessed is listed under “Scope, sources and coverage”."
        ),
    ]
    right = [
        Heading(text="Evidence"),
        Text(text=_evidence(scheme)),
        Heading(text="Portfolio"),
        Text(
            text="The headline is the mean weighted by yearly spend; beside it stand the mean weighted by "
            f"criticality ({_criticality(scheme)}), the share of spend in high and entrenched, and the concentration by host and publisher. "
            "They are never added."
        ),
        *_versions(source),
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
                css="tight",
                columns=[Column("Step", "", "40"), Column("When")],
                rows=[
                    [Cell(step, css="w6" if index == found.step else ""), text]
                    for index, (step, text) in enumerate(conclusion.RULES)
                ],
                source=f"The gravest step whose rule holds. Vital: critical or high for the business. Here: {found.because}",
            ),
            Heading(text="Weights, credits and gates"),
            *[_numbers(entry, in_full=entry is not scheme) for entry in source.payload.schemes],
        ],
    )


def _tiers(scheme: Mapping[str, Any]) -> str:
    tiers = scheme["tiers"]
    return (
        f"Portable below {words.plain(tiers['moderate_from'])}, moderate from there, high from "
        f"{words.plain(tiers['high_from'])}, entrenched from {words.plain(tiers['entrenched_from'])}."
    )


def _evidence(scheme: Mapping[str, Any]) -> str:
    found = scheme["evidence"]
    factors = ", ".join(
        f"{words.word(words.GRADE, name).lower()} {words.plain(value)}"
        for name, value in found["factors"].items()
    )
    grades = ", ".join(
        f"{row['grade']} from {words.plain(row['from'])}" for row in found["confidence_grades"]
    )
    return (
        f"Evidence factors: {factors}. Full for {found['full_days']} days, "
        f"{words.share(found['aged_share'])} after {found['aged_days']}, none after "
        f"{found['none_after_days']}. Confidence grades: {grades}, else "
        f"{found['lowest_confidence_grade']}. The range widens by up to "
        f"{words.plain(found['widest_below'])} points down and {words.plain(found['widest_above'])} up."
    )


def _criticality(scheme: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{words.word(words.CRITICALITY, name).lower()} {words.plain(value)}"
        for name, value in scheme["criticality_weights"].items()
    )


def _numbers(scheme: Mapping[str, Any], *, in_full: bool) -> Table:
    """Return a scheme's numbers; in full with those that the text above gives for the latest."""
    mitigations, gates = scheme["mitigations"], scheme["gates"]
    earned: dict[str, list[str]] = {}
    for row in mitigations["credits"]:
        earned.setdefault(row["control"], []).append(
            f"{words.HEAD.get(row['dimension'], row['dimension'])} {words.plain(row['credit'])}"
        )
    return Table(
        css="tight",
        title=f"Scheme {scheme['name']}" if in_full else "",
        columns=[Column("What", "", "46"), Column("Numbers")],
        rows=[
            [
                "Dimension weights",
                ", ".join(
                    f"{words.DIMENSION.get(name, name)} {words.plain(value)}"
                    for name, value in scheme["dimension_weights"].items()
                ),
            ],
            [
                "Ordered weights (OWA)",
                ", ".join(words.plain(value) for value in scheme["ordered_weights"]),
            ],
            [
                "Always apply; fewest dimensions",
                f"{', '.join(words.DIMENSION.get(name, name) for name in scheme['always_apply'])}; {scheme['fewest_dimensions']}",
            ],
            [
                "Credits of controls",
                "; ".join(
                    f"{control} {', '.join(found)}" for control, found in sorted(earned.items())
                ),
            ],
            ["Evidence of controls", _evidence_of_controls(mitigations)],
            ["Gates", _gates(gates)],
            *(
                [
                    ["Share of the worst dimension", words.share(scheme["worst_share"])],
                    ["Tiers", _tiers(scheme)],
                    ["Evidence", _evidence(scheme)],
                    ["Criticality", _criticality(scheme)],
                ]
                if in_full
                else []
            ),
        ],
        source=f"Source: scoring scheme {scheme['name']}, frozen in the snapshot: {scheme['method']}.",
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


def _evidence_of_controls(found: Mapping[str, Any]) -> str:
    lately, later = found["lately_months"], found["a_while_ago_months"]
    return (
        f"tested within {lately} months {words.plain(found['tested_lately'])}, within {later} months "
        f"{words.plain(found['tested_a_while_ago'])}, documented {words.plain(found['documented'])}, "
        f"declared {words.plain(found['declared'])}, last drill failed "
        f"{words.plain(found['drill_failed'])}; all controls of a dimension together take at most "
        f"{words.share(found['cap'])}"
    )


def _gates(found: Mapping[str, Any]) -> str:
    return (
        f"no right at all from {found['no_right_points']} points, the worst answer at "
        f"{found['worst_points']}; far too late under {words.share(found['far_too_late_share'])} of the "
        f"time to exit, which is {found['assumed_time_to_exit_days']} days where nobody has estimated "
        f"it; notice within {found['notice_days']} days; owed more than "
        f"{words.plain(found['obligation_years'])} year’s spend; a dimension is lifted to "
        f"{words.plain(found['lift_to'])}; gateway declared for {words.share(found['gateway_share'])}, "
        f"measured direct {words.share(found['direct_share'])}"
    )
