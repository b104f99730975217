"""Truth table: share of the period that straight-line use leaves unused."""

from decimal import Decimal

import pytest

from assessments.audits.rules.commitment_out_of_pace import commitment_out_of_pace
from lockin.money import Money
from tests.unit.assessments.audits.build import AUDIT, commitment, contract


def found(*commitments):
    return list(commitment_out_of_pace(contract(commitments=commitments), AUDIT))


@pytest.mark.parametrize(
    ("share", "severity"),
    [
        (None, None),
        ("0", None),
        ("0.10", None),
        ("0.1001", "medium"),
        ("0.30", "medium"),
        ("0.3001", "high"),
    ],
)
def test_a_tenth_is_forecasting_error(share, severity):
    entry = commitment(shortfall_share=None if share is None else Decimal(share))

    assert [draft.severity for draft in found(entry)] == ([severity] if severity else [])


def test_each_commitment_is_a_subject_of_its_own():
    behind = Decimal("0.4")

    drafts = found(
        commitment(shortfall_share=behind),
        commitment(key="seats", name="Seats", shortfall_share=behind),
    )

    assert [draft.subject_key for draft in drafts] == ["openai/minimum", "openai/seats"]
    assert {draft.contract_key for draft in drafts} == {"openai"}


def test_amounts_stand_apart_from_the_words():
    (draft,) = found(
        commitment(
            shortfall_share=Decimal("0.4"),
            straight_line_shortfall=Money(Decimal(400_000), "USD"),
        )
    )

    assert draft.condition == "At today's pace 40% of the period goes unused."
    assert dict(draft.amounts)["Likely paid, not used"] == Money(Decimal(400_000), "USD")
