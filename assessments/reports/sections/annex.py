"""PURE. Annexes: every answer, the evidence, the register extract, assumptions, sensitivity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.audits.facts import AnswerFacts, WorkloadFacts
from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Heading, Section, Table, Text
from assessments.reports.sections import reckoning
from assessments.reports.source import Source


def answers(source: Source, row: WorkloadFacts) -> Section:
    """Every step of a workload's score and every answer: points, weight, evidence, comments."""
    usual = _usual(row)
    return Section(
        anchor=f"a-{row.key}",
        title=f"Answers: {row.name}",
        runs_on=True,
        blocks=[
            *reckoning.blocks(source, row),
            Heading(text="Answers"),
            *([Text(css="sm lead", text=usual.words)] if usual.words else []),
            Table(
                css="dense answers",
                columns=[
                    Column("No.", "", "8.5"),
                    Column("Question"),
                    Column("Answer", "", "57"),
                    Column("Points", "n", "11.5"),
                    Column("Weight", "n", "13"),
                    Column("Part", "n", "12"),
                    Column("Evidence", "", "29"),
                ],
                rows=list(_rows(row, usual)),
                empty="No assessment of this workload was ever accepted.",
                source="Points 0 (free to move) to 100 (entrenched), as answered unless it says otherwise; "
                "“Nobody has checked” and blank count 100. Weight: of the question, and its share "
                "of its form of lock-in. Part: what it adds to the inherent score. ×: the factor of "
                "its evidence, which is current unless it says otherwise. Source: the accepted "
                "assessment.",
            ),
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usual:
    """What most answers of a workload share is said once: who answered, and who reviewed."""

    answered: str
    reviewed: str

    @property
    def words(self) -> str:
        said = [
            f"Answered by {self.answered}" if self.answered else "",
            f"{self.reviewed[:1].lower()}{self.reviewed[1:]}" if self.reviewed else "",
        ]
        text = "; ".join(filter(None, said))
        return f"{text[0].upper()}{text[1:]}, unless an answer says otherwise." if text else ""


def _usual(row: WorkloadFacts) -> _Usual:
    answered = Counter(filter(None, map(_answered, row.answers)))
    reviewed = Counter(filter(None, map(_reviewed, row.answers, row.body["answers"])))
    return _Usual(answered=_commonest(answered), reviewed=_commonest(reviewed))


def _commonest(found: Counter[str]) -> str:
    """Return what stands at least three times and most often; else nothing."""
    (text, times), *_ = found.most_common(1) or [("", 0)]
    return text if times > 2 else ""


def _answered(answer: AnswerFacts) -> str:
    if not answer.answered_by:
        return ""
    return f"{answer.answered_by}, {words.day(answer.answered_at and answer.answered_at.date())}"


def _reviewed(answer: AnswerFacts, body: Mapping[str, Any]) -> str:
    if not answer.review:
        return ""
    by = f" by {body['reviewed_by']}, {words.day_of(body['reviewed_at'])}"
    return f"{words.word(words.REVIEW, answer.review)}{by if body['reviewed_by'] else ''}"


AS_ANSWERED, IS_CURRENT = "As answered.", "Evidence is current."


def _rows(row: WorkloadFacts, usual: _Usual) -> Iterator[list[Any]]:
    counted = {
        trace["question"]: trace for entry in row.score.dimensions for trace in entry.answers
    }
    for answer, body in zip(row.answers, row.body["answers"], strict=True):
        yield _answer(answer, body, counted.get(answer.question_key), usual)


def _answer(
    answer: AnswerFacts,
    body: Mapping[str, Any],
    trace: Mapping[str, Any] | None,
    usual: _Usual,
) -> list[Any]:
    return [
        answer.number,
        Cell(answer.question_text, sub=answer.question_key),
        Cell(_said(answer), sub="\n".join(_under(answer, body, trace, usual))),
        words.plain(answer.points),
        Cell(
            words.plain(trace["weight"]) if trace else words.DASH,
            sub=words.share(trace["share"]) if trace else "",
        ),
        words.fixed(trace["score_part"], 2) if trace else words.DASH,
        Cell(
            words.word(words.GRADE, answer.grade)
            + (f" ×{words.plain(trace['evidence_factor'])}" if trace and trace["share"] else ""),
            sub="\n".join(_proof(answer, trace)),
        ),
    ]


def _said(answer: AnswerFacts) -> str:
    if answer.kind == "option":
        return answer.option_text
    said = words.word(words.ANSWER, answer.kind)
    is_more = answer.option_text and answer.option_text != said
    return f"{said}: {answer.option_text}" if is_more else said


def _under(
    answer: AnswerFacts,
    body: Mapping[str, Any],
    trace: Mapping[str, Any] | None,
    usual: _Usual,
) -> Iterator[str]:
    if answer.reason:
        yield f"Reason: {answer.reason}"
    if answer.comment:
        yield answer.comment
    if answer.is_computed:
        yield "Computed from the contract."
    yield from answer.arithmetic
    if body["missing"]:
        yield f"Not known: {words.listed(body['missing'], most=50)}"
    if trace and trace["points_because"] != AS_ANSWERED:
        yield trace["points_because"]
    answered, reviewed = _answered(answer), _reviewed(answer, body)
    if answered and answered != usual.answered:
        yield answered
    if answer.review_comment:
        yield f"{reviewed or 'Reviewer'}: {answer.review_comment}"
    elif reviewed and reviewed != usual.reviewed:
        yield reviewed


def _proof(answer: AnswerFacts, trace: Mapping[str, Any] | None) -> Iterator[str]:
    if answer.evidence_on:
        yield words.day(answer.evidence_on)
    if trace and trace["evidence_because"] not in ("", IS_CURRENT):
        yield trace["evidence_because"]
    yield from dict.fromkeys(entry.title for entry in answer.evidence)


def evidence(source: Source, found: Iterable[WorkloadFacts]) -> Section:
    """One row for each use of a version by a workload, with the questions that it stands behind."""
    uses: dict[tuple[Any, ...], list[str]] = {}
    for workload in found:
        for answer, body in zip(workload.answers, workload.body["answers"], strict=True):
            for kept in body["evidence"]:
                key = (workload.name, *(kept[name] for name in _KEPT))
                uses.setdefault(key, []).append(answer.number)
    rows = []
    for (workload_name, *values), numbers in uses.items():
        kept = dict(zip(_KEPT, values, strict=True))
        where = kept["file_name"] or kept["link"] or words.DASH
        also = f"\n{kept['link']}" if kept["file_name"] and kept["link"] else ""
        size = f", {kept['size']:,} bytes" if kept["size"] else ""
        rows.append(
            [
                Cell(
                    kept["title"],
                    sub=f"{where}, version {kept['version']}{size}{also}\n"
                    f"{kept['sha256'] or 'a link has no hash'}",
                ),
                Cell(workload_name, sub=", ".join(numbers)),
                words.day_of(kept["dated_on"]),
                Cell(
                    kept["added_by"],
                    sub=words.day_of(kept["added_at"]),
                ),
                Cell(words.word(words.EVIDENCE, kept["state"]), sub=kept["comment"]),
            ]
        )
    return Section(
        anchor="evidence",
        title="Evidence register",
        lede=f"{words.counted(len(rows), 'piece')} of evidence, each file with its SHA-256.",
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("Evidence, file and SHA-256"),
                    Column("Behind the answers of", "", "46"),
                    Column("Dated", "n", "18"),
                    Column("Added by", "", "26"),
                    Column("State", "", "19"),
                ],
                rows=rows,
                empty="No evidence is attached to any answer.",
                source="A file that does not match its hash was changed after it was added. Source: "
                "evidence attached to the accepted answers.",
            )
        ],
    )


_KEPT = (
    "title",
    "version",
    "file_name",
    "sha256",
    "size",
    "link",
    "dated_on",
    "added_by",
    "added_at",
    "state",
    "comment",
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
                    entry.host or words.DASH,
                    references.get(entry.contract_key, words.DASH),
                    words.DASH,
                    signed or words.DASH,
                    "Yes" if runbook else words.DASH,
                    words.DASH,
                    words.word(words.CRITICALITY, workload.criticality),
                    words.listed(names, most=5) if names else words.DASH,
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
                        *[words.DASH] * 7,
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
                    Column("Provider", "", "23"),
                    Column("Contract", "", "21"),
                    Column("Substi\u00adtutable", "", "13"),
                    Column("Last signed audit", "", "17"),
                    Column("Exit plan", "", "9"),
                    Column("Reinte\u00adgration", "", "13"),
                    Column("Impact of ending", "", "14"),
                    Column("Alternatives", "", "26"),
                ],
                rows=rows[:most],
                empty="No service is on file.",
                source="Last signed audit: of this portfolio, by us. Exit plan: a change-over runbook is "
                "registered. Impact: the workload's criticality. – is not “no”: nobody has recorded "
                "it here. Source: dependencies, contracts and services."
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
                    f"{entry['name']} ({entry['kind'].replace('-', ' ')}, {entry['key']})"
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
                    sub=f"{row.key}"
                    + (f"\nregistry {row.body['registry_key']}" if row.body["registry_key"] else "")
                    + f"\n{row.mode}, {'open' if row.open_weights else 'closed' if row.open_weights is False else 'unknown'} weights"
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
                Cell(
                    words.day(row.retires_on),
                    sub=f"announced {words.day(row.announced_on)}" if row.announced_on else "",
                ),
                Cell(
                    f"{_price(prices['input_per_million'])} / {_price(prices['output_per_million'])}",
                    sub=prices["currency"],
                ),
                Cell(
                    words.day(row.observed_on),
                    sub="\n".join(
                        filter(
                            None,
                            (
                                row.source,
                                row.source_url,
                                row.confidence,
                                "stale" if row.is_stale else "",
                            ),
                        )
                    ),
                    css="faint" if row.is_stale else "",
                ),
            ]
        )
    return [
        Heading(text="Vendors and services"),
        Table(
            css="dense",
            columns=[
                Column("Vendor", "", "48"),
                Column("Country", "", "15"),
                Column("Website", "", "40"),
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
                Column("Host", "", "34"),
                Column("Retires", "", "24"),
                Column("List price in / out", "", "24"),
                Column("Read on", "", "52"),
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


def questionnaires(source: Source) -> list[Section]:
    """Every version as it was asked: questions with their reasons, weights, answers and points."""
    blocks: list[Any] = []
    for entry in source.payload.questionnaires:
        manifest = entry.manifest
        blocks += [
            Heading(text=f"{manifest['title']} {manifest['label']}"),
            Text(
                css="sm",
                text=f"{manifest['notes']} {_special(manifest['unknown'])} "
                f"{_special(manifest['not_applicable'])} Scheme {manifest['scheme']}, "
                f"{manifest['schema']}.",
            ),
        ]
        blocks += [_asked(section) for section in manifest["sections"]]
    if not blocks:
        return []
    return [
        Section(
            anchor="questions",
            title="Questionnaire",
            lede="The questions as they were asked, with the points of every answer.",
            blocks=blocks,
        )
    ]


def _special(entry: Mapping[str, Any]) -> str:
    return f"{entry['label']}: {entry['consequence']}"


def _asked(section: Mapping[str, Any]) -> Table:
    rows: list[Any] = [["", Cell("", sub=section["intro"]), ""]]
    if applies := section["applies"]:
        rows.append(
            [
                "",
                Cell(applies["text"], sub=applies["hint"]),
                Cell("", sub="\n".join((applies["yes"], applies["no"], applies["reason_label"]))),
            ]
        )
    rows += [_question(entry) for entry in section["questions"]]
    may = "; may not apply" if section["may_not_apply"] else ""
    return Table(
        css="tight",
        title=f"{section['number']} {section['name']}, weight {words.plain(section['weight'])}{may} "
        f"({section['key']})",
        columns=[
            Column("No.", "", "9"),
            Column("Question, why it is asked, what proves it"),
            Column("Answers and their points", "", "84"),
        ],
        rows=rows,
        source="Points 0 (free to move) to 100 (entrenched). Source: the published version.",
    )


def _question(entry: Mapping[str, Any]) -> list[Any]:
    marks = [
        f"{entry['name']} ({entry['key']}), weight {words.plain(entry['weight'])}",
        f"for {entry['respondent']}" if entry["respondent"] else "",
        entry["facet"] or "",
        f"in {entry['unit']}" if entry["unit"] else "",
        f"computed: {entry['computed']}" if entry["computed"] else "",
        f"replaces {', '.join(entry['replaces'])}" if entry["replaces"] else "",
        f"shown when {_condition(entry['visible_when'])}" if entry["visible_when"] else "",
    ]
    proof = f"Evidence: {'; '.join(entry['evidence'])}" if entry["evidence"] else ""
    under = ["; ".join(filter(None, marks)), entry["why"], entry["hint"], entry["source"], proof]
    answers = [
        f"{words.plain(option['points'])}  {option['label']} ({option['key']}). {option['consequence']}"
        for option in entry["options"]
    ]
    return [
        entry["number"],
        Cell(entry["text"], sub="\n".join(filter(None, under))),
        Cell("", sub="\n".join(answers)),
    ]


def _condition(found: Any) -> str:
    """Return a condition of visibility in words, whatever shape it has."""
    if isinstance(found, Mapping):
        return ", ".join(f"{name} {_condition(value)}" for name, value in found.items())
    if isinstance(found, (list, tuple)):
        return " or ".join(_condition(value) for value in found)
    return str(found)
