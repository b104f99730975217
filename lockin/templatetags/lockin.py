"""The tags and filters of every page: {% load lockin %} (also a builtin, so loading is optional).

Filters
    {{ audit.due_on|day }} 2 Dec 2026 · |weekday_day Wed 2 Dec 2026 · |moment 31 Oct 2026, 18:00 UTC
    · |clock 10:42 · |ago or |ago:on 19 months ago
    {{ contract.committed|money_short }} $1.24m, $720k · |money $1,240,000 · |thousand 1,240
        for a Money, a (minor, currency) pair, or a bare number of US dollars
    {{ score|score }} 55 · {{ change|signed }} +3, −3, 0 · {{ before|change_to:after|signed }} · {{ share|percent }} 88% · |whole 10,278
    {{ count|plural_words:"workload" }} two workloads · "person,people" · |in_words two
    {{ value|dash }} – where nothing is known · {{ score|risk_class }} r4 · {{ score|tier_word }} High
    {{ change|turn }} worse, better or faint: the class for a change
Tags
    {% icon "flag" %} {% icon "flag" "i-18" %}   names are listed in icons.py
    {% meter tier_or_score %} {% band tier_or_score %} {% pill score %}
    {% score_cell score "API" %}   a whole <td>, for the heat map
    {% glyph state %} {% glyph state label=True %} {% state_mark "done" %}   done now part todo
    {% bar score previous year="2025" %} {% dumbbell before now %} {% axis %}
    {% progress done total "Answers" %} {% range_mark low likely high maximum %}
    {% hbar value maximum %} {% hbar value maximum striped=unused %}
    {% error_words error field %}   a form's message, naming the field that was left empty
Lists: see lockin/lists.py and templates/components/.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import Field, FileField

from lockin.templatetags import figures, icons, marks

register = template.Library()

for function in (
    *(figures.day, figures.weekday_day, figures.moment, figures.clock, figures.ago),
    *(figures.money, figures.money_short, figures.thousand),
    *(figures.whole, figures.score, figures.signed, figures.change_to, figures.percent),
    *(figures.in_words, figures.plural_words, figures.dash),
    *(marks.risk_class, marks.tier_word),
):
    register.filter(function.__name__, function)

for tag in (
    *(icons.icon, marks.meter, marks.band, marks.pill, marks.score_cell, marks.glyph),
    *(marks.state_mark, marks.bar, marks.dumbbell, marks.axis, marks.progress),
    *(marks.range_mark, marks.hbar),
):
    register.simple_tag(tag, name=tag.__name__)


@register.filter
def turn(change: Any) -> str:
    """Return the class for a change in lock-in: more is worse."""
    found = figures.number(change)
    if found is None:
        return "faint"
    rounded = figures.half_up(found)
    return "worse" if rounded > 0 else "better" if rounded < 0 else "faint"


@register.simple_tag
def error_words(error: str, field: Any) -> str:
    """Return a form's message; a field left empty is named, so that the list on top says which."""
    if str(error) != str(Field.default_error_messages["required"]):
        return str(error)
    chosen = hasattr(field.field, "choices") or isinstance(field.field, FileField)
    verb = "Choose" if chosen else "Fill in"
    return f"{verb} “{field.label}”"
