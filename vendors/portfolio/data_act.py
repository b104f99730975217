"""The Data Act clock beside a contract: whether it is shown, its days, and the organisation's switch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lockin.accounts.models import Organisation, User
from lockin.trail.recording import record
from vendors import data_act
from vendors.models import Contract, DataActSetting
from vendors.portfolio.records import UnableToChange


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside a contract. `clock` is None where it does not apply."""

    why: str
    clock: data_act.DataActClock | None
    given: bool
    """Notice was given, so the days are those of that notice and not of one given today."""
    source: str = data_act.SOURCE
    charges_end_on: date = data_act.NO_SWITCHING_CHARGES_FROM


def countries_of(organisation: Organisation) -> frozenset[str]:
    """Return where the clock is switched on: the member states, until somebody says otherwise."""
    row = DataActSetting.objects.filter(organisation=organisation).first()
    return frozenset(data_act.MEMBER_STATES if row is None else row.countries)


def beside(contract: Contract, *, on: date) -> Beside:
    """Return the clock beside a contract, from the day of its notice, or else from today."""
    found = data_act.applicability(
        contract.data_act,
        jurisdiction=contract.jurisdiction,
        ours=contract.organisation.country,
        countries=countries_of(contract.organisation),
    )
    given = contract.notice_given_on
    return Beside(
        why=found.why,
        clock=data_act.clock(given or on) if found.applies else None,
        given=given is not None,
    )


@transaction.atomic
def switch(
    *, organisation: Organisation, countries: Iterable[str], by: User, now: datetime
) -> DataActSetting:
    """
    Put down in which countries the clock is shown.

    :raises UnableToChange: if the act has no force in one of them
    """
    chosen = sorted({code.upper() for code in countries})
    if foreign := [code for code in chosen if code not in data_act.MEMBER_STATES]:
        raise UnableToChange({"countries": [f"{foreign[0]} is no member state of the EU."]})
    before = sorted(countries_of(organisation))
    row, _ = DataActSetting.objects.update_or_create(
        organisation=organisation, defaults={"countries": chosen}
    )
    if chosen != before:
        record(
            "data-act-setting.edited",
            row,
            organisation=organisation,
            by=by,
            now=now,
            before={"countries": before},
            after={"countries": chosen},
        )
    return row
