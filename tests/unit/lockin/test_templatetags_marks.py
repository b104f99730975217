"""Marks and icons, drawn without a single style attribute."""

from decimal import Decimal

import pytest
from django.template import Context, Template

from assessments.scoring.tiers import Tier
from lockin.templatetags import icons, marks


def rendered(source: str, **context: object) -> str:
    return Template("{% load lockin %}" + source).render(Context(context))


class TestTiers:
    @pytest.mark.parametrize(
        ("value", "css", "word"),
        [
            (Decimal("24.99"), "r1", "Portable"),
            (25, "r3", "Moderate"),
            (Decimal("49.994"), "r3", "Moderate"),
            (Decimal("49.995"), "r4", "High"),
            (75, "r5", "Entrenched"),
            ("entrenched", "r5", "Entrenched"),
            ("very-high", "r5", "Very high"),
            (None, "", "–"),
        ],
    )
    def test_a_score_or_a_word_finds_its_step_and_word(
        self, value: object, css: str, word: str
    ) -> None:
        assert (marks.risk_class(value), marks.tier_word(value)) == (css, word)

    @pytest.mark.parametrize("tier", list(Tier))
    def test_the_marks_agree_with_the_scoring_package(self, tier: Tier) -> None:
        assert marks.TIERS[tier.value][:2] == (tier.risk_step, tier.rank)

    def test_the_meter_has_four_bars_and_fills_three_for_high(self) -> None:
        drawn = marks.meter("high")
        assert (drawn.count("<rect"), drawn.count('class="on"')) == (4, 3)

    def test_a_missing_score_is_a_dash_without_colour(self) -> None:
        assert rendered('{% score_cell None "API" %}') == (
            '<td role="cell" class="c" data-l="API">–</td>'
        )


class TestMarks:
    def test_a_bar_says_both_figures_to_a_screen_reader(self) -> None:
        drawn = rendered('{% bar 72 74 year="2025" %}')
        assert 'aria-label="72 now, 74 in 2025"' in drawn
        assert 'class="f" width="72.0%"' in drawn
        assert 'class="prev" x="74.0%"' in drawn

    def test_a_dumbbell_turns_by_the_direction_of_the_change(self) -> None:
        assert 'class="x up"' in rendered("{% dumbbell 46 59 %}")
        assert 'class="x dn"' in rendered("{% dumbbell 59 46 %}")
        assert 'class="x eq"' in rendered("{% dumbbell None 16 %}")
        assert 'class="o"' not in rendered("{% dumbbell None 16 %}")

    def test_progress_over_nothing_stands_at_nothing(self) -> None:
        assert 'width="0%"' in rendered('{% progress 0 0 "Answers" %}')

    def test_no_mark_uses_a_style_attribute(self) -> None:
        drawn = rendered(
            '{% meter 60 %}{% band 60 %}{% pill 60 %}{% score_cell 60 "API" %}{% bar 60 50 %}'
            '{% dumbbell 50 60 %}{% axis %}{% progress 1 2 "x" %}{% range_mark 1 2 3 4 %}'
            '{% hbar 3 4 striped=1 %}{% glyph "met" label=True %}{% state_mark "part" %}'
            '{% icon "flag" %}'
        )
        assert "style=" not in drawn
        assert "&lt;" not in drawn

    def test_a_label_cannot_carry_markup(self) -> None:
        assert "<b>" not in rendered("{% progress 1 2 label %}", label="<b>x</b>")


class TestIcons:
    def test_every_listed_icon_came_with_the_package(self) -> None:
        assert icons.missing_icons() == []

    def test_an_icon_is_inlined_and_hidden_from_screen_readers(self) -> None:
        drawn = rendered('{% icon "flag" "i-18" %}')
        assert drawn.startswith('<svg class="i i-18"')
        assert 'aria-hidden="true"' in drawn
        assert "<path" in drawn

    def test_an_icon_that_is_not_listed_is_named_in_the_error(self) -> None:
        with pytest.raises(icons.UnknownIcon, match="no-such-icon"):
            rendered('{% icon "no-such-icon" %}')
