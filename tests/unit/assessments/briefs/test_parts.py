"""What a brief says before anybody edits it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from assessments.briefs import parts
from tests.unit.assessments.briefs.facts_for_tests import clause, facts, workload


def built(**changes):
    return parts.built(facts(**changes))


class TestDecision:
    def test_it_names_the_last_safe_day_and_the_first_asks(self):
        # The term ends on 31 Jan 2027; sixty days before is Wed 2 Dec 2026.
        text = built()["decision"]["text"]
        assert "by 2 Dec 2026" in text
        assert "of the first ask," in text

    def test_without_a_gap_it_says_to_ask_for_price_only(self):
        found = built(clauses=(clause(status="met", status_word="Met"),))
        assert "ask for price only" in found["decision"]["text"]

    def test_silence_says_until_when_it_renews(self):
        assert "renews it until 31 Jan 2028" in built()["silence"]["text"]

    def test_a_contract_that_nobody_read_promises_no_end(self):
        found = built(dates=None, dates_problem="The first day is not on file.")
        assert found["silence"]["days_left"] is None
        assert "cannot be reckoned" in found["silence"]["text"]


class TestAsks:
    def test_the_heaviest_is_raised_first(self):
        # C2 answers for tuning: 3 × 88. C5 answers for commercial: 3 × 70.
        late = clause(
            key="c5-termination-for-convenience",
            code="C5",
            title="Leave at will",
            dimensions=("commercial",),
        )
        found = built(clauses=(late, clause()))
        assert [ask["title"] for ask in found["asks"]] == ["Model export", "Leave at will"]
        assert [Decimal(ask["weight"]) for ask in found["asks"]] == [Decimal(264), Decimal(210)]

    def test_the_weight_shows_its_steps(self):
        assert built()["asks"][0]["weight_steps"] == ["Claims triage: 3 × 88.0"]

    def test_a_workload_without_a_score_weighs_as_the_worst(self):
        blank = workload(residual=None, dimensions=dict.fromkeys(workload().dimensions))
        assert Decimal(built(workloads=(blank,))["asks"][0]["weight"]) == 300

    def test_a_clause_that_answers_for_nothing_here_has_no_weight(self):
        found = built(clauses=(clause(dimensions=("vectors",)),))
        assert found["asks"][0]["weight"] is None

    def test_a_clause_that_is_met_or_waived_is_not_raised(self):
        rows = (clause(status="met"), clause(key="c1", code="C1", status="waived"))
        assert not any(ask["included"] for ask in built(clauses=rows)["asks"])

    def test_what_money_would_say_is_said_to_be_missing(self):
        assert built()["asks"][0]["priced"]["cost"] == {
            "value": None,
            "words": "Not yet reckoned",
        }


class TestLeverage:
    def test_what_stands_for_us_and_against_us_is_told_apart(self):
        found = built()["leverage"]
        assert any("second provider in production with 22%" in row["text"] for row in found["ours"])
        # 25 weeks are 175 days; nine are left.
        assert any("cannot leave before the notice day" in row["text"] for row in found["theirs"])

    def test_an_exit_that_nobody_estimated_is_26_weeks_and_marked(self):
        found = built(workloads=(workload(weeks=None),))["leverage"]["exits"]
        assert (found[0]["weeks"], found[0]["is_assumed"]) == ("26", True)

    def test_the_vendors_own_notice_is_shown_in_days(self):
        # Announced on 14 Oct 2026 for 14 Jan 2027.
        assert built()["leverage"]["clocks"][0]["notice_days"] == 92

    def test_the_price_they_can_hold_is_no_number_before_it_is_reckoned(self):
        assert built()["leverage"]["ceiling"]["value"] is None


class TestChanges:
    def test_the_change_is_the_difference_of_the_shown_scores(self):
        # 58.6 is shown as 59 and 63.2 as 63.
        row = built()["changes"]["rows"][0]
        assert (row["before"], row["after"], row["change"]) == ("59", "63", 4)

    def test_more_lock_in_is_asked_for_in_return(self):
        assert "asked in return" in built()["changes"]["text"]

    def test_without_an_audit_since_the_signature_nothing_is_compared(self):
        found = built(workloads=(workload(before=None),))["changes"]
        assert found["rows"] == []
        assert "No signed audit" in found["text"]


class TestAlternatives:
    def test_a_control_tested_too_long_ago_is_no_ground_to_stand_on(self):
        (control,) = workload().controls
        stale = replace(control, tested_on=date(2024, 1, 1), is_current=False)
        found = built(workloads=(workload(controls=(stale,)),))
        assert not found["alternatives"][0]["is_current"]
        assert "we negotiate without one" in found["batna"]["text"]

    def test_a_workload_without_any_is_said_to_have_none(self):
        assert built(workloads=(workload(controls=()),))["alternatives"][0]["what"] == (
            "None on record"
        )


class TestGives:
    def test_everything_we_give_is_on_condition_of_the_first_asks(self):
        assert all("Model export" in row["condition"] for row in built()["gives"])


class TestFigures:
    def test_a_figure_that_nobody_read_is_none_and_not_nought(self):
        found = built(annual_value=None)["figures"]
        assert found[0]["label"] == "Yearly value"
        assert found[0]["value"] is None


class TestCalendar:
    def test_days_are_counted_back_from_the_last_safe_one(self):
        rows = {row["what"]: row["on"] for row in built()["calendar"]}
        # 30, 90 and 180 days before 2 Dec 2026.
        assert rows["Brief before the council"] == "2026-11-02"
        assert rows["Alternatives tested"] == "2026-09-03"
        assert rows["Audit opened"] == "2026-06-05"
