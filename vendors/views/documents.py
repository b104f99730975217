"""Documents of a contract over HTTP: list, upload, page by page with search, file, put aside.

What a paper says includes its prices, so that its text and its file need the right to see amounts;
that it is on file, and whether it was read, everybody sees who sees the contract.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.file_access import KeepOutLargeFiles, handed_out
from lockin.file_store import UnableToStore
from lockin.jobs.models import Job
from vendors.documents import searching, uploading
from vendors.forms.documents import DocumentForm, PutAsideForm, SearchForm
from vendors.models import Contract, ContractDocument, DocumentPage
from vendors.views.editing import CONTRACT

SEE = (Permission.PORTFOLIO_VIEW, Permission.AMOUNTS_VIEW)
EDIT = (Permission.PORTFOLIO_VIEW, Permission.AMOUNTS_VIEW, Permission.PORTFOLIO_EDIT)


def opened(user: Any, pk: int) -> ContractDocument:
    """Return a document of a contract that this person sees, or 404."""
    found: ContractDocument = get_object_or_404(
        ContractDocument.objects.for_user(user).select_related(
            "contract__organisation", "contract__vendor", "supersedes", "superseded_by"
        ),
        pk=pk,
    )
    return found


@require_permission(Permission.PORTFOLIO_VIEW)
@require_safe
def document_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List a contract's documents, as a page or as the part of the contract's page."""
    contract = CONTRACT.found(request, pk)
    rows = contract.documents.select_related("superseded_by").order_by("-uploaded_at", "-pk")
    context = {
        "contract": contract,
        # With the version that replaced each, where one did.
        "documents": [
            (row, getattr(row, "superseded_by", None)) for row in rows if row.put_aside_at is None
        ],
        "put_aside": [row for row in rows if row.put_aside_at is not None],
        "may_read": may(request.user, Permission.AMOUNTS_VIEW),
        "may_edit": all(may(request.user, permission) for permission in EDIT),
    }
    template = "vendors/document_list.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#documents"
    return render(request, template, context)


@csrf_exempt  # checked by `_upload`, once the upload handler stands before the body is read
@require_permission(*EDIT)
@require_http_methods(["GET", "POST"])
def document_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document. The body of a file that is too large is never kept."""
    request.upload_handlers.insert(0, KeepOutLargeFiles(request))
    return _upload(request, pk)


@csrf_protect
def _upload(request: HttpRequest, pk: int) -> HttpResponse:
    contract: Contract = CONTRACT.found(request, pk)
    form = DocumentForm(request.POST or None, request.FILES or None, contract=contract)
    if problem := getattr(request, "too_large", None):
        form.is_valid()
        form.errors.pop("file", None)
        form.add_error("file", str(problem))
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            document = uploading.upload(
                contract=contract,
                name=form.cleaned_data["name"],
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                chunks=file.chunks(),
                said_size=file.size,
                supersedes=form.cleaned_data["supersedes"],
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except (UnableToStore, uploading.UnableToUpload) as error:
            form.add_error("file", str(error))
        else:
            return redirect("vendors:document-detail", document.pk)
    context = {
        "contract": contract,
        "form": form,
        "title": f"Upload a document of {contract}",
        "action": "Upload",
        "back_url": CONTRACT.detail_url(contract),
        "holds_file": True,
    }
    status = 422 if form.errors else 200
    return render(request, "vendors/contract_act.html", context, status=status)


@require_permission(*SEE)
@require_safe
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a document page by page, with the words that were looked for marked."""
    document = opened(request.user, pk)
    context = _standing(request, document)
    if document.reading == ContractDocument.Reading.READ:
        context |= _reading(request, document)
    return render(request, "vendors/document_detail.html", context)


def _standing(request: HttpRequest, document: ContractDocument) -> dict[str, Any]:
    job = None
    if document.reading == ContractDocument.Reading.QUEUED:
        job = Job.objects.filter(kind=uploading.KIND, subject=str(document.pk)).first()
    return {
        "document": document,
        "contract": document.contract,
        "job": job,
        "may_edit": may(request.user, Permission.PORTFOLIO_EDIT),
        "earlier": document.supersedes,
        "later": getattr(document, "superseded_by", None),
    }


def _reading(request: HttpRequest, document: ContractDocument) -> dict[str, Any]:
    form = SearchForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    query = str(asked.get("q") or "").strip()
    last = document.page_count or 1
    found, count = [], 0
    if query:
        pages = DocumentPage.objects.filter(document=document).order_by("number")
        found, count = searching.search(pages.values_list("number", "text"), query)
    number = min(asked.get("page") or (found[0].page if found else 1), last)
    text = DocumentPage.objects.values_list("text", flat=True).get(document=document, number=number)
    start, end = asked.get("start"), asked.get("end")
    if start is not None and end is not None and end > start:
        pieces = searching.pieces(text, [(start, end)])
    else:
        pieces = searching.marked(text, query)
    return {
        "query": query,
        "clause": asked.get("clause", ""),
        "found": found,
        "count": count,
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < last else None,
        "pieces": pieces,
        "is_blank": not text.strip(),
    }


@require_permission(*SEE)
@require_safe
def document_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the reading is; asks the page to load anew when it is over."""
    document = opened(request.user, pk)
    if document.reading != ContractDocument.Reading.QUEUED:
        done = HttpResponse()
        done["HX-Refresh"] = "true"
        return done
    return render(request, "vendors/document_detail.html#progress", _standing(request, document))


@require_permission(*SEE)
@require_safe
def document_fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file to be saved, never shown inside the product."""
    document = opened(request.user, pk)
    return handed_out(
        document.sha256, file_name=document.file_name, content_type=document.media_type
    )


@require_permission(*EDIT)
@require_POST
def document_read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more for the text."""
    document = opened(request.user, pk)
    try:
        uploading.read_again(document=document, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except uploading.UnableToReadAgain as error:
        messages.error(request, str(error))
    return redirect("vendors:document-detail", document.pk)


@require_permission(*EDIT)
@require_http_methods(["GET", "POST"])
def document_put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document off the contract's list, with a reason."""
    document = opened(request.user, pk)
    form = PutAsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            uploading.put_aside(
                document=document,
                why=form.cleaned_data["why"],
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except uploading.UnableToPutAside as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{document} is put aside.")
            return redirect(CONTRACT.detail_url(document.contract))
    context = {
        "contract": document.contract,
        "form": form,
        "title": f"Put {document} aside",
        "action": "Put aside",
        "back_url": CONTRACT.detail_url(document.contract),
    }
    status = 400 if form.errors else 200
    return render(request, "vendors/contract_act.html", context, status=status)
