"""What must hold for every workload, whatever its answers, controls and facts."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.scoring.dimensions import Dimension
from assessments.scoring.evidence import Grade
from assessments.scoring.inputs import (
    AnswerInput,
    AnswerState,
    Control,
    DimensionInput,
    Drill,
    GateFacts,
    MitigationInput,
    WorkloadInputs,
)
from assessments.scoring.scheme import SCHEME_2026_1
from assessments.scoring.workload_score import score_workload
from tests.unit.assessments.scoring.build import ON

quick = settings(max_examples=30, deadline=None, database=None)

# Three questions in each dimension, among them every question that a gate reads.
KEYS = [
    *(f"api.{name}" for name in ("deepest-feature", "sdk-coupling", "prompt-assets")),
    *(f"tuning.{name}" for name in ("weight-export", "dataset-custody", "recipe")),
    *(f"vectors.{name}" for name in ("source-custody", "scale", "store")),
    *(f"workflow.{name}" for name in ("export-completeness", "skills", "connectors")),
    *(f"commercial.{name}" for name in ("renewal", "bundling", "uplift-cap")),
]
ANCHORS = (0, 25, 50, 75, 100)
WORST_LAST = (Grade.TESTED, Grade.DOCUMENTED, Grade.DECLARED, Grade.NONE)

days = st.integers(-800, 1300).map(lambda age: ON - timedelta(days=age))
shares = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)


def _answers(keys=KEYS, states=(AnswerState.ANSWERED, AnswerState.UNKNOWN, AnswerState.BLANK)):
    def one(key):
        return st.builds(
            AnswerInput,
            question_key=st.just(key),
            number=st.just("1.1"),
            dimension=st.just(Dimension(key.split(".")[0])),
            weight=st.integers(1, 20),
            state=st.sampled_from(states),
            points=st.sampled_from(ANCHORS),
            grade=st.sampled_from(Grade),
            evidence_on=st.none() | days,
        )

    return st.tuples(*(one(key) for key in keys))


mitigations = st.lists(
    st.builds(
        MitigationInput,
        control=st.sampled_from(Control),
        dimension=st.sampled_from(Dimension),
        coverage=shares,
        grade=st.sampled_from(Grade),
        tested_on=st.none() | days,
        drill=st.none() | st.builds(Drill, passed=st.booleans(), drilled_on=days),
    ),
    max_size=6,
)
facts = st.builds(
    GateFacts,
    own_copy=st.none() | st.booleans(),
    retirement_on=st.none() | days,
    time_to_exit_days=st.none() | st.integers(1, 400),
    last_notice_on=st.none() | days,
    renewal_decided=st.none() | st.booleans(),
    remaining_obligation=st.none() | st.integers(0, 300),
    annual_spend=st.none() | st.integers(0, 200),
    termination_for_convenience=st.none() | st.booleans(),
    measured_direct_share=st.none() | shares,
)
workloads = st.builds(
    lambda answers, controls, known: WorkloadInputs(
        answers=answers, mitigations=controls, facts=known
    ),
    _answers(),
    mitigations,
    facts,
)


def _score(inputs):
    return score_workload(inputs, on=ON, scheme=SCHEME_2026_1)


def _with(inputs, answers):
    return WorkloadInputs(
        answers=tuple(answers), mitigations=inputs.mitigations, facts=inputs.facts
    )


def _replace(inputs, index, **changes):
    answers = list(inputs.answers)
    answers[index] = answers[index]._replace(**changes)
    return _with(inputs, answers)


def _never_better(worse, better):
    """The one is at least as entrenched as the other, in number and in tier."""
    worse, better = worse.overall, better.overall
    return (
        worse.inherent.score >= better.inherent.score
        and worse.residual.score >= better.residual.score
        and worse.tier.rank >= better.tier.rank
    )


def _numbers(result):
    """All that the score says, apart from the trace of single answers."""
    overall = result.overall
    return (overall.inherent, overall.residual, overall.tier, overall.confidence)


indexes = st.integers(0, len(KEYS) - 1)


@quick
@given(workloads, indexes, st.sampled_from(ANCHORS), st.sampled_from(ANCHORS))
def test_a_worse_answer_never_gives_a_better_score(inputs, index, one, other):
    answered = {"state": AnswerState.ANSWERED}
    better = _replace(inputs, index, points=min(one, other), **answered)
    worse = _replace(inputs, index, points=max(one, other), **answered)

    assert _never_better(_score(worse), _score(better))


@quick
@given(workloads, indexes, st.sampled_from(ANCHORS))
def test_a_blank_is_never_better_than_any_answer(inputs, index, points):
    blank = _replace(inputs, index, state=AnswerState.BLANK)
    answered = _replace(inputs, index, state=AnswerState.ANSWERED, points=points)

    assert _never_better(_score(blank), _score(answered))


@quick
@given(workloads, indexes)
def test_nobody_has_checked_scores_like_a_blank(inputs, index):
    blank = _replace(inputs, index, state=AnswerState.BLANK)
    unknown = _replace(inputs, index, state=AnswerState.UNKNOWN)

    assert _numbers(_score(unknown)) == _numbers(_score(blank))


@quick
@given(workloads, st.integers(2, 1000))
def test_scaling_all_weights_changes_nothing(inputs, factor):
    scaled = [answer._replace(weight=answer.weight * factor) for answer in inputs.answers]

    assert _numbers(_score(_with(inputs, scaled))) == _numbers(_score(inputs))


@quick
@given(workloads, indexes)
def test_a_question_that_does_not_apply_is_as_if_removed(inputs, index):
    state = AnswerState.NOT_APPLICABLE
    set_aside = _replace(inputs, index, state=state, reason="Not used.")
    removed = _with(inputs, [a for i, a in enumerate(inputs.answers) if i != index])

    assert _numbers(_score(set_aside)) == _numbers(_score(removed))


@quick
@given(workloads, indexes)
def test_a_hidden_question_is_as_if_removed(inputs, index):
    hidden = _replace(inputs, index, state=AnswerState.HIDDEN)
    removed = _with(inputs, [a for i, a in enumerate(inputs.answers) if i != index])

    assert _score(hidden) == _score(removed)


@quick
@given(workloads, indexes, st.sampled_from(WORST_LAST), st.sampled_from(WORST_LAST))
def test_better_evidence_never_widens_the_interval(inputs, index, one, other):
    better, worse = sorted((one, other), key=WORST_LAST.index)
    narrow = _score(_replace(inputs, index, grade=better)).overall.inherent
    wide = _score(_replace(inputs, index, grade=worse)).overall.inherent

    assert wide.low <= narrow.low <= narrow.high <= wide.high


@quick
@given(workloads, indexes, st.integers(0, 1200), st.integers(0, 1200))
def test_older_evidence_never_narrows_the_interval(inputs, index, one, other):
    newer, older = (ON - timedelta(days=age) for age in sorted((one, other)))
    narrow = _score(_replace(inputs, index, evidence_on=newer)).overall.inherent
    wide = _score(_replace(inputs, index, evidence_on=older)).overall.inherent

    assert wide.low <= narrow.low <= narrow.high <= wide.high


@quick
@given(workloads)
def test_every_score_lies_in_its_interval_and_on_the_scale(inputs):
    overall = _score(inputs).overall

    for index in (overall.inherent, overall.residual):
        assert 0 <= index.low <= index.score <= index.high <= 100


@quick
@given(workloads)
def test_controls_never_make_a_dimension_worse_unless_a_gate_lifts_it(inputs):
    for dimension in _score(inputs).dimensions:
        assert dimension.lifted_by or dimension.residual <= dimension.inherent.score


@quick
@given(workloads)
def test_no_control_takes_off_more_than_the_cap(inputs):
    for dimension in _score(inputs).dimensions:
        assert 0 <= dimension.reduction.share <= SCHEME_2026_1.mitigations.cap


@quick
@given(workloads, st.sampled_from(Control), st.sampled_from(Dimension), shares)
def test_one_more_control_never_makes_a_score_worse(inputs, control, dimension, coverage):
    # An abstraction layer may trip G7, which is there to take credit away.
    assume(control != Control.ABSTRACTION_LAYER)
    extra = MitigationInput(control, dimension, coverage, Grade.TESTED, ON)
    more = WorkloadInputs(
        answers=inputs.answers, mitigations=[*inputs.mitigations, extra], facts=inputs.facts
    )

    assert _score(more).overall.residual.score <= _score(inputs).overall.residual.score


@quick
@given(workloads)
def test_gates_never_lower_a_tier(inputs):
    overall = _score(inputs).overall

    assert overall.tier_before_gates.rank <= overall.residual.tier.rank <= overall.tier.rank


@quick
@given(workloads)
def test_the_shares_of_the_answers_add_up_to_one(inputs):
    for dimension in _score(inputs).dimensions:
        scored = dimension.inherent
        whole = sum(scored.share_of(trace) for trace in scored.answers)
        assert not scored.weighted_total or abs(whole - 1) < Decimal("1e-20")


@quick
@given(workloads)
def test_the_same_inputs_give_the_same_record(inputs):
    assert _score(inputs).to_dict() == _score(inputs).to_dict()


@quick
@given(st.integers(0, 100), st.lists(st.sampled_from(Dimension), min_size=2, unique=True))
def test_equal_dimensions_score_what_they_score(points, dimensions):
    answers = [
        AnswerInput(f"{d}.only", "1.1", d, 10, AnswerState.ANSWERED, points) for d in dimensions
    ]
    left_out = [d for d in Dimension if d not in dimensions]
    inputs = WorkloadInputs(
        answers=answers,
        dimensions=dict.fromkeys(left_out, DimensionInput(False, "None.")),
        paid_external=False,
    )

    assert _score(inputs).overall.inherent.score == points
