"""PURE. Cost to move, contracts and commitments: what is on file, and what was not assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessments.audits.facts import (
    ClauseFacts,
    CommitmentFacts,
    CommittedYear,
    ContractFacts,
)
from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Heading, Section, Table, Text
from assessments.reports.source import Source
from assessments.reports.units import Unit, unit_of


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
        flows=True,
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
    passed = (
        f"{len(missed):,} undecided {'has' if len(missed) == 1 else 'have'} a notice day behind them."
        if missed
        else "none has missed its notice day."
    )
    lede = f"{words.counted(len(soon), 'undecided contract')} must be answered within 180 days; {passed}"
    return Section(
        anchor="contracts",
        title="Contracts",
        flows=True,
        lede=lede,
        blocks=[
            table(source, ordered[:most], more),
            *_clauses(ordered[:most], more),
        ],
    )


STATUS = {
    "met": "Met",
    "partly": "Partly",
    "missing": "Missing",
    "refused": "Refused",
    "waived": "Waived",
    "not-applicable": "–",
}
LONGEST_ASK = 260


def _clauses(found: Sequence[ContractFacts], more: int) -> Iterator[Heading | Text | Table]:
    """Yield the clauses of these contracts against the policy, and what to ask for next."""
    yield Heading(text="Clauses")
    judged = [row for row in found if row.clauses]
    if not judged:
        yield Text(
            text="Not assessed in this audit: no policy was published, so the plain terms of each "
            "contract alone were read; no clause should be taken as met."
        )
        return
    heads = judged[0].clauses
    unread = sum(all(c.read_on is None for c in row.clauses) for row in judged)
    tail = (
        f" {words.counted(unread, 'contract')} {'was' if unread == 1 else 'were'} not read for any."
        if unread
        else ""
    )
    yield Text(
        text=f"Against policy {judged[0].policy}. What nobody has read of a clause counts as "
        f"missing.{tail}"
    )
    yield Table(
        css="dense",
        columns=[
            Column("Contract"),
            *(Column(f"{c.number} {c.name.partition(',')[0]}", "", "22") for c in heads),
        ],
        rows=[
            [
                Cell(row.name, sub=row.vendor),
                *(
                    Cell(
                        STATUS.get(c.status, c.status),
                        css="worse" if c.is_lacking else "",
                        sub="" if c.read_on else "not read",
                    )
                    for c in row.clauses
                ),
            ]
            for row in judged
        ],
        foot=[
            "Met, of those that apply",
            *(
                f"{sum(row.clauses[place].status == 'met' for row in judged)} of "
                f"{sum(row.clauses[place].status != 'not-applicable' for row in judged)}"
                for place, _ in enumerate(heads)
            ),
        ],
        source="A dash: the clause does not apply. Source: clauses as judged by the people named "
        "in the record."
        + (f" The first {len(found):,} contracts by notice day." if more > 0 else ""),
    )
    asking = [
        (row, [c for c in row.clauses if c.must and c.is_lacking and c.asks]) for row in judged
    ]
    asking = [(row, lacking) for row, lacking in asking if lacking]
    if asking:
        yield Heading(text="What to ask for next")
        yield Table(
            css="dense",
            columns=[Column("Contract", "", "52"), Column("Required and not given")],
            rows=[
                [
                    Cell(row.name, sub=f"notice by {words.day(row.act_by)}" if row.act_by else ""),
                    words_of(lacking),
                ]
                for row, lacking in asking
            ],
        )


def words_of(lacking: Sequence[ClauseFacts]) -> str:
    """Return what to ask for, clause by clause, within a length that a cell can hold."""
    parts = [f"{c.number}: {', '.join(c.asks)}" for c in lacking]
    text = "; ".join(parts)
    if len(text) <= LONGEST_ASK:
        return text
    return "; ".join(f"{c.number} {c.name}" for c in lacking)


def table(source: Source, found: list[ContractFacts], more: int) -> Table:
    money = source.with_amounts
    unit = unit_of(row.annual_value for row in source.contracts)
    return Table(
        css="dense",
        columns=[
            Column("Contract"),
            Column("Ends", "n", "20.5"),
            Column("Renews", "", "27"),
            Column("Notice by", "n", "20.5"),
            Column("Days left", "n", "12"),
            *([Column("A year", "n", "16")] if money else []),
            Column("Decision", "", "27"),
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
                *([unit.write(row.annual_value)] if money else []),
                "Notice given " + words.day(row.notice_given_on)
                if row.notice_given_on
                else words.word(words.DECISION, row.decision)
                if row.decision
                else "Not decided",
            ]
            for row in found
        ],
        foot=[
            "Total",
            *[""] * 4,
            unit.total(row.annual_value for row in source.contracts),
            "",
        ]
        if money and found and more <= 0
        else (),
        empty="No contract is on file.",
        source="Days from the audit's day to the last day on which notice can be given. "
        + (f"{unit.words} " if money else "")
        + "Source: contract records; every term is in “Contract register”."
        + (f" The first {len(found):,}; {more:,} more stand there." if more > 0 else ""),
    )


def register(source: Source, found: list[ContractFacts]) -> list[Any]:
    """Every term of each contract, as read out of the paper, and what its commitments bind."""
    blocks: list[Any] = []
    for row in found:
        blocks.append(
            Table(
                css="dense terms",
                title=row.name,
                columns=[Column("", "", "36"), Column("")],
                rows=[list(entry) for entry in _terms(source, row)],
            )
        )
        if row.body.get("clauses"):
            blocks.append(_clause_register(row.body))
        blocks += [_commitment_register(source, entry) for entry in row.commitments]
    return blocks or [Text(css="muted", text="No contract is on file.")]


def _terms(source: Source, row: ContractFacts) -> Iterator[tuple[str, str]]:
    body = row.body
    dates, amounts = body["dates"], body.get("amounts", {})
    notice = (
        f"{row.notice_value:,} {(row.notice_unit or 'days').replace('-', ' ')}"
        if row.notice_value is not None
        else "Nobody has checked"
    )
    yield (
        "Vendor and reference",
        f"{row.vendor} ({body['vendor_key']}); {body['reference'] or 'no reference'}; key {row.key}",
    )
    yield "Owner", row.owner or "Nobody"
    yield (
        "Signed, starts, ends",
        f"{words.day_of(body['signed_on'])}, {words.day(row.starts_on)}, {words.day(row.ends_on)}; "
        f"term {_months(body['term_months'])}"
        + (f"; days count in {body['time_zone']}" if body["time_zone"] else ""),
    )
    yield (
        "Renewal",
        (
            f"{words.known(words.RENEWAL, row.renewal)}, for {_months(body['renewal_months'])}; notice "
            f"{notice}; reminder {'set' if row.reminder_set else 'not set'}"
        ),
    )
    ended = {True: "; it has ended", False: "; in force", None: ""}[dates["ended"]]
    yield (
        "Dates reckoned",
        (
            f"current end {words.day(row.current_end)}{ended}; last notice "
            f"{words.day(row.last_notice_on)}, act by {words.day(row.act_by)} "
            f"({words.whole(row.days_left)} days left"
            f"{', missed' if row.is_missed else ''}); if renewed, next end "
            f"{words.day_of(dates['next_end_if_renewed'])} and next notice "
            f"{words.day_of(dates['next_notice_day'])}; first way out {words.day(row.first_exit_on)}; "
            f"brief due {words.day_of(dates['brief_due'])}, alternatives tested by "
            f"{words.day_of(dates['alternatives_tested'])}"
        ),
    )
    steps = [*row.dates_arithmetic, *([dates["problem"]] if dates["problem"] else [])]
    yield "Arithmetic", "\n".join(steps) or words.DASH
    yield (
        "Price",
        (
            f"discount {_percent(body['discount_percent'])}; rises: "
            f"{words.known(words.UPLIFT, row.uplift)}, cap {_percent(row.uplift_cap_percent)}"
        ),
    )
    yield (
        "Leaving",
        (
            f"at will: {words.yes(row.termination_for_convenience)}, from month "
            f"{words.whole(body['convenience_from_month'])}, notice "
            f"{words.whole(body['convenience_notice_days'])} days; early: "
            f"{words.known(words.EARLY, row.early_termination)}, {_percent(row.early_termination_percent)}"
        ),
    )
    decision = words.word(words.DECISION, row.decision) if row.decision else "Not decided"
    yield (
        "Decision",
        (
            f"{decision}, {words.day_of(body['decided_at'])}; notice given "
            f"{words.day(row.notice_given_on)}; {'settled' if row.is_decided else 'open'}; signed paper "
            f"{'on file' if row.document_on_file else 'not on file'}"
        ),
    )
    used_by = [f"{entry['name']} ({entry['key']})" for entry in body["workloads"]]
    yield "Pays for", words.listed(used_by, most=500) or "no workload on file"
    yield "Nobody has read out", words.listed(row.missing, most=50) or "nothing is missing"
    if source.with_amounts:
        yield (
            f"Amounts, {row.currency}",
            (
                f"a year {words.exact(row.annual_value)}; still owed {words.minor(amounts['remaining'])}, "
                f"at most {words.minor(amounts['remaining_at_most'])}; "
                f"{words.plain(body['years_owed'])} years of the yearly value"
            ),
        )
    else:
        yield "Years owed", words.plain(body["years_owed"])
    if body["note"]:
        yield "Note", body["note"]


def _clause_register(body: Mapping[str, Any]) -> Table:
    """Every clause as it was read and judged, with what to ask for."""
    return Table(
        css="tight terms part",
        title=f"Clauses against policy {body['policy']}",
        columns=[
            Column("Clause", "", "40"),
            Column("State", "", "30"),
            Column("What the paper says, why, and what to ask for"),
        ],
        rows=[
            [
                Cell(
                    f"{entry['number']} {entry['name']}",
                    sub=f"{entry['key']}, {'must' if entry['must'] else 'should'}",
                ),
                Cell(
                    STATUS.get(entry["status"], entry["status"]),
                    sub="\n".join(_judged(entry)),
                ),
                "\n".join(_read(entry)) or words.DASH,
            ]
            for entry in body["clauses"]
        ],
        source="Source: clauses as read out of the paper, and the published policy.",
    )


def _judged(entry: Mapping[str, Any]) -> Iterator[str]:
    if entry["without_waiver"] != entry["status"]:
        beneath = STATUS.get(entry["without_waiver"], entry["without_waiver"])
        yield f"without the waiver {beneath.lower()}"
    if entry["waived_until"]:
        yield f"waived until {words.day_of(entry['waived_until'])}"
    if entry["read_on"] or entry["judged_by"]:
        yield f"read {words.day_of(entry['read_on'])} by {entry['judged_by'] or words.DASH}"
    else:
        yield "not read"


def _read(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from entry["said"]
    if entry["excerpt"]:
        yield f"“{entry['excerpt']}”"
    if entry["place"]:
        yield f"In {entry['place']}."
    if entry["reason"]:
        yield entry["reason"]
    if entry["asks"]:
        yield f"Ask for: {'; '.join(entry['asks'])}."


def _commitment_register(source: Source, entry: CommitmentFacts) -> Table:
    body = entry.body
    amounts = body.get("amounts", {})
    rows: list[tuple[str, str]] = [
        (
            "Kind",
            f"{_plain_key(entry.kind)}, {_plain_key(body['burn'])}, {entry.currency}; key {entry.key}",
        ),
        (
            "Pace",
            (
                f"{words.plain(entry.pace)} of straight-line use, read {words.day(entry.used_as_of)}; "
                f"{words.share(entry.elapsed_share)} of {words.day_of(body['period_starts_on'])} to "
                f"{words.day(entry.period_ends_on)} gone; {words.share(entry.shortfall_share)} would "
                "stay unused"
            ),
        ),
    ]
    periods = [
        f"{words.day_of(period['starts_on'])} to {words.day_of(period['ends_on'])}"
        + (f": {words.minor(period['amounts']['committed'])}" if source.with_amounts else "")
        for period in body["periods"]
    ]
    rows.append(("Periods", "\n".join(periods) or words.DASH))
    if source.with_amounts:
        rows += [
            (
                "Present period",
                (
                    f"committed {words.minor(amounts['committed_now'])}, used "
                    f"{words.minor(amounts['used_now'])}, at an even pace "
                    f"{words.minor(amounts['straight_line_use'])} used at its end and "
                    f"{words.minor(amounts['straight_line_shortfall'])} not"
                ),
            ),
            (
                "Still committed",
                (
                    f"{words.minor(amounts['remaining'])}, at most "
                    f"{words.minor(amounts['remaining_at_most'])}"
                ),
            ),
            ("Arithmetic", "\n".join(amounts["arithmetic"]) or words.DASH),
        ]
    if entry.missing:
        rows.append(("Nobody has read out", words.listed(entry.missing, most=50)))
    if body["note"]:
        rows.append(("Note", body["note"]))
    return Table(
        css="dense terms part",
        title=f"Commitment: {entry.name}",
        columns=[Column("", "", "36"), Column("")],
        rows=[list(row) for row in rows],
    )


def _plain_key(key: str) -> str:
    return key.replace("-", " ")


def _months(value: int | None) -> str:
    return "an unknown time" if value is None else words.counted(value, "month")


def _percent(value: Any) -> str:
    return words.DASH if value is None else f"{words.fixed(value, 2).rstrip('0').rstrip('.')}%"


def commitments(source: Source, *, most: int) -> Section:
    pairs = [(contract, entry) for contract in source.contracts for entry in contract.commitments]
    behind = [entry for _, entry in pairs if entry.pace is not None and entry.pace < 1]
    money = source.with_amounts
    unit = unit_of(amount for _, entry in pairs for amount in (entry.committed_now, entry.used_now))
    more = len(pairs) - most
    years = source.payload.portfolio.committed_by_year
    blocks: list[Any] = [
        Table(
            css="dense",
            columns=[
                Column("Commitment"),
                Column("Period ends", "n", "20.5"),
                Column("Used as of", "n", "20.5"),
                *(
                    [
                        Column("Committed", "n", "17"),
                        Column("Used", "n", "15"),
                        Column("Left", "n", "15"),
                        Column("Not used at an even pace", "n", "24"),
                    ]
                    if money
                    else [Column("Elapsed", "n", "18"), Column("Not used, of committed", "n", "24")]
                ),
                Column("Pace", "n", "13"),
            ],
            rows=[_commitment(source, unit, contract, entry) for contract, entry in pairs[:most]],
            foot=[
                "Total",
                "",
                "",
                *[
                    unit.total(getattr(entry, name) for _, entry in pairs)
                    for name in (
                        "committed_now",
                        "used_now",
                        "remaining",
                        "straight_line_shortfall",
                    )
                ],
                "",
            ]
            if money and pairs and more <= 0
            else (),
            empty="No commitment is on file.",
            source="Pace 1 is straight-line use; below it, less is used than was promised. "
            + (f"Left: of all periods that are not over. {unit.words} " if money else "")
            + "Source: commitments as typed on the day shown."
            + (
                f" The first {most:,}; {more:,} more stand with their contracts."
                if more > 0
                else ""
            ),
        )
    ]
    if money and years:
        blocks += [
            Heading(text="Falls due by year"),
            Table(
                css="dense",
                columns=[
                    Column("Year"),
                    *[Column(str(entry.year), "n", "26") for entry in years[:5]],
                ],
                rows=_by_year(years),
                source="What is committed in periods that are not over, by the year each ends in. "
                "Source: commitments.",
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
        flows=True,
        lede=f"{words.counted(len(behind), 'commitment')} of {len(pairs):,} "
        f"{'is' if len(behind) == 1 else 'are'} used more slowly than promised."
        if pairs
        else "No commitment is on file.",
        blocks=blocks,
    )


def _by_year(years: Sequence[CommittedYear]) -> list[list[str]]:
    """One row a currency, one column a year; what is later than the columns stands in words."""
    rows = []
    for code in sorted({total.currency for entry in years for total in entry.totals}):
        cells = [
            words.exact(next((total for total in entry.totals if total.currency == code), None))
            for entry in years
        ]
        later = [f"{entry.year} {cell}" for entry, cell in zip(years[5:], cells[5:], strict=True)]
        rows.append([f"Committed, {code}" + (f"; {'; '.join(later)}" if later else ""), *cells[:5]])
    return rows


def _commitment(
    source: Source, unit: Unit, contract: ContractFacts, entry: CommitmentFacts
) -> list[Any]:
    name = Cell(
        entry.name,
        sub=f"{contract.name}\n{entry.kind.replace('-', ' ')}, {entry.body['burn'].replace('-', ' ')}"
        + (f"\nnot known: {words.listed(entry.missing)}" if entry.missing else "")
        + (f"\n{entry.body['note']}" if entry.body["note"] else ""),
    )
    figures = (
        [
            unit.write(entry.committed_now),
            unit.write(entry.used_now),
            Cell(unit.write(entry.remaining), css="w6"),
            Cell(
                unit.write(entry.straight_line_shortfall),
                sub=words.percent(entry.shortfall_share) if entry.shortfall_share else "",
                css="worse"
                if entry.straight_line_shortfall and unit.number(entry.straight_line_shortfall)
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
