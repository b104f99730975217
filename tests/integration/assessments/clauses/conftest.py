"""A portfolio with a policy: one contract, the workload under it, and four council members."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lockin.accounts.roles import Function, Role
from tests.factories.clauses import publish_policy
from tests.factories.people import make_organisation, make_user
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)


@pytest.fixture
def world(db) -> SimpleNamespace:
    organisation = make_organisation()
    council = {
        name: make_user(organisation, person, roles=[(Role.COUNCIL, name)], is_chair=name == "it")
        for name, person in (
            (Function.IT.value, "Nadia Berg"),
            (Function.LEGAL.value, "Tomas Keller"),
            (Function.SECURITY.value, "Amara Diallo"),
            (Function.FINANCE.value, "Walter Lindgren"),
        )
    }
    owner = make_user(organisation, "Priya Raman", roles=[(Role.OWNER, "")])
    auditor = make_user(organisation, "Edith Marsh", roles=[(Role.AUDITOR, "")])
    vendor = make_vendor(organisation)
    make_service(vendor)
    contract = make_contract(vendor, convenience_notice_days=None)
    workload = make_workload(organisation, owner=owner)
    make_dependency(workload, model=make_model(vendor), contract=contract)
    return SimpleNamespace(
        organisation=organisation,
        policy=publish_policy(organisation, by=council["it"]),
        vendor=vendor,
        contract=contract,
        workload=workload,
        owner=owner,
        auditor=auditor,
        **council,
    )
