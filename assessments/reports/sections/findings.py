"""PURE. Findings in full, their responses, what became of last year's, and what was dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.reports import words
from assessments.reports.blocks import Cell, Column, FindingCard, Heading, Section, Table, Text
from assessments.reports.sections.front import last_year
from assessments.reports.source import Source

FIELDS = (
    ("criteria", "What should be"),
    ("condition", "What we found"),
    ("cause", "Why"),
    ("effect", "What it means"),
)


def overview(source: Source, *, most: int, where: str) -> Section:
    found = source.findings
    awaited = [entry for entry in found if not entry["response"]]
    counts = source.severities()
    more = len(found) - most
    return Section(
        anchor="findings",
        title="Findings",
        lede=f"{words.counted(len(found), 'finding')}: "
        + ", ".join(f"{counts[name]:,} {words.SEVERITY[name].lower()}" for name in words.SEVERITIES)
        + ". "
        + (
            f"{len(awaited):,} still {'waits' if len(awaited) == 1 else 'wait'} for a management response."
            if awaited
            else "Every one has a management response."
        ),
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("No.", "", "11"),
                    Column("Severity", "", "22"),
                    Column("Finding"),
                    Column("Owner", "", "27"),
                    Column("Response", "", "22"),
                    Column("Due", "n", "20"),
                ],
                rows=[
                    [
                        f"F-{entry['number']:02d}",
                        Cell(
                            words.word(words.SEVERITY, entry["severity"]),
                            meter=words.BARS[entry["severity"]],
                        ),
                        Cell(entry["title"], sub=_carried(entry)),
                        entry["owner"] or "Nobody yet",
                        Cell(
                            words.word(words.RESPONSE, entry["response"])
                            if entry["response"]
                            else "Awaited",
                            css="" if entry["response"] else "worse",
                        ),
                        words.day_of(entry["response_due_on"] or entry["due_on"]),
                    ]
                    for entry in found[:most]
                ],
                empty="No finding stands.",
                source=f"Gravest first. Due: the day in the response, or the one set with the finding. {where}"
                + (f" The first {most:,} of {len(found):,}." if more > 0 else ""),
            ),
        ],
    )


def _carried(entry: Mapping[str, Any]) -> str:
    """Return how it stands to last year, after the subject where the title does not name it."""
    name = entry["subject_name"] or "Portfolio"
    carried = words.word(words.CARRIED, entry["carry_over"])
    return carried if name in entry["title"] else f"{name} · {carried[0].lower()}{carried[1:]}"


def _subject(entry: Mapping[str, Any]) -> str:
    carried = words.word(words.CARRIED, entry["carry_over"])
    name = entry["subject_name"] or "Portfolio"
    return f"{name} · {carried[0].lower()}{carried[1:]}"


def card(entry: Mapping[str, Any]) -> FindingCard:
    rows = [(label, entry[name]) for name, label in FIELDS]
    if figures := _figures(entry):
        rows.append(("Figures", figures))
    owner = entry["owner"] or "nobody yet"
    return FindingCard(
        number=f"F-{entry['number']:02d}",
        title=entry["title"],
        meter=words.BARS[entry["severity"]],
        severity=words.word(words.SEVERITY, entry["severity"]),
        meta=f"{_subject(entry)} · owner {owner} · due {words.day_of(entry['due_on'])}",
        rows=rows,
        recommendation=entry["recommendation"],
        response=_response(entry),
        awaited=not entry["response"],
    )


def _figures(entry: Mapping[str, Any]) -> str:
    """Return the facts of a finding in one line. A fact that ends a sentence does not end twice."""
    facts = [f"{fact['label']}: {fact['value'].rstrip('.')}" for fact in entry["facts"]]
    for fact in (entry.get("amounts") or {}).get("facts", ()):
        facts.append(f"{fact['label']}: {words.minor(fact)}")
    return "; ".join(facts)


def _response(entry: Mapping[str, Any]) -> str:
    if not entry["response"]:
        return (
            f"Awaited from {entry['owner']}." if entry["owner"] else "Awaited; nobody owns it yet."
        )
    said = f"{words.word(words.RESPONSE, entry['response'])}. {entry['response_text']}".strip()
    by_when = (
        f"; done by {words.day_of(entry['response_due_on'])}" if entry["response_due_on"] else ""
    )
    return f"{said} ({entry['responded_by'] or 'unknown'}, {words.day_of(entry['responded_at'])}{by_when})"


def details(found: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [card(entry) for entry in found]


def followed(source: Source) -> Section:
    return Section(
        anchor="followed",
        title="Findings of the year before",
        runs_on=True,
        level=2,
        blocks=[last_year(source)],
    )


def drafted(source: Source) -> list[Any]:
    """Where each finding comes from: its rule and subject, and whom and when the rule named."""
    agreed = {entry["number"]: entry for entry in source.closing["findings"]}
    drafts = {draft.number: draft for draft in source.payload.findings()}
    rows = []
    for number in sorted({*agreed, *drafts}):
        entry, draft = agreed.get(number), drafts.get(number)
        found: Any = draft.body if draft else entry or {}
        rows.append(
            [
                f"F-{number:02d}",
                Cell(
                    (found["rule"] or "Written by hand").replace("_", " "),
                    sub=f"{found['subject_kind']} {found['subject_key']}"
                    + (f": {draft.subject_name}" if draft else ""),
                ),
                words.word(words.SEVERITY, draft.severity) if draft else words.DASH,
                (draft.suggested_owner or words.DASH) if draft else words.DASH,
                words.day(draft.due_on) if draft else words.DASH,
                words.word(words.CARRIED, draft.body["carry_over"]) if draft else words.DASH,
                words.word(words.STATE, entry["state"]) if entry else words.DASH,
            ]
        )
    return [
        Heading(text="As drafted by the rules"),
        Table(
            css="tight",
            columns=[
                Column("No.", "", "11"),
                Column("Rule and subject"),
                Column("Severity", "", "16"),
                Column("Owner named", "", "25"),
                Column("Due", "n", "18"),
                Column("Against last year", "", "36"),
                Column("Now", "", "14"),
            ],
            rows=rows,
            empty="No rule found anything.",
            source="What the rules wrote into the snapshot; what became of it stands under “Findings”. "
            "Source: snapshot.",
        ),
    ]


def dropped(source: Source) -> list[Any]:
    """Drafted findings that people dropped or changed, as the rules wrote them."""
    agreed = {entry["number"]: entry for entry in source.closing["findings"]}
    blocks: list[Any] = [Heading(text="Dropped")]
    blocks.append(
        Table(
            css="dense",
            columns=[
                Column("No.", "", "14"),
                Column("Finding as drafted"),
                Column("Why it was dropped", "", "70"),
            ],
            rows=[
                [
                    f"F-{entry['number']:02d}",
                    Cell(
                        entry["title"],
                        sub=f"{words.word(words.SEVERITY, entry['severity'])}, {_subject(entry)}, owner "
                        f"{entry['owner'] or 'nobody'}, due {words.day_of(entry['due_on'])}\n"
                        f"{_texts(entry)}",
                    ),
                    entry["dropped_reason"],
                ]
                for entry in source.dropped
            ],
            empty="No finding was dropped.",
            source="A dropped finding is in no figure. Source: closing.",
        )
    )
    changed = []
    for draft in source.payload.findings():
        entry = agreed.get(draft.number)
        if entry is None or entry["state"] == "dropped":
            continue
        before = {name: getattr(draft, name) for name in ("title", "severity", *_TEXTS)}
        before["figures"] = _figures(draft.body)
        after = {**entry, "figures": _figures(entry)}
        differs = [name for name, text in before.items() if after[name] != text]
        if differs:
            changed.append(
                [
                    f"F-{draft.number:02d}",
                    "\n".join(f"{name.capitalize()}: {before[name]}" for name in differs),
                ]
            )
    blocks += [
        Heading(text="Changed after the snapshot"),
        Table(
            css="dense",
            columns=[Column("No.", "", "14"), Column("As drafted by the rule")],
            rows=[[number, Cell("", sub=text)] for number, text in changed],
            empty="Every finding stands as it was drafted.",
            source="What a rule wrote before people changed it. Source: snapshot.",
        ),
    ]
    return blocks


_TEXTS = ("criteria", "condition", "cause", "effect", "recommendation")


def _texts(entry: Mapping[str, Any]) -> str:
    return "\n".join(filter(None, [*(entry[name] for name in _TEXTS), _figures(entry)]))


def sign_off(source: Source) -> list[Any]:
    """The four signatures, dissent, and signatures that ended."""
    rows, ended, dissent = [], [], []
    valid = {}
    for entry in source.signatures:
        if entry["withdrawn_at"] or entry["voided_at"]:
            ended.append(entry)
        else:
            valid[entry["function"]] = entry
    council = {
        row["function"]: row["name"] for row in reversed(source.payload.audit.body["council"])
    }
    for function, label in words.FUNCTION.items():
        if function not in valid:
            rows.append(
                [
                    council.get(function, words.DASH),
                    label,
                    Cell("Not signed: this is a draft", css="faint"),
                    "",
                ]
            )
            continue
        entry = valid[function]
        rows.append(
            [
                Cell(entry["signer"], sub=entry["role"]),
                label + (", deputy" if entry["as_deputy"] else ""),
                Cell("Signed in the product", sub=f"over {entry['signed_sha256']}"),
                words.instant(entry["signed_at"]),
            ]
        )
        if entry["dissent"]:
            dissent.append(f"{label}, {entry['signer']}: {entry['dissent']}")
    blocks: list[Any] = [
        Table(
            css="sign",
            columns=[
                Column("Name", "", "42"),
                Column("Function", "", "22"),
                Column("Signed"),
                Column("When", "n", "42"),
            ],
            rows=rows,
            source="Each signature covers the SHA-256 of the snapshot's hash and the hash of all "
            "findings and responses. Four functions, four different people.",
        ),
        Heading(text="Dissent"),
        Text(text="\n".join(dissent) or "None was recorded."),
    ]
    if ended:
        blocks += [
            Heading(text="Signatures that ended"),
            Table(
                css="dense",
                columns=[
                    Column("Name", "", "48"),
                    Column("Function", "", "26"),
                    Column("Why it ended"),
                ],
                rows=[
                    [
                        Cell(
                            entry["signer"],
                            sub=f"{entry['role']}\nsigned {words.instant(entry['signed_at'])}\n"
                            f"over {entry['signed_sha256']}",
                        ),
                        words.word(words.FUNCTION, entry["function"])
                        + (", deputy" if entry["as_deputy"] else ""),
                        Cell(
                            entry["withdrawn_reason"] or entry["voided_reason"],
                            sub=f"{'withdrawn' if entry['withdrawn_at'] else 'void'} "
                            f"{words.instant(entry['withdrawn_at'] or entry['voided_at'])}"
                            + (f"\ndissent: {entry['dissent']}" if entry["dissent"] else ""),
                        ),
                    ]
                    for entry in ended
                ],
                source="A signature ends when its signer withdraws it, or when what it covers changes.",
            ),
        ]
    return blocks
