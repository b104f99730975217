"""PURE. Cover, executive summary, scope and contents: what a reader sees who reads four pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessments.reports import charts, conclusion, words
from assessments.reports.blocks import (
    Bullets,
    Cell,
    Column,
    Columns,
    Contents,
    Cover,
    Figures,
    Heading,
    KeepTogether,
    Scale,
    Section,
    Table,
    Text,
    chart,
)
from assessments.reports.sections.tests_of_brief import five_lines
from assessments.reports.source import Source

MOST = 5
MOST_ON_A_PAGE = 4
ART_COLUMNS = 48
MOST_TOGETHER = 12


def step_of(source: Source, value: Any) -> int | None:
    """Return the colour step of a score, by the thresholds of the frozen scheme."""
    if value is None:
        return None
    tiers = source.payload.schemes[-1]["tiers"]
    for name, step in (("entrenched_from", 5), ("high_from", 4), ("moderate_from", 3)):
        if Decimal(value) >= Decimal(tiers[name]):
            return step
    return 1


def cover(source: Source) -> Cover:
    audit = source.payload.audit
    heat = sorted(
        source.payload.portfolio.heat, key=lambda row: (row.residual is None, -(row.residual or 0))
    )[:ART_COLUMNS]
    columns = [
        [step_of(source, row.dimensions.get(name)) for name in words.DIMENSIONS] for row in heat
    ]
    shown = words.counted(len(heat), "workload")
    return Cover(
        organisation=audit.organisation,
        title=f"AI portability audit {audit.label}",
        subtitle="How free we are to change AI vendors, what holds us, and what to decide now.",
        mark="Draft for sign-off" if source.is_draft else "",
        art=chart(
            charts.heat_art(columns),
            alt=f"Heat map of {shown} by five forms of lock-in, hardest to move at the left.",
        )
        if heat
        else None,
        caption=f"{shown[0].upper()}{shown[1:]} by five forms of lock-in; darker is harder to move, "
        "grey does not apply. “Lock-in by workload” gives the numbers.",
        facts=(
            (
                "Period",
                f"{words.day(audit.period_starts_on)} to {words.day(audit.period_ends_on)}",
            ),
            ("Prepared by", "AI procurement council"),
            ("Figures at", words.day(audit.as_of)),
            (
                "Classification",
                "Internal" if source.with_amounts else "Internal, without amounts",
            ),
        ),
    )


def summary(source: Source) -> Section:
    found = conclusion.conclude(source)
    portfolio, comparison = source.payload.portfolio, source.payload.comparison
    hard = portfolio.tiers.get("high", 0) + portfolio.tiers.get("entrenched", 0)
    before = comparison.spend_weighted_before if comparison else None
    last = f"; {words.whole(before)} in {comparison.previous_label}" if comparison else ""
    delta = words.change(portfolio.spend_weighted, before)
    if comparison and delta is not None:
        moved = {
            "worse": f"the portfolio is {words.whole(abs(delta))} points more locked in than in "
            f"{comparison.previous_label}",
            "better": f"the portfolio is {words.whole(abs(delta))} points freer than in "
            f"{comparison.previous_label}",
            "": f"the portfolio stands where it stood in {comparison.previous_label}",
        }[words.direction(delta)]
    else:
        moved = "there is no signed audit of an earlier year to compare with"
    counts = source.severities()
    grave = counts["very-high"] + counts["high"]
    lede = (
        f"{hard:,} of {words.counted(portfolio.workloads, 'workload')} "
        f"{'is' if hard == 1 else 'are'} hard to move, and {moved}. "
        f"{words.counted(grave, 'finding')} of {len(source.findings):,} "
        f"{'is' if grave == 1 else 'are'} high or very high."
    )
    figures = [
        (
            "Portfolio lock-in",
            words.whole(portfolio.spend_weighted),
            f"of 100, weighted by spend{last}",
        ),
        (
            "Weighted by criticality",
            words.whole(portfolio.criticality_weighted),
            f"of 100, {portfolio.assessed:,} of {portfolio.workloads:,} have a score",
        ),
        (
            "Spend that is hard to move",
            words.percent(portfolio.hard_to_move_share),
            "of known spend, in High and Entrenched",
        ),
        _still_committed(source),
    ]
    awaited = sum(not entry["response"] for entry in source.findings)
    left = [
        Heading(text="The audit’s questions, answered"),
        Bullets(items=five_lines(source)),
        Heading(text="What we found"),
        Bullets(
            items=[
                ("", f"{charts.shortened(entry['title'], 76)} (F-{entry['number']:02d})")
                for entry in source.findings[:MOST]
            ]
        ),
    ]
    right = [
        Heading(text="What we ask the council to decide"),
        decisions(source),
        Text(
            css="src",
            text=f"Findings: {_counts(counts)}. Responses awaited: {awaited:,} of "
            f"{len(source.findings):,}.",
        ),
    ]
    return Section(
        anchor="summary",
        title="Executive summary",
        lede_bold=conclusion.SAYS[found.step],
        lede=lede,
        blocks=[
            Scale(steps=conclusion.STEPS, at=found.step),
            Figures(figures=figures),
            Columns(left=left, right=right),
            Heading(text="What last year’s audit asked for"),
            last_year(source, most=MOST_ON_A_PAGE),
        ],
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{counts[name]:,} {words.SEVERITY[name].lower()}" for name in words.SEVERITIES
    )


def _still_committed(source: Source) -> tuple[str, str, str]:
    years = source.payload.portfolio.committed_by_year
    totals: dict[str, Any] = {}
    if source.with_amounts:
        for contract in source.contracts:
            for entry in contract.commitments:
                if entry.remaining is not None:
                    known = totals.get(entry.currency)
                    totals[entry.currency] = known + entry.remaining if known else entry.remaining
        if totals:
            figure = " + ".join(words.short(totals[code]) for code in sorted(totals))
            years_named = f"falls due {years[0].year} to {years[-1].year}" if years else ""
            return ("Still committed", figure, years_named)
    commitments = sum(len(contract.commitments) for contract in source.contracts)
    note = "amounts are left out here" if not source.with_amounts else "nothing known is left"
    return ("Commitments", f"{commitments:,}", note)


def decisions(source: Source) -> Table:
    """The gravest findings' recommendations, the nearest day first."""
    entries = sorted(source.findings[:MOST_ON_A_PAGE], key=lambda entry: entry["due_on"] or "9999")
    return Table(
        css="dense",
        columns=[Column("Decision"), Column("By", "n", "21")],
        rows=[
            [
                Cell(
                    f"{index}. {shortened(entry['recommendation'])}",
                    sub=f"{charts.shortened(entry['subject_name'] or 'Portfolio', 30)}, "
                    f"F-{entry['number']:02d}"
                    + (f", {charts.shortened(entry['owner'], 24)}" if entry["owner"] else ""),
                ),
                words.day_of(entry["due_on"]),
            ]
            for index, entry in enumerate(entries, 1)
        ],
        empty="Nothing: no finding stands.",
    )


def sentence(text: str) -> str:
    """Return the first sentence with its full stop."""
    first = " ".join(text.split()).split(". ")[0]
    return first if first.endswith((".", "!", "?", "…")) else f"{first}."


def shortened(text: str, most: int = 110) -> str:
    """Return what a recommendation asks: its first sentence up to a list of examples.

    Cut at a word where it is still long; the finding has it whole.
    """
    first = sentence(text).rstrip(".").split(": “")[0]
    return first if len(first) <= most else first[:most].rsplit(" ", 1)[0] + " …"


def last_year(source: Source, most: int | None = None) -> Table | Text:
    comparison = source.payload.comparison
    if comparison is None:
        return Text(css="muted", text="There is no signed audit of an earlier year.")
    rows = comparison.previous_findings[:most]
    more = len(comparison.previous_findings) - len(rows)
    return Table(
        css="dense",
        columns=[
            Column(f"{comparison.previous_label} finding"),
            Column("Owner", "", "28" if most else "26"),
            Column("Response", "", "28" if most else "34"),
            Column("State", "", "40" if most else "36"),
        ],
        rows=[
            [
                Cell(
                    charts.shortened(entry["title"], 90) if most else entry["title"],
                    sub="" if most else _about(entry),
                ),
                (charts.shortened(entry["owner"], 22) if most else entry["owner"]) or words.DASH,
                Cell(
                    words.word(words.RESPONSE, entry["response"])
                    if entry["response"]
                    else "Awaited",
                    sub=""
                    if most
                    else f"due {words.day_of(entry['due_on'])}, answered for "
                    f"{words.day_of(entry['response_due_on'])}",
                ),
                Cell(
                    f"Done {words.day_of(entry['done_on'])}"
                    if entry["done_on"]
                    else words.word(words.STATUS, entry["status"]),
                    sub="" if most else _again(entry),
                    css="worse" if entry["status"] in ("repeated", "worse") else "",
                ),
            ]
            for entry in rows
        ],
        empty="Last year’s audit had no findings.",
        source=f"And {more:,} more: see “Findings of the year before”. Source: last year’s closing."
        if more > 0
        else "Source: last year’s closing, and this year’s rules.",
    )


def _about(entry: Mapping[str, Any]) -> str:
    rule = entry["rule"].replace("_", " ") or "written by hand"
    return (
        f"F-{entry['number']:02d}, {words.word(words.SEVERITY, entry['severity']).lower()}; "
        f"{entry['subject_name'] or 'Portfolio'} ({entry['subject_kind']} {entry['subject_key']}); {rule}"
    )


def _again(entry: Mapping[str, Any]) -> str:
    if entry["number_now"] is None:
        return words.word(words.STATUS, entry["status"]) if entry["done_on"] else ""
    return (
        f"as F-{entry['number_now']:02d}, {words.word(words.SEVERITY, entry['severity_now']).lower()}"
        + (f", {words.word(words.STATUS, entry['status']).lower()}" if entry["done_on"] else "")
    )


def scope(source: Source) -> Section:
    """Scope, coverage, what was not assessed, contents and document control."""
    payload = source.payload
    audit, coverage = payload.audit, payload.coverage
    return Section(
        anchor="scope",
        title="Scope, sources and coverage",
        lede=f"Every AI workload on file on {words.day(audit.as_of)}, the vendors and models it "
        "runs on, and every contract that pays for it.",
        blocks=[
            Heading(text="What was looked at"),
            Table(
                columns=[Column("Area", "", "38"), Column("What was read")],
                rows=[[row["area"], row["words"]] for row in coverage.assessed],
                css="dense",
                source="Source: the portfolio register, accepted assessments and contract records, "
                f"frozen {words.instant(audit.taken_at)} by {audit.taken_by}.",
            ),
            Heading(text="What was not assessed"),
            Table(
                css="dense",
                columns=[Column("Area", "", "38"), Column("Why"), Column("Concerns", "", "62")],
                rows=[
                    [
                        row["area"],
                        row["why"],
                        Cell(
                            words.listed(row["subjects"], most=200) or words.DASH,
                            sub=f"{row['subjects_total']:,} in all"
                            if row.get("subjects_total", 0) > len(row["subjects"])
                            else "",
                        ),
                    ]
                    for row in coverage.not_assessed
                ],
                source="What was not assessed is in no figure. Nobody should read it as sound.",
            ),
        ],
    )


def contents(source: Source, *, volumes: list[tuple[str, str]]) -> Section:
    blocks: list[Any] = [Contents()]
    if volumes:
        table = Table(
            css="dense",
            columns=[Column("Volume", "", "50"), Column("What it holds")],
            rows=[list(row) for row in volumes],
            source="Each volume is a file of its own; the manifest lists every file's SHA-256.",
        )
        listed = [Heading(text="Volumes"), table]
        blocks += [KeepTogether(blocks=listed)] if len(volumes) <= MOST_TOGETHER else listed
    return Section(anchor="contents", title="Contents", blocks=blocks, in_contents=False)


def control(source: Source) -> Section:
    payload = source.payload
    audit = payload.audit
    status = (
        "Draft for sign-off: responses and signatures may still change."
        if source.is_draft
        else f"Signed and closed {words.instant(source.closing['closed_at'])}."
    )
    rows: list[Any] = [
        [
            "Audit",
            f"{audit.label}, {words.day(audit.period_starts_on)} to {words.day(audit.period_ends_on)}",
        ],
        [
            "Organisation",
            (
                f"{audit.organisation}, {audit.country}; amounts in {audit.base_currency}, days in "
                f"{audit.time_zone}, language {audit.body['organisation']['language']}."
            ),
        ],
        [
            "Opened",
            f"{words.instant(audit.opened_at)}, by {audit.opened_by or 'the schedule'}; due on "
            f"{words.day_of(audit.body['opens_on'])} ({audit.body['opens_because'].replace('-', ' ')}), "
            f"report due on {words.day_of(audit.body['report_due_on'])}. {audit.reason}"
            + (" Opened late." if audit.is_late else ""),
        ],
        [
            "Snapshot",
            f"Taken {words.instant(audit.taken_at)} by {audit.taken_by}; figures at {words.day(audit.as_of)}. Later edits do not change this report.",
        ],
        ["Snapshot SHA-256", Cell(source.snapshot_sha256, css="mono")],
        [
            "Responses SHA-256" if source.is_draft else "Closing SHA-256",
            Cell(source.closing_sha256, css="mono"),
        ],
        ["Findings SHA-256", Cell(source.closing["findings_sha256"], css="mono")],
        ["What signatures cover", Cell(source.closing["signed_sha256"], css="mono")],
        ["Status", status],
        *[
            [
                f"Questionnaire {entry.label}",
                Cell(
                    f"Scoring scheme {entry.scheme}. Published "
                    f"{words.instant(entry.body['published_at'])} by "
                    f"{entry.body['published_by'] or words.DASH}. {entry.body['notes']}".strip(),
                    sub=f"SHA-256 {entry.sha256}",
                ),
            ]
            for entry in payload.questionnaires
        ],
        *(
            [
                [
                    f"Compared with {audit.previous.label}",
                    Cell(
                        f"Closed {words.instant(audit.previous.closed_at)}",
                        sub=f"snapshot {audit.previous.snapshot_sha256}\nclosing {audit.previous.closing_sha256}",
                    ),
                ]
            ]
            if audit.previous
            else []
        ),
        ["Attached", "The frozen records as canonical JSON, inside this file."],
        [
            "Amounts",
            "Shown."
            if source.with_amounts
            else "Left out: this copy is for readers without the right to amounts.",
        ],
        [
            "Council",
            words.listed(
                [
                    f"{row['name']} ({words.word(words.FUNCTION, row['function'])}{', chair' if row['is_chair'] else ''}{', deputy' if row['is_deputy'] else ''})"
                    for row in audit.body["council"]
                ],
                most=50,
            )
            or words.DASH,
        ],
    ]
    return Section(
        anchor="control",
        title="Document control",
        runs_on=True,
        blocks=[
            Table(
                css="dense",
                columns=[Column("What", "", "42"), Column("Value")],
                rows=rows,
                source="Source: snapshot (schema "
                f"{payload.schema_version}) and {'responses' if source.is_draft else 'closing'} "
                f"({source.closing['schema']}, schema {source.closing['version']}).",
            )
        ],
    )
