"""What the portfolio's lists share: export of exactly what is shown, and totals by currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from lockin.accounts.authorization import may, require_permission
from lockin.accounts.models import User
from lockin.accounts.permissions import Permission
from lockin.lists import List, ListPage
from lockin.money import Money
from vendors.exports import sheets
from vendors.exports.sheets import Exported

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")
# Rows fetched at a time by an export.
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list: how it is read for a person, and how its rows are written into a file."""

    title: str
    export_url: str
    spec: Callable[[User], List]
    rows: Callable[[User, bool], QuerySet[Any]]
    headers: Callable[[User], Sequence[str]]
    line: Callable[[Any, User], Sequence[Exported]]
    foot: Callable[[ListPage, User], Sequence[Exported]]

    def page(self, request: HttpRequest) -> ListPage:
        """Return the list as the request's address asks for it."""
        user: Any = request.user
        exports = []
        if may(user, Permission.PORTFOLIO_EXPORT):
            exports = [(kind.upper(), reverse(self.export_url, args=[kind])) for kind in KINDS]
        archived = request.GET.get("archived") == "yes"
        return self.spec(user).read(request, self.rows(user, archived), exports=exports)


def export_view(listing: Listing) -> Callable[..., HttpResponseBase]:
    """Return the view that exports a list as its address filters and sorts it."""

    @require_permission(Permission.PORTFOLIO_VIEW, Permission.PORTFOLIO_EXPORT)
    def export(request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404("Lists are exported as csv or xlsx.")
        user: Any = request.user
        page = listing.page(request)
        headers = listing.headers(user)
        lines = _lines(listing, page, user)
        foot = listing.foot(page, user)
        name = f"{page.file_stem(on=user.organisation.day_of(timezone.now()))}.{kind}"
        if kind == "csv":
            return StreamingHttpResponse(
                sheets.csv_stream(headers, lines, totals=foot),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        book = sheets.xlsx_file(listing.title, headers, lines, foot)
        return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)

    return export


def _lines(listing: Listing, page: ListPage, user: User) -> Iterator[Sequence[Exported]]:
    for row in page.filtered.iterator(chunk_size=CHUNK):
        yield listing.line(row, user)


def number_of(rows: QuerySet[Any], column: str, **of: str) -> Subquery:
    """Return how many different values a column has in the rows that belong to the outer row."""
    matched = rows.filter(**{path: OuterRef(name) for path, name in of.items()})
    return Subquery(matched.order_by().annotate(number=distinct(column)).values("number"))


def distinct(column: str) -> Func:
    """Return a count of different values that leaves its query without groups."""
    return Func(
        F(column),
        function="COUNT",
        template="%(function)s(DISTINCT %(expressions)s)",
        output_field=IntegerField(),
    )


def money_of(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money.from_minor(minor, currency)


def sums(rows: Sequence[dict[str, Any]], name: str) -> list[Money]:
    """Return one amount a currency; a currency in which nothing is known is left out."""
    return [Money.from_minor(row[name], row["currency"]) for row in rows if row[name] is not None]


def in_words(amounts: Sequence[Money]) -> str:
    return ", ".join(f"{money} {money.currency}" for money in amounts)
