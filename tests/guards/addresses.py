"""Who may open which address: one row each, written by hand.

A row names the roles that get an answer and the object in the address; everybody else gets 404,
and nobody without a sign-in gets anything. An address without a row fails the test. Addresses that
act are opened with GET here, which they refuse with 405 to those who may act.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

from tests.guards.world import CLAUSE, QUESTION

ALL = ("owner", "other owner", "chair", "council", "analyst", "auditor")
COUNCIL = ("chair", "council")
READS_ALL = (*COUNCIL, "analyst", "auditor")
# The owner of the object, and those who see every record.
ITS_READERS = ("owner", *READS_ALL)
ITS_EDITORS = ("owner", *COUNCIL)
EVERYONE = (*ALL, "administrator", "nobody")
NOBODY: tuple[str, ...] = ()
# allauth's own pages, open to people who are not signed in, and left to its own tests.
PUBLIC = "public"


class Row(NamedTuple):
    """Who gets an answer, and what stands in the address."""

    roles: tuple[str, ...] | str
    kwargs: Callable[[SimpleNamespace], dict[str, object]] = lambda world: {}
    method: str = "get"  # "post" for API acts, which have nothing to read


def pk(name: str, **more: object) -> Callable[[SimpleNamespace], dict[str, object]]:
    return lambda world: {"pk": getattr(world, name).pk, **more}


def key(name: str) -> Callable[[SimpleNamespace], dict[str, object]]:
    return lambda world: {"key": getattr(world, name).key}


QUESTION_OF = pk("assessment", key=QUESTION)
SECTION_OF = pk("assessment", dimension="tuning")

ADDRESSES: dict[str, Row] = {
    # ── the shell ──
    "health": Row((*COUNCIL, "auditor", "administrator")),
    "health-json": Row(PUBLIC),
    "shell:jump": Row(EVERYONE),
    "shell:preferences": Row(EVERYONE),
    "outbox:message-list": Row(EVERYONE),
    "outbox:messages-read": Row(EVERYONE),
    "reminders:mine": Row(EVERYONE),
    "reminders:mail": Row(EVERYONE),
    "reminders:calendar-make": Row(EVERYONE),
    "reminders:calendar-revoke": Row(EVERYONE),
    # The address is the key; its own tests say what it opens.
    "reminders:calendar": Row(PUBLIC),
    "trail:event-list": Row((*COUNCIL, "auditor")),
    "trail:verify": Row((*COUNCIL, "auditor")),
    "trail:export": Row((*COUNCIL, "auditor")),
    "trail:event": Row((*COUNCIL, "auditor"), lambda world: {"sequence": 1}),
    "accounts:people": Row((*COUNCIL, "auditor", "administrator")),
    "accounts:person": Row(
        (*COUNCIL, "auditor", "administrator"), lambda w: {"pk": w.people["owner"].pk}
    ),
    "accounts:person-invite": Row(("administrator",)),
    "accounts:person-role": Row(("administrator",), lambda w: {"pk": w.people["owner"].pk}),
    "accounts:person-role-end": Row(("administrator",), pk("grant")),
    "accounts:person-password": Row(("administrator",), lambda w: {"pk": w.people["owner"].pk}),
    "accounts:person-close": Row(("administrator",), lambda w: {"pk": w.people["owner"].pk}),
    "accounts:tokens": Row(EVERYONE),
    "accounts:token-revoke": Row(EVERYONE, pk("token")),
    # ── portfolio and scores ──
    "assessments:home": Row(EVERYONE),
    # Whoever may not see it is led to the own first page.
    "assessments:portfolio": Row(EVERYONE),
    "assessments:portfolio-arithmetic": Row(ALL),
    "assessments:heat-map-export": Row(ALL),
    "assessments:workload-list": Row(ALL),
    "assessments:workload-export": Row(ALL, lambda w: {"kind": "csv"}),
    "assessments:workload-detail": Row(ITS_READERS, pk("workload")),
    "assessments:workload-what-if": Row(ITS_READERS, pk("workload")),
    "assessments:workload-trace": Row(ITS_READERS, pk("workload")),
    "assessments:workload-answers": Row(ITS_READERS, pk("workload")),
    "assessments:workload-evidence": Row(ITS_READERS, pk("workload")),
    "assessments:workload-findings": Row(ITS_READERS, pk("workload")),
    "assessments:workload-history": Row(ITS_READERS, pk("workload")),
    "assessments:workload-mitigations": Row(ITS_READERS, pk("workload")),
    "assessments:mitigation-add": Row(ITS_EDITORS, pk("workload")),
    "assessments:mitigation-edit": Row(
        ITS_EDITORS, lambda w: {"pk": w.workload.pk, "mitigation": w.mitigation.pk}
    ),
    "assessments:mitigation-remove": Row(
        ITS_EDITORS, lambda w: {"pk": w.workload.pk, "mitigation": w.mitigation.pk}
    ),
    # ── audits and findings ──
    "assessments:audit-list": Row(READS_ALL),
    "assessments:audit-plan": Row(COUNCIL),
    "assessments:audit-open": Row(COUNCIL),
    "assessments:audit-schedule": Row(COUNCIL),
    "assessments:audit-detail": Row(READS_ALL, pk("audit")),
    "assessments:audit-progress": Row(READS_ALL, pk("audit")),
    "assessments:audit-remind": Row(COUNCIL, pk("audit")),
    "assessments:audit-snapshot": Row(COUNCIL, pk("audit")),
    "assessments:audit-agree": Row(COUNCIL, pk("audit")),
    "assessments:audit-preview": Row(READS_ALL, pk("audit")),
    "assessments:audit-sign": Row(COUNCIL, pk("audit")),
    # Only a signature of one's own is there to withdraw.
    "assessments:audit-withdraw": Row(
        ("council",), lambda w: {"pk": w.audit.pk, "signature": w.signature.pk}
    ),
    "assessments:audit-change": Row(READS_ALL, pk("audit")),
    # A first audit compares no workload.
    "assessments:audit-change-workload": Row(NOBODY, pk("audit", key="nothing")),
    "assessments:audit-record": Row(READS_ALL, pk("audit")),
    "assessments:audit-scores": Row(READS_ALL, pk("audit", kind="csv")),
    "assessments:audit-finding-add": Row(COUNCIL, pk("audit")),
    "assessments:finding-list": Row(ALL),
    "assessments:finding-export": Row(ALL, lambda w: {"kind": "csv"}),
    "assessments:finding-detail": Row(ITS_READERS, pk("finding")),
    "assessments:finding-edit": Row(COUNCIL, pk("finding")),
    "assessments:finding-assign": Row(COUNCIL, pk("finding")),
    "assessments:finding-drop": Row(COUNCIL, pk("finding")),
    "assessments:finding-restore": Row(COUNCIL, pk("finding")),
    "assessments:finding-respond": Row(ITS_EDITORS, pk("finding")),
    "assessments:finding-done": Row(ITS_EDITORS, pk("finding")),
    "assessments:report-list": Row(READS_ALL),
    "assessments:report-detail": Row(READS_ALL, pk("report")),
    "assessments:report-progress": Row(READS_ALL, pk("report")),
    "assessments:report-manifest": Row(READS_ALL, pk("report")),
    "assessments:report-zip": Row(READS_ALL, pk("report")),
    "assessments:report-download": Row(READS_ALL, pk("report", number=0)),
    "assessments:report-ask": Row(READS_ALL, pk("audit")),
    "api:report-list": Row(READS_ALL),
    "api:report-detail": Row(READS_ALL, pk("report")),
    "api:report-volume": Row(READS_ALL, pk("report", number=0)),
    # ── questionnaire ──
    "assessments:my-work": Row(EVERYONE),
    "assessments:assessment-start": Row(ITS_EDITORS, pk("workload")),
    "assessments:assessment-tasks": Row(ITS_READERS, pk("assessment")),
    "assessments:assessment-section": Row(ITS_EDITORS, SECTION_OF),
    "assessments:assessment-section-ask": Row(ITS_EDITORS, SECTION_OF),
    "assessments:assessment-section-return": Row(COUNCIL, SECTION_OF),
    "assessments:assessment-check": Row(ITS_READERS, pk("assessment")),
    "assessments:assessment-send": Row(ITS_EDITORS, pk("assessment")),
    "assessments:assessment-review": Row(ITS_READERS, pk("assessment")),
    "assessments:assessment-conclude": Row(COUNCIL, pk("assessment")),
    "assessments:evidence-add": Row(ITS_EDITORS, pk("assessment")),
    "assessments:question": Row(ITS_READERS, QUESTION_OF),
    "assessments:question-clauses": Row(ITS_READERS, QUESTION_OF),
    "assessments:question-clauses-use": Row(ITS_EDITORS, QUESTION_OF),
    "assessments:question-draft": Row(ITS_EDITORS, QUESTION_OF),
    "assessments:question-compare": Row(ITS_EDITORS, QUESTION_OF),
    "assessments:question-ask": Row(ITS_EDITORS, QUESTION_OF),
    "assessments:answer-review": Row(COUNCIL, QUESTION_OF),
    "assessments:question-take-back": Row(ITS_EDITORS, pk("delegation")),
    "assessments:evidence-fetch": Row(ITS_READERS, pk("evidence_version")),
    "assessments:evidence-replace": Row(ITS_EDITORS, pk("answer_evidence")),
    "assessments:evidence-review": Row(COUNCIL, pk("answer_evidence")),
    "assessments:questionnaire": Row(ALL),
    "assessments:questionnaire-upload": Row(("chair",)),
    "assessments:questionnaire-version": Row(ALL, pk("version")),
    "assessments:questionnaire-publish": Row(("chair",), pk("draft_version")),
    "assessments:questionnaire-discard": Row(("chair",), pk("draft_version")),
    "assessments:questionnaire-retire": Row(("chair",), pk("version")),
    # ── clauses, waivers and the policy ──
    "assessments:contract-clauses": Row(ITS_READERS, pk("contract")),
    "assessments:clause": Row(ITS_READERS, pk("contract", key=CLAUSE)),
    "assessments:clause-judge": Row(COUNCIL, pk("contract", key=CLAUSE)),
    "assessments:contract-gate": Row(ITS_READERS, pk("contract")),
    "assessments:clause-matrix": Row(ALL),
    "assessments:vendor-clauses": Row(ITS_READERS, pk("vendor")),
    "assessments:peer-add": Row(COUNCIL),
    "assessments:peer-withdraw": Row(COUNCIL, pk("peer")),
    "assessments:waiver-list": Row(ALL),
    "assessments:waiver-request": Row(COUNCIL, pk("contract")),
    "assessments:waiver": Row(ITS_READERS, pk("waiver")),
    "assessments:waiver-decide": Row(COUNCIL, pk("waiver")),
    "assessments:waiver-end": Row(COUNCIL, pk("waiver")),
    "assessments:policy": Row(ALL),
    "assessments:policy-version": Row(ALL, pk("policy")),
    "assessments:policy-download": Row(ALL, pk("policy")),
    "assessments:policy-upload": Row(("chair",)),
    "assessments:policy-copy": Row(("chair",), pk("policy")),
    "assessments:policy-edit": Row(("chair",), pk("draft_policy", key=CLAUSE)),
    "assessments:policy-publish": Row(("chair",), pk("draft_policy")),
    "assessments:policy-discard": Row(("chair",), pk("draft_policy")),
    "api:contract-clauses-detail": Row(ITS_READERS, key("contract")),
    "api:clause-matrix-list": Row(ALL),
    "api:policy-version-list": Row(ALL),
    "api:policy-version-detail": Row(ALL, pk("policy")),
    "api:waiver-list": Row(ALL),
    "api:waiver-detail": Row(ITS_READERS, pk("waiver")),
    # ── renewals ──
    "assessments:renewal-list": Row(READS_ALL),
    "assessments:brief-open": Row(COUNCIL, pk("contract")),
    "assessments:brief-detail": Row(READS_ALL, pk("brief")),
    "assessments:brief-documents": Row(READS_ALL, pk("brief")),
    "assessments:brief-download": Row(
        READS_ALL, lambda w: {"pk": w.brief.pk, "document": w.brief_document.pk}
    ),
    "assessments:brief-texts": Row(COUNCIL, pk("brief")),
    "assessments:brief-ask": Row(COUNCIL, pk("brief", key=CLAUSE)),
    "assessments:brief-outcome": Row(COUNCIL, pk("brief", key=CLAUSE)),
    "assessments:brief-rows": Row(COUNCIL, pk("brief", part="gives")),
    "assessments:brief-rebuild": Row(COUNCIL, pk("brief")),
    "assessments:brief-send": Row(COUNCIL, pk("brief")),
    "assessments:brief-take-back": Row(COUNCIL, pk("brief")),
    "assessments:brief-drop": Row(COUNCIL, pk("brief")),
    "assessments:brief-opinion": Row(COUNCIL, pk("brief")),
    "assessments:brief-decide": Row(COUNCIL, pk("brief")),
    "assessments:brief-print": Row(READS_ALL, pk("brief", audience="vendor")),
    "assessments:brief-record": Row(READS_ALL, pk("brief")),
    "api:brief-list": Row(READS_ALL),
    "api:brief-detail": Row(READS_ALL, pk("brief")),
    # ── vendors and contracts ──
    "vendors:vendor-list": Row(ALL),
    "vendors:vendor-export": Row(ALL, lambda w: {"kind": "csv"}),
    "vendors:vendor-detail": Row(ITS_READERS, pk("vendor")),
    "vendors:vendor-add": Row(COUNCIL),
    "vendors:vendor-edit": Row(COUNCIL, pk("vendor")),
    "vendors:vendor-archive": Row(COUNCIL, pk("vendor")),
    "vendors:vendor-restore": Row(COUNCIL, pk("vendor")),
    "vendors:vendor-remove": Row(COUNCIL, pk("vendor")),
    "vendors:service-list": Row(ALL),
    "vendors:service-export": Row(ALL, lambda w: {"kind": "csv"}),
    "vendors:service-detail": Row(ITS_READERS, pk("service")),
    "vendors:service-add": Row(COUNCIL),
    "vendors:service-edit": Row(COUNCIL, pk("service")),
    "vendors:service-archive": Row(COUNCIL, pk("service")),
    "vendors:service-restore": Row(COUNCIL, pk("service")),
    "vendors:service-remove": Row(COUNCIL, pk("service")),
    "vendors:model-list": Row(ALL),
    "vendors:model-export": Row(ALL, lambda w: {"kind": "csv"}),
    "vendors:model-detail": Row(ITS_READERS, pk("model")),
    "vendors:model-add": Row(COUNCIL),
    "vendors:model-edit": Row(COUNCIL, pk("model")),
    "vendors:model-archive": Row(COUNCIL, pk("model")),
    "vendors:model-restore": Row(COUNCIL, pk("model")),
    "vendors:model-remove": Row(COUNCIL, pk("model")),
    "vendors:contract-list": Row(ALL),
    "vendors:contract-export": Row(ALL, lambda w: {"kind": "csv"}),
    "vendors:contract-detail": Row(ITS_READERS, pk("contract")),
    "vendors:contract-add": Row(COUNCIL),
    "vendors:contract-edit": Row(COUNCIL, pk("contract")),
    "vendors:contract-archive": Row(COUNCIL, pk("contract")),
    "vendors:contract-restore": Row(COUNCIL, pk("contract")),
    "vendors:contract-remove": Row(COUNCIL, pk("contract")),
    # That a paper is on file, everybody sees who sees the contract; what it says shows its prices.
    "vendors:document-list": Row(ITS_READERS, pk("contract")),
    "vendors:document-upload": Row(COUNCIL, pk("contract")),
    "vendors:document-detail": Row(READS_ALL, pk("document")),
    "vendors:document-progress": Row(READS_ALL, pk("document")),
    "vendors:document-fetch": Row(READS_ALL, pk("document")),
    "vendors:document-read-again": Row(COUNCIL, pk("document")),
    "vendors:document-put-aside": Row(COUNCIL, pk("document")),
    "assessments:document-passages": Row(READS_ALL, pk("document")),
    "vendors:workload-add": Row(COUNCIL),
    "vendors:workload-edit": Row(COUNCIL, pk("workload")),
    "vendors:workload-archive": Row(COUNCIL, pk("workload")),
    "vendors:workload-restore": Row(COUNCIL, pk("workload")),
    "vendors:workload-remove": Row(COUNCIL, pk("workload")),
    "vendors:vendor-merge": Row(COUNCIL, pk("vendor")),
    "vendors:data-act": Row(COUNCIL),
    "vendors:amendment-add": Row(COUNCIL, pk("contract")),
    "vendors:amendment-take-back": Row(COUNCIL, pk("amendment")),
    "vendors:contract-decide": Row(COUNCIL, pk("contract")),
    "vendors:contract-notice": Row(COUNCIL, pk("contract")),
    "vendors:commitment-add": Row(COUNCIL, pk("contract")),
    "vendors:commitment-edit": Row(COUNCIL, pk("commitment")),
    "vendors:commitment-remove": Row(COUNCIL, pk("commitment")),
    "vendors:import": Row(COUNCIL),
    "vendors:import-list": Row(COUNCIL),
    "vendors:import-template": Row(COUNCIL),
    "vendors:import-preview": Row(COUNCIL, pk("batch")),
    "vendors:import-confirm": Row(COUNCIL, pk("batch")),
    "vendors:import-drop": Row(COUNCIL, pk("batch")),
    "vendors:mapping-list": Row(COUNCIL),
    "vendors:mapping-add": Row(COUNCIL),
    "vendors:mapping-edit": Row(COUNCIL, pk("mapping")),
    "vendors:mapping-remove": Row(COUNCIL, pk("mapping")),
    # ── the API ──
    "api:schema": Row(EVERYONE),
    "api:docs": Row(EVERYONE),
    # Records by their keys; what acts there needs the right to edit.
    "api:vendor-list": Row(ALL),
    "api:vendor-detail": Row(ITS_READERS, key("vendor")),
    "api:vendor-archive": Row(COUNCIL, key("vendor"), "post"),
    "api:vendor-restore": Row(COUNCIL, key("vendor"), "post"),
    "api:service-list": Row(ALL),
    "api:service-detail": Row(ITS_READERS, key("service")),
    "api:service-archive": Row(COUNCIL, key("service"), "post"),
    "api:service-restore": Row(COUNCIL, key("service"), "post"),
    "api:model-list": Row(ALL),
    "api:model-detail": Row(ITS_READERS, key("model")),
    "api:model-archive": Row(COUNCIL, key("model"), "post"),
    "api:model-restore": Row(COUNCIL, key("model"), "post"),
    "api:contract-list": Row(ALL),
    "api:contract-detail": Row(ITS_READERS, key("contract")),
    "api:contract-dates": Row(ITS_READERS, key("contract")),
    "api:amendment-list": Row(ITS_READERS, lambda w: {"contract": w.contract.key}),
    "api:amendment-detail": Row(
        ITS_READERS, lambda w: {"contract": w.contract.key, "number": w.amendment.number}
    ),
    "api:amendment-take-back": Row(
        COUNCIL, lambda w: {"contract": w.contract.key, "number": w.amendment.number}
    ),
    "api:contract-archive": Row(COUNCIL, key("contract"), "post"),
    "api:contract-restore": Row(COUNCIL, key("contract"), "post"),
    "api:workload-list": Row(ALL),
    "api:workload-detail": Row(ITS_READERS, key("workload")),
    "api:workload-archive": Row(COUNCIL, key("workload"), "post"),
    "api:workload-restore": Row(COUNCIL, key("workload"), "post"),
    # All of a commitment is amounts, which an owner does not see.
    "api:commitment-list": Row(READS_ALL),
    "api:commitment-detail": Row(
        READS_ALL, lambda w: {"contract": w.contract.key, "key": w.commitment.key}
    ),
    "api:score-list": Row(ALL),
    "api:workload-profile": Row(ITS_READERS, key("workload")),
    "api:calculator-score": Row(ALL),
    "api:assessment-list": Row(ALL),
    "api:assessment-detail": Row(ITS_READERS, pk("assessment")),
    "api:assessment-answers": Row(ITS_READERS, pk("assessment")),
    "api:assessment-answer": Row(ITS_READERS, QUESTION_OF),
    "api:assessment-send": Row(ITS_EDITORS, pk("assessment"), "post"),
    "api:assessment-review-answer": Row(COUNCIL, QUESTION_OF, "post"),
    "api:assessment-conclude": Row(COUNCIL, pk("assessment"), "post"),
    "api:evidence-list": Row(ALL),
    "api:evidence-detail": Row(ITS_READERS, lambda w: {"pk": w.evidence_version.evidence_id}),
    "api:evidence-file": Row(ITS_READERS, lambda w: {"pk": w.evidence_version.evidence_id}),
    "api:audit-list": Row(READS_ALL),
    "api:audit-detail": Row(READS_ALL, pk("audit")),
    "api:audit-items": Row(READS_ALL, pk("audit")),
    "api:finding-list": Row(ALL),
    "api:finding-detail": Row(ITS_READERS, pk("finding")),
    "api:finding-respond": Row(ITS_EDITORS, pk("finding"), "post"),
    "api:questionnaire-version-list": Row(ALL),
    "api:questionnaire-version-detail": Row(ALL, pk("version")),
}
