"""This year against the last signed audit: every score, what moved it, and the questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.audits.stored import bodies_by_key, payload_of
from assessments.models import Audit, CurrentScore, Snapshot
from assessments.scoring.dimensions import Dimension
from assessments.views.words import counted, listing
from lockin.accounts.models import User
from lockin.money import shown_difference
from lockin.templatetags.figures import in_words, score
from vendors.models import Workload

# How many workloads a picture can hold before its names touch.
MOST_DRAWN = 30
CHANGES = {
    "same": "Only its weight changed",
    "changed": "Answer or points changed",
    "added": "New question",
    "removed": "No longer asked",
    "replaced": "Replaces an older question",
}


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One workload in both years."""

    key: str
    name: str
    before: Decimal | None
    after: Decimal | None
    tier_before: str = ""
    tier_after: str = ""
    causes: tuple[Mapping[str, Any], ...] = ()
    scheme_changed: bool = False
    pk: int | None = None

    @property
    def delta(self) -> Decimal | None:
        """The difference of the two figures beside it, as they are shown."""
        if self.before is None or self.after is None:
            return None
        return shown_difference(self.before, self.after)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the section says: from frozen figures, or from today's before the snapshot."""

    label: str
    """Of the last signed audit; empty in a first audit."""
    is_frozen: bool
    rows: tuple[Moved, ...]
    removed: tuple[str, ...] = ()
    portfolio_before: Decimal | None = None
    portfolio_after: Decimal | None = None
    body: Mapping[str, Any] | None = None

    @property
    def words(self) -> str:
        """How many became harder to move, easier, stayed, came and went."""
        deltas = [row.delta for row in self.rows if row.delta is not None]
        new = sum(row.before is None and row.after is not None for row in self.rows)
        harder, easier = sum(d > 0 for d in deltas), sum(d < 0 for d in deltas)
        same = len(deltas) - harder - easier
        parts = []
        if harder:
            noun = " workload" if harder == 1 else " workloads"
            parts.append(f"{in_words(harder)}{noun} became harder to move")
        if easier:
            noun = "" if parts else " workload" if easier == 1 else " workloads"
            parts.append(f"{in_words(easier)}{noun}{' became' if not parts else ''} easier")
        if same:
            parts.append(f"{in_words(same)} {'is' if same == 1 else 'are'} unchanged")
        if new:
            parts.append(f"{in_words(new)} {'is' if new == 1 else 'are'} new")
        if self.removed:
            gone = len(self.removed)
            parts.append(f"{in_words(gone)} {'is' if gone == 1 else 'are'} gone")
        text = listing(parts)
        sentence = f"{text[:1].upper()}{text[1:]}." if text else "No workload has two scores."
        if self.portfolio_before is not None and self.portfolio_after is not None:
            sentence += (
                f" The portfolio went from {score(self.portfolio_before)}"
                f" to {score(self.portfolio_after)}."
            )
        return sentence


def change_of(audit: Audit, *, snapshot: Snapshot | None, user: User) -> Change:
    """Return this year against the last: frozen once there is a snapshot."""
    return _frozen(snapshot, user) if snapshot else _live(user)


def _frozen(snapshot: Snapshot, user: User) -> Change:
    payload = payload_of(snapshot, with_amounts=False)
    comparison = payload.comparison
    heat = payload.portfolio.heat
    if comparison is None:
        return Change(label="", is_frozen=True, rows=())
    movers = {row["key"]: row for row in comparison.movers}
    pages = _pages([row.key for row in heat], user)
    rows = []
    for row in heat:
        mover = movers.get(row.key, {})
        rows.append(
            Moved(
                key=row.key,
                name=row.name,
                before=None
                if row.change is None or row.residual is None
                else row.residual - row.change,
                after=row.residual,
                tier_before=mover.get("tier_before", ""),
                tier_after=row.tier,
                causes=tuple(mover.get("causes", ())),
                scheme_changed=bool(mover.get("scheme_changed")),
                pk=pages.get(row.key),
            )
        )
    return Change(
        label=comparison.previous_label,
        is_frozen=True,
        rows=ordered(rows),
        removed=comparison.workloads_removed,
        portfolio_before=comparison.spend_weighted_before,
        portfolio_after=comparison.spend_weighted_after,
        body=comparison.body,
    )


def _pages(keys: list[str], user: User) -> dict[str, int]:
    """Return the workload's page by its key, for those that still exist."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        rows = Workload.objects.for_user(user).filter(key__in=keys[start : start + 500])
        found.update(rows.values_list("key", "pk"))
    return found


def _live(user: User) -> Change:
    """Return today's stored scores against the last signed audit."""
    rows = (
        CurrentScore.objects.filter(
            workload__in=Workload.objects.for_user(user).current(), residual__isnull=False
        )
        .select_related("workload")
        .defer("result")
        .order_by("workload__name", "pk")
    )
    found = [
        Moved(
            key=row.workload.key,
            name=row.workload.name,
            before=row.previous,
            after=row.residual,
            tier_after=row.tier,
            pk=row.workload_id,
        )
        for row in rows
    ]
    label = max((row.previous_label for row in rows if row.previous is not None), default="")
    return Change(label=label, is_frozen=False, rows=ordered(found) if label else ())


def ordered(rows: Iterable[Moved]) -> tuple[Moved, ...]:
    """Return what became harder first, then easier, then what has no two years."""
    return tuple(
        sorted(
            rows,
            key=lambda row: (row.delta is None, -(row.delta or 0), row.name, row.key),
        )
    )


def figure(change: Change, *, after: str) -> dict[str, Any] | None:
    """Return the two years as a Plotly figure: hollow before, filled now."""
    drawn = [row for row in change.rows if row.delta is not None][:MOST_DRAWN]
    if not drawn:
        return None
    # Plotly draws its first category at the bottom.
    drawn.reverse()
    names = [row.name for row in drawn]
    lines: dict[str, list[Any]] = {"x": [], "y": []}
    for row in drawn:
        lines["x"] += [_number(row.before), _number(row.after), None]
        lines["y"] += [row.name, row.name, None]
    return {
        "data": [
            {
                **lines,
                "type": "scatter",
                "mode": "lines",
                "line": {"color": "token:control", "width": 3},
                "hoverinfo": "skip",
                "showlegend": False,
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": change.label,
                "x": [_number(row.before) for row in drawn],
                "y": names,
                "marker": {
                    "size": 10,
                    "color": "token:bg",
                    "line": {"color": "token:control", "width": 2},
                },
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": after,
                "x": [_number(row.after) for row in drawn],
                "y": names,
                "marker": {"size": 11, "color": "token:c1"},
            },
        ],
        "layout": {
            "height": max(240, 90 + 30 * len(drawn)),
            "xaxis": {"range": [-2, 102], "dtick": 25, "title": {"text": "Lock-in, 0 to 100"}},
            "yaxis": {"type": "category"},
        },
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(round(value, 2))


@dataclass(frozen=True, kw_only=True)
class WorkloadChange:
    """One workload's two years in full, as they were frozen."""

    key: str
    name: str
    label: str
    record: Mapping[str, Any]
    dimensions: tuple[Mapping[str, Any], ...]
    questions: tuple[Mapping[str, Any], ...]

    @property
    def scheme_changed(self) -> bool:
        return bool(self.record["scheme_before"] != self.record["scheme_after"])


def workload_change(snapshot: Snapshot, *, key: str) -> WorkloadChange | None:
    """Return what changed in one workload; None where a year has no score."""
    body = bodies_by_key(snapshot, kind="workload", keys=[key]).get(key)
    record = ((body or {}).get("previous") or {}).get("comparison")
    if body is None or not record:
        return None
    texts = {entry["question_key"]: entry for entry in body["answers"]}
    names = {str(dimension): dimension.full_name for dimension in Dimension}
    questions = sorted(
        record["questions"],
        key=lambda entry: (-abs(Decimal(entry["score_part"]["delta"] or 0)), entry["question"]),
    )
    return WorkloadChange(
        key=key,
        name=body["name"],
        label=body["previous"]["label"],
        record=record,
        dimensions=tuple(
            {**entry, "name": names.get(entry["dimension"], entry["dimension"])}
            for entry in record["dimensions"]
        ),
        questions=tuple(
            {
                **entry,
                "text": texts.get(entry["question"], {}).get("question_text", entry["question"]),
                "number": texts.get(entry["question"], {}).get("number", ""),
                "answer": texts.get(entry["question"], {}).get("option_text", ""),
                "name": names.get(entry["dimension"], entry["dimension"]),
                "words": CHANGES.get(entry["change"], entry["change"]),
            }
            for entry in questions
        ),
    )


def movers_words(change: Change) -> str:
    """Return the head of the page: the one that moved most."""
    moved = [row for row in change.rows if row.delta is not None and row.delta]
    if not moved:
        return "No score moved."
    most = max(moved, key=lambda row: abs(row.delta or 0))
    assert most.delta is not None
    way = "harder" if most.delta > 0 else "easier"
    points = int(abs(most.delta))
    noun = "point" if points == 1 else "points"
    nouns = "workload" if len(moved) == 1 else "workloads"
    return f"{most.name} moved most: {points} {noun} {way} to move. {counted(len(moved))} {nouns} moved."
