"""Writes about the papers that amend a contract: put one on file, or take one back. Both for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from lockin.accounts.models import User
from lockin.trail.recording import record
from vendors import calendars, dates
from vendors.models import Amendment, Contract
from vendors.portfolio import records
from vendors.portfolio.records import UnableToChange, Values
from vendors.portfolio.terms import (
    FIGURES,
    as_amended,
    keep_figures,
    papers_of,
    reading_of,
    value_of,
)

# What a paper may change, in words. The day on which the contract began is not among it.
AMENDABLE = {
    "annual_value_minor": "Yearly value",
    "discount_percent": "Discount, percent",
    "ends_on": "Last day in force",
    "term_months": "First term, months",
    "renewal": "At the end of the term",
    "renewal_months": "Each renewal, months",
    "notice_value": "Notice",
    "notice_unit": "Notice counted in",
    "notice_form": "Form of notice",
    "notice_address": "Where notice goes",
    "notice_delivery_value": "Days on the way",
    "notice_delivery_unit": "Days on the way counted in",
    "notice_earliest_value": "Notice not earlier than",
    "notice_earliest_unit": "Not earlier counted in",
    "time_zone": "Time zone of notice",
    "holiday_country": "Public holidays of",
    "uplift": "Price rise at renewal",
    "uplift_basis": "What rises",
    "uplift_cap_percent": "The cap, percent",
    "termination_for_convenience": "Leaving early without a reason",
    "convenience_from_month": "Leaving early, after month",
    "convenience_notice_days": "Leaving early, days of notice",
    "termination_for_cause": "Ending it for breach",
    "cause_cure_days": "Days to put a breach right",
    "early_termination": "What leaving early costs",
    "early_termination_percent": "Its share, percent",
    "release_on_retirement": "Released when a model retires",
    "release_on_price_rise": "Released when prices rise",
    "release_on_service_level": "Released when service levels are missed",
}
# Terms are counted on from there, and a calendar ends with the year 9999.
FARTHEST_YEARS = 100
AMOUNTS = frozenset({"annual_value_minor", "discount_percent"})


@transaction.atomic
def add(*, contract: Contract, values: Values, by: User, now: datetime) -> Amendment:
    """
    Put a signed paper on file; the contract's terms change from its effective day on.

    :param values: kind, name, reference, signed_on, effective_on, note, and `changes`: field → value
    :raises UnableToChange: if the contract is a draft or archived, the paper takes effect before
        the contract began, changes what no paper can, or leaves terms that contradict themselves
    """
    row = Contract.objects.select_for_update().get(pk=contract.pk)
    _check_contract(row)
    effective_on = values.get("effective_on")
    if row.starts_on and isinstance(effective_on, date) and effective_on < row.starts_on:
        raise UnableToChange({"effective_on": ["A day after the contract began."]})
    on = row.organisation.day_of(now)
    if isinstance(effective_on, date) and effective_on.year > on.year + FARTHEST_YEARS:
        raise UnableToChange({"effective_on": [f"A day within the next {FARTHEST_YEARS} years."]})
    if values.get("kind") == Amendment.Kind.CORRECTION:
        raise UnableToChange({"kind": ["A paper is taken back on its own page."]})
    return _put_on_file(
        row,
        Amendment(
            **{
                name: values[name]
                for name in ("kind", "name", "reference", "signed_on", "effective_on", "note")
                if name in values
            },
            changes=_plain(row, values.get("changes") or {}),
        ),
        act="contract.amended",
        by=by,
        now=now,
    )


@transaction.atomic
def take_back(*, amendment: Amendment, reason: str, by: User, now: datetime) -> Amendment:
    """
    Take back a paper that was read out wrongly. It stays in the history and changes nothing more.

    :raises UnableToChange: if no reason is given, or the paper does not count any more
    """
    row = Contract.objects.select_for_update().get(pk=amendment.contract_id)
    _check_contract(row)
    if not reason.strip():
        raise UnableToChange({"reason": ["Say what was wrong: the paper stays in the history."]})
    if all(paper.pk != amendment.pk for paper in papers_of(row)):
        raise UnableToChange("This paper does not count any more.")
    return _put_on_file(
        row,
        Amendment(
            kind=Amendment.Kind.CORRECTION,
            name=f"{amendment.name} taken back"[:200],
            effective_on=amendment.effective_on,
            note=reason.strip(),
            withdraws=amendment,
        ),
        act="contract.amendment-taken-back",
        by=by,
        now=now,
    )


def changed_terms(
    contract: Contract, amendment: Amendment, *, see_amounts: bool
) -> list[tuple[str, Any]]:
    """Return what a paper changes: each term in words with its value."""
    holder = Contract(currency=contract.currency)
    found = []
    for name, value in amendment.changes.items():
        if name in AMENDABLE and (see_amounts or name not in AMOUNTS):
            setattr(holder, name, value_of(name, value))
            found.append((AMENDABLE[name], shown(holder, name)))
    return found


def shown(contract: Contract, name: str) -> Any:
    """Return a field's value as people read it; templates write days and amounts their own way."""
    value = getattr(contract, name)
    if name == "annual_value_minor":
        return contract.annual_value
    if hasattr(contract, f"get_{name}_display") and value not in (None, ""):
        return getattr(contract, f"get_{name}_display")()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value


def _check_contract(row: Contract) -> None:
    if row.archived_at:
        raise UnableToChange("An archived contract is not amended. Restore it first.")
    if row.state == Contract.State.DRAFT:
        raise UnableToChange("A draft is not amended: change the draft itself.")


def _put_on_file(
    row: Contract, paper: Amendment, *, act: str, by: User, now: datetime
) -> Amendment:
    on = row.organisation.day_of(now)
    before = _terms(as_amended(row, on=on))
    paper.contract = row
    paper.number = row.amendments.count() + 1
    paper.recorded_at, paper.recorded_by, paper.recorded_by_name = now, by, by.name
    records.check(paper)
    paper.save()
    _reckon(row, on=on)
    after = _terms(as_amended(row, on=on))
    record(
        act,
        row,
        organisation=row.organisation,
        by=by,
        now=now,
        before={name: before[name] for name in before if before[name] != after[name]},
        after={name: after[name] for name in after if before[name] != after[name]}
        | {
            "paper": paper.name,
            "number": paper.number,
            "kind": paper.kind,
            "effective_on": paper.effective_on,
            "changes": dict(paper.changes),
        }
        | ({"reason": paper.note} if paper.withdraws_id else {}),
    )
    return paper


def _reckon(row: Contract, *, on: date) -> None:
    """Refuse papers after which the terms contradict themselves, on any day to come."""
    changed = max([on, *(paper.effective_on for paper in papers_of(row))])
    try:
        for day in (on, changed):
            reading_of(row, on=day).dates(on=day)
            records.check(as_amended(row, on=day))
    except dates.UnableToReckonDates as error:
        raise UnableToChange(str(error)) from None
    keep_figures(row, on=on)
    row.save(update_fields=FIGURES)


def _terms(row: Contract) -> dict[str, Any]:
    return {name: _as_json(getattr(row, name)) for name in AMENDABLE}


def _plain(row: Contract, changes: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the changes as they are stored: only terms, each a value that its field would take.

    :raises UnableToChange: with a message by field
    """
    found, errors = {}, {}
    for name, value in changes.items():
        if name not in AMENDABLE:
            errors[name] = ["No paper changes this."]
            continue
        try:
            field: Any = Contract._meta.get_field(name)
            _check_kind(field, value)
            found[name] = _as_json(field.clean(value, row))
        except ValidationError as error:
            errors[name] = list(error.messages)
    code = str(found.get("holiday_country") or "")
    if code and not calendars.is_known(code):
        errors["holiday_country"] = ["No calendar is known for this. Write GB or DE-BY."]
    if errors:
        raise UnableToChange(errors)
    return found


def _check_kind(field: Any, value: Any) -> None:
    """
    Refuse what the field would bend to its kind, such as 1.5 to one month, or a list to words.

    :raises ValidationError: in words for the user
    """
    if value is None or value == "":
        return
    if isinstance(field, models.BooleanField):
        kinds, words = (bool, str), "Yes or no is expected here."
    elif isinstance(field, models.DateField):
        kinds, words = (date, str), "A day is expected here, such as 2027-06-30."
    elif isinstance(field, models.DecimalField):
        kinds, words = (Decimal, int, float, str), "A number is expected here."
    elif isinstance(field, models.IntegerField):
        kinds, words = (int, str), "A whole number is expected here."
    else:
        kinds, words = (str,), "A text is expected here."
    is_truth_elsewhere = isinstance(value, bool) and bool not in kinds
    if not isinstance(value, kinds) or is_truth_elsewhere:
        raise ValidationError(words)


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
