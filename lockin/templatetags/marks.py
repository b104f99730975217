"""Small inline marks, drawn by the server as SVG with presentation attributes.

The content security policy drops every `style` attribute, so widths and places are attributes of
shapes, in per cent of the mark's own width, and colours are classes in app.css.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from lockin.money import shown_difference
from lockin.templatetags.figures import DASH, half_up, number, score

# Tier → step of the risk scale, number of bars, word (domain.md 2.4).
TIERS = {
    "portable": (1, 1, "Portable"),
    "moderate": (3, 2, "Moderate"),
    "high": (4, 3, "High"),
    "entrenched": (5, 4, "Entrenched"),
}
# Severities of findings are drawn with the same four steps.
TIERS |= {
    "low": (1, 1, "Low"),
    "medium": (3, 2, "Medium"),
    "critical": (5, 4, "Critical"),
    "very high": (5, 4, "Very high"),
}
BARS = ((0, 8, 4), (5, 5.5, 6.5), (10, 3, 9), (15, 0, 12))  # x, y, height

GLYPHS = {
    "met": ("m", "Met", '<circle cx="7" cy="7" r="6" fill="currentColor"/>'),
    "partly": (
        "p",
        "Partly",
        (
            '<circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            '<path d="M7 1.75a5.25 5.25 0 0 1 0 10.5z" fill="currentColor"/>'
        ),
    ),
    "missing": (
        "x",
        "Missing",
        '<circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    ),
    "refused": (
        "x",
        "Refused",
        (
            '<circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            '<path d="M5 5l4 4M9 5l-4 4" stroke="currentColor" stroke-width="1.5"/>'
        ),
    ),
    "waived": (
        "p",
        "Waived",
        (
            '<circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" '
            'stroke-dasharray="2.2 1.9"/>'
        ),
    ),
    "not_applicable": (
        "-",
        "Not applicable",
        '<path d="M4 7h6" stroke="currentColor" stroke-width="1.5"/>',
    ),
}
GLYPH_KEYS = {
    "not-applicable": "not_applicable",
    "m": "met",
    "p": "partly",
    "partial": "partly",
    "x": "missing",
    "-": "not_applicable",
}

RING = '<circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
STATES = {
    "done": (
        "Done",
        (
            f'{RING}<path d="M5.2 8.2l2 2 3.6-4" fill="none" stroke="currentColor" stroke-width="1.5" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        ),
    ),
    "now": ("Current", f'{RING}<circle cx="8" cy="8" r="3" fill="currentColor"/>'),
    "part": ("Part done", f'{RING}<path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor"/>'),
    "todo": ("Not started", RING),
}


def tier_of(value: Any) -> str | None:
    """Return the tier's key for a score or a tier's own name, or None."""
    if value is None or value == "":
        return None
    name = str(getattr(value, "value", value)).strip().lower().replace("_", " ").replace("-", " ")
    if name in TIERS:
        return name
    found = number(value)
    if found is None:
        return None
    # The tier comes from the score rounded to two decimals (decisions 21).
    exact = half_up(found, 2)
    if exact < 25:
        return "portable"
    if exact < 50:
        return "moderate"
    return "high" if exact < 75 else "entrenched"


def risk_class(value: Any) -> str:
    """Return r1, r3, r4 or r5 for a score or tier; nothing for a missing one."""
    tier = tier_of(value)
    return f"r{TIERS[tier][0]}" if tier else ""


def tier_word(value: Any) -> str:
    """Return the tier in words, or –."""
    tier = tier_of(value)
    return TIERS[tier][2] if tier else DASH


def meter(value: Any) -> SafeString:
    """Return four bars, filled up to the tier. A word or a number always stands beside it."""
    tier = tier_of(value)
    step, filled = TIERS[tier][:2] if tier else (0, 0)
    rects = format_html_join(
        "",
        '<rect{} x="{}" y="{}" width="3.5" height="{}" rx=".5"/>',
        (
            (mark_safe(' class="on"') if place < filled else "", x, y, height)
            for place, (x, y, height) in enumerate(BARS)
        ),
    )
    return format_html(
        '<svg class="meter b{}" viewBox="0 0 18.5 12" width="18.5" height="12" '
        'aria-hidden="true">{}</svg>',
        step,
        rects,
    )


def band(value: Any) -> SafeString:
    """Return the meter with its word."""
    return format_html('<span class="band">{}{}</span>', meter(value), tier_word(value))


def score_cell(value: Any, label: str = "", css: str = "") -> SafeString:
    """Return a heat map's cell: number on its step's colour, with the column's name for phones."""
    classes = " ".join(part for part in ("c", risk_class(value), css) if part)
    return format_html(
        '<td role="cell" class="{}" data-l="{}">{}</td>', classes, label, score(value)
    )


def pill(value: Any) -> SafeString:
    """Return a score as a filled pill."""
    return format_html('<span class="pill {}">{}</span>', risk_class(value), score(value))


def glyph(state: Any, label: bool = False) -> SafeString:
    """Return a clause's mark: met, partly, missing or not applicable, with its word if asked."""
    name = str(getattr(state, "value", state)).strip().lower()
    key, word, shape = GLYPHS[GLYPH_KEYS.get(name, name)]
    if label:
        return format_html(
            '<span class="nw"><svg class="glyph g-{}" viewBox="0 0 14 14" width="14" height="14" '
            'aria-hidden="true">{}</svg> {}</span>',
            key,
            mark_safe(shape),
            word,
        )
    return format_html(
        '<svg class="glyph g-{}" viewBox="0 0 14 14" width="14" height="14" role="img" '
        'aria-label="{}">{}</svg>',
        key,
        word,
        mark_safe(shape),
    )


def state_mark(state: str) -> SafeString:
    """Return a task's mark: done, now, part or todo, with its word for screen readers."""
    word, shape = STATES[state]
    return format_html(
        '<svg class="st st-{}" viewBox="0 0 16 16" width="16" height="16" role="img" '
        'aria-label="{}">{}</svg>',
        state,
        word,
        mark_safe(shape),
    )


def share(value: Any, whole: Any = 100) -> str:
    """Return a place on a mark in per cent, kept between 0 and 100."""
    top, part = number(whole), number(value)
    if top is None or part is None or top <= 0:
        return "0%"
    return f"{half_up(min(max(part / top * 100, Decimal(0)), Decimal(100)), 1)}%"


def bar(value: Any, previous: Any = None, year: str = "") -> SafeString:
    """Return a score from 0 to 100 as a bar, with a mark where it stood before."""
    words = "not assessed" if number(value) is None else f"{score(value)} now"
    mark = SafeString("")
    if number(previous) is not None:
        words += f", {score(previous)} " + (f"in {year}" if year else "before")
        mark = format_html(
            '<rect class="prev" x="{}" y="-4" width="2" height="20" transform="translate(-1)"/>',
            share(previous),
        )
    grid = format_html_join(
        "",
        '<rect class="grid" x="{}%" width="1" height="12" transform="translate(-1)"/>',
        ((place,) for place in (20, 40, 60, 80, 100)),
    )
    return format_html(
        '<svg class="track" width="100%" height="12" role="img" aria-label="{}">'
        '<rect class="ground" width="100%" height="12"/>{}'
        '<rect class="f" width="{}" height="12"/>{}</svg>',
        words,
        grid,
        share(value),
        mark,
    )


def dumbbell(before: Any, now: Any) -> SafeString:
    """Return two scores on one line from 0 to 100: hollow before, filled now."""
    old, new = number(before), number(now)
    grid = format_html_join(
        "",
        '<rect class="grid" x="{}%" width="1" height="24"/>',
        ((place,) for place in (0, 20, 40, 60, 80, 100)),
    )
    # As the numbers beside it read: 72 and 72 is no change, whatever the decimals say.
    moved = 0 if old is None or new is None else shown_difference(old, new)
    turn = "up" if moved > 0 else "dn" if moved < 0 else "eq"
    shapes, words = [grid], f"{score(before)} before, {score(now)} now"
    if old is not None and new is not None:
        shapes.append(
            format_html(
                '<line class="l {}" x1="{}" x2="{}" y1="12" y2="12"/>', turn, share(old), share(new)
            )
        )
    if old is not None:
        shapes.append(format_html('<circle class="o" cx="{}" cy="12" r="4"/>', share(old)))
    if new is not None:
        shapes.append(format_html('<circle class="x {}" cx="{}" cy="12" r="5"/>', turn, share(new)))
    return format_html(
        '<svg class="dumb" width="100%" height="24" role="img" aria-label="{}">{}</svg>',
        words,
        format_html_join("", "{}", ((shape,) for shape in shapes)),
    )


def axis() -> SafeString:
    """Return the scale above a column of dumbbells."""
    texts = format_html_join(
        "",
        '<text x="{}%" y="13" text-anchor="middle">{}</text>',
        ((place, place) for place in (0, 20, 40, 60, 80, 100)),
    )
    return format_html(
        '<svg class="axis" width="100%" height="18" aria-hidden="true">{}</svg>', texts
    )


def progress(done: Any, total: Any, label: str) -> SafeString:
    """Return how far something is, readable by screen readers too."""
    return format_html(
        '<div class="prog" role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuenow="{}" '
        'aria-valuemax="{}"><svg width="100%" height="6" aria-hidden="true">'
        '<rect class="f" width="{}" height="6"/></svg></div>',
        label,
        number(done) or 0,
        number(total) or 0,
        share(done, total),
    )


def range_mark(low: Any, likely: Any, high: Any, maximum: Any) -> SafeString:
    """Return a range as a line with a dot at the likely figure."""
    return format_html(
        '<svg class="rng" width="100%" height="14" role="img" '
        'aria-label="{} to {}, likely {}">'
        '<line class="w" x1="{}" x2="{}" y1="7" y2="7"/><circle class="p" cx="{}" cy="7" r="5"/>'
        "</svg>",
        score(low),
        score(high),
        score(likely),
        share(low, maximum),
        share(high, maximum),
        share(likely, maximum),
    )


def hbar(value: Any, maximum: Any, striped: Any = None) -> SafeString:
    """Return a plain bar; the striped part at its end is paid for and probably not used."""
    part = number(striped) or Decimal(0)
    full = number(value) or Decimal(0)
    stripes = SafeString("")
    if part > 0:
        start, end = (Decimal(share(edge, maximum)[:-1]) for edge in (full - part, full))
        stripes = format_html(
            '<svg x="{}%" width="{}%" height="14"><rect class="ground" width="100%" height="14"/>'
            '{}<rect class="edge" width="100%" height="14"/></svg>',
            start,
            max(end - start, Decimal("0.5")),
            STRIPES,
        )
    return format_html(
        '<svg class="hbar" width="100%" height="14" aria-hidden="true">'
        '<rect class="f" width="{}" height="14"/>{}</svg>',
        share(full, maximum),
        stripes,
    )


# Diagonals drawn as lines: a pattern needs an id, which a page with many bars would repeat.
STRIPES = SafeString(
    "".join(f'<path class="stripe" d="M{x} 14L{x + 14} 0"/>' for x in range(-14, 420, 5))
)
