"""Import: upload, preview with each row's error and change, confirm; past imports; mappings.

A body that announces more than the limit is refused before one byte of it is read: the outer view
is exempt from the CSRF middleware, which would read the form, and checks the token after the size.
A body cannot be longer than it announces, since the server reads no further.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from vendors.exports import sheets
from vendors.forms.imports import FORMS, HeadingsForm, MappingNameForm, UploadForm, mapping_rows
from vendors.forms.imports import mapping_body as body_of
from vendors.imports import batches
from vendors.imports.apply import UnableToImport
from vendors.imports.columns import SHEETS
from vendors.imports.files import MEGABYTE, UnableToReadFile
from vendors.imports.mapping import UnableToUseMapping, headings
from vendors.imports.parsing import RowError
from vendors.imports.plan import Kind
from vendors.models import ImportBatch, ImportMapping
from vendors.views.listing import XLSX

# Around the file a form has a little more to say.
FORM_BYTES = 64 * 1024
# Steps shown of each kind; the counts name all of them.
MOST_SHOWN = 200
MAY = (Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_IMPORT)


def too_large(request: HttpRequest) -> str:
    """Return why the body is refused unread, or nothing."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    size = int(announced) if announced.isdigit() else 0
    if size <= settings.IMPORT_MAX_BYTES + FORM_BYTES:
        return ""
    limit = settings.IMPORT_MAX_BYTES / MEGABYTE
    return f"The file has {size / MEGABYTE:,.0f} MB; at most {limit:,.0f} MB are read. Split it."


@csrf_exempt
@require_permission(*MAY)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file, or refuse it unread when it is too large."""
    user: Any = request.user
    if request.method == "POST" and (reason := too_large(request)):
        form = UploadForm(organisation=user.organisation)
        response = _upload_page(request, form, refused=reason)
        response["Connection"] = "close"
        return response
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = UploadForm(request.POST or None, request.FILES or None, organisation=user.organisation)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = batches.preview(
                organisation=user.organisation,
                source=file,
                name=file.name,
                mapping=form.cleaned_data["mapping"],
                by=user,
                now=timezone.now(),
            )
        except (UnableToReadFile, UnableToUseMapping) as error:
            form.add_error("file", str(error))
        else:
            return redirect("vendors:import-preview", batch.pk)
    return _upload_page(request, form)


def _upload_page(request: HttpRequest, form: UploadForm, refused: str = "") -> HttpResponse:
    user: Any = request.user
    context = {
        "form": form,
        "refused": refused,
        "batches": _past(user)[:5],
        "sheets": SHEETS.values(),
    }
    status = 400 if refused or form.errors else 200
    return render(request, "vendors/import_upload.html", context, status=status)


def _past(user: Any) -> Any:
    rows = ImportBatch.objects.for_user(user).defer("rows", "errors")
    return rows.select_related("uploaded_by", "mapping").order_by("-uploaded_at", "-pk")


@require_permission(*MAY)
def import_list(request: HttpRequest) -> HttpResponse:
    """List what was imported, refused and dropped."""
    page = Paginator(_past(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "vendors/import_list.html", {"batches": page, "pages": page})


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    rows = ImportBatch.objects.for_user(request.user)  # type: ignore[arg-type]
    found: ImportBatch = get_object_or_404(
        rows.select_related("organisation", "mapping", "uploaded_by"), pk=pk
    )
    return found


@require_permission(*MAY)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would do, or did, row by row."""
    batch = _batch(request, pk)
    return _preview(request, batch)


def _preview(request: HttpRequest, batch: ImportBatch, refused: str = "") -> HttpResponse:
    steps: list[tuple[str, list[Any], int]] = []
    errors = [RowError(**error) for error in batch.errors]
    notes = batch.summary.get("notes", [])
    if batch.state == ImportBatch.State.PREVIEWED:
        found = batches.planned(batch)
        errors, notes = found.errors, found.notes
        for kind, label in ((Kind.ADD, "New"), (Kind.CHANGE, "Changed")):
            of_kind = found.of_kind(kind)
            steps.append((label, of_kind[:MOST_SHOWN], len(of_kind)))
        counts = found.counts()
    else:
        counts = batch.summary.get("applied") or batch.summary.get("counts", {})
    context = {
        "batch": batch,
        "steps": steps,
        "errors": errors[:MOST_SHOWN],
        "error_count": len(errors) + int(batch.summary.get("more_errors", 0)),
        "notes": notes,
        "counts": [(SHEETS[sheet].label, count) for sheet, count in counts.items()],
        "to_write": sum(number for _, _, number in steps),
        "lacking": _lacking(batch),
        "left_out": batch.summary.get("left_out", []),
        "likely_same": batch.summary.get("likely_same", []),
        "unused": batch.summary.get("unused", []),
        "before": batches.before(batch),
        "refused": refused,
    }
    return render(request, "vendors/import_preview.html", context, status=409 if refused else 200)


def _lacking(batch: ImportBatch) -> list[tuple[str, str, int]]:
    found = []
    for name, number in batch.summary.get("lacking", {}).items():
        sheet, _, column = name.partition(".")
        found.append((SHEETS[sheet].label, SHEETS[sheet].column(column).label, number))
    return found


@require_permission(*MAY)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a previewed file, all of it or nothing."""
    batch = _batch(request, pk)
    try:
        applied = batches.confirm(batch=batch, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except UnableToImport as error:
        batch.refresh_from_db()
        return _preview(request, batch, refused=str(error))
    rows = "row" if applied.total == 1 else "rows"
    messages.success(request, f"{batch.file_name} is imported: {applied.total:,} {rows} written.")
    return redirect("vendors:import-preview", pk)


@require_permission(*MAY)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a previewed file aside."""
    batches.drop(batch=_batch(request, pk), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    return redirect("vendors:import")


@require_permission(*MAY)
def template(request: HttpRequest) -> FileResponse:
    """Send an empty workbook with our sheets, and one that explains each column."""
    explained = [
        (sheet.label, column.name, _needed(column), column.help, column.example)
        for sheet in SHEETS.values()
        for column in sheet.columns
    ]
    pages = [
        sheets.WorkbookSheet(
            title="Read me",
            headers=("Sheet", "Column", "Needed", "What it holds", "Such as"),
            rows=explained,
        ),
        *(
            sheets.WorkbookSheet(title=sheet.name, headers=sheet.names, rows=())
            for sheet in SHEETS.values()
        ),
    ]
    return FileResponse(
        sheets.workbook_file(pages),
        as_attachment=True,
        filename="lockin-portfolio-template.xlsx",
        content_type=XLSX,
    )


def _needed(column: Any) -> str:
    if column.required:
        return "yes"
    return "wanted: without it the record is listed as incomplete" if column.wanted else "no"


# ── Mappings ────────────────────────────────────────────────────────────────────────────────────


@require_permission(*MAY)
def mapping_list(request: HttpRequest) -> HttpResponse:
    """List the saved mappings."""
    user: Any = request.user
    rows = ImportMapping.objects.filter(organisation=user.organisation)
    rows = rows.select_related("saved_by").order_by("name", "pk")
    shown = [(row, len(row.body.get("fields", ()))) for row in rows]
    return render(request, "vendors/mapping_list.html", {"mappings": shown})


@csrf_exempt
@require_permission(*MAY)
@require_http_methods(["GET", "POST"])
def mapping_add(request: HttpRequest) -> HttpResponse:
    """Read a foreign file's column names, then say which is which."""
    if request.method == "POST" and (reason := too_large(request)):
        context = {"form": HeadingsForm(), "refused": reason}
        return render(request, "vendors/mapping_headings.html", context, status=400)
    return _mapping_add(request)


@csrf_protect
def _mapping_add(request: HttpRequest) -> HttpResponse:
    if "heading" in request.POST:
        return _mapping_save(request, None)
    form = HeadingsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = headings(file, name=file.name)
        except UnableToReadFile as error:
            form.add_error("file", str(error))
        else:
            stem = file.name.rsplit(".", 1)[0]
            name_form = MappingNameForm(initial={"name": stem[:120]})
            return _mapping_page(request, name_form, list(found), {}, None)
    status = 400 if form.errors else 200
    return render(request, "vendors/mapping_headings.html", {"form": form}, status=status)


@require_permission(*MAY)
@require_http_methods(["GET", "POST"])
def mapping_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a saved mapping."""
    row = _mapping(request, pk)
    if request.method == "POST":
        return _mapping_save(request, row)
    read = [raw["from"] for raw in row.body.get("fields", ()) if "from" in raw]
    found = list(dict.fromkeys([*row.body.get("headings", ()), *read]))
    form = MappingNameForm(initial={"name": row.name})
    return _mapping_page(request, form, found, row.body, row)


def _mapping(request: HttpRequest, pk: int) -> ImportMapping:
    user: Any = request.user
    return get_object_or_404(
        ImportMapping.objects.select_related("organisation"),
        pk=pk,
        organisation=user.organisation,
    )


def _mapping_save(request: HttpRequest, row: ImportMapping | None) -> HttpResponse:
    user: Any = request.user
    earlier = row.body if row else {}
    form = MappingNameForm(request.POST)
    if form.is_valid():
        try:
            saved = batches.save_mapping(
                organisation=user.organisation,
                mapping=row,
                name=form.cleaned_data["name"],
                body=body_of(request.POST, earlier),
                by=user,
                now=timezone.now(),
            )
        except UnableToUseMapping as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{saved.name}” is saved.")
            return redirect("vendors:mapping-list")
    return _mapping_page(request, form, request.POST.getlist("heading"), earlier, row)


def _mapping_page(
    request: HttpRequest,
    form: MappingNameForm,
    found: list[str],
    body: Any,
    row: ImportMapping | None,
) -> HttpResponse:
    context = {
        "form": form,
        "headings": found,
        "forms": FORMS,
        "sheets": mapping_rows(found, body, request.POST if form.is_bound else None),
        "mapping": row,
    }
    status = 400 if form.errors else 200
    return render(request, "vendors/mapping_form.html", context, status=status)


@require_permission(*MAY)
@require_http_methods(["GET", "POST"])
def mapping_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then forget a mapping."""
    row = _mapping(request, pk)
    if request.method == "POST":
        batches.delete_mapping(mapping=row, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "The mapping is removed. What was imported stays.")
        return redirect("vendors:mapping-list")
    return render(request, "vendors/mapping_remove.html", {"mapping": row})
