"""What a contract's row means to the calculators: its term, its key dates, what it still binds."""

from __future__ import annotations

from collections.abc import Container, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from lockin.money import Money
from vendors import amending, calendars, dates
from vendors.exposure import calculator, inputs
from vendors.models import Amendment, Commitment, CommitmentPeriod, Contract

WANTED = {
    "annual_value_minor": "yearly value",
    "starts_on": "first day",
    "ends_on": "last day",
    "notice_value": "notice period",
    "renewal": "how it renews",
}


@dataclass(frozen=True, kw_only=True)
class ContractDays:
    """A contract's key dates, or why they cannot be reckoned."""

    dates: dates.KeyDates | None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CommitmentState:
    """A commitment as of a day; `exposure` is None where its schedule contradicts itself."""

    commitment: Commitment
    periods: tuple[CommitmentPeriod, ...]
    promise: inputs.Commitment | None
    exposure: calculator.Exposure | None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a contract's dates are reckoned from, as of a day."""

    term: dates.Term
    later: tuple[tuple[date, dates.Term], ...]
    holidays: Container[date]
    zone: str

    def dates(self, *, on: date) -> dates.KeyDates:
        return dates.key_dates(
            self.term, on=on, holidays=self.holidays, zone=self.zone, later=self.later
        )


def stated_term(contract: Contract) -> dates.Term:
    """
    Return what the contract itself says, as it was first signed.

    :raises vendors.dates.UnableToReckonDates: if the terms contradict themselves
    """
    return dates.Term(**{name: getattr(contract, name) for name in amending.TERMS})


def papers_of(contract: Contract) -> list[Amendment]:
    """Return the papers that count, in the order of their recording: none that was taken back."""
    if contract.pk is None:
        return []  # nothing can amend what is not on file
    rows = sorted(contract.amendments.all(), key=lambda row: row.number)
    taken_back = {row.withdraws_id for row in rows}
    return [row for row in rows if row.withdraws_id is None and row.pk not in taken_back]


def changes_of(contract: Contract) -> list[amending.Change]:
    """Return the papers as the sums read them: their changes of terms alone."""
    return [
        amending.Change(
            effective_on=row.effective_on,
            name=row.name,
            terms={
                name: value_of(name, value)
                for name, value in row.changes.items()
                if name in amending.TERMS
            },
        )
        for row in papers_of(contract)
    ]


def value_of(name: str, value: Any) -> Any:
    """Return a value that a paper changes as the contract's own field would hold it."""
    field: Any = Contract._meta.get_field(name)
    return field.to_python(value)


def reading_of(contract: Contract, *, on: date) -> Reading:
    """
    Return the terms in force on a day and those to come, with the calendar that they are read by.

    Rows of a list come from `Contract.objects.with_terms()`, or each asks for its own amendments.

    :raises vendors.dates.UnableToReckonDates: if the terms contradict themselves
    """
    first, changes, ours = stated_term(contract), changes_of(contract), contract.organisation
    return Reading(
        term=amending.in_force(first, changes, on=on),
        later=amending.to_come(first, changes, on=on),
        holidays=calendars.holidays_of(contract.holiday_country or ours.country),
        zone=ours.time_zone,
    )


def term_of(contract: Contract, *, on: date) -> dates.Term:
    """
    Return the terms in force on a day, with every amendment until then.

    :raises vendors.dates.UnableToReckonDates: if the terms contradict themselves
    """
    return amending.in_force(stated_term(contract), changes_of(contract), on=on)


def dates_of(contract: Contract, *, on: date) -> dates.KeyDates:
    """
    Return the key dates seen from a day. Of a contract put down as ended nothing is left to do.

    :raises vendors.dates.UnableToReckonDates: if the terms contradict themselves
    """
    found = reading_of(contract, on=on).dates(on=on)
    if contract.state != Contract.State.ENDED:
        return found
    return replace(
        found,
        ended=True,
        missed=False,
        last_notice_day=None,
        notice_opens_on=None,
        deadline_at=None,
        act_by=None,
        brief_due=None,
        alternatives_tested=None,
        audit_opens=None,
        days_left=None,
        next_end_if_renewed=None,
        next_notice_day=None,
        first_unilateral_exit=None,
    )


def days_of(contract: Contract, *, on: date) -> ContractDays:
    """Return the key dates seen from a day, or why there are none."""
    try:
        return ContractDays(dates=dates_of(contract, on=on))
    except dates.UnableToReckonDates as error:
        return ContractDays(dates=None, problem=str(error))


def notice_by(contract: Contract, *, on: date) -> date | None:
    """Return the day by which somebody must act; None where nobody knows it, or need not."""
    if contract.state != Contract.State.IN_FORCE:
        return None
    found = days_of(contract, on=on).dates
    return None if found is None else found.act_by


def as_amended(contract: Contract, *, on: date) -> Contract:
    """Return the contract with the values that hold on a day: to be read, and never saved."""
    papers = [row for row in papers_of(contract) if row.effective_on <= on and row.changes]
    if not papers:
        return contract
    found = copy(contract)
    for row in sorted(papers, key=lambda row: row.effective_on):
        for name, value in row.changes.items():
            setattr(found, name, value_of(name, value))
    try:
        term = term_of(contract, on=on)
    except dates.UnableToReckonDates:
        return found  # its page says what contradicts itself
    for name in ("ends_on", "term_months"):
        setattr(found, name, getattr(term, name))
    return found


def keep_figures(row: Contract, *, on: date) -> bool:
    """Set the columns that lists sort and add up by; return whether one has moved."""
    found = days_of(row, on=on).dates
    values = {
        "notice_by": notice_by(row, on=on),
        "current_end_on": found.current_end if found else None,
        # What binds nobody costs nobody anything a year.
        "value_now_minor": as_amended(row, on=on).annual_value_minor
        if row.state == Contract.State.IN_FORCE
        else None,
    }
    moved = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return moved


FIGURES = ("notice_by", "current_end_on", "value_now_minor")


def lacking(contract: Contract, *, see_amounts: bool = True) -> list[str]:
    """Return in words what nobody has read out of the paper yet; give it as amended."""
    excused = set()
    if contract.renewal == Contract.Renewal.EVERGREEN or (
        contract.starts_on is not None and contract.term_months is not None
    ):
        excused.add("ends_on")
    if contract.renewal == Contract.Renewal.FIXED:
        excused.add("notice_value")
    if not see_amounts:
        excused.add("annual_value_minor")
    words = [
        label
        for name, label in WANTED.items()
        if name not in excused and getattr(contract, name) in (None, Contract.Renewal.UNKNOWN)
    ]
    if contract.renewal == Contract.Renewal.AUTOMATIC and contract.renewal_months is None:
        words.append("length of each renewal")
    return words


def state_of(
    commitment: Commitment, periods: Sequence[CommitmentPeriod], *, on: date
) -> CommitmentState:
    """Return what the commitment still binds and whether its use keeps pace."""
    ordered = tuple(sorted(periods, key=lambda period: period.starts_on))
    try:
        promise = _promise(commitment, ordered)
        found = calculator.exposure(promise, on=on)
    except inputs.UnableToReckonExposure as error:
        return CommitmentState(
            commitment=commitment, periods=ordered, promise=None, exposure=None, problem=str(error)
        )
    return CommitmentState(commitment=commitment, periods=ordered, promise=promise, exposure=found)


def _promise(commitment: Commitment, periods: Sequence[CommitmentPeriod]) -> inputs.Commitment:
    def amount(minor: int) -> Decimal:
        return Money.from_minor(minor, commitment.currency).amount

    used = commitment.used_to_date_minor
    return inputs.Commitment(
        currency=commitment.currency,
        periods=tuple(
            inputs.Period(
                starts_on=period.starts_on,
                ends_on=period.ends_on,
                committed=amount(period.amount_minor),
            )
            for period in periods
        ),
        used_to_date=None if used is None else amount(used),
        used_as_of=commitment.used_as_of,
    )
