"""Policies and judgements: each takes only what the test is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assessments.clauses import recording, versions
from assessments.clauses.loading import CURRENT
from assessments.models import ClauseJudgement, PolicyVersion
from lockin.accounts.models import Organisation, User
from tests.conftest import NOW, TODAY
from vendors.models import Contract

C1, C2, C3, C4, C5, C6 = (
    "c1-data-portability",
    "c2-model-export",
    "c3-api-compatibility",
    "c4-source-escrow",
    "c5-termination-for-convenience",
    "c6-commitment-flexibility",
)
# One reading of each clause at the acceptable position, and no better.
ACCEPTABLE: dict[str, dict[str, Any]] = {
    C1: {
        "classes": ["training-data", "tuning-data", "conversations", "usage-logs"],
        "formats": ["json"],
        "days": 30,
        "post-term-days": 30,
        "fee": "capped",
        "fee-cap-percent": "1",
    },
    C2: {
        "weights": False,
        "datasets": ["tuning-data", "settings", "test-sets", "checkpoints"],
        "runs-months": 12,
        "dataset-owner": "us",
    },
    C3: {
        "notice-months": 12,
        "versions": 1,
        "shim": True,
        "exit-right": True,
        "refund": True,
    },
    C4: {"custody": "licence", "maintain": True},
    C5: {
        "convenience": True,
        "from-month": 18,
        "fee-percent": "0",
        "transition-days": 90,
    },
    C6: {"roll-over-percent": "15", "marketplace-percent": "25", "forfeited": False},
}


def publish_policy(
    organisation: Organisation, *, by: User | None = None, now: datetime = NOW
) -> PolicyVersion:
    draft = versions.load_draft(CURRENT, organisation=organisation, by=by, now=now)
    return versions.publish(version=draft, by=by, now=now)


def judge(contract: Contract, clause_key: str, *, by: User, **fields: Any) -> ClauseJudgement:
    """A reading at the acceptable position, unless the test says otherwise."""
    values: dict[str, Any] = {
        "finding": "obtained",
        "values": ACCEPTABLE[clause_key],
        "read_on": TODAY,
        "on": TODAY,
        "now": NOW,
        **fields,
    }
    return recording.judge(contract=contract, clause_key=clause_key, by=by, **values)
