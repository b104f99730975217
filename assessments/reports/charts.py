"""PURE. The charts as Plotly figures. Screens give them to Plotly, the report to `svg.draw`.

Plotly puts the first category at the bottom, so rows are numbered downwards on a reversed axis.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.reports import words

INK, INK_2, INK_3 = "#1b2430", "#485463", "#5f6b7a"
LINE, CONTROL, BAND = "#e1e5ea", "#7d8896", "#f6f7f9"
ACCENT, WORSE, BETTER = "#1f4f8f", "#9c4415", "#1f5fa8"
RAMP = ("#f5f2ea", "#f5d9a0", "#e9a94f", "#bd5418", "#761a1a")
ON_RAMP = (INK, INK, INK, "#ffffff", "#ffffff")
WIDTH = 657
NAME_LENGTH = 34

# By bars filled: the marks that stand beside a tier or a severity.
MARKS = ("#c9d0d8", "#857f72", "#a8650f", "#bd5418", "#761a1a")

Figure = dict[str, Any]


def meter(bars: int) -> Figure:
    """Draw the mark of four bars beside a tier or a severity."""
    return {
        "data": [
            {
                "type": "bar",
                "width": 0.76,
                "x": [0.4, 1.4, 2.4, 3.4],
                "y": [1, 2, 3, 4],
                "marker": {
                    "color": [MARKS[bars] if index < bars else MARKS[0] for index in range(4)]
                },
            },
        ],
        "layout": {
            "width": 20,
            "height": 10,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "xaxis": {"range": [0, 4]},
            "yaxis": {"range": [0, 4]},
        },
    }


def _width(letter: str) -> float:
    """Return about how wide a letter is, in small letters."""
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 2
    if letter in "MWmw@%—":
        return 1.7
    return 1.25 if letter.isupper() else 1


def shortened(name: str, most: int = NAME_LENGTH) -> str:
    """Return a name that fits beside a chart, on one line; the table beside it has it whole.

    :param most: about how many small letters there is room for
    """
    name = " ".join(name.split())
    room = most * 1.08
    if sum(map(_width, name)) <= room:
        return name
    kept, room = [], room - 1
    for letter in name:
        room -= _width(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…"


def _number(value: Decimal | None) -> float:
    return round(float(value or 0), 4)


def _note(x: float, y: float, text: str, **marks: Any) -> dict[str, Any]:
    font = {
        "color": marks.pop("color", INK),
        "size": marks.pop("size", 10.5),
        "weight": marks.pop("weight", 400),
    }
    return {
        "x": x,
        "y": y,
        "text": text,
        "font": font,
        "showarrow": False,
        "xanchor": marks.pop("anchor", "left"),
        **marks,
    }


def _layout(height: int, rows: int, *, left: int, right: int, top: int, **more: Any) -> Figure:
    return {
        "width": WIDTH,
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": 0},
        "font": {"family": "Inter", "size": 10.5, "color": INK},
        "xaxis": {"range": [0, 100], **more.pop("xaxis", {})},
        # From the lower edge to the upper one: row 0 is at the top.
        "yaxis": {"range": [rows, 0], **more.pop("yaxis", {})},
        "showlegend": False,
        "plot_bgcolor": "#ffffff",
        **more,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileBar:
    """One dimension: its score, last year's, and what drives it."""

    name: str
    score: Decimal | None
    before: Decimal | None
    why: str
    step: int


def profile(bars: Sequence[ProfileBar]) -> Figure:
    """Draw each dimension's bar, last year's mark, the score and the change."""
    height = 35
    shapes, notes = [], []
    for row, bar in enumerate(bars):
        y = row + 0.26
        if row:
            shapes.append(_rule(row - 0.02))
        notes.append(_note(0, y, bar.name, weight=600, xref="paper", xshift=-150, yref="y"))
        notes.append(_note(0, row + 0.68, shortened(bar.why, 84), color=INK_3, size=9.5))
        if bar.score is None:
            notes.append(_note(1, y, "–", xref="paper", xshift=31, anchor="center", color=INK_3))
            continue
        shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "x0": 0,
                "x1": 100,
                "y0": y - 0.13,
                "y1": y + 0.13,
                "fillcolor": BAND,
            }
        )
        shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "x0": 1 + 14 / 415,
                "x1": 1 + 48 / 415,
                "y0": y - 0.23,
                "y1": y + 0.23,
                "fillcolor": RAMP[bar.step - 1],
                "rounded": True,
            }
        )
        notes.append(
            _note(
                1,
                y,
                words.whole(bar.score),
                xref="paper",
                xshift=31,
                anchor="center",
                weight=600,
                color=ON_RAMP[bar.step - 1],
            )
        )
        change = words.change(bar.score, bar.before)
        colour = {"worse": WORSE, "better": BETTER, "": INK_3}[words.direction(change)]
        notes.append(
            _note(
                1,
                y,
                words.signed(change),
                xref="paper",
                xshift=92,
                anchor="right",
                weight=600,
                color=colour,
            )
        )
    shown = [(row, bar) for row, bar in enumerate(bars) if bar.score is not None]
    before = [(row, bar) for row, bar in shown if bar.before is not None]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "width": 0.26,
                "marker": {"color": ACCENT},
                "x": [_number(bar.score) for _, bar in shown],
                "y": [row + 0.26 for row, _ in shown],
            },
            {
                "type": "scatter",
                "mode": "markers",
                "marker": {"symbol": "line-ns", "color": INK, "size": 17},
                "x": [_number(bar.before) for _, bar in before],
                "y": [row + 0.26 for row, _ in before],
            },
        ],
        "layout": _layout(
            height * len(bars) + 4,
            len(bars),
            left=150,
            right=92,
            top=4,
            shapes=shapes,
            annotations=notes,
        ),
    }


def _rule(y: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": -150 / 415,
        "x1": 1 + 92 / 415,
        "y0": y,
        "y1": y,
        "line": {"color": LINE, "width": 1},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FallStep:
    """A bar of the waterfall: where it starts, where it ends, what it is."""

    name: str
    start: Decimal
    end: Decimal
    text: str
    is_total: bool = False


def waterfall(steps: Sequence[FallStep]) -> Figure:
    """Draw from inherent over mitigations and gates to residual."""
    colours = [
        ACCENT if step.is_total else BETTER if step.end < step.start else WORSE for step in steps
    ]
    notes = []
    for row, (step, colour) in enumerate(zip(steps, colours, strict=True)):
        weight = 600 if step.is_total else 400
        notes.append(
            _note(0, row + 0.5, shortened(step.name), xref="paper", xshift=-210, weight=weight)
        )
        notes.append(
            _note(
                1,
                row + 0.5,
                step.text,
                xref="paper",
                xshift=92,
                anchor="right",
                weight=600,
                color=INK if step.is_total else colour,
            )
        )
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "width": 0.56,
                "marker": {
                    "color": colours,
                    "pattern": {"shape": ["" if step.is_total else "/" for step in steps]},
                },
                "base": [_number(min(step.start, step.end)) for step in steps],
                "x": [_number(abs(step.end - step.start)) for step in steps],
                "y": [row + 0.5 for row in range(len(steps))],
            },
        ],
        "layout": _layout(
            19 * len(steps) + 22,
            len(steps),
            left=210,
            right=92,
            top=20,
            annotations=notes,
            xaxis=_grid(),
        ),
    }


def _grid() -> dict[str, Any]:
    ticks = [0, 25, 50, 75, 100]
    return {
        "tickvals": ticks,
        "ticktext": [str(tick) for tick in ticks],
        "side": "top",
        "showgrid": True,
        "gridcolor": LINE,
        "tickfont": {"size": 9.5, "color": INK_3},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    name: str
    before: Decimal | None
    after: Decimal | None


def changes(rows: Sequence[Change], *, before: str, after: str) -> Figure:
    """Draw last year's score and this year's on one line each."""
    lines, notes, opened, filled, colours = [], [], [], [], []
    for shift, head in ((60, before), (98, after), (144, "Change")):
        notes.append(
            _note(
                1,
                0,
                head,
                xref="paper",
                xshift=shift,
                yshift=10,
                anchor="right",
                color=INK_3,
                size=9.5,
            )
        )
    for row, entry in enumerate(rows):
        y = row + 0.5
        notes.append(_note(0, y, shortened(entry.name), xref="paper", xshift=-206))
        delta = words.change(entry.after, entry.before)
        colour = {"worse": WORSE, "better": BETTER, "": CONTROL}[words.direction(delta)]
        if entry.before is not None and entry.after is not None and entry.before != entry.after:
            lines.append(
                {
                    "type": "line",
                    "x0": _number(entry.before),
                    "x1": _number(entry.after),
                    "y0": y,
                    "y1": y,
                    "line": {"color": colour, "width": 2.5},
                }
            )
            opened.append((_number(entry.before), y))
        if entry.after is not None:
            filled.append((_number(entry.after), y))
            colours.append(colour)
        text = "new" if entry.before is None else words.signed(delta)
        notes += [
            _note(
                1,
                y,
                words.whole(entry.before),
                xref="paper",
                xshift=60,
                anchor="right",
                color=INK_2,
            ),
            _note(1, y, words.whole(entry.after), xref="paper", xshift=98, anchor="right"),
            _note(
                1,
                y,
                text,
                xref="paper",
                xshift=144,
                anchor="right",
                weight=600,
                color=colour if words.direction(delta) else INK_3,
            ),
        ]
    return {
        "data": [
            _points(opened, "circle-open", CONTROL),
            _points(filled, "circle", colours),
        ],
        "layout": _layout(
            18 * len(rows) + 26,
            len(rows),
            left=206,
            right=144,
            top=24,
            shapes=lines,
            annotations=notes,
            xaxis=_grid(),
        ),
    }


def _points(points: Sequence[tuple[float, float]], symbol: str, colour: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "marker": {"symbol": symbol, "color": colour, "size": 8.4},
    }


def heat_art(columns: Sequence[Sequence[int | None]]) -> Figure:
    """Draw a column a workload and a row a dimension, in the colours of the steps 1 to 5."""
    rows = list(zip(*columns, strict=True)) if columns else [[None]] * 5
    return {
        "data": [
            {
                "type": "heatmap",
                "xgap": 3,
                "ygap": 3,
                "showscale": False,
                "colorscale": [[index / 4, colour] for index, colour in enumerate(RAMP)],
                "z": [[None if step is None else step - 1 for step in row] for row in rows],
            },
        ],
        "layout": {**_layout(212, 5, left=0, right=0, top=0)},
    }


def tier_bar(counts: Sequence[tuple[str, int, int]]) -> Figure:
    """Draw one bar divided by tier: the word, how many, and the step of the colour."""
    total = sum(count for _, count, _ in counts)
    shown = [entry for entry in counts if entry[1]]
    notes, bases, at = [], [], 0
    for word, count, step in shown:
        bases.append(at)
        colour = ON_RAMP[step - 1] if step else INK_2
        share = count / total
        label = f"{count} {word}" if share * WIDTH > 12 + 6 * len(word) else str(count)
        notes.append(_note(at, 0.5, label, xshift=8, color=colour, weight=500))
        at += count
    layout = _layout(30, 1, left=0, right=0, top=0, annotations=notes)
    layout["xaxis"]["range"] = [0, max(total, 1)]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "width": 1,
                "marker": {
                    "color": [RAMP[step - 1] if step else "#eceff3" for _, _, step in shown]
                },
                "base": bases,
                "x": [count - total * 2 / WIDTH for _, count, _ in shown],
                "y": [0.5] * len(shown),
            },
        ],
        "layout": layout,
    }


def shares(rows: Sequence[tuple[str, Decimal]]) -> Figure:
    """Draw one bar a name, with its share."""
    notes = []
    for row, (name, share) in enumerate(rows):
        notes.append(_note(0, row + 0.5, shortened(name, 24), xref="paper", xshift=-150))
        notes.append(
            _note(
                1,
                row + 0.5,
                words.percent(share),
                xref="paper",
                xshift=40,
                anchor="right",
                weight=600,
            )
        )
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "width": 0.56,
                "marker": {"color": ACCENT},
                "x": [_number(share * 100) for _, share in rows],
                "y": [row + 0.5 for row in range(len(rows))],
            },
        ],
        "layout": {
            **_layout(20 * len(rows) + 4, len(rows), left=150, right=40, top=2, annotations=notes),
            "width": 310,
        },
    }
