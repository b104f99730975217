"""
PURE. The rules that draft an audit's findings: one a module, the function named as the module.

A rule reads frozen facts and nothing else: one workload or one contract with the audit's own
facts, or the whole payload for what only the portfolio shows. It yields no draft when all is as
it should be. Every threshold stands at the top of its module with where it comes from; [A] marks
one that we assume. A rule is never switched off by commenting it out, and its name is never given
to another: it is how next year's audit finds the same finding again.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from assessments.audits.facts import AuditFacts, ContractFacts, WorkloadFacts
from assessments.audits.payload import Payload
from assessments.audits.rules.abstraction_layer_not_working import abstraction_layer_not_working
from assessments.audits.rules.answers_unknown import answers_unknown
from assessments.audits.rules.clause_gap import clause_gap
from assessments.audits.rules.commitment_out_of_pace import commitment_out_of_pace
from assessments.audits.rules.concentration_high import concentration_high
from assessments.audits.rules.contract_incomplete import contract_incomplete
from assessments.audits.rules.deeply_entrenched_workload import deeply_entrenched_workload
from assessments.audits.rules.draft import FindingDraft, Severity, Subject, Suggested
from assessments.audits.rules.embedding_investment_grown import embedding_investment_grown
from assessments.audits.rules.evidence_too_old import evidence_too_old
from assessments.audits.rules.fallback_not_current import fallback_not_current
from assessments.audits.rules.gateway_is_a_dependency import gateway_is_a_dependency
from assessments.audits.rules.model_retires_before_exit import model_retires_before_exit
from assessments.audits.rules.notice_day_near_or_passed import notice_day_near_or_passed
from assessments.audits.rules.renews_without_cap import renews_without_cap
from assessments.audits.rules.spend_unknown import spend_unknown
from assessments.audits.rules.tuning_investment_grown import tuning_investment_grown
from assessments.audits.rules.tuning_service_ending import tuning_service_ending
from assessments.audits.rules.workload_not_assessed import workload_not_assessed

__all__ = [
    "RULES",
    "FindingDraft",
    "Rule",
    "Severity",
    "Subject",
    "Suggested",
    "drafts",
]

WorkloadRule = Callable[[WorkloadFacts, AuditFacts], Iterator[FindingDraft]]
ContractRule = Callable[[ContractFacts, AuditFacts], Iterator[FindingDraft]]
PayloadRule = Callable[[Payload], Iterator[FindingDraft]]

WORKLOAD_RULES: tuple[WorkloadRule, ...] = (
    deeply_entrenched_workload,
    workload_not_assessed,
    abstraction_layer_not_working,
    gateway_is_a_dependency,
    fallback_not_current,
    model_retires_before_exit,
    tuning_service_ending,
    tuning_investment_grown,
    embedding_investment_grown,
    answers_unknown,
    evidence_too_old,
)
CONTRACT_RULES: tuple[ContractRule, ...] = (
    notice_day_near_or_passed,
    renews_without_cap,
    clause_gap,
    commitment_out_of_pace,
    contract_incomplete,
)
PAYLOAD_RULES: tuple[PayloadRule, ...] = (concentration_high, spend_unknown)


class Rule(NamedTuple):
    """A rule as lists and documents show it."""

    name: str
    reads: str
    says: str
    """The rule's own sentence on when it drafts a finding."""


def _rule(found: Callable[..., object], reads: str) -> Rule:
    return Rule(found.__name__, reads, (found.__doc__ or "").strip())


RULES: tuple[Rule, ...] = (
    *(_rule(found, "workload") for found in WORKLOAD_RULES),
    *(_rule(found, "contract") for found in CONTRACT_RULES),
    *(_rule(found, "portfolio") for found in PAYLOAD_RULES),
)


def drafts(payload: Payload) -> Iterator[FindingDraft]:
    """Yield what every rule drafts, in one pass over the contracts and one over the workloads."""
    audit = payload.audit
    for contract in payload.contracts():
        for contract_rule in CONTRACT_RULES:
            yield from contract_rule(contract, audit)
    for workload in payload.workloads():
        for workload_rule in WORKLOAD_RULES:
            yield from workload_rule(workload, audit)
    for payload_rule in PAYLOAD_RULES:
        yield from payload_rule(payload)
