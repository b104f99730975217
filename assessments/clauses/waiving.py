"""PURE. How a waiver stands on a day: asked for, refused, in force, out of date, ended, expired.

It holds once people of two functions have agreed, until its last day, as long as what it was
granted on has not moved: the tier and the spend of each workload under the contract, and the
contract's terms. That it is out of date is reckoned here and stored nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

FUNCTIONS_NEEDED = 2
LONGEST_DAYS = 366
SHORTEST_REASON = 20


class WaiverState(StrEnum):
    """How a waiver stands. Only one that holds waives anything."""

    ASKED = "asked"
    REFUSED = "refused"
    HOLDS = "holds"
    STALE = "stale"
    ENDED = "ended"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    WaiverState.ASKED: "Waits for approval",
    WaiverState.REFUSED: "Refused",
    WaiverState.HOLDS: "In force",
    WaiverState.STALE: "Out of date",
    WaiverState.ENDED: "Taken back",
    WaiverState.EXPIRED: "Expired",
}


@dataclass(frozen=True, kw_only=True)
class Word:
    """One function's word on a waiver."""

    function: str
    person: str
    approved: bool
    person_id: str = ""
    """Tells people of one name apart; without it the name does."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a waiver stands, and why, in words."""

    state: WaiverState
    reason: str
    moved: tuple[str, ...] = ()
    """What has moved since it was asked for."""

    @property
    def holds(self) -> bool:
        return self.state is WaiverState.HOLDS


def standing(
    *,
    words: Sequence[Word],
    expires_on: date,
    ended: str | None,
    baseline: Mapping[str, Any],
    now: Mapping[str, Any],
    on: date,
) -> Standing:
    """
    Return how a waiver stands on a day.

    :param ended: the words with which it was taken back; None while it was not
    :param baseline: what stood when it was asked for
    :param now: the same, as it stands now
    """
    if ended is not None:
        return Standing(state=WaiverState.ENDED, reason=f"Taken back: {ended}")
    if any(not word.approved for word in words):
        names = [f"{word.person} ({word.function})" for word in words if not word.approved]
        return Standing(state=WaiverState.REFUSED, reason=f"Refused by {', '.join(names)}.")
    if on > expires_on:
        return Standing(state=WaiverState.EXPIRED, reason=f"It ended on {expires_on:%-d %b %Y}.")
    approved = [word for word in words if word.approved]
    functions = {word.function for word in approved}
    people = {word.person_id or word.person for word in approved}
    if len(functions) < FUNCTIONS_NEEDED or len(people) < FUNCTIONS_NEEDED:
        given = f"{len(functions)} of {FUNCTIONS_NEEDED} functions agree"
        return Standing(state=WaiverState.ASKED, reason=f"{given}. Until then it waives nothing.")
    moved = tuple(what_moved(baseline, now))
    if moved:
        return Standing(
            state=WaiverState.STALE,
            reason=f"It was granted on other facts: {'; '.join(moved)}. Ask for it again.",
            moved=moved,
        )
    return Standing(
        state=WaiverState.HOLDS,
        reason=f"Agreed by {len(functions)} functions, until {expires_on:%-d %b %Y}.",
    )


def what_moved(baseline: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs, in words that name no amount and no score."""
    moved = []
    before, after = baseline.get("workloads", {}), now.get("workloads", {})
    for key, was in before.items():
        found = after.get(key)
        if found is None:
            moved.append(f"{was['name']} no longer runs under the contract")
            continue
        if was.get("tier", "") != found.get("tier", ""):
            moved.append(
                f"{was['name']} went from {was.get('tier') or 'no score'} to "
                f"{found.get('tier') or 'no score'}"
            )
        if was.get("spend") != found.get("spend"):
            moved.append(f"the yearly spend of {was['name']} changed")
    moved += [
        f"{found['name']} came under the contract"
        for key, found in after.items()
        if key not in before
    ]
    terms, terms_now = baseline.get("terms", {}), now.get("terms", {})
    names = [name for name in terms if name in terms_now and terms[name] != terms_now[name]]
    if names:
        moved.append(
            f"the contract changed ({', '.join(name.removesuffix('_minor').replace('_', ' ') for name in names)})"
        )
    return moved
