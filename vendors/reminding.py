"""Which days of a contract people are reminded of, and when; and what is heard when it changes.

Counted back from the last safe day for notice: alternatives tested 90 days before it, the brief
due 30 days before. Whoever owns the contract hears, and the council where nobody does; ten days
before, and again two days before, the chair hears that nobody has acted. [A]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

from django.urls import reverse

from lockin.accounts.authorization import may
from lockin.accounts.models import Organisation, User
from lockin.accounts.permissions import Permission
from lockin.jobs import queue
from lockin.reminders import arming
from lockin.reminders.planning import CHAIR, COUNCIL, Day, Nudge, Plan, Source
from lockin.trail.recording import Entry
from vendors.dates import KeyDates
from vendors.days import weekday
from vendors.models import Amendment, Contract
from vendors.models.contract import ContractQuerySet
from vendors.portfolio.terms import as_amended, days_of

KIND = "contract"
JOB = "reminders"

# Days before the last safe day for notice. The day itself is one, and so is the day after it.
DECIDE = (90, 60, 30, 14, 7, 3, 1, 0)
GIVE_NOTICE = (30, 14, 7, 3, 1, 0)
ESCALATE = (10, 2)
MISSED = -1
# Days before the brief is due, and before the alternatives are to be tested.
BRIEF = (14, 0)
ALTERNATIVES = (30, 0)
# A contract that renews by the month or the quarter: missing one day costs little, and eight
# reminders for each would be read by nobody.
SHORT_PERIOD_DAYS = 100
SHORT = (7, 1)

# An import writes more than this at once: then all contracts are gone through, by a job.
MANY = 200


def subjects(organisation: Organisation) -> ContractQuerySet:
    """Return the contracts that may have days: signed, in use."""
    return Contract.objects.filter(organisation=organisation).in_force()


def visible(user: User) -> ContractQuerySet:
    """Return the contracts whose days a person may see."""
    if not may(user, Permission.PORTFOLIO_VIEW):
        return Contract.objects.none()
    return Contract.objects.for_user(user)


def plans(organisation: Organisation, ids: Sequence[int], on: date) -> Iterator[Plan]:
    """Yield the plan of each contract: two queries, however many."""
    done = work_done(organisation, ids)
    rows = subjects(organisation).filter(pk__in=ids).with_terms().order_by("pk")
    for contract in rows:
        found = days_of(contract, on=on).dates
        if found is not None:  # terms that contradict themselves: the contract's page says so
            yield plan(as_amended(contract, on=on), found, done=done.get(contract.pk, ()))


def plan(contract: Contract, dates: KeyDates, *, done: Collection[str] = ()) -> Plan:
    """Return the days of one contract, as far as they are known and nobody has settled them.

    The days are ours already, whatever zone the contract is in, so the mornings are too.

    :param done: kinds of days whose work is done, such as `brief`
    """
    days = (day for day in _days(contract, dates) if day.kind not in done)
    return Plan(subject_id=contract.pk, days=tuple(days))


Done = Callable[[Organisation, Sequence[int]], Iterable[tuple[int, str]]]
_done: list[Done] = []


def let_know(done: Done) -> None:
    """Let an app above say which work of contracts is done: pairs of contract and kind of day."""
    if done not in _done:
        _done.append(done)


def work_done(organisation: Organisation, ids: Sequence[int]) -> dict[int, set[str]]:
    """Return the kinds of days of each contract whose work is done."""
    found: dict[int, set[str]] = {}
    for told in _done:
        for pk, kind in told(organisation, ids):
            found.setdefault(pk, set()).add(kind)
    return found


def source() -> Source:
    """Return what the reminders are told about contracts."""
    return Source(kind=KIND, subjects=subjects, plans=plans, visible=visible)


def heard(entries: Sequence[Entry], organisation: Organisation, now: datetime) -> None:
    """Bring the reminders of contracts up to date that these writes may have moved."""
    arm(_named(entries), organisation=organisation, now=now)


def arm(ids: Sequence[int], *, organisation: Organisation, now: datetime) -> None:
    """Bring the reminders of these contracts up to date; those of many, in a job."""
    if len(ids) > MANY:
        queue.ask(
            organisation=organisation,
            kind=JOB,
            subject=organisation.pk,
            period=now.isoformat(),
            now=now,
        )
    elif ids:
        arming.arm(
            source(), organisation=organisation, ids=ids, on=organisation.day_of(now), now=now
        )


def _named(entries: Iterable[Entry]) -> list[int]:
    found: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_id.isdecimal():
            found.setdefault(entry.subject_type, set()).add(int(entry.subject_id))
    ids = found.get("contract", set())
    if papers := found.get("amendment"):
        rows = Amendment.objects.filter(pk__in=papers).order_by("pk")
        ids |= set(rows.values_list("contract_id", flat=True))
    return sorted(ids)


def _days(contract: Contract, dates: KeyDates) -> Iterator[Day]:
    path = reverse("vendors:contract-detail", args=[contract.pk])
    end = dates.current_end
    if end is not None and not dates.ended:
        renews = contract.renewal == Contract.Renewal.AUTOMATIC and not contract.notice_given_on
        then = "renews itself" if renews else "ends" if _is_leaving(contract) else "may renew"
        yield Day(
            kind="renewal",
            falls_on=end,
            title=f"{contract.name}: last day of the term, then it {then}",
            words=f"The present term runs until {weekday(end)}.",
            path=path,
        )
    if dates.act_by is None or dates.ended or not _is_open(contract):
        return
    is_short = _is_short(dates)
    yield Day(
        kind="notice",
        falls_on=dates.act_by,
        title=_notice_title(contract),
        words=_why(contract, dates),
        path=path,
        nudges=tuple(_nudges(contract, dates, is_short=is_short)),
    )
    if dates.notice_opens_on is not None and dates.notice_opens_on <= dates.act_by:
        yield _window(contract, dates, path=path)
    if is_short or contract.decision == Contract.Decision.LEAVE:
        return
    if dates.alternatives_tested is not None:
        yield _work(
            contract,
            dates,
            kind="alternatives",
            falls_on=dates.alternatives_tested,
            what="alternatives tested",
            why="By then it should be known which alternatives could do the work.",
            leads=ALTERNATIVES,
            path=path,
        )
    if dates.brief_due is not None:
        yield _work(
            contract,
            dates,
            kind="brief",
            falls_on=dates.brief_due,
            what="negotiation brief due",
            why="The council decides on it before anybody talks to the vendor.",
            leads=BRIEF,
            path=path,
        )


def _window(contract: Contract, dates: KeyDates, *, path: str) -> Day:
    """Return the first day on which notice counts; whoever decided to leave is told of it."""
    assert dates.notice_opens_on is not None
    title = f"{contract.name}: notice counts from this day on"
    reason = f"Notice given earlier has no effect. {_why(contract, dates)}"
    nudges: tuple[Nudge, ...] = ()
    if contract.decision:
        nudges = (Nudge(lead_days=0, recipient=_who(contract), title=title, reason=reason),)
    return Day(
        kind="notice-window",
        falls_on=dates.notice_opens_on,
        title=title,
        words=reason,
        path=path,
        nudges=nudges,
    )


def _work(
    contract: Contract,
    dates: KeyDates,
    *,
    kind: str,
    falls_on: date,
    what: str,
    why: str,
    leads: Sequence[int],
    path: str,
) -> Day:
    """Return a day of the work that comes before the notice day."""
    assert dates.act_by is not None
    title = f"{contract.name}: {what}"
    reason = f"{why} {_why(contract, dates)}"
    return Day(
        kind=kind,
        falls_on=falls_on,
        title=title,
        words=reason,
        path=path,
        nudges=tuple(
            Nudge(lead_days=lead, recipient=_who(contract), title=title, reason=reason)
            for lead in leads
        ),
    )


def _nudges(contract: Contract, dates: KeyDates, *, is_short: bool) -> Iterator[Nudge]:
    title, reason, who = _notice_title(contract), _why(contract, dates), _who(contract)
    leads: Sequence[int] = SHORT if is_short else GIVE_NOTICE if contract.decision else DECIDE
    for lead in leads:
        yield Nudge(lead_days=lead, recipient=who, title=title, reason=reason)
    if not is_short:
        for lead in ESCALATE:
            yield Nudge(
                lead_days=lead,
                recipient=CHAIR,
                title=f"Nobody has acted: {title}",
                reason=reason,
                is_escalation=True,
            )
    if _may_renew(contract):
        passed = _passed(contract, dates)
        title = f"{contract.name}: the last day for notice has passed"
        yield Nudge(lead_days=MISSED, recipient=who, title=title, reason=passed)
        if not is_short:
            yield Nudge(
                lead_days=MISSED, recipient=CHAIR, title=title, reason=passed, is_escalation=True
            )


def _notice_title(contract: Contract) -> str:
    if contract.decision == Contract.Decision.LEAVE:
        return f"{contract.name}: last day to give notice"
    if contract.decision == Contract.Decision.RENEGOTIATE:
        return f"{contract.name}: last day to agree or give notice"
    if contract.renewal == Contract.Renewal.FIXED:
        return f"{contract.name}: ends, not decided"
    return f"{contract.name}: last day for notice, not decided"


def _why(contract: Contract, dates: KeyDates) -> str:
    """Return why the last safe day is one, and what is decided so far."""
    assert dates.act_by is not None
    if contract.renewal == Contract.Renewal.FIXED:
        end = f" on {weekday(dates.current_end)}" if dates.current_end else ""
        first = f"It ends by itself{end}; what is to follow must be settled by then."
    else:
        first = f"{_notice_by(dates)} {_otherwise(dates, contract)}"
    return f"{first} {_STANDING[contract.decision]}"


def _notice_by(dates: KeyDates) -> str:
    assert dates.act_by is not None
    if dates.arrives_by is None or dates.arrives_by == dates.act_by:
        return f"Notice must have arrived by {weekday(dates.act_by)}."
    return (
        f"Send notice by {weekday(dates.act_by)}, so that it has arrived "
        f"by {weekday(dates.arrives_by)}."
    )


_STANDING: dict[str, str] = {
    Contract.Decision.NONE: "Nobody has decided yet whether to renew, renegotiate or leave.",
    Contract.Decision.RENEGOTIATE: "It was decided to renegotiate; no notice is on file.",
    Contract.Decision.LEAVE: "It was decided to leave; no notice is on file.",
    Contract.Decision.RENEW: "It was decided to renew.",
}


def _otherwise(dates: KeyDates, contract: Contract) -> str:
    if contract.renewal == Contract.Renewal.UNKNOWN:
        return "Nobody has checked how it renews, so count on it that silence renews it."
    until = dates.next_end_if_renewed
    return f"Silence renews it until {weekday(until)}." if until else "Silence renews it."


def _passed(contract: Contract, dates: KeyDates) -> str:
    assert dates.act_by is not None
    words = [f"No notice was on file by {weekday(dates.act_by)}. {_otherwise(dates, contract)}"]
    if dates.next_notice_day:
        words.append(f"The next last day for notice is {weekday(dates.next_notice_day)}.")
    return " ".join(words)


def _is_open(contract: Contract) -> bool:
    """Whether something is still to be done by the last day: no decision or no notice yet."""
    if contract.notice_given_on or contract.decision == Contract.Decision.RENEW:
        return False
    ends_alone = contract.renewal == Contract.Renewal.FIXED
    return not (ends_alone and contract.decision == Contract.Decision.LEAVE)


def _is_leaving(contract: Contract) -> bool:
    return bool(contract.notice_given_on) or contract.renewal == Contract.Renewal.FIXED


def _may_renew(contract: Contract) -> bool:
    return contract.renewal in (Contract.Renewal.AUTOMATIC, Contract.Renewal.UNKNOWN)


def _is_short(dates: KeyDates) -> bool:
    if dates.act_by is None or dates.next_notice_day is None:
        return False
    return (dates.next_notice_day - dates.act_by).days < SHORT_PERIOD_DAYS


def _who(contract: Contract) -> str:
    return COUNCIL if contract.owner_id is None else f"user:{contract.owner_id}"
