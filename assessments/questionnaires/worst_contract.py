"""PURE. Several contracts under one workload: the worst answer counts, and all arithmetic stays.

Counted are the contracts under production dependencies with at least 5% of the traffic; a share
that is not known counts. A contract under several dependencies carries the sum of their shares.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assessments.questionnaires.contract_answers import COMPUTATIONS
from assessments.questionnaires.contract_facts import (
    ComputedAnswer,
    ContractFacts,
    ContractUse,
    Step,
)
from assessments.scoring.evidence import Grade

SMALLEST_SHARE = Decimal("0.05")
_WORST = 100
_WEAKEST_FIRST = (Grade.NONE, Grade.DECLARED, Grade.DOCUMENTED, Grade.TESTED)


def computed_answers(uses: Sequence[ContractUse], *, on: date) -> dict[str, ComputedAnswer]:
    """Return one answer for every question that contract data answers, by question key."""
    counted, left_out = _counted(uses)
    answers = {}
    for question_key, compute in COMPUTATIONS.values():
        each = [(facts.name, compute(facts, on=on)) for facts in counted]
        answer = worst_of(each) if each else _no_contract(question_key)
        answers[question_key] = replace(answer, arithmetic=answer.arithmetic + left_out)
    return answers


def worst_of(answers: Sequence[tuple[str, ComputedAnswer]]) -> ComputedAnswer:
    """
    Return the worst of the named contracts' answers to one question.

    An answer that is known to count 100 decides alone. Otherwise one that is not known makes the
    whole not known, and the rest is as sure as its weakest part: each one had to be no worse.
    """
    if not answers:
        raise ValueError("There is no answer to choose from.")
    name, worst = max(answers, key=lambda named: (named[1].counted_points, named[1].is_known))
    if len(answers) == 1:
        return worst
    steps = [Step(f"Worst of {len(answers)} contracts", name)]
    in_order = [(name, worst), *(named for named in answers if named[1] is not worst)]
    for contract, answer in in_order:
        steps += [step._replace(of=contract) for step in answer.arithmetic]
        steps += [Step("Not known", missing, of=contract) for missing in answer.missing]
    parts = [worst] if worst.points == _WORST else [answer for _, answer in answers]
    dates = [answer.as_of for answer in parts if answer.as_of is not None]
    return replace(
        worst,
        arithmetic=tuple(steps),
        grade=min((answer.grade for answer in parts), key=_WEAKEST_FIRST.index),
        as_of=min(dates, default=None),
        sources=tuple(dict.fromkeys(source for answer in parts for source in answer.sources)),
        missing=tuple(
            dict.fromkeys(f"{name}: {item}" for name, answer in answers for item in answer.missing)
        )
        if not worst.is_known
        else (),
    )


def _counted(
    uses: Sequence[ContractUse],
) -> tuple[list[ContractFacts], tuple[Step, ...]]:
    """Return the contracts that count, in order, and a line for each that does not."""
    facts_of: dict[str, ContractFacts] = {}
    shares: dict[str, Decimal | None] = {}
    for use in uses:
        key = use.facts.key
        facts_of.setdefault(key, use.facts)
        if use.is_fallback:
            continue
        before = shares.get(key, Decimal(0))
        shares[key] = None if before is None or use.share is None else before + use.share

    counted, left_out = [], []
    for key, facts in facts_of.items():
        if key not in shares:
            left_out.append(Step("Not counted", "a fallback, not in production", of=facts.name))
            continue
        share = shares[key]
        if share is None or share >= SMALLEST_SHARE:
            counted.append(facts)
        else:
            percent = f"{(share * 100).normalize():f}"
            left_out.append(Step("Not counted", f"{percent}% of the traffic", of=facts.name))
    return counted, tuple(left_out)


def _no_contract(question_key: str) -> ComputedAnswer:
    return ComputedAnswer(
        question_key=question_key,
        option_key=None,
        points=None,
        value=None,
        unit="",
        grade=Grade.NONE,
        arithmetic=(),
        sources=(),
        as_of=None,
        missing=("a contract under a production dependency",),
    )
