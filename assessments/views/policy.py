"""The policy: its versions, one version's clauses, copying, editing and publishing a draft."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clauses import versions
from assessments.clauses.editing import POLICY_TEXTS, places
from assessments.forms.policy import CopyForm, EditForm, PolicyUploadForm
from assessments.models import PolicyVersion
from assessments.questionnaires import versions as questionnaires
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission

LARGEST = 2 * 1024 * 1024


def version_or_404(request: HttpRequest, pk: int) -> PolicyVersion:
    """Return a version; drafts are seen by those who publish."""
    user: Any = request.user
    rows = PolicyVersion.objects.for_user(user).select_related("organisation")
    version = get_object_or_404(rows, pk=pk)
    if version.published_at is None and not may(user, Permission.POLICY_PUBLISH):
        raise Http404("No such version for you.")
    return version


def draft_or_404(request: HttpRequest, pk: int) -> PolicyVersion:
    version = version_or_404(request, pk)
    if version.published_at is not None:
        raise Http404("A published version is only copied.")
    return version


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Show the policy in use and the questions in use, what changed, and who approved."""
    user: Any = request.user
    publishes = may(user, Permission.POLICY_PUBLISH)
    rows = PolicyVersion.objects.for_user(user).order_by("-created_at", "-pk")
    found = [row for row in rows if row.published_at or publishes]
    in_use = versions.in_use(user.organisation)
    older, changes = versions.changes_of(in_use) if in_use else (None, ())
    return render(
        request,
        "assessments/policy.html",
        {
            "found": found,
            "in_use": in_use,
            "older": older,
            "changes": changes,
            "publishes": publishes,
            "questionnaire": questionnaires.in_use(user.organisation),
        },
    )


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def policy_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version's clauses, read-only, and what it changed."""
    version = version_or_404(request, pk)
    older, changes = versions.changes_of(version)
    user: Any = request.user
    asked = questionnaires.in_use(user.organisation)
    return render(
        request,
        "assessments/policy_version.html",
        {
            "version": version,
            "policy": version.definition,
            "older": older,
            "changes": changes,
            "is_in_use": versions.in_use(user.organisation) == version,
            "hash_holds": versions.manifest_matches(version),
            "publishes": may(user, Permission.POLICY_PUBLISH),
            "questions": asked.definition.by_key if asked else {},
        },
    )


@require_permission(Permission.CLAUSE_VIEW)
@require_safe
def policy_download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a version out as JSON: the bytes that are hashed."""
    version = version_or_404(request, pk)
    return HttpResponse(
        version.manifest,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="policy-{version.pk}.json"'},
    )


@require_permission(Permission.POLICY_PUBLISH)
@require_http_methods(["GET", "POST"])
def policy_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new version with the words of this one."""
    user: Any = request.user
    version = version_or_404(request, pk)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = versions.copy(
                version=version, label=form.cleaned_data["label"], by=user, now=timezone.now()
            )
        except versions.UnableToChangePolicy as error:
            form.add_error("label", str(error))
        else:
            return redirect("assessments:policy-version", draft.pk)
    return render(
        request,
        "assessments/policy_copy.html",
        {"version": version, "form": form},
        status=422 if form.errors else 200,
    )


@require_permission(Permission.POLICY_PUBLISH)
@require_http_methods(["GET", "POST"])
def policy_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Edit the words and figures of one clause of a draft, or (`policy`) its opening."""
    user: Any = request.user
    version = draft_or_404(request, pk)
    definition = version.definition
    keys = [clause.key for clause in definition.clauses]
    if key == "policy":
        title, found = "Opening", EditForm.texts_of(definition, POLICY_TEXTS)
    elif key in keys:
        clause = definition.clause(key)
        title = f"{clause.number} {clause.name}"
        found = list(places(clause, position=keys.index(key)))
    else:
        raise Http404("The draft has no such clause.")
    form = EditForm(request.POST or None, places=found, sha256=version.sha256)
    if request.method == "POST" and form.is_valid():
        try:
            versions.edit(
                version=version,
                changes=form.changes(),
                sha256=form.cleaned_data["sha256"],
                by=user,
                now=timezone.now(),
            )
        except versions.UnableToChangePolicy as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{title} is changed in draft {version.label}.")
            return redirect("assessments:policy-version", version.pk)
    return render(
        request,
        "assessments/policy_edit.html",
        {"version": version, "form": form, "title": title},
        status=422 if form.errors else 200,
    )


@require_permission(Permission.POLICY_PUBLISH)
@require_http_methods(["GET", "POST"])
def policy_upload(request: HttpRequest) -> HttpResponse:
    """Read a TOML or JSON file as a draft, to add a clause or change what is read."""
    user: Any = request.user
    form = PolicyUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", "Too large. A policy has at most 2 MB.")
        else:
            try:
                version = versions.load_draft(
                    file.read(), organisation=user.organisation, by=user, now=timezone.now()
                )
            except versions.UnableToChangePolicy as error:
                form.add_error("file", str(error))
            else:
                return redirect("assessments:policy-version", version.pk)
    return render(
        request,
        "assessments/policy_upload.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_permission(Permission.POLICY_PUBLISH)
@require_http_methods(["GET", "POST"])
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft changes and ask once more; publishing cannot be taken back."""
    user: Any = request.user
    version = version_or_404(request, pk)
    if version.published_at is not None:
        return redirect("assessments:policy-version", version.pk)
    if request.method == "POST":
        try:
            versions.publish(
                version=version,
                by=user,
                now=timezone.now(),
                # Without it nobody saw the draft: no draft has this one.
                sha256=request.POST.get("sha256") or "-",
            )
        except versions.UnableToChangePolicy as error:
            messages.error(request, str(error))
            return redirect("assessments:policy-publish", version.pk)
        messages.success(request, f"Policy {version.label} is published and in use.")
        return redirect("assessments:policy-version", version.pk)
    older, changes = versions.changes_of(version)
    return render(
        request,
        "assessments/policy_publish.html",
        {"version": version, "policy": version.definition, "older": older, "changes": changes},
    )


@require_permission(Permission.POLICY_PUBLISH)
@require_POST
def policy_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    user: Any = request.user
    version = draft_or_404(request, pk)
    versions.discard(version=version, by=user, now=timezone.now())
    messages.success(request, f"Draft {version.label} is gone.")
    return redirect("assessments:policy")


def manifest_of(version: PolicyVersion) -> dict[str, Any]:
    """Return the version as plain JSON, for the API."""
    found: dict[str, Any] = json.loads(version.manifest)
    return found
