"""Questionnaire versions: the list, one version's questions, a draft's upload and publication."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.questions import UploadVersionForm
from assessments.models import QuestionnaireVersion
from assessments.questionnaires import versions
from assessments.questionnaires.comparison import Comparison
from assessments.questionnaires.definition import Definition
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission

LARGEST = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that a version changes, in words."""

    kind: str
    number: str
    name: str
    before: str = ""
    after: str = ""


def change_rows(old: Definition, new: Definition, found: Comparison) -> list[Row]:
    """Return a comparison as the rows of one table."""

    def name(definition: Definition, key: str) -> tuple[str, str]:
        question = definition.question(key)
        return question.number, question.name

    rows = []
    for key in found.added:
        number, title = name(new, key)
        rows.append(Row(kind="Added", number=number, name=title, after=new.question(key).text))
    for key in found.removed:
        number, title = name(old, key)
        rows.append(Row(kind="Removed", number=number, name=title, before=old.question(key).text))
    for kind, changes in (
        ("Replaced", found.replaced),
        ("Reworded", found.reworded),
        ("Weight", found.reweighted),
        ("Answers or points", found.rescaled),
    ):
        for change in changes:
            number, title = name(new, change.new_key)
            same_text = kind == "Reworded" and change.old == change.new
            rows.append(
                Row(
                    kind=kind,
                    number=number,
                    name=title,
                    before="" if same_text else change.old,
                    after="Hint or answers worded differently" if same_text else change.new,
                )
            )
    for change in found.sections_reweighted:
        section = new.section(change.new_key)
        rows.append(
            Row(
                kind="Section weight",
                number=section.number,
                name=section.name,
                before=change.old,
                after=change.new,
            )
        )
    return rows


def changes_of(version: QuestionnaireVersion) -> tuple[QuestionnaireVersion | None, list[Row]]:
    found = versions.changes(version)
    if found is None:
        return None, []
    older, comparison = found
    return older, change_rows(older.definition, version.definition, comparison)


def version_or_404(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """Return a version; drafts are seen by those who publish."""
    version = get_object_or_404(
        QuestionnaireVersion.objects.for_user(request.user).select_related("organisation"), pk=pk
    )
    if version.published_at is None and not may(request.user, Permission.QUESTIONNAIRE_PUBLISH):
        raise Http404("No such version for you.")
    return version


@require_permission(Permission.QUESTIONNAIRE_VIEW)
@require_safe
def version_list(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first, with what each changed."""
    rows = (
        QuestionnaireVersion.objects.for_user(request.user)
        .annotate(used=Count("assessments"))
        .order_by("-created_at", "-pk")
    )
    publishes = may(request.user, Permission.QUESTIONNAIRE_PUBLISH)
    found = [row for row in rows if row.published_at or publishes]
    published = sorted(
        (row for row in found if row.published_at), key=lambda row: (row.published_at, row.pk)
    )
    older = dict(zip([row.pk for row in published[1:]], published, strict=False))
    listed = []
    for row in found:
        before = older.get(row.pk)
        if row.published_at is None and published:
            before = published[-1]
        count = None
        if before is not None:
            count = len(
                change_rows(
                    before.definition,
                    row.definition,
                    versions.compare(before.definition, row.definition),
                )
            )
        listed.append((row, before, count))
    in_use = versions.in_use(request.user.organisation)
    return render(
        request,
        "assessments/questionnaire_list.html",
        {"listed": listed, "in_use": in_use, "publishes": publishes},
    )


@require_permission(Permission.QUESTIONNAIRE_VIEW)
@require_safe
def version_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version's questions, read-only, and what it changed."""
    version = version_or_404(request, pk)
    older, rows = changes_of(version)
    return render(
        request,
        "assessments/questionnaire_version.html",
        {
            "version": version,
            "definition": version.definition,
            "older": older,
            "rows": rows,
            "is_in_use": versions.in_use(request.user.organisation) == version,
            "hash_holds": versions.manifest_matches(version),
            "publishes": may(request.user, Permission.QUESTIONNAIRE_PUBLISH),
        },
    )


@require_permission(Permission.QUESTIONNAIRE_PUBLISH)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Read a TOML file as a draft; the next page shows what it would change."""
    form = UploadVersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", "Too large. A questionnaire has at most 2 MB.")
        else:
            try:
                version = versions.load_draft(
                    file.read(),
                    organisation=request.user.organisation,
                    by=request.user,
                    now=timezone.now(),
                )
            except versions.UnableToLoad as error:
                form.add_error("file", str(error))
            else:
                return redirect("assessments:questionnaire-publish", version.pk)
    return render(
        request,
        "assessments/questionnaire_upload.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_permission(Permission.QUESTIONNAIRE_PUBLISH)
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft changes and ask once more; publishing cannot be taken back."""
    version = version_or_404(request, pk)
    if version.published_at is not None:
        return redirect("assessments:questionnaire-version", version.pk)
    if request.method == "POST":
        try:
            versions.publish(
                version=version,
                by=request.user,
                now=timezone.now(),
                sha256=request.POST.get("sha256", ""),
            )
        except versions.UnableToPublish as error:
            messages.error(request, str(error))
            return redirect("assessments:questionnaire-publish", version.pk)
        messages.success(request, f"Version {version.label} is published.")
        return redirect("assessments:questionnaire-version", version.pk)
    older, rows = changes_of(version)
    return render(
        request,
        "assessments/questionnaire_publish.html",
        {"version": version, "definition": version.definition, "older": older, "rows": rows},
    )


@require_permission(Permission.QUESTIONNAIRE_PUBLISH)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version = version_or_404(request, pk)
    if version.published_at is not None:
        raise Http404("A published version is kept.")
    versions.discard_draft(version=version, by=request.user, now=timezone.now())
    messages.success(request, f"Draft {version.label} is gone.")
    return redirect("assessments:questionnaire")


@require_permission(Permission.QUESTIONNAIRE_PUBLISH)
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a version out of use."""
    version = version_or_404(request, pk)
    try:
        versions.retire(version=version, by=request.user, now=timezone.now())
    except versions.UnableToRetire as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Version {version.label} is retired.")
    return redirect("assessments:questionnaire-version", version.pk)
