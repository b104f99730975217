"""PURE. Cost to move, contracts and commitments: what is on file, and what was not assessed."""

from __future__ import annotations

from typing import Any

from assessments.audits.facts import CommitmentFacts, ContractFacts
from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Heading, Section, Table, Text
from assessments.reports.source import Source


def cost(source: Source) -> Section:
    why = next(
        (
            row["why"]
            for row in source.payload.coverage.not_assessed
            if row["area"] == "Cost to move"
        ),
        "Not assessed in this audit.",
    )
    estimated = sum(not clock.is_assumed for line in source.lines for clock in line.clocks[:1])
    return Section(
        anchor="cost",
        title="Cost to move",
        runs_on=True,
        lede_bold="Not assessed in this audit.",
        lede=why.removeprefix("Not assessed in this audit: ")[:1].upper()
        + why.removeprefix("Not assessed in this audit: ")[1:],
        blocks=[
            Text(
                text="What stands ready for it: the inventory of models, prompts, datasets and indexes "
                "with each workload, the time to exit "
                f"({estimated:,} estimated, the others assumed at 26 weeks), and the contract terms. "
                "No range, no degree of portability and no renewal leverage is given, because each "
                "would be a guess."
            )
        ],
    )


def contracts(source: Source, *, most: int) -> Section:
    ordered = sorted(
        source.contracts, key=lambda row: (row.act_by is None, row.act_by or source.on, row.name)
    )
    soon = [
        row
        for row in ordered
        if row.days_left is not None and 0 <= row.days_left <= 180 and not row.is_decided
    ]
    missed = [row for row in ordered if row.is_missed and not row.is_decided]
    more = len(ordered) - most
    lede = (
        f"{words.counted(len(soon), 'undecided contract')} must be answered within 180 days; "
        f"{len(missed):,} undecided {'has' if len(missed) == 1 else 'have'} a notice day behind them."
    )
    return Section(
        anchor="contracts",
        title="Contracts",
        lede=lede,
        blocks=[
            table(source, ordered[:most], more),
            Heading(text="Clauses"),
            Text(
                text="Not assessed in this audit: clauses were not read, the plain terms of each "
                "contract were. Positions, statutory floor and exceptions follow once clauses are on "
                "file; no clause should be taken as met."
            ),
        ],
    )


def table(source: Source, found: list[ContractFacts], more: int) -> Table:
    money = source.with_amounts
    return Table(
        css="dense",
        columns=[
            Column("Contract"),
            Column("Ends", "n", "21"),
            Column("Renews", "", "25"),
            Column("Notice by", "n", "21"),
            Column("Days left", "n", "16"),
            *([Column("A year", "n", "20")] if money else []),
            Column("Decision", "", "25"),
        ],
        rows=[
            [
                Cell(row.name, sub=f"{row.vendor}" + (f" · {row.owner}" if row.owner else "")),
                words.day(row.current_end),
                words.known(words.RENEWAL, row.renewal),
                Cell(words.day(row.act_by), css="worse w6" if row.is_missed else ""),
                Cell(
                    words.whole(row.days_left), css="worse" if (row.days_left or 999) < 30 else ""
                ),
                *([words.short(row.annual_value)] if money else []),
                "Notice given " + words.day(row.notice_given_on)
                if row.notice_given_on
                else words.word(words.DECISION, row.decision)
                if row.decision
                else "Not decided",
            ]
            for row in found
        ],
        empty="No contract is on file.",
        source="Days from the audit's day to the last day on which notice can be given. "
        "Source: contract records; every term is in “Contract register”."
        + (f" The first {len(found):,}; {more:,} more stand there." if more > 0 else ""),
    )


def register(source: Source, found: list[ContractFacts]) -> list[Any]:
    """Every term of each contract, as read out of the paper."""
    blocks: list[Any] = []
    for row in found:
        body = row.body
        dates = body["dates"]
        notice = (
            f"{row.notice_value:,} {(row.notice_unit or 'days').replace('-', ' ')}"
            if row.notice_value is not None
            else "Nobody has checked"
        )
        terms = [
            (
                "Vendor and reference",
                f"{row.vendor}; {body['reference'] or 'no reference'}; key {row.key}",
            ),
            ("Owner", row.owner or "Nobody"),
            (
                "Signed, starts, ends",
                f"{words.day_of(body['signed_on'])}, {words.day(row.starts_on)}, {words.day(row.ends_on)}; term {_months(body['term_months'])}",
            ),
            (
                "Renewal",
                f"{words.known(words.RENEWAL, row.renewal)}, for {_months(body['renewal_months'])}; notice {notice}; reminder {'set' if row.reminder_set else 'not set'}",
            ),
            (
                "Dates reckoned",
                f"current end {words.day(row.current_end)}, last notice {words.day(row.last_notice_on)}, act by {words.day(row.act_by)} ({words.whole(row.days_left)} days left), next end if renewed {words.day_of(dates['next_end_if_renewed'])}, next notice {words.day_of(dates['next_notice_day'])}, first way out {words.day(row.first_exit_on)}, brief due {words.day_of(dates['brief_due'])}, alternatives tested by {words.day_of(dates['alternatives_tested'])}",
            ),
            ("Arithmetic", "\n".join(row.dates_arithmetic) or dates.get("problem") or words.DASH),
            (
                "Price",
                f"discount {_percent(body['discount_percent'])}; rises: {words.known(words.UPLIFT, row.uplift)}, cap {_percent(row.uplift_cap_percent)}",
            ),
            (
                "Leaving",
                f"at will: {words.yes(row.termination_for_convenience)}, from month {words.whole(body['convenience_from_month'])}, notice {words.whole(body['convenience_notice_days'])} days; early: {words.known(words.EARLY, row.early_termination)}, {_percent(row.early_termination_percent)}",
            ),
            (
                "Decision",
                f"{words.word(words.DECISION, row.decision) if row.decision else 'Not decided'}, {words.day_of(body['decided_at'])}; notice given {words.day(row.notice_given_on)}; signed paper {'on file' if row.document_on_file else 'not on file'}",
            ),
            ("Pays for", words.listed(row.workloads, most=500) or "no workload on file"),
            ("Nobody has read out", words.listed(row.missing, most=50) or "nothing is missing"),
            ("Years owed", words.fixed(body["years_owed"], 2)),
        ]
        if source.with_amounts:
            amounts = body["amounts"]
            terms.append(
                (
                    "Amounts",
                    f"a year {words.exact(row.annual_value)}; still owed {_minor(amounts['remaining'])}; at most {_minor(amounts['remaining_at_most'])}",
                )
            )
        if body["note"]:
            terms.append(("Note", body["note"]))
        blocks.append(
            Table(
                css="dense",
                columns=[Column(row.name, "", "38"), Column("")],
                rows=[list(entry) for entry in terms],
                source=" ",
            )
        )
    return blocks or [Text(css="muted", text="No contract is on file.")]


def _minor(found: Any) -> str:
    from lockin.money import Money

    return words.exact(
        None if found is None else Money.from_minor(int(found["minor"]), found["currency"])
    )


def _months(value: int | None) -> str:
    return "an unknown time" if value is None else words.counted(value, "month")


def _percent(value: Any) -> str:
    return words.DASH if value is None else f"{words.fixed(value, 2).rstrip('0').rstrip('.')}%"


def commitments(source: Source, *, most: int) -> Section:
    pairs = [(contract, entry) for contract in source.contracts for entry in contract.commitments]
    behind = [entry for _, entry in pairs if entry.pace is not None and entry.pace < 1]
    money = source.with_amounts
    years = source.payload.portfolio.committed_by_year
    blocks: list[Any] = [
        Table(
            css="dense",
            columns=[
                Column("Commitment"),
                Column("Period ends", "n", "21"),
                Column("Used as of", "n", "21"),
                *(
                    [
                        Column("Committed", "n", "20"),
                        Column("Used", "n", "18"),
                        Column("Left", "n", "18"),
                        Column("Not used at an even pace", "n", "22"),
                    ]
                    if money
                    else [Column("Elapsed", "n", "18"), Column("Not used, of committed", "n", "24")]
                ),
                Column("Pace", "n", "13"),
            ],
            rows=[_commitment(source, contract, entry) for contract, entry in pairs[:most]],
            empty="No commitment is on file.",
            source="Pace 1 is straight-line use; below it, less is used than was promised. "
            + ("Amounts in each contract's currency. " if money else "")
            + "Source: commitments as typed on the day shown.",
        )
    ]
    if money and years:
        blocks += [
            Heading(text="Falls due by year"),
            Table(
                columns=[Column("Year", "", "30"), Column("Committed", "n", "60"), Column("")],
                rows=[
                    [str(entry.year), ", ".join(words.exact(total) for total in entry.totals), ""]
                    for entry in years
                ],
                source="Periods that are not over, by the year each ends in. Source: commitments.",
            ),
        ]
    blocks += [
        Heading(text="Not assessed in this audit"),
        Text(
            text="Forecast use, stranded commitment and the cost of leaving early: no consumption by "
            "month was imported, so the pace is straight-line only and no forecast is given."
        ),
    ]
    return Section(
        anchor="commitments",
        title="Commitment exposure",
        lede=f"{words.counted(len(behind), 'commitment')} of {len(pairs):,} "
        f"{'is' if len(behind) == 1 else 'are'} used more slowly than promised."
        if pairs
        else "No commitment is on file.",
        blocks=blocks,
    )


def _commitment(source: Source, contract: ContractFacts, entry: CommitmentFacts) -> list[Any]:
    name = Cell(
        entry.name,
        sub=f"{contract.name}\n{entry.kind.replace('-', ' ')}, {entry.body['burn'].replace('-', ' ')}"
        + (f"\nnot known: {words.listed(entry.missing)}" if entry.missing else "")
        + (f"\n{entry.body['note']}" if entry.body["note"] else ""),
    )
    figures = (
        [
            words.short(entry.committed_now),
            words.short(entry.used_now),
            Cell(words.short(entry.remaining), css="w6"),
            Cell(
                words.short(entry.straight_line_shortfall),
                sub=words.percent(entry.shortfall_share) if entry.shortfall_share else "",
                css="worse"
                if entry.straight_line_shortfall and entry.straight_line_shortfall.amount
                else "",
            ),
        ]
        if source.with_amounts
        else [words.percent(entry.elapsed_share), words.percent(entry.shortfall_share)]
    )
    return [
        name,
        words.day(entry.period_ends_on),
        words.day(entry.used_as_of),
        *figures,
        Cell(
            words.fixed(entry.pace, 2),
            css="worse" if entry.pace is not None and entry.pace < 1 else "",
        ),
    ]
