"""Charts: the few traces that are drawn, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from assessments.reports import charts, svg

SVG = "{http://www.w3.org/2000/svg}"


def figure(**data):
    return {
        "data": [data],
        "layout": {
            "width": 100,
            "height": 50,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "xaxis": {"range": [0, 10]},
            "yaxis": {"range": [2, 0]},
        },
    }


def test_a_bar_of_half_the_range_is_half_as_wide():
    drawn = svg.draw(
        figure(type="bar", orientation="h", width=1, x=[5], y=[0.5], marker={"color": "#123456"})
    )

    (bar,) = ElementTree.fromstring(drawn).iter(f"{SVG}rect")
    assert (bar.get("width"), bar.get("height"), bar.get("fill")) == ("50.0", "25.0", "#123456")


def test_a_trace_that_is_not_ours_is_refused():
    with pytest.raises(svg.UnableToDraw, match="pie"):
        svg.draw(figure(type="pie"))


def test_text_under_seven_points_is_refused():
    found = figure(type="scatter", mode="markers", x=[], y=[], marker={"color": "#000"})
    found["layout"]["annotations"] = [{"x": 1, "y": 1, "text": "tiny", "font": {"size": 9}}]

    with pytest.raises(svg.UnableToDraw, match="7 pt"):
        svg.draw(found)


def test_a_hostile_name_stays_text():
    bar = charts.ProfileBar(
        name='"><script>alert(1)</script>', score=Decimal(50), before=None, why="", step=4
    )

    drawn = svg.draw(charts.profile([bar]))

    assert not list(ElementTree.fromstring(drawn).iter(f"{SVG}script"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Claims triage assistant", "Claims triage assistant"),
        ("two\nlines", "two lines"),
        ("保険金請求の自動仕分け保険金請求の自動仕分け", "保険金請求の自動仕分け保…"),
        ("W" * 40, "W" * 14 + "…"),
        ("letter " * 9, "letter letter letter let…"),
    ],
)
def test_a_name_beside_a_chart_is_cut_by_its_width(name, shown):
    assert charts.shortened(name, 24) == shown


def test_hatching_is_drawn_by_lines():
    step = charts.FallStep(name="Controls", start=Decimal(80), end=Decimal(40), text="−40")

    drawn = svg.draw(charts.waterfall([step]))

    assert "<pattern" not in drawn
    assert drawn.count("<line") > 10


def test_the_same_figure_gives_the_same_address():
    assert svg.uri(svg.draw(charts.meter(3))) == svg.uri(svg.draw(charts.meter(3)))


def test_plotly_takes_the_same_figures():
    import plotly.graph_objects as go

    rows = [charts.Change(name="Claims", before=Decimal(50), after=Decimal(60))]

    found = go.Figure(charts.changes(rows, before="2025", after="2026")["data"])

    assert [trace.type for trace in found.data] == ["scatter", "scatter"]
