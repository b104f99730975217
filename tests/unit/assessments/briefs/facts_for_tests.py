"""One contract with two workloads and three clauses, to build briefs from."""

from datetime import date
from decimal import Decimal

from assessments.briefs.facts import (
    Accepted,
    BriefFacts,
    ClauseStanding,
    CommitmentStanding,
    ControlStanding,
    ModelClock,
    Objection,
    WorkloadStanding,
)
from lockin.money import Money
from vendors.dates import Renewal, Term, key_dates

ON = date(2026, 11, 23)


def usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


def workload(key: str = "triage", **changes: object) -> WorkloadStanding:
    values: dict[str, object] = {
        "key": key,
        "name": "Claims triage",
        "owner": "Dev Malhotra",
        "criticality": "high",
        "criticality_weight": 3,
        "tier": "high",
        "residual": Decimal("63.2"),
        "before": Decimal("58.6"),
        "before_label": "2025",
        "dimensions": {
            "api": Decimal(40),
            "tuning": Decimal(88),
            "vectors": None,
            "workflow": Decimal(50),
            "commercial": Decimal(70),
        },
        "weeks": Decimal(25),
        "spend": usd(480_000),
        "share": Decimal("0.78"),
        "in_production": True,
        "second_share": Decimal("0.22"),
        "has_second": True,
        "through_gateway": True,
        "controls": (
            ControlStanding(
                key="M3",
                label="Open-source fallback",
                coverage=Decimal("0.4"),
                is_measured=False,
                grade="tested",
                tested_on=date(2026, 9, 1),
                failed=False,
                is_current=True,
            ),
        ),
        "models": (
            ModelClock(
                name="gpt-4o",
                host="OpenAI",
                retires_on=date(2027, 1, 14),
                announced_on=date(2026, 10, 14),
                input_price=Decimal("2.50"),
                output_price=Decimal("10.00"),
                price_currency="USD",
                source="Vendor’s page",
                observed_on=date(2026, 11, 20),
            ),
        ),
    }
    return WorkloadStanding(**{**values, **changes})  # type: ignore[arg-type]


def clause(key: str = "c2-model-export", **changes: object) -> ClauseStanding:
    values: dict[str, object] = {
        "key": key,
        "code": "C2",
        "title": "Model export",
        "status": "missing",
        "status_word": "Missing",
        "reason": "Nobody has read the contract for this clause, which counts as missing.",
        "preferred": "Weights in an open format at the end and on demand",
        "acceptable": "Data sets and settings without the weights",
        "walk_away": "Neither weights nor data sets",
        "framing": "Our policy requires that we can take our models with us.",
        "dimensions": ("tuning",),
        "objections": (
            Objection(
                they_say="The weights contain our property",
                we_answer="We ask for our own adapter, not for base weights.",
                we_accept="Data sets and settings",
            ),
        ),
        "accepted": Accepted(
            sentence="One comparable vendor accepted it, so the objection is commercial.",
            met=1,
            known=4,
            names=("Google",),
            published=(("Bonterms Cloud Terms", "section 14.4, read on 20 Nov 2026"),),
        ),
        "breaches_walk_away": True,
    }
    return ClauseStanding(**{**values, **changes})  # type: ignore[arg-type]


def facts(**changes: object) -> BriefFacts:
    term = Term(
        starts_on=date(2026, 2, 1),
        term_months=12,
        renewal=Renewal.AUTOMATIC,
        renewal_months=12,
        notice_value=60,
    )
    values: dict[str, object] = {
        "on": ON,
        "organisation": "Halden Mutual",
        "contract_key": "openai",
        "contract": "OpenAI Enterprise Agreement",
        "vendor": "OpenAI",
        "reference": "EA-2026-17",
        "owner": "Sofia Marchetti",
        "signed_on": date(2026, 1, 20),
        "starts_on": date(2026, 2, 1),
        "renewal": "automatic",
        "renewal_words": "Renews itself",
        "notice_words": "notice of 60 days",
        "uplift_words": "No cap",
        "annual_value": usd(1_550_000),
        "dates": key_dates(term, on=ON),
        "dates_problem": "",
        "notice_given_on": None,
        "policy": "Policy v1",
        "policy_sha256": "a" * 64,
        "policy_framing": "Our policy requires portability for tier-1 technology.",
        "policy_condition": "We commit on condition that the clauses are in the contract.",
        "workloads": (workload(),),
        "clauses": (clause(),),
        "commitments": (
            CommitmentStanding(
                name="Yearly minimum",
                kind="Minimum spend",
                current_committed=usd(1_550_000),
                used=usd(1_170_000),
                used_as_of=date(2026, 10, 31),
                remaining=usd(380_000),
                at_most=usd(1_550_000),
                pace=Decimal("1.01"),
                straight_line_shortfall=usd(0),
            ),
        ),
        "matrix_vendors": ("OpenAI", "Google"),
        "matrix": (("Model export", ("missing", "met"), "1 of 2"),),
        "data_act": (("Notice of at most two months.", "Data Act, Art. 25(2)(d)"),),
        "council": (("Legal", "Ruth Feldman"),),
    }
    return BriefFacts(**{**values, **changes})  # type: ignore[arg-type]
