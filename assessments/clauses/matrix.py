"""Who has accepted what: clause × vendor, from our contracts, peer evidence and published terms.

"Nothing known" is a dash and never counts as accepted; a contract that nobody has read counts as
missing. Vendors are comparable when they run the same kind of service for us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assessments.clauses import versions
from assessments.clauses.definition import Clause
from assessments.clauses.judging import Status, judge
from assessments.clauses.published import STALE_DAYS, PublishedTerms, published_terms
from assessments.clauses.standing import ClauseStanding, of_contracts
from assessments.models import PeerAcceptance, PolicyVersion
from lockin.accounts.models import Organisation, User
from vendors.models import AIModel, Contract, Service, Vendor

OURS, PEER, PUBLISHED = "ours", "peer", "published"
# The best that is known of a vendor decides: what it accepted once it can accept again.
_BEST_FIRST = (
    Status.MET,
    Status.PARTLY,
    Status.REFUSED,
    Status.MISSING,
    Status.NOT_APPLICABLE,
)
_STANCES = {
    "accepted": Status.MET,
    "partly": Status.PARTLY,
    "refused": Status.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that is known, with where it is known from."""

    kind: str
    status: Status
    words: str
    source: str
    day: date | None
    url: str = ""
    confidence: str = ""
    contract: Contract | None = None
    peer: PeerAcceptance | None = None
    is_read: bool = True
    is_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Column:
    """A vendor, or a standard paper that is nobody's own."""

    key: str
    name: str
    vendor: Vendor | None
    kinds: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is known of one vendor on one clause."""

    column: Column
    clause: Clause
    entries: tuple[Entry, ...]

    @property
    def best(self) -> Entry | None:
        return min(self.entries, key=lambda e: _BEST_FIRST.index(e.status), default=None)

    @property
    def status(self) -> Status | None:
        """How far the vendor has gone; None where nothing is known."""
        return self.best.status if self.best else None

    @property
    def is_known(self) -> bool:
        """Whether anything was read; a contract that nobody has read tells nothing."""
        return any(entry.is_read for entry in self.entries)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One clause over all columns."""

    clause: Clause
    cells: tuple[Cell, ...]

    @property
    def _counted(self) -> tuple[Cell, ...]:
        return tuple(
            cell
            for cell in self.cells
            if cell.column.vendor is not None and cell.status not in (None, Status.NOT_APPLICABLE)
        )

    @property
    def met(self) -> int:
        return sum(cell.status is Status.MET for cell in self._counted)

    @property
    def known(self) -> int:
        """Vendors of whom something is on file, read or not."""
        return len(self._counted)


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Who took a clause, seen from one vendor's side of the table."""

    sentence: str
    is_commercial: bool
    """Whether a comparable vendor accepted, so that an objection is no matter of principle."""
    accepted: tuple[str, ...]
    partly: tuple[str, ...]
    comparable: int
    published: tuple[Entry, ...]
    """What may be shown to a vendor: published and filed papers alone."""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The whole table on a day."""

    policy: PolicyVersion | None
    on: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @cached_property
    def by_clause(self) -> Mapping[str, Row]:
        return {row.clause.key: row for row in self.rows}

    def totals(self) -> tuple[tuple[int, int], ...]:
        """Return, for each column, how many clauses are met and how many apply."""
        return tuple(
            (
                sum(row.cells[place].status is Status.MET for row in self.rows),
                sum(
                    row.cells[place].status not in (None, Status.NOT_APPLICABLE)
                    for row in self.rows
                ),
            )
            for place, _ in enumerate(self.columns)
        )

    def acceptance(
        self, clause_key: str, *, vendor: Vendor, contract: Contract | None = None
    ) -> Acceptance:
        """
        Return who else accepted a clause, and the sentence for the table.

        :param contract: the one on the table; what it gives itself proves nothing
        """
        row = self.by_clause[clause_key]
        own = next((c for c in row.cells if _is(c.column, vendor)), None)
        kinds = own.column.kinds if own else frozenset()
        others = [
            cell
            for cell in row.cells
            if cell.column.vendor is not None
            and not _is(cell.column, vendor)
            and (not kinds or cell.column.kinds & kinds)
        ]
        known = [cell for cell in others if cell.is_known]
        accepted = tuple(c.column.name for c in known if c.status is Status.MET)
        partly = tuple(c.column.name for c in known if c.status is Status.PARTLY)
        return Acceptance(
            sentence=_sentence(vendor, _elsewhere(own, contract), accepted, partly, len(known)),
            is_commercial=bool(accepted),
            accepted=accepted,
            partly=partly,
            comparable=len(known),
            published=tuple(
                entry
                for cell in row.cells
                for entry in cell.entries
                if entry.kind == PUBLISHED and entry.status in (Status.MET, Status.PARTLY)
            ),
        )


def matrix(*, organisation: Organisation, on: date, user: User | None = None) -> Matrix:
    """
    Return the matrix of an organisation on a day, from a fixed number of queries.

    :param user: whose contracts and vendors it shows; without one, all of them
    """
    policy = versions.in_use(organisation)
    # A draft is an offer: nobody has accepted what stands in it.
    contracts = Contract.objects.in_organisation(organisation).current()
    contracts = contracts.exclude(state=Contract.State.DRAFT)
    peers = PeerAcceptance.objects.filter(organisation=organisation).standing()
    if user is not None and not user.sees_all:
        seen = Contract.objects.for_user(user).order_by().values("pk")
        contracts = contracts.filter(pk__in=seen)
        peers = peers.filter(vendor__contracts__in=seen).distinct()
    held = list(contracts.select_related("vendor").order_by("vendor__name", "name", "pk"))
    noted = list(peers.select_related("vendor").order_by("observed_on", "pk"))
    standing = of_contracts(held, organisation=organisation, on=on, policy=policy)
    names = {row.vendor_id: row.vendor for row in held}
    names.update({row.vendor_id: row.vendor for row in noted})
    columns = _columns(organisation, names.values())
    clauses = policy.definition.clauses if policy else ()
    papers = published_terms()
    rows = tuple(
        Row(
            clause=clause,
            cells=tuple(
                Cell(
                    column=column,
                    clause=clause,
                    entries=(
                        *(
                            _from_contract(standing[row.pk].by_key[clause.key], row)
                            for row in held
                            if row.vendor_id == _vendor_id(column)
                        ),
                        *(
                            _from_peer(row, on=on)
                            for row in noted
                            if row.vendor_id == _vendor_id(column) and row.clause_key == clause.key
                        ),
                        *_from_papers(papers, clause, column, on=on),
                    ),
                )
                for column in columns
            ),
        )
        for clause in clauses
    )
    return Matrix(policy=policy, on=on, columns=columns, rows=rows)


def _columns(organisation: Organisation, vendors: Iterable[Vendor]) -> tuple[Column, ...]:
    kinds: dict[int, set[str]] = {}
    services = Service.objects.in_organisation(organisation).current().order_by("pk")
    for vendor_id, kind in services.values_list("vendor_id", "kind"):
        kinds.setdefault(vendor_id, set()).add(kind)
    # Whoever serves a model serves an interface to it, whatever else is on file.
    hosts = AIModel.objects.in_organisation(organisation).current().order_by("pk")
    for vendor_id in hosts.values_list("host_id", flat=True):
        kinds.setdefault(vendor_id, set()).add(Service.Kind.MODEL_API.value)
    found = [
        Column(
            key=f"vendor-{vendor.pk}",
            name=vendor.name,
            vendor=vendor,
            kinds=frozenset(kinds.get(vendor.pk, ())),
        )
        for vendor in sorted(vendors, key=lambda vendor: (vendor.name.casefold(), vendor.pk))
    ]
    found += [
        Column(key=f"terms-{paper.key}", name=paper.name, vendor=None, kinds=frozenset())
        for paper in published_terms()
        if paper.kind == "standard"
    ]
    return tuple(found)


def _from_contract(entry: ClauseStanding, contract: Contract) -> Entry:
    return Entry(
        kind=OURS,
        # That we do without it is our word, not the vendor's.
        status=entry.judgement.beneath,
        words=entry.judgement.reason
        if entry.judgement.waived_until is None
        else f"Not given; {entry.judgement.reason}",
        source=f"{contract.name}{', ' + entry.place if entry.place else ''}",
        day=entry.row.read_on if entry.row else None,
        contract=contract,
        is_read=entry.row is not None,
    )


def _from_peer(row: PeerAcceptance, *, on: date) -> Entry:
    return Entry(
        kind=PEER,
        status=_STANCES[row.stance],
        words=row.words,
        source=row.source,
        day=row.observed_on,
        url=row.source_url,
        confidence=row.get_confidence_display(),
        peer=row,
        is_stale=(on - row.observed_on).days > STALE_DAYS,
    )


def _from_papers(
    papers: Sequence[PublishedTerms], clause: Clause, column: Column, *, on: date
) -> Iterable[Entry]:
    for paper in papers:
        found = paper.by_clause.get(clause.key)
        if found is None or not _belongs(paper, column):
            continue
        status = judge(clause, found.reading).status if found.reading else _STANCES[found.stance]
        section = f", {found.section}" if found.section else ""
        yield Entry(
            kind=PUBLISHED,
            status=status,
            words=found.words,
            source=f"{paper.source}{section}",
            day=paper.observed_on,
            url=paper.url,
            confidence=PeerAcceptance.Confidence(paper.confidence).label,
            is_stale=paper.is_stale(on=on),
        )


def _belongs(paper: PublishedTerms, column: Column) -> bool:
    if paper.kind == "standard":
        return column.key == f"terms-{paper.key}"
    names = {name.casefold() for name in paper.vendors}
    return column.vendor is not None and column.vendor.name.casefold() in names


def _vendor_id(column: Column) -> int | None:
    return column.vendor.pk if column.vendor else None


def _is(column: Column, vendor: Vendor) -> bool:
    return column.vendor is not None and column.vendor.pk == vendor.pk


def _elsewhere(cell: Cell | None, contract: Contract | None) -> Entry | None:
    """Return where the vendor itself accepted the clause, outside of the contract on the table."""
    for entry in cell.entries if cell else ():
        is_same = contract is not None and entry.contract == contract
        if entry.status is Status.MET and entry.is_read and not is_same:
            return entry
    return None


def _sentence(
    vendor: Vendor,
    own: Entry | None,
    accepted: Sequence[str],
    partly: Sequence[str],
    comparable: int,
) -> str:
    first = ""
    if own is not None:
        first = f"{vendor.name} itself has accepted it: {own.source}. "
    if accepted:
        noun = "vendor has" if len(accepted) == 1 else "vendors have"
        return (
            f"{first}{len(accepted)} comparable {noun} accepted this clause "
            f"({_listed(accepted)}), so an objection to it is commercial, not one of principle."
        )
    if partly:
        noun = "vendor has" if len(partly) == 1 else "vendors have"
        return (
            f"{first}No comparable vendor has accepted all of it; {len(partly)} {noun} "
            f"accepted a part ({_listed(partly)})."
        )
    if not comparable:
        return f"{first}Of no comparable vendor is anything known. Ask two of them at once."
    return (
        f"{first}None of {comparable} comparable vendors is known to have accepted it. "
        "Expect a no, and price it."
        if comparable > 1
        else f"{first}The one comparable vendor has not accepted it. Expect a no, and price it."
    )


def _listed(items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
