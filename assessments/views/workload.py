"""Screen 4: why a workload is hard to move, and what would help; one view a tab."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from assessments.forms.what_if import WhatIfForm
from assessments.models import Answer, Finding, Mitigation
from assessments.previous_scores import score_history
from assessments.questionnaires.definition import Definition
from assessments.risk_profile import profile_of
from assessments.scoring.dimensions import Dimension
from assessments.scoring.scheme import scheme_named
from assessments.views import words
from assessments.views import workload_page as parts
from assessments.what_if import WhatIf, what_if
from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.trail.models import Event
from vendors.models import Dependency

ASSUMED_WEEKS = 26
EVENTS = 50


@require_permission(Permission.PORTFOLIO_VIEW)
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the profile with its causes, how the score comes about, the facts and the what-if."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    context = opened.context("overview") | {"facts": _facts(opened)}
    if opened.score and opened.assessment and opened.definition:
        record, definition = opened.record, opened.definition
        said = parts.words_of(opened.assessment, record, definition)
        rows = parts.profile_rows(
            record, definition=definition, said=said, previous=parts.previous_of(opened)
        )
        context |= {
            "record": record,
            "rows": rows,
            "shown": sum(row.shown for row in rows),
            "asked": sum(row.asked for row in rows),
            "main_cause": _main_cause(opened),
            "change_words": words.more_or_less(opened.change),
            "waterfall": parts.waterfall(record),
            "gates": parts.gates(record),
            "sensitivity": record["sensitivity"],
            "what_if": _what_if(opened, WhatIfForm(request.GET)),
        }
    return render(request, "assessments/workload_overview.html", context)


@require_permission(Permission.PORTFOLIO_VIEW)
def what_if_result(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Reckon the score with the steps that are ticked. Nothing is stored."""
    if not request.htmx:  # type: ignore[attr-defined]
        return overview(request, pk)
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    context = opened.context("overview") | {"what_if": _what_if(opened, WhatIfForm(request.GET))}
    return render(request, "assessments/workload_overview.html#what_if", context)


@require_permission(Permission.PORTFOLIO_VIEW)
def trace(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every point of the score: question, answer, weight, evidence, control, gate."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    context = opened.context("trace")
    if opened.score and opened.assessment and opened.definition:
        record, definition = opened.record, opened.definition
        said = parts.words_of(opened.assessment, record, definition)
        computed = _computed(opened)
        context |= {
            "record": record,
            "dimensions": [
                _traced(entry, definition, said, computed=computed)
                for entry in record["dimensions"]
            ],
            "gates": parts.gates(record),
            "scheme": scheme_named(opened.score.scheme),
        }
    return render(request, "assessments/workload_trace.html", context)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.ASSESSMENT_VIEW)
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the accepted answers, section by section."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    context = opened.context("answers")
    if opened.score and opened.assessment and opened.definition:
        said = parts.words_of(opened.assessment, opened.record, opened.definition)
        given = Answer.objects.filter(assessment=opened.assessment).prefetch_related(
            "evidence__version__evidence"
        )
        by_key = {row.question_key: row for row in given.order_by("question_key")}
        computed = _computed(opened)
        context["dimensions"] = [
            _traced(entry, opened.definition, said, computed=computed, given=by_key)
            for entry in opened.record["dimensions"]
        ]
    return render(request, "assessments/workload_answers.html", context)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.ASSESSMENT_VIEW)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the evidence behind the accepted answers, and which answer each piece backs."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    context = opened.context("evidence")
    if opened.assessment and opened.definition:
        uses = (
            parts.evidence_of(opened.assessment)
            .select_related("version__evidence", "answer")
            .order_by("version__evidence__title", "version_id", "answer__question_key")
        )
        pieces: dict[int, dict[str, Any]] = {}
        places = {key: place for place, key in enumerate(opened.definition.by_key)}
        on = opened.user.organisation.day_of(timezone.now())
        for use in uses:
            piece = pieces.setdefault(use.version_id, {"version": use.version, "uses": []})
            asked = opened.definition.by_key.get(use.answer.question_key)
            piece["uses"].append(
                {
                    "use": use,
                    "number": asked.number if asked else "",
                    "question": asked.name if asked else use.answer.question_key,
                    "place": places.get(use.answer.question_key, len(places)),
                }
            )
            piece["is_old"] = (on - use.version.dated_on).days > 365
        for piece in pieces.values():
            piece["uses"].sort(key=itemgetter("place"))
        context["pieces"] = list(pieces.values())
    return render(request, "assessments/workload_evidence.html", context)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.FINDING_VIEW)
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the findings about this workload, of all audits, those that stand first."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    rows = (
        Finding.objects.for_user(opened.user)
        .filter(workload=opened.workload)
        .exclude(state=Finding.State.DROPPED)
        .select_related("audit", "owner", "follow_up")
        .order_by("-audit__period_ends_on", "-severity_rank", "number", "pk")
    )
    context = opened.context("findings") | {"findings": rows}
    return render(request, "assessments/workload_findings.html", context)


@require_permission(Permission.PORTFOLIO_VIEW)
def mitigations(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the controls as registered, and what each of them counts for."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    rows = (
        Mitigation.objects.filter(workload=opened.workload)
        .select_related("evidence__evidence")
        .order_by("control", "dimension", "pk")
    )
    counted = {
        (entry["control"], dimension["dimension"]): entry
        for dimension in opened.record.get("dimensions", ())
        for entry in dimension["mitigations"]
    }
    context = opened.context("mitigations") | {
        "rows": [
            {
                "mitigation": row,
                "dimension": Dimension(row.dimension).full_name,
                "counted": counted.get((row.control, row.dimension)),
            }
            for row in rows
        ],
        "left_out": [
            Dimension(entry["dimension"]).full_name
            for entry in opened.record.get("dimensions", ())
            if not entry["applies"]
        ],
    }
    return render(request, "assessments/workload_mitigations.html", context)


@require_permission(Permission.PORTFOLIO_VIEW)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the score over the years, and who changed what."""
    opened = parts.opened(request.user, pk)  # type: ignore[arg-type]
    past = score_history(opened.workload.organisation, workload_key=opened.workload.key)
    points = [
        {
            "label": f"{audit.label} audit",
            "on": audit.period_ends_on,
            "residual": score.residual,
            "tier": score.tier,
            "dimensions": [score.dimension(str(dimension)) for dimension in Dimension],
        }
        for audit, score in past
    ]
    if opened.score and opened.score.residual is not None:
        points.append(
            {
                "label": "Now",
                "on": opened.score.as_of,
                "residual": opened.score.residual,
                "tier": opened.score.tier,
                "dimensions": [getattr(opened.score, str(dimension)) for dimension in Dimension],
            }
        )
    events = Event.objects.for_user(opened.user).about("workload", opened.workload.pk)
    context = opened.context("history") | {
        "points": points,
        "figure": _figure(points) if len(points) > 1 else None,
        "dimension_names": [dimension.short_head for dimension in Dimension],
        "events": events.order_by("-sequence")[:EVENTS]
        if may(opened.user, Permission.TRAIL_VIEW)
        else None,
    }
    return render(request, "assessments/workload_history.html", context)


# ── Parts ───────────────────────────────────────────────────────────────────────────────────────


def _what_if(opened: parts.Opened, form: WhatIfForm) -> WhatIf | None:
    """Reckon with the steps of the address, as of the day of the stored score."""
    if opened.score is None or opened.score.residual is None or not form.is_valid():
        return None
    profile = profile_of(opened.workload, on=opened.score.as_of)
    if profile.score is None or profile.score.overall is None:
        return None
    return what_if(profile, chosen=form.cleaned_data["step"])


def _main_cause(opened: parts.Opened) -> str:
    """The form of lock-in that brings the largest part of the score."""
    entries = [entry for entry in opened.record["dimensions"] if entry["score_part"] is not None]
    if not entries:
        return ""
    worst = max(entries, key=lambda entry: Decimal(entry["score_part"]))
    return Dimension(worst["dimension"]).full_name


def _computed(opened: parts.Opened) -> dict[str, dict[str, Any]]:
    """Return what contract data answered on the day of the score, as far as a person may see it."""
    assert opened.score is not None
    with_amounts = may(opened.user, Permission.AMOUNTS_VIEW)
    profile = profile_of(opened.workload, on=opened.score.as_of)
    return {
        key: {
            "is_known": found.is_known,
            "steps": found.steps(with_amounts=with_amounts),
            "sources": found.sources,
            "missing": found.missing,
        }
        for key, found in profile.computed.items()
    }


def _traced(
    entry: dict[str, Any],
    definition: Definition,
    said: dict[str, str],
    *,
    computed: dict[str, dict[str, Any]],
    given: Mapping[str, Answer] | None = None,
) -> dict[str, Any]:
    """Return one dimension of the record with its questions and answers in words."""
    questions = []
    for answer in entry["answers"]:
        key = answer["question"]
        question, found = definition.by_key.get(key), computed.get(key)
        questions.append(
            {
                **answer,
                "name": parts.question_name(definition, key),
                "text": question.text if question else key,
                "words": parts.answer_words(answer, said),
                "computed": found if found and found["is_known"] else None,
                "missing": found["missing"] if found and not found["is_known"] else (),
                "evidence_day": answer["evidence_on"] and date.fromisoformat(answer["evidence_on"]),
                "row": (given or {}).get(key),
            }
        )
    name = Dimension(entry["dimension"]).full_name
    return {**entry, "name": name, "questions": questions}


def _facts(opened: parts.Opened) -> dict[str, Any]:
    """Return what the rail says about the workload itself."""
    workload = opened.workload
    rows = list(
        Dependency.objects.filter(workload=workload)
        .select_related("model__host", "service__vendor", "contract")
        .order_by("role", "pk")
    )
    contracts = {row.contract_id: row.contract for row in rows if row.contract}
    serving = [row for row in rows if row.role != Dependency.Role.FALLBACK]
    retirements = [
        (row.model.retires_on, row.model)
        for row in serving
        if row.model is not None and row.model.retires_on is not None
    ]
    fallback = (
        Mitigation.objects.filter(workload=workload, control=Mitigation.Control.M3)
        .order_by("-tested_on", "pk")
        .first()
    )
    return {
        "contracts": list(contracts.values()),
        "dependencies": rows,
        "retirement": min(retirements, key=lambda pair: (pair[0], pair[1].pk), default=None),
        "fallback": fallback,
        "assumed_weeks": ASSUMED_WEEKS,
        "on": opened.user.organisation.day_of(timezone.now()),
    }


def _figure(points: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the score history as a Plotly figure in the page's colours."""
    labels = [point["label"] for point in points]
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": dimension.short_head,
            "x": labels,
            "y": [_number(point["dimensions"][place]) for point in points],
            "line": {"color": f"token:c{place + 1}", "width": 1.5},
            "marker": {"size": 6},
            "connectgaps": False,
        }
        for place, dimension in enumerate(Dimension)
    ]
    whole = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Score",
        "x": labels,
        "y": [_number(point["residual"]) for point in points],
        "line": {"color": "token:ink", "width": 3},
        "marker": {"size": 9},
    }
    return {
        "data": [whole, *lines],
        "layout": {
            "yaxis": {"range": [0, 100], "title": {"text": "Lock-in, 0 to 100"}, "dtick": 25},
            "xaxis": {"type": "category"},
            "hovermode": "x unified",
        },
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(round(value, 2))
