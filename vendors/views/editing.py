"""Add, edit, archive, restore and remove: one flow for every kind of record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lockin.accounts.authorization import require_permission
from lockin.accounts.permissions import Permission
from vendors.forms.records import ContractForm, ModelForm, RecordForm, ServiceForm, VendorForm
from vendors.models import AIModel, Contract, Service, Vendor
from vendors.portfolio import contracts, models, removing, services, vendors
from vendors.portfolio.records import UnableToChange
from vendors.views.lists import scoped

View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Noun:
    """A kind of record: its model, its form, the module of its writes, its words."""

    word: str
    plural: str
    model: type[Any]
    form: type[RecordForm]
    writes: ModuleType
    hint: str = ""

    @property
    def list_url(self) -> str:
        return reverse(f"vendors:{self.word}-list")

    def detail_url(self, row: Any) -> str:
        return reverse(f"vendors:{self.word}-detail", args=[row.pk])

    def found(self, request: HttpRequest, pk: int) -> Any:
        """Return a record that this person may see, or 404."""
        rows = self.model.objects.select_related("organisation")
        return get_object_or_404(scoped(rows, request.user), pk=pk)  # type: ignore[arg-type]


VENDOR = Noun(word="vendor", plural="vendors", model=Vendor, form=VendorForm, writes=vendors)
SERVICE = Noun(word="service", plural="services", model=Service, form=ServiceForm, writes=services)
MODEL = Noun(
    word="model",
    plural="models",
    model=AIModel,
    form=ModelForm,
    writes=models,
    hint="The same model ends on different days at different hosts: one record for each.",
)
CONTRACT = Noun(
    word="contract",
    plural="contracts",
    model=Contract,
    form=ContractForm,
    writes=contracts,
    hint="The terms as first signed: what was agreed later stands in its amendments. An empty field "
    "means that nobody has read it out of the paper. It is never taken as zero.",
)


def add_view(noun: Noun) -> View:
    """Return the page that adds a record."""

    @require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
    @require_http_methods(["GET", "POST"])
    def add(request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        row = noun.model(organisation=user.organisation)
        initial = {name: request.GET[name] for name in ("vendor", "host") if name in request.GET}
        form = noun.form(request.POST or None, user=user, instance=row, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                saved = noun.writes.add(
                    organisation=user.organisation,
                    values=form.given(),
                    by=user,
                    now=timezone.now(),
                )
            except UnableToChange as error:
                form.refuse(error)
            else:
                messages.success(request, f"{saved} is on file.")
                return redirect(noun.detail_url(saved))
        return _page(request, noun, form, row=None)

    return add


def edit_view(noun: Noun) -> View:
    """Return the page that changes a record."""

    @require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
    @require_http_methods(["GET", "POST"])
    def edit(request: HttpRequest, pk: int) -> HttpResponse:
        row = noun.found(request, pk)
        name = str(row)
        form = noun.form(request.POST or None, user=request.user, instance=row)
        if request.method == "POST" and form.is_valid():
            try:
                saved = noun.writes.edit(
                    **{noun.word: row}, values=form.given(), by=request.user, now=timezone.now()
                )
            except UnableToChange as error:
                form.refuse(error)
            else:
                messages.success(request, f"{saved} is saved.")
                return redirect(noun.detail_url(saved))
        return _page(request, noun, form, row=row, name=name)

    return edit


def _page(
    request: HttpRequest, noun: Noun, form: RecordForm, *, row: Any, name: str = ""
) -> HttpResponse:
    context = {"form": form, "noun": noun, "row": row, "name": name}
    context["back_url"] = noun.detail_url(row) if row else noun.list_url
    context["double"] = _double(form, row) if noun is VENDOR and form.errors else None
    if hasattr(form, "grouped"):
        context["groups"] = form.grouped()
    return render(request, "vendors/record_form.html", context, status=400 if form.errors else 200)


def _double(form: RecordForm, row: Any) -> Vendor | None:
    """Return the vendor whose name was typed, so that the page can offer to merge."""
    found = vendors.named(form.user.organisation, str(form.data.get("name", "")))
    return found if found is not None and (row is None or found.pk != row.pk) else None


def archive_view(noun: Noun) -> View:
    """Return the page that says what archiving does, and does it."""

    @require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
    @require_http_methods(["GET", "POST"])
    def archive(request: HttpRequest, pk: int) -> HttpResponse:
        row = noun.found(request, pk)
        if request.method == "POST":
            noun.writes.archive(**{noun.word: row}, by=request.user, now=timezone.now())
            messages.success(request, f"{row} is archived. It can be restored.")
            return redirect(noun.detail_url(row))
        context = {"noun": noun, "row": row, "back_url": noun.detail_url(row)}
        return render(request, "vendors/record_archive.html", context)

    return archive


def restore_view(noun: Noun) -> View:
    """Return the act that puts a record back into use."""

    @require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
    @require_POST
    def restore(request: HttpRequest, pk: int) -> HttpResponse:
        row = noun.found(request, pk)
        try:
            noun.writes.restore(**{noun.word: row}, by=request.user, now=timezone.now())
        except UnableToChange as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{row} is in use again.")
        return redirect(noun.detail_url(row))

    return restore


def remove_view(noun: Noun) -> View:
    """Return the page that removes a record, or says why it stays."""

    @require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
    @require_http_methods(["GET", "POST"])
    def remove(request: HttpRequest, pk: int) -> HttpResponse:
        row = noun.found(request, pk)
        reason = removing.why_kept(row, organisation=row.organisation)
        if request.method == "POST":
            try:
                noun.writes.remove(**{noun.word: row}, by=request.user, now=timezone.now())
            except UnableToChange as error:
                reason = str(error)
            else:
                messages.success(request, f"{row} is removed.")
                return redirect(noun.list_url)
        context = {"noun": noun, "row": row, "reason": reason, "back_url": noun.detail_url(row)}
        status = 409 if request.method == "POST" else 200
        return render(request, "vendors/record_remove.html", context, status=status)

    return remove


def addresses(noun: Noun) -> list[URLPattern]:
    """Return the addresses that every kind of record has."""
    base, word = f"{noun.plural}/", noun.word
    return [
        path(f"{base}add/", add_view(noun), name=f"{word}-add"),
        path(f"{base}<int:pk>/edit/", edit_view(noun), name=f"{word}-edit"),
        path(f"{base}<int:pk>/archive/", archive_view(noun), name=f"{word}-archive"),
        path(f"{base}<int:pk>/restore/", restore_view(noun), name=f"{word}-restore"),
        path(f"{base}<int:pk>/remove/", remove_view(noun), name=f"{word}-remove"),
    ]
