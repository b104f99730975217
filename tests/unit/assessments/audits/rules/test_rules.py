"""The set of rules: named as their modules, sound facts draft nothing, no text names an amount."""

import importlib
import pkgutil

import pytest

from assessments.audits import rules
from tests.unit.assessments.audits.build import (
    Frozen,
    commitment,
    contract,
    dependency,
    mitigation,
    score,
    workload,
)

SHARED = {"draft", "words", "growth"}
MODULES = {module.name for module in pkgutil.iter_modules(rules.__path__)} - SHARED


def test_every_module_is_a_rule_and_every_rule_a_module():
    assert {rule.name for rule in rules.RULES} == MODULES


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_rule_says_what_it_asks_and_when_it_finds(name):
    module = importlib.import_module(f"assessments.audits.rules.{name}")

    assert module.__doc__.startswith("PURE. ")
    assert "?" in module.__doc__.splitlines()[0]
    assert getattr(module, name).__doc__


def test_sound_records_draft_nothing():
    payload = Frozen(
        workloads=(workload(dependencies=(dependency(),)),),
        contracts=(contract(commitments=(commitment(),)),),
    )

    assert list(rules.drafts(payload)) == []


def test_a_subject_is_found_at_most_once_by_each_rule():
    hard = workload(
        score=score("80", "entrenched"), mitigations=(mitigation("M1", grade="declared"),)
    )
    payload = Frozen(
        workloads=(hard,), contracts=(contract(uplift="uncapped", document_on_file=False),)
    )

    found = [draft.identity for draft in rules.drafts(payload)]

    assert len(found) == len(set(found))
    assert len(found) >= 4
