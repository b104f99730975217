"""Renewals over HTTP: the list, one brief, and each act on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments.briefs import deciding, publishing, renewals
from assessments.briefs.content import UnableToEdit
from assessments.briefs.reading import content_of, opinions_in_force, with_days
from assessments.forms.briefs import (
    AskForm,
    BriefTextsForm,
    DecideForm,
    GiveForms,
    ObjectionForms,
    OpinionForm,
    ReasonForm,
)
from assessments.models import Brief, BriefDocument
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.accounts.roles import Function
from lockin.jobs.models import Job
from vendors.models import Contract

REFUSED = (deciding.UnableToAct, deciding.UnableToSave, UnableToEdit, publishing.UnableToAsk)


def opened(user: Any, pk: int) -> Brief:
    rows = Brief.objects.for_user(user).select_related("contract__vendor", "organisation")
    return get_object_or_404(rows, pk=pk)


@require_permission(Permission.BRIEF_VIEW)
@require_safe
def renewal_list(request: HttpRequest) -> HttpResponse:
    """Show what renews next, by the day that counts, with the brief of each."""
    user: Any = request.user
    on = user.organisation.day_of(timezone.now())
    rows = renewals.upcoming(organisation=user.organisation, on=on)
    near = [row for row in rows if row.is_open and row.days_left is not None]
    return render(
        request,
        "assessments/renewal_list.html",
        {
            "rows": rows,
            "nearest": min(near, key=lambda row: row.days_left or 0, default=None),
            "closed": Brief.objects.for_user(user)
            .exclude(state__in=(Brief.State.DRAFT, Brief.State.COUNCIL))
            .order_by("-opened_at")[:50],
            "may_edit": may(user, Permission.BRIEF_EDIT),
            "on": on,
            "days": renewals.AHEAD.days,
        },
    )


@require_permission(Permission.BRIEF_EDIT)
@require_POST
def brief_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Build the brief of a contract, or lead to the one that is open."""
    user: Any = request.user
    contract = get_object_or_404(Contract.objects.for_user(user), pk=pk)
    try:
        brief = deciding.open_brief(contract=contract, by=user, now=timezone.now())
    except deciding.UnableToAct as error:
        messages.error(request, str(error))
        return redirect("vendors:contract-detail", contract.pk)
    return redirect("assessments:brief-detail", brief.pk)


@require_permission(Permission.BRIEF_VIEW)
@require_safe
def brief_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one brief: asks, replies, weight, dates, who agreed, and its documents."""
    brief = opened(request.user, pk)
    return render(request, "assessments/brief_detail.html", _context(brief, request.user))


@require_permission(Permission.BRIEF_VIEW)
@require_safe
def brief_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the part with the PDFs; it asks again until they are made."""
    brief = opened(request.user, pk)
    return render(
        request, "assessments/brief_detail.html#documents", _documents(brief, request.user)
    )


def _context(brief: Brief, user: Any) -> dict[str, Any]:
    content = with_days(content_of(brief))
    edits = may(user, Permission.BRIEF_EDIT)
    in_force = opinions_in_force(brief)
    on = user.organisation.day_of(timezone.now())
    act_by = brief.act_by
    return {
        "brief": brief,
        "contract": brief.contract,
        "content": content,
        "asks": content["asks"],
        "matrix": [
            (row, list(zip(content["matrix"]["vendors"], row["statuses"], strict=True)))
            for row in content["matrix"]["rows"]
        ],
        "raised": sum(ask["included"] for ask in content["asks"]),
        "days_left": None if act_by is None else (act_by - on).days,
        "is_old": brief.state == Brief.State.DRAFT and brief.built_on < on,
        "opinions": [(function.label, in_force.get(function.value)) for function in Function],
        "speaks_for": [
            function.value
            for function in Function
            if not deciding.may_speak(brief=brief, function=function.value, by=user)
        ],
        "lacks": deciding.lacks(brief) if brief.state == Brief.State.COUNCIL else "",
        "may_decide": not deciding.may_decide(brief=brief, by=user),
        "may_edit": edits and brief.state == Brief.State.DRAFT,
        "may_write": edits,
        "outcomes": renewals.outcomes_of(brief),
        **_documents(brief, user),
    }


def _documents(brief: Brief, user: Any) -> dict[str, Any]:
    """Return the newest PDF for each audience, and whether one is being made."""
    newest: dict[str, BriefDocument] = {}
    for row in brief.documents.order_by("pk"):
        newest[row.audience] = row
    waiting = [row for row in newest.values() if row.state == BriefDocument.State.PENDING]
    failed = set(
        Job.objects.filter(
            kind=publishing.KIND,
            subject__in=[str(row.pk) for row in waiting],
            status=Job.Status.FAILED,
        ).values_list("subject", flat=True)
    )
    return {
        "brief": brief,
        "files": [(row, str(row.pk) in failed) for row in newest.values()],
        "is_making": any(str(row.pk) not in failed for row in waiting),
        "poll_url": reverse("assessments:brief-documents", args=[brief.pk]),
        "may_write": may(user, Permission.BRIEF_EDIT),
    }


# ── Editing ─────────────────────────────────────────────────────────────────────────────────────


def _save(
    request: HttpRequest,
    brief: Brief,
    template: str,
    form: Any,
    do: Callable[[], object],
    *,
    said: str,
    **context: Any,
) -> HttpResponse:
    """Show a form, or do what it says; a refusal stands on the form with all that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except REFUSED as error:
            _refuse(form, str(error))
        else:
            messages.success(request, said)
            return redirect("assessments:brief-detail", brief.pk)
    status = 400 if request.method == "POST" else 200
    shown = {"brief": brief, "form": form, "lede": "", "ask": None, "button": "Save", **context}
    return render(request, template, shown, status=status)


def being_written(user: Any, pk: int) -> Brief | None:
    """Return the brief if it can be edited now."""
    brief = opened(user, pk)
    return brief if brief.state == Brief.State.DRAFT else None


def _closed(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(request, "Only a brief that is being written can be edited.")
    return redirect("assessments:brief-detail", pk)


def _refuse(form: Any, words: str) -> None:
    if isinstance(form, BaseForm):
        form.add_error(None, words)
    else:
        form.refused = words


@require_permission(Permission.BRIEF_EDIT)
def brief_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the texts that stand alone."""
    user: Any = request.user
    brief = being_written(user, pk)
    if brief is None:
        return _closed(request, pk)
    content = content_of(brief)
    form = BriefTextsForm(request.POST or None, content=content, version=brief.version)
    return _save(
        request,
        brief,
        "assessments/brief_form.html",
        form,
        lambda: deciding.edit(
            brief=brief,
            changes=form.changes(content),
            version=form.cleaned_data["version"],
            by=user,
            now=timezone.now(),
        ),
        said="The words are saved.",
        title="Edit the words",
    )


@require_permission(Permission.BRIEF_EDIT)
def brief_ask(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Edit one ask, or add one that no clause stands behind."""
    user: Any = request.user
    brief = being_written(user, pk)
    if brief is None:
        return _closed(request, pk)
    asks = content_of(brief)["asks"]
    ask = next((row for row in asks if row["key"] == key), None)
    is_new = ask is None
    if ask is None:
        if key != (free := _free_key(asks)):
            return redirect("assessments:brief-ask", brief.pk, free)
        ask = {
            **dict.fromkeys(("title", "request", "acceptable", "walk_away", "note"), ""),
            "included": True,
            "rank": sum(row["included"] for row in asks) + 1,
        }
    form = AskForm(request.POST or None, ask=ask, version=brief.version)
    return _save(
        request,
        brief,
        "assessments/brief_form.html",
        form,
        lambda: deciding.edit(
            brief=brief,
            changes={"asks": {key: form.changes()}},
            version=form.cleaned_data["version"],
            by=user,
            now=timezone.now(),
        ),
        said="The ask is saved.",
        title="Add an ask" if is_new else f"Edit the ask “{ask['title']}”",
        ask=None if is_new else ask,
    )


def _free_key(asks: list[dict[str, Any]]) -> str:
    """Return a key for an ask of our own that none has: newer figures can drop asks before it."""
    taken = {ask["key"] for ask in asks}
    return next(key for n in itertools.count(len(asks) + 1) if (key := f"own-{n}") not in taken)


ROWS = {
    "gives": (GiveForms, "What we give", "title"),
    "objections": (ObjectionForms, "What they may say", "they_say"),
}


@require_permission(Permission.BRIEF_EDIT)
def brief_rows(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Edit the rows of what we give, or of objections with their answers."""
    user: Any = request.user
    brief = being_written(user, pk)
    if brief is None:
        return _closed(request, pk)
    make, title, first = ROWS[part]
    forms: Any = make(request.POST or None, initial=content_of(brief)[part])

    def save() -> object:
        rows = [
            {name: text.replace("\r\n", "\n") for name, text in form.cleaned_data.items()}
            for form in forms
            if form.cleaned_data.get(first)
        ]
        return deciding.edit(
            brief=brief,
            changes={part: rows},
            version=_version(request),
            by=user,
            now=timezone.now(),
        )

    return _save(
        request,
        brief,
        "assessments/brief_rows.html",
        forms,
        save,
        said="The rows are saved.",
        title=title,
        version=request.POST.get("version") or brief.version,
    )


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UnableToEdit("The form is incomplete. Open it again.")
    return int(text)


@require_permission(Permission.BRIEF_EDIT)
@require_POST
def brief_rebuild(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the figures up to date."""
    return _act(
        request,
        pk,
        lambda brief, user: deciding.rebuild(
            brief=brief, version=_version(request), by=user, now=timezone.now()
        ),
        said="The figures are up to date; what was written stays.",
    )


@require_permission(Permission.BRIEF_EDIT)
@require_POST
def brief_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the brief before the council."""
    return _act(
        request,
        pk,
        lambda brief, user: deciding.send(
            brief=brief, version=_version(request), by=user, now=timezone.now()
        ),
        said="The council has the brief.",
    )


@require_permission(Permission.BRIEF_VIEW)
@require_POST
def brief_print(request: HttpRequest, pk: int, audience: str) -> HttpResponse:
    """Ask for the PDF of the present state, for us or for the vendor."""
    return _act(
        request,
        pk,
        lambda brief, user: publishing.ask(
            brief=brief, audience=audience, by=user, now=timezone.now()
        ),
        said="The PDF is being made.",
    )


def _act(
    request: HttpRequest, pk: int, do: Callable[[Brief, Any], object], *, said: str
) -> HttpResponse:
    brief = opened(request.user, pk)
    try:
        do(brief, request.user)
    except REFUSED as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("assessments:brief-detail", brief.pk)


# ── The council ─────────────────────────────────────────────────────────────────────────────────


@require_permission(Permission.BRIEF_EDIT)
def brief_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the brief back from the council, saying why."""
    user: Any = request.user
    brief = opened(user, pk)
    form = ReasonForm(request.POST or None)
    return _save(
        request,
        brief,
        "assessments/brief_form.html",
        form,
        lambda: deciding.take_back(
            brief=brief, reason=form.cleaned_data["reason"], by=user, now=timezone.now()
        ),
        said="The brief is back at its desk.",
        title="Take the brief back",
        lede="What the council said no longer counts once a word of it changes.",
        button="Take back",
    )


@require_permission(Permission.BRIEF_EDIT)
def brief_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop the brief, saying why."""
    user: Any = request.user
    brief = opened(user, pk)
    form = ReasonForm(request.POST or None)
    return _save(
        request,
        brief,
        "assessments/brief_form.html",
        form,
        lambda: deciding.drop(
            brief=brief, reason=form.cleaned_data["reason"], by=user, now=timezone.now()
        ),
        said="The brief is dropped and stays on file.",
        title="Drop the brief",
        lede="It stays on file with your reason, and can no longer be changed.",
        button="Drop brief",
    )


@require_permission(Permission.BRIEF_EDIT)
def brief_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for one's function whether it agrees."""
    user: Any = request.user
    brief = opened(user, pk)
    mine = [
        (function.value, function.label)
        for function in Function
        if not deciding.may_speak(brief=brief, function=function.value, by=user)
    ]
    if not mine:
        first = next(iter(user.functions), Function.IT)
        messages.error(request, deciding.may_speak(brief=brief, function=first, by=user))
        return redirect("assessments:brief-detail", brief.pk)
    form = OpinionForm(request.POST or None, functions=mine, seen=brief.sent_sha256)
    return _save(
        request,
        brief,
        "assessments/brief_form.html",
        form,
        lambda: deciding.give_opinion(
            brief=brief,
            function=form.cleaned_data["function"],
            agrees=form.cleaned_data["agrees"] == "yes",
            words=form.cleaned_data["words"],
            sha256=form.cleaned_data["seen"],
            by=user,
            now=timezone.now(),
        ),
        said="Your word is put down.",
        title="Say what your function says",
        lede=content_of(brief)["decision"]["text"],
        button="Put down",
    )


@require_permission(Permission.BRIEF_EDIT)
def brief_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Put down what the council decided; the brief is frozen."""
    user: Any = request.user
    brief = opened(user, pk)
    if why := deciding.may_decide(brief=brief, by=user):
        messages.error(request, why)
        return redirect("assessments:brief-detail", brief.pk)
    form = DecideForm(request.POST or None, initial={"seen": brief.sent_sha256})
    return _save(
        request,
        brief,
        "assessments/brief_form.html",
        form,
        lambda: deciding.decide(
            brief=brief,
            decision=form.cleaned_data["decision"],
            words=form.cleaned_data["words"],
            sha256=form.cleaned_data["seen"],
            by=user,
            now=timezone.now(),
        ),
        said="The decision is put down. The documents are being made.",
        title="Put down the decision",
        lede="The brief is frozen as the council saw it; nobody can change it afterwards.",
        button="Decide and freeze",
    )
