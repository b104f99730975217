"""PURE. The portfolio: tiers, vendors, dimensions, concentration, and the heat map of everything."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessments.reports import charts, words
from assessments.reports.blocks import (
    Cell,
    Column,
    Columns,
    Heading,
    Key,
    Section,
    Table,
    Text,
    chart,
)
from assessments.reports.sections.front import step_of
from assessments.reports.source import Source
from assessments.reports.units import Unit, unit_of
from lockin.money import Money

PAGE_ROWS = 20
MOST_CHANGES = 40


def profile(source: Source) -> Section:
    portfolio = source.payload.portfolio
    tiers = [
        (words.TIER[name].lower(), portfolio.tiers.get(name, 0), words.TIER_STEP[name])
        for name in words.TIER
    ] + [("without a score", portfolio.tiers.get("", 0), 0)]
    said = ", ".join(f"{count:,} {name}" for name, count, _ in tiers if count)
    hosts = portfolio.by_host.shares
    lede = (
        f"{hosts[0][0]} receives {words.percent(hosts[0][1])} of the known spend"
        + (f", {hosts[1][0]} {words.percent(hosts[1][1])}." if len(hosts) > 1 else ".")
        if hosts
        else "Nobody knows yet which vendor receives which spend."
    )
    blocks: list[Any] = [Heading(text="Workloads by tier")]
    if portfolio.workloads:
        blocks.append(
            chart(
                charts.tier_bar(tiers),
                alt=f"Workloads by tier: {said}.",
                source=f"{words.counted(portfolio.workloads, 'workload')} by the tier of the score, "
                f"after gates: {said}. Source: snapshot.",
            )
        )
    blocks += [
        Heading(text="By vendor"),
        by_vendor(source),
        Heading(text="By form of lock-in"),
        by_dimension(source),
        Heading(text="Concentration"),
        Columns(
            css="even",
            left=[Heading(text="By host", level=3), *concentration(portfolio.by_host, "host")],
            right=[
                Heading(text="By publisher", level=3),
                *concentration(portfolio.by_publisher, "publisher"),
            ],
        ),
        Text(
            css="src",
            text="HHI is the sum of squared shares in percent, 0 to 10,000; above 2,500 is highly "
            "concentrated. The host serves the model, the publisher made it: a model from one "
            "publisher can be had from several hosts. Gateway spend against vendor invoices: not "
            "assessed in this audit, no invoices or traffic were imported.",
        ),
    ]
    blocks += [*_year_on_year(source), Heading(text="Spend"), _spend(source)]
    return Section(anchor="portfolio", title="Portfolio profile", lede=lede, blocks=blocks)


def _year_on_year(source: Source) -> list[Any]:
    comparison = source.payload.comparison
    if comparison is None:
        return []
    body = comparison.body
    rows = []
    for label, name, write, places in (
        ("Lock-in, weighted by spend", "spend_weighted", words.fixed, 1),
        ("Share of spend in High and Entrenched, percent", "hard_to_move_share", _percent, 1),
        ("Concentration by publisher, HHI", "publisher_hhi", words.fixed, 0),
    ):
        before, after = body[name]["before"], body[name]["after"]
        factor = 100 if write is _percent else 1
        delta = words.change(_times(after, factor), _times(before, factor), places)
        rows.append(
            [
                label,
                write(before, places),
                Cell(write(after, places), css="w6"),
                Cell(words.signed(delta, places), css=words.direction(delta)),
            ]
        )
    return [
        Heading(text=f"Against {comparison.previous_label}"),
        Table(
            css="dense",
            columns=[
                Column("Figure"),
                Column(comparison.previous_label, "n", "24"),
                Column(source.payload.audit.label, "n", "24"),
                Column("Change", "n", "24"),
            ],
            rows=rows,
            source="Both years as their audits froze them. More is more locked in. Source: snapshots.",
        ),
    ]


def _times(value: Any, factor: int) -> Decimal | None:
    found = words.decimal(value)
    return None if found is None else found * factor


def _percent(value: Any, places: int) -> str:
    return words.fixed(_times(value, 100), places)


def _spend(source: Source) -> Table:
    """Known spend for each currency, and every workload that no weighted figure holds, by name."""
    portfolio = source.payload.portfolio
    totals = portfolio.spend_totals if source.with_amounts else ()
    lists = (
        ("Nobody knows the spend of", portfolio.without_spend),
        ("Spend in another currency, in no weighted figure", portfolio.in_other_currency),
        ("Without a score", portfolio.without_score),
        ("Without a criticality", portfolio.body["figures"]["without_criticality"]),
    )
    return Table(
        css="dense",
        columns=[Column("What", "", "70"), Column("How much, or which")],
        rows=[
            *[[f"Known spend a year in {money.currency}", words.exact(money)] for money in totals],
            *[[label, words.listed(names, most=200) or "none"] for label, names in lists],
        ],
        source="Per currency; nothing is converted. Source: workload records, "
        f"scored by scheme {portfolio.body['scheme']}.",
    )


def by_vendor(source: Source) -> Table:
    """Every host in production, with the workloads on it and the contracts that it holds."""
    rows: dict[str, dict[str, Any]] = {}
    heat = {row.key: row for row in source.payload.portfolio.heat}
    for line in source.lines:
        for host in line.hosts:
            row = rows.setdefault(host, {"lines": [], "contracts": 0, "values": {}, "left": {}})
            row["lines"].append(line)
    for contract in source.contracts:
        row = rows.setdefault(
            contract.vendor, {"lines": [], "contracts": 0, "values": {}, "left": {}}
        )
        row["contracts"] += 1
        add(row["values"], contract.annual_value)
        for entry in contract.commitments:
            add(row["left"], entry.remaining)
    ordered = sorted(
        rows.items(),
        key=lambda item: (
            -max((line.residual or 0 for line in item[1]["lines"]), default=-1),
            item[0],
        ),
    )
    money = source.with_amounts
    unit = unit_of(
        amount
        for contract in source.contracts
        for amount in (
            contract.annual_value,
            *(commitment.remaining for commitment in contract.commitments),
        )
    )
    table = []
    for name, row in ordered:
        scores = [line.residual for line in row["lines"] if line.residual is not None]
        worst = max(row["lines"], key=lambda line: line.residual or 0, default=None)
        table.append(
            [
                name,
                f"{len(row['lines']):,}",
                f"{row['contracts']:,}",
                *([unit.sums(row["values"])] if money else []),
                Cell(
                    words.whole(max(scores)) if scores else words.DASH,
                    css="w6",
                    meter=words.TIER_BARS[worst.tier] if worst else 0,
                ),
                hardest(heat[worst.key].dimensions) if worst and scores else words.DASH,
                *([unit.sums(row["left"])] if money else []),
            ]
        )
    known: dict[str, Money] = {}
    left: dict[str, Money] = {}
    for contract in source.contracts:
        add(known, contract.annual_value)
        for entry in contract.commitments:
            add(left, entry.remaining)
    return Table(
        css="dense",
        columns=[
            Column("Vendor"),
            Column("Workloads", "n", "18"),
            Column("Contracts", "n", "17"),
            *([Column("Contracts a year", "n", "22")] if money else []),
            Column("Highest lock-in", "n", "21"),
            Column("Hardest part", "", "43"),
            *([Column("Still committed", "n", "21")] if money else []),
        ],
        rows=table,
        foot=[
            "Total",
            f"{len(source.lines):,}",
            f"{len(source.contracts):,}",
            *([unit.sums(known)] if money else []),
            "",
            "",
            *([unit.sums(left)] if money else []),
        ]
        if table
        else (),
        source="Score 0 to 100 of the hardest workload on the vendor as a host. A workload on two "
        "hosts counts under each, and once in the total. "
        + (f"{unit.words} " if money else "")
        + "Source: dependencies and contract records.",
    )


def add(totals: dict[str, Money], money: Money | None) -> None:
    if money is not None:
        known = totals.get(money.currency)
        totals[money.currency] = known + money if known else money


def hardest(dimensions: Mapping[str, Decimal | None]) -> str:
    scored = [(score, name) for name, score in dimensions.items() if score is not None]
    return words.DIMENSION[max(scored, key=lambda entry: entry[0])[1]] if scored else words.DASH


def by_dimension(source: Source) -> Table:
    heat = source.payload.portfolio.heat
    before = _dimensions_before(source)
    rows = []
    for name in words.DIMENSIONS:
        scored = [
            (score, row.name) for row in heat if (score := row.dimensions.get(name)) is not None
        ]
        mean = sum((score for score, _ in scored), Decimal(0)) / len(scored) if scored else None
        earlier = before.get(name)
        delta = words.change(mean, earlier)
        worst = sorted(scored, key=lambda entry: (-entry[0], entry[1]))[:2]
        rows.append(
            [
                words.DIMENSION[name],
                f"{len(scored):,}",
                words.whole(earlier),
                Cell(words.whole(mean), css="w6"),
                Cell(words.signed(delta), css=words.direction(delta)),
                ", ".join(f"{title} {words.whole(score)}" for score, title in worst) or words.DASH,
            ]
        )
    label = source.payload.comparison.previous_label if source.payload.comparison else "Before"
    return Table(
        css="dense",
        columns=[
            Column("Form of lock-in", "", "40"),
            Column("Workloads", "n", "19"),
            Column(label, "n", "14"),
            Column(source.payload.audit.label, "n", "14"),
            Column("Change", "n", "17"),
            Column("Hardest", "", ""),
        ],
        rows=rows,
        source="Plain mean of the residual scores, 0 to 100, of the workloads it applies to; last "
        "year's of the workloads that are in both years. Source: scores.",
    )


def _dimensions_before(source: Source) -> dict[str, Decimal]:
    found: dict[str, list[Decimal]] = {}
    for body in source.payload.bodies("workload"):
        for name, score in ((body["previous"] or {}).get("dimensions") or {}).items():
            if score is not None:
                found.setdefault(name, []).append(Decimal(score))
    return {name: sum(scores, Decimal(0)) / len(scores) for name, scores in found.items()}


def concentration(found: Any, noun: str) -> list[Any]:
    if not found.shares:
        return [Text(css="muted", text="Nobody knows who receives the spend.")]
    shown = found.shares[:8]
    more = len(found.shares) - len(shown)
    said = ", ".join(f"{name} {words.percent(share)}" for name, share in found.shares)
    rest = f" And {more:,} more {noun}s." if more > 0 else ""
    return [
        Text(bold=f"HHI {words.whole(found.hhi)}.", text=""),
        chart(
            charts.shares(shown),
            alt=f"Share of spend by {noun}: {said}.",
            source=f"Share of known spend, percent. {said}.{rest} "
            f"{words.counted(found.lines_not_known, 'line')} without a known {noun}.",
        ),
    ]


def heat_map(source: Source) -> Section:
    """All workloads by dimension, in tables of twenty so that the head stands on every page."""
    portfolio, comparison = source.payload.portfolio, source.payload.comparison
    heat = sorted(
        portfolio.heat, key=lambda row: (row.residual is None, -(row.residual or 0), row.name)
    )
    dark = sum(
        score is not None and step_of(source, score) == 5
        for row in heat
        for score in row.dimensions.values()
    )
    tiers = source.payload.schemes[-1]["tiers"]
    low, high, top = (
        int(Decimal(tiers[name])) for name in ("moderate_from", "high_from", "entrenched_from")
    )
    unit = unit_of(row.annual_spend for row in heat)
    blocks: list[Any] = []
    for start in range(0, len(heat), PAGE_ROWS):
        is_last = start + PAGE_ROWS >= len(heat)
        blocks.append(_heat_table(source, heat[start : start + PAGE_ROWS], unit, with_foot=is_last))
    blocks += [
        Key(
            entries=(
                (1, f"0–{low - 1} portable"),
                (3, f"{low}–{high - 1} moderate"),
                (4, f"{high}–{top - 1} high"),
                (5, f"{top}–100 entrenched"),
            )
        ),
        Text(
            css="src",
            text="Residual scores, 0 to 100; – does not apply or has no score. The tier can stand "
            "above the score where a gate holds it there. Evidence: the grade of confidence, A to "
            "D. " + (f"{unit.words} " if source.with_amounts else "") + "Source: scores, snapshot.",
        ),
    ]
    if comparison:
        body = comparison.body["workloads"]
        blocks += [
            Heading(text=f"Change since {comparison.previous_label}"),
            Text(
                css="muted lead",
                text=f"{body['harder']:,} became harder to move and {body['easier']:,} easier; "
                f"{body['in_both']:,} are in both years.",
            ),
        ]
        rows = [
            charts.Change(name=line.name, before=line.before, after=line.residual)
            for line in sorted(
                source.lines,
                key=lambda line: (
                    None in (line.before, line.residual),
                    -((line.residual or 0) - (line.before or 0)),
                    line.name,
                ),
            )
        ][:MOST_CHANGES]
        for start in range(0, len(rows), PAGE_ROWS):
            part = rows[start : start + PAGE_ROWS]
            said = "; ".join(
                f"{row.name} {words.whole(row.before)} to {words.whole(row.after)}" for row in part
            )
            blocks.append(
                chart(
                    charts.changes(
                        part, before=comparison.previous_label, after=source.payload.audit.label
                    ),
                    alt=f"Score last year and this year: {said}.",
                    source=f"Open circle {comparison.previous_label}, filled circle "
                    f"{source.payload.audit.label}; score 0 to 100. Brown: more locked in. Blue: less."
                    if start + PAGE_ROWS >= len(rows)
                    else "",
                )
            )
        blocks += movers(source)
    lede = (
        f"The darkest cells are where leaving would hurt: {words.counted(dark, 'cell')} at {top} or more."
        if dark
        else f"No cell stands at {top} or more."
    )
    return Section(anchor="heat", title="Lock-in by workload", lede=lede, blocks=blocks)


def _heat_table(source: Source, rows: list[Any], unit: Unit, *, with_foot: bool) -> Table:
    money = source.with_amounts
    portfolio, comparison = source.payload.portfolio, source.payload.comparison
    before = {line.key: line.before for line in source.lines}
    whole = portfolio.spend_weighted
    moved = words.change(whole, comparison.spend_weighted_before if comparison else None)
    return Table(
        css="heat",
        columns=[
            Column("Workload"),
            *[Column(words.HEAD[name], "c", "13.6") for name in words.DIMENSIONS],
            Column("Score", "n", "13.5"),
            Column("Change", "n", "11.5"),
            *([Column("Cost a year", "n", "14")] if money else []),
            Column("Evidence", "n", "13.5"),
        ],
        foot=[
            "Weighted by spend",
            *[""] * len(words.DIMENSIONS),
            words.whole(whole),
            Cell(words.signed(moved), css=words.direction(moved)),
            *([unit.total(row.annual_spend for row in portfolio.heat)] if money else []),
            "",
        ]
        if with_foot and whole is not None
        else (),
        rows=[
            [
                Cell(
                    row.name,
                    sub=f"{words.word(words.CRITICALITY, row.criticality)}"
                    + (f" · {row.owner}" if row.owner else " · nobody owns it"),
                ),
                *[
                    Cell(
                        words.whole(row.dimensions.get(name)),
                        css=f"r{step_of(source, row.dimensions.get(name)) or 0}",
                    )
                    for name in words.DIMENSIONS
                ],
                Cell(words.whole(row.residual), css="w6", meter=words.TIER_BARS[row.tier]),
                _change(row.residual, before.get(row.key)),
                *([unit.write(row.annual_spend)] if money else []),
                row.confidence_grade or words.DASH,
            ]
            for row in rows
        ],
    )


def _change(after: Decimal | None, before: Decimal | None, places: int = 0) -> Cell:
    delta = words.change(after, before, places)
    return Cell(words.signed(delta, places), css=words.direction(delta))


def movers(source: Source) -> list[Any]:
    comparison = source.payload.comparison
    if comparison is None:
        return []
    rows = []
    for entry in comparison.movers:
        causes = "\n".join(
            f"{cause['text'] or cause['question']} {words.signed(cause['delta'], 1)}"
            for cause in entry["causes"]
        )
        forms = ", ".join(
            f"{words.HEAD.get(row['dimension'], row['dimension'])} {words.fixed(row['before'])} to "
            f"{words.fixed(row['after'])}"
            for row in entry["dimensions"]
        )
        tier = ""
        if entry["tier_before"] != entry["tier_after"]:
            tier = (
                f"{words.word(words.TIER, entry['tier_before'])} to "
                f"{words.word(words.TIER, entry['tier_after'])}"
            )
        rows.append(
            [
                Cell(
                    entry["name"],
                    sub="\n".join(
                        filter(None, (tier, "another scheme" if entry["scheme_changed"] else ""))
                    ),
                ),
                words.fixed(entry["before"]),
                words.fixed(entry["after"]),
                _change(Decimal(entry["after"]), Decimal(entry["before"]), 1),
                Cell("", sub="\n".join(filter(None, (causes, forms))) or words.DASH),
            ]
        )
    questions = comparison.body["questions"]
    blocks: list[Any] = [
        Heading(text="What moved the scores"),
        Table(
            css="dense",
            columns=[
                Column("Workload", "", "42"),
                Column(comparison.previous_label, "n", "12"),
                Column(source.payload.audit.label, "n", "12"),
                Column("Change", "n", "13"),
                Column("What moved it most, in points of its form of lock-in"),
            ],
            rows=rows,
            empty="No score moved.",
            source="Residual score, 0 to 100, compared question by question by their stable keys. The "
            "annex has every question that moved.",
        ),
    ]
    if comparison.workloads_added or comparison.workloads_removed:
        blocks.append(
            Text(
                text=f"New this year: {words.listed(comparison.workloads_added, most=200) or 'none'}. "
                f"Gone since last year: {words.listed(comparison.workloads_removed, most=200) or 'none'}."
            )
        )
    if questions["before"] != questions["after"]:
        blocks += _questions(comparison, questions)
    return blocks


def _questions(comparison: Any, found: Mapping[str, Any]) -> list[Any]:
    rows = [
        *[
            ["Added", row["number"], Cell(row["text"], sub=row["key"])]
            for row in comparison.questions_added
        ],
        *[
            ["Removed", row["number"], Cell(row["text"], sub=row["key"])]
            for row in comparison.questions_removed
        ],
        *[
            [
                row["what"].capitalize(),
                row["number"],
                Cell(row["text"], sub=f"{row['key']}: {row['old']} to {row['new']}"),
            ]
            for row in comparison.questions_changed
        ],
        *[
            [
                "Replaced",
                row["number"],
                Cell(
                    row["text"],
                    sub=f"{row['key']}, was {row['old_key']}: {row['old']} to {row['new']}",
                ),
            ]
            for row in comparison.questions_replaced
        ],
    ]
    return [
        Heading(text=f"Questionnaire {found['before']} to {found['after']}"),
        Table(
            css="dense",
            columns=[Column("Change", "", "24"), Column("No.", "", "12"), Column("Question")],
            rows=rows,
            empty="Every question stayed as it was.",
        ),
    ]
