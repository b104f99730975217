"""The log in words."""

from __future__ import annotations

import pytest

from lockin.trail import words


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("contract.edited", "edited the contract"),
        ("contract.import-changed", "changed the contract by import"),
        ("answer.saved", "answered"),
        ("audit.snapshot-sealed", "froze the snapshot"),
        ("brief.taken-back", "took back the renewal brief"),
        ("waiver.taken-back", "took back the waiver"),
        ("peer-note.read-again", "read again the peer note"),
    ],
)
def test_an_act_is_said_after_a_name(act, said):
    assert words.did(act) == said


@pytest.mark.parametrize(
    ("kind", "name", "after", "said"),
    [
        ("vendor", "OpenAI", {"name": "OpenAI"}, "OpenAI"),
        (
            "answer",
            "api.sdk of 26",
            {"question": "How far?", "assessment": "Customer chat, assessment 2026"},
            "“How far?”, Customer chat, assessment 2026",
        ),
        ("answer", "api.sdk of 26", {"question": "How far?"}, "“How far?”"),
        ("answer", "api.sdk of 26", None, "api.sdk of 26"),
        (
            "delegation",
            "workflow.skills to 10",
            {"what": "Skills", "assessment": "Customer chat, assessment 2026", "to": "Hana Kim"},
            "“Skills”, Customer chat, assessment 2026, to Hana Kim",
        ),
        ("mitigation", "M1 on api of 2", {"workload": "Customer chat"}, "M1 on api, Customer chat"),
        ("signature", "it by Ingrid Solberg", {"function": "it"}, "for IT"),
        ("commitmentperiod", "API credit from 2026-02-01", {}, "API credit from 1 Feb 2026"),
    ],
)
def test_a_record_without_a_name_is_named_by_what_it_belongs_to(kind, name, after, said):
    found = words.about(subject_type=kind, subject_name=name, before=None, after=after)
    assert found == said


@pytest.mark.parametrize(
    ("name", "held", "said"),
    [
        ("document_on_file", True, "yes"),
        ("comment", "", None),
        ("points", 0, "0"),
        ("ends_on", "2027-01-31", "31 Jan 2027"),
        (
            "evidence",
            ["a.md (version 1)", "b.csv (version 2)"],
            "a.md (version 1); b.csv (version 2)",
        ),
        ("model", {"id": "1", "name": "GPT-4.1"}, "GPT-4.1"),
        ("annual_value_minor", 155_000_000, "$1,550,000.00"),
    ],
)
def test_a_value_reads_as_people_write_it(name, held, said):
    assert words.value(name, held, currency="USD") == said


def test_a_field_is_named_in_words():
    assert words.label("annual_value_minor") == "Annual value"
    assert words.label("closing_sha256") == "Closing SHA-256"
