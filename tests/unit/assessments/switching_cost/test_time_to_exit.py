"""Weeks to leave, and how the clocks stand to them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assessments.switching_cost.estimates import UnableToReckonCost
from assessments.switching_cost.inputs import WorkflowFacts, WorkloadFacts
from assessments.switching_cost.time_to_exit import (
    Clock,
    Phases,
    Standing,
    Team,
    Track,
    gaps,
    phases_of,
    time_to_exit,
    tracks_of,
    whole_days,
)
from tests.unit.assessments.switching_cost import build

PHASES = phases_of(build.BOOK)
FIXED = Phases(
    prepare=build.estimate(4),
    procure=build.estimate(3),
    parallel=build.estimate(6),
    cut_over=build.estimate(2),
)
FLOWS = Track("workflow", build.estimate(600))
PROMPTS = Track("prompts", build.estimate(290))


class TestTimeToExit:
    def test_the_arithmetic_can_be_read(self):
        assert time_to_exit([PROMPTS, FLOWS], phases=FIXED).arithmetic == (
            "prompts: 290 h ÷ (2 people × 30 h) = 4.83 weeks",
            "workflow: 600 h ÷ (2 people × 30 h) = 10 weeks",
            "4 prepare + 3 procure + 10 workflow + 6 parallel + 2 cut over = 25 weeks",
        )

    def test_more_people_on_a_shorter_track_change_nothing(self):
        many = Track("prompts", build.estimate(290), Team(people=Decimal(9)))

        assert time_to_exit([many, FLOWS], phases=FIXED).likely_weeks == 25

    def test_without_any_track_the_phases_remain(self):
        result = time_to_exit([], phases=FIXED)

        assert (result.likely_weeks, result.by_draws.p80, result.longest) == (15, 15, "")

    def test_hours_that_nobody_knows_are_named(self):
        result = time_to_exit([PROMPTS, Track("workflow", None)], phases=FIXED)

        assert result.missing == ("hours of workflow",)
        assert "workflow: nobody knows the hours" in result.arithmetic

    def test_in_doubt_takes_longer_than_the_sum_of_the_likeliest(self):
        # The default phases lean to the right: 2/4/8, 2/3/8, 4/6/12, 1/2/4.
        result = time_to_exit([FLOWS], phases=PHASES)

        assert result.likely_weeks == 25
        assert result.by_draws.mean > 25
        assert result.p80_days > result.likely_days

    def test_two_doubtful_tracks_take_longer_than_one(self):
        doubtful = build.estimate(100, 300, 900)
        one = time_to_exit([Track("a", doubtful)], phases=FIXED)
        two = time_to_exit([Track("a", doubtful), Track("b", doubtful)], phases=FIXED)

        assert two.likely_weeks == one.likely_weeks
        assert two.by_draws.p50 > one.by_draws.p50

    def test_takes_the_hours_of_the_components(self):
        tracks = tracks_of(build.cost_of(build.ASSISTANT))

        result = time_to_exit(tracks, phases=PHASES)

        assert {track.name: track.hours.likely for track in tracks} == {
            "Application layer": Decimal("203.6"),
            "Prompts and evaluation": 250,
            "Fine-tuning again": 104,
            "Embedding again": 180,
            "Workflow to build again": 600,
        }
        assert (result.longest, result.likely_weeks) == ("Workflow to build again", 25)

    def test_of_a_workload_that_nobody_knows_says_what_is_missing(self):
        tracks = tracks_of(build.cost_of(WorkloadFacts()))

        result = time_to_exit(tracks, phases=PHASES)

        assert {track.hours for track in tracks} == {None}
        assert result.missing == (
            "call sites",
            "prompts",
            "evaluation cases",
            "tuned models",
            "corpora",
            "flows",
            "connectors",
        )

    def test_a_price_that_nobody_knows_does_not_make_the_time_unknown(self):
        facts = build.facts(corpora=(build.corpus(embedding_price=None),))

        assert time_to_exit(tracks_of(build.cost_of(facts)), phases=PHASES).missing == ()

    def test_half_of_the_hours_are_the_least_it_takes(self):
        facts = build.facts(workflow=WorkflowFacts(flows=15, connectors=None))

        result = time_to_exit(tracks_of(build.cost_of(facts)), phases=PHASES)

        assert (result.likely_weeks, result.missing) == (21, ("connectors",))

    @pytest.mark.parametrize("nobody", [{"people": Decimal(0)}, {"hours_a_week": Decimal(0)}])
    def test_a_track_without_anybody_is_refused(self, nobody):
        with pytest.raises(UnableToReckonCost, match="never end"):
            Team(**nobody)

    def test_two_tracks_of_one_name_are_refused(self):
        with pytest.raises(UnableToReckonCost, match="one name"):
            time_to_exit([FLOWS, FLOWS], phases=FIXED)


@pytest.mark.parametrize(
    ("weeks", "days"), [("25", 175), ("25.01", 176), ("0", 0), ("4.8333333333333333333333333", 34)]
)
def test_a_day_begun_counts_whole(weeks, days):
    assert whole_days(Decimal(weeks)) == days


class TestGaps:
    @pytest.mark.parametrize(
        ("left", "standing"),
        [
            (176, Standing.ENOUGH),
            (175, Standing.ENOUGH),
            (174, Standing.SHORT),
            (88, Standing.SHORT),
            (87, Standing.LESS_THAN_HALF),
            (-3, Standing.LESS_THAN_HALF),
        ],
    )
    def test_stand_where_gate_g3_draws_its_lines(self, left, standing):
        clock = Clock("retires", build.ON + timedelta(days=left))

        (gap,) = gaps([clock], days_needed=175, on=build.ON)

        assert (gap.standing, gap.days) == (standing, left - 175)

    def test_come_in_order_with_the_tightest_first(self):
        clocks = [
            Clock("later", date(2027, 6, 1)),
            Clock("notice", date(2027, 1, 1)),
            Clock("end", date(2027, 1, 1)),
        ]

        found = gaps(clocks, days_needed=100, on=build.ON)

        assert [gap.clock.name for gap in found] == ["end", "notice", "later"]

    def test_can_be_read(self):
        (gap,) = gaps([Clock("gpt-5 retires", date(2026, 12, 11))], days_needed=175, on=build.ON)

        assert gap.arithmetic == "gpt-5 retires: 18 days left − 175 = −157"
