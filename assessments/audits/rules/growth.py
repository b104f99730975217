"""PURE. How much of a kind of asset there is now against last year; shared by two rules."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from assessments.audits.facts import AssetFacts, WorkloadFacts

# Below a fifth more, growth is the ordinary growth of the work itself. [A]
ORDINARY_GROWTH = Decimal("0.20")
# A dimension that rose by less is noise of single answers. [A]
ORDINARY_POINTS = Decimal(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Assets of one kind in both years. `records` are documents or training examples."""

    assets_before: int
    assets_now: int
    records_before: int
    records_now: int
    points: Decimal | None
    """How far the dimension's inherent score rose; None without two scores."""

    @property
    def share(self) -> Decimal | None:
        """Growth of the records; None where there were none to grow from."""
        if not self.records_before:
            return None
        return Decimal(self.records_now - self.records_before) / self.records_before

    @property
    def is_beyond_ordinary(self) -> bool:
        return (
            self.assets_now > self.assets_before
            or (self.share is not None and self.share > ORDINARY_GROWTH)
            or (self.points is not None and self.points >= ORDINARY_POINTS)
        )


def growth(workload: WorkloadFacts, *, kinds: Collection[str], dimension: str) -> Growth | None:
    """Return how the investment grew; None without last year, or without anything of the kind."""
    previous = workload.previous
    now = [asset for asset in workload.assets if asset.kind in kinds]
    if previous is None or not now:
        return None
    before = [asset for asset in previous.assets if asset.kind in kinds]
    return Growth(
        assets_before=len(before),
        assets_now=len(now),
        records_before=_records(before),
        records_now=_records(now),
        points=_points(workload, dimension),
    )


def _records(assets: Collection[AssetFacts]) -> int:
    return sum(asset.count or 0 for asset in assets)


def _points(workload: WorkloadFacts, dimension: str) -> Decimal | None:
    comparison = workload.previous.comparison if workload.previous else None
    for entry in (comparison or {}).get("dimensions", ()):
        if entry["dimension"] == dimension and entry["inherent"]["delta"] is not None:
            return Decimal(entry["inherent"]["delta"])
    return None
