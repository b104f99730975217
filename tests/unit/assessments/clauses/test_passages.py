"""The clause finder: where it cuts, what it proposes, when it says none, and how it is measured."""

import io
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from assessments.clauses import passages
from assessments.clauses.passages import Page, cuad, fitting
from assessments.clauses.passages.catalogue import labels
from assessments.clauses.passages.measuring import Figures, measure, overlaps, searched
from assessments.clauses.passages.segments import LONGEST, Segment, segments

DATA = Path(__file__).resolve().parents[3] / "data"

CONTRACT = """12. TERM AND TERMINATION
12.1 Term. The initial term of this Agreement shall commence on the Effective Date and continue for
a period of three (3) years, unless earlier terminated.
12.2 Convenience. Customer may terminate this Agreement for its convenience at any time upon sixty
(60) days' prior written notice to Vendor, without penalty.
12.3 Cause. Either party may terminate if the other commits a material breach that is not cured
within thirty (30) days.
13. ESCROW. Vendor shall deposit the source code with an escrow agent under an escrow agreement; the
source code shall be released to Customer upon Vendor's insolvency.
14. GENERAL. This Agreement is governed by the laws of Zug. Headings are for reference only. Notices
are sent by courier. The parties are independent contractors, and no agency is created hereby."""

GENERAL = """1. PAYMENT. Invoices are payable in thirty days. Late amounts bear interest at one percent.
2. NOTICES. Notices are sent by courier to the address on the cover page, and are deemed received on
the second business day. 3. LAW. This Agreement is governed by the laws of the Canton of Zug."""

EXPORT = """For ninety days after termination Customer may export all Customer Data in a structured,
machine-readable format such as CSV or JSON."""
WEIGHTS = """Vendor shall deliver the fine-tuned model weights and adapters in Safetensors format
together with the hyperparameters."""
VERSIONS = """Vendor gives eighteen months prior notice of deprecation of any API version and keeps
backward compatibility with previous major versions."""
ROLL_OVER = """Any unused portion of the annual commitment is rolled over into the next contract
year, and the commitment may be reduced by 20 percent."""
TRAINING = "Provider may use Customer Data to train and improve machine learning models."


def pages(*texts):
    return [Page(number, text) for number, text in enumerate(texts, start=1)]


class TestSegments:
    def test_a_numbered_clause_begins_a_stretch_and_a_line_end_does_not(self):
        texts = [segment.text for segment in segments(pages(CONTRACT))]

        # What is too short to stand alone, such as a heading, joins what follows.
        assert texts[0].startswith("12. TERM AND TERMINATION\n12.1 Term.")
        assert any(text.startswith("12.3 Cause.") for text in texts)
        assert not any(text.startswith("(60) days'") for text in texts)

    def test_an_abbreviation_ends_nothing(self):
        text = "Services by Acme Inc. Delaware under Section 12. This is it. " * 8

        assert not any(
            segment.text.startswith(("Delaware", "This is it. Delaware"))
            for segment in segments(pages(text))
        )

    @given(st.text(alphabet="abc AB.;,12()\n", max_size=3_000))
    def test_a_stretch_is_the_text_at_its_place_and_none_is_lost(self, text):
        made = segments(pages(text))

        assert all(text[held.start : held.end] == held.text for held in made)
        assert all(len(held.text) <= LONGEST for held in made)
        assert all(a.end <= b.start for a, b in pairwise(made))
        kept = sum(len("".join(held.text.split())) for held in made)
        assert kept == len("".join(text.split()))


class TestPropose:
    @pytest.mark.parametrize(
        ("clause", "words"),
        [
            ("c4-source-escrow", "escrow agent"),
            ("c5-termination-for-convenience", "for its convenience"),
            ("expiration-date", "three (3) years"),
        ],
    )
    def test_the_clause_comes_first_with_its_page_and_place(self, clause, words):
        held = pages(GENERAL, CONTRACT)

        first = passages.propose(held, clause)[0]

        assert words in first.excerpt
        assert first.page == 2
        assert CONTRACT[first.start : first.end] == first.excerpt
        assert first.why

    def test_the_same_pages_give_the_same_passages(self):
        held = pages(GENERAL, CONTRACT)

        for clause in labels():
            assert passages.propose(held, clause) == passages.propose(list(held), clause)

    def test_no_more_are_proposed_than_asked_for(self):
        held = pages(*[CONTRACT] * 9)

        assert len(passages.propose(held, "c4-source-escrow", most=3)) == 3

    def test_why_names_words_of_the_passage(self):
        (first, *_) = passages.propose(pages(CONTRACT), "c4-source-escrow")

        plain = " ".join(first.excerpt.split())
        assert all(word.split(" … ")[0] in plain for word in first.why)

    def test_nothing_is_proposed_of_nothing(self):
        assert passages.propose([], "c4-source-escrow") == []
        assert passages.propose(pages("", "  \n"), "c4-source-escrow") == []

    def test_an_unknown_clause_is_refused(self):
        with pytest.raises(passages.UnknownLabel):
            passages.propose(pages(CONTRACT), "c99-nothing")


class TestSaysNone:
    @pytest.mark.parametrize("clause", [key for key in labels() if key.startswith("c")])
    def test_of_a_contract_that_says_nothing_of_it(self, clause):
        assert passages.says_none(pages(GENERAL), clause)

    def test_not_of_one_that_says_it(self):
        assert not passages.says_none(pages(GENERAL, CONTRACT), "c4-source-escrow")
        assert not passages.says_none(pages(GENERAL, CONTRACT), "c5-termination-for-convenience")

    @pytest.mark.parametrize(
        ("clause", "text"),
        [
            ("c1-data-portability", EXPORT),
            ("c2-model-export", WEIGHTS),
            ("c3-api-compatibility", VERSIONS),
            ("c6-commitment-flexibility", ROLL_OVER),
            ("ai-training", TRAINING),
        ],
    )
    def test_clauses_weighed_by_hand_are_found_where_they_stand(self, clause, text):
        assert not passages.says_none(pages(GENERAL, text), clause)
        assert passages.propose(pages(GENERAL, text), clause)[0].page == 2


def terms_of(name):
    """A standard paper as plain text: marks of the text format are no words of it."""
    text = (DATA / "terms" / f"{name}.md").read_text()
    return re.sub(r"<[^>]+>|[*_#]", "", text)


class TestStandardPaper:
    """What domain.md 1(f) says of them; a person has the last word."""

    @pytest.mark.parametrize("name", ["bonterms_cloud_terms", "common_paper_CSA"])
    @pytest.mark.parametrize(
        "clause", ["c2-model-export", "c3-api-compatibility", "c4-source-escrow"]
    )
    def test_it_has_no_clause_on_models_interfaces_or_source(self, name, clause):
        assert passages.says_none(pages(terms_of(name)), clause)

    def test_bonterms_offers_its_export_during_the_term_to_be_judged(self):
        first = passages.propose(pages(terms_of("bonterms_cloud_terms")), "c1-data-portability")[0]

        assert "During a Subscription Term, Customer may export" in first.excerpt

    def test_common_paper_ends_for_cause_alone(self):
        held = pages(terms_of("common_paper_CSA"))

        assert passages.says_none(held, "c5-termination-for-convenience")

    def test_the_addendum_speaks_of_training(self):
        held = pages(terms_of("common_paper_AI_addendum"))

        assert not passages.says_none(held, "ai-training")


@cache
def sample():
    return cuad.contracts(DATA / "cuad")


class TestLabelledContracts:
    def test_what_lawyers_marked_is_where_it_stands(self):
        (held,) = [row for row in sample() if row.family.startswith("sparkling")]

        for span in held.spans["Source Code Escrow"]:
            page = held.pages[span.page - 1]
            assert "".join(page.text[span.start : span.end].split()) in "".join(
                "".join(quote.split()) for quote in held.quotes["Source Code Escrow"]
            )

    def test_a_family_stays_in_one_half(self):
        names = ["AcmeInc_2001_EX-10.1_Agreement1.pdf", "ACMEINC_2002-EX-4-AMENDMENT.PDF"]

        assert len({cuad.family_of(name) for name in names}) == 1

    def test_none_of_the_sample_was_tuned_on(self):
        assert not any(held.is_for_tuning for held in sample())

    def test_the_finder_beats_a_plain_search_on_what_it_never_saw(self):
        found, plain = Figures(), Figures()
        for label in labels().values():
            if label.is_measured:
                found += measure(sample(), label)
                plain += measure(sample(), label, by=searched)

        assert (found.having, found.lacking) == (plain.having, plain.lacking)
        assert found.among_first > plain.among_first
        assert found.rightly_none > plain.rightly_none
        assert found.among_first / found.having > 0.85

    def test_the_command_prints_a_row_for_each_label_with_the_plain_search_beside_it(self):
        said = io.StringIO()

        call_command("measure_clause_finder", DATA / "cuad", stdout=said)

        text = said.getvalue()
        assert text.startswith("5 contracts of the measuring half")
        assert re.search(r"^\| Source Code Escrow \| \d of \d \(\d\)", text, re.MULTILINE)
        assert "Data portability" not in text  # no labels exist, so no figure is claimed

    def test_the_command_refuses_a_folder_without_labels(self, tmp_path):
        with pytest.raises(CommandError, match="master_clauses"):
            call_command("measure_clause_finder", tmp_path)


class TestFitting:
    def test_marked_words_gain_weight_and_the_same_data_give_the_same(self):
        label = labels()["audit-rights"]
        made = fitting.shuffled(
            fitting.Example(
                family=f"family {number}",
                document=f"document {number}",
                labels=frozenset({label.cuad} if number % 2 else {}),
                terms=("audit", "books") if number % 2 else ("payment", "invoice"),
                text=f"example {number}",
                is_of_whole_text=True,
            )
            for number in range(20)
        )

        first, second = fitting.fit(made, label), fitting.fit(made, label)

        assert first == second
        assert first.terms["audit"] > 0 > first.terms["invoice"]

    @pytest.mark.parametrize(
        ("having", "lacking", "cut"),
        [
            ([0.8, 0.9], [0.1, 0.4], 0.6),  # halfway between 0.4 and 0.8
            ([0.3, 0.9], [0.1, 0.2], 0.25),
            ([], [0.1], 0.5),
            ([0.9], [], 0.5),
        ],
    )
    def test_the_threshold_lies_where_both_are_told_best(self, having, lacking, cut):
        assert fitting.best_cut(having, lacking) == pytest.approx(cut)


@pytest.mark.parametrize(
    ("passage", "span", "expected"),
    [
        ((1, 0, 300), (1, 250, 500), True),  # 50 characters
        ((1, 0, 300), (1, 280, 500), False),  # 20 of 220
        ((1, 0, 300), (1, 290, 310), True),  # half of what was marked
        ((1, 0, 300), (2, 0, 300), False),
    ],
)
def test_a_passage_overlaps_by_forty_characters_or_half(passage, span, expected):
    number, start, end = passage

    assert overlaps(Segment(number, start, end, ""), cuad.Span(*span)) is expected
