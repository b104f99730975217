"""PURE. Days that others set, beside the time that leaving takes."""

from __future__ import annotations

from assessments.reports import words
from assessments.reports.blocks import Cell, Column, Section, Table
from assessments.reports.source import Source


def clocks(source: Source, *, most: int) -> Section:
    found = sorted(
        (clock for line in source.lines for clock in line.clocks),
        key=lambda clock: (clock.on, clock.workload, clock.kind),
    )
    short = [clock for clock in found if clock.is_short(on=source.on)]
    shown = found[:most]
    more = len(found) - len(shown)
    lede = (
        f"{words.counted(len(short), 'day')} of {len(found):,} {'comes' if len(short) == 1 else 'come'} "
        "sooner than we could leave."
        if found
        else "No retirement, tuning or notice day is on file."
    )
    return Section(
        anchor="clocks",
        title="Clocks",
        lede=lede,
        blocks=[
            Table(
                css="dense",
                columns=[
                    Column("Workload", "", "42"),
                    Column("Clock", "", "25"),
                    Column("Of what"),
                    Column("Day", "n", "22"),
                    Column("Days left", "n", "17"),
                    Column("Time to exit", "n", "24"),
                ],
                rows=[
                    [
                        clock.workload,
                        clock.kind,
                        clock.what,
                        words.day(clock.on),
                        Cell(
                            words.whole(clock.days_left(on=source.on)),
                            css="worse w6" if clock.is_short(on=source.on) else "",
                        ),
                        Cell(
                            f"{words.fixed(clock.weeks, 0)} weeks",
                            sub="assumed" if clock.is_assumed else "",
                        ),
                    ]
                    for clock in shown
                ],
                empty="No retirement, tuning or notice day is on file.",
                source="Brown: fewer days left than leaving takes. Where nobody has estimated the time "
                "to exit, 26 weeks are assumed. Source: model register, services, contract dates."
                + (
                    f" The first {most:,}; {more:,} later ones stand with their workloads."
                    if more > 0
                    else ""
                ),
            ),
        ],
    )
