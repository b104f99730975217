"""Saving answers: what is kept, what is refused, and two people on one question."""

from datetime import date, timedelta

import pytest

from assessments.models import Answer, AnswerDraft, Assessment
from assessments.questionnaires import answering, drafts, evidence, versions
from lockin.trail.models import Event
from tests.factories.portfolio import (
    make_contract,
    make_dependency,
    make_model,
    make_vendor,
    make_workload,
)
from tests.factories.questionnaires import (
    answer_everything,
    edited,
    given,
    save_answer,
    start_assessment,
)

FEATURE = "api.deepest-feature"


class TestSave:
    def test_keeps_the_words_and_points_as_they_were_asked(self, assessment, owner, now):
        answer = save_answer(assessment, by=owner, now=now, option="server-state").answer
        assert (answer.option_text, answer.points) == ("State on the vendor's servers", 100)

    def test_writes_one_event_with_what_changed(self, assessment, owner, now):
        save_answer(assessment, by=owner, now=now)
        save_answer(assessment, by=owner, now=now, version=1, option="streaming")
        event = Event.objects.filter(act="answer.saved").latest("sequence")
        assert (event.before["answer"], event.after["answer"]) == ("Text in, text out", "Streaming")

    def test_an_unknown_has_no_points_and_no_grade(self, assessment, owner, now):
        answer = save_answer(assessment, by=owner, now=now, kind="unknown", option="").answer
        assert (answer.kind, answer.points, answer.grade) == ("unknown", None, "none")

    def test_what_does_not_apply_says_why(self, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="Say why"):
            save_answer(assessment, by=owner, now=now, kind="na", option="")

    def test_last_years_answer_is_no_answer_to_give(self, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="Choose an answer"):
            save_answer(assessment, by=owner, now=now, kind="to-confirm")

    def test_an_answer_says_how_it_is_known(self, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="how you know"):
            save_answer(assessment, by=owner, now=now, grade="")

    @pytest.mark.parametrize("grade", ["tested", "documented"])
    def test_without_evidence_it_is_saved_as_declared(self, assessment, owner, now, grade):
        saved = save_answer(assessment, by=owner, now=now, grade=grade)
        assert (saved.answer.grade, saved.was_lowered) == ("declared", True)

    def test_with_a_link_it_stays_documented_with_the_links_own_day(self, assessment, owner, now):
        link = evidence.add_link(
            workload=assessment.workload,
            link="https://git.example/scan/1",
            dated_on=date(2026, 10, 12),
            by=owner,
            now=now,
        )
        saved = save_answer(assessment, by=owner, now=now, grade="documented", evidence=(link.pk,))
        assert (saved.answer.grade, saved.answer.evidence_on) == ("documented", date(2026, 10, 12))

    def test_evidence_of_another_workload_is_refused(self, assessment, organisation, owner, now):
        other = make_workload(organisation, "Call summaries", owner=owner)
        link = evidence.add_link(
            workload=other, link="https://git.example", dated_on=now.date(), by=owner, now=now
        )
        with pytest.raises(answering.UnableToAnswer, match="another workload"):
            save_answer(assessment, by=owner, now=now, evidence=(link.pk,))

    def test_saving_ends_the_persons_draft(self, assessment, owner, now):
        drafts.keep(
            assessment=assessment,
            question_key=FEATURE,
            body={"choice": "streaming"},
            based_on_version=0,
            by=owner,
            now=now,
        )
        save_answer(assessment, by=owner, now=now)
        assert not AnswerDraft.objects.exists()

    def test_a_question_of_another_version_is_refused(self, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="does not ask"):
            save_answer(assessment, "api.no-such", by=owner, now=now)


class TestTwoPeople:
    def test_a_stale_save_carries_both_texts(self, assessment, owner, chair, now):
        save_answer(assessment, by=owner, now=now, comment="Mine")
        with pytest.raises(answering.StaleAnswer) as refused:
            save_answer(assessment, by=chair, now=now, option="streaming", comment="Theirs")
        assert (refused.value.mine.comment, refused.value.theirs.comment) == ("Theirs", "Mine")

    def test_a_stale_save_changes_nothing(self, assessment, owner, chair, now):
        save_answer(assessment, by=owner, now=now)
        with pytest.raises(answering.StaleAnswer):
            save_answer(assessment, by=chair, now=now, option="streaming")
        assert Answer.objects.get().option_key == "plain-text"

    def test_the_version_that_was_seen_can_be_changed(self, assessment, owner, chair, now):
        save_answer(assessment, by=owner, now=now)
        saved = save_answer(assessment, by=chair, now=now, option="streaming", version=1)
        assert (saved.answer.version, saved.answer.answered_by) == (2, chair)

    def test_the_same_form_sent_twice_is_saved_once(self, assessment, owner, now):
        save_answer(assessment, by=owner, now=now)
        save_answer(assessment, by=owner, now=now)
        assert Answer.objects.get().version == 1


class TestDimensions:
    def test_a_section_left_out_says_why(self, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="Say why"):
            answering.choose_dimension(
                assessment=assessment,
                dimension="tuning",
                applies=False,
                reason=" ",
                by=owner,
                now=now,
            )

    @pytest.mark.parametrize("dimension", ["api", "commercial"])
    def test_paid_external_workloads_always_have_these(self, assessment, owner, now, dimension):
        with pytest.raises(answering.UnableToAnswer, match="always applies"):
            answering.choose_dimension(
                assessment=assessment,
                dimension=dimension,
                applies=False,
                reason="None",
                by=owner,
                now=now,
            )

    def test_a_section_left_out_is_not_asked(self, assessment, owner, now):
        answering.choose_dimension(
            assessment=assessment,
            dimension="tuning",
            applies=False,
            reason="No tuned model",
            by=owner,
            now=now,
        )
        with pytest.raises(answering.UnableToAnswer, match="does not apply"):
            save_answer(assessment, "tuning.weight-export", by=owner, now=now)


class TestComputed:
    @pytest.fixture
    def under_contract(self, organisation, assessment):
        vendor = make_vendor(organisation)
        contract = make_contract(vendor, uplift="capped", uplift_cap_percent=5)
        make_dependency(assessment.workload, model=make_model(vendor), contract=contract)

    def test_a_typed_answer_is_refused(self, under_contract, assessment, owner, now):
        with pytest.raises(answering.UnableToAnswer, match="contract data answers"):
            save_answer(assessment, "commercial.uplift-cap", by=owner, now=now, option="up-to-3")

    def test_what_the_contract_does_not_say_is_asked(self, under_contract, assessment, owner, now):
        saved = save_answer(
            assessment, "commercial.early-termination", by=owner, now=now, option="free"
        )
        assert saved.answer.points == 0


class TestSend:
    def test_names_what_has_no_answer(self, assessment, owner, now):
        answer_everything(assessment, by=owner, now=now, but={FEATURE})
        with pytest.raises(answering.UnableToSend, match="One question has no answer"):
            answering.send(assessment=assessment, by=owner, now=now)

    def test_sends_when_everything_is_answered(self, assessment, owner, now):
        answer_everything(assessment, by=owner, now=now)
        sent = answering.send(assessment=assessment, by=owner, now=now)
        assert (sent.state, sent.sent_by_name) == (Assessment.State.SENT, "Priya Raman")

    def test_what_is_sent_is_read_only(self, assessment, owner, now):
        answer_everything(assessment, by=owner, now=now)
        answering.send(assessment=assessment, by=owner, now=now)
        with pytest.raises(answering.UnableToAnswer, match="is sent"):
            save_answer(assessment, by=owner, now=now + timedelta(hours=1), version=1)

    def test_a_section_with_every_question_left_out_is_refused(self, assessment, owner, now):
        section = assessment.version.definition.section("api")
        keys = {question.key for question in section.questions}
        answer_everything(assessment, by=owner, now=now, but=keys)
        for key in keys:
            save_answer(assessment, key, by=owner, now=now, kind="na", option="", reason="None")
        with pytest.raises(answering.UnableToSend, match="Leave out the section"):
            answering.send(assessment=assessment, by=owner, now=now)


def test_hidden_questions_are_not_asked(organisation, chair, workload, owner, now):
    anchor = 'number = "1.2"\nweight = 10\n'
    condition = 'visible_when = { question = "api.deepest-feature", options = ["server-state"] }\n'
    draft = versions.load_draft(
        edited({anchor: anchor + condition}, label="2026.2"),
        organisation=organisation,
        by=chair,
        now=now,
    )
    versions.publish(version=draft, by=chair, now=now)
    branching = start_assessment(workload, by=owner, now=now)
    save_answer(branching, by=owner, now=now, option="plain-text")
    with pytest.raises(answering.UnableToAnswer, match="fall away"):
        answering.save(
            assessment=branching,
            question_key="api.integration-points",
            given=given("up-to-2"),
            version=0,
            by=owner,
            now=now,
        )
