"""An owner's workload with its assessment of 2026, on the published questions."""

import pytest

from tests.factories.portfolio import make_workload
from tests.factories.questionnaires import publish_current, start_assessment


@pytest.fixture
def version(organisation, chair, db):
    return publish_current(organisation, by=chair)


@pytest.fixture
def workload(organisation, owner):
    return make_workload(organisation, owner=owner)


@pytest.fixture
def assessment(workload, version, owner, now):
    return start_assessment(workload, by=owner, now=now)
