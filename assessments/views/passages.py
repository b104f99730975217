"""Proposed passages of a document: beside its text, one clause at a time. Nothing is filled in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.clauses import passages
from assessments.passage_lists import proposals
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from vendors.models import ContractDocument

# An excerpt of a contract shows its prices as well.
SEE = (Permission.PORTFOLIO_VIEW, Permission.AMOUNTS_VIEW, Permission.CLAUSE_VIEW)

# Keys of the policy's clauses; the others are labels without a clause of their own.
JUDGED = frozenset(key for key in passages.labels() if key[0] == "c" and key[1].isdigit())


@require_permission(*SEE)
@require_safe
def document_passages(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the passages that are likely to be a clause, as a page or beside the document."""
    documents = ContractDocument.objects.for_user(request.user)  # type: ignore[arg-type]
    document = get_object_or_404(documents.select_related("contract__vendor"), pk=pk)
    labels = passages.labels()
    clause = request.GET.get("clause") or next(iter(labels))
    if clause not in labels:
        raise Http404("No such clause.")
    judge_url = ""
    if clause in JUDGED and may(request.user, Permission.CLAUSE_JUDGE):
        judge_url = reverse("assessments:clause-judge", args=[document.contract_id, clause])
    is_read = document.reading == ContractDocument.Reading.READ
    context = {
        "document": document,
        "contract": document.contract,
        "labels": labels.values(),
        "clause": clause,
        "is_read": is_read,
        "found": proposals(document, clause) if is_read else None,
        "judge_url": judge_url,
    }
    template = "assessments/document_passages.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#passages"
    return render(request, template, context)
