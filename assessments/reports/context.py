"""PURE. From a frozen audit to the volumes of its report: which sections stand in which file.

A report is a body and annex volumes, each a document of its own, made one after the other. Up to
25 workloads the body holds a page or two of each, and the volumes hold every answer with its
evidence. A larger audit's body names the gravest of each list; workloads, findings, contracts
and registers stand in volumes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from assessments.reports import words
from assessments.reports.blocks import Contents, Document, Heading, KeepTogether, Section, Text
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
from assessments.reports.source import Line, Source

A_VOLUME = 25
# A page costs memory by its rows: 450 answers take about 330 MB, of 512 that a process may have.
ANSWERS_A_VOLUME = 450
FINDINGS_A_VOLUME = 100
CONTRACTS_A_VOLUME = 60
MOST_FINDINGS_IN_BODY = 80
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
    is_small = len(source.lines) <= A_VOLUME and len(source.findings) <= MOST_FINDINGS_IN_BODY
    volumes: list[Volume] = []

    def add(name: str, holds: str, sections: Callable[[], list[Section]], **more: Any) -> None:
        number = len(volumes) + 1
        volumes.append(
            Volume(
                number=number,
                title=name,
                holds=holds,
                sections=partial(_opened, number, name, holds, sections),
                **more,
            )
        )

    start = 0
    parts = list(_parts(source.lines))
    for part in parts:
        # The questions stand behind the last answers to them, or in the registers.
        with_questions = is_small and part is parts[-1]
        keys = tuple(line.key for line in part)
        what = "Answers" if is_small else "Workloads"
        add(
            f"{what} {start + 1} to {start + len(part)}",
            f"{part[0].name} to {part[-1].name}: "
            + (
                "every answer, each step of the score, the evidence"
                if is_small
                else "profile, answers, evidence"
            )
            + (", and the questions as asked." if with_questions else "."),
            partial(
                _workloads, source, keys, with_pages=not is_small, with_questions=with_questions
            ),
            keys=() if is_small else keys,
        )
        start += len(part)
    if not is_small:
        _more_volumes(source, add)
    listed = [(f"{volume.number}. {volume.title}", volume.holds) for volume in volumes]
    body = Volume(
        number=0,
        title=title(source),
        holds="The report." if is_small else "Summary, portfolio, and the gravest of each list.",
        sections=lambda: numbered((_whole if is_small else _body)(source, listed)),
        kinds=WITHOUT_WORKLOADS,
        keys=source.order if is_small else (),
    )
    return [body, *volumes]


def _opened(
    number: int, name: str, holds: str, sections: Callable[[], list[Section]]
) -> list[Section]:
    return [_opening(number, name, holds), *sections()]


def _parts(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Divide the workloads so that no volume holds more answers than fit in memory as pages."""
    part: list[Line] = []
    rows = 0
    for line in lines:
        if part and (len(part) == A_VOLUME or rows + sum(line.counts) > ANSWERS_A_VOLUME):
            yield part
            part, rows = [], 0
        part.append(line)
        rows += sum(line.counts)
    if part:
        yield part


def _more_volumes(source: Source, add: Callable[..., None]) -> None:
    for start in range(0, len(source.findings), FINDINGS_A_VOLUME):
        found = source.findings[start : start + FINDINGS_A_VOLUME]
        add(
            f"Findings {start + 1} to {start + len(found)}",
            "Findings in full with responses, gravest first.",
            lambda found=found: [
                Section(
                    anchor="details", title="Findings in detail", blocks=findings.details(found)
                )
            ],
        )
    for start in range(0, len(source.contracts), CONTRACTS_A_VOLUME):
        read = list(source.contracts[start : start + CONTRACTS_A_VOLUME])
        add(
            f"Contracts {start + 1} to {start + len(read)}",
            "Every term of each contract.",
            lambda read=read: [_contract_register(source, read)],
        )
    add(
        "Registers",
        "Vendors, models, questions, B_07.01 extract, findings of the year before and as drafted.",
        lambda: _registers(source),
    )


def _opening(number: int, name: str, holds: str) -> Section:
    return Section(
        anchor="contents",
        title=f"Volume {number}: {name}",
        lede=holds,
        blocks=[Contents()],
        in_contents=False,
    )


def _contract_register(source: Source, read: list[Any]) -> Section:
    return Section(
        anchor="register",
        title="Contract register",
        lede="Every term as read out of the paper.",
        blocks=contracts.register(source, read),
    )


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
    counted, out, letters = 0, [], 0
    for section in sections:
        if section.level != 1 or not section.in_contents or section.anchor in _UNNUMBERED:
            out.append(section)
        elif section.anchor in _ANNEXES:
            letters += 1
            out.append(replace(section, title=f"Annex {chr(64 + letters)} {section.title}"))
        else:
            counted += 1
            out.append(replace(section, title=f"{counted} {section.title}"))
    return out


WITHOUT_WORKLOADS = (
    "audit",
    "vendor",
    "model",
    "contract",
    "questionnaire",
    "scheme",
    "portfolio",
    "comparison",
    "finding",
    "coverage",
)
_UNNUMBERED = ("summary", "control")
_ANNEXES = ("dora", "register", "records", "assumptions", "drafts")


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


def _whole(source: Source, volumes: list[tuple[str, str]]) -> list[Section]:
    """The body of a small audit: the fourteen sections, and the annexes but the answers."""
    return [
        *_front(source, volumes),
        clocks.clocks(source, most=MOST_ROWS),
        one.overview(source, most=MOST_ROWS, where="The next pages take them one by one."),
        *[one.workload(source, row) for row in source.workloads(source.order)],
        *_themes(source, most=MOST_ROWS),
        findings.overview(source, most=MOST_ROWS, where="Each stands in full on the next pages."),
        Section(
            anchor="details",
            title="Findings in detail",
            level=2,
            flows=True,
            blocks=findings.details(source.findings) or [Text(text="No finding stands.")],
        ),
        findings.followed(source),
        _sign_off(source),
        annex.register(source, most=MOST_ROWS),
        _contract_register(source, list(source.contracts)),
        Section(anchor="records", title="Vendors and models", blocks=annex.records(source)),
        _assumptions(source, most=MOST_ROWS),
        Section(
            anchor="drafts",
            title="Findings as drafted",
            blocks=[*findings.drafted(source), *findings.dropped(source)],
        ),
    ]


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
        one.overview(source, most=MOST_IN_BODY, where="Each stands in an annex volume."),
        *_themes(source, most=MOST_IN_BODY),
        findings.overview(
            source, most=3 * MOST_IN_BODY, where="Each stands in full in the volumes of findings."
        ),
        _sign_off(source),
        _assumptions(source, most=MOST_IN_BODY),
    ]


def _workloads(
    source: Source, keys: tuple[str, ...], *, with_pages: bool, with_questions: bool
) -> list[Section]:
    found = list(source.workloads(keys))
    sections: list[Section] = []
    for row in found:
        answered = annex.answers(source, row)
        if with_pages:
            page = one.workload(source, row)
            sections += [replace(page, level=1), replace(answered, in_contents=False)]
        else:
            sections.append(answered)
    asked = annex.questionnaires(source) if with_questions else []
    return [*sections, annex.evidence(source, found), *asked]


def _registers(source: Source) -> list[Section]:
    return [
        Section(anchor="records", title="Vendors and models", blocks=annex.records(source)),
        *annex.questionnaires(source),
        annex.register(source, most=MOST_ROWS),
        findings.followed(source),
        Section(
            anchor="drafts",
            title="Findings as drafted",
            blocks=[*findings.drafted(source), *findings.dropped(source)],
        ),
    ]
