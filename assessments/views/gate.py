"""Before signing: the gate of three acts of one contract."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.clauses.gate import MONTHS, gate_of
from assessments.views.clauses import contract_for
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from vendors.models import Workload


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def contract_gate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whether our policy lets us sign, act by act, and what leverage becomes."""
    user: Any = request.user
    contract = contract_for(user, pk)
    gate = gate_of(contract, on=user.organisation.day_of(timezone.now()))
    seen = set(Workload.objects.for_user(user).order_by("pk").values_list("pk", flat=True))
    return render(
        request,
        "assessments/contract_gate.html",
        {
            "contract": contract,
            "gate": gate,
            "months": MONTHS,
            "seen": seen,
            "may_ask": may(user, Permission.CLAUSE_JUDGE) and not contract.archived_at,
            "on": gate.on,
        },
    )
