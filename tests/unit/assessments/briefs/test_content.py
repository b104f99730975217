"""Built and edited are kept apart; the vendor's version is made by naming what may be shown."""

import json

import pytest

from assessments.briefs import parts
from assessments.briefs.content import MOST_ASKS, UnableToEdit, checked, merged, vendor_safe
from lockin.canonical import dumps
from tests.unit.assessments.briefs.facts_for_tests import clause, facts

BUILT = parts.built(facts())
KEY = "c2-model-export"


def after(edits):
    return merged(BUILT, checked(edits, built=BUILT))


class TestEditing:
    def test_words_that_somebody_wrote_stand_over_what_was_built(self):
        assert after({"opening": "Good morning."})["opening"]["text"] == "Good morning."

    def test_bringing_the_figures_up_to_date_keeps_the_words(self):
        edits = checked({"walk_away": "Above $1.2m."}, built=BUILT)
        newer = parts.built(facts(owner="Somebody else"))
        found = merged(newer, edits)
        assert found["walk_away"]["text"] == "Above $1.2m."
        assert found["about"]["owner"] == "Somebody else"

    def test_an_ask_left_out_goes_to_the_end(self):
        found = after({"asks": {KEY: {"included": False}}})
        assert not found["asks"][-1]["included"]

    def test_an_ask_of_our_own_can_be_added(self):
        found = after(
            {"asks": {"own-2": {"title": "No automatic renewal", "request": "Sign anew"}}}
        )
        assert [ask["title"] for ask in found["asks"]] == ["Model export", "No automatic renewal"]
        assert found["asks"][1]["status_word"] == "Not a policy clause"

    def test_a_text_that_is_too_long_names_its_field(self):
        with pytest.raises(UnableToEdit, match="At most 600 characters") as caught:
            checked({"decision": "x" * 601}, built=BUILT)
        assert caught.value.field == "decision"

    @pytest.mark.parametrize("part", ["figures", "about", "matrix", "leverage"])
    def test_figures_cannot_be_edited(self, part):
        with pytest.raises(UnableToEdit, match="no part of a brief"):
            checked({part: "mine"}, built=BUILT)

    def test_a_brief_holds_no_more_asks_than_six_pages_do(self):
        many = {f"own-{n}": {"title": "One more", "request": "x"} for n in range(MOST_ASKS + 1)}
        with pytest.raises(UnableToEdit, match="at most 12 asks"):
            checked({"asks": many}, built=BUILT)


def texts_of(value):
    """Yield every text and number in a body."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


class TestWhatTheVendorSees:
    # Everything that a person may type for us alone carries a word that occurs nowhere else.
    SECRET = "quagga"
    EDITS = {
        "decision": f"{SECRET} decision",
        "walk_away": f"{SECRET} walk away",
        "batna": f"{SECRET} batna",
        "limits": f"{SECRET} limits",
        "asks": {
            KEY: {
                "acceptable": f"{SECRET} acceptable",
                "walk_away": f"{SECRET} walk",
                "note": f"{SECRET} note",
            }
        },
        "gives": [{"title": f"{SECRET} give", "words": SECRET, "condition": SECRET}],
        "objections": [
            {"they_say": SECRET, "we_answer": SECRET, "we_accept": SECRET, "proof": SECRET}
        ],
    }

    def test_nothing_that_was_written_for_us_is_in_it(self):
        assert self.SECRET in json.dumps(after(self.EDITS))
        assert self.SECRET not in dumps(vendor_safe(after(self.EDITS)))

    def test_no_figure_of_ours_is_in_it(self):
        inside = dumps(vendor_safe(after({})))
        own = {
            *texts_of(BUILT["figures"]),
            *texts_of(BUILT["leverage"]),
            *texts_of(BUILT["changes"]),
            *texts_of(BUILT["alternatives"]),
            *texts_of(BUILT["scenarios"]),
            *texts_of(BUILT["asks"][0]["weight_steps"]),
            *texts_of(BUILT["asks"][0]["accepted"]),
        }
        shared = {text for text in own if len(text) > 3 and text in inside}
        assert shared == set()

    def test_an_ask_left_out_is_not_in_it(self):
        found = vendor_safe(after({"asks": {KEY: {"included": False}}}))
        assert found["asks"] == []

    def test_what_may_be_shown_is_there(self):
        (ask,) = vendor_safe(after({"opening": "Good morning."}))["asks"]
        assert ask["request"] == clause().preferred
        assert ask["framing"].startswith("Our policy requires")

    def test_only_published_terms_are_named_never_our_other_contracts(self):
        inside = dumps(vendor_safe(after({})))
        assert "Bonterms" in inside
        assert "Google" not in inside
