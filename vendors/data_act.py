"""PURE. The EU Data Act's clock: the statutory way out of a cloud contract, and where it applies.

Regulation (EU) 2023/2854, chapter VI, in application since 12 September 2025. Orientation for a
negotiation, not legal advice: whether a service is a data processing service, and whether it is
exempt as custom-built (Art. 31), is judged case by case. It never reduces what is committed:
proportionate early-termination penalties and committed fees survive a switch.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from vendors.days import add_months, day

# Art. 25(2)(d) notice, 25(2)(a) transition, 25(2)(g) retrieval, 29(1) charges.
NOTICE_MONTHS = 2
TRANSITION_DAYS = 30
RETRIEVAL_DAYS = 30
NO_SWITCHING_CHARGES_FROM = date(2027, 1, 12)
SOURCE = "Regulation (EU) 2023/2854 (Data Act), Art. 23, 25, 29 and 31"

# Member states by ISO 3166 code. The wider EEA is left out: the act is not yet part of its treaty.
MEMBER_STATES = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "HR": "Croatia",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DK": "Denmark",
    "EE": "Estonia",
    "FI": "Finland",
    "FR": "France",
    "DE": "Germany",
    "GR": "Greece",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LV": "Latvia",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "MT": "Malta",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SK": "Slovakia",
    "SI": "Slovenia",
    "ES": "Spain",
    "SE": "Sweden",
}

SETTING, APPLIES, NOT = "setting", "applies", "not"


@dataclass(frozen=True, kw_only=True)
class DataActClock:
    """The statutory days of a switch, from the day on which notice arrives."""

    notice_on: date
    notice_ends_on: date
    transition_ends_on: date
    retrieval_until: date
    charges_zero: bool
    """No switching charge may be taken on any day of the transition; exit fees are untouched."""
    arithmetic: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Applicability:
    """Whether the clock is shown beside a contract, and why."""

    applies: bool
    why: str


def clock(
    notice_on: date,
    *,
    notice_months: int = NOTICE_MONTHS,
    transition_days: int = TRANSITION_DAYS,
    retrieval_days: int = RETRIEVAL_DAYS,
) -> DataActClock:
    """Return the statutory days of a switch; shorter or agreed longer periods may be passed."""
    notice_ends = add_months(notice_on, notice_months)
    transition_ends = notice_ends + timedelta(days=transition_days)
    retrieval_until = transition_ends + timedelta(days=retrieval_days)
    return DataActClock(
        notice_on=notice_on,
        notice_ends_on=notice_ends,
        transition_ends_on=transition_ends,
        retrieval_until=retrieval_until,
        charges_zero=notice_ends >= NO_SWITCHING_CHARGES_FROM,
        arithmetic=(
            f"{day(notice_on)} + {notice_months} months of notice = {day(notice_ends)}",
            f"+ {transition_days} days of transition = {day(transition_ends)}",
            f"+ {retrieval_days} days of retrieval = {day(retrieval_until)}",
            f"no switching charges from {day(NO_SWITCHING_CHARGES_FROM)}",
        ),
    )


def applicability(
    switch: str, *, jurisdiction: str, ours: str, countries: Collection[str]
) -> Applicability:
    """
    Return whether the clock is shown: by the contract's own switch, else by the customer's country.

    :param switch: what was put down for the contract: applies, not, or setting
    :param jurisdiction: country in which we are the customer; empty: ours
    :param countries: where the clock is switched on
    """
    if switch == APPLIES:
        return Applicability(applies=True, why="Put down for this contract.")
    if switch == NOT:
        return Applicability(applies=False, why="Put down for this contract.")
    country = (jurisdiction or ours).upper()
    if country in countries:
        return Applicability(applies=True, why=f"Customer in {country}, where it is switched on.")
    return Applicability(applies=False, why=f"Customer in {country}, where it is switched off.")
