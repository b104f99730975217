"""What every page of an assessment opens with: the row, what the person may do, where it stands."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.models import AnswerDraft, Assessment, Delegation
from assessments.questionnaires.delegating import Reach, reach_of
from assessments.questionnaires.sheet import Item, Sheet, sheet_of
from assessments.risk_profile import preview
from lockin.accounts.models import User


def opened(user: User, pk: int, *, now: datetime) -> tuple[Assessment, Reach]:
    """Return an assessment that this person may see, in whole or in part."""
    rows = Assessment.objects.select_related(
        "version", "workload__owner", "organisation", "previous__version"
    )
    assessment = get_object_or_404(rows, pk=pk, organisation_id=user.organisation_id)
    reach = reach_of(user, assessment, now=now)
    if reach.is_nothing:
        raise Http404("No such assessment for you.")
    return assessment, reach


def opened_whole(user: User, pk: int, *, now: datetime) -> tuple[Assessment, Reach]:
    """Return an assessment that this person may see in whole."""
    assessment, reach = opened(user, pk, now=now)
    if not reach.sees_whole:
        raise Http404("No such page for you.")
    return assessment, reach


def opened_to_answer(user: User, pk: int, *, now: datetime) -> Assessment:
    """Return an assessment that this person may answer in whole."""
    assessment, reach = opened(user, pk, now=now)
    if not reach.answers_whole:
        raise Http404("No such page for you.")
    return assessment


def read_sheet(assessment: Assessment, user: User, *, reach: Reach, now: datetime) -> Sheet:
    """Return where an assessment stands, as this person sees it, from a fixed number of queries."""
    drafts = AnswerDraft.objects.filter(assessment=assessment, user=user)
    handed = Delegation.objects.open(now=now).filter(assessment=assessment)
    return sheet_of(
        preview(assessment=assessment, on=user.organisation.day_of(now)),
        drafts=set(drafts.values_list("question_key", flat=True)),
        handed=handed.select_related("to").order_by("asked_at", "pk"),
        can_change=reach.answers_whole or not reach.is_nothing,
    )


def item_for(sheet: Sheet, reach: Reach, key: str) -> Item:
    """Return the question of that key, if it is asked and this person may see it."""
    item = sheet.by_key.get(key)
    if item is None or not reach.sees(question_key=key, dimension=item.section.key):
        raise Http404("No such question for you.")
    return item
