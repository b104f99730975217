"""PURE. From a frozen audit to the volumes of its report: which sections stand in which file.

Up to 25 workloads make one file. A larger audit is a body, which names the gravest of each list,
and annex volumes: the workloads 25 at a time with everything about them, the findings, and the
registers. Every volume is a document of its own, made one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assessments.reports import words
from assessments.reports.blocks import Document, Heading, KeepTogether, Section, Text
from assessments.reports.sections import (
    annex,
    clocks,
    contracts,
    controls,
    findings,
    front,
    method,
    portfolio,
)
from assessments.reports.sections import workload as one
from assessments.reports.source import Source

A_VOLUME = 25
FINDINGS_A_VOLUME = 100
CONTRACTS_A_VOLUME = 60
MOST_FINDINGS_IN_ONE = 80
MOST_IN_BODY = 40
MOST_ROWS = 2000


@dataclass(frozen=True, kw_only=True)
class Volume:
    """One file to be: its name, its sections when they are wanted, and the items it attaches."""

    number: int
    title: str
    holds: str
    sections: Callable[[], list[Section]]
    kinds: tuple[str, ...] = ()
    """Kinds of frozen items that are attached whole."""
    keys: tuple[str, ...] = field(default=())
    """Workloads whose items are attached."""


def plan(source: Source) -> list[Volume]:
    """Return the volumes in order, the body first. Sections are made when they are asked for."""
    lines = source.lines
    everything = ("audit", "vendor", "model", "contract", "questionnaire", "scheme", "portfolio",
                  "comparison", "finding", "coverage")
    if len(lines) <= A_VOLUME and len(source.findings) <= MOST_FINDINGS_IN_ONE:
        return [
            Volume(
                number=0,
                title=title(source),
                holds="The whole report with its annexes.",
                sections=lambda: numbered(_single(source)),
                kinds=everything,
                keys=source.order,
            )
        ]
    volumes: list[Volume] = []

    def add(name: str, holds: str, sections: Callable[[], list[Section]], **more: Any) -> None:
        volumes.append(
            Volume(number=len(volumes) + 1, title=name, holds=holds, sections=sections, **more)
        )

    for start in range(0, len(lines), A_VOLUME):
        part = lines[start : start + A_VOLUME]
        keys = tuple(line.key for line in part)
        add(
            f"Workloads {start + 1} to {start + len(part)}",
            f"{part[0].name} to {part[-1].name}: profile, answers, evidence.",
            lambda keys=keys: _workloads(source, keys),
            keys=keys,
        )
    for start in range(0, len(source.findings), FINDINGS_A_VOLUME):
        found = source.findings[start : start + FINDINGS_A_VOLUME]
        add(
            f"Findings {start + 1} to {start + len(found)}",
            "Findings in full with responses, gravest first.",
            lambda found=found: [
                Section(anchor="details", title="Findings in detail", blocks=findings.details(found))
            ],
        )
    for start in range(0, len(source.contracts), CONTRACTS_A_VOLUME):
        read = list(source.contracts[start : start + CONTRACTS_A_VOLUME])
        add(
            f"Contracts {start + 1} to {start + len(read)}",
            "Every term of each contract.",
            lambda read=read: [
                Section(anchor="register", title="Contract register", blocks=contracts.register(source, read))
            ],
        )
    add(
        "Registers",
        "Vendors, models, B_07.01 extract, findings of the year before, dropped findings.",
        lambda: _registers(source),
    )
    listed = [(f"{volume.number}. {volume.title}", volume.holds) for volume in volumes]
    body = Volume(
        number=0,
        title=title(source),
        holds="Summary, portfolio, and the gravest of each list.",
        sections=lambda: numbered(_body(source, listed)),
        kinds=everything,
    )
    return [body, *volumes]


def title(source: Source) -> str:
    audit = source.payload.audit
    return f"AI portability audit {audit.label}, {audit.organisation}"


def document(source: Source, volume: Volume) -> Document:
    """Return one volume, ready for the template."""
    audit = source.payload.audit
    versions = ", ".join(entry.label for entry in source.payload.questionnaires) or "none"
    state = "Draft" if source.is_draft else "Signed"
    amounts = "" if source.with_amounts else " · without amounts"
    is_body = volume.number == 0
    running = f"{audit.organisation} · {audit.label} AI portability audit"
    return Document(
        number=volume.number,
        title=volume.title if is_body else f"{volume.title}: {title(source)}",
        file_name=file_name(source, volume),
        language="en-GB",
        author=f"AI procurement council, {audit.organisation}",
        dated=source.dated,
        description=f"Annual portability audit report, {'draft' if source.is_draft else 'signed'}",
        running=running if is_body else f"{running} · volume {volume.number}",
        stamp=f"{state} {words.day_of(source.dated)} · snapshot {words.day(audit.as_of)}, "
        f"{source.snapshot_sha256[:4]}…{source.snapshot_sha256[-4:]} · questionnaire {versions} · "
        f"internal{amounts}",
        sections=volume.sections(),
        cover=front.cover(source) if is_body else None,
    )


def file_name(source: Source, volume: Volume) -> str:
    label = "".join(letter if letter.isalnum() else "-" for letter in source.payload.audit.label)
    draft = "-draft" if source.is_draft else ""
    amounts = "" if source.with_amounts else "-without-amounts"
    part = f"-volume-{volume.number:02d}" if volume.number else ""
    return f"portability-audit-{label}{draft}{amounts}{part}.pdf"


def in_contents(sections: list[Section]) -> list[Section]:
    return [section for section in sections if section.in_contents]


def numbered(sections: list[Section]) -> list[Section]:
    """Return the sections with their numbers in the titles; those of level two have none."""
    from dataclasses import replace

    counted, out, letters = 0, [], 0
    for section in sections:
        if section.level != 1 or not section.in_contents or section.anchor == "summary":
            out.append(section)
        elif section.anchor in _ANNEXES:
            letters += 1
            out.append(replace(section, title=f"Annex {chr(64 + letters)} {section.title}"))
        else:
            counted += 1
            out.append(replace(section, title=f"{counted} {section.title}"))
    return out


_ANNEXES = ("answers", "evidence", "dora", "register", "records", "assumptions", "drafts")


def _front(source: Source, volumes: list[tuple[str, str]]) -> list[Section]:
    return [
        front.summary(source),
        front.contents(source, volumes=volumes),
        front.control(source),
        front.scope(source),
        method.method(source),
        portfolio.profile(source),
        portfolio.heat_map(source),
    ]


def _themes(source: Source, *, most: int) -> list[Section]:
    return [
        controls.layer(source, most=most),
        controls.fallback(source, most=most),
        controls.ledger(source, most=most),
        contracts.cost(source),
        contracts.contracts(source, most=most),
        contracts.commitments(source, most=most),
    ]


def _single(source: Source) -> list[Section]:
    """The whole report: fourteen sections and the annexes, in one file."""
    found = list(source.workloads(source.order))
    return [
        *_front(source, []),
        clocks.clocks(source, most=MOST_ROWS),
        Section(
            anchor="workloads",
            title="Workloads",
            lede="One after the other, hardest to move first.",
            blocks=[Text(text="Why each is hard to move, what takes the score down or holds it up, what backs it, and what it is made of. Every answer stands in the first annex.")],
            runs_on=False,
        ),
        *[_with_variations(source, row, first=index == 0) for index, row in enumerate(found)],
        *_themes(source, most=MOST_ROWS),
        findings.overview(source, most=MOST_ROWS, where="Each stands in full on the next pages."),
        Section(
            anchor="details",
            title="Findings in detail",
            level=2,
            blocks=findings.details(source.findings) or [Text(text="No finding stands.")],
        ),
        findings.followed(source),
        _sign_off(source),
        Section(
            anchor="answers",
            title="Answers",
            lede="Every answer of every workload, with reason, comment and evidence.",
            blocks=[],
        ),
        *[annex.answers(source, row) for row in found],
        annex.evidence(source, found),
        annex.register(source, most=MOST_ROWS),
        Section(anchor="register", title="Contract register", lede="Every term as read out of the paper.",
                blocks=contracts.register(source, list(source.contracts))),
        Section(anchor="records", title="Vendors and models", blocks=annex.records(source)),
        _assumptions(source, most=MOST_ROWS),
        Section(anchor="drafts", title="Findings dropped or changed", blocks=findings.dropped(source)),
    ]


def _with_variations(source: Source, row: Any, *, first: bool) -> Section:
    from dataclasses import replace

    section = one.workload(source, row)
    return replace(section, blocks=[*section.blocks, *annex.variations(row)], runs_on=False)


def _sign_off(source: Source) -> Section:
    """Signatures never stand alone: the page also says what they cover."""
    audit = source.payload.audit
    return Section(
        anchor="sign-off",
        title="Sign-off",
        lede="What the council signed, function by function."
        if not source.is_draft
        else "Not signed yet: responses may still change.",
        blocks=[
            KeepTogether(
                blocks=[
                    Text(
                        text=f"The signatures cover the snapshot of {words.day(audit.as_of)} "
                        f"({source.snapshot_sha256}) and {words.counted(len(source.closing['findings']), 'finding')} "
                        "with their responses. Nobody signs what they opened alone; whoever does not agree "
                        "signs with dissent, which is printed."
                    ),
                    *findings.sign_off(source),
                ]
            ),
            Heading(text="Distribution"),
            Text(text="Council, contract owners, auditors. Internal; not to be sent to vendors."),
        ],
    )


def _assumptions(source: Source, *, most: int) -> Section:
    return Section(
        anchor="assumptions",
        title="Assumptions and sensitivity",
        blocks=[*annex.assumptions(source), *annex.sensitivity(source, most=most)],
    )


def _body(source: Source, volumes: list[tuple[str, str]]) -> list[Section]:
    return [
        *_front(source, volumes),
        clocks.clocks(source, most=MOST_IN_BODY),
        Section(
            anchor="workloads",
            title="Workloads",
            lede="Each workload stands in an annex volume, hardest to move first.",
            blocks=[Text(text="The volumes are listed after the contents.")],
        ),
        *_themes(source, most=MOST_IN_BODY),
        findings.overview(
            source, most=3 * MOST_IN_BODY, where="Each stands in full in the volumes of findings."
        ),
        _sign_off(source),
        _assumptions(source, most=MOST_IN_BODY),
    ]


def _workloads(source: Source, keys: tuple[str, ...]) -> list[Section]:
    found = list(source.workloads(keys))
    return [
        *[
            section
            for row in found
            for section in (
                _with_variations(source, row, first=False),
                annex.answers(source, row),
            )
        ],
        annex.evidence(source, found),
    ]


def _registers(source: Source) -> list[Section]:
    return [
        Section(anchor="records", title="Vendors and models", blocks=annex.records(source)),
        annex.register(source, most=MOST_ROWS),
        findings.followed(source),
        Section(anchor="drafts", title="Findings dropped or changed", blocks=findings.dropped(source)),
    ]


def documents(source: Source) -> Iterator[tuple[Volume, Document]]:
    for volume in plan(source):
        yield volume, document(source, volume)
