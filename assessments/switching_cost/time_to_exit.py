"""Weeks until a workload has left: prepare, procure, the longest track, run in parallel, cut over.

The tracks run side by side, each with its own people; a track takes hours ÷ (people × hours a week).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal, localcontext
from enum import StrEnum

import numpy as np

from assessments.scoring.figures import ARITHMETIC, ZERO
from assessments.switching_cost.assumptions import Book, plain
from assessments.switching_cost.component_cost import ComponentCost
from assessments.switching_cost.components import NEEDED_FOR_HOURS
from assessments.switching_cost.estimates import Estimate, UnableToReckonCost, not_negative
from assessments.switching_cost.inputs import Component
from assessments.switching_cost.simulation import (
    DEFAULT_METHOD,
    Distribution,
    Method,
    distribution,
    draw,
)
from assessments.switching_cost.workload_cost import SwitchingCost
from lockin.money import round_half_up

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who works on one track. [assumption]"""

    people: Decimal = Decimal(2)
    hours_a_week: Decimal = Decimal(30)

    def __post_init__(self) -> None:
        for what, value in (("People", self.people), ("Hours a week", self.hours_a_week)):
            if not not_negative(value, what=what):
                raise UnableToReckonCost(f"{what} of a track cannot be 0: it would never end.")

    @property
    def pace(self) -> Decimal:
        """Hours a week of all people together."""
        return self.people * self.hours_a_week


DEFAULT_TEAM = Team()


@dataclass(frozen=True, slots=True)
class Track:
    """
    Work that goes on beside the other tracks.

    Hours are None where nobody knows them, and at least those given where something is missing.
    """

    name: str
    hours: Estimate | None
    team: Team = DEFAULT_TEAM
    missing: tuple[str, ...] = ()

    @property
    def weeks(self) -> Estimate | None:
        if self.hours is None:
            return None
        with localcontext(ARITHMETIC):
            pace = self.team.pace
            return Estimate(self.hours.low / pace, self.hours.likely / pace, self.hours.high / pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Weeks of what comes before and after the tracks, one after the other."""

    prepare: Estimate
    procure: Estimate
    parallel: Estimate
    cut_over: Estimate


# Components that are a project of their own; the others fall into the phases around them.
TRACKS = (
    Component.APPLICATION,
    Component.PROMPTS,
    Component.TUNING,
    Component.EMBEDDING,
    Component.WORKFLOW,
)


def tracks_of(cost: SwitchingCost, *, team: Team = DEFAULT_TEAM) -> tuple[Track, ...]:
    """Return a track for each component of the cost that is one, each with a team like this."""
    return tuple(_track(entry, team) for entry in cost.components if entry.component in TRACKS)


def _track(entry: ComponentCost, team: Team) -> Track:
    missing = tuple(name for name in entry.missing if name in NEEDED_FOR_HOURS)
    hours = None if missing and not entry.parts else entry.hours
    return Track(entry.component.full_name, hours, team, missing)


def phases_of(book: Book) -> Phases:
    """
    Return the phases as the assumptions in force have them.

    :raises UnableToReckonCost: if one of them is missing
    """
    try:
        prepare, procure, parallel, cut_over = (
            book[f"weeks.{phase}"].estimate
            for phase in ("prepare", "procure", "parallel", "cut-over")
        )
    except KeyError as error:
        raise UnableToReckonCost(f"There is no assumption {error} on that day.") from None
    return Phases(prepare=prepare, procure=procure, parallel=parallel, cut_over=cut_over)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToExit:
    """Weeks. With anything missing, every figure is "at least"."""

    likely_weeks: Decimal  # every phase and track at its likeliest
    by_draws: Distribution  # in weeks
    longest: str  # the name of the likeliest longest track, or "" without tracks
    missing: tuple[str, ...]
    arithmetic: tuple[str, ...]

    @property
    def likely_days(self) -> int:
        return whole_days(self.likely_weeks)

    @property
    def p80_days(self) -> int:
        """The figure that clocks are held against."""
        return whole_days(self.by_draws.p80)


def whole_days(weeks: Decimal) -> int:
    """Return the weeks in days; a day begun counts whole."""
    days = round_half_up(weeks * DAYS_A_WEEK, 6)  # thirds of a week are no exact decimals
    return int(days.to_integral_value(rounding=ROUND_CEILING))


def time_to_exit(
    tracks: Sequence[Track], *, phases: Phases, method: Method = DEFAULT_METHOD
) -> TimeToExit:
    """
    Return how long leaving takes.

    :raises UnableToReckonCost: if two tracks have one name
    """
    if len({track.name for track in tracks}) < len(tracks):
        raise UnableToReckonCost("Two tracks have one name.")
    weeks = {track.name: track.weeks for track in tracks}
    known = {name: estimate for name, estimate in weeks.items() if estimate is not None}
    around = {
        "prepare": phases.prepare,
        "procure": phases.procure,
        "parallel": phases.parallel,
        "cut over": phases.cut_over,
    }
    longest = max(known, key=lambda name: known[name].likely, default="")
    with localcontext(ARITHMETIC):
        likely = sum((estimate.likely for estimate in around.values()), ZERO)
        likely += known[longest].likely if longest else ZERO
    return TimeToExit(
        likely_weeks=likely,
        by_draws=_simulated(around, known, method=method),
        longest=longest,
        missing=tuple(_missing(tracks)),
        arithmetic=tuple(_steps(tracks, around, longest, likely)),
    )


def _missing(tracks: Iterable[Track]) -> Iterable[str]:
    for track in tracks:
        yield from track.missing
        if track.hours is None and not track.missing:
            yield f"hours of {track.name}"


def _simulated(
    around: Mapping[str, Estimate], tracks: Mapping[str, Estimate], *, method: Method
) -> Distribution:
    weeks = np.zeros(method.draws)
    named = {f"phase {name}": estimate for name, estimate in around.items()}
    for column in draw(named, method=method).values():
        weeks += column
    side_by_side = draw({f"track {name}": it for name, it in tracks.items()}, method=method)
    if side_by_side:
        weeks += np.maximum.reduce(list(side_by_side.values()))
    return distribution(weeks, method=method)


def _steps(
    tracks: Sequence[Track], around: Mapping[str, Estimate], longest: str, likely: Decimal
) -> Iterable[str]:
    track_weeks = ZERO
    for track in tracks:
        if track.hours is None or track.weeks is None:
            yield f"{track.name}: nobody knows the hours"
            continue
        team = track.team
        if track.name == longest:
            track_weeks = track.weeks.likely
        yield (
            f"{track.name}: {plain(track.hours.likely)} h ÷ ({plain(team.people)} people × "
            f"{plain(team.hours_a_week)} h) = {_shown(track.weeks.likely)} weeks"
        )
    names = list(around)
    terms = [f"{plain(around[name].likely)} {name}" for name in names]
    if longest:
        terms.insert(2, f"{_shown(track_weeks)} {longest}")
    yield f"{' + '.join(terms)} = {_shown(likely)} weeks"


def _shown(weeks: Decimal) -> str:
    return plain(round_half_up(weeks, 2))


class Standing(StrEnum):
    """How a clock stands to the time to exit; gate G3 of the score reads the same two limits."""

    ENOUGH = "enough"
    SHORT = "short"
    LESS_THAN_HALF = "less-than-half"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Clock:
    """A day by which the workload must have left: a retirement, a last day of notice, an end."""

    name: str
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One clock against the time to exit. A negative gap is how many days are missing."""

    clock: Clock
    days_left: int
    days_needed: int
    standing: Standing

    @property
    def days(self) -> int:
        return self.days_left - self.days_needed

    @property
    def arithmetic(self) -> str:
        left, gap = plain(Decimal(self.days_left)), plain(Decimal(self.days))
        return f"{self.clock.name}: {left} days left − {self.days_needed} = {gap}"


def gaps(clocks: Iterable[Clock], *, days_needed: int, on: date) -> tuple[Gap, ...]:
    """Return each clock's gap on that day, the tightest first."""
    found = []
    for clock in clocks:
        left = (clock.ends_on - on).days
        standing = Standing.ENOUGH
        if left < days_needed:
            standing = Standing.LESS_THAN_HALF if 2 * left < days_needed else Standing.SHORT
        found.append(Gap(clock=clock, days_left=left, days_needed=days_needed, standing=standing))
    return tuple(sorted(found, key=lambda gap: (gap.days, gap.clock.name)))
