"""Writes about contracts: their terms, the decision about each, and the notice that was given."""

from __future__ import annotations

from datetime import date, datetime

from lockin.accounts.models import Organisation, User
from vendors import calendars, dates
from vendors.models import Contract
from vendors.portfolio import records, removing
from vendors.portfolio.records import UnableToChange, Values
from vendors.portfolio.terms import keep_figures, reading_of

FIELDS = (
    *("key", "vendor", "name", "state", "owner", "reference", "currency", "annual_value_minor"),
    *("signed_on", "starts_on", "ends_on", "term_months", "renewal", "renewal_months"),
    *("notice_value", "notice_unit", "notice_form", "notice_address"),
    *("notice_delivery_value", "notice_delivery_unit"),
    *("notice_earliest_value", "notice_earliest_unit"),
    *("reminder_set", "time_zone", "holiday_country", "jurisdiction", "data_act"),
    *("discount_percent", "uplift", "uplift_basis", "uplift_cap_percent"),
    *("termination_for_convenience", "convenience_from_month", "convenience_notice_days"),
    *("termination_for_cause", "cause_cure_days"),
    *("early_termination", "early_termination_percent"),
    *("release_on_retirement", "release_on_price_rise", "release_on_service_level"),
    *("document_on_file", "note"),
)


def add(*, organisation: Organisation, values: Values, by: User | None, now: datetime) -> Contract:
    """Add a contract."""
    on = organisation.day_of(now)
    return records.add(
        Contract(organisation=organisation),
        fields=FIELDS,
        values=values,
        organisation=organisation,
        by=by,
        now=now,
        prepare=lambda row: _reckon(row, on=on),
    )


def edit(*, contract: Contract, values: Values, by: User | None, now: datetime) -> Contract:
    """Change a contract's terms.

    :raises UnableToChange: if the terms contradict themselves
    """
    on = contract.organisation.day_of(now)
    return records.edit(
        contract,
        fields=FIELDS,
        values=values,
        organisation=contract.organisation,
        by=by,
        now=now,
        prepare=lambda row: _reckon(row, on=on),
    )


def decide(*, contract: Contract, decision: str, by: User | None, now: datetime) -> Contract:
    """Put down what we do at the end of the term; an empty decision takes it back.

    :raises UnableToChange: if the contract is archived, or the notice was given already
    """
    if contract.archived_at:
        raise UnableToChange("An archived contract is not decided about. Restore it first.")
    if contract.notice_given_on and decision != Contract.Decision.LEAVE:
        raise UnableToChange("Notice was given. Take the notice back before deciding otherwise.")
    if decision == contract.decision:
        return contract
    return records.edit(
        contract,
        fields=("decision", "decided_at"),
        values={"decision": decision, "decided_at": now if decision else None},
        organisation=contract.organisation,
        by=by,
        now=now,
        act="decided",
    )


def give_notice(
    *, contract: Contract, given_on: date | None, by: User | None, now: datetime
) -> Contract:
    """Put down the day on which our notice arrived; None takes it back.

    Notice is a decision to leave, so it is put down as one.

    :raises UnableToChange: if the day lies ahead, or before the contract began
    """
    if contract.archived_at:
        raise UnableToChange("An archived contract takes no notice. Restore it first.")
    if contract.state == Contract.State.DRAFT:
        raise UnableToChange("A draft binds nobody, so it takes no notice.")
    if given_on and given_on > contract.organisation.day_of(now):
        raise UnableToChange({"given_on": ["A day that is over: notice counts when it arrived."]})
    if given_on and contract.starts_on and given_on < contract.starts_on:
        raise UnableToChange({"given_on": ["A day after the contract began."]})
    values: dict[str, object] = {"notice_given_on": given_on}
    if given_on and contract.decision != Contract.Decision.LEAVE:
        values |= {"decision": Contract.Decision.LEAVE, "decided_at": now}
    return records.edit(
        contract,
        fields=("notice_given_on", "decision", "decided_at"),
        values=values,
        organisation=contract.organisation,
        by=by,
        now=now,
        act="notice-given" if given_on else "notice-taken-back",
    )


def archive(*, contract: Contract, by: User | None, now: datetime) -> Contract:
    """Take a contract out of use."""
    return records.archive(contract, organisation=contract.organisation, by=by, now=now)


def restore(*, contract: Contract, by: User | None, now: datetime) -> Contract:
    """Put an archived contract back into use."""
    return records.restore(contract, organisation=contract.organisation, by=by, now=now)


def remove(*, contract: Contract, by: User | None, now: datetime) -> None:
    """Remove a contract that nothing refers to."""
    removing.remove(contract, organisation=contract.organisation, by=by, now=now)


def _reckon(row: Contract, *, on: date) -> None:
    """Refuse terms that contradict themselves, and keep what lists sort and add up by."""
    if row.holiday_country and not calendars.is_known(row.holiday_country):
        raise UnableToChange(
            {
                "holiday_country": [
                    "No calendar is known for this. Write a code such as GB or DE-BY."
                ]
            }
        )
    records.check(row)
    try:
        reading_of(row, on=on).dates(on=on)
    except dates.UnableToReckonDates as error:
        raise UnableToChange(str(error)) from None
    keep_figures(row, on=on)
