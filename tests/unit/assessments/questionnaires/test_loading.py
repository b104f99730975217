"""Reading a version from its file: every fault names the line, the key and the field."""

import pytest

from assessments.questionnaires.loading import load
from assessments.questionnaires.reading import UnableToReadDefinition

# The line of a fault is counted in this text, whose first line is line 1.
FILE = """\
schema = "lockin.questionnaire/1"
label = "test.1"
scheme = "2026.1"
title = "A test version"
notes = "For tests."

[unknown]
label = "Nobody has checked"
consequence = "Counts as the worst."

[not_applicable]
label = "Does not apply"
consequence = "Left out."

[[sections]]
key = "tuning"
number = "D2"
name = "Tuning"
intro = "What this is about."
weight = 100
may_not_apply = true

[sections.applies]
text = "Is there any?"
hint = "Count all."
yes = "Yes"
no = "No"
reason_label = "How do you know?"

[[sections.questions]]
key = "tuning.weights"
number = "2.1"
weight = 100
name = "Weights"
text = "Can we take the weights?"
hint = "Count what runs today."
why = "Because it costs."
evidence = ["A log"]
respondent = "legal"
options = [
  { key = "yes", points = 0, label = "Yes", consequence = "They are here." },
  { key = "no", points = 100, label = "No", consequence = "They stay." },
]
"""


def fault(text):
    with pytest.raises(UnableToReadDefinition) as caught:
        load(text.encode() if isinstance(text, str) else text)
    return str(caught.value)


def test_reads_a_version_from_bytes():
    assert load(FILE.encode()).question("tuning.weights").option("no").points == 100


def test_reads_a_version_from_a_file(tmp_path):
    path = tmp_path / "version.toml"
    path.write_text(FILE, encoding="utf-8")

    assert load(path) == load(str(path)) == load(FILE.encode())


def test_a_mark_at_the_start_of_the_file_does_no_harm():
    assert load(b"\xef\xbb\xbf" + FILE.encode()) == load(FILE.encode())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "weight = 100\nname",
            'weight = "100"\nname',
            "line 33, tuning.weights, weight: A whole number is expected here.",
        ),
        (
            'points = 100, label = "No"',
            'points = 101, label = "No"',
            "line 42, tuning.weights, options.no.points: 101 is not within 0–100.",
        ),
        (
            'label = "No", ',
            "",
            "line 42, tuning.weights, options.no.label: This is missing.",
        ),
        (
            'why = "Because it costs."\n',
            "",
            "line 31, tuning.weights, why: This is missing.",
        ),
        (
            'respondent = "legal"',
            'respondent = "legal"\ncolour = "red"',
            "line 40, tuning.weights, colour: This field is not known.",
        ),
        ('hint = "Count all."', 'hint = ""', "line 23, tuning, applies.hint: This is empty."),
        (
            "weight = 100\nname",
            "weight = 99\nname",
            "line 16, tuning, weights: The weights add up to 99, not 100.",
        ),
        ('label = "test.1"', 'label = ""', "line 2, label: This is empty."),
        ('title = "A test version"\n', "", "title: This is missing."),
    ],
)
def test_a_fault_names_line_key_and_field(old, new, message):
    assert FILE.count(old) == 1

    assert fault(FILE.replace(old, new)) == message


def test_a_file_that_is_not_toml_names_the_line():
    assert "line 2" in fault(FILE.replace('label = "test.1"', 'label = "test.1'))


def test_a_file_that_is_not_utf_8_names_the_line():
    text = FILE.replace("For tests.", "Für Tests.").encode("latin-1")

    assert fault(text) == "line 5: The file is not UTF-8."


def test_an_empty_file_is_refused():
    assert fault("") == "schema: This is missing."


def test_a_list_in_place_of_a_table_is_refused():
    assert "A table is expected here." in fault(
        FILE.replace("[sections.applies]", "[sections.x]").replace(
            "may_not_apply = true", "may_not_apply = true\napplies = [1]"
        )
    )


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "\n" + "a." * 900_000 + "b = 1"])
def test_a_file_nested_for_ever_is_refused_at_once(text):
    with pytest.raises(UnableToReadDefinition, match="nested too deeply"):
        load(text.encode())
