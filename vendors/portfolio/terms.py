"""What a contract's row means to the calculators: its term, its key dates, what it still binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lockin.money import Money
from vendors import dates
from vendors.exposure import calculator, inputs
from vendors.models import Commitment, CommitmentPeriod, Contract

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


def term_of(contract: Contract) -> dates.Term:
    """Return what the paper says about its own end.

    :raises vendors.dates.UnableToReckonDates: if the terms contradict themselves
    """
    return dates.Term(
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        term_months=contract.term_months,
        renewal=dates.Renewal(contract.renewal),
        renewal_months=contract.renewal_months,
        notice_value=contract.notice_value,
        notice_unit=dates.NoticeUnit(contract.notice_unit),
        termination_for_convenience=contract.termination_for_convenience,
        convenience_from_month=contract.convenience_from_month,
        convenience_notice_days=contract.convenience_notice_days,
    )


def days_of(contract: Contract, *, on: date) -> ContractDays:
    """Return the key dates seen from a day."""
    try:
        return ContractDays(dates=dates.key_dates(term_of(contract), on=on))
    except dates.UnableToReckonDates as error:
        return ContractDays(dates=None, problem=str(error))


def notice_by(contract: Contract, *, on: date) -> date | None:
    """Return the day by which somebody must act, or None where nobody knows it."""
    found = days_of(contract, on=on).dates
    return None if found is None else found.act_by


def lacking(contract: Contract, *, see_amounts: bool = True) -> list[str]:
    """Return in words what nobody has read out of the paper yet."""
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
