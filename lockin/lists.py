"""Every list page: search, filters, sorting and pages in the URL, over one queryset.

A view declares its list once, beside the view:

    VENDORS = List(
        name="vendors", nouns="vendor",
        columns=(
            Column(key="name", label="Vendor", order=("name",)),
            Column(key="spend", label="Spend a year", order=("spend_minor",), numeric=True),
            Column(key="note", label="Note"),                        # no order: not sortable
        ),
        default_sort="-spend",
        search=("name", "contracts__name"),                          # or a function(queryset, words)
        filters=(
            Filter(key="kind", label="Kind", choices=Vendor.Kind.choices, lookup="kind"),
            Filter(key="owner", label="Owner", choices=owners, apply=of_owner, multiple=True),
        ),
        saved=(Saved(key="all", label="All"),
               Saved(key="late", label="Late", query="due=late", where=Q(due_on__lt=...))),
    )

    page = VENDORS.read(request, Vendor.objects.for_user(request.user), exports=(("CSV", url), …))
    return render(request, "vendors/vendor_list.html", {"page": page, …})

and its template says

    {% include "components/list_bar.html" %}
    {% if page.count %}
    <table class="table stack rows"><caption class="visually-hidden">{{ page.caption }}</caption>
      {% include "components/list_table_head.html" %}
      <tbody>{% for row in page.rows %}<tr><th scope="row"><a href="…">…</a></th>
        <td data-l="Owner">…</td><td class="n" data-l="Spend">…</td></tr>{% endfor %}</tbody>
      <tfoot><tr><th scope="row">{{ page.total_words }}</th>…</tr></tfoot>
    </table>
    {% include "components/pager.html" %}
    {% else %}{% include "components/filtered_empty.html" %}{% endif %}

An export reads the same list and takes `page.filtered`, which is sorted and not cut into pages.
Totals: `page.filtered.order_by().aggregate(…)` or `sums_by_currency(page.filtered, …)`.
Queries: one count, one for the rows, one for all saved counts, one for each list of choices.
With a memory (`read(…, memory=remembered.for_request(request))`) counts, choices and the order of the rows
are reckoned once for each state of the records, and a page costs the rows that it shows.
Search and filters over many-valued relations must use Exists, so that no row comes twice; a search
over such fields given by name is made distinct here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict

from lockin.remembered import NOTHING, Memory
from lockin.templatetags.figures import plural_words

T = TypeVar("T")
PER_PAGE = 50
LONGEST_SEARCH = 200
MOST_WORDS = 8

Choices = Iterable[tuple[Any, str]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column's head. Without `order` it cannot be sorted by."""

    key: str
    label: str
    order: tuple[Any, ...] = ()  # field names or expressions with asc() and desc()
    numeric: bool = False
    css: str = ""
    hidden_label: bool = False  # a column of marks or buttons: the name is for screen readers

    @property
    def starts_descending(self) -> bool:
        """Figures are sorted largest first at the first click, words from A."""
        return self.numeric


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One thing a list can be narrowed by.

    `choices` are (value, label) pairs, or a function that returns them; without choices the value
    is typed and `parse` reads it (ValueError: left out, with a word). `lookup` is a queryset
    lookup; `apply` takes queryset and value (a list of values where `multiple`) instead.
    """

    key: str
    label: str
    choices: Choices | Callable[[], Choices] = ()
    lookup: str = ""
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None
    parse: Callable[[str], Any] | None = None
    input_type: str = "text"
    multiple: bool = False

    def options(self) -> list[tuple[str, str]]:
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in pairs]

    def narrow(self, queryset: QuerySet[Any], values: list[Any]) -> QuerySet[Any]:
        if self.apply is not None:
            return self.apply(queryset, values if self.multiple else values[0])
        lookup = self.lookup or self.key
        if self.multiple:
            return queryset.filter(**{f"{lookup}__in": values})
        return queryset.filter(**{lookup: values[0]})


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A saved view: a link with a query string, and the condition that counts its rows."""

    key: str
    label: str
    query: str = ""
    where: Q | None = None  # no condition: counts all where the query is empty, else no count


@dataclass(frozen=True, kw_only=True)
class Head:
    """A column as the page shows it."""

    column: Column
    url: str = ""
    sort: str = ""  # "", "ascending" or "descending": the value of aria-sort


@dataclass(frozen=True, kw_only=True)
class Word:
    """A filter in force, with the address of the list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link with, perhaps, a count."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class FilterField:
    """A filter as the panel shows it."""

    filter: Filter
    options: list[tuple[str, str, bool]] = field(default_factory=list)  # value, label, chosen
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class List:
    """What a list page can do."""

    name: str
    nouns: str  # "workload", or "person,people"
    columns: tuple[Column, ...]
    default_sort: str
    search: tuple[str, ...] | Callable[[QuerySet[Any], list[str]], QuerySet[Any]] = ()
    search_label: str = ""
    filters: tuple[Filter, ...] = ()
    saved: tuple[Saved, ...] = ()
    per_page: int = PER_PAGE

    def read(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        *,
        exports: Sequence[tuple[str, str]] = (),
        memory: Memory = NOTHING,
    ) -> ListPage:
        """Return the list as the request's query string asks for it. Nothing is fetched yet."""
        return ListPage(
            self, request.GET, queryset, path=request.path, exports=exports, memory=memory
        )


class ListPage:
    """One list as one query string shows it: what a view hands to its template or its export."""

    def __init__(
        self,
        spec: List,
        query: QueryDict,
        queryset: QuerySet[Any],
        *,
        path: str = "",
        exports: Sequence[tuple[str, str]] = (),
        memory: Memory = NOTHING,
    ) -> None:
        """Narrow and sort.

        :param memory: for lists whose rows hang on nothing but the records and who looks at them
        """
        self.spec = spec
        self._memory = memory
        self.query = query
        self.path = path
        self.everything = queryset
        self._exports = exports
        self._notes: list[str] = []
        self._options = {item.key: self._choices(item) for item in spec.filters}
        self._asked: list[list[str]] = []
        self.search = clean(query.get("q", ""))[:LONGEST_SEARCH]
        self.words: list[Word] = []
        narrowed = self._searched(queryset)
        for item in spec.filters:
            narrowed = self._narrowed(narrowed, item)
        self.sort_key, self.descending = self._sort()
        self.filtered: QuerySet[Any] = narrowed.order_by(*self._order(), "pk")

    def remember(self, name: str, make: Callable[[], T]) -> T:
        """Return what holds for the rows that the filter leaves, reckoned once where it may be."""
        return self._memory(f"{self.spec.name} {name} {self._asked}", make)

    def _choices(self, item: Filter) -> list[tuple[str, str]]:
        if not callable(item.choices):
            return item.options()
        return self._memory(f"{self.spec.name} choices of {item.key}", item.options)

    # ── What the query string says ──────────────────────────────────────────────────────────────

    def _searched(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = self.search.split()[:MOST_WORDS]
        if not words or not self.spec.search:
            return queryset
        self.words.append(Word(label="Search", value=self.search, without=self._url(q=None)))
        self._asked.append(["", *words])
        if callable(self.spec.search):
            return self.spec.search(queryset, words)
        for word in words:
            found = Q()
            for name in self.spec.search:
                found |= Q(**{f"{name}__icontains": word})
            queryset = queryset.filter(found)
        return queryset.distinct() if any("__" in name for name in self.spec.search) else queryset

    def _narrowed(self, queryset: QuerySet[Any], item: Filter) -> QuerySet[Any]:
        asked = [clean(text) for text in self.query.getlist(item.key)]
        asked = [text for text in asked if text][: None if item.multiple else 1]
        labels = dict(self._options[item.key])
        values: list[Any] = []
        for text in asked:
            try:
                value = self._value(item, text, labels)
            except ValueError:
                self._notes.append(f"“{text}” is no value of {item.label} and was left out.")
                continue
            values.append(value)
            self._asked.append([item.key, text])
            rest = [other for other in self.query.getlist(item.key) if other != text]
            self.words.append(
                Word(
                    label=item.label,
                    value=labels.get(text, text),
                    without=self._url(**{item.key: rest}),
                )
            )
        return item.narrow(queryset, values) if values else queryset

    @staticmethod
    def _value(item: Filter, text: str, labels: dict[str, str]) -> Any:
        if labels and text not in labels:
            raise ValueError(text)
        return item.parse(text) if item.parse else text

    def _sort(self) -> tuple[str, bool]:
        known = {column.key for column in self.spec.columns if column.order}
        asked = clean(self.query.get("sort", ""))
        if asked and asked.removeprefix("-") not in known:
            self._notes.append(f"This list cannot be sorted by “{asked.removeprefix('-')}”.")
            asked = ""
        sort = asked or self.spec.default_sort
        return sort.removeprefix("-"), sort.startswith("-")

    def _order(self) -> list[OrderBy]:
        column = next(item for item in self.spec.columns if item.key == self.sort_key)
        terms = [F(term) if isinstance(term, str) else term for term in column.order]
        # What is missing stands last whichever way the list runs.
        if self.descending:
            return [term.desc(nulls_last=True) for term in terms]
        return [term.asc(nulls_last=True) for term in terms]

    # ── Addresses ───────────────────────────────────────────────────────────────────────────────

    def _query(self, **changes: Any) -> str:
        """Return the query string with changes; the page number never stays."""
        query = self.query.copy()
        query.pop("page", None)
        for key, value in changes.items():
            query.pop(key, None)
            for text in value if isinstance(value, list) else [value]:
                if text not in (None, ""):
                    query.appendlist(key, str(text))
        return query.urlencode()

    def _url(self, **changes: Any) -> str:
        query = self._query(**changes)
        return f"{self.path}?{query}" if query else self.path

    @property
    def clear_url(self) -> str:
        """The list without search and filters, sorted as it is."""
        return self._url(q=None, **{item.key: None for item in self.spec.filters})

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """What the search form must carry along: the sort, and no page number."""
        return [("sort", self.query["sort"])] if self.query.get("sort") else []

    @property
    def exports(self) -> list[Link]:
        """The export links, with the query string that the page was read from."""
        query = self._query()
        return [
            Link(label=label, url=f"{url}?{query}" if query else url)
            for label, url in self._exports
        ]

    # ── What the template shows ─────────────────────────────────────────────────────────────────

    @property
    def notes(self) -> list[str]:
        """What was asked for and left out, in words."""
        self.number  # noqa: B018 (reading the page number may add a note)
        return self._notes

    @property
    def is_filtered(self) -> bool:
        return bool(self.words)

    @cached_property
    def count(self) -> int:
        """How many rows the filter leaves."""
        return len(self._order_of_rows) if self._memory.state else self.filtered.order_by().count()

    @cached_property
    def _order_of_rows(self) -> list[Any]:
        """The keys of all rows that the filter leaves, in order: a few bytes each."""
        return self.remember(
            f"by {self.sort_key} {self.descending}",
            lambda: list(self.filtered.values_list("pk", flat=True)),
        )

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.spec.per_page))

    @cached_property
    def number(self) -> int:
        """The page shown: the nearest one there is."""
        asked = clean(self.query.get("page", "")) or "1"
        if not (asked.isascii() and asked.isdigit()) or int(asked[:9]) < 1:
            self._notes.append(f"“{asked}” is no page number. This is the first page.")
            return 1
        if int(asked[:9]) > self.pages:
            self._notes.append(f"There is no page {asked[:9]}. This is the last page.")
        return min(int(asked[:9]), self.pages)

    @cached_property
    def rows(self) -> list[Any]:
        if not self._memory.state:
            start = (self.number - 1) * self.spec.per_page
            return list(self.filtered[start : start + self.spec.per_page])
        found = {row.pk: row for row in self.everything.filter(pk__in=self.keys)}
        return [found[pk] for pk in self.keys if pk in found]

    @cached_property
    def keys(self) -> list[Any]:
        """The keys of the rows shown, in order."""
        start = (self.number - 1) * self.spec.per_page
        end = start + self.spec.per_page
        if self._memory.state:
            return self._order_of_rows[start:end]
        return list(self.filtered.values_list("pk", flat=True)[start:end])

    @property
    def extent(self) -> str:
        """“1–50 of 212”."""
        if not self.count:
            return "0"
        first = (self.number - 1) * self.spec.per_page + 1
        last = min(first + self.spec.per_page - 1, self.count)
        return f"{first:,}–{last:,} of {self.count:,}"

    @property
    def noun(self) -> str:
        """The word for one row: “workload”."""
        return self.spec.nouns.partition(",")[0]

    @property
    def counted(self) -> str:
        """“Two workloads”, as the first words of a sentence."""
        text = plural_words(self.count, self.spec.nouns)
        return text[:1].upper() + text[1:]

    @property
    def total_words(self) -> str:
        """The head of the totals row, which says what it adds up."""
        text = plural_words(self.count, self.spec.nouns)
        match = " that matches" if self.count == 1 else " that match"
        return f"Total, {text}" + (match if self.is_filtered else "")

    @property
    def previous_url(self) -> str:
        return self._url(page=self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self._url(page=self.number + 1) if self.number < self.pages else ""

    @property
    def heads(self) -> list[Head]:
        heads = []
        for column in self.spec.columns:
            if not column.order:
                heads.append(Head(column=column))
                continue
            current = column.key == self.sort_key
            down = not self.descending if current else column.starts_descending
            heads.append(
                Head(
                    column=column,
                    url=self._url(sort=("-" if down else "") + column.key),
                    sort=("descending" if self.descending else "ascending") if current else "",
                )
            )
        return heads

    @property
    def caption(self) -> str:
        """The table's caption: what the rows are, how many, and their order."""
        column = next(item for item in self.spec.columns if item.key == self.sort_key)
        way = "descending" if self.descending else "ascending"
        return f"{self.counted}, sorted by {column.label.lower()}, {way}"

    @cached_property
    def saved(self) -> list[Link]:
        """The saved views, with their counts from one query."""
        if not self.spec.saved:
            return []
        wanted = {
            f"view_{place}": Count("pk", filter=view.where, distinct=True)
            if view.where is not None
            else Count("pk", distinct=True)
            for place, view in enumerate(self.spec.saved)
            if view.where is not None or not view.query
        }
        counts: dict[str, int] = {}
        if wanted:
            counts = self._memory(
                f"{self.spec.name} saved views",
                lambda: self.everything.order_by().aggregate(**wanted),
            )
        mine = comparable(self._query(sort=None))
        return [
            Link(
                label=view.label,
                url=f"{self.path}?{view.query}" if view.query else self.path,
                count=counts.get(f"view_{place}"),
                current=comparable(view.query) == mine,
            )
            for place, view in enumerate(self.spec.saved)
        ]

    @property
    def fields(self) -> list[FilterField]:
        """The filter panel."""
        fields = []
        for item in self.spec.filters:
            chosen = self.query.getlist(item.key)
            fields.append(
                FilterField(
                    filter=item,
                    options=[
                        (value, label, value in chosen) for value, label in self._options[item.key]
                    ],
                    value=chosen[0] if chosen else "",
                )
            )
        return fields

    def file_stem(self, *, on: date) -> str:
        """The export's file name without its ending: list, view and day."""
        view = "-filtered" if self.is_filtered else ""
        return f"{self.spec.name}{view}-{on.isoformat()}"


def clean(text: str) -> str:
    """Return typed text without the characters that databases refuse."""
    return text.replace("\x00", "").strip()


def comparable(query: str) -> list[tuple[str, str]]:
    """Return a query string in a form in which two can be compared."""
    return sorted(
        (key, value) for key, value in QueryDict(query).items() if key != "sort" and value
    )


def query_string(**values: Any) -> str:
    """Return a query string for a link to a list: query_string(tier="high")."""
    return urlencode(
        {key: value for key, value in values.items() if value not in (None, "")}, doseq=True
    )


def sums_by_currency(
    queryset: QuerySet[Any], *, currency: str, **amounts: str
) -> list[dict[str, Any]]:
    """Return one row a currency with the sum of each amount field, the largest first.

    Amounts are minor units, so that the sums are exact on every database; they are never added
    across currencies (decisions 3).
    """
    sums = {name: Sum(path) for name, path in amounts.items()}
    rows = queryset.order_by().values(currency).annotate(**sums)
    first = next(iter(amounts))
    return sorted(
        ({"currency": row[currency], **{name: row[name] for name in amounts}} for row in rows),
        key=lambda row: (-(row[first] or 0), row["currency"] or ""),
    )
