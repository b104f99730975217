"""Rows of the portfolio as bodies of schema version 1: vendors, models, contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assessments.clauses.standing import ClauseStanding, ContractClauses
from assessments.contract_facts import ContractFacts
from assessments.models import QuestionnaireVersion
from assessments.scoring.scheme import Scheme
from lockin.money import Money
from vendors.models import AIModel, Contract, Vendor
from vendors.portfolio.terms import CommitmentState

# A fact older than this is shown greyed and named under coverage (domain, first page).
STALE_AFTER = timedelta(days=90)
RATIO = Decimal("0.0001")


def amount(money: Money | None) -> dict[str, Any] | None:
    """Return money as it is frozen: whole minor units and a currency."""
    return None if money is None else {"minor": money.to_minor(), "currency": money.currency}


def minor(units: int | None, currency: str) -> dict[str, Any] | None:
    return None if units is None else {"minor": units, "currency": currency}


def ratio(value: Decimal | None) -> Decimal | None:
    """Return a share or pace with four places."""
    return None if value is None else value.quantize(RATIO, rounding=ROUND_HALF_UP)


def questionnaire_body(version: QuestionnaireVersion) -> dict[str, Any]:
    import json

    return {
        "label": version.label,
        "sha256": version.sha256,
        "scheme": version.scheme,
        "notes": version.notes,
        "published_at": version.published_at,
        "published_by": version.published_by_name,
        "manifest": json.loads(version.manifest),
    }


def scheme_body(scheme: Scheme) -> dict[str, Any]:
    """Return every number of the model under a name."""
    evidence, gates, controls = scheme.evidence, scheme.gates, scheme.mitigations
    return {
        "name": scheme.name,
        "method": "worst_share × the worst dimension + the rest × the weighted mean of all",
        "dimension_weights": {str(k): v for k, v in scheme.dimension_weights.items()},
        "worst_share": scheme.worst_share,
        "ordered_weights": list(scheme.ordered_weights),
        "fewest_dimensions": scheme.fewest_dimensions,
        "always_apply": [str(entry) for entry in scheme.always_apply],
        "criticality_weights": {str(k): v for k, v in scheme.criticality_weights.items()},
        "tiers": {
            "moderate_from": scheme.tiers.moderate_from,
            "high_from": scheme.tiers.high_from,
            "entrenched_from": scheme.tiers.entrenched_from,
        },
        "evidence": {
            "factors": {str(k): v for k, v in evidence.factors.items()},
            "full_days": evidence.full_days,
            "aged_days": evidence.aged_days,
            "aged_share": evidence.aged_share,
            "none_after_days": evidence.none_after_days,
            "confidence_grades": [
                {"grade": letter, "from": lowest} for letter, lowest in evidence.confidence_grades
            ],
            "lowest_confidence_grade": evidence.lowest_confidence_grade,
            "widest_below": evidence.widest_below,
            "widest_above": evidence.widest_above,
        },
        "mitigations": {
            "credits": [
                {"control": str(control), "dimension": str(dimension), "credit": credit}
                for (control, dimension), credit in sorted(controls.credits.items())
            ],
            "cap": controls.cap,
            "tested_lately": controls.tested_lately,
            "tested_a_while_ago": controls.tested_a_while_ago,
            "documented": controls.documented,
            "declared": controls.declared,
            "drill_failed": controls.drill_failed,
            "lately_months": controls.lately_months,
            "a_while_ago_months": controls.a_while_ago_months,
        },
        "gates": {
            "no_right_points": gates.no_right_points,
            "worst_points": gates.worst_points,
            "far_too_late_share": gates.far_too_late_share,
            "assumed_time_to_exit_days": gates.assumed_time_to_exit_days,
            "notice_days": gates.notice_days,
            "obligation_years": gates.obligation_years,
            "lift_to": gates.lift_to,
            "gateway_share": gates.gateway_share,
            "direct_share": gates.direct_share,
        },
    }


def vendor_body(vendor: Vendor) -> dict[str, Any]:
    """Return a vendor with its services, which must be prefetched."""
    services = sorted(vendor.services.all(), key=lambda row: row.key)
    return {
        "key": vendor.key,
        "name": vendor.name,
        "country": vendor.country,
        "website": vendor.website,
        "note": vendor.note,
        "services": [
            {
                "key": row.key,
                "name": row.name,
                "kind": row.kind,
                "tuning_ends_on": row.tuning_ends_on,
                "note": row.note,
            }
            for row in services
            if row.archived_at is None
        ],
    }


def model_body(model: AIModel, *, on: date) -> dict[str, Any]:
    """Return a model with its source. List prices are public, so they are no amounts of ours."""
    return {
        "key": model.key,
        "registry_key": model.registry_key,
        "name": model.name,
        "mode": model.mode,
        "publisher": model.publisher.name,
        "host": model.host.name,
        "service": model.service.name if model.service else "",
        "open_weights": model.open_weights,
        "list_prices": {
            "input_per_million": model.input_price,
            "output_per_million": model.output_price,
            "currency": model.price_currency,
        },
        "embedding_dimension": model.embedding_dimension,
        "announced_on": model.announced_on,
        "retires_on": model.retires_on,
        "source": model.source,
        "source_url": model.source_url,
        "observed_on": model.observed_on,
        "confidence": model.confidence,
        "is_stale": model.observed_on is None or on - model.observed_on > STALE_AFTER,
    }


def contract_body(
    facts: ContractFacts,
    *,
    workloads: Sequence[Mapping[str, str]],
    clauses: ContractClauses | None = None,
) -> dict[str, Any]:
    """Return a contract with its dates, commitments, clauses and what nobody has read of it."""
    row = facts.contract
    return {
        "key": row.key,
        "name": row.name,
        "vendor": row.vendor.name,
        "vendor_key": row.vendor.key,
        "owner": row.owner.name if row.owner else "",
        "reference": row.reference,
        "currency": row.currency,
        "signed_on": row.signed_on,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "term_months": row.term_months,
        "renewal": row.renewal,
        "renewal_months": row.renewal_months,
        "notice_value": row.notice_value,
        "notice_unit": row.notice_unit,
        "reminder_set": row.reminder_set,
        "time_zone": row.time_zone,
        "discount_percent": row.discount_percent,
        "uplift": row.uplift,
        "uplift_cap_percent": row.uplift_cap_percent,
        "termination_for_convenience": row.termination_for_convenience,
        "convenience_from_month": row.convenience_from_month,
        "convenience_notice_days": row.convenience_notice_days,
        "early_termination": row.early_termination,
        "early_termination_percent": row.early_termination_percent,
        "document_on_file": row.document_on_file,
        "decision": row.decision,
        "decided_at": row.decided_at,
        "is_decided": facts.decided,
        "notice_given_on": row.notice_given_on,
        "note": row.note,
        "dates": _dates(facts),
        "commitments": [_commitment(entry) for entry in facts.commitments],
        "years_owed": ratio(facts.years_owed),
        "missing": _missing(facts),
        "workloads": sorted(workloads, key=lambda entry: entry["key"]),
        "policy": clauses.policy.label if clauses and clauses.policy else "",
        "clauses": [_clause(entry) for entry in clauses.clauses] if clauses else [],
        "amounts": {
            "annual_value": amount(row.annual_value),
            "remaining": amount(facts.remaining_money),
            "remaining_at_most": None
            if facts.at_most is None
            else amount(Money(facts.at_most, row.currency)),
        },
    }


def _clause(entry: ClauseStanding) -> dict[str, Any]:
    row = entry.row
    return {
        "key": entry.clause.key,
        "number": entry.clause.number,
        "name": entry.clause.name,
        "must": entry.clause.must,
        "status": entry.status.value,
        "without_waiver": entry.judgement.beneath.value,
        "reason": entry.judgement.reason,
        "asks": list(entry.judgement.asks),
        "said": list(entry.said),
        "place": entry.place,
        "excerpt": row.excerpt if row else "",
        "read_on": row.read_on if row else None,
        "judged_by": row.judged_by_name if row else "",
        "waived_until": entry.judgement.waived_until,
    }


def _dates(facts: ContractFacts) -> dict[str, Any]:
    found = facts.dates
    if found is None:
        return {
            "current_end": None,
            "ended": None,
            "last_notice_day": None,
            "act_by": None,
            "days_left": None,
            "missed": False,
            "next_end_if_renewed": None,
            "next_notice_day": None,
            "first_unilateral_exit": None,
            "brief_due": None,
            "alternatives_tested": None,
            "arithmetic": [],
            "problem": facts.problem,
        }
    return {
        "current_end": found.current_end,
        "ended": found.ended,
        "last_notice_day": found.last_notice_day,
        "act_by": found.act_by,
        "days_left": found.days_left,
        "missed": found.missed,
        "next_end_if_renewed": found.next_end_if_renewed,
        "next_notice_day": found.next_notice_day,
        "first_unilateral_exit": found.first_unilateral_exit,
        "brief_due": found.brief_due,
        "alternatives_tested": found.alternatives_tested,
        "arithmetic": list(found.arithmetic),
        "problem": "",
    }


def _commitment(facts: CommitmentState) -> dict[str, Any]:
    row, found = facts.commitment, facts.exposure
    current = found.current if found else None
    shortfall = found.straight_line_shortfall if found else None
    committed = current.committed if current else None

    def money(value: Decimal | None) -> dict[str, Any] | None:
        return None if value is None else amount(Money(value, row.currency))

    return {
        "key": row.key,
        "name": row.name,
        "kind": row.kind,
        "burn": row.burn,
        "currency": row.currency,
        "note": row.note,
        "used_as_of": row.used_as_of,
        "periods": [
            {
                "starts_on": period.starts_on,
                "ends_on": period.ends_on,
                "amounts": {"committed": minor(period.amount_minor, row.currency)},
            }
            for period in facts.periods
        ],
        "period_starts_on": current.starts_on if current else None,
        "period_ends_on": current.ends_on if current else None,
        "pace": ratio(found.pace) if found else None,
        "elapsed_share": ratio(found.elapsed_share) if found else None,
        "shortfall_share": ratio(shortfall / committed)
        if shortfall is not None and committed
        else None,
        "missing": list(found.missing) if found else [facts.problem],
        "amounts": {
            "committed_now": money(committed),
            "used_now": money(found.used_in_current) if found else None,
            "remaining": money(found.remaining) if found else None,
            "remaining_at_most": money(found.at_most) if found else None,
            "straight_line_use": money(found.straight_line_use) if found else None,
            "straight_line_shortfall": money(shortfall),
            "arithmetic": list(found.arithmetic) if found else [],
        },
    }


# What each date needs, in words; the names are those that `vendors.dates` reports.
_DATE_WORDS = {
    "renewal": "how it renews",
    "ends_on": "when it ends",
    "starts_on": "when it starts",
    "notice_value": "the notice it needs",
    "renewal_months": "for how long it renews",
    "convenience_notice_days": "the notice for leaving at will",
}


def _missing(facts: ContractFacts) -> list[str]:
    """Return what nobody has read out of the paper, in words, once each."""
    row = facts.contract
    words = [_DATE_WORDS.get(name, name) for name in (facts.dates.missing if facts.dates else ())]
    if facts.problem:
        words.append(facts.problem)
    checks = (
        (row.annual_value_minor is None, "what it costs a year"),
        (row.starts_on is None, "when it starts"),
        (row.uplift == Contract.Uplift.UNKNOWN, "whether price rises are capped"),
        (row.termination_for_convenience is None, "whether we may leave at will"),
        (
            row.early_termination == Contract.EarlyTermination.UNKNOWN,
            "what leaving early costs",
        ),
        (not row.document_on_file, "the signed paper itself"),
    )
    words += [text for is_missing, text in checks if is_missing]
    return list(dict.fromkeys(words))
