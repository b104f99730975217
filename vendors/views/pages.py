"""The pages of vendors, services, models and contracts: lists, details, merge, decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lockin.accounts.authorization import may, require_permission
from lockin.accounts.permissions import Permission
from lockin.money import Money
from vendors import calendars
from vendors.forms.amendments import in_words
from vendors.forms.records import DecisionForm, MergeForm, NoticeForm
from vendors.models import (
    AIModel,
    Commitment,
    CommitmentPeriod,
    Contract,
    Service,
    Vendor,
    Workload,
)
from vendors.portfolio import amendments, contracts, data_act, terms
from vendors.portfolio import vendors as vendor_writes
from vendors.portfolio.records import UnableToChange
from vendors.views import lists
from vendors.views.band import Band, band
from vendors.views.editing import CONTRACT, MODEL, SERVICE, VENDOR
from vendors.views.lists import FRESH_DAYS, scoped, sees_amounts, shown, today, used_by


def _list(request: HttpRequest, listing: Any, template: str, **more: Any) -> HttpResponse:
    page = listing.page(request)
    archived = request.GET.get("archived") == "yes"
    context = {
        "page": page,
        "archived": archived,
        "may_edit": may(request.user, Permission.PORTFOLIO_EDIT),
        "may_import": may(request.user, Permission.PORTFOLIO_IMPORT),
        "see_amounts": sees_amounts(request.user),  # type: ignore[arg-type]
        "is_empty": not page.count and not page.is_filtered and not archived,
        "stale_before": today(request.user) - timedelta(days=FRESH_DAYS),  # type: ignore[arg-type]
        "on": today(request.user),  # type: ignore[arg-type]
    }
    return render(request, template, context | {key: make(page) for key, make in more.items()})


@require_permission(Permission.PORTFOLIO_VIEW)
def vendor_list(request: HttpRequest) -> HttpResponse:
    """List the vendors."""
    user: Any = request.user
    return _list(
        request,
        lists.VENDORS,
        "vendors/vendor_list.html",
        totals=lambda page: lists.vendor_sums(page, user) if sees_amounts(user) else [],
        base=lambda page: user.organisation.base_currency,
        rows=lambda page: [
            (
                row,
                lists.money_of(getattr(row, "yearly", None), user.organisation.base_currency),
            )
            for row in page.rows
        ],
    )


@require_permission(Permission.PORTFOLIO_VIEW)
def service_list(request: HttpRequest) -> HttpResponse:
    """List the services."""
    return _list(request, lists.SERVICES, "vendors/service_list.html")


@require_permission(Permission.PORTFOLIO_VIEW)
def model_list(request: HttpRequest) -> HttpResponse:
    """List the models, the next to retire first."""
    return _list(request, lists.MODELS, "vendors/model_list.html")


@require_permission(Permission.PORTFOLIO_VIEW)
def contract_list(request: HttpRequest) -> HttpResponse:
    """List the contracts by the day on which notice must arrive."""
    user: Any = request.user
    on, amounts = today(user), sees_amounts(user)

    def rows(page: Any) -> list[dict[str, Any]]:
        return [
            {
                "contract": row,
                "days": terms.days_of(stated, on=on),
                "lacking": terms.lacking(row, see_amounts=amounts),
            }
            for stated in page.rows
            for row in [terms.as_amended(stated, on=on)]
        ]

    def next_one(page: Any) -> Any:
        ahead = shown(Contract, user).in_force().filter(notice_by__gte=on, decision="")
        return ahead.filter(notice_given_on=None).order_by("notice_by", "pk").first()

    return _list(
        request,
        lists.CONTRACTS,
        "vendors/contract_list.html",
        rows=rows,
        next=next_one,
        band=lambda page: _band(page, on),
        totals=lambda page: lists.contract_sums(page) if amounts else [],
    )


def _band(page: Any, on: Any) -> Band:
    """Return the calendar band of the rows as they are filtered, all pages of them."""
    rows = page.filtered.order_by("notice_by", "pk").filter(notice_by__isnull=False)
    found = rows.values_list("notice_by", "name", "decision", "notice_given_on")
    return band(
        ((day, name, not (decision or given)) for day, name, decision, given in found), on=on
    )


def _workloads(user: Any, condition: Q) -> list[Workload]:
    used = used_by(user).filter(condition).order_by().values("workload")
    return list(Workload.objects.filter(pk__in=used).select_related("owner").order_by("name", "pk"))


@require_permission(Permission.PORTFOLIO_VIEW)
def vendor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one vendor: what it runs for us, under which contracts, for which workloads."""
    user: Any = request.user
    vendor = get_object_or_404(scoped(Vendor.objects.select_related("merged_into"), user), pk=pk)
    on = today(user)
    held = shown(Contract, user).filter(vendor=vendor).current()
    held = held.with_terms().select_related("owner")
    found = [
        (terms.as_amended(row, on=on), terms.days_of(row, on=on))
        for row in held.order_by("notice_by", "name", "pk")
    ]
    models = shown(AIModel, user).current().filter(Q(host=vendor) | Q(publisher=vendor))
    workloads = _workloads(
        user, Q(service__vendor=vendor) | Q(model__host=vendor) | Q(model__publisher=vendor)
    )
    context = {
        "vendor": vendor,
        "services": shown(Service, user).current().filter(vendor=vendor).order_by("name", "pk"),
        "models": models.select_related("host", "publisher").order_by("retires_on", "name", "pk"),
        "contracts": found,
        "workloads": workloads,
        "totals": _totals([row for row, _ in found if row.state == Contract.State.IN_FORCE])
        if sees_amounts(user)
        else [],
        "aliases": vendor.aliases.order_by("name", "pk"),
        **_common(request, on, "vendor", vendor),
    }
    return render(request, "vendors/vendor_detail.html", context)


def _totals(found: list[Contract]) -> list[Money]:
    sums: dict[str, Money] = {}
    for row in found:
        if row.annual_value is not None:
            sums[row.currency] = sums.get(row.currency, Money.zero(row.currency)) + row.annual_value
    return [sums[code] for code in sorted(sums)]


def _common(request: HttpRequest, on: Any, word: str, row: Any) -> dict[str, Any]:
    acts = {
        f"{act}_url": reverse(f"vendors:{word}-{act}", args=[row.pk])
        for act in ("archive", "restore", "remove")
    }
    return {
        **acts,
        "may_edit": may(request.user, Permission.PORTFOLIO_EDIT),
        "see_amounts": may(request.user, Permission.AMOUNTS_VIEW),
        "on": on,
        "stale_before": on - timedelta(days=FRESH_DAYS),
    }


@require_permission(Permission.PORTFOLIO_VIEW)
def service_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one service."""
    user: Any = request.user
    service = get_object_or_404(scoped(Service.objects.select_related("vendor"), user), pk=pk)
    models = shown(AIModel, user).current().filter(service=service)
    context = {
        "service": service,
        "models": models.select_related("host", "publisher").order_by("name", "pk"),
        "workloads": _workloads(user, Q(service=service) | Q(model__service=service)),
        **_common(request, today(user), "service", service),
    }
    return render(request, "vendors/service_detail.html", context)


@require_permission(Permission.PORTFOLIO_VIEW)
def model_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one model at its host, and where else it is served."""
    user: Any = request.user
    rows = AIModel.objects.select_related("host", "publisher", "service")
    model = get_object_or_404(scoped(rows, user), pk=pk)
    elsewhere = shown(AIModel, user).current().filter(name=model.name).exclude(pk=model.pk)
    context = {
        "model": model,
        "elsewhere": elsewhere.select_related("host").order_by("host__name", "pk"),
        "workloads": _workloads(user, Q(model=model)),
        **_common(request, today(user), "model", model),
    }
    return render(request, "vendors/model_detail.html", context)


@require_permission(Permission.PORTFOLIO_VIEW)
def contract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one contract: what ends when, what it still binds, which workloads it pays for."""
    user: Any = request.user
    rows = Contract.objects.with_terms().select_related("vendor", "owner")
    stated = get_object_or_404(scoped(rows, user), pk=pk)
    on, amounts = today(user), sees_amounts(user)
    contract = terms.as_amended(stated, on=on)
    days = terms.days_of(stated, on=on)
    context = {
        "contract": contract,
        "days": days,
        "deadline": None if days.dates is None else _in_our_hours(days.dates.deadline_at, contract),
        "calendar": _calendar(contract),
        "lacking": terms.lacking(contract, see_amounts=amounts),
        "papers": _papers(stated, on=on, see_amounts=amounts),
        "data_act": data_act.beside(contract, on=on),
        "commitments": _commitments(contract, on) if amounts else [],
        "workloads": _workloads(user, Q(contract=contract)),
        "may_brief": may(user, Permission.BRIEF_EDIT) and not contract.archived_at,
        "see_clauses": may(user, Permission.CLAUSE_VIEW),
        **_common(request, on, "contract", contract),
    }
    return render(request, "vendors/contract_detail.html", context)


def _in_our_hours(at: datetime | None, contract: Contract) -> dict[str, Any] | None:
    """Return the deadline where notice must arrive, and in our own hours where they differ."""
    if at is None or contract.time_zone in ("", contract.organisation.time_zone):
        return None
    return {
        "zone": contract.time_zone.replace("_", " "),
        "ours": at.astimezone(ZoneInfo(contract.organisation.time_zone)),
    }


def _calendar(contract: Contract) -> str:
    code = contract.holiday_country or contract.organisation.country
    if calendars.is_known(code):
        return f"weekends and public holidays of {code}"
    return f"weekends alone: no holidays are known for {code or 'no country'}"


def _papers(contract: Contract, *, on: date, see_amounts: bool) -> list[dict[str, Any]]:
    """Return the history of a contract's papers, the newest first, with what each changes."""
    counts = {row.pk for row in terms.papers_of(contract)}
    rows = sorted(contract.amendments.all(), key=lambda row: -row.number)
    return [
        {
            "row": row,
            "terms": [
                (label, in_words(value))
                for label, value in amendments.changed_terms(contract, row, see_amounts=see_amounts)
            ],
            "is_to_come": row.effective_on > on,
            "counts": row.pk in counts,
        }
        for row in rows
    ]


def _commitments(contract: Contract, on: Any) -> list[dict[str, Any]]:
    found = list(Commitment.objects.filter(contract=contract).order_by("name", "pk"))
    by_commitment: dict[int, list[CommitmentPeriod]] = {}
    periods = CommitmentPeriod.objects.filter(commitment__contract=contract)
    for period in periods.order_by("starts_on", "pk"):
        by_commitment.setdefault(period.commitment_id, []).append(period)
    shown_rows = []
    for row in found:
        state = terms.state_of(row, by_commitment.get(row.pk, []), on=on)
        exposure = state.exposure
        shown_rows.append(
            {
                "state": state,
                "row": row,
                "periods": [
                    {
                        "period": period,
                        "amount": Money.from_minor(period.amount_minor, row.currency),
                        "is_current": period.starts_on <= on <= period.ends_on,
                    }
                    for period in state.periods
                ],
                "total": Money.from_minor(
                    sum(period.amount_minor for period in state.periods), row.currency
                )
                if state.periods
                else None,
                "used": None
                if row.used_to_date_minor is None
                else Money.from_minor(row.used_to_date_minor, row.currency),
                "remaining": None
                if exposure is None or exposure.remaining is None
                else Money(exposure.remaining, row.currency),
                "at_most": None
                if exposure is None or exposure.at_most is None
                else Money(exposure.at_most, row.currency),
                "shortfall": None
                if exposure is None or not exposure.straight_line_shortfall
                else Money(exposure.straight_line_shortfall, row.currency),
            }
        )
    return shown_rows


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def vendor_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a merge moves, and merge."""
    vendor = VENDOR.found(request, pk)
    form = MergeForm(request.POST or None, vendor=vendor, initial={"into": request.GET.get("into")})
    if request.method == "POST" and form.is_valid():
        try:
            into = vendor_writes.merge(
                vendor=vendor,
                into=form.cleaned_data["into"],
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except UnableToChange as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{vendor} is now another spelling of {into}.")
            return redirect(VENDOR.detail_url(into))
    context = {"form": form, "vendor": vendor, "back_url": VENDOR.detail_url(vendor)}
    status = 400 if form.errors else 200
    return render(request, "vendors/vendor_merge.html", context, status=status)


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def contract_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Put down what we do at the end of the term."""
    contract = CONTRACT.found(request, pk)
    initial = {"decision": contract.decision}
    form = DecisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            contracts.decide(
                contract=contract,
                decision=form.cleaned_data["decision"],
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except UnableToChange as error:
            form.add_error(None, str(error))
        else:
            return redirect(CONTRACT.detail_url(contract))
    return _contract_form(request, contract, form, "Decide about", "Save decision")


@require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EDIT)
@require_http_methods(["GET", "POST"])
def contract_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Put down the day on which our notice arrived."""
    contract = CONTRACT.found(request, pk)
    form = NoticeForm(request.POST or None, initial={"given_on": contract.notice_given_on})
    if request.method == "POST" and form.is_valid():
        try:
            contracts.give_notice(
                contract=contract,
                given_on=form.cleaned_data["given_on"],
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except UnableToChange as error:
            for name, texts in error.errors.items():
                form.add_error(name or None, texts)
        else:
            return redirect(CONTRACT.detail_url(contract))
    return _contract_form(request, contract, form, "Notice for", "Save notice")


def _contract_form(
    request: HttpRequest, contract: Contract, form: Any, title: str, action: str
) -> HttpResponse:
    context = {
        "contract": contract,
        "form": form,
        "title": f"{title} {contract}",
        "action": action,
        "back_url": CONTRACT.detail_url(contract),
    }
    status = 400 if form.errors else 200
    return render(request, "vendors/contract_act.html", context, status=status)


RECORDS = (VENDOR, SERVICE, MODEL, CONTRACT)
