"""PURE. What a contract gives against what the policy asks: a status, with its reason in words.

| Read as | Status |
|---|---|
| nobody has read the clause | missing |
| the contract says nothing of it | missing |
| a walk-away stands | missing |
| all of the preferred, or all of the acceptable position | met |
| some of the acceptable position | partly |
| none of it | missing |
| asked for and refused, and not met by what there is | refused |
| does not apply, where the policy lets it | not applicable |

A waiver that holds turns partly, missing and refused into waived until its last day. What nobody
has read of a clause counts as not given, in the positions and in the walk-aways alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assessments.clauses.conditions import (
    Kind,
    Requirement,
    Trigger,
    Values,
    holds,
    is_met,
    stands,
    unread,
)
from assessments.clauses.definition import Clause, Position
from assessments.clauses.values import in_words


class Finding(StrEnum):
    """What the reader of the paper found."""

    OBTAINED = "obtained"
    ABSENT = "absent"
    REFUSED = "refused"
    NOT_APPLICABLE = "not-applicable"


class Status(StrEnum):
    """How a clause stands. The order is that of the totals."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"
    REFUSED = "refused"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"

    @property
    def label(self) -> str:
        return _LABELS[self]


class At(StrEnum):
    """Where the clause stands among our positions."""

    PREFERRED = "preferred"
    ACCEPTABLE = "acceptable"
    BELOW = "below"
    WALK_AWAY = "walk-away"
    NOTHING = "nothing"


_LABELS = {
    Status.MET: "Met",
    Status.PARTLY: "Partly",
    Status.MISSING: "Missing",
    Status.REFUSED: "Refused",
    Status.WAIVED: "Waived",
    Status.NOT_APPLICABLE: "Does not apply",
}
NOT_READ = "Nobody has read the contract for this clause, which counts as missing."
SILENT = "The contract was read and says nothing of it."


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What somebody read out of a contract on a clause."""

    finding: Finding
    values: Values
    objection_key: str = ""
    objection_words: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Waived:
    """A waiver that holds on the day of judging."""

    until: date
    compensating_control: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One requirement of the acceptable position, and whether it is given."""

    text: str
    given: bool
    read: bool
    """Whether anybody has read the parameters it looks at."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How a clause stands, and why."""

    status: Status
    beneath: Status
    """The status without a waiver; equal to `status` where there is none."""
    at: At
    reason: str
    lines: tuple[Line, ...]
    walk_aways: tuple[str, ...]
    """The walk-aways that stand, in words."""
    unread: tuple[str, ...]
    """Labels of the parameters that decide and that nobody has read."""
    asks: tuple[str, ...]
    """What is not given of the acceptable position: what to ask for next."""
    waived_until: date | None = None

    @property
    def is_obtained(self) -> bool:
        """Whether our own policy is content without a waiver."""
        return self.beneath in (Status.MET, Status.NOT_APPLICABLE)


def judge(clause: Clause, reading: Reading | None, *, waived: Waived | None = None) -> Judgement:
    """Return how the clause stands; without a reading it is missing."""
    found = _without_waiver(clause, reading)
    if waived is None or found.is_obtained:
        return found
    return Judgement(
        status=Status.WAIVED,
        beneath=found.beneath,
        at=found.at,
        reason=f"Waived until {waived.until:%-d %b %Y}; instead: "
        f"{waived.compensating_control.rstrip('.')}. Without the waiver: "
        f"{found.reason[:1].lower()}{found.reason[1:]}",
        lines=found.lines,
        walk_aways=found.walk_aways,
        unread=found.unread,
        asks=found.asks,
        waived_until=waived.until,
    )


def _without_waiver(clause: Clause, reading: Reading | None) -> Judgement:
    if reading is None:
        return _nothing(clause, NOT_READ, read=False)
    if reading.finding is Finding.NOT_APPLICABLE and clause.may_not_apply:
        return Judgement(
            status=Status.NOT_APPLICABLE,
            beneath=Status.NOT_APPLICABLE,
            at=At.NOTHING,
            reason=f"Does not apply: {reading.note}",
            lines=(),
            walk_aways=(),
            unread=(),
            asks=(),
        )
    if reading.finding in (Finding.ABSENT, Finding.NOT_APPLICABLE):
        return _nothing(clause, SILENT, read=True)
    return _from_values(clause, reading)


def _from_values(clause: Clause, reading: Reading) -> Judgement:
    values = reading.values
    lines = tuple(_line(item, values) for item in clause.acceptable.requires)
    standing = tuple(item for item in clause.walk_away.triggers if stands(item, values))
    not_read = _not_read(clause, values)
    asks = tuple(line.text for line in lines if not line.given)
    # A walk-away comes before any position: whatever else the clause gives, we do not sign it.
    if standing:
        status, at = Status.MISSING, At.WALK_AWAY
        reason = _walk_away(standing, values)
    elif _all(clause.preferred, values):
        status, at, asks, not_read = Status.MET, At.PREFERRED, (), ()
        reason = "At the preferred position."
    elif not asks:
        status, at, not_read = Status.MET, At.ACCEPTABLE, ()
        reason = "At the acceptable position."
        missing = [item.text for item in clause.preferred.requires if not is_met(item, values)]
        reason += f" To the preferred one it lacks {_listed(missing)}."
    elif any(line.given for line in lines):
        status, at = Status.PARTLY, At.BELOW
        given = sum(line.given for line in lines)
        reason = (
            f"It gives {given} of {len(lines)} points of the acceptable position; it lacks "
            f"{_listed(asks)}."
        )
    else:
        status, at = Status.MISSING, At.BELOW
        reason = f"It gives nothing of what we ask: {_listed(asks)}."
    if not_read:
        reason += f" Not read, so not given: {_listed(not_read, lower=True)}."
    if reading.finding is Finding.REFUSED and status is not Status.MET:
        status = Status.REFUSED
        reason = f"{_refusal(clause, reading)} {reason}"
    return Judgement(
        status=status,
        beneath=status,
        at=at,
        reason=reason,
        lines=lines,
        walk_aways=tuple(item.text for item in standing),
        unread=not_read,
        asks=asks,
    )


def _walk_away(standing: Sequence[Trigger], values: Values) -> str:
    """Tell what the contract says from what nobody can rule out, since it was not read."""
    sure = [item.text for item in standing if not unread(item.all, values)]
    open_ = [item.text for item in standing if unread(item.all, values)]
    parts = [f"At the walk-away: {_listed(sure)}."] if sure else []
    if open_:
        parts.append(f"The walk-away cannot be ruled out: {_listed(open_)}.")
    return " ".join(parts)


def _nothing(clause: Clause, reason: str, *, read: bool) -> Judgement:
    lines = tuple(
        Line(text=item.text, given=False, read=read) for item in clause.acceptable.requires
    )
    return Judgement(
        status=Status.MISSING,
        beneath=Status.MISSING,
        at=At.NOTHING,
        reason=reason,
        lines=lines,
        walk_aways=(),
        unread=(),
        asks=tuple(line.text for line in lines),
    )


def _line(requirement: Requirement, values: Values) -> Line:
    return Line(
        text=requirement.text,
        given=is_met(requirement, values),
        read=len(unread(requirement.any, values)) < len({c.parameter for c in requirement.any}),
    )


def _all(position: Position, values: Values) -> bool:
    return all(is_met(item, values) for item in position.requires)


def _not_read(clause: Clause, values: Values) -> tuple[str, ...]:
    """Return what decides and was not read: the acceptable position and the walk-aways."""
    conditions = [
        *(
            condition
            for requirement in clause.acceptable.requires
            if not is_met(requirement, values)
            for condition in requirement.any
        ),
        *(
            condition
            for trigger in clause.walk_away.triggers
            if stands(trigger, values)
            for condition in trigger.all
        ),
    ]
    return tuple(clause.parameter(key).label for key in unread(conditions, values))


def _refusal(clause: Clause, reading: Reading) -> str:
    objection = clause.objection(reading.objection_key)
    name = objection.name.lower() if objection else "another reason"
    quoted = reading.objection_words.strip().rstrip(".")
    said = f": “{quoted}”" if quoted else ""
    return f"The vendor refused it ({name}){said}."


def said(clause: Clause, values: Values, *, with_amounts: bool = True) -> tuple[str, ...]:
    """Return what a clause gives, one phrase a parameter that was read, in the policy's order."""
    return tuple(
        f"{parameter.label}: {in_words(parameter, values[parameter.key])}"
        for parameter in clause.parameters
        if parameter.key in values and (with_amounts or parameter.kind is not Kind.AMOUNT)
    )


def option_for(clause: Clause, reading: Reading | None, *, question: str) -> str:
    """Return the answer that a clause gives to a question, or nothing where it gives none."""
    answered = next((item for item in clause.answers if item.question == question), None)
    if answered is None or reading is None:
        return ""
    if reading.finding is Finding.NOT_APPLICABLE and clause.may_not_apply:
        return answered.not_applicable
    values = {} if reading.finding is Finding.ABSENT else reading.values
    for rule in answered.rules:
        if all(holds(condition, values) is True for condition in rule.all):
            return rule.option
    return answered.otherwise


def _listed(items: Sequence[str], *, lower: bool = False) -> str:
    """Return “a”, “a and b”, “a, b and c”."""
    words = [item[:1].lower() + item[1:] if lower else item for item in items]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
