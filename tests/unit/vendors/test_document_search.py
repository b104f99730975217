"""Search in the text of a document: places, marks, and what counts as the same."""

import pytest

from vendors.documents.searching import marked, pieces, search


def places(text, query):
    return [(found.start, found.end) for found in search([(1, text)], query)[0]]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The Source\nCode", "source code"),
        ("the vendor’s data", "vendor's DATA"),
        ("non\u2011renewal", "non-renewal"),
        ("up to 5% (five)", "5% (FIVE)"),
    ],
    ids=["case and line end", "quotation marks", "dashes", "signs are signs"],
)
def test_the_same_words_are_found_however_they_are_set(text, query):
    assert len(places(text, query)) == 1


def test_a_place_is_given_with_its_page_and_what_stands_around_it():
    pages = [(1, "Nothing."), (2, "The deposit is with an escrow agent in Zug.")]

    (found,), count = search(pages, "escrow agent")

    assert (found.page, count) == (2, 1)
    assert (found.before, found.match, found.after) == (
        "The deposit is with an ",
        "escrow agent",
        " in Zug.",
    )


def test_what_lies_far_away_is_left_out():
    text = "far " * 60 + "escrow" + " away" * 60

    (found,), _ = search([(1, text)], "escrow")

    assert found.before.startswith("…")
    assert found.after.endswith("…")
    assert len(found.before) < 130


def test_more_than_are_listed_are_counted():
    found, count = search([(1, "fee " * 30)], "fee", most=10)

    assert (len(found), count) == (10, 30)


def test_a_query_without_words_finds_nothing():
    assert search([(1, "text")], "   ") == ([], 0)


def test_the_pieces_of_a_page_are_the_page():
    text = "One fee, two fees, three."

    made = marked(text, "fee")

    assert "".join(piece.text for piece in made) == text
    assert [piece.text for piece in made if piece.is_marked] == ["fee", "fee"]
    assert [piece.number for piece in made if piece.is_marked] == [1, 2]


def test_spans_that_overlap_or_leave_the_page_are_cut():
    made = pieces("abcdef", [(1, 4), (3, 5), (5, 99), (7, 9)])

    assert [piece.text for piece in made if piece.is_marked] == ["bcd", "e", "f"]
