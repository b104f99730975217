"""PURE. A brief as pages: the thirteen parts for us, the request alone for the vendor.

Reads the frozen content, never live rows. Lists are cut with a word that says so, because a brief
that nobody can read before the meeting is none: at most six pages, which the store enforces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.briefs.content import included
from assessments.reports import words
from assessments.reports.blocks import (
    Bullets,
    Cell,
    Column,
    Columns,
    Document,
    Figures,
    Heading,
    KeepTogether,
    Section,
    Table,
    Text,
)

MOST_ASKS_IN_FULL = 8
MOST_VENDORS = 8
STATUS_MARK = {
    "met": "\N{BLACK CIRCLE}",
    "partly": "\N{CIRCLE WITH LEFT HALF BLACK}",
    "missing": "\N{WHITE CIRCLE}",
    "refused": "\N{MULTIPLICATION X}",
    "waived": "\N{WHITE CIRCLE}",
    "not-applicable": words.DASH,
    "": words.DASH,
}
GRADE = {**words.GRADE, "": words.DASH, "measured": "Measured"}


def internal(frozen: Mapping[str, Any], *, stamp: str, is_draft: bool, dated: str) -> Document:
    """Return the council's version: every part, with walk-away and arguments."""
    content = frozen["content"]
    about = content["about"]
    ending = "draft" if is_draft else "decided"
    return Document(
        number=0,
        title=f"Renewal brief: {about['contract']}",
        file_name=f"renewal-brief-{about['contract_key']}-{about['on']}-{ending}.pdf",
        language="en-GB",
        author=about["organisation"],
        dated=dated,
        running=f"{about['organisation']} · Renewal brief · confidential",
        stamp=stamp,
        description="Confidential brief for the renewal of a contract with an AI vendor.",
        sections=[
            _front(frozen),
            _section("no", "If they say no", _no(content), ""),
            _section("asks", "What to ask for", _asks(content), _asks_lede(content)),
            _section("proof", "Proof and replies", _proof(content), ""),
            _section("plan", "Commitment and calendar", _plan(frozen), ""),
        ],
    )


def vendor(request: Mapping[str, Any], *, dated: str) -> Document:
    """Return the version that is handed over; it is made from the request alone."""
    about = request["about"]
    asks = request["asks"]
    blocks: list[Any] = [
        Table(
            columns=[
                Column("", "n", "8"),
                Column("Clause", "", "42"),
                Column("What we ask for"),
            ],
            rows=[
                [
                    str(ask["rank"]),
                    Cell(ask["title"], css="w6"),
                    Cell(ask["request"], sub=ask["framing"]),
                ]
                for ask in asks
            ],
            empty="We ask for no change of the terms.",
        )
    ]
    published = {tuple(pair) for ask in asks for pair in ask["published"]}
    if published:
        blocks += [
            Heading(text="Terms that others publish"),
            Bullets(items=[(name, source) for name, source in sorted(published)]),
        ]
    if about["term_ends_on"]:
        blocks.append(
            Text(
                text=f"The present term of {about['contract']} ends on "
                f"{words.day_of(about['term_ends_on'])}.",
                css="muted",
            )
        )
    return Document(
        number=0,
        title=f"Request for the renewal of {about['contract']}",
        file_name=f"renewal-request-{about['on']}.pdf",
        language="en-GB",
        author=about["organisation"],
        dated=dated,
        running=about["organisation"],
        stamp=f"{about['organisation']} to {about['vendor']}, {words.day_of(about['on'])}",
        description="Clauses that we ask for at the renewal.",
        sections=[
            Section(
                anchor="request",
                title=f"Renewal of {about['contract']}",
                lede=request["opening"],
                blocks=blocks,
            )
        ],
    )


# ── For us ──────────────────────────────────────────────────────────────────────────────────────


def _section(anchor: str, title: str, blocks: Sequence[Any], lede: str) -> Section:
    return Section(anchor=anchor, title=title, blocks=blocks, lede=lede, runs_on=True)


def _front(frozen: Mapping[str, Any]) -> Section:
    content = frozen["content"]
    about, silence = content["about"], content["silence"]
    left = silence["days_left"]
    if left is None:
        bold = "Nobody knows by when notice must arrive."
    elif left < 0:
        bold = f"The last safe day for notice, {words.day_of(about['act_by'])}, has passed."
    else:
        bold = (
            f"{words.counted(left, 'day')} left to give notice, by {words.day_of(about['act_by'])}."
        )
    asked = included(content)
    leverage = content["leverage"]
    decision = frozen.get("decision")
    blocks: list[Any] = [
        Figures(
            figures=[
                ("Days left", words.whole(left), words.day_of(about["act_by"])),
                ("Clauses to ask for", f"{len(asked):,}", f"of {len(content['asks']):,}"),
                ("Price they can hold", "–", leverage["ceiling"]["words"].lower()),
                ("Cost to move", "–", leverage["cost_to_move"]["words"].lower()),
            ]
        ),
        Heading(text="1 Decision"),
        Text(text=content["decision"]["text"]),
        Text(text=silence["text"], bold="If nobody says anything:"),
    ]
    if decision:
        blocks.append(
            Text(
                bold=f"Decided on {words.day_of(decision['at'])} by {decision['by']}: "
                f"{decision['label'].lower()}.",
                text=decision["words"],
            )
        )
    blocks += [
        Heading(text="2 Facts"),
        Table(
            css="dense",
            columns=[
                Column("What"),
                Column("Figure", "n", "62"),
                Column("As of", "n", "20"),
                Column("Source", "", "48"),
            ],
            rows=[
                [
                    row["label"],
                    row["value"] or "Not known",
                    words.day_of(row["as_of"] or about["on"]),
                    row["source"],
                ]
                for row in content["figures"]
            ],
        ),
        Heading(text="3 Leverage"),
        Columns(
            css="even",
            left=[Heading(text="What gives us weight", level=3), _points(leverage["ours"])],
            right=[Heading(text="What stands against us", level=3), _points(leverage["theirs"])],
        ),
        _exits(content),
        *_clocks(content),
        *_notes(content),
        *_changes(content),
    ]
    return Section(
        anchor="decision",
        title=f"Renewal brief: {about['contract']}",
        lede_bold=bold,
        lede=f"{about['vendor']}. Figures at {words.day_of(about['on'])}.",
        blocks=blocks,
    )


def _points(points: Sequence[Mapping[str, str]]) -> Any:
    if not points:
        return Text(text="Nothing on record.", css="muted")
    return Bullets(items=[("", f"{row['text']} ({row['source']})") for row in points])


def _exits(content: Mapping[str, Any]) -> Table:
    return Table(
        css="dense",
        columns=[
            Column("Time to leave"),
            Column("Weeks", "n", "18"),
            Column("Before the notice day?", "", "46"),
            Column("How it is known", "", "46"),
        ],
        rows=[
            [
                row["workload"],
                words.fixed(row["weeks"]),
                Cell("No", css="worse") if row["is_short"] else "Yes",
                "Assumed, 26 weeks" if row["is_assumed"] else "Estimated by its owner",
            ]
            for row in content["leverage"]["exits"]
        ],
        empty="No workload runs under this contract in production.",
    )


def _clocks(content: Mapping[str, Any]) -> list[Any]:
    clocks = content["leverage"]["clocks"]
    if not clocks:
        return []
    return [
        Table(
            css="dense",
            columns=[
                Column("The vendor’s own clocks"),
                Column("Ends", "n", "22"),
                Column("Days left", "n", "18"),
                Column("Notice they gave", "n", "26"),
                Column("Source", "", "50"),
            ],
            rows=[
                [
                    row["what"],
                    words.day_of(row["on"]),
                    words.whole(row["days_left"]),
                    f"{row['notice_days']:,} days" if row["notice_days"] is not None else "–",
                    row["source"],
                ]
                for row in clocks
            ],
        )
    ]


def _notes(content: Mapping[str, Any]) -> list[Any]:
    return [
        Text(text=f"{row['text']} ({row['source']}) Orientation, not legal advice.", css="sm muted")
        for row in content["leverage"]["notes"]
    ]


def _changes(content: Mapping[str, Any]) -> list[Any]:
    changes = content["changes"]
    blocks: list[Any] = [
        Heading(text="4 What has changed since the signature"),
        Text(text=changes["text"]),
    ]
    if changes["rows"]:
        blocks.append(
            Table(
                css="dense",
                columns=[
                    Column("Workload"),
                    Column(changes["since"], "n", "22"),
                    Column("Now", "n", "22"),
                    Column("Change", "n", "22"),
                ],
                rows=[
                    [
                        row["workload"],
                        row["before"],
                        row["after"],
                        Cell(
                            words.signed(row["change"]),
                            css="worse" if row["change"] > 0 else "better" if row["change"] else "",
                        ),
                    ]
                    for row in changes["rows"]
                ],
                source="Score of each workload, 0 free to leave, 100 worst. What the change is "
                f"worth in money: {changes['concession']['words'].lower()}.",
            )
        )
    return blocks


def _asks_lede(content: Mapping[str, Any]) -> str:
    if not included(content):
        return "No gaps: ask for price only."
    return "In the order to raise them. Each bears on what the clause answers for in our workloads."


def _asks(content: Mapping[str, Any]) -> list[Any]:
    asked = included(content)
    shown, rest = asked[:MOST_ASKS_IN_FULL], asked[MOST_ASKS_IN_FULL:]
    blocks: list[Any] = [
        Heading(text="6 Asks"),
        Table(
            css="dense",
            columns=[
                Column("Ask"),
                Column("Today", "", "17"),
                Column("Bears on", "", "42"),
                Column("We can accept", "", "36"),
                Column("Walk away", "", "34"),
            ],
            rows=[
                [
                    Cell(
                        f"{ask['rank']}. {ask['title']}",
                        sub="\n".join(text for text in (ask["request"], ask["note"]) if text),
                        css="w6",
                    ),
                    ask["status_word"],
                    Cell(
                        f"Weight {words.fixed(ask['weight'])}" if ask["weight"] else words.DASH,
                        sub="\n".join(ask["changes"]),
                    ),
                    ask["acceptable"] or words.DASH,
                    Cell(
                        ask["walk_away"] or words.DASH,
                        css="worse" if ask.get("breaches_walk_away") else "",
                    ),
                ]
                for ask in shown
            ],
            empty="Every clause of the policy is met, waived or left out.",
            source="Weight: criticality (4 to 1) times the score of the worst dimension that the "
            "clause answers for, added over the workloads. What each is worth in money and weeks: "
            "not yet reckoned."
            + (f" Also: {words.listed([ask['title'] for ask in rest])}." if rest else ""),
        ),
        Heading(text="7 What we give"),
        Table(
            css="dense",
            columns=[Column("", "w6", "24"), Column("We offer"), Column("On condition", "", "74")],
            rows=[[row["title"], row["words"], row["condition"]] for row in content["gives"]],
            empty="Nothing is offered.",
        ),
        Heading(text="8 How to open"),
        KeepTogether(blocks=[Text(text=content["opening"]["text"], css="lede")]),
    ]
    return blocks


def _no(content: Mapping[str, Any]) -> list[Any]:
    return [
        Heading(text="5 Alternatives and walk-away"),
        Text(text=content["batna"]["text"]),
        Table(
            css="dense",
            columns=[
                Column("Workload"),
                Column("Alternative", "", "46"),
                Column("Covers", "n", "18"),
                Column("Shown by", "", "26"),
                Column("Tested", "n", "24"),
            ],
            rows=[
                [
                    row["workload"],
                    row["what"],
                    words.percent(row["coverage"]),
                    Cell("Drill failed", css="worse")
                    if row["failed"]
                    else GRADE.get(row["evidence"], row["evidence"]),
                    Cell(words.day_of(row["tested_on"]), css="" if row["is_current"] else "worse"),
                ]
                for row in content["alternatives"]
            ],
            empty="No workload runs under this contract in production.",
        ),
        Text(
            bold="We walk away when:",
            text=content["walk_away"]["text"]
            or "Nobody has written it down. The price at which leaving pays is not yet reckoned.",
        ),
    ]


def _proof(content: Mapping[str, Any]) -> list[Any]:
    matrix = content["matrix"]
    vendors = matrix["vendors"][:MOST_VENDORS]
    more = len(matrix["vendors"]) - len(vendors)
    return [
        Heading(text="9 Who has accepted what"),
        Table(
            css="dense",
            columns=[
                Column("Clause", "", "40"),
                *(Column(name, "g") for name in vendors),
                Column("Met", "n", "13"),
            ],
            rows=[
                [
                    row["clause"],
                    *(
                        Cell(STATUS_MARK.get(found, found), css=found)
                        for found in row["statuses"][:MOST_VENDORS]
                    ),
                    row["met"],
                ]
                for row in matrix["rows"]
            ],
            empty="No contract was judged yet.",
            source="\N{BLACK CIRCLE} met  \N{CIRCLE WITH LEFT HALF BLACK} partly  "
            "\N{WHITE CIRCLE} missing  \N{MULTIPLICATION X} refused  "
            f"{words.DASH} nothing known, or does not apply."
            + (f" {more:,} more vendors stand in the matrix." if more > 0 else ""),
        ),
        Heading(text="10 What they may say, and what we answer"),
        Table(
            css="dense",
            columns=[
                Column("They may say", "w6", "38"),
                Column("We answer"),
                Column("We can accept", "", "42"),
                Column("Proof to bring", "", "40"),
            ],
            rows=[
                [row["they_say"], row["we_answer"], row["we_accept"], row["proof"]]
                for row in content["objections"]
            ],
            empty="No objection is on record for what is asked.",
        ),
    ]


def _plan(frozen: Mapping[str, Any]) -> list[Any]:
    content = frozen["content"]
    scenarios = content["scenarios"]
    blocks: list[Any] = [
        Heading(text="11 Commitment"),
        Table(
            css="dense",
            columns=[
                Column("On file"),
                Column("Pace", "n", "18"),
                Column("Likely paid, not used", "n", "40"),
                Column("Use read on", "n", "26"),
            ],
            rows=[
                [
                    Cell(row["name"], sub=row["kind"]),
                    row["pace"] or "–",
                    row["shortfall"] or "–",
                    words.day_of(row["as_of"]),
                ]
                for row in scenarios["rows"]
            ],
            empty="No commitment is on file.",
            source="Pace 1 uses it up on the last day. Flat, ramped and portable scenarios and the "
            f"largest sound commitment: not yet reckoned. {scenarios['why']}",
        ),
        Heading(text="12 Calendar"),
        Table(
            css="dense",
            columns=[Column("Day", "n", "24"), Column("What"), Column("Who", "", "60")],
            rows=[
                [
                    Cell(words.day_of(row["on"]), css="worse" if row["has_passed"] else ""),
                    row["what"],
                    row["who"],
                ]
                for row in content["calendar"]
            ],
            empty="The dates cannot be reckoned.",
        ),
        Text(
            bold="Limits of approval:",
            text=content["limits"]["text"] or "Nobody has written them down.",
        ),
        Heading(text="13 Agreed by, and what came of it"),
        Table(
            css="dense",
            columns=[
                Column("Function", "", "26"),
                Column("Who"),
                Column("Says", "", "24"),
                Column("Words", "", "60"),
            ],
            rows=[
                [
                    words.word(words.FUNCTION, row["function"]),
                    Cell(row["by"], sub=words.day_of(row["at"])),
                    "Agrees" if row["agrees"] else Cell("Disagrees", css="worse"),
                    row["words"] or words.DASH,
                ]
                for row in frozen.get("opinions", ())
            ],
            empty="No function has spoken yet.",
            source="What was asked, obtained and refused is recorded with the contract after the "
            "negotiation, and changes its clauses and the matrix.",
        ),
    ]
    return blocks
