"""The example's policy, what its contracts say, what peers accepted, and its waivers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from assessments.clauses import recording, versions, waivers
from assessments.clauses.loading import CURRENT
from lockin.accounts.models import Organisation, User
from vendors.models import Contract, Vendor

FILE = Path(__file__).parent / "data" / "clauses.toml"
When = Callable[[int, int], datetime]


def publish_policy(*, organisation: Organisation, by: User, now: datetime) -> None:
    """Publish the first version of the policy, half an hour after it was loaded."""
    draft = versions.load_draft(CURRENT, organisation=organisation, by=by, now=now)
    versions.publish(version=draft, by=by, now=now + timedelta(minutes=30))


def judge(*, organisation: Organisation, people: Mapping[str, User], when: When) -> None:
    """
    Read every contract that was read, in the order of the days.

    :param when: days after this year's opening, and an hour, to the instant
    """
    content = _content()
    contracts = _contracts(organisation)
    for group in sorted(content["judgements"], key=lambda group: group["read"]):
        for place, entry in enumerate(group["clauses"]):
            now = when(group["read"], 14) + timedelta(minutes=10 * place)
            on = organisation.day_of(now)
            recording.judge(
                contract=contracts[group["contract"]],
                clause_key=entry["clause"],
                finding=entry.get("finding", "obtained"),
                values=entry.get("values", {}),
                objection_key=entry.get("objection", ""),
                objection_words=entry.get("said", ""),
                note=entry.get("note", ""),
                excerpt=entry.get("excerpt", ""),
                document_name=group["document"],
                page=entry.get("page"),
                read_on=on,
                by=people[group["by"]],
                on=on,
                now=now,
            )


def note_peers(*, organisation: Organisation, by: User, when: When) -> None:
    """Note what vendors accepted elsewhere."""
    vendors = {row.key: row for row in Vendor.objects.in_organisation(organisation).order_by("pk")}
    for entry in _content()["peers"]:
        now = when(entry["noted"], 16)
        on = organisation.day_of(now)
        recording.note_peer(
            organisation=organisation,
            clause_key=entry["clause"],
            vendor=vendors[entry["vendor"]],
            stance=entry["stance"],
            words=entry["words"],
            source=entry["source"],
            observed_on=on,
            confidence=entry["confidence"],
            by=by,
            on=on,
            now=now,
        )


def waive(*, organisation: Organisation, people: Mapping[str, User], year: str, when: When) -> None:
    """Ask for the waivers of a year, and let the functions named agree a day later."""
    contracts = _contracts(organisation)
    for entry in _content()["waivers"]:
        if entry["year"] != year:
            continue
        now = when(entry["day"], 10)
        on = organisation.day_of(now)
        row = waivers.request(
            contract=contracts[entry["contract"]],
            clause_key=entry["clause"],
            reason=entry["reason"],
            compensating_control=entry["control"],
            expires_on=on + timedelta(days=entry["expires_in"]),
            by=people[entry["by"]],
            on=on,
            now=now,
        )
        for place, email in enumerate(entry["approved"], start=1):
            person = people[email]
            said = now + timedelta(hours=2 * place)
            waivers.decide(
                waiver=row,
                function=min(person.functions),
                approved=True,
                words="",
                by=person,
                on=_day(organisation, said),
                now=said,
            )


def _day(organisation: Organisation, instant: datetime) -> date:
    return organisation.day_of(instant)


def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _contracts(organisation: Organisation) -> dict[str, Contract]:
    rows = Contract.objects.in_organisation(organisation).select_related("organisation", "vendor")
    return {row.key: row for row in rows.order_by("pk")}
