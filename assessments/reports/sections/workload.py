"""PURE. One workload: why it is hard to move, what stands behind the score, what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from assessments.audits.facts import DimensionFacts, WorkloadFacts
from assessments.reports import charts, words
from assessments.reports.blocks import Cell, Column, Heading, Section, Table, Text, chart
from assessments.reports.sections.front import step_of
from assessments.reports.source import ASSUMED_WEEKS, Source, is_backed

CONTRADICTORY = 50


def overview(source: Source, *, most: int, where: str) -> Section:
    """All workloads in a table, hardest to move first."""
    provisional = [line.name for line in source.lines if line.confidence_grade in ("D", "")]
    more = len(source.lines) - most
    return Section(
        anchor="workloads",
        title="Workloads",
        flows=True,
        lede=f"{words.counted(len(provisional), 'score')} of {len(source.lines):,} "
        f"{'rests' if len(provisional) == 1 else 'rest'} on weak evidence or none."
        if provisional
        else "Every score rests on evidence of grade C or better.",
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("Workload"),
                    Column("Owner", "", "25"),
                    Column("Matters", "", "14"),
                    Column("Score", "n", "16"),
                    Column("Tier", "", "24"),
                    Column("Answered", "n", "16"),
                    Column("Nobody has checked", "n", "18"),
                    Column("Gates", "", "21"),
                ],
                rows=[
                    [
                        line.name,
                        line.owner or "Nobody",
                        words.word(words.CRITICALITY, line.criticality),
                        Cell(
                            words.fixed(line.residual), css="w6", meter=words.TIER_BARS[line.tier]
                        ),
                        words.word(words.TIER, line.tier) if line.tier else "No score",
                        f"{line.counts[0]:,}",
                        f"{line.counts[1] + line.counts[2]:,}",
                        ", ".join(key for key, _, _ in line.gates) or words.DASH,
                    ]
                    for line in source.lines[:most]
                ],
                empty="No workload is on file.",
                source=f"Residual score, 0 to 100, hardest to move first. {where} Source: scores."
                + (f" The first {most:,}; {more:,} more stand there." if more > 0 else ""),
            )
        ],
    )


def workload(source: Source, row: WorkloadFacts) -> Section:
    score = row.score
    blocks: list[Any] = []
    if score.residual is not None:
        blocks += [
            Heading(text="Why it is hard to move"),
            _profile(source, row),
            Heading(text="From inherent to residual"),
            _waterfall(row),
        ]
    else:
        blocks += [Text(bold="No score.", text=" ".join(score.problems))]
    blocks += [
        Heading(text="Gates"),
        Table(
            css="dense",
            columns=[Column("Gate", "", "56"), Column("Why"), Column("Effect", "", "42")],
            rows=[
                [f"{gate.key} {gate.name}", gate.reason, gate.effect]
                for gate in score.gates
                if gate.fired
            ],
            empty="No gate fired.",
            source=_not_evaluated(row),
        ),
        Heading(text="How the score is made up"),
        _parts(row),
        *_does_not_fit(source, row),
        Heading(text="What it depends on"),
        _dependencies(row),
        Heading(text="Controls"),
        _controls(source, row),
        Heading(text="Inventory"),
        _inventory(row),
        Heading(text="Facts"),
        _facts(source, row),
    ]
    return Section(
        anchor=f"w-{row.key}",
        title=row.name,
        level=2,
        lede_bold=_bold(row),
        lede=_lede(row),
        blocks=blocks,
    )


def _bold(row: WorkloadFacts) -> str:
    score = row.score
    if score.residual is None:
        return "Not scored."
    before = row.previous.residual if row.previous else None
    label = row.previous.label if row.previous else ""
    text = f"{words.word(words.TIER, score.tier)}: {words.whole(score.residual)} of 100"
    if before is None:
        return f"{text}."
    delta = words.change(score.residual, before)
    if not delta:
        return f"{text}, as in {label}."
    how = "more" if delta > 0 else "less"
    return f"{text}, {words.whole(abs(delta))} {how} than in {label}."


def _lede(row: WorkloadFacts) -> str:
    score = row.score
    scored = [entry for entry in score.dimensions if entry.residual is not None]
    parts = []
    if scored:
        worst = max(scored, key=lambda entry: (entry.residual, entry.dimension))
        parts.append(f"{words.DIMENSION[worst.dimension]} is the main cause.")
    if score.confidence_grade:
        parts.append(
            f"The answers hold with confidence {score.confidence_grade}; the true score lies between "
            f"{words.whole(score.low)} and {words.whole(score.high)}."
        )
    weeks = row.time_to_exit_weeks
    parts.append(
        f"Leaving would take {words.fixed(weeks, 0)} weeks."
        if weeks is not None
        else "Nobody has estimated how long leaving would take; 26 weeks are assumed."
    )
    return " ".join(parts)


def _before(row: WorkloadFacts) -> dict[str, Decimal | None]:
    found = (row.body["previous"] or {}).get("dimensions") or {}
    return {name: words.decimal(value) for name, value in found.items()}


def _driver(row: WorkloadFacts, entry: DimensionFacts) -> str:
    """Return the answer that adds most to the dimension."""
    if not entry.applies:
        return f"Does not apply: {entry.reason_if_not}"
    counted = [answer for answer in entry.answers if answer["score_part"] is not None]
    if not counted:
        return ""
    top = max(counted, key=lambda answer: (Decimal(answer["score_part"]), answer["number"]))
    found = next((answer for answer in row.answers if answer.question_key == top["question"]), None)
    said = found.option_text if found and found.option_text else "Nobody has checked"
    return f"{top['number']} {said}"


def _profile(source: Source, row: WorkloadFacts) -> Any:
    before = _before(row)
    bars = [
        charts.ProfileBar(
            name=words.DIMENSION[entry.dimension],
            score=entry.residual,
            before=before.get(entry.dimension),
            why=_driver(row, entry),
            step=step_of(source, entry.residual) or 1,
        )
        for entry in row.score.dimensions
    ]
    said = "; ".join(f"{bar.name} {words.whole(bar.score)}" for bar in bars)
    backed = sum(is_backed(answer) for answer in row.answers)
    year = f"Bar {source.payload.audit.label}" + (
        f", black mark {row.previous.label}" if row.previous else ""
    )
    return chart(
        charts.profile(bars),
        alt=f"Residual score by dimension, 0 to 100: {said}.",
        source=f"{year}; residual score, 0 to 100. Under each bar the answer that weighs most. "
        f"{backed:,} of {len(row.answers):,} answers are backed by a document or a test.",
    )


def _waterfall(row: WorkloadFacts) -> Any:
    score = row.score
    mitigated = Decimal(score.record["mitigated"])
    inherent, residual = score.inherent or Decimal(0), score.residual or Decimal(0)
    steps = [
        charts.FallStep(
            name="Inherent",
            start=Decimal(0),
            end=inherent,
            text=words.fixed(inherent),
            is_total=True,
        )
    ]
    delta = words.change(mitigated, inherent, 1)
    if mitigated != inherent:
        steps.append(
            charts.FallStep(
                name="Controls", start=inherent, end=mitigated, text=words.signed(delta, 1)
            )
        )
    lift = words.change(residual, mitigated, 1)
    if residual != mitigated:
        names = sorted({key for entry in score.dimensions for key in entry.lifted_by})
        steps.append(
            charts.FallStep(
                name=f"Gates {', '.join(names)}".strip(),
                start=mitigated,
                end=residual,
                text=words.signed(lift, 1),
            )
        )
    steps.append(
        charts.FallStep(
            name="Residual",
            start=Decimal(0),
            end=residual,
            text=words.fixed(residual),
            is_total=True,
        )
    )
    floor = (
        f" By the score the tier is {words.word(words.TIER, score.tier_before_gates)}; gates raise it "
        f"to {words.word(words.TIER, score.tier)}."
        if score.tier != score.tier_before_gates
        else f" The tier is {words.word(words.TIER, score.tier)}."
    )
    said = "; ".join(f"{step.name} {step.text}" for step in steps)
    return chart(
        charts.waterfall(steps),
        alt=f"From inherent to residual score: {said}.",
        source=f"Score, 0 to 100. Striped: what controls take away or gates add.{floor}",
    )


def _not_evaluated(row: WorkloadFacts) -> str:
    open_gates = [
        f"{gate.key} {gate.not_evaluated}" for gate in row.score.gates if gate.not_evaluated
    ]
    quiet = [gate.key for gate in row.score.gates if not gate.fired and not gate.not_evaluated]
    return (
        (f"Did not fire: {', '.join(quiet)}. " if quiet else "")
        + (f"Could not be evaluated: {'; '.join(open_gates)}" if open_gates else "")
    ).strip() or " "


def _parts(row: WorkloadFacts) -> Table:
    rows = [
        [
            words.DIMENSION[entry.dimension],
            words.fixed(entry.weight, 0),
            words.fixed(entry.inherent),
            f"{words.fixed(entry.low)} to {words.fixed(entry.high)}"
            if entry.low is not None
            else words.DASH,
            words.percent(entry.reduction),
            Cell(words.fixed(entry.residual), css="w6"),
            words.fixed(entry.score_part, 2),
            f"{entry.confidence_grade} {words.fixed(entry.confidence, 2)}"
            if entry.confidence_grade
            else words.DASH,
        ]
        for entry in row.score.dimensions
    ]
    return Table(
        css="dense",
        columns=[
            Column("Form of lock-in"),
            Column("Weight", "n", "14"),
            Column("Inherent", "n", "17"),
            Column("Range", "n", "24"),
            Column("Controls take", "n", "21"),
            Column("Residual", "n", "17"),
            Column("Part of score", "n", "20"),
            Column("Confidence", "n", "19"),
        ],
        rows=rows,
        empty="Nothing is scored.",
        source="Scores 0 to 100; the parts add up to the residual score. Each step stands in the volume "
        "of answers. Source: the score's own record.",
    )


def _does_not_fit(source: Source, row: WorkloadFacts) -> list[Any]:
    found = _contradictions(source, row)
    if not found:
        return [Text(text="No answer contradicts another record.")]
    return [Heading(text="What does not fit together"), Text(text="\n".join(found))]


def _contradictions(source: Source, row: WorkloadFacts) -> list[str]:
    found = []
    bare = [
        answer.number
        for answer in row.answers
        if is_backed(answer) and not answer.evidence and not answer.is_computed
    ]
    if bare:
        found.append(f"Graded documented or tested, with nothing attached: {', '.join(bare)}.")
    for answer in row.answers:
        for proof in answer.evidence:
            if proof.state == "flagged":
                found.append(
                    f"{answer.number}: evidence “{proof.title}” was flagged by the reviewer. {proof.comment}".strip()
                )
        if answer.review == "returned":
            found.append(
                f"{answer.number}: returned by the reviewer. {answer.review_comment}".strip()
            )
    for entry in row.controls("M1"):
        if entry.measured_coverage is not None and entry.measured_coverage < entry.coverage:
            found.append(
                f"Abstraction layer: {words.percent(entry.coverage)} declared, "
                f"{words.percent(entry.measured_coverage)} measured."
            )
    if len(found) > CONTRADICTORY:
        found = [
            *found[:CONTRADICTORY],
            f"And {len(found) - CONTRADICTORY:,} more; each answer says its own.",
        ]
    return found


def _dependencies(row: WorkloadFacts) -> Table:
    return Table(
        css="dense",
        columns=[
            Column("Model or service"),
            Column("Publisher", "", "21"),
            Column("Role and path", "", "29"),
            Column("Traffic", "n", "12"),
            Column("Retires", "n", "20"),
            Column("Tuning ends", "n", "20"),
            Column("Contract", "", "33"),
        ],
        rows=[
            [
                Cell(
                    entry.name,
                    sub="\n".join(
                        filter(
                            None, (entry.service if entry.model else entry.host, entry.model_key)
                        )
                    ),
                ),
                Cell(entry.publisher or words.DASH, sub=_weights(entry.open_weights)),
                Cell(words.word(words.ROLE, entry.role), sub=words.word(words.PATH, entry.path)),
                words.percent(entry.share),
                words.day(entry.retires_on),
                words.day(entry.tuning_ends_on),
                Cell(body["contract"] or words.DASH, sub=entry.contract_key),
            ]
            for entry, body in zip(row.dependencies, row.body["dependencies"], strict=True)
        ],
        empty="Nobody has recorded what it depends on.",
        source="Traffic: share of the calls, percent. Source: dependencies and the model register.",
    )


def _weights(is_open: bool | None) -> str:
    return {True: "open weights", False: "closed weights", None: ""}[is_open]


def _controls(source: Source, row: WorkloadFacts) -> Table:
    rows = []
    for entry, body in zip(row.mitigations, row.body["mitigations"], strict=True):
        proof = body["evidence"]
        sub = [f"{words.word(words.DIMENSION, entry.dimension)}, {entry_by(body)}"]
        if entry.note:
            sub.append(entry.note)
        if proof:
            where = ", ".join(filter(None, (proof["file_name"], proof["link"])))
            named = "" if proof["title"] == where else f"{proof['title']}: "
            sub.append(f"{named}{where}, dated {words.day_of(proof['dated_on'])}")
            if proof["sha256"]:
                sub.append(proof["sha256"])
        for flag, text in (
            (entry.gateway_single_maintainer, "single maintainer"),
            (entry.gateway_unpinned, "versions not pinned"),
            (entry.gateway_without_break_glass, "no way round it in an emergency"),
        ):
            if flag:
                sub.append(f"gateway: {text}")
        rows.append(
            [
                f"{entry.control} {entry.name}",
                Cell("", sub="\n".join(sub)),
                words.percent(entry.coverage),
                words.percent(entry.measured_coverage),
                words.word(words.GRADE, entry.grade),
                Cell(
                    words.day(entry.tested_on),
                    sub=f"drill {entry.drill}" if entry.drill else "",
                    css="" if source.is_current(entry) else "worse",
                ),
            ]
        )
    return Table(
        css="dense",
        columns=[
            Column("Control", "", "31"),
            Column("Form of lock-in and proof"),
            Column("Covered", "n", "15"),
            Column("Measured", "n", "16"),
            Column("Evidence", "", "24"),
            Column("Tested", "n", "20"),
        ],
        rows=rows,
        empty="No control is registered.",
        source="Share of what the control is meant to cover, percent. Brown: not tested within a year.",
    )


def _inventory(row: WorkloadFacts) -> Table:
    before = {
        (entry.kind, entry.name): entry for entry in (row.previous.assets if row.previous else ())
    }
    rows = []
    for entry, body in zip(row.assets, row.body["assets"], strict=True):
        other = before.pop((entry.kind, entry.name), None)
        what = (words.word(words.ASSET, entry.kind), body["model"], body["service"])
        rows.append(
            [
                Cell(
                    entry.name,
                    sub="\n".join(filter(None, (", ".join(filter(None, what)), body["note"]))),
                ),
                words.whole(entry.count),
                words.whole(other.count) if other else words.DASH,
                words.whole(entry.tokens_each),
                words.whole(entry.dimension),
                words.known(words.HELD, entry.held_by),
                words.yes(entry.exportable),
            ]
        )
    rows += [
        [
            Cell(name, sub=f"{words.word(words.ASSET, kind)}, gone since last year"),
            words.DASH,
            words.whole(entry.count),
            words.whole(entry.tokens_each),
            words.whole(entry.dimension),
            words.known(words.HELD, entry.held_by),
            words.yes(entry.exportable),
        ]
        for (kind, name), entry in sorted(before.items())
    ]
    return Table(
        css="dense",
        columns=[
            Column("Item"),
            Column("Count", "n", "18"),
            Column("Last year", "n", "18"),
            Column("Tokens each", "n", "14"),
            Column("Vector length", "n", "14"),
            Column("Held by", "", "28"),
            Column("Exportable", "", "22"),
        ],
        rows=rows,
        empty="Nobody has recorded models, prompts, datasets, indexes, workflows or connectors.",
        source="Counts as typed. Source: inventory of the workload.",
    )


def entry_by(body: Mapping[str, Any]) -> str:
    """Return who registered a control, and when."""
    return f"registered by {body['recorded_by']}, {words.day_of(body['recorded_at'])}"


def _facts(source: Source, row: WorkloadFacts) -> Table:
    """Short facts two in a line, long ones over the whole width."""
    weeks = row.time_to_exit_weeks
    spend = "known" if row.spend_is_known else "Nobody knows"
    if source.with_amounts:
        spend = f"{words.exact(row.annual_spend)} ({row.body['currency']})"
    short = [
        ("Key", row.key),
        ("Criticality", words.word(words.CRITICALITY, row.criticality)),
        ("Owner", row.owner or "Nobody"),
        ("Business unit", row.business_unit or words.DASH),
        ("Daily users", words.whole(row.daily_users)),
        ("Spend a year", spend),
        (
            "Time to exit",
            f"{words.plain(weeks, 2)} weeks"
            if weeks is not None
            else f"{ASSUMED_WEEKS} weeks, assumed",
        ),
        ("Paid for and run outside", words.yes(row.is_paid_external)),
        ("Own copy of the data", words.yes(row.own_copy_of_data)),
        ("Answers", _counts(row)),
    ]
    rows: list[Any] = [
        [label, value, Cell(other, css="k"), more]
        for (label, value), (other, more) in zip(short[::2], short[1::2], strict=True)
    ]
    rows += [[label, Cell(value, span=3)] for label, value in _long_facts(row)]
    return Table(
        css="dense facts",
        columns=[Column("", "", "32"), Column(""), Column("", "", "38"), Column("")],
        rows=rows,
        source="Source: workload record and accepted assessment.",
    )


def _counts(row: WorkloadFacts) -> str:
    found = row.score
    return (
        f"{found.answered:,} given, {found.unknown:,} “Nobody has checked”, {found.blank:,} blank, "
        f"{found.not_applicable:,} do not apply"
    )


def _long_facts(row: WorkloadFacts) -> Iterator[tuple[str, str]]:
    yield "What it does", row.description or words.DASH
    found = row.assessment
    if found:
        body = row.body["assessment"]
        yield (
            "Assessment",
            (
                f"{found.label}, questionnaire {found.questionnaire}; started "
                f"{words.day_of(body['started_at'])}, sent by {found.sent_by or words.DASH} "
                f"{words.instant(found.sent_at)}, accepted by {found.accepted_by or words.DASH} "
                f"{words.instant(found.accepted_at)}"
            ),
        )
    choices = [
        f"{words.word(words.DIMENSION, choice['dimension'])} "
        f"{'applies' if choice['applies'] else 'does not apply'}. {choice['reason']} "
        f"({choice['chosen_by']}, {words.day_of(choice['chosen_at'])})"
        for choice in row.dimension_choices
    ]
    if choices:
        yield "Forms of lock-in", "\n".join(choices)
