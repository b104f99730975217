"""Which questions the contract data answers for an assessment, so that nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.models import Assessment
    from assessments.questionnaires.contract_facts import ComputedAnswer
    from assessments.questionnaires.definition import Definition


def known(
    computed: Mapping[str, ComputedAnswer], definition: Definition
) -> dict[str, ComputedAnswer]:
    """Return the computed answers that came out; what data is missing for is asked (decisions 23)."""
    return {
        key: found
        for key, found in computed.items()
        if found.is_known and key in definition.by_key and definition.question(key).computed
    }


def computed_answers(assessment: Assessment, *, on: date) -> dict[str, ComputedAnswer]:
    """Return the answers that are computed, by question, from the same join as the score."""
    definition = assessment.version.definition
    if not any(question.computed for question in definition.questions):
        return {}
    # Read here, not above: the join stands on the questionnaire's pure parts.
    from assessments.risk_profile import preview

    return known(preview(assessment=assessment, on=on).computed, definition)
