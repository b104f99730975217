"""PURE. Annexes: every answer, the evidence, the register extract, assumptions, sensitivity."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from assessments.audits.facts import AnswerFacts, WorkloadFacts
from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Heading, Section, Table, Text
from assessments.reports.source import Source


def answers(source: Source, row: WorkloadFacts) -> Section:
    """Every answer of a workload: question, answer, points, evidence, comments."""
    return Section(
        anchor=f"a-{row.key}",
        title=f"Answers: {row.name}",
        runs_on=True,
        blocks=[
            Table(
                css="dense answers",
                columns=[
                    Column("No.", "", "10"),
                    Column("Question"),
                    Column("Answer", "", "64"),
                    Column("Points", "n", "13"),
                    Column("Evidence", "", "23"),
                ],
                rows=[_answer(answer) for answer in row.answers],
                empty="No assessment of this workload was ever accepted.",
                source="Points 0 (free to move) to 100 (entrenched); “Nobody has checked” and blank "
                "count 100. Source: the accepted assessment.",
            ),
        ],
    )


def _answer(answer: AnswerFacts) -> list[Any]:
    said = answer.option_text if answer.kind == "option" else words.word(words.ANSWER, answer.kind)
    if answer.kind != "option" and answer.option_text and answer.option_text != said:
        said = f"{said}: {answer.option_text}"
    under = []
    if answer.reason:
        under.append(f"Reason: {answer.reason}")
    if answer.comment:
        under.append(answer.comment)
    if answer.is_computed:
        under.append("Computed from the contract.")
        under += answer.arithmetic
    if answer.review_comment:
        under.append(f"Reviewer: {answer.review_comment}")
    if answer.answered_by:
        under.append(
            f"{answer.answered_by}, {words.day(answer.answered_at and answer.answered_at.date())}"
        )
    proof = [entry.title for entry in answer.evidence]
    return [
        answer.number,
        Cell(answer.question_text, sub=answer.question_key),
        Cell(said, sub="\n".join(under)),
        words.whole(answer.points),
        Cell(
            words.word(words.GRADE, answer.grade),
            sub="\n".join([words.day(answer.evidence_on), *proof] if answer.evidence_on else proof),
        ),
    ]


def evidence(source: Source, found: Iterable[WorkloadFacts]) -> Section:
    rows = []
    for workload in found:
        for answer, body in zip(workload.answers, workload.body["answers"], strict=True):
            for entry, kept in zip(answer.evidence, body["evidence"], strict=True):
                where = entry.file_name or entry.link or words.DASH
                rows.append(
                    [
                        Cell(entry.title, sub=f"{where}, version {kept['version']}"),
                        Cell(f"{workload.name}", sub=f"question {answer.number}"),
                        words.day(entry.dated_on),
                        Cell(
                            entry.added_by,
                            sub=f"{words.day_of(kept['added_at'])}, {entry.state}"
                            + (f"\n{entry.comment}" if entry.comment else ""),
                        ),
                        Cell("", sub=entry.sha256 or "a link has no hash"),
                    ]
                )
    return Section(
        anchor="evidence",
        title="Evidence register",
        lede=f"{words.counted(len(rows), 'piece')} of evidence, each with the hash of its file.",
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("Evidence"),
                    Column("Behind", "", "40"),
                    Column("Dated", "n", "20"),
                    Column("Added by", "", "30"),
                    Column("SHA-256", "", "42"),
                ],
                rows=rows,
                empty="No evidence is attached to any answer.",
                source="A file that does not match its hash was changed after it was added.",
            )
        ],
    )


def register(source: Source, *, most: int) -> Section:
    """The fields of the register of information B_07.01 that the records can fill, no others."""
    audit = source.payload.audit
    signed = (
        words.day_of(source.closing["closed_at"])
        if not source.is_draft
        else words.day(audit.previous.closed_at.date())
        if audit.previous
        else ""
    )
    services = {row.key: row.service for row in source.models}
    references = {row.key: row.body["reference"] or row.key for row in source.contracts}
    rows: list[list[Any]] = []
    for workload in source.payload.workloads():
        runbook = workload.controls("M6")
        others = [entry for entry in workload.dependencies if entry.role in ("second", "fallback")]
        for entry in workload.dependencies:
            if entry.role != "primary":
                continue
            names = [other.name for other in others]
            rows.append(
                [
                    Cell(
                        entry.service or services.get(entry.model_key) or entry.name,
                        sub="\n".join(filter(None, (entry.model, workload.name))),
                    ),
                    entry.host or "not recorded",
                    references.get(entry.contract_key, "not recorded"),
                    "not recorded",
                    signed or "not recorded",
                    "Yes" if runbook else "not recorded",
                    "not recorded",
                    words.word(words.CRITICALITY, workload.criticality),
                    words.listed(names, most=5) if names else "not recorded",
                ]
            )
    known = {str(row[0].text) for row in rows}
    for vendor in source.vendors:
        for service in vendor.services:
            if service["name"] not in known:
                rows.append(
                    [
                        Cell(service["name"], sub="behind no workload"),
                        vendor.name,
                        *["not recorded"] * 7,
                    ]
                )
    rows.sort(key=lambda row: (row[1], row[0].text, row[0].sub))
    more = len(rows) - most
    return Section(
        anchor="dora",
        title="Register of information, B_07.01 extract",
        lede="What our records can fill of the assessment of services; the rest stays open.",
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("Service"),
                    Column("Provider", "", "20"),
                    Column("Contract", "", "21"),
                    Column("Substi­tutable", "", "15"),
                    Column("Last signed audit", "", "18"),
                    Column("Exit plan", "", "15"),
                    Column("Reinte­gration", "", "15"),
                    Column("Impact of ending", "", "17"),
                    Column("Alternatives", "", "28"),
                ],
                rows=rows[:most],
                empty="No service is on file.",
                source="Last signed audit: of this portfolio, by us. Exit plan: a change-over runbook is "
                "registered. Impact: the workload's criticality. “Not recorded” is not “no”: nobody has "
                "recorded it here."
                + (f" The first {most:,} of {len(rows):,}." if more > 0 else ""),
            )
        ],
    )


def records(source: Source) -> list[Any]:
    """Vendors with services, and the model register."""
    vendors = [
        [
            Cell(
                row.name, sub=f"{row.key}" + (f"\n{row.body['note']}" if row.body["note"] else "")
            ),
            row.country or words.DASH,
            row.website or words.DASH,
            Cell(
                "",
                sub="\n".join(
                    f"{entry['name']} ({entry['kind'].replace('-', ' ')})"
                    + (
                        f", tuning ends {words.day_of(entry['tuning_ends_on'])}"
                        if entry["tuning_ends_on"]
                        else ""
                    )
                    + (f": {entry['note']}" if entry["note"] else "")
                    for entry in row.services
                )
                or words.DASH,
            ),
        ]
        for row in source.vendors
    ]
    models = []
    for row in source.models:
        prices = row.body["list_prices"]
        models.append(
            [
                Cell(
                    row.name,
                    sub=f"{row.key}\n{row.mode}, {'open' if row.open_weights else 'closed' if row.open_weights is False else 'unknown'} weights"
                    + (
                        f"\nvector length {row.embedding_dimension:,}"
                        if row.embedding_dimension
                        else ""
                    ),
                ),
                Cell(
                    row.host,
                    sub=f"by {row.publisher}" + (f"\n{row.service}" if row.service else ""),
                ),
                Cell(words.day(row.retires_on), sub=f"announced {words.day(row.announced_on)}"),
                Cell(
                    f"{_price(prices['input_per_million'])} / {_price(prices['output_per_million'])}",
                    sub=prices["currency"],
                ),
                Cell(
                    words.day(row.observed_on),
                    sub=f"{row.source}\n{row.source_url}\n{row.confidence}",
                    css="faint" if row.is_stale else "",
                ),
            ]
        )
    return [
        Heading(text="Vendors and services"),
        Table(
            css="dense",
            columns=[
                Column("Vendor", "", "42"),
                Column("Country", "", "18"),
                Column("Website", "", "44"),
                Column("Services"),
            ],
            rows=vendors,
            empty="No vendor is on file.",
            source="Source: vendor records.",
        ),
        Heading(text="Models"),
        Table(
            css="dense",
            columns=[
                Column("Model"),
                Column("Host", "", "36"),
                Column("Retires", "", "26"),
                Column("List price in / out", "", "26"),
                Column("Read on", "", "48"),
            ],
            rows=models,
            empty="No model is on file.",
            source="List price per million tokens. Grey: read more than 90 days before the audit. Source: as named in each row.",
        ),
    ]


def _price(value: Any) -> str:
    return words.DASH if value is None else f"{Decimal(value).normalize():f}"


def assumptions(source: Source) -> list[Any]:
    gates = source.payload.schemes[-1]["gates"]
    assumed = [line.name for line in source.lines if any(clock.is_assumed for clock in line.clocks)]
    return [
        Heading(text="Assumptions"),
        Table(
            columns=[Column("Assumption", "", "60"), Column("What follows")],
            rows=[
                [
                    "“Nobody has checked” and blank count as the worst",
                    "A score never improves by silence.",
                ],
                [
                    f"Time to exit {gates['assumed_time_to_exit_days']} days where nobody has estimated it",
                    f"Used for {words.listed(assumed, most=100) or 'no workload'}.",
                ],
                [
                    "Straight-line use of commitments",
                    "Pace compares the used share with the elapsed share of the period.",
                ],
                ["No exchange rates", "Amounts in another currency are in no weighted figure."],
                [
                    "Correlation of cost components (ρ)",
                    "Not assessed in this audit: no cost to move was reckoned.",
                ],
            ],
        ),
    ]


def sensitivity(source: Source, *, most: int) -> list[Any]:
    """Whether each tier hangs on a choice of the model, one row a workload; the rest in words."""
    rows = []
    for workload in source.payload.workloads():
        found = workload.score.record.get("sensitivity") if workload.score.record else None
        if not found:
            continue
        scores = [entry["score"] for entry in found["variations"]]
        changing = [
            f"{entry['name']}: {words.fixed(entry['score'])}, {words.word(words.TIER, entry['tier'])}"
            for entry in found["variations"]
            if entry["changes_tier"]
        ]
        rows.append(
            [
                workload.name,
                Cell(
                    words.fixed(workload.score.residual), meter=words.TIER_BARS[workload.score.tier]
                ),
                f"{words.fixed(min(scores, key=Decimal))} to {words.fixed(max(scores, key=Decimal))}",
                Cell(
                    "Holds" if not changing else "Another tier",
                    sub="\n".join(changing),
                    css="" if not changing else "worse",
                ),
            ]
        )
    more = len(rows) - most
    return [
        Heading(text="Sensitivity"),
        Table(
            css="dense",
            columns=[
                Column("Workload", "", "54"),
                Column("Score", "n", "22"),
                Column("Range of all variations", "n", "34"),
                Column("Tier"),
            ],
            rows=rows[:most],
            empty="Nothing is scored.",
            source="Varied one at a time: share of the worst dimension (λ), ordered weights (OWA), each "
            "dimension's weight ±20 %. Score 0 to 100."
            + (f" The first {most:,} of {len(rows):,}." if more > 0 else ""),
        ),
    ]


def variations(row: WorkloadFacts) -> list[Any]:
    found = row.score.record.get("sensitivity") if row.score.record else None
    if not found:
        return []
    return [
        Text(
            css="sm",
            bold="Sensitivity.",
            text="; ".join(
                f"{entry['name']} {words.fixed(entry['score'])}" for entry in found["variations"]
            )
            + ".",
        )
    ]
