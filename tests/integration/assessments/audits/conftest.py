"""A small portfolio with one of everything, and its audit at each step."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from assessments.models import Audit, Mitigation
from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Function
from tests.factories.audits import (
    accept_assessment,
    open_audit,
    publish_questionnaire,
    settle_findings,
    take_snapshot,
)
from tests.factories.portfolio import (
    make_asset,
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from vendors.models import Asset, Workload

YEAR = "2026"


@pytest.fixture
def portfolio(
    organisation: Organisation, owner: User, council: dict[Function, User], now: datetime
) -> dict[str, Workload]:
    """Two workloads on one vendor: one critical and tuned, one of medium weight."""
    publish_questionnaire(organisation, now=now - timedelta(days=200))
    vendor = make_vendor(organisation, country="US")
    service = make_service(vendor, tuning_ends_on=date(2027, 1, 6))
    model = make_model(
        vendor,
        service=service,
        open_weights=False,
        retires_on=date(2027, 1, 14),
        observed_on=date(2026, 11, 20),
        source="deprecations page",
    )
    contract = make_contract(vendor, owner=owner, ends_on=date(2027, 2, 28), term_months=None)
    make_commitment(
        contract,
        periods=[(date(2026, 3, 1), date(2027, 2, 28), 100_000_000)],
        used_to_date_minor=40_000_000,
        used_as_of=date(2026, 10, 31),
    )
    triage = make_workload(organisation, "Claims triage assistant", owner=owner)
    letters = make_workload(
        organisation,
        "Letter drafting",
        owner=owner,
        criticality="medium",
        annual_spend_minor=None,
    )
    for workload in (triage, letters):
        make_dependency(workload, model=model, contract=contract)
    make_asset(triage, Asset.Kind.TUNED_MODEL, name="Triage tune", count=20_000, exportable=False)
    Mitigation.objects.create(
        workload=triage,
        control="M1",
        dimension="api",
        coverage="0.9000",
        grade="declared",
        recorded_at=now,
        recorded_by_name=owner.name,
    )
    return {"triage": triage, "letters": letters}


@pytest.fixture
def assessed(portfolio: dict[str, Workload], now: datetime) -> dict[str, Workload]:
    accept_assessment(portfolio["triage"], label=YEAR, now=now, option=3)
    accept_assessment(portfolio["letters"], label=YEAR, now=now, option=1)
    return portfolio


@pytest.fixture
def opened(assessed: dict[str, Workload], organisation: Organisation, now: datetime) -> Audit:
    return open_audit(organisation, now=now)


@pytest.fixture
def frozen(opened: Audit, chair: User, now: datetime) -> Audit:
    return take_snapshot(opened, by=chair, now=now)


@pytest.fixture
def signable(frozen: Audit, chair: User, now: datetime) -> Audit:
    return settle_findings(frozen, by=chair, now=now)
