"""Clauses of a contract: the table on the contract's page, one clause, and judging it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clauses import recording
from assessments.clauses.bearing import contradictions, exposed, from_contract
from assessments.clauses.definition import Clause
from assessments.clauses.judging import Status, said
from assessments.clauses.matrix import matrix
from assessments.clauses.standing import (
    ClauseStanding,
    ContractClauses,
    of_contract,
    reading_of,
)
from assessments.clauses.values import from_store
from assessments.forms.clauses import JudgeForm
from assessments.models import ClauseJudgement
from assessments.questionnaires import versions as questionnaires
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from vendors.models import Contract
from vendors.models.document import ContractDocument
from vendors.portfolio.terms import as_amended

PAST = 20


def contract_for(user: Any, pk: int) -> Contract:
    """Return a contract that this person may see, or 404."""
    seen = Contract.objects.for_user(user).order_by().values("pk")
    rows = Contract.objects.filter(pk__in=seen).select_related("vendor", "organisation", "owner")
    return get_object_or_404(rows, pk=pk)


def entry_for(found: ContractClauses, key: str) -> ClauseStanding:
    """Return one clause of a contract, or 404."""
    from django.http import Http404

    entry = found.by_key.get(key)
    if entry is None:
        raise Http404("The policy in use has no such clause.")
    return entry


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def contract_clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the clauses of a contract against the policy, as a page or as a part of the contract's."""
    user: Any = request.user
    contract = contract_for(user, pk)
    on = user.organisation.day_of(timezone.now())
    found = of_contract(contract, on=on)
    whole = matrix(organisation=user.organisation, on=on, user=user)
    columns = [
        (place, column)
        for place, column in enumerate(whole.columns)
        if column.vendor is not None and column.vendor.pk != contract.vendor_id
    ]
    open_to = exposed(contract, [entry.clause for entry in found.clauses], user=user)
    rows = [
        {
            "entry": entry,
            "cells": [whole.by_clause[entry.clause.key].cells[place] for place, _ in columns],
            "exposed": open_to.get(entry.clause.key, ()) if entry.is_open else (),
            "contradictions": contradictions(entry, as_amended(contract, on=on)),
        }
        for entry in found.clauses
    ]
    totals = whole.totals()
    context = {
        "contract": contract,
        "found": found,
        "rows": rows,
        "columns": [column for _, column in columns],
        "totals": [totals[place] for place, _ in columns],
        "may_judge": may(user, Permission.CLAUSE_JUDGE) and not contract.archived_at,
        "on": on,
    }
    name = "assessments/contract_clauses.html"
    return render(request, f"{name}#table" if request.headers.get("HX-Request") else name, context)


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def clause(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show one clause of a contract: what it says, why it stands so, what to ask, who accepted."""
    user: Any = request.user
    contract = contract_for(user, pk)
    on = user.organisation.day_of(timezone.now())
    found = of_contract(contract, on=on)
    entry = entry_for(found, key)
    whole = matrix(organisation=user.organisation, on=on, user=user)
    past = ClauseJudgement.objects.filter(contract=contract, clause_key=key).newest_first()
    version = questionnaires.in_use(user.organisation)
    asked = version.definition.by_key if version else {}
    # The words of a paper show its prices: they need the right that its file needs.
    amounts = may(user, Permission.AMOUNTS_VIEW)
    return render(
        request,
        "assessments/clause.html",
        {
            "contract": contract,
            "found": found,
            "entry": entry,
            "clause": entry.clause,
            "cells": [c for c in whole.by_clause[key].cells if c.entries],
            "acceptance": whole.acceptance(key, vendor=contract.vendor, contract=contract),
            "exposed": exposed(contract, [entry.clause], user=user)[key],
            "contradictions": contradictions(entry, as_amended(contract, on=on)),
            "questions": [asked[name] for name in entry.clause.questions if name in asked],
            "said": _said(entry.clause, entry.row, amounts=amounts) if entry.row else (),
            "past": [(row, _said(entry.clause, row, amounts=amounts)) for row in past[:PAST]],
            "may_read": amounts,
            "waivers": [w for w in found.waivers if w.row.clause_key == key],
            "may_judge": may(user, Permission.CLAUSE_JUDGE) and not contract.archived_at,
            "may_waive": entry.is_open or entry.status is Status.WAIVED,
            "on": on,
        },
    )


def _said(clause: Clause, row: ClauseJudgement, *, amounts: bool) -> tuple[str, ...]:
    known = {item.key for item in clause.parameters}
    values = {k: v for k, v in from_store(row.parameters).items() if k in known}
    return said(clause, values, with_amounts=amounts)


@require_permission(Permission.CLAUSE_JUDGE)
@require_http_methods(["GET", "POST"])
def clause_judge(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Judge a clause: begun from a proposed passage, the last reading, or the contract's fields."""
    user: Any = request.user
    contract = contract_for(user, pk)
    now = timezone.now()
    on = user.organisation.day_of(now)
    found = of_contract(contract, on=on)
    entry = entry_for(found, key)
    form = JudgeForm(
        request.POST or None,
        clause=entry.clause,
        documents=ContractDocument.objects.filter(contract=contract)
        .on_file()
        .order_by("name", "pk"),
        initial=_begun(request, as_amended(contract, on=on), entry) | {"read_on": on},
    )
    if request.method == "POST" and form.is_valid():
        try:
            recording.judge(
                contract=contract, clause_key=key, by=user, on=on, now=now, **form.judgement()
            )
        except recording.UnableToJudge as error:
            form.add_error(form.place_of(error.field), str(error))
        else:
            again = entry_for(of_contract(contract, on=on), key)
            messages.success(request, f"{entry.clause.name}: {again.status.label.lower()}.")
            return redirect("assessments:clause", contract.pk, key)
    return render(
        request,
        "assessments/clause_judge.html",
        {"contract": contract, "entry": entry, "clause": entry.clause, "form": form},
        status=422 if form.errors else 200,
    )


def _begun(request: HttpRequest, contract: Contract, entry: ClauseStanding) -> dict[str, Any]:
    """Return what the form begins with; nothing of it is kept until a person saves it."""
    values = from_contract(entry.clause, contract)
    begun: dict[str, Any] = {}
    if entry.row is not None:
        known = {item.key for item in entry.clause.parameters}
        values = {k: v for k, v in reading_of(entry.row).values.items() if k in known}
        begun = {
            "finding": entry.row.finding,
            "objection_key": entry.row.objection_key,
            "objection_words": entry.row.objection_words,
            "note": entry.row.note,
            "excerpt": entry.row.excerpt,
            "document": entry.row.document_id,
            "document_name": "" if entry.row.document_id else entry.row.document_name,
            "page": entry.row.page,
        }
    begun |= JudgeForm.initial_of(entry.clause, values)
    passage = {
        name: request.GET[name]
        for name in ("document", "page", "excerpt")
        if request.GET.get(name, "").strip()
    }
    if passage:
        # A passage that somebody picked stands before what was read last time.
        begun |= {"document": "", "page": "", "excerpt": "", "finding": "obtained"} | passage
    return begun


def address_of(contract: Contract, key: str) -> str:
    return reverse("assessments:clause", args=[contract.pk, key])
