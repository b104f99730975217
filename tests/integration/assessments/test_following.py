"""Scores follow writes that know nothing of them."""

from __future__ import annotations

import pytest

from assessments.following import moved_by
from assessments.models import CurrentScore
from lockin.jobs.models import Job
from lockin.trail.recording import entry, loading_history, record, record_all
from tests.conftest import NOW
from tests.factories.portfolio import (
    make_commitment,
    make_contract,
    make_dependency,
    make_model,
    make_service,
    make_vendor,
    make_workload,
)
from tests.factories.scored import make_assessment

pytestmark = pytest.mark.django_db


def test_a_change_of_a_contract_moves_the_workloads_under_it(organisation):
    vendor = make_vendor(organisation)
    contract = make_contract(vendor)
    under, beside = make_workload(organisation, "Under"), make_workload(organisation, "Beside")
    make_dependency(under, service=make_service(vendor), contract=contract)

    assert moved_by([entry("contract.edited", contract)]) == [under.pk]
    assert beside.pk not in moved_by([entry("contract.edited", contract)])


def test_a_change_of_a_commitment_moves_the_workloads_under_its_contract(organisation):
    vendor = make_vendor(organisation)
    contract = make_contract(vendor)
    commitment = make_commitment(contract, periods=[])
    workload = make_workload(organisation)
    make_dependency(workload, service=make_service(vendor), contract=contract)

    assert moved_by([entry("commitment.edited", commitment)]) == [workload.pk]


def test_a_change_of_a_model_moves_the_workloads_on_it(organisation):
    model = make_model(make_vendor(organisation))
    workload = make_workload(organisation)
    make_dependency(workload, model=model)

    assert moved_by([entry("model.edited", model)]) == [workload.pk]


def test_a_change_of_a_vendors_name_moves_no_score(organisation):
    assert moved_by([entry("vendor.edited", make_vendor(organisation))]) == []


def test_a_recorded_write_stores_the_new_score_once_it_is_committed(
    organisation, chair, django_capture_on_commit_callbacks
):
    workload = make_workload(organisation)
    make_assessment(workload, points=25)

    with django_capture_on_commit_callbacks(execute=True):
        record("workload.edited", workload, organisation=organisation, by=chair, now=NOW)

    assert CurrentScore.objects.get(workload=workload).residual == 25


def test_an_import_of_many_rows_becomes_one_job(organisation):
    workloads = [make_workload(organisation, f"Workload {n}") for n in range(201)]

    record_all(
        [entry("workload.added", workload) for workload in workloads],
        organisation=organisation,
        by=None,
        now=NOW,
    )

    assert Job.objects.get().kind == "scores"


def test_a_load_of_history_waits_for_its_end(
    organisation, chair, django_capture_on_commit_callbacks
):
    workload = make_workload(organisation)
    make_assessment(workload)

    with django_capture_on_commit_callbacks(execute=True), loading_history():
        record("workload.edited", workload, organisation=organisation, by=chair, now=NOW)

    assert not CurrentScore.objects.exists()
