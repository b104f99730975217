"""Which dimensions a workload is scored on, and what stands in the way of a score."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assessments.scoring.dimension_score import InherentScore, score_dimension
from assessments.scoring.dimensions import Dimension
from assessments.scoring.inputs import AnswerInput, DimensionInput, UnableToScore, WorkloadInputs
from assessments.scoring.scheme import Scheme

_APPLIES = DimensionInput()


class Problem(NamedTuple):
    """Why there is no score. The text is written for the user."""

    key: str
    text: str


class LeftOut(NamedTuple):
    """A dimension that does not apply."""

    dimension: Dimension
    reason: str


class Scored(NamedTuple):
    """The applicable dimensions with their inherent scores, in order, and the rest."""

    dimensions: dict[Dimension, InherentScore]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]


def score_applicable(inputs: WorkloadInputs, *, on: date, scheme: Scheme) -> Scored:
    """
    Return the inherent score of every dimension that applies.

    :raises UnableToScore: if an answer belongs to no dimension, or is out of its range
    """
    scores: dict[Dimension, InherentScore] = {}
    left_out: list[LeftOut] = []
    problems = _asked_twice(inputs.answers)
    for dimension, answers in _by_dimension(inputs.answers).items():
        given = inputs.dimensions.get(dimension, _APPLIES)
        if not given.applies:
            left_out.append(LeftOut(dimension, given.reason_if_not))
            problems += _left_out_wrongly(dimension, given, inputs=inputs, scheme=scheme)
            continue
        scored = score_dimension(dimension=dimension, answers=answers, on=on, rule=scheme.evidence)
        if scored is None:
            problems.append(_nothing_to_score(dimension))
        else:
            scores[dimension] = scored
    if len(Dimension) - len(left_out) < scheme.fewest_dimensions:
        text = f"At least {scheme.fewest_dimensions} dimensions must apply for a score."
        problems.append(Problem("too-few-dimensions", text))
    return Scored(scores, tuple(left_out), tuple(problems))


def _by_dimension(answers: Sequence[AnswerInput]) -> dict[Dimension, list[AnswerInput]]:
    grouped: dict[Dimension, list[AnswerInput]] = {dimension: [] for dimension in Dimension}
    try:
        for answer in answers:
            grouped[answer.dimension].append(answer)
    except KeyError as error:
        raise UnableToScore(f"There is no dimension {error}.") from None
    return grouped


def _asked_twice(answers: Sequence[AnswerInput]) -> list[Problem]:
    if len({answer.question_key for answer in answers}) == len(answers):
        return []
    counted = Counter(answer.question_key for answer in answers)
    twice = sorted(key for key, times in counted.items() if times > 1)
    return [Problem(f"asked-twice:{key}", f"{key} is answered more than once.") for key in twice]


def _left_out_wrongly(
    dimension: Dimension, given: DimensionInput, *, inputs: WorkloadInputs, scheme: Scheme
) -> Iterator[Problem]:
    name = dimension.full_name
    if not given.reason_if_not:
        yield Problem(f"no-reason:{dimension}", f"Say why {name} does not apply.")
    if inputs.paid_external and dimension in scheme.always_apply:
        yield Problem(
            f"always-applies:{dimension}",
            f"{name} always applies to a workload that a vendor runs for money.",
        )


def _nothing_to_score(dimension: Dimension) -> Problem:
    return Problem(
        f"nothing-to-score:{dimension}",
        f"{dimension.full_name} applies, but none of its questions does. "
        "Answer one, or say why the dimension does not apply.",
    )
