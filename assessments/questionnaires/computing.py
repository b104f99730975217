"""Which questions the contract data answers for an assessment, so that nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.models import Assessment
    from assessments.questionnaires.contract_answers import ComputedAnswer


def known(computed: Mapping[str, ComputedAnswer]) -> dict[str, ComputedAnswer]:
    """Return the computed answers that came out; what data is missing for is asked (decisions 23)."""
    return {key: found for key, found in computed.items() if found.option_key is not None}


def computed_answers(assessment: Assessment, *, on: date) -> dict[str, ComputedAnswer]:
    """Return the answers that are computed, by question, from the same join as the score."""
    if not any(question.computed for question in assessment.version.definition.questions):
        return {}
    # Read here, not above: the join stands on the questionnaire's pure parts.
    from assessments.risk_profile import preview

    return known(preview(assessment=assessment, on=on).computed)
