"""PURE. The seven states of an audit, which act leads where, and what blocks the next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    PLANNED = "planned"
    ASSESSMENTS = "assessments"
    SNAPSHOT = "snapshot"
    FINDINGS = "findings"
    RESPONSES = "responses"
    SIGN_OFF = "sign-off"
    CLOSED = "closed"

    __hash__ = str.__hash__

    @property
    def number(self) -> int:
        """1 to 7, as the bar of steps counts them."""
        return list(State).index(self) + 1


class Act(StrEnum):
    """What people or the schedule do to an audit. The value is the trail's word for it."""

    OPEN = "open"
    TAKE_SNAPSHOT = "take-snapshot"
    SEAL = "seal"
    AGREE_FINDINGS = "agree-findings"
    CALL_FOR_SIGNATURES = "call-for-signatures"
    CLOSE = "close"

    __hash__ = str.__hash__


# Forward only: what was frozen, agreed or signed is never un-happened. A response that changes
# after a signature voids the signature, and leaves the audit where it is.
TABLE: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.PLANNED, Act.OPEN): State.ASSESSMENTS,
        (State.ASSESSMENTS, Act.TAKE_SNAPSHOT): State.SNAPSHOT,
        (State.SNAPSHOT, Act.SEAL): State.FINDINGS,
        (State.FINDINGS, Act.AGREE_FINDINGS): State.RESPONSES,
        (State.RESPONSES, Act.CALL_FOR_SIGNATURES): State.SIGN_OFF,
        (State.SIGN_OFF, Act.CLOSE): State.CLOSED,
    }
)


class UnableToMove(Exception):
    """The act does not fit the state. The message is written for the user."""


_DONE_BY = MappingProxyType(
    {
        Act.OPEN: "opened",
        Act.TAKE_SNAPSHOT: "frozen",
        Act.SEAL: "sealed",
        Act.AGREE_FINDINGS: "agreed",
        Act.CALL_FOR_SIGNATURES: "put up for signature",
        Act.CLOSE: "closed",
    }
)
_STANDS_AT = MappingProxyType(
    {
        State.PLANNED: "is planned and not open yet",
        State.ASSESSMENTS: "waits for its assessments",
        State.SNAPSHOT: "is taking its snapshot",
        State.FINDINGS: "has its findings drafted",
        State.RESPONSES: "waits for management responses",
        State.SIGN_OFF: "is being signed",
        State.CLOSED: "is closed",
    }
)


def after(state: str, act: Act) -> State:
    """
    Return the state that the act leads to.

    :raises UnableToMove: if the act does not fit the state
    """
    now = State(state)
    try:
        return TABLE[now, act]
    except KeyError:
        raise UnableToMove(
            f"This audit {_STANDS_AT[now]}, so it cannot be {_DONE_BY[act]}."
        ) from None


def next_act(state: str) -> Act | None:
    """Return the one act that leads on; None when the audit is closed."""
    return next((act for (here, act) in TABLE if here == State(state)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the next step depends on, counted."""

    state: str
    workloads: int = 0
    assessments_not_sent: int = 0
    assessments_not_accepted: int = 0
    """Sent, and waiting for a reviewer."""
    assessments_missing: int = 0
    """Workloads that have no assessment for this year at all."""
    snapshot_running: bool = False
    snapshot_failed: bool = False
    findings_without_owner: int = 0
    findings_without_due_date: int = 0
    responses_missing: int = 0
    functions_unsigned: tuple[str, ...] = ()
    """Names of the functions whose signature is missing, such as “Legal”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One condition that the next step waits for. `key` is for links, `text` for people."""

    key: str
    text: str
    may_be_overridden: bool = False


def blockers(standing: Standing) -> tuple[Blocker, ...]:
    """Return what blocks the next step, in the order it is usually settled."""
    found = {
        State.ASSESSMENTS: _assessments,
        State.SNAPSHOT: _snapshot,
        State.FINDINGS: _findings,
        State.RESPONSES: _responses,
        State.SIGN_OFF: _signatures,
    }.get(State(standing.state))
    return () if found is None else tuple(found(standing))


def _assessments(standing: Standing) -> list[Blocker]:
    if not standing.workloads:
        return [Blocker(key="workloads", text="There are no workloads to audit.")]
    counted = (
        ("missing", standing.assessments_missing, "has no assessment", "have no assessment"),
        (
            "not-sent",
            standing.assessments_not_sent,
            "is still being answered",
            "are still being answered",
        ),
        ("not-accepted", standing.assessments_not_accepted, "waits for review", "wait for review"),
    )
    return [
        Blocker(
            key=f"assessments-{key}",
            text=_counted(number, "workload", one, many),
            may_be_overridden=True,
        )
        for key, number, one, many in counted
        if number
    ]


def _snapshot(standing: Standing) -> list[Blocker]:
    if standing.snapshot_failed:
        return [Blocker(key="snapshot-failed", text="The snapshot failed. Take it again.")]
    if standing.snapshot_running:
        return [Blocker(key="snapshot-running", text="The snapshot is being taken.")]
    return []


def _findings(standing: Standing) -> list[Blocker]:
    found = []
    if number := standing.findings_without_owner:
        text = _counted(number, "finding", "has no owner", "have no owner")
        found.append(Blocker(key="findings-owner", text=text))
    if number := standing.findings_without_due_date:
        text = _counted(number, "finding", "has no due date", "have no due date")
        found.append(Blocker(key="findings-due", text=text))
    return found


def _responses(standing: Standing) -> list[Blocker]:
    if not (number := standing.responses_missing):
        return []
    text = _counted(number, "management response", "is missing", "are missing")
    return [Blocker(key="responses", text=text)]


def _signatures(standing: Standing) -> list[Blocker]:
    names = standing.functions_unsigned
    if not names:
        return []
    if len(names) == 1:
        return [Blocker(key="signatures", text=f"{names[0]} has not signed.")]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return [Blocker(key="signatures", text=f"{listed} have not signed.")]


_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def _counted(number: int, noun: str, one: str, many: str) -> str:
    """Return “One finding has no owner.” or “12 findings have no owner.”"""
    written = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{written} {noun} {one}." if number == 1 else f"{written} {noun}s {many}."
