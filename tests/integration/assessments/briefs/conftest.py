"""A contract with two assessed workloads, the policy, and its brief at each step."""

from __future__ import annotations

from datetime import datetime

import pytest

from assessments import current_scores
from assessments.briefs import deciding
from assessments.models import Brief
from lockin.accounts.models import Organisation, User
from tests.factories.briefs import brief_before_council
from tests.factories.clauses import publish_policy
from tests.integration.assessments.audits.conftest import assessed, portfolio
from vendors.models import Contract

__all__ = ["assessed", "portfolio"]


@pytest.fixture
def contract(assessed: object, organisation: Organisation, chair: User, now: datetime) -> Contract:
    publish_policy(organisation, by=chair, now=now)
    current_scores.refresh(organisation=organisation, on=organisation.day_of(now), now=now)
    return Contract.objects.get(organisation=organisation)


@pytest.fixture
def draft(contract: Contract, chair: User, now: datetime) -> Brief:
    return deciding.open_brief(contract=contract, by=chair, now=now)


@pytest.fixture
def sent(contract: Contract, chair: User, now: datetime) -> Brief:
    return brief_before_council(contract, by=chair, now=now)
