"""The portfolio's figures and the list of what was not assessed, gathered while workloads pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.audits.comparison import mover
from assessments.audits.facts import Body
from assessments.audits.freezing_portfolio import minor
from assessments.audits.rules.words import counted
from assessments.scoring.criticality import Criticality
from assessments.scoring.dimensions import Dimension
from assessments.scoring.portfolio_score import PortfolioItem, SpendLine, score_portfolio
from assessments.scoring.scheme import Scheme
from assessments.scoring.tiers import Tier

# Named in a list; what is beyond stands with the records themselves.
MOST_NAMES = 200


@dataclass(kw_only=True)
class Gathered:
    """What the summary needs of every workload, a few hundred bytes each."""

    label: str
    base_currency: str
    heat: list[dict[str, Any]] = field(default_factory=list)
    items: list[PortfolioItem] = field(default_factory=list)
    movers: list[dict[str, Any]] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    in_other_currency: list[str] = field(default_factory=list)
    never_assessed: list[str] = field(default_factory=list)
    assessed_earlier: list[str] = field(default_factory=list)
    without_score: list[str] = field(default_factory=list)
    without_spend: list[str] = field(default_factory=list)
    exit_time_assumed: list[str] = field(default_factory=list)
    incomplete_contracts: list[str] = field(default_factory=list)
    unread_contracts: list[str] = field(default_factory=list)
    policy: str = ""
    committed: dict[int, Counter[str]] = field(default_factory=dict)
    contracts: int = 0
    answers: int = 0
    unknown: int = 0
    blank: int = 0

    def add_contract(self, body: Body, *, on: date) -> None:
        """Take what is committed in periods that are not over, by the year each ends in."""
        self.contracts += 1
        if body["missing"]:
            self.incomplete_contracts.append(f"{body['name']}: {', '.join(body['missing'])}")
        self.policy = self.policy or body["policy"]
        if body["clauses"] and all(entry["read_on"] is None for entry in body["clauses"]):
            self.unread_contracts.append(body["name"])
        for commitment in body["commitments"]:
            for period in commitment["periods"]:
                committed = period["amounts"]["committed"]
                if period["ends_on"] >= on:
                    totals = self.committed.setdefault(period["ends_on"].year, Counter())
                    totals[committed["currency"]] += committed["minor"]

    def add(self, body: Body, *, lines: Sequence[SpendLine]) -> None:
        """Take what the summary needs of a workload's body, and who receives its spend."""
        name, key, score = body["name"], body["key"], body["score"]
        spend = body["amounts"]["annual_spend"]
        residual = ((score or {}).get("residual") or {}).get("score")
        tier = (score or {}).get("tier") or ""
        found = mover(body)
        if found:
            self.movers.append(found)
        self.heat.append(
            {
                "key": key,
                "name": name,
                "owner": body["owner"],
                "business_unit": body["business_unit"],
                "criticality": body["criticality"],
                "residual": residual,
                "tier": tier,
                "is_provisional": bool((score or {}).get("provisional", True)),
                "confidence_grade": (score or {}).get("confidence_grade") or "",
                "dimensions": _dimensions(score),
                "change": found["delta"] if found else None,
                "amounts": {"annual_spend": spend},
            }
        )
        counts_in_base = spend is not None and spend["currency"] == self.base_currency
        self.items.append(
            PortfolioItem(
                workload=name,
                score=None if residual is None else Decimal(residual),
                tier=Tier(tier) if tier else None,
                criticality=Criticality(body["criticality"]),
                spend=spend["minor"] if counts_in_base else None,
                lines=lines,
            )
        )
        if spend is None:
            self.without_spend.append(name)
        else:
            self.totals[spend["currency"]] += spend["minor"]
            if not counts_in_base:
                self.in_other_currency.append(name)
        if body["time_to_exit_weeks"] is None:
            self.exit_time_assumed.append(name)
        if body["assessment"] is None:
            self.never_assessed.append(name)
            return
        if body["assessment"]["label"] != self.label:
            self.assessed_earlier.append(f"{name} ({body['assessment']['label']})")
        if residual is None:
            self.without_score.append(name)
        counts = score["counts"]
        self.answers += counts["answered"] + counts["not_applicable"]
        self.unknown += counts["unknown"]
        self.blank += counts["blank"]


def _dimensions(score: Body | None) -> dict[str, str | None]:
    scored = {
        entry["dimension"]: entry["residual"] for entry in (score or {}).get("dimensions", ())
    }
    return {str(dimension): scored.get(str(dimension)) for dimension in Dimension}


def portfolio_body(gathered: Gathered, *, scheme: Scheme) -> dict[str, Any]:
    """Return the portfolio's figures, which stand side by side and are never added up."""
    figures = score_portfolio(gathered.items, scheme=scheme).to_dict()
    # Beside the figures: those without any spend; those in another currency have their own list.
    figures["without_spend"] = sorted(gathered.without_spend)
    tiers = Counter(row["tier"] for row in gathered.heat)
    return {
        "workloads": len(gathered.heat),
        "assessed": sum(row["residual"] is not None for row in gathered.heat),
        "scheme": scheme.name,
        "figures": figures,
        "tiers": {name: tiers.get(name, 0) for name in ("", *(str(tier) for tier in Tier))},
        "in_other_currency": gathered.in_other_currency,
        "heat": gathered.heat,
        "committed_by_year": [
            {
                "year": year,
                "amounts": {
                    "totals": [minor(total, code) for code, total in sorted(totals.items())]
                },
            }
            for year, totals in sorted(gathered.committed.items())
        ],
        "amounts": {
            "spend_totals": [
                minor(total, currency) for currency, total in sorted(gathered.totals.items())
            ]
        },
    }


# What the product does not reckon yet, said in every report in these words (decisions 23).
NOT_BUILT = (
    (
        "Cost to move",
        "hours, training runs and data are on file, but no rates to reckon a cost from.",
    ),
    ("Tools in use without a decision", "no sign-in, expense or traffic data was imported."),
    ("Renewal leverage", "it follows from the cost to move, which was not reckoned."),
)


NO_POLICY = (
    "Contract clauses",
    (
        "Not assessed in this audit: no policy was published; the plain terms of each contract "
        "were read."
    ),
    (),
)


def coverage_body(
    gathered: Gathered,
    *,
    vendors: int,
    models: int,
    stale_models: Sequence[str],
    override: str,
) -> dict[str, Any]:
    """Return what was looked at, and what was not with the reason."""
    workloads = len(gathered.heat)
    assessed = [
        _seen(
            "Portfolio",
            f"{counted(workloads, 'workload')}, {counted(vendors, 'vendor')}, "
            f"{counted(models, 'model')}, {counted(gathered.contracts, 'contract')}.",
        ),
        _seen(
            "Answers",
            f"{gathered.answers} given, {gathered.unknown} “Nobody has checked”, "
            f"{gathered.blank} blank. The last two count as the worst.",
        ),
        _seen("Contract dates", "End, notice day and way out, by the dates in the contracts."),
        _seen("Commitments", "What is committed, used and left, as typed on the day shown."),
    ]
    gaps = [_gap(area, f"Not assessed in this audit: {why}", ()) for area, why in NOT_BUILT]
    if gathered.policy:
        assessed.append(
            _seen(
                "Contract clauses",
                f"Against policy {gathered.policy}, as read by the people named; what nobody has "
                "read counts as missing.",
            )
        )
    else:
        gaps.insert(1, _gap(*NO_POLICY))
    listed = (
        (
            "Workloads never assessed",
            "Not assessed in this audit: no assessment of these was ever accepted.",
            gathered.never_assessed,
        ),
        (
            "Workloads not assessed this year",
            "Partly assessed: an earlier year's accepted answers stand in.",
            gathered.assessed_earlier,
        ),
        (
            "Workloads without a score",
            "Partly assessed: something stands in the way of a score; each workload says what.",
            gathered.without_score,
        ),
        (
            "Yearly spend",
            (
                "Not assessed in this audit: nobody knows what these cost a year. "
                "They are in no weighted figure."
            ),
            gathered.without_spend,
        ),
        (
            "Spend in other currencies",
            "Partly assessed: no dated rates are kept, so these are in no weighted figure.",
            gathered.in_other_currency,
        ),
        (
            "Time to exit",
            "Partly assessed: nobody has estimated it for these, so 26 weeks are assumed.",
            gathered.exit_time_assumed,
        ),
        (
            "Facts about models",
            "Partly assessed: read more than 90 days before the audit, or on no known day.",
            stale_models,
        ),
        (
            "Contract clauses",
            "Partly assessed: nobody has read these for a clause, so all of it counts as missing.",
            gathered.unread_contracts,
        ),
        (
            "Contracts read in part",
            "Partly assessed: nobody has read out everything.",
            gathered.incomplete_contracts,
        ),
    )
    gaps += [_gap(area, why, names) for area, why, names in listed if names]
    if override:
        gaps.append(
            _gap(
                "Open assessments",
                f"The council took the snapshot although not all assessments were accepted: "
                f"{override}",
                (),
            )
        )
    return {"assessed": assessed, "not_assessed": gaps}


def _seen(area: str, words: str) -> dict[str, str]:
    return {"area": area, "words": words}


def _gap(area: str, why: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "area": area,
        "why": why,
        "subjects": list(names[:MOST_NAMES]),
        "subjects_total": len(names),
    }
