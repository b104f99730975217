"""The portfolio beside its workloads: two means, the share of spend that is hard to move, HHI."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from assessments.scoring.criticality import Criticality
from assessments.scoring.figures import ARITHMETIC, ZERO, Number, fixed, fixed_or_none
from assessments.scoring.scheme import Scheme
from assessments.scoring.tiers import Tier

HARD_TO_MOVE = (Tier.HIGH, Tier.ENTRENCHED)
_HHI_SCALE = 10_000


class SpendLine(NamedTuple):
    """A year's spend of one workload at one host, on models of one publisher."""

    amount: Number | None  # in the portfolio's currency; None when it is not known
    host: str | None
    publisher: str | None


class PortfolioItem(NamedTuple):
    """One workload as the portfolio counts it."""

    workload: str
    score: Decimal | None  # residual, after dimension gates; None when it is not assessed
    tier: Tier | None  # after all gates
    criticality: Criticality | None
    spend: Number | None  # a year's, in the portfolio's currency; None when it is not known
    lines: Sequence[SpendLine] = ()


class Share(NamedTuple):
    """One host's or publisher's part of the known spend, 0–1."""

    name: str
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Herfindahl–Hirschman index, 0–10,000, over the spend whose receiver is known."""

    hhi: Decimal | None
    shares: tuple[Share, ...]  # largest first
    # Lines whose amount or receiver is not known; they are in no share.
    lines_not_known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioScore:
    """
    Figures that stand side by side and are never added up.

    What is missing is listed by workload and left out of the figure that needs it; it is never
    counted as zero.
    """

    spend_weighted: Decimal | None  # the headline
    criticality_weighted: Decimal | None
    hard_to_move_share: Decimal | None  # of the known spend of scored workloads, 0–1
    by_host: Concentration
    by_publisher: Concentration
    without_score: tuple[str, ...]
    without_spend: tuple[str, ...]
    without_criticality: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-safe values in a stable order."""
        return {
            "spend_weighted": fixed_or_none(self.spend_weighted),
            "criticality_weighted": fixed_or_none(self.criticality_weighted),
            "hard_to_move_share": fixed_or_none(self.hard_to_move_share),
            "by_host": _concentration_record(self.by_host),
            "by_publisher": _concentration_record(self.by_publisher),
            "without_score": list(self.without_score),
            "without_spend": list(self.without_spend),
            "without_criticality": list(self.without_criticality),
        }


def score_portfolio(items: Iterable[PortfolioItem], *, scheme: Scheme) -> PortfolioScore:
    """Return the portfolio's figures. All amounts are in one currency; the caller sees to it."""
    items = sorted(items, key=lambda item: item.workload)
    with localcontext(ARITHMETIC):
        lines = [line for item in items for line in item.lines]
        return PortfolioScore(
            spend_weighted=_mean([(item.spend, item.score) for item in items]),
            criticality_weighted=_mean(
                [(_weight_of(item.criticality, scheme), item.score) for item in items]
            ),
            hard_to_move_share=_hard_to_move_share(items),
            by_host=concentration(lines, receiver=lambda line: line.host),
            by_publisher=concentration(lines, receiver=lambda line: line.publisher),
            without_score=tuple(item.workload for item in items if item.score is None),
            without_spend=tuple(item.workload for item in items if item.spend is None),
            without_criticality=tuple(item.workload for item in items if item.criticality is None),
        )


def concentration(
    lines: Iterable[SpendLine], *, receiver: Callable[[SpendLine], str | None]
) -> Concentration:
    """Return how concentrated the spend is on its receivers: the sum of squared shares."""
    amounts: dict[str, Number] = {}
    not_known = 0
    for line in lines:
        name = receiver(line)
        if line.amount is None or not name:
            not_known += 1
        else:
            amounts[name] = amounts.get(name, 0) + line.amount
    total = Decimal(sum(amounts.values()))
    if not total:
        return Concentration(hhi=None, shares=(), lines_not_known=not_known)
    squares = sum((Decimal(amount) ** 2 for amount in amounts.values()), ZERO)
    shares = [Share(name, amount / total) for name, amount in amounts.items()]
    return Concentration(
        hhi=squares * _HHI_SCALE / total**2,
        shares=tuple(sorted(shares, key=lambda share: (-share.share, share.name))),
        lines_not_known=not_known,
    )


def _mean(pairs: Iterable[tuple[Number | None, Decimal | None]]) -> Decimal | None:
    known = [(weight, score) for weight, score in pairs if weight is not None and score is not None]
    weights = sum((Decimal(weight) for weight, _ in known), ZERO)
    if not weights:
        return None
    return sum((weight * score for weight, score in known), ZERO) / weights


def _weight_of(criticality: Criticality | None, scheme: Scheme) -> Decimal | None:
    return None if criticality is None else scheme.criticality_weights[criticality]


def _hard_to_move_share(items: Iterable[PortfolioItem]) -> Decimal | None:
    known = [
        (Decimal(item.spend), item.tier in HARD_TO_MOVE)
        for item in items
        if item.spend is not None and item.tier is not None
    ]
    total = sum((spend for spend, _ in known), ZERO)
    if not total:
        return None
    return sum((spend for spend, is_hard in known if is_hard), ZERO) / total


def _concentration_record(figure: Concentration) -> dict[str, Any]:
    return {
        "hhi": fixed_or_none(figure.hhi),
        "shares": [{"name": share.name, "share": fixed(share.share)} for share in figure.shares],
        "lines_not_known": figure.lines_not_known,
    }
