"""PURE. The thirteen parts of a brief (domain model 5.2), from facts to words and figures.

Asks are ranked by what they bear on: for each workload in production under the contract, the
weight of its criticality (4 to 1) times its score in the worst dimension that the clause answers
for. A clause that is met is not asked for. Amounts that nobody has reckoned are said to be
missing; they are never nought.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.briefs.content import SCHEMA_NAME, SCHEMA_VERSION
from assessments.briefs.facts import BriefFacts, ClauseStanding, WorkloadStanding
from assessments.reports import words
from lockin.money import Money, round_half_up

NOT_RECKONED = "Not yet reckoned"
WAITS = "Needs the switching cost of each workload, which is not recorded yet."
OPEN = ("missing", "refused", "partly")
# A score that nobody has reckoned is not a low one.
UNKNOWN_SCORE = Decimal(100)
MOST_SHOWN = 8
GATEWAY = "M1"
SECOND = "M2"
FALLBACK = "M3"
FIRST_ASKS = ("the first ask", "the first two asks", "the first three asks")


def built(facts: BriefFacts) -> dict[str, Any]:
    """Return the whole brief as the data gives it. Plain values only: it is frozen as JSON."""
    asks = ranked_asks(facts)
    return {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        "about": about(facts),
        "decision": {"text": decision_text(facts, asks), "is_edited": False},
        "silence": silence(facts),
        "figures": figures(facts),
        "leverage": leverage(facts),
        "changes": changes(facts),
        "alternatives": alternatives(facts),
        "batna": {"text": batna_text(facts), "is_edited": False},
        "walk_away": {"text": "", "is_edited": False},
        "asks": asks,
        "gives": gives(facts, asks),
        "opening": {"text": opening_text(facts, asks), "is_edited": False},
        "matrix": matrix(facts),
        "objections": objections(facts, asks),
        "scenarios": scenarios(facts),
        "calendar": calendar(facts),
        "limits": {"text": "", "is_edited": False},
    }


def about(facts: BriefFacts) -> dict[str, Any]:
    return {
        "organisation": facts.organisation,
        "contract": facts.contract,
        "contract_key": facts.contract_key,
        "vendor": facts.vendor,
        "reference": facts.reference,
        "owner": facts.owner,
        "on": facts.on.isoformat(),
        "act_by": _iso(facts.act_by),
        "term_ends_on": _iso(facts.dates.current_end if facts.dates else None),
        "policy": facts.policy,
        "policy_sha256": facts.policy_sha256,
    }


# ── 1 The decision, and what silence does ───────────────────────────────────────────────────────


def decision_text(facts: BriefFacts, asks: Sequence[dict[str, Any]]) -> str:
    open_ones = [ask for ask in asks if ask["included"]]
    by = f" by {words.day(facts.act_by)}" if facts.act_by else ""
    if not facts.clauses:
        return f"Decide{by} whether to renew {facts.contract}. No policy says what to ask for."
    if not open_ones:
        return (
            f"Decide{by} whether to renew {facts.contract}. No clause is open: ask for price only."
        )
    return (
        f"Decide{by} whether to renew {facts.contract} on condition of "
        f"{FIRST_ASKS[min(3, len(open_ones)) - 1]}, or to give notice."
    )


def silence(facts: BriefFacts) -> dict[str, Any]:
    """Say what happens when nobody says anything, and by when notice must have arrived."""
    dates = facts.dates
    found: dict[str, Any] = {"act_by": _iso(facts.act_by), "renews_until": None, "days_left": None}
    if dates is None:
        found["text"] = f"The dates cannot be reckoned: {facts.dates_problem}"
        return found
    found["days_left"] = dates.days_left
    if facts.notice_given_on:
        found["text"] = (
            f"Notice was given on {words.day(facts.notice_given_on)}; "
            f"it ends on {words.day(dates.current_end)}."
        )
    elif facts.act_by is None:
        found["text"] = "Nobody knows by when notice must arrive: the terms are not recorded."
    elif facts.renewal == "automatic":
        found["renews_until"] = _iso(dates.next_end_if_renewed)
        until = dates.next_end_if_renewed
        length = f" until {words.day(until)}" if until else ", for how long nobody has read"
        passed = "has passed" if dates.missed else f"is {words.day(facts.act_by)}"
        found["text"] = (
            f"Silence renews it{length}. The last safe day for notice {passed} "
            f"({facts.notice_words})."
        )
    elif facts.renewal == "fixed":
        found["text"] = f"Without a new signature it ends on {words.day(dates.current_end)}."
    elif facts.renewal == "evergreen":
        found["text"] = f"It runs until one side gives notice ({facts.notice_words})."
    else:
        found["text"] = (
            "Nobody has checked whether it renews itself; until then it counts as if it did. "
            f"Act by {words.day(facts.act_by)}."
        )
    return found


# ── 2 Facts ─────────────────────────────────────────────────────────────────────────────────────


def figures(facts: BriefFacts) -> list[dict[str, Any]]:
    """Return label, value in words, exact value, age and source of each figure."""
    found = [
        _figure("Yearly value", _money(facts.annual_value), source="Contract record"),
        _figure(
            "Workloads under it",
            f"{len(facts.workloads):,}",
            source="Dependencies that name the contract",
        ),
    ]
    for entry in facts.commitments:
        found += [
            _figure(
                f"{entry.name}: committed now",
                _money(entry.current_committed),
                source="Schedule of the commitment",
            ),
            _figure(
                f"{entry.name}: used",
                _money(entry.used),
                as_of=entry.used_as_of,
                source="Read from the vendor’s account",
            ),
            _figure(
                f"{entry.name}: still owed",
                _money(entry.remaining)
                or (f"at most {_money(entry.at_most)}" if entry.at_most else None),
                source="Later periods, and what is left of this one",
            ),
        ]
    for model in _models(facts):
        if model.input_price is not None and model.output_price is not None:
            found.append(
                _figure(
                    f"{model.name}, list price",
                    f"{model.price_currency} {model.input_price.normalize():f} in, "
                    f"{model.output_price.normalize():f} out, a million tokens",
                    as_of=model.observed_on,
                    source=model.source,
                )
            )
    return found[:16]


# ── 3 Leverage ──────────────────────────────────────────────────────────────────────────────────


def leverage(facts: BriefFacts) -> dict[str, Any]:
    """Say what gives us weight and what stands against us, each with what it rests on."""
    rows = facts.in_production
    ours: list[dict[str, str]] = []
    theirs: list[dict[str, str]] = []
    gateway = [row for row in rows if row.through_gateway]
    if gateway:
        ours.append(
            _point(
                f"{len(gateway)} of {words.counted(len(rows), 'workload')} already "
                f"{'runs' if len(gateway) == 1 else 'run'} through our gateway",
                "Paths of the dependencies",
            )
        )
    if len(gateway) < len(rows):
        around = [row.name for row in rows if not row.through_gateway]
        theirs.append(_point(f"No gateway before {words.listed(around, 3)}", "Paths"))
    for row in rows:
        if row.has_second:
            share = "" if row.second_share is None else f" with {words.percent(row.second_share)}"
            ours.append(
                _point(f"{row.name} has a second provider in production{share}", "Dependencies")
            )
    for row in rows:
        control = row.control(FALLBACK)
        if control and control.is_current:
            ours.append(
                _point(
                    f"{row.name}: open fallback tested on {words.day(control.tested_on)}",
                    "Register of controls",
                )
            )
        elif control and control.failed:
            theirs.append(_point(f"{row.name}: the last swap drill failed", "Register of controls"))
    days = facts.dates.days_left if facts.dates else None
    slow = [row for row in rows if days is not None and row.weeks_to_exit * 7 > days]
    if slow:
        theirs.append(
            _point(
                f"{words.listed([row.name for row in slow], 3)} cannot leave before the notice day",
                "Time to exit against days left",
            )
        )
    deep = [row for row in rows if row.tier in ("high", "entrenched")]
    if deep:
        theirs.append(
            _point(
                f"{len(deep)} of {words.counted(len(rows), 'workload')} "
                f"{'is' if len(deep) == 1 else 'are'} hard to move",
                "Scores at the day of the figures",
            )
        )
    return {
        "ours": ours[:MOST_SHOWN],
        "theirs": theirs[:MOST_SHOWN],
        "ceiling": {"value": None, "words": NOT_RECKONED, "why": WAITS},
        "cost_to_move": {"value": None, "words": NOT_RECKONED, "why": WAITS},
        "exits": [
            {
                "workload": row.name,
                "weeks": str(row.weeks_to_exit),
                "is_assumed": row.weeks is None,
                "is_short": days is not None and row.weeks_to_exit * 7 > days,
            }
            for row in rows[:MOST_SHOWN]
        ],
        "clocks": [
            {
                "what": f"{model.name} at {model.host}",
                "on": _iso(model.retires_on),
                "days_left": (model.retires_on - facts.on).days,
                "notice_days": (model.retires_on - model.announced_on).days
                if model.announced_on
                else None,
                "source": model.source,
            }
            for model in sorted(
                (row for row in _models(facts) if row.retires_on), key=lambda row: row.retires_on
            )[:MOST_SHOWN]
        ],
        "notes": [{"text": text, "source": source} for text, source in facts.data_act],
    }


# ── 4 What has changed since the signature ──────────────────────────────────────────────────────


def changes(facts: BriefFacts) -> dict[str, Any]:
    """Compare with the first signed audit since the signature; more lock-in asks for more."""
    compared = [
        row for row in facts.workloads if row.before is not None and row.residual is not None
    ]
    label = max((row.before_label for row in compared), default="")
    rows: list[dict[str, Any]] = []
    for row in compared:
        assert row.before is not None
        assert row.residual is not None
        before, after = round_half_up(row.before, 0), round_half_up(row.residual, 0)
        rows.append(
            {
                "workload": row.name,
                "before": str(before),
                "after": str(after),
                "change": int(after - before),
            }
        )
    rows.sort(key=lambda row: (-int(row["change"]), str(row["workload"])))
    worse = [row for row in rows if int(row["change"]) > 0]
    if not rows:
        text = "No signed audit has seen these workloads since the contract was signed."
    elif worse:
        text = (
            f"Since {label} leaving has become harder for {words.listed([str(r['workload']) for r in worse], 3)}: "
            "what is asked below is asked in return."
        )
    else:
        text = f"Since {label} no workload has become harder to move."
    return {
        "since": label,
        "rows": rows[:MOST_SHOWN],
        "text": text,
        "concession": {"value": None, "words": NOT_RECKONED, "why": WAITS},
    }


# ── 5 What we do if they say no ─────────────────────────────────────────────────────────────────


def alternatives(facts: BriefFacts) -> list[dict[str, Any]]:
    """Return what each workload has to go to, and how well that is shown."""
    found = []
    for row in facts.in_production[:MOST_SHOWN]:
        best = [entry for key in (SECOND, FALLBACK) if (entry := row.control(key))]
        shown = next((entry for entry in best if entry.is_current), best[0] if best else None)
        found.append(
            {
                "workload": row.name,
                "what": shown.label if shown else "None on record",
                "coverage": str(shown.coverage) if shown else None,
                "evidence": shown.grade if shown else "",
                "tested_on": _iso(shown.tested_on) if shown else None,
                "is_current": bool(shown and shown.is_current),
                "failed": bool(shown and shown.failed),
            }
        )
    return found


def batna_text(facts: BriefFacts) -> str:
    rows = alternatives(facts)
    ready = [row["workload"] for row in rows if row["is_current"]]
    if not rows:
        return "No workload runs under this contract in production."
    if len(ready) == len(rows):
        return "Every workload has an alternative that was tested within a year."
    if ready:
        return f"Only {words.listed(ready, 3)} can leave on tested ground; the others cannot."
    return "No workload has an alternative that was tested within a year: we negotiate without one."


# ── 6 What we ask for ───────────────────────────────────────────────────────────────────────────


def ranked_asks(facts: BriefFacts) -> list[dict[str, Any]]:
    """Return an ask a clause that is not met, the heaviest first; waived ones are left out."""
    found: list[dict[str, Any]] = []
    for clause in facts.clauses:
        weight, steps = weight_of(clause, facts.in_production)
        found.append(
            {
                "key": clause.key,
                "code": clause.code,
                "title": clause.title,
                "included": clause.status in OPEN,
                "status": clause.status,
                "status_word": clause.status_word,
                "reason": clause.reason,
                "request": clause.preferred,
                "acceptable": clause.acceptable,
                "walk_away": clause.walk_away,
                "framing": clause.framing,
                "note": "",
                "breaches_walk_away": clause.breaches_walk_away,
                "changes": _bears_on(clause, facts.in_production),
                "weight": str(weight) if steps else None,
                "weight_steps": steps,
                "accepted": {
                    "sentence": clause.accepted.sentence,
                    "met": clause.accepted.met,
                    "known": clause.accepted.known,
                    "names": list(clause.accepted.names),
                },
                "published": [list(pair) for pair in clause.accepted.published],
                "priced": {
                    name: {"value": None, "words": NOT_RECKONED}
                    for name in ("cost", "exit", "time")
                },
                "is_edited": False,
            }
        )
    found.sort(key=lambda ask: (not ask["included"], -Decimal(ask["weight"] or 0), ask["code"]))
    return [{**ask, "place": number, "rank": number} for number, ask in enumerate(found, start=1)]


def weight_of(
    clause: ClauseStanding, rows: Sequence[WorkloadStanding]
) -> tuple[Decimal, list[str]]:
    """Return what the clause bears on, and the steps: criticality × its worst dimension's score."""
    total = Decimal(0)
    steps: list[str] = []
    for row in rows:
        score = _worst(clause, row)
        if score is None:
            continue
        part = row.criticality_weight * round_half_up(score, 2)
        total += part
        steps.append(f"{row.name}: {row.criticality_weight} × {words.fixed(score)}")
    return total, steps


def _worst(clause: ClauseStanding, row: WorkloadStanding) -> Decimal | None:
    """Return the worst score among the clause's dimensions; None where none of them applies."""
    if row.residual is None:
        return UNKNOWN_SCORE
    found = [score for name in clause.dimensions if (score := row.dimensions.get(name)) is not None]
    return max(found, default=None)


def _bears_on(clause: ClauseStanding, rows: Sequence[WorkloadStanding]) -> list[str]:
    found = []
    for row in rows:
        scores = [
            (score, name)
            for name in clause.dimensions
            if (score := row.dimensions.get(name)) is not None
        ]
        if scores:
            score, name = max(scores)
            found.append(
                f"{row.name}: {words.word(words.DIMENSION, name).lower()} {words.whole(score)}"
            )
        elif row.residual is None:
            found.append(f"{row.name}: not assessed")
    return found[:3] + ([f"and {len(found) - 3} more"] if len(found) > 3 else [])


# ── 7 What we give, 8 how we open ───────────────────────────────────────────────────────────────


def gives(facts: BriefFacts, asks: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what we can offer; each only on condition of portability (the brief's tactic 2)."""
    first = [ask["title"] for ask in asks if ask["included"]][:3]
    condition = (
        f"Only with {words.listed(first)} in the contract" if first else "Only for a lower price"
    )
    yearly = f" at {_money(facts.annual_value)} a year" if facts.annual_value else ""
    return [
        {"title": "Term", "words": f"A renewal of 12 months{yearly}", "condition": condition},
        {
            "title": "Volume",
            "words": "A commitment up to what we will use at the least",
            "condition": f"{condition}; its largest sound amount is not yet reckoned",
        },
        {
            "title": "Reference",
            "words": "A reference call or case, after one year of keeping to it",
            "condition": condition,
        },
    ]


def opening_text(facts: BriefFacts, asks: Sequence[dict[str, Any]]) -> str:
    if not facts.clauses:
        return "Nobody has written how to open, and no policy is published."
    if not any(ask["included"] for ask in asks):
        return "The clauses of our policy are in the contract. We would like to talk about price."
    return " ".join(text for text in (facts.policy_framing, facts.policy_condition) if text)


# ── 9 Who has accepted what, 10 objections ──────────────────────────────────────────────────────


def matrix(facts: BriefFacts) -> dict[str, Any]:
    return {
        "vendors": list(facts.matrix_vendors),
        "rows": [
            {"clause": clause, "statuses": list(statuses), "met": met}
            for clause, statuses, met in facts.matrix
        ],
    }


def objections(facts: BriefFacts, asks: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the known objections to what is asked, each once, with the proof to bring."""
    asked = {ask["key"] for ask in asks if ask["included"]}
    found: dict[str, dict[str, str]] = {}
    for clause in facts.clauses:
        if clause.key not in asked:
            continue
        for entry in clause.objections:
            found.setdefault(
                entry.they_say,
                {
                    "they_say": entry.they_say,
                    "we_answer": entry.we_answer,
                    "we_accept": entry.we_accept,
                    "proof": clause.accepted.sentence,
                },
            )
    return list(found.values())[:6]


# ── 11 Commitment, 12 calendar ──────────────────────────────────────────────────────────────────


def scenarios(facts: BriefFacts) -> dict[str, Any]:
    rows = [
        {
            "name": entry.name,
            "kind": entry.kind,
            "pace": None if entry.pace is None else str(round_half_up(entry.pace, 2)),
            "shortfall": _money(entry.straight_line_shortfall),
            "as_of": _iso(entry.used_as_of),
        }
        for entry in facts.commitments
    ]
    return {
        "rows": rows,
        "flat": {"value": None, "words": NOT_RECKONED},
        "ramp": {"value": None, "words": NOT_RECKONED},
        "portable": {"value": None, "words": NOT_RECKONED},
        "most": {"value": None, "words": NOT_RECKONED},
        "why": "Needs the use of at least six months, which is not recorded yet."
        if rows
        else "No commitment is on file.",
    }


def calendar(facts: BriefFacts) -> list[dict[str, Any]]:
    """Return the days counted back from the last safe one, with who is to act."""
    dates = facts.dates
    if dates is None:
        return []
    owner = facts.owner or "Nobody"
    days: list[tuple[date | None, str, str]] = [
        (dates.audit_opens, "Audit opened", "Council"),
        (dates.alternatives_tested, "Alternatives tested", "Owners of the workloads"),
        (dates.brief_due, "Brief before the council", owner),
        (dates.act_by, "Last safe day: notice has arrived", owner),
        (dates.current_end, "Last day in force", owner),
    ]
    return [
        {
            "on": found.isoformat(),
            "what": what,
            "who": who,
            "has_passed": found < facts.on,
        }
        for found, what, who in days
        if found is not None
    ]


# ── Small parts ─────────────────────────────────────────────────────────────────────────────────


def _models(facts: BriefFacts) -> list[Any]:
    seen: dict[tuple[str, str], Any] = {}
    for row in facts.in_production:
        for model in row.models:
            seen.setdefault((model.name, model.host), model)
    return list(seen.values())


def _figure(
    label: str, value: str | None, *, source: str, as_of: date | None = None
) -> dict[str, Any]:
    return {"label": label, "value": value, "as_of": _iso(as_of), "source": source}


def _point(text: str, source: str) -> dict[str, str]:
    return {"text": text, "source": source}


def _money(found: Money | None) -> str | None:
    return None if found is None else found.short()


def _iso(found: date | None) -> str | None:
    return found.isoformat() if found else None
