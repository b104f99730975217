"""Schemes are found by name and do not change."""

import pytest

from assessments.scoring import scheme
from assessments.scoring.dimensions import Dimension


def test_a_stored_score_finds_its_scheme_by_name():
    assert scheme.scheme_named("2026.1") is scheme.SCHEME_2026_1


def test_an_unknown_scheme_is_named_with_the_known_ones():
    with pytest.raises(scheme.UnknownScheme, match=r"no scoring scheme 2019\.9\. Known: 2026\.1"):
        scheme.scheme_named("2019.9")


def test_the_weights_of_a_scheme_cannot_be_changed():
    with pytest.raises(TypeError):
        scheme.SCHEME_2026_1.dimension_weights[Dimension.API] = 99


def test_the_dimensions_weigh_25_20_15_20_20():
    weights = scheme.SCHEME_2026_1.dimension_weights

    assert [int(weights[dimension]) for dimension in Dimension] == [25, 20, 15, 20, 20]
