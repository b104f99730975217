"""The lists of vendors, services, models and contracts: columns, filters, saved views, exports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from lockin.accounts.authorization import may
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.lists import Column, Filter, List, ListPage, Saved, sums_by_currency
from vendors.exports.sheets import Exported
from vendors.models import AIModel, Contract, Dependency, Service, Vendor, Workload
from vendors.portfolio import terms
from vendors.views.listing import Listing, distinct, in_words, money_of, number_of, sums

# Older facts about models are shown greyed: a retirement may have moved since.
FRESH_DAYS = 90
SOON_DAYS = 90
ALL = Saved(key="all", label="All")


def today(user: User) -> date:
    """Return the day it is for the organisation."""
    return user.organisation.day_of(timezone.now())


def sees_amounts(user: User) -> bool:
    return may(user, Permission.AMOUNTS_VIEW)


def scoped(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Return the rows a person may see, each once, whatever joins the scope needs."""
    allowed = rows.model.objects.for_user(user).order_by().values("pk")
    return rows.filter(pk__in=allowed)


def shown(model: Any, user: User) -> QuerySet[Any]:
    """Return the rows a person may see, archived ones too."""
    return scoped(model.objects.all(), user)


def listed(model: Any, user: User, archived: bool = False) -> QuerySet[Any]:
    """Return the rows of a list: those in use, or those in the archive."""
    return shown(model, user).filter(archived_at__isnull=not archived)


def used_by(user: User) -> QuerySet[Dependency]:
    """Return the dependencies of workloads in use that a person may see."""
    visible = Workload.objects.for_user(user).current().order_by().values("pk")
    return Dependency.objects.filter(workload__in=visible)


def vendor_choices(user: User, path: str) -> list[tuple[str, str]]:
    rows = shown(Vendor, user).filter(**{f"{path}__isnull": False}).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name").distinct()]


# ── Vendors ─────────────────────────────────────────────────────────────────────────────────────


def vendor_rows(user: User, archived: bool = False) -> QuerySet[Any]:
    contracts = shown(Contract, user).current()
    uses = used_by(user)
    rows = listed(Vendor, user, archived).annotate(
        workload_count=Subquery(
            uses.filter(
                Q(service__vendor=OuterRef("pk"))
                | Q(model__host=OuterRef("pk"))
                | Q(model__publisher=OuterRef("pk"))
            )
            .order_by()
            .annotate(number=distinct("workload_id"))
            .values("number")
        ),
        model_count=number_of(shown(AIModel, user).current(), "id", host="pk"),
        contract_count=number_of(contracts, "id", vendor="pk"),
        next_notice=Subquery(
            contracts.filter(vendor=OuterRef("pk"), notice_by__gte=today(user))
            .order_by("notice_by", "pk")
            .values("notice_by")[:1]
        ),
    )
    if sees_amounts(user):
        one = contracts.filter(
            vendor=OuterRef("pk"), currency=user.organisation.base_currency
        ).order_by()
        rows = rows.annotate(
            yearly=Subquery(one.values("vendor").annotate(sum=Sum("value_now_minor")).values("sum"))
        )
    return rows


def vendor_list(user: User) -> List:
    held = Contract.objects.filter(vendor=OuterRef("pk"), archived_at__isnull=True)
    columns = [
        Column(key="name", label="Vendor", order=("name",)),
        Column(key="workloads", label="Workloads", order=("workload_count",), numeric=True),
        Column(key="models", label="Models served", order=("model_count",), numeric=True),
        Column(key="contracts", label="Contracts", order=("contract_count",), numeric=True),
        Column(key="notice", label="Next notice by", order=("next_notice",), css="n"),
    ]
    if sees_amounts(user):
        columns.append(
            Column(key="value", label="Contracts a year", order=("yearly",), numeric=True)
        )
    return List(
        name="vendors",
        nouns="vendor",
        columns=tuple(columns),
        default_sort="-workloads",
        search=_search_vendors,
        search_label="Search vendors, services and models",
        filters=(
            Filter(
                key="contract",
                label="Contract",
                choices=[("none", "None on file"), ("some", "On file")],
                apply=lambda rows, value: rows.filter(
                    Exists(held) if value == "some" else ~Exists(held)
                ),
            ),
        ),
        saved=(
            ALL,
            Saved(
                key="uncovered",
                label="No contract on file",
                query="contract=none",
                where=Q(contract_count=0),
            ),
        ),
    )


def _search_vendors(rows: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
    for word in words:
        rows = rows.filter(
            Q(name__icontains=word)
            | Exists(Vendor.objects.filter(pk=OuterRef("pk"), aliases__name__icontains=word))
            | Exists(Service.objects.filter(vendor=OuterRef("pk"), name__icontains=word))
            | Exists(AIModel.objects.filter(host=OuterRef("pk"), name__icontains=word))
        )
    return rows


def vendor_sums(page: ListPage, user: User) -> list[Any]:
    """Return what the contracts of the filtered vendors cost a year, by currency."""
    contracts = shown(Contract, user).current()
    contracts = contracts.filter(vendor__in=page.filtered.order_by().values("pk"))
    return sums(sums_by_currency(contracts, currency="currency", value="value_now_minor"), "value")


def vendor_headers(user: User) -> list[str]:
    heads = ["Vendor", "Workloads", "Models", "Contracts", "Next notice by"]
    if sees_amounts(user):
        heads.append(f"Contracts a year, {user.organisation.base_currency}")
    return [*heads, "Country", "Key"]


def vendor_line(row: Any, user: User) -> list[Exported]:
    line: list[Exported] = [
        *(row.name, row.workload_count, row.model_count, row.contract_count, row.next_notice)
    ]
    if sees_amounts(user):
        line.append(money_of(row.yearly, user.organisation.base_currency))
    return [*line, row.country, row.key]


def vendor_foot(page: ListPage, user: User) -> list[Exported]:
    line: list[Exported] = [page.total_words, None, None, None, None]
    if sees_amounts(user):
        found = vendor_sums(page, user)
        base = user.organisation.base_currency
        line.append(next((money for money in found if money.currency == base), None))
        others = [money for money in found if money.currency != base]
        if others:
            line[0] = f"{page.total_words}; also {in_words(others)}"
    return [*line, None, None]


VENDORS = Listing(
    title="Vendors",
    export_url="vendors:vendor-export",
    spec=vendor_list,
    rows=vendor_rows,
    headers=vendor_headers,
    line=vendor_line,
    foot=vendor_foot,
)


# ── Services ────────────────────────────────────────────────────────────────────────────────────


def service_rows(user: User, archived: bool = False) -> QuerySet[Any]:
    return (
        listed(Service, user, archived)
        .select_related("vendor")
        .annotate(
            workload_count=Subquery(
                used_by(user)
                .filter(Q(service=OuterRef("pk")) | Q(model__service=OuterRef("pk")))
                .order_by()
                .annotate(number=distinct("workload_id"))
                .values("number")
            ),
            model_count=number_of(shown(AIModel, user).current(), "id", service="pk"),
        )
    )


def service_list(user: User) -> List:
    return List(
        name="services",
        nouns="service",
        columns=(
            Column(key="name", label="Service", order=("name",)),
            Column(key="vendor", label="Vendor", order=("vendor__name",)),
            Column(key="kind", label="Kind", order=("kind",)),
            Column(key="models", label="Models served", order=("model_count",), numeric=True),
            Column(key="workloads", label="Workloads", order=("workload_count",), numeric=True),
            Column(key="tuning", label="Tuning until", order=("tuning_ends_on",), css="n"),
        ),
        default_sort="name",
        search=("name", "vendor__name"),
        filters=(
            Filter(key="kind", label="Kind", choices=Service.Kind.choices),
            Filter(
                key="vendor",
                label="Vendor",
                choices=lambda: vendor_choices(user, "services"),
                lookup="vendor",
            ),
        ),
        saved=(
            ALL,
            Saved(key="gateways", label="Gateways", query="kind=gateway", where=Q(kind="gateway")),
        ),
    )


SERVICES = Listing(
    title="Services",
    export_url="vendors:service-export",
    spec=service_list,
    rows=service_rows,
    headers=lambda user: [
        *("Service", "Vendor", "Kind", "Models", "Workloads", "Tuning until", "Key"),
    ],
    line=lambda row, user: [
        *(row.name, row.vendor.name, row.get_kind_display(), row.model_count),
        *(row.workload_count, row.tuning_ends_on, row.key),
    ],
    foot=lambda page, user: [page.total_words, *[None] * 6],
)


# ── Models ──────────────────────────────────────────────────────────────────────────────────────


def model_rows(user: User, archived: bool = False) -> QuerySet[Any]:
    return (
        listed(AIModel, user, archived)
        .select_related("host", "publisher", "service")
        .annotate(workload_count=number_of(used_by(user), "workload_id", model="pk"))
    )


def model_list(user: User) -> List:
    soon = today(user) + timedelta(days=180)
    return List(
        name="models",
        nouns="model",
        columns=(
            Column(key="name", label="Model", order=("name", "host__name")),
            Column(key="host", label="Served by", order=("host__name",)),
            Column(key="workloads", label="Workloads", order=("workload_count",), numeric=True),
            Column(key="retires", label="Retires on", order=("retires_on",), css="n"),
            Column(key="source", label="Source", order=("source",), css="gap-l"),
            Column(key="observed", label="Read on", order=("observed_on",), css="n"),
        ),
        default_sort="retires",
        search=("name", "registry_key", "host__name", "publisher__name"),
        filters=(
            Filter(
                key="host",
                label="Served by",
                choices=lambda: vendor_choices(user, "hosted_models"),
                lookup="host",
            ),
            Filter(key="mode", label="What it is for", choices=AIModel.Mode.choices),
            Filter(
                key="retires",
                label="Retires",
                choices=[("soon", "Within 180 days, or has"), ("unknown", "No date published")],
                apply=lambda rows, value: (
                    rows.filter(retires_on__lte=soon)
                    if value == "soon"
                    else rows.filter(retires_on__isnull=True)
                ),
            ),
        ),
        saved=(
            ALL,
            Saved(
                key="soon",
                label="Retire within 180 days",
                query="retires=soon",
                where=Q(retires_on__lte=soon),
            ),
            Saved(
                key="unknown",
                label="No date published",
                query="retires=unknown",
                where=Q(retires_on__isnull=True),
            ),
        ),
    )


MODELS = Listing(
    title="Models",
    export_url="vendors:model-export",
    spec=model_list,
    rows=model_rows,
    headers=lambda user: [
        *("Model", "Served by", "Workloads", "Retires on", "Source", "Read on"),
        *("Made by", "Address of the source", "Key"),
    ],
    line=lambda row, user: [
        *(row.name, row.host.name, row.workload_count, row.retires_on, row.source),
        *(row.observed_on, row.publisher.name, row.source_url, row.key),
    ],
    foot=lambda page, user: [page.total_words, *[None] * 8],
)


# ── Contracts ───────────────────────────────────────────────────────────────────────────────────


def contract_rows(user: User, archived: bool = False) -> QuerySet[Any]:
    return (
        listed(Contract, user, archived)
        .with_terms()
        .select_related("vendor", "owner")
        .annotate(workload_count=number_of(used_by(user), "workload_id", contract="pk"))
    )


INCOMPLETE = (
    Q(renewal=Contract.Renewal.UNKNOWN)
    | Q(starts_on__isnull=True)
    | (
        Q(ends_on__isnull=True)
        & Q(term_months__isnull=True)
        & ~Q(renewal=Contract.Renewal.EVERGREEN)
    )
    | (Q(notice_value__isnull=True) & ~Q(renewal=Contract.Renewal.FIXED))
    | (Q(renewal=Contract.Renewal.AUTOMATIC) & Q(renewal_months__isnull=True))
)
WITHOUT_VALUE = Q(value_now_minor__isnull=True, state=Contract.State.IN_FORCE)


def incomplete(user: User) -> Q:
    """Return what makes a contract incomplete; whether its value is known is an amount's affair."""
    return INCOMPLETE | WITHOUT_VALUE if sees_amounts(user) else INCOMPLETE


def contract_list(user: User) -> List:
    on = today(user)
    undecided = Q(decision="", notice_given_on__isnull=True, state=Contract.State.IN_FORCE)
    soon = Q(notice_by__gte=on, notice_by__lte=on + timedelta(days=SOON_DAYS)) & undecided
    passed = Q(notice_by__lt=on) & undecided
    lacking = incomplete(user)
    conditions = {"soon": soon, "passed": passed, "unknown": Q(notice_by__isnull=True)}
    columns = [
        Column(key="name", label="Contract", order=("name",)),
        Column(key="notice", label="Notice by", order=("notice_by",), css="n"),
        Column(key="ends", label="Ends or renews", order=("current_end_on",), css="n"),
        Column(key="renewal", label="At the end", order=("renewal",), css="gap-l"),
        Column(key="decision", label="Decision", order=("decision",)),
        Column(key="owner", label="Who acts", order=("owner__name",)),
    ]
    if sees_amounts(user):
        columns.append(
            Column(
                key="value",
                label="Yearly value",
                order=("currency", "value_now_minor"),
                numeric=True,
            )
        )
    return List(
        name="contracts",
        nouns="contract",
        columns=tuple(columns),
        default_sort="notice",
        search=("name", "reference", "vendor__name"),
        filters=(
            Filter(
                key="vendor",
                label="Vendor",
                choices=lambda: vendor_choices(user, "contracts"),
                lookup="vendor",
            ),
            Filter(key="state", label="It is", choices=Contract.State.choices),
            Filter(key="renewal", label="At the end", choices=Contract.Renewal.choices),
            Filter(
                key="decision",
                label="Decision",
                choices=[("none", "Not decided"), *Contract.Decision.choices[1:]],
                apply=lambda rows, value: rows.filter(decision="" if value == "none" else value),
            ),
            Filter(
                key="notice",
                label="Notice day",
                choices=[
                    ("soon", "Within 90 days, undecided"),
                    ("passed", "Passed, undecided"),
                    ("unknown", "Not known"),
                ],
                apply=lambda rows, value: rows.filter(conditions[value]),
            ),
            Filter(
                key="record",
                label="Record",
                choices=[("incomplete", "Incomplete"), ("complete", "Complete")],
                apply=lambda rows, value: rows.filter(
                    lacking if value == "incomplete" else ~lacking
                ),
            ),
        ),
        saved=(
            ALL,
            Saved(key="soon", label="Notice within 90 days", query="notice=soon", where=soon),
            Saved(key="passed", label="Notice day passed", query="notice=passed", where=passed),
            Saved(key="lacking", label="Incomplete", query="record=incomplete", where=lacking),
            Saved(
                key="draft",
                label="Drafts",
                query="state=draft",
                where=Q(state=Contract.State.DRAFT),
            ),
        ),
    )


def contract_sums(page: ListPage) -> list[Any]:
    """Return what the filtered contracts cost a year, by currency."""
    found = sums_by_currency(page.filtered, currency="currency", value="value_now_minor")
    return sums(found, "value")


def contract_headers(user: User) -> list[str]:
    heads = ["Contract", "Notice by", "Ends or renews", "At the end", "Decision", "Who acts"]
    if sees_amounts(user):
        heads += ["Yearly value", "Currency"]
    return [*heads, "Vendor", "Reference", "Lacking", "Workloads", "Key"]


def contract_line(row: Any, user: User) -> Sequence[Exported]:
    found = terms.days_of(row, on=today(user)).dates
    row = terms.as_amended(row, on=today(user))
    line: list[Exported] = [
        *(row.name, found.act_by if found else None, found.current_end if found else None),
        *(row.get_renewal_display(), row.get_decision_display()),
        row.owner.name if row.owner else None,
    ]
    if sees_amounts(user):
        counts = row.state == Contract.State.IN_FORCE
        line += [row.annual_value if counts else None, row.currency]
    lacking = ", ".join(terms.lacking(row, see_amounts=sees_amounts(user)))
    return [*line, row.vendor.name, row.reference, lacking, row.workload_count, row.key]


def contract_foot(page: ListPage, user: User) -> Sequence[Exported]:
    line: list[Exported] = [page.total_words, *[None] * 5]
    if sees_amounts(user):
        found = contract_sums(page)
        one = found[0] if len(found) == 1 else None
        if len(found) > 1:
            line[0] = f"{page.total_words}: {in_words(found)}"
        line += [one, one.currency if one else None]
    return [*line, *[None] * 5]


CONTRACTS = Listing(
    title="Contracts",
    export_url="vendors:contract-export",
    spec=contract_list,
    rows=contract_rows,
    headers=contract_headers,
    line=contract_line,
    foot=contract_foot,
)
