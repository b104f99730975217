"""The table of states, and the words for what blocks the next one."""

import pytest

from assessments.audits.transitions import (
    TABLE,
    Act,
    Standing,
    State,
    UnableToMove,
    after,
    blockers,
    next_act,
)


def test_the_acts_lead_through_all_seven_states_in_order():
    state, passed = State.PLANNED, [State.PLANNED]
    while (act := next_act(state)) is not None:
        state = after(state, act)
        passed.append(state)

    assert passed == list(State)


@pytest.mark.parametrize(
    ("state", "act"),
    [(state, act) for state in State for act in Act if (state, act) not in TABLE],
)
def test_every_other_act_is_refused_in_words(state, act):
    with pytest.raises(UnableToMove, match=r"^This audit .+, so it cannot be .+\.$"):
        after(state, act)


def test_a_refusal_says_where_the_audit_stands():
    with pytest.raises(UnableToMove, match="waits for its assessments, so it cannot be closed"):
        after("assessments", Act.CLOSE)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(state="planned"), []),
        (Standing(state="assessments", workloads=12), []),
        (Standing(state="assessments"), ["There are no workloads to audit."]),
        (
            Standing(state="assessments", workloads=12, assessments_missing=1),
            ["One workload has no assessment."],
        ),
        (
            Standing(
                state="assessments",
                workloads=12,
                assessments_not_sent=4,
                assessments_not_accepted=12,
            ),
            ["Four workloads are still being answered.", "12 workloads wait for review."],
        ),
        (Standing(state="snapshot", snapshot_running=True), ["The snapshot is being taken."]),
        (
            Standing(state="snapshot", snapshot_failed=True),
            ["The snapshot failed. Take it again."],
        ),
        (
            Standing(state="findings", findings_without_owner=2, findings_without_due_date=1),
            ["Two findings have no owner.", "One finding has no due date."],
        ),
        (
            Standing(state="responses", responses_missing=3),
            ["Three management responses are missing."],
        ),
        (
            Standing(state="responses", responses_missing=1),
            ["One management response is missing."],
        ),
        (Standing(state="responses"), []),
        (Standing(state="sign-off", functions_unsigned=("Legal",)), ["Legal has not signed."]),
        (
            Standing(state="sign-off", functions_unsigned=("IT", "Legal", "Finance")),
            ["IT, Legal and Finance have not signed."],
        ),
        (Standing(state="closed"), []),
    ],
)
def test_what_blocks_is_said_in_plain_words(standing, words):
    assert [blocker.text for blocker in blockers(standing)] == words


def test_only_missing_assessments_may_be_overridden():
    open_ones = blockers(Standing(state="assessments", workloads=2, assessments_missing=1))
    responses = blockers(Standing(state="responses", responses_missing=1))

    assert [blocker.may_be_overridden for blocker in (*open_ones, *responses)] == [True, False]
