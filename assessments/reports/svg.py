"""PURE. Draws a Plotly figure as SVG: the few traces and shapes that our charts use, no others.

The same dictionaries are given to Plotly on a screen. Axes are numeric; names stand in ticktext.
Colours are literal, because a page's CSS does not reach into an image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

Figure = Mapping[str, Any]
# 7 pt at 96 pixels an inch.
SMALLEST_TEXT = 9.34
# An image sees the document's fonts, and none but those that it names itself.
FAMILY = (
    "Inter, Noto Sans JP, Noto Sans SC, Noto Sans KR, Noto Sans Arabic, Noto Sans Hebrew, "
    "Noto Sans Thai, Noto Sans Devanagari"
)


class UnableToDraw(ValueError):
    """The figure asks for something this writer does not draw."""


class _Drawing:
    def __init__(self, figure: Figure) -> None:
        layout = figure["layout"]
        self.width, self.height = layout["width"], layout["height"]
        margin = layout["margin"]
        self.left, self.top = margin["l"], margin["t"]
        self.inner_width = self.width - margin["l"] - margin["r"]
        self.inner_height = self.height - margin["t"] - margin["b"]
        self.x_range, self.y_range = layout["xaxis"]["range"], layout["yaxis"]["range"]
        self.font = layout.get("font", {})
        self.out: list[str] = []

    def x(self, value: float, ref: str = "x") -> float:
        if ref == "paper":
            return float(self.left + value * self.inner_width)
        low, high = self.x_range
        return float(self.left + (value - low) / (high - low) * self.inner_width)

    def y(self, value: float, ref: str = "y") -> float:
        if ref == "paper":
            return float(self.top + (1 - value) * self.inner_height)
        low, high = self.y_range
        return float(self.top + (high - value) / (high - low) * self.inner_height)

    def rect(self, x0: float, y0: float, x1: float, y1: float, **marks: Any) -> None:
        left, top = min(x0, x1), min(y0, y1)
        self.out.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{abs(x1 - x0):.1f}" '
            f'height="{abs(y1 - y0):.1f}"{_marks(marks)}/>'
        )

    def line(self, x0: float, y0: float, x1: float, y1: float, **marks: Any) -> None:
        self.out.append(
            f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"{_marks(marks)}/>'
        )

    def text(self, x: float, y: float, text: str, font: Mapping[str, Any], anchor: str) -> None:
        font = {**self.font, **font}
        size = font.get("size", 10.5)
        if size < SMALLEST_TEXT:
            raise UnableToDraw(f"Text of {size} pixels is smaller than 7 pt.")
        self.out.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-family="{FAMILY}" '
            f'font-size="{size}" font-weight="{font.get("weight", 400)}" '
            f'fill="{font.get("color", "#1b2430")}">{escape(str(text))}</text>'
        )

    def hatch(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draw diagonal stripes as lines, clipped by hand: patterns are lost in the PDF."""
        at = -height
        while at < width:
            x0, y0, x1, y1 = x + at, y + height, x + at + height, y
            if x0 < x:
                y0, x0 = y0 - (x - x0), x
            if x1 > x + width:
                y1, x1 = y1 + (x1 - x - width), x + width
            if x1 > x0:
                self.line(x0, y0, x1, y1, stroke=colour, stroke_width=1.2)
            at += 5


def _marks(marks: Mapping[str, Any]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{escape(str(value))}"'
        for name, value in marks.items()
        if value is not None
    )


def draw(figure: Figure) -> str:
    """
    Return the figure as an SVG text.

    :raises UnableToDraw: if it holds a trace or shape that is not among ours
    """
    drawing = _Drawing(figure)
    layout = figure["layout"]
    _axes(drawing, layout)
    for shape in layout.get("shapes", ()):
        _shape(drawing, shape)
    for trace in figure["data"]:
        painter = _TRACES.get(trace["type"])
        if painter is None:
            raise UnableToDraw(f"A trace of the type “{trace['type']}” is not drawn here.")
        painter(drawing, trace)
    for note in layout.get("annotations", ()):
        _annotation(drawing, note)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" '
        f'height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}">'
        f"{''.join(drawing.out)}</svg>"
    )


def uri(svg: str) -> str:
    """Return an SVG text as the address of an image."""
    return "data:image/svg+xml;charset=utf-8," + quote(svg, safe=" =:/,;'()#-._").replace(
        "#", "%23"
    ).replace(" ", "%20")


def _axes(drawing: _Drawing, layout: Mapping[str, Any]) -> None:
    top, bottom = drawing.top, drawing.top + drawing.inner_height
    left, right = drawing.left, drawing.left + drawing.inner_width
    axis = layout["xaxis"]
    for value, label in zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=True):
        at = drawing.x(value)
        if axis.get("showgrid"):
            drawing.line(at, top, at, bottom, stroke=axis["gridcolor"], stroke_width=1)
        y = top - 6 if axis.get("side") == "top" else bottom + 14
        drawing.text(at, y, label, axis.get("tickfont", {}), "middle")
    axis = layout["yaxis"]
    for value, label in zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=True):
        at = drawing.y(value)
        if axis.get("showgrid"):
            drawing.line(left, at, right, at, stroke=axis["gridcolor"], stroke_width=1)
        drawing.text(0, at + 3.6, label, axis.get("tickfont", {}), "start")


def _shape(drawing: _Drawing, shape: Mapping[str, Any]) -> None:
    xref, yref = shape.get("xref", "x"), shape.get("yref", "y")
    corners = (
        drawing.x(shape["x0"], xref),
        drawing.y(shape["y0"], yref),
        drawing.x(shape["x1"], xref),
        drawing.y(shape["y1"], yref),
    )
    line = shape.get("line", {})
    if shape["type"] == "line":
        drawing.line(*corners, stroke=line["color"], stroke_width=line.get("width", 1))
    elif shape["type"] == "rect":
        drawing.rect(*corners, fill=shape["fillcolor"], rx=2 if shape.get("rounded") else None)
    else:
        raise UnableToDraw(f"A shape of the type “{shape['type']}” is not drawn here.")


def _annotation(drawing: _Drawing, note: Mapping[str, Any]) -> None:
    anchor = {"left": "start", "center": "middle", "right": "end"}[note.get("xanchor", "center")]
    x = drawing.x(note["x"], note.get("xref", "x")) + note.get("xshift", 0)
    y = drawing.y(note["y"], note.get("yref", "y")) - note.get("yshift", 0)
    drawing.text(x, y + 3.6, note["text"], note.get("font", {}), anchor)


def _bar(drawing: _Drawing, trace: Mapping[str, Any]) -> None:
    lies = trace.get("orientation") == "h"
    along, across = (trace["x"], trace["y"]) if lies else (trace["y"], trace["x"])
    count = len(along)
    bases = trace.get("base") or [0] * count
    colours = _each(trace["marker"]["color"], count)
    hatched = _each(trace["marker"].get("pattern", {}).get("shape", ""), count)
    half = trace["width"] / 2
    for index in range(count):
        start, end = bases[index], bases[index] + along[index]
        middle = across[index]
        if lies:
            box = (
                drawing.x(start),
                drawing.y(middle + half),
                drawing.x(end),
                drawing.y(middle - half),
            )
        else:
            box = (
                drawing.x(middle - half),
                drawing.y(end),
                drawing.x(middle + half),
                drawing.y(start),
            )
        if hatched[index]:
            drawing.rect(*box, fill="#ffffff", stroke=colours[index])
            left, top = min(box[0], box[2]), min(box[1], box[3])
            drawing.hatch(left, top, abs(box[2] - box[0]), abs(box[3] - box[1]), colours[index])
        else:
            drawing.rect(*box, fill=colours[index])


def _scatter(drawing: _Drawing, trace: Mapping[str, Any]) -> None:
    points = [(drawing.x(x), drawing.y(y)) for x, y in zip(trace["x"], trace["y"], strict=True)]
    modes = trace["mode"].split("+")
    if not set(modes) <= {"lines", "markers"}:
        raise UnableToDraw(f"The mode “{trace['mode']}” is not drawn here.")
    if "lines" in modes:
        line = trace["line"]
        path = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawing.out.append(
            f'<path d="M{path}" fill="none" stroke="{line["color"]}" '
            f'stroke-width="{line.get("width", 2)}"/>'
        )
    if "markers" in modes:
        marker = trace["marker"]
        colours = _each(marker["color"], len(points))
        symbols = _each(marker.get("symbol", "circle"), len(points))
        radius = marker.get("size", 8) / 2
        for (x, y), colour, symbol in zip(points, colours, symbols, strict=True):
            if symbol == "line-ns":
                drawing.rect(x - 2.4, y - radius, x + 2.4, y + radius, fill="#ffffff")
                drawing.rect(x - 1, y - radius, x + 1, y + radius, fill=colour)
            elif symbol in ("circle", "circle-open"):
                is_open = symbol == "circle-open"
                marks = {
                    "fill": "#ffffff" if is_open else colour,
                    "stroke": colour if is_open else None,
                }
                drawing.out.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}"{_marks(marks)}'
                    f"{' stroke-width=' + chr(34) + '1.5' + chr(34) if is_open else ''}/>"
                )
            else:
                raise UnableToDraw(f"The marker “{symbol}” is not drawn here.")


def _heatmap(drawing: _Drawing, trace: Mapping[str, Any]) -> None:
    """Draw cells in the colours of steps: z holds the step, colorscale a colour for each."""
    colours = [colour for _, colour in trace["colorscale"]]
    rows: Sequence[Sequence[int | None]] = trace["z"]
    gap = trace.get("xgap", 3)
    width = (drawing.inner_width - gap * (len(rows[0]) - 1)) / len(rows[0])
    height = (drawing.inner_height - gap * (len(rows) - 1)) / len(rows)
    for row_index, row in enumerate(rows):
        for index, step in enumerate(row):
            x = drawing.left + index * (width + gap)
            y = drawing.top + row_index * (height + gap)
            colour = "#eceff3" if step is None else colours[step]
            drawing.rect(x, y, x + width, y + height, fill=colour, rx=2)


def _each(value: Any, count: int) -> list[Any]:
    return [value] * count if isinstance(value, str) else list(value)


_TRACES = {"bar": _bar, "scatter": _scatter, "heatmap": _heatmap}
