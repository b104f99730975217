"""PURE. The four questions that every yearly audit answers, and how far the answers are backed."""

from __future__ import annotations

from decimal import Decimal

from assessments.reports import words
from assessments.reports.source import Line, Source

GROWING = {"tuned-model": "fine-tuned models", "embedding-index": "embedding indexes"}
WANTED_SHARE = Decimal("0.7")


def five_lines(source: Source) -> list[tuple[str, str]]:
    """Return question and answer, five times."""
    lines = source.lines
    return [
        ("Deeply entrenched?", entrenched(lines)),
        ("Abstraction layer working?", layer(source, lines)),
        ("Open-source fallback current?", fallback(source, lines)),
        ("Embedding and tuning investment up?", investment(lines)),
        ("How sure are we?", evidence(lines)),
    ]


def entrenched(lines: tuple[Line, ...]) -> str:
    names = [line.name for line in lines if line.tier == "entrenched"]
    high = sum(line.tier == "high" for line in lines)
    if not names:
        return f"No workload is entrenched; {high:,} {'is' if high == 1 else 'are'} high."
    return f"{words.listed(names, most=2)}; {high:,} more high."


def share(line: Line) -> Decimal | None:
    """Return the best known share of the traffic behind the layer: measured before declared."""
    found = [
        entry.coverage if entry.measured_coverage is None else entry.measured_coverage
        for entry in line.layer
    ]
    return max(found) if found else None


def layer(source: Source, lines: tuple[Line, ...]) -> str:
    with_it = [line for line in lines if line.layer]
    tested = [line for line in with_it if any(source.is_current(entry) for entry in line.layer)]
    if not with_it:
        return "Nobody has registered one."
    return (
        f"Registered for {len(with_it):,} of {words.counted(len(lines), 'workload')}, shown to work "
        f"by a test within a year for {len(tested):,}."
    )


def fallback(source: Source, lines: tuple[Line, ...]) -> str:
    vital = [line for line in lines if line.is_vital]
    current = [line for line in vital if any(source.is_current(entry) for entry in line.fallback)]
    if not vital:
        return "No workload is critical or high."
    return f"Tested within a year for {len(current):,} of {words.counted(len(vital), 'vital workload')}."


def investment(lines: tuple[Line, ...]) -> str:
    now = {kind: 0 for kind in GROWING}
    before = {kind: 0 for kind in GROWING}
    for line in lines:
        for entry in line.assets:
            if entry.kind in now:
                now[entry.kind] += 1
        for entry in line.assets_before or ():
            if entry.kind in before:
                before[entry.kind] += 1
    if all(line.assets_before is None for line in lines):
        return "; ".join(f"{now[kind]:,} {name}" for kind, name in GROWING.items()) + (
            "; no earlier year to compare with."
        )
    return (
        "; ".join(
            f"{before[kind]:,} {name} last year, {now[kind]:,} now"
            for kind, name in GROWING.items()
        )
        + "."
    )


def evidence(lines: tuple[Line, ...]) -> str:
    asked = sum(sum(line.counts[:3]) for line in lines)
    backed = sum(line.backed for line in lines)
    unknown = sum(line.counts[1] + line.counts[2] for line in lines)
    if not asked:
        return "No question was answered."
    return (
        f"{backed:,} of {asked:,} answers ({words.percent(Decimal(backed) / asked)}) are backed by a "
        f"document or a test; {unknown:,} nobody has checked."
    )
