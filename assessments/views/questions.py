"""One question a page: show it, save its answer, compare two answers, hand it to someone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from assessments.clauses import versions as policies
from assessments.forms.questions import (
    KINDS,
    NOT_APPLICABLE,
    UNKNOWN,
    AskForm,
    EvidenceForm,
    QuestionForm,
    choice_of,
)
from assessments.models import Assessment, Delegation, EvidenceVersion, Grade
from assessments.opening import item_for, opened, read_sheet
from assessments.questionnaires import answering, delegating, drafts, evidence
from assessments.questionnaires.delegating import Reach
from assessments.questionnaires.sheet import Item, Sheet
from assessments.questionnaires.starting import earlier_answers
from assessments.views.evidence import add_from, listed, usable_versions
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.file_access import KeepOutLargeFiles
from lockin.file_store import ACCEPT_ATTRIBUTE, ACCEPTED, UnableToStore


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the views of one question share."""

    user: User
    assessment: Assessment
    reach: Reach
    sheet: Sheet
    item: Item
    now: datetime

    @property
    def may_answer(self) -> bool:
        handed = self.reach.answers(question_key=self.item.key, dimension=self.item.section.key)
        return handed and self.item.can_change

    def usable(self) -> list[EvidenceVersion]:
        """Return the evidence that this person may put behind the answer."""
        return usable_versions(self.assessment, user=self.user, reach=self.reach)


def asked(request: HttpRequest, pk: int, key: str) -> Asked:
    """Return the question, if this person may see it."""
    now = timezone.now()
    assessment, reach = opened(request.user, pk, now=now)
    sheet = read_sheet(assessment, request.user, reach=reach, now=now)
    return Asked(
        user=request.user,
        assessment=assessment,
        reach=reach,
        sheet=sheet,
        item=item_for(sheet, reach, key),
        now=now,
    )


@csrf_exempt  # checked by `_question`, once the upload handler stands before the body is read
@require_permission(Permission.ASSESSMENT_VIEW)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show one question, or save its answer."""
    request.upload_handlers.insert(0, KeepOutLargeFiles(request))
    return _question(request, pk, key)


@csrf_protect
def _question(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    this = asked(request, pk, key)
    if request.method == "POST":
        if not this.may_answer:
            raise Http404("This question cannot be answered now.")
        return save(request, this)
    draft = None
    if this.may_answer:
        draft = drafts.draft_of(assessment=this.assessment, question_key=key, by=request.user)
    initial = initial_of(this.item, draft)
    form = form_for(this, initial=initial)
    return page(request, this, form, draft=draft, values=initial)


def initial_of(item: Item, draft: Any) -> dict[str, Any]:
    """Return what the form starts with: the draft, else the answer. Last year's is never chosen."""
    answer = item.answer
    version = answer.version if answer else 0
    if draft is not None:
        return {**draft.body, "version": draft.based_on_version}
    if answer is None or item.is_to_confirm:
        return {"version": version, "evidence": []}
    return {
        "choice": choice_of(answer),
        "reason": answer.reason,
        "grade": answer.grade,
        "comment": answer.comment,
        "version": version,
        "evidence": [link.version_id for link in item.evidence],
    }


def form_for(
    this: Asked, data: Any = None, *, initial: dict[str, Any] | None = None
) -> QuestionForm:
    usable = [version.pk for version in this.usable()]
    attached = [link.version_id for link in this.item.evidence]
    return QuestionForm(
        data,
        question=this.item.question,
        definition=this.assessment.version.definition,
        evidence_ids=tuple({*usable, *attached}),
        initial=initial or {},
    )


def save(request: HttpRequest, this: Asked) -> HttpResponse:
    """Save the answer and go on, or show the page again with everything that was typed."""
    data = request.POST.copy()
    problem = take_evidence(request, this, data)
    form = form_for(this, data)
    act = data.get("act", "save")
    if act != "save" or problem:
        return _shown_again(request, this, form, data, problem=problem, act=act)
    if form.is_valid():
        try:
            saved = answering.save(
                assessment=this.assessment,
                question_key=this.item.key,
                given=form.given(),
                version=form.cleaned_data["version"],
                by=request.user,
                now=this.now,
            )
        except answering.StaleAnswer as error:
            return compare_page(request, this, error.mine, error.theirs, status=409)
        except answering.UnableToAnswer as error:
            form.add_error(error.field or None, str(error))
        else:
            return _gone_on(request, this, saved)
    return page(request, this, form, values=values_of(data), status=422)


def _shown_again(
    request: HttpRequest, this: Asked, form: QuestionForm, data: Any, *, problem: str, act: str
) -> HttpResponse:
    """Evidence was added or removed without scripts: keep the rest as a draft and show it."""
    values = values_of(data)
    if act.startswith("remove:"):
        values["evidence"] = [pk for pk in values["evidence"] if str(pk) != act[7:]]
    drafts.keep(
        assessment=this.assessment,
        question_key=this.item.key,
        body=values,
        based_on_version=int(values["version"] or 0),
        by=request.user,
        now=this.now,
    )
    if not problem:
        return redirect("assessments:question", this.assessment.pk, this.item.key)
    unbound = form_for(this, initial=values)
    return page(request, this, unbound, values=values, problem=problem, status=422)


def values_of(data: Any) -> dict[str, Any]:
    """Return the form's values as they were typed."""
    return {
        **drafts.body_of({**data.dict(), "evidence": data.getlist("evidence")}),
        "version": drafts.whole_number(data.get("version", "0")),
    }


def take_evidence(request: HttpRequest, this: Asked, data: Any) -> str:
    """Add a file or link that came with the form; return why it was not taken."""
    for pk in data.getlist("reuse"):
        if pk:
            data.appendlist("evidence", pk)
    form = EvidenceForm(data, request.FILES)
    too_large = getattr(request, "too_large", None)
    if too_large:
        return str(too_large)
    if not form.is_valid():
        return next(iter(form.errors.values()))[0]
    if not form.cleaned_data["file"] and not form.cleaned_data["link"]:
        return ""
    try:
        version = add_from(form, this.assessment, by=request.user, now=this.now)
    except (UnableToStore, evidence.UnableToAdd) as error:
        return str(error)
    data.appendlist("evidence", str(version.pk))
    return ""


def _gone_on(request: HttpRequest, this: Asked, saved: answering.Saved) -> HttpResponse:
    if saved.was_lowered:
        messages.warning(
            request,
            f"{this.item.question.number} is saved as Declared: without a file or a link nothing "
            "shows that it is documented or tested.",
        )
    following = this.sheet.next_after(this.item.key)
    if following is not None and this.reach.answers(
        question_key=following.key, dimension=following.section.key
    ):
        response = redirect("assessments:question", this.assessment.pk, following.key)
    elif this.reach.answers_whole:
        response = redirect("assessments:assessment-check", this.assessment.pk)
    else:
        messages.success(request, "Saved. Thank you, this is all that was asked of you.")
        response = redirect("assessments:my-work")
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"url": response["Location"]})
    return response


def page(
    request: HttpRequest,
    this: Asked,
    form: QuestionForm,
    *,
    values: dict[str, Any],
    draft: Any = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the question with these values in its fields."""
    values = {**drafts.body_of({}), "version": 0, **values}
    definition = this.assessment.version.definition
    usable = {version.pk: version for version in this.usable()}
    on = request.user.organisation.day_of(this.now)
    attached = attached_versions(this, values.get("evidence", []), usable, on=on)
    changed = None
    if this.may_answer:
        changed = drafts.newer_answer(
            assessment=this.assessment,
            question_key=this.item.key,
            version=int(values.get("version") or 0),
            by=request.user,
        )
    chosen = values.get("choice", "")
    with_amounts = may(request.user, Permission.AMOUNTS_VIEW)
    computed = this.item.computed
    steps = computed.steps(with_amounts=with_amounts) if computed else ()
    return render(
        request,
        "assessments/question.html",
        {
            "assessment": this.assessment,
            "workload": this.assessment.workload,
            "sheet": this.sheet,
            "part": this.sheet.part(this.item.section.key),
            "item": this.item,
            "question": this.item.question,
            "reach": this.reach,
            "clauses_say": this.reach.sees_whole
            and not computed
            and may(request.user, Permission.CLAUSE_VIEW)
            and this.item.key in policies.questions_answered(request.user.organisation),
            "may_answer": this.may_answer,
            "form": form,
            "values": values,
            "options": [
                *(
                    (option.key, option.label, option.consequence, option.key == chosen)
                    for option in this.item.question.options
                ),
                (
                    UNKNOWN,
                    definition.unknown.label,
                    definition.unknown.consequence,
                    chosen == UNKNOWN,
                ),
            ],
            "not_applicable": definition.not_applicable,
            "not_applicable_value": NOT_APPLICABLE,
            "draft": draft,
            "changed": changed,
            "last": earlier_answers(this.assessment).get(this.item.key),
            "attached": attached,
            "reusable": [
                version for pk, version in usable.items() if pk not in {row.pk for row in attached}
            ]
            if this.reach.sees_whole
            else [],
            "problem": problem,
            "accepts": ACCEPTED,
            "accept_attribute": ACCEPT_ATTRIBUTE,
            "limit": settings.EVIDENCE_MAX_BYTES,
            "grades": Grade.choices,
            "today": on,
            "nav": nav_entries(this),
            "steps": steps,
            "steps_hidden": bool(computed) and len(steps) < len(computed.arithmetic),
            "following": this.sheet.next_after(this.item.key),
        },
        status=status,
    )


def attached_versions(
    this: Asked, ids: list[int], usable: dict[int, EvidenceVersion], *, on: date
) -> list[EvidenceVersion]:
    """Return the evidence that the page lists, with what the reviewer said of it."""
    links = {link.version_id: link for link in this.item.evidence}
    found = []
    for pk in ids:
        version = links[pk].version if pk in links else usable.get(int(pk))
        if version is not None:
            found.append(listed(version, link=links.get(version.pk), on=on))
    return found


def nav_entries(this: Asked) -> list[dict[str, Any]]:
    """Return the sections at the side, the current one with its questions; as far as seen."""
    entries = []
    for part in this.sheet.parts:
        items = [
            item
            for item in part.items
            if this.reach.sees(question_key=item.key, dimension=part.section.key)
        ]
        if not items:
            continue
        current = part.section.key == this.item.section.key
        at = next((item for item in items if not item.is_done), items[0])
        url = reverse("assessments:question", args=[this.assessment.pk, at.key])
        if not part.applies:
            url = reverse("assessments:assessment-tasks", args=[this.assessment.pk])
        entries.append(
            {
                "part": part,
                "current": current,
                "state": "now" if current else part.state,
                "items": items if current else [],
                "url": url,
            }
        )
    return entries


@require_permission(Permission.ASSESSMENT_ANSWER)
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show the person's draft beside the answer on record; a post gives the draft up."""
    this = asked(request, pk, key)
    if not this.may_answer:
        raise Http404("This question cannot be answered now.")
    draft = drafts.draft_of(assessment=this.assessment, question_key=key, by=request.user)
    if request.method == "POST":
        drafts.discard(assessment=this.assessment, question_key=key, by=request.user)
        return redirect("assessments:question", this.assessment.pk, key)
    if draft is None:
        return redirect("assessments:question", this.assessment.pk, key)
    choice = draft.body.get("choice", "")
    mine = answering.Given(
        kind=KINDS.get(choice, "option"),
        option_key="" if choice in KINDS else choice,
        reason=draft.body.get("reason", ""),
        grade=draft.body.get("grade", ""),
        comment=draft.body.get("comment", ""),
        evidence=tuple(draft.body.get("evidence", ())),
    )
    return compare_page(request, this, mine, this.item.answer)


def compare_page(
    request: HttpRequest,
    this: Asked,
    mine: answering.Given,
    theirs: Any,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show both answers; keeping mine saves it on top of theirs, named as such."""
    definition = this.assessment.version.definition
    labels = {option.key: option.label for option in this.item.question.options}
    mine_words = {
        "unknown": definition.unknown.label,
        "na": definition.not_applicable.label,
    }.get(mine.kind, labels.get(mine.option_key, ""))
    usable = {version.pk: version for version in this.usable()}
    choices = {str(kind): value for value, kind in KINDS.items()}
    return render(
        request,
        "assessments/question_compare.html",
        {
            "assessment": this.assessment,
            "workload": this.assessment.workload,
            "item": this.item,
            "question": this.item.question,
            "mine": mine,
            "mine_words": mine_words,
            "mine_grade": dict(Grade.choices).get(mine.grade, ""),
            "mine_choice": choices.get(mine.kind, mine.option_key),
            "mine_evidence": [usable[pk] for pk in mine.evidence if pk in usable],
            "theirs": theirs,
            "theirs_evidence": [
                link.version
                for link in (theirs.evidence.select_related("version") if theirs else ())
            ],
            "version": theirs.version if theirs else 0,
        },
        status=status,
    )


@require_permission(Permission.ASSESSMENT_ANSWER)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int, key: str = "", dimension: str = "") -> HttpResponse:
    """Hand a question, or a whole section, to one person."""
    now = timezone.now()
    assessment, reach = opened(request.user, pk, now=now)
    definition = assessment.version.definition
    try:
        found = definition.section_of(key) if key else definition.section(dimension)
    except KeyError:
        raise Http404("No such question.") from None
    if not reach.answers_whole:
        raise Http404("No such page for you.")
    title = definition.question(key).text if key else found.name
    form = AskForm(request.POST or None, people=delegating.candidates(assessment, by=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            delegating.ask(
                assessment=assessment,
                dimension=found.key,
                question_key=key,
                to=form.cleaned_data["to"],
                title=title,
                note=form.cleaned_data["note"],
                by=request.user,
                now=now,
            )
        except delegating.UnableToAsk as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, f"{form.cleaned_data['to']} is asked.")
            return redirect("assessments:assessment-tasks", assessment.pk)
    return render(
        request,
        "assessments/question_ask.html",
        {
            "assessment": assessment,
            "workload": assessment.workload,
            "form": form,
            "title": title,
            "section": found,
            "question": definition.question(key) if key else None,
        },
        status=422 if form.errors else 200,
    )


@require_permission(Permission.ASSESSMENT_ANSWER)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question back from the person it was handed to."""
    now = timezone.now()
    row = get_object_or_404(Delegation.objects.select_related("to"), pk=pk)
    assessment, reach = opened(request.user, row.assessment_id, now=now)
    if not reach.answers_whole:
        raise Http404("No such page for you.")
    delegating.revoke(delegation=row, by=request.user, now=now)
    messages.success(request, f"Taken back from {row.to}.")
    return redirect("assessments:assessment-tasks", assessment.pk)
